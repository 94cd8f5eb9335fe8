"""Checks for lesson 05, batch normalisation."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from helpers import data
from helpers.checks import A_MODEL_OF_DIGITS, NotYet, Praise, a_function, exercise, flat_layers, quiz, raise_first

# A batch to normalise; its last feature is constant.
BATCH = np.random.default_rng(0).normal([0, 50, -3, 8], [0.1, 20, 2, 0], (6, 4))
GAMMA, BETA, EPSILON = np.array([1.0, 2, -1, 3]), np.array([0.0, 5, 1, -2]), 0.01


def _normalised(axis=0, gamma=GAMMA, beta=BETA, epsilon=EPSILON, ddof=0, outside=0.0, power=0.5) -> np.ndarray:
    """BATCH normalised, rightly unless an argument says otherwise."""
    keep = axis is not None
    spread = (BATCH.var(axis=axis, keepdims=keep, ddof=ddof) + epsilon) ** power + outside
    return gamma * (BATCH - BATCH.mean(axis=axis, keepdims=keep)) / spread + beta


@exercise(expects=a_function("batch_normalise(x, gamma, beta, epsilon)"), hints=[
    dict(en="Every feature is a column: its mean and variance are taken over the examples of the batch.", es="Cada característica es una columna: su media y su varianza se toman sobre los ejemplos del lote."),
    dict(en="x.mean(axis=0), x.var(axis=0). Epsilon is added to the variance, under the root.", es="x.mean(axis=0), x.var(axis=0). Epsilon se suma a la varianza, dentro de la raíz."),
    dict(en="return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon) + …", es="return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon) + …"),
], wrong={
    "changes its input": dict(en="Your function changes the batch that it was given. Return a new array.", es="Tu función modifica el lote que recibe. Devuelve un array nuevo."),
    "wrong shape": dict(en="A batch of shape {given} went in and {shape} came out; the shape should stay.",
                        es="Entró un lote de forma {given} y salió {shape}; la forma debería ser la misma.", example=dict(given="(6, 4)", shape="(4,)")),
    "epsilon forgotten": dict(en="A feature that is constant in the batch has variance 0, and you divide by 0. That is what epsilon is for.",
                              es="Una característica constante en el lote tiene varianza 0, y divides entre 0. Para eso está epsilon."),
    "wrong axis": dict(en="You mix features: the mean goes down each column (axis=0), one for every feature.", es="Mezclas características: la media va columna abajo (axis=0), una por característica."),
    "gamma and beta forgotten": dict(en="The batch is normalised, but γ or β is not applied: multiply by gamma, then add beta.",
                                     es="El lote está normalizado, pero falta aplicar γ o β: multiplica por gamma y después suma beta."),
    "epsilon outside the root": dict(en="Epsilon is added to the variance, under the root, not to its root.", es="Epsilon se suma a la varianza, dentro de la raíz, no a la raíz."),
    "sample variance": dict(en="You divide by N − 1 (ddof=1). Batch normalisation takes the plain mean of the squares, dividing by N.",
                            es="Divides entre N − 1 (ddof=1). La normalización por lotes toma la media sin más de los cuadrados, entre N."),
    "divided by the variance": dict(en="Divided by the variance; its root is missing: np.sqrt(…).", es="Has dividido entre la varianza; falta la raíz: np.sqrt(…)."),
    "other values": dict(en="Other values came out. gamma · (x − mean) / √(variance + epsilon) + beta, feature by feature.",
                         es="Han salido otros valores. gamma · (x − media) / √(varianza + epsilon) + beta, característica a característica."),
}, right=dict(en="Every feature by itself, γ and β applied, and the constant one does no harm.", es="Cada característica por separado, con γ y β, y la constante no estorba."))  # fmt: skip
def batch_normalise(answer: Callable) -> None:
    """A function (x, gamma, beta, epsilon) -> batch normalisation of x, shape (N, features), in training mode."""
    given = BATCH.copy()
    with np.errstate(all="ignore"):
        result = np.asarray(answer(given, GAMMA, BETA, EPSILON), dtype=float)
    wrong = {
        "changes its input": not np.array_equal(given, BATCH),
        "wrong shape": result.shape != BATCH.shape,
        "epsilon forgotten": not np.isfinite(result).all(),
    }
    raise_first(wrong, given=BATCH.shape, shape=result.shape)

    def like(*expected: np.ndarray) -> bool:
        return any(np.allclose(result, values, rtol=1e-3, atol=1e-3) for values in expected)

    if not like(_normalised()):
        wrong = {
            "wrong axis": like(_normalised(axis=1), _normalised(axis=None)),
            "gamma and beta forgotten": like(_normalised(gamma=1, beta=0), _normalised(beta=0), _normalised(gamma=1)),
            "epsilon outside the root": like(_normalised(epsilon=0, outside=EPSILON)),
            "sample variance": like(_normalised(ddof=1)),
            "divided by the variance": like(_normalised(power=1)),
            "other values": True,
        }
        raise_first(wrong)


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="Which remedies let the gradient through? Look at the picture with the gradient of every layer.", es="¿Qué remedios dejan pasar el gradiente? Mira la imagen con el gradiente de cada capa."),
    dict(en="A loop of Dense, BatchNormalization, Activation; or ReLU with kernel_initializer='he_normal'.", es="Un bucle de Dense, BatchNormalization, Activation; o ReLU con kernel_initializer='he_normal'."),
    dict(en="keras.Input((28, 28, 1)), Flatten, ten times Dense(32, activation='relu'), then Dense(10, activation='softmax').",
         es="keras.Input((28, 28, 1)), Flatten, diez veces Dense(32, activation='relu') y Dense(10, activation='softmax')."),
], wrong={
    "batch norm after the output layer": dict(en="A normalisation after the output layer: what comes out are no probabilities any more. Softmax comes last.",
                                              es="Una normalización tras la capa de salida: lo que sale ya no son probabilidades. Softmax va al final."),
    "exploding": dict(en="The gradient is not a number: the values grow from layer to layer. Smaller starting weights, or normalisation.",
                      es="El gradiente no es un número: los valores crecen de capa en capa. Pesos iniciales menores o normalización."),
    "not ten probabilities": dict(en="For 5 images, 5 rows of ten probabilities should come out; these have shape {shape}. The last layer is Dense(10, activation='softmax').",
                                  es="Con 5 imágenes deberían salir 5 filas de diez probabilidades; estas tienen la forma {shape}. La última capa es Dense(10, activation='softmax').", example=dict(shape="(5, 28, 28, 10)")),
    "not deep": dict(en="Your network has {dense} Dense layers; eight hidden ones and the output make nine.", es="Tu red tiene {dense} capas Dense; ocho ocultas y la de salida son nueve.", example=dict(dense=4)),
    "linear": dict(en="All these layers together do what a single Dense layer could do: between them nothing is nonlinear. Give the hidden ones an activation, such as 'relu'.",
                   es="Todas estas capas juntas hacen lo que podría hacer una sola capa Dense: entre ellas no hay nada no lineal. Da a las ocultas una activación, por ejemplo 'relu'."),
    "no gradient": dict(en="No gradient at all reaches the first layer: somewhere all units are dead, or all weights start at 0.",
                        es="A la primera capa no le llega ningún gradiente: en algún sitio todas las unidades están muertas, o todos los pesos empiezan en 0."),
    "vanishing gradient": dict(en="The gradient at the first layer is {first:.1e}, the largest of the others {largest:.1e}: it vanishes on the way. Another activation, or normalisation, lets it through.",
                               es="El gradiente en la primera capa es {first:.1e}; el mayor de las demás, {largest:.1e}: se desvanece por el camino. Otra activación, o la normalización, lo deja pasar.", example=dict(first=4.4e-8, largest=0.036)),
}, right=dict(en="{hidden} hidden layers, and the first one still hears what happens at the end.",
              es="{hidden} capas ocultas, y la primera aún se entera de lo que pasa al final.", example=dict(hidden=10)))  # fmt: skip
def deep_network(answer: keras.Model) -> Praise:
    """A Keras model with at least eight hidden Dense layers whose first layer still gets a gradient."""
    (images, labels), *_ = data.load_mnist()
    images, labels = images[:200, ..., np.newaxis].astype("float32") / 255, labels[:200]
    outputs = np.asarray(answer(images[:5], training=False))
    dense = [layer for layer in flat_layers(answer) if isinstance(layer, layers.Dense)]
    sums = outputs.sum(axis=-1)
    wrong = {
        "batch norm after the output layer": isinstance(answer.layers[-1], layers.BatchNormalization),
        "exploding": not np.isfinite(outputs).all(),
        "not ten probabilities": outputs.shape != (5, 10) or outputs.min() < 0 or not np.allclose(sums, 1, atol=1e-3),
        "not deep": len(dense) < 9,
    }
    raise_first(wrong, shape=outputs.shape, dense=len(dense))
    first, *others = _gradient_sizes(answer, dense, images, labels)
    wrong = {
        "exploding": not np.isfinite([first, *others]).all(),
        "no gradient": first == 0,
        "vanishing gradient": first < max(others) / 1000,
        "linear": _is_linear(answer, images),
    }
    raise_first(wrong, first=first, largest=max(others))
    return Praise(hidden=len(dense) - 1)


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


@exercise(expects=a_function("labels_of(model, images)"), hints=[
    dict(en="Alone, a digit is a batch of one. Which mode must a prediction use?", es="A solas, un dígito es un lote de uno. ¿Qué modo debe usar una predicción?"),
    dict(en="training=True normalises with the batch's own statistics, and moves the averages as well.", es="training=True normaliza con las estadísticas del propio lote y además mueve las medias."),
    dict(en="model(images, training=False) or model.predict(images), then the most probable class of each row.",
         es="model(images, training=False) o model.predict(images), y después la clase más probable de cada fila."),
], wrong={
    "training mode in prediction": dict(en="Your prediction changes the model: in training mode, the moving averages take in whatever you predict. That is why her validation figure became worse. Use inference mode.",
                                        es="Tu predicción modifica el modelo: en modo de entrenamiento, las medias móviles absorben todo lo que predices. Por eso empeoró su cifra de validación. Usa el modo de inferencia."),
    "freezes the model": dict(en="Your function leaves the model frozen (trainable is False): the next fit would learn nothing. Use inference mode, which needs no freezing.",
                              es="Tu función deja el modelo congelado (trainable es False): el próximo fit no aprendería nada. Usa el modo de inferencia, que no necesita congelar."),
    "probabilities instead of labels": dict(en="Those are ten numbers per image. The label is the most probable class: argmax along axis 1.",
                                            es="Eso son diez números por imagen. La etiqueta es la clase más probable: argmax en el eje 1."),
    "not one label per image": dict(en="30 images should give 30 labels; the shape is {shape}. argmax needs axis=1, one answer per row.",
                                    es="30 imágenes deberían dar 30 etiquetas; la forma es {shape}. argmax necesita axis=1, una por fila.", example=dict(shape="(10,)")),
    "depends on the batch": dict(en="A digit gets one answer alone and another in company: it is still measured by its batch.",
                                 es="Un dígito recibe una respuesta a solas y otra en compañía: todavía lo mide su lote."),
    "other labels": dict(en="One label per image, but not the most probable one in inference mode.", es="Una etiqueta por imagen, pero no la más probable en modo de inferencia."),
}, right=dict(en="A digit gets the same answer alone and in company, and the model stays as it was.",
              es="Un dígito recibe la misma respuesta a solas que en compañía, y el modelo queda como estaba."))  # fmt: skip
def labels_of(answer: Callable) -> None:
    """A function (model, images) -> the most probable class of each image, in inference mode."""
    model, images = _normalising_model()
    probabilities, kept = np.asarray(model(images, training=False)), model.get_weights()
    result = np.asarray(answer(model, images))
    wrong = {
        "training mode in prediction": not all(map(np.array_equal, model.get_weights(), kept)),
        "freezes the model": not all(layer.trainable for layer in [model, *model.layers]),
        "probabilities instead of labels": result.shape == probabilities.shape,
        "not one label per image": result.shape != (30,),
    }
    raise_first(wrong, shape=result.shape)
    alone = np.concatenate([np.asarray(answer(model, images[i : i + 1])).reshape(-1) for i in range(10)])
    if not np.array_equal(alone, result[:10]):
        raise NotYet("depends on the batch")
    if not np.array_equal(result, probabilities.argmax(axis=1)):
        raise NotYet("other labels")


def _normalising_model() -> tuple[keras.Model, np.ndarray]:
    """A model whose moving averages differ from a batch's statistics, and 30 images for it."""
    state = np.random.RandomState(0)
    hidden = [layers.Flatten(), layers.Dense(10, use_bias=False), layers.BatchNormalization(momentum=0.5)]
    model = keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Softmax()])
    kernel, means, variances = state.normal(size=(784, 10)), state.normal(0, 6, 10), state.uniform(20, 60, 10)
    model.set_weights([kernel, np.ones(10), np.zeros(10), means, variances])
    return model, state.uniform(size=(30, 28, 28, 1)).astype("float32")


quiz_statistics = quiz("quiz_statistics", right="c",
    a=dict(en="That is training mode. A single image would then always be normalised to 0.", es="Ese es el modo de entrenamiento. Una imagen sola quedaría siempre normalizada a 0."),
    b=dict(en="γ and β come after the normalisation, in both modes. Mean and variance are something else.", es="γ y β vienen después de normalizar, en los dos modos. La media y la varianza son otra cosa."),
    c=dict(en="They stay fixed, so an image's answer does not depend on its company.", es="Quedan fijas, así que la respuesta a una imagen no depende de su compañía."),
)  # fmt: skip

quiz_lag = quiz("quiz_lag", right="a",
    a=dict(en="After 96 batches with momentum 0.99, 38 % of the starting values are still in the averages.", es="Tras 96 lotes con `momentum` 0.99, el 38 % de los valores iniciales sigue en las medias."),
    b=dict(en="Possible, and worth a look, but batch normalisation with so few batches explains it, and it passes by waiting.",
           es="Es posible, y conviene mirarlo, pero la normalización con tan pocos lotes lo explica, y se pasa esperando."),
    c=dict(en="Overfitting leaves validation well above guessing: lesson 01 memorised and still got 95 % right.",
           es="El sobreajuste deja la validación muy por encima del azar: la lección 01 memorizaba y aun así acertaba el 95 %."),
)  # fmt: skip
