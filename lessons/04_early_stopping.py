# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 55
#     title:
#       en: Early stopping and learning curves
#       es: Parar a tiempo y leer las curvas
#     learn:
#       en: choose a learning rate, an optimiser and a size by their curves; stop before a network learns wrong labels; survive a crash
#       es: elegir tasa de aprendizaje, optimizador y tamaño por sus curvas; parar antes de aprender etiquetas erróneas; sobrevivir a un corte
#     result:
#       en: with 30 % of the labels drawn at random, validation {{noisy_stopped.val_accuracy}} when stopped in time, {{noisy_30.val_accuracy}} after 30 epochs
#       es: con el 30 % de las etiquetas sorteadas, validación {{noisy_stopped.val_accuracy}} si se para a tiempo, {{noisy_30.val_accuracy}} tras 30 épocas
# ---

# %% [markdown] lang="en"
# # 04 · Early stopping: know when to stop
#
# {{badges}}
#
# Longer training does not always give a better network. In this lesson more than a quarter of the training labels are wrong, as happens with
# real data. At first the network learns what the right labels have in common; later it learns the wrong labels by heart and gets worse. You will
# see both in the learning curves, and let Keras stop in between.
#
# **You will learn to**
#
# - tell a learning rate that is too small, right or too large by its curve, and compare optimisers;
# - tell a network that is too small from one that is too large, and what helps in each case;
# - use `EarlyStopping`, `ModelCheckpoint` and `ReduceLROnPlateau`, and say what each argument does;
# - write a callback of your own, and resume a training that was killed.
#
# You need lesson 01; for exercise 2, lessons 02 and 03 help. About 30 minutes to read and run, and 25 for the exercises. Everything runs offline except the last part, which says so.

# %% [markdown] lang="es"
# # 04 · *Early stopping*: saber cuándo parar
#
# {{badges}}
#
# Entrenar más tiempo no siempre da una red mejor. En esta lección, más de la cuarta parte de las etiquetas de entrenamiento son incorrectas, como pasa
# con los datos reales. Al principio la red aprende lo que tienen en común las etiquetas correctas; después memoriza las incorrectas y empeora. Verás las
# dos cosas en las curvas de aprendizaje y harás que Keras se detenga en el momento justo. (El *early stopping* se llama en español «parada temprana»).
#
# **Aprenderás a**
#
# - reconocer por su curva una tasa de aprendizaje demasiado pequeña, adecuada o demasiado grande, y comparar optimizadores;
# - distinguir una red demasiado pequeña de una demasiado grande, y saber qué ayuda en cada caso;
# - usar `EarlyStopping`, `ModelCheckpoint` y `ReduceLROnPlateau`, y explicar qué hace cada argumento;
# - escribir tu propio *callback* y reanudar un entrenamiento interrumpido.
#
# Necesitas la lección 01; en el ejercicio 2 ayudan la 02 y la 03. Unos 30 minutos para leer y ejecutar, y 25 para los ejercicios. Todo funciona sin conexión salvo la última parte, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# The data are those of lesson 01: 1,000 digits to train with, 1,000 to validate, 3,000 to test.

# %% [markdown] lang="es"
# ## Preparación
#
# Los datos son los de la lección 01: 1000 dígitos para entrenar, 1000 para validar y 3000 de prueba. (El código escribe los decimales con punto,
# y el texto hace lo mismo).

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
from helpers.results import Table, claim, guess, record, run_of, same, table


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(x_train, y_train), (x_val, y_val), (x_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(x_train), prepare(x_val), prepare(x_test)

# %% [markdown] lang="en"
# ## Two questions for every training
#
# In lesson 01 validation loss was lowest after epoch {{01:baseline.best_epoch}}, but we trained for 30 epochs. So two questions decide a training:
# **how large are the steps**, and **when do we stop?** We begin with the steps.
#
# ## By hand: downhill on a parabola
#
# Take a network with a single weight $w$ and the loss $(w - 3)^2$, which is lowest at $w = 3$. Its slope, the gradient, is $2(w - 3)$. Gradient descent
# moves the weight against the slope, and the size of each step is the learning rate times the slope:

# %% [markdown] lang="es"
# ## Dos preguntas para cada entrenamiento
#
# En la lección 01, la pérdida de validación fue mínima tras la época {{01:baseline.best_epoch}}, pero entrenamos 30 épocas. Así que dos preguntas deciden
# un entrenamiento: **qué tamaño tienen los pasos** y **cuándo paramos**. Empezamos por los pasos.
#
# ## A mano: cuesta abajo por una parábola
#
# Toma una red con un único peso $w$ y la pérdida $(w - 3)^2$, que es mínima en $w = 3$. Su pendiente, el gradiente, es $2(w - 3)$. El descenso de gradiente
# mueve el peso en contra de la pendiente, y el tamaño de cada paso es la tasa de aprendizaje (*learning rate*) por la pendiente:


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
# Keras's `SGD` (*stochastic gradient descent*: one step downhill per batch) does the same. We give it the weight and the slope, and ask for one step:

# %% [markdown] lang="es"
# `SGD`, de Keras (*stochastic gradient descent*, descenso de gradiente estocástico: un paso cuesta abajo por lote), hace lo mismo. Le damos el peso y la
# pendiente, y le pedimos un paso:

# %%
weight = keras.Variable(-1.0)
optimizer = keras.optimizers.SGD(learning_rate=0.1)
optimizer.apply([keras.ops.convert_to_tensor(2 * (-1.0 - 3))], [weight])

same(descend(0.1)[1], weight)

# %% [markdown] lang="en"
# Here are twenty steps with three learning rates. With 0.03 the weight is still on its way after twenty steps. With 0.1 it comes close to 3. With 1 each
# step ends at the same height on the other side, so the loss never falls:

# %% [markdown] lang="es"
# Estos son veinte pasos con tres tasas de aprendizaje. Con 0.03, el peso sigue en camino después de veinte pasos. Con 0.1 se acerca mucho a 3. Con 1, cada
# paso acaba a la misma altura en el otro lado, así que la pérdida no baja nunca:

# %%
figures.descent({rate: descend(rate) for rate in (0.03, 0.1, 1)}, loss)

# %% [markdown] lang="en"
# ### 1. Your turn: how many steps?
#
# With these rates the weight comes ever closer to 3 without landing exactly on it, so we say that it has arrived when the **loss** is below 0.01. How many steps does that take with the learning rate 0.03, and
# how many with 0.1? Give the smallest numbers as a list, `[with 0.03, with 0.1]`. For example, `descend(0.1, steps=5)[-1]` is the weight after five steps.

# %% [markdown] lang="es"
# ### 1. Te toca: ¿cuántos pasos?
#
# Con estas tasas, el peso se acerca cada vez más a 3 sin llegar a caer justo en él, así que decimos que ha llegado cuando la **pérdida** es menor que 0.01. ¿Cuántos pasos hacen falta con la tasa de
# aprendizaje 0.03, y cuántos con 0.1? Da los números más pequeños en una lista, `[con 0.03, con 0.1]`. Por ejemplo, `descend(0.1, steps=5)[-1]` es el peso después
# de cinco pasos.

# %% tags=["exercise"]
steps = ...

check.steps(steps)
# check.steps.hint()


# %% tags=["solution"]
def steps_needed(rate):
    arrived = [loss(weight) < 0.01 for weight in descend(rate, steps=100)]
    return arrived.index(True)


steps = [steps_needed(0.03), steps_needed(0.1)]

check.steps(steps)

# %% [markdown] lang="en"
# Now move the slider, with the mouse or with Tab and the arrow keys. Which rate needs a single step? And what happens just above 1? (The slider
# needs a running notebook. If you see none: at 0.5 the first step lands on 3, and above 1 every step ends higher than the one before.)

# %% [markdown] lang="es"
# Ahora mueve el deslizador, con el ratón o con el tabulador y las flechas. ¿Con qué tasa basta un solo paso? ¿Y qué pasa justo por encima de 1? (El
# deslizador necesita el cuaderno en marcha. Si no lo ves: con 0.5, el primer paso cae en el 3; por encima de 1, cada paso acaba más arriba que el anterior).

# %% name="descent"
widgets.descent(descend, loss)

# %% [markdown] lang="en"
# ## Too small, right, too large: on a network
#
# Now a small network without convolutions, which trains in a moment: one hidden layer of 64 units, plain `SGD`, 8 epochs. Only the learning rate changes. The loss of a
# network is no parabola, so other rates are small or large here: we try 0.001, 0.1 and 3. What validation accuracy do you expect with 3? There are ten digits; guessing
# gives 10 %.

# %% [markdown] lang="es"
# ## Demasiado pequeña, adecuada, demasiado grande: en una red
#
# Ahora, una red pequeña sin convoluciones, que entrena en un momento: una capa oculta de 64 unidades, `SGD` sin más y 8 épocas. Solo cambia la tasa de
# aprendizaje. La pérdida de una red no es una parábola, así que aquí son otras las tasas pequeñas y grandes: probamos 0.001, 0.1 y 3. ¿Qué exactitud de validación
# (*accuracy*) esperas con 3? Hay diez dígitos; al azar se acierta el 10 %.

# %%
guess("rate_3", val_accuracy=...)


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
def train(model, optimizer, epochs, labels=y_train, callbacks=()):
    model.compile(
        optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model.fit(
        x_train,
        labels,
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
# - **Too small** (`rate_0_001`): accuracy rises, but so slowly that after eight epochs only {{rate_0_001.val_accuracy}} of the validation digits are right.
# - **Right** (`rate_0_1`): accuracy rises quickly at first and then levels off, at {{rate_0_1.val_accuracy}} after eight epochs.
# - **Too large** (`rate_3`): the first steps changed the weights so much that the network does not recover. It answers with the same digit for every image, so
#   one answer in ten is right.
#
# With a rate that is too small, training needs many more epochs. With a rate that is too large, the network learns nothing.
#
# ## Which optimiser?
#
# The optimiser decides how a gradient becomes a step. Five are in common use, and here they train for 6 epochs with the learning rates that Keras gives them by default:
#
# | optimiser | how it steps | usual rate |
# |---|---|---|
# | `SGD` | rate times gradient | 0.01 |
# | `SGD(momentum=0.9)` | with **momentum**: it keeps nine tenths of the last step and adds the new one, so that steps in the same direction grow | 0.01 |
# | `RMSprop` | divides each weight's gradient by its usual size, so that all weights take steps of a similar size | 0.001 |
# | `Adam` | both together: momentum, and steps of a similar size | 0.001 |
# | `AdamW` | Adam that also pulls all weights a little towards zero in each step (*weight decay*, related to the weight penalties of lesson 03) | 0.001 |

# %% [markdown] lang="es"
# - **Demasiado pequeña** (`rate_0_001`): la exactitud sube, pero tan despacio que tras ocho épocas solo acierta el {{rate_0_001.val_accuracy}} de los dígitos de
#   validación.
# - **Adecuada** (`rate_0_1`): la exactitud sube deprisa al principio y luego se estabiliza; tras ocho épocas, {{rate_0_1.val_accuracy}}.
# - **Demasiado grande** (`rate_3`): los primeros pasos cambiaron tanto los pesos que la red ya no se recupera. Responde el mismo dígito con todas las imágenes, así que
#   acierta una de cada diez.
#
# Con una tasa demasiado pequeña hacen falta muchas más épocas. Con una demasiado grande, la red no aprende nada.
#
# ## ¿Qué optimizador?
#
# El optimizador decide cómo se convierte un gradiente en un paso. Hay cinco de uso corriente, y aquí entrenan 6 épocas con la tasa de aprendizaje que Keras les da por defecto:
#
# | optimizador | cómo da los pasos | tasa habitual |
# |---|---|---|
# | `SGD` | tasa por gradiente | 0.01 |
# | `SGD(momentum=0.9)` | con **inercia** (*momentum*): conserva nueve décimas partes del último paso y suma el nuevo, así que los pasos en la misma dirección crecen | 0.01 |
# | `RMSprop` | divide el gradiente de cada peso entre su tamaño habitual, para que todos los pesos cambien en pasos de tamaño parecido | 0.001 |
# | `Adam` | las dos cosas: inercia y pasos de tamaño parecido | 0.001 |
# | `AdamW` | Adam que además acerca todos los pesos un poco a cero en cada paso (*weight decay*, decaimiento de pesos, emparentado con las penalizaciones de la lección 03) | 0.001 |

# %%
optimizers = {
    "sgd": keras.optimizers.SGD(),
    "momentum": keras.optimizers.SGD(momentum=0.9),
    "rmsprop": keras.optimizers.RMSprop(),
    "adam": keras.optimizers.Adam(),
    "adamw": keras.optimizers.AdamW(),
}
optimizer_runs = {}
for name, optimizer in optimizers.items():
    history = train(dense_network(64), optimizer, epochs=6)
    optimizer_runs[name] = record(name, history)

plots.compare(*optimizer_runs.values(), metric="accuracy")

# %% [markdown] lang="en"
# Plain `sgd` is by far the slowest: {{sgd.val_accuracy}} after six epochs. The other four end close together: `momentum`
# {{momentum.val_accuracy}}, `rmsprop` {{rmsprop.val_accuracy}}, `adam` {{adam.val_accuracy}}. The line of `adamw` nearly covers that of `adam`, because `adamw` pulls the
# weights towards zero only very little. So the choice between these four matters less than a
# suitable learning rate. **Begin with Adam**, then try other rates. Each optimiser still needs its own, and so does each task: older material trains a
# finished network further (*fine-tuning*) with `RMSprop(learning_rate=1e-4)`. There the rate is ten times smaller than usual on purpose (lesson 07 explains why).
#
# ## How large should the network be?
#
# The **capacity** of a network is how much it can learn by heart: with more units it can hold more. We train three sizes with Adam for 12 epochs: 2 hidden units, 64, and
# two layers of 512.

# %% [markdown] lang="es"
# El `sgd` sin más es con diferencia el más lento: {{sgd.val_accuracy}} tras seis épocas. Los otros cuatro acaban cerca unos de otros:
# `momentum`, {{momentum.val_accuracy}}; `rmsprop`, {{rmsprop.val_accuracy}}; `adam`, {{adam.val_accuracy}}. La línea de `adamw` casi tapa la de `adam`, porque `adamw` acerca
# los pesos a cero muy poco. Así que elegir entre esos
# cuatro importa menos que una tasa de aprendizaje adecuada. **Empieza con Adam** y prueba después otras tasas. Cada optimizador sigue necesitando la suya, y cada tarea también: algún
# material antiguo sigue entrenando una red ya entrenada (*fine-tuning*, ajuste fino) con `RMSprop(learning_rate=1e-4)`. Ahí la tasa es diez veces menor de lo habitual a propósito (la lección 07 explica por qué).
#
# ## ¿Qué tamaño debe tener la red?
#
# La **capacidad** es cuánto puede memorizar una red: con más unidades le cabe más. Entrenamos tres tamaños con Adam durante 12 épocas: 2 unidades ocultas, 64, y
# dos capas de 512.

# %%
sizes = {"tiny": (2,), "medium": (64,), "large": (512, 512)}
size_runs = {}
for name, units in sizes.items():
    size_runs[name] = record(name, train(dense_network(*units), "adam", epochs=12))

# %%
by_loss = sorted(size_runs.values(), key=lambda run: run.train_loss)
lettered = zip("ABC", by_loss, strict=True)
plots.compare(*(run_of(letter, run.history, {}) for letter, run in lettered))

# %% [markdown] lang="en"
# ### Read the curves
#
# **A.** These are the three networks, in another order and without their names. Which sentence is right?
#
# - (a) C is the largest network: its loss is the highest, so it overfits.
# - (b) C is the smallest network, and A is the largest.
# - (c) C is the middle one, and stopping it earlier would lower its validation loss.

# %% [markdown] lang="es"
# ### Lee las curvas
#
# **A.** Estas son las tres redes, en otro orden y sin sus nombres. ¿Qué frase es correcta?
#
# - (a) C es la red más grande: su pérdida es la más alta, así que sobreajusta.
# - (b) C es la red más pequeña y A, la más grande.
# - (c) C es la mediana, y si se detuviera antes, su pérdida de validación sería menor.

# %% tags=["exercise"]
answer = ...

check.quiz_sizes(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_sizes(answer)

# %% [markdown] lang="en"
# `tiny` (C) shows **underfitting**: the loss is high on *both* sides, even for the digits that the network trains on. Over our seeds its validation loss was
# {{tiny.val_loss}}, that of `medium` (B) {{medium.val_loss}}. Against underfitting, let the network learn more:
#
# - more units or layers, more epochs, or a larger learning rate;
# - less regularisation: a lower dropout rate, weaker weight penalties (lesson 03), milder augmentation (lesson 02);
# - better inputs: add measurements that matter, remove columns that have nothing to do with the answer, and correct or remove outliers that are
#   mistakes. Useless columns and mistakes distract from what can be learnt.
#
# `large` (A) shows overfitting: its training loss was {{large.train_loss}}, its validation loss {{large.val_loss}}. It is not the worse network for that. Its
# lowest validation loss was {{large.best_val_loss}} after epoch {{large.best_epoch}}, against {{medium.best_val_loss}} for `medium`. The training of a large network has to be
# **stopped in time**. This matters all the more, the more there is in the training data that should not be learnt.
#
# ## The data of this lesson: labels with noise
#
# In lesson 01, *noise* was what is true of the training data only. A wrong label is such noise: it says nothing about new digits. This **label noise** is common in real
# data: people label thousands of images in a hurry, labels are taken from file names or from the words around a picture on the web, forms are typed in wrongly, two
# doctors disagree about an X-ray. Even the test sets of well-known collections hold a few per cent of wrong labels
# ([Northcutt and others, 2021](https://arxiv.org/abs/2103.14749)); where labels are collected automatically, it can be a third or more.
#
# We imitate this: for 300 of the 1,000 training digits we draw a new label at random. Validation and test labels stay right. Do the same with data of your own:
# check the labels of a small validation set by hand.

# %% [markdown] lang="es"
# `tiny` (C) muestra el **subajuste** (*underfitting*): la pérdida es alta en *ambos* lados, incluso con los dígitos con los que la red entrena. Con nuestras semillas,
# su pérdida de validación fue {{tiny.val_loss}} y la de `medium` (B, la mediana), {{medium.val_loss}}. Contra el subajuste, deja que la red aprenda más:
#
# - más unidades o capas, más épocas o una tasa de aprendizaje mayor;
# - menos regularización: una tasa de *dropout* más baja, penalizaciones de los pesos más débiles (lección 03), un aumento de datos más suave (lección 02);
# - mejores entradas: añade medidas que importen, quita columnas que no tengan que ver con la respuesta, y corrige o quita los valores atípicos (*outliers*)
#   que sean errores. Las columnas inútiles y los errores distraen de lo que se puede aprender.
#
# `large` (A, la grande) muestra el sobreajuste: su pérdida de entrenamiento fue {{large.train_loss}} y la de validación, {{large.val_loss}}. No por eso es peor red. Su
# menor pérdida de validación fue {{large.best_val_loss}} tras la época {{large.best_epoch}}, frente a {{medium.best_val_loss}} de `medium`. El entrenamiento de una red grande hay que
# **detenerlo a tiempo**. Cuantas más cosas que no se deberían aprender haya en los datos de entrenamiento, más importa.
#
# ## Los datos de esta lección: etiquetas con ruido
#
# En la lección 01, el *ruido* era lo que solo es cierto en los datos de entrenamiento. Una etiqueta incorrecta es ruido: no dice nada de los dígitos nuevos. El
# **ruido en las etiquetas** (*label noise*) es corriente en los datos reales: hay quien etiqueta miles de imágenes con prisa, etiquetas que se toman del nombre del archivo o de las palabras que
# rodean una foto en la web, formularios mal tecleados, dos médicos que no coinciden sobre una radiografía. Hasta los conjuntos de prueba de colecciones muy conocidas
# contienen un pequeño porcentaje de etiquetas incorrectas ([Northcutt y otros, 2021](https://arxiv.org/abs/2103.14749)); donde las etiquetas se recogen de forma
# automática, puede ser un tercio o más.
#
# Lo imitamos: a 300 de los 1000 dígitos de entrenamiento les sorteamos una etiqueta nueva. Las etiquetas de validación y de prueba siguen siendo correctas.
# Haz lo mismo con tus propios datos: revisa a mano las etiquetas de un conjunto de validación pequeño.

# %%
rng = np.random.default_rng(SEED)
drawn = rng.choice(len(y_train), size=300, replace=False)
y_noisy = y_train.copy()
y_noisy[drawn] = rng.integers(0, 10, size=300)

wrong = np.mean(y_noisy != y_train)

# %% lang="en"
pairs = zip(y_train[drawn[:10]], y_noisy[drawn[:10]], strict=True)
captions = [f"was {true}\nis {label}" for true, label in pairs]
display(plots.gallery(x_train[drawn[:10]], captions))
print(f"wrong training labels: {100 * wrong:.1f} %")

# %% lang="es"
pairs = zip(y_train[drawn[:10]], y_noisy[drawn[:10]], strict=True)
captions = [f"era {true}\nes {label}" for true, label in pairs]
display(plots.gallery(x_train[drawn[:10]], captions))
print(f"etiquetas de entrenamiento incorrectas: {100 * wrong:.1f} %")

# %% [markdown] lang="en"
# (It is a little less than 30 %, because about one new label in ten happens to be the right one.)
#
# ## Predict first
#
# We train the network of lesson 01 with these labels, for 30 epochs. With the right labels its validation accuracy was {{01:baseline.val_accuracy}}. What do you
# expect now, after 30 epochs? And what at the best moment in between?

# %% [markdown] lang="es"
# (Es algo menos del 30 %, porque una de cada diez etiquetas nuevas, más o menos, resulta ser la correcta).
#
# ## Primero, tu predicción
#
# Entrenamos la red de la lección 01 con estas etiquetas durante 30 épocas. Con las etiquetas correctas, su exactitud de validación era {{01:baseline.val_accuracy}}. ¿Qué esperas
# ahora, tras 30 épocas? ¿Y en el mejor momento del camino?

# %%
guess("noisy_30", val_accuracy=...)
guess("noisy_stopped", val_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: all 30 epochs, with a checkpoint
#
# First without stopping, so that we see the whole curve. A **callback** is an object whose methods `fit` calls after every epoch (and at other moments). You have used one
# since lesson 01: the progress bar, `TqdmCallback`. Another is `ModelCheckpoint`. A **checkpoint** is a copy of the network in a file. With `save_best_only=True` the callback
# writes the file whenever the figure named in `monitor` is better than ever before; without it, the file holds the *last* epoch, even if you call it
# `best.keras`.
#
# The file goes to a folder under `runs/` that is removed when this notebook's kernel stops. For your own work, name a folder that stays.

# %% [markdown] lang="es"
# ## El experimento: las 30 épocas, con un punto de control
#
# Primero sin detener nada, para ver la curva entera. Un ***callback*** es un objeto a cuyos métodos llama `fit` después de cada época (y en otros momentos). Usas uno
# desde la lección 01: la barra de progreso, `TqdmCallback`. Otro es `ModelCheckpoint`. Un **punto de control** (*checkpoint*) es una copia de la red en un archivo. Con `save_best_only=True`, el
# *callback* escribe el archivo cada vez que la cifra indicada en `monitor` es mejor que nunca; sin ese argumento, el archivo contiene la *última* época, aunque lo
# llames `best.keras`.
#
# El archivo va a una carpeta dentro de `runs/` que se borra cuando se detiene el kernel de este cuaderno. Para tu propio trabajo, elige una carpeta que permanezca.

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
history = train(model, "adam", epochs=30, labels=y_noisy, callbacks=[checkpoint])
seconds = time.perf_counter() - start

test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
noisy_30 = record("noisy_30", history, test, seconds)

# %% name="thirty"
plots.curves(noisy_30)

# %% [markdown] lang="en"
# **Left.** Somebody who reads every digit correctly agrees with about 73 % of these labels, because the others are wrong. The training accuracy
# (solid line) passes 73 % and goes on rising: over our {{measured.seeds}} seeds it reached {{noisy_30.train_accuracy}} after 30 epochs. It can only do so by **learning wrong labels by heart**. At the same time the validation accuracy
# (dashed) falls: over our seeds it ended at {{noisy_30.val_accuracy}}.
#
# **Right.** The validation loss falls at first and rises later. In the first epochs the network learns what many digits have in common, and random labels have
# nothing in common. Single labels are learnt later ([Arpit and others, 2017](https://arxiv.org/abs/1706.05394)). So the best network exists for a few epochs
# and is then overwritten.
#
# ### Reload the best
#
# The checkpoint has kept the network with the lowest validation loss. `load_model` brings back architecture, weights and optimiser. We measure the loaded network and compare with the
# lowest point of the curve.

# %% [markdown] lang="es"
# **Izquierda.** Quien lea bien todos los dígitos coincide con un 73 % de estas etiquetas, más o menos, porque las demás son incorrectas. La exactitud de
# entrenamiento (línea continua) supera el 73 % y sigue subiendo: con nuestras {{measured.seeds}} semillas llegó al {{noisy_30.train_accuracy}} tras 30 épocas. Solo puede hacerlo **memorizando etiquetas incorrectas**. Al
# mismo tiempo baja la exactitud de validación (línea discontinua): con nuestras semillas terminó en el {{noisy_30.val_accuracy}}.
#
# **Derecha.** La pérdida de validación primero baja y después sube. En las primeras épocas la red aprende lo que muchos dígitos tienen en común, y las etiquetas
# sorteadas no tienen nada en común. Las etiquetas sueltas se aprenden después ([Arpit y otros, 2017](https://arxiv.org/abs/1706.05394)). Así que la mejor red existe
# durante unas épocas y luego se sobrescribe.
#
# ### Recuperar la mejor
#
# El punto de control ha conservado la red con la menor pérdida de validación. `load_model` recupera la arquitectura, los pesos y el optimizador. Medimos la red
# recuperada y la comparamos con el punto más bajo de la curva.


# %%
def kept_figures(model, labels):
    train = model.evaluate(x_train, labels, return_dict=True, verbose=0)
    val = model.evaluate(x_val, y_val, return_dict=True, verbose=0)
    return {
        "train_accuracy": train["accuracy"],
        "val_accuracy": val["accuracy"],
        "kept_val_loss": val["loss"],
    }


best_model = keras.models.load_model(best_file)
test = best_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
best = record("noisy_checkpoint", test=test, **kept_figures(best_model, y_noisy))

# %% lang="en"
print(f"lowest validation loss of the curve:    {noisy_30.best_val_loss:.3f}")
print(f"validation loss of the loaded network:  {best.kept_val_loss:.3f}")
print(f"its validation accuracy:                {100 * best.val_accuracy:.1f} %")

# %% lang="es"
print(f"menor pérdida de validación de la curva:    {noisy_30.best_val_loss:.3f}")
print(f"pérdida de validación de la red recuperada: {best.kept_val_loss:.3f}")
print(f"su exactitud de validación:                 {100 * best.val_accuracy:.1f} %")

# %% [markdown] lang="en"
# ## By hand: early stopping in a few lines
#
# The checkpoint kept a good network, but the training went on until epoch 30. The remedy is **early stopping**: the training ends when a validation figure has not
# improved for some epochs. The **patience** says after how many such epochs in a row. How much better counts as an improvement is `min_delta`:

# %% [markdown] lang="es"
# ## A mano: *early stopping* en pocas líneas
#
# El punto de control conservó una buena red, pero el entrenamiento siguió hasta la época 30. El remedio es el ***early stopping***: el entrenamiento termina cuando una cifra
# de validación lleva unas épocas sin mejorar. La **paciencia** (`patience`) dice tras cuántas de esas épocas seguidas. Cuánto hay que mejorar para que cuente es `min_delta`:


# %%
def stop_early(values, patience, min_delta=0.0):
    best, wait = np.inf, 0
    for epoch, value in enumerate(values, start=1):
        if value < best - min_delta:
            best, kept, wait = value, epoch, 0
        else:
            wait += 1
            if wait >= patience:
                break
    return epoch, kept


# %% [markdown] lang="en"
# **B.** Suppose that the validation losses of seven epochs are 0.9, 0.5, 0.6, 0.4, 0.5, 0.6 and 0.3. When does `stop_early` stop with `patience=2`, and which epoch does it keep?
#
# - (a) It stops after epoch 3 and keeps epoch 2.
# - (b) It stops after epoch 6 and keeps epoch 4.
# - (c) It does not stop, and keeps epoch 7, the best of all.

# %% [markdown] lang="es"
# **B.** Supón que las pérdidas de validación de siete épocas son 0.9, 0.5, 0.6, 0.4, 0.5, 0.6 y 0.3. ¿Cuándo se detiene `stop_early` con `patience=2`, y qué época conserva?
#
# - (a) Se detiene tras la época 3 y conserva la 2.
# - (b) Se detiene tras la época 6 y conserva la 4.
# - (c) No se detiene y conserva la época 7, la mejor de todas.

# %% tags=["exercise"]
answer = ...

check.quiz_by_hand(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_by_hand(answer)

# %% lang="en"
stopped, kept = stop_early([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.3], patience=2)
print(f"stops after epoch {stopped}, keeps epoch {kept}")

# %% lang="es"
stopped, kept = stop_early([0.9, 0.5, 0.6, 0.4, 0.5, 0.6, 0.3], patience=2)
print(f"se detiene tras la época {stopped} y conserva la {kept}")

# %% [markdown] lang="en"
# ## The experiment: stopped in time
#
# Keras's callback is `EarlyStopping`. It needs three decisions:
#
# - **What to monitor?** We want many right answers, so we monitor the validation accuracy. Often one takes the validation loss, which is Keras's default.
# - **How much patience?** We take 8 epochs, because the bumps that we have seen in the curves of this network were shorter.
# - **Which weights to keep?** The best, so `restore_best_weights=True`.
#
# The seed, the network and the labels are those of the run above.

# %% [markdown] lang="es"
# ## El experimento: parar a tiempo
#
# El *callback* de Keras se llama `EarlyStopping`. Hay que tomar tres decisiones:
#
# - **¿Qué vigilar?** Queremos muchos aciertos, así que vigilamos la exactitud de validación. A menudo se toma la pérdida de validación, que es lo que Keras vigila por
#   defecto.
# - **¿Cuánta paciencia?** Tomamos 8 épocas, porque los baches que hemos visto en las curvas de esta red eran más cortos.
# - **¿Qué pesos conservar?** Los mejores, así que `restore_best_weights=True`.
#
# La semilla, la red y las etiquetas son las del entrenamiento anterior.


# %%
def train_stopped(labels):
    keras.utils.set_random_seed(SEED)
    model = models.baseline_cnn()
    stopper = keras.callbacks.EarlyStopping(
        monitor="val_accuracy", patience=8, restore_best_weights=True
    )
    history = train(model, "adam", epochs=30, labels=labels, callbacks=[stopper])
    return model, stopper, history


# %%
start = time.perf_counter()
model, stopper, history = train_stopped(y_noisy)
seconds = time.perf_counter() - start

test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
kept = kept_figures(model, y_noisy)
noisy_stopped = record("noisy_stopped", history, test, seconds, **kept)

# %% [markdown] lang="en"
# Has Keras stopped after the same epoch, and kept the same one, as our few lines would? We give them the curve of this run. An accuracy gets better by rising, so we hand over the share of *wrong* answers, which falls:

# %% [markdown] lang="es"
# ¿Se ha detenido Keras tras la misma época que nuestras pocas líneas, y ha conservado la misma? Les damos la curva de este entrenamiento. Una exactitud mejora subiendo, así que les pasamos la proporción de
# *fallos*, que baja:

# %%
errors = 1 - np.array(noisy_stopped.history["val_accuracy"])
same(stop_early(errors, patience=8), (noisy_stopped.epochs, stopper.best_epoch + 1))

# %%
plots.compare(noisy_30, noisy_stopped, metric="accuracy")

# %% lang="en"
for name, run in (("after 30 epochs", noisy_30), ("stopped in time", noisy_stopped)):
    val, test = 100 * run.val_accuracy, 100 * run.test_accuracy
    print(f"{name}: validation accuracy {val:.1f} %   test accuracy {test:.1f} %")
print(f"epochs trained: {noisy_30.epochs} and {noisy_stopped.epochs}")

# %% lang="es"
for name, run in (("tras 30 épocas", noisy_30), ("detenida a tiempo", noisy_stopped)):
    val, test = 100 * run.val_accuracy, 100 * run.test_accuracy
    print(f"{name}: exactitud de validación {val:.1f} %   de prueba {test:.1f} %")
print(f"épocas entrenadas: {noisy_30.epochs} y {noisy_stopped.epochs}")

# %% [markdown] lang="en"
# Both runs follow the same curve; the second one is only cut short. Over our {{measured.seeds}} seeds, validation accuracy was **{{noisy_stopped.val_accuracy}} when stopped in
# time and {{noisy_30.val_accuracy}} after 30 epochs**. The test set, by which nothing was chosen, agrees: {{noisy_stopped.test_accuracy}} and {{noisy_30.test_accuracy}}. The
# training was over after {{noisy_stopped.epochs}} epochs on average.
#
# Why did we not monitor the loss? The kept weights are *always* the best of the epochs seen, but only **by the monitored figure**. By any other figure, another epoch may be better. The
# checkpoint chose by validation loss, and its network reached {{noisy_checkpoint.val_accuracy}}. In some of our runs the loss was still falling
# while the accuracy was falling, too: with so many wrong labels the network is unsure of its right answers, and becoming surer of them lowers the loss even while a
# few more answers go wrong.
#
# **C.** Which data may decide when to stop?
#
# - (a) The test set: that is the figure we care about.
# - (b) The training set: it is what the network learns from.
# - (c) The validation set; the test set is opened afterwards.

# %% [markdown] lang="es"
# Los dos entrenamientos siguen la misma curva; el segundo solo es más corto. Con nuestras {{measured.seeds}} semillas, la exactitud de validación fue **{{noisy_stopped.val_accuracy}} al parar a
# tiempo y {{noisy_30.val_accuracy}} tras 30 épocas**. El conjunto de prueba, con el que no se eligió nada, lo confirma: {{noisy_stopped.test_accuracy}} y
# {{noisy_30.test_accuracy}}. El entrenamiento terminó tras {{noisy_stopped.epochs}} épocas de media.
#
# ¿Por qué no vigilamos la pérdida? Los pesos conservados son *siempre* los mejores de las épocas vistas, pero solo **según la cifra vigilada**. Según otra cifra puede ser mejor otra época. El punto de
# control eligió por la pérdida de validación, y su red alcanzó el {{noisy_checkpoint.val_accuracy}}. En algunas de nuestras ejecuciones la pérdida seguía
# bajando mientras la exactitud también bajaba: con tantas etiquetas incorrectas la red está poco segura de sus aciertos, y ganar seguridad en ellos reduce la pérdida
# aunque fallen unas cuantas respuestas más.
#
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
# ## And with clean labels?
#
# Now the same with the right labels. After all 30 epochs, the network of lesson 01 had a validation accuracy of {{01:baseline.val_accuracy}}. What will
# it be if we stop in the same way?

# %% [markdown] lang="es"
# ## ¿Y con etiquetas correctas?
#
# Ahora, lo mismo con las etiquetas correctas. Tras las 30 épocas, la red de la lección 01 tenía una exactitud de validación del {{01:baseline.val_accuracy}}. ¿Cuál
# será si paramos de la misma manera?

# %%
guess("clean_stopped", val_accuracy=...)

# %%
start = time.perf_counter()
model, stopper, history = train_stopped(y_train)
seconds = time.perf_counter() - start

test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
kept = kept_figures(model, y_train)
clean_stopped = record("clean_stopped", history, test, seconds, **kept)

# %%
plots.curves(clean_stopped)

# %% [markdown] lang="en"
# This time stopping changed little. Here are the means over our {{measured.seeds}} seeds:
#
# | clean labels | all 30 epochs (lesson 01) | stopped |
# |---|--:|--:|
# | validation accuracy | {{01:baseline.val_accuracy}} | {{clean_stopped.val_accuracy}} |
# | test accuracy | {{01:baseline.test_accuracy}} | {{clean_stopped.test_accuracy}} |
# | test loss | {{01:baseline.test_loss}} | {{clean_stopped.test_loss}} |
# | epochs trained | 30 | {{clean_stopped.epochs}} |
#
# **With clean labels, stopping did not make this network more accurate.** After the best epoch its accuracy does not fall, it levels off. In both accuracies the difference between the two columns of the table
# is smaller than the usual spread between seeds (the number after ±). What stopping gains here is time, and a lower test loss, because the network is less sure of its wrong answers than after 30 epochs (lesson 01). And no patience is safe on every curve: where accuracy stands still
# for longer than the patience before it rises again, we stop too soon. In one of our runs the training was over after {{clean_stopped.epochs.min}} epochs. We chose 8 by looking at a few curves, so it need not suit others.
#
# So early stopping **prevents harm** where the network begins to learn noise, and saves time where it no longer learns anything. But it cannot make the network better than it
# was in its best epoch. For that you need more data or the remedies of lessons 02 and 03.
#
# ### 2. Your turn: beat the stopped network
#
# Train a network on the noisy labels `y_noisy` that is right for at least **93 %** of the validation digits. Call it `my_network`: it takes images like `x_val` and gives
# ten probabilities for each. You may use all you know from lessons 02 and 03, for instance `models.baseline_cnn(dropout=…, augmentation=…)`, and any callbacks; 15 epochs are enough. Do not
# use `y_train`: in real life you would not have it.

# %% [markdown] lang="es"
# Esta vez, parar cambió poco. Estas son las medias con nuestras {{measured.seeds}} semillas:
#
# | etiquetas correctas | las 30 épocas (lección 01) | con parada |
# |---|--:|--:|
# | exactitud de validación | {{01:baseline.val_accuracy}} | {{clean_stopped.val_accuracy}} |
# | exactitud de prueba | {{01:baseline.test_accuracy}} | {{clean_stopped.test_accuracy}} |
# | pérdida de prueba | {{01:baseline.test_loss}} | {{clean_stopped.test_loss}} |
# | épocas entrenadas | 30 | {{clean_stopped.epochs}} |
#
# **Con etiquetas correctas, parar no hizo más exacta a esta red.** Después de la mejor época su exactitud no baja, sino que se estabiliza. En las dos exactitudes, la diferencia entre las columnas
# de la tabla es menor que la variación habitual entre semillas (el número tras ±). Lo que se gana aquí al parar es tiempo, y una pérdida de prueba menor, porque la red está menos segura de sus respuestas equivocadas que tras 30 épocas (lección 01). Y ninguna paciencia es segura con todas las
# curvas: donde la exactitud se queda quieta más épocas que la paciencia antes de volver a subir, paramos demasiado pronto. En una de nuestras ejecuciones el entrenamiento terminó tras {{clean_stopped.epochs.min}} épocas. Elegimos 8 mirando unas
# pocas curvas, así que no tiene por qué servir para otras.
#
# El *early stopping*, pues, **evita daños** donde la red empieza a aprender ruido, y ahorra tiempo donde ya no aprende nada. Pero no puede hacer la red mejor de lo que era en su
# mejor época. Para eso hacen falta más datos o los remedios de las lecciones 02 y 03.
#
# ### 2. Te toca: supera a la red detenida a tiempo
#
# Entrena con las etiquetas ruidosas `y_noisy` una red que acierte al menos el **93 %** de los dígitos de validación. Llámala `my_network`: recibe imágenes como `x_val` y da
# diez probabilidades por imagen. Puedes usar todo lo que sabes de las lecciones 02 y 03, por ejemplo `models.baseline_cnn(dropout=…, augmentation=…)`, y los *callbacks* que quieras; bastan 15 épocas. No
# uses `y_train`: en la vida real no las tendrías.

# %% tags=["exercise"]
my_network = ...

check.robust(my_network)
# check.robust.hint()

# %% tags=["solution"]
keras.utils.set_random_seed(SEED)
shift = layers.RandomTranslation(0.1, 0.1, fill_mode="constant")
my_network = models.baseline_cnn(dropout=0.5, augmentation=keras.Sequential([shift]))
stopper = keras.callbacks.EarlyStopping(
    monitor="val_accuracy", patience=5, restore_best_weights=True
)
train(my_network, "adam", epochs=15, labels=y_noisy, callbacks=[stopper])

check.robust(my_network)

# %% [markdown] lang="en"
# (If you tried several settings, you chose among them by the validation digits, so your figure is a little too good. For an honest one you would now open the test set, once.)
#
# ## What each argument does
#
# Different curves need different settings. To see what each argument does, we make up a curve with a bump (epochs 4 and 5), a stretch where it hardly moves
# (epochs 6 to 9), and a rise. `figures.outcomes` gives these numbers to a real `EarlyStopping`, epoch by epoch, as `fit` would. The bar ends where the callback stops, and
# the star marks the epoch whose weights the network has at the end. All of them monitor `val_loss` and restore the best weights, unless they say otherwise.

# %% [markdown] lang="es"
# (Si has probado varios ajustes, los has elegido con los dígitos de validación, así que tu cifra es un poco optimista. Para una cifra honesta abrirías ahora el conjunto de prueba, una sola vez).
#
# ## Qué hace cada argumento
#
# Curvas distintas necesitan ajustes distintos. Para ver qué hace cada argumento, inventamos una curva con un bache (épocas 4 y 5), un tramo en que apenas se mueve (épocas 6 a 9)
# y una subida. `figures.outcomes` le da estos números a un `EarlyStopping` de verdad, época por época, como haría `fit`. La barra termina donde el *callback* se detiene, y la
# estrella marca la época cuyos pesos tiene la red al final. Todos vigilan `val_loss` y restauran los mejores pesos, si no dicen otra cosa.

# %%
falling = [0.9, 0.6, 0.45, 0.48, 0.46, 0.40, 0.39, 0.385, 0.38]
rising = [0.43, 0.5, 0.58, 0.67, 0.77]
invented = {
    "val_loss": [*falling, *rising],
    "loss": [0.95 * 0.8**epoch for epoch in range(14)],
}
settings = [
    {"patience": 0},
    {"patience": 3},
    {"patience": 0, "start_from_epoch": 5},
    {"patience": 3, "min_delta": 0.03},
    {"patience": 3, "baseline": 0.35},
    {"patience": 3, "restore_best_weights": False},
    {"patience": 3, "monitor": "loss"},
]
figures.stopping_points(invented["val_loss"], figures.outcomes(invented, *settings))

# %% [markdown] lang="en"
# - **`patience`**: with 0, the first epoch that is not better ends the training, here in the bump. With 3 it outlasts the bump and keeps the lowest point. With more
#   patience, training takes more epochs.
# - **`start_from_epoch=5`** lets the first five epochs pass unwatched. It helps where a training begins with bumps.
# - **`min_delta`** asks for more than that amount before something counts as an improvement. It is in **the unit of what you monitor**: 0.03 of loss here; for an accuracy,
#   0.03 would be three percentage *points*. The small gains of epochs 7 to 9 do not count, so epoch 6 is kept, although it is not the lowest. (Some older material calls it a percentage, or
#   gives it a minus sign. Keras finds the direction by itself.)
# - **`baseline`** is a figure to be reached. Where the loss has not fallen below it within the patience, the next epoch that is not better ends the training: here
#   epoch 4, long before the lowest point.
# - **`restore_best_weights`** is `False` by default. Then the network keeps the weights of its *last* epoch, which here has a far higher loss.
# - **`monitor="loss"`** watches the training loss. It falls in every epoch of this curve, so the callback never stops, and keeps the last weights.
#
# Now the curve of our noisy run, which has a clear lowest point:

# %% [markdown] lang="es"
# - **`patience`** (paciencia): con 0, la primera época que no mejora pone fin al entrenamiento, aquí en el bache. Con 3 aguanta el bache y conserva el punto más bajo. Con más
#   paciencia, el entrenamiento dura más épocas.
# - **`start_from_epoch=5`** deja pasar las cinco primeras épocas sin vigilarlas. Ayuda donde el entrenamiento empieza con baches.
# - **`min_delta`** pide más que esa cantidad para hablar de mejora. Va en **la unidad de lo que vigilas**: aquí, 0.03 de pérdida; en una exactitud, 0.03 serían tres *puntos*
#   porcentuales. Las pequeñas mejoras de las épocas 7 a 9 no cuentan, así que se conserva la 6, aunque no es la más baja. (Algún material antiguo dice que es un porcentaje, o le pone
#   signo menos. Keras averigua la dirección por sí solo).
# - **`baseline`** es una cifra que hay que alcanzar. Si la pérdida no ha bajado de ella dentro de la paciencia, la siguiente época que no mejore pone fin al entrenamiento:
#   aquí la 4, mucho antes del punto más bajo.
# - **`restore_best_weights`** es `False` por defecto. Entonces la red se queda con los pesos de su *última* época, que aquí tiene una pérdida mucho mayor.
# - **`monitor="loss"`** mira la pérdida de entrenamiento. En esta curva baja en todas las épocas, así que el *callback* no se detiene nunca y conserva los últimos pesos.
#
# Ahora, la curva de nuestro entrenamiento con ruido, que tiene un mínimo claro:

# %%
settings = [
    {"patience": 3},
    {"patience": 8},
    {"patience": 8, "monitor": "val_accuracy"},
    {"patience": 8, "restore_best_weights": False},
    {"patience": 8, "monitor": "loss"},
]
tried = figures.outcomes(noisy_30.history, *settings)
figures.stopping_points(noisy_30.history["val_loss"], tried)

# %% [markdown] lang="en"
# Compare the two pictures. On the second curve, which has a clear minimum, patience 3 and 8 keep the same epoch. On both curves the two mistakes do the most harm: keeping the last
# weights, and monitoring the training loss.
# (Wherever a curve of training loss has a bump, even the last row can stop, but too late.)
#
# ### 3. Your turn: set the callback
#
# Somebody's **validation loss** is bumpy. Make an `EarlyStopping` that does the following:
#
# - four epochs in a row without improvement are no reason to stop, sixteen are;
# - an improvement of 0.02 counts, one of less than 0.001 does not;
# - the network ends up with the weights of its best epoch.

# %% [markdown] lang="es"
# Compara las dos gráficas. En la segunda curva, que tiene un mínimo claro, las paciencias 3 y 8 conservan la misma época. En ambas curvas, los dos errores son lo que más perjudica:
# quedarse con los últimos pesos y vigilar la pérdida de entrenamiento. (Donde la pérdida de entrenamiento tiene un bache, también la última fila puede detenerse, pero demasiado tarde).
#
# ### 3. Te toca: ajusta el *callback*
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
# ## What can go wrong
#
# One mistake does not show: to pass the test set as `validation_data`. Everything seems to work, but the test figure comes out a little too good, because it chose the
# epoch itself. Another is hidden in this exercise.
#
# ### 4. Your turn: find the bug
#
# A colleague wants to stop by **validation accuracy**, with a patience of 3. His training always ends after epoch 4, and the network that he is left with is that of the *first* epoch. Make
# a `stopper`, an `EarlyStopping` like his, that keeps the best epoch by validation accuracy.

# %% [markdown] lang="es"
# ## Qué puede salir mal
#
# Hay un error que no se nota: pasar el conjunto de prueba como `validation_data`. Todo parece funcionar, pero la cifra de prueba sale algo mejor de lo debido, porque ella misma ha elegido la
# época. Otro se esconde en este ejercicio.
#
# ### 4. Te toca: encuentra el error
#
# Un compañero quiere parar según la **exactitud de validación**, con paciencia 3. Su entrenamiento acaba siempre tras la época 4, y la red que le queda es la de la *primera* época. Crea un
# `stopper`, un `EarlyStopping` como el suyo, que conserve la mejor época según la exactitud de validación.

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
# By default `mode` is `"auto"`: of the loss and the metrics that were given to `compile`, Keras knows whether smaller or larger is better. Of any other figure it does not, and stops with an error that asks
# for `mode`.
#
# ## Smaller steps instead of stopping: `ReduceLROnPlateau`
#
# Where a validation loss no longer falls, the steps may simply be too large: the weights jump around the minimum instead of settling in it. `ReduceLROnPlateau` then lowers the learning
# rate. A **plateau** is a stretch without improvement. Here it multiplies the rate by 0.2 after two such epochs, down to 0.0001 at the least (`min_lr`). The labels are the right ones, and Adam begins with 0.01, ten times its usual rate:

# %% [markdown] lang="es"
# Por defecto, `mode` vale `"auto"`: de la pérdida y las métricas que recibió `compile`, Keras sabe si es mejor que bajen o que suban. De cualquier otra cifra no lo sabe, y se detiene con un error que
# pide `mode`.
#
# ## Pasos más pequeños en vez de parar: `ReduceLROnPlateau`
#
# Donde una pérdida de validación ya no baja, puede que los pasos sean simplemente demasiado grandes: los pesos saltan alrededor del mínimo en vez de asentarse en él. `ReduceLROnPlateau` reduce
# entonces la tasa de aprendizaje. Una **meseta** (*plateau*) es un tramo sin mejora. Aquí multiplica la tasa por 0.2 tras dos épocas así, hasta un mínimo de 0.0001 (`min_lr`). Las etiquetas son las correctas, y Adam empieza con 0.01, diez
# veces su tasa habitual:

# %%
reduce = keras.callbacks.ReduceLROnPlateau(
    monitor="val_loss", factor=0.2, patience=2, min_lr=1e-4
)
plateau_runs = []
for name, callbacks in (("constant_rate", []), ("reduced_rate", [reduce])):
    adam = keras.optimizers.Adam(0.01)
    history = train(dense_network(64), adam, epochs=15, callbacks=callbacks)
    plateau_runs.append(record(name, history))

constant_rate, reduced_rate = plateau_runs
plots.compare(constant_rate, reduced_rate)

# %% lang="en"
used = sorted({*reduced_rate.history["learning_rate"]}, reverse=True)
print("learning rates, one after the other:", *(f"{rate:.2g}" for rate in used))

# %% lang="es"
used = sorted({*reduced_rate.history["learning_rate"]}, reverse=True)
print("tasas de aprendizaje, una tras otra:", *(f"{rate:.2g}" for rate in used))

# %% [markdown] lang="en"
# With the constant rate the validation loss jumped up and down and ended at {{constant_rate.val_loss}}. With the reduced rate it ended at {{reduced_rate.val_loss}}: from the first
# reduction on, the curve is calm and stays low. Both callbacks can work together. Then give `EarlyStopping` more patience than `ReduceLROnPlateau`, so that the smaller steps get their
# chance before the training ends.
#
# ## A callback of your own
#
# A callback of your own is a class with methods that `fit` calls; `logs` brings the figures of the epoch. This one stops at 99 % training accuracy. Many courses have it; we
# give it our noisy labels and a large network:

# %% [markdown] lang="es"
# Con la tasa constante, la pérdida de validación subía y bajaba a saltos y terminó en {{constant_rate.val_loss}}. Con la tasa reducida terminó en {{reduced_rate.val_loss}}: desde la
# primera reducción, la curva es tranquila y se queda baja. Los dos *callbacks* pueden trabajar juntos. Dale entonces a `EarlyStopping` más paciencia que a `ReduceLROnPlateau`, para que los pasos
# pequeños tengan su oportunidad antes de que acabe el entrenamiento.
#
# ## Tu propio *callback*
#
# Un *callback* propio es una clase con métodos a los que llama `fit`; `logs` trae las cifras de la época. Este se detiene al llegar al 99 % de exactitud de entrenamiento. Lo traen
# muchos cursos; nosotros le damos nuestras etiquetas con ruido y una red grande:


# %%
class StopAt99(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs["accuracy"] >= 0.99:
            self.model.stop_training = True


large = dense_network(512, 512)
history = train(large, "adam", epochs=30, labels=y_noisy, callbacks=[StopAt99()])
highest = max(history.history["val_accuracy"])
at_99 = record("stop_at_99", history, highest_val_accuracy=highest)

# %% lang="en"
print(f"stopped after epoch {at_99.epochs}")
print(f"training accuracy then:      {100 * at_99.train_accuracy:.1f} %")
print(f"validation accuracy then:    {100 * at_99.val_accuracy:.1f} %")
print(f"highest validation accuracy: {100 * highest:.1f} %")

# %% lang="es"
print(f"se detuvo tras la época {at_99.epochs}")
print(f"exactitud de entrenamiento entonces: {100 * at_99.train_accuracy:.1f} %")
print(f"exactitud de validación entonces:    {100 * at_99.val_accuracy:.1f} %")
print(f"mayor exactitud de validación:       {100 * highest:.1f} %")

# %% [markdown] lang="en"
# The callback stopped as it should, but training accuracy is the wrong figure to watch. About 27 % of these labels are wrong, so a training accuracy of 99 % means that the network has learnt nearly all the wrong ones, too. Over our seeds the validation
# accuracy had been as high as {{stop_at_99.highest_val_accuracy}}, and was {{stop_at_99.val_accuracy}} at the stop. **Only the validation set can say when to stop.**
#
# ### 5. Your turn: a callback that stops when the loss is low enough
#
# Write a class `StopBelow` that is made with a threshold, as in `StopBelow(0.25)`. It stops the training after the first epoch whose **validation loss** is below the threshold.

# %% [markdown] lang="es"
# El *callback* se detuvo como debía, pero la exactitud de entrenamiento no es la cifra que hay que vigilar. Alrededor del 27 % de estas etiquetas son incorrectas, así que una exactitud de entrenamiento del 99 % significa que la red ha aprendido también casi todas las incorrectas. Con nuestras semillas,
# la exactitud de validación había llegado al {{stop_at_99.highest_val_accuracy}} y, al detenerse, era del {{stop_at_99.val_accuracy}}. **Solo el conjunto de validación puede decir cuándo parar.**
#
# ### 5. Te toca: un *callback* que detiene el entrenamiento cuando la pérdida ya es lo bastante baja
#
# Escribe una clase `StopBelow` que se cree con un umbral, como en `StopBelow(0.25)`. Detiene el entrenamiento tras la primera época cuya **pérdida de validación** quede por debajo del umbral.

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
# ## When the computer is switched off: `BackupAndRestore`
#
# Power cuts, updates and closed laptops end a long training too early. `BackupAndRestore` writes weights, optimiser and epoch to a folder after every epoch. Start the same program
# again, and `fit` goes on from there. To see it we need a training that may be killed, so we run it in a **second Python process**. This is its whole program; it prints the number of each epoch that is done:

# %% [markdown] lang="es"
# ## Cuando se apaga la máquina: `BackupAndRestore`
#
# Los apagones, las actualizaciones y las computadoras (u ordenadores) portátiles que se cierran acaban antes de tiempo con los entrenamientos largos. `BackupAndRestore` escribe los pesos, el optimizador y la época en una carpeta después
# de cada época. Arranca otra vez el mismo programa, y `fit` sigue desde ahí. Para verlo hace falta un entrenamiento que se pueda interrumpir, así que lo ejecutamos en un **segundo proceso de Python**. Este es
# su programa completo; escribe el número de cada época terminada:

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

# %% [markdown] lang="en"
# `run` starts the program (without a GPU, so that this notebook keeps its own) and collects what it prints. With `kill_after=2` it kills the process after its second epoch, without a chance to save
# anything. Then we start the same program again. (Python and TensorFlow start twice, which takes a little time.)

# %% [markdown] lang="es"
# `run` arranca el programa (sin GPU, para no quitársela a este cuaderno) y recoge lo que escribe. Con `kill_after=2` mata el proceso tras su segunda época, sin darle ocasión de guardar nada. Después
# arrancamos otra vez el mismo programa. (Python y TensorFlow arrancan dos veces, y eso lleva un poco de tiempo).


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


before_kill = run(kill_after=2)
after_restart = run()

# %% lang="en"
print(f"epochs of the first process:  {before_kill}")
print(f"epochs of the second process: {after_restart}")

# %% lang="es"
print(f"épocas del primer proceso:  {before_kill}")
print(f"épocas del segundo proceso: {after_restart}")

# %% [markdown] lang="en"
# The second process did not begin with epoch 1. It found the backup and went on with the next epoch. (If the kill came a moment late, the first list has one epoch more, and the second begins one later.) The
# history of the earlier epochs does not come back: the callback `CSVLogger("history.csv", append=True)` keeps it in a file. When `fit` is through, the backup is deleted. To keep a model there is
# `ModelCheckpoint`.
#
# If the process is killed while the backup itself is being written, the backup is incomplete. The next start then stops with an error: delete the folder and begin again.
# `BackupAndRestore(folder, double_checkpoint=True)` keeps the backup before it as well, which helps in most such cases.
#
# **D.** What does `BackupAndRestore` promise after a restart?
#
# - (a) Training goes on with the epoch after the last one that was backed up; its losses are similar to those of an unbroken training.
# - (b) Training goes on as if nothing had happened, with the same losses to the last digit.
# - (c) The network has the weights of its best epoch.

# %% [markdown] lang="es"
# El segundo proceso no empezó por la época 1. Encontró la copia y siguió con la época siguiente. (Si la interrupción llegó un instante tarde, la primera lista tiene una época más y la segunda empieza una después). El
# historial de las épocas anteriores no se recupera: el *callback* `CSVLogger("history.csv", append=True)` lo guarda en un archivo. Cuando `fit` termina, la copia se borra. Para conservar un modelo
# está `ModelCheckpoint`.
#
# Si el proceso muere mientras se escribe la propia copia, la copia queda incompleta. El siguiente arranque se detiene entonces con un error: borra la carpeta y empieza de nuevo.
# `BackupAndRestore(carpeta, double_checkpoint=True)` guarda además la copia anterior, que sirve en la mayoría de esos casos.
#
# **D.** ¿Qué promete `BackupAndRestore` tras volver a arrancar?
#
# - (a) El entrenamiento sigue con la época posterior a la última copiada; sus pérdidas se parecen a las de un entrenamiento sin cortes.
# - (b) El entrenamiento sigue como si nada hubiera pasado, con las mismas pérdidas hasta el último decimal.
# - (c) La red tiene los pesos de su mejor época.

# %% tags=["exercise"]
answer = ...

check.quiz_backup(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_backup(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs, and our test accuracy over {{measured.seeds}} seeds. In `noisy_stopped`, `noisy_checkpoint` and `clean_stopped` the accuracies are those of the weights that were kept; training accuracy is measured on
# the labels that the network was trained with. Only these three and `noisy_30` have a test figure; of the others we look at the curves.
#
# | name | what it is |
# |---|---|
# | `noisy_30` | lesson 01's network, noisy labels, all 30 epochs |
# | `noisy_checkpoint` | the same, loaded from the checkpoint with the lowest validation loss |
# | `noisy_stopped`, `clean_stopped` | stopped by validation accuracy, with noisy and with right labels |
# | `rate_…`, `sgd` to `adamw` | learning rates and optimisers, 64 units |
# | `tiny`, `medium`, `large` | 2 units, 64 units, two layers of 512 |
# | `constant_rate`, `reduced_rate` | Adam with 0.01, without and with `ReduceLROnPlateau` |
# | `stop_at_99` | noisy labels, stopped at 99 % training accuracy |

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones, y nuestra exactitud de prueba con {{measured.seeds}} semillas. En `noisy_stopped`, `noisy_checkpoint` y `clean_stopped`, las exactitudes son las de los pesos conservados; la de entrenamiento se mide con
# las etiquetas con las que se entrenó la red. Solo estas tres y `noisy_30` tienen cifra de prueba; de las demás miramos las curvas.
#
# | nombre | qué es |
# |---|---|
# | `noisy_30` | la red de la lección 01, etiquetas con ruido, las 30 épocas |
# | `noisy_checkpoint` | la misma, recuperada del punto de control con la menor pérdida de validación |
# | `noisy_stopped`, `clean_stopped` | detenida según la exactitud de validación, con etiquetas ruidosas y con las correctas |
# | `rate_…`, de `sgd` a `adamw` | tasas de aprendizaje y optimizadores, 64 unidades |
# | `tiny`, `medium`, `large` | la diminuta, 2 unidades; la mediana, 64; la grande, dos capas de 512 |
# | `constant_rate`, `reduced_rate` | Adam con 0.01, sin `ReduceLROnPlateau` y con él |
# | `stop_at_99` | etiquetas con ruido, detenida al 99 % de exactitud de entrenamiento |

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:

# %%
claim("keeps_ten_points", noisy_stopped.val_accuracy, ">=", noisy_30.val_accuracy, margin=0.1, unit="%",
      en="with noisy labels, early stopping keeps at least 10 percentage points more validation accuracy than 30 epochs do",
      es="con etiquetas ruidosas, el early stopping conserva al menos 10 puntos porcentuales más de exactitud de validación que las 30 épocas")
claim("test_agrees", noisy_stopped.test_accuracy, ">=", noisy_30.test_accuracy, margin=0.1, unit="%",
      en="the test set agrees: at least 10 percentage points more test accuracy",
      es="la prueba lo confirma: al menos 10 puntos porcentuales más de exactitud de prueba")
claim("learns_noise", noisy_30.train_accuracy, ">=", 1 - wrong, margin=0.1, unit="%",
      en="after 30 epochs, training accuracy is at least 10 percentage points above the share of right labels",
      es="tras 30 épocas, la exactitud de entrenamiento supera en al menos 10 puntos porcentuales la proporción de etiquetas correctas")
claim("fewer_epochs", noisy_stopped.epochs, "<", noisy_30.epochs,
      en="with early stopping, training takes fewer epochs",
      es="con early stopping, el entrenamiento dura menos épocas")
claim("stops_too_late", at_99.val_accuracy, "<=", at_99.highest_val_accuracy, margin=-0.03, unit="%",
      en="when StopAt99 stopped, validation accuracy was at least 3 percentage points below its highest value",
      es="cuando StopAt99 se detuvo, la exactitud de validación estaba al menos 3 puntos porcentuales por debajo de su valor más alto")
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
claim("momentum_helps", optimizer_runs["momentum"].val_loss, "<", optimizer_runs["sgd"].val_loss,
      en="with the same learning rate and epochs, SGD with momentum ends with a lower validation loss than without",
      es="con la misma tasa de aprendizaje y las mismas épocas, SGD con inercia acaba con menor pérdida de validación que sin ella")
claim("smaller_steps_help", reduced_rate.val_loss, "<", constant_rate.val_loss,
      en="with ReduceLROnPlateau, validation loss ends lower than with the constant rate of 0.01",
      es="con ReduceLROnPlateau, la pérdida de validación acaba más baja que con la tasa constante de 0.01")

# %%
claim("underfits", tiny.train_accuracy, "<=", medium.val_accuracy, margin=-0.1, unit="%",
      en="the tiny network's training accuracy is at least 10 percentage points below the medium network's validation accuracy",
      es="la exactitud de entrenamiento de la red diminuta queda al menos 10 puntos porcentuales por debajo de la de validación de la mediana")
claim("wider_gap", large.val_loss - large.train_loss, ">", medium.val_loss - medium.train_loss,
      en="the large network ends with a wider gap between training and validation loss than the medium one",
      es="la red grande acaba con una brecha mayor entre la pérdida de entrenamiento y la de validación que la mediana")

# %% [markdown] lang="en"
# ## In short
#
# - Learning rate: with one that is too small the curve rises slowly, with one that is too large the network does not learn. Begin with Adam and look at the first epochs.
# - A high loss on both sides is underfitting: let the network learn more. A validation figure that gets worse while the training figure gets better is overfitting: stop in time.
# - With noisy labels the network learns what the right labels have in common first, and the wrong labels later. Stopping in between kept a validation accuracy of {{noisy_stopped.val_accuracy}} instead of
#   {{noisy_30.val_accuracy}}. With clean labels it saved time, but made the network no better.
# - `EarlyStopping`: monitor a *validation* figure, with some patience, and set `restore_best_weights=True`. The kept epoch is the best by the monitored figure only. `min_delta` is in the unit of that figure.
# - `ReduceLROnPlateau` makes the steps smaller where the curve no longer improves. `ModelCheckpoint(…, save_best_only=True)` keeps the best epoch in a file. `BackupAndRestore` lets a
#   killed training go on.

# %% [markdown] lang="es"
# ## En resumen
#
# - Tasa de aprendizaje: con una demasiado pequeña la curva sube despacio; con una demasiado grande la red no aprende. Empieza con Adam y mira las primeras épocas.
# - Una pérdida alta en ambos lados es subajuste: deja que la red aprenda más. Una cifra de validación que empeora mientras la de entrenamiento mejora es sobreajuste: para a tiempo.
# - Con etiquetas ruidosas, la red aprende primero lo que las correctas tienen en común y después las incorrectas. Parar entre lo uno y lo otro conservó una exactitud de validación del {{noisy_stopped.val_accuracy}} en
#   vez del {{noisy_30.val_accuracy}}. Con etiquetas correctas ahorró tiempo, pero no mejoró la red.
# - `EarlyStopping`: vigila una cifra de *validación*, con algo de paciencia, y pon `restore_best_weights=True`. La época conservada es la mejor solo según la cifra vigilada. `min_delta` va en la unidad de esa cifra.
# - `ReduceLROnPlateau` acorta los pasos donde la curva ya no mejora. `ModelCheckpoint(…, save_best_only=True)` guarda la mejor época en un archivo. `BackupAndRestore` permite
#   continuar un entrenamiento interrumpido.

# %% [markdown] lang="en"
# ## Go further: how good is this wine?
#
# *Needs the table of red wines, 84 kB, fetched once.* 1,599 red wines, 11 laboratory measurements of each, and a quality mark from 3 to 8 given by tasters. The network now predicts a **number** instead
# of a class: it has one output without activation. The loss is the **mean absolute error** (MAE): by how many marks it is wrong on average.
#
# This table is in many courses, for instance in [Kaggle's](https://www.kaggle.com/learn/intro-to-deep-learning): three layers of 512 units, MAE, and
# `EarlyStopping(min_delta=0.001, patience=20)`: stop when the validation loss has not become better by more than 0.001 in 20 epochs. An older course publishes a lowest validation loss of **0.092** for this table. But it had
# scaled the column of marks as well, so that 3 became 0 and 8 became 1.
#
# **E.** How far off is a network with an error of 0.092 on that scale?
#
# - (a) By 0.092 marks.
# - (b) By about 0.46 marks.
# - (c) By about 0.74 marks.

# %% [markdown] lang="es"
# ## Para ir más lejos: ¿es bueno este vino?
#
# *Necesita la tabla de vinos tintos, 84 kB que se descargan una vez.* 1599 vinos tintos, con 11 medidas de laboratorio cada uno y una nota de calidad, de 3 a 8 puntos, que pusieron unos catadores. La red predice ahora un **número** en
# vez de una clase: tiene una salida sin activación. La pérdida es el **error absoluto medio** (*mean absolute error*, MAE): por cuántos puntos se equivoca de media.
#
# Esta tabla está en muchos cursos, por ejemplo en el de [Kaggle](https://www.kaggle.com/learn/intro-to-deep-learning): tres capas de 512 unidades, MAE y
# `EarlyStopping(min_delta=0.001, patience=20)`: parar cuando la pérdida de validación no ha mejorado en más de 0.001 durante 20 épocas. Un curso anterior publica para esta tabla una pérdida de validación mínima de **0.092**. Pero había
# escalado también la columna de las notas, de modo que el 3 pasó a ser 0 y el 8 pasó a ser 1.
#
# **E.** ¿Por cuánto se equivoca una red con un error de 0.092 en esa escala?
#
# - (a) Por 0.092 puntos.
# - (b) Por unos 0.46 puntos.
# - (c) Por unos 0.74 puntos.

# %% tags=["exercise"]
answer = ...

check.quiz_marks(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_marks(answer)

# %% [markdown] lang="en"
# Look at the table before you train. Here are four wines, a column each, and two figures for each measurement: its standard deviation (how far its values lie apart), and its share in the squared distance
# between two wines, if nobody scales the columns:

# %% [markdown] lang="es"
# Mira la tabla antes de entrenar. Estos son cuatro vinos, uno por columna, y dos cifras de cada medida: su desviación típica (o estándar: cuánto se separan sus valores) y su parte en la distancia al
# cuadrado entre dos vinos, si nadie escala las columnas:

# %% lang="en"
# %%needs wine
header = ["", "wine 1", "wine 2", "wine 3", "wine 4", "standard deviation", "share"]
names = ["fixed acidity", "volatile acidity", "citric acid", "residual sugar"]
names += ["chlorides", "free sulfur dioxide", "total sulfur dioxide", "density"]
names += ["pH", "sulphates", "alcohol", "**quality**"]

# %% lang="es"
# %%needs wine
header = ["", "vino 1", "vino 2", "vino 3", "vino 4", "desviación típica", "parte"]
names = ["acidez fija", "acidez volátil", "ácido cítrico", "azúcar residual"]
names += ["cloruros", "dióxido de azufre libre", "dióxido de azufre total", "densidad"]
names += ["pH", "sulfatos", "alcohol", "**calidad**"]

# %%
# %%needs wine
(wine_train, marks_train), (wine_val, marks_val), (wine_test, marks_test) = (
    data.red_wine()
)
variance = wine_train.var(axis=0)
shares = [f"{100 * share:.1f} %" for share in variance / variance.sum()]
columns = [*wine_train[:4].T, marks_train[:4]]
deviations = [f"{deviation:.2g}" for deviation in np.sqrt(variance)]
rows = [
    [name, *(f"{value:.4g}" for value in values), deviation, share]
    for name, values, deviation, share in zip(
        names, columns, [*deviations, ""], [*shares, ""], strict=True
    )
]
Table([header, *rows])

# %% [markdown] lang="en"
# **The column whose values lie furthest apart decides almost alone.** About nine tenths of the squared distance between two wines is their total sulphur dioxide, not because it matters most, but because it is counted in milligrams
# per litre, and most other columns in grams. What harm does that do? A simple prediction shows it: give a wine the mean mark of the ten training wines that are nearest to it, once with the columns as they are, and once with z-scores (lesson 01).

# %% [markdown] lang="es"
# **La columna cuyos valores están más separados decide casi sola.** Unas nueve décimas partes de la distancia al cuadrado entre dos vinos son su dióxido de azufre total, no porque sea lo que más importa, sino porque se cuenta en
# miligramos por litro, y casi todas las demás columnas en gramos. ¿Qué daño hace eso? Lo muestra una predicción sencilla: darle a un vino la nota media de los diez vinos de entrenamiento más cercanos, una vez con las columnas tal como están y otra con puntuaciones z (lección 01).


# %%
# %%needs wine
def error_of_neighbours(known, new):
    distances = ((new[:, np.newaxis] - known) ** 2).sum(axis=-1)
    nearest = np.argsort(distances, axis=1)[:, :10]
    return np.abs(marks_train[nearest].mean(axis=1) - marks_val).mean()


mean, deviation = wine_train.mean(axis=0), wine_train.std(axis=0)
unscaled = error_of_neighbours(wine_train, wine_val)
scaled = error_of_neighbours(
    (wine_train - mean) / deviation, (wine_val - mean) / deviation
)
always_the_mean = np.abs(marks_val - marks_train.mean()).mean()

# %% lang="en"
# %%needs wine
print(f"mean error, columns as they are:            {unscaled:.2f} marks")
print(f"mean error, z-scores:                       {scaled:.2f} marks")
print(f"mean error if each wine gets the mean mark: {always_the_mean:.2f} marks")

# %% lang="es"
# %%needs wine
print(f"error medio, columnas tal cual:                {unscaled:.2f} puntos")
print(f"error medio, puntuaciones z:                   {scaled:.2f} puntos")
print(f"error medio si cada vino recibe la nota media: {always_the_mean:.2f} puntos")

# %% [markdown] lang="en"
# No cell of this table is empty, and each holds a number. In other tables, look for these first:
#
# - **Missing values** (empty cells, or stand-ins such as −1 and 999): a single NaN (*not a number*) makes the loss NaN. Put the median that the column has in the *training* set in its place, and add a column that says "was missing", or leave out
#   columns that are mostly empty.
# - **Categories** (red, white, rosé): do not number them, because 0, 1, 2 would claim an order and distances that do not exist. Make a column of zeros and ones for each: `keras.layers.StringLookup(output_mode="one_hot")`, for whole
#   numbers `keras.utils.to_categorical`.
# - **Outliers and noise**: print minimum and maximum of each column. Where a decimal point was lost, correct the number; an impossible value counts as missing. Real extremes stay; scale robustly (lesson 01), and use the MAE, in which
#   a single large error counts less than in the mean squared error. Measuring noise becomes smaller if you measure several times and take the mean.
#
# Now the network, with a `Normalization` layer that learns mean and variance from the training set, and without:

# %% [markdown] lang="es"
# En esta tabla no hay celdas vacías, y todas contienen un número. En otras, busca primero lo siguiente:
#
# - **Valores ausentes** (celdas vacías, o sustitutos como −1 y 999): un solo NaN (*not a number*, no es un número) convierte la pérdida en NaN. Pon en su lugar la mediana que tiene la columna en el conjunto de *entrenamiento* y añade una columna que diga «faltaba», o
#   deja fuera las columnas casi vacías.
# - **Categorías** (tinto, blanco, rosado): no las numeres, porque 0, 1, 2 supondrían un orden y unas distancias que no existen. Haz una columna de ceros y unos para cada una: `keras.layers.StringLookup(output_mode="one_hot")`; con números
#   enteros, `keras.utils.to_categorical`.
# - **Valores atípicos y ruido**: imprime el mínimo y el máximo de cada columna. Si se perdió el punto (o la coma) decimal, corrige el número; un valor imposible cuenta como ausente. Los extremos reales se quedan: usa el escalado
#   robusto (lección 01) y el MAE, en el que un solo error grande pesa menos que en el error cuadrático medio. El ruido de medida se reduce si mides varias veces y tomas la media.
#
# Ahora la red, con una capa `Normalization` que aprende la media y la varianza del conjunto de entrenamiento, y sin ella:


# %%
# %%needs wine
def wine_network(*first):
    keras.utils.set_random_seed(SEED)
    hidden = [layers.Dense(512, activation="relu") for _ in range(3)]
    model = keras.Sequential([keras.Input((11,)), *first, *hidden, layers.Dense(1)])
    model.compile("adam", loss="mae")
    return model


def train_wine(model, known, new):
    stopper = keras.callbacks.EarlyStopping(
        min_delta=0.001, patience=20, restore_best_weights=True
    )
    return model.fit(
        *known,
        validation_data=new,
        epochs=500,
        batch_size=256,
        callbacks=[TqdmCallback(verbose=0), stopper],
        verbose=0,
    )


# %%
# %%needs wine
normalization = layers.Normalization()
normalization.adapt(wine_train)
known, new = (wine_train, marks_train), (wine_val, marks_val)
wine_runs = []
for name, first in (("wine", [normalization]), ("wine_unscaled", [])):
    model = wine_network(*first)
    history = train_wine(model, known, new)
    test = {"mae": model.evaluate(wine_test, marks_test, verbose=0)}
    on_their_scale = min(history.history["val_loss"]) / 5
    wine_runs.append(record(name, history, test, on_their_scale=on_their_scale))

plots.compare(*wine_runs)

# %% lang="en"
# %%needs wine
for run in wine_runs:
    print(f"{run.name}: lowest validation error {run.best_val_loss:.3f} marks", end=" ")
    print(f"({run.on_their_scale:.3f} on the scale from 0 to 1), {run.epochs} epochs")

# %% lang="es"
# %%needs wine
for run in wine_runs:
    print(f"{run.name}: menor error de validación {run.best_val_loss:.3f} puntos", end=" ")
    print(f"({run.on_their_scale:.3f} en la escala de 0 a 1), {run.epochs} épocas")

# %% [markdown] lang="en"
# With scaled inputs the network learns its training wines more closely: over our seeds its training loss ended at {{wine.train_loss}} marks, without scaling at {{wine_unscaled.train_loss}}. (In the first epochs of the picture it is
# behind.) Its best validation error is not better for that: {{wine.best_val_loss}} marks, against {{wine_unscaled.best_val_loss}} without scaling. Unlike the neighbours, a network can make up for unequal columns with its weights,
# and here the network with scaled inputs overfits more. On the test wines the errors were
# {{wine.test_mae}} and {{wine_unscaled.test_mae}} marks.
#
# On the scale of the older course, ours is {{wine.on_their_scale.mean}}, and the published figure is 0.092. Why? In this table many wines stand more than once, and the older course splits the rows at random. So some
# validation wines are in the training set as well, with their marks. Our loader keeps equal wines in the same set (lesson 01: a leak by splitting). Here is their way, with all columns scaled from 0 to 1:

# %% [markdown] lang="es"
# Con entradas escaladas, la red se ajusta más a sus vinos de entrenamiento: con nuestras semillas, su pérdida de entrenamiento terminó en {{wine.train_loss}} puntos; sin escalar, en {{wine_unscaled.train_loss}}. (En las primeras
# épocas de la gráfica va por detrás). No por eso es mejor su menor error de validación: {{wine.best_val_loss}} puntos, frente a {{wine_unscaled.best_val_loss}} sin escalar. A diferencia de los vecinos, una red puede compensar con sus
# pesos unas columnas desiguales, y aquí la red con entradas escaladas sobreajusta más. Con los vinos de prueba, los errores
# fueron {{wine.test_mae}} y {{wine_unscaled.test_mae}} puntos.
#
# En la escala del curso anterior, el nuestro es {{wine.on_their_scale.mean}}, y la cifra publicada es 0.092. ¿Por qué? En esta tabla muchos vinos aparecen más de una vez, y aquel curso reparte las filas al azar. Así, algunos
# vinos de validación están también en el conjunto de entrenamiento, con su nota. Nuestro cargador deja los vinos iguales en el mismo conjunto (lección 01: una fuga de datos al repartir). Esta es su manera, con todas las columnas escaladas de 0 a 1:

# %%
# %%needs wine
all_wines = np.concatenate([wine_train, wine_val, wine_test])
all_marks = np.concatenate([marks_train, marks_val, marks_test])
order = np.random.default_rng(SEED).permutation(len(all_wines))
known, new = np.split(order, [int(0.7 * len(order))])

low, high = all_wines[known].min(axis=0), all_wines[known].max(axis=0)
x, y = (all_wines - low) / (high - low), (all_marks - 3) / 5
model = wine_network()
history = train_wine(model, (x[known], y[known]), (x[new], y[new]))

seen = {wine.tobytes() for wine in all_wines[known]}
twin = np.array([wine.tobytes() in seen for wine in all_wines[new]])
errors = np.abs(model.predict(x[new], verbose=0)[:, 0] - y[new])
twins, others = errors[twin].mean(), errors[~twin].mean()
split = record("wine_random_split", history, twins_mae=twins, others_mae=others)

# %% lang="en"
# %%needs wine
print("on the scale from 0 to 1:")
print(f"lowest validation error:         {split.best_val_loss:.3f}   (published: 0.092)")
print(f"wines with an equal in training: {100 * twin.mean():.0f} %")
print(f"error of these wines:            {split.twins_mae:.3f}")
print(f"error of the others:             {split.others_mae:.3f}")

# %% lang="es"
# %%needs wine
print("en la escala de 0 a 1:")
print(f"menor error de validación:           {split.best_val_loss:.3f}   (publicado: 0.092)")
print(f"vinos con un igual en entrenamiento: {100 * twin.mean():.0f} %")
print(f"error de esos vinos:                 {split.twins_mae:.3f}")
print(f"error de los demás:                  {split.others_mae:.3f}")

# %% [markdown] lang="en"
# So we can reproduce the published figure: {{wine_random_split.best_val_loss}} over our seeds. But it is not what the network would do with new wines: for wines with an equal one in the training set the
# error was {{wine_random_split.twins_mae.mean}}, for the others {{wine_random_split.others_mae.mean}}. **Early stopping cannot help against a leak**, because the validation figure that it monitors is itself too good.
#
# **Sources.** Callbacks and optimisers: Keras's documentation ([callbacks](https://keras.io/api/callbacks/), [optimisers](https://keras.io/api/optimizers/)). L. Prechelt,
# [*Early Stopping – But When?*](https://doi.org/10.1007/978-3-642-35289-8_5), 2012. What is learnt first: D. Arpit and others, [*A Closer Look at Memorization in Deep Networks*](https://arxiv.org/abs/1706.05394),
# 2017. Wrong labels: C. Northcutt and others, [*Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks*](https://arxiv.org/abs/2103.14749), 2021. D. Kingma and J. Ba,
# [*Adam*](https://arxiv.org/abs/1412.6980), 2015; I. Loshchilov and F. Hutter, [*Decoupled Weight Decay Regularization*](https://arxiv.org/abs/1711.05101) (AdamW), 2019. Wine: P. Cortez and others, *Modeling wine preferences
# by data mining from physicochemical properties*, 2009 ([UCI](https://archive.ics.uci.edu/dataset/186/wine+quality), CC BY 4.0).

# %% [markdown] lang="es"
# Así que la cifra publicada se puede reproducir: {{wine_random_split.best_val_loss}} con nuestras semillas. Pero no es lo que haría la red con vinos nuevos: con los vinos que tienen un igual en el conjunto de entrenamiento, el
# error fue {{wine_random_split.twins_mae.mean}}; con los demás, {{wine_random_split.others_mae.mean}}. **El *early stopping* no puede hacer nada contra una fuga de datos**, porque la propia cifra de validación que vigila es demasiado buena.
#
# **Fuentes.** *Callbacks* y optimizadores: la documentación de Keras ([*callbacks*](https://keras.io/api/callbacks/), [optimizadores](https://keras.io/api/optimizers/)). L. Prechelt,
# [*Early Stopping – But When?*](https://doi.org/10.1007/978-3-642-35289-8_5), 2012. Qué se aprende primero: D. Arpit y otros, [*A Closer Look at Memorization in Deep Networks*](https://arxiv.org/abs/1706.05394),
# 2017. Etiquetas incorrectas: C. Northcutt y otros, [*Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks*](https://arxiv.org/abs/2103.14749), 2021. D. Kingma y J. Ba,
# [*Adam*](https://arxiv.org/abs/1412.6980), 2015; I. Loshchilov y F. Hutter, [*Decoupled Weight Decay Regularization*](https://arxiv.org/abs/1711.05101) (AdamW), 2019. El vino: P. Cortez y otros, *Modeling wine preferences
# by data mining from physicochemical properties*, 2009 ([UCI](https://archive.ics.uci.edu/dataset/186/wine+quality), CC BY 4.0).

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | by hand: the parabola, exercise 1, the slider | 12 | 6 |
# | learning rates and optimisers on a network | 8 | – |
# | how large the network should be, question A | 8 | 4 |
# | labels with noise, prediction, all 30 epochs | 12 | 10 |
# | early stopping by hand, stopped in time, questions B and C | 14 | 12 |
# | clean labels: what stopping changes | 6 | 5 |
# | exercise 2, in pairs: beat the stopped network | 10 | – |
# | what each argument does, exercises 3 and 4 | 12 | 8 |
# | own callback or `BackupAndRestore` (one of them; the other at home) | 8 | – |
#
# **On the board:** the prediction for the noisy labels, collected before the run: ask also for the epoch in which the network is at its best (about the fifth). Then one validation curve with bumps; the class
# places the stop for patience 0, 3 and 8 *before* the picture appears. Let somebody else kill the process: run the cell with `kill_after=3`.
#
# **Misconceptions the checks look for:** steps counted from the start; the highest loss taken for overfitting; monitoring the training set; patience too small; the weights of the last epoch kept; `mode` against the
# metric; min_delta as a percentage; the test set as monitor; a backup taken for the best network; an error on a scaled column taken for marks.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | a mano: la parábola, el ejercicio 1, el deslizador | 12 | 6 |
# | tasas de aprendizaje y optimizadores en una red | 8 | – |
# | qué tamaño debe tener la red, pregunta A | 8 | 4 |
# | etiquetas con ruido, predicción, las 30 épocas | 12 | 10 |
# | *early stopping* a mano, parar a tiempo, preguntas B y C | 14 | 12 |
# | etiquetas correctas: qué cambia al parar | 6 | 5 |
# | ejercicio 2, por parejas: superar a la red detenida a tiempo | 10 | – |
# | qué hace cada argumento, ejercicios 3 y 4 | 12 | 8 |
# | *callback* propio o `BackupAndRestore` (uno de los dos; el otro, en casa) | 8 | – |
#
# **En la pizarra:** la predicción para las etiquetas ruidosas, recogida antes de ejecutar: pregunta también en qué época estará la red en su mejor momento (hacia la quinta). Después, una curva de validación
# con baches; la clase señala dónde se detiene con paciencia 0, 3 y 8 *antes* de que aparezca la gráfica. Que otra persona mate el proceso: ejecuta la celda con `kill_after=3`.
#
# **Ideas equivocadas que buscan las comprobaciones:** contar los pasos desde el punto de partida; tomar la pérdida más alta por sobreajuste; vigilar el conjunto de entrenamiento; poca paciencia; quedarse con los pesos de la última
# época; un `mode` contrario a la métrica; min_delta como porcentaje; el conjunto de prueba como monitor; tomar la copia por la mejor red; tomar por puntos un error en una columna escalada.
