# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 50
#     title:
#       en: Your own digits
#       es: Tus propios dígitos
#     learn:
#       en: combine what each lesson brought and weigh each part; read your own handwriting; save, load and export a network safely
#       es: combinar lo que trajo cada lección y medir lo que aporta cada parte; leer tu propia letra; guardar, cargar y exportar una red de forma segura
#     result:
#       en: everything combined, on the same 1,000 digits, test {{everything.test_accuracy}} (lesson 01 {{01:baseline.test_accuracy.mean}})
#       es: todo junto, con los mismos 1000 dígitos, prueba {{everything.test_accuracy}} (lección 01 {{01:baseline.test_accuracy.mean}})
# ---

# %% [markdown] lang="en"
# # 08 · Your own digits: everything together, and then you
#
# {{badges}}
#
# Every lesson brought one remedy. Now they work together, on the same 1,000 digits, and then the network leaves school: it reads what *you* write, with
# the mouse or on paper, it is saved, and it runs where there is no Keras.
#
# **You will learn to**
#
# - combine remedies into one recipe, and find out what each of them contributes;
# - bring a drawing or a photo into the form that a network was trained on;
# - see where it fails on you, and say why;
# - save a network, load it safely, and export it for use elsewhere.
#
# You need lessons 01 to 05. About 30 minutes to read and run, and 20 for the exercises. Everything runs offline except the last part, which says so.

# %% [markdown] lang="es"
# # 08 · Tus propios dígitos: todo junto, y ahora tú
#
# {{badges}}
#
# Cada lección trajo un remedio. Ahora trabajan todos juntos, con los mismos 1000 dígitos, y después la red deja el aula: lee lo que escribes *tú*, con
# el ratón o en papel, se guarda y funciona donde no hay Keras.
#
# **Aprenderás a**
#
# - combinar los remedios en una sola receta y averiguar qué aporta cada uno;
# - llevar un dibujo o una foto a la forma con la que se entrenó la red;
# - ver dónde falla contigo y explicar por qué;
# - guardar una red, cargarla sin riesgos y exportarla para usarla en otro sitio.
#
# Necesitas las lecciones 01 a 05. Unos 30 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión salvo la última parte, que lo avisa.

# %% [markdown] lang="en"
# ## Setup

# %% [markdown] lang="es"
# ## Preparación

# %% tags=["setup"]

# %% name="imports"
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
from keras import layers
from PIL import Image, ImageOps
from tqdm.keras import TqdmCallback

from helpers import data, digits, plots
from helpers.checks import lesson_08 as check
from helpers.figures import lesson_08 as figures
from helpers.figures import widgets
from helpers.results import bands_by_lesson, claim, guess, record, same, table


# %% name="digits"
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)

# %% [markdown] lang="en"
# ## Why: one remedy at a time was not enough
#
# What we measured on these 1,000 digits. Each row is lesson 01's network with one change, "both of them" with two:
#
# | lesson | test accuracy |
# |---|--:|
# | 01, nothing added | {{01:baseline.test_accuracy}} |
# | 02, altered digits | {{02:augmented.test_accuracy}} |
# | 03, dropout | {{03:dropout_50.test_accuracy}} |
# | 03, both of them | {{03:combined.test_accuracy}} |
# | 05, batch normalisation | {{05:cnn_normalised.test_accuracy}} |
#
# The alterations help most; dropout and batch normalisation, each by itself, add little. But nobody has put all of them together yet. And a network
# that finds it hard to learn by heart may also be *larger*: its capacity (lesson 04) is less of a danger. So: everything at once.
#
# A confession. These are test figures, and here they suggest what to build next: seen lesson after lesson, the exam has become a mock exam
# (lesson 01). So take this lesson's figure as a little flattering. A clean exam comes below: your own handwriting.

# %% [markdown] lang="es"
# ## Por qué: un remedio cada vez no bastaba
#
# Lo que medimos con estos 1000 dígitos. Cada fila es la red de la lección 01 con un solo cambio; «los dos», con dos:
#
# | lección | exactitud de prueba |
# |---|--:|
# | 01, sin añadir nada | {{01:baseline.test_accuracy}} |
# | 02, dígitos alterados | {{02:augmented.test_accuracy}} |
# | 03, *dropout* | {{03:dropout_50.test_accuracy}} |
# | 03, los dos | {{03:combined.test_accuracy}} |
# | 05, *batch normalization* | {{05:cnn_normalised.test_accuracy}} |
#
# Lo que más ayuda son las alteraciones; el *dropout* y *batch normalization*, cada uno por su cuenta, añaden poco. Pero aún no los hemos juntado todos.
# Y una red a la que le cuesta aprender de memoria puede además ser *más grande*: su capacidad (lección 04) es menos peligrosa. Así que todo a la vez.
#
# Una confesión. Son cifras de prueba, y aquí nos sugieren qué construir: de tanto mirarlo, lección tras lección, el examen se ha vuelto un
# simulacro (lección 01). Así que la cifra de esta lección sale un poco favorecida. El examen limpio viene más abajo: tu propia letra.

# %% [markdown] lang="en"
# ## By hand: finer paper
#
# Lesson 02 altered digits with `interpolation="nearest"`, so that strokes stay sharp. On 28 × 28 pixels that is crude: four alterations in a row leave
# frayed edges. On paper with finer squares it is not. So each pixel becomes four (`UpSampling2D`), the finer picture is altered, and in the end the
# mean of every four becomes one pixel again (`AveragePooling2D`). In NumPy, on a tiny picture, and in Keras:

# %% [markdown] lang="es"
# ## A mano: papel más fino
#
# La lección 02 alteraba los dígitos con `interpolation="nearest"` para que los trazos siguieran nítidos. Con 28 × 28 píxeles eso es tosco: cuatro
# alteraciones seguidas dejan los bordes deshilachados. En un papel de cuadrícula más fina, no. Así que cada píxel se convierte en cuatro
# (`UpSampling2D`), se altera la imagen fina y, al final, la media de cada cuatro vuelve a ser un píxel (`AveragePooling2D`). Con NumPy, en una imagen
# diminuta, y con Keras:

# %%
tiny = np.array([[0.0, 0.2], [0.6, 1.0]])

fine = tiny.repeat(2, axis=0).repeat(2, axis=1)
coarse = fine.reshape(2, 2, 2, 2).mean(axis=(1, 3))

batch = tiny[np.newaxis, ..., np.newaxis]
same(fine, layers.UpSampling2D(2)(batch)[0, ..., 0])
same(coarse, layers.AveragePooling2D(2)(fine[None, ..., None])[0, ..., 0])
print(coarse)

# %% [markdown] lang="en"
# If nothing is altered in between, the picture comes back as it was: `coarse`, printed, is `tiny`. That is what happens in validation.
#
# ## The recipe, ingredient by ingredient
#
# **Altered digits** (lesson 02): rotation, shift and zoom, two of them a little stronger than there, and a slant (`RandomShear`), because many people's
# writing slants. `without` is for later, when we leave out one ingredient at a time.

# %% [markdown] lang="es"
# Si en medio no se altera nada, la imagen vuelve como estaba: `coarse`, que se imprime, es `tiny`. Es lo que pasa en la validación.
#
# ## La receta, ingrediente a ingrediente
#
# **Dígitos alterados** (lección 02): rotación, desplazamiento y zoom, dos de ellos algo más fuertes que allí, y una inclinación (`RandomShear`), porque
# mucha gente escribe inclinado. `without` es para después, cuando quitemos los ingredientes de uno en uno.


# %% name="alterations"
def alterations(without=""):
    if without == "augmentation":
        return layers.Identity()
    options = {"fill_mode": "constant", "interpolation": "nearest"}
    return keras.Sequential(
        [
            layers.UpSampling2D(2),
            layers.RandomRotation(0.04, **options),
            layers.RandomShear(0.15, 0.0, **options),
            layers.RandomTranslation(0.1, 0.1, **options),
            layers.RandomZoom(0.15, **options),
            layers.AveragePooling2D(2),
        ]
    )


# %%
plots.gallery(alterations()(np.repeat(x_train[5:6], 20, axis=0), training=True))

# %% [markdown] lang="en"
# **Batch normalisation** (lesson 05) after every convolution, **more capacity** (lesson 04): five convolutions instead of two, with more filters the
# deeper they stand; a `stage` is one or two of them and a pooling. `padding="same"` keeps the size until the next pooling. **Dropout** (lesson 03)
# before the output. There is no large dense layer any more, in which most weights used to be: of the 289,962 parameters (lesson 01: 225,034) nearly all
# are in the convolutions. These do without a bias (`use_bias=False`) where a normalisation follows: its β does the same job.

# %% [markdown] lang="es"
# ***Batch normalization*** (lección 05) tras cada convolución y **más capacidad** (lección 04): cinco convoluciones en vez de dos, con más filtros
# cuanto más al fondo; una etapa (`stage`) son una o dos y un *pooling*. `padding="same"` conserva el tamaño hasta el siguiente *pooling*. ***Dropout***
# (lección 03) antes de la salida. Ya no hay una capa densa grande, donde antes estaba la mayoría de los pesos: de los 289 962 parámetros (lección 01:
# 225 034), casi todos están en las convoluciones. A las que van seguidas de una normalización les sobra el sesgo (`use_bias=False`): su β hace el mismo
# trabajo.


# %% name="stage"
def stage(filters, convolutions, without):
    found = []
    for _ in range(convolutions):
        biased = without == "batch_norm"
        found.append(layers.Conv2D(filters, 3, padding="same", use_bias=biased))
        if not biased:
            found.append(layers.BatchNormalization())
        found.append(layers.ReLU())
    return [*found, layers.MaxPooling2D(pool_size=2)]


def network(without=""):
    convolutions = 1 if without == "depth" else 2
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            *stage(32, 1, without),
            *stage(64, convolutions, without),
            *stage(128, convolutions, without),
            layers.Flatten(),
            layers.Dropout(0 if without == "dropout" else 0.4),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% [markdown] lang="en"
# **A learning rate that falls.** Lesson 04 asked how large the steps should be. Large at first, when everything is wrong, and small in the end, when
# only details are missing. `CosineDecay` follows half a wave of the cosine from the first rate down to 0. (`-(-a // b)` divides and rounds up, because
# the last batch of an epoch is a short one.) By hand, and in Keras:

# %% [markdown] lang="es"
# **Una tasa de aprendizaje que baja.** La lección 04 preguntaba cómo de grandes deben ser los pasos. Grandes al principio, cuando está todo mal, y
# pequeños al final, cuando solo faltan detalles. `CosineDecay` sigue media onda del coseno desde la tasa inicial hasta 0. (`-(-a // b)` divide
# redondeando hacia arriba, porque el último lote de cada época es más corto). A mano, y con Keras:

# %% name="recipe"
EPOCHS, BATCH_SIZE, FIRST_RATE = 50, 32, 2e-3
STEPS = EPOCHS * -(-len(x_train) // BATCH_SIZE)

steps = np.arange(STEPS + 1)
by_hand = FIRST_RATE * (1 + np.cos(np.pi * steps / STEPS)) / 2

schedule = keras.optimizers.schedules.CosineDecay(FIRST_RATE, STEPS)
in_keras = [float(schedule(step)) for step in steps[::100]]
same(by_hand[::100], in_keras, tolerance=1e-8)

# %%
plots.lines(steps, {"CosineDecay": {"learning_rate": by_hand}}, along="batch")

# %% [markdown] lang="en"
# With such a schedule early stopping has nothing to do: the end is fixed, and validation only watches (its first 500 digits, to save time).
#
# The network is trained *behind* the alterations but stands on its own: `reader` is the network without them, and the one that we save later.

# %% [markdown] lang="es"
# Con una bajada así, *early stopping* no tiene nada que hacer: el final está fijado, y la validación solo observa (sus primeros 500 dígitos, para
# ahorrar tiempo).
#
# La red se entrena *detrás* de las alteraciones, pero se vale por sí sola: `reader` es la red sin ellas, y es la que guardaremos después.


# %% name="in_training"
def in_training(reader, without=""):
    rate = keras.optimizers.schedules.CosineDecay(FIRST_RATE, STEPS)
    model = keras.Sequential(
        [keras.Input(shape=(28, 28, 1)), alterations(without), reader]
    )
    model.compile(
        keras.optimizers.Adam(FIRST_RATE if without == "schedule" else rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


# %% name="train"
def train(model, first, last):
    start = time.perf_counter()
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_val[:500], y_val[:500]),
        validation_batch_size=500,
        initial_epoch=first,
        epochs=last,
        batch_size=BATCH_SIZE,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    return history.history, time.perf_counter() - start


def examine(reader):
    reader.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return reader.evaluate(x_test, y_test, batch_size=250, return_dict=True, verbose=0)


# %% [markdown] lang="en"
# ## Predict first
#
# Lesson 01: {{01:baseline.test_accuracy.mean}}. Augmentation and dropout together: {{03:combined.test_accuracy.mean}}. And everything together, with
# the same 1,000 digits? Put a number in place of the dots, or leave them.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Lección 01: {{01:baseline.test_accuracy.mean}}. Aumento de datos y *dropout* juntos: {{03:combined.test_accuracy.mean}}. ¿Y todo junto, con los mismos
# 1000 dígitos? Pon un número en lugar de los puntos, o déjalos como están.

# %%
guess("everything", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment
#
# In two cells, to keep each wait short. First 25 epochs, with the larger steps; the cell prints the validation accuracy and the seconds:

# %% [markdown] lang="es"
# ## El experimento
#
# En dos celdas, para que cada espera sea corta. Primero 25 épocas, las de los pasos grandes; la celda imprime la exactitud de validación y los
# segundos:

# %%
keras.utils.set_random_seed(SEED)
reader = network()
model = in_training(reader)

first_half, first_seconds = train(model, 0, EPOCHS // 2)
print(f"{first_half['val_accuracy'][-1]:.1%}  {first_seconds:.0f} s")

# %% [markdown] lang="en"
# The second `fit` goes on where the first stopped: the model keeps its weights, the optimiser its step count, and with it the place on the cosine.
# `initial_epoch` only keeps the numbering right. In the end the exam, once, with `reader` alone. (For a fresh start, run both cells again, from the
# first.)

# %% [markdown] lang="es"
# El segundo `fit` sigue donde paró el primero: el modelo conserva sus pesos y el optimizador la cuenta de pasos y, con ella, el punto de la curva del
# coseno. `initial_epoch` solo mantiene la numeración. Al final, el examen, una sola vez y solo con `reader`. (Para empezar de cero, vuelve a ejecutar
# las dos celdas, desde la primera).

# %%
second_half, second_seconds = train(model, EPOCHS // 2, EPOCHS)

curves = {name: first_half[name] + second_half[name] for name in first_half}
everything = record(
    "everything",
    SimpleNamespace(history=curves),
    examine(reader),
    first_seconds + second_seconds,
)
print(f"{everything.test_accuracy:.1%}  {everything.seconds:.0f} s")

# %% [markdown] lang="en"
# ## Read the picture

# %% [markdown] lang="es"
# ## Lee la imagen

# %%
plots.curves(everything)

# %% [markdown] lang="en"
# In the first epochs validation lags far behind, because the moving averages of batch normalisation need a few hundred steps to arrive (lesson 05).
# Then it catches up with training, whose accuracy is that of altered digits with units switched off (lesson 03). While the steps are large, the line
# jumps; with the falling rate it calms down. The validation loss still ends above its lowest point, but far lower than that of lesson 01's
# network: {{everything.val_loss.mean}} on these 500 digits instead of {{01:baseline.val_loss.mean}} on all 1,000. We measured {{everything.test_accuracy}} on the test digits: from
# {{everything.test_accuracy.min}} to {{everything.test_accuracy.max}} over {{measured.seeds}} seeds. (Another processor rounds differently: yours may lie a little
# outside, here and in what follows.)

# %% [markdown] lang="es"
# En las primeras épocas, la validación va muy por detrás, porque las medias móviles de *batch normalization* llegan tarde: necesitan unos cientos de
# pasos (lección 05). Después alcanza al entrenamiento, cuya exactitud es la de dígitos alterados y con unidades apagadas (lección 03). Mientras los
# pasos son grandes, la línea da saltos; con la tasa que baja se calma. La pérdida de validación acaba todavía por encima de su mínimo, pero
# mucho más abajo que la de la red de la lección 01: {{everything.val_loss.mean}} con estos 500 dígitos en vez de {{01:baseline.val_loss.mean}} con los
# 1000. Medimos un {{everything.test_accuracy}} con
# los dígitos de prueba: entre {{everything.test_accuracy.min}} y {{everything.test_accuracy.max}} según la semilla ({{measured.seeds}} semillas). (Otro procesador
# redondea de otra manera: tu cifra puede quedar un poco fuera, aquí y en lo que sigue).

# %% [markdown] lang="en"
# ## The mistakes that are left
#
# The exam is over and we shall not change the network any more, so for once we may look at the *test* digits, which lesson 01 kept closed. The twenty
# mistakes it is surest of: what the label says → what the network says, and how sure it is.

# %% [markdown] lang="es"
# ## Los errores que quedan
#
# El examen ya está hecho y no vamos a cambiar más la red, así que por una vez podemos mirar los dígitos de *prueba*, que la lección 01 mantenía
# cerrados. Los veinte errores que comete con más seguridad: lo que dice la etiqueta → lo que dice la red, y con cuánta seguridad.

# %%
probabilities = reader.predict(x_test, batch_size=250, verbose=0)
answers = probabilities.argmax(axis=1)
sureness = probabilities.max(axis=1)

wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-sureness[wrong])][:20]
plots.gallery(
    raw_test[wrong],
    [f"{y_test[i]} → {answers[i]}\n{sureness[i]:.0%}" for i in wrong],
)

# %% [markdown] lang="en"
# Cover the captions: how many would *you* get right? Some of these digits hardly anybody reads for certain. That is why the last per cent is so hard to
# get.

# %% [markdown] lang="es"
# Tapa los rótulos: ¿cuántos acertarías *tú*? Algunos de estos dígitos no los lee casi nadie sin dudar. Por eso cuesta tanto el último uno por ciento.

# %% [markdown] lang="en"
# ## What does each ingredient contribute?
#
# Leave it out and keep everything else: that is an **ablation**. Five trainings take several minutes, so we did it beforehand, with {{measured.seeds}}
# seeds, by this very cell; the picture shows the test error that we measured. (To run it yourself, put `True` in place of what stands behind
# `train_all =`.)

# %% [markdown] lang="es"
# ## ¿Qué aporta cada ingrediente?
#
# Quítalo y deja todo lo demás: eso es una **ablación**. Cinco entrenamientos llevan varios minutos, así que lo hicimos antes, con {{measured.seeds}}
# semillas y con esta misma celda; la imagen muestra el error de prueba que medimos. (Para ejecutarla tú, pon `True` en lugar de lo que hay detrás de
# `train_all =`).

# %%
train_all = "COURSE_MEASURE" in os.environ

INGREDIENTS = "augmentation", "batch_norm", "dropout", "schedule", "depth"
for ingredient in INGREDIENTS if train_all else []:
    keras.utils.set_random_seed(SEED)
    other = network(ingredient)
    train(in_training(other, ingredient), 0, EPOCHS)
    record(f"without_{ingredient}", test=examine(other))

# %%
measured = bands_by_lesson().get("08", {})
shown = ["everything", *(f"without_{ingredient}" for ingredient in INGREDIENTS)]
figures.error_ranges({"08": {name: measured[name] for name in shown if name in measured}})

# %% [markdown] lang="en"
# | left out | test accuracy |
# |---|--:|
# | nothing | {{everything.test_accuracy}} |
# | the alterations (`augmentation`) | {{without_augmentation.test_accuracy}} |
# | batch normalisation (`batch_norm`) | {{without_batch_norm.test_accuracy}} |
# | dropout | {{without_dropout.test_accuracy}} |
# | the falling rate (`schedule`: it stays at 0.002) | {{without_schedule.test_accuracy}} |
# | the second convolution of the last two stages (`depth`: three remain) | {{without_depth.test_accuracy}} |
#
# Three carry the result. Without the falling rate it is lower, and it also depends on chance: when the last steps are as large as the first, it
# matters which step happens to be the last. Without the alterations or batch normalisation, even the best of our runs stays below the worst with them.
# Without dropout or the second convolutions the ranges overlap widely: we cannot say that these two help *here*. That does not make them useless: they
# may help where data, network or training time are different, and one ingredient can stand in for another.

# %% [markdown] lang="es"
# | qué se quita | exactitud de prueba |
# |---|--:|
# | nada | {{everything.test_accuracy}} |
# | las alteraciones (`augmentation`) | {{without_augmentation.test_accuracy}} |
# | *batch normalization* (`batch_norm`) | {{without_batch_norm.test_accuracy}} |
# | *dropout* | {{without_dropout.test_accuracy}} |
# | la bajada de la tasa (`schedule`: se queda en 0.002) | {{without_schedule.test_accuracy}} |
# | la segunda convolución de las dos últimas etapas (`depth`: quedan tres) | {{without_depth.test_accuracy}} |
#
# Tres sostienen el resultado. Sin la tasa que baja es peor y, además, depende del azar: si los últimos pasos son tan grandes como los primeros, importa
# cuál resulta ser el último. Sin las alteraciones o sin *batch normalization*, hasta nuestra mejor ejecución queda por debajo de la peor con ellas.
# Sin *dropout* o sin las segundas convoluciones, los rangos se solapan mucho: no podemos decir que esos dos ayuden *aquí*. Eso no los hace inútiles:
# pueden ayudar con otros datos, otra red u otro tiempo de entrenamiento, y un ingrediente puede suplir a otro.

# %% [markdown] lang="en"
# ## The whole course on one chart
#
# Every run of the course that sat an exam: lesson and name, the mean over our seeds, and the range seen. Within each lesson the rows are sorted. The
# scale is logarithmic: to halve the error is the same distance to the left everywhere.

# %% [markdown] lang="es"
# ## Todo el curso en un gráfico
#
# Todas las ejecuciones del curso que pasaron por el examen: lección y nombre, la media de nuestras semillas y el rango visto. Dentro de cada lección,
# las filas van ordenadas. La escala es logarítmica: dividir el error entre dos es, en todas partes, la misma distancia hacia la izquierda.

# %%
figures.error_ranges(bands_by_lesson())

# %% [markdown] lang="en"
# Mind what you compare: `images_125` saw 125 digits, `thirty_thousand_once` saw 30,000, `images_55000_once` and `hurried` (the end of this lesson) 55,000; some
# lessons made the task harder or the training shorter on purpose, and lesson 07 sets other tasks. But `everything` lies further left than any run of lessons 01 to 06 with these 1,000 digits. And many more
# digits need no remedy at all: lesson 01's plain network, once through 30,000, reached {{01:thirty_thousand_once.test_accuracy}} (on MNIST's own test
# digits).

# %% [markdown] lang="es"
# Fíjate en qué comparas: `images_125` vio 125 dígitos, `thirty_thousand_once` vio 30 000, `images_55000_once` y `hurried` (el final de esta lección),
# 55 000; algunas lecciones hicieron la tarea más difícil o el entrenamiento más corto a propósito, y la lección 07 plantea otras tareas. Pero `everything` queda más a la izquierda que cualquier ejecución de las
# lecciones 01 a 06 con estos 1000 dígitos. Y con muchos más dígitos no hace falta ningún remedio: la red de la lección 01, tal cual y con una sola
# vuelta a 30 000, llegó al {{01:thirty_thousand_once.test_accuracy}} (con los dígitos de prueba del propio MNIST).

# %% [markdown] lang="en"
# ## Now you
#
# Draw a digit, with mouse, finger or keyboard, and watch the bars while you draw. (The pad needs a running notebook. Where you see none, a cell further
# down draws a seven for you.)
#
# While you draw, the pad keeps calling the function `read`, which asks the network. A network takes images of shape (N, 28, 28, 1) and gives ten
# probabilities for each. Called like a function, it answers at once; `predict` is for many images.

# %% [markdown] lang="es"
# ## Ahora tú
#
# Dibuja un dígito, con el ratón, el dedo o el teclado, y mira las barras mientras dibujas. (La pizarra necesita el cuaderno en marcha. Si no la ves,
# una celda de más abajo dibuja un siete por ti).
#
# Mientras dibujas, la pizarra va llamando a la función `read`, que pregunta a la red. La red recibe imágenes de forma (N, 28, 28, 1) y da diez
# probabilidades por cada una. Llamada como una función responde al momento; `predict` es para muchas imágenes.


# %% name="drawing_pad"
def read(images):
    return reader(images, training=False).numpy()


widgets.drawing_pad(read)

# %% [markdown] lang="en"
# What the network sees is not your drawing. MNIST's digits were **prepared**, all in the same way: white on black (ink is 255; our galleries only draw
# it dark), scaled to fit 20 × 20 pixels, and placed on 28 × 28 with the ink's centre of mass in the middle. `digits.to_mnist`, one of the course's
# helpers, does the same with yours, and evens out a pen that is much thinner or thicker than theirs:

# %% [markdown] lang="es"
# Lo que ve la red no es tu dibujo. Los de MNIST se **prepararon** todos igual: blanco sobre negro (la tinta es 255; solo nuestras galerías la pintan
# oscura), a un tamaño que cabe en 20 × 20 píxeles y colocados en 28 × 28 con el centro de masas de la tinta en medio. `digits.to_mnist`, una función
# del curso, hace lo mismo con los tuyos y corrige el trazo si es mucho más fino o más grueso que los suyos:

# %%
seven = [[(0.1, 0.1), (0.4, 0.1), (0.22, 0.5)]]
drawn = digits.draw_strokes(seven)
seen = digits.to_mnist(drawn)
figures.as_seen(drawn, seen, read(prepare(seen[np.newaxis]))[0])

# %% [markdown] lang="en"
# ### And without the preparation?
#
# 500 test digits as a scanner would bring them: dark on light, half the size, in the lower right corner. Upper row: as they come. Lower row: through
# `to_mnist`, drawn as the network gets them, white on black.

# %% [markdown] lang="es"
# ### ¿Y sin prepararlos?
#
# 500 dígitos de prueba como los traería un escáner: oscuros sobre claro, a mitad de tamaño, en la esquina inferior derecha. Fila de arriba: tal cual.
# Fila de abajo: pasados por `to_mnist` y dibujados como los recibe la red, blanco sobre negro.


# %%
def scanned(image):
    sheet = Image.new("L", (28, 28), 255)
    small = ImageOps.invert(Image.fromarray(image)).resize((14, 14))
    sheet.paste(small, (13, 13))
    return np.asarray(sheet)


scans = np.array([scanned(image) for image in raw_test[:500]])
prepared = np.array([digits.to_mnist(scan) for scan in scans])
display(plots.gallery(255 - np.concatenate([scans[:10], prepared[:10]])))

shares = [
    (read(prepare(images)).argmax(axis=1) == y_test[:500]).mean()
    for images in (scans, prepared, raw_test[:500])
]
scanned_run = record("scanned", as_they_come_share=shares[0], prepared_share=shares[1])
print(*(f"{share:.1%}" for share in shares))

# %% [markdown] lang="en"
# The three figures: as they come, prepared, and the same 500 digits as MNIST has them. (Half-size digits have lost detail for good: preparing them does
# not bring it back.) Over our seeds the network read {{scanned.as_they_come_share}} unprepared and {{scanned.prepared_share}} prepared. The same
# network, the same digits: **new data goes through the same preparation as the training data**, to the letter, or the network is asked a question that
# it has never heard.

# %% [markdown] lang="es"
# Las tres cifras: tal cual, preparados y los mismos 500 dígitos como los tiene MNIST. (Al reducirlos a la mitad se perdió detalle para siempre:
# prepararlos no lo devuelve). Con nuestras semillas, la red leyó bien el {{scanned.as_they_come_share}} sin preparar y el {{scanned.prepared_share}}
# preparados. La misma red y los mismos dígitos: **los datos nuevos pasan por la misma preparación que los de entrenamiento**, al pie de la letra, o a
# la red le estás haciendo una pregunta que no ha oído nunca.

# %% [markdown] lang="en"
# ## Where it fails on you, and why
#
# Here are digits as different hands draw them: each first in a plain form that is common in the United States, where MNIST's digits were written, then
# in forms that many other people write. The sign behind the digit says which: `/|` is a 1 with an upstroke, `_` a foot, `-` a bar, `^` a 4 closed at
# the top, `/` a crossed zero.

# %% [markdown] lang="es"
# ## Dónde falla contigo, y por qué
#
# Aquí van dígitos como los dibujan distintas manos: cada uno, primero en una forma sencilla, habitual en Estados Unidos, donde se escribieron los de
# MNIST, y después en formas que usa mucha otra gente. El signo que sigue al dígito dice cuál: `/|` es un 1 con trazo de subida, `_` un pie, `-` una
# barra, `^` un 4 cerrado por arriba, `/` un cero tachado.

# %%
zero = [(0.5, 0.08), (0.28, 0.25), (0.28, 0.75), (0.5, 0.92), (0.72, 0.75)]
zero = [*zero, (0.72, 0.25), (0.5, 0.08)]
seven = [(0.25, 0.12), (0.75, 0.12), (0.42, 0.9)]
HANDS = {
    "1 |": [[(0.5, 0.1), (0.48, 0.9)]],
    "1 /|": [[(0.12, 0.6), (0.6, 0.1), (0.6, 0.9)]],
    "1 /|_": [[(0.3, 0.35), (0.5, 0.1), (0.5, 0.9)], [(0.25, 0.9), (0.75, 0.9)]],
    "7": [seven],
    "7 -": [seven, [(0.3, 0.5), (0.75, 0.5)]],
    "4": [[(0.3, 0.1), (0.25, 0.5), (0.75, 0.5)], [(0.7, 0.1), (0.68, 0.9)]],
    "4 ^": [[(0.5, 0.05), (0.15, 0.65), (0.8, 0.65)], [(0.58, 0.4), (0.58, 0.95)]],
    "0": [zero],
    "0 /": [zero, [(0.8, 0.05), (0.2, 0.95)]],
}

# %%
drawings = [digits.to_mnist(digits.draw_strokes(s)) for s in HANDS.values()]
probabilities = read(prepare(np.array(drawings)))
verdicts = probabilities.argmax(axis=1)

captions = [
    f"{name}\n→ {verdict}, {p.max():.0%}"
    for name, verdict, p in zip(HANDS, verdicts, probabilities, strict=True)
]
meant = np.array([int(name[0]) for name in HANDS])
hands = record(
    "hands",
    right_share=np.mean(verdicts == meant),
    slashed_zero_share=verdicts[-1] == 0,
)
plots.gallery(np.array(drawings), captions, columns=9)

# %% [markdown] lang="en"
# Above each picture: what it is meant to be, what the network reads, and its probability. Over our seeds it reads {{hands.right_share}} of these nine
# as they are meant. Among our training digits, about eight of the hundred sevens have a bar and two of the hundred ones a foot: not many, but the
# network has met them. No zero there is crossed like ours: in {{hands.slashed_zero_share.mean}} of our runs it was read as a 0. What the training
# digits did not show, the network can only guess.
#
# Another thing that they did not show: a sheet that lies askew. Our alterations went up to 14° either way (0.04 of a turn). 500 test digits, turned
# further and further:

# %% [markdown] lang="es"
# Encima de cada imagen: lo que pretende ser, lo que lee la red y su probabilidad. Con nuestras semillas lee bien el {{hands.right_share}} de estas
# nueve. Entre nuestros dígitos de entrenamiento, unos ocho de los cien sietes llevan barra y dos de los cien unos, pie: no son muchos, pero la red se
# los ha encontrado. Ningún cero está tachado como el nuestro: en el {{hands.slashed_zero_share.mean}} de nuestras ejecuciones se leyó como un 0. Lo que
# los dígitos de entrenamiento no enseñaron, la red solo puede adivinarlo.
#
# Otra cosa que no enseñaron: una hoja torcida. Nuestras alteraciones llegaban a 14° hacia cada lado (0.04 vueltas). 500 dígitos de prueba, cada vez más
# girados:

# %%
read_right = {}
for angle in (0, 15, 30, 45, 60, 90):
    askew = [np.asarray(Image.fromarray(i).rotate(angle)) for i in raw_test[:500]]
    verdicts = read(prepare(np.array(askew))).argmax(axis=1)
    read_right[angle] = np.mean(verdicts == y_test[:500])
    print(f"{angle:2}° {read_right[angle]:6.1%} {'■' * round(40 * read_right[angle])}")

tilted = record("tilted", upright_share=read_right[0], askew_share=read_right[45])

# %% [markdown] lang="en"
# At 45° our networks read {{tilted.askew_share}}, upright {{tilted.upright_share}}. It is not that the network is bad: **the thousand digits it learnt
# from are other people's, on straight paper.** Its test accuracy says how well it reads digits like *those*. You would turn the sheet; nobody has
# taught it that.

# %% [markdown] lang="es"
# A 45°, nuestras redes leen bien el {{tilted.askew_share}}; derechos, el {{tilted.upright_share}}. No es que la red sea mala: **los mil dígitos con los
# que aprendió son de otras personas y con el papel derecho.** Su exactitud de prueba dice lo bien que lee dígitos *como esos*. Tú girarías la hoja; a
# ella nadie se lo ha enseñado.

# %% [markdown] lang="en"
# ## A photo of your handwriting
#
# Write some digits in one row on plain paper, large, with a dark pen, not touching each other and with a margin all around; then take a photo. So that
# this works without a camera, we make a picture like a photo first: ten test digits in dark ink on grey paper, with the light falling from the left and
# some grain.

# %% [markdown] lang="es"
# ## Una foto de tu letra
#
# Escribe unos dígitos en una fila sobre papel liso, grandes, con un bolígrafo oscuro, sin que se toquen y con margen alrededor; después haz una foto.
# Para que funcione sin cámara, primero hacemos una imagen parecida a una foto: diez dígitos de prueba con tinta oscura sobre papel gris, con luz desde
# la izquierda y algo de grano.


# %%
def photograph(images, seed):
    rng = np.random.default_rng(seed)
    ink = np.zeros((180, 120 * len(images)))
    for place, image in enumerate(images):
        top, left = rng.integers(20, 50), 120 * place + rng.integers(-4, 5) + 4
        large = np.asarray(Image.fromarray(image).resize((112, 112)))
        ink[top : top + 112, left : left + 112] = large / 255
    paper = np.linspace(235, 150, ink.shape[1])
    photo = paper * (1 - 0.8 * ink) + rng.normal(0, 3, ink.shape)
    return photo.clip(0, 255).astype("uint8")


written = np.array([raw_test[y_test == digit][1] for digit in range(10)])
photo = photograph(written, seed=1)
plots.side_by_side(photo=photo)

# %% [markdown] lang="en"
# `cut_digits` finds the ink (a shadow, a speck or what touches the edge of the photo does not count), cuts it into digits from left to right, and
# prepares each. Then the network reads:

# %% [markdown] lang="es"
# `cut_digits` encuentra la tinta (una sombra, una mota o lo que toca el borde de la foto no cuentan), la corta en dígitos de izquierda a derecha y
# prepara cada uno. Después lee la red:


# %%
def read_photo(photo):
    cut = np.array(digits.cut_digits(photo))
    probabilities = read(prepare(cut))
    pairs = zip(probabilities.argmax(axis=1), probabilities.max(axis=1), strict=True)
    display(plots.gallery(cut, [f"{digit}\n{sureness:.0%}" for digit, sureness in pairs]))
    return probabilities.argmax(axis=1)


photo_answers = read_photo(photo)
print(*photo_answers)

# %% [markdown] lang="en"
# And yours: put the photo next to this notebook (on Colab, upload it with the folder symbol on the left), and its name, in quotes, in place of the
# three dots: `"my_digits.jpg"`. It has to be a JPEG or a PNG; an iPhone's HEIC must be converted first. `own_photo` turns a phone's photo the
# right way up, and says so where it cannot read it.

# %% [markdown] lang="es"
# Y la tuya: pon la foto junto a este cuaderno (en Colab, súbela con el icono de la carpeta, a la izquierda) y su nombre, entre comillas, en lugar de
# los tres puntos: `"mis_digitos.jpg"`. Tiene que ser JPEG o PNG; el HEIC de un iPhone hay que convertirlo antes. `own_photo` endereza las fotos
# del móvil y avisa si no puede leerlas.

# %% tags=["own"]
from helpers.photos import own_photo

my_photo = ...

if my_photo is not ...:
    sheet = own_photo(my_photo)
    display(plots.side_by_side(photo=sheet))
    print(*read_photo(sheet))

# %% [markdown] lang="en"
# Count: how many of yours are right? If it is fewer than on the test set, that is no fault of your handwriting. What you can do about it: collect
# digits *of the people who will use it*, label them, add them to the training set, and keep some of them as the exam.

# %% [markdown] lang="es"
# Cuenta: ¿cuántos de los tuyos acierta? Si son menos que en el conjunto de prueba, la culpa no es de tu letra. Lo que puedes hacer: reúne dígitos *de
# la gente que va a usar la red*, etiquétalos, añádelos al entrenamiento y guarda unos cuantos para el examen.

# %% [markdown] lang="en"
# ## Save, load, nothing changed
#
# A `.keras` file is a zip archive with the layers as text (JSON), the weights, and, if there is one, the optimiser's state. Like everything this lesson
# writes, it goes to a folder of its own under `runs/`, which is removed when this notebook's kernel stops; for your own work, name a folder that stays.

# %% [markdown] lang="es"
# ## Guardar, cargar, y que nada cambie
#
# Un archivo `.keras` es un zip con las capas en texto (JSON), los pesos y, si lo hay, el estado del optimizador. Como todo lo que escribe esta lección,
# va a una carpeta propia dentro de `runs/`, que se borra al apagar el kernel de este cuaderno; en tu trabajo, elige una carpeta que no se borre.

# %% name="save"
course = Path(data.__file__).parents[1]
(course / "runs").mkdir(exist_ok=True)
folder = tempfile.TemporaryDirectory(
    prefix="08-", dir=course / "runs", ignore_cleanup_errors=True
)
shelf = Path(folder.name)

reader.save(shelf / "reader.keras")
before = reader.predict(x_test, batch_size=250, verbose=0)
np.save(shelf / "images.npy", x_test)

# %% [markdown] lang="en"
# Does the file hold everything? Only somebody who has nothing else can tell: a **new process**, which knows neither this notebook nor how the network
# was built. It loads, predicts, and writes down its answers:

# %% [markdown] lang="es"
# ¿Está todo en el archivo? Eso solo lo sabe quien no tiene otra cosa: un **proceso nuevo**, que no conoce ni este cuaderno ni cómo se construyó la red.
# Carga la red, predice y guarda sus respuestas:

# %% name="load_and_predict"
load_and_predict = """
import keras
import numpy as np

reader = keras.models.load_model("reader.keras", safe_mode=True)
images = np.load("images.npy")
np.save("loaded.npy", reader.predict(images, batch_size=250, verbose=0))
"""


def elsewhere(program):
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=shelf, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


elsewhere(load_and_predict)
loaded = np.load(shelf / "loaded.npy")
np.testing.assert_allclose(loaded, before, rtol=0, atol=1e-6)
print(np.abs(loaded - before).max())

# %% [markdown] lang="en"
# The largest difference among 30,000 probabilities: none of them is off by more than a millionth, or the cell would have stopped with an error.
#
# **Other people's models.** `load_model` has `safe_mode=True` by default and then refuses `.keras` files that carry Python code, such as a `Lambda`
# layer (a function of your own as a layer); leave it so, and keep Keras up to date, because holes in such locks are found and mended. Never open with
# *pickle*, Python's own format for objects, a model that you have not made yourself (`.pkl`, `joblib`, `torch.load` unless it has `weights_only=True`).
# Loading a file that may hold code is running a stranger's program with your rights.

# %% [markdown] lang="es"
# Es la mayor diferencia entre 30 000 probabilidades: ninguna difiere en más de una millonésima; si no, la celda se habría detenido con un error.
#
# **Modelos ajenos.** `load_model` trae `safe_mode=True` de serie y rechaza los archivos `.keras` que llevan código de Python, como una capa `Lambda`
# (una función tuya hecha capa); déjalo así y mantén Keras al día, porque a estos cerrojos se les encuentran fallos y se van arreglando. No abras nunca
# con *pickle*, el formato propio de Python para guardar objetos, un modelo que no hayas hecho tú (`.pkl`, `joblib`, `torch.load` si no lleva
# `weights_only=True`). Cargar un archivo que puede llevar código es ejecutar el programa de un desconocido con tus permisos.

# %% [markdown] lang="en"
# ## Export: for where there is no Keras
#
# `model.export` writes only what is needed to predict, for a server, a browser or a phone:
#
# - **SavedModel**: TensorFlow's own format, a folder, for servers;
# - **LiteRT** (formerly TensorFlow Lite): one small file for phones and small computers, made from the SavedModel. Newer versions of Keras do it in one
#   step, with `format="litert"`;
# - **ONNX** (`format="onnx"`, needs the package `tf2onnx`): read by many other programs.
#
# (The first line of the cell keeps TensorFlow from printing what it writes. In time the LiteRT reader that comes with TensorFlow moves to a package of
# its own, `ai-edge-litert`.)

# %% [markdown] lang="es"
# ## Exportar: para donde no hay Keras
#
# `model.export` escribe solo lo necesario para predecir, para un servidor, un navegador o un teléfono:
#
# - **SavedModel**: el formato de TensorFlow, una carpeta, para servidores;
# - **LiteRT** (antes TensorFlow Lite): un único archivo, pequeño, para teléfonos y placas pequeñas, hecho a partir del SavedModel. Las versiones nuevas
#   de Keras lo hacen en un paso, con `format="litert"`;
# - **ONNX** (`format="onnx"`, necesita el paquete `tf2onnx`): lo leen muchos otros programas.
#
# (La primera línea de la celda evita que TensorFlow imprima lo que escribe. El lector de LiteRT que trae TensorFlow se mudará con el tiempo a un
# paquete propio, `ai-edge-litert`).

# %% name="export"
logging.getLogger("tensorflow").setLevel("ERROR")
reader.export(shelf / "saved_model", verbose=False)

use_exported = """
import numpy as np
import tensorflow as tf

images = np.load("images.npy")
server = tf.saved_model.load("saved_model")
np.save("served.npy", server.serve(images))

converter = tf.lite.TFLiteConverter.from_saved_model("saved_model")
open("reader.tflite", "wb").write(converter.convert())

phone = tf.lite.Interpreter("reader.tflite")
entrance = phone.get_input_details()[0]["index"]
phone.resize_tensor_input(entrance, images.shape)
phone.allocate_tensors()
phone.set_tensor(entrance, images)
phone.invoke()
np.save("on_phone.npy", phone.get_tensor(phone.get_output_details()[0]["index"]))
"""
elsewhere(use_exported)

# %% [markdown] lang="en"
# Again in a process of its own, whose program uses TensorFlow alone, not Keras. Its answers compared with ours, digit by digit, and the sizes on disk:

# %% [markdown] lang="es"
# Otra vez en un proceso aparte, cuyo programa usa solo TensorFlow, no Keras. Sus respuestas comparadas con las nuestras, dígito a dígito, y los tamaños
# en disco:

# %% name="compare"
for name in ("served", "on_phone"):
    exported = np.load(shelf / f"{name}.npy")
    agree = exported.argmax(axis=1) == before.argmax(axis=1)
    assert agree.all()
    print(f"{name:14} {agree.sum()} / {agree.size}")

for name in ("reader.keras", "saved_model", "reader.tflite"):
    files = [shelf / name, *(shelf / name).rglob("*")]
    size = sum(file.stat().st_size for file in files if file.is_file())
    print(f"{name:14} {size / 1e6:.2f} MB")

# %% [markdown] lang="en"
# All 3,000 test digits get the same answer in all three forms.
#
# ## What can go wrong
#
# **The network always answers.** It knows ten answers and no "none of these". A letter, a scribble, an empty sheet:

# %% [markdown] lang="es"
# Los 3000 dígitos de prueba reciben la misma respuesta en las tres formas.
#
# ## Qué puede salir mal
#
# **La red responde siempre.** Conoce diez respuestas y ninguna es «ninguna de estas». Una letra, un garabato, una hoja vacía:

# %%
nonsense = {
    "A": [[(0.2, 0.9), (0.5, 0.1), (0.8, 0.9)], [(0.3, 0.6), (0.7, 0.6)]],
    "X": [[(0.2, 0.1), (0.8, 0.9)], [(0.8, 0.1), (0.2, 0.9)]],
    "~": [[(0.1, 0.5), (0.3, 0.3), (0.6, 0.7), (0.9, 0.4)]],
}
pictures = [digits.to_mnist(digits.draw_strokes(s)) for s in nonsense.values()]
pictures = np.array([*pictures, np.zeros((28, 28), "uint8")])
probabilities = read(prepare(pictures))
plots.gallery(
    pictures,
    [f"{p.argmax()}\n{p.max():.0%}" for p in probabilities],
    columns=4,
)

# %% [markdown] lang="en"
# The ten probabilities add up to 1, come what may: they say which digit is *most like it*, not whether it is one. `to_mnist` refuses an empty picture,
# and a program can leave what is unsure to a person (exercise 2). But a letter may well be read with great certainty, so that alone is not enough: if
# letters can come, letters belong in the training set.

# %% [markdown] lang="es"
# Las diez probabilidades suman 1, pase lo que pase: dicen a qué dígito *se parece más*, no si lo es. `to_mnist` rechaza una imagen vacía, y un programa
# puede dejar lo dudoso a una persona (ejercicio 2). Pero una letra puede leerse con mucha seguridad, así que con eso no basta: si pueden llegar letras,
# tiene que haber letras en el entrenamiento.

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. One picture, ready for the network
#
# `to_mnist` gives one picture: `uint8`, shape (28, 28), 0 to 255. Write `ready(picture)`, which returns what `reader.predict` takes for this one picture.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Una imagen, lista para la red
#
# `to_mnist` da una imagen: `uint8`, forma (28, 28), de 0 a 255. Escribe `ready(picture)`, que devuelva lo que `reader.predict` espera para esa única
# imagen.

# %% tags=["exercise"]
ready = ...

check.batch_of_one(ready)
# check.batch_of_one.hint()


# %% tags=["solution"]
def ready(picture):
    return picture[np.newaxis, ..., np.newaxis].astype("float32") / 255


check.batch_of_one(ready)

# %% [markdown] lang="en"
# ### 2. "I would rather not say"
#
# Write `decide(probabilities, threshold)`. For probabilities of shape (N, 10) it returns N whole numbers: the most probable digit, or −1 where even
# that one's probability is below the threshold.

# %% [markdown] lang="es"
# ### 2. «Prefiero no contestar»
#
# Escribe `decide(probabilities, threshold)`. Para probabilidades de forma (N, 10) devuelve N enteros: el dígito más probable, o −1 donde incluso su
# probabilidad quede por debajo del umbral.

# %% tags=["exercise"]
decide = ...

check.answer_or_refuse(decide)
# check.answer_or_refuse.hint()


# %% tags=["solution"]
def decide(probabilities, threshold):
    sure = probabilities.max(axis=1) >= threshold
    return np.where(sure, probabilities.argmax(axis=1), -1)


check.answer_or_refuse(decide)

# %% [markdown] lang="en"
# ### 3. Find the bug
#
# A colleague's network is for scans, dark on light, so its first layer swaps dark and light. In the notebook where she built it all is well. Whoever
# loads the saved file gets an error about *safe mode*, and she advises: "just say `safe_mode=False`". Give her a better `first_layer`, which does the
# same and loads in safe mode.

# %% [markdown] lang="es"
# ### 3. Encuentra el error
#
# La red de una compañera es para escaneos, oscuro sobre claro, así que su primera capa invierte claro y oscuro. En el cuaderno donde la construyó va
# todo bien. Quien carga el archivo guardado recibe un error sobre el *safe mode*, y ella aconseja: «pon `safe_mode=False` y ya está». Dale una
# `first_layer` mejor, que haga lo mismo y se cargue en modo seguro.

# %% tags=["exercise"]
her_model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Lambda(lambda images: 1 - images),
        reader,
    ]
)

first_layer = ...

check.loads_safely(first_layer)
# check.loads_safely.hint()

# %% tags=["solution"]
first_layer = layers.Rescaling(-1, offset=1)

check.loads_safely(first_layer)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** Without an ingredient, the mean accuracy over ten seeds falls from 98.2 % to 98.1 %, while single seeds differ by up to 0.8 points. What do you
# conclude?
#
# - (a) It is useless and can always be left out.
# - (b) It is what brings the last 0.1 %.
# - (c) Beside the others, here, its share is too small to be told from chance.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** Sin un ingrediente, la exactitud media de diez semillas baja del 98.2 % al 98.1 %, mientras que entre unas semillas y otras hay diferencias de
# hasta 0.8 puntos. ¿Qué concluyes?
#
# - (a) No sirve y se puede quitar siempre.
# - (b) Es el que aporta el último 0.1 %.
# - (c) Aquí, junto a los demás, aporta demasiado poco para distinguirlo del azar.

# %% tags=["exercise"]
answer = ...

check.quiz_share(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_share(answer)

# %% [markdown] lang="en"
# **B.** A network gets 98 % of the test digits right, and 88 of a hundred digits that you wrote. What is the most likely reason?
#
# - (a) The network has learnt the test digits by heart.
# - (b) Yours come from another hand, another pen and another preparation than all it was trained and tested with.
# - (c) 28 × 28 pixels are too few for handwriting.

# %% [markdown] lang="es"
# **B.** Una red acierta el 98 % de los dígitos de prueba y 88 de cien dígitos escritos por ti. ¿Cuál es la razón más probable?
#
# - (a) La red se ha aprendido de memoria los dígitos de prueba.
# - (b) Los tuyos vienen de una mano, un bolígrafo y una preparación distintos de los de todos los dígitos de entrenamiento y prueba.
# - (c) 28 × 28 píxeles son muy pocos para la escritura a mano.

# %% tags=["exercise"]
answer = ...

check.quiz_own(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_own(answer)

# %% [markdown] lang="en"
# **C.** Somebody you do not know offers a network with 99.5 % accuracy. The file only loads with `safe_mode=False`. What do you do?
#
# - (a) Not load it; ask for the weights and the code of the network, or for a file without `Lambda`.
# - (b) Load it: weights are only numbers.
# - (c) Load it in a new process, so that nothing can happen to the notebook.

# %% [markdown] lang="es"
# **C.** Alguien a quien no conoces te ofrece una red con un 99.5 % de exactitud. El archivo solo se carga con `safe_mode=False`. ¿Qué haces?
#
# - (a) No cargarlo; pedir los pesos y el código de la red, o un archivo sin `Lambda`.
# - (b) Cargarlo: los pesos no son más que números.
# - (c) Cargarlo en un proceso nuevo, para que al cuaderno no le pase nada.

# %% tags=["exercise"]
answer = ...

check.quiz_stranger(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_stranger(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours, over {{measured.seeds}} seeds.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, con {{measured.seeds}} semillas.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:

# %%
two_together = bands_by_lesson()["03"]["combined"]["mean"]

claim("reads_digits", everything.test_accuracy, ">=", 0.975, unit="%",
      en="at least 97.5 % of the test digits are read right",
      es="la red lee bien al menos el 97.5 % de los dígitos de prueba")
claim("better_than_two", everything.test_accuracy, ">", two_together, unit="%",
      en="the recipe with everything reads more digits right than augmentation and dropout alone did in lesson 03, on average",
      es="la receta con todo lee bien más dígitos de los que leían de media solo el aumento de datos y el dropout en la lección 03")
claim("preparation_matters", scanned_run.prepared_share, ">=", scanned_run.as_they_come_share, margin=0.2, unit="%",
      en="of the prepared scans, at least 20 percentage points more are read right than of the same scans as they come",
      es="de los escaneos preparados, la red lee bien al menos 20 puntos porcentuales más que de los mismos tal cual")
claim("askew", tilted.askew_share, "<=", tilted.upright_share, margin=-0.1, unit="%",
      en="turned by 45°, at least 10 percentage points fewer digits are read right than upright",
      es="con los dígitos girados 45°, la red acierta al menos 10 puntos porcentuales menos que con los derechos")
right = sum(answer == digit for digit, answer in enumerate(photo_answers))
claim("reads_the_photo", right, ">=", 9,
      en="of the ten digits in our photo, at least nine are read right",
      es="de los diez dígitos de nuestra foto, la red lee bien al menos nueve")

# %% [markdown] lang="en"
# ## In short
#
# - Remedies can be combined. What one of them contributes depends on the others: leave it out and measure, over several seeds.
# - A high test figure holds for data *like the test data*. Your own digits need the same preparation first, and even then they are a different exam.
# - The network always answers. What happens when it is unsure is for you to decide.
# - Save as `.keras`, check in a new process, load only in safe mode, export for where there is no Keras.

# %% [markdown] lang="es"
# ## En resumen
#
# - Los remedios se pueden combinar. Lo que aporta cada uno depende de los demás: quítalo y mide, con varias semillas.
# - Una cifra alta en prueba vale para datos *como los de prueba*. Los tuyos necesitan antes la misma preparación, y aun así son otro examen.
# - La red responde siempre. Qué hacer cuando duda lo decides tú.
# - Guarda en `.keras`, compruébalo en un proceso nuevo, carga solo en modo seguro y exporta para donde no hay Keras.

# %% [markdown] lang="en"
# ## Go further: all the digits, and in a hurry
#
# *Needs all of MNIST, 11 MB, fetched once.* With 55,000 different digits there is little to memorise in a few epochs, and the question is another: how
# soon is a network good? This one is about as large as that of Keras's own MNIST example (34,730 weights against 34,826), and in a hurry:
#
# - **fewer multiplications:** the first convolution moves two pixels at a time (`strides=2`), so it answers at 12 × 12 places where that example's
#   answers at 26 × 26 and pools afterwards: in all, half the work for a digit;
# - **fewer epochs:** batch normalisation bears a first learning rate five times the usual one, and the cosine takes it to 0 just when the second epoch
#   ends. A constant rate circles around the goal for several epochs more;
# - **no alterations:** each digit is seen only twice, too seldom to be learnt by heart.
#
# The moving averages of batch normalisation must follow quickly (`momentum=0.9`), as there are only 860 steps. The exam: MNIST's own 10,000 test digits.

# %% [markdown] lang="es"
# ## Para ir más lejos: todos los dígitos, y con prisa
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* Con 55 000 dígitos distintos hay poco que memorizar en unas pocas épocas, y la pregunta es
# otra: ¿cuánto tarda una red en ser buena? Esta es más o menos igual de grande que la del ejemplo de MNIST del propio Keras (34 730 pesos frente a
# 34 826), pero tiene prisa:
#
# - **menos multiplicaciones:** la primera convolución avanza de dos en dos píxeles (`strides=2`), así que responde en 12 × 12 posiciones; la
#   de aquel ejemplo, en 26 × 26, y después reduce con *pooling*: en total, la mitad de trabajo por dígito;
# - **menos épocas:** *batch normalization* aguanta una tasa de aprendizaje inicial cinco veces mayor que la habitual, y el coseno la lleva a 0 justo
#   al final de la segunda época. Con una tasa constante se dan vueltas alrededor de la meta durante varias épocas más;
# - **sin alteraciones:** cada dígito se ve solo dos veces, demasiado pocas para aprendérselo.
#
# Las medias móviles de *batch normalization* tienen que ir deprisa (`momentum=0.9`): solo hay 860 pasos. El examen: los 10 000 dígitos de prueba del propio
# MNIST.

# %%
# %%needs mnist
(many, many_labels), _, (official, official_labels) = data.load_mnist(full=True)


def convolution(filters, size, **options):
    seen = layers.Conv2D(filters, size, use_bias=False, **options)
    return [seen, layers.BatchNormalization(momentum=0.9), layers.ReLU()]


keras.utils.set_random_seed(SEED)
hurried = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        *convolution(32, 5, strides=2),
        *convolution(32, 3),
        layers.MaxPooling2D(),
        *convolution(64, 3),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
)

# %%
# %%needs mnist
rate = keras.optimizers.schedules.CosineDecay(5e-3, 2 * len(many) // 128)
hurried.compile(
    keras.optimizers.Adam(rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
start = time.perf_counter()
history = hurried.fit(
    prepare(many),
    many_labels,
    epochs=2,
    batch_size=128,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start

# %%
# %%needs mnist
test = hurried.evaluate(
    prepare(official), official_labels, batch_size=250, return_dict=True, verbose=0
)
record("hurried", history, test, seconds)
table()

# %% [markdown] lang="en"
# We measured {{hurried.test_accuracy}}. How much sooner that is than with two older recipes stands in `docs/performance.md`.
#
# And now for more: light alterations, a wider network, 13 epochs and a schedule just as long, and *label smoothing*: the right digit is worth 91 %, every
# other 1 %, so that a network which is sure already is not driven to be surer still. `longer`, in `tests/benchmarks/mnist_recipes.py`, is such a recipe, and
# the same page says how far it came. The best published results on MNIST lie beyond 99.7 %.
#
# **Where to go next.** Letters as well as digits: the EMNIST data, 28 × 28, too (in its own files the pictures lie on their side: look before you
# train). Sketches: the end of lesson 06. Photos: lesson 07. Your own data: fifty digits of each kind, written by the people who will use the network, are
# usually worth more than the next trick. And Keras's own guides and examples, keras.io, which you can now read.
#
# **Sources.** The preparation: Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits*. Cosine decay: I. Loshchilov and F.
# Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017. Label smoothing: C. Szegedy et al., *Rethinking the Inception Architecture for
# Computer Vision*, 2016. Several small convolutions in a row: K. Simonyan and A. Zisserman, *Very Deep
# Convolutional Networks for Large-Scale Image Recognition*, 2015. Saving, safe mode and export: Keras's documentation.

# %% [markdown] lang="es"
# Medimos un {{hurried.test_accuracy}}. Cuánto antes se llega así que con dos recetas más antiguas se puede leer en `docs/performance.md` (en inglés).
#
# Y ahora, a por más: alteraciones ligeras, una red más ancha, 13 épocas, una bajada de la tasa igual de larga y *label smoothing* (etiquetas suavizadas): al
# dígito correcto le toca un 91 % y a cada uno de los demás un 1 %, para que una red que ya está segura no se empeñe en estarlo todavía más. `longer`, en
# `tests/benchmarks/mnist_recipes.py`, es una receta así, y la misma página dice hasta dónde llegó. Los mejores resultados publicados con MNIST pasan del
# 99.7 %.
#
# **¿Y ahora qué?** Letras además de dígitos: los datos EMNIST, también de 28 × 28 (en sus propios archivos, las imágenes están tumbadas: míralas antes
# de entrenar). Garabatos: el final de la lección 06. Fotos: lección 07. Tus propios datos: cincuenta dígitos de cada clase, escritos por quienes van
# a usar la red, suelen valer más que el próximo truco. Y las guías y ejemplos del propio Keras, keras.io, que ya puedes leer.
#
# **Fuentes.** La preparación: Y. LeCun, C. Cortes y C. Burges, *The MNIST database of handwritten digits*. La bajada en coseno: I. Loshchilov y F.
# Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017. Label smoothing: C. Szegedy et al., *Rethinking the Inception Architecture for
# Computer Vision*, 2016. Varias convoluciones pequeñas seguidas: K. Simonyan y A. Zisserman, *Very Deep
# Convolutional Networks for Large-Scale Image Recognition*, 2015. Guardar, modo seguro y exportar: la documentación de Keras.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | finer paper; the recipe, ingredient by ingredient (let the class tell each one, not you) | 20 | 10 |
# | prediction, experiment, *Read the picture* | 10 | 5 |
# | the mistakes that are left, what each ingredient contributes, the whole course on one chart | 15 | 10 |
# | now you: the pad; where it fails on you | 10 | 10 |
# | a photo of your handwriting | 15 | 10 |
# | save, load, export, what can go wrong | 10 | – |
# | exercises and quiz; in 45, homework | 10 | – |
#
# **In the room:** everybody writes the ten digits on one sheet, exchanges sheets, and photographs the neighbour's (digits only, no names: on Colab the
# photo goes to Google). Collect on the board which digits fail most, and for whom: a confusion matrix of the class. While the two cells train, let them
# sketch the learning curves.
#
# **On the board:** two circles that overlap in part, *the digits of the test set* and *our digits*. Where does {{everything.test_accuracy.mean}} hold?
#
# **Misconceptions the checks look for:** a missing axis; values not scaled, or scaled by the picture's own maximum; probabilities in place of digits; a
# zero taken for "no answer"; a `Lambda` that travels with code; an ingredient called useless after one ablation.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | papel más fino; la receta, ingrediente a ingrediente (que lo cuente la clase, no tú) | 20 | 10 |
# | predicción, experimento y *Lee la imagen* | 10 | 5 |
# | los errores que quedan, qué aporta cada ingrediente, todo el curso en un gráfico | 15 | 10 |
# | ahora tú: la pizarra de dibujo; dónde falla contigo | 10 | 10 |
# | una foto de tu letra | 15 | 10 |
# | guardar, cargar, exportar, qué puede salir mal | 10 | – |
# | ejercicios y preguntas; en 45, para casa | 10 | – |
#
# **En el aula:** cada cual escribe los diez dígitos en una hoja, la cambia por la de otra persona y fotografía la que recibe (solo dígitos, sin nombres: en
# Colab la foto va a Google). Anota en la pizarra qué dígitos fallan más y a quién: la matriz de confusión de la clase. Mientras entrenan las dos
# celdas, que dibujen las curvas de aprendizaje.
#
# **En la pizarra:** dos círculos que se solapan en parte, *los dígitos del conjunto de prueba* y *los nuestros*. ¿Dónde vale el
# {{everything.test_accuracy.mean}}?
#
# **Ideas equivocadas que buscan las comprobaciones:** un eje que falta; valores sin escalar, o escalados por el máximo de la propia imagen;
# probabilidades en lugar de dígitos; un cero tomado por «sin respuesta»; una `Lambda` que viaja con código; llamar inútil a un ingrediente tras una
# sola ablación.
