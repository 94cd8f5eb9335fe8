"""Checks for lesson 06, KerasTuner. A hypermodel is judged by what its space holds and by the models it builds."""

from __future__ import annotations

from collections.abc import Callable

import keras
import keras_tuner as kt
import numpy as np

from helpers.exercises import NotYet, exercise, quiz
from helpers.language import tr

_IMAGES = np.random.default_rng(0).random((8, 28, 28, 1), dtype="float32")
_LABELS = np.arange(8)


def _build(answer: object, **values: object) -> tuple[keras.Model, kt.HyperParameters]:
    """The model for these values, and the search space after two calls (the second finds what the values opened)."""
    if not callable(answer) or isinstance(answer, keras.Model):
        text = tr(
            en="The answer is a function that takes hp and returns a model: give its name, without parentheses.",
            es="La respuesta es una función que recibe hp y devuelve un modelo: da su nombre, sin paréntesis.",
        )
        raise NotYet("not a function", text)
    hp = kt.HyperParameters()
    for _ in range(2):
        hp.values.update(values)
        model = answer(hp)
    if not isinstance(model, keras.Model):
        text = tr(
            en=f"Called with hp, it returns {type(model).__name__}, not a Keras model. Is there a return at the end?",
            es=f"Llamada con hp, devuelve {type(model).__name__}, no un modelo de Keras. ¿Hay un return al final?",
        )
        raise NotYet("returns no model", text)
    return model, hp


def _require_digits(model: keras.Model) -> None:
    if not model.compiled:
        text = tr(
            en="The model is not compiled; a tuner expects one that is ready for fit.",
            es="El modelo no está compilado; un tuner espera uno listo para fit.",
        )
        raise NotYet("not compiled", text)
    if model.output_shape != (None, 10):
        text = tr(
            en=f"Its output has shape {model.output_shape}; ten probabilities per image are (None, 10).",
            es=f"Su salida tiene la forma {model.output_shape}; diez probabilidades por imagen son (None, 10).",
        )
        raise NotYet("another output", text)
    if not np.allclose(model.predict(_IMAGES, verbose=0).sum(axis=1), 1, atol=1e-3):
        text = tr(
            en="The ten outputs do not add up to 1: softmax is missing.",
            es="Las diez salidas no suman 1: falta softmax.",
        )
        raise NotYet("scores for probabilities", text)
    try:
        model.train_on_batch(_IMAGES, _LABELS)
    except (ValueError, TypeError) as error:
        text = tr(
            en="It cannot be trained with whole-number labels: that takes the loss sparse_categorical_crossentropy.",
            es="No se puede entrenar con etiquetas enteras: para eso es la pérdida sparse_categorical_crossentropy.",
        )
        raise NotYet("categorical loss with integer labels", text) from error


def _learning_rate(model: keras.Model) -> float:
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


def _values(parameter: object) -> set:
    """Values all over the range of a hyperparameter, both ends included; for a few discrete ones, all of them."""
    return {parameter.prob_to_value(share) for share in np.linspace(0, 1, 65)}


def _require_space(space: dict) -> None:
    for name in ("units", "use_dropout", "rate", "learning_rate"):
        if name not in space:
            text = tr(
                en=f"No hyperparameter is called {name!r} (with use_dropout=True there are: {', '.join(space)}). Names count.",
                es=f"Ningún hiperparámetro se llama {name!r} (con use_dropout=True hay: {', '.join(space)}). Los nombres cuentan.",
            )
            raise NotYet("a name is missing", text)
    for name, low, high in (("units", 32, 128), ("rate", 0.1, 0.5), ("learning_rate", 1e-4, 1e-2)):
        values = _values(space[name])
        if not np.allclose([min(values), max(values)], [low, high]):
            text = tr(
                en=f"{name} runs from {min(values):g} to {max(values):g}; asked for: {low:g} to {high:g}.",
                es=f"{name} va de {min(values):g} a {max(values):g}; se pide de {low:g} a {high:g}.",
            )
            raise NotYet("another range", text)
    units = _values(space["units"])
    if units != {32, 64, 96, 128}:
        text = tr(
            en=f"units takes {len(units)} different values; asked for: 32, 64, 96 and 128. hp.Int has a step.",
            es=f"units toma {len(units)} valores distintos; se piden 32, 64, 96 y 128. hp.Int tiene step.",
        )
        raise NotYet("another step", text)
    middle = space["learning_rate"].prob_to_value(0.5)
    if not 0.0005 < middle < 0.002:
        text = tr(
            en=f"Half of the learning rates would lie above {middle:.2g}: the decades are not equally likely. sampling='log'.",
            es=f"La mitad de las tasas quedaría por encima de {middle:.2g}: las décadas no son igual de probables. sampling='log'.",
        )
        raise NotYet("linear sampling", text)


@exercise(
    dict(
        en="Take build_model from above as a pattern: draw each value with hp, then use it in the network.",
        es="Toma como ejemplo el build_model de arriba: sortea cada valor con hp y luego úsalo en la red.",
    ),
    dict(
        en='units: hp.Int with step. learning_rate: hp.Float with sampling="log". use_dropout: hp.Boolean.',
        es='units: hp.Int con step. learning_rate: hp.Float con sampling="log". use_dropout: hp.Boolean.',
    ),
    dict(
        en='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)',
        es='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)',
    ),
)
def hypermodel(answer: object) -> str:
    """A function hp -> compiled model with units, use_dropout, a conditional rate and a logarithmic learning rate."""
    values = {"units": 96, "use_dropout": True, "rate": 0.3, "learning_rate": 0.002}
    model, hp = _build(answer, **values)
    _require_digits(model)
    space = {parameter.name: parameter for parameter in hp.space}
    _require_space(space)
    hp.values["use_dropout"] = False
    if hp.is_active(space["rate"]):
        text = tr(
            en="rate is drawn even when use_dropout is False. An if hides it from the network only; for the search, put it into "
            "with hp.conditional_scope('use_dropout', [True]).",
            es="rate se sortea aunque use_dropout sea False. Un if solo lo esconde de la red; para la búsqueda, ponlo dentro de "
            "with hp.conditional_scope('use_dropout', [True]).",
        )
        raise NotYet("no conditional scope", text)
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout) and layer.rate]
    widths = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    without, _ = _build(answer, **{**values, "use_dropout": False})
    still = [layer.rate for layer in without.layers if isinstance(layer, keras.layers.Dropout) and layer.rate]
    used = {
        "units": 96 in widths,
        "rate": any(np.isclose(rate, 0.3) for rate in rates),
        "use_dropout": not still,
        "learning_rate": np.isclose(_learning_rate(model), 0.002),
    }
    for name, is_used in used.items():
        if not is_used:
            text = tr(
                en=f"{name} is drawn, but the network does not change with it: where should it go?",
                es=f"{name} se sortea, pero la red no cambia con él: ¿dónde debería ir?",
            )
            raise NotYet("drawn but not used", text)
    return tr(
        en="Four hyperparameters, each used, one of them only when it means something. A tuner can work with that.",
        es="Cuatro hiperparámetros, todos en uso, y uno de ellos solo cuando significa algo. Un tuner puede trabajar con eso.",
    )


def _trial(number: int, score: float | None) -> kt.engine.trial.Trial:
    hp = kt.HyperParameters()
    hp.values = {"units": 16 * number}
    status = "FAILED" if score is None else "COMPLETED"
    trial = kt.engine.trial.Trial(hp, str(number), status)
    trial.score = score
    return trial


@exercise(
    dict(
        en="Is more better, or less? And what is the score of a trial that failed?",
        es="¿Qué es mejor aquí, un valor más alto o uno más bajo? ¿Y cuál es la puntuación de un ensayo fallido?",
    ),
    dict(
        en="First keep the trials whose score is not None; then max with a key.",
        es="Primero quédate con los ensayos cuya puntuación no sea None; después, max con key.",
    ),
    dict(
        en="max(finished, key=lambda trial: trial.score).hyperparameters.values",
        es="max(finished, key=lambda trial: trial.score).hyperparameters.values",
    ),
)
def best_values(answer: Callable) -> str:
    """A function from trials (objective val_accuracy) to the values of the best one that did not fail."""
    if not callable(answer):
        text = tr(
            en="The answer is the function itself, best_values, without parentheses.",
            es="La respuesta es la propia función, best_values, sin paréntesis.",
        )
        raise NotYet("not a function", text)
    for scores in ((0.91, 0.97, 0.95, 0.90), (0.90, 0.93, None, 0.99, 0.96), (0.95, None, 0.94)):
        trials = [_trial(number, score) for number, score in enumerate(scores, 1)]
        known = [score for score in scores if score is not None]
        try:
            found = answer(trials)
        except TypeError as error:
            if None not in scores:
                raise
            text = tr(
                en=f"With the scores {scores} it raises TypeError: None, the score of a failed trial, cannot be compared.",
                es=f"Con las puntuaciones {scores} se produce TypeError: None, la de un ensayo fallido, no se puede comparar.",
            )
            raise NotYet("failed trials compared", text) from error
        if isinstance(found, kt.engine.trial.Trial | kt.HyperParameters):
            text = tr(
                en="It returns the trial or its hyperparameters as an object; the dictionary is trial.hyperparameters.values.",
                es="Devuelve el ensayo o sus hiperparámetros como objeto; el diccionario es trial.hyperparameters.values.",
            )
            raise NotYet("returns the trial", text)
        place = {trial.hyperparameters.values["units"]: trial.score for trial in trials}
        score = place.get(found.get("units")) if isinstance(found, dict) else None
        if score == max(known):
            continue
        if score == min(known):
            text = tr(
                en=f"Of the scores {scores} it takes {score}, the lowest. An accuracy is better when it is higher; the lowest would be right for a loss.",
                es=f"De las puntuaciones {scores} toma {score}, la más baja. Una exactitud es mejor cuanto más alta; la más baja valdría para una pérdida.",
            )
            raise NotYet("the lowest accuracy", text)
        text = tr(
            en=f"Of the scores {scores} it takes the values of another trial than that of {max(known)}. The list is in order of time, not of merit.",
            es=f"De las puntuaciones {scores} toma los valores de un ensayo que no es el de {max(known)}. La lista va por orden de llegada, no de mérito.",
        )
        raise NotYet("another trial", text)
    return tr(
        en="The highest accuracy, and failed trials do not disturb.",
        es="La exactitud más alta, y los ensayos fallidos no molestan.",
    )


def _widths(model: keras.Model) -> list[int]:
    return [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)][:-1]


@exercise(
    dict(
        en="How many hyperparameters does her space have, and how many would it need for three layers?",
        es="¿Cuántos hiperparámetros tiene su espacio y cuántos harían falta para tres capas?",
    ),
    dict(
        en="hp.Int('units', …) a second time is the same hyperparameter: it returns the same value.",
        es="hp.Int('units', …) por segunda vez es el mismo hiperparámetro: devuelve el mismo valor.",
    ),
    dict(
        en='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)',
        es='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)',
    ),
)
def mended(answer: object) -> str:
    """A hypermodel with 1 to 3 hidden layers (`hidden_layers`), each with a width of its own."""
    model, hp = _build(answer, hidden_layers=3)
    _require_digits(model)
    space = {parameter.name: parameter for parameter in hp.space}
    counts = [len(_widths(_build(answer, hidden_layers=count)[0])) for count in (1, 2, 3)]
    if "hidden_layers" not in space or counts != [1, 2, 3]:
        text = tr(
            en=f"With hidden_layers = 1, 2 and 3 it builds {counts} hidden layers. Keep that part of hers as it was.",
            es=f"Con hidden_layers = 1, 2 y 3 construye {counts} capas ocultas. Esa parte de su código déjala como estaba.",
        )
        raise NotYet("number of layers fixed", text)
    others = [name for name, parameter in space.items() if name != "hidden_layers" and 16 in _values(parameter)]
    if len(others) < 3:
        text = tr(
            en=f"For three layers the space has only: {', '.join(others) or '–'}. The same name is the same hyperparameter, with one value for all layers.",
            es=f"Para tres capas, el espacio solo tiene: {', '.join(others) or '–'}. El mismo nombre es el mismo hiperparámetro, con un solo valor para todas.",
        )
        raise NotYet("one name for all", text)
    asked = {name: 16 * (number + 1) for number, name in enumerate(others[:3])}
    found = _widths(_build(answer, hidden_layers=3, **asked)[0])
    if sorted(found) != [16, 32, 48]:
        text = tr(
            en=f"With {asked} the layers come out as {found}. Each layer should use the value that was drawn for it.",
            es=f"Con {asked}, las capas salen así: {found}. Cada capa debería usar el valor que se sorteó para ella.",
        )
        raise NotYet("drawn but not used", text)
    return tr(
        en=f"With {asked} the layers come out as {found}: a name of its own, a value of its own.",
        es=f"Con {asked}, las capas salen así: {found}. Nombre propio, valor propio.",
    )


quiz_even = quiz(
    "quiz_even",
    right="a",
    a=dict(
        en="0.001 is a hundredth of 0.1, so about one draw in a hundred lies below. Half of the decades get one look.",
        es="0.001 es una centésima de 0.1, así que cae por debajo más o menos una de cada cien. La mitad de las décadas recibe una mirada.",
    ),
    b=dict(
        en="A quarter would be right if each of four decades got the same: that is one decade on a log scale, and these draws are even.",
        es="Un cuarto sería lo justo si cada una de las cuatro décadas recibiera lo mismo: eso es una década en escala logarítmica, y este sorteo es uniforme.",
    ),
    c=dict(
        en="That would be so on a log scale, where two of the four decades lie below 0.001.",
        es="Así sería en escala logarítmica, donde dos de las cuatro décadas están por debajo de 0.001.",
    ),
)

quiz_reload = quiz(
    "quiz_reload",
    right="b",
    a=dict(
        en="Keras keeps nothing of the kind. KerasTuner keeps trials, by the project's name, without looking at the model.",
        es="Keras no guarda nada parecido. KerasTuner guarda ensayos, por el nombre del proyecto, sin mirar el modelo.",
    ),
    b=dict(
        en="The name decides. overwrite=True, or another project_name, and it searches again.",
        es="Decide el nombre. Con overwrite=True u otro project_name, busca de nuevo.",
    ),
    c=dict(
        en="Without training it, nobody can know its effect; and trainings take time.",
        es="Sin entrenarla, nadie puede saber cómo influye; y entrenar lleva tiempo.",
    ),
)

quiz_report = quiz(
    "quiz_report",
    right="c",
    a=dict(
        en="It is the luckiest of 200: part of it is merit, part is luck, and nobody can tell them apart afterwards.",
        es="Es la más afortunada de 200: parte es mérito y parte suerte, y después nadie puede separarlas.",
    ),
    b=dict(
        en="Then the test set chooses among ten, and its highest figure is lucky in turn. No exam is left.",
        es="Entonces el conjunto de prueba elige entre diez y su cifra más alta vuelve a ser suerte. Ya no queda examen.",
    ),
    c=dict(
        en="Digits that had no say in any choice: that is the figure to believe.",
        es="Dígitos que no han intervenido en ninguna elección: esa es la cifra que se puede creer.",
    ),
)
