"""Checks for lesson 05, batch normalisation."""

from __future__ import annotations

import numpy as np

from helpers import data
from helpers.exercises import NotYet, exercise, first_line, quiz
from helpers.language import tr


@exercise(
    dict(
        en="Every feature is a column: its mean and variance are taken over the examples of the batch.",
        es="Cada característica es una columna: su media y su varianza se toman sobre los ejemplos del lote.",
    ),
    dict(
        en="x.mean(axis=0), x.var(axis=0). Epsilon is added to the variance, under the root.",
        es="x.mean(axis=0), x.var(axis=0). Epsilon se suma a la varianza, dentro de la raíz.",
    ),
    dict(
        en="return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon) + …",
        es="return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon) + …",
    ),
)
def batch_normalise(answer: object) -> str:
    """A function (x, gamma, beta, epsilon) -> batch normalisation of x, shape (N, features), in training mode."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def batch_normalise(x, gamma, beta, epsilon): …",
            es="La respuesta es una función: def batch_normalise(x, gamma, beta, epsilon): …",
        )
        raise NotYet("not a function", text)
    rng = np.random.default_rng(0)
    x = rng.normal([0, 50, -3, 8], [0.1, 20, 2, 0], (6, 4))  # the last feature is constant
    gamma, beta, epsilon = np.array([1.0, 2, -1, 3]), np.array([0.0, 5, 1, -2]), 0.01
    before = x.copy()
    with np.errstate(all="ignore"):
        result = np.asarray(answer(x, gamma, beta, epsilon), dtype=float)

    def formula(axis: int | None = 0, g=gamma, b=beta, e=epsilon, ddof: int = 0, outside: float = 0.0) -> np.ndarray:
        keep = axis is not None
        spread = np.sqrt(before.var(axis=axis, keepdims=keep, ddof=ddof) + e) + outside
        return g * (before - before.mean(axis=axis, keepdims=keep)) / spread + b

    if not np.array_equal(x, before):
        text = tr(
            en="Your function changes the batch that it was given. Return a new array.",
            es="Tu función modifica el lote que recibe. Devuelve un array nuevo.",
        )
        raise NotYet("changes its input", text)
    if result.shape != x.shape:
        text = tr(
            en=f"A batch of shape {x.shape} went in and {result.shape} came out; the shape should stay.",
            es=f"Entró un lote de forma {x.shape} y salió {result.shape}; la forma debería ser la misma.",
        )
        raise NotYet("wrong shape", text)
    if not np.isfinite(result).all():
        text = tr(
            en="A feature that is constant in the batch has variance 0, and you divide by 0. That is what epsilon is for.",
            es="Una característica constante en el lote tiene varianza 0, y divides entre 0. Para eso está epsilon.",
        )
        raise NotYet("epsilon forgotten", text)
    if np.allclose(result, formula(), rtol=1e-3, atol=1e-3):
        return tr(
            en="Every feature by itself, γ and β applied, and the constant one does no harm.",
            es="Cada característica por separado, con γ y β, y la constante no estorba.",
        )
    wrong = [
        (
            "wrong axis",
            [formula(axis=1), formula(axis=None)],
            tr(
                en="You mix features: the mean goes down each column (axis=0), one for every feature.",
                es="Mezclas características: la media va columna abajo (axis=0), una por característica.",
            ),
        ),
        (
            "gamma and beta forgotten",
            [formula(g=1, b=0), formula(b=0), formula(g=1)],
            tr(
                en="The batch is normalised, but γ or β is not applied: multiply by gamma, then add beta.",
                es="El lote está normalizado, pero falta aplicar γ o β: multiplica por gamma y después suma beta.",
            ),
        ),
        (
            "epsilon outside the root",
            [formula(e=0, outside=epsilon)],
            tr(
                en="Epsilon is added to the variance, under the root, not to its root.",
                es="Epsilon se suma a la varianza, dentro de la raíz, no a la raíz.",
            ),
        ),
        (
            "sample variance",
            [formula(ddof=1)],
            tr(
                en="You divide by N − 1 (ddof=1). Batch normalisation takes the plain mean of the squares, dividing by N.",
                es="Divides entre N − 1 (ddof=1). La normalización por lotes toma la media sin más de los cuadrados, entre N.",
            ),
        ),
        (
            "divided by the variance",
            [gamma * (before - before.mean(axis=0)) / (before.var(axis=0) + epsilon) + beta],
            tr(
                en="Divided by the variance; its root is missing: np.sqrt(…).",
                es="Has dividido entre la varianza; falta la raíz: np.sqrt(…).",
            ),
        ),
    ]
    for name, values, text in wrong:
        if any(np.allclose(result, value, rtol=1e-3, atol=1e-3) for value in values):
            raise NotYet(name, text)
    text = tr(
        en="Other values came out. gamma · (x − mean) / √(variance + epsilon) + beta, feature by feature.",
        es="Han salido otros valores. gamma · (x − media) / √(varianza + epsilon) + beta, característica a característica.",
    )
    raise NotYet("other values", text)


@exercise(
    dict(
        en="Which remedies let the gradient through? Look at the picture with the gradient of every layer.",
        es="¿Qué remedios dejan pasar el gradiente? Mira la imagen con el gradiente de cada capa.",
    ),
    dict(
        en="A loop of Dense, BatchNormalization, Activation; or ReLU with kernel_initializer='he_normal'.",
        es="Un bucle de Dense, BatchNormalization, Activation; o ReLU con kernel_initializer='he_normal'.",
    ),
    dict(
        en="keras.Input((28, 28, 1)), Flatten, ten times Dense(32, activation='relu'), then Dense(10, activation='softmax').",
        es="keras.Input((28, 28, 1)), Flatten, diez veces Dense(32, activation='relu') y Dense(10, activation='softmax').",
    ),
)
def deep_network(answer: object) -> str:
    """A Keras model with at least eight hidden Dense layers whose first layer still gets a gradient."""
    if isinstance(answer, type) or not (callable(answer) and hasattr(answer, "count_params")):
        text = tr(en="The answer is a Keras model.", es="La respuesta es un modelo de Keras.")
        raise NotYet("not a model", text)
    import keras
    import tensorflow as tf

    (images, labels), *_ = data.load_mnist()
    images, labels = images[:200, ..., np.newaxis].astype("float32") / 255, labels[:200]
    try:
        outputs = np.asarray(answer(images[:5], training=False))
    except Exception as error:
        text = tr(
            en=f"Your model does not take images of shape (N, 28, 28, 1). Keras says: {first_line(error)}",
            es=f"Tu modelo no acepta imágenes de forma (N, 28, 28, 1). Keras dice: {first_line(error)}",
        )
        raise NotYet("wrong input shape", text) from None
    if isinstance(answer.layers[-1], keras.layers.BatchNormalization):
        text = tr(
            en="A normalisation after the output layer: what comes out are no probabilities any more. Softmax comes last.",
            es="Una normalización tras la capa de salida: lo que sale ya no son probabilidades. Softmax va al final.",
        )
        raise NotYet("batch norm after the output layer", text)
    if outputs.shape != (5, 10) or outputs.min() < 0 or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        text = tr(
            en=f"For 5 images, 5 rows of ten probabilities should come out; these have shape {outputs.shape}. The last layer is "
            "Dense(10, activation='softmax').",
            es=f"Con 5 imágenes deberían salir 5 filas de diez probabilidades; estas tienen la forma {outputs.shape}. La última "
            "capa es Dense(10, activation='softmax').",
        )
        raise NotYet("not ten probabilities", text)
    dense = [layer for layer in answer._flatten_layers() if isinstance(layer, keras.layers.Dense)]
    if len(dense) < 9:
        text = tr(
            en=f"Your network has {len(dense)} Dense layers; eight hidden ones and the output make nine.",
            es=f"Tu red tiene {len(dense)} capas Dense; ocho ocultas y la de salida son nueve.",
        )
        raise NotYet("not deep", text)
    kept = answer.get_weights()
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(labels, answer(images, training=True))
        loss = keras.ops.mean(losses)
    gradients = tape.gradient(loss, [layer.kernel for layer in dense])
    answer.set_weights(kept)  # a training call moves the averages
    sizes = [0.0 if g is None else float(np.abs(g).mean()) for g in gradients]
    first, last = sizes[0], max(sizes[1:])
    if not np.isfinite(sizes).all():
        text = tr(
            en="The gradient is not a number: the values grow from layer to layer. Smaller starting weights, or normalisation.",
            es="El gradiente no es un número: los valores crecen de capa en capa. Pesos iniciales menores o normalización.",
        )
        raise NotYet("exploding", text)
    if first == 0:
        text = tr(
            en="No gradient at all reaches the first layer: somewhere all units are dead, or all weights start at 0.",
            es="A la primera capa no le llega ningún gradiente: en algún sitio todas las unidades están muertas, o todos los pesos "
            "empiezan en 0.",
        )
        raise NotYet("no gradient", text)
    if first < last / 1000:
        text = tr(
            en=f"The gradient at the first layer is {first:.1e}, the largest of the others {last:.1e}: it vanishes on the way. "
            "Another activation, or normalisation, lets it through.",
            es=f"El gradiente en la primera capa es {first:.1e}; el mayor de las demás, {last:.1e}: se desvanece por el camino. "
            "Otra activación, o la normalización, lo deja pasar.",
        )
        raise NotYet("vanishing gradient", text)
    return tr(
        en=f"{len(dense) - 1} hidden layers, and the first one still hears what happens at the end.",
        es=f"{len(dense) - 1} capas ocultas, y la primera aún se entera de lo que pasa al final.",
    )


@exercise(
    dict(
        en="Alone, a digit is a batch of one. Which mode must a prediction use?",
        es="A solas, un dígito es un lote de uno. ¿Qué modo debe usar una predicción?",
    ),
    dict(
        en="training=True normalises with the batch's own statistics, and moves the averages as well.",
        es="training=True normaliza con las estadísticas del propio lote y además mueve las medias.",
    ),
    dict(
        en="model(images, training=False) or model.predict(images), then the most probable class of each row.",
        es="model(images, training=False) o model.predict(images), y después la clase más probable de cada fila.",
    ),
)
def labels_of(answer: object) -> str:
    """A function (model, images) -> the most probable class of each image, in inference mode."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def labels_of(model, images): …",
            es="La respuesta es una función: def labels_of(model, images): …",
        )
        raise NotYet("not a function", text)
    import keras

    state = np.random.RandomState(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.5),
            keras.layers.Softmax(),
        ]
    )
    weights = [
        state.normal(size=(784, 10)),
        np.ones(10),
        np.zeros(10),
        state.normal(0, 6, 10),
        state.uniform(20, 60, 10),
    ]
    model.set_weights(weights)
    images = state.uniform(size=(30, 28, 28, 1)).astype("float32")
    probabilities = np.asarray(model(images, training=False))
    kept = model.get_weights()
    result = np.asarray(answer(model, images))
    if any(not np.array_equal(new, old) for new, old in zip(model.get_weights(), kept, strict=True)):
        text = tr(
            en="Your prediction changes the model: in training mode, the moving averages take in whatever you predict. That is "
            "why her validation figure became worse. Use inference mode.",
            es="Tu predicción modifica el modelo: en modo de entrenamiento, las medias móviles absorben todo lo que predices. Por "
            "eso empeoró su cifra de validación. Usa el modo de inferencia.",
        )
        raise NotYet("training mode in prediction", text)
    if result.shape == probabilities.shape:
        text = tr(
            en="Those are ten numbers per image. The label is the most probable class: argmax along axis 1.",
            es="Eso son diez números por imagen. La etiqueta es la clase más probable: argmax en el eje 1.",
        )
        raise NotYet("probabilities instead of labels", text)
    if result.shape != (30,):
        text = tr(
            en=f"30 images should give 30 labels; the shape is {result.shape}. argmax needs axis=1, one answer per row.",
            es=f"30 imágenes deberían dar 30 etiquetas; la forma es {result.shape}. argmax necesita axis=1, una por fila.",
        )
        raise NotYet("not one label per image", text)
    alone = np.concatenate([np.asarray(answer(model, images[i : i + 1])).reshape(-1) for i in range(10)])
    if not np.array_equal(alone, result[:10]):
        text = tr(
            en="A digit gets one answer alone and another in company: it is still measured by its batch.",
            es="Un dígito recibe una respuesta a solas y otra en compañía: todavía lo mide su lote.",
        )
        raise NotYet("depends on the batch", text)
    if not np.array_equal(result, probabilities.argmax(axis=1)):
        text = tr(
            en="One label per image, but not the most probable one in inference mode.",
            es="Una etiqueta por imagen, pero no la más probable en modo de inferencia.",
        )
        raise NotYet("other labels", text)
    return tr(
        en="A digit gets the same answer alone and in company, and the model stays as it was.",
        es="Un dígito recibe la misma respuesta a solas que en compañía, y el modelo queda como estaba.",
    )


quiz_statistics = quiz(
    "quiz_statistics",
    right="c",
    a=dict(
        en="That is training mode. A single image would then always be normalised to 0.",
        es="Ese es el modo de entrenamiento. Una imagen sola quedaría siempre normalizada a 0.",
    ),
    b=dict(
        en="γ and β come after the normalisation, in both modes. Mean and variance are something else.",
        es="γ y β vienen después de normalizar, en los dos modos. La media y la varianza son otra cosa.",
    ),
    c=dict(
        en="They stay fixed, so an image's answer does not depend on its company.",
        es="Quedan fijas, así que la respuesta a una imagen no depende de su compañía.",
    ),
)

quiz_lag = quiz(
    "quiz_lag",
    right="a",
    a=dict(
        en="After 96 batches with momentum 0.99, 38 % of the starting values are still in the averages.",
        es="Tras 96 lotes con `momentum` 0.99, el 38 % de los valores iniciales sigue en las medias.",
    ),
    b=dict(
        en="Possible, and worth a look, but batch normalisation with so few batches explains it, and it passes by waiting.",
        es="Es posible, y conviene mirarlo, pero la normalización con tan pocos lotes lo explica, y se pasa esperando.",
    ),
    c=dict(
        en="Overfitting leaves validation well above guessing: lesson 01 memorised and still got 95 % right.",
        es="El sobreajuste deja la validación muy por encima del azar: la lección 01 memorizaba y aun así acertaba el 95 %.",
    ),
)
