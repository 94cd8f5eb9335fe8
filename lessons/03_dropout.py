# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 50
#     title:
#       en: Dropout
#       es: Dropout
#     learn:
#       en: switch units off at random in training; choose rate and place of dropout; use L1, L2 and both; read a training accuracy below validation
#       es: apagar unidades al azar al entrenar; elegir la tasa y el lugar del *dropout*; usar L1, L2 y las dos juntas; entender una exactitud de entrenamiento por debajo de la de validación
#     result:
#       en: lowest validation loss {{baseline.best_val_loss.mean}} → {{dropout_50.best_val_loss.mean}}; with augmentation as well, test {{combined.test_accuracy}}
#       es: menor pérdida de validación {{baseline.best_val_loss.mean}} → {{dropout_50.best_val_loss.mean}}; con aumento de datos además, prueba {{combined.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 03 · Dropout: training with half of the units
#
# {{badges}}
#
# A network that memorises its training data can come to depend on a few of its units. Dropout switches off a random part of the units in every step of the training, so
# the network has to get the answer right without them. In Keras this is a single line. Most mistakes come from putting that line in the wrong place, or from reading the
# training accuracy wrongly afterwards.
#
# **You will learn to**
#
# - write dropout by hand, including its rescaling, and tell training mode from inference mode;
# - choose a rate and a place, and know the one place where dropout must never stand;
# - use the penalties L1, L2 and both together, and compare networks whose losses contain a penalty;
# - explain why the training accuracy can end *below* the validation accuracy.
#
# You need lesson 01; lesson 02 helps for the last experiment. The lesson takes about 25 minutes to read and run, and as long again for the exercises. Everything runs
# offline.
#
# ## Setup

# %% [markdown] lang="es"
# # 03 · Dropout: entrenar con la mitad de las unidades
#
# {{badges}}
#
# Una red que memoriza sus datos de entrenamiento puede acabar dependiendo de unas pocas unidades. El *dropout* apaga al azar una parte de las unidades en cada paso del
# entrenamiento, y así la red tiene que acertar sin ellas. En Keras es una sola línea. Casi todos los errores vienen de poner esa línea en el lugar equivocado o de leer mal
# después la exactitud de entrenamiento.
#
# **Aprenderás a**
#
# - escribir el *dropout* a mano, con su reescalado, y distinguir el modo de entrenamiento del modo de inferencia;
# - elegir la tasa y el lugar, y conocer el único lugar donde el *dropout* no debe ir nunca;
# - usar las penalizaciones L1, L2 y las dos juntas, y comparar redes cuya pérdida incluye una penalización;
# - explicar por qué la exactitud de entrenamiento puede acabar *por debajo* de la de validación.
#
# Necesitas la lección 01; la 02 ayuda en el último experimento. La lección lleva unos 25 minutos de lectura y ejecución, y otros tantos de ejercicios. Todo funciona sin
# conexión a internet.
#
# ## Preparación

# %% tags=["setup"]

# %%
import os
import time
from dataclasses import replace

import keras
import numpy as np
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_03 as check
from helpers.figures import lesson_03 as figures
from helpers.results import claim, guess, record, recorded, same, table

# %% [markdown] lang="en"
# We use the digits of lesson 01, prepared in the same way:

# %% [markdown] lang="es"
# Usamos los dígitos de la lección 01, preparados igual:


# %% tags=["nbval-check-output"]
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)
for name, images in {"x_train": x_train, "x_val": x_val, "x_test": x_test}.items():
    print(name, images.shape)

# %% [markdown] lang="en"
# ## Why: the baseline overfits
#
# All convolutional networks of this lesson are trained in the same way: `train` compiles and fits, 30 epochs each. So whatever differs between two curves comes from the
# one thing that we changed, or from chance. `experiment` builds a network, trains it, measures it on the test digits and records the result.

# %% [markdown] lang="es"
# ## Por qué: la red de partida sobreajusta
#
# Todas las redes convolucionales de esta lección se entrenan igual: `train` compila y entrena, 30 épocas cada una. Así, lo que distinga dos curvas se debe a lo único que
# hemos cambiado, o al azar. `experiment` construye una red, la entrena, la mide con los dígitos de prueba y registra el resultado.


# %%
def train(network, epochs=30):
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    start = time.perf_counter()
    history = network.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    return history, time.perf_counter() - start


# %%
def experiment(name, build, **options):
    keras.utils.set_random_seed(SEED)
    network = build(**options)
    history, seconds = train(network)
    test = network.evaluate(x_test, y_test, return_dict=True, verbose=0)
    return record(name, history, test, seconds)


# %% [markdown] lang="en"
# Each such network trains for 20 to 30 seconds. To keep your wait short, you train two of them yourself. We trained the others with {{measured.seeds}} seeds and recorded
# them, and `recorded` returns the means of their curves. The first of them is the network of lesson 01. (If you want to train them all, put
# `train_all = True` in place of the first line.)

# %% [markdown] lang="es"
# Cada una de estas redes se entrena en 20 o 30 segundos. Para que no esperes tanto, tú entrenas dos. Las demás las entrenamos nosotros con {{measured.seeds}} semillas y las
# registramos: `recorded` devuelve las medias de sus curvas. La primera es la red de la lección 01. (Si quieres entrenarlas todas, pon `train_all = True` en lugar de la primera línea).

# %%
train_all = "COURSE_MEASURE" in os.environ

build = models.baseline_cnn
baseline = experiment("baseline", build) if train_all else recorded("baseline")
plots.curves(baseline)

# %% [markdown] lang="en"
# This network overfits: its training accuracy reaches 100 %, its validation accuracy stays below, and the validation loss ends above its minimum.
#
# **Dropout** works against that. In every training step it switches off a random part of the units of a layer, by setting their outputs to 0. Below is a small network: in the middle
# it has a **hidden layer** (a layer between the inputs and the output) with 16 units. Keras's layer `Dropout(0.5)` decides at random for each unit whether it is switched off, and
# decides anew for each image. A dark, crossed unit passes nothing on, and nothing is learnt through it from that image.

# %% [markdown] lang="es"
# Esta red sobreajusta: su exactitud de entrenamiento llega al 100 %, la de validación se queda por debajo y la pérdida de validación termina por encima de su mínimo.
#
# Contra eso sirve el **dropout** (en español, a veces, *abandono*). En cada paso del entrenamiento apaga al azar una parte de las unidades de una capa, poniendo a 0 sus
# salidas. Abajo hay una red pequeña: en el centro tiene una **capa oculta** (*hidden layer*: una capa entre las entradas y la salida) con 16 unidades. La capa
# `Dropout(0.5)` de Keras decide al azar si apaga cada unidad, y vuelve a decidirlo con cada imagen. Una unidad oscura y tachada no transmite nada, y con esa imagen nada se aprende a través de ella.

# %%
coin = layers.Dropout(0.5, seed=SEED)
masks = [np.ravel(coin(np.ones((1, 16)), training=True)) for _ in range(8)]
figures.dropout_film(np.array(masks))

# %% [markdown] lang="en"
# About half of the units are off, and hardly ever the same ones. A unit cannot count on any particular other unit, so it has to learn something that is useful by itself.
# (The paper on dropout says that units must not *co-adapt*.)
#
# **Your prediction.** We now put one `Dropout(0.5)` into the network, between its two dense layers. Without it, the validation accuracy after 30 epochs was
# {{baseline.val_accuracy}} and the training accuracy {{baseline.train_accuracy.mean}}. What will they be with dropout? Put two numbers in place of the dots.

# %% [markdown] lang="es"
# Se apaga más o menos la mitad de las unidades, y casi nunca las mismas. Una unidad no puede contar con ninguna otra en particular, así que tiene que aprender algo que sirva
# por sí solo. (El artículo sobre el *dropout* dice que las unidades no deben *coadaptarse*).
#
# **Tu predicción.** Ahora ponemos un `Dropout(0.5)` en la red, entre sus dos capas densas. Sin él, la exactitud de validación tras 30 épocas fue
# {{baseline.val_accuracy}} y la de entrenamiento, {{baseline.train_accuracy.mean}}. ¿Cuáles serán con *dropout*? Pon dos números en lugar de los puntos.

# %%
guess("dropout_50", train_accuracy=..., val_accuracy=...)

# %% [markdown] lang="en"
# ## By hand: a mask and a division
#
# The **rate** is the share of values that is switched *off*. For each value we draw a random number between 0 and 1. The **mask** is true where this number is not below the
# rate; these values are kept, and the others become 0. Then we divide by 1 − rate, the share that is kept on average. Three draws for the same eight values, whose sum is 36:

# %% [markdown] lang="es"
# ## A mano: una máscara y una división
#
# La **tasa** (*rate*) es la proporción de valores que se *apaga*. Para cada valor sacamos un número al azar entre 0 y 1. La **máscara** (*mask*) es verdadera donde ese número
# no es menor que la tasa; esos valores se conservan y los demás pasan a 0. Después dividimos entre 1 − tasa, la proporción que se conserva de media. Tres sorteos con los
# mismos ocho valores, cuya suma es 36:

# %%
rng = np.random.default_rng(SEED)
values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
rate = 0.5

for _ in range(3):
    mask = rng.random(values.shape) >= rate
    kept = values * mask / (1 - rate)
    print(f"{kept}   {kept.sum() = :g}")

# %% [markdown] lang="en"
# Why do we divide? The next layer adds these values up. Without the division its sum would be half as large on average, and only in training. With the division, a single sum
# can still be far above or below 36, but **on average the sum stays what it was**, so nothing has to be corrected later. This is called **inverted dropout**, and it is what Keras does.
# We check it on 100,000 values, all of them 3, with a rate of 0.2:

# %% [markdown] lang="es"
# ¿Por qué dividimos? La capa siguiente suma estos valores. Sin la división, su suma sería, de media, la mitad de grande, y solo al entrenar. Con la división, una suma
# suelta todavía puede quedar muy por encima o por debajo de 36, pero **de media la suma no cambia**, y así no hay que corregir nada después. Esto se llama **dropout invertido**
# (*inverted dropout*) y es lo que hace Keras. Lo comprobamos con 100 000 valores, todos iguales a 3, y una tasa de 0.2:

# %%
rate, values = 0.2, np.full((200, 500), 3.0, dtype="float32")
by_hand = values * (rng.random(values.shape) >= rate) / (1 - rate)

keras_dropout = layers.Dropout(rate, seed=SEED)
by_keras = np.asarray(keras_dropout(values, training=True))

for name, result in {"NumPy": by_hand, "Keras": by_keras}.items():
    zeros = (result == 0).mean()
    print(f"{name}: {zeros = :.3f}   {result.max() = :.2f}   {result.mean() = :.2f}")

mask = by_keras != 0
same(values * mask / (1 - rate), by_keras)

# %% [markdown] lang="en"
# Both set about 20 % of the values to 0, both turn the others into 3 / 0.8 = 3.75, and both means are about 3. They draw different masks; with Keras's mask, our formula gives
# the numbers of Keras (last line).
#
# All this happens in training mode only. **In inference, dropout does nothing**: the values leave the layer as they came in.

# %% [markdown] lang="es"
# Las dos ponen a 0 cerca del 20 % de los valores, las dos convierten los demás en 3 / 0.8 = 3.75, y las dos medias están cerca de 3. Las máscaras son distintas; con la máscara
# de Keras, nuestra fórmula da los números de Keras (última línea).
#
# Todo esto pasa solo en modo de entrenamiento. **En inferencia, el *dropout* no hace nada**: los valores salen de la capa como entraron.

# %%
unchanged = {"en": "inference: same as before", "es": "inferencia: igual que antes"}
same(values, keras_dropout(values, training=False), **unchanged)

# %% [markdown] lang="en"
# ### 1. Your turn: inverted dropout
#
# Write a function `dropout(values, rate, training, rng)` for arrays of any shape. In training, each value becomes 0 with probability `rate`, and the kept ones are rescaled.
# In inference, the values come back as they are. Draw fresh random numbers at every call, and draw them from `rng`, so that whoever passes the same generator again gets the
# same mask again. Return an array of the same shape and do not change `values`.

# %% [markdown] lang="es"
# ### 1. Te toca: dropout invertido
#
# Escribe una función `dropout(values, rate, training, rng)` para arrays de cualquier forma. Al entrenar, cada valor pasa a 0 con probabilidad `rate` y los que se conservan se
# reescalan. En inferencia, los valores salen como entraron. Saca números nuevos en cada llamada, y sácalos de `rng`: quien vuelva a pasar el mismo generador debe obtener la
# misma máscara. Devuelve un array de la misma forma y no modifiques `values`.

# %% tags=["exercise"]
dropout = ...

check.inverted_dropout(dropout)
# check.inverted_dropout.hint()


# %% tags=["solution"]
def dropout(values, rate, training, rng):
    if not training:
        return values
    mask = rng.random(values.shape) >= rate
    return values * mask / (1 - rate)


check.inverted_dropout(dropout)

# %% [markdown] lang="en"
# ## The experiment: one line more
#
# This is the baseline with one new line. A dropout layer has no weights, so the number of parameters stays the same:

# %% [markdown] lang="es"
# ## El experimento: una línea más
#
# Esta es la red de partida con una línea nueva. Una capa de *dropout* no tiene pesos, así que el número de parámetros no cambia:

# %%
keras.utils.set_random_seed(SEED)

with_dropout = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
history, seconds = train(with_dropout)

# %%
test = with_dropout.evaluate(x_test, y_test, return_dict=True, verbose=0)
dropout_50 = record("dropout_50", history, test, seconds)
figures.losses(baseline, dropout_50)

# %% [markdown] lang="en"
# `baseline` is the mean of our runs, so its curves are smoother than those of your single run, `dropout_50`. Each panel has a logarithmic scale of its own.
#
# - **Left.** With dropout, the training loss falls more slowly and ends higher, because half of the units of the first dense layer are off while it is measured.
# - **Right.** The validation loss is the one to compare. Over our {{measured.seeds}} seeds its lowest point was {{baseline.best_val_loss}} without dropout and
#   {{dropout_50.best_val_loss}} with it. (This is the mean of the lowest points of the single runs. The lowest point of a mean curve is somewhat higher, because
#   the runs reach theirs in different epochs.) Afterwards the validation loss rises with dropout as well, to {{dropout_50.val_loss}} after the last epoch. Dropout does not replace stopping in time,
#   which is the subject of lesson 04.
#
# The validation *accuracy* after the last epoch changed little, from {{baseline.val_accuracy}} to {{dropout_50.val_accuracy}}; the training accuracy was
# {{dropout_50.train_accuracy}}. So dropout did not make many more answers right. It made the network less sure of its wrong answers: the loss of a wrong answer is the larger, the
# surer the network is of it (lesson 01). The test digits agree: the loss fell from {{baseline.test_loss}} to {{dropout_50.test_loss}}, and the accuracy went from
# {{baseline.test_accuracy}} to {{dropout_50.test_accuracy}}.

# %% [markdown] lang="es"
# `baseline` es la media de nuestras ejecuciones, así que sus curvas son más suaves que las de tu única ejecución, `dropout_50`. Cada panel tiene su propia escala
# logarítmica.
#
# - **Izquierda.** Con *dropout*, la pérdida de entrenamiento baja más despacio y termina más alta, porque se mide con la mitad de las unidades de la primera capa densa apagadas.
# - **Derecha.** La pérdida que hay que comparar es la de validación. Con nuestras {{measured.seeds}} semillas, su punto más bajo fue {{baseline.best_val_loss}} sin *dropout* y
#   {{dropout_50.best_val_loss}} con él. (Es la media de los puntos más bajos de cada ejecución. El punto más bajo de una curva media queda algo más arriba, porque cada
#   ejecución llega al suyo en una época distinta). Después la pérdida de validación sube también con *dropout*, hasta {{dropout_50.val_loss}} tras la última época. El *dropout* no evita tener que detenerse a
#   tiempo, y de eso trata la lección 04.
#
# La *exactitud* de validación tras la última época cambió poco: de {{baseline.val_accuracy}} a {{dropout_50.val_accuracy}}; la de entrenamiento fue
# {{dropout_50.train_accuracy}}. Es decir, con *dropout* la red no acierta mucho más, pero está menos segura de sus respuestas equivocadas: la pérdida de una respuesta equivocada es
# mayor cuanto más segura está la red de ella (lección 01). Los dígitos de prueba lo confirman: la pérdida bajó de {{baseline.test_loss}} a {{dropout_50.test_loss}}, y la exactitud
# pasó de {{baseline.test_accuracy}} a {{dropout_50.test_accuracy}}.

# %% [markdown] lang="en"
# ## Two modes
#
# `fit` calls the network with `training=True`, `evaluate` and `predict` call it with `training=False`. You can do the same. Here we take the validation digit that this network
# is least sure of and ask for the probability of the right answer, five times in each mode:

# %% [markdown] lang="es"
# ## Dos modos
#
# `fit` llama a la red con `training=True`; `evaluate` y `predict`, con `training=False`. Tú puedes hacer lo mismo. Aquí tomamos el dígito de validación del que esta red está
# menos segura y pedimos la probabilidad de la respuesta correcta, cinco veces en cada modo:

# %%
hardest = with_dropout.predict(x_val, verbose=0).max(axis=1).argmin()
digit, label = x_val[hardest : hardest + 1], y_val[hardest]

answers = {
    training: [f"{float(with_dropout(digit, training=training)[0, label]):.3f}" for _ in range(5)]
    for training in (True, False)
}

# %% lang="en"
for training, chances in answers.items():
    print(f"training={training!s:6} probability of the right answer:", *chances)

# %% lang="es"
for training, chances in answers.items():
    print(f"training={training!s:6} probabilidad de la respuesta correcta:", *chances)

# %% [markdown] lang="en"
# In training mode we get five different probabilities, because each call switches off other units. In inference we get the same one five times, because all units are on. **For
# predictions, use `predict`, or call the network with `training=False`.**

# %% [markdown] lang="es"
# En modo de entrenamiento salen cinco probabilidades distintas, porque cada llamada apaga otras unidades. En inferencia sale cinco veces la misma, porque todas las unidades
# están encendidas. **Para predecir, usa `predict` o llama a la red con `training=False`.**

# %% [markdown] lang="en"
# ## Which rate?
#
# Four networks differ in one thing only, the rate of their dropout layer: 0 (no dropout), 0.2, 0.5 and 0.8. All of them ran for 30 epochs. The picture shows the means over our
# seeds, under the names A to D:

# %% [markdown] lang="es"
# ## ¿Qué tasa?
#
# Cuatro redes se diferencian en una sola cosa, la tasa de su capa de *dropout*: 0 (sin *dropout*), 0.2, 0.5 y 0.8. Todas se entrenaron 30 épocas. La gráfica muestra las medias
# de nuestras semillas, con los nombres A, B, C y D:

# %%
low, high = {"dropout": 0.2}, {"dropout": 0.8}
dropout_20 = experiment("dropout_20", build, **low) if train_all else recorded("dropout_20")
dropout_80 = experiment("dropout_80", build, **high) if train_all else recorded("dropout_80")
by_rate = [baseline, dropout_20, recorded("dropout_50"), dropout_80]

order = {"A": 2, "B": 0, "C": 3, "D": 1}
hidden = [replace(by_rate[place], name=name) for name, place in order.items()]
figures.losses(*hidden)

# %% [markdown] lang="en"
# ### 2. Your turn: which curve is which?
#
# Give the rates of A, B, C and D, in this order, as a list: `[0, 0.2, 0.5, 0.8]` would mean that A has no dropout, B the rate 0.2, and so on. The left panel is enough to
# decide; then look for what the right one adds.

# %% [markdown] lang="es"
# ### 2. Te toca: ¿de quién es cada curva?
#
# Da las tasas de A, B, C y D, en ese orden, como una lista: `[0, 0.2, 0.5, 0.8]` querría decir que A no tiene *dropout*, que B tiene la tasa 0.2, etcétera. Para decidir basta el
# panel izquierdo; después, mira qué añade el derecho.

# %% tags=["exercise"]
rates = ...

check.which_rates(rates)
# check.which_rates.hint()

# %% tags=["solution"]
rates = [0.5, 0, 0.8, 0.2]

check.which_rates(rates)

# %% [markdown] lang="en"
# What the two panels say about the rate:
#
# - **The higher the rate, the higher the training loss, in every epoch.** After 30 epochs the training accuracy was {{dropout_20.train_accuracy}} with the rate 0.2,
#   {{dropout_50.train_accuracy}} with 0.5 and {{dropout_80.train_accuracy}} with 0.8.
# - **With all three rates the validation loss gets lower than without dropout.** Its lowest point was {{baseline.best_val_loss}} without dropout, {{dropout_20.best_val_loss}} with 0.2,
#   {{dropout_50.best_val_loss}} with 0.5 and {{dropout_80.best_val_loss}} with 0.8.
# - **With 0.8 the validation loss falls slowest at first, and rises least of all at the end.** On average over the runs, its last value is {{dropout_80.val_loss_rise.mean}} above its
#   lowest one; with 0.5 it is {{dropout_50.val_loss_rise.mean}} above. (Without dropout it is {{baseline.val_loss_rise.mean}} above, but that lowest value is itself higher.)
#
# So begin with 0.5 between dense layers. Raise the rate if the validation loss still rises at the end, and give the network more epochs then. Lower it if the validation loss
# is still falling after the last epoch that you have time for.

# %% [markdown] lang="es"
# Lo que dicen los dos paneles sobre la tasa:
#
# - **Cuanto mayor es la tasa, mayor es la pérdida de entrenamiento en todas las épocas.** Tras 30 épocas, la exactitud de entrenamiento fue {{dropout_20.train_accuracy}} con la
#   tasa 0.2, {{dropout_50.train_accuracy}} con 0.5 y {{dropout_80.train_accuracy}} con 0.8.
# - **Con las tres tasas, la pérdida de validación baja más que sin *dropout*.** Su punto más bajo fue {{baseline.best_val_loss}} sin él, {{dropout_20.best_val_loss}} con 0.2,
#   {{dropout_50.best_val_loss}} con 0.5 y {{dropout_80.best_val_loss}} con 0.8.
# - **Con 0.8, la pérdida de validación es la que más despacio baja al principio y la que menos sube al final.** De media, su último valor queda un
#   {{dropout_80.val_loss_rise.mean}} por encima del más bajo; con 0.5, un {{dropout_50.val_loss_rise.mean}}. (Sin *dropout*, un {{baseline.val_loss_rise.mean}}, pero allí el valor más bajo ya es mayor).
#
# Así que empieza con 0.5 entre capas densas. Sube la tasa si la pérdida de validación todavía sube al final, y dale entonces más épocas. Bájala si la pérdida de validación sigue
# bajando tras la última época para la que tienes tiempo.

# %% [markdown] lang="en"
# ## Dropout needs wide layers
#
# With the rate 0.5, a layer of 16 units works with about 8 of them in each step. Is that enough? To find out we use small networks with one hidden layer and no convolutions;
# each trains in two or three seconds. We compare their **validation cross-entropy**, the loss of lesson 01 on the validation digits: the lower, the better.

# %% [markdown] lang="es"
# ## El dropout necesita capas anchas
#
# Con la tasa 0.5, una capa de 16 unidades trabaja en cada paso con unas 8. ¿Bastan? Para saberlo usamos redes pequeñas, con una capa oculta y sin convoluciones; cada una se
# entrena en dos o tres segundos. Comparamos su **entropía cruzada de validación**, la pérdida de la lección 01 con los dígitos de validación: cuanto más baja, mejor.


# %%
def dense_net(units, rate=0.0, penalty=None):
    keras.utils.set_random_seed(SEED)
    network = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    network.add(layers.Dense(units, activation="relu", kernel_regularizer=penalty))
    network.add(layers.Dropout(rate))
    network.add(layers.Dense(10, activation="softmax"))
    return network


def train_dense(name, network):
    cross_entropy = keras.metrics.SparseCategoricalCrossentropy(name="cross_entropy")
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=3e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy", cross_entropy],
    )
    history = network.fit(x_train, y_train, epochs=20, batch_size=100, verbose=0)
    validation = network.evaluate(x_val, y_val, return_dict=True, verbose=0)
    test = network.evaluate(x_test, y_test, return_dict=True, verbose=0)
    validation = {f"val_{metric}": value for metric, value in validation.items()}
    return record(name, history, test, **validation)


# %% lang="en"
def show(*runs):
    for run in runs:
        training, validation = 100 * run.train_accuracy, 100 * run.val_accuracy
        print(f"{run.name:15} accuracy: training {training:5.1f} %, validation {validation:.1f} %", end="")
        print(f"   validation cross-entropy {run.val_cross_entropy:.3f}")


# %% lang="es"
def show(*runs):
    for run in runs:
        training, validation = 100 * run.train_accuracy, 100 * run.val_accuracy
        print(f"{run.name:14} exactitud: entrenamiento {training:5.1f} %, validación {validation:.1f} %", end="")
        print(f"   entropía cruzada de val. {run.val_cross_entropy:.3f}")


# %% [markdown] lang="en"
# **Your prediction.** Without dropout, the narrow network (16 units) reaches a validation accuracy of {{narrow.val_accuracy}} and the wide one (256 units)
# {{wide.val_accuracy}}. What does `Dropout(0.5)` make of each?

# %% [markdown] lang="es"
# **Tu predicción.** Sin *dropout*, la red estrecha (`narrow`, 16 unidades) llega a una exactitud de validación de {{narrow.val_accuracy}} y la ancha (`wide`, 256 unidades), a
# {{wide.val_accuracy}}. ¿En qué se quedan con `Dropout(0.5)`?

# %%
guess("narrow_dropout", val_accuracy=...)
guess("wide_dropout", val_accuracy=...)

# %%
narrow = train_dense("narrow", dense_net(16))
narrow_dropout = train_dense("narrow_dropout", dense_net(16, rate=0.5))
wide = train_dense("wide", dense_net(256))
wide_dropout_net = dense_net(256, rate=0.5)
wide_dropout = train_dense("wide_dropout", wide_dropout_net)

show(narrow, narrow_dropout, wide, wide_dropout)

# %% [markdown] lang="en"
# With 16 units dropout does harm: in our runs the validation cross-entropy went from {{narrow.val_cross_entropy}} to {{narrow_dropout.val_cross_entropy}}, and
# the validation accuracy from {{narrow.val_accuracy}} to {{narrow_dropout.val_accuracy}}. With 256 units it helps: the cross-entropy went from {{wide.val_cross_entropy}} to
# {{wide_dropout.val_cross_entropy}}, the accuracy from {{wide.val_accuracy}} to {{wide_dropout.val_accuracy}}. The reason is that a layer has to
# do its work with the units that are left. A rule of thumb: if a layer needs *n* units without dropout, give it *n* / (1 − rate).
#
# ## Where does it go?
#
# - **Between dense layers.** This is the usual place, because most of the parameters belong to dense layers, and a network memorises with its parameters. You have seen it above.
# - **After the last pooling, before `Flatten`.** The class from which this course grew has its `Dropout(0.5)` there.
# - **On the inputs.** This hides pixels of the image itself. The paper on dropout uses a small rate there, such as 0.2; it is seldom seen today.
# - **After the output layer: never.** You will see why.
#
# We trained the second and the third as well, with everything else as in the baseline (a rate of 0 leaves a dropout layer without effect). In the picture, they are called
# `before_flatten` and `on_inputs`:

# %% [markdown] lang="es"
# Con 16 unidades el *dropout* perjudica: en nuestras ejecuciones, la entropía cruzada de validación pasó de {{narrow.val_cross_entropy}} a {{narrow_dropout.val_cross_entropy}},
# y la exactitud de validación, de {{narrow.val_accuracy}} a {{narrow_dropout.val_accuracy}}. Con 256 ayuda: la entropía cruzada pasó de {{wide.val_cross_entropy}} a
# {{wide_dropout.val_cross_entropy}}, y la exactitud, de {{wide.val_accuracy}} a {{wide_dropout.val_accuracy}}. La razón es que la capa tiene que hacer su trabajo con las
# unidades que quedan. Una regla práctica: si una capa necesita *n* unidades sin *dropout*, dale *n* / (1 − tasa).
#
# ## ¿Dónde va?
#
# - **Entre capas densas.** Es el lugar habitual, porque la mayoría de los parámetros son de las capas densas, y una red memoriza con sus parámetros. Ya lo has visto arriba.
# - **Tras el último *pooling*, antes de `Flatten`.** La clase de la que nació este curso pone ahí su `Dropout(0.5)`.
# - **En las entradas.** Así se ocultan píxeles de la propia imagen. El artículo sobre el *dropout* usa ahí una tasa pequeña, por ejemplo 0.2; hoy se ve poco.
# - **Tras la capa de salida: nunca.** Verás por qué.
#
# También hemos entrenado la segunda y la tercera, con todo lo demás igual que en la red de partida (con tasa 0, una capa de *dropout* no tiene efecto). En la gráfica, `baseline`
# es la red de partida; `before_flatten`, la que lleva el *dropout* antes de `Flatten`, y `on_inputs`, la que lo lleva en las entradas:


# %%
def placed(inputs=0.0, before_flatten=0.0, penalty=None):
    convolution = {"kernel_size": 3, "activation": "relu", "kernel_regularizer": penalty}
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Dropout(inputs),
            layers.Conv2D(32, **convolution),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(64, **convolution),
            layers.MaxPooling2D(pool_size=2),
            layers.Dropout(before_flatten),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %%
on_inputs, before_flatten = (
    (experiment("on_inputs", placed, inputs=0.2), experiment("before_flatten", placed, before_flatten=0.5))
    if train_all
    else (recorded("on_inputs"), recorded("before_flatten"))
)
figures.losses(baseline, recorded("dropout_50"), before_flatten, on_inputs)

# %% [markdown] lang="en"
# | dropout | lowest validation loss | validation accuracy at the end | test accuracy |
# |---|--:|--:|--:|
# | none | {{baseline.best_val_loss}} | {{baseline.val_accuracy}} | {{baseline.test_accuracy}} |
# | 0.5 between the dense layers | {{dropout_50.best_val_loss}} | {{dropout_50.val_accuracy}} | {{dropout_50.test_accuracy}} |
# | 0.5 before `Flatten` | {{before_flatten.best_val_loss}} | {{before_flatten.val_accuracy}} | {{before_flatten.test_accuracy}} |
# | 0.2 on the inputs | {{on_inputs.best_val_loss}} | {{on_inputs.val_accuracy}} | {{on_inputs.test_accuracy}} |
#
# Before `Flatten`, dropout lowers the loss about as much as between the dense layers. After it comes the dense layer with 1,600 inputs, which has most of the network's
# parameters. On the inputs dropout does not help here, as far as we can tell from chance. A likely reason: a convolution looks at only 3 × 3 pixels at a time, and if some of them are
# missing, part of a stroke is gone.
#
# After an earlier pooling layer, take a small rate, 0.1 to 0.3, or `SpatialDropout2D`. In a feature map, the image that one kernel makes (lesson 00), neighbouring pixels have
# nearly the same value, so a pixel that `Dropout` hides can be guessed from its neighbours. `SpatialDropout2D` switches off whole maps. Here are the six strongest maps of one digit
# after the first pooling, as they are and after each of the two layers:

# %% [markdown] lang="es"
# | *dropout* | menor pérdida de validación | exactitud de validación al final | exactitud de prueba |
# |---|--:|--:|--:|
# | ninguno | {{baseline.best_val_loss}} | {{baseline.val_accuracy}} | {{baseline.test_accuracy}} |
# | 0.5 entre las capas densas | {{dropout_50.best_val_loss}} | {{dropout_50.val_accuracy}} | {{dropout_50.test_accuracy}} |
# | 0.5 antes de `Flatten` | {{before_flatten.best_val_loss}} | {{before_flatten.val_accuracy}} | {{before_flatten.test_accuracy}} |
# | 0.2 en las entradas | {{on_inputs.best_val_loss}} | {{on_inputs.val_accuracy}} | {{on_inputs.test_accuracy}} |
#
# Antes de `Flatten`, el *dropout* reduce la pérdida más o menos tanto como entre las capas densas. Después viene la capa densa de 1600 entradas, que tiene la
# mayoría de los parámetros de la red. En las entradas, el *dropout* no da aquí ninguna mejora que podamos distinguir del azar. Una razón probable: una convolución mira solo 3 × 3
# píxeles a la vez y, si faltan algunos, desaparece parte de un trazo.
#
# Tras un *pooling* anterior, usa una tasa pequeña, de 0.1 a 0.3, o `SpatialDropout2D`. En un mapa de características, la imagen que produce un núcleo (lección 00), los
# píxeles vecinos tienen casi el mismo valor, así que un píxel que `Dropout` oculta se puede deducir de los de al lado. `SpatialDropout2D` apaga mapas enteros. Estos son los seis mapas más
# intensos de un dígito tras el primer *pooling*, tal como son y después de cada una de las dos capas:

# %%
first_pooling = keras.Sequential(with_dropout.layers[:2])
maps = np.asarray(first_pooling(x_val[:1]))
maps = maps[..., np.argsort(-maps.mean(axis=(0, 1, 2)))[:6]]

pixels = layers.Dropout(0.5, seed=SEED)(maps, training=True)
whole = layers.SpatialDropout2D(0.5, seed=SEED)(maps, training=True)
rows = [np.moveaxis(np.asarray(row)[0], -1, 0) for row in (maps, pixels, whole)]

names = ["MaxPooling2D", "Dropout", "SpatialDropout2D"]
plots.gallery(np.concatenate(rows), np.repeat(names, 6), columns=6)

# %% [markdown] lang="en"
# In the second row about half of the pixels of each map are missing, but others in every map: what is missing in one map can often be seen in another. In the third row whole maps are
# missing, and the others are complete.
#
# ### 3. Your turn: beat 96 %
#
# Build a network of your own for the digits, with dropout in **at least two** of the recommended places, at rates that suit them. Train it on `x_train` and `y_train`; about
# 15 epochs are enough, and `train(network, epochs=15)` is there. Can you reach a validation accuracy of **96 %**? Call the trained network `network`. There are many ways: other
# widths, other rates, another number of epochs. Once you are above 96 %, see how far you can get.

# %% [markdown] lang="es"
# En la segunda fila falta más o menos la mitad de los píxeles de cada mapa, pero en cada uno son otros: lo que falta en un mapa se suele ver en otro. En la tercera faltan mapas
# enteros, y los demás están completos.
#
# ### 3. Te toca: supera el 96 %
#
# Construye tu propia red para los dígitos, con *dropout* en **al menos dos** de los lugares recomendados y con tasas adecuadas. Entrénala con `x_train` e `y_train`; bastan unas
# 15 épocas, y tienes `train(network, epochs=15)`. ¿Llegas a una exactitud de validación del **96 %**? Llama `network` a la red entrenada. Hay muchos caminos: otras anchuras, otras
# tasas, otro número de épocas. Cuando pases del 96 %, prueba hasta dónde puedes llegar.

# %% tags=["exercise"]
network = ...

check.two_places(network)
# check.two_places.hint()

# %% tags=["solution"]
keras.utils.set_random_seed(SEED)
network = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
train(network, epochs=15)

check.two_places(network)

# %% [markdown] lang="en"
# ## What can go wrong: half right in training
#
# A colleague has added dropout to the wide dense network. Keras reports no error and no warning. But his training accuracy never gets far above one half, although his
# validation accuracy is close to that of `wide`:

# %% [markdown] lang="es"
# ## Qué puede salir mal: la mitad de aciertos al entrenar
#
# Un compañero le ha puesto *dropout* a la red densa ancha. Keras no da ningún error ni aviso. Pero la exactitud de entrenamiento de esa red nunca pasa mucho de la
# mitad, mientras que la de validación está cerca de la de `wide`:

# %%
keras.utils.set_random_seed(SEED)
his_network = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
        layers.Dropout(0.5),
    ]
)
after_output = train_dense("after_output", his_network)
show(wide, after_output)

answers = np.asarray(his_network(x_val[:1], training=True))[0]
print(f"training=True: {answers.round(2)}   {answers.sum() = :.2f}")

# %% [markdown] lang="en"
# ### 4. Your turn: find the bug
#
# Why is that so? Look at the last line, the ten probabilities of one image in training mode. Then put the mended network into `mended`, with the same layers. It need not be
# trained.

# %% [markdown] lang="es"
# ### 4. Te toca: encuentra el error
#
# ¿A qué se debe? Mira la última línea: las diez probabilidades de una imagen en modo de entrenamiento. Después, pon en `mended` la red arreglada, con las mismas capas. No hace
# falta entrenarla.

# %% tags=["exercise"]
mended = ...

check.mended(mended)
# check.mended.hint()

# %% tags=["solution"]
mended = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)

check.mended(mended)

# %% [markdown] lang="en"
# **Dropout after the output layer switches off answers.** In training it sets the probability of the right class to 0 in half of the cases, and then the network cannot be right. No choice of
# weights can change that, so the training accuracy stays near one half, and the ten probabilities no longer add up to 1. In inference nothing is switched off, and so the validation accuracy
# looks almost normal: {{after_output.val_accuracy}}, and {{wide.val_accuracy}} without any dropout. The validation cross-entropy shows the damage:
# {{after_output.val_cross_entropy}} instead of {{wide.val_cross_entropy}}. With the layer in its right place it is {{wide_dropout.val_cross_entropy}}; you have trained that network
# above, as `wide_dropout`.
#
# ## An alternative: penalties on weights
#
# Another way against overfitting is to keep the weights small. For this, a **weight penalty** (also *regularisation term*) is added to the loss: a number that is larger, the larger
# the weights are. As the training makes the loss smaller, it makes the weights smaller, too. Below, w stands for each weight of a layer, and λ (lambda) for a small number that you choose:
#
# - **L1** adds λ · Σ |w|: the sum of the sizes of the weights;
# - **L2** adds λ · Σ w²: the sum of their squares;
# - **elastic net** adds both, each with its own λ.
#
# In Keras this is the layer's argument `kernel_regularizer`, for example `keras.regularizers.L1(1e-4)` with λ = 0.0001, or `L2(1e-3)`, or `L1L2(l1=5e-5, l2=5e-4)`.
#
# ### 5. Your turn: the penalty by hand
#
# Write a function `penalty(weights, l1, l2)` that returns what the elastic net adds to the loss, for an array `weights` of any shape.

# %% [markdown] lang="es"
# **El *dropout* tras la capa de salida apaga respuestas.** Al entrenar, en la mitad de los casos pone a 0 la probabilidad de la clase correcta, y entonces la red no puede acertar. Eso no cambia con
# ningún valor de los pesos, así que la exactitud de entrenamiento se queda cerca de la mitad, y las diez probabilidades ya no suman 1. En inferencia no se apaga nada, y por eso la
# exactitud de validación parece casi normal: {{after_output.val_accuracy}}, frente a {{wide.val_accuracy}} sin ningún *dropout*. El daño se ve en la entropía cruzada de validación:
# {{after_output.val_cross_entropy}} en vez de {{wide.val_cross_entropy}}. Con la capa en su sitio es {{wide_dropout.val_cross_entropy}}; esa red la entrenaste arriba, como
# `wide_dropout`.
#
# ## Una alternativa: penalizar los pesos
#
# Otra manera de evitar el sobreajuste es mantener pequeños los pesos. Para eso, a la pérdida se le suma una **penalización de los pesos** (*weight penalty*; también *término de
# regularización*): un número mayor cuanto mayores son los pesos. Como el entrenamiento reduce la pérdida, reduce también los pesos. Abajo, w es
# cada peso de una capa y λ (lambda), un número pequeño que eliges tú:
#
# - **L1** suma λ · Σ |w|: la suma de los tamaños de los pesos;
# - **L2** suma λ · Σ w²: la suma de sus cuadrados;
# - la **red elástica** (*elastic net*) suma las dos, cada una con su λ.
#
# En Keras es el argumento `kernel_regularizer` de la capa, por ejemplo `keras.regularizers.L1(1e-4)` con λ = 0.0001, o `L2(1e-3)`, o `L1L2(l1=5e-5, l2=5e-4)`.
#
# ### 5. Te toca: la penalización a mano
#
# Escribe una función `penalty(weights, l1, l2)` que devuelva lo que la red elástica suma a la pérdida, con un array `weights` de cualquier forma.

# %% tags=["exercise"]
penalty = ...

check.penalty(penalty)
# check.penalty.hint()


# %% tags=["solution"]
def penalty(weights, l1, l2):
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum()


check.penalty(penalty)

# %% [markdown] lang="en"
# The wide network without dropout, now with each of the three. `loss` is the validation loss as Keras reports it; we set it beside the validation cross-entropy:

# %% [markdown] lang="es"
# La red ancha sin *dropout*, ahora con cada una de las tres. `loss` es la pérdida de validación tal como la da Keras; la ponemos al lado de la entropía cruzada de validación:

# %%
l2_net = dense_net(256, penalty=keras.regularizers.L2(1e-3))
l2 = train_dense("l2", l2_net)
l1_net = dense_net(256, penalty=keras.regularizers.L1(1e-4))
l1 = train_dense("l1", l1_net)
both_penalties = keras.regularizers.L1L2(l1=5e-5, l2=5e-4)
elastic = train_dense("elastic", dense_net(256, penalty=both_penalties))

show(wide, l2, l1, elastic, wide_dropout)
for run in (wide, l2, l1, elastic, wide_dropout):
    print(f"{run.name:13} loss {run.val_loss:.3f}   cross-entropy {run.val_cross_entropy:.3f}")

# %% [markdown] lang="en"
# Without a penalty, loss and cross-entropy are the same number. With a penalty **the reported loss contains it**, also in validation. We compute the penalty of the L2 network from
# its weights; it is just the difference between the two:

# %% [markdown] lang="es"
# Sin penalización, la pérdida y la entropía cruzada (*cross-entropy*) son el mismo número. Con ella, **la pérdida que da Keras la incluye**, también en validación. Calculamos la
# penalización de la red con L2 a partir de sus pesos; es justo la diferencia entre las dos:

# %%
weights = l2_net.layers[1].kernel.numpy()
added = 1e-3 * (weights**2).sum()
print(f"{added = :.3f}   {l2.val_loss - l2.val_cross_entropy = :.3f}")
same(added, l2.val_loss - l2.val_cross_entropy, tolerance=1e-3)

# %% [markdown] lang="en"
# **A.** The validation loss that Keras reports is 0.35 for a network with L2 and 0.29 for one without. Which network predicts better?
#
# - (a) The one without L2: its loss is lower.
# - (b) The one with L2: it overfits less.
# - (c) These two numbers cannot tell.

# %% [markdown] lang="es"
# **A.** La pérdida de validación que da Keras es 0.35 en una red con L2 y 0.29 en una sin L2. ¿Qué red predice mejor?
#
# - (a) La que no tiene L2: su pérdida es menor.
# - (b) La que tiene L2: sobreajusta menos.
# - (c) Con esos dos números no se puede saber.

# %% tags=["exercise"]
answer = ...

check.quiz_penalty(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_penalty(answer)

# %% [markdown] lang="en"
# ### L1 or L2?
#
# The two do different things to the weights. We count the weights of the hidden layer that are practically zero, that is, between −0.001 and 0.001. Then we set exactly
# these to 0 and measure the validation accuracy again:

# %% [markdown] lang="es"
# ### ¿L1 o L2?
#
# Las dos tratan los pesos de manera distinta. Contamos los pesos de la capa oculta que son prácticamente cero, es decir, entre −0.001 y 0.001. Después ponemos justo
# esos a 0 y volvemos a medir la exactitud de validación:


# %%
def without_small_weights(network):
    kernel = network.layers[1].kernel
    small = np.abs(kernel.numpy()) < 1e-3
    kernel.assign(np.where(small, 0, kernel))
    return small.mean(), network.evaluate(x_val, y_val, return_dict=True, verbose=0)


# %% lang="en"
zeros = {}
for run, network in ((wide_dropout, wide_dropout_net), (l2, l2_net), (l1, l1_net)):
    zeros[run.name], after = without_small_weights(network)
    print(f"{run.name:13} {100 * zeros[run.name]:4.1f} % of the weights set to 0   ", end="")
    print(f"validation accuracy {100 * run.val_accuracy:.1f} % → {100 * after['accuracy']:.1f} %")

# %% lang="es"
zeros = {}
for run, network in ((wide_dropout, wide_dropout_net), (l2, l2_net), (l1, l1_net)):
    zeros[run.name], after = without_small_weights(network)
    print(f"{run.name:13} {100 * zeros[run.name]:4.1f} % de los pesos puestos a 0   ", end="")
    print(f"exactitud de validación {100 * run.val_accuracy:.1f} % → {100 * after['accuracy']:.1f} %")

# %% [markdown] lang="en"
# L2 pushes a large weight strongly towards zero, and a weight that is small already hardly at all. L1 pushes every weight with the same force, so most end at zero, and the network
# works without them. (With L2, too, some weights end at zero: most of them belong to pixels that are white in all or nearly all training digits. The digits tell almost nothing
# about these weights, so mostly the penalty changes them.) From this follows when to use which:
#
# - **L1** if you expect that only a few of the inputs matter, or if you want to remove weights afterwards: it selects the weights that stay.
# - **L2** if many inputs matter a little each, like the pixels of an image: it keeps the weights, but small. It is the usual choice for networks.
# - **Elastic net** if inputs come in groups with the same information. Of such a group, L1 alone keeps one input, more or less by chance; with some L2 added, the weight is shared among them.
#
# All three lowered the validation cross-entropy: {{wide.val_cross_entropy}} without a penalty, {{l2.val_cross_entropy}} with L2, {{l1.val_cross_entropy}} with L1,
# {{elastic.val_cross_entropy}} with both. The validation *accuracy* hardly moved: {{wide.val_accuracy}}, {{l2.val_accuracy}}, {{l1.val_accuracy}} and {{elastic.val_accuracy}}. Here
# the penalties make the network less sure of its mistakes, not more often right.
#
# Older examples put a weak L2 on every convolution, such as λ = 0.00001. For the baseline that changed nothing that we could tell from chance: its validation accuracy was
# {{l2_convolutions.val_accuracy}} instead of {{baseline.val_accuracy}}. (This is the cell; it only trains where `train_all` is true.)

# %% [markdown] lang="es"
# L2 empuja con fuerza hacia cero los pesos grandes y apenas empuja los que ya son pequeños. L1 empuja todos los pesos con la misma fuerza, así que la mayoría acaba en cero, y la red
# funciona sin ellos. (También con L2 acaban en cero algunos pesos: la mayoría son de píxeles que están en blanco en todos o casi todos los dígitos de entrenamiento. De esos
# pesos los dígitos no dicen casi nada, así que los cambia sobre todo la penalización). De ahí se sigue cuándo usar cada una:
#
# - **L1** si esperas que solo importen unas pocas entradas, o si después quieres quitar pesos: selecciona los que se quedan.
# - **L2** si muchas entradas importan un poco cada una, como los píxeles de una imagen: conserva los pesos, pero pequeños. Es la elección habitual en redes.
# - **Red elástica** si hay grupos de entradas con la misma información. De cada grupo, L1 sola conserva una entrada, más o menos al azar; con algo de L2, el peso se reparte entre todas.
#
# Las tres redujeron la entropía cruzada de validación: {{wide.val_cross_entropy}} sin penalización, {{l2.val_cross_entropy}} con L2, {{l1.val_cross_entropy}} con L1 y
# {{elastic.val_cross_entropy}} con las dos. La *exactitud* de validación apenas se movió: {{wide.val_accuracy}}, {{l2.val_accuracy}}, {{l1.val_accuracy}} y
# {{elastic.val_accuracy}}. Aquí las penalizaciones hacen que la red esté menos segura de sus errores, no que acierte más.
#
# Hay ejemplos antiguos que ponen una L2 débil en cada convolución, por ejemplo con λ = 0.00001. En la red de partida eso no cambió nada que podamos distinguir del azar: su exactitud de
# validación fue {{l2_convolutions.val_accuracy}} en vez de {{baseline.val_accuracy}}. (Esta es la celda; solo entrena si `train_all` es verdadero).

# %%
if train_all:
    weak = keras.regularizers.L2(1e-5)
    experiment("l2_convolutions", placed, penalty=weak)

# %% [markdown] lang="en"
# ## Together: dropout and augmentation
#
# Dropout changes what happens inside the network; augmentation (lesson 02) changes the images: in every epoch, each digit comes a little turned (by up to 11°), shifted and larger
# or smaller (by up to 10 %). Now both at once, trained by you, for 30 epochs.
#
# **Your prediction.** Which training accuracy will Keras report after the last epoch, and which validation accuracy?

# %% [markdown] lang="es"
# ## Juntos: dropout y aumento de datos
#
# El *dropout* cambia lo que pasa dentro de la red; el aumento de datos (lección 02) cambia las imágenes: en cada época, cada dígito llega un poco girado (hasta 11°), desplazado y
# ampliado o reducido (hasta un 10 %). Ahora los dos a la vez, y entrenas tú, 30 épocas.
#
# **Tu predicción.** ¿Qué exactitud de entrenamiento dará Keras tras la última época, y qué exactitud de validación?

# %%
guess("combined", train_accuracy=..., val_accuracy=...)


# %% name="augmentation"
def augmentation():
    options = {"fill_mode": "constant", "interpolation": "nearest"}
    return keras.Sequential(
        [
            layers.RandomRotation(0.03, **options),
            layers.RandomTranslation(0.1, 0.1, **options),
            layers.RandomZoom(0.1, **options),
        ]
    )


# %%
keras.utils.set_random_seed(SEED)
alter = augmentation()
both = models.baseline_cnn(dropout=0.5, augmentation=alter)
history, seconds = train(both)

# %%
test = both.evaluate(x_test, y_test, return_dict=True, verbose=0)
altered = alter(x_train, training=True)
on_altered = both.evaluate(altered, y_train, return_dict=True, verbose=0)
on_plain = both.evaluate(x_train, y_train, return_dict=True, verbose=0)

combined = record(
    "combined",
    history,
    test,
    seconds,
    altered_train_accuracy=on_altered["accuracy"],
    inference_train_accuracy=on_plain["accuracy"],
)
plots.curves(combined)

# %% [markdown] lang="en"
# On the left, the training accuracy stays *below* the validation accuracy. The class from which this course grew saw the same, on all 60,000 digits of MNIST: it published a training
# accuracy of 91 % and a test accuracy of 98 %. (We have trained its network again in the same way, on all of MNIST: it, too, gets more than 98 % of the 10,000 test digits right. How
# long that takes is in the course's `docs/performance.md`.)
#
# **B.** Keras reports 92 % in training and 98 % in validation, with dropout and augmentation. What do you do first?
#
# - (a) Evaluate the training set with `evaluate`, without augmentation, and compare that.
# - (b) Look for validation images that are in the training set as well.
# - (c) Take dropout out, because the network underfits.

# %% [markdown] lang="es"
# A la izquierda, la exactitud de entrenamiento se queda *por debajo* de la de validación. La clase de la que nació este curso vio lo mismo con los 60 000 dígitos de MNIST: publicó
# una exactitud de entrenamiento del 91 % y una de prueba del 98 %. (Hemos vuelto a entrenar su red de la misma manera, con todo MNIST, y también acierta más del 98 % de los
# 10 000 dígitos de prueba. Cuánto tarda está en `docs/performance.md`, en la carpeta del curso).
#
# **B.** Keras da un 92 % en entrenamiento y un 98 % en validación, con *dropout* y aumento de datos. ¿Qué haces primero?
#
# - (a) Evaluar el conjunto de entrenamiento con `evaluate`, sin aumento de datos, y comparar con eso.
# - (b) Buscar imágenes de validación que estén también en el conjunto de entrenamiento.
# - (c) Quitar el *dropout*, porque la red está subajustada.

# %% tags=["exercise"]
answer = ...

check.quiz_below(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_below(answer)

# %% [markdown] lang="en"
# Keras measures the training accuracy **while it trains**: half of the units are off, the digits are altered, and it takes the mean over an epoch in which the weights still change. It
# measures the validation accuracy afterwards, in inference mode, on digits as they are. So we measure the training digits in the same way, one step at a time:

# %% [markdown] lang="es"
# Keras mide la exactitud de entrenamiento **mientras entrena**: con la mitad de las unidades apagadas, con los dígitos transformados y haciendo la media de una época en la que los
# pesos todavía cambian. La de validación la mide después, en modo de inferencia y con los dígitos tal como son. Así que medimos igual los dígitos de entrenamiento, paso a paso:

# %% lang="en"
steps = {
    "training, as Keras reports it": combined.train_accuracy,
    "training, dropout off": combined.altered_train_accuracy,
    "training, dropout off, digits not altered": combined.inference_train_accuracy,
    "validation": combined.val_accuracy,
}
for step, accuracy in steps.items():
    print(f"{step:43} accuracy {100 * accuracy:.1f} %")

# %% lang="es"
steps = {
    "entrenamiento, según lo da Keras": combined.train_accuracy,
    "entrenamiento, sin dropout": combined.altered_train_accuracy,
    "entrenamiento, sin dropout ni transformar": combined.inference_train_accuracy,
    "validación": combined.val_accuracy,
}
for step, accuracy in steps.items():
    print(f"{step:43} exactitud {100 * accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our seeds the four numbers were {{combined.train_accuracy}}, {{combined.altered_train_accuracy}}, {{combined.inference_train_accuracy}} and {{combined.val_accuracy}}. The last two
# were measured in the same way, so they can be compared, and there the training digits are ahead again. **To see whether a network with dropout overfits, evaluate the training set in
# inference mode.**
#
# ## Would more epochs help?
#
# With both, the network learns slowly: over our seeds, its lowest validation loss came after epoch {{combined.best_epoch}} of 30. So perhaps 30 epochs are too few. We trained it
# for **200 epochs**, and beside it the network with augmentation alone. Such a run takes several minutes, so we did this with {{long.seeds}} seeds only. The picture shows their means: `augmented_200`
# has augmentation alone, `combined_200` has both.

# %% [markdown] lang="es"
# Con nuestras semillas, los cuatro números fueron {{combined.train_accuracy}}, {{combined.altered_train_accuracy}}, {{combined.inference_train_accuracy}} y {{combined.val_accuracy}}.
# Los dos últimos se midieron de la misma manera, así que se pueden comparar, y ahí los dígitos de entrenamiento vuelven a ir por delante. **Para saber si una red con *dropout*
# sobreajusta, evalúa el conjunto de entrenamiento en modo de inferencia.**
#
# ## ¿Ayudarían más épocas?
#
# Con los dos, la red aprende despacio: con nuestras semillas, su menor pérdida de validación llegó tras la época {{combined.best_epoch}} de 30. Así que quizá 30 épocas sean pocas. La
# hemos entrenado **200 épocas** y, a su lado, la red con solo aumento de datos. Una ejecución así lleva varios minutos, de modo que la hicimos solo con {{long.seeds}} semillas. La
# gráfica muestra sus medias: `augmented_200` tiene solo aumento de datos; `combined_200`, los dos.

# %%
figures.losses(recorded("augmented_200"), recorded("combined_200"))

# %% [markdown] lang="en"
# | epochs | seeds | augmentation: validation | augmentation: test | both: validation | both: test |
# |--:|--:|--:|--:|--:|--:|
# | 30 | {{measured.seeds}} | {{02:augmented.val_accuracy}} | {{02:augmented.test_accuracy}} | {{combined.val_accuracy}} | {{combined.test_accuracy}} |
# | 60 | {{long.seeds}} | {{augmented_60.val_accuracy}} | {{augmented_60.test_accuracy}} | {{combined_60.val_accuracy}} | {{combined_60.test_accuracy}} |
# | 200 | {{long.seeds}} | {{augmented_200.val_accuracy}} | {{augmented_200.test_accuracy}} | {{combined_200.val_accuracy}} | {{combined_200.test_accuracy}} |
#
# The table gives accuracies; those with augmentation alone for 30 epochs are from lesson 02. After 30 epochs dropout adds nothing to augmentation that we could tell from chance. With
# more epochs it helps: after 200 epochs the validation loss was {{combined_200.val_loss}} with dropout and {{augmented_200.val_loss}} without, and both runs with dropout ended lower
# than both runs without. In accuracy the difference is small, and {{long.seeds}} seeds are too few to be sure of it. (To try 60 epochs in class, write
# `history, seconds = train(both, epochs=60)` in place of the last line of the cell that trains `both`.)

# %% [markdown] lang="es"
# | épocas | semillas | solo aumento: validación | solo aumento: prueba | los dos: validación | los dos: prueba |
# |--:|--:|--:|--:|--:|--:|
# | 30 | {{measured.seeds}} | {{02:augmented.val_accuracy}} | {{02:augmented.test_accuracy}} | {{combined.val_accuracy}} | {{combined.test_accuracy}} |
# | 60 | {{long.seeds}} | {{augmented_60.val_accuracy}} | {{augmented_60.test_accuracy}} | {{combined_60.val_accuracy}} | {{combined_60.test_accuracy}} |
# | 200 | {{long.seeds}} | {{augmented_200.val_accuracy}} | {{augmented_200.test_accuracy}} | {{combined_200.val_accuracy}} | {{combined_200.test_accuracy}} |
#
# La tabla da exactitudes; las de solo aumento de datos tras 30 épocas son de la lección 02. Tras 30 épocas, el *dropout* no añade al aumento de datos nada que podamos distinguir del
# azar. Con más épocas ayuda: tras 200, la pérdida de validación fue {{combined_200.val_loss}} con *dropout* y {{augmented_200.val_loss}} sin él, y las dos ejecuciones con *dropout*
# terminaron más abajo que las dos sin él. En la exactitud, la diferencia es pequeña, y {{long.seeds}} semillas son demasiado pocas para estar seguros de ella. (Si quieres probar 60 épocas
# en clase, escribe `history, seconds = train(both, epochs=60)` en lugar de la última línea de la celda que entrena `both`).

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs beside ours, over {{measured.seeds}} seeds. The rows from `narrow` to `elastic` are the small networks without convolutions; compare them only with one another.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras, con {{measured.seeds}} semillas. Las filas de `narrow` a `elastic` son las redes pequeñas sin convoluciones; compáralas solo entre sí.
# Los nombres: `narrow`, estrecha; `wide`, ancha; `after_output`, tras la salida; `elastic`, red elástica; `combined`, con *dropout* y aumento de datos.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your runs and, for the networks that you did not train, our means:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tus ejecuciones y, en las redes que no has entrenado, con nuestras medias:

# %%
claim("dropout_helps", dropout_50.best_val_loss, "<", baseline.best_val_loss,
      en="with dropout 0.5, the lowest validation loss is lower than without dropout",
      es="con dropout 0.5, la menor pérdida de validación es más baja que sin dropout")
claim("cheaper_mistakes", dropout_50.test_loss, "<", baseline.test_loss,
      en="with dropout 0.5, the test loss after the last epoch is lower than without dropout",
      es="con dropout 0.5, la pérdida de prueba tras la última época es menor que sin dropout")
claim("slower", dropout_80.train_accuracy, "<", dropout_20.train_accuracy, unit="%",
      en="after 30 epochs, the training accuracy is lower with the rate 0.8 than with 0.2",
      es="tras 30 épocas, la exactitud de entrenamiento es menor con la tasa 0.8 que con 0.2")
claim("high_rate_rises_less", dropout_80.val_loss_rise, "<", dropout_50.val_loss_rise, unit="%",
      en="after its minimum, the validation loss rises less with the rate 0.8 than with 0.5",
      es="tras su mínimo, la pérdida de validación sube menos con la tasa 0.8 que con 0.5")
claim("before_flatten_helps", before_flatten.best_val_loss, "<", baseline.best_val_loss,
      en="dropout before Flatten makes the lowest validation loss lower than no dropout does",
      es="el dropout antes de Flatten hace más baja la menor pérdida de validación que sin dropout")
claim("inputs_help_less", on_inputs.best_val_loss, ">", dropout_50.best_val_loss,
      en="dropout 0.2 on the inputs leaves the lowest validation loss higher than dropout 0.5 between dense layers",
      es="el dropout 0.2 en las entradas deja más alta la menor pérdida de validación que el dropout 0.5 entre capas densas")

# %%
claim("narrow_starves", narrow_dropout.val_cross_entropy, ">", narrow.val_cross_entropy,
      en="with 16 units, dropout raises the validation cross-entropy",
      es="con 16 unidades, el dropout aumenta la entropía cruzada de validación")
claim("wide_gains", wide_dropout.val_cross_entropy, "<", wide.val_cross_entropy,
      en="with 256 units, dropout lowers the validation cross-entropy",
      es="con 256 unidades, el dropout reduce la entropía cruzada de validación")
claim("never_after_output", after_output.val_cross_entropy, ">", wide_dropout.val_cross_entropy,
      en="dropout after the output gives a higher validation cross-entropy than dropout before it",
      es="el dropout tras la salida da una entropía cruzada de validación mayor que el dropout antes de ella")
claim("l2_less_sure", l2.val_cross_entropy, "<", wide.val_cross_entropy,
      en="L2 lowers the validation cross-entropy",
      es="L2 reduce la entropía cruzada de validación")

# %%
claim("l1_zeros", zeros["l1"], ">", zeros["l2"], unit="%",
      en="L1 leaves more weights practically at zero than L2",
      es="L1 deja más pesos prácticamente en cero que L2")
claim("below_validation", combined.train_accuracy, "<", combined.val_accuracy, unit="%",
      en="with dropout and augmentation, the training accuracy that Keras reports ends below the validation accuracy",
      es="con dropout y aumento de datos, la exactitud de entrenamiento que da Keras acaba por debajo de la de validación")
claim("inference_mode", combined.inference_train_accuracy, ">", combined.train_accuracy, unit="%",
      en="evaluated in inference mode, the training accuracy is higher than Keras reported",
      es="evaluada en modo de inferencia, la exactitud de entrenamiento es mayor que la que dio Keras")

# %% [markdown] lang="en"
# ## In short
#
# - Dropout switches off a random share of the units, others for every image, and rescales the rest by 1 / (1 − rate). In inference it does nothing: use `predict` or `training=False`.
# - It belongs between dense layers or before `Flatten`, after wide layers, and never after the output. Begin with 0.5 there, and with 0.1 to 0.3 after earlier pooling layers.
# - A higher rate slows the training down and delays overfitting: it needs more epochs.
# - L1 selects weights, L2 keeps them but makes them small, the elastic net does some of both. A penalty is part of the reported loss: compare cross-entropy or accuracy.
# - A training accuracy below the validation accuracy is normal with dropout. Evaluate the training set in inference mode and compare that.

# %% [markdown] lang="es"
# ## En resumen
#
# - El *dropout* apaga al azar una parte de las unidades, otras con cada imagen, y reescala las demás por 1 / (1 − tasa). En inferencia no hace nada: usa `predict` o `training=False`.
# - Va entre capas densas o antes de `Flatten`, tras capas anchas, y nunca tras la salida. Empieza ahí con 0.5, y con 0.1 a 0.3 tras un *pooling* anterior.
# - Una tasa mayor hace más lento el entrenamiento y retrasa el sobreajuste: necesita más épocas.
# - L1 selecciona pesos, L2 los conserva, pero pequeños, y la red elástica hace algo de las dos cosas. La penalización es parte de la pérdida que da Keras: compara entropías cruzadas
#   o exactitudes.
# - Una exactitud de entrenamiento por debajo de la de validación es normal con *dropout*. Evalúa el conjunto de entrenamiento en modo de inferencia y compara con eso.

# %% [markdown] lang="en"
# ## Go further: can dropout find the doubtful digits?
#
# There is a use for dropout in predictions: **Monte Carlo dropout**. One asks the network several times with dropout on, takes the mean of the answers, and calls a digit doubtful if
# the highest mean probability is low. Is that better than the probability that plain `predict` gives? We let both choose their 50 most doubtful validation digits and count how many of
# the mistakes are among them:

# %% [markdown] lang="es"
# ## Para ir más lejos: ¿encuentra el dropout los dígitos dudosos?
#
# El *dropout* tiene un uso al predecir: el **dropout de Monte Carlo** (*Monte Carlo dropout*). Se pregunta varias veces a la red con el *dropout* encendido, se hace la media de las
# respuestas y se considera dudoso un dígito si la mayor probabilidad media es baja. ¿Es eso mejor que la probabilidad que da `predict` sin más? Dejamos que cada método elija sus 50
# dígitos de validación más dudosos y contamos cuántos de los errores están entre ellos:

# %%
votes = [np.asarray(with_dropout(x_val, training=True)) for _ in range(10)]
plain = with_dropout.predict(x_val, verbose=0)
mistakes = plain.argmax(axis=1) != y_val

found = {}
for name, means in {"monte_carlo": np.mean(votes, axis=0), "predict": plain}.items():
    doubtful = np.argsort(means.max(axis=1))[:50]
    found[name] = mistakes[doubtful].sum()
doubt = record("doubt", **{f"{name}_share": count / mistakes.sum() for name, count in found.items()})

# %% lang="en"
for name, count in found.items():
    print(f"{name:12} {count} of its {mistakes.sum()} mistakes are among the 50 digits")

# %% lang="es"
for name, count in found.items():
    print(f"{name:12} {count} de los {mistakes.sum()} errores están entre los 50 dígitos")

# %% [markdown] lang="en"
# Each line: how many of the network's mistakes are among the 50 most doubtful digits. Over our seeds it was {{doubt.monte_carlo_share}} of the mistakes with ten calls of Monte Carlo
# dropout and {{doubt.predict_share}} with one call of `predict`: here ten calls find no more mistakes than one. Always compare a clever method with the simple
# one. Monte Carlo dropout is meant for inputs unlike the training data; you could try it on digits of your own (lesson 08).
#
# **Sources.** N. Srivastava and others, [Dropout: A Simple Way to Prevent Neural Networks from Overfitting](https://jmlr.org/papers/v15/srivastava14a.html), 2014. Whole feature
# maps: J. Tompson and others, [Efficient Object Localization Using Convolutional Networks](https://arxiv.org/abs/1411.4280), 2015. Elastic net: H. Zou and T. Hastie, [Regularization
# and variable selection via the elastic net](https://doi.org/10.1111/j.1467-9868.2005.00503.x), 2005. Monte Carlo dropout: Y. Gal and Z. Ghahramani, [Dropout as a Bayesian
# Approximation](https://arxiv.org/abs/1506.02142), 2016. In Keras: [Dropout](https://keras.io/api/layers/regularization_layers/dropout/),
# [SpatialDropout2D](https://keras.io/api/layers/regularization_layers/spatial_dropout2d/), [weight regularizers](https://keras.io/api/layers/regularizers/). The published 91 and 98 %:
# the course class that this course grew out of.

# %% [markdown] lang="es"
# Cada línea: cuántos de los errores de la red están entre los 50 dígitos más dudosos. Con nuestras semillas fueron el {{doubt.monte_carlo_share}} de los errores con diez llamadas de
# *dropout* de Monte Carlo y el {{doubt.predict_share}} con una llamada a `predict`: aquí, diez llamadas no encuentran más errores que una. Compara siempre un
# método ingenioso con el sencillo. El *dropout* de Monte Carlo está pensado para entradas distintas de los datos de entrenamiento; podrías probarlo con dígitos tuyos (lección 08).
#
# **Fuentes.** N. Srivastava y otros, [Dropout: A Simple Way to Prevent Neural Networks from Overfitting](https://jmlr.org/papers/v15/srivastava14a.html), 2014. Mapas enteros: J.
# Tompson y otros, [Efficient Object Localization Using Convolutional Networks](https://arxiv.org/abs/1411.4280), 2015. Red elástica: H. Zou y T. Hastie, [Regularization and variable
# selection via the elastic net](https://doi.org/10.1111/j.1467-9868.2005.00503.x), 2005. *Dropout* de Monte Carlo: Y. Gal y Z. Ghahramani, [Dropout as a Bayesian
# Approximation](https://arxiv.org/abs/1506.02142), 2016. En Keras: [Dropout](https://keras.io/api/layers/regularization_layers/dropout/),
# [SpatialDropout2D](https://keras.io/api/layers/regularization_layers/spatial_dropout2d/), [regularizadores de pesos](https://keras.io/api/layers/regularizers/). El 91 y el 98 %
# publicados: la clase de la que nació este curso.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the baseline, units switched off, prediction | 10 | 6 |
# | by hand, exercise 1 | 15 | 8 |
# | experiment, two modes | 15 | 10 |
# | which rate, exercise 2 | 10 | 6 |
# | wide layers, where it goes; exercise 3 | 15 | – |
# | what can go wrong, exercise 4 | 8 | 7 |
# | penalties, exercise 5, question A | 9 | – |
# | together, question B, 200 epochs | 8 | 8 |
#
# **In the room:** let the class be the layer. Everybody tosses a coin; heads sits down, and those who stand count double. Sum the ages before and after, five times: a single sum may
# be a fifth or more off, the mean of the five comes close.
#
# **On the board:** eight values, the mask below them, the division by the share that is kept; below that the same eight in inference, unchanged.
#
# **Misconceptions the checks look for:** the rate taken for the share kept; no rescaling, or rescaling the wrong way; the same mask every time; random numbers that do not come from
# `rng`; dropout active in inference; dropout after the output or before a pooling; a rate that is too high or too low; too few units left; a penalty without sizes or squares.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | la red de partida, unidades apagadas, predicción | 10 | 6 |
# | a mano, ejercicio 1 | 15 | 8 |
# | experimento, dos modos | 15 | 10 |
# | qué tasa, ejercicio 2 | 10 | 6 |
# | capas anchas, dónde va; ejercicio 3 | 15 | – |
# | qué puede salir mal, ejercicio 4 | 8 | 7 |
# | penalizaciones, ejercicio 5, pregunta A | 9 | – |
# | juntos, pregunta B, 200 épocas | 8 | 8 |
#
# **En el aula:** que la clase sea la capa. Cada cual lanza una moneda; con cara se sienta, y quienes quedan de pie cuentan doble. Suma con la clase las edades antes y después, cinco
# veces: una suma sola puede desviarse una quinta parte o más; la media de las cinco se acerca.
#
# **En la pizarra:** ocho valores, debajo la máscara y la división entre la proporción que se conserva; debajo, los mismos ocho en inferencia, sin cambios.
#
# **Ideas equivocadas que buscan las comprobaciones:** tomar la tasa por la proporción que se conserva; no reescalar, o hacerlo al revés; siempre la misma máscara; números al azar que
# no salen de `rng`; *dropout* activo en inferencia; *dropout* tras la salida o antes de un *pooling*; una tasa demasiado alta o demasiado baja; demasiado pocas unidades; una penalización sin tamaños o sin cuadrados.
