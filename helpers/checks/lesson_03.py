"""Checks for lesson 03, dropout."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from helpers.exercises import NotYet, exercise, first_line, quiz
from helpers.language import tr


@exercise(
    dict(
        en="Two cases. In inference there is nothing to do. In training: a mask, then a division.",
        es="Dos casos. En inferencia no hay nada que hacer. Al entrenar: una máscara y luego una división.",
    ),
    dict(
        en="rng.random(values.shape) >= rate is true for the share 1 - rate. Draw it inside the function, so that every call has its own.",
        es="rng.random(values.shape) >= rate es verdadero en una proporción 1 - rate. Saca la máscara dentro de la función: cada llamada, la suya.",
    ),
    dict(
        en="if not training: return values … and otherwise return values * mask / (1 - rate)",
        es="if not training: return values … y, si no, return values * mask / (1 - rate)",
    ),
)
def inverted_dropout(answer: object) -> str:
    """A function (values, rate, training, rng) -> values after inverted dropout."""
    if not callable(answer):
        text = tr(
            en="The answer is a function of four arguments: def dropout(values, rate, training, rng): …",
            es="La respuesta es una función de cuatro argumentos: def dropout(values, rate, training, rng): …",
        )
        raise NotYet("not a function", text)
    rng = np.random.default_rng(0)
    values = np.linspace(1, 2, 6000).reshape(100, 60)
    before = values.copy()

    def call(rate: float, training: bool) -> np.ndarray:
        result = answer(values, rate, training, rng)
        if not np.array_equal(values, before):
            text = tr(
                en="Your function changes the values that it was given. The layer before still needs them: return a new array.",
                es="Tu función modifica los valores que recibe. La capa anterior aún los necesita: devuelve un array nuevo.",
            )
            raise NotYet("changes its input", text)
        if result is None or np.shape(result) != values.shape:
            text = tr(
                en=f"Values of shape {values.shape} went in, and {np.shape(result)} came out. Dropped values become 0, they do not vanish.",
                es=f"Entraron valores de forma {values.shape} y salió {np.shape(result)}. Los valores apagados valen 0, no desaparecen.",
            )
            raise NotYet("wrong shape", text)
        return np.asarray(result, dtype=float)

    result, again = call(0.2, True), call(0.2, True)
    kept = result != 0
    if kept.all():
        text = tr(
            en="In training nothing went dark. With rate 0.2, about a fifth of the values should be 0.",
            es="Al entrenar no se ha apagado nada. Con tasa 0.2, más o menos la quinta parte de los valores debería ser 0.",
        )
        raise NotYet("nothing dropped", text)
    share = 1 - kept.mean()
    if abs(share - 0.8) < 0.05:
        text = tr(
            en="With rate 0.2, 80 % went dark. In Keras the rate is the share that is dropped, not the share that is kept.",
            es="Con tasa 0.2 se ha apagado el 80 %. En Keras, la tasa es la proporción que se apaga, no la que se conserva.",
        )
        raise NotYet("rate confused with keep probability", text)
    if (kept == kept[0]).all() and abs(share - 0.2) < 0.2:
        text = tr(
            en="Every row has the same mask. Each image of a batch gets its own: draw as many random numbers as there are values.",
            es="Todas las filas tienen la misma máscara. Cada imagen del lote tiene la suya: saca tantos números al azar como valores hay.",
        )
        raise NotYet("same mask for every row", text)
    if (kept == kept[:, :1]).all():
        text = tr(
            en="Whole rows go dark: some images of the batch vanish altogether. Draw as many random numbers as there are values.",
            es="Se apagan filas enteras: hay imágenes del lote que desaparecen del todo. Saca tantos números al azar como valores hay.",
        )
        raise NotYet("whole rows dark", text)
    if abs(share - 0.2) > 0.05:
        text = tr(
            en=f"With rate 0.2, a share of {share:.2f} went dark.",
            es=f"Con tasa 0.2 se ha apagado una proporción de {share:.2f}.",
        )
        raise NotYet("wrong share", text)
    if np.array_equal(kept, again != 0):
        text = tr(
            en="Two calls, one and the same mask. Then some units never learn, and the others learn to rely on one another. Draw a "
            "fresh mask at every call, from the rng that is passed in.",
            es="Dos llamadas y la misma máscara. Así, unas unidades no aprenden nunca y las otras aprenden a apoyarse entre sí. Saca "
            "una máscara nueva en cada llamada, del rng que se recibe.",
        )
        raise NotYet("always the same mask", text)
    quiet = call(0.2, False)
    factor = np.median(result[kept] / values[kept])
    if np.allclose(quiet, values * 0.8, rtol=1e-3) and np.isclose(factor, 1, rtol=1e-3):
        text = tr(
            en="That is dropout as it was first published: nothing in training, times 0.8 in inference. Inverted dropout divides in "
            "training, so that inference has nothing to do.",
            es="Ese es el dropout tal como se publicó: nada al entrenar y por 0.8 en inferencia. El invertido divide al entrenar, y así "
            "en inferencia no hay nada que hacer.",
        )
        raise NotYet("rescales in inference", text)
    if not np.allclose(quiet, values, rtol=1e-3):
        text = tr(
            en="With training=False the values should come back as they were: in inference everybody works.",
            es="Con training=False los valores deberían volver tal cual: en inferencia trabajan todas las unidades.",
        )
        raise NotYet("dropout in inference", text)
    if np.isclose(factor, 1, rtol=1e-3):
        text = tr(
            en="The kept values are not rescaled: the next layer's sum is a fifth too small, in training only. Divide by 1 - rate.",
            es="Los valores conservados no se reescalan: la suma de la capa siguiente sale un 20 % más pequeña, y solo al entrenar. "
            "Divide entre 1 - rate.",
        )
        raise NotYet("no rescaling", text)
    if not np.allclose(result[kept], values[kept] / 0.8, rtol=1e-3):
        text = tr(
            en=f"The kept values are multiplied by {factor:.2f}; at rate 0.2 it should be 1 / 0.8 = 1.25, so that the expected sum stays.",
            es=f"Los valores conservados se multiplican por {factor:.2f}; con tasa 0.2 debería ser 1 / 0.8 = 1.25, para que la suma "
            "esperada no cambie.",
        )
        raise NotYet("wrong rescaling", text)
    half = call(0.5, True)
    dark = half == 0
    if abs(dark.mean() - 0.5) > 0.05 or not np.allclose(half[~dark], values[~dark] * 2, rtol=1e-3):
        text = tr(
            en="With rate 0.2 it is right, with rate 0.5 it is not: use `rate` both in the mask and in the division.",
            es="Con tasa 0.2 está bien y con 0.5 no: usa `rate` tanto en la máscara como en la división.",
        )
        raise NotYet("ignores the rate", text)
    return tr(
        en="The right share, rescaled, a fresh mask every time, and nothing at all in inference.",
        es="La proporción justa, reescalada, una máscara nueva cada vez y nada de nada en inferencia.",
    )


def _flat(model: keras.Model) -> list[layers.Layer]:
    """A model's layers in order, those of nested models included."""
    found = []
    for layer in model.layers:
        found += _flat(layer) if isinstance(layer, keras.Model) else [layer]
    return found


def _is_dropout(layer: layers.Layer) -> bool:
    return any("Dropout" in kind.__name__ for kind in type(layer).__mro__)


@exercise(
    dict(
        en="Take the network of the experiment. It has one Dropout already; where could a second one go?",
        es="Toma la red del experimento. Ya tiene un Dropout; ¿dónde podría ir otro?",
    ),
    dict(
        en="After a pooling layer, with a small rate; between two dense layers, with a larger one.",
        es="Tras una capa de pooling, con una tasa pequeña; entre dos capas densas, con una mayor.",
    ),
    dict(
        en="… MaxPooling2D, Dropout(0.2), Flatten, Dense(256, activation='relu'), Dropout(0.5), Dense(10, activation='softmax')",
        es="… MaxPooling2D, Dropout(0.2), Flatten, Dense(256, activation='relu'), Dropout(0.5) y Dense(10, activation='softmax')",
    ),
)
def two_places(answer: object) -> str:
    """A Keras model for digits with dropout in at least two places, none of them after the output."""
    if not isinstance(answer, keras.Model):
        text = tr(
            en="The answer is a Keras model, for instance keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
            es="La respuesta es un modelo de Keras, por ejemplo keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
        )
        raise NotYet("not a model", text)
    images = np.random.default_rng(0).random((6, 28, 28, 1), dtype=np.float32)
    try:
        quiet, quiet_again = (np.asarray(answer(images, training=False)) for _ in range(2))
    except Exception as error:
        text = tr(
            en=f"Your model does not take images of shape (N, 28, 28, 1). Keras says: {first_line(error)}",
            es=f"Tu modelo no acepta imágenes de forma (N, 28, 28, 1). Keras dice: {first_line(error)}",
        )
        raise NotYet("wrong input shape", text) from None
    stack = _flat(answer)
    places = [i for i, layer in enumerate(stack) if _is_dropout(layer)]
    if not places:
        text = tr(
            en="There is no dropout in this network yet.",
            es="En esta red todavía no hay dropout.",
        )
        raise NotYet("no dropout", text)
    learning = [i for i, layer in enumerate(stack) if layer.weights and not _is_dropout(layer)]
    if not learning or places[-1] > learning[-1]:
        text = tr(
            en="One dropout stands after the last dense layer: it darkens answers, not units. In training the right answer is "
            "switched off now and then, and nothing can be learnt from that. Move it further up.",
            es="Hay un dropout después de la última capa densa: apaga respuestas, no unidades. Al entrenar, la respuesta correcta se "
            "apaga de vez en cuando, y de eso no se aprende nada. Súbelo.",
        )
        raise NotYet("dropout after the output", text)
    if quiet.shape != (6, 10) or quiet.min() < 0 or not np.allclose(quiet.sum(axis=1), 1, atol=1e-3):
        text = tr(
            en=f"For 6 images there should be 6 × 10 probabilities, each row adding up to 1. The shape is {quiet.shape}; is the last "
            "layer Dense(10, activation='softmax'), after a Flatten?",
            es=f"Con 6 imágenes debería haber 6 × 10 probabilidades, y cada fila sumar 1. La forma es {quiet.shape}; ¿es la última "
            "capa Dense(10, activation='softmax'), después de un Flatten?",
        )
        raise NotYet("not probabilities", text)
    if not np.allclose(quiet, quiet_again, atol=1e-6):
        text = tr(
            en="Even with training=False two calls differ: some dropout is always on. Do not write training=True into the network.",
            es="Incluso con training=False, dos llamadas difieren: hay algún dropout siempre encendido. No escribas training=True dentro "
            "de la red.",
        )
        raise NotYet("dropout in inference", text)
    rates = [float(getattr(stack[i], "rate", 0.5)) for i in places]
    if max(rates) > 0.8:
        text = tr(
            en=f"A rate of {max(rates):g} switches off {max(rates):.0%} of the units; hardly anybody is left to learn. Did you mean the share "
            "to keep? The rate is the share that goes dark.",
            es=f"Una tasa de {max(rates):g} apaga el {100 * max(rates):.0f} % de las unidades; apenas queda quien aprenda. ¿Pensabas en la "
            "proporción que se conserva? La tasa es la que se apaga.",
        )
        raise NotYet("rate too high", text)
    if min(rates) < 0.02:
        text = tr(
            en=f"A rate of {min(rates):g} does practically nothing. Between 0.1 and 0.5 is usual.",
            es=f"Una tasa de {min(rates):g} no hace prácticamente nada. Lo habitual está entre 0.1 y 0.5.",
        )
        raise NotYet("rate too low", text)
    if places[0] < learning[0]:
        text = tr(
            en=f"The first dropout stands before any layer that learns: it tears holes into {rates[0]:.0%} of the picture itself. Put it after "
            "a pooling layer or between dense layers.",
            es=f"El primer dropout va antes de cualquier capa que aprenda: agujerea el {100 * rates[0]:.0f} % de la propia imagen. Ponlo tras "
            "un pooling o entre capas densas.",
        )
        raise NotYet("dropout on the picture", text)
    if len({sum(layer < place for layer in learning) for place in places}) < 2:
        text = tr(
            en="A sound place: between two layers that learn there is one, however many dropouts stand there. The task asks for two, such as "
            "after a pooling layer and between dense layers.",
            es="Un buen sitio: entre dos capas que aprenden hay uno solo, por muchos dropouts que pongas. El enunciado pide dos, por ejemplo "
            "tras un pooling y entre capas densas.",
        )
        raise NotYet("only one place", text)
    listed = ", ".join(f"{rate:g}" for rate in rates)
    return tr(
        en=f"Rates {listed}, all before the output: different in training, steady in inference.",
        es=f"Tasas {listed}, todas antes de la salida: la red varía al entrenar y es estable en inferencia.",
    )


@exercise(
    dict(
        en="In which mode does his_digits call the network? And evaluate?",
        es="¿En qué modo llama his_digits a la red? ¿Y evaluate?",
    ),
    dict(
        en="training=True keeps dropout on. Predictions want training=False, or network.predict.",
        es="training=True deja el dropout encendido. Para predecir, training=False, o network.predict.",
    ),
    dict(
        en="np.argmax(network(images, training=…), axis=1)",
        es="np.argmax(network(images, training=…), axis=1): falta decidir el modo.",
    ),
)
def digits(answer: object) -> str:
    """A function (network, images) -> the labels that the network gives in inference mode."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def digits(network, images): …",
            es="La respuesta es una función: def digits(network, images): …",
        )
        raise NotYet("not a function", text)
    rng = np.random.default_rng(0)
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(12, "relu"),
            layers.Dropout(0.5),
            layers.Dense(10, "softmax"),
        ]
    )
    network.set_weights([rng.normal(0, 0.2, weight.shape) for weight in network.get_weights()])
    images = rng.random((60, 28, 28, 1), dtype=np.float32)
    expected = np.asarray(network(images, training=False)).argmax(axis=1)
    result, again = (np.asarray(answer(network, images)) for _ in range(2))
    if network.layers[2].rate != 0.5:
        text = tr(
            en="Your function changes the network: from now on it would train without dropout. Ask it in the other mode instead.",
            es="Tu función cambia la red: desde ahora entrenaría sin dropout. Basta con preguntarle en el otro modo.",
        )
        raise NotYet("changes the network", text)
    if result.shape == (60, 10):
        text = tr(
            en="These are the probabilities, ten per image. The label is where the largest one stands: argmax(axis=1).",
            es="Eso son las probabilidades, diez por imagen. La etiqueta es la posición de la mayor: argmax(axis=1).",
        )
        raise NotYet("probabilities instead of labels", text)
    if result.shape != (60,):
        text = tr(
            en=f"For 60 images there should be 60 labels, and the shape is {result.shape}. argmax goes along axis 1.",
            es=f"Con 60 imágenes debería haber 60 etiquetas, y la forma es {result.shape}. argmax va a lo largo del eje 1.",
        )
        raise NotYet("wrong shape", text)
    if not np.array_equal(result, again):
        text = tr(
            en="Two calls, two answers: dropout is still on, so each call asks another half of the network.",
            es="Dos llamadas, dos respuestas: el dropout sigue encendido y cada llamada pregunta a otra mitad de la red.",
        )
        raise NotYet("dropout in inference", text)
    if not np.array_equal(result, expected):
        text = tr(
            en="The answers are steady, but they are not the network's: take the largest probability in inference mode.",
            es="Las respuestas son estables, pero no son las de la red: toma la mayor probabilidad en modo de inferencia.",
        )
        raise NotYet("other labels", text)
    return tr(
        en="Everybody was asked, so the answer is the same every time.",
        es="Han contestado todas las unidades, así que la respuesta es siempre la misma.",
    )


quiz_rate = quiz(
    "quiz_rate",
    right="b",
    a=dict(
        en="That would be rate 0.8. In Keras the rate is the share that goes dark.",
        es="Eso sería una tasa de 0.8. En Keras, la tasa es la proporción que se apaga.",
    ),
    b=dict(
        en="A fifth goes dark, and 1 / 0.8 = 1.25 makes up for it, so that the sum stays about the same.",
        es="Se apaga la quinta parte, y 1 / 0.8 = 1.25 lo compensa: la suma queda más o menos igual.",
    ),
    c=dict(
        en="That is how the paper of 2014 does it. Keras rescales in training, and does nothing in inference.",
        es="Así lo hace el artículo de 2014. Keras reescala al entrenar y en inferencia no hace nada.",
    ),
)

quiz_below = quiz(
    "quiz_below",
    right="a",
    a=dict(
        en="The two numbers come from different exams. In the same mode they can be compared.",
        es="Los dos números salen de exámenes distintos. En el mismo modo sí se pueden comparar.",
    ),
    b=dict(
        en="A leak could look like this, too, but dropout and augmentation alone already explain it. First make the two numbers comparable.",
        es="Una filtración de datos también podría dar esta imagen, pero el dropout y el aumento ya bastan para explicarla. Primero haz comparables los dos números.",
    ),
    c=dict(
        en="97 % in validation is no underfitting. The 90 % were reached with half of the units dark.",
        es="Un 97 % en validación no es subajuste. El 90 % se alcanzó con la mitad de las unidades apagadas.",
    ),
)

quiz_penalty = quiz(
    "quiz_penalty",
    right="c",
    a=dict(
        en="The 0.35 contains the penalty, the 0.29 does not. Perhaps 0.10 of it is tax.",
        es="El 0.35 incluye la penalización y el 0.29 no. A lo mejor 0.10 es puro impuesto.",
    ),
    b=dict(
        en="It may, but these numbers do not show it: one contains a penalty, the other does not.",
        es="Puede ser, pero estos números no lo muestran: uno incluye una penalización y el otro no.",
    ),
    c=dict(
        en="One has the penalty inside. Compare cross-entropy alone, or accuracy.",
        es="Uno lleva dentro la penalización. Compara solo la entropía cruzada, o la exactitud.",
    ),
)
