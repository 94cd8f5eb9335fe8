"""Checks for lesson 01, the MNIST baseline."""

from __future__ import annotations

import numpy as np

from helpers.checks import A_MODEL_OF_DIGITS, NotYet, Praise, a_function, exercise, quiz, raise_first, thousands


@exercise(expects=a_function("standardise(train, images)"), hints=[
    dict(en="A z-score is (value − mean) / standard deviation. Whose mean? The network learns on `train`.",
         es="Una puntuación z es (valor − media) / desviación típica. ¿La media de quién? La red aprende con `train`."),
    dict(en="One mean and one standard deviation for all pixels will do: train.mean(), train.std(). images[..., np.newaxis] adds the channel axis.",
         es="Basta una media y una desviación típica para todos los píxeles: train.mean(), train.std(). images[..., np.newaxis] añade el eje de canales."),
    dict(en="def standardise(train, images): return (images[..., np.newaxis] - train.mean()) / …", es="def standardise(train, images): return (images[..., np.newaxis] - train.mean()) / …"),
], wrong={
    "changes its input": dict(en="Your function changes the digits that it was given; the next run would scale them again. Return a new array.",
                              es="Tu función modifica los dígitos que recibe; la próxima vez se escalarían de nuevo. Devuelve un array nuevo."),
    "missing channel axis": dict(en="The shape is {shape}: the channel axis is missing. Keras wants (N, 28, 28, 1).",
                                 es="La forma es {shape}: falta el eje de canales. Keras espera (N, 28, 28, 1).", example=dict(shape=(20, 28, 28))),
    "wrong shape": dict(en="For 20 digits the shape should be (20, 28, 28, 1), and it is {shape}.", es="Con 20 dígitos la forma debería ser (20, 28, 28, 1), y es {shape}.", example=dict(shape=(20, 1, 28, 28))),
    "integers": dict(en="The result holds whole numbers ({kind}); z-scores lie between them. Return floats.",
                     es="El resultado contiene enteros ({kind}), y las puntuaciones z tienen decimales. Devuelve decimales.", example=dict(kind="uint8")),
    "division by zero": dict(en="Some values are infinite or not a number: a pixel that is 0 in every training digit has standard deviation 0. Take one mean and one standard deviation for all pixels together.",
                             es="Hay valores infinitos o no numéricos: un píxel que vale 0 en todos los dígitos de entrenamiento tiene desviación típica 0. Usa una sola media y una sola desviación típica para todos los píxeles."),
    "divided by almost nothing": dict(en="A pixel that never changes in training is divided by almost nothing: a stray grey in a new digit becomes {largest}. Divide such pixels by 1, or take one mean and one standard deviation for all.",
                                      es="Un píxel que no cambia en entrenamiento se divide entre casi nada: un gris suelto en un dígito nuevo se convierte en {largest}. Divide esos píxeles entre 1, o usa una sola media y una sola desviación típica para todos.", example=dict(largest=thousands(660_000_000))),
    "statistics of the wrong set": dict(en="You measure `images` with their own mean and standard deviation. Then the same grey means one thing in training and another in validation. The ruler comes from `train`, for every set.",
                                        es="Mides `images` con su propia media y desviación típica. Así, un mismo gris significa una cosa en entrenamiento y otra en validación. La regla sale de `train`, para todos los conjuntos."),
    "min-max instead of z-score": dict(en="That is min-max: it lies between 0 and 1. A z-score has mean 0 and standard deviation 1 on the training set.",
                                       es="Eso es mín-máx: queda entre 0 y 1. Una puntuación z tiene media 0 y desviación típica 1 en entrenamiento."),
    "not divided by the standard deviation": dict(en="The mean is subtracted, but the numbers are still large. Divide by the standard deviation.",
                                                  es="Has restado la media, pero los números siguen siendo grandes. Divide entre la desviación típica."),
    "divided by the variance": dict(en="Divided by the variance. The standard deviation is its square root: train.std().",
                                    es="Has dividido entre la varianza. La desviación típica es su raíz cuadrada: train.std()."),
    "double scaling": dict(en="Scaled twice: by 255 and by the z-score. One of the two is enough; here, the z-score.",
                           es="Escalado dos veces: entre 255 y con la puntuación z. Basta con una; aquí, la puntuación z."),
    "other values": dict(en="The values are not z-scores by the training set: (value − train's mean) / train's standard deviation.",
                         es="Los valores no son puntuaciones z respecto a train: (valor − media de train) / desviación típica de train."),
}, right={
    "one ruler": dict(en="Every set is measured with the training set's ruler, so a 3 stays the same 3 in all of them.",
                      es="Todos los conjuntos se miden con la regla del de entrenamiento: un 3 es el mismo 3 en todos."),
    "per pixel": dict(en="You standardise every pixel by itself, and constant pixels do no harm. That works, too.",
                      es="Estandarizas cada píxel por separado y los píxeles constantes no estorban. También funciona."),
})  # fmt: skip
def standardise(answer: object) -> Praise:
    """A function (train, images) -> z-scores of `images` by the statistics of `train`, with a channel axis."""
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, (40, 28, 28), dtype=np.uint8)
    train[:, 0, 0] = 0  # like the corners of real digits: a pixel that never changes
    images = rng.integers(50, 150, (20, 28, 28), dtype=np.uint8)
    given = images.copy()
    result = np.asarray(answer(train, given))
    found = {
        "changes its input": (given != images).any(),
        "missing channel axis": result.shape == images.shape,
        "wrong shape": result.shape != (20, 28, 28, 1),
        "integers": not np.issubdtype(result.dtype, np.floating),
    }
    raise_first(found, shape=result.shape, kind=result.dtype)
    if not np.isfinite(result).all():
        raise NotYet("division by zero")
    return _which_z_scores(result[..., 0].astype(float), train.astype(float), images.astype(float))


def _which_z_scores(values: np.ndarray, train: np.ndarray, images: np.ndarray) -> Praise:
    """Tell the right `values`, shape (N, 28, 28), from those of other recipes."""

    def same(expected: np.ndarray) -> bool:
        return np.allclose(values, expected, rtol=0, atol=0.02 * expected.std())

    mean, deviation = train.mean(), train.std()
    z_scores = (images - mean) / deviation
    if same(z_scores):
        return Praise("one ruler")
    if _by_pixel(values, train, images):
        return Praise("per pixel")
    found = {
        "statistics of the wrong set": same((images - images.mean()) / images.std()),
        "min-max instead of z-score": same(images / 255) or same((images - train.min()) / (train.max() - train.min())),
        "not divided by the standard deviation": same(images - mean),
        "divided by the variance": same((images - mean) / train.var()),
        "double scaling": same((images / 255 - mean) / deviation) or same(z_scores / 255),
    }
    raise_first(found)
    raise NotYet("other values")


def _by_pixel(values: np.ndarray, train: np.ndarray, images: np.ndarray) -> bool:
    """Whether every pixel is measured by its own mean and deviation. Constant pixels must not explode."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)  # (28, 28) each
    varies = deviation > 0
    expected = (images - mean)[:, varies] / deviation[varies]  # (N, pixels that vary)
    if not np.allclose(values[:, varies], expected, rtol=0.02, atol=0.02):
        return False
    largest = np.abs(values[:, ~varies]).max()
    if largest > 1000:
        raise NotYet("divided by almost nothing", largest=thousands(round(largest)))
    return True


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="Where are the parameters? Look at the summary above: nearly all of them sit between Flatten and the first Dense.",
         es="¿Dónde están los parámetros? Mira el resumen de arriba: casi todos, entre Flatten y la primera Dense."),
    dict(en="Fewer filters leave fewer inputs for Dense, and so does a third pooling layer. Dense itself can be narrower.",
         es="Menos filtros dejan menos entradas para Dense; una tercera capa de pooling, también. Y Dense puede ser más estrecha."),
    dict(en="Take the network above with 8 and 16 filters and Dense(32): about 14,000 parameters.", es="Toma la red de arriba con 8 y 16 filtros y Dense(32): unos 14 000 parámetros."),
], wrong={
    "not flattened": dict(en="The output has shape {shape}: still a picture. Something must flatten it before the last Dense, such as Flatten or GlobalAveragePooling2D.",
                          es="La salida tiene la forma {shape}: todavía es una imagen. Algo debe aplanarla antes de la última Dense, como Flatten o GlobalAveragePooling2D.", example=dict(shape=(5, 26, 26, 10))),
    "not ten outputs": dict(en="For 5 images the output has shape {shape}. Ten digits need ten outputs: (5, 10).",
                            es="Con 5 imágenes la salida tiene la forma {shape}. Diez dígitos necesitan diez salidas: (5, 10).", example=dict(shape=(5, 9))),
    "not probabilities": dict(en="The ten outputs of an image do not add up to 1, so they are not probabilities. The last layer wants softmax (sigmoid looks at each output by itself).",
                              es="Las diez salidas de una imagen no suman 1: no son probabilidades. La última capa necesita softmax (sigmoid mira cada salida por separado)."),
    "sees only brightness": dict(en="Its answer stays the same when the pixels of an image trade places: it sees how bright the image is, not its shape. Let Flatten and Dense, or convolutions, look at the pixels before anything averages them.",
                                 es="Su respuesta no cambia si los píxeles de una imagen se cambian de sitio: ve cuánto brillo tiene la imagen, no su forma. Deja que Flatten y Dense, o unas convoluciones, miren los píxeles antes de promediarlos."),
    "too many parameters": dict(en="It works, with {count} parameters; 20,000 are allowed.", es="Funciona, con {count} parámetros; se permiten 20 000.", example=dict(count=thousands(78_715))),
}, right=dict(en="{count} parameters, {times:.0f} times fewer than the baseline. Train it, if you are curious how much it loses.",
              es="{count} parámetros, {times:.0f} veces menos que la red inicial. Entrénala si quieres saber cuánto pierde.", example=dict(count=thousands(5_130), times=44)))  # fmt: skip
def small_network(answer: object) -> Praise:
    """A Keras model: images (N, 28, 28, 1) in, ten probabilities out, at most 20,000 parameters."""
    rng = np.random.default_rng(0)
    images = rng.random((5, 28, 28, 1), dtype=np.float32)
    outputs = np.asarray(answer(images))
    found = {"not flattened": outputs.ndim > 2, "not ten outputs": outputs.shape != (5, 10)}
    raise_first(found, shape=outputs.shape)
    if not np.allclose(outputs.sum(axis=1), 1, atol=1e-3) or outputs.min() < 0:
        raise NotYet("not probabilities")
    scrambled = rng.permuted(images.reshape(5, 784), axis=1).reshape(images.shape)
    if np.ptp(outputs, axis=0).max() > 1e-5 and np.allclose(outputs, answer(scrambled), rtol=0, atol=1e-6):
        raise NotYet("sees only brightness")
    count = answer.count_params()  # type: ignore[attr-defined]
    if count > 20_000:
        raise NotYet("too many parameters", count=thousands(count))
    return Praise(count=thousands(count), times=225_034 / count)


@exercise(expects=a_function("shuffle(images, labels, seed)"), hints=[
    dict(en="Give her function ten images and the labels 0 to 9, and look at which label lands beside which image.",
         es="Dale a su función diez imágenes y las etiquetas del 0 al 9, y mira qué etiqueta acaba junto a qué imagen."),
    dict(en="rng.permutation is called twice, and each call makes a new order.", es="rng.permutation se llama dos veces, y cada llamada inventa un orden nuevo."),
    dict(en="Make one order, order = rng.permutation(len(images)), and use it for both.", es="Crea un solo orden, order = rng.permutation(len(images)), y úsalo con los dos."),
], wrong={
    "does not return both": dict(en="The function should return two things: the images and the labels.", es="La función debería devolver dos cosas: las imágenes y las etiquetas."),
    "loses images": dict(en="60 images went in; shapes {images} and {labels} came out. Nothing may be lost or reshaped.",
                         es="Entraron 60 imágenes y salieron las formas {images} y {labels}. No debe perderse ni cambiar de forma nada.", example=dict(images=(30, 28, 28), labels=(30,))),
    "drawn with replacement": dict(en="Some digits now appear twice and others not at all: you draw with replacement. A permutation takes each one once.",
                                   es="Algunos dígitos salen dos veces y otros ninguna: es un sorteo con reposición. Una permutación toma cada uno una vez."),
    "separate orders": dict(en="Images and labels go separate ways: most images now have another image's label. That is the picture with shuffled labels again. Both must follow one order.",
                            es="Imágenes y etiquetas van cada una por su lado: la mayoría de las imágenes lleva la etiqueta de otra. Es otra vez la curva de las etiquetas barajadas. Las dos deben seguir un mismo orden."),
    "not shuffled": dict(en="The pairs stay together, but nothing was shuffled: the order is the old one.", es="Las parejas siguen juntas, pero no se ha barajado nada: el orden es el de antes."),
    "only moved along": dict(en="Every digit still follows the one that it followed before: the old order, begun at another place. Draw a permutation.",
                             es="Cada dígito sigue yendo detrás del mismo que antes: es el orden de siempre, empezado por otro sitio. Sortea una permutación."),
    "ignores the seed": dict(en="Two seeds, one and the same order: nothing is drawn at random. Use `seed`.", es="Dos semillas y el mismo orden: no se sortea nada. Usa `seed`."),
}, right=dict(en="One order for both, so every image keeps its label.", es="Un mismo orden para las dos: cada imagen conserva su etiqueta."))  # fmt: skip
def shuffle(answer: object) -> None:
    """A function (images, labels, seed) -> both in one random order, every pair kept."""
    labels = np.arange(60)
    images = np.zeros((60, 28, 28), np.uint8) + labels[:, None, None].astype(np.uint8)  # the picture tells the label
    result = answer(images.copy(), labels.copy(), 1)
    if not (isinstance(result, tuple | list) and len(result) == 2):
        raise NotYet("does not return both")
    new_images, new_labels = map(np.asarray, result)
    if new_images.shape != images.shape or new_labels.shape != labels.shape:
        raise NotYet("loses images", images=new_images.shape, labels=new_labels.shape)
    shown = new_images[:, 0, 0]
    found = {
        "drawn with replacement": any((np.sort(drawn) != labels).any() for drawn in (shown, new_labels)),
        "separate orders": (shown != new_labels).any(),
        "not shuffled": (new_labels == labels).all(),
        "only moved along": (np.diff(new_labels) % 60 == 1).all(),
    }
    raise_first(found)
    if np.array_equal(answer(images.copy(), labels.copy(), 2)[1], new_labels):
        raise NotYet("ignores the seed")


quiz_loss = quiz("quiz_loss", right="b",
    a=dict(en="They measure different things, so they may part. Accuracy asks only which class got most probability; the loss asks how much.",
           es="Miden cosas distintas, así que pueden separarse. La exactitud solo pregunta qué clase recibe más probabilidad; la pérdida, cuánta."),
    b=dict(en="A mistake made with 60 % costs 0.9; the same mistake with 99 % costs 4.6 when the right answer has the remaining 1 %.",
           es="Un error con el 60 % cuesta 0.9; el mismo error con el 99 % cuesta 4.6 cuando la respuesta correcta se queda con el 1 %."),
    c=dict(en="Then accuracy would fall. It stands still: look at the two lines under the histogram.", es="Entonces bajaría la exactitud. Y no se mueve: mira las dos líneas bajo el histograma."),
)  # fmt: skip

quiz_sets = quiz("quiz_sets", right="c",
    a=dict(en="Whoever chooses by the test set reports the luckiest of five figures. An exam that you have practised with examines nothing.",
           es="Quien elige con el conjunto de prueba comunica la más afortunada de cinco cifras. Un examen con el que has practicado no examina nada."),
    b=dict(en="The training set prefers whichever network memorises best. You have seen what that is worth.", es="El conjunto de entrenamiento prefiere la red que mejor memoriza. Ya has visto lo que vale eso."),
    c=dict(en="Validation is for choosing, and the winner's validation score is flattering; so the figure comes from data that decided nothing.",
           es="La validación sirve para elegir, y la exactitud de validación de la red elegida peca de optimista; por eso la cifra sale de datos que no han decidido nada."),
)  # fmt: skip

quiz_output = quiz("quiz_output", right="b",
    a=dict(en="Written like this, in quotes, the loss expects probabilities. Fed with raw scores it does not complain, and the network hardly learns.",
           es="Escrita así, entre comillas, la pérdida espera probabilidades. Con puntuaciones sin tratar no protesta, y la red apenas aprende."),
    b=dict(en="Without softmax the layer gives scores (logits), and from_logits=True tells the loss to do the softmax itself.",
           es="Sin softmax, la capa da puntuaciones (logits), y from_logits=True le dice a la pérdida que haga ella el softmax."),
    c=dict(en="That one wants rows of zeros with a one as labels, and probabilities besides. Whole numbers go with the sparse kind.",
           es="Esa quiere como etiquetas filas de ceros con un uno y, además, probabilidades. Con enteros va la variante sparse."),
)  # fmt: skip
