"""Checks for lesson 08, your own digits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import keras
import numpy as np

from helpers.checks import NotYet, a_function, exercise, flat_layers, quiz, raise_first

# No symmetry, and no pixel at 255: what is scaled by its own maximum shows.
_PICTURE = (np.arange(28 * 28).reshape(28, 28) % 199).astype(np.uint8)


@exercise(expects=a_function("ready(picture)"), hints=[
    dict(en="Three things differ: the number of axes (two are missing), the range, and the type.", es="Cambian tres cosas: el número de ejes (faltan dos), el rango y el tipo."),
    dict(en="The lesson's prepare() adds the last axis and scales, but expects several images. np.newaxis adds an axis where it stands.",
         es="El prepare() de la lección añade el último eje y escala, pero espera varias imágenes. np.newaxis añade un eje donde lo pongas."),
    dict(en="return prepare(picture[np.newaxis]), or everything by hand: picture[np.newaxis, ..., …].astype(…) / …",
         es="return prepare(picture[np.newaxis]), o todo a mano: picture[np.newaxis, ..., …].astype(…) / …"),
], wrong={
    "changes its argument": dict(en="It changes the picture that it was given. Make a new array: astype() makes one, /= does not.",
                                 es="Cambia la imagen que recibe. Crea un array nuevo: astype() lo crea; /= no."),
    "missing batch axis": dict(en="Shape {shape}: that is an image, and a network takes a *batch* of images, even if it is a batch of one: (1, 28, 28, 1).",
                               es="Forma {shape}: eso es una imagen, y la red recibe un *lote* de imágenes, aunque sea de una sola: (1, 28, 28, 1).", example=dict(shape=(28, 28))),
    "missing channel axis": dict(en="Shape (1, 28, 28): the channel axis is missing at the end. A grey image has one channel: (1, 28, 28, 1).",
                                 es="Forma (1, 28, 28): falta al final el eje de canales. Una imagen en gris tiene un canal: (1, 28, 28, 1)."),
    "another shape": dict(en="Shape {shape}; wanted: (1, 28, 28, 1), that is, one image, height, width, one channel.",
                          es="Forma {shape}; se pide (1, 28, 28, 1): una imagen, alto, ancho, un canal.", example=dict(shape=(1, 784))),
    "whole numbers": dict(en="The values are of type {dtype}: between 0 and 1, whole numbers leave only black and white. Use astype('float32').",
                          es="Los valores son de tipo {dtype}: entre 0 y 1, los enteros solo dejan blanco y negro. Usa astype('float32').", example=dict(dtype="uint8")),
    "not scaled": dict(en="The values still go up to 255. The network was trained with values from 0 to 1: divide by 255.",
                       es="Los valores siguen llegando hasta 255. La red se entrenó con valores de 0 a 1: divide entre 255."),
    "scaled twice": dict(en="The values end at 0.004: they were divided by 255 twice. To the network that is an empty sheet.",
                         es="Los valores acaban en 0.004: se ha dividido dos veces entre 255. Para la red es una hoja vacía."),
    "scaled by its own maximum": dict(en="It divides by this picture's own maximum. The training digits were divided by 255, whatever was in them; so must yours.",
                                      es="Divide entre el máximo de esta imagen. Los dígitos de entrenamiento se dividieron entre 255, hubiera lo que hubiera; los tuyos, igual."),
    "dark and light turned over": dict(en="Dark and light are swapped. to_mnist already gives white ink on black, as the network knows it.",
                                       es="Oscuro y claro están invertidos. to_mnist ya da tinta blanca sobre negro, como la conoce la red."),
    "rows and columns exchanged": dict(en="Rows and columns are swapped: the digit lies on its side. The axes are batch, height, width, channel.",
                                       es="Filas y columnas están intercambiadas: el dígito queda tumbado. Los ejes son lote, alto, ancho, canal."),
    "other values": dict(en="Shape and type are right, the values are not: wanted is the picture divided by 255, nothing else.",
                         es="La forma y el tipo están bien; los valores, no: se pide la imagen dividida entre 255 y nada más."),
}, right=dict(en="A batch of one image, from 0 to 1: that is what predict takes.", es="Un lote de una imagen, de 0 a 1: lo que espera predict."))  # fmt: skip
def batch_of_one(answer: object) -> None:
    """A function from a picture, `uint8` of shape (28, 28), to a batch of one, (1, 28, 28, 1), from 0 to 1."""
    given = _PICTURE.copy()
    batch = np.asarray(answer(given))
    found = {
        "changes its argument": not np.array_equal(given, _PICTURE),
        "missing batch axis": batch.shape in ((28, 28), (28, 28, 1)),
        "missing channel axis": batch.shape == (1, 28, 28),
        "another shape": batch.shape != (1, 28, 28, 1),
        "whole numbers": not np.issubdtype(batch.dtype, np.floating),
    }
    raise_first(found, shape=batch.shape, dtype=batch.dtype)
    expected = _PICTURE / 255
    known = {
        "not scaled": 255 * expected,
        "scaled twice": expected / 255,
        "scaled by its own maximum": _PICTURE / _PICTURE.max(),
        "dark and light turned over": 1 - expected,
        "rows and columns exchanged": expected.T,
    }
    found = {name: np.allclose(batch[0, ..., 0], values, atol=1e-4) for name, values in known.items()}
    raise_first({**found, "other values": not np.allclose(batch[0, ..., 0], expected, atol=1e-4)})


def _probabilities(*answers: tuple[int, float]) -> np.ndarray:
    """A row of ten for each digit and its probability; the others share the rest."""
    rows = np.array([np.full(10, (1 - sure) / 9) for _, sure in answers])
    for row, (digit, sure) in zip(rows, answers, strict=True):
        row[digit] = sure
    return rows


_FOUR = ((7, 0.97), (0, 0.93), (3, 0.55), (9, 0.3))  # a sure 7, a sure 0, an unsure 3, a very unsure 9


@exercise(expects=a_function("decide(probabilities, threshold)"), hints=[
    dict(en="Two questions for each row: which of its ten numbers is the largest, and how large is it?", es="Dos preguntas por fila: ¿cuál de sus diez números es el mayor, y cuánto vale?"),
    dict(en="argmax(axis=1) answers the first, max(axis=1) the second.", es="argmax(axis=1) responde a la primera; max(axis=1), a la segunda."),
    dict(en="np.where(probabilities.max(axis=1) >= threshold, …, -1)", es="np.where(probabilities.max(axis=1) >= threshold, …, -1)"),
], wrong={
    "along the wrong axis": dict(en="For 4 images it gives {count} answers. Each row is an image: look along the row, axis=1.",
                                 es="Con 4 imágenes da {count} respuestas. Cada fila es una imagen: recorre la fila, axis=1.", example=dict(count=10)),
    "None instead of -1": dict(en="Where it refuses it gives None. What is wanted is the number -1, so that all answers are whole numbers.",
                               es="Donde rechaza da None. Se pide el número -1, para que todas las respuestas sean enteros."),
    "probabilities in place of digits": dict(en="It gives probabilities. What is wanted is digits: argmax says which, max says how sure.",
                                             es="Da probabilidades. Se piden dígitos: argmax dice cuál; max, con cuánta seguridad."),
    "another shape": dict(en="What is wanted is one whole number for each of 4 images; this has shape {shape}.",
                          es="Se pide un entero por cada una de 4 imágenes; esto tiene la forma {shape}.", example=dict(shape=(4, 1))),
    "never refuses": dict(en="It always answers, whatever the threshold. Where the largest probability is below it, the answer is -1.",
                          es="Responde siempre, sea cual sea el umbral. Donde la mayor probabilidad quede por debajo, la respuesta es -1."),
    "ignores the threshold": dict(en="It gives the same answers with thresholds 0.9, 0.5 and 0. The second argument should decide.",
                                  es="Da las mismas respuestas con umbrales de 0.9, 0.5 y 0. Debería decidir el segundo argumento."),
    "refuses the sure ones": dict(en="It refuses the sure ones and answers the unsure ones: the comparison is the wrong way round.",
                                  es="Rechaza los seguros y responde los dudosos: la comparación está al revés."),
    "takes zero for no answer": dict(en="It refuses a sure 0. The digit 0 counts as False in Python: compare the probability with the threshold, do not ask whether the digit is true.",
                                     es="Rechaza un 0 seguro. El dígito 0 cuenta como False en Python: compara la probabilidad con el umbral en vez de preguntar si el dígito es verdadero."),
    "other answers": dict(en="For a sure 7, a sure 0, a 3 with 0.55 and a 9 with 0.3, with threshold 0.5, it gives {given}; it should be {wanted}.",
                          es="Con un 7 seguro, un 0 seguro, un 3 con 0.55 y un 9 con 0.3, y umbral 0.5, da {given}; debería dar {wanted}.", example=dict(given=[7, 0, 3, 10], wanted=[7, 0, 3, -1])),
    "four images only": dict(en="It is right for 4 images; for 5 it gives {count} answers. How many there are, probabilities itself says: len(probabilities).",
                             es="Con 4 imágenes acierta; con 5 da {count} respuestas. Cuántas son lo dicen las propias probabilities: len(probabilities).", example=dict(count=4)),
    "refuses at the threshold": dict(en="It refuses a 5 with 0.75 when the threshold is 0.75, too. Only what is below the threshold is refused: >= answers.",
                                     es="Rechaza un 5 con 0.75 cuando el umbral es también 0.75. Solo se rechaza lo que queda por debajo: con >= se responde."),
}, right=dict(en="The sure ones are answered, the unsure ones are left to a person, and the threshold decides how many.",
              es="Responde los seguros, deja los dudosos a una persona, y el umbral decide cuántos son."))  # fmt: skip
def answer_or_refuse(answer: object) -> None:
    """A function from probabilities (N, 10) and a threshold to N digits, -1 for those below the threshold."""
    decided = [_digits(answer(_probabilities(*_FOUR), threshold)) for threshold in (0.9, 0.5, 0.0)]
    expected = [[7, 0, -1, -1], [7, 0, 3, -1], [7, 0, 3, 9]]
    always_the_same = decided[0] == decided[1] == decided[2]
    found = {
        "never refuses": always_the_same and decided[0] == expected[2],
        "ignores the threshold": always_the_same,
        "refuses the sure ones": decided[0] == [-1, -1, 3, 9],
        "takes zero for no answer": decided[2][1] == -1,
        "other answers": decided != expected,
    }
    raise_first(found, given=decided[1], wanted=expected[1])
    five = np.asarray(answer(_probabilities(*_FOUR, (5, 0.75)), 0.75))
    raise_first({"four images only": len(five) != 5, "refuses at the threshold": five[-1] != 5}, count=len(five))


def _digits(answers: object) -> list[int]:
    """The four answers as whole numbers."""
    answers = list(answers) if isinstance(answers, list | tuple) else np.asarray(answers)
    if len(answers) != 4:
        raise NotYet("along the wrong axis", count=len(answers))
    if any(value is None for value in answers):
        raise NotYet("None instead of -1")
    values = np.asarray(answers, float)
    if not np.allclose(values, np.rint(values)):
        raise NotYet("probabilities in place of digits")
    if values.shape != (4,):
        raise NotYet("another shape", shape=values.shape)
    return np.rint(values).astype(int).tolist()


@exercise(hints=[
    dict(en="Safe mode refuses code. Which layer of hers carries code in the file?", es="El modo seguro rechaza el código. ¿Cuál de sus capas lleva código en el archivo?"),
    dict(en="1 - x is x times -1, plus 1. Which Keras layer multiplies and adds? You know it from lesson 01, where it scaled numbers.",
         es="1 - x es x por -1, más 1. ¿Qué capa de Keras multiplica y suma? La conoces de la lección 01, de escalar números."),
    dict(en="layers.Rescaling(scale=…, offset=…)", es="layers.Rescaling(scale=…, offset=…)"),
], wrong={
    "not a layer": dict(en="The answer is a layer, made with its arguments, such as layers.Rescaling(…).", es="La respuesta es una capa, creada con sus argumentos, como layers.Rescaling(…)."),
    "changes the shape": dict(en="Images of shape (28, 28, 1) come out with shape {shape}. Only the values should change.",
                              es="Las imágenes de forma (28, 28, 1) salen con la forma {shape}. Solo deben cambiar los valores.", example=dict(shape=(784,))),
    "turns nothing over": dict(en="Nothing is inverted: a dark digit on light paper stays dark. Hers makes 1 - x of x.",
                               es="No invierte nada: un dígito oscuro sobre papel claro sigue oscuro. La suya convierte x en 1 - x."),
    "offset forgotten": dict(en="That makes -x of x: all values are negative now. The offset is missing: -x + 1.",
                             es="Eso convierte x en -x: ahora todos los valores son negativos. Falta el desplazamiento: -x + 1."),
    "other values": dict(en="It should make 1 - x of x; 0 becomes {zero:g}, 1 becomes {one:g}. The images go from 0 to 1, not to 255.",
                         es="Debe convertir x en 1 - x; el 0 pasa a {zero:g} y el 1, a {one:g}. Las imágenes van de 0 a 1, no a 255.", example=dict(zero=255, one=254)),
    "still a Lambda": dict(en="It does the same, but there is still a Lambda in it: the file carries its Python code, and safe mode refuses the file.",
                           es="Hace lo mismo, pero sigue habiendo una Lambda: el archivo lleva su código de Python, y el modo seguro rechaza el archivo."),
    "a lambda as activation": dict(en="It does the same, but its activation is a lambda: the file carries its Python code, and whoever loads it gets an error.",
                                   es="Hace lo mismo, pero su activación es una lambda: el archivo lleva su código de Python, y quien lo carga recibe un error."),
    "a class of one's own": dict(en="It does the same, but the file only names your class or function, it does not contain it: whoever loads it needs your code as well. Keras has a layer that does the job.",
                                 es="Hace lo mismo, pero el archivo solo nombra tu clase o función, no la contiene: quien lo carga necesita también tu código. Keras tiene una capa que sirve."),
}, right=dict(en="The same values, saved and loaded in safe mode: no code in the file, nothing to be afraid of.",
              es="Los mismos valores, guardada y cargada en modo seguro: sin código en el archivo y sin nada que temer."))  # fmt: skip
def loads_safely(answer: object) -> None:
    """A layer (or model) that turns x into 1 - x and can be saved and loaded in safe mode."""
    if isinstance(answer, type) or not isinstance(answer, keras.layers.Layer):
        raise NotYet("not a layer")
    images = np.linspace(0, 1, 2 * 28 * 28, dtype="float32").reshape(2, 28, 28, 1)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), answer])
    turned = np.asarray(model(images))
    if turned.shape != images.shape:
        raise NotYet("changes the shape", shape=turned.shape[1:])
    activations = [getattr(layer, "activation", None) for layer in flat_layers(model)]
    found = {
        "turns nothing over": np.allclose(turned, images, atol=1e-5),
        "offset forgotten": np.allclose(turned, -images, atol=1e-5),
        "other values": not np.allclose(turned, 1 - images, atol=1e-5),
        "still a Lambda": any(isinstance(layer, keras.layers.Lambda) for layer in flat_layers(model)),
        "a lambda as activation": any(getattr(activation, "__name__", "") == "<lambda>" for activation in activations),
    }
    raise_first(found, zero=turned.flat[0], one=turned.flat[-1])
    try:
        loaded = _as_a_stranger_loads(model)
    except (TypeError, ValueError) as error:
        raise NotYet("a class of one's own") from error
    np.testing.assert_allclose(np.asarray(loaded(images)), turned, atol=1e-6)


def _as_a_stranger_loads(model: keras.Model) -> keras.Model:
    """The model, saved and loaded in safe mode where nobody has registered classes of their own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "model.keras")
        model.save(file)
        registered = dict(keras.saving.get_custom_objects())
        keras.saving.get_custom_objects().clear()
        try:
            return keras.models.load_model(file, safe_mode=True)
        finally:
            keras.saving.get_custom_objects().update(registered)


quiz_share = quiz("quiz_share", right="c",
    a=dict(en="Not here, perhaps. With fewer images, a larger network or longer training it may count; one ablation says nothing about that.",
           es="Aquí, quizá no. Con menos imágenes, una red mayor o más épocas puede contar; de eso una ablación no dice nada."),
    b=dict(en="0.1 points is less than what another seed changes: it may be chance.", es="0.1 puntos es menos de lo que cambia con otra semilla: puede ser azar."),
    c=dict(en="So small a difference beside such a spread shows neither use nor harm; and others may have stood in for what was missing.",
           es="Una diferencia tan pequeña al lado de esa dispersión no demuestra ni provecho ni daño; y quizá otros suplieron lo que faltaba."),
)  # fmt: skip

quiz_own = quiz("quiz_own", right="b",
    a=dict(en="It never trained with them. The 98 % are earned, but on digits like those.", es="Nunca entrenó con ellos. El 98 % está bien ganado, pero con dígitos como esos."),
    b=dict(en="A test figure holds for data like the test data. Yours are other data, so they are another exam.",
           es="La cifra de prueba vale para datos como los de prueba. Los tuyos son otros datos y, por tanto, otro examen."),
    c=dict(en="The test digits have no more, and 98 % of them are read right.", es="Los de prueba no tienen más, y lee bien el 98 %."),
)  # fmt: skip

quiz_stranger = quiz("quiz_stranger", right="a",
    a=dict(en="Weights alone are numbers; code that you can read is code that you can judge.", es="Los pesos solos son números; un código que puedes leer es un código que puedes juzgar."),
    b=dict(en="Weights are. A file that needs safe_mode=False brings code, too, and loading it runs it.",
           es="Los pesos, sí. Pero un archivo que necesita safe_mode=False trae además código, y cargarlo lo ejecuta."),
    c=dict(en="A new process has your rights as well: it can read and delete your files and use your internet connection.",
           es="Un proceso nuevo también tiene tus permisos: puede leer y borrar tus archivos y usar tu conexión a internet."),
)  # fmt: skip
