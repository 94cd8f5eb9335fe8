"""Checks for lesson 06, KerasTuner. A hypermodel is judged by what its space holds and by the models it builds."""

from __future__ import annotations

import keras
import keras_tuner as kt
import numpy as np

from helpers import checks
from helpers.checks import NotYet, Praise, a_function, exercise, flat_layers, quiz, raise_first

ASKED = 0.15  # validation loss, of a network of one's own
_LOSSES = np.roll(np.linspace(1, 2, 12), -5)  # of twelve trials, neither the first nor the last of them the best
_IMAGES, _LABELS = np.random.default_rng(0).random((8, 28, 28, 1), dtype="float32"), np.arange(8)
_SCORES = (keras.callbacks.History, dict, list, int, float, np.floating)  # what KerasTuner takes from fit

_NO_CLASSIFIER = {  # what may be wrong with any network that a hypermodel builds
    "returns no model": dict(en="Called with hp, it returns {kind}, not a Keras model. Is there a return at the end?", es="Llamada con hp, devuelve {kind}, no un modelo de Keras. ¿Hay un return al final?", example=dict(kind="NoneType")),
    "not compiled": dict(en="The model is not compiled; a tuner expects one that is ready for fit.", es="El modelo no está compilado; un tuner espera uno listo para fit."),
    **checks.TEN_PROBABILITIES,
    "categorical loss with integer labels": dict(en="It cannot be trained with whole-number labels: that takes the loss sparse_categorical_crossentropy.", es="No se puede entrenar con etiquetas enteras: para eso es la pérdida sparse_categorical_crossentropy."),
}  # fmt: skip


def _build(hypermodel: object, **values: object) -> tuple[keras.Model, kt.HyperParameters]:
    """The model for these values, and the search space after two calls (the second finds what the values opened)."""
    hp = kt.HyperParameters()
    for _ in range(2):
        hp.values.update(values)
        model = hypermodel(hp)
    if not isinstance(model, keras.Model):
        raise NotYet("returns no model", kind=type(model).__name__)
    return model, hp


def _require_classifier(model: keras.Model) -> None:
    raise_first({"not compiled": not model.compiled})
    checks.probabilities(model, _IMAGES)
    try:
        model.train_on_batch(_IMAGES, _LABELS)
    except (ValueError, TypeError) as error:
        raise NotYet("categorical loss with integer labels") from error


def _values(parameter: object) -> list:
    """Values all over the range of a hyperparameter, both ends included; for a few discrete ones, all of them."""
    return sorted({parameter.prob_to_value(share) for share in np.linspace(0, 1, 65)})


def _every(model: keras.Model, kind: type, attribute: str) -> list:
    return [getattr(layer, attribute, 0) for layer in flat_layers(model) if isinstance(layer, kind)]


def _require_space(space: dict) -> None:
    for name in ("units", "use_dropout", "rate", "learning_rate"):
        raise_first({"a name is missing": name not in space}, name=name, names=", ".join(space))
    for name, (low, high) in {"units": (32, 128), "rate": (0.1, 0.5), "learning_rate": (1e-4, 1e-2)}.items():
        values = _values(space[name])
        found = {"another range": not np.allclose([values[0], values[-1]], [low, high])}
        found["a few values only"] = name != "units" and len(values) < 5
        raise_first(found, name=name, least=values[0], most=values[-1], values=values, low=low, high=high)
    units, middle = _values(space["units"]), space["learning_rate"].prob_to_value(0.5)
    raise_first({"another step": units != [32, 64, 96, 128]}, count=len(units))
    raise_first({"linear sampling": not 0.0005 < middle < 0.002}, middle=middle)


@exercise(expects=a_function("my_model(hp)"), hints=[
    dict(en="Take build_model from above as a pattern: draw each value with hp, then use it in the network.", es="Toma como ejemplo el build_model de arriba: sortea cada valor con hp y luego úsalo en la red."), dict(en='units: hp.Int with step. learning_rate: hp.Float with sampling="log". use_dropout: hp.Boolean.', es='units: hp.Int con step. learning_rate: hp.Float con sampling="log". use_dropout: hp.Boolean.'), dict(en='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)', es='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)'),
], wrong={
    **_NO_CLASSIFIER,
    "a name is missing": dict(en="No hyperparameter is called {name!r} (with use_dropout=True there are: {names}). Names count.", es="Ningún hiperparámetro se llama {name!r} (con use_dropout=True hay: {names}). Los nombres cuentan.", example=dict(name="learning_rate", names="units, use_dropout, rate, lr")),
    "another range": dict(en="{name} runs from {least:g} to {most:g}; asked for: {low:g} to {high:g}.", es="{name} va de {least:g} a {most:g}; se pide de {low:g} a {high:g}.", example=dict(name="learning_rate", least=1e-5, most=0.01, low=1e-4, high=0.01)),
    "a few values only": dict(en="{name} takes only the values {values}; asked for: any from {low:g} to {high:g}. hp.Float draws such values.", es="{name} solo toma los valores {values}; se pide cualquiera de {low:g} a {high:g}. hp.Float sortea valores así.", example=dict(name="rate", values=[0.1, 0.5], low=0.1, high=0.5)),
    "another step": dict(en="units takes {count} different values; asked for: 32, 64, 96 and 128. hp.Int has a step.", es="units toma {count} valores distintos; se piden 32, 64, 96 y 128. hp.Int tiene step.", example=dict(count=65)),
    "linear sampling": dict(en="Half of the learning rates would lie above {middle:.2g}: the decades are not equally likely. sampling='log'.", es="La mitad de las tasas quedaría por encima de {middle:.2g}: las décadas no son igual de probables. sampling='log'.", example=dict(middle=0.0051)),
    "no conditional scope": dict(en="rate is drawn even when use_dropout is False. An if hides it from the network only; for the search, put it into with hp.conditional_scope('use_dropout', [True]).", es="rate se sortea aunque use_dropout sea False. Un if solo lo esconde de la red; para la búsqueda, ponlo dentro de with hp.conditional_scope('use_dropout', [True])."),
    "drawn but not used": dict(en="{name} is drawn, but the network does not change with it: where should it go?", es="{name} se sortea, pero la red no cambia con él: ¿dónde debería ir?", example=dict(name="rate")),
}, right=dict(en="Four hyperparameters, and each is used. rate exists only where it means something, so the search wastes no trials on it.", es="Cuatro hiperparámetros, y todos se usan. rate solo existe donde significa algo, así que la búsqueda no malgasta ensayos en él."))  # fmt: skip
def hypermodel(answer: object) -> None:
    """A function hp -> compiled model with units, use_dropout, a conditional rate and a logarithmic learning rate."""
    values = {"units": 96, "use_dropout": True, "rate": 0.3, "learning_rate": 0.002}
    model, hp = _build(answer, **values)
    _require_classifier(model)
    space = {parameter.name: parameter for parameter in hp.space}
    _require_space(space)
    hp.values["use_dropout"] = False
    raise_first({"no conditional scope": hp.is_active(space["rate"])})
    without, _ = _build(answer, **{**values, "use_dropout": False})
    rate = keras.ops.convert_to_numpy(model.optimizer.learning_rate)  # of a schedule: after its first step
    dropped, kept = (_every(network, keras.layers.Layer, "rate") for network in (model, without))
    raise_first({"drawn but not used": 96 not in _every(model, keras.layers.Dense, "units")}, name="units")
    raise_first({"drawn but not used": not np.isclose(dropped, 0.3).any()}, name="rate")
    raise_first({"drawn but not used": np.count_nonzero(kept) >= np.count_nonzero(dropped)}, name="use_dropout")
    raise_first({"drawn but not used": not np.isclose(rate, 0.002, rtol=0.01)}, name="learning_rate")


@exercise(expects=a_function("mended_model(hp)"), hints=[
    dict(en="How many hyperparameters does her space have, and how many would it need for three layers?", es="¿Cuántos hiperparámetros tiene su espacio y cuántos harían falta para tres capas?"), dict(en='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)', es='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)'),
], wrong={
    **_NO_CLASSIFIER,
    "number of layers fixed": dict(en="With hidden_layers = 1, 2 and 3 it builds {counts} hidden layers. Keep that part of hers as it was.", es="Con hidden_layers = 1, 2 y 3 construye {counts} capas ocultas. Esa parte de su código déjala como estaba.", example=dict(counts=[3, 3, 3])),
    "one name for all": dict(en="For three layers the space has only: {names}. The same name is the same hyperparameter, with one value for all layers.", es="Para tres capas, el espacio solo tiene: {names}. El mismo nombre es el mismo hiperparámetro, con un solo valor para todas.", example=dict(names="units")),
    "drawn but not used": dict(en="With {asked} the layers come out as {made}. Each layer should use the value that was drawn for it.", es="Con {asked}, las capas salen así: {made}. Cada capa debería usar el valor que se sorteó para ella.", example=dict(asked={"units_0": 16, "units_1": 32, "units_2": 48}, made=[16, 16, 16])),
}, right=dict(en="With {asked} the layers come out as {made}: each layer has a name and a value of its own.", es="Con {asked}, las capas salen así: {made}. Cada capa tiene un nombre y un valor propios.", example=dict(asked={"units_0": 16, "units_1": 32, "units_2": 48}, made=[16, 32, 48])))  # fmt: skip
def mended(answer: object) -> Praise:
    """A hypermodel with 1 to 3 hidden layers (`hidden_layers`), each with a width of its own."""

    def hidden(count: int, **widths: int) -> list[int]:
        return _every(_build(answer, hidden_layers=count, **widths)[0], keras.layers.Dense, "units")[:-1]

    model, hp = _build(answer, hidden_layers=3)
    _require_classifier(model)
    values = {parameter.name: _values(parameter) for parameter in hp.space}
    counts = [len(hidden(count)) for count in (1, 2, 3)]
    raise_first({"number of layers fixed": "hidden_layers" not in values or counts != [1, 2, 3]}, counts=counts)
    widths = [name for name in values if name != "hidden_layers" and {*hidden(3)} & {*values[name]}]
    raise_first({"one name for all": len(widths) < 3}, names=", ".join(widths) or "–")
    asked = {name: values[name][min(place, len(values[name]) - 1)] for place, name in enumerate(widths[:3])}
    made = hidden(3, **asked)
    raise_first({"drawn but not used": sorted(made) != sorted(asked.values())}, asked=asked, made=made)
    return Praise(asked=asked, made=made)


@exercise(hints=[
    dict(en="A batch size of 8 makes four times as many steps in an epoch as the usual 32. What does that ask of the learning rate at the end?", es="Un lote de 8 da en una época cuatro veces más pasos que el habitual de 32. ¿Qué tasa de aprendizaje conviene entonces al final?"),
    dict(en="In four epochs augmentation and much dropout only slow it down. More filters and a falling rate help: keras.optimizers.schedules.CosineDecay(rate, number of steps).", es="En cuatro épocas, el aumento de datos y mucho dropout solo frenan. Más filtros y una tasa que baja ayudan: keras.optimizers.schedules.CosineDecay(tasa, número de pasos)."),
    dict(en="compiled(models.baseline_cnn(), CosineDecay(2e-3, 4 * 1000 // 8)), then fit with batch_size=8", es="compiled(models.baseline_cnn(), CosineDecay(2e-3, 4 * 1000 // 8)) y después fit con batch_size=8"),
], wrong={
    "not a history": dict(en="The answer is what fit returns after training: my_history = my_network.fit(**digits, epochs=4, verbose=0).", es="La respuesta es lo que devuelve fit tras entrenar: my_history = my_network.fit(**digits, epochs=4, verbose=0)."),
    "more epochs": dict(en="This network has made {trained} steps, and four epochs of this fit have {steps}. Use at most four, and build the network anew before you call fit again.", es="Esta red ha dado {trained} pasos, y cuatro épocas de este fit tienen {steps}. Usa cuatro como máximo y construye la red de nuevo antes de volver a llamar a fit.", example=dict(trained=256, steps=128)),
    **checks.TEN_PROBABILITIES,
    "above": dict(en="Its validation loss is {loss:.3f}; at most {asked} is asked for. Change one thing and train again: the learning rate first, then the batch size or the number of filters.", es="Su pérdida de validación es {loss:.3f}; se pide {asked} como máximo. Cambia una sola cosa y entrena otra vez: primero la tasa de aprendizaje, después el tamaño del lote o el número de filtros.", example=dict(loss=0.212, asked=ASKED)),
}, right=dict(en="Its validation loss is {loss:.3f} after four epochs at most. You chose from experience; a search can only try values in the ranges that it is given.", es="Su pérdida de validación es {loss:.3f} tras cuatro épocas como máximo. Tú elegiste con experiencia; una búsqueda solo puede probar valores de los rangos que se le dan.", example=dict(loss=0.117)))  # fmt: skip
def beat(answer: keras.callbacks.History) -> Praise:
    """A network of one's own that reaches ASKED within four epochs, judged by its loss on the validation digits."""
    raise_first({"not a history": not (isinstance(answer, keras.callbacks.History) and hasattr(answer, "epoch"))})
    trained, steps = int(answer.model.optimizer.iterations), 4 * answer.params["steps"]
    raise_first({"more epochs": trained > steps}, trained=trained, steps=steps)
    _, (images, labels), _ = checks.digits()
    right = checks.probabilities(answer.model, images)[np.arange(len(labels)), labels]
    loss = float(-np.log(np.clip(right, 1e-7, 1)).mean())
    raise_first({"above": not loss <= ASKED}, loss=loss, asked=ASKED)
    return Praise(loss=loss)


@exercise(expects=a_function("expected_best(scores, n)"), hints=[
    dict(en="draw = np.random.default_rng(0), then draw.permutation(scores)[:n] are n different trials, drawn at random. Which of them is the best?", es="draw = np.random.default_rng(0) y draw.permutation(scores)[:n] son n ensayos distintos, elegidos al azar. ¿Cuál de ellos es el mejor?"), dict(en="A single draw is luck: draw 2,000 times, keep the lowest loss of each draw in a list, and return np.mean of the list.", es="Un solo sorteo es suerte: sortea 2000 veces, guarda en una lista la menor pérdida de cada sorteo y devuelve np.mean de la lista."),
], wrong={
    "returns no number": dict(en="Called with twelve losses and n = 5, it returns {kind}, not one number. Does it end with return np.mean(…)?", es="Llamada con doce pérdidas y n = 5, devuelve {kind}, no un número. ¿Acaba con return np.mean(…)?", example=dict(kind="NoneType")),
    "no mean of many draws": dict(en="For five of twelve losses it gives {value:.3f}, which is itself one of the twelve. Draw five at random, anew each time, and take the mean of the lowest ones: it is different from all twelve.", es="Con cinco de doce pérdidas da {value:.3f}, que es una de esas doce. Sortea cinco al azar, cada vez de nuevo, y toma la media de las menores: es distinta de las doce.", example=dict(value=1.091)),
    "another number": dict(en="For five of twelve losses from 1 to 2, the best has {exact:.3f} on average; yours gives {value:.3f}. The best trial of a draw is the one with the *lowest* loss, and the mean needs many draws, about 2,000.", es="Con cinco de doce pérdidas entre 1 y 2, la mejor es {exact:.3f} de media; la tuya da {value:.3f}. El mejor ensayo de un sorteo es el de *menor* pérdida, y la media necesita muchos sorteos, unos 2000.", example=dict(exact=1.106, value=1.894)),
    "put back": dict(en="If all twelve are drawn, the best of all must be among them: {exact:.3f}. Yours gives {value:.3f}. Either a trial can be drawn twice (permutation, or choice with replace=False, draws different ones), or your function does not draw n of them.", es="Si se sortean las doce, la mejor de todas debe estar entre ellas: {exact:.3f}. La tuya da {value:.3f}. O un ensayo puede salir dos veces (permutation, o choice con replace=False, sortea ensayos distintos), o tu función no sortea n.", example=dict(exact=1.0, value=1.042)),
}, right=dict(en="Of these {count} trials, the best of 1 has a loss of {one:.3f} on average, the best of 6 has {six:.3f}, and the best of all {every:.3f}.", es="De estos {count} ensayos, el mejor de 1 tiene una pérdida de {one:.3f} de media; el mejor de 6, {six:.3f}, y el mejor de todos, {every:.3f}.", example=dict(count=60, one=0.12, six=0.07, every=0.05)))  # fmt: skip
def expected_best(answer: object, scores: np.ndarray = _LOSSES) -> Praise:
    """A function (scores, n) -> the lowest of n different scores drawn at random, as a mean over many draws."""
    value, exact = answer(_LOSSES.copy(), 5), 1 + 7 / 66  # the mean over all 792 ways to choose five of them
    raise_first({"returns no number": value is None or np.ndim(value)}, kind=type(value).__name__)
    found = {"no mean of many draws": np.isclose(_LOSSES, value).any(), "another number": not abs(value - exact) < 0.04}
    raise_first(found, value=value, exact=exact)
    every, lowest = float(answer(_LOSSES.copy(), 12)), _LOSSES.min()
    raise_first({"put back": not np.isclose(every, lowest)}, value=every, exact=lowest)
    drawn = {name: float(answer(np.array(scores), n)) for name, n in {"one": 1, "six": 6, "every": len(scores)}.items()}
    return Praise(count=len(scores), **drawn)


@exercise(hints=[
    dict(en='batch_size = hp.Choice("batch_size", [16, 32, 64, 128]), then model.fit(…). What must fit get besides the batch size?', es='batch_size = hp.Choice("batch_size", [16, 32, 64, 128]) y después model.fit(…). ¿Qué debe recibir fit además del tamaño del lote?'), dict(en="return model.fit(*args, batch_size=batch_size, **kwargs)", es="return model.fit(*args, batch_size=batch_size, **kwargs)"),
], wrong={
    "returns no model": dict(en="Called with hp, build returns {kind}, not a Keras model.", es="Llamado con hp, build devuelve {kind}, no un modelo de Keras.", example=dict(kind="NoneType")),
    "not a hypermodel": dict(en="The answer is a class that begins with class Batches(kt.HyperModel): … Give its name, Batches.", es="La respuesta es una clase que empieza por class Batches(kt.HyperModel): … Da su nombre, Batches."),
    "other batch sizes": dict(en="In fit, the hyperparameter batch_size is drawn from {values}; asked for: 16, 32, 64 and 128. (Empty brackets: there is none of this name.)", es="En fit, el hiperparámetro batch_size se sortea entre {values}; se pide: 16, 32, 64 y 128. (Corchetes vacíos: no hay ninguno con ese nombre).", example=dict(values=[16, 32])),
    "not passed on": dict(en="search passes callbacks, the validation data and the number of epochs to your fit, and not all of them reach model.fit. Hand on *args and **kwargs.", es="search pasa a tu fit los callbacks, los datos de validación y el número de épocas, y no todos llegan a model.fit. Pásale *args y **kwargs."),
    "drawn but not used": dict(en="With batch_size = {size}, an epoch of 256 images has {steps} steps instead of {asked}: model.fit does not get the batch size that was drawn.", es="Con batch_size = {size}, una época de 256 imágenes tiene {steps} pasos en vez de {asked}: model.fit no recibe el tamaño que se sorteó.", example=dict(size=16, steps=8, asked=16)),
    "returns no score": dict(en="fit returns {kind}. KerasTuner needs what model.fit returns, to read the score from it.", es="fit devuelve {kind}. KerasTuner necesita lo que devuelve model.fit para leer ahí la puntuación.", example=dict(kind="NoneType")),
    "not trained": dict(en="fit did not train the model that it was given. Call model.fit, and do not build another model in fit.", es="fit no entrenó el modelo que recibió. Llama a model.fit, y no construyas otro modelo en fit."),
}, right=dict(en="With batch sizes of 16 and 128, an epoch of 256 images has 16 steps and 2. A search with this class tunes the batch size like any other hyperparameter.", es="Con lotes de 16 y de 128, una época de 256 imágenes tiene 16 pasos y 2. Una búsqueda con esta clase ajusta el tamaño del lote como cualquier otro hiperparámetro."))  # fmt: skip
def batches(answer: object) -> None:
    """A HyperModel whose fit draws the batch size, uses it, and hands on what search gave."""
    tried = answer() if isinstance(answer, type) and issubclass(answer, kt.HyperModel) else answer
    raise_first({"not a hypermodel": not isinstance(tried, kt.HyperModel)})
    images, labels, heard = np.resize(_IMAGES, (256, 28, 28, 1)), np.resize(_LABELS, 256), []
    noting = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: heard.append("an epoch"))
    settings = dict(x=images, y=labels, validation_data=(_IMAGES, _LABELS), epochs=2, callbacks=[noting], verbose=0)
    for size in (16, 128):
        model, hp = _build(tried.build, batch_size=size)
        score = tried.fit(hp, model, **settings)
        found = {"not trained": not hasattr(model, "history"), "returns no score": not isinstance(score, _SCORES)}
        raise_first(found, kind=type(score).__name__)
        values = next((_values(parameter) for parameter in hp.space if parameter.name == "batch_size"), [])
        history, steps = model.history, model.history.params["steps"]
        whole = len(history.epoch) == 2 and "val_loss" in history.history and heard
        raise_first({"other batch sizes": values != [16, 32, 64, 128], "not passed on": not whole}, values=values)
        raise_first({"drawn but not used": steps != 256 // size}, size=size, steps=steps, asked=256 // size)


quiz_outlier = quiz("quiz_outlier", right="a", a=dict(en="The slope of MSE is twice the error: 8 against 2. MAE and Huber have the slope 1 at both errors, so a wrong label counts no more than others.", es="La pendiente de MSE es el doble del error: 8 frente a 2. MAE y Huber tienen pendiente 1 con los dos errores, así que una etiqueta incorrecta no cuenta más que las demás."), b=dict(en="That is true of MSE only. In the right panel the lines of MAE and Huber are flat from an error of 1 on: the pull no longer grows.", es="Eso solo es así con MSE. En el panel derecho, las líneas de MAE y Huber son planas a partir de un error de 1: el tirón ya no crece."), c=dict(en="Sixteen times is the loss, in the left panel: 16 against 1. What pulls on the weights is the slope, in the right panel.", es="Dieciséis veces es la pérdida, en el panel izquierdo: 16 frente a 1. Lo que tira de los pesos es la pendiente, en el panel derecho."))  # fmt: skip
quiz_map = quiz("quiz_map", right="b", a=dict(en="Its nine points stand in three columns and three rows, so it has tried only three learning rates, each three times.", es="Sus nueve puntos forman tres columnas y tres filas, así que solo ha probado tres tasas de aprendizaje, cada una tres veces."), b=dict(en="Seventeen places, most of them small points. The epochs saved on those went to a few larger ones.", es="Diecisiete lugares, la mayoría puntos pequeños. Las épocas que ahorró en ellos fueron a unos pocos puntos más grandes."), c=dict(en="The sentences give its best loss, and the random search found a lower one here. It learns from its trials, but four trials after five random ones are few.", es="Las frases dan su mejor pérdida, y aquí la búsqueda aleatoria encontró una menor. Aprende de sus ensayos, pero cuatro después de cinco al azar son pocos."))  # fmt: skip
quiz_report = quiz("quiz_report", right="c", a=dict(en="It was picked because it is the highest of 200 figures, so part of it is luck, and the figure alone does not tell how much.", es="Se eligió por ser la más alta de 200 cifras, así que una parte es suerte, y la cifra sola no dice cuánta."), b=dict(en="Then the test set chooses among ten, and its highest figure is partly luck again.", es="Entonces el conjunto de prueba elige entre diez, y su cifra más alta vuelve a ser en parte suerte."), c=dict(en="These digits played no part in any choice, so their figure is fair.", es="Estos dígitos no han intervenido en ninguna elección, así que su cifra es justa."))  # fmt: skip
quiz_reload = quiz("quiz_reload", right="b", a=dict(en="Nothing was trained on the second day. KerasTuner looked only at the project's name and found all trials done.", es="El segundo día no se entrenó nada. KerasTuner solo miró el nombre del proyecto y encontró hechos todos los ensayos."), b=dict(en="The name of the project decides. With overwrite=True or another project_name, the search begins anew.", es="Decide el nombre del proyecto. Con overwrite=True u otro project_name, la búsqueda empieza de nuevo."), c=dict(en="It does not compare data at all. To know whether they change anything, it would have to train.", es="No compara los datos en absoluto. Para saber si cambian algo, tendría que entrenar."))  # fmt: skip
quiz_resumed = quiz("quiz_resumed", right="b", a=dict(en="KerasTuner writes each trial to a file as soon as it is finished, so the first two are not lost.", es="KerasTuner escribe cada ensayo en un archivo en cuanto termina, así que los dos primeros no se pierden."), b=dict(en="The two finished trials are in files. The third is marked as begun, so it runs again from its first epoch.", es="Los dos ensayos terminados están en archivos. El tercero consta como empezado, así que se ejecuta otra vez desde su primera época."), c=dict(en="That is what BackupAndRestore does for one training (lesson 04). KerasTuner keeps whole trials only.", es="Eso lo hace BackupAndRestore con un entrenamiento (lección 04). KerasTuner solo conserva ensayos enteros."))  # fmt: skip
quiz_gpus = quiz("quiz_gpus", right="b", a=dict(en="The two GPUs would exchange gradients after every batch, which takes longer than a batch of a small network.", es="Las dos GPU intercambiarían gradientes tras cada lote, y eso tarda más que un lote de una red pequeña."), b=dict(en="Trials need nothing from one another, so no GPU waits for the other. With MirroredStrategy they would exchange gradients after every batch.", es="Los ensayos no necesitan nada unos de otros, así que ninguna GPU espera a la otra. Con MirroredStrategy intercambiarían gradientes tras cada lote."), c=dict(en="Both are in use, but with MirroredStrategy each waits for the other after every batch.", es="Las dos se usan, pero con MirroredStrategy cada una espera a la otra tras cada lote."))  # fmt: skip
