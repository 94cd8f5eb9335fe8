"""Checks for lesson 04, early stopping and learning curves. Callbacks are judged by replaying curves through them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import keras
import numpy as np

from helpers.checks import NotYet, Praise, Question, exercise, quiz, raise_first

# A bumpy validation loss: falls, four epochs worse than epoch 6, falls by 0.02 an epoch to epoch 20, then climbs.
BUMPY = [0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.56, 0.6, 0.58, 0.54, *(0.48 - 0.02 * i for i in range(10))]
BUMPY += [BUMPY[-1] + 0.005 * i for i in range(1, 41)]
# Best at epoch 9, by loss and by accuracy.
SMOOTH = [*(1 - 0.1 * i for i in range(9)), *(0.25 + 0.02 * i for i in range(21))]


def _curves(val_loss: Sequence[float]) -> dict[str, list[float]]:
    training = [1 / (1 + epoch) for epoch in range(len(val_loss))]
    return {
        "loss": training,
        "val_loss": list(val_loss),
        "accuracy": [1 - value / 2 for value in training],
        "val_accuracy": [1 - value / 2 for value in val_loss],
    }


def _one_step(size: float) -> dict[str, list[float]]:
    """Curves that fall to 0.5 in epoch 11, and once more, by this much, in epoch 14."""
    return _curves([*(1 - 0.05 * i for i in range(11)), 0.5, 0.5, *[0.5 - size] * 40])


def _replay(callback: keras.callbacks.Callback, curves: Mapping[str, Sequence[float]]) -> tuple[int, int]:
    """The epoch after which the callback stops and the epoch whose weights are left, both from 1."""
    callback = copy.copy(callback)
    # One weight, which holds the epoch's number: whatever is restored tells where it came from.
    marker = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, use_bias=False)])
    marker.stop_training = False
    callback.set_model(marker)
    if getattr(callback, "mode", "") == "auto" and getattr(callback, "monitor", "") == "val_accuracy":
        callback.mode = "max"  # what Keras finds out from a compiled model's metrics; this one has none
    callback.on_train_begin()
    for index in range(len(curves["val_loss"])):
        marker.set_weights([np.array([[index + 1]])])
        callback.on_epoch_begin(index)
        callback.on_epoch_end(index, {name: values[index] for name, values in curves.items()})
        if marker.stop_training:
            break
    callback.on_train_end()
    return index + 1, int(marker.get_weights()[0].item())


def a_stopper(monitor: str) -> Question:
    """The answer is an EarlyStopping that watches this figure in the right direction and keeps the best weights."""
    wrong_mode = "max" if "loss" in monitor else "min"

    def ask(answer: object) -> keras.callbacks.EarlyStopping:
        if not isinstance(answer, keras.callbacks.EarlyStopping):
            raise NotYet("not an EarlyStopping")
        wrong = {
            "monitors the training set": answer.monitor in ("loss", "accuracy"),
            "monitors something else": answer.monitor != monitor,
            "mode against the metric": answer.mode == wrong_mode,
            "keeps the last weights": not answer.restore_best_weights,
        }
        raise_first(wrong, monitor=answer.monitor, asked=monitor, mode=answer.mode)
        return answer

    wrong = {
        "not an EarlyStopping": dict(en="The answer is a callback made by keras.callbacks.EarlyStopping(…), with its arguments.",
                                     es="La respuesta es un callback creado con keras.callbacks.EarlyStopping(…), con sus argumentos."),
        "monitors the training set": dict(en="monitor={monitor!r} watches the training set, where nearly every epoch looks better: overfitting goes unnoticed. The figures of the validation set begin with val_.",
                                          es="monitor={monitor!r} mira el conjunto de entrenamiento, donde casi toda época parece mejor: el sobreajuste pasa inadvertido. Las cifras de validación empiezan por val_.", example=dict(monitor=monitor.removeprefix("val_"))),
        "monitors something else": dict(en="monitor={monitor!r}: that is not what should be watched here. Asked for: {asked}.",
                                        es="monitor={monitor!r}: eso no es lo que hay que vigilar aquí. Se pide: {asked}.", example=dict(monitor=monitor.replace("val_", "test_"), asked=monitor)),
        "mode against the metric": dict(en="mode={mode!r} with {monitor}: the callback takes the worst epoch for the best. A loss gets better by falling, an accuracy by rising; leave mode out, and Keras finds the direction.",
                                        es="mode={mode!r} con {monitor}: el callback toma la peor época por la mejor. Una pérdida mejora bajando y una exactitud, subiendo; quita mode y Keras encuentra la dirección.", example=dict(mode=wrong_mode, monitor=monitor)),
        "keeps the last weights": dict(en="It stops, but the network is left with the weights of the last epoch: restore_best_weights is False unless you say otherwise.",
                                       es="Para, pero la red se queda con los pesos de la última época: restore_best_weights es False si no dices otra cosa."),
    }  # fmt: skip
    return Question(wrong, ask)


@exercise(expects=a_stopper("val_loss"), hints=[
    dict(en="Four arguments matter: what to monitor, for how long to wait, how much counts, and which weights are left at the end.",
         es="Importan cuatro argumentos: qué vigilar, cuánto esperar, cuánto cuenta y qué pesos quedan al final."),
    dict(en="The bumps say that patience is more than 4, the sixteen that it is no more than 16. min_delta lies from 0.001 to below 0.02.",
         es="Los baches dicen que la paciencia es mayor que 4; las dieciséis, que no pasa de 16. min_delta va de 0.001 a menos de 0.02."),
    dict(en='EarlyStopping(monitor="val_loss", patience=…, min_delta=0.001, restore_best_weights=…)', es='EarlyStopping(monitor="val_loss", patience=…, min_delta=0.001, restore_best_weights=…)'),
], wrong={
    "too impatient": dict(en="On a bumpy curve it stops after epoch {stopped}, in the middle of a bump; the best was to come in epoch 20. It needs more patience than 4.",
                          es="En una curva con baches para tras la época {stopped}, en pleno bache; lo mejor llegaba en la época 20. Necesita más paciencia que 4.", example=dict(stopped=10)),
    "min_delta too large": dict(en="On a curve that falls by 0.02 {when} it keeps epoch {kept}: real improvements are not counted. min_delta is an amount of loss (0.02 is 0.02), no percentage; make it smaller. baseline and start_from_epoch are not needed.",
                                es="En una curva que baja 0.02 {when} conserva la {kept}: no cuenta mejoras reales. min_delta es una cantidad de pérdida (0.02 es 0.02), no un porcentaje; redúcelo. baseline y start_from_epoch no hacen falta.", example=dict(when=dict(en="per epoch until epoch 20", es="por época hasta la época 20"), kept=19)),
    "too patient": dict(en="Sixteen epochs without improvement should end it; after the best epoch, 20, it waits until epoch {stopped}.",
                        es="Dieciséis épocas sin mejorar deberían bastar; tras la mejor, la 20, espera hasta la época {stopped}.", example=dict(stopped=37)),
    "min_delta too small": dict(en="An improvement of 0.00099 counts, though it is less than 0.001. That is what min_delta is for.",
                                es="Una mejora de 0.00099 cuenta, aunque es menor que 0.001. Para eso está min_delta."),
}, right=dict(en="It sits out the bumps, ends a curve that hardly moves after epoch {stopped}, and hands back the best weights.",
              es="Aguanta los baches, tras la época {stopped} corta una curva que casi no avanza y devuelve los mejores pesos.", example=dict(stopped=19)))  # fmt: skip
def bumpy(answer: keras.callbacks.EarlyStopping) -> Praise:
    """An EarlyStopping that forgives bumps, ignores creeping improvements and keeps the best weights."""
    stopped, kept = _replay(answer, _curves(BUMPY))
    if stopped < 20 and answer.patience <= 4:
        raise NotYet("too impatient", stopped=stopped)
    if kept != 20:
        when = dict(en="per epoch until epoch 20", es="por época hasta la época 20")
        raise NotYet("min_delta too large", when=when, kept=kept)
    if stopped > 36:
        raise NotYet("too patient", stopped=stopped)
    _, kept = _replay(answer, _one_step(0.02))
    if kept == 11:
        raise NotYet("min_delta too large", when=dict(en="in epoch 14", es="en la época 14"), kept=kept)
    stopped, kept = _replay(answer, _one_step(0.00099))
    if kept == 14:
        raise NotYet("min_delta too small")
    return Praise(stopped=stopped)


# After which epoch a callback stops that is made with each threshold, and which mistake that shows.
VAL_LOSS = [0.9, 0.6, 0.45, 0.5, 0.3, 0.2, 0.15, 0.12]
TRAINING_LOSS = [0.47, 0.22, 0.11, 0.04, 0.04, 0.03, 0.02, 0.01]
FIRST_BELOW = {0.46: 3, 0.25: 6, 0.13: 8, 0.45: 5}
MISTAKES = {
    (8, 8, 8, 8): "never stops",
    (2, 2, 3, 2): "monitors the training set",
    (1, 1, 1, 1): "stops above the threshold",
    (3, 6, 8, 3): "stops at the threshold itself",
}


@exercise(hints=[
    dict(en="Look at StopAt99: what must change is the figure, the comparison, and where the number comes from.", es="Mira StopAt99: lo que cambia es la cifra, la comparación y de dónde sale el número."),
    dict(en="Keep the threshold in __init__ (and call super().__init__()); on_epoch_end finds the figure in logs['val_loss'].",
         es="Guarda el umbral en __init__ (y llama a super().__init__()); on_epoch_end encuentra la cifra en logs['val_loss']."),
    dict(en='def on_epoch_end(self, epoch, logs=None): if logs["val_loss"] < self.threshold: self.model.stop_training = …',
         es='def on_epoch_end(self, epoch, logs=None): if logs["val_loss"] < self.threshold: self.model.stop_training = …'),
], wrong={
    "not a class": dict(en="The answer is the class itself, StopBelow, without parentheses; the check makes callbacks with it.",
                        es="La respuesta es la propia clase, StopBelow, sin paréntesis; la comprobación crea callbacks con ella."),
    "not a callback": dict(en="What StopBelow(0.25) makes is no Keras callback: write class StopBelow(keras.callbacks.Callback).",
                           es="Lo que crea StopBelow(0.25) no es un callback de Keras: escribe class StopBelow(keras.callbacks.Callback)."),
    "never stops": dict(en="It never stops. fit looks at self.model.stop_training, and at nothing else: not at a returned value, not at self.stop_training.",
                        es="No para nunca. fit solo mira self.model.stop_training: ni el valor devuelto ni self.stop_training."),
    "monitors the training set": dict(en="It watches logs['loss'], the training loss, which is low early. The validation loss is logs['val_loss'].",
                                      es="Mira logs['loss'], la pérdida de entrenamiento, que baja pronto. La de validación es logs['val_loss']."),
    "stops above the threshold": dict(en="It stops after the first epoch, while the loss is still above the threshold. A loss gets better by falling: <, not >.",
                                      es="Para tras la primera época, cuando la pérdida aún está por encima del umbral. Una pérdida mejora bajando: <, no >."),
    "stops at the threshold itself": dict(en="With threshold 0.45 it stops after an epoch with a validation loss of exactly 0.45, which is not below: <, not <=.",
                                          es="Con umbral 0.45 para tras una época cuya pérdida de validación es exactamente 0.45, que no está por debajo: <, no <=."),
    "ignores the threshold": dict(en="With each of four thresholds it stops after epoch {stopped}. The number in StopBelow(…) should decide.",
                                  es="Con cuatro umbrales distintos se detiene siempre tras la época {stopped}. Debería decidir el número de StopBelow(…).", example=dict(stopped=6)),
    "stops at another epoch": dict(en="With validation losses {losses} and threshold {threshold} it stops after epoch {stopped}; it should be {expected}, the first below.",
                                   es="Con las pérdidas de validación {losses} y umbral {threshold} para tras la época {stopped}; debería ser la {expected}, la primera por debajo.", example=dict(losses=VAL_LOSS, threshold=0.46, stopped=4, expected=3)),
}, right=dict(en="It stops after the first epoch below the threshold, whatever the threshold is.", es="Para tras la primera época por debajo del umbral, sea cual sea el umbral."))  # fmt: skip
def stop_below(answer: object) -> None:
    """A class (or function) that takes a threshold and makes a callback stopping below it, by validation loss."""
    if not callable(answer) or isinstance(answer, keras.callbacks.Callback):
        raise NotYet("not a class")
    callbacks = [answer(threshold) for threshold in FIRST_BELOW]
    if not all(isinstance(callback, keras.callbacks.Callback) for callback in callbacks):
        raise NotYet("not a callback")
    curves = {**_curves(VAL_LOSS), "loss": TRAINING_LOSS}
    found = tuple(_replay(callback, curves)[0] for callback in callbacks)
    if found in MISTAKES:
        raise NotYet(MISTAKES[found])
    if len({*found}) == 1:
        raise NotYet("ignores the threshold", stopped=found[0])
    for (threshold, expected), stopped in zip(FIRST_BELOW.items(), found, strict=True):
        wrong = {"stops at another epoch": stopped != expected}
        raise_first(wrong, losses=VAL_LOSS, threshold=threshold, stopped=stopped, expected=expected)


@exercise(expects=a_stopper("val_accuracy"), hints=[
    dict(en="Which epoch does his callback take for the best one? Imagine accuracies 0.5, 0.7, 0.8, 0.9.", es="¿Qué época toma su callback por la mejor? Imagina exactitudes de 0.5, 0.7, 0.8 y 0.9."),
    dict(en='mode="min" says that smaller is better. True of a loss.', es='mode="min" dice que menos es mejor. Eso vale para una pérdida.'),
    dict(en='Keep everything else, and write mode="max", or leave mode out.', es='Deja lo demás como está y escribe mode="max", o quita mode.'),
], wrong={
    "keeps another epoch": dict(en="On a curve whose best epoch is 9 it keeps epoch {kept}. Leave min_delta, baseline and start_from_epoch at their defaults.",
                                es="En una curva cuya mejor época es la 9 conserva la {kept}. Deja min_delta, baseline y start_from_epoch en sus valores por defecto.", example=dict(kept=1)),
    "too patient": dict(en="It keeps the best epoch, 9, but trains through all {stopped}: so much patience stops nothing.",
                        es="Conserva la mejor época, la 9, pero entrena las {stopped}: con tanta paciencia no llega a detener nada.", example=dict(stopped=len(SMOOTH))),
}, right=dict(en="On a curve that is best at epoch 9 it stops after epoch {stopped} and keeps the ninth. His kept the first.",
              es="En una curva cuya mejor época es la 9, para tras la {stopped} y conserva la novena. El suyo conservaba la primera.", example=dict(stopped=12)))  # fmt: skip
def mended(answer: keras.callbacks.EarlyStopping) -> Praise:
    """An EarlyStopping that keeps the best epoch by validation accuracy."""
    stopped, kept = _replay(answer, _curves(SMOOTH))
    raise_first({"keeps another epoch": kept != 9, "too patient": stopped == len(SMOOTH)}, stopped=stopped, kept=kept)
    return Praise(stopped=stopped)


quiz_curves = quiz("quiz_curves", right="b",
    a=dict(en="Overfitting would show a gap, and a validation loss that climbs. Here both fall together.",
           es="El sobreajuste mostraría una brecha y una pérdida de validación que sube. Aquí bajan las dos juntas."),
    b=dict(en="Both high and still falling: it underfits, so far. Let it learn more, or faster, or give it more units.",
           es="Altas las dos y aún bajando: de momento hay subajuste. Que aprenda más, o más deprisa, o dale más unidades."),
    c=dict(en="An easy set would have a low loss. And one does not change the judge because of the verdict.",
           es="Un conjunto fácil tendría una pérdida baja. Y no se cambia de juez porque no guste la sentencia."),
)  # fmt: skip

quiz_delta = quiz("quiz_delta", right="a",
    a=dict(en="min_delta is an amount in the unit of what is monitored: 0.01 of accuracy is one percentage point.",
           es="min_delta es una cantidad en la unidad de lo que se vigila: 0.01 de exactitud es un punto porcentual."),
    b=dict(en="It is no percentage of the best value: from 0.50 it asks for more than 0.51, not for 0.505.", es="No es un porcentaje del mejor valor: desde 0.50 pide más de 0.51, no 0.505."),
    c=dict(en="min_delta belongs to the monitored figure, and that one is the validation accuracy.", es="min_delta pertenece a la cifra vigilada, y esa es la exactitud de validación."),
)  # fmt: skip

quiz_monitor = quiz("quiz_monitor", right="c",
    a=dict(en="If the test set chooses the epoch, its figure is the luckiest of thirty. No exam is left.",
           es="Si el conjunto de prueba elige la época, su cifra es la más afortunada de treinta. Ya no queda examen."),
    b=dict(en="The training figures get better nearly every epoch; asked when to stop, they say: never.",
           es="Las cifras de entrenamiento mejoran casi en cada época; si les preguntas cuándo parar, dicen: nunca."),
    c=dict(en="Stopping is a choice like any other: validation chooses, test reports, once.", es="Parar es una elección como cualquier otra: la validación elige y la prueba da la cifra, una vez."),
)  # fmt: skip
