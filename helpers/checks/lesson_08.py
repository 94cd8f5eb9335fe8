"""Checks for lesson 08, your own digits."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from helpers import checks, data
from helpers.checks import A_CLASSIFIER, A_NUMBER, Praise, a_function, exercise, flat_layers, quiz, raise_first


@exercise(expects=A_NUMBER, hints=[
    dict(en="CosineDecay counts batches. How many batches does one epoch of hers have?", es="CosineDecay cuenta lotes. ¿Cuántos lotes tiene una época de las suyas?"),
    dict(en="900 / 64 = 14.06: fourteen full batches and a short one, in every epoch.", es="900 / 64 = 14.06: catorce lotes completos y uno corto, en cada época."),
], wrong={
    "epochs": dict(en="20 is the number of epochs. The rate would reach 0 after 20 batches, in the second epoch: that is her mistake.", es="20 es el número de épocas. La tasa llegaría a 0 tras 20 lotes, en la segunda época: ese es justo su error."),
    "one epoch": dict(en="That is one epoch only: the rate would be 0 for nearly all of the training.", es="Eso es una sola época: la tasa sería 0 durante casi todo el entrenamiento."),
    "digits": dict(en="That counts digits. A step is one batch of 64 digits.", es="Eso cuenta dígitos. Un paso es un lote de 64 dígitos."),
    "short batch left out": dict(en="280 is 20 × 14, but 14 × 64 = 896: the last four digits make a batch of their own.", es="280 es 20 × 14, pero 14 × 64 = 896: los cuatro últimos dígitos forman un lote más."),
    "rounded too late": dict(en="{given:g} spreads the short batches over all epochs. Each epoch ends with one: round up first, then multiply.", es="{given:g} reparte los lotes cortos entre todas las épocas. Cada época acaba con uno: primero redondea hacia arriba y después multiplica.", example=dict(given=281.25)),
    "another number": dict(en="{given:g} is not the number of her batches: how many has one epoch, and how many epochs are there?", es="{given:g} no es el número de sus lotes: ¿cuántos tiene una época y cuántas épocas hay?", example=dict(given=1600)),
}, right=dict(en="20 epochs of 15 batches: the rate now reaches 0 with the last batch.", es="20 épocas de 15 lotes: ahora la tasa llega a 0 con el último lote."))  # fmt: skip
def decay_steps(answer: float) -> None:
    """How many batches 20 epochs of 900 digits have, 64 to a batch."""
    known = {"epochs": [20], "one epoch": [14, 900 / 64, 15], "digits": [900, 18_000], "short batch left out": [280]}
    found = {name: answer in numbers for name, numbers in known.items()}
    raise_first({**found, "rounded too late": 280 < answer < 283, "another number": answer != 300}, given=answer)


quiz_curves = quiz("quiz_curves", right="b",
    a=dict(en="Training loss is not 0 at the end, because the alterations make every digit a new one. So there are still gradients.", es="Al final la pérdida de entrenamiento no es 0, porque las transformaciones renuevan cada dígito. Así que sigue habiendo gradientes."),
    b=dict(en="The rate falls to 0, so the last steps hardly change the weights any more, and validation hardly moves.", es="La tasa baja hasta 0, así que los últimos pasos apenas cambian ya los pesos y la validación apenas se mueve."),
    c=dict(en="Validation digits are only measured. The network never learns from them, however often they are looked at.", es="Con los dígitos de validación solo se mide. La red nunca aprende de ellos, por muchas veces que se miren."),
)  # fmt: skip

quiz_share = quiz("quiz_share", right="c",
    a=dict(en="The picture does not show that. With fewer images, a larger network or longer training, dropout may count.", es="La gráfica no muestra eso. Con menos imágenes, una red mayor o más épocas, el dropout puede contar."),
    b=dict(en="The difference of the means is far smaller than what another seed changes: it may be chance.", es="La diferencia de las medias es mucho menor que lo que cambia con otra semilla: puede ser azar."),
    c=dict(en="The ranges overlap widely, so the picture shows neither use nor harm; perhaps another ingredient does the job of dropout.", es="Los rangos se solapan mucho, así que la gráfica no muestra ni provecho ni daño; quizá otro ingrediente hace el trabajo del dropout."),
)  # fmt: skip

quiz_own = quiz("quiz_own", right="b",
    a=dict(en="It never trained with them. The 98 % are a fair figure, but only for digits like those.", es="Nunca entrenó con ellos. El 98 % es una cifra justa, pero solo para dígitos como esos."),
    b=dict(en="A test figure holds for data like the test data. Yours are other data, so they are another test.", es="La cifra de prueba vale para datos como los de prueba. Los tuyos son otros datos y, por tanto, otra prueba."),
    c=dict(en="The test digits have no more, and 98 % of them are read right.", es="Los de prueba no tienen más, y la red lee bien el 98 %."),
)  # fmt: skip

ASKED_TURNED, ASKED_UPRIGHT = 0.80, 0.95  # of the validation digits


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Turn the training digits at random, up to 45° either way, as lesson 02 did; a few epochs are enough, because the copy can read already.", es="Gira al azar los dígitos de entrenamiento, hasta 45° hacia cada lado, como en la lección 02; bastan unas pocas épocas, porque la copia ya sabe leer."),
    dict(en="layers.RandomRotation takes shares of a full turn: 45° is 0.125. Put it in front of the copy in a Sequential, as in_training does, then compile and fit.", es="layers.RandomRotation toma proporciones de una vuelta entera: 45° son 0.125. Ponla delante de la copia en un Sequential, como hace in_training, y después compila y entrena."),
    dict(en="Adam(3e-4), epochs=5, batch_size=32; check the copy, or the Sequential with the rotation: either will do.", es="Adam(3e-4), epochs=5, batch_size=32; comprueba la copia o el Sequential con la rotación, da igual."),
], wrong={
    "guesses": dict(en="Of the upright digits it gets {upright} right, little more than guessing. Does it start from the trained weights (set_weights), is the learning rate small, and does it take images from 0 to 1?", es="De los dígitos derechos acierta el {upright}, poco más que al azar. ¿Parte de los pesos entrenados (set_weights)? ¿Es pequeña la tasa de aprendizaje? ¿Toma imágenes de 0 a 1?", example=dict(upright="12.0 %")),
    "one way only": dict(en="Turned to one side it gets {better} right, to the other {worse}. A sheet may lie askew both ways: RandomRotation(0.125) turns from −45° to 45°.", es="Con los dígitos girados hacia un lado acierta el {better}; hacia el otro, el {worse}. Una hoja puede torcerse hacia los dos lados: RandomRotation(0.125) gira de −45° a 45°.", example=dict(better="89.0 %", worse="33.1 %")),
    "upright forgotten": dict(en="Turned digits are fine ({worse} at least), but of the upright ones it now gets only {upright} right; the task asks for {asked}. Show it upright digits, too, and take a smaller learning rate.", es="Con los girados va bien (al menos el {worse}), pero de los derechos ahora solo acierta el {upright} y se pide el {asked}. Enséñale también derechos y usa una tasa más pequeña.", example=dict(worse="84.0 %", upright="93.2 %", asked="95 %")),
    "too few turned digits": dict(en="Turned by 45° it gets {better} and {worse} right (to the two sides); the task asks for {turned}. Was it trained with digits turned as far as that, and long enough? 45° is 0.125 of a turn.", es="Girados 45° acierta el {better} y el {worse} (hacia cada lado); se pide el {turned}. ¿Ha entrenado con dígitos tan girados y bastante tiempo? 45° son 0.125 vueltas.", example=dict(better="66.4 %", worse="58.5 %", turned="80 %")),
}, right=dict(en="Turned by 45° to the two sides it gets {better} and {worse} right, upright {upright}.", es="Girados 45° hacia cada lado acierta el {better} y el {worse}; derechos, el {upright}.", example=dict(better="86.7 %", worse="86.3 %", upright="98.1 %")))  # fmt: skip
def askew(answer: keras.Model) -> Praise:
    """A network right for ASKED_TURNED of the validation digits turned by 45° to either side, for ASKED_UPRIGHT of the upright ones."""
    images, labels = data.load_mnist()[1]
    shares = []
    for angle in (0, -45, 45):
        turned = np.array([np.asarray(Image.fromarray(image).rotate(angle)) for image in images])
        shares.append(checks.accuracy(answer, turned[..., np.newaxis].astype("float32") / 255, labels))
    upright, worse, better = shares[0], *sorted(shares[1:])
    found = {
        "guesses": upright < 0.3,
        "one way only": better >= ASKED_TURNED > worse and better - worse > 0.2,
        "too few turned digits": worse < ASKED_TURNED,
        "upright forgotten": upright < ASKED_UPRIGHT,
    }
    said = {name: f"{100 * share:.1f} %" for name, share in dict(upright=upright, worse=worse, better=better).items()}
    raise_first(found, asked=f"{100 * ASKED_UPRIGHT:.0f} %", turned=f"{100 * ASKED_TURNED:.0f} %", **said)
    return Praise(**said)


@exercise(hints=[
    dict(en="Safe mode refuses code. Which layer of hers carries code in the file?", es="El modo seguro rechaza el código. ¿Cuál de sus capas lleva código en el archivo?"),
    dict(en="1 - x is x times -1, plus 1. Which Keras layer multiplies and adds? You know it from lesson 01, where it scaled numbers.", es="1 - x es x por -1, más 1. ¿Qué capa de Keras multiplica y suma? La conoces de la lección 01, de escalar números."),
    dict(en="layers.Rescaling(scale=…, offset=…)", es="layers.Rescaling(scale=…, offset=…)"),
], wrong={
    "not a layer": dict(en="The answer is a layer, made with its arguments, such as layers.Rescaling(…).", es="La respuesta es una capa, creada con sus argumentos, como layers.Rescaling(…)."),
    "changes the shape": dict(en="Images of shape (28, 28, 1) come out with shape {shape}. Only the values should change. Give the first layer alone, not the whole network.", es="Las imágenes de forma (28, 28, 1) salen con la forma {shape}. Solo deben cambiar los valores. Da únicamente la primera capa, no la red entera.", example=dict(shape=(784,))),
    "turns nothing over": dict(en="Nothing is inverted: a dark digit on light paper stays dark. Hers makes 1 - x of x, and always. (A Random… layer only works in training.)", es="No invierte nada: un dígito oscuro sobre papel claro sigue oscuro. La suya convierte x en 1 - x, y siempre. (Una capa Random… solo actúa al entrenar)."),
    "offset forgotten": dict(en="That makes -x of x: all values are negative now. The offset is missing: -x + 1.", es="Eso convierte x en -x: ahora todos los valores son negativos. Falta el desplazamiento: -x + 1."),
    "other values": dict(en="It should make 1 - x of x; 0 becomes {zero:g}, 1 becomes {one:g}. The images go from 0 to 1, not to 255.", es="Debe convertir x en 1 - x; el 0 pasa a {zero:g} y el 1, a {one:g}. Las imágenes van de 0 a 1, no a 255.", example=dict(zero=255, one=254)),
    "still a Lambda": dict(en="It does the same, but there is still a Lambda in it: the file carries its Python code, and safe mode refuses the file.", es="Hace lo mismo, pero sigue habiendo una Lambda: el archivo lleva su código de Python, y el modo seguro rechaza el archivo."),
    "a lambda as activation": dict(en="It does the same, but its activation is a lambda: the file carries its Python code, and whoever loads it gets an error.", es="Hace lo mismo, pero su activación es una lambda: el archivo lleva su código de Python, y quien lo carga recibe un error."),
    "a class of one's own": dict(en="It does the same, but the file only names your class or function, it does not contain it: whoever loads it needs your code as well. Keras has a layer that does the job.", es="Hace lo mismo, pero el archivo solo nombra tu clase o función, no la contiene: quien lo carga necesita también tu código. Keras tiene una capa que sirve."),
}, right=dict(en="The same values, saved and loaded in safe mode: no code in the file, nothing to be afraid of.", es="Los mismos valores, guardada y cargada en modo seguro: sin código en el archivo y sin nada que temer."))  # fmt: skip
def loads_safely(answer: object) -> None:
    """A layer (or model) that turns x into 1 - x and can be saved and loaded in safe mode."""
    raise_first({"not a layer": isinstance(answer, type) or not isinstance(answer, keras.layers.Layer)})
    images = np.linspace(0, 1, 2 * 28 * 28, dtype="float32").reshape(2, 28, 28, 1)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), answer])
    turned = np.asarray(model(images, training=False))
    raise_first({"changes the shape": turned.shape != images.shape}, shape=turned.shape[1:])
    activations = [getattr(layer, "activation", None) for layer in flat_layers(model)]
    with warnings.catch_warnings(action="ignore"):  # of what is found out here
        file = model.to_json()  # layers within layers, too
    found = {
        "turns nothing over": np.allclose(turned, images, atol=1e-5),
        "offset forgotten": np.allclose(turned, -images, atol=1e-5),
        "other values": not np.allclose(turned, 1 - images, atol=1e-3),
        "still a Lambda": '"class_name": "Lambda"' in file,
        "a lambda as activation": any(getattr(activation, "__name__", "") == "<lambda>" for activation in activations),
    }
    raise_first(found, zero=turned.flat[0], one=turned.flat[-1])
    try:
        loaded = _as_a_stranger_loads(model)
    except (TypeError, ValueError):
        raise_first({"a class of one's own": True})
    np.testing.assert_allclose(np.asarray(loaded(images, training=False)), turned, atol=1e-6)


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


quiz_stranger = quiz("quiz_stranger", right="a",
    a=dict(en="Weights alone are numbers; code that you can read is code that you can judge.", es="Los pesos solos son números; un código que puedes leer es un código que puedes juzgar."),
    b=dict(en="Weights are only numbers. But a file that needs safe_mode=False brings code, too, and whoever loads the file runs that code.", es="Los pesos no son más que números. Pero un archivo que necesita safe_mode=False trae además código, y quien carga el archivo ejecuta ese código."),
    c=dict(en="A new process has your rights as well: it can read and delete your files and use your internet connection.", es="Un proceso nuevo también tiene tus permisos: puede leer y borrar tus archivos y usar tu conexión a internet."),
)  # fmt: skip


def _probabilities(*answers: tuple[int, float]) -> np.ndarray:
    """A row of ten for each digit and its probability; the others share the rest."""
    return np.array([np.where(np.arange(10) == digit, sure, (1 - sure) / 9) for digit, sure in answers])


_FOUR = ((7, 0.97), (0, 0.93), (3, 0.55), (9, 0.3))  # a sure 7, a sure 0, an unsure 3, a very unsure 9


@exercise(expects=a_function("decide(probabilities, threshold)"), hints=[
    dict(en="Two questions for each row: which of its ten numbers is the largest, and how large is it?", es="Dos preguntas por fila: ¿cuál de sus diez números es el mayor, y cuánto vale?"),
    dict(en="argmax(axis=1) answers the first, max(axis=1) the second.", es="argmax(axis=1) responde a la primera; max(axis=1), a la segunda."),
    dict(en="np.where(probabilities.max(axis=1) >= threshold, …, -1)", es="np.where(probabilities.max(axis=1) >= threshold, …, -1)"),
], wrong={
    "no list of answers": dict(en="For 4 images it returns {given}. What is wanted is an array or a list with one whole number for each image, given back with return.", es="Con 4 imágenes devuelve {given}. Se pide un array o una lista con un entero por imagen, devuelto con return.", example=dict(given="None")),
    "along the wrong axis": dict(en="For 4 images it gives {count} answers. Each row is an image: look along the row, axis=1.", es="Con 4 imágenes da {count} respuestas. Cada fila es una imagen: recorre la fila, axis=1.", example=dict(count=10)),
    "not one for each image": dict(en="For 4 images it gives {count} answers. Each image gets exactly one, and a refused image gets -1: otherwise nobody knows which answer belongs to which image.", es="Con 4 imágenes da {count} respuestas. A cada imagen le toca exactamente una, y a una imagen rechazada, -1: si no, nadie sabe qué respuesta es de qué imagen.", example=dict(count=2)),
    "not only whole numbers": dict(en="Among its answers is {given}. What is wanted is whole numbers only, and the number -1 where it refuses.", es="Entre sus respuestas está {given}. Se piden solo enteros, y el número -1 donde rechaza.", example=dict(given="None")),
    "probabilities in place of digits": dict(en="It gives probabilities. What is wanted is digits: argmax says which, max says how sure.", es="Da probabilidades. Se piden dígitos: argmax dice cuál; max, con cuánta seguridad."),
    "another shape": dict(en="What is wanted is one whole number for each of 4 images; this has shape {shape}.", es="Se pide un entero por cada una de 4 imágenes; esto tiene la forma {shape}.", example=dict(shape=(4, 1))),
    "never refuses": dict(en="It always answers, whatever the threshold. Where the largest probability is below it, the answer is -1.", es="Responde siempre, sea cual sea el umbral. Donde la mayor probabilidad quede por debajo, la respuesta es -1."),
    "ignores the threshold": dict(en="It gives the same answers with thresholds 0.9, 0.5 and 0. The second argument should decide.", es="Da las mismas respuestas con umbrales de 0.9, 0.5 y 0. Debería decidir el segundo argumento."),
    "refuses the sure ones": dict(en="It refuses the sure ones and answers the unsure ones: the comparison is the wrong way round.", es="Rechaza los seguros y responde los dudosos: la comparación está al revés."),
    "takes zero for no answer": dict(en="It refuses a sure 0. The digit 0 counts as False in Python: compare the probability with the threshold, do not ask whether the digit is true.", es="Rechaza un 0 seguro. El dígito 0 cuenta como False en Python: compara la probabilidad con el umbral en vez de preguntar si el dígito es verdadero."),
    "other answers": dict(en="For a sure 7, a sure 0, a 3 with 0.55 and a 9 with 0.3, with threshold 0.5, it gives {given}; it should be {wanted}.", es="Con un 7 seguro, un 0 seguro, un 3 con 0.55 y un 9 con 0.3, y umbral 0.5, da {given}; debería dar {wanted}.", example=dict(given=[7, 0, 3, 10], wanted=[7, 0, 3, -1])),
    "four images only": dict(en="It is right for 4 images; for 5 it gives {count} answers. How many there are, probabilities itself says: len(probabilities).", es="Con 4 imágenes acierta; con 5 da {count} respuestas. Cuántas son lo dicen las propias probabilities: len(probabilities).", example=dict(count=4)),
    "refuses at the threshold": dict(en="It refuses a 5 with 0.75 when the threshold is 0.75, too. Only what is below the threshold is refused: >= answers.", es="Rechaza un 5 con 0.75 cuando el umbral es también 0.75. Solo se rechaza lo que queda por debajo: con >= se responde."),
}, right=dict(en="The sure ones are answered, the unsure ones are left to a person, and the threshold decides how many.", es="Responde los seguros, deja los dudosos a una persona, y el umbral decide cuántos son."))  # fmt: skip
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
    array = np.array(answers if isinstance(answers, list | tuple) else np.asarray(answers), object)
    raise_first({"no list of answers": array.ndim == 0}, given=repr(answers)[:60])
    raise_first({"along the wrong axis": len(array) == 10, "not one for each image": len(array) != 4}, count=len(array))
    odd = [value for value in array.flat if isinstance(value, str | list | np.ndarray | None) or value != value]
    raise_first({"not only whole numbers": odd}, given=repr([*odd, 0][0]))
    numbers = array.astype(float)
    raise_first({"probabilities in place of digits": not np.allclose(numbers, np.rint(numbers))})
    raise_first({"another shape": array.shape != (4,)}, shape=array.shape)
    return np.rint(numbers).astype(int).tolist()


ACCURATE, SPARE = 0.995, 0.01


@exercise(expects=A_NUMBER, hints=[
    dict(en="Read the picture: where does the line reach 99.5 %, and between which thresholds is that?", es="Lee la gráfica: ¿dónde llega la línea al 99.5 % y entre qué umbrales está ese punto?"),
    dict(en="Try several: for t in np.arange(0.5, 1, 0.02), compute what decide(read(x_val), t) answers and how much of that is right.", es="Prueba varios: para cada t de np.arange(0.5, 1, 0.02), calcula cuánto responde decide(read(x_val), t) y cuánto de eso es correcto."),
], wrong={
    "in per cent": dict(en="A threshold is a probability, from 0 to 1. No digit reaches {given:g}, so the network would refuse them all.", es="Un umbral es una probabilidad, de 0 a 1. Ningún dígito llega a {given:g}, así que la red los rechazaría todos.", example=dict(given=90)),
    "wrong too often": dict(en="It answers {share} of the validation digits, and {accuracy} of these answers are right. That is below {asked}: be stricter.", es="Responde el {share} de los dígitos de validación, y de esas respuestas es correcto el {accuracy}. No llega al {asked}: sé más estricto.", example=dict(share="99.9 %", accuracy="99.30 %", asked="99.5 %")),
    "refuses too many": dict(en="{accuracy} of its answers are right, but it answers only {share} of the validation digits; {best} are possible with a lower threshold.", es="De sus respuestas es correcto el {accuracy}, pero solo responde el {share} de los dígitos de validación; con un umbral más bajo es posible el {best}.", example=dict(accuracy="99.80 %", share="97.7 %", best="99.1 %")),
}, right=dict(en="It answers {share} of the validation digits, and {accuracy} of these answers are right (the most that is possible: {best} answered).", es="Responde el {share} de los dígitos de validación, y de esas respuestas es correcto el {accuracy} (como mucho se puede responder el {best}).", example=dict(share="98.8 %", accuracy="99.70 %", best="99.1 %")))  # fmt: skip
def best_threshold(answer: float, probabilities: np.ndarray, labels: np.ndarray) -> Praise:
    """A threshold at which ACCURATE of what is answered is right, within SPARE of the most that can be answered so."""
    sureness, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels

    def result(threshold: float) -> tuple[float, float]:
        taken = sureness >= threshold
        return taken.mean(), right[taken].mean().round(4) if taken.any() else 1.0

    share, correct = result(answer)
    best = max(answered for answered, good in map(result, [*np.unique(sureness), 1.1]) if good >= ACCURATE)
    said = {"share": f"{100 * share:.1f} %", "accuracy": f"{100 * correct:.2f} %", "best": f"{100 * best:.1f} %"}
    few = {"wrong too often": correct < ACCURATE, "refuses too many": share < best - SPARE}
    raise_first({"in per cent": answer > 1, **few}, given=answer, asked=f"{100 * ACCURATE:.1f} %", **said)
    return Praise(**said)
