"""Checks for lesson 04, early stopping and learning curves. Callbacks are judged by replaying curves through them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import keras
import numpy as np

from helpers import checks
from helpers.checks import A_CLASSIFIER, NotYet, Praise, Question, exercise, quiz, raise_first
from helpers.figures.lesson_04 import replay

ASKED = 0.93  # validation accuracy, of a network that was trained on noisy labels
# A bumpy validation loss: falls, four epochs worse than epoch 6, falls by 0.02 an epoch to epoch 20, then climbs.
BUMPY = [0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.56, 0.6, 0.58, 0.54, *(0.48 - 0.02 * i for i in range(10))]
BUMPY += [BUMPY[-1] + 0.005 * i for i in range(1, 41)]
SMOOTH = [*(1 - 0.1 * i for i in range(9)), *(0.25 + 0.02 * i for i in range(21))]  # best at epoch 9


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


@exercise(hints=[
    dict(en="loss(descend(0.1, steps=5)[-1]) is the loss after five steps. Try other numbers of steps.", es="loss(descend(0.1, steps=5)[-1]) es la pérdida después de cinco pasos. Prueba con otros números de pasos."),
    dict(en="A loop finds it: print n and the loss for n in range(1, 100), and look for the first loss below 0.01.", es="Un bucle lo encuentra: imprime n y la pérdida para n en range(1, 100) y busca la primera pérdida menor que 0.01."),
    dict(en="next(n for n in range(1, 100) if loss(descend(rate, steps=n)[-1]) < 0.01), once for each rate", es="next(n for n in range(1, 100) if loss(descend(rate, steps=n)[-1]) < 0.01), una vez con cada tasa"),
], wrong={
    "not two numbers": dict(en="The answer is a list of two whole numbers: [steps with 0.03, steps with 0.1].", es="La respuesta es una lista de dos números enteros: [pasos con 0.03, pasos con 0.1]."),
    "in the other order": dict(en="These are the right numbers in the other order: the smaller learning rate needs more steps.", es="Son los números correctos en el otro orden: la tasa más pequeña necesita más pasos."),
    "too few": dict(en="With learning rate {rate}, the loss after {steps} steps is {loss}, which is not below 0.01 yet.", es="Con la tasa {rate}, la pérdida después de {steps} pasos es {loss}, que aún no es menor que 0.01.", example=dict(rate=0.1, steps=16, loss=0.0127)),
    "too many": dict(en="With learning rate {rate}, fewer than {steps} steps are enough. Is it the loss that you compare with 0.01, and do you count steps? The first entry of a path is the start, before any step.",
                     es="Con la tasa {rate} bastan menos de {steps} pasos. ¿Comparas con 0.01 la pérdida, y cuentas pasos? La primera entrada de un camino es el inicio, antes de cualquier paso.", example=dict(rate=0.03, steps=61)),
}, right=dict(en="A rate about three times as large arrives in less than a third of the steps. In training, each step takes computing time.", es="Una tasa unas tres veces mayor llega en menos de la tercera parte de los pasos. Al entrenar, cada paso requiere tiempo de cálculo."))  # fmt: skip
def steps(answer: Sequence[int]) -> None:
    """How many steps it takes from -1 until the loss is below 0.01, with learning rates 0.03 and 0.1."""
    try:
        given = np.asarray(answer, float)
    except (TypeError, ValueError):
        raise NotYet("not two numbers") from None
    raise_first({"not two numbers": given.shape != (2,) or (given % 1 != 0).any() or (given < 0).any()})
    raise_first({"in the other order": given.tolist() == [17, 60]})
    for rate, number in zip((0.03, 0.1), map(int, given), strict=True):
        before, after = (16 * (1 - 2 * rate) ** (2 * n) for n in (number - 1, number))
        found = {"too few": after >= 0.01, "too many": before < 0.01}
        raise_first(found, rate=rate, steps=number, loss=f"{after:.3g}")


quiz_sizes = quiz("quiz_sizes", right="b",
    a=dict(en="C has the highest loss, but on the training digits as well: a network with many units would have learnt those. Overfitting shows as a low training loss next to a higher validation loss.",
           es="C tiene la mayor pérdida, pero también con los dígitos de entrenamiento, y una red con muchas unidades los habría aprendido. El sobreajuste se ve en una pérdida de entrenamiento baja junto a una de validación más alta."),
    b=dict(en="The loss of C is high on both sides: two units are too few even for the digits that it trains on. A has almost no training loss, so it has learnt its digits by heart, which takes many units.",
           es="La pérdida de C es alta en ambos lados: dos unidades son demasiado pocas incluso para los dígitos con los que entrena. A apenas tiene pérdida de entrenamiento, así que se los ha aprendido de memoria, y para eso hacen falta muchas unidades."),
    c=dict(en="Stopping earlier lowers a validation loss that has risen. That of C is highest at the beginning.", es="Detenerse antes reduce una pérdida de validación que ha subido. La de C es máxima al principio."))  # fmt: skip

quiz_by_hand = quiz("quiz_by_hand", right="b",
    a=dict(en="After epoch 3 it has waited only one epoch. Epoch 4 is better than everything before, so the count begins anew.", es="Tras la época 3 solo ha esperado una época. La época 4 es mejor que todas las anteriores, así que la cuenta empieza de nuevo."),
    b=dict(en="Epochs 5 and 6 are not better than epoch 4: two in a row, so it stops. It never sees the 0.3 of epoch 7.", es="Las épocas 5 y 6 no mejoran la 4: son dos seguidas, así que se detiene. No llega a ver el 0.3 de la época 7."),
    c=dict(en="It looks at one epoch after the other and does not know what comes later. After epoch 6, two epochs in a row have not been better.", es="Mira una época tras otra y no sabe qué viene después. Tras la época 6 lleva dos épocas seguidas sin mejorar."))  # fmt: skip


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Begin with models.baseline_cnn(dropout=0.5), train it on y_noisy with an EarlyStopping that watches the validation set, and read the accuracy that you get.", es="Empieza con models.baseline_cnn(dropout=0.5), entrénala con y_noisy y un EarlyStopping que vigile la validación, y mira qué exactitud obtienes."),
    dict(en="Images that are altered anew in every epoch (lesson 02) are harder to learn by heart: models.baseline_cnn(augmentation=keras.Sequential([layers.RandomTranslation(0.1, 0.1, fill_mode='constant')])).",
         es="Las imágenes que se transforman de nuevo en cada época (lección 02) son más difíciles de memorizar: models.baseline_cnn(augmentation=keras.Sequential([layers.RandomTranslation(0.1, 0.1, fill_mode='constant')]))."),
    dict(en="Both together, 15 epochs at most, EarlyStopping(monitor='val_accuracy', patience=4, restore_best_weights=True)", es="Las dos cosas juntas, 15 épocas como máximo, EarlyStopping(monitor='val_accuracy', patience=4, restore_best_weights=True)"),
], wrong={
    "below": dict(en="It is right for {accuracy} of the validation digits; {asked} are asked for. If its accuracy on the noisy labels is well above 73 %, it has learnt wrong labels: stop earlier, or make that harder with dropout or augmentation. If it is far below, train longer.",
                  es="Acierta con el {accuracy} de los dígitos de validación y se pide el {asked}. Si su exactitud con las etiquetas ruidosas supera claramente el 73 %, ha aprendido etiquetas equivocadas: detente antes o pónselo más difícil con dropout o aumento de datos. Si queda muy por debajo, entrena más.", example=dict(accuracy="89.5 %", asked="93.0 %")),
}, right=dict(en="It is right for {accuracy} of the validation digits. More than a quarter of the labels in y_noisy are wrong, so the network is more reliable than its labels.", es="Acierta con el {accuracy} de los dígitos de validación. Más de la cuarta parte de las etiquetas de y_noisy son incorrectas, así que la red es más fiable que sus etiquetas.", example=dict(accuracy="94.1 %")))  # fmt: skip
def robust(answer: keras.Model) -> Praise:
    """A network, trained on noisy labels, that is right for at least ASKED of the validation digits."""
    return Praise(accuracy=checks.graded(checks.accuracy(answer, *checks.digits()[1]), ASKED))


def a_stopper(monitor: str) -> Question:
    """The answer is an EarlyStopping that watches this figure in the right direction and keeps the best weights."""
    wrong_mode = "max" if "loss" in monitor else "min"

    def ask(answer: object) -> keras.callbacks.EarlyStopping:
        raise_first({"not an EarlyStopping": not isinstance(answer, keras.callbacks.EarlyStopping)})
        wrong = {
            "monitors the training set": answer.monitor in ("loss", "accuracy"),
            "monitors something else": answer.monitor != monitor,
            "mode against the metric": answer.mode == wrong_mode,
            "keeps the last weights": not answer.restore_best_weights,
        }
        raise_first(wrong, monitor=answer.monitor, asked=monitor, mode=answer.mode)
        quiet = copy(answer)
        quiet.verbose = 0  # what Keras would print is about our curves
        return quiet

    wrong = {
        "not an EarlyStopping": dict(en="The answer is a callback made by keras.callbacks.EarlyStopping(…), with its arguments.", es="La respuesta es un callback creado con keras.callbacks.EarlyStopping(…), con sus argumentos."),
        "monitors the training set": dict(en="monitor={monitor!r} watches the training set, where nearly every epoch looks better: overfitting goes unnoticed. The figures of the validation set begin with val_.",
                                          es="monitor={monitor!r} mira el conjunto de entrenamiento, donde casi toda época parece mejor: el sobreajuste pasa inadvertido. Las cifras de validación empiezan por val_.", example=dict(monitor=monitor.removeprefix("val_"))),
        "monitors something else": dict(en="monitor={monitor!r}: that is not what should be watched here. Asked for: {asked}.", es="monitor={monitor!r}: eso no es lo que hay que vigilar aquí. Se pide: {asked}.", example=dict(monitor=monitor.replace("val_", "test_"), asked=monitor)),
        "mode against the metric": dict(en="mode={mode!r} with {monitor}: the callback takes the worst epoch for the best. A loss gets better by falling, an accuracy by rising; leave mode out, and Keras finds the direction.",
                                        es="mode={mode!r} con {monitor}: el callback toma la peor época por la mejor. Una pérdida mejora bajando y una exactitud, subiendo; quita mode y Keras encuentra la dirección.", example=dict(mode=wrong_mode, monitor=monitor)),
        "keeps the last weights": dict(en="It stops, but the network is left with the weights of the last epoch: restore_best_weights is False unless you say otherwise.", es="Se detiene, pero la red se queda con los pesos de la última época: restore_best_weights es False si no dices otra cosa."),
    }  # fmt: skip
    return Question(wrong, ask)


@exercise(expects=a_stopper("val_loss"), hints=[
    dict(en="Four arguments matter: what to monitor, for how long to wait, how much counts, and which weights are left at the end.", es="Importan cuatro argumentos: qué vigilar, cuánto esperar, cuánto cuenta y qué pesos quedan al final."),
    dict(en="The bumps say that patience is more than 4, the sixteen that it is no more than 16. min_delta lies from 0.001 to below 0.02.", es="Los baches dicen que la paciencia es mayor que 4; las dieciséis, que no pasa de 16. min_delta va de 0.001 a menos de 0.02."),
    dict(en='EarlyStopping(monitor="val_loss", patience=…, min_delta=0.001, restore_best_weights=…)', es='EarlyStopping(monitor="val_loss", patience=…, min_delta=0.001, restore_best_weights=…)'),
], wrong={
    "too impatient": dict(en="On a bumpy curve it stops after epoch {stopped}, in the middle of a bump; the best was to come in epoch 20. It needs more patience than 4.", es="En una curva con baches se detiene tras la época {stopped}, en pleno bache; lo mejor llegaba en la época 20. Necesita más paciencia que 4.", example=dict(stopped=10)),
    "min_delta too large": dict(en="On a curve that falls by 0.02 {when} it keeps epoch {kept}: real improvements are not counted. If min_delta is 0.02 or more, make it smaller: it is an amount of loss, no percentage. Leave out baseline and start_from_epoch, which can have the same effect.",
                                es="En una curva que baja 0.02 {when} conserva la {kept}: no cuenta mejoras reales. Si min_delta es 0.02 o más, redúcelo: es una cantidad de pérdida, no un porcentaje. Quita baseline y start_from_epoch, que pueden tener el mismo efecto.", example=dict(when=dict(en="per epoch until epoch 20", es="por época hasta la época 20"), kept=19)),
    "too patient": dict(en="Sixteen epochs without improvement should end it; after the best epoch, 20, it waits until epoch {stopped}.", es="Dieciséis épocas sin mejorar deberían bastar; tras la mejor, la 20, espera hasta la época {stopped}.", example=dict(stopped=37)),
    "min_delta too small": dict(en="An improvement of 0.00099 counts, though it is less than 0.001. That is what min_delta is for.", es="Una mejora de 0.00099 cuenta, aunque es menor que 0.001. Para eso está min_delta."),
}, right=dict(en="It trains on through the bumps, stops after epoch {stopped} on a curve that hardly moves by then, and restores the best weights.", es="Sigue entrenando en los baches, se detiene tras la época {stopped} en una curva que ya casi no avanza y restaura los mejores pesos.", example=dict(stopped=19)))  # fmt: skip
def bumpy(answer: keras.callbacks.EarlyStopping) -> Praise:
    """An EarlyStopping that forgives bumps, ignores creeping improvements and keeps the best weights."""
    stopped, kept = replay(answer, _curves(BUMPY))
    found = {"too impatient": stopped < 20 and answer.patience <= 4, "min_delta too large": kept != 20}
    when = dict(en="per epoch until epoch 20", es="por época hasta la época 20")
    raise_first({**found, "too patient": stopped > 36}, stopped=stopped, kept=kept, when=when)
    _, kept = replay(answer, _one_step(0.02))
    raise_first({"min_delta too large": kept == 11}, when=dict(en="in epoch 14", es="en la época 14"), kept=kept)
    stopped, kept = replay(answer, _one_step(0.00099))
    raise_first({"min_delta too small": kept == 14})
    return Praise(stopped=stopped)


# After which epoch a callback stops that is made with each threshold, and which mistake that shows.
VAL_LOSS = [0.9, 0.6, 0.45, 0.5, 0.3, 0.2, 0.15, 0.12]
TRAINING_LOSS = [0.47, 0.22, 0.11, 0.04, 0.04, 0.03, 0.02, 0.01]
FIRST_BELOW = {0.46: 3, 0.25: 6, 0.13: 8, 0.45: 5}
MISTAKES = {"never stops": (8, 8, 8, 8), "monitors the training set": (2, 2, 3, 2)}
MISTAKES["stops at the threshold itself"] = (3, 6, 8, 3)


@exercise(hints=[
    dict(en="Look at StopAt99: what must change is the figure, the comparison, and where the number comes from.", es="Mira StopAt99: lo que cambia es la cifra, la comparación y de dónde sale el número."),
    dict(en="Keep the threshold in __init__ (and call super().__init__()); on_epoch_end finds the figure in logs['val_loss'].", es="Guarda el umbral en __init__ (y llama a super().__init__()); on_epoch_end encuentra la cifra en logs['val_loss']."),
    dict(en='def on_epoch_end(self, epoch, logs=None): if logs["val_loss"] < self.threshold: self.model.stop_training = …', es='def on_epoch_end(self, epoch, logs=None): if logs["val_loss"] < self.threshold: self.model.stop_training = …'),
], wrong={
    "not a class": dict(en="The answer is the class itself, StopBelow, without parentheses; the check makes callbacks with it.", es="La respuesta es la propia clase, StopBelow, sin paréntesis; la comprobación crea callbacks con ella."),
    "not a callback": dict(en="What StopBelow(0.25) makes is no Keras callback: write class StopBelow(keras.callbacks.Callback).", es="Lo que crea StopBelow(0.25) no es un callback de Keras: escribe class StopBelow(keras.callbacks.Callback)."),
    "never stops": dict(en="It never stops. Is your method called on_epoch_end? There, set self.model.stop_training to True: fit looks neither at a returned value nor at self.stop_training.", es="No se detiene nunca. ¿Se llama on_epoch_end tu método? Pon ahí self.model.stop_training a True: fit no mira ni el valor devuelto ni self.stop_training."),
    "monitors the training set": dict(en="It watches logs['loss'], the training loss, which is low early. The validation loss is logs['val_loss'].", es="Mira logs['loss'], la pérdida de entrenamiento, que baja pronto. La de validación es logs['val_loss']."),
    "stops at the threshold itself": dict(en="With threshold 0.45 it stops after an epoch with a validation loss of exactly 0.45, which is not below: <, not <=.", es="Con umbral 0.45 se detiene tras una época cuya pérdida de validación es exactamente 0.45, que no está por debajo: <, no <=."),
    "stops at another epoch": dict(en="With validation losses {losses} and threshold {threshold} it stops after epoch {stopped}; it should be {expected}, the first below. Do you compare logs['val_loss'] with the number in StopBelow(…), and does a lower loss count as better?",
                                   es="Con las pérdidas de validación {losses} y umbral {threshold} se detiene tras la época {stopped}; debería ser la {expected}, la primera por debajo. ¿Comparas logs['val_loss'] con el número de StopBelow(…), y cuenta como mejor una pérdida más baja?", example=dict(losses=VAL_LOSS, threshold=0.46, stopped=4, expected=3)),
}, right=dict(en="It stops after the first epoch below the threshold, whatever the threshold is.", es="Se detiene tras la primera época por debajo del umbral, sea cual sea el umbral."))  # fmt: skip
def stop_below(answer: object) -> None:
    """A class (or function) that takes a threshold and makes a callback stopping below it, by validation loss."""
    raise_first({"not a class": not callable(answer) or isinstance(answer, keras.callbacks.Callback)})
    callbacks = [answer(threshold) for threshold in FIRST_BELOW]
    raise_first({"not a callback": not all(isinstance(each, keras.callbacks.Callback) for each in callbacks)})
    curves = {**_curves(VAL_LOSS), "loss": TRAINING_LOSS}
    found = tuple(replay(callback, curves)[0] for callback in callbacks)
    raise_first({mistake: found == stops for mistake, stops in MISTAKES.items()})
    for (threshold, expected), stopped in zip(FIRST_BELOW.items(), found, strict=True):
        wrong = {"stops at another epoch": stopped != expected}
        raise_first(wrong, losses=VAL_LOSS, threshold=threshold, stopped=stopped, expected=expected)


@exercise(expects=a_stopper("val_accuracy"), hints=[
    dict(en="Which epoch does his callback take for the best one? Imagine accuracies 0.5, 0.7, 0.8, 0.9.", es="¿Qué época toma su callback por la mejor? Imagina exactitudes de 0.5, 0.7, 0.8 y 0.9."),
    dict(en='mode="min" says that smaller is better. True of a loss.', es='mode="min" dice que menos es mejor. Eso vale para una pérdida.'),
    dict(en='Keep everything else, and write mode="max", or leave mode out.', es='Deja lo demás como está y escribe mode="max", o quita mode.'),
], wrong={
    "keeps another epoch": dict(en="On a curve whose best epoch is 9 it keeps epoch {kept}. Leave min_delta, baseline and start_from_epoch at their defaults.", es="En una curva cuya mejor época es la 9 conserva la {kept}. Deja min_delta, baseline y start_from_epoch en sus valores por defecto.", example=dict(kept=1)),
    "too patient": dict(en="It keeps the best epoch, 9, but trains through all {stopped}: so much patience stops nothing.", es="Conserva la mejor época, la 9, pero entrena las {stopped}: con tanta paciencia no llega a detener nada.", example=dict(stopped=len(SMOOTH))),
}, right=dict(en="On a curve that is best at epoch 9 it stops after epoch {stopped} and keeps the ninth. His kept the first.", es="En una curva cuya mejor época es la 9, se detiene tras la {stopped} y conserva la novena. El suyo conservaba la primera.", example=dict(stopped=12)))  # fmt: skip
def mended(answer: keras.callbacks.EarlyStopping) -> Praise:
    """An EarlyStopping that keeps the best epoch by validation accuracy."""
    stopped, kept = replay(answer, _curves(SMOOTH))
    raise_first({"keeps another epoch": kept != 9, "too patient": stopped == len(SMOOTH)}, stopped=stopped, kept=kept)
    return Praise(stopped=stopped)


quiz_monitor = quiz("quiz_monitor", right="c",
    a=dict(en="Then the test set has chosen the epoch, and its accuracy there is too good: we took the best of many epochs. No data would be left for an honest figure.", es="Entonces el conjunto de prueba habría elegido la época, y su exactitud en ella es demasiado buena: tomamos la mejor de muchas épocas. No quedarían datos para una cifra honesta."),
    b=dict(en="The training figures improve in nearly every epoch, also while the network learns wrong labels by heart. By them, training would never stop.", es="Las cifras de entrenamiento mejoran en casi todas las épocas, también mientras la red memoriza etiquetas equivocadas. Con ellas, el entrenamiento no se detendría nunca."),
    c=dict(en="When to stop is a choice like any other: the validation set chooses, and the test set gives the figure, once.", es="Cuándo detenerse es una elección como cualquier otra: elige el conjunto de validación, y el de prueba da la cifra, una sola vez."))  # fmt: skip

quiz_backup = quiz("quiz_backup", right="a",
    a=dict(en="Weights, optimiser and epoch come back, so it goes on with the next epoch. The random numbers (the order of the images, say) are drawn anew, so the losses differ a little.",
           es="Se recuperan los pesos, el optimizador y la época, así que sigue con la época siguiente. Los números aleatorios (el orden de las imágenes, por ejemplo) se sortean de nuevo, así que las pérdidas difieren un poco."),
    b=dict(en="The order of the images and other random draws are not those of an unbroken training, so the losses are not the same to the last digit.", es="El orden de las imágenes y otros sorteos no son los de un entrenamiento sin cortes, así que las pérdidas no coinciden hasta el último decimal."),
    c=dict(en="The backup holds the latest epoch, good or bad. Keeping the best one is what ModelCheckpoint(save_best_only=True) does.", es="La copia contiene la última época, buena o mala. De guardar la mejor se encarga ModelCheckpoint(save_best_only=True)."))  # fmt: skip

quiz_marks = quiz("quiz_marks", right="b",
    a=dict(en="0.092 is the error on the column from 0 to 1. In marks it is larger, because the marks lie further apart.", es="0.092 es el error en la columna de 0 a 1. En puntos es mayor, porque las notas están más separadas."),
    b=dict(en="Scaling divided the distance from 3 to 8 by 5, so 0.092 is 5 · 0.092 = 0.46 marks. An error can only be judged in a unit that one knows.", es="Al escalar, la distancia de 3 a 8 se dividió entre 5, así que 0.092 son 5 · 0.092 = 0.46 puntos. Un error solo se puede valorar en una unidad conocida."),
    c=dict(en="8 · 0.092 would be right if the lowest mark were 0. It is 3, so the whole column spans 5 marks.", es="8 · 0.092 sería correcto si la nota más baja fuera 0. Es 3, así que la columna entera abarca 5 puntos."))  # fmt: skip
