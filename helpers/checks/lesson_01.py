"""Checks for lesson 01, the MNIST baseline."""

from __future__ import annotations

import numpy as np

from helpers import checks
from helpers.checks import A_CLASSIFIER, Praise, a_function, exercise, quiz, raise_first, thousands


@exercise(expects=a_function("honest_split(images, labels, seed)"), hints=[
    dict(en="Her copies exist before the split. So what can happen to a digit and its copy?", es="Sus copias existen antes de dividir. Entonces, ¿qué puede pasar con un dígito y su copia?"),
    dict(en="Call train_test_split first, on the original digits and with stratify=labels. Make the copies afterwards.", es="Llama primero a train_test_split, con los dígitos originales y con stratify=labels. Haz las copias después."),
    dict(en="After the split: moved = np.roll(x_train, 1, axis=2). Then np.concatenate for x_train and for y_train only.", es="Tras dividir: moved = np.roll(x_train, 1, axis=2). Después, np.concatenate solo para x_train y para y_train."),
], wrong={
    "not four parts": dict(en="The function should return four arrays: x_train, x_val, y_train, y_val, as many images as labels in each set, and the pixels keep their values.", es="La función debería devolver cuatro arrays, x_train, x_val, y_train, y_val, con tantas imágenes como etiquetas en cada conjunto, y los píxeles conservan sus valores."),
    "labels mixed up": dict(en="{count} images have another image's label. Images and labels must keep the same order.", es="{count} imágenes llevan la etiqueta de otra. Imágenes y etiquetas deben conservar el mismo orden.", example=dict(count=57)),
    "leak": dict(en="{count} digits are in both sets, as original or as copy. The network knows them by heart, so validation says nothing about new digits.", es="{count} dígitos están en los dos conjuntos, como original o como copia. La red se los sabe de memoria, así que la validación no dice nada sobre dígitos nuevos.", example=dict(count=31)),
    "wrong share": dict(en="Of 100 digits, {count} different ones are in validation and {rest} in training. It should be 20 and 80.", es="De 100 dígitos hay {count} distintos en validación y {rest} en entrenamiento. Deberían ser 20 y 80.", example=dict(count=50, rest=50)),
    "copies in validation": dict(en="Validation holds copies as well. It should be like the digits that come later: originals only.", es="En validación también hay copias. Debe parecerse a los dígitos que vendrán después: solo originales."),
    "originals or copies missing": dict(en="The split is clean. But training should hold 80 originals and a copy of each; it holds {originals} originals and {copies} copies.", es="La división es limpia. Pero en entrenamiento debería haber 80 originales y una copia de cada uno; hay {originals} originales y {copies} copias.", example=dict(originals=80, copies=0)),
    "not stratified": dict(en="Of 60, 30 and 10 digits of three classes, {counts} are in validation; a fifth of each would be 12, 6 and 2. Stratify.", es="De 60, 30 y 10 dígitos de tres clases hay {counts} en validación; un quinto de cada una serían 12, 6 y 2. Estratifica.", example=dict(counts="16, 4, 0")),
    "does not follow the seed": dict(en="The draw must follow `seed`: the same seed, the same digits; another seed, other digits.", es="El sorteo debe seguir a `seed`: con la misma semilla, los mismos dígitos; con otra, otros."),
    "only moved along": dict(en="The validation digits are neighbours in the old order, begun at another place. Draw them at random.", es="Los dígitos de validación son vecinos en el orden de siempre, empezado por otro sitio. Sortéalos."),
}, right=dict(en="Split first, alter afterwards: no validation digit has a copy in training, and every class has its fifth.", es="Primero dividir, después transformar: ningún dígito de validación tiene copia en entrenamiento y cada clase aporta su quinto."))  # fmt: skip
def honest_split(answer: object) -> None:
    """A function (images, labels, seed) -> x_train, x_val, y_train, y_val: stratified, copies of training digits only."""
    labels = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [60, 30, 10]))
    images = np.zeros((100, 28, 28), np.uint8)
    images[:, 14, 14] = 101 + np.arange(100)  # the only ink: its strength names the image, its place tells copies

    def split(seed: int) -> list[np.ndarray]:
        parts = answer(images.copy(), labels.copy(), seed)
        four = isinstance(parts, tuple | list) and len(parts) == 4 and all(np.ndim(part) for part in parts)
        parts = [np.asarray(part) for part in parts] if four else []
        raise_first({"not four parts": not parts or [p.size // 784 for p in parts[:2]] != [p.size for p in parts[2:]]})
        return parts

    x_train, x_val, y_train, y_val = split(1)
    train, val = ((x.reshape(len(x), -1).max(axis=1) - 101).astype(int) for x in (x_train, x_val))
    raise_first({"not four parts": not {*train, *val} <= {*range(100)}})
    mixed = (labels[np.r_[train, val]] != np.r_[y_train, y_val]).sum()
    raise_first({"labels mixed up": mixed}, count=mixed)
    shared = len({*train} & {*val})
    raise_first({"leak": shared}, count=shared)
    raise_first({"wrong share": len({*val}) != 20 or len({*train}) != 80}, count=len({*val}), rest=len({*train}))
    alone = len(val) == 20 and x_val.reshape(20, 28, 28)[:, 14, 14].all()
    originals = np.count_nonzero(x_train.reshape(-1, 28, 28)[:, 14, 14])
    found = {"originals": originals, "copies": len(train) - originals}
    raise_first({"copies in validation": not alone, "originals or copies missing": min(found.values()) < 80}, **found)
    counts = np.bincount(labels[val], minlength=3)
    raise_first({"not stratified": (counts != [12, 6, 2]).any()}, counts=", ".join(map(str, counts)))
    again, other = ({*np.asarray(split(seed)[1]).reshape(20, -1).max(axis=1) - 101} for seed in (1, 2))
    places = np.isin(np.flatnonzero(labels == 0), val)  # where among the zeros, in their old order
    block = (places != np.roll(places, 1)).sum() == 2
    raise_first({"does not follow the seed": again != {*val} or other == {*val}, "only moved along": block})


@exercise(hints=[
    dict(en="history.history is a dictionary; history.history[\"loss\"] is a list with one value for each epoch.", es="history.history es un diccionario; history.history[\"loss\"] es una lista con un valor por época."),
    dict(en="drawing.plot(a_list, label=\"training\") draws one line. You need two of them, then drawing.legend().", es="drawing.plot(una_lista, label=\"entrenamiento\") dibuja una línea. Necesitas dos y después drawing.legend()."),
    dict(en="drawing.set(xlabel=\"epoch\", ylabel=\"loss\") names both axes.", es="drawing.set(xlabel=\"época\", ylabel=\"pérdida\") pone nombre a los dos ejes."),
], wrong={
    "not axes": dict(en="`drawing` should be what you draw on: figure, drawing = plt.subplots().", es="`drawing` debería ser aquello sobre lo que dibujas: figure, drawing = plt.subplots()."),
    "nothing drawn": dict(en="There is no line on it yet. drawing.plot(…) draws one.", es="Todavía no tiene ninguna línea. drawing.plot(…) dibuja una."),
    "no training loss": dict(en="No line has the values of history.history[\"loss\"].", es="Ninguna línea tiene los valores de history.history[\"loss\"]."),
    "no validation loss": dict(en="Training loss is there. Validation loss is missing: its key begins with val_.", es="La pérdida de entrenamiento está. Falta la de validación: su clave empieza por val_."),
    "axes without names": dict(en="Both losses are there. But what do the axes show? Name both.", es="Las dos pérdidas están. Pero ¿qué muestran los ejes? Ponles nombre a los dos."),
    "labels exchanged": dict(en="Both losses are there, but the label of the training loss, “{label}”, speaks of validation. Exchange the labels.", es="Las dos pérdidas están, pero la etiqueta de la de entrenamiento, «{label}», habla de validación. Intercambia las etiquetas.", example=dict(label="val_loss")),
    "no legend": dict(en="Both losses are there. But which line is which? Give each a label=… of its own and call legend().", es="Las dos pérdidas están. Pero ¿cuál es cuál? Dale a cada una su propio label=… y llama a legend()."),
}, right=dict(en="Both losses of {count} epochs, and a reader can tell which is which.", es="Las dos pérdidas de {count} épocas, y quien lo lea sabe cuál es cuál.", example=dict(count=30)))  # fmt: skip
def drawing(answer: object, history: object) -> Praise:
    """Matplotlib axes (or a figure) with loss and val_loss of a Keras History, both axes named, a legend."""
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    parts = [part for part in np.ravel(np.array(answer, dtype=object)) if isinstance(part, Axes | Figure)]
    lines = [line for part in parts for ax in part.figure.axes for line in ax.lines]

    def showing(metric: str) -> Line2D | None:
        values = history.history[metric]  # type: ignore[attr-defined]
        long = [line for line in lines if len(line.get_ydata()) == len(values)]
        return next((line for line in long if np.allclose(line.get_ydata(), values, rtol=1e-3)), None)

    def name(ax: Axes, axis: str) -> str:
        "What stands at an axis, at one that shares its scale, or at the whole figure."
        shared = getattr(ax, f"get_shared_{axis}_axes")().get_siblings(ax)
        names = [getattr(each, f"get_{axis}label")() for each in shared]
        return "".join([*names, getattr(ax.figure, f"get_sup{axis}label")()])

    line, val_line = showing("loss"), showing("val_loss")
    raise_first({"not axes": not parts, "nothing drawn": not lines, "no training loss": not line})
    raise_first({"no validation loss": not val_line})
    train, val, label = line.axes, val_line.axes, str(line.get_label())
    unnamed = not all(name(ax, axis).strip() for ax in (train, val) for axis in "xy")
    legends = [legend for legend in (train.get_legend(), val.get_legend(), *train.figure.legends) if legend]
    named = {text.get_text() for each in (train, val, *legends) for text in getattr(each, "texts", ())}
    apart = train.get_title() + train.get_ylabel() != val.get_title() + val.get_ylabel()  # two axes, each with its name
    exchanged = "val" in label.lower() and "val" not in str(val_line.get_label()).lower()
    found = {"axes without names": unnamed, "no legend": not apart and len(named) < 2, "labels exchanged": exchanged}
    raise_first(found, label=label)
    return Praise(count=len(history.history["loss"]))  # type: ignore[attr-defined]


@exercise(hints=[
    dict(en="Look at the end of each dashed line: is it near 10 %, still moving, level below the solid one, or level with it?", es="Mira el final de cada línea discontinua: ¿está cerca del 10 %, aún se mueve, es horizontal bajo la continua o va a su altura?"),
    dict(en="In D, the diamond is far below the dashed line. When is validation so much easier than the test?", es="En D, el rombo está muy por debajo de la línea discontinua. ¿Cuándo es la validación tanto más fácil que la prueba?"),
], wrong={
    "not four digits": dict(en="The answer is a text of four digits, each from 1 to 4 once, in the order of A, B, C and D, such as \"1234\".", es="La respuesta es un texto de cuatro cifras, cada una del 1 al 4 una vez, en el orden de A, B, C y D, como \"1234\"."),
    "A": dict(en="Look at A again: training accuracy climbs, validation accuracy stays where guessing is. There is nothing in these training data that holds for new digits.", es="Mira otra vez A: la exactitud de entrenamiento sube y la de validación se queda donde se acierta al azar. En esos datos de entrenamiento no hay nada que valga para dígitos nuevos."),
    "B": dict(en="Look at B again: after its few epochs, both accuracies still rise and both losses still fall.", es="Mira otra vez B: tras sus pocas épocas, las dos exactitudes aún suben y las dos pérdidas aún bajan."),
    "C": dict(en="Look at C again: training reaches 100 %, validation levels off below it, and the test accuracy agrees with validation within a few points.", es="Mira otra vez C: el entrenamiento llega al 100 %, la validación se estabiliza por debajo y la exactitud de prueba coincide con ella salvo unos pocos puntos."),
}, right=dict(en="In A nothing can be learnt but noise; B needs more epochs; C has learnt its digits by heart; in D validation repeats training digits, and only the test shows it.", es="En A no se puede aprender más que ruido; B necesita más épocas; C se sabe sus dígitos de memoria; en D la validación repite dígitos de entrenamiento, y solo la prueba lo revela."))  # fmt: skip
def read_curves(answer: object) -> None:
    """Four runs A to D, each with one of four causes: 3 shuffled labels, 2 stopped early, 1 overfitting, 4 copies."""
    said = "".join(filter(str.isdigit, str(answer)))
    runs = "".join(filter("ABCD".__contains__, str(answer)))
    raise_first({"not four digits": sorted(said) != list("1234") or runs not in ("", "ABCD")})
    raise_first({run: digit != right for run, digit, right in zip("ABC", said, "321", strict=False)})


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Where are the parameters? Look at the summary above: nearly all of them are between Flatten and the first Dense.", es="¿Dónde están los parámetros? Mira el resumen de arriba: casi todos, entre Flatten y la primera Dense."),
    dict(en="Fewer filters leave fewer inputs for Dense. Dense(128) can be narrower, or go. Keep both convolutions.", es="Menos filtros dejan menos entradas para Dense. Dense(128) puede ser más estrecha o desaparecer. Conserva las dos convoluciones."),
    dict(en="Take the network above with 8 and 16 filters and without Dense(128). Compile it as above, fit it for 30 epochs.", es="Toma la red de arriba con 8 y 16 filtros y sin Dense(128). Compílala como arriba y entrénala 30 épocas."),
], wrong={
    **checks.TEN_PROBABILITIES,
    "changed in training": dict(en="In training, the ten outputs of an image do not add up to 1, though they do afterwards. Is there a layer such as Dropout behind the softmax? The probabilities come last.", es="Durante el entrenamiento, las diez salidas de una imagen no suman 1, aunque después sí. ¿Hay una capa como Dropout detrás del softmax? Las probabilidades van al final."),
    "too many parameters": dict(en="The network has {count} parameters; 20,000 are allowed.", es="La red tiene {count} parámetros; se permiten 20 000.", example=dict(count=thousands(78_715))),
    "sees only brightness": dict(en="Its answer stays the same when the pixels of an image trade places: it sees how bright the image is, not its shape. Let Flatten and Dense, or convolutions, look at the pixels before anything averages them.", es="Su respuesta no cambia si los píxeles de una imagen se cambian de sitio: ve cuánto brillo tiene la imagen, no su forma. Deja que Flatten y Dense, o unas convoluciones, miren los píxeles antes de promediarlos."),
    "saw the validation digits": dict(en="{val} of the validation digits are right, but only {test} of the test digits. So large a gap comes from fitting the validation digits. Fit x_train and y_train only.", es="Acierta el {val} de los dígitos de validación, pero solo el {test} de los de prueba. Una brecha así sale de entrenar con los de validación. Entrena solo con x_train e y_train.", example=dict(val="99.8 %", test="94.1 %")),
    "saw other digits": dict(en="{val} of the validation digits are right, and {test} of the test digits: more than the 1,000 training digits can teach. Fit x_train and y_train only.", es="Acierta el {val} de los dígitos de validación y el {test} de los de prueba: más de lo que enseñan los 1000 de entrenamiento. Entrena solo con x_train e y_train.", example=dict(val="94.8 %", test="99.9 %")),
    "below": dict(en="{accuracy} of the validation digits are right; it should be at least {asked}. Was it trained for long enough? Can all its layers learn?", es="Acierta el {accuracy} de los dígitos de validación; debería ser al menos el {asked}. ¿Se ha entrenado durante bastante tiempo? ¿Pueden aprender todas sus capas?", example=dict(accuracy="89.4 %", asked="92.0 %")),
}, right=dict(en="{val} of the validation digits with {count} parameters, {times:.0f} times fewer than the baseline.", es="El {val} de los dígitos de validación con {count} parámetros, {times:.0f} veces menos que la red inicial.", example=dict(val="94.2 %", count=thousands(5_258), times=43)))  # fmt: skip
def small_network(answer: object) -> Praise:
    """A trained Keras model: images (N, 28, 28, 1) in, ten probabilities out, at most 20,000 parameters, 92 % right."""
    _, validation, testing = checks.digits()
    few = validation[0][:5]
    outputs, weights = checks.probabilities(answer, few), answer.get_weights()  # type: ignore[attr-defined]
    training = np.asarray(answer(few, training=True))
    answer.set_weights(weights)  # type: ignore[attr-defined]  # batch normalisation counts what it sees in training
    changed = np.abs(training.sum(axis=1) - 1).max() > 1e-3 or training.min() < 0
    scrambled = np.random.default_rng(0).permuted(few.reshape(5, 784), axis=1).reshape(5, 28, 28, 1)
    blind = np.ptp(outputs, axis=0).max() > 1e-5 and np.allclose(outputs, answer(scrambled), rtol=0, atol=1e-5)
    count = answer.count_params()  # type: ignore[attr-defined]
    found = {"changed in training": changed, "too many parameters": count > 20_000, "sees only brightness": blind}
    raise_first(found, count=thousands(count))
    val, test = (checks.accuracy(answer, *digits) for digits in (validation, testing))
    other = test > val + 0.035 or max(val, test) > 0.99
    found = {"saw the validation digits": val > test + 0.035, "saw other digits": other}
    raise_first(found, val=checks.percent(val), test=checks.percent(test))
    return Praise(count=thousands(count), times=225_034 / max(count, 1), val=checks.graded(val, asked=0.92))


@exercise(hints=[
    dict(en="What must be right for a network to learn? The step, the labels, the weights: spoil one.", es="¿Qué tiene que estar bien para que una red aprenda? El paso, las etiquetas, los pesos: estropea uno."),
    dict(en="The quickest way: keras.optimizers.Adam(learning_rate=…) with a rate a thousand times larger.", es="Lo más rápido: keras.optimizers.Adam(learning_rate=…) con una tasa mil veces mayor."),
], wrong={
    "not a history": dict(en="The answer is what fit returned: broken = model.fit(…), compiled with metrics=[\"accuracy\"].", es="La respuesta es lo que devolvió fit: broken = model.fit(…), con metrics=[\"accuracy\"] en compile."),
    "too short": dict(en="{count} epochs prove little. Train for 3 at least.", es="Con {count} épocas no se demuestra casi nada. Entrena 3 al menos.", example=dict(count=1)),
    "it learns": dict(en="It still learns: {accuracy} of the training digits are right after the last epoch. It should be less than 20 %.", es="Aún aprende: acierta el {accuracy} de los dígitos de entrenamiento tras la última época. Debería ser menos del 20 %.", example=dict(accuracy="84.0 %")),
}, right={
    "as if guessing": dict(en="It fails: accuracy {accuracy}, loss {loss}. A loss near 2.30 = −log(1/10) is the mark of a network that gives every digit about a tenth.", es="Falla: exactitud {accuracy}, pérdida {loss}. Una pérdida cercana a 2.30 = −log(1/10) es la señal de una red que da a cada dígito más o menos un décimo.", example=dict(accuracy="10.4 %", loss="2.31")),
    "otherwise": dict(en="It fails: accuracy {accuracy}, loss {loss}. A loss far from 2.30, or one that is not a number (nan), means that the network is sure of wrong answers, or that its numbers broke down. (Of another loss than cross-entropy, it says nothing.)", es="Falla: exactitud {accuracy}, pérdida {loss}. Una pérdida lejos de 2.30, o una que no es un número (nan), quiere decir que la red está segura de respuestas equivocadas o que sus números se han roto. (Con una pérdida que no sea la entropía cruzada, no dice nada).", example=dict(accuracy="9.8 %", loss="nan")),
})  # fmt: skip
def make_it_fail(answer: object) -> Praise:
    """What fit returned after at least 3 epochs that taught the network next to nothing."""
    curves = getattr(answer, "history", None)
    raise_first({"not a history": not isinstance(curves, dict) or not {"accuracy", "loss"} <= {*curves}})
    accuracy, loss = curves["accuracy"][-1], curves["loss"][-1]
    said = {"accuracy": f"{100 * accuracy:.1f} %", "loss": f"{loss:.2f}", "count": len(curves["loss"])}
    raise_first({"too short": said["count"] < 3, "it learns": accuracy >= 0.2}, **said)
    return Praise("as if guessing" if abs(loss - 2.3) < 0.2 else "otherwise", **said)


quiz_scale = quiz("quiz_scale", right="b",
    a=dict(en="Then the same grey would mean one thing in training and another in validation.", es="Entonces un mismo gris significaría una cosa en entrenamiento y otra en validación."),
    b=dict(en="All sets must be measured alike, and nothing about validation or test digits may enter the training.", es="Todos los conjuntos deben medirse igual, y nada de los dígitos de validación o de prueba debe entrar en el entrenamiento."),
    c=dict(en="Then something of the validation digits would enter the training: a small leak.", es="Entonces algo de los dígitos de validación entraría en el entrenamiento: una pequeña fuga."))  # fmt: skip

quiz_loss = quiz("quiz_loss", right="b",
    a=dict(en="They measure different things, so they may part. Accuracy asks only which class got most probability; the loss asks how much.", es="Miden cosas distintas, así que pueden separarse. La exactitud solo pregunta qué clase recibe más probabilidad; la pérdida, cuánta."),
    b=dict(en="A mistake made with 60 % costs 0.9; the same mistake with 99 % costs 4.6 when the right answer has the remaining 1 %.", es="Un error con el 60 % cuesta 0.9; el mismo error con el 99 % cuesta 4.6 cuando la respuesta correcta se queda con el 1 %."),
    c=dict(en="Then accuracy would fall. It stands still: look at the dashed line on the left.", es="Entonces bajaría la exactitud. Y no se mueve: mira la línea discontinua de la izquierda."))  # fmt: skip

quiz_sets = quiz("quiz_sets", right="c",
    a=dict(en="Whoever chooses by the test set reports the luckiest of five figures, so the figure is too high.", es="Quien elige con el conjunto de prueba comunica la más afortunada de cinco cifras, así que la cifra es demasiado alta."),
    b=dict(en="The training set prefers whichever network memorises best. 100 % on its own digits says nothing about new ones.", es="El conjunto de entrenamiento prefiere la red que mejor memoriza. Un 100 % con sus propios dígitos no dice nada de los nuevos."),
    c=dict(en="Validation is for choosing, and the winner's validation score is flattering; so the figure comes from data that decided nothing.", es="La validación sirve para elegir, y la exactitud de validación de la red elegida peca de optimista; por eso la cifra sale de datos que no han decidido nada."))  # fmt: skip

quiz_output = quiz("quiz_output", right="b",
    a=dict(en="Written like this, in quotes, the loss expects probabilities. Fed with raw scores it does not complain, and the network hardly learns.", es="Escrita así, entre comillas, la pérdida espera probabilidades. Con puntuaciones sin tratar no protesta, y la red apenas aprende."),
    b=dict(en="Without softmax the layer gives scores (logits), and from_logits=True tells the loss to do the softmax itself.", es="Sin softmax, la capa da puntuaciones (logits), y from_logits=True le dice a la pérdida que haga ella el softmax."),
    c=dict(en="That one wants rows of zeros with a one as labels, and probabilities besides. Whole numbers go with the sparse kind.", es="Esa quiere como etiquetas filas de ceros con un uno y, además, probabilidades. Con enteros va la variante sparse."))  # fmt: skip
