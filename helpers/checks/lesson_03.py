"""Checks for lesson 03, dropout."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from helpers.checks import A_MODEL_OF_DIGITS, NotYet, Praise, a_function, exercise, flat_layers, quiz, raise_first

VALUES = np.linspace(1, 2, 6000).reshape(100, 60)  # what a learner's dropout is tried on


def _drop(dropout: Callable, rate: float, training: bool, rng: np.random.Generator) -> np.ndarray:
    """What a learner's dropout makes of VALUES."""
    given = VALUES.copy()
    result = dropout(given, rate, training, rng)
    if not np.array_equal(given, VALUES):
        raise NotYet("changes its input")
    if result is None or np.shape(result) != VALUES.shape:
        raise NotYet("wrong shape", given=VALUES.shape, shape=np.shape(result))
    return np.asarray(result, dtype=float)


def _close(values: object, expected: object) -> bool:
    return np.allclose(values, expected, rtol=1e-3)


@exercise(expects=a_function("dropout(values, rate, training, rng)"), hints=[
    dict(en="Two cases. In inference there is nothing to do. In training: a mask, then a division.", es="Dos casos. En inferencia no hay nada que hacer. Al entrenar: una máscara y luego una división."),
    dict(en="rng.random(values.shape) >= rate is true for the share 1 - rate. Draw it inside the function, so that every call has its own.",
         es="rng.random(values.shape) >= rate es verdadero en una proporción 1 - rate. Saca la máscara dentro de la función: cada llamada, la suya."),
    dict(en="if not training: return values … and otherwise return values * mask / (1 - rate)", es="if not training: return values … y, si no, return values * mask / (1 - rate)"),
], wrong={
    "changes its input": dict(en="Your function changes the values that it was given. The layer before still needs them: return a new array.",
                              es="Tu función modifica los valores que recibe. La capa anterior aún los necesita: devuelve un array nuevo."),
    "wrong shape": dict(en="Values of shape {given} went in, and {shape} came out. Dropped values become 0, they do not vanish.",
                        es="Entraron valores de forma {given} y salió {shape}. Los valores apagados valen 0, no desaparecen.", example=dict(given="(100, 60)", shape="(4797,)")),
    "nothing dropped": dict(en="In training nothing went dark. With rate 0.2, about a fifth of the values should be 0.",
                            es="Al entrenar no se ha apagado nada. Con tasa 0.2, más o menos la quinta parte de los valores debería ser 0."),
    "rate confused with keep probability": dict(en="With rate 0.2, 80 % went dark. In Keras the rate is the share that is dropped, not the share that is kept.",
                                                es="Con tasa 0.2 se ha apagado el 80 %. En Keras, la tasa es la proporción que se apaga, no la que se conserva."),
    "same mask for every row": dict(en="Every row has the same mask. Each image of a batch gets its own: draw as many random numbers as there are values.",
                                    es="Todas las filas tienen la misma máscara. Cada imagen del lote tiene la suya: saca tantos números al azar como valores hay."),
    "whole rows dark": dict(en="Whole rows go dark: some images of the batch vanish altogether. Draw as many random numbers as there are values.",
                            es="Se apagan filas enteras: hay imágenes del lote que desaparecen del todo. Saca tantos números al azar como valores hay."),
    "wrong share": dict(en="With rate 0.2, a share of {share:.2f} went dark.", es="Con tasa 0.2 se ha apagado una proporción de {share:.2f}.", example=dict(share=0.5)),
    "always the same mask": dict(en="Two calls, one and the same mask. Then some units never learn, and the others learn to rely on one another. Draw a fresh mask at every call, from the rng that is passed in.",
                                 es="Dos llamadas y la misma máscara. Así, unas unidades no aprenden nunca y las otras aprenden a apoyarse entre sí. Saca una máscara nueva en cada llamada, del rng que se recibe."),
    "rescales in inference": dict(en="That is dropout as it was first published: nothing in training, times 0.8 in inference. Inverted dropout divides in training, so that inference has nothing to do.",
                                  es="Ese es el dropout tal como se publicó: nada al entrenar y por 0.8 en inferencia. El invertido divide al entrenar, y así en inferencia no hay nada que hacer."),
    "dropout in inference": dict(en="With training=False the values should come back as they were: in inference everybody works.",
                                 es="Con training=False los valores deberían volver tal cual: en inferencia trabajan todas las unidades."),
    "no rescaling": dict(en="The kept values are not rescaled: the next layer's sum is a fifth too small, in training only. Divide by 1 - rate.",
                         es="Los valores conservados no se reescalan: la suma de la capa siguiente sale un 20 % más pequeña, y solo al entrenar. Divide entre 1 - rate."),
    "wrong rescaling": dict(en="The kept values are multiplied by {factor:.2f}; at rate 0.2 it should be 1 / 0.8 = 1.25, so that the expected sum stays.",
                            es="Los valores conservados se multiplican por {factor:.2f}; con tasa 0.2 debería ser 1 / 0.8 = 1.25, para que la suma esperada no cambie.", example=dict(factor=0.8)),
    "ignores the rate": dict(en="With rate 0.2 it is right, with rate 0.5 it is not: use `rate` both in the mask and in the division.",
                             es="Con tasa 0.2 está bien y con 0.5 no: usa `rate` tanto en la máscara como en la división."),
    "ignores rng": dict(en="The mask does not come from rng: two calls with the same seed drop different values, so nobody can repeat the training. Draw from the rng that is passed in.",
                        es="La máscara no sale de rng: con la misma semilla, dos llamadas apagan valores distintos, y nadie puede repetir el entrenamiento. Saca los números del rng que se recibe."),
}, right=dict(en="The right share, rescaled, a fresh mask every time, and nothing at all in inference.",
              es="La proporción justa, reescalada, una máscara nueva cada vez y nada de nada en inferencia."))  # fmt: skip
def inverted_dropout(answer: Callable) -> None:
    """A function (values, rate, training, rng) -> values after inverted dropout."""
    rng = np.random.default_rng(0)
    result, again, quiet, half = (
        _drop(answer, rate, training, rng) for rate, training in [(0.2, True), (0.2, True), (0.2, False), (0.5, True)]
    )
    replayed = _drop(answer, 0.2, True, np.random.default_rng(0))
    kept, kept_of_half = result != 0, half != 0
    share, share_of_half = 1 - kept.mean(), 1 - kept_of_half.mean()
    factor = np.median(result[kept] / VALUES[kept]) if kept.any() else 0.0
    half_is_right = abs(share_of_half - 0.5) < 0.05 and _close(half[kept_of_half], VALUES[kept_of_half] * 2)
    wrong = {
        "nothing dropped": kept.all(),
        "rate confused with keep probability": abs(share - 0.8) < 0.05,
        "same mask for every row": (kept == kept[0]).all() and abs(share - 0.2) < 0.2,
        "whole rows dark": (kept == kept[:, :1]).all(),
        "wrong share": abs(share - 0.2) > 0.05,
        "always the same mask": np.array_equal(kept, again != 0),
        "rescales in inference": _close(quiet, VALUES * 0.8) and _close(factor, 1),
        "dropout in inference": not _close(quiet, VALUES),
        "no rescaling": _close(factor, 1),
        "wrong rescaling": not _close(result[kept], VALUES[kept] / 0.8),
        "ignores the rate": not half_is_right,
        "ignores rng": not np.array_equal(result, replayed),
    }
    raise_first(wrong, share=share, factor=factor)


def _is_dropout(layer: layers.Layer) -> bool:
    return any("Dropout" in kind.__name__ for kind in type(layer).__mro__)


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="Take the network of the experiment. It has one Dropout already; where could a second one go?", es="Toma la red del experimento. Ya tiene un Dropout; ¿dónde podría ir otro?"),
    dict(en="After a pooling layer, with a small rate; between two dense layers, with a larger one.", es="Tras una capa de pooling, con una tasa pequeña; entre dos capas densas, con una mayor."),
    dict(en="… MaxPooling2D, Dropout(0.2), Flatten, Dense(256, activation='relu'), Dropout(0.5), Dense(10, activation='softmax')",
         es="… MaxPooling2D, Dropout(0.2), Flatten, Dense(256, activation='relu'), Dropout(0.5) y Dense(10, activation='softmax')"),
], wrong={
    "no dropout": dict(en="There is no dropout in this network yet.", es="En esta red todavía no hay dropout."),
    "dropout after the output": dict(en="One dropout stands after the last dense layer: it darkens answers, not units. In training the right answer is switched off now and then, and nothing can be learnt from that. Move it further up.",
                                     es="Hay un dropout después de la última capa densa: apaga respuestas, no unidades. Al entrenar, la respuesta correcta se apaga de vez en cuando, y de eso no se aprende nada. Súbelo."),
    "not probabilities": dict(en="For 6 images there should be 6 × 10 probabilities, each row adding up to 1. The shape is {shape}; is the last layer Dense(10, activation='softmax'), after a Flatten?",
                              es="Con 6 imágenes debería haber 6 × 10 probabilidades, y cada fila sumar 1. La forma es {shape}; ¿es la última capa Dense(10, activation='softmax'), después de un Flatten?", example=dict(shape="(6, 28, 28, 10)")),
    "dropout in inference": dict(en="Even with training=False two calls differ: some dropout is always on. Do not write training=True into the network.",
                                 es="Incluso con training=False, dos llamadas difieren: hay algún dropout siempre encendido. No escribas training=True dentro de la red."),
    "rate too high": dict(en="A rate of {highest:g} switches off {highest_percent:.0f}% of the units; hardly anybody is left to learn. Did you mean the share to keep? The rate is the share that goes dark.",
                          es="Una tasa de {highest:g} apaga el {highest_percent:.0f} % de las unidades; apenas queda quien aprenda. ¿Pensabas en la proporción que se conserva? La tasa es la que se apaga.", example=dict(highest=0.9, highest_percent=90)),
    "rate too low": dict(en="A rate of {lowest:g} does practically nothing. Between 0.1 and 0.5 is usual.",
                         es="Una tasa de {lowest:g} no hace prácticamente nada. Lo habitual está entre 0.1 y 0.5.", example=dict(lowest=0.01)),
    "dropout on the picture": dict(en="The first dropout stands before any layer that learns: it tears holes into {first_percent:.0f}% of the picture itself. Put it after a pooling layer or between dense layers.",
                                   es="El primer dropout va antes de cualquier capa que aprenda: agujerea el {first_percent:.0f} % de la propia imagen. Ponlo tras un pooling o entre capas densas.", example=dict(first_percent=20)),
    "only one place": dict(en="A sound place: between two layers that learn there is one, however many dropouts stand there. The task asks for two, such as after a pooling layer and between dense layers.",
                           es="Un buen sitio: entre dos capas que aprenden hay uno solo, por muchos dropouts que pongas. El enunciado pide dos, por ejemplo tras un pooling y entre capas densas."),
}, right=dict(en="Rates {rates}, all before the output: different in training, steady in inference.",
              es="Tasas {rates}, todas antes de la salida: la red varía al entrenar y es estable en inferencia.", example=dict(rates="0.2, 0.5")))  # fmt: skip
def two_places(answer: keras.Model) -> Praise:
    """A Keras model for digits with dropout in at least two places, none of them after the output."""
    images = np.random.default_rng(0).random((6, 28, 28, 1), dtype=np.float32)
    quiet, quiet_again = (np.asarray(answer(images, training=False)) for _ in range(2))
    stack = [layer for layer in flat_layers(answer) if not hasattr(layer, "layers")]
    places = [i for i, layer in enumerate(stack) if _is_dropout(layer)]
    learning = [i for i, layer in enumerate(stack) if layer.weights and not _is_dropout(layer)]
    if not places:
        raise NotYet("no dropout")
    if not learning or places[-1] > learning[-1]:
        raise NotYet("dropout after the output")
    rates = [float(getattr(stack[i], "rate", 0.5)) for i in places]
    highest, lowest, rows = max(rates), min(rates), quiet.sum(axis=-1)
    wrong = {
        "not probabilities": quiet.shape != (6, 10) or quiet.min() < 0 or not np.allclose(rows, 1, atol=1e-3),
        "dropout in inference": not np.allclose(quiet, quiet_again, atol=1e-6),
        "rate too high": highest > 0.8,
        "rate too low": lowest < 0.02,
        "dropout on the picture": places[0] < learning[0],
        "only one place": len({sum(layer < place for layer in learning) for place in places}) < 2,
    }
    percents = dict(highest_percent=100 * highest, first_percent=100 * rates[0])
    raise_first(wrong, shape=quiet.shape, highest=highest, lowest=lowest, **percents)
    return Praise(rates=", ".join(f"{rate:g}" for rate in rates))


quiz_rate = quiz("quiz_rate", right="b",
    a=dict(en="That would be rate 0.8. In Keras the rate is the share that goes dark.", es="Eso sería una tasa de 0.8. En Keras, la tasa es la proporción que se apaga."),
    b=dict(en="A fifth goes dark, and 1 / 0.8 = 1.25 makes up for it, so that the sum stays about the same.", es="Se apaga la quinta parte, y 1 / 0.8 = 1.25 lo compensa: la suma queda más o menos igual."),
    c=dict(en="That is how the paper of 2014 does it. Keras rescales in training, and does nothing in inference.", es="Así lo hace el artículo de 2014. Keras reescala al entrenar y en inferencia no hace nada."),
)  # fmt: skip

quiz_below = quiz("quiz_below", right="a",
    a=dict(en="The two numbers come from different exams. In the same mode they can be compared.", es="Los dos números salen de exámenes distintos. En el mismo modo sí se pueden comparar."),
    b=dict(en="A leak could look like this, too, but dropout and augmentation alone already explain it. First make the two numbers comparable.",
           es="Una filtración de datos también podría dar esta imagen, pero el dropout y el aumento ya bastan para explicarla. Primero haz comparables los dos números."),
    c=dict(en="97 % in validation is no underfitting. The 90 % were reached with half of the units dark.", es="Un 97 % en validación no es subajuste. El 90 % se alcanzó con la mitad de las unidades apagadas."),
)  # fmt: skip

quiz_penalty = quiz("quiz_penalty", right="c",
    a=dict(en="The 0.35 contains the penalty, the 0.29 does not. Perhaps 0.10 of it is tax.", es="El 0.35 incluye la penalización y el 0.29 no. A lo mejor 0.10 es puro impuesto."),
    b=dict(en="It may, but these numbers do not show it: one contains a penalty, the other does not.", es="Puede ser, pero estos números no lo muestran: uno incluye una penalización y el otro no."),
    c=dict(en="One has the penalty inside. Compare cross-entropy alone, or accuracy.", es="Uno lleva dentro la penalización. Compara solo la entropía cruzada, o la exactitud."),
)  # fmt: skip
