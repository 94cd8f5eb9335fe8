"""Checks for lesson 06, KerasTuner. A hypermodel is judged by what its space holds and by the models it builds."""

from __future__ import annotations

import keras
import keras_tuner as kt
import numpy as np

from helpers.checks import NotYet, Praise, a_function, exercise, flat_layers, quiz

_IMAGES = np.random.default_rng(0).random((8, 28, 28, 1), dtype="float32")
_LABELS = np.arange(8)

_NO_CLASSIFIER = {  # what may be wrong with any network that a hypermodel builds
    "returns no model": dict(en="Called with hp, it returns {kind}, not a Keras model. Is there a return at the end?",
                             es="Llamada con hp, devuelve {kind}, no un modelo de Keras. ¿Hay un return al final?", example=dict(kind="NoneType")),
    "not compiled": dict(en="The model is not compiled; a tuner expects one that is ready for fit.", es="El modelo no está compilado; un tuner espera uno listo para fit."),
    "another output": dict(en="Its output has shape {shape}; ten probabilities per image are (None, 10).",
                           es="Su salida tiene la forma {shape}; diez probabilidades por imagen son (None, 10).", example=dict(shape=(None, 9))),
    "scores for probabilities": dict(en="The ten outputs do not add up to 1: softmax is missing.", es="Las diez salidas no suman 1: falta softmax."),
    "categorical loss with integer labels": dict(en="It cannot be trained with whole-number labels: that takes the loss sparse_categorical_crossentropy.",
                                                 es="No se puede entrenar con etiquetas enteras: para eso es la pérdida sparse_categorical_crossentropy."),
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
    if not model.compiled:
        raise NotYet("not compiled")
    if model.output_shape != (None, 10):
        raise NotYet("another output", shape=model.output_shape)
    if not np.allclose(model.predict(_IMAGES, verbose=0).sum(axis=1), 1, atol=1e-3):
        raise NotYet("scores for probabilities")
    try:
        model.train_on_batch(_IMAGES, _LABELS)
    except (ValueError, TypeError) as error:
        raise NotYet("categorical loss with integer labels") from error


def _values(parameter: object) -> list:
    """Values all over the range of a hyperparameter, both ends included; for a few discrete ones, all of them."""
    return sorted({parameter.prob_to_value(share) for share in np.linspace(0, 1, 65)})


def _widths(model: keras.Model) -> list[int]:
    return [layer.units for layer in flat_layers(model) if isinstance(layer, keras.layers.Dense)]


def _dropout_rates(model: keras.Model) -> list[float]:
    return [layer.rate for layer in flat_layers(model) if isinstance(layer, keras.layers.Dropout) and layer.rate]


_ASKED = {"units": (32, 128), "rate": (0.1, 0.5), "learning_rate": (1e-4, 1e-2)}  # name -> from, to


def _require_space(space: dict) -> None:
    for name in ("units", "use_dropout", "rate", "learning_rate"):
        if name not in space:
            raise NotYet("a name is missing", name=name, names=", ".join(space))
    for name, (low, high) in _ASKED.items():
        values = _values(space[name])
        if not np.allclose([values[0], values[-1]], [low, high]):
            raise NotYet("another range", name=name, least=values[0], most=values[-1], low=low, high=high)
        if name != "units" and len(values) < 5:
            raise NotYet("a few values only", name=name, values=values, low=low, high=high)
    units = _values(space["units"])
    if units != [32, 64, 96, 128]:
        raise NotYet("another step", count=len(units))
    middle = space["learning_rate"].prob_to_value(0.5)
    if not 0.0005 < middle < 0.002:
        raise NotYet("linear sampling", middle=middle)


@exercise(expects=a_function("my_model(hp)"), hints=[
    dict(en="Take build_model from above as a pattern: draw each value with hp, then use it in the network.",
         es="Toma como ejemplo el build_model de arriba: sortea cada valor con hp y luego úsalo en la red."),
    dict(en='units: hp.Int with step. learning_rate: hp.Float with sampling="log". use_dropout: hp.Boolean.',
         es='units: hp.Int con step. learning_rate: hp.Float con sampling="log". use_dropout: hp.Boolean.'),
    dict(en='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)',
         es='with hp.conditional_scope("use_dropout", [True]): if use_dropout: … hp.Float("rate", 0.1, 0.5)'),
], wrong={
    **_NO_CLASSIFIER,
    "a name is missing": dict(en="No hyperparameter is called {name!r} (with use_dropout=True there are: {names}). Names count.",
                              es="Ningún hiperparámetro se llama {name!r} (con use_dropout=True hay: {names}). Los nombres cuentan.", example=dict(name="learning_rate", names="units, use_dropout, rate, lr")),
    "another range": dict(en="{name} runs from {least:g} to {most:g}; asked for: {low:g} to {high:g}.",
                          es="{name} va de {least:g} a {most:g}; se pide de {low:g} a {high:g}.", example=dict(name="learning_rate", least=1e-5, most=0.01, low=1e-4, high=0.01)),
    "a few values only": dict(en="{name} takes only the values {values}; asked for: any from {low:g} to {high:g}. hp.Float draws such values.",
                              es="{name} solo toma los valores {values}; se pide cualquiera de {low:g} a {high:g}. hp.Float sortea valores así.", example=dict(name="rate", values=[0.1, 0.5], low=0.1, high=0.5)),
    "another step": dict(en="units takes {count} different values; asked for: 32, 64, 96 and 128. hp.Int has a step.",
                         es="units toma {count} valores distintos; se piden 32, 64, 96 y 128. hp.Int tiene step.", example=dict(count=65)),
    "linear sampling": dict(en="Half of the learning rates would lie above {middle:.2g}: the decades are not equally likely. sampling='log'.",
                            es="La mitad de las tasas quedaría por encima de {middle:.2g}: las décadas no son igual de probables. sampling='log'.", example=dict(middle=0.0051)),
    "no conditional scope": dict(en="rate is drawn even when use_dropout is False. An if hides it from the network only; for the search, put it into with hp.conditional_scope('use_dropout', [True]).",
                                 es="rate se sortea aunque use_dropout sea False. Un if solo lo esconde de la red; para la búsqueda, ponlo dentro de with hp.conditional_scope('use_dropout', [True])."),
    "drawn but not used": dict(en="{name} is drawn, but the network does not change with it: where should it go?",
                               es="{name} se sortea, pero la red no cambia con él: ¿dónde debería ir?", example=dict(name="rate")),
}, right=dict(en="Four hyperparameters, each used, one of them only when it means something. A tuner can work with that.",
              es="Cuatro hiperparámetros, todos en uso, y uno de ellos solo cuando significa algo. Un tuner puede trabajar con eso."))  # fmt: skip
def hypermodel(answer: object) -> None:
    """A function hp -> compiled model with units, use_dropout, a conditional rate and a logarithmic learning rate."""
    values = {"units": 96, "use_dropout": True, "rate": 0.3, "learning_rate": 0.002}
    model, hp = _build(answer, **values)
    _require_classifier(model)
    space = {parameter.name: parameter for parameter in hp.space}
    _require_space(space)
    hp.values["use_dropout"] = False
    if hp.is_active(space["rate"]):
        raise NotYet("no conditional scope")
    without, _ = _build(answer, **{**values, "use_dropout": False})
    learning_rate = keras.ops.convert_to_numpy(model.optimizer.learning_rate)  # of a schedule: after its first step
    used = {
        "units": 96 in _widths(model),
        "rate": any(np.isclose(rate, 0.3) for rate in _dropout_rates(model)),
        "use_dropout": not _dropout_rates(without),
        "learning_rate": np.isclose(learning_rate, 0.002, rtol=0.01),
    }
    for name, is_used in used.items():
        if not is_used:
            raise NotYet("drawn but not used", name=name)


@exercise(expects=a_function("mended_model(hp)"), hints=[
    dict(en="How many hyperparameters does her space have, and how many would it need for three layers?", es="¿Cuántos hiperparámetros tiene su espacio y cuántos harían falta para tres capas?"),
    dict(en="hp.Int('units', …) a second time is the same hyperparameter: it returns the same value.", es="hp.Int('units', …) por segunda vez es el mismo hiperparámetro: devuelve el mismo valor."),
    dict(en='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)', es='for number in range(…): hp.Int(f"units_{number}", 16, 64, step=16)'),
], wrong={
    **_NO_CLASSIFIER,
    "number of layers fixed": dict(en="With hidden_layers = 1, 2 and 3 it builds {counts} hidden layers. Keep that part of hers as it was.",
                                   es="Con hidden_layers = 1, 2 y 3 construye {counts} capas ocultas. Esa parte de su código déjala como estaba.", example=dict(counts=[3, 3, 3])),
    "one name for all": dict(en="For three layers the space has only: {names}. The same name is the same hyperparameter, with one value for all layers.",
                             es="Para tres capas, el espacio solo tiene: {names}. El mismo nombre es el mismo hiperparámetro, con un solo valor para todas.", example=dict(names="units")),
    "drawn but not used": dict(en="With {asked} the layers come out as {found}. Each layer should use the value that was drawn for it.",
                               es="Con {asked}, las capas salen así: {found}. Cada capa debería usar el valor que se sorteó para ella.", example=dict(asked={"units_0": 16, "units_1": 32, "units_2": 48}, found=[16, 16, 16])),
}, right=dict(en="With {asked} the layers come out as {found}: a name of its own, a value of its own.",
              es="Con {asked}, las capas salen así: {found}. Nombre propio, valor propio.", example=dict(asked={"units_0": 16, "units_1": 32, "units_2": 48}, found=[16, 32, 48])))  # fmt: skip
def mended(answer: object) -> Praise:
    """A hypermodel with 1 to 3 hidden layers (`hidden_layers`), each with a width of its own."""

    def hidden(count: int, **widths: int) -> list[int]:
        return _widths(_build(answer, hidden_layers=count, **widths)[0])[:-1]

    model, hp = _build(answer, hidden_layers=3)
    _require_classifier(model)
    values = {parameter.name: _values(parameter) for parameter in hp.space}
    counts = [len(hidden(count)) for count in (1, 2, 3)]
    if "hidden_layers" not in values or counts != [1, 2, 3]:
        raise NotYet("number of layers fixed", counts=counts)
    drawn = {*hidden(3)}
    widths = [name for name in values if name != "hidden_layers" and drawn & {*values[name]}]
    if len(widths) < 3:
        raise NotYet("one name for all", names=", ".join(widths) or "–")
    asked = {name: values[name][min(place, len(values[name]) - 1)] for place, name in enumerate(widths[:3])}
    found = hidden(3, **asked)
    if sorted(found) != sorted(asked.values()):
        raise NotYet("drawn but not used", asked=asked, found=found)
    return Praise(asked=asked, found=found)


quiz_even = quiz("quiz_even", right="a",
    a=dict(en="0.001 is a hundredth of 0.1, so about one draw in a hundred lies below. Half of the decades get one look.",
           es="0.001 es una centésima de 0.1, así que cae por debajo más o menos una de cada cien. La mitad de las décadas recibe una mirada."),
    b=dict(en="A quarter would be right if each of four decades got the same: that is one decade on a log scale, and these draws are even.",
           es="Un cuarto sería lo justo si cada una de las cuatro décadas recibiera lo mismo: eso es una década en escala logarítmica, y este sorteo es uniforme."),
    c=dict(en="That would be so on a log scale, where two of the four decades lie below 0.001.", es="Así sería en escala logarítmica, donde dos de las cuatro décadas están por debajo de 0.001."),
)  # fmt: skip

quiz_reload = quiz("quiz_reload", right="b",
    a=dict(en="Keras keeps nothing of the kind. KerasTuner keeps trials, by the project's name, without looking at the model.",
           es="Keras no guarda nada parecido. KerasTuner guarda ensayos, por el nombre del proyecto, sin mirar el modelo."),
    b=dict(en="The name decides. overwrite=True, or another project_name, and it searches again.", es="Decide el nombre. Con overwrite=True u otro project_name, busca de nuevo."),
    c=dict(en="Without training it, nobody can know its effect; and trainings take time.", es="Sin entrenarla, nadie puede saber cómo influye; y entrenar lleva tiempo."),
)  # fmt: skip

quiz_report = quiz("quiz_report", right="c",
    a=dict(en="It is the luckiest of 200: part of it is merit, part is luck, and nobody can tell them apart afterwards.",
           es="Es la más afortunada de 200: parte es mérito y parte suerte, y después nadie puede separarlas."),
    b=dict(en="Then the test set chooses among ten, and its highest figure is lucky in turn. No exam is left.",
           es="Entonces el conjunto de prueba elige entre diez y su cifra más alta vuelve a ser suerte. Ya no queda examen."),
    c=dict(en="Digits that had no say in any choice: that is the figure to believe.", es="Dígitos que no han intervenido en ninguna elección: esa es la cifra que se puede creer."),
)  # fmt: skip
