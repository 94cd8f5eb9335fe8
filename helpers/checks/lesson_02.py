"""Checks for lesson 02, augmentation."""

from __future__ import annotations

import numpy as np

from helpers.checks import NotYet, a_function, exercise, quiz, raise_first


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


@exercise(hints=[
    dict(en="A keras.Sequential of Random… layers knows by itself when it is training. Start with one layer, then add.",
         es="Un keras.Sequential de capas Random… ya sabe cuándo está entrenando. Empieza con una capa y luego añade."),
    dict(en="Small amounts: a rotation of 0.03 is 11°. No flips. Brightness wants value_range=(0, 1).",
         es="Cantidades pequeñas: una rotación de 0.03 son 11°. Sin reflejos. El brillo necesita value_range=(0, 1)."),
    dict(en='keras.Sequential([layers.RandomRotation(0.03, fill_mode="constant"), layers.RandomTranslation(…)])',
         es='keras.Sequential([layers.RandomRotation(0.03, fill_mode="constant"), layers.RandomTranslation(…)])'),
], wrong={
    "not a layer": dict(en="The answer is one layer, or several in keras.Sequential([…]). A list alone cannot be called.",
                        es="La respuesta es una capa, o varias en keras.Sequential([…]). Una lista sola no se puede llamar."),
    "does not know training from inference": dict(en="It does not take training=True or False, as Keras's layers do. Python says: {said}",
                                                  es="No acepta training=True o False, como hacen las capas de Keras. Python dice: {said}", example=dict(said="f() got an unexpected keyword argument 'training'")),
    "changes the shape": dict(en="{given} went in, {got} came out. The network wants its 28 × 28: after a crop, layers.Resizing(28, 28).",
                              es="Entró {given} y salió {got}. La red quiere sus 28 × 28: después de un recorte, layers.Resizing(28, 28).", example=dict(given=(200, 28, 28, 1), got=(200, 24, 24, 1))),
    "alters in inference": dict(en="Images change in inference, too (training=False). Then validation and test images would be altered. Random… layers of Keras let them pass.",
                                es="Las imágenes también cambian en inferencia (training=False). Así se alterarían las de validación y de prueba. Las capas Random… de Keras las dejan pasar."),
    "alters nothing": dict(en="In training nothing changes. Is there an alteration, and is its amount above 0?", es="Al entrenar no cambia nada. ¿Hay alguna alteración, con una cantidad mayor que 0?"),
    "brightness on the 255 scale": dict(en="The largest value is {high:.0f}; ours go up to 1. RandomBrightness and its relatives assume 255 unless you give value_range=(0, 1).",
                                        es="El valor máximo es {high:.0f}; los nuestros llegan a 1. RandomBrightness y similares suponen 255 si no pones value_range=(0, 1).", example=dict(high=51)),
    "leaves the range": dict(en="Values run from {low:.2f} to {high:.2f}, beyond 0 to 1. After noise or contrast, clip them: layers.ReLU(max_value=1.0).",
                             es="Los valores van de {low:.2f} a {high:.2f}, fuera de 0 a 1. Después de ruido o contraste, recórtalos: layers.ReLU(max_value=1.0).", example=dict(low=-0.89, high=1.61)),
    "always the same change": dict(en="Every image changes, but always in the same way: then it is learned by heart like the original. The amount should be drawn at random.",
                                   es="Todas las imágenes cambian, pero siempre igual: así se memorizan como las originales. La cantidad debería sortearse."),
    "loses the digit": dict(en="In some images more than half of the ink is gone: pushed out of the picture, shrunk or faded. Take smaller amounts.",
                            es="En algunas imágenes falta más de la mitad de la tinta: empujada fuera, encogida o borrada. Usa cantidades menores."),
    "label-changing flip": dict(en="Some images come out mirrored. A mirrored 3 is no digit at all, and a 2 begins to look like a 5: leave out flips.",
                                es="Algunas imágenes salen reflejadas. Un 3 reflejado ya no es un dígito, y un 2 empieza a parecer un 5: quita los reflejos."),
    "label-changing rotation": dict(en="Some images are turned so far that they read as something else. RandomRotation counts in full turns: 0.03 is 11°.",
                                    es="Algunas imágenes giran tanto que se leen como otra cosa. RandomRotation cuenta en vueltas completas: 0.03 son 11°."),
}, right=dict(en="It alters in training, keeps shape, range and label, and rests in inference.", es="Altera al entrenar, conserva forma, rango y etiqueta, y descansa en inferencia."))  # fmt: skip
def own_augmentation(answer: object) -> None:
    """A layer or model that alters digits in training, labels kept true, and is the identity in inference."""
    if isinstance(answer, type) or not callable(answer):
        raise NotYet("not a layer")
    letters = _letters(200)
    try:
        at_rest, at_work = (np.asarray(answer(letters, training=mode)) for mode in (False, True))
    except TypeError as error:
        raise NotYet("does not know training from inference", said=error) from None
    if at_work.shape != letters.shape or at_rest.shape != letters.shape:
        raise NotYet("changes the shape", given=letters.shape, got=at_work.shape)
    low, high = at_work.min(), at_work.max()
    found = {
        "alters in inference": not np.allclose(at_rest, letters, atol=1e-5),
        "alters nothing": np.allclose(at_work, letters, atol=1e-5),
        "brightness on the 255 scale": high > 5,  # above any noise on top of 0 to 1
        "leaves the range": low < -0.01 or high > 1.01,
    }
    raise_first(found, low=low, high=high)
    again = np.asarray(answer(letters, training=True))
    if np.abs(at_work - at_work[:1]).max() < 1e-5 and np.allclose(again, at_work, atol=1e-5):
        raise NotYet("always the same change")
    _judge_readable(at_work)


def _judge_readable(altered: np.ndarray) -> None:
    """The letters, shape (N, 28, 28, 1), must keep most of their ink, and nearly all must stand as they stood."""
    paper = np.median(altered, axis=(1, 2, 3), keepdims=True)
    ink = (altered - paper).clip(0).sum(axis=(1, 2, 3)) / _letters(1).sum()  # (N,), 1 for the letter itself
    turned, mirrored = _reads_as(altered)
    found = {
        "loses the digit": (ink < 0.45).mean() > 0.02,
        "label-changing flip": mirrored.mean() > 0.04,
        "label-changing rotation": ((turned > 45) & (turned < 315)).mean() > 0.02,
    }
    raise_first(found)


@exercise(expects=a_function("make_batches(images, labels, training)"), hints=[
    dict(en="Follow the argument `training` through his function. Then ask what `cache` keeps.", es="Sigue el argumento `training` por su función. Después, pregúntate qué guarda `cache`."),
    dict(en="map(alter) only if training; and no cache() after it (before it, cache is welcome).", es="map(alter) solo si training; y nada de cache() después (antes, cache es bienvenido)."),
    dict(en="batches = ….batch(32).cache(), then: if training: batches = batches.map(alter)", es="batches = ….batch(32).cache() y luego: if training: batches = batches.map(alter)"),
], wrong={
    "returns nothing": dict(en="The function returns nothing. Does it end with return?", es="La función no devuelve nada. ¿Acaba en return?"),
    "not a dataset": dict(en="The function returns {kind}; it should return a tf.data.Dataset.", es="La función devuelve {kind}; debería devolver un tf.data.Dataset.", example=dict(kind="list")),
    "not batched": dict(en="Images come one at a time: batch(32) is missing.", es="Las imágenes salen de una en una: falta batch(32)."),
    "altered before batching": dict(en="The layers took each single image for a batch, so the images have one axis too many: {shape}. batch(32) must stand before map(alter).",
                                    es="Las capas tomaron cada imagen suelta por un lote, y a las imágenes les sobra un eje: {shape}. batch(32) debe ir antes de map(alter).", example=dict(shape=(None, 28, 28, 1, 1))),
    "never ends": dict(en="The pipeline never ends: leave out repeat(). `fit` asks for a new pass in every epoch by itself.",
                       es="El flujo no acaba nunca: quita repeat(). `fit` ya pide otra vuelta en cada época."),
    "loses images": dict(en="72 images should give batches of 32, 32 and 8, each image once; yours are {sizes}.",
                         es="72 imágenes deberían dar lotes de 32, 32 y 8, cada una una vez; los tuyos son {sizes}.", example=dict(sizes=[32, 32])),
    "labels parted from images": dict(en="Images and labels no longer belong together. Put both into one dataset, then shuffle.",
                                      es="Imágenes y etiquetas ya no van juntas. Mete las dos en un mismo dataset y después baraja."),
    "alters validation data": dict(en="With training=False images are still altered. The mock exam must use real digits: map(alter) only if training.",
                                   es="Con training=False las imágenes siguen alterándose. El simulacro debe usar dígitos reales: map(alter) solo si training."),
    "never alters": dict(en="With training=True the images stay as they are. Is it the wrong way round, or has map(alter) gone?",
                         es="Con training=True las imágenes se quedan como están. ¿Está al revés, o ha desaparecido map(alter)?"),
    "altered once and cached": dict(en="Every epoch sees the same altered pictures, so they can be learned by heart. cache() must not stand after map(alter).",
                                    es="Todas las épocas ven las mismas imágenes alteradas, así que se pueden memorizar. cache() no puede ir después de map(alter)."),
}, right=dict(en="New views in every training epoch, and validation digits as people wrote them.",
              es="Vistas nuevas en cada época de entrenamiento, y en validación los dígitos tal como se escribieron."))  # fmt: skip
def make_batches(answer: object) -> None:
    """A function (images, labels, training) -> tf.data batches of 32, altered anew in each pass if training, else untouched."""
    labels = np.arange(72)  # not a multiple of 32
    rows, columns = np.mgrid[0:28, 0:28]
    away = np.hypot(rows - 13.5, columns - 13.5)[..., np.newaxis]  # (28, 28, 1)
    # discs that grow with the label: even altered, the size tells who is who
    images = np.stack([away <= 1.5 + label / 9 for label in labels]).astype(np.float32)
    for training in (False, True):
        batches = answer(images, labels, training)
        _judge_dataset(batches)
        once, again = _one_pass(batches), _one_pass(batches)
        same = (once == images).all(axis=(1, 2, 3)).mean()
        repeated = (once == again).all(axis=(1, 2, 3)).mean()
        found = {
            "alters validation data": not training and same < 1,
            "never alters": training and same > 0.5,
            "altered once and cached": training and repeated > 0.5,
        }
        raise_first(found)


def _judge_dataset(batches: object) -> None:
    """It must be a tf.data.Dataset of batches that ends."""
    import tensorflow as tf

    if batches is None:
        raise NotYet("returns nothing")
    if not isinstance(batches, tf.data.Dataset):
        raise NotYet("not a dataset", kind=type(batches).__name__)
    shape = batches.element_spec[0].shape
    found = {
        "not batched": shape.rank == 3,
        "altered before batching": shape.rank == 5,
        "never ends": batches.cardinality() == tf.data.INFINITE_CARDINALITY,
    }
    raise_first(found, shape=shape)


def _one_pass(batches: object) -> np.ndarray:
    """The images of one epoch in the order of their labels, (72, 28, 28, 1)."""
    pairs = [(np.asarray(x), np.asarray(y)) for x, y in batches]  # type: ignore[attr-defined]
    sizes = [len(x) for x, _ in pairs]
    images, labels = np.concatenate([x for x, _ in pairs]), np.concatenate([y for _, y in pairs])
    if sizes != [32, 32, 8] or not np.array_equal(np.sort(labels), np.arange(72)):
        raise NotYet("loses images", sizes=sizes)
    if np.corrcoef(images.sum(axis=(1, 2, 3)), labels)[0, 1] < 0.8:
        raise NotYet("labels parted from images")
    return images[np.argsort(labels)]


quiz_turns = quiz("quiz_turns", right="c",
    a=dict(en="That would hardly be visible. The unit is not degrees: that was ImageDataGenerator.", es="Eso apenas se vería. La unidad no son grados: eso era en ImageDataGenerator."),
    b=dict(en="It is a share, but not of 100 degrees. What is the whole of which 0.25 is a quarter?", es="Es una proporción, pero no de 100 grados. ¿Cuál es el entero del que 0.25 es un cuarto?"),
    c=dict(en="A quarter of a full turn, to either side. For digits that is far too much.", es="Un cuarto de vuelta, a cada lado. Para dígitos es muchísimo."),
)  # fmt: skip

quiz_signs = quiz("quiz_signs", right="b",
    a=dict(en="Signs are seen at noon and at dusk; brightness does not change what they say.", es="Las señales se ven a mediodía y al anochecer; el brillo no cambia lo que dicen."),
    b=dict(en="Mirrored, “left” says “right”, with the label of “left”. The task decides, not the tool.",
           es="Reflejada, «izquierda» dice «derecha», con la etiqueta de «izquierda». Decide la tarea, no la herramienta."),
    c=dict(en="Signs come near and far; a little zoom is just what happens on the road.", es="Las señales están cerca y lejos; un poco de zoom es justo lo que ocurre en la carretera."),
)  # fmt: skip

quiz_below = quiz("quiz_below", right="c",
    a=dict(en="Look at validation and test: if they are better than without, it did what it should.", es="Mira validación y prueba: si van mejor que sin aumento, ha hecho lo que debía."),
    b=dict(en="A leak would lift the validation accuracy, but here there is a simpler reason: on which images is each measured?",
           es="Una filtración de datos subiría la exactitud de validación, pero aquí hay un motivo más sencillo: ¿con qué imágenes se mide cada una?"),
    c=dict(en="And while the weights were still changing. Evaluate the training set after fit, unaltered, and it is higher.",
           es="Y mientras los pesos aún cambiaban. Evalúa el conjunto de entrenamiento después de fit, sin alterar, y saldrá mayor."),
)  # fmt: skip
