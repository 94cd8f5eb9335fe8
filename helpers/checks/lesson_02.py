"""Checks for lesson 02, augmentation."""

from __future__ import annotations

from itertools import islice

import keras
import numpy as np

from helpers import checks
from helpers.checks import A_CLASSIFIER, A_NUMBER, NotYet, Praise, a_function, exercise, quiz, raise_first

OURS = {("RandomRotation", 0.03), ("RandomTranslation", 0.1), ("RandomZoom", 0.1)}  # the lesson's own augmentation
ASKED = 0.9  # validation accuracy from 100 digits; without augmentation we saw 0.85 and 0.86, with the lesson's 0.92 and 0.93


@exercise(expects=A_NUMBER, hints=[
    dict(en="RandomRotation counts in full turns. How many degrees has a full turn?", es="RandomRotation cuenta en vueltas completas. ¿Cuántos grados tiene una vuelta?"),
    dict(en="40 degrees are 40 / … of a full turn. Let Python divide.", es="40 grados son 40 / … de una vuelta. Deja que Python divida."),
], wrong={
    "degrees": dict(en="That would be {turns:g} full turns, and RandomRotation refuses more than one. Its unit is not the degree.", es="Eso serían {turns:g} vueltas completas, y RandomRotation no admite más de una. Su unidad no es el grado.", example=dict(turns=40)),
    "another amount": dict(en="RandomRotation({turns:.3g}) turns by up to {degrees:.3g}° to either side; the old call turns by up to 40°.", es="RandomRotation({turns:.3g}) gira hasta {degrees:.3g}° a cada lado; la llamada antigua gira hasta 40°.", example=dict(turns=0.4, degrees=144)),
}, right=dict(en="40 / 360 = 0.111 of a full turn, to either side.", es="40 / 360 = 0.111 de una vuelta completa, a cada lado."))  # fmt: skip
def turns(answer: float) -> None:
    """What RandomRotation needs to turn by up to 40 degrees: 1/9 of a full turn."""
    found = {"degrees": abs(answer) > 1, "another amount": not abs(abs(answer) - 1 / 9) <= 0.002}  # -1/9 means the same
    raise_first(found, turns=answer, degrees=abs(360 * answer))


def _letters(count: int) -> np.ndarray:
    """`count` copies of a light grey F as large as a digit, (count, 28, 28, 1): unlike itself in a mirror or upside down."""
    letter = np.zeros((28, 28), np.float32)
    letter[4:24, 6:10] = letter[4:8, 6:22] = letter[12:16, 6:18] = 0.8  # 1 everywhere would hide more contrast
    letter[4:6, 6:10] = 1  # 1 nowhere would hide what leaves the range
    return np.repeat(letter[np.newaxis, ..., np.newaxis], count, axis=0)


def _read(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How well the letter is found in each image, wherever it was shifted to (1: wholly), turned by how many degrees, and whether mirrored."""
    from scipy.ndimage import affine_transform, gaussian_filter  # SciPy: not for every lesson

    letter, edge = np.pad(1.0 * (_letters(1)[0, ..., 0] > 0), 10), ((0, 0), (10, 10), (10, 10))  # the letter: (48, 48)
    ink = np.pad((images - np.median(images, axis=(1, 2, 3), keepdims=True))[..., 0].clip(0), edge)
    ink = gaussian_filter(ink / (np.quantile(ink, 0.99, axis=(1, 2), keepdims=True) + 1e-6), (0, 1, 1)).clip(0, 1)
    angles, sizes = np.arange(-180, 180, 7.5), (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.12, 1.25, 1.4)
    ways = [(angle, size, 1) for angle in angles for size in (sizes if abs(angle) < 40 else (1,))]
    ways, scores, waves = np.array([*ways, *[(angle, 1, -1) for angle in angles]]), [], np.fft.rfft2(ink)
    for angle, size, mirror in ways:
        cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        matrix = np.array([[cosine, -sine * mirror], [sine, cosine * mirror]]) / size
        template = gaussian_filter(affine_transform(letter, matrix, 23.5 - matrix @ [23.5, 23.5], order=1), 1)
        template = template.astype(ink.dtype)  # single precision: a third of the time
        found = np.fft.irfft2(waves * np.conj(np.fft.rfft2(template))).max(axis=(1, 2))
        scores.append(2 * found / ((ink**2).sum(axis=(1, 2)) + (template**2).sum()))
    scores, mirror = np.array(scores), ways[:, 2] < 0
    more = scores[mirror].max(axis=0) - scores[~mirror].max(axis=0)  # a letter that is only bent resembles both
    best, dark = np.argmax(scores, axis=0), ink[:, 10:-10, 10:-10] > 0.35
    at_edge = dark.sum(axis=(1, 2)) - dark[:, 1:-1, 1:-1].sum(axis=(1, 2)) > 2
    cut = at_edge & (dark.sum(axis=(1, 2)) < 0.75 * (gaussian_filter(letter, 1) > 0.35).sum())
    return np.where(cut | ((more > 0) & (more < 0.06)), 0, scores.max(axis=0)), ways[best, 0], more > 0


@exercise(hints=[
    dict(en="A keras.Sequential of Random… layers knows by itself when it is training. Start with one layer, then add.", es="Un keras.Sequential de capas Random… ya sabe cuándo está entrenando. Empieza con una capa y luego añade."),
    dict(en="Small amounts: a rotation of 0.03 is 11°. No flips. Brightness needs value_range=(0, 1).", es="Cantidades pequeñas: una rotación de 0.03 son 11°. Sin reflejos. El brillo necesita value_range=(0, 1)."),
    dict(en='keras.Sequential([layers.RandomShear(…, …, fill_mode="constant"), layers.RandomBrightness(…, value_range=(0, 1))])', es='keras.Sequential([layers.RandomShear(…, …, fill_mode="constant"), layers.RandomBrightness(…, value_range=(0, 1))]), por ejemplo'),
], wrong={
    "not a layer": dict(en="The answer is one layer, or several in keras.Sequential([…]). A list alone cannot be called.", es="La respuesta es una capa, o varias en keras.Sequential([…]). Una lista sola no se puede llamar."),
    "the lesson's own": dict(en="That is the lesson's own augmentation: the same three layers, with the same amounts. Choose another layer or other amounts.", es="Ese es el aumento de la lección: las mismas tres capas con las mismas cantidades. Elige otra capa u otras cantidades."),
    "changes the shape": dict(en="{given} went in, {got} came out, in training or in inference. The network always needs images of 28 × 28: after a crop, layers.Resizing(28, 28).", es="Entró {given} y salió {got}, al entrenar o en inferencia. La red necesita siempre imágenes de 28 × 28: después de un recorte, layers.Resizing(28, 28).", example=dict(given=(200, 28, 28, 1), got=(200, 24, 24, 1))),
    "alters in inference": dict(en="Images change in inference, too (training=False), so validation and test images would be altered. Keras's Random… layers leave them as they are.", es="Las imágenes también cambian en inferencia (training=False), así que se transformarían las de validación y prueba. Las capas Random… de Keras las dejan igual."),
    "mixes images": dict(en="{mixers} lays one image over another, or a part of it. Then the picture shows two digits, and one label is not true of both.", es="{mixers} pone una imagen, o parte de ella, sobre otra. Entonces se ven dos dígitos y una sola etiqueta no vale para los dos.", example=dict(mixers="CutMix")),
    "alters nothing": dict(en="In training nothing changes. Is there an alteration, and is its amount above 0?", es="Al entrenar no cambia nada. ¿Hay alguna transformación, con una cantidad mayor que 0?"),
    "brightness on the 255 scale": dict(en="The largest value is {high:.0f}; ours go up to 1. RandomBrightness and its relatives assume 255 unless you give value_range=(0, 1).", es="El valor máximo es {high:.0f}; los nuestros llegan a 1. RandomBrightness y similares suponen 255 si no pones value_range=(0, 1).", example=dict(high=51)),
    "leaves the range": dict(en="Values run from {low:.2f} to {high:.2f}, outside 0 to 1. After noise or contrast, clip them: layers.ReLU(max_value=1.0).", es="Los valores van de {low:.2f} a {high:.2f}, fuera de 0 a 1. Después de ruido o contraste, limítalos: layers.ReLU(max_value=1.0).", example=dict(low=-0.89, high=1.61)),
    "always the same change": dict(en="Every image changes, but always in the same way, so it can be learnt by heart like the original. The amount should be drawn at random.", es="Todas las imágenes cambian, pero siempre igual, así que se pueden memorizar como las originales. La cantidad debería sortearse."),
    "loses the digit": dict(en="We tried it on a letter F as large as a digit. In {share} of the images a large part of it cannot be found any more: cut off at the edge, faded, inverted, bent or covered by noise. Take smaller amounts.", es="Lo probamos con una letra F del tamaño de un dígito. En el {share} de las imágenes ya no se encuentra buena parte de ella: cortada por el borde, borrada, invertida, deformada o cubierta de ruido. Usa cantidades menores.", example=dict(share="27 %")),
    "label-changing flip": dict(en="Some images come out mirrored. A mirrored 3 is no digit at all, and a 2 begins to look like a 5: leave out flips.", es="Algunas imágenes salen reflejadas. Un 3 reflejado ya no es un dígito, y un 2 empieza a parecer un 5: quita los reflejos."),
    "label-changing rotation": dict(en="Some images are turned by more than 30°, the limit of this exercise. RandomRotation counts in full turns: 0.03 is 11°. And RandomFlip() without a direction may do both flips at once: half a turn.", es="Algunas imágenes giran más de 30°, el límite de este ejercicio. RandomRotation cuenta en vueltas completas: 0.03 son 11°. Y RandomFlip() sin dirección puede hacer los dos reflejos a la vez: media vuelta."),
}, right=dict(en="It alters images in training, keeps shape, range and label, and changes nothing in inference.", es="Transforma las imágenes al entrenar, conserva forma, rango y etiqueta, y en inferencia no cambia nada."))  # fmt: skip
def own_augmentation(answer: object) -> None:
    """A layer or model that alters digits in training, labels kept true, and is the identity in inference."""
    raise_first({"not a layer": isinstance(answer, type) or not callable(answer)})
    letters = _letters(200)
    at_rest, at_work, again = (np.asarray(answer(letters, training=mode)) for mode in (False, True, True))
    for altered in (at_work, at_rest):
        raise_first({"changes the shape": altered.shape != letters.shape}, given=letters.shape, got=altered.shape)
    low, high = at_work.min(), at_work.max()
    layers = checks.flat_layers(answer) if hasattr(answer, "layers") else [answer]
    stack = [(type(layer).__name__, layer) for layer in layers]
    settings = [(name, layer.get_config()) for name, layer in stack if name.startswith("Random")]
    mixers = " + ".join(sorted({"CutMix", "MixUp"} & {name for name, _ in stack}))
    amounts = {(name, np.max(np.abs(c[key]))) for name, c in settings for key in c if key.endswith("factor") and c[key]}
    found = {
        "the lesson's own": amounts == OURS,
        "alters in inference": not np.allclose(at_rest, letters, atol=1e-5),
        "mixes images": mixers,
        "alters nothing": np.allclose(at_work, letters, atol=1e-5),
        "brightness on the 255 scale": high > 5,  # above any noise on top of 0 to 1
        "leaves the range": not (low >= -0.01 and high <= 1.01),
        "always the same change": max(np.ptp(at_work, axis=0).max(), np.abs(again - at_work).max()) < 1e-5,
    }
    raise_first(found, low=low, high=high, mixers=mixers)
    score, turned, mirrored = _read(at_work)
    lost = score < 0.78  # what cannot be read has no angle, either
    raise_first({
        "loses the digit": lost.mean() > 0.05,
        "label-changing flip": (mirrored & ~lost).mean() > 0.04,
        "label-changing rotation": ((np.abs(turned) > 31) & ~lost).mean() > 0.02,
    }, share=f"{100 * lost.mean():.0f} %")  # fmt: skip


@exercise(expects=a_function("make_batches(images, labels, training)"), hints=[
    dict(en="Follow the argument `training` through his function. Then ask what `cache` keeps, and in which order the images come.", es="Sigue el argumento `training` por su función. Después, pregúntate qué guarda `cache` y en qué orden salen las imágenes."),
    dict(en="shuffle(len(images)) and map(alter) only if training; shuffle before batch, no cache() after either of them.", es="shuffle(len(images)) y map(alter) solo si training; shuffle antes de batch, y ningún cache() después de ellos."),
    dict(en="if training: return pairs.shuffle(…).batch(32).map(alter), and if not: return pairs.batch(…)", es="if training: return pairs.shuffle(…).batch(32).map(alter) y, si no: return pairs.batch(…)"),
], wrong={
    "not a dataset": dict(en="The function returns {kind}; it should return a tf.data.Dataset. Does it end with return?", es="La función devuelve {kind}; debería devolver un tf.data.Dataset. ¿Acaba en return?", example=dict(kind="NoneType")),
    "not pairs": dict(en="Each batch should be a pair: the images, then their labels, one number per image. Yours has the shape {given}, where None stands for any number.", es="Cada lote debería ser un par: las imágenes y después sus etiquetas, un número por imagen. El tuyo tiene la forma {given}, donde None es un número cualquiera.", example=dict(given="(None, 28, 28, 1)")),
    "not batched": dict(en="Images come one at a time: batch(32) is missing.", es="Las imágenes salen de una en una: falta batch(32)."),
    "another shape": dict(en="The images of a batch come out with shape {shape} instead of (28, 28, 1) each. An axis too many has one of two causes: map(alter) before batch(32), since augmentation layers take a single image for a batch; or a second batch, from_tensors for instance, where from_tensor_slices gives single images.", es="Las imágenes de un lote salen con la forma {shape} en vez de (28, 28, 1) cada una. Un eje de más tiene una de dos causas: map(alter) antes de batch(32), porque las capas de aumento toman una imagen suelta por un lote; o un segundo lote, por ejemplo from_tensors, cuando from_tensor_slices da imágenes sueltas.", example=dict(shape=(28, 28, 1, 1))),
    "never ends": dict(en="After {count} batches the pipeline still goes on: leave out repeat(). `fit` starts the next pass by itself in every epoch.", es="Tras {count} lotes el flujo sigue: quita repeat(). `fit` ya empieza otra vuelta en cada época.", example=dict(count=250)),
    "loses images": dict(en="200 images should give six batches of 32 and a last one of 8, each image once. With training={training} yours are {count} batches, the first of {size}, with {different} different images.", es="200 imágenes deberían dar seis lotes de 32 y uno último de 8, cada imagen una vez. Con training={training} los tuyos son {count} lotes, el primero de {size}, con {different} imágenes distintas.", example=dict(training=True, count=6, size=32, different=192)),
    "labels parted from images": dict(en="Images and labels no longer belong together. Put both into one dataset, then shuffle.", es="Las imágenes y las etiquetas ya no se corresponden. Mete las dos en un mismo dataset y después baraja."),
    "alters validation data": dict(en="With training=False images do not come out as they were given. Validation needs digits as people wrote them: map(alter) only if training, and no second division by 255.", es="Con training=False las imágenes no salen como se dieron. La validación necesita los dígitos tal como se escribieron: map(alter) solo si training, y sin dividir otra vez entre 255."),
    "never alters": dict(en="With training=True the images stay as they are. Is it the wrong way round, or has map(alter) gone?", es="Con training=True las imágenes se quedan como están. ¿Está al revés, o ha desaparecido map(alter)?"),
    "altered once and cached": dict(en="Every epoch sees the same altered pictures, so they can be learnt by heart. They are kept by a cache() after map(alter), or they were altered before the pipeline began.", es="Todas las épocas ven las mismas imágenes transformadas, así que se pueden memorizar. Las guarda un cache() después de map(alter), o se transformaron antes de empezar el flujo."),
    "shuffles batches": dict(en="The order is another, but most images still stand beside their old neighbours. Shuffle images, not batches: shuffle(len(images)) before batch.", es="El orden es otro, pero la mayoría de las imágenes sigue junto a sus antiguas vecinas. Baraja imágenes, no lotes: shuffle(len(images)) antes de batch."),
    "not shuffled": dict(en="With training=True the images still come in the order in which they were given, or nearly, forwards or backwards. Shuffle them: shuffle(len(images)).", es="Con training=True las imágenes salen en el orden en que se dieron, o casi, hacia delante o hacia atrás. Barájalas: shuffle(len(images))."),
    "same order in every epoch": dict(en="The images are shuffled, but every epoch has the same order. A cache() after shuffle keeps it, and so do reshuffle_each_iteration=False and an order drawn once, before the pipeline.", es="Las imágenes se barajan, pero todas las épocas tienen el mismo orden. Lo fija un cache() después de shuffle, reshuffle_each_iteration=False o un orden sorteado una sola vez, antes del flujo."),
}, right=dict(en="In training, another order and new views in every epoch; in validation, the digits as people wrote them.", es="Al entrenar, otro orden y vistas nuevas en cada época; en validación, los dígitos tal como se escribieron."))  # fmt: skip
def make_batches(answer: object) -> None:
    """A function (images, labels, training) -> tf.data batches of 32: if training shuffled and altered anew in each pass, else untouched."""
    import tensorflow as tf

    labels = np.arange(200)  # not a multiple of 32
    rows, columns = np.mgrid[0:28, 0:28]
    away = np.hypot(rows - 13.5, columns - 13.5)[..., np.newaxis]  # (28, 28, 1)
    # discs that grow with the label: even altered, the size tells who is who; no mirror image equals its disc
    images = np.stack([away <= 1.5 + label / 25 for label in labels]) * (0.9 + (rows + 2 * columns) / 1000)[..., None]
    images = images.astype(np.float32)
    for training in (False, True):
        batches = answer(images, labels, training)
        raise_first({"not a dataset": not isinstance(batches, tf.data.Dataset)}, kind=type(batches).__name__)
        (once, order), (again, other) = (_one_pass(batches, training) for _ in range(2))
        raise_first({
            "alters validation data": not training and (once != images).any(),
            "never alters": training and (once == images).all(axis=(1, 2, 3)).mean() > 0.5,
            "altered once and cached": training and (once == again).all(axis=(1, 2, 3)).mean() > 0.5,
            "not shuffled": training and abs(np.corrcoef(order, labels)[0, 1]) > 0.8,
            "shuffles batches": training and np.median(np.abs(np.diff(order))) < 20,
            "same order in every epoch": training and np.array_equal(order, other),
        })  # fmt: skip


def _one_pass(batches: object, training: bool) -> tuple[np.ndarray, np.ndarray]:
    """The images of one epoch sorted by their labels, (200, 28, 28, 1), and the labels as they came."""
    spec = batches.element_spec  # type: ignore[attr-defined]
    given = str(keras.tree.map_structure(lambda part: str(part.shape), spec)).replace("'", "")
    raise_first({"not pairs": not isinstance(spec, tuple) or len(spec) != 2}, given=given)
    pairs = [(np.asarray(x), np.asarray(y)) for x, y in islice(batches, 250)]  # type: ignore[call-overload]
    raise_first({"never ends": len(pairs) == 250}, count=len(pairs))
    sizes, shape = [x.shape[0] for x, _ in pairs], next((x.shape for x, _ in pairs if x.shape[1:] != (28, 28, 1)), None)
    odd = any(x.ndim < 3 or (x.ndim == 4 and len(x) != y.size) for x, y in pairs)
    found = {"not batched": shape == (28, 28, 1), "not pairs": odd}
    raise_first({**found, "another shape": shape is not None}, shape=shape and shape[1:], given=given)
    order = np.concatenate([y.ravel() for _, y in pairs]) if pairs else np.arange(0)
    seen = dict(count=len(sizes), size=max(sizes[:1], default=0), different=len({*order.tolist()}))
    whole = sorted(sizes) == [8, *[32] * 6] and np.array_equal(np.sort(order), np.arange(200))
    raise_first({"loses images": not whole}, training=training, **seen)
    images = np.concatenate([x for x, _ in pairs])
    middle = (images.min(axis=(1, 2, 3), keepdims=True) + images.max(axis=(1, 2, 3), keepdims=True)) / 2
    size = (images > middle).sum(axis=(1, 2, 3))  # of the disc
    raise_first({"labels parted from images": np.corrcoef(size, order)[0, 1] < 0.8})
    return images[np.argsort(order)], order


@exercise(hints=[
    dict(en="Rows are the true digits, columns what the network answered. Look for the darkest square outside the diagonal.", es="Las filas son los dígitos reales; las columnas, lo que respondió la red. Busca el cuadro más oscuro fuera de la diagonal."),
    dict(en="answer = (row, column): the true digit first.", es="answer = (fila, columna): primero el dígito real."),
], wrong={
    "not a pair": dict(en="The answer is a pair of digits in parentheses, such as (0, 1): the true digit, then what it was taken for.", es="La respuesta es un par de dígitos entre paréntesis, como (0, 1): el dígito real y, después, por cuál se tomó."),
    "the diagonal": dict(en="That square is on the diagonal, where the network is right. Mistakes stand beside it.", es="Ese cuadro está en la diagonal, donde la red acierta. Los errores están fuera de ella."),
    "row and column exchanged": dict(en="You found the square, but in the other order: rows are the true digits. A true {column} was taken for a {row}.", es="Has encontrado el cuadro, pero en el otro orden: las filas son los dígitos reales. Un {column} real se tomó por un {row}.", example=dict(row=7, column=4)),
    "not the most frequent": dict(en="A true {row} was taken {count} times for a {column}. Another mistake happened {most} times.", es="Un {row} real se tomó {count} veces por un {column}. Otro error ocurrió {most} veces.", example=dict(row=6, column=9, count=3, most=27)),
}, right=dict(en="A true {row} was taken {count} times for a {column}. No other mistake is more frequent.", es="Un {row} real se tomó {count} veces por un {column}. Ningún otro error es más frecuente.", example=dict(row=4, column=7, count=27)))  # fmt: skip
def confused(answer: object, true: np.ndarray, predicted: np.ndarray) -> Praise:
    """The most frequent mistake: a pair of the true digit and what it was taken for."""
    try:
        row, column = (float(digit) for digit in answer)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise NotYet("not a pair") from None
    pair = not isinstance(answer, set | dict) and {row, column} <= {*range(10)}
    raise_first({"not a pair": not pair, "the diagonal": row == column})
    row, column = int(row), int(column)
    counts = np.bincount(10 * np.asarray(true, int) + predicted, minlength=100).reshape(10, 10)
    np.fill_diagonal(counts, 0)
    count, most = counts[row, column], counts.max()
    found = {"row and column exchanged": count < most == counts[column, row], "not the most frequent": count < most}
    raise_first(found, row=row, column=column, count=count, most=most)
    return Praise(row=row, column=column, count=count)


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="100 digits make 4 batches of 32, so an epoch takes a fraction of a second: 100 epochs are not many.", es="100 dígitos son 4 lotes de 32, así que una época dura una fracción de segundo: 100 épocas no son muchas."),
    dict(en="models.baseline_cnn(augmentation=…) puts an augmentation in front of the network. Which alterations do you expect in handwriting?", es="models.baseline_cnn(augmentation=…) pone un aumento de datos delante de la red. ¿Qué variaciones esperas en la escritura a mano?"),
    dict(en='my_model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"]); my_model.fit(few_x, few_y, epochs=…, verbose=0)', es='my_model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"]); my_model.fit(few_x, few_y, epochs=…, verbose=0), y elige tú las épocas'),
], wrong={
    "saw more than 100": dict(en="It is right for {accuracy} of the validation digits, for {known} of the other 900 training digits and for {test} of the test digits. From 100 digits comes neither so much nor so large a difference. Train a new network, with few_x and few_y only.", es="Acierta con el {accuracy} de los dígitos de validación, el {known} de los otros 900 de entrenamiento y el {test} de los de prueba. De 100 dígitos no sale ni tanto ni una diferencia así. Entrena una red nueva, solo con few_x y few_y.", example=dict(accuracy="94.0 %", known="100.0 %", test="93.5 %")),
    "below": dict(en="It is right for {accuracy} of the validation digits, and {asked} are asked for. Try more epochs, other alterations or other amounts.", es="Acierta con el {accuracy} de los dígitos de validación y se pide el {asked}. Prueba con más épocas, otras transformaciones u otras cantidades.", example=dict(accuracy="85.1 %", asked="90.0 %")),
}, right=dict(en="From 100 digits your network is right for {accuracy} of the validation digits. Can you do better still?", es="Con 100 dígitos, tu red acierta con el {accuracy} de los de validación. ¿Puedes mejorarlo?", example=dict(accuracy="92.2 %")))  # fmt: skip
def few_digits(answer: keras.Model) -> Praise:
    """A model trained on the first 100 training digits: at least ASKED of the validation digits right."""
    training, validation, test = checks.digits()
    sets = validation, [part[100:] for part in training], [part[:1000] for part in test]
    shares = [checks.accuracy(answer, *digits) for digits in sets]
    said = dict(zip(("accuracy", "known", "test"), map(checks.percent, shares), strict=True))
    raise_first({"saw more than 100": max(shares) > 0.98 or max(shares) - min(shares) > 0.07}, **said)
    return Praise(accuracy=checks.graded(shares[0], ASKED))


quiz_signs = quiz("quiz_signs", right="b",
    a=dict(en="Signs are seen at noon and at dusk; brightness does not change what they say.", es="Las señales se ven a mediodía y al anochecer; el brillo no cambia lo que dicen."),
    b=dict(en="Mirrored, “left” says “right”, but keeps the label “left”. Which alterations are allowed depends on the task.", es="Reflejada, «izquierda» dice «derecha», pero conserva la etiqueta «izquierda». Qué transformaciones valen depende de la tarea."),
    c=dict(en="Signs come near and far; a little zoom is just what happens on the road.", es="Las señales están cerca y lejos; un poco de zoom es justo lo que ocurre en la carretera."))  # fmt: skip

quiz_fill = quiz("quiz_fill", right="a",
    a=dict(en="The row is mirrored at its edge, as at a mirror between the first pixel and the empty place: 2 1 | 1 2.", es="La fila se refleja en su borde, como en un espejo entre el primer píxel y el hueco: 2 1 | 1 2."),
    b=dict(en="wrap takes what was pushed out on the right, 3 4, and puts it in on the left: 3 4 1 2.", es="wrap toma lo que salió por la derecha, 3 4, y lo mete por la izquierda: 3 4 1 2."),
    c=dict(en="nearest repeats the pixel at the edge: 1 1 1 2.", es="nearest repite el píxel del borde: 1 1 1 2."),
    d=dict(en="constant fills with one fixed value, 0 unless you give another: 0 0 1 2.", es="constant rellena con un valor fijo, 0 si no das otro: 0 0 1 2."))  # fmt: skip

quiz_curves = quiz("quiz_curves", right="c",
    a=dict(en="Learnt by heart would mean a training accuracy near 100 %, as for `baseline`. The line of `harmful` ends far below.", es="Aprendidos de memoria significaría una exactitud de entrenamiento cercana al 100 %, como la de `baseline`. La línea de `harmful` acaba mucho más abajo."),
    b=dict(en="Its training accuracy is lower than that of `baseline` because it is measured on altered digits. In validation, on unaltered ones, `augmented` ends highest.", es="Su exactitud de entrenamiento es menor que la de `baseline` porque se mide con dígitos transformados. En validación, con dígitos sin transformar, `augmented` acaba más arriba."),
    c=dict(en="It answers many altered training digits wrongly even after 30 epochs: some alterations made another digit of them. And what it has learnt serves it less on unaltered ones.", es="Aun tras 30 épocas responde mal a muchos dígitos de entrenamiento transformados: a algunos, la transformación los convirtió en otro dígito. Y lo aprendido le sirve menos con los dígitos sin transformar."))  # fmt: skip
