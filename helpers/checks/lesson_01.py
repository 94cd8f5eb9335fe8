"""Checks for lesson 01, the MNIST baseline."""

from __future__ import annotations

import numpy as np

from helpers.exercises import NotYet, exercise, first_line, quiz
from helpers.language import tr


@exercise(
    dict(
        en="A z-score is (value − mean) / standard deviation. Whose mean? The network learns on `train`.",
        es="Una puntuación z es (valor − media) / desviación típica. ¿La media de quién? La red aprende con `train`.",
    ),
    dict(
        en="One mean and one standard deviation for all pixels will do: train.mean(), train.std(). "
        "images[..., np.newaxis] adds the channel axis.",
        es="Basta una media y una desviación típica para todos los píxeles: train.mean(), train.std(). "
        "images[..., np.newaxis] añade el eje de canales.",
    ),
    dict(
        en="def standardise(train, images): return (images[..., np.newaxis] - train.mean()) / …",
        es="def standardise(train, images): return (images[..., np.newaxis] - train.mean()) / …",
    ),
)
def standardise(answer: object) -> str:
    """A function (train, images) -> z-scores of `images` by the statistics of `train`, with a channel axis."""
    if not callable(answer):
        text = tr(
            en="The answer is a function of two arguments: def standardise(train, images): …",
            es="La respuesta es una función de dos argumentos: def standardise(train, images): …",
        )
        raise NotYet("not a function", text)
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, (40, 28, 28), dtype=np.uint8)
    train[:, 0, 0] = 0  # like the corners of real digits: a pixel that never changes
    images = rng.integers(50, 150, (20, 28, 28), dtype=np.uint8)
    before = images.copy()
    result = np.asarray(answer(train, images))
    if not np.array_equal(images, before):
        text = tr(
            en="Your function changes the digits that it was given; the next run would scale them again. Return a new array.",
            es="Tu función modifica los dígitos que recibe; la próxima vez se escalarían de nuevo. Devuelve un array nuevo.",
        )
        raise NotYet("changes its input", text)
    if result.shape == images.shape:
        text = tr(
            en=f"The shape is {result.shape}: the channel axis is missing. Keras wants (N, 28, 28, 1).",
            es=f"La forma es {result.shape}: falta el eje de canales. Keras espera (N, 28, 28, 1).",
        )
        raise NotYet("missing channel axis", text)
    if result.shape != (20, 28, 28, 1):
        text = tr(
            en=f"For 20 digits the shape should be (20, 28, 28, 1), and it is {result.shape}.",
            es=f"Con 20 dígitos la forma debería ser (20, 28, 28, 1), y es {result.shape}.",
        )
        raise NotYet("wrong shape", text)
    if not np.issubdtype(result.dtype, np.floating):
        text = tr(
            en=f"The result holds whole numbers ({result.dtype}); z-scores lie between them. Return floats.",
            es=f"El resultado contiene enteros ({result.dtype}), y las puntuaciones z tienen decimales. Devuelve decimales.",
        )
        raise NotYet("integers", text)
    values, raw, seen = result[..., 0].astype(float), images.astype(float), train.astype(float)
    if not np.isfinite(values).all():
        text = tr(
            en="Some values are infinite or not a number: a pixel that is 0 in every training digit has standard deviation "
            "0. Take one mean and one standard deviation for all pixels together.",
            es="Hay valores infinitos o no numéricos: un píxel que vale 0 en todos los dígitos de entrenamiento tiene "
            "desviación típica 0. Usa una sola media y una sola desviación típica para todos los píxeles.",
        )
        raise NotYet("division by zero", text)

    def same(expected: np.ndarray) -> bool:
        return np.allclose(values, expected, rtol=0, atol=0.02 * expected.std())

    if same((raw - seen.mean()) / seen.std()):
        return tr(
            en="Every set is measured with the training set's ruler, so a 3 stays the same 3 in all of them.",
            es="Todos los conjuntos se miden con la regla del de entrenamiento: un 3 es el mismo 3 en todos.",
        )
    varying = seen.std(axis=0) > 0
    per_pixel = (raw - seen.mean(axis=0)) / np.where(varying, seen.std(axis=0), 1)
    if np.allclose(values[:, varying], per_pixel[:, varying], rtol=0.02, atol=0.02):
        largest = np.abs(values[:, ~varying]).max()
        if largest > 1000:
            text = tr(
                en="A pixel that never changes in training is divided by almost nothing: a stray grey in a new digit becomes "
                f"{largest:,.0f}. Divide such pixels by 1, or take one mean and one standard deviation for all.",
                es="Un píxel que no cambia en entrenamiento se divide entre casi nada: un gris suelto en un dígito nuevo se convierte "
                f"en {largest:_.0f}. Divide esos píxeles entre 1, o usa una sola media y una sola desviación típica para todos.",
            ).replace("_", " ")
            raise NotYet("divided by almost nothing", text)
        return tr(
            en="You standardise every pixel by itself, and constant pixels do no harm. That works, too.",
            es="Estandarizas cada píxel por separado y los píxeles constantes no estorban. También funciona.",
        )
    if same((raw - raw.mean()) / raw.std()):
        text = tr(
            en="You measure `images` with their own mean and standard deviation. Then the same grey means one thing in training "
            "and another in validation. The ruler comes from `train`, for every set.",
            es="Mides `images` con su propia media y desviación típica. Así, un mismo gris significa una cosa en entrenamiento "
            "y otra en validación. La regla sale de `train`, para todos los conjuntos.",
        )
        raise NotYet("statistics of the wrong set", text)
    if same(raw / 255) or same((raw - seen.min()) / (seen.max() - seen.min())):
        text = tr(
            en="That is min-max: it lies between 0 and 1. A z-score has mean 0 and standard deviation 1 on the training set.",
            es="Eso es mín-máx: queda entre 0 y 1. Una puntuación z tiene media 0 y desviación típica 1 en entrenamiento.",
        )
        raise NotYet("min-max instead of z-score", text)
    if same(raw - seen.mean()):
        text = tr(
            en="The mean is subtracted, but the numbers are still large. Divide by the standard deviation.",
            es="Has restado la media, pero los números siguen siendo grandes. Divide entre la desviación típica.",
        )
        raise NotYet("not divided by the standard deviation", text)
    if same((raw - seen.mean()) / seen.var()):
        text = tr(
            en="Divided by the variance. The standard deviation is its square root: train.std().",
            es="Has dividido entre la varianza. La desviación típica es su raíz cuadrada: train.std().",
        )
        raise NotYet("divided by the variance", text)
    if same((raw / 255 - seen.mean()) / seen.std()) or same((raw - seen.mean()) / seen.std() / 255):
        text = tr(
            en="Scaled twice: by 255 and by the z-score. One of the two is enough; here, the z-score.",
            es="Escalado dos veces: entre 255 y con la puntuación z. Basta con una; aquí, la puntuación z.",
        )
        raise NotYet("double scaling", text)
    text = tr(
        en="The values are not z-scores by the training set: (value − train's mean) / train's standard deviation.",
        es="Los valores no son puntuaciones z respecto a train: (valor − media de train) / desviación típica de train.",
    )
    raise NotYet("other values", text)


@exercise(
    dict(
        en="Where are the parameters? Look at the summary above: nearly all of them sit between Flatten and the first Dense.",
        es="¿Dónde están los parámetros? Mira el resumen de arriba: casi todos, entre Flatten y la primera Dense.",
    ),
    dict(
        en="Fewer filters leave fewer inputs for Dense, and so does a third pooling layer. Dense itself can be narrower.",
        es="Menos filtros dejan menos entradas para Dense; una tercera capa de pooling, también. Y Dense puede ser más estrecha.",
    ),
    dict(
        en="Take the network above with 8 and 16 filters and Dense(32): about 14,000 parameters.",
        es="Toma la red de arriba con 8 y 16 filtros y Dense(32): unos 14 000 parámetros.",
    ),
)
def small_network(answer: object) -> str:
    """A Keras model: images (N, 28, 28, 1) in, ten probabilities out, at most 20,000 parameters."""
    if isinstance(answer, type) or not (callable(answer) and hasattr(answer, "count_params")):
        text = tr(
            en="The answer is a Keras model, for instance keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
            es="La respuesta es un modelo de Keras, por ejemplo keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
        )
        raise NotYet("not a model", text)
    images = np.random.default_rng(0).random((5, 28, 28, 1), dtype=np.float32)
    try:
        outputs = np.asarray(answer(images))
    except Exception as error:
        text = tr(
            en=f"Your model does not take images of shape (N, 28, 28, 1). Does it begin with keras.Input(shape=(28, 28, 1)), "
            f"channel axis included? Keras says: {first_line(error)}",
            es=f"Tu modelo no acepta imágenes de forma (N, 28, 28, 1). ¿Empieza con keras.Input(shape=(28, 28, 1)), eje de "
            f"canales incluido? Keras dice: {first_line(error)}",
        )
        raise NotYet("wrong input shape", text) from None
    if outputs.ndim > 2:
        text = tr(
            en=f"The output has shape {outputs.shape}: still a picture. Something must flatten it before the last Dense, such as "
            "Flatten or GlobalAveragePooling2D.",
            es=f"La salida tiene la forma {outputs.shape}: todavía es una imagen. Algo debe aplanarla antes de la última Dense, "
            "como Flatten o GlobalAveragePooling2D.",
        )
        raise NotYet("not flattened", text)
    if outputs.shape != (5, 10):
        text = tr(
            en=f"For 5 images the output has shape {outputs.shape}. Ten digits need ten outputs: (5, 10).",
            es=f"Con 5 imágenes la salida tiene la forma {outputs.shape}. Diez dígitos necesitan diez salidas: (5, 10).",
        )
        raise NotYet("not ten outputs", text)
    if not np.allclose(outputs.sum(axis=1), 1, atol=1e-3) or outputs.min() < 0:
        text = tr(
            en="The ten outputs of an image do not add up to 1, so they are not probabilities. The last layer wants softmax "
            "(sigmoid looks at each output by itself).",
            es="Las diez salidas de una imagen no suman 1: no son probabilidades. La última capa necesita softmax (sigmoid mira "
            "cada salida por separado).",
        )
        raise NotYet("not probabilities", text)
    count = answer.count_params()
    if count > 20_000:
        text = tr(
            en=f"It works, with {count:,} parameters; 20,000 are allowed.",
            es=f"Funciona, con {count:_} parámetros; se permiten 20 000.",
        ).replace("_", " ")
        raise NotYet("too many parameters", text)
    return tr(
        en=f"{count:,} parameters, {225_034 / count:.0f} times fewer than the baseline. Train it, if you are curious how much it loses.",
        es=f"{count:_} parámetros, {225_034 / count:.0f} veces menos que la red inicial. Entrénala si quieres saber cuánto pierde.",
    ).replace("_", " ")


@exercise(
    dict(
        en="Give her function ten images and the labels 0 to 9, and look at which label lands beside which image.",
        es="Dale a su función diez imágenes y las etiquetas del 0 al 9, y mira qué etiqueta acaba junto a qué imagen.",
    ),
    dict(
        en="rng.permutation is called twice, and each call makes a new order.",
        es="rng.permutation se llama dos veces, y cada llamada inventa un orden nuevo.",
    ),
    dict(
        en="Make one order, order = rng.permutation(len(images)), and use it for both.",
        es="Crea un solo orden, order = rng.permutation(len(images)), y úsalo con los dos.",
    ),
)
def shuffle(answer: object) -> str:
    """A function (images, labels, seed) -> both in one random order, every pair kept."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def shuffle(images, labels, seed): …",
            es="La respuesta es una función: def shuffle(images, labels, seed): …",
        )
        raise NotYet("not a function", text)
    labels = np.arange(60)
    images = np.zeros((60, 28, 28), np.uint8) + labels[:, None, None].astype(np.uint8)  # the picture tells the label
    result = answer(images.copy(), labels.copy(), 1)
    if not (isinstance(result, tuple | list) and len(result) == 2):
        text = tr(
            en="The function should return two things: the images and the labels.",
            es="La función debería devolver dos cosas: las imágenes y las etiquetas.",
        )
        raise NotYet("does not return both", text)
    new_images, new_labels = np.asarray(result[0]), np.asarray(result[1])
    if new_images.shape != images.shape or new_labels.shape != labels.shape:
        text = tr(
            en=f"60 images went in; shapes {new_images.shape} and {new_labels.shape} came out. Nothing may be lost or reshaped.",
            es=f"Entraron 60 imágenes y salieron las formas {new_images.shape} y {new_labels.shape}. No debe perderse ni "
            "cambiar de forma nada.",
        )
        raise NotYet("loses images", text)
    shown = new_images[:, 0, 0]
    if not np.array_equal(np.sort(shown), labels) or not np.array_equal(np.sort(new_labels), labels):
        text = tr(
            en="Some digits now appear twice and others not at all: you draw with replacement. A permutation takes each one once.",
            es="Algunos dígitos salen dos veces y otros ninguna: es un sorteo con reposición. Una permutación toma cada uno una vez.",
        )
        raise NotYet("drawn with replacement", text)
    if not np.array_equal(shown, new_labels):
        text = tr(
            en="Images and labels go separate ways: most images now have another image's label. That is the picture with shuffled "
            "labels again. Both must follow one order.",
            es="Imágenes y etiquetas van cada una por su lado: la mayoría de las imágenes lleva la etiqueta de otra. Es otra vez la "
            "curva de las etiquetas barajadas. Las dos deben seguir un mismo orden.",
        )
        raise NotYet("separate orders", text)
    if np.array_equal(new_labels, labels):
        text = tr(
            en="The pairs stay together, but nothing was shuffled: the order is the old one.",
            es="Las parejas siguen juntas, pero no se ha barajado nada: el orden es el de antes.",
        )
        raise NotYet("not shuffled", text)
    if np.array_equal(answer(images.copy(), labels.copy(), 2)[1], new_labels):
        text = tr(
            en="Two seeds, one and the same order: nothing is drawn at random. Use `seed`.",
            es="Dos semillas y el mismo orden: no se sortea nada. Usa `seed`.",
        )
        raise NotYet("ignores the seed", text)
    return tr(
        en="One order for both, so every image keeps its label.",
        es="Un mismo orden para las dos: cada imagen conserva su etiqueta.",
    )


quiz_loss = quiz(
    "quiz_loss",
    right="b",
    a=dict(
        en="They measure different things, so they may part. Accuracy asks only which class got most probability; the loss asks how much.",
        es="Miden cosas distintas, así que pueden separarse. La exactitud solo pregunta qué clase recibe más probabilidad; la pérdida, cuánta.",
    ),
    b=dict(
        en="A mistake made with 60 % costs 0.9; the same mistake with 99 % costs 4.6 when the right answer has the remaining 1 %.",
        es="Un error con el 60 % cuesta 0.9; el mismo error con el 99 % cuesta 4.6 cuando la respuesta correcta se queda con el 1 %.",
    ),
    c=dict(
        en="Then accuracy would fall. It stands still: look at the two lines under the histogram.",
        es="Entonces bajaría la exactitud. Y no se mueve: mira las dos líneas bajo el histograma.",
    ),
)

quiz_sets = quiz(
    "quiz_sets",
    right="c",
    a=dict(
        en="Whoever chooses by the test set reports the luckiest of five figures. An exam that you have practised with examines nothing.",
        es="Quien elige con el conjunto de prueba comunica la más afortunada de cinco cifras. Un examen con el que has practicado no examina nada.",
    ),
    b=dict(
        en="The training set prefers whichever network memorises best. You have seen what that is worth.",
        es="El conjunto de entrenamiento prefiere la red que mejor memoriza. Ya has visto lo que vale eso.",
    ),
    c=dict(
        en="Validation is for choosing, and the winner's validation score is flattering; so the figure comes from data that decided nothing.",
        es="La validación sirve para elegir, y la exactitud de validación de la red elegida peca de optimista; por eso la cifra sale de datos que no han decidido nada.",
    ),
)

quiz_output = quiz(
    "quiz_output",
    right="b",
    a=dict(
        en="Written like this, in quotes, the loss expects probabilities. Fed with raw scores it does not complain, and the network hardly learns.",
        es="Escrita así, entre comillas, la pérdida espera probabilidades. Con puntuaciones sin tratar no protesta, y la red apenas aprende.",
    ),
    b=dict(
        en="Without softmax the layer gives scores (logits), and from_logits=True tells the loss to do the softmax itself.",
        es="Sin softmax, la capa da puntuaciones (logits), y from_logits=True le dice a la pérdida que haga ella el softmax.",
    ),
    c=dict(
        en="That one wants rows of zeros with a one as labels, and probabilities besides. Whole numbers go with the sparse kind.",
        es="Esa quiere como etiquetas filas de ceros con un uno y, además, probabilidades. Con enteros va la variante sparse.",
    ),
)
