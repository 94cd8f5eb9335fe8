# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 45
#     title:
#       en: Dropout
#       es: Dropout
#     learn:
#       en: switch units off at random in training; place and size dropout; weigh it against L2 and L1; read a training accuracy below validation
#       es: apagar unidades al azar al entrenar; colocar y dosificar el *dropout*; compararlo con L2 y L1; entender por qué la exactitud de entrenamiento puede quedar por debajo de la de validación
#     result:
#       en: lowest validation loss {{baseline.best_val_loss.mean}} → {{dropout_50.best_val_loss.mean}}; with augmentation as well, test {{combined.test_accuracy}}
#       es: menor pérdida de validación {{baseline.best_val_loss.mean}} → {{dropout_50.best_val_loss.mean}}; con aumento de datos además, prueba {{combined.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 03 · Dropout: a team in which nobody is indispensable
#
# {{badges}}
#
# A network that memorises can come to lean on a few units. Dropout sends a random half of the units home, a different
# half for every image, so the others must be able to do the work, too. It is one line of Keras, and most of the
# trouble people have with it comes from putting that line in the wrong place or reading its numbers wrongly.
#
# **You will learn to**
#
# - write dropout by hand, rescaling included, and tell training mode from inference mode;
# - choose a rate and a place, and know the one place where it must never go;
# - use L2 and L1 weight penalties, and compare networks whose losses contain a penalty;
# - explain why training accuracy can end *below* validation accuracy.
#
# You need lesson 01; lesson 02 helps for the last experiment. About 25 minutes to read and run, and 20 for the exercises. Everything runs offline.

# %% [markdown] lang="es"
# # 03 · Dropout: un equipo en el que nadie es imprescindible
#
# {{badges}}
#
# Una red que memoriza puede acabar apoyándose en unas pocas unidades. El *dropout* manda a casa a la mitad de las
# unidades, al azar y otras para cada imagen, y obliga a las demás a saber hacer el trabajo. En Keras es una línea, y
# casi todos los disgustos que da vienen de ponerla donde no toca o de leer mal sus números.
#
# **Aprenderás a**
#
# - escribir *dropout* a mano, con su reescalado, y distinguir el modo de entrenamiento del de inferencia;
# - elegir la tasa y el lugar, y conocer el único lugar donde no debe ir nunca;
# - usar penalizaciones L2 y L1 y comparar redes cuya pérdida incluye una penalización;
# - explicar por qué la exactitud de entrenamiento puede acabar *por debajo* de la de validación.
#
# Necesitas la lección 01; la 02 ayuda en el último experimento. Unos 25 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión.

# %% [markdown] lang="en"
# ## Setup

# %% [markdown] lang="es"
# ## Preparación

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_03 as check
from helpers.figures import lesson_03 as figures
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# The same digits as in lesson 01, prepared in the same way:

# %% [markdown] lang="es"
# Los mismos dígitos de la lección 01, preparados igual:


# %% tags=["nbval-check-output"]
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)
print(x_train.shape, x_val.shape, x_test.shape)

# %% [markdown] lang="en"
# ## Why: the baseline, once more
#
# Every convolutional network of this lesson is trained by one and the same recipe (two of them for fewer epochs), so
# that only one thing changes at a time. Here it is, and the network of lesson 01 with it:

# %% [markdown] lang="es"
# ## Por qué: otra vez el punto de partida
#
# En esta lección, todas las redes convolucionales se entrenan con la misma receta (dos de ellas, menos épocas), para
# cambiar una sola cosa cada vez. Aquí está, y con ella la red de la lección 01:


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
keras.utils.set_random_seed(SEED)
without_dropout = models.baseline_cnn()
history, seconds = train(without_dropout)

test = without_dropout.evaluate(x_test, y_test, return_dict=True, verbose=0)
baseline = record("baseline", history, test, seconds)
plots.curves(baseline)

# %% [markdown] lang="en"
# You know this picture: training digits known by heart, and a validation loss that ends above its minimum. From there
# on, training only makes the network surer of what it already says.

# %% [markdown] lang="es"
# Ya conoces esta imagen: los dígitos de entrenamiento, de memoria, y una pérdida de validación que termina por encima
# de su mínimo. A partir de ahí, entrenar solo hace que la red esté más segura de lo que ya dice.

# %% [markdown] lang="en"
# ## Units going dark
#
# So let us take units away, at random. Below is a small network with 16 hidden units. Keras's own `Dropout(0.5)`
# tosses a coin for each of them, and again for every image: two images of the same batch meet different halves of the
# network. A dark, crossed unit passes nothing on, and nothing is learnt through it from that image. For the next one,
# others are dark.

# %% [markdown] lang="es"
# ## Unidades que se apagan
#
# Vamos a quitarle unidades, al azar. Abajo hay una red pequeña con 16 unidades ocultas. El propio `Dropout(0.5)` de
# Keras lanza una moneda por cada una, y otra vez para cada imagen: dos imágenes del mismo lote se encuentran con mitades
# distintas de la red. Una unidad oscura y tachada no transmite nada, y de esa imagen nada se aprende a través de
# ella. Con la siguiente se apagan otras.

# %%
coin = layers.Dropout(0.5, seed=SEED)
masks = [np.ravel(coin(np.ones((1, 16)), training=True)) for _ in range(8)]
figures.dropout_film(np.array(masks))

# %% [markdown] lang="en"
# About half are dark, and hardly ever exactly the same ones. A unit that can only do its part with one particular
# neighbour at its side learns little; one that is useful in *any* company learns a lot.

# %% [markdown] lang="es"
# Se apaga más o menos la mitad, y casi nunca exactamente las mismas. Una unidad que solo sirve con cierta vecina al
# lado aprende poco; la que resulta útil en *cualquier* compañía aprende mucho.

# %% [markdown] lang="en"
# ## By hand: a mask and a division
#
# The **rate** is the share that goes *dark*. Draw a random number for each value, keep the values whose number is not
# below the rate, and divide them by 1 − rate, the share that is kept on average. Three draws, one per row:

# %% [markdown] lang="es"
# ## A mano: una máscara y una división
#
# La **tasa** (*rate*) es la proporción que se *apaga*. Se saca un número al azar para cada valor, se conservan los
# valores cuyo número no es menor que la tasa y se dividen entre 1 − tasa, la proporción que queda encendida de media.
# Tres sorteos, uno por fila:

# %%
rng = np.random.default_rng(SEED)
values = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
rate = 0.5

for _ in range(3):
    mask = rng.random(values.shape) >= rate
    print(values * mask / (1 - rate))

# %% [markdown] lang="en"
# Why the division? The next layer adds these numbers up. With half of them gone the sum would be half as large, in
# training only; at rate 0.5 the survivors count double instead, and **the expected sum stays what it was**. So nothing
# has to be corrected later. This is called *inverted* dropout, and it is what Keras does. On many values, with rate 0.2:

# %% [markdown] lang="es"
# ¿Para qué la división? La capa siguiente suma estos números. Sin la mitad de ellos, la suma saldría la mitad de
# grande, y solo al entrenar; con tasa 0.5, los que quedan cuentan el doble y **la suma esperada no cambia**. Así no
# hay que corregir nada después. Se llama *dropout* invertido (*inverted dropout*) y es lo que hace Keras. Con muchos
# valores y tasa 0.2:

# %%
rate, values = 0.2, np.full((200, 500), 3.0, dtype="float32")
by_hand = values * (rng.random(values.shape) >= rate) / (1 - rate)

keras_dropout = layers.Dropout(rate, seed=SEED)
by_keras = np.asarray(keras_dropout(values, training=True))

for result in (by_hand, by_keras):
    kept = result != 0
    np.testing.assert_allclose(result, kept * values / (1 - rate), rtol=1e-6)
    np.testing.assert_allclose(kept.mean(), 1 - rate, atol=0.01)
    np.testing.assert_allclose(result.mean(), values.mean(), rtol=0.02)
    print(f"{1 - kept.mean():.3f} {result.max():.2f} {result.mean():.3f}")

same(values, keras_dropout(values, training=False))

# %% [markdown] lang="en"
# One row by hand, one from Keras: the share of zeros (about 0.2), the value of a survivor (3 / 0.8 = 3.75), and the mean,
# still about 3. The last line is the other half of the story: **in inference, dropout does nothing at all**, and the values come out as they went in.

# %% [markdown] lang="es"
# Una fila a mano y otra de Keras: la proporción de ceros (cerca de 0.2), lo que vale uno de los que quedan (3 / 0.8 =
# 3.75) y la media, que sigue cerca de 3. La última línea es la otra mitad de la historia: **en inferencia,
# el *dropout* no hace nada de nada**, y los valores salen como entraron.

# %% [markdown] lang="en"
# ## Predict first
#
# Now one `Dropout(0.5)` goes into the network, between its two dense layers. In lesson 01 the test accuracy without it was
# {{01:baseline.test_accuracy}}. What will it be now?

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Vamos a poner un `Dropout(0.5)` en la red, entre sus dos capas densas. En la lección 01, la exactitud de prueba sin él fue
# {{01:baseline.test_accuracy}}. ¿Cuál será ahora?

# %%
guess("dropout_50", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: one line more

# %% [markdown] lang="es"
# ## El experimento: una línea más

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
print(with_dropout.count_params() - without_dropout.count_params())

# %% [markdown] lang="en"
# The printed 0 is the number of new parameters: dropout learns nothing itself.

# %% [markdown] lang="es"
# El 0 es el número de parámetros nuevos: el *dropout* no aprende nada por sí mismo.

# %%
history, seconds = train(with_dropout)

test = with_dropout.evaluate(x_test, y_test, return_dict=True, verbose=0)
dropout_50 = record("dropout_50", history, test, seconds)

# %% [markdown] lang="en"
# ## Read the picture

# %% [markdown] lang="es"
# ## Lee la imagen

# %%
plots.compare(baseline, dropout_50)

# %% [markdown] lang="en"
# **Left.** Training is harder work with half the team away, so its loss falls more slowly. **Right.** Validation loss is
# what we care about. Over our {{measured.seeds}} runs its lowest point was {{baseline.best_val_loss}} without dropout and
# {{dropout_50.best_val_loss}} with it. After that it climbs with dropout, too, and jumps about, so that the last epoch is partly a
# matter of luck: {{baseline.val_loss}} against {{dropout_50.val_loss}}. Stopping in time is the subject of lesson 04.
#
# On the test digits, accuracy went from {{baseline.test_accuracy}} to {{dropout_50.test_accuracy}}, a small step, and the loss from
# {{baseline.test_loss}} to {{dropout_50.test_loss}}, a larger one. Dropout mostly cures *overconfidence*: its mistakes
# are cheaper, not far fewer.

# %% [markdown] lang="es"
# **Izquierda.** Entrenar con medio equipo fuera cuesta más, así que la pérdida baja más despacio. **Derecha.** La que nos
# importa es la de validación. En nuestras {{measured.seeds}} ejecuciones, su punto más bajo fue {{baseline.best_val_loss}} sin
# *dropout* y {{dropout_50.best_val_loss}} con él. Después sube también con *dropout*, y a saltos, así que dónde cae la última época
# es en parte cuestión de suerte: {{baseline.val_loss}} frente a {{dropout_50.val_loss}}. De parar a tiempo trata la lección 04.
#
# Con los dígitos de prueba, la exactitud pasó de {{baseline.test_accuracy}} a {{dropout_50.test_accuracy}}, un paso pequeño, y la
# pérdida, de {{baseline.test_loss}} a {{dropout_50.test_loss}}, uno mayor. El *dropout* cura sobre todo el *exceso de confianza*:
# los errores salen más baratos; no es que haya muchos menos.

# %% [markdown] lang="en"
# ## Two modes
#
# `fit` calls the network with `training=True`; `evaluate` and `predict` with `training=False`. Call it yourself, on the
# validation digit that this network is least sure of, five times in each mode. Each number is the probability given to
# the right answer:

# %% [markdown] lang="es"
# ## Dos modos
#
# `fit` llama a la red con `training=True`; `evaluate` y `predict`, con `training=False`. Llámala tú, con el dígito de
# validación del que menos segura está, cinco veces en cada modo. Cada número es la probabilidad de la respuesta correcta:

# %%
hardest = with_dropout.predict(x_val, verbose=0).max(axis=1).argmin()
digit, label = x_val[hardest : hardest + 1], y_val[hardest]

for training in (True, False):
    answers = [
        float(with_dropout(digit, training=training)[0, label]) for _ in range(5)
    ]
    print(f"training={training!s:6}", *(f"{p:.3f}" for p in answers))

in_training = [np.asarray(with_dropout(digit, training=True)) for _ in range(5)]
assert not all(np.allclose(answer, in_training[0]) for answer in in_training)

# %% [markdown] lang="en"
# The same network and the same digit: five answers in training, because five different halves of the team were asked;
# one answer in inference, because everybody was. **For predictions you want everybody**: `predict`, or
# `training=False`.

# %% [markdown] lang="es"
# La misma red y el mismo dígito: en entrenamiento, cinco respuestas, porque han contestado cinco mitades distintas
# del equipo; en inferencia, una sola, porque contesta el equipo entero. **Para predecir, que conteste el equipo entero**: `predict`,
# o `training=False`.

# %% [markdown] lang="en"
# ## Which rate?
#
# Two more networks, with rates 0.2 and 0.8. To keep your wait short they stop after 8 epochs; compare the four curves up
# to there. From here on, the network with dropout comes by name: `models.baseline_cnn(dropout=…)`.

# %% [markdown] lang="es"
# ## ¿Qué tasa?
#
# Dos redes más, con tasas 0.2 y 0.8. Para que esperes poco paran tras 8 épocas; compara las cuatro curvas hasta ahí. Desde
# aquí, la red con *dropout* se pide por su nombre: `models.baseline_cnn(dropout=…)`.

# %%
keras.utils.set_random_seed(SEED)
history, seconds = train(models.baseline_cnn(dropout=0.2), epochs=8)
dropout_20 = record("dropout_20", history, seconds=seconds)

# %%
keras.utils.set_random_seed(SEED)
history, seconds = train(models.baseline_cnn(dropout=0.8), epochs=8)
dropout_80 = record("dropout_80", history, seconds=seconds)

# %%
plots.compare(baseline, dropout_20, dropout_50, dropout_80)

# %% [markdown] lang="en"
# On the left, the training loss of rate 0.8 comes into the frame only in its last epochs, far above the others. On the right it ends much
# closer to them. The higher the rate, the slower the learning: after 8 epochs we measured a training accuracy of
# {{dropout_20.train_accuracy}} at 0.2 and {{dropout_80.train_accuracy}} at 0.8. Yet validation accuracy was
# {{dropout_80.val_accuracy}} at 0.8: the whole team knows far more than the fifth of it that is examined in training.
#
# Start with 0.5 between wide dense layers and 0.1 to 0.3 elsewhere. Go up while the network memorises; go down when
# even the validation curve improves too slowly.

# %% [markdown] lang="es"
# A la izquierda, la pérdida de entrenamiento de la tasa 0.8 solo entra en el marco en sus últimas épocas, muy por encima de las demás. A la
# derecha acaba mucho más cerca de ellas. Cuanto mayor es la tasa, más despacio se aprende: tras 8 épocas medimos una exactitud de entrenamiento de
# {{dropout_20.train_accuracy}} con 0.2 y de {{dropout_80.train_accuracy}} con 0.8. Y, sin embargo, la de validación con 0.8 fue
# {{dropout_80.val_accuracy}}: el equipo completo sabe mucho más que la quinta parte que se examina al entrenar.
#
# Empieza con 0.5 entre capas densas anchas y de 0.1 a 0.3 en otros sitios. Sube mientras la red memorice; baja cuando
# hasta la curva de validación mejore demasiado despacio.

# %% [markdown] lang="en"
# ## Wider layers with dropout
#
# At rate 0.5, a layer of 16 units works with about 8. That may be too few. To look at this we use quick networks with
# a single hidden layer and no convolutions (a few seconds each), and watch **validation cross-entropy**, the loss of
# lesson 01.

# %% [markdown] lang="es"
# ## Capas más anchas con dropout
#
# Con tasa 0.5, una capa de 16 unidades trabaja con unas 8. Pueden ser pocas. Para verlo usamos redes rápidas, con una
# sola capa oculta y sin convoluciones (unos segundos cada una), y miramos la **entropía cruzada de validación**, la
# pérdida de la lección 01.


# %%
def dense_net(units, rate=0.0, penalty=None):
    keras.utils.set_random_seed(SEED)
    network = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    network.add(layers.Dense(units, activation="relu", kernel_regularizer=penalty))
    if rate:
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


# %%
narrow = train_dense("narrow", dense_net(16))
narrow_dropout = train_dense("narrow_dropout", dense_net(16, rate=0.5))
wide = train_dense("wide", dense_net(256))
mended = dense_net(256, rate=0.5)
wide_dropout = train_dense("wide_dropout", mended)

for run in (narrow, narrow_dropout, wide, wide_dropout):
    print(f"{run.name:15} {run.train_accuracy:.3f} {run.val_cross_entropy:.3f}")

# %% [markdown] lang="en"
# Each row: training accuracy as reported, then validation cross-entropy. With 16 units, dropout *hurts*: in our runs
# {{narrow.val_cross_entropy}} became {{narrow_dropout.val_cross_entropy}}. With 256 it helps:
# {{wide.val_cross_entropy}} became {{wide_dropout.val_cross_entropy}}. Dropout is paid for in
# units: a layer that has none to spare cannot afford it, even if it memorises. The rule of thumb: if a layer needs *n* units, give it
# *n* / (1 − rate).

# %% [markdown] lang="es"
# Cada fila: la exactitud de entrenamiento que da Keras y, después, la entropía cruzada de validación. Con 16
# unidades, el *dropout* *perjudica*: en nuestras ejecuciones, la entropía pasó de {{narrow.val_cross_entropy}} a
# {{narrow_dropout.val_cross_entropy}}. Con 256 ayuda: de {{wide.val_cross_entropy}} a
# {{wide_dropout.val_cross_entropy}}. El *dropout* se paga en unidades: una capa a la que no
# le sobran no se lo puede permitir, aunque memorice. La regla práctica: si una capa necesita *n* unidades, dale *n* / (1 −
# tasa).

# %% [markdown] lang="en"
# ## Where it goes
#
# - **Between dense layers**: the usual place. Dense layers hold most of the parameters, and so most of the room for memorising.
# - **After a pooling layer**: with a small rate. Neighbouring pixels of a **feature map** (the little picture that
#   one kernel makes) say nearly the same, so a dark pixel hides little. `SpatialDropout2D` switches off whole maps
#   instead.
# - **After the output layer: never.** See below.
#
# Ten feature maps of one digit after the first pooling: as they are, under `Dropout(0.5)`, under `SpatialDropout2D(0.5)`.

# %% [markdown] lang="es"
# ## Dónde va
#
# - **Entre capas densas**: el sitio habitual. Las capas densas tienen casi todos los parámetros y, con ellos, casi todo el
#   sitio para memorizar.
# - **Tras una capa de *pooling***: con una tasa pequeña. Los píxeles vecinos de un **mapa de características** (la
#   imagen que produce un núcleo) dicen casi lo mismo, así que apagar uno esconde poco. `SpatialDropout2D` apaga mapas
#   enteros.
# - **Tras la capa de salida: nunca.** Lo verás enseguida.
#
# Diez mapas de características de un dígito tras el primer *pooling*: tal cual, con `Dropout(0.5)` y con
# `SpatialDropout2D(0.5)`.

# %%
first_pooling = keras.Sequential(with_dropout.layers[:2])
maps = np.asarray(first_pooling(x_val[:1]))
strongest = np.argsort(-maps.mean(axis=(0, 1, 2)))[:10]
maps = maps[..., strongest]

pixels = layers.Dropout(0.5, seed=SEED)(maps, training=True)
whole = layers.SpatialDropout2D(0.5, seed=SEED)(maps, training=True)
rows = [np.moveaxis(np.asarray(row)[0], -1, 0) for row in (maps, pixels, whole)]
print([int((row.max(axis=(1, 2)) == 0).sum()) for row in rows])
plots.gallery(np.concatenate(rows))

# %% [markdown] lang="en"
# The printed numbers count, for each of the three rows, the maps that were switched off entirely: they are the blank places. In the second
# row the shapes can still be read through the holes; in the third a map is there or it is not.

# %% [markdown] lang="es"
# Los números impresos cuentan, en cada una de las tres filas, los mapas que se han apagado del todo: son los huecos en blanco. En la segunda
# fila, las formas aún se adivinan entre los huecos; en la tercera, un mapa está o no está.

# %% [markdown] lang="en"
# ## What can go wrong: dropout after the output
#
# It looks harmless: one more layer at the end, no error, no warning.

# %% [markdown] lang="es"
# ## Qué puede salir mal: dropout tras la salida
#
# Parece inofensivo: una capa más al final, sin errores ni avisos.

# %%
keras.utils.set_random_seed(SEED)
broken = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
        layers.Dropout(0.5),
    ]
)
after_output = train_dense("after_output", broken)
sums = np.asarray(broken(x_val[:8], training=True)).sum(axis=1)
print(f"{after_output.train_accuracy:.3f} {after_output.val_cross_entropy:.3f}")
print(sums.round(2))

# %% [markdown] lang="en"
# First row, as before: training accuracy as reported, then validation cross-entropy. The last row should be eight
# ones: probabilities of one image add up to 1. Here they are lost or doubled. Whenever the right answer goes dark,
# the network is punished for a mistake that it did not make, and no weight can mend that. Training accuracy cannot
# get far above one half. In inference nothing is dropped, so validation *accuracy* looks almost normal
# ({{after_output.val_accuracy}}; without any dropout {{wide.val_accuracy}}), and that is how this mistake survives.
# Its cross-entropy gives it away: {{after_output.val_cross_entropy}} in our runs.
#
# Mended: the same layer, one line further up. You trained it above, as `wide_dropout`; the network is in `mended`.
# Now the sums are ones:

# %% [markdown] lang="es"
# Primera fila, como antes: la exactitud de entrenamiento que da Keras y la entropía cruzada de validación. La última
# debería tener ocho unos: las probabilidades de una imagen suman 1. Aquí se pierden o se doblan. Cada vez que se
# apaga la respuesta correcta, la red recibe castigo por un error que no ha cometido, y ningún peso puede arreglarlo.
# La exactitud de entrenamiento no pasa mucho de la mitad. En inferencia no se apaga nada, así que la *exactitud* de
# validación parece casi normal ({{after_output.val_accuracy}}; sin ningún *dropout*, {{wide.val_accuracy}}), y por
# eso este error sobrevive. Lo delata la entropía cruzada: {{after_output.val_cross_entropy}} en nuestras ejecuciones.
#
# Arreglado: la misma capa, una línea más arriba. Ya la entrenaste antes, como `wide_dropout`; la red está en
# `mended`. Ahora sí, las sumas son unos:

# %%
sums = np.asarray(mended(x_val[:8], training=True)).sum(axis=1)
print(f"{wide_dropout.train_accuracy:.3f} {wide_dropout.val_cross_entropy:.3f}")
print(sums.round(2))

# %% [markdown] lang="en"
# ## An alternative: weight penalties
#
# Another way to keep a network modest: make large weights expensive. **L2** adds λ · Σ w² to the loss, **L1** adds λ
# · Σ |w|. Here w runs over the weights of the layer, and λ (lambda) is a small number that you choose: 0.001 for L2
# and 0.0001 for L1 below. In Keras it is an argument of the layer, `kernel_regularizer`. The wide network again,
# without dropout:

# %% [markdown] lang="es"
# ## Una alternativa: penalizar los pesos
#
# Otra forma de que una red sea modesta: que los pesos grandes salgan caros. **L2** suma λ · Σ w² a la pérdida;
# **L1**, λ · Σ |w|. Aquí w recorre los pesos de la capa y λ (lambda) es un número pequeño que eliges tú: abajo, 0.001
# para L2 y 0.0001 para L1. En Keras es un argumento de la capa, `kernel_regularizer`. Otra vez la red ancha, sin
# *dropout*:

# %%
l2_net = dense_net(256, penalty=keras.regularizers.L2(1e-3))
l2 = train_dense("l2", l2_net)
l1_net = dense_net(256, penalty=keras.regularizers.L1(1e-4))
l1 = train_dense("l1", l1_net)

for run in (wide, l2, l1, wide_dropout):
    print(f"{run.name:13} {run.val_loss:.3f} {run.val_cross_entropy:.3f}")

# %% [markdown] lang="en"
# First column: the loss as Keras reports it. Second: cross-entropy alone. Without a penalty the two are one number.
# With a penalty **the reported loss contains it**, and comparing that with another network's loss is like comparing a
# price with tax and one without. Computed by hand from the weights, the tax is just the difference of the two
# columns (before they were rounded):

# %% [markdown] lang="es"
# Primera columna: la pérdida tal como la da Keras. Segunda: solo la entropía cruzada. Sin penalización son el mismo
# número. Con ella, **la pérdida que ves la incluye**, y compararla con la de otra red es como comparar un precio con
# IVA y otro sin IVA. La diferencia entre las dos columnas (antes de redondear) es justo el impuesto, calculado a mano con los pesos:

# %%
weights = l2_net.layers[1].kernel.numpy()
tax = 1e-3 * (weights**2).sum()
same(tax, l2.val_loss - l2.val_cross_entropy, tolerance=1e-3)
print(f"{tax:.3f}")

# %% [markdown] lang="en"
# So compare cross-entropy or accuracy. And look at what the two penalties do to the weights: their mean size, and the share
# of them that is practically zero (below 0.001).

# %% [markdown] lang="es"
# Así que compara entropías cruzadas o exactitudes. Y mira qué hace cada penalización con los pesos: su tamaño medio y la
# proporción de los que son prácticamente cero (por debajo de 0.001).


# %%
def sizes(network):
    return np.abs(network.layers[1].kernel.numpy())


for name, network in (("wide_dropout", mended), ("l2", l2_net), ("l1", l1_net)):
    print(f"{name:13} {sizes(network).mean():.4f} {(sizes(network) < 1e-3).mean():.1%}")

# %% [markdown] lang="en"
# L2 presses the harder the larger a weight is, and hardly at all near zero. L1 presses with the same force however
# small the weight is already, so most end there. Both lowered validation cross-entropy on average:
# {{wide.val_cross_entropy}} without, {{l2.val_cross_entropy}} with L2, {{l1.val_cross_entropy}} with L1. Test
# *accuracy* did not gain: {{wide.test_accuracy}} without, {{l2.test_accuracy}} with L2, {{l1.test_accuracy}} with L1.
# On these digits, with these λ, penalties make the network less sure of itself, not more often right.

# %% [markdown] lang="es"
# L2 empuja más cuanto mayor es el peso, y cerca de cero apenas empuja. L1 empuja con la misma fuerza por pequeño que
# sea ya el peso, y la mayoría acaba ahí. Las dos redujeron, de media, la entropía cruzada de validación:
# {{wide.val_cross_entropy}} sin ellas, {{l2.val_cross_entropy}} con L2, {{l1.val_cross_entropy}} con L1. La
# *exactitud* de prueba no ganó: {{wide.test_accuracy}} sin ellas, {{l2.test_accuracy}} con L2, {{l1.test_accuracy}}
# con L1. Con estos dígitos y estos λ, las penalizaciones hacen que la red esté menos segura de sí misma, no que
# acierte más.

# %% [markdown] lang="en"
# ## Together: dropout and augmentation
#
# Dropout disturbs the network from inside, augmentation (lesson 02) from outside: every batch shows the digits a little
# turned (up to 11°), shifted and zoomed (up to 10 %). Both at once:

# %% [markdown] lang="es"
# ## Juntos: dropout y aumento de datos
#
# El *dropout* perturba la red desde dentro; el aumento de datos (lección 02), desde fuera: en cada lote los dígitos
# llegan un poco girados (hasta 11°), desplazados y ampliados o reducidos (hasta un 10 %). Los dos a la vez:

# %%
keras.utils.set_random_seed(SEED)
options = {"fill_mode": "constant", "interpolation": "nearest"}
augmentation = keras.Sequential(
    [
        layers.RandomRotation(0.03, **options),
        layers.RandomTranslation(0.1, 0.1, **options),
        layers.RandomZoom(0.1, **options),
    ]
)
both = models.baseline_cnn(dropout=0.5, augmentation=augmentation)
history, seconds = train(both)

# %%
test = both.evaluate(x_test, y_test, return_dict=True, verbose=0)
quiet = both.evaluate(x_train, y_train, return_dict=True, verbose=0)
altered = augmentation(x_train, training=True)
outside = both.evaluate(altered, y_train, return_dict=True, verbose=0)

combined = record(
    "combined",
    history,
    test,
    seconds,
    inference_train_accuracy=quiet["accuracy"],
    altered_train_accuracy=outside["accuracy"],
)
plots.curves(combined)

# %% [markdown] lang="en"
# Look at the accuracies, on the left. Validation *above* training? Nothing leaked, nothing is broken. Keras reports
# training accuracy **as it happens in training**: with half of the units dark, on altered digits, and averaged over
# an epoch in which the weights still move. Validation is measured afterwards in inference mode, on plain digits. Two
# different exams. Give the training digits the easier exam, step by step:

# %% [markdown] lang="es"
# Mira las exactitudes, a la izquierda. ¿La validación *por encima* del entrenamiento? No se ha filtrado nada ni hay
# nada roto. Keras mide la exactitud de entrenamiento **tal como se entrena**: con la mitad de las unidades apagadas,
# con dígitos alterados y promediando una época en la que los pesos aún se mueven. La validación se mide después, en
# modo de inferencia y con dígitos sin alterar. Son dos exámenes distintos. Ponles a los dígitos de entrenamiento el
# examen fácil, paso a paso:

# %%
print(f"{combined.train_accuracy:.1%}")
print(f"{combined.altered_train_accuracy:.1%}")
print(f"{combined.inference_train_accuracy:.1%}")
print(f"{combined.val_accuracy:.1%}")

# %% [markdown] lang="en"
# 1. Training digits, as reported during the last epoch (ours: {{combined.train_accuracy}}).
# 2. The same in inference mode, dropout off, on digits that are still altered ({{combined.altered_train_accuracy}}).
# 3. Also unaltered ({{combined.inference_train_accuracy}}).
# 4. Validation digits, for comparison ({{combined.val_accuracy}}).
#
# Row 3 is the one to compare with row 4. So when you want to know whether a network with dropout overfits, **evaluate the
# training set in inference mode**.
#
# And was it worth it? On the test digits we measured {{baseline.test_accuracy}} with neither,
# {{dropout_50.test_accuracy}} with dropout and {{combined.test_accuracy}} with both. Augmentation alone, in lesson
# 02, had {{02:augmented.test_accuracy}}: what dropout adds to that is smaller than the spread over the seeds. Two
# disturbances at once make learning slow. Would more epochs help? Write `train(both, epochs=60)` above and run from
# that cell.

# %% [markdown] lang="es"
# 1. Dígitos de entrenamiento, según se midió durante la última época (la nuestra: {{combined.train_accuracy}}).
# 2. Lo mismo en modo de inferencia, sin *dropout*, con dígitos todavía alterados ({{combined.altered_train_accuracy}}).
# 3. Y además sin alterar ({{combined.inference_train_accuracy}}).
# 4. Dígitos de validación, para comparar ({{combined.val_accuracy}}).
#
# La fila que hay que comparar con la 4 es la 3. Así que, si quieres saber si una red con *dropout* sobreajusta, **evalúa el
# conjunto de entrenamiento en modo de inferencia**.
#
# ¿Y ha valido la pena? Con los dígitos de prueba medimos {{baseline.test_accuracy}} sin ninguno de los dos,
# {{dropout_50.test_accuracy}} con *dropout* y {{combined.test_accuracy}} con ambos. El aumento de datos por sí solo,
# en la lección 02, dio {{02:augmented.test_accuracy}}: lo que le añade el *dropout* es menos que la dispersión entre
# semillas. Con dos perturbaciones a la vez se aprende despacio. ¿Ayudarían más épocas? Escribe `train(both,
# epochs=60)` ahí arriba y ejecuta desde esa celda.

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. Inverted dropout
#
# Write a function `dropout(values, rate, training, rng)` that returns an array of the same shape and leaves `values` as it is: in training,
# each value becomes 0 with probability `rate` (fresh random numbers from `rng` at every call) and the kept ones are
# rescaled; in inference, the values as they came.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Dropout invertido
#
# Escribe una función `dropout(values, rate, training, rng)` que devuelva un array con la misma forma, sin modificar `values`: al
# entrenar, cada valor pasa a 0 con probabilidad `rate` (con números nuevos de `rng` en cada llamada) y los que quedan
# se reescalan; en inferencia, los valores tal como llegaron.

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
# ### 2. Dropout in two places
#
# Put into `network` a Keras model for the digits, images (N, 28, 28, 1) in and ten probabilities out, with dropout in
# **at least two** of the places that this lesson recommends, at rates that suit them. You need not train it, but you
# may: `train(network)` is up there.

# %% [markdown] lang="es"
# ### 2. Dropout en dos sitios
#
# Pon en `network` un modelo de Keras para los dígitos, con imágenes (N, 28, 28, 1) a la entrada y diez probabilidades
# a la salida, y con *dropout* en **al menos dos** de los sitios que recomienda esta lección, con tasas adecuadas. No
# hace falta entrenarlo, pero puedes: ahí arriba tienes `train(network)`.

# %% tags=["exercise"]
network = ...

check.two_places(network)
# check.two_places.hint()

# %% tags=["solution"]
network = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Dropout(0.2),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)

check.two_places(network)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** `layers.Dropout(0.2)` in training: what happens to 100 units?
#
# - (a) About 20 stay, each counted five times.
# - (b) About 80 stay, each counted 1.25 times.
# - (c) About 80 stay, each as it is; in inference all are multiplied by 0.8.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** `layers.Dropout(0.2)` al entrenar: ¿qué les pasa a 100 unidades?
#
# - (a) Quedan unas 20, y cada una cuenta por cinco.
# - (b) Quedan unas 80, y cada una cuenta por 1.25.
# - (c) Quedan unas 80, tal cual; en inferencia se multiplican todas por 0.8.

# %% tags=["exercise"]
answer = ...

check.quiz_rate(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_rate(answer)

# %% [markdown] lang="en"
# **B.** With dropout and augmentation, Keras reports 90 % in training and 97 % in validation. What do you do first?
#
# - (a) Evaluate the training set in inference mode, and compare that.
# - (b) Look for validation images that slipped into the training set.
# - (c) Take dropout out: the network underfits.

# %% [markdown] lang="es"
# **B.** Con *dropout* y aumento de datos, Keras da un 90 % en entrenamiento y un 97 % en validación. ¿Qué haces primero?
#
# - (a) Evaluar el conjunto de entrenamiento en modo de inferencia y comparar con eso.
# - (b) Buscar imágenes de validación que se hayan colado en el entrenamiento.
# - (c) Quitar el *dropout*: la red está subajustada.

# %% tags=["exercise"]
answer = ...

check.quiz_below(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_below(answer)

# %% [markdown] lang="en"
# **C.** Validation loss is 0.35 for a network with L2 and 0.29 for one without. Which one predicts better?
#
# - (a) The one without: its loss is lower.
# - (b) The one with L2: it overfits less.
# - (c) These two numbers cannot tell.

# %% [markdown] lang="es"
# **C.** La pérdida de validación es 0.35 en una red con L2 y 0.29 en una sin L2. ¿Cuál predice mejor?
#
# - (a) La que no tiene L2: su pérdida es menor.
# - (b) La que tiene L2: sobreajusta menos.
# - (c) Con esos dos números no se sabe.

# %% tags=["exercise"]
answer = ...

check.quiz_penalty(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_penalty(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours, over {{measured.seeds}} seeds. `dropout_20` and `dropout_80` ran for 8 epochs and took no
# exam. The rows from `narrow` to `l1` are the quick networks without convolutions; compare them with one another
# only.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, con {{measured.seeds}} semillas. `dropout_20` y `dropout_80` pararon a las 8
# épocas y no hicieron el examen. Las filas de `narrow` a `l1` son las de las redes rápidas, sin convoluciones;
# compáralas solo entre sí.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:

# %%
claim("dropout_helps", dropout_50.best_val_loss, "<", baseline.best_val_loss,
      en="with dropout 0.5, the lowest validation loss is lower than without dropout",
      es="con dropout 0.5, la menor pérdida de validación es más baja que sin dropout")
claim("cheaper_mistakes", dropout_50.test_loss, "<", baseline.test_loss,
      en="with dropout 0.5, the test loss after the last epoch is lower than without dropout",
      es="con dropout 0.5, la pérdida de prueba tras la última época es menor que sin dropout")
claim("slower", dropout_80.train_accuracy, "<", dropout_20.train_accuracy, unit="%",
      en="after 8 epochs, training accuracy is lower at rate 0.8 than at rate 0.2",
      es="tras 8 épocas, la exactitud de entrenamiento es menor con tasa 0.8 que con tasa 0.2")
claim("narrow_starves", narrow_dropout.val_cross_entropy, ">", narrow.val_cross_entropy,
      en="with 16 units, dropout raises the validation cross-entropy",
      es="con 16 unidades, el dropout aumenta la entropía cruzada de validación")
claim("wide_gains", wide_dropout.val_cross_entropy, "<", wide.val_cross_entropy,
      en="with 256 units, dropout lowers the validation cross-entropy",
      es="con 256 unidades, el dropout reduce la entropía cruzada de validación")

# %%
claim("never_after_output", after_output.val_cross_entropy, ">", wide_dropout.val_cross_entropy,
      en="dropout after the output gives a higher validation cross-entropy than dropout before it",
      es="el dropout tras la salida da una entropía cruzada de validación mayor que el dropout antes de ella")
claim("l2_less_sure", l2.val_cross_entropy, "<", wide.val_cross_entropy,
      en="L2 lowers the validation cross-entropy",
      es="L2 reduce la entropía cruzada de validación")
claim("l1_zeros", (sizes(l1_net) < 1e-3).mean(), ">", (sizes(l2_net) < 1e-3).mean(), unit="%",
      en="L1 leaves more weights practically at zero than L2",
      es="L1 deja más pesos prácticamente en cero que L2")
claim("below_validation", combined.train_accuracy, "<", combined.val_accuracy, unit="%",
      en="with dropout and augmentation, the training accuracy that Keras reports ends below the validation accuracy",
      es="con dropout y aumento de datos, la exactitud de entrenamiento que da Keras acaba por debajo de la de validación")
claim("inference_mode", combined.inference_train_accuracy, ">", combined.train_accuracy, unit="%",
      en="evaluated in inference mode, training accuracy is higher than Keras reported",
      es="evaluada en modo de inferencia, la exactitud de entrenamiento es mayor que la que dio Keras")

# %% [markdown] lang="en"
# ## In short
#
# - Dropout switches off a random share of units, others for every image, and rescales the rest by 1 / (1 − rate).
# - It works in training only. For predictions: `predict`, or `training=False`.
# - Between dense layers or after pooling, with room to spare; never after the output.
# - Penalties sit inside the reported loss: compare cross-entropy or accuracy.
# - Training accuracy below validation accuracy is normal with dropout. Evaluate the training set in inference mode
#   before you worry.

# %% [markdown] lang="es"
# ## En resumen
#
# - El *dropout* apaga al azar una parte de las unidades, otras para cada imagen, y reescala las demás por 1 / (1 −
#   tasa).
# - Solo actúa al entrenar. Para predecir: `predict`, o `training=False`.
# - Entre capas densas o tras el *pooling*, y con unidades de sobra; nunca tras la salida.
# - Las penalizaciones van dentro de la pérdida que ves: compara entropías cruzadas o exactitudes.
# - Que la exactitud de entrenamiento quede por debajo de la de validación es normal con *dropout*. Antes de
#   preocuparte, evalúa el conjunto de entrenamiento en modo de inferencia.

# %% [markdown] lang="en"
# ## Go further: ask twenty half-teams
#
# There is one good reason to leave dropout on in predictions: to see how much the answers *disagree*. Ask the
# network 20 times about each of 300 validation digits and average the answers: where the half-teams disagree, no digit gets a high
# average. Shown are the ten with the lowest: true label, answer, average probability.

# %% [markdown] lang="es"
# ## Para ir más lejos: pregunta a veinte medios equipos
#
# Hay una buena razón para dejar el *dropout* encendido al predecir: ver cuánto *discrepan* las respuestas. Pregunta
# 20 veces por cada uno de 300 dígitos de validación y promedia las respuestas: donde los medios equipos discrepan,
# ningún dígito alcanza una media alta. Estos son los diez con la más baja: etiqueta real, respuesta y probabilidad
# media.

# %%
votes = [np.asarray(with_dropout(x_val[:300], training=True)) for _ in range(20)]
average = np.mean(votes, axis=0)
order = np.argsort(average.max(axis=1))
wrong = average.argmax(axis=1) != y_val[:300]

captions = [
    f"{y_val[i]} → {average[i].argmax()}\n{average[i].max():.0%}" for i in order[:10]
]
display(plots.gallery(x_val[order[:10]], captions))
print(f"{wrong[order[:30]].mean():.1%} {wrong[order[30:]].mean():.1%}")

# %% [markdown] lang="en"
# The first number is the share of wrong answers among the 30 with the lowest average, the second among the other 270.
# This is *Monte Carlo dropout*: a cheap way for a network to say "better ask a person".
#
# **Sources.** N. Srivastava and others, *Dropout: a simple way to prevent neural networks from overfitting*, 2014.
# Whole feature maps: J. Tompson and others, *Efficient object localization using convolutional networks*, 2015.
# Dropout to measure doubt: Y. Gal and Z. Ghahramani, *Dropout as a Bayesian approximation*, 2016. Augmentation with
# dropout on MNIST, training below validation: the course class this course grew out of.

# %% [markdown] lang="es"
# El primer número es la proporción de errores entre los 30 con la media más baja; el segundo, entre los otros 270. Se
# llama *Monte Carlo dropout*: una forma barata de que una red diga «mejor pregúntale a una persona».
#
# **Fuentes.** N. Srivastava y otros, *Dropout: a simple way to prevent neural networks from overfitting*, 2014. Mapas
# enteros: J. Tompson y otros, *Efficient object localization using convolutional networks*, 2015. *Dropout* para
# medir la duda: Y. Gal y Z. Ghahramani, *Dropout as a Bayesian approximation*, 2016. Aumento de datos con *dropout*
# en MNIST y entrenamiento por debajo de la validación: la clase de la que nació este curso.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the baseline, units going dark | 10 | 5 |
# | by hand | 15 | 8 |
# | prediction, experiment, *Read the picture* | 15 | 10 |
# | two modes, which rate? | 10 | 8 |
# | wider layers, where it goes | 10 | – |
# | what can go wrong: after the output | 5 | 5 |
# | weight penalties | 5 | – |
# | together | 5 | 4 |
# | exercises and quiz; in 45, exercise 2 | 15 | 5 |
#
# **In the room:** let the class be the layer. Everybody tosses a coin, heads sits down; the standing ones count double.
# Sum the ages before and after, five times: a single sum may be a fifth or more off, the mean of the five comes close.
#
# **On the board:** eight values, the mask below them, the division by the share that is kept; below that the same eight in inference, untouched.
#
# **Misconceptions the checks look for:** rate taken for the share kept; no rescaling, or rescaling the wrong way; the same mask
# every time; dropout active in inference; dropout after the output.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | el punto de partida, unidades que se apagan | 10 | 5 |
# | a mano | 15 | 8 |
# | predicción, experimento y *Lee la imagen* | 15 | 10 |
# | dos modos, ¿qué tasa? | 10 | 8 |
# | capas más anchas, dónde va | 10 | – |
# | qué puede salir mal: tras la salida | 5 | 5 |
# | penalizar los pesos | 5 | – |
# | juntos | 5 | 4 |
# | ejercicios y preguntas; en 45, el ejercicio 2 | 15 | 5 |
#
# **En el aula:** que la clase sea la capa. Cada cual lanza una moneda y con cara se sienta; quienes quedan de pie cuentan doble.
# Suma con la clase las edades antes y después, cinco veces: una suma sola puede desviarse una quinta parte o más; la media de las cinco se acerca.
#
# **En la pizarra:** ocho valores, debajo la máscara y la división entre la proporción que se conserva; debajo, los mismos ocho en inferencia, intactos.
#
# **Ideas equivocadas que buscan las comprobaciones:** tomar la tasa por la proporción que se conserva; no reescalar, o hacerlo al
# revés; siempre la misma máscara; *dropout* activo en inferencia; *dropout* tras la salida.
