# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 45
#     title:
#       en: Early stopping and learning curves
#       es: Parar a tiempo y leer las curvas
#     learn:
#       en: choose a learning rate and a size by their curves; stop in time, keep the best weights; survive a crash
#       es: elegir tasa de aprendizaje y tamaño por sus curvas; parar a tiempo y guardar lo mejor; sobrevivir a un corte
#     result:
#       en: stopped after {{early_stopping.epochs}} of 30 epochs; validation loss {{early_stopping.kept_val_loss.mean}} instead of {{thirty_epochs.val_loss.mean}}
#       es: parada tras {{early_stopping.epochs}} de 30 épocas; pérdida de validación {{early_stopping.kept_val_loss.mean}} en vez de {{thirty_epochs.val_loss.mean}}
# ---

# %% [markdown] lang="en"
# # 04 · Early stopping: know when to stop
#
# {{badges}}
#
# Training longer is not training better. You watch the learning curves, let Keras stop at the right moment, keep the
# best weights it has seen, and finally pull the plug on a training run and see it go on from where it was.
#
# **You will learn to**
#
# - tell a learning rate that is too small, right or too large by its curve;
# - tell a network that is too small from one that is too large;
# - use `EarlyStopping` and `ModelCheckpoint`, and say what each argument does;
# - write a callback of your own, and resume a training that was killed.
#
# You need lesson 01. About 25 minutes to read and run, and 20 for the exercises. Everything runs offline except the last part, which says so.

# %% [markdown] lang="es"
# # 04 · *Early stopping*: saber cuándo parar
#
# {{badges}}
#
# Entrenar más no es entrenar mejor. (En español, el *early stopping* se llama también «parada temprana»). Vas a leer las curvas de
# aprendizaje, a dejar que Keras pare en el momento justo y guarde los mejores pesos que ha visto y, al final, a
# desenchufar un entrenamiento y ver cómo sigue donde estaba.
#
# **Aprenderás a**
#
# - reconocer por su curva una tasa de aprendizaje demasiado pequeña, adecuada o demasiado grande;
# - distinguir una red demasiado pequeña de una demasiado grande;
# - usar `EarlyStopping` y `ModelCheckpoint`, y explicar qué hace cada argumento;
# - escribir tu propio *callback* y reanudar un entrenamiento interrumpido.
#
# Necesitas la lección 01. Unos 25 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión salvo la última parte, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# The data are those of lesson 01: 1,000 digits to train with, 1,000 to validate, 3,000 to test.

# %% [markdown] lang="es"
# ## Preparación
#
# Los datos son los de la lección 01: 1000 dígitos para entrenar, 1000 para validar y 3000 de prueba.

# %% tags=["setup"]

# %%
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers
from tqdm.keras import TqdmCallback

import helpers
from helpers import data, models, plots
from helpers.checks import lesson_04 as check
from helpers.figures import lesson_04 as figures
from helpers.figures import widgets
from helpers.results import claim, guess, record, same, table


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(x_train, y_train), (x_val, y_val), (x_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(x_train), prepare(x_val), prepare(x_test)

# %% [markdown] lang="en"
# ## Why: two questions for every training run
#
# In lesson 01 validation loss was lowest after epoch {{01:baseline.best_epoch}}, and we trained for 30. The rest of
# the time made it worse. So two questions decide a training run: **how large are the steps**, and **when do we
# stop?** We begin with the steps.
#
# ## By hand: downhill on a parabola
#
# Take a network with a single weight $w$ and the loss $(w - 3)^2$, which is lowest at 3. Its slope is $2(w - 3)$.
# **Gradient descent** goes against the slope, and each step is the **learning rate** times the slope. That is all of
# it:

# %% [markdown] lang="es"
# ## Por qué: dos preguntas para cada entrenamiento
#
# En la lección 01, la pérdida de validación tocó su mínimo tras la época {{01:baseline.best_epoch}}, y entrenamos 30. El resto del tiempo
# solo la empeoró. Así que dos preguntas deciden un entrenamiento: **cómo de grandes son los pasos** y **cuándo paramos**.
# Empecemos por los pasos.
#
# ## A mano: cuesta abajo por una parábola
#
# Imagina una red con un único peso $w$ y la pérdida $(w - 3)^2$, que tiene su mínimo en 3. Su pendiente es $2(w -
# 3)$. El **descenso de gradiente** va en contra de la pendiente, y cada paso es la **tasa de aprendizaje** por la
# pendiente. No hay más:


# %%
def loss(weight):
    return (weight - 3) ** 2


def descend(learning_rate, steps=20):
    path = [-1.0]
    for _ in range(steps):
        slope = 2 * (path[-1] - 3)
        path.append(path[-1] - learning_rate * slope)
    return path


# %% [markdown] lang="en"
# Keras's `SGD` does the same. We hand it the weight and the slope, and ask for one step:

# %% [markdown] lang="es"
# `SGD`, de Keras, hace lo mismo. Le damos el peso y la pendiente, y le pedimos un paso:

# %%
weight = keras.Variable(-1.0)
optimizer = keras.optimizers.SGD(learning_rate=0.1)
optimizer.apply([keras.ops.convert_to_tensor(2 * (-1.0 - 3))], [weight])

same(descend(0.1)[1], weight)

# %% [markdown] lang="en"
# Twenty steps with three learning rates. 0.03 crawls, 0.1 arrives, and 1 leaps to the same height on the other side, for ever:

# %% [markdown] lang="es"
# Veinte pasos con tres tasas de aprendizaje. Con 0.03 avanza a rastras, con 0.1 llega, y con 1 salta a la misma altura del otro
# lado, eternamente:

# %%
figures.descent({rate: descend(rate) for rate in (0.03, 0.1, 1)}, loss)

# %% [markdown] lang="en"
# Now you: move the slider, with the mouse or with Tab and the arrow keys. Which rate needs a single step? And what
# happens just above 1? (The slider needs a running notebook. Where you see none: at 0.5 the first step lands on 3;
# above 1, every leap ends higher than the one before.)

# %% [markdown] lang="es"
# Ahora tú: mueve el deslizador, con el ratón o con el tabulador y las flechas. ¿Con qué tasa basta un solo paso? ¿Y
# qué pasa justo por encima de 1? (El deslizador necesita el cuaderno en marcha. Si no lo ves: con 0.5, el primer paso
# cae en el 3; por encima de 1, cada salto acaba más arriba que el anterior).

# %% name="descent"
widgets.descent(descend, loss)

# %% [markdown] lang="en"
# ## Too small, right, too large: on a network
#
# A small network without convolutions, so that it trains in a moment: 64 units, plain `SGD` (*stochastic gradient
# descent*: one step downhill per batch), 8 epochs. Only the learning rate changes. Real losses are no parabolas, so
# small and large mean something else here: we try 0.001, 0.1 and 3.

# %% [markdown] lang="es"
# ## Pequeña, adecuada, grande: en una red
#
# Una red pequeña sin convoluciones, para que entrene en un momento: 64 unidades, `SGD` a secas (*stochastic gradient
# descent*: un paso cuesta abajo por lote), 8 épocas. Solo cambia la tasa de aprendizaje. Las pérdidas reales no son
# parábolas, así que aquí pequeña y grande son otra cosa: probamos 0.001, 0.1 y 3.


# %%
def dense_network(*units):
    keras.utils.set_random_seed(SEED)
    hidden = [layers.Dense(n, activation="relu") for n in units]
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Flatten(),
            *hidden,
            layers.Dense(10, activation="softmax"),
        ]
    )


# %%
def train(model, optimizer, epochs, callbacks=()):
    model.compile(
        optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0), *callbacks],
        verbose=0,
    )


# %%
rates = {"rate_0_001": 0.001, "rate_0_1": 0.1, "rate_3": 3.0}
rate_runs = []
for name, rate in rates.items():
    history = train(dense_network(64), keras.optimizers.SGD(rate), epochs=8)
    rate_runs.append(record(name, history))

plots.compare(*rate_runs, metric="accuracy")

# %% [markdown] lang="en"
# - **Too small** (`rate_0_001`): it climbs, but so slowly that after eight epochs only {{rate_0_001.val_accuracy}} of
#   the validation digits are right. Training and validation still go together.
# - **Right** (`rate_0_1`): quick at first, then gently levelling off.
# - **Too large** (`rate_3`): the first leaps threw the weights so far that the network finds no way back. It guesses:
#   one in ten.
#
# Too small costs time; too large costs everything. `Adam` adapts the step of each weight, which forgives a lot, but not
# everything: it has a learning rate, too.

# %% [markdown] lang="es"
# - **Demasiado pequeña** (`rate_0_001`): sube, pero tan despacio que tras ocho épocas acierta solo el
#   {{rate_0_001.val_accuracy}} en validación. Entrenamiento y validación van todavía a la par.
# - **Adecuada** (`rate_0_1`): rápida al principio y luego cada vez más suave.
# - **Demasiado grande** (`rate_3`): los primeros saltos lanzaron los pesos tan lejos que la red no sabe volver.
#   Responde al azar: acierta uno de cada diez.
#
# La pequeña cuesta tiempo; la grande lo cuesta todo. `Adam` adapta el paso de cada peso, lo que perdona mucho, pero no todo:
# también tiene su tasa de aprendizaje.

# %% [markdown] lang="en"
# ## How large should the network be?
#
# **Capacity** is how much a network could remember. Three sizes, `Adam`, 15 epochs: 2 hidden units, 64, and two layers of 512.

# %% [markdown] lang="es"
# ## ¿Cómo de grande debe ser la red?
#
# La **capacidad** es cuánto podría recordar una red. Tres tamaños, `Adam`, 15 épocas: 2 unidades ocultas, 64, y dos capas de 512.

# %%
sizes = {"tiny": (2,), "medium": (64,), "large": (512, 512)}
size_runs = {}
for name, units in sizes.items():
    size_runs[name] = record(name, train(dense_network(*units), "adam", epochs=15))

plots.compare(*size_runs.values())

# %% [markdown] lang="en"
# `tiny` shows **underfitting**: the loss stays high on *both* sides, even on what it is shown, so stopping earlier
# would not help. It is still falling after 15 epochs, but at {{tiny.val_loss}} in validation, where `medium` has
# reached {{medium.val_loss}}: with more units, the same epochs go much further. `large` shows **overfitting**: hardly
# any training loss, and a validation loss that does not follow it down. We measured {{large.train_loss}} against
# {{large.val_loss}}. Its lowest validation loss came somewhere between epochs {{large.best_epoch.min}} and
# {{large.best_epoch.max}}, depending on the seed; that of `medium` was still falling at the fifteenth in every run.
#
# Is large then worse? Not here. Its validation accuracy is {{large.val_accuracy}}, that of `medium`
# {{medium.val_accuracy}}, and its lowest validation loss is {{large.best_val_loss}} against {{medium.best_val_loss}}.
# What a large network needs is to be **stopped in time**.

# %% [markdown] lang="es"
# `tiny` muestra el **subajuste** (*underfitting*): la pérdida sigue alta en *ambos* lados, incluso con lo que se le
# enseña, así que parar antes no ayudaría. Tras 15 épocas aún baja, pero va por {{tiny.val_loss}} en validación, donde
# `medium` ya ha llegado a {{medium.val_loss}}: con más unidades, las mismas épocas cunden mucho más. `large` muestra
# el **sobreajuste**: casi ninguna pérdida en entrenamiento y una de validación que no la acompaña hacia abajo.
# Medimos {{large.train_loss}} frente a {{large.val_loss}}. Su menor pérdida de validación llegó entre las épocas
# {{large.best_epoch.min}} y {{large.best_epoch.max}}, según la semilla; la de `medium` seguía bajando en la
# decimoquinta en todas las ejecuciones.
#
# ¿Es peor la grande? Aquí no. Su exactitud de validación es {{large.val_accuracy}}; la de `medium`,
# {{medium.val_accuracy}}; y su menor pérdida de validación, {{large.best_val_loss}} frente a
# {{medium.best_val_loss}}. Lo que necesita una red grande es que la **paren a tiempo**.

# %% [markdown] lang="en"
# ## Predict first
#
# Now the network of lesson 01. After 30 epochs it got {{01:baseline.test_accuracy}} of the test digits right. If we
# stop it soon after its lowest validation loss, and keep the weights of that best epoch: what test accuracy do you
# expect?

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Ahora, la red de la lección 01. Tras 30 épocas acertaba el {{01:baseline.test_accuracy}} de los dígitos de prueba.
# Si la paramos poco después de su menor pérdida de validación y nos quedamos con los pesos de esa mejor época, ¿qué
# exactitud de prueba esperas?

# %%
guess("early_stopping", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: all 30 epochs, with a checkpoint
#
# First without stopping, so that we see the whole curve. A **callback** is an object whose methods `fit` calls after
# every epoch (and at other moments); the progress bar, `TqdmCallback`, has been one since lesson 01.
# `ModelCheckpoint` is another: with `save_best_only=True` it writes the model to a file whenever the figure named in
# `monitor` beats its best so far. Without that argument the file holds the *last* epoch, even if you call it
# `best.keras`.
#
# The file goes to a folder of its own under `runs/`, which is removed when this notebook's kernel stops. For your own work, name a
# folder that stays.

# %% [markdown] lang="es"
# ## El experimento: las 30 épocas, con un punto de control
#
# Primero sin parar, para ver la curva entera. Un ***callback*** es un objeto a cuyos métodos llama `fit` después de
# cada época (y en otros momentos); la barra de progreso, `TqdmCallback`, es uno, y ya lo usas desde la lección 01.
# `ModelCheckpoint` es otro: con `save_best_only=True` guarda el modelo en un archivo cada vez que mejora la cifra
# indicada en `monitor`. Sin ese argumento, el archivo contiene la *última* época, aunque lo llames `best.keras`.
#
# El archivo va a una carpeta propia dentro de `runs/`, que se borra al apagar el kernel de este cuaderno. En tu
# trabajo, elige una carpeta que no se borre.

# %%
course = Path(helpers.__file__).parents[1]
(course / "runs").mkdir(exist_ok=True)
folder = tempfile.TemporaryDirectory(
    prefix="04-", dir=course / "runs", ignore_cleanup_errors=True
)
best_file = Path(folder.name) / "best.keras"

checkpoint = keras.callbacks.ModelCheckpoint(
    best_file, monitor="val_loss", save_best_only=True
)

# %% name="train_thirty"
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()

start = time.perf_counter()
history = train(model, keras.optimizers.Adam(1e-3), epochs=30, callbacks=[checkpoint])
seconds = time.perf_counter() - start

test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
thirty = record("thirty_epochs", history, test, seconds)

# %% name="thirty"
plots.curves(thirty)

# %% [markdown] lang="en"
# ### Reload the best
#
# `load_model` brings back architecture, weights and optimiser. Printed are the figures of the loaded weights and, before them, the lowest
# validation loss of the curve. It must be the loaded model's validation loss, `kept_val_loss` (to within 0.1 %, or the cell stops with an
# error): then the file really holds the best epoch. These weights sit the exam, too, but nothing in this lesson is chosen by a test
# figure.

# %% [markdown] lang="es"
# ### Recuperar el mejor
#
# `load_model` recupera la arquitectura, los pesos y el optimizador. Se imprimen las cifras de los pesos recuperados y, antes, la menor
# pérdida de validación de la curva. Debe ser la pérdida de validación del modelo recuperado, `kept_val_loss` (con un margen del 0.1 %; si no, la
# celda se detiene con un error): entonces el archivo contiene de verdad la mejor época. Estos pesos también hacen el examen, pero en esta
# lección nada se elige por una cifra de prueba.


# %%
def kept_figures(model):
    train = model.evaluate(x_train, y_train, return_dict=True, verbose=0)
    val = model.evaluate(x_val, y_val, return_dict=True, verbose=0)
    return {
        "train_accuracy": train["accuracy"],
        "val_accuracy": val["accuracy"],
        "kept_val_loss": val["loss"],
    }


# %%
best_model = keras.models.load_model(best_file)
kept = kept_figures(best_model)
np.testing.assert_allclose(kept["kept_val_loss"], thirty.best_val_loss, rtol=1e-3)

test = best_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
record("best_checkpoint", test=test, **kept)
print({"lowest_val_loss": thirty.best_val_loss, **kept})

# %% [markdown] lang="en"
# ## By hand: early stopping in a few lines
#
# With a checkpoint the best epoch is kept, but training goes on to the bitter end. **Early stopping** gives up when
# there has been no improvement for a while. How long a while is **`patience`**; how much counts as an improvement is
# **`min_delta`**:

# %% [markdown] lang="es"
# ## A mano: *early stopping* en pocas líneas
#
# Un punto de control guarda la mejor época, pero entrena hasta el final. ***Early stopping*** se rinde cuando lleva
# un rato sin mejorar. Cuánto es un rato lo dice **`patience`**; cuánto hay que mejorar para que cuente,
# **`min_delta`**:


# %%
def stop_early(losses, patience, min_delta=0.0):
    best, wait = np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - min_delta:
            best, kept, wait = loss, epoch, 0
        else:
            wait += 1
            if wait >= patience:
                break
    return epoch, kept


stop_early([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.3], patience=2)

# %% [markdown] lang="en"
# It stops after epoch 6, after two epochs without improvement, and keeps epoch 4. It never learns that 0.3 was to come: that is the
# price of stopping.
#
# Is Keras's `EarlyStopping` the same? We need not train to find out. We *replay* the curve that we have just
# recorded: after each epoch we tell the callback the figures, as `fit` would. The stand-in network has one weight,
# and we write the epoch's number into it. So whatever the callback restores, we can read which epoch it came from.
# You need not follow every line of `replay`. What counts are the last lines: for twelve settings they compare the epoch after which Keras stops, and
# the epoch whose weights it keeps, with those of our few lines.

# %% [markdown] lang="es"
# Para tras la época 6, después de dos épocas sin mejorar, y conserva la 4. Nunca sabrá que venía un 0.3: es el precio de parar.
#
# ¿Hace lo mismo `EarlyStopping`, de Keras? No hace falta entrenar para saberlo. *Reproducimos* la curva que acabamos
# de grabar: tras cada época le contamos las cifras al *callback*, como haría `fit`. La red suplente tiene un solo
# peso y en él escribimos el número de la época. Así, restaure lo que restaure, podemos leer de qué época viene. No
# hace falta que sigas cada línea de `replay`. Lo que cuenta son las últimas: con doce ajustes comparan la época tras la que se detiene Keras, y la
# época cuyos pesos conserva, con las de nuestras pocas líneas.


# %%
def replay(history, **arguments):
    marker = keras.Sequential(
        [keras.Input(shape=(1,)), layers.Dense(1, use_bias=False)]
    )
    marker.stop_training = False
    stopper = keras.callbacks.EarlyStopping(**arguments)
    stopper.set_model(marker)
    stopper.on_train_begin()
    for index in range(len(history["val_loss"])):
        marker.set_weights([np.array([[index + 1]])])
        stopper.on_epoch_end(index, {name: v[index] for name, v in history.items()})
        if marker.stop_training:
            break
    stopper.on_train_end()
    return index + 1, int(marker.get_weights()[0].item())


settings = [(p, d) for p in (0, 1, 3, 5) for d in (0, 0.01, 0.05)]
by_hand, by_keras = [], []
for patience, min_delta in settings:
    arguments = {"patience": patience, "min_delta": min_delta}
    by_hand.append(stop_early(thirty.history["val_loss"], **arguments))
    by_keras.append(replay(thirty.history, **arguments, restore_best_weights=True))

same(by_hand, by_keras)

# %% [markdown] lang="en"
# ## What each argument does
#
# The same recorded curve, seen by callbacks with different settings. They monitor `val_loss` and restore the best
# weights, unless they say otherwise.

# %% [markdown] lang="es"
# ## Qué hace cada argumento
#
# La misma curva grabada, vista por *callbacks* con distintos ajustes. Vigilan `val_loss` y restauran los mejores pesos, si no dicen otra cosa.

# %%
settings = {
    "patience=0": {"patience": 0},
    "patience=3": {"patience": 3},
    "patience=10": {"patience": 10},
    "patience=3, min_delta=0.05": {"patience": 3, "min_delta": 0.05},
    "patience=3, restore_best_weights=False": {
        "patience": 3,
        "restore_best_weights": False,
    },
    'patience=3, monitor="loss"': {"patience": 3, "monitor": "loss"},
}
outcomes = {
    name: replay(thirty.history, **{"restore_best_weights": True, **arguments})
    for name, arguments in settings.items()
}
figures.stopping_points(thirty.history["val_loss"], outcomes)

# %% [markdown] lang="en"
# - **`patience`**: with 0, the first epoch that is not better ends it, even if that is only noise. More patience
#   costs more epochs and forgives bumps. 3 to 10 is usual for curves like this one; below we ask how much *this*
#   network needs.
# - **`min_delta`** demands more from an improvement. It is an **amount in the unit of whatever you monitor**: 0.05 of
#   loss here, five percentage *points* for an accuracy. Smaller gains do not count, so the epoch kept need not be the
#   lowest of the curve. Older material sometimes reads it as a percentage or as a change of the *training* loss, or
#   gives it a minus sign; Keras finds the direction by itself.
# - **`restore_best_weights`** is `False` by default: then the network keeps its *last* weights, `patience` epochs
#   after the best.
# - **`monitor="loss"`** watches the training loss. It nearly always falls, so the callback notices no overfitting. (A
#   bar that reaches epoch 30 was never stopped.)

# %% [markdown] lang="es"
# - **`patience`** (paciencia): con 0, la primera época que no mejora pone fin al entrenamiento, aunque sea puro
#   ruido. Más paciencia cuesta más épocas y perdona baches. De 3 a 10 es lo habitual en curvas como esta; abajo
#   preguntamos cuánta necesita *esta* red.
# - **`min_delta`** exige más para hablar de mejora. Es una **cantidad en la unidad de lo que vigilas**: aquí, 0.05 de
#   pérdida; en una exactitud, cinco *puntos* porcentuales. Lo que mejora menos no cuenta, así que la época conservada
#   no tiene por qué ser la más baja de la curva. Algún material antiguo lo lee como porcentaje o como cambio de la
#   pérdida de *entrenamiento*, o le pone signo menos; Keras averigua la dirección por sí solo.
# - **`restore_best_weights`** es `False` si no dices nada: entonces la red se queda con sus *últimos* pesos,
#   `patience` épocas después de los mejores.
# - **`monitor="loss"`** mira la pérdida de entrenamiento. Casi siempre baja, así que el *callback* no se entera del
#   sobreajuste. (Una barra que llega a la época 30 no se ha detenido nunca).

# %% [markdown] lang="en"
# ## The experiment: stopped in time
#
# How much patience? A recorded curve can answer that, too. Each row: the patience, the epoch of the stop, the epoch kept
# and its validation loss.

# %% [markdown] lang="es"
# ## El experimento: parar a tiempo
#
# ¿Cuánta paciencia? También a eso puede contestar una curva grabada. En cada fila: la paciencia, la época en que para, la
# que conserva y la pérdida de validación de esta.

# %%
val_loss = thirty.history["val_loss"]
for patience in (5, 8):
    stop, keep = stop_early(val_loss, patience)
    print(patience, stop, keep, f"{val_loss[keep - 1]:.3f}")

# %% [markdown] lang="en"
# A single curve may be a lucky one, so we looked at the curves of a few seeds. On one of them, a patience of 5 gave
# up in a bump, far above the best that was still to come; with 8 that did not happen. A few more epochs are cheap
# insurance, so we take 8.
#
# Now for real, with the same seed and at most the same 30 epochs. Only the callback is another one.

# %% [markdown] lang="es"
# Con una sola curva se puede tener suerte, así que miramos las de unas cuantas semillas. Con una de ellas, una
# paciencia de 5 se rindió en un bache, muy por encima de lo mejor, que aún estaba por llegar; con 8 no pasó. Unas
# épocas más son un seguro barato, así que elegimos 8.
#
# Ahora de verdad, con la misma semilla y 30 épocas como máximo. Solo cambia el *callback*.

# %%
keras.utils.set_random_seed(SEED)
stopped_model = models.baseline_cnn()
stopper = keras.callbacks.EarlyStopping(
    monitor="val_loss", patience=8, restore_best_weights=True
)

start = time.perf_counter()
history = train(
    stopped_model, keras.optimizers.Adam(1e-3), epochs=30, callbacks=[stopper]
)
seconds = time.perf_counter() - start

test = stopped_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
kept = kept_figures(stopped_model)
beats_thirty = kept["kept_val_loss"] < thirty.val_loss
stopped = record(
    "early_stopping", history, test, seconds, beats_thirty_share=beats_thirty, **kept
)

# %%
display(plots.compare(thirty, stopped))
losses = stopped.kept_val_loss, stopped.val_loss, thirty.val_loss
print(*(f"{value:.3f}" for value in losses))

# %% [markdown] lang="en"
# Same seed, same curve, cut short. The last line: the validation loss of the weights that were kept, of the last
# epoch before the stop, and of the thirtieth. Keeping the best beats keeping the last, always.
#
# And against all 30 epochs? We measured that with {{measured.seeds}} seeds that had no part in choosing the patience:
# {{early_stopping.kept_val_loss}} against {{thirty_epochs.val_loss}}, for {{early_stopping.epochs}} epochs instead of
# 30. The kept weights were the better ones in {{early_stopping.beats_thirty_share.mean}} of the runs. In the others,
# a bump of 8 epochs or more looked like the end. **A patience chosen on a few curves fits those curves**: choosing
# it is training, too, and no value is safe. More patience costs epochs and buys safety. (The checkpoint of the full
# run cannot miss: it kept {{best_checkpoint.kept_val_loss}}, and paid all 30 epochs for it.)
#
# And the accuracy? {{early_stopping.test_accuracy}} on the test set, against {{thirty_epochs.test_accuracy}} after
# all 30. **Stopping in time does not make this network more accurate**; here it even cost a little. It makes it less
# sure of its mistakes, which is what the loss sees (on the test digits {{early_stopping.test_loss}} against
# {{thirty_epochs.test_loss}}), and it saves epochs. For more accuracy you need lessons 02 and 03.

# %% [markdown] lang="es"
# La misma semilla, la misma curva, más corta. En la última línea, la pérdida de validación de los pesos conservados,
# la de la última época antes de parar y la de la trigésima. Conservar lo mejor gana a conservar lo último, siempre.
#
# ¿Y frente a las 30 épocas? Lo medimos con {{measured.seeds}} semillas que no intervinieron al elegir la paciencia:
# {{early_stopping.kept_val_loss}} frente a {{thirty_epochs.val_loss}}, en {{early_stopping.epochs}} épocas en vez de
# 30. Los pesos conservados fueron los mejores en el {{early_stopping.beats_thirty_share.mean}} de las ejecuciones. En
# las demás, un bache de 8 épocas o más pareció el final. **Una paciencia elegida con unas pocas curvas se ajusta a
# esas curvas**: elegirla también es entrenar, y ningún valor es seguro. Más paciencia cuesta épocas y compra
# seguridad. (El punto de control del entrenamiento completo no puede fallar: conservó
# {{best_checkpoint.kept_val_loss}} y lo pagó con las 30 épocas).
#
# ¿Y la exactitud? {{early_stopping.test_accuracy}} en la prueba, frente a {{thirty_epochs.test_accuracy}} tras las
# 30. **Parar a tiempo no vuelve más exacta a esta red**; aquí hasta costó un poco. La vuelve menos segura de sus
# errores, que es lo que ve la pérdida (con los dígitos de prueba, {{early_stopping.test_loss}} frente a
# {{thirty_epochs.test_loss}}), y ahorra épocas. Para ganar exactitud necesitas las lecciones 02 y 03.

# %% [markdown] lang="en"
# ## A callback of your own
#
# To write one, make a class with methods that `fit` calls; `logs` brings the epoch's figures. This one stops at 99 %
# training accuracy, a favourite of older courses:

# %% [markdown] lang="es"
# ## Tu propio *callback*
#
# Para escribir uno se hace una clase con métodos a los que llama `fit`; `logs` trae las cifras de la época. Este se
# detiene al llegar al 99 % de exactitud de entrenamiento, un clásico de los cursos de hace unos años:


# %%
class StopAt99(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.99:
            self.model.stop_training = True


history = train(dense_network(64), "adam", epochs=30, callbacks=[StopAt99()])
at_99 = record("stop_at_99", history)
print(at_99.epochs, f"{at_99.train_accuracy:.3f}", f"{at_99.val_accuracy:.3f}")

# %% [markdown] lang="en"
# Epochs, training accuracy, validation accuracy. It saves time, but mind what it says: "the training set is as good
# as learnt". It asks nothing about new digits: in all our {{measured.seeds}} runs it stopped while the validation
# loss was still falling. For *when to stop*, ask the validation set.

# %% [markdown] lang="es"
# Épocas, exactitud de entrenamiento y de validación. Ahorra tiempo, pero fíjate en lo que dice: «el conjunto de
# entrenamiento ya casi me lo sé». No pregunta nada sobre dígitos nuevos: en nuestras {{measured.seeds}} ejecuciones
# se detuvo cuando la pérdida de validación aún estaba bajando. *Cuándo parar*, pregúntaselo al conjunto de validación.

# %% [markdown] lang="en"
# ## What can go wrong: the wrong direction
#
# A loss gets better by falling, an accuracy by rising. `mode="auto"`, the default, knows that of the losses
# and metrics that a network is compiled with. (Of others it does not, and stops with an error that asks for `mode`; `replay`'s network is not compiled.) Say `mode="max"` with a loss, and the callback
# believes that the *highest* loss is the best. First broken, then mended: the epoch of the stop, and the epoch kept.

# %% [markdown] lang="es"
# ## Qué puede salir mal: la dirección equivocada
#
# Una pérdida mejora bajando; una exactitud, subiendo. `mode="auto"`, el valor por defecto, lo sabe de las
# pérdidas y métricas con las que se compila una red. (De otras no, y se detiene con un error que pide `mode`; la red de `replay` no está compilada). Pon `mode="max"` con una pérdida y el
# *callback* creerá que la mejor es la *más alta*. Primero roto, luego arreglado: la época en que para y la que conserva.

# %%
arguments = {"monitor": "val_loss", "patience": 3, "restore_best_weights": True}

print(replay(thirty.history, **arguments, mode="max"))
print(replay(thirty.history, **arguments, mode="auto"))

# %% [markdown] lang="en"
# Broken, it keeps the epoch with the *highest* loss it saw and gives up soon. Nothing warns you.
#
# A quieter mistake is to monitor the **test set**, by passing it as `validation_data`. Everything seems to work, and
# the test figure comes out a little too good, because it chose the epoch itself.

# %% [markdown] lang="es"
# Roto, conserva la época con la pérdida *más alta* que ha visto y se rinde pronto. Nada te avisa.
#
# Un error más silencioso es vigilar el **conjunto de prueba**, pasándolo como `validation_data`. Todo parece
# funcionar, y la cifra de prueba sale algo mejor de lo que debe: ella misma ha elegido la época.

# %% [markdown] lang="en"
# ## What can go wrong: somebody pulls the plug
#
# Long training runs are cut short by power cuts, updates and closed lids. `BackupAndRestore` writes weights,
# optimiser and epoch to a folder after every epoch; start the program again, and `fit` goes on from there. To see it,
# we need a run that may die: a **second Python process**. This is its whole program; it reports each epoch that is
# done. The function `run` below starts it, without a GPU, so that this notebook keeps its own. (Python and TensorFlow
# start twice: allow a little time.)

# %% [markdown] lang="es"
# ## Qué puede salir mal: alguien lo desenchufa
#
# A los entrenamientos largos los cortan apagones, actualizaciones y portátiles que se cierran. `BackupAndRestore`
# escribe pesos, optimizador y época en una carpeta tras cada época; al arrancar de nuevo el programa, `fit` sigue
# desde ahí. Para verlo hace falta un entrenamiento que pueda morir: un **segundo proceso de Python**. Este es su
# programa completo; informa de cada época terminada. La función `run` de abajo lo arranca sin GPU, para no quitársela
# a este cuaderno. (Python y TensorFlow arrancan dos veces: ten un poco de paciencia).

# %% name="program"
program = """
import sys
import keras
from helpers import data, models

keras.utils.set_random_seed(int(sys.argv[2]))
(images, labels), _, _ = data.load_mnist()
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy")

backup = keras.callbacks.BackupAndRestore(sys.argv[1])
report = keras.callbacks.LambdaCallback(
    on_epoch_end=lambda epoch, logs: print(epoch + 1, flush=True)
)
model.fit(
    images[..., None] / 255,
    labels,
    epochs=5,
    callbacks=[backup, report],
    verbose=0,
)
"""


# %%
def run(kill_after=None):
    command = [sys.executable, "-c", program, f"{folder.name}/backup", str(SEED)]
    epochs_done = []
    with subprocess.Popen(
        command,
        cwd=course,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        for line in process.stdout:
            epochs_done.append(int(line))
            if epochs_done[-1] == kill_after:
                process.kill()
    return epochs_done


# %% [markdown] lang="en"
# Start it, and kill it after its second epoch: no farewell, no chance to save anything. Then start the same program again.

# %% [markdown] lang="es"
# Arráncalo y mátalo tras su segunda época: sin despedida y sin tiempo de guardar nada. Después, arranca otra vez el mismo programa.

# %%
before_kill = run(kill_after=2)
after_restart = run()
print(before_kill, after_restart)

# %% [markdown] lang="en"
# The first list holds the epochs that the first process finished, the second those of the second process. It did not
# begin at 1: it found the backup and went on with the next epoch. Two things it does *not* bring back: the history of
# the earlier epochs (the callback `CSVLogger("history.csv", append=True)` keeps it; without `append`, a restart
# overwrites the file), and the exact sequence of random numbers, so the losses differ a little from those of an
# unbroken run. When `fit` is through, the backup is deleted: it is an airbag, not an archive. To keep a model there
# is `ModelCheckpoint`.
#
# One moment stays unlucky: while the backup itself is being written. Killed then, half a file may be left, and the
# next start stops with an error instead of going on. It never takes the half for the whole, but you must delete the
# folder and begin again. (Killed between its two files, weights and epoch, it trains one epoch twice.) With
# `double_checkpoint=True` the backup before it is kept as well, which helps in most such cases.

# %% [markdown] lang="es"
# La primera lista son las épocas que terminó el primer proceso; la segunda, las del segundo. Este no empezó en 1:
# encontró la copia y siguió con la época siguiente. Dos cosas que *no* recupera: el historial de las épocas
# anteriores (lo conserva el *callback* `CSVLogger("history.csv", append=True)`; sin `append`, al reanudar se
# sobrescribe el archivo) y la secuencia exacta de números aleatorios, así que las pérdidas difieren un poco de las de
# un entrenamiento sin cortes. Cuando `fit` termina, la copia se borra: es un airbag, no un almacén. Para conservar un
# modelo está `ModelCheckpoint`.
#
# Queda un momento de mala suerte: mientras se escribe la propia copia. Si lo matan entonces, puede quedar medio archivo,
# y el siguiente arranque se detiene con un error en vez de seguir. Nunca toma la mitad por el todo, pero hay que borrar
# la carpeta y empezar de nuevo. (Si lo matan entre sus dos archivos, pesos y época, entrena una época dos veces). Con
# `double_checkpoint=True` se guarda además la copia anterior, y eso salva casi siempre.

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. Set the callback
#
# Somebody's **validation loss** is bumpy. Make an `EarlyStopping` that does the following:
#
# - four epochs in a row without improvement are no reason to stop, sixteen are;
# - an improvement of 0.02 counts, one of less than 0.001 does not;
# - the network ends up with the weights of its best epoch.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Ajusta el *callback*
#
# A alguien le sale una **pérdida de validación** llena de baches. Crea un `EarlyStopping` que haga lo siguiente:
#
# - cuatro épocas seguidas sin mejorar no son motivo para parar; dieciséis, sí;
# - una mejora de 0.02 cuenta; una de menos de 0.001, no;
# - la red acaba con los pesos de su mejor época.

# %% tags=["exercise"]
my_stopper = ...

check.bumpy(my_stopper)
# check.bumpy.hint()

# %% tags=["solution"]
my_stopper = keras.callbacks.EarlyStopping(
    monitor="val_loss", patience=8, min_delta=0.001, restore_best_weights=True
)

check.bumpy(my_stopper)

# %% [markdown] lang="en"
# ### 2. A callback that stops when it is good enough
#
# Write a class `StopBelow`, made with a threshold, as in `StopBelow(0.25)`. It stops the training after the first epoch whose **validation loss** is
# below the threshold.

# %% [markdown] lang="es"
# ### 2. Un *callback* que se detiene cuando ya basta
#
# Escribe una clase `StopBelow` que se cree con un umbral, como en `StopBelow(0.25)`. Detiene el entrenamiento tras la primera época cuya **pérdida de
# validación** quede por debajo del umbral.

# %% tags=["exercise"]
StopBelow = ...

check.stop_below(StopBelow)
# check.stop_below.hint()


# %% tags=["solution"]
class StopBelow(keras.callbacks.Callback):
    def __init__(self, threshold):
        super().__init__()
        self.threshold = threshold

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.threshold:
            self.model.stop_training = True


check.stop_below(StopBelow)

# %% [markdown] lang="en"
# ### 3. Find the bug
#
# A colleague wants to stop by validation accuracy. His training always ends after a few epochs, and the network that
# he is left with is the *worst* of them all. Make a `stopper`, an `EarlyStopping` like his, that keeps the best.

# %% [markdown] lang="es"
# ### 3. Encuentra el error
#
# Un compañero quiere parar según la exactitud de validación. Su entrenamiento acaba siempre a las pocas épocas, y la
# red con la que se queda es la *peor* de todas. Crea un `stopper`, un `EarlyStopping` como el suyo, que conserve la
# mejor.

# %% tags=["exercise"]
his_stopper = keras.callbacks.EarlyStopping(
    monitor="val_accuracy", mode="min", patience=3, restore_best_weights=True
)

stopper = ...

check.mended(stopper)
# check.mended.hint()

# %% tags=["solution"]
stopper = keras.callbacks.EarlyStopping(
    monitor="val_accuracy", mode="max", patience=3, restore_best_weights=True
)

check.mended(stopper)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** After 20 epochs training loss and validation loss are both high, close together, and still falling. What now?
#
# - (a) It overfits: stop earlier.
# - (b) It has not learnt enough yet: more epochs, a larger learning rate or a larger network.
# - (c) The validation set is too easy: take another one.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** Tras 20 épocas, las pérdidas de entrenamiento y de validación son altas, van juntas y siguen bajando. ¿Y ahora?
#
# - (a) Hay sobreajuste: para antes.
# - (b) Todavía no ha aprendido bastante: más épocas, una tasa de aprendizaje mayor o una red mayor.
# - (c) El conjunto de validación es demasiado fácil: usa otro.

# %% tags=["exercise"]
answer = ...

check.quiz_curves(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_curves(answer)

# %% [markdown] lang="en"
# **B.** `EarlyStopping(monitor="val_accuracy", min_delta=0.01, patience=3)`. What counts as an improvement?
#
# - (a) Validation accuracy rises by more than one percentage point.
# - (b) Validation accuracy rises by more than one percent of its best value.
# - (c) Training loss falls by more than 0.01.

# %% [markdown] lang="es"
# **B.** `EarlyStopping(monitor="val_accuracy", min_delta=0.01, patience=3)`. ¿Qué cuenta como mejora?
#
# - (a) Que la exactitud de validación suba más de un punto porcentual.
# - (b) Que la exactitud de validación suba más de un uno por ciento de su mejor valor.
# - (c) Que la pérdida de entrenamiento baje más de 0.01.

# %% tags=["exercise"]
answer = ...

check.quiz_delta(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_delta(answer)

# %% [markdown] lang="en"
# **C.** Which data may decide when to stop?
#
# - (a) The test set: that is the figure we care about.
# - (b) The training set: it is what the network learns from.
# - (c) The validation set; the test set is opened afterwards.

# %% [markdown] lang="es"
# **C.** ¿Qué datos pueden decidir cuándo parar?
#
# - (a) Los de prueba: esa es la cifra que nos importa.
# - (b) Los de entrenamiento: de ellos aprende la red.
# - (c) Los de validación; los de prueba se abren después.

# %% tags=["exercise"]
answer = ...

check.quiz_monitor(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_monitor(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs beside ours, over {{measured.seeds}} seeds. In `early_stopping` and `best_checkpoint` the accuracies are
# those of the weights that were kept. The side experiments have no test figure: we look at their curves, and none of
# them is a network that we would hand in.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras, con {{measured.seeds}} semillas. En `early_stopping` y `best_checkpoint`, las
# exactitudes son las de los pesos conservados. Los experimentos secundarios no tienen cifra de prueba: miramos sus
# curvas, pero ninguna de esas redes es la que entregaríamos.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:

# %%
claim("kept_is_better", stopped.kept_val_loss, "<", stopped.val_loss,
      en="the weights that early stopping kept have a lower validation loss than those of the last epoch before the stop",
      es="los pesos que conservó early stopping tienen menor pérdida de validación que los de la última época antes de parar")
claim("fewer_epochs", stopped.epochs, "<", thirty.epochs,
      en="with early stopping, training takes fewer epochs",
      es="con early stopping, el entrenamiento dura menos épocas")
claim("stops_at_99", at_99.epochs, "<", 30,
      en="the custom callback ends the training before its 30 epochs",
      es="el callback propio acaba el entrenamiento antes de sus 30 épocas")
claim("resumes", after_restart[0], ">", before_kill[-1],
      en="the restarted training begins with an epoch after the last one that the killed training had finished",
      es="el entrenamiento reanudado empieza con una época posterior a la última que terminó el interrumpido")

# %%
too_small, right, too_large = (run.val_loss for run in rate_runs)
tiny, medium, large = size_runs.values()

claim("crawls", too_small, ">", right,
      en="with a learning rate that is too small, validation loss ends higher than with the right one",
      es="con una tasa de aprendizaje demasiado pequeña, la pérdida de validación acaba más alta que con la adecuada")
claim("leaps", too_large, ">", right,
      en="with a learning rate that is too large, validation loss ends higher than with the right one",
      es="con una tasa de aprendizaje demasiado grande, la pérdida de validación acaba más alta que con la adecuada")
claim("underfits", tiny.train_accuracy, "<=", medium.val_accuracy, margin=-0.1, unit="%",
      en="the tiny network's training accuracy is at least 10 percentage points below the medium network's validation accuracy",
      es="la exactitud de entrenamiento de la red diminuta queda al menos 10 puntos porcentuales por debajo de la de validación de la mediana")
claim("wider_gap", large.val_loss - large.train_loss, ">", medium.val_loss - medium.train_loss,
      en="the large network ends with a wider gap between training and validation loss than the medium one",
      es="la red grande acaba con una brecha mayor entre la pérdida de entrenamiento y la de validación que la mediana")

# %% [markdown] lang="en"
# ## In short
#
# - Learning rate: too small crawls, too large leaps. Look at the first epochs.
# - High loss on both sides is underfitting; a validation loss that stays up or climbs while training loss goes to
#   zero is overfitting.
# - `EarlyStopping`: monitor the *validation* loss, with some patience, and set `restore_best_weights=True`. `min_delta` is in the unit of what you monitor.
# - Here it saved epochs; it kept a lower loss than the thirtieth epoch's in
#   {{early_stopping.beats_thirty_share.mean}} of our runs, and did not raise the accuracy. No patience is safe on
#   every curve.
# - `ModelCheckpoint(…, save_best_only=True)` keeps the best epoch, `BackupAndRestore` survives a crash.

# %% [markdown] lang="es"
# ## En resumen
#
# - Tasa de aprendizaje: pequeña, se arrastra; grande, salta. Mira las primeras épocas.
# - Pérdida alta en ambos lados es subajuste; una pérdida de validación que se queda arriba o sube mientras la de
#   entrenamiento se va a cero, sobreajuste.
# - `EarlyStopping`: vigila la pérdida de *validación*, con algo de paciencia, y pon `restore_best_weights=True`. `min_delta` va en la unidad de lo que vigilas.
# - Aquí ahorró épocas; conservó una pérdida menor que la de la época 30 en el
#   {{early_stopping.beats_thirty_share.mean}} de nuestras ejecuciones y no subió la exactitud. Ninguna paciencia es
#   segura con todas las curvas.
# - `ModelCheckpoint(…, save_best_only=True)` guarda la mejor época; `BackupAndRestore` sobrevive a un corte.

# %% [markdown] lang="en"
# ## Go further: how good is this wine?
#
# *Needs the table of red wines, 84 kB, fetched once.* 1,599 red wines, 11 laboratory measurements each, and a quality between 3 and 8 given by tasters. Now the network
# predicts a **number** instead of a class: one output without activation, the loss is the mean squared error, and the mean absolute error (MAE) says
# by how many marks we are off.
#
# The columns have very different sizes (density near 1, sulphur dioxide up to 289), so they go in as z-scores. `Normalization` learns mean and variance
# from the training set.

# %% [markdown] lang="es"
# ## Para ir más lejos: ¿es bueno este vino?
#
# *Necesita la tabla de vinos tintos, 84 kB que se descargan una vez.* 1599 vinos tintos, con 11 medidas de laboratorio cada uno y una calidad entre 3 y 8 que pusieron unos catadores.
# Ahora la red predice un **número** en vez de una clase: una salida sin activación; la pérdida es el error cuadrático medio, y el error absoluto medio (MAE)
# dice por cuántos puntos nos equivocamos.
#
# Las columnas tienen tamaños muy distintos (densidad cerca de 1, dióxido de azufre hasta 289), así que entran como puntuaciones z. `Normalization` aprende la media y
# la varianza del conjunto de entrenamiento.

# %%
# %%needs wine
(wine_train, marks_train), (wine_val, marks_val), (wine_test, marks_test) = (
    data.red_wine()
)

keras.utils.set_random_seed(SEED)
normalization = layers.Normalization()
normalization.adapt(wine_train)
wine_model = keras.Sequential(
    [
        keras.Input(shape=(11,)),
        normalization,
        layers.Dense(256, activation="relu"),
        layers.Dense(256, activation="relu"),
        layers.Dense(1),
    ]
)
wine_model.compile("adam", loss="mse", metrics=["mae"])

# %%
# %%needs wine
best_file = Path(folder.name) / "best_wine.keras"
history = wine_model.fit(
    wine_train,
    marks_train,
    validation_data=(wine_val, marks_val),
    epochs=60,
    batch_size=32,
    callbacks=[
        TqdmCallback(verbose=0),
        keras.callbacks.ModelCheckpoint(best_file, save_best_only=True),
    ],
    verbose=0,
)
best_wine_model = keras.models.load_model(best_file)
test = best_wine_model.evaluate(wine_test, marks_test, return_dict=True, verbose=0)
mean_guess = np.abs(marks_test - marks_train.mean()).mean()
wine = record("wine", history, test, mean_guess_mae=mean_guess)

# %%
# %%needs wine
display(plots.compare(wine))
print(f"{wine.test_mae:.3f} {wine.mean_guess_mae:.3f}")

# %% [markdown] lang="en"
# The same story with other data: training loss keeps falling, validation loss levels off. We measured its lowest
# point after epoch {{wine.best_epoch}} of 60. The two numbers are the mean absolute error on the test wines, of the
# network of the best epoch and of somebody who gives every wine the mean mark: {{wine.test_mae}} against
# {{wine.mean_guess_mae.mean}} marks over our seeds. Learning curves are read in the same way, whether of wine or of
# digits.
#
# **Sources.** P. Cortez and others, *Modeling wine preferences by data mining from physicochemical properties*, 2009 (UCI, CC BY 4.0). L. Prechelt, *Early
# Stopping – But When?*, 1998. The callbacks: Keras's documentation. Stopping at 99 % and wine as an example are traditions of older courses on Keras.

# %% [markdown] lang="es"
# La misma historia con otros datos: la pérdida de entrenamiento sigue bajando y la de validación se estanca. En
# nuestras medidas, su mínimo llegó tras la época {{wine.best_epoch}} de 60. Los dos números son el error absoluto
# medio con los vinos de prueba: el de la red de la mejor época y el de quien pone a todos los vinos la nota media:
# {{wine.test_mae}} frente a {{wine.mean_guess_mae.mean}} puntos con nuestras semillas. Las curvas de aprendizaje se
# leen igual, sean de vinos o de dígitos.
#
# **Fuentes.** P. Cortez y otros, *Modeling wine preferences by data mining from physicochemical properties*, 2009 (UCI, CC BY 4.0). L. Prechelt, *Early Stopping –
# But When?*, 1998. Los *callbacks*: la documentación de Keras. Parar al 99 % y el vino como ejemplo son tradición de los cursos de Keras de hace unos años.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | by hand: the parabola and the slider | 10 | 6 |
# | learning rates on a network | 10 | – |
# | how large the network should be | 5 | – |
# | prediction, all 30 epochs | 10 | 8 |
# | early stopping by hand, what each argument does | 15 | 12 |
# | stopped in time | 10 | 9 |
# | a callback of your own | 5 | – |
# | what can go wrong: the wrong direction | 5 | 4 |
# | what can go wrong: somebody pulls the plug | 10 | – |
# | exercises and quiz; in 45, exercise 1 | 10 | 6 |
#
# **On the board:** one validation curve with bumps; the class places the stop for patience 0, 3 and 10 *before* the picture appears. Let somebody else pull the plug: run the cell with
# `kill_after=3`.
#
# **Misconceptions the checks look for:** monitoring the training loss; patience 0; the weights of the last epoch kept; `mode` against the metric; min_delta as a percentage; the test
# set as monitor.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | a mano: la parábola y el deslizador | 10 | 6 |
# | tasas de aprendizaje en una red | 10 | – |
# | cómo de grande debe ser la red | 5 | – |
# | predicción, las 30 épocas | 10 | 8 |
# | parar a mano, qué hace cada argumento | 15 | 12 |
# | parar a tiempo | 10 | 9 |
# | tu propio *callback* | 5 | – |
# | qué puede salir mal: la dirección equivocada | 5 | 4 |
# | qué puede salir mal: alguien lo desenchufa | 10 | – |
# | ejercicios y preguntas; en 45, el ejercicio 1 | 10 | 6 |
#
# **En la pizarra:** una curva de validación con baches; la clase señala dónde se para con paciencia 0, 3 y 10 *antes*
# de que aparezca la imagen. Que lo desenchufe otra persona: ejecuta la celda con `kill_after=3`.
#
# **Ideas equivocadas que buscan las comprobaciones:** vigilar la pérdida de entrenamiento; paciencia 0; quedarse con los pesos de la última época; un `mode` contrario a la métrica; min_delta
# como porcentaje; el conjunto de prueba como monitor.
