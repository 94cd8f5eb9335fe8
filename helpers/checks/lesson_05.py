"""Checks for lesson 05, batch normalisation."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from helpers import checks, data
from helpers.checks import A_CLASSIFIER, A_MODEL_OF_DIGITS, Praise, a_function, exercise, flat_layers, quiz, raise_first

ASKED = 0.881  # of the 1,000 validation digits, that is, more than 88 %
DEEP = {
    "not deep": dict(en="Your network has {deep} Dense layers one behind the other; eight hidden ones and the output make nine. Layers side by side do not count, and one layer object counts once.", es="Tu red tiene {deep} capas Dense una detrás de otra; ocho ocultas y la de salida son nueve. Las capas en paralelo no cuentan, y un mismo objeto capa cuenta una sola vez.", example=dict(deep=4)),
    "linear": dict(en="All these layers together do what a single Dense layer could do: between them nothing is nonlinear. Give the hidden ones an activation, such as 'relu'.", es="Todas estas capas juntas hacen lo que podría hacer una sola capa Dense: entre ellas no hay nada no lineal. Da a las ocultas una activación, por ejemplo 'relu'."),
}  # fmt: skip
AFTER_OUTPUT = {"batch norm after the output layer": dict(en="A normalisation after the output layer: what comes out are no probabilities any more. Softmax comes last.", es="Una normalización tras la capa de salida: lo que sale ya no son probabilidades. Softmax va al final.")}  # fmt: skip


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="Which remedies let the gradient through? Look at the picture with the gradient of every layer.", es="¿Qué remedios dejan pasar el gradiente? Mira la imagen con el gradiente de cada capa."),
    dict(en="A loop of Dense, BatchNormalization, Activation; or ReLU with kernel_initializer='he_normal'.", es="Un bucle de Dense, BatchNormalization, Activation; o ReLU con kernel_initializer='he_normal'."),
    dict(en="keras.Input((28, 28, 1)), Flatten, ten times Dense(32, activation='relu'), then Dense(10, activation='softmax').", es="keras.Input((28, 28, 1)), Flatten, diez veces Dense(32, activation='relu') y Dense(10, activation='softmax')."),
], wrong={
    **checks.TEN_PROBABILITIES,
    **AFTER_OUTPUT,
    "exploding": dict(en="The gradient is not a number: the values grow from layer to layer. Smaller starting weights, or normalisation.", es="El gradiente no es un número: los valores crecen de capa en capa. Pesos iniciales menores o normalización."),
    **DEEP,
    "no gradient": dict(en="No gradient at all reaches the first layer: somewhere all units are dead, or all weights start at 0.", es="A la primera capa no le llega ningún gradiente: en algún sitio todas las unidades están muertas, o todos los pesos empiezan en 0."),
    "vanishing gradient": dict(en="The gradient at the first layer is {first:.1e}, the largest of the others {largest:.1e}: it vanishes on the way. Another activation, or batch normalisation, lets it through.", es="El gradiente en la primera capa es {first:.1e}; el mayor de las demás, {largest:.1e}: se desvanece por el camino. Otra activación, o la batch normalization, lo deja pasar.", example=dict(first=4.4e-8, largest=0.036)),
}, right=dict(en="{hidden} hidden layers, one behind the other, and the first one still gets a gradient.", es="{hidden} capas ocultas, una detrás de otra, y a la primera aún le llega un gradiente.", example=dict(hidden=10)))  # fmt: skip
def deep_network(answer: keras.Model) -> Praise:
    """A Keras model with at least eight hidden Dense layers whose first layer still gets a gradient."""
    images, labels = (part[:200] for part in checks.digits()[0])
    broken = not np.isfinite(answer(images[:5], training=False)).all()
    behind = isinstance(answer.layers[-1], layers.BatchNormalization)
    raise_first({"batch norm after the output layer": behind, "exploding": broken})
    checks.probabilities(answer, images[:5])
    dense = [layer for layer in flat_layers(answer) if isinstance(layer, layers.Dense)]
    deep = _depth(answer)
    raise_first({"not deep": deep < 9}, deep=deep)
    first, *others = _gradient_sizes(answer, dense, images, labels)
    wrong = {
        "exploding": not np.isfinite([first, *others]).all(),
        "no gradient": first == 0,
        "vanishing gradient": first < max(others) / 1000,
        "linear": _is_linear(answer, images),
    }
    raise_first(wrong, first=first, largest=max(others))
    return Praise(hidden=deep - 1)


def _depth(part: object) -> int:
    """How many Dense layers lie one behind the other in a layer or model, at most."""
    if not isinstance(part, keras.Model):
        return int(isinstance(part, layers.Dense))
    if isinstance(part, keras.Sequential):
        return sum(map(_depth, part.layers))
    reached: dict[object, int] = {}
    for layer in part.layers:  # inputs first
        try:
            before = [] if isinstance(layer, layers.InputLayer) else keras.Model(part.inputs, layer.input).layers
        except (AttributeError, ValueError):  # a layer with several places: each is behind what came earlier
            before = list(reached)
        reached[layer] = _depth(layer) + max((reached.get(other, 0) for other in before), default=0)
    return max(reached.values())


def _gradient_sizes(model: keras.Model, dense: list, images: np.ndarray, labels: np.ndarray) -> list[float]:
    """The mean size of the loss's gradient by each layer's kernel. The model stays as it was."""
    kept = model.get_weights()
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(labels, model(images, training=True))
        loss = keras.ops.mean(losses)
    gradients = tape.gradient(loss, [layer.kernel for layer in dense])
    model.set_weights(kept)  # a training call moves the averages
    return [0.0 if gradient is None else float(np.abs(gradient).mean()) for gradient in gradients]


def _is_linear(model: keras.Model, images: np.ndarray) -> bool:
    """Whether the values before softmax at the mean of two images are the mean of their values."""
    half = len(images) // 2
    trio = [images[:half], images[half:], (images[:half] + images[half:]) / 2]
    # Softmax forgets a number that is added to all ten; without their mean, logarithms are the values before it.
    logits = [np.log(np.asarray(model(some, training=False), float) + 1e-30) for some in trio]
    one, other, between = (values - values.mean(axis=1, keepdims=True) for values in logits)
    return np.abs((one + other) / 2 - between).max() < 1e-3 * np.abs(one - other).max()


@exercise(expects=a_function("refresh(model, images)"), hints=[
    dict(en="Which mode moves the averages? And does calling a model, without fit, change its weights?", es="¿Qué modo mueve las medias? Y llamar a un modelo, sin fit, ¿cambia sus pesos?"),
    dict(en="Each call with training=True takes over 1 − momentum of the batch's values: with 0.99, one in a hundred.", es="Cada llamada con training=True toma 1 − momentum de los valores del lote: con 0.99, una centésima."),
    dict(en="A loop of some hundred calls: model(images, training=True).", es="Un bucle de unos cientos de llamadas: model(images, training=True)."),
], wrong={
    "trains the weights": dict(en="The trained weights (or γ and β) are not the same any more. Only the moving averages should change: call the model, without fit.", es="Los pesos entrenados (o γ y β) ya no son los mismos. Solo deben cambiar las medias móviles: llama al modelo, sin fit."),
    "leaves layers frozen": dict(en="Afterwards, not the same layers are trainable as before. Leave trainable as you found it.", es="Después, no son entrenables las mismas capas que antes. Deja trainable como estaba."),
    "averages unchanged": dict(en="The moving averages have not changed. Inference mode only reads them, and a frozen layer stays in inference mode. A copy of the model has averages of its own.", es="Las medias móviles no han cambiado. El modo de inferencia solo las lee, y una capa congelada se queda en modo de inferencia. Una copia del modelo tiene sus propias medias."),
    "not there yet": dict(en="The averages have moved, but the distance to the values of these images is still {share:.0f} % of what it was. How much does each call take over, and from how many images at once?", es="Las medias se han movido, pero la distancia a los valores de estas imágenes es aún el {share:.0f} % de la inicial. ¿Cuánto toma cada llamada, y de cuántas imágenes a la vez?", example=dict(share=99.0)),
}, right=dict(en="The averages fit these images, and no weight was trained.", es="Las medias corresponden a estas imágenes y no se ha entrenado ningún peso."))  # fmt: skip
def refresh(answer: Callable) -> None:
    """A function (model, images) that brings the moving averages up to date and changes nothing else."""
    model, images = _late_model()
    learnt, averages = [*map(np.array, model.trainable_variables)], [*map(np.array, model.non_trainable_variables)]
    answer(model, images)
    raise_first({"leaves layers frozen": not all(layer.trainable for layer in [model, *model.layers])})
    now = [*map(np.array, model.trainable_variables)]
    raise_first({"trains the weights": not all(map(np.array_equal, now, learnt))})
    found = [*map(np.array, model.non_trainable_variables)]
    for layer in model.layers[2::3]:
        layer.momentum = 0.0  # one call takes over the batch's values
    model(images, training=True)
    true = [*map(np.array, model.non_trainable_variables)]
    left, before = (sum(np.abs(a - b).sum() for a, b in zip(v, true, strict=True)) for v in (found, averages))
    wrong = {"averages unchanged": all(map(np.array_equal, found, averages)), "not there yet": left > 0.2 * before}
    raise_first(wrong, share=100 * left / before)


def _late_model() -> tuple[keras.Model, np.ndarray]:
    """A model with two normalisations whose averages are at their start, and 60 digits."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])
    for units in (12, 8):
        for part in (layers.Dense(units), layers.BatchNormalization(), layers.Activation("sigmoid")):
            model.add(part)
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", loss="sparse_categorical_crossentropy")
    return model, data.load_mnist()[0][0][:60, ..., np.newaxis].astype("float32") / 25


@exercise(expects=a_function("mended_network()"), hints=[
    dict(en="What does a normalisation layer keep between two calls? Do its four places have the same means?", es="¿Qué guarda una capa de normalización entre dos llamadas? ¿Son iguales las medias en sus cuatro sitios?"),
    dict(en="Each hidden layer needs moving averages, γ and β of its own, so a layer object of its own.", es="Cada capa oculta necesita sus propias medias móviles, γ y β, y por tanto su propio objeto capa."),
    dict(en="Inside the loop: x = layers.BatchNormalization(momentum=0.9)(x)", es="Dentro del bucle: x = layers.BatchNormalization(momentum=0.9)(x)"),
], wrong={
    **A_MODEL_OF_DIGITS.wrong,
    **AFTER_OUTPUT,
    "not like hers": dict(en="Her network has four hidden Dense layers one behind the other; yours has {hidden}.", es="Su red tiene cuatro capas Dense ocultas, una detrás de otra; la tuya, {hidden}.", example=dict(hidden=2)),
    "batch norm removed": dict(en="There is no batch normalisation left. She wants to keep it.", es="Ya no queda ninguna batch normalization. Ella quiere conservarla."),
    "too few normalisations": dict(en="{hidden} hidden Dense layers, but {norms} BatchNormalization objects. Each object keeps one set of averages, and each hidden layer needs its own.",
                                   es="{hidden} capas Dense ocultas, pero {norms} objetos BatchNormalization. Cada objeto guarda un solo juego de medias, y cada capa oculta necesita el suyo.", example=dict(hidden=4, norms=1)),
}, right=dict(en="Each hidden layer has averages of its own.", es="Cada capa oculta tiene sus propias medias."))  # fmt: skip
def mended_network(answer: Callable) -> None:
    """A function that returns a network with a BatchNormalization object for each hidden Dense layer."""
    model = A_MODEL_OF_DIGITS.ask(answer())
    raise_first({"batch norm after the output layer": isinstance(model.layers[-1], layers.BatchNormalization)})
    norms = sum(isinstance(layer, layers.BatchNormalization) for layer in {*flat_layers(model)})
    hidden = _depth(model) - 1
    wrong = {"batch norm removed": norms == 0, "not like hers": hidden < 4, "too few normalisations": norms < hidden}
    raise_first(wrong, hidden=hidden, norms=norms)


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Which activations keep the gradient large? And what helps against overfitting?", es="¿Qué activaciones mantienen grande el gradiente? ¿Y qué ayuda contra el sobreajuste?"),
    dict(en="ELU or tanh instead of sigmoid, and wider layers, with batch normalisation before the activation.", es="ELU o tanh en lugar de la sigmoide y capas más anchas, con batch normalization antes de la activación."),
    dict(en="128 units, 'elu', momentum=0.9, and Dropout(0.3) right behind Flatten.", es="128 unidades, 'elu', momentum=0.9 y Dropout(0.3) justo detrás de Flatten."),
], wrong={
    **DEEP,
    "uses convolutions": dict(en="This time without convolutions: show what eight Dense layers can do.", es="Esta vez sin convoluciones: muestra de qué son capaces ocho capas Dense."),
    "saw the validation digits": dict(en="Validation {val:.1f} %, but {test:.1f} % on the test digits: was the model trained with x_val? Train with x_train only.", es="Validación {val:.1f} %, pero {test:.1f} % con los dígitos de prueba: ¿se entrenó el modelo con x_val? Entrena solo con x_train.", example=dict(val=100.0, test=88.0)),
    "below": dict(en="Validation accuracy {accuracy}, training accuracy {train}. The goal is more than 88 % in validation.", es="Exactitud de validación {accuracy}, de entrenamiento {train}. La meta es más del 88 % en validación.", example=dict(accuracy="84.0 %", train="100.0 %")),
}, right=dict(en="Validation accuracy {val}, with {hidden} hidden Dense layers.", es="Exactitud de validación {val}, con {hidden} capas Dense ocultas.", example=dict(val="91.2 %", hidden=8)))  # fmt: skip
def beat_88(answer: keras.Model) -> Praise:
    """A trained model with at least eight hidden Dense layers and more than 88 % of the validation digits right."""
    deep, convolutions = _depth(answer), any("Conv" in type(layer).__name__ for layer in flat_layers(answer))
    raise_first({"uses convolutions": convolutions, "not deep": deep < 9}, deep=deep)
    train, val, test = (checks.accuracy(answer, *digits) for digits in checks.digits())
    saw, linear = val > test + 0.06, _is_linear(answer, checks.digits()[1][0])
    raise_first({"saw the validation digits": saw, "linear": linear}, val=100 * val, test=100 * test)
    return Praise(val=checks.graded(val, ASKED, train=checks.percent(train)), hidden=deep - 1)


quiz_collapse = quiz("quiz_collapse", right="c",
    a=dict(en="Three layers without activations in between are one matrix and one bias, as computed above.", es="Tres capas sin activaciones de por medio son una sola matriz y un solo sesgo, como hemos calculado arriba."),
    b=dict(en="In prediction, dropout does nothing. What is left are two dense layers without an activation in between.", es="Al predecir, el dropout no hace nada. Quedan dos capas densas sin activación de por medio."),
    c=dict(en="ReLU stands between the layers, and it is no straight line: they do not collapse.", es="Entre las capas hay una ReLU, que no es una recta: no se reducen a una."))  # fmt: skip

quiz_modes = quiz("quiz_modes", right="b",
    a=dict(en="γ and β are applied in both modes. Look at the two formulas above.", es="γ y β se aplican en los dos modos. Mira las dos fórmulas de arriba."),
    b=dict(en="They have moved one tenth of the way from 0 and 1 towards the batch's values.", es="Solo han recorrido una décima parte del camino desde 0 y 1 hacia los valores del lote."),
    c=dict(en="Nothing is random here; the same call gives the same numbers.", es="Aquí no hay nada aleatorio; la misma llamada da los mismos números."))  # fmt: skip

read_curves = quiz("read_curves", right="d",
    a=dict(en="A network that overfits still gets far more right than guessing: lesson 01's got about 95 %. And validation accuracy rises later, although nothing was done against overfitting.", es="Una red con sobreajuste acierta aun así mucho más que el azar: la de la lección 01, alrededor del 95 %. Y la exactitud de validación sube después, aunque no se hizo nada contra el sobreajuste."),
    b=dict(en="Then training accuracy would stay low, too, as in deep_plain.", es="Entonces también sería baja la exactitud de entrenamiento, como en deep_plain."),
    c=dict(en="Then training accuracy would jump or stay low. It rises steadily.", es="Entonces la exactitud de entrenamiento daría saltos o sería baja. Sube de manera constante."),
    d=dict(en="Training uses each batch's own statistics, so only validation is affected.", es="El entrenamiento usa las estadísticas de cada lote, así que solo afecta a la validación."))  # fmt: skip
