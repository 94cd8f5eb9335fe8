"""Checks for lesson 08, your own digits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np

from helpers.exercises import NotYet, exercise, quiz
from helpers.language import tr

# No symmetry, and no pixel at 255: what is scaled by its own maximum shows.
_PICTURE = np.arange(28 * 28).reshape(28, 28) % 199
_PICTURE = _PICTURE.astype(np.uint8)

# Four images: a sure 7, a sure 0, an unsure 3 (0.55), a very unsure 9 (0.3).
_PROBABILITIES = np.full((4, 10), 0.0)
for _row, (_digit, _sure) in enumerate([(7, 0.97), (0, 0.93), (3, 0.55), (9, 0.3)]):
    _PROBABILITIES[_row] = (1 - _sure) / 9
    _PROBABILITIES[_row, _digit] = _sure


def _require_function(answer: object, name: str) -> None:
    if not callable(answer):
        text = tr(
            en=f"The answer is the function itself, {name}, without parentheses; the check calls it.",
            es=f"La respuesta es la propia función, {name}, sin paréntesis; la comprobación la llama.",
        )
        raise NotYet("not a function", text)


@exercise(
    dict(
        en="Three things differ: the number of axes (two are missing), the range, and the type.",
        es="Cambian tres cosas: el número de ejes (faltan dos), el rango y el tipo.",
    ),
    dict(
        en="The lesson's prepare() adds the last axis and scales, but expects several images. np.newaxis adds an axis where it stands.",
        es="El prepare() de la lección añade el último eje y escala, pero espera varias imágenes. np.newaxis añade un eje donde lo pongas.",
    ),
    dict(
        en="return prepare(picture[np.newaxis]), or everything by hand: picture[np.newaxis, ..., …].astype(…) / …",
        es="return prepare(picture[np.newaxis]), o todo a mano: picture[np.newaxis, ..., …].astype(…) / …",
    ),
)
def batch_of_one(answer: object) -> str:
    """A function from a picture, `uint8` of shape (28, 28), to a batch of one, (1, 28, 28, 1), from 0 to 1."""
    _require_function(answer, "ready")
    given = _PICTURE.copy()
    batch = np.asarray(answer(given))
    shape = batch.shape
    if not np.array_equal(given, _PICTURE):
        text = tr(
            en="It changes the picture that it was given. Make a new array: astype() makes one, /= does not.",
            es="Cambia la imagen que recibe. Crea un array nuevo: astype() lo crea; /= no.",
        )
        raise NotYet("changes its argument", text)
    if shape in ((28, 28), (28, 28, 1)):
        text = tr(
            en=f"Shape {shape}: that is an image, and a network takes a *batch* of images, even if it is a batch of one: (1, 28, 28, 1).",
            es=f"Forma {shape}: eso es una imagen, y la red recibe un *lote* de imágenes, aunque sea de una sola: (1, 28, 28, 1).",
        )
        raise NotYet("missing batch axis", text)
    if shape == (1, 28, 28):
        text = tr(
            en="Shape (1, 28, 28): the channel axis is missing at the end. A grey image has one channel: (1, 28, 28, 1).",
            es="Forma (1, 28, 28): falta al final el eje de canales. Una imagen en gris tiene un canal: (1, 28, 28, 1).",
        )
        raise NotYet("missing channel axis", text)
    if shape != (1, 28, 28, 1):
        text = tr(
            en=f"Shape {shape}; wanted: (1, 28, 28, 1), that is, one image, height, width, one channel.",
            es=f"Forma {shape}; se pide (1, 28, 28, 1): una imagen, alto, ancho, un canal.",
        )
        raise NotYet("another shape", text)
    if not np.issubdtype(batch.dtype, np.floating):
        text = tr(
            en=f"The values are of type {batch.dtype}: between 0 and 1, whole numbers leave only black and white. Use astype('float32').",
            es=f"Los valores son de tipo {batch.dtype}: entre 0 y 1, los enteros solo dejan blanco y negro. Usa astype('float32').",
        )
        raise NotYet("whole numbers", text)
    values, expected = batch[0, ..., 0], _PICTURE / 255
    others = (
        (
            "not scaled",
            255 * expected,
            tr(
                en="The values still go up to 255. The network was trained with values from 0 to 1: divide by 255.",
                es="Los valores siguen llegando hasta 255. La red se entrenó con valores de 0 a 1: divide entre 255.",
            ),
        ),
        (
            "scaled twice",
            expected / 255,
            tr(
                en="The values end at 0.004: they were divided by 255 twice. To the network that is an empty sheet.",
                es="Los valores acaban en 0.004: se ha dividido dos veces entre 255. Para la red es una hoja vacía.",
            ),
        ),
        (
            "scaled by its own maximum",
            _PICTURE / _PICTURE.max(),
            tr(
                en="It divides by this picture's own maximum. The training digits were divided by 255, whatever was in them; so must yours.",
                es="Divide entre el máximo de esta imagen. Los dígitos de entrenamiento se dividieron entre 255, hubiera lo que hubiera; los tuyos, igual.",
            ),
        ),
        (
            "dark and light turned over",
            1 - expected,
            tr(
                en="Dark and light are swapped. to_mnist already gives white ink on black, as the network knows it.",
                es="Oscuro y claro están invertidos. to_mnist ya da tinta blanca sobre negro, como la conoce la red.",
            ),
        ),
        (
            "rows and columns exchanged",
            expected.T,
            tr(
                en="Rows and columns are swapped: the digit lies on its side. The axes are batch, height, width, channel.",
                es="Filas y columnas están intercambiadas: el dígito queda tumbado. Los ejes son lote, alto, ancho, canal.",
            ),
        ),
    )
    for name, wrong, text in others:
        if np.allclose(values, wrong, atol=1e-4):
            raise NotYet(name, text)
    if not np.allclose(values, expected, atol=1e-4):
        text = tr(
            en="Shape and type are right, the values are not: wanted is the picture divided by 255, nothing else.",
            es="La forma y el tipo están bien; los valores, no: se pide la imagen dividida entre 255 y nada más.",
        )
        raise NotYet("other values", text)
    return tr(
        en="A batch of one image, from 0 to 1: that is what predict takes.",
        es="Un lote de una imagen, de 0 a 1: lo que espera predict.",
    )


@exercise(
    dict(
        en="Two questions for each row: which of its ten numbers is the largest, and how large is it?",
        es="Dos preguntas por fila: ¿cuál de sus diez números es el mayor, y cuánto vale?",
    ),
    dict(
        en="argmax(axis=1) answers the first, max(axis=1) the second.",
        es="argmax(axis=1) responde a la primera; max(axis=1), a la segunda.",
    ),
    dict(
        en="np.where(probabilities.max(axis=1) >= threshold, …, -1)",
        es="np.where(probabilities.max(axis=1) >= threshold, …, -1)",
    ),
)
def answer_or_refuse(answer: object) -> str:
    """A function from probabilities (N, 10) and a threshold to N digits, -1 for those below the threshold."""
    _require_function(answer, "decide")
    decided = [_digits(answer(_PROBABILITIES.copy(), threshold)) for threshold in (0.9, 0.5, 0.0)]
    expected = [[7, 0, -1, -1], [7, 0, 3, -1], [7, 0, 3, 9]]
    if decided == expected:
        return tr(
            en="The sure ones are answered, the unsure ones are left to a person, and the threshold decides how many.",
            es="Responde los seguros, deja los dudosos a una persona, y el umbral decide cuántos son.",
        )
    if decided[0] == decided[1] == decided[2] == [7, 0, 3, 9]:
        text = tr(
            en="It always answers, whatever the threshold. Where the largest probability is below it, the answer is -1.",
            es="Responde siempre, sea cual sea el umbral. Donde la mayor probabilidad quede por debajo, la respuesta es -1.",
        )
        raise NotYet("never refuses", text)
    if decided[0] == decided[1] == decided[2]:
        text = tr(
            en="It gives the same answers with thresholds 0.9, 0.5 and 0. The second argument should decide.",
            es="Da las mismas respuestas con umbrales de 0.9, 0.5 y 0. Debería decidir el segundo argumento.",
        )
        raise NotYet("ignores the threshold", text)
    if decided[0] == [-1, -1, 3, 9]:
        text = tr(
            en="It refuses the sure ones and answers the unsure ones: the comparison is the wrong way round.",
            es="Rechaza los seguros y responde los dudosos: la comparación está al revés.",
        )
        raise NotYet("refuses the sure ones", text)
    if decided[2][1] == -1:
        text = tr(
            en="It refuses a sure 0. The digit 0 counts as False in Python: compare the probability with the threshold, do not ask whether the digit is true.",
            es="Rechaza un 0 seguro. El dígito 0 cuenta como False en Python: compara la probabilidad con el umbral en vez de preguntar si el dígito es verdadero.",
        )
        raise NotYet("takes zero for no answer", text)
    text = tr(
        en=f"For a sure 7, a sure 0, a 3 with 0.55 and a 9 with 0.3, with threshold 0.5, it gives {decided[1]}; it should be {expected[1]}.",
        es=f"Con un 7 seguro, un 0 seguro, un 3 con 0.55 y un 9 con 0.3, y umbral 0.5, da {decided[1]}; debería dar {expected[1]}.",
    )
    raise NotYet("other answers", text)


def _digits(found: object) -> list[int]:
    """The four answers as whole numbers."""
    found = list(found) if isinstance(found, list | tuple) else np.asarray(found)
    if len(found) != 4:
        text = tr(
            en=f"For 4 images it gives {len(found)} answers. Each row is an image: look along the row, axis=1.",
            es=f"Con 4 imágenes da {len(found)} respuestas. Cada fila es una imagen: recorre la fila, axis=1.",
        )
        raise NotYet("along the wrong axis", text)
    if any(value is None for value in found):
        text = tr(
            en="Where it refuses it gives None. What is wanted is the number -1, so that all answers are whole numbers.",
            es="Donde rechaza da None. Se pide el número -1, para que todas las respuestas sean enteros.",
        )
        raise NotYet("None instead of -1", text)
    values = np.asarray(found, float)
    if not np.allclose(values, np.rint(values)):
        text = tr(
            en="It gives probabilities. What is wanted is digits: argmax says which, max says how sure.",
            es="Da probabilidades. Se piden dígitos: argmax dice cuál; max, con cuánta seguridad.",
        )
        raise NotYet("probabilities in place of digits", text)
    if values.shape != (4,):
        text = tr(
            en=f"What is wanted is one whole number for each of 4 images; this has shape {values.shape}.",
            es=f"Se pide un entero por cada una de 4 imágenes; esto tiene la forma {values.shape}.",
        )
        raise NotYet("another shape", text)
    return np.rint(values).astype(int).tolist()


@exercise(
    dict(
        en="Safe mode refuses code. Which layer of hers carries code in the file?",
        es="El modo seguro rechaza el código. ¿Cuál de sus capas lleva código en el archivo?",
    ),
    dict(
        en="1 - x is x times -1, plus 1. Which Keras layer multiplies and adds? You know it from lesson 01, where it scaled numbers.",
        es="1 - x es x por -1, más 1. ¿Qué capa de Keras multiplica y suma? La conoces de la lección 01, de escalar números.",
    ),
    dict(en="layers.Rescaling(scale=…, offset=…)", es="layers.Rescaling(scale=…, offset=…)"),
)
def loads_safely(answer: object) -> str:
    """A layer (or model) that turns x into 1 - x and can be saved and loaded in safe mode."""
    if isinstance(answer, type) or not isinstance(answer, keras.layers.Layer):
        text = tr(
            en="The answer is a layer, made with its arguments, such as layers.Rescaling(…).",
            es="La respuesta es una capa, creada con sus argumentos, como layers.Rescaling(…).",
        )
        raise NotYet("not a layer", text)
    images = np.linspace(0, 1, 2 * 28 * 28, dtype="float32").reshape(2, 28, 28, 1)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), answer])
    turned = np.asarray(model(images))
    if turned.shape != images.shape:
        text = tr(
            en=f"Images of shape (28, 28, 1) come out with shape {turned.shape[1:]}. Only the values should change.",
            es=f"Las imágenes de forma (28, 28, 1) salen con la forma {turned.shape[1:]}. Solo deben cambiar los valores.",
        )
        raise NotYet("changes the shape", text)
    if np.allclose(turned, images, atol=1e-5):
        text = tr(
            en="Nothing is inverted: a dark digit on light paper stays dark. Hers makes 1 - x of x.",
            es="No invierte nada: un dígito oscuro sobre papel claro sigue oscuro. La suya convierte x en 1 - x.",
        )
        raise NotYet("turns nothing over", text)
    if np.allclose(turned, -images, atol=1e-5):
        text = tr(
            en="That makes -x of x: all values are negative now. The offset is missing: -x + 1.",
            es="Eso convierte x en -x: ahora todos los valores son negativos. Falta el desplazamiento: -x + 1.",
        )
        raise NotYet("offset forgotten", text)
    if not np.allclose(turned, 1 - images, atol=1e-5):
        text = tr(
            en=f"It should make 1 - x of x; 0 becomes {turned.flat[0]:g}, 1 becomes {turned.flat[-1]:g}. The images go from 0 to 1, not to 255.",
            es=f"Debe convertir x en 1 - x; el 0 pasa a {turned.flat[0]:g} y el 1, a {turned.flat[-1]:g}. Las imágenes van de 0 a 1, no a 255.",
        )
        raise NotYet("other values", text)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "model.keras")
        model.save(file)
        registered = dict(keras.saving.get_custom_objects())
        keras.saving.get_custom_objects().clear()  # as in a stranger's process
        try:
            loaded = keras.models.load_model(file, safe_mode=True)
        except (TypeError, ValueError) as error:
            if "ambda" in str(error):
                text = tr(
                    en="It does the same, but there is still a Lambda in it: the file carries its Python code, and safe mode refuses the file.",
                    es="Hace lo mismo, pero sigue habiendo una Lambda: el archivo lleva su código de Python, y el modo seguro rechaza el archivo.",
                )
                raise NotYet("still a Lambda", text) from None
            text = tr(
                en="It does the same, but the file only names your class, it does not contain it: whoever loads it needs your code as well. Keras has a layer that does the job.",
                es="Hace lo mismo, pero el archivo solo nombra tu clase, no la contiene: quien lo carga necesita también tu código. Keras tiene una capa que sirve.",
            )
            raise NotYet("a class of one's own", text) from None
        finally:
            keras.saving.get_custom_objects().update(registered)
    np.testing.assert_allclose(np.asarray(loaded(images)), turned, atol=1e-6)
    return tr(
        en="The same values, saved and loaded in safe mode: no code in the file, nothing to be afraid of.",
        es="Los mismos valores, guardada y cargada en modo seguro: sin código en el archivo y sin nada que temer.",
    )


quiz_share = quiz(
    "quiz_share",
    right="c",
    a=dict(
        en="Not here, perhaps. With fewer images, a larger network or longer training it may count; one ablation says nothing about that.",
        es="Aquí, quizá no. Con menos imágenes, una red mayor o más épocas puede contar; de eso una ablación no dice nada.",
    ),
    b=dict(
        en="0.1 points is less than what another seed changes: it may be chance.",
        es="0.1 puntos es menos de lo que cambia con otra semilla: puede ser azar.",
    ),
    c=dict(
        en="So small a difference beside such a spread shows neither use nor harm; and others may have stood in for what was missing.",
        es="Una diferencia tan pequeña al lado de esa dispersión no demuestra ni provecho ni daño; y quizá otros suplieron lo que faltaba.",
    ),
)

quiz_own = quiz(
    "quiz_own",
    right="b",
    a=dict(
        en="It never trained with them. The 98 % are earned, but on digits like those.",
        es="Nunca entrenó con ellos. El 98 % está bien ganado, pero con dígitos como esos.",
    ),
    b=dict(
        en="A test figure holds for data like the test data. Yours are other data, so they are another exam.",
        es="La cifra de prueba vale para datos como los de prueba. Los tuyos son otros datos y, por tanto, otro examen.",
    ),
    c=dict(
        en="The test digits have no more, and 98 % of them are read right.",
        es="Los de prueba no tienen más, y lee bien el 98 %.",
    ),
)

quiz_stranger = quiz(
    "quiz_stranger",
    right="a",
    a=dict(
        en="Weights alone are numbers; code that you can read is code that you can judge.",
        es="Los pesos solos son números; un código que puedes leer es un código que puedes juzgar.",
    ),
    b=dict(
        en="Weights are. A file that needs safe_mode=False brings code, too, and loading it runs it.",
        es="Los pesos, sí. Pero un archivo que necesita safe_mode=False trae además código, y cargarlo lo ejecuta.",
    ),
    c=dict(
        en="A new process has your rights as well: it can read and delete your files and use your internet connection.",
        es="Un proceso nuevo también tiene tus permisos: puede leer y borrar tus archivos y usar tu conexión a internet.",
    ),
)
