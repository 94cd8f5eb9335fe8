"""Checks for lesson 03, dropout."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from helpers import checks
from helpers.checks import A_CLASSIFIER, A_MODEL_OF_DIGITS, Praise, a_function, exercise, quiz, raise_first

VALUES = np.linspace(1, 2, 6000).reshape(100, 60)  # what a learner's dropout is tried on
RATES = [0.5, 0, 0.8, 0.2]  # of the curves A to D
ASKED = 0.96  # validation accuracy


def _drop(dropout: Callable, values: np.ndarray, rate: float, training: bool, rng: np.random.Generator) -> np.ndarray:
    """What a learner's dropout makes of values."""
    given = values.copy()
    result = dropout(given, rate, training, rng)
    found = {"changes its input": (given != values).any(), "wrong shape": np.shape(result) != values.shape}
    raise_first(found, given=values.shape, shape=np.shape(result))
    return np.asarray(result, dtype=float)


def _close(values: object, expected: object) -> bool:
    return np.allclose(values, expected, rtol=1e-3)


@exercise(expects=a_function("dropout(values, rate, training, rng)"), hints=[
    dict(en="Two cases. In inference there is nothing to do. In training: a mask, then a division.", es="Dos casos. En inferencia no hay nada que hacer. Al entrenar: una máscara y luego una división."),
    dict(en="rng.random(values.shape) >= rate is true for the share 1 - rate. Draw it inside the function, so that every call has its own.", es="rng.random(values.shape) >= rate es verdadero en una proporción 1 - rate. Saca la máscara dentro de la función: cada llamada, la suya."),
    dict(en="if not training: return values … and otherwise return values * mask / (1 - rate)", es="if not training: return values … y, si no, return values * mask / (1 - rate)"),
], wrong={
    "changes its input": dict(en="Your function changes the values that it was given. The layer before still needs them: return a new array.", es="Tu función modifica los valores que recibe. La capa anterior aún los necesita: devuelve un array nuevo."),
    "wrong shape": dict(en="Values of shape {given} went in, and {shape} came out. Dropped values become 0, they do not vanish.",
                        es="Entraron valores de forma {given} y salió {shape}. Los valores apagados valen 0, no desaparecen.", example=dict(given="(100, 60)", shape="(4797,)")),
    "rate confused with keep probability": dict(en="With rate 0.2, 80 % was switched off. In Keras the rate is the share that is dropped, not the share that is kept.", es="Con tasa 0.2 se ha apagado el 80 %. En Keras, la tasa es la proporción que se apaga, no la que se conserva."),
    "one draw for many values": dict(en="Whole rows or columns are switched off together. Each value of each image gets its own: draw as many random numbers as there are values.",
                                     es="Se apagan juntas filas o columnas enteras. Cada valor de cada imagen tiene el suyo: saca tantos números al azar como valores hay."),
    "wrong share": dict(en="In training with rate {rate:g}, a share of {share:.2f} was switched off.", es="Al entrenar con tasa {rate:g} se ha apagado una proporción de {share:.2f}.", example=dict(rate=0.2, share=0.5)),
    "always the same mask": dict(en="Two calls gave the same mask. Then some units never learn, and the others can rely on one another. Draw a fresh mask at every call, from the rng that is passed in.",
                                 es="Dos llamadas dieron la misma máscara. Así, unas unidades no aprenden nunca y las otras aprenden a apoyarse entre sí. Saca una máscara nueva en cada llamada, del rng que se recibe."),
    "rescales in inference": dict(en="That is dropout as it was first published: nothing in training, times 0.8 in inference. Inverted dropout divides in training, so that inference has nothing to do.",
                                  es="Ese es el dropout tal como se publicó: nada al entrenar y por 0.8 en inferencia. El invertido divide al entrenar, y así en inferencia no hay nada que hacer."),
    "dropout in inference": dict(en="With training=False the values should come back as they were: in inference all units are on.", es="Con training=False los valores deberían salir como entraron: en inferencia están encendidas todas las unidades."),
    "wrong rescaling": dict(en="The kept values are multiplied by {factor:.2f}. With rate {rate:g} it should be 1 / (1 - rate) = {expected:.2f}, so that on average the sum stays the same.",
                            es="Los valores conservados se multiplican por {factor:.2f}. Con tasa {rate:g} debería ser 1 / (1 - rate) = {expected:.2f}, para que de media la suma no cambie.", example=dict(factor=1, rate=0.2, expected=1.25)),
    "ignores rng": dict(en="The mask does not come from rng: two calls with the same seed drop different values, so nobody can repeat the training. Draw from the rng that is passed in.",
                        es="La máscara no sale de rng: con la misma semilla, dos llamadas apagan valores distintos, y nadie puede repetir el entrenamiento. Saca los números del rng que se recibe."),
}, right=dict(en="The right share is switched off and the rest rescaled, with a fresh mask from rng at every call; in inference nothing changes.",
              es="Se apaga la proporción correcta y se reescala el resto, con una máscara nueva de rng en cada llamada; en inferencia no cambia nada."))  # fmt: skip
def inverted_dropout(answer: Callable) -> None:
    """A function (values, rate, training, rng) -> values after inverted dropout."""
    for rate, values in ((0.2, VALUES), (0.5, VALUES.reshape(20, 5, 60))):
        rng = np.random.default_rng(0)
        result, again, quiet = (_drop(answer, values, rate, training, rng) for training in (True, True, False))
        replayed = _drop(answer, values, rate, True, np.random.default_rng(0))
        kept = result != 0
        share, factor = 1 - kept.mean(), np.median(result[kept] / values[kept]) if kept.any() else 0.0
        wrong = {
            "rate confused with keep probability": rate == 0.2 and abs(share - 0.8) < 0.05,
            "one draw for many values": 0 < share < 1 and ((kept == kept[0]).all() or (kept == kept[:, :1]).all()),
            "wrong share": abs(share - rate) > 0.05,
            "always the same mask": np.array_equal(kept, again != 0),
            "rescales in inference": _close(quiet, values * (1 - rate)) and _close(factor, 1),
            "dropout in inference": not _close(quiet, values),
            "wrong rescaling": not _close(result[kept], values[kept] / (1 - rate)),
            "ignores rng": not np.array_equal(result, replayed),
        }
        raise_first(wrong, rate=rate, share=share, factor=factor, expected=1 / (1 - rate))


@exercise(hints=[
    dict(en="In which of the four networks is the least switched off during training? Which has the lowest training loss?", es="¿En cuál de las cuatro redes se apaga menos al entrenar? ¿Cuál tiene la menor pérdida de entrenamiento?"),
    dict(en="The higher the rate, the higher the training loss. Sort the four curves of the left panel by their last value.", es="Cuanto mayor es la tasa, mayor es la pérdida de entrenamiento. Ordena las cuatro curvas del panel izquierdo por su último valor."),
], wrong={
    "not the four rates": dict(en="The answer is a list with the rates 0, 0.2, 0.5 and 0.8 in the order of A, B, C and D.", es="La respuesta es una lista con las tasas 0, 0.2, 0.5 y 0.8, en el orden de A, B, C y D."),
    "exchanged": dict(en="{right} of 4 are right. Dropout makes the training harder: the more is switched off, the higher the training loss. Compare its last values.",
                      es="Aciertas {right} de 4. El dropout hace más difícil el entrenamiento: cuanto más se apaga, mayor es la pérdida de entrenamiento. Compara sus últimos valores.", example=dict(right=2)),
}, right=dict(en="The higher the rate, the higher the training loss. The validation loss does not have this order: the lowest one there belongs to a network with dropout.",
              es="Cuanto mayor es la tasa, mayor es la pérdida de entrenamiento. La de validación no sigue ese orden: la más baja es de una red con dropout."))  # fmt: skip
def which_rates(answer: object) -> None:
    """The rates of the curves A to D, a list of four numbers."""
    rates = [float(rate) for rate in answer] if np.ndim(answer) == 1 and np.size(answer) == 4 else []
    right = sum(rate == true for rate, true in zip(rates, RATES, strict=False))
    raise_first({"not the four rates": sorted(rates) != sorted(RATES), "exchanged": right < 4}, right=right)


def _is_dropout(layer: layers.Layer) -> bool:
    return any("Dropout" in kind.__name__ for kind in type(layer).__mro__)


def _probed(answer: keras.Model) -> tuple[list[layers.Layer], list[int], list[int]]:
    """A model's layers, where its dropouts are, and where those that learn; NotYet where dropout or probabilities are missing."""
    images = np.random.default_rng(0).random((6, 28, 28, 1), dtype=np.float32)
    stack = [layer for layer in checks.flat_layers(answer) if not hasattr(layer, "layers")]
    places = [i for i, layer in enumerate(stack) if _is_dropout(layer) and getattr(layer, "rate", 0.5) > 0]
    learning = [i for i, layer in enumerate(stack) if layer.weights and not _is_dropout(layer)]
    behind = not learning or max(places, default=0) > learning[-1]
    raise_first({"no dropout": not places, "dropout after the output": behind})
    quiet, again = (checks.probabilities(answer, images) for _ in range(2))
    raise_first({"dropout in inference": not np.allclose(quiet, again, atol=1e-6)})
    return stack, places, learning


UNSOUND = {
    **checks.TEN_PROBABILITIES,
    "no dropout": dict(en="No layer of this network switches anything off: it has no dropout, or only with the rate 0.", es="Ninguna capa de esta red apaga nada: no tiene dropout, o solo con tasa 0."),
    "dropout after the output": dict(en="A dropout stands after the last layer with weights, so it switches off answers. When the right answer is off, the network cannot learn from it. Move the layer further up.",
                                     es="Hay un dropout después de la última capa con pesos, así que apaga respuestas. Cuando se apaga la correcta, la red no puede aprender de ella. Sube esa capa."),
    "dropout in inference": dict(en="Even with training=False two calls differ: some dropout is always on. Do not write training=True into the network.",
                                 es="Incluso con training=False, dos llamadas difieren: hay algún dropout siempre encendido. No escribas training=True dentro de la red."),
}  # fmt: skip


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Begin with the network of the experiment. It has one Dropout already; where could a second one go?", es="Empieza con la red del experimento. Ya tiene un Dropout; ¿dónde podría ir otro?"),
    dict(en="After the last pooling layer and between the dense layers. A wider dense layer helps, and so do more epochs.", es="Tras el último pooling y entre las capas densas. Ayudan una capa densa más ancha y más épocas."),
    dict(en="… MaxPooling2D, Dropout(0.3), Flatten, Dense(256, activation='relu'), Dropout(0.5), Dense(10, activation='softmax'); then train(network, epochs=15)",
         es="… MaxPooling2D, Dropout(0.3), Flatten, Dense(256, activation='relu'), Dropout(0.5) y Dense(10, activation='softmax'); después, train(network, epochs=15)"),
], wrong={
    **UNSOUND,
    "dropout on the picture": dict(en="The first dropout stands before any layer that learns: it hides pixels of the image itself. In our runs that brought no improvement. Put it after a pooling layer or between dense layers.",
                                   es="El primer dropout va antes de cualquier capa que aprenda: oculta píxeles de la propia imagen. En nuestras ejecuciones eso no mejoró nada. Ponlo tras un pooling o entre capas densas."),
    "before pooling": dict(en="A dropout stands right before a pooling layer. Where it switches off the largest of four values, the pooling passes on another one, so it hides less than its rate says. Put it after the pooling.",
                           es="Hay un dropout justo antes de un pooling. Donde apaga el mayor de cuatro valores, el pooling deja pasar otro, así que oculta menos de lo que dice su tasa. Ponlo después del pooling."),
    "unsuitable rate": dict(en="A rate of {rate:g} is not one that this lesson recommends: 0.1 to 0.3 after an earlier pooling, up to 0.5 between dense layers and before Flatten. The rate is the share that is switched off, not the share that is kept.",
                            es="Una tasa de {rate:g} no es de las que recomienda esta lección: de 0.1 a 0.3 tras un pooling anterior, y hasta 0.5 entre capas densas y antes de Flatten. La tasa es la proporción que se apaga, no la que se conserva.", example=dict(rate=0.9)),
    "too few units": dict(en="A dropout stands after a dense layer of {units} units. With so few, dropout does harm, as `narrow` showed. Make that layer wider.",
                          es="Hay un dropout tras una capa densa de {units} unidades. Con tan pocas, el dropout perjudica, como mostró `narrow`. Haz esa capa más ancha.", example=dict(units=16)),
    "only one place": dict(en="Between two layers that learn there is one place, however many dropouts stand there. The task asks for two places, such as after the last pooling and between the dense layers.",
                           es="Entre dos capas que aprenden hay un solo lugar, por muchos dropouts que pongas. Se piden dos lugares, por ejemplo tras el último pooling y entre las capas densas."),
    "below": dict(en="Places and rates are fine. The network gets {accuracy} of the validation digits right, and the task asks for {asked}. More epochs help, a wider dense layer, convolutions, or lower rates.",
                  es="Los lugares y las tasas están bien. La red acierta el {accuracy} de los dígitos de validación, y se pide el {asked}. Ayudan más épocas, una capa densa más ancha, convoluciones o tasas más bajas.", example=dict(accuracy="94.1 %", asked="96.0 %")),
}, right=dict(en="Rates {rates}, and {accuracy} of the validation digits right.", es="Tasas {rates} y un {accuracy} de aciertos con los dígitos de validación.", example=dict(rates="0.3, 0.5", accuracy="96.8 %")))  # fmt: skip
def two_places(answer: keras.Model) -> Praise:
    """A trained Keras model for digits with dropout in at least two sound places, right for at least ASKED of the validation digits."""
    stack, places, learning = _probed(answer)
    rates = [float(getattr(stack[i], "rate", 0.5)) for i in places]
    before = [stack[max(j for j in learning if j < i)] if i > learning[0] else None for i in places]
    units = min((layer.units for layer in before if isinstance(layer, layers.Dense)), default=64)
    skipped = layers.Activation, layers.ReLU, layers.BatchNormalization, layers.Dropout
    after = [next(type(at).__name__ for at in stack[i + 1 :] if not isinstance(at, skipped)) for i in places]
    wrong = {
        "dropout on the picture": places[0] < learning[0],
        "before pooling": any("Pooling" in name and "Global" not in name for name in after),
        "unsuitable rate": max(rates) > 0.6 or min(rates) < 0.05,
        "too few units": units < 32,
        "only one place": len({id(layer) for layer in before}) < 2,
    }
    raise_first(wrong, rate=max(rates) if max(rates) > 0.6 else min(rates), units=units)
    reached = checks.graded(checks.accuracy(answer, *checks.digits()[1]), ASKED)
    return Praise(rates=", ".join(f"{rate:g}" for rate in rates), accuracy=reached)


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="What should the ten probabilities of an image add up to? Which layer changes them after softmax?", es="¿Cuánto deberían sumar las diez probabilidades de una imagen? ¿Qué capa las cambia después de softmax?"),
    dict(en="Dropout should switch off units that compute, not answers. Move it one line up.", es="El dropout debe apagar unidades que calculan, no respuestas. Súbelo una línea."),
], wrong={
    **UNSOUND,
    "other layers": dict(en="The ten probabilities add up to 1 now, but the task asks for the same layers: a Dense(256) with ReLU, then a Dropout(0.5), then a Dense(10) with softmax.",
                         es="Las diez probabilidades ya suman 1, pero se piden las mismas capas: una Dense(256) con ReLU, después un Dropout(0.5) y después una Dense(10) con softmax."),
}, right=dict(en="The dropout now switches off hidden units, and in training, too, the ten probabilities add up to 1.", es="Ahora el dropout apaga unidades ocultas, y también al entrenar las diez probabilidades suman 1."))  # fmt: skip
def mended(answer: keras.Model) -> None:
    """The colleague's dense network with its dropout before the output layer."""
    stack, places, learning = _probed(answer)
    rates = [float(getattr(stack[i], "rate", 0.5)) for i in places]
    units = [getattr(stack[i], "units", None) for i in learning]
    relu = any(isinstance(at, layers.ReLU) or getattr(at, "activation", None) is keras.activations.relu for at in stack)
    raise_first({"other layers": units != [256, 10] or rates != [0.5] or places[0] < learning[0] or not relu})


@exercise(expects=a_function("penalty(weights, l1, l2)"), hints=[
    dict(en="Two sums over all weights, each times its own λ: one of the sizes, one of the squares.", es="Dos sumas sobre todos los pesos, cada una por su λ: la de los tamaños y la de los cuadrados."),
    dict(en="np.abs(weights).sum() is the first sum. How do you write the second?", es="np.abs(weights).sum() es la primera suma. ¿Cómo se escribe la segunda?"),
], wrong={
    "not a number": dict(en="The penalty is one number for all weights together; yours has the shape {shape}. Is a sum missing?", es="La penalización es un solo número para todos los pesos; la tuya tiene la forma {shape}. ¿Falta una suma?", example=dict(shape="(2, 3)")),
    "signs kept": dict(en="A weight of −3 makes your penalty smaller. L1 adds up sizes: |−3| = 3.", es="Un peso de −3 hace más pequeña tu penalización. L1 suma tamaños: |−3| = 3."),
    "another number": dict(en="For the weights 1, −3, 5 and 0, with l1 = {l1:g} and l2 = {l2:g}, it should be {expected:g}; yours is {value:g}.",
                           es="Con los pesos 1, −3, 5 y 0, l1 = {l1:g} y l2 = {l2:g}, debería ser {expected:g}; la tuya es {value:g}.", example=dict(l1=0, l2=1, expected=35, value=81)),
}, right=dict(en="The same numbers as keras.regularizers.L1L2.", es="Los mismos números que keras.regularizers.L1L2."))  # fmt: skip
def penalty(answer: Callable) -> None:
    """A function (weights, l1, l2) -> what the elastic net adds to the loss."""
    weights = np.array([1.0, -3.0, 5.0, 0.0])
    for l1, l2, shape in ((1.0, 0.0, (2, 2)), (0.0, 1.0, (4,)), (0.1, 0.01, (2, 1, 2))):
        value, expected = np.asarray(answer(weights.reshape(shape), l1, l2), dtype=float), l1 * 9 + l2 * 35
        raise_first({"not a number": value.ndim}, shape=value.shape)
        wrong = {"signs kept": l2 == 0 and _close(value, 3), "another number": not _close(value, expected)}
        raise_first(wrong, l1=l1, l2=l2, expected=expected, value=float(value))


quiz_below = quiz("quiz_below", right="a",
    a=dict(en="The two numbers were measured under different conditions. In the same mode, and without alterations, they can be compared.", es="Los dos números se midieron en condiciones distintas. En el mismo modo y sin transformaciones sí se pueden comparar."),
    b=dict(en="A leak can look like this, too, but dropout and augmentation alone already explain it. First make the two numbers comparable.",
           es="Una fuga de datos también puede dar esta imagen, pero el dropout y el aumento ya bastan para explicarla. Primero haz comparables los dos números."),
    c=dict(en="98 % in validation is no underfitting. The 92 % were measured with half of the units off.", es="Un 98 % en validación no es subajuste. El 92 % se midió con la mitad de las unidades apagadas."))  # fmt: skip

quiz_penalty = quiz("quiz_penalty", right="c",
    a=dict(en="The 0.35 contains the penalty, the 0.29 does not. Without the penalty it may be 0.25.", es="El 0.35 incluye la penalización y el 0.29 no. Sin ella podría ser 0.25."),
    b=dict(en="That may be so, but these numbers do not show it: one contains a penalty, the other does not.", es="Puede ser, pero estos números no lo muestran: uno incluye una penalización y el otro no."),
    c=dict(en="One of them contains the penalty. Compare cross-entropy alone, or accuracy.", es="Uno de ellos incluye la penalización. Compara solo la entropía cruzada, o la exactitud."))  # fmt: skip
