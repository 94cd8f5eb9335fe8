"""Checks for lesson 02, augmentation."""

from __future__ import annotations

import numpy as np

from helpers.exercises import NotYet, exercise, quiz
from helpers.language import tr


def _letters(count: int) -> np.ndarray:
    """`count` copies of a light grey letter F, shape (count, 28, 28, 1): unlike itself in a mirror or upside down."""
    letter = np.zeros((28, 28), np.float32)
    letter[6:22, 9:12] = letter[6:9, 9:20] = letter[12:15, 9:17] = 0.8  # 1 would hide more contrast
    return np.repeat(letter[np.newaxis, ..., np.newaxis], count, axis=0)


def _reads_as(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How each image is best read, wherever it was shifted to: turned by how many degrees (0 to 345), and whether mirrored."""
    from scipy.ndimage import rotate

    letter = _letters(1)[0, ..., 0]
    spectra, scores = np.fft.fft2(images[..., 0]), []
    for shape in (letter, letter[:, ::-1]):
        for angle in range(0, 360, 15):
            template = rotate(shape, angle, reshape=False, order=1)
            template -= template.mean()
            template /= np.linalg.norm(template)
            scores.append(np.fft.ifft2(spectra * np.conj(np.fft.fft2(template))).real.max(axis=(1, 2)))
    best = np.argmax(scores, axis=0)
    return 15 * (best % 24), best >= 24


@exercise(
    dict(
        en="A keras.Sequential of Random… layers knows by itself when it is training. Start with one layer, then add.",
        es="Un keras.Sequential de capas Random… ya sabe cuándo está entrenando. Empieza con una capa y luego añade.",
    ),
    dict(
        en="Small amounts: a rotation of 0.03 is 11°. No flips. Brightness wants value_range=(0, 1).",
        es="Cantidades pequeñas: una rotación de 0.03 son 11°. Sin reflejos. El brillo necesita value_range=(0, 1).",
    ),
    dict(
        en='keras.Sequential([layers.RandomRotation(0.03, fill_mode="constant"), layers.RandomTranslation(…)])',
        es='keras.Sequential([layers.RandomRotation(0.03, fill_mode="constant"), layers.RandomTranslation(…)])',
    ),
)
def own_augmentation(answer: object) -> str:
    """A layer or model that alters digits in training, labels kept true, and is the identity in inference."""
    if isinstance(answer, type) or not callable(answer):
        text = tr(
            en="The answer is one layer, or several in keras.Sequential([…]). A list alone cannot be called.",
            es="La respuesta es una capa, o varias en keras.Sequential([…]). Una lista sola no se puede llamar.",
        )
        raise NotYet("not a layer", text)
    letters = _letters(200)
    try:
        at_rest, at_work = (np.asarray(answer(letters, training=mode)) for mode in (False, True))
    except TypeError as error:
        text = tr(
            en=f"It does not take training=True or False, as Keras's layers do. Python says: {error}",
            es=f"No acepta training=True o False, como hacen las capas de Keras. Python dice: {error}",
        )
        raise NotYet("does not know training from inference", text) from None
    if at_work.shape != letters.shape or at_rest.shape != letters.shape:
        text = tr(
            en=f"{letters.shape} went in, {at_work.shape} came out. The network wants its 28 × 28: after a crop, layers.Resizing(28, 28).",
            es=f"Entró {letters.shape} y salió {at_work.shape}. La red quiere sus 28 × 28: después de un recorte, layers.Resizing(28, 28).",
        )
        raise NotYet("changes the shape", text)
    if not np.allclose(at_rest, letters, atol=1e-5):
        text = tr(
            en="Images change in inference, too (training=False). Then validation and test images would be altered. Random… layers of Keras "
            "let them pass.",
            es="Las imágenes también cambian en inferencia (training=False). Así se alterarían las de validación y de prueba. Las capas "
            "Random… de Keras las dejan pasar.",
        )
        raise NotYet("alters in inference", text)
    if np.allclose(at_work, letters, atol=1e-5):
        text = tr(
            en="In training nothing changes. Is there an alteration, and is its amount above 0?",
            es="Al entrenar no cambia nada. ¿Hay alguna alteración, con una cantidad mayor que 0?",
        )
        raise NotYet("alters nothing", text)
    if at_work.max() > 5:  # above any noise on top of 0 to 1
        text = tr(
            en=f"The largest value is {at_work.max():.0f}; ours go up to 1. RandomBrightness and its relatives assume 255 unless you give "
            "value_range=(0, 1).",
            es=f"El valor máximo es {at_work.max():.0f}; los nuestros llegan a 1. RandomBrightness y similares suponen 255 si no pones "
            "value_range=(0, 1).",
        )
        raise NotYet("brightness on the 255 scale", text)
    if at_work.min() < -0.01 or at_work.max() > 1.01:
        text = tr(
            en=f"Values run from {at_work.min():.2f} to {at_work.max():.2f}, beyond 0 to 1. After noise or contrast, clip them: "
            "layers.ReLU(max_value=1.0).",
            es=f"Los valores van de {at_work.min():.2f} a {at_work.max():.2f}, fuera de 0 a 1. Después de ruido o contraste, recórtalos: "
            "layers.ReLU(max_value=1.0).",
        )
        raise NotYet("leaves the range", text)
    again = np.asarray(answer(letters, training=True))
    if np.abs(at_work - at_work[:1]).max() < 1e-5 and np.allclose(again, at_work, atol=1e-5):
        text = tr(
            en="Every image changes, but always in the same way: then it is learned by heart like the original. The amount should be drawn at random.",
            es="Todas las imágenes cambian, pero siempre igual: así se memorizan como las originales. La cantidad debería sortearse.",
        )
        raise NotYet("always the same change", text)
    ink = (at_work - np.median(at_work, axis=(1, 2, 3), keepdims=True)).clip(0).sum(axis=(1, 2, 3)) / letters[0].sum()
    if (ink < 0.45).mean() > 0.02:
        text = tr(
            en="In some images more than half of the ink is gone: pushed out of the picture, shrunk or faded. Take smaller amounts.",
            es="En algunas imágenes falta más de la mitad de la tinta: empujada fuera, encogida o borrada. Usa cantidades menores.",
        )
        raise NotYet("loses the digit", text)
    turned, mirrored = _reads_as(at_work)
    if mirrored.mean() > 0.04:
        text = tr(
            en="Some images come out mirrored. A mirrored 3 is no digit at all, and a 2 begins to look like a 5: leave out flips.",
            es="Algunas imágenes salen reflejadas. Un 3 reflejado ya no es un dígito, y un 2 empieza a parecer un 5: quita los reflejos.",
        )
        raise NotYet("label-changing flip", text)
    if ((turned > 45) & (turned < 315)).mean() > 0.02:
        text = tr(
            en="Some images are turned so far that they read as something else. RandomRotation counts in full turns: 0.03 is 11°.",
            es="Algunas imágenes giran tanto que se leen como otra cosa. RandomRotation cuenta en vueltas completas: 0.03 son 11°.",
        )
        raise NotYet("label-changing rotation", text)
    return tr(
        en="It alters in training, keeps shape, range and label, and rests in inference.",
        es="Altera al entrenar, conserva forma, rango y etiqueta, y descansa en inferencia.",
    )


@exercise(
    dict(
        en="Follow the argument `training` through his function. Then ask what `cache` keeps.",
        es="Sigue el argumento `training` por su función. Después, pregúntate qué guarda `cache`.",
    ),
    dict(
        en="map(alter) only if training; and no cache() after it (before it, cache is welcome).",
        es="map(alter) solo si training; y nada de cache() después (antes, cache es bienvenido).",
    ),
    dict(
        en="batches = ….batch(32).cache(), then: if training: batches = batches.map(alter)",
        es="batches = ….batch(32).cache() y luego: if training: batches = batches.map(alter)",
    ),
)
def make_batches(answer: object) -> str:
    """A function (images, labels, training) -> tf.data batches of 32, altered anew in each pass if training, else untouched."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def make_batches(images, labels, training): …",
            es="La respuesta es una función: def make_batches(images, labels, training): …",
        )
        raise NotYet("not a function", text)
    labels = np.arange(64)
    images = np.zeros((64, 28, 28, 1), np.float32)
    rows, columns = np.mgrid[0:28, 0:28]
    for label in labels:  # discs that grow with the label: even altered, the size tells who is who
        images[label, ..., 0] = np.hypot(rows - 13.5, columns - 13.5) <= 1.5 + label / 8

    def one_pass(batches: object) -> tuple[np.ndarray, np.ndarray, list[int]]:
        pairs = [(np.asarray(x), np.asarray(y)) for x, y in batches]  # type: ignore[attr-defined]
        return np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs]), [len(x) for x, _ in pairs]

    for training in (False, True):
        batches = answer(images, labels, training)
        if batches is None:
            text = tr(
                en="The function returns nothing. Does it end with return?",
                es="La función no devuelve nada. ¿Acaba en return?",
            )
            raise NotYet("returns nothing", text)
        if getattr(getattr(batches, "element_spec", (images[0],))[0], "shape", (0,) * 3).__len__() == 3:
            text = tr(
                en="Images come one at a time: batch(32) is missing.",
                es="Las imágenes salen de una en una: falta batch(32).",
            )
            raise NotYet("not batched", text)
        if callable(getattr(batches, "cardinality", None)) and int(batches.cardinality()) == -1:  # tf.data's "infinite"
            text = tr(
                en="The pipeline never ends: leave out repeat(). `fit` asks for a new pass in every epoch by itself.",
                es="El flujo no acaba nunca: quita repeat(). `fit` ya pide otra vuelta en cada época.",
            )
            raise NotYet("never ends", text)
        (x, y, sizes), (x_again, y_again, _) = one_pass(batches), one_pass(batches)
        if sizes != [32, 32] or not np.array_equal(np.sort(y), labels):
            text = tr(
                en=f"64 images should give batches of 32 and 32, each image once; yours are {sizes}.",
                es=f"64 imágenes deberían dar lotes de 32 y 32, cada una una vez; los tuyos son {sizes}.",
            )
            raise NotYet("loses images", text)
        if np.corrcoef(x.sum(axis=(1, 2, 3)), y)[0, 1] < 0.8:
            text = tr(
                en="Images and labels no longer belong together. Put both into one dataset, then shuffle.",
                es="Imágenes y etiquetas ya no van juntas. Mete las dos en un mismo dataset y después baraja.",
            )
            raise NotYet("labels parted from images", text)
        x, x_again = x[np.argsort(y)], x_again[np.argsort(y_again)]
        same = (x == images).all(axis=(1, 2, 3)).mean()
        if not training and same < 1:
            text = tr(
                en="With training=False images are still altered. The mock exam must use real digits: map(alter) only if training.",
                es="Con training=False las imágenes siguen alterándose. El simulacro debe usar dígitos reales: map(alter) solo si training.",
            )
            raise NotYet("alters validation data", text)
        if training and same > 0.5:
            text = tr(
                en="With training=True the images stay as they are. Is it the wrong way round, or has map(alter) gone?",
                es="Con training=True las imágenes se quedan como están. ¿Está al revés, o ha desaparecido map(alter)?",
            )
            raise NotYet("never alters", text)
        if training and (x == x_again).all(axis=(1, 2, 3)).mean() > 0.5:
            text = tr(
                en="Every epoch sees the same altered pictures, so they can be learned by heart. cache() must not stand after map(alter).",
                es="Todas las épocas ven las mismas imágenes alteradas, así que se pueden memorizar. cache() no puede ir después de map(alter).",
            )
            raise NotYet("altered once and cached", text)
    return tr(
        en="New views in every training epoch, and validation digits as people wrote them.",
        es="Vistas nuevas en cada época de entrenamiento, y en validación los dígitos tal como se escribieron.",
    )


quiz_turns = quiz(
    "quiz_turns",
    right="c",
    a=dict(
        en="That would hardly be visible. The unit is not degrees: that was ImageDataGenerator.",
        es="Eso apenas se vería. La unidad no son grados: eso era en ImageDataGenerator.",
    ),
    b=dict(
        en="It is a share, but not of 100 degrees. What is the whole of which 0.25 is a quarter?",
        es="Es una proporción, pero no de 100 grados. ¿Cuál es el entero del que 0.25 es un cuarto?",
    ),
    c=dict(
        en="A quarter of a full turn, to either side. For digits that is far too much.",
        es="Un cuarto de vuelta, a cada lado. Para dígitos es muchísimo.",
    ),
)

quiz_signs = quiz(
    "quiz_signs",
    right="b",
    a=dict(
        en="Signs are seen at noon and at dusk; brightness does not change what they say.",
        es="Las señales se ven a mediodía y al anochecer; el brillo no cambia lo que dicen.",
    ),
    b=dict(
        en="Mirrored, “left” says “right”, with the label of “left”. The task decides, not the tool.",
        es="Reflejada, «izquierda» dice «derecha», con la etiqueta de «izquierda». Decide la tarea, no la herramienta.",
    ),
    c=dict(
        en="Signs come near and far; a little zoom is just what happens on the road.",
        es="Las señales están cerca y lejos; un poco de zoom es justo lo que ocurre en la carretera.",
    ),
)

quiz_below = quiz(
    "quiz_below",
    right="c",
    a=dict(
        en="Look at validation and test: if they are better than without, it did what it should.",
        es="Mira validación y prueba: si van mejor que sin aumento, ha hecho lo que debía.",
    ),
    b=dict(
        en="A leak would lift the validation accuracy, but here there is a simpler reason: on which images is each measured?",
        es="Una filtración de datos subiría la exactitud de validación, pero aquí hay un motivo más sencillo: ¿con qué imágenes se mide cada una?",
    ),
    c=dict(
        en="And while the weights were still changing. Evaluate the training set after fit, unaltered, and it is higher.",
        es="Y mientras los pesos aún cambiaban. Evalúa el conjunto de entrenamiento después de fit, sin alterar, y saldrá mayor.",
    ),
)
