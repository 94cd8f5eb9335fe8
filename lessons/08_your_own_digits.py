# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 60
#     title:
#       en: Your own digits
#       es: Tus propios dígitos
#     learn:
#       en: combine what each lesson brought and weigh each part; read your own handwriting; let a network refuse what it is unsure of; save, load and export a network safely
#       es: combinar lo que trajo cada lección y medir lo que aporta cada parte; leer tu propia letra; dejar que una red no conteste cuando duda; guardar, cargar y exportar una red de forma segura
#     result:
#       en: everything combined, on the same 1,000 digits, test {{everything.test_accuracy}} (lesson 01 {{01:baseline.test_accuracy.mean}})
#       es: todo junto, con los mismos 1000 dígitos, prueba {{everything.test_accuracy}} (lección 01 {{01:baseline.test_accuracy.mean}})
# ---

# %% [markdown] lang="en"
# # 08 · Your own digits: everything together, and then you
#
# {{badges}}
#
# Lessons 02 to 05 each brought a remedy against overfitting. In this lesson several of them work together on the same 1,000 digits. Then the network leaves the course: it reads what *you* write, with
# the mouse or on paper, we save it, and it runs where there is no Keras.
#
# **You will learn to**
#
# - combine several remedies in one recipe, and measure what each of them contributes;
# - bring a drawing or a photo into the form that a network was trained on;
# - find out where a network fails on new data, and teach it what it lacks;
# - let a network refuse to answer when it is unsure;
# - save a network, load it safely, and export it for use elsewhere.
#
# You need lessons 01 to 05. About 30 minutes to read and run, and 30 for the exercises. Everything runs offline except the last part, which says so.

# %% [markdown] lang="es"
# # 08 · Tus propios dígitos: todo junto, y ahora tú
#
# {{badges}}
#
# Cada una de las lecciones 02 a 05 ha traído un remedio contra el sobreajuste (*overfitting*). En esta combinamos varios con los mismos 1000 dígitos. Después la red sale del curso: lee lo que
# escribes *tú*, con el ratón o en papel, la guardamos y funciona donde no hay Keras.
#
# **Aprenderás a**
#
# - combinar varios remedios en una receta y medir lo que aporta cada uno;
# - llevar un dibujo o una foto a la forma con la que se entrenó una red;
# - averiguar dónde falla una red con datos nuevos y enseñarle lo que le falta;
# - dejar que una red no conteste cuando duda;
# - guardar una red, cargarla sin riesgos y exportarla para usarla en otro sitio.
#
# Necesitas las lecciones 01 a 05. Unos 30 minutos para leer y ejecutar, y otros 30 para los ejercicios. Todo funciona sin conexión salvo la última parte, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# The data are those of lesson 01: 1,000 digits to train with, 1,000 to validate, 3,000 to test. These names stand in the code of this lesson:
#
# | name | meaning |
# |---|---|
# | `raw_train`, `raw_val`, `raw_test` | the digits as they are, from 0 to 255; `prepare` scales them |
# | `alterations` | the layers that alter training digits |
# | `network`, `stage` | build the network; one group of its layers |
# | `reader` | the network that reads digits, without the layers that alter them |
# | `without` | the ingredient that is left out of the recipe |
# | `everything` | the training run with all ingredients |
# | `read` | asks `reader` and returns ten probabilities for each image |

# %% [markdown] lang="es"
# ## Preparación
#
# Los datos son los de la lección 01: 1000 dígitos para entrenar, 1000 para validar y 3000 de prueba. (El código escribe los decimales con punto, y el texto hace lo mismo).
# Estos nombres aparecen en el código de la lección:
#
# | nombre | significado |
# |---|---|
# | `raw_train`, `raw_val`, `raw_test` | los dígitos tal cual, de 0 a 255; `prepare` (preparar) los escala |
# | `alterations` | transformaciones: las capas que transforman los dígitos de entrenamiento |
# | `network`, `stage` | red y etapa: construyen la red y un grupo de sus capas |
# | `reader` | lectora: la red que lee dígitos, sin las capas que los transforman |
# | `without` | sin: el ingrediente que se quita de la receta |
# | `everything` | todo: el entrenamiento con todos los ingredientes |
# | `read` | leer: pregunta a `reader` y devuelve diez probabilidades por imagen |

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
# This is what we measured on these 1,000 digits. Each row is lesson 01's network with one change, or with two:
#
# | lesson | change | validation accuracy | test accuracy |
# |---|---|--:|--:|
# | 01 | none | {{01:baseline.val_accuracy}} | {{01:baseline.test_accuracy}} |
# | 02 | altered digits (data augmentation) | {{02:augmented.val_accuracy}} | {{02:augmented.test_accuracy}} |
# | 03 | dropout | {{03:dropout_50.val_accuracy}} | {{03:dropout_50.test_accuracy}} |
# | 03 | augmentation and dropout | {{03:combined.val_accuracy}} | {{03:combined.test_accuracy}} |
# | 05 | batch normalisation | {{05:cnn_normalised.val_accuracy}} | {{05:cnn_normalised.test_accuracy}} |
#
# Augmentation helps most. Dropout and batch normalisation add little when they are alone. But we have not yet put these three together. And with so many remedies the network may also be *larger*:
# when it cannot easily learn its digits by heart, a large capacity (lesson 04) does less harm.
#
# As in lesson 01, the validation column decides what we try next, and the test column reports. Remember the limit that lesson 01 names, too: these digits have
# been looked at in eight lessons, so the figures may be a little too high. Your own handwriting, further down, is a test that nobody has looked at yet.
#
# Predict first: what test accuracy will everything together reach, with the same 1,000 digits? Put a number in place of the dots, or leave them.

# %% [markdown] lang="es"
# ## Por qué: no bastaba un remedio cada vez
#
# Esto es lo que medimos con estos 1000 dígitos. Cada fila es la red de la lección 01 con un cambio o con dos:
#
# | lección | cambio | exactitud de validación | exactitud de prueba |
# |---|---|--:|--:|
# | 01 | ninguno | {{01:baseline.val_accuracy}} | {{01:baseline.test_accuracy}} |
# | 02 | dígitos transformados (aumento de datos) | {{02:augmented.val_accuracy}} | {{02:augmented.test_accuracy}} |
# | 03 | *dropout* | {{03:dropout_50.val_accuracy}} | {{03:dropout_50.test_accuracy}} |
# | 03 | aumento de datos y *dropout* | {{03:combined.val_accuracy}} | {{03:combined.test_accuracy}} |
# | 05 | *batch normalization* | {{05:cnn_normalised.val_accuracy}} | {{05:cnn_normalised.test_accuracy}} |
#
# Lo que más ayuda es el aumento de datos (*data augmentation*). El *dropout* y la *batch normalization*, cada uno por su cuenta, añaden poco. Pero todavía no hemos juntado los tres. Y con tantos
# remedios, la red puede además ser *más grande*: si no le es fácil memorizar sus dígitos, una gran capacidad (lección 04) hace menos daño.
#
# Igual que en la lección 01, la columna de validación decide qué probamos después y la de prueba informa. Recuerda también el límite que señala la lección 01: estos
# dígitos se han mirado en ocho lecciones, así que las cifras pueden ser un poco demasiado altas. Tu propia letra, más abajo, es una prueba que nadie ha mirado todavía.
#
# Primero, tu predicción: ¿qué exactitud (*accuracy*) de prueba alcanzará todo junto, con los mismos 1000 dígitos? Pon un número en lugar de los puntos, o déjalos.

# %%
guess("everything", test_accuracy=...)

# %% [markdown] lang="en"
# ## By hand: alter at twice the resolution
#
# Lesson 02 altered digits with `interpolation="nearest"`, which keeps strokes dark. On 28 × 28 pixels, however, four alterations in a row leave ragged edges. The remedy is to
# alter a finer picture: each pixel becomes four (`UpSampling2D`), the finer picture is altered, and at the end the mean of every four pixels becomes one pixel again
# (`AveragePooling2D`). Here are both steps by hand on a picture of four pixels, compared with Keras:

# %% [markdown] lang="es"
# ## A mano: transformar con el doble de resolución
#
# La lección 02 transformaba los dígitos con `interpolation="nearest"`, que conserva oscuros los trazos. Pero con 28 × 28 píxeles, cuatro transformaciones seguidas dejan los
# bordes irregulares. El remedio es transformar una imagen más fina: cada píxel se convierte en cuatro (`UpSampling2D`), se transforma la imagen más fina y, al final, la media
# de cada cuatro píxeles vuelve a ser un píxel (`AveragePooling2D`). Estos son los dos pasos a mano, en una imagen de cuatro píxeles, comparados con los de Keras:

# %%
tiny = np.array([[0.0, 0.2], [0.6, 1.0]])

fine = tiny.repeat(2, axis=0).repeat(2, axis=1)
coarse = fine.reshape(2, 2, 2, 2).mean(axis=(1, 3))

batch = tiny[np.newaxis, ..., np.newaxis]
same(fine, layers.UpSampling2D(2)(batch)[0, ..., 0])
same(coarse, layers.AveragePooling2D(2)(fine[None, ..., None])[0, ..., 0])
same(coarse, tiny, en="there and back, as before", es="ida y vuelta, como antes")

# %% [markdown] lang="en"
# The last line says that the picture comes back as it was if nothing is altered in between. That is what happens in validation.
#
# ## The recipe, ingredient by ingredient
#
# **Altered digits** (lesson 02): rotation, shift and zoom, two of them a little stronger than in lesson 02, and a shear, because many people's writing slants.
# (`without` is for later, when we leave out one ingredient at a time.)

# %% [markdown] lang="es"
# La última línea dice que la imagen vuelve como estaba si en medio no se transforma nada. Es lo que pasa en la validación.
#
# ## La receta, ingrediente a ingrediente
#
# **Dígitos transformados** (lección 02): rotación, desplazamiento y zoom, dos de ellos algo más fuertes que en la lección 02, y una inclinación (*shear*), porque mucha
# gente escribe inclinado. (`without` es para después, cuando quitemos los ingredientes de uno en uno).


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
# This is one training digit, altered twenty times.
#
# **Batch normalisation** (lesson 05) stands after every convolution. **More capacity** (lesson 04): there are five convolutions instead of two, and the deeper ones have more
# filters. A `stage` is one or two convolutions with a pooling layer behind them; `padding="same"` keeps the size until that pooling. **Dropout** (lesson 03) stands before the output.
#
# There is no large dense layer any more, which in lesson 01 held most of the weights. So of the 289,962 parameters (lesson 01: 225,034) nearly all are in the convolutions.
# A convolution that is followed by a normalisation has no bias (`use_bias=False`), because the β of the normalisation does the same job.

# %% [markdown] lang="es"
# Es un solo dígito de entrenamiento, transformado veinte veces.
#
# La ***batch normalization*** (lección 05) va detrás de cada convolución. **Más capacidad** (lección 04): hay cinco convoluciones en vez de dos, y las más profundas tienen más
# filtros. Una etapa (`stage`) son una o dos convoluciones seguidas de un *pooling*; `padding="same"` conserva el tamaño hasta ese *pooling*. El ***dropout*** (lección 03) va antes de la salida.
#
# Ya no hay una capa densa grande, que en la lección 01 tenía la mayoría de los pesos. Por eso, de los 289 962 parámetros (lección 01: 225 034), casi todos están en las
# convoluciones. Una convolución seguida de una normalización no lleva sesgo (`use_bias=False`), porque la β de la normalización hace el mismo trabajo.


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
# **A learning rate that falls.** In lesson 04 the learning rate decided how large the steps are. At first, large steps bring the network forward quickly. At the end, small steps are
# better, because large ones keep jumping over the minimum. **Cosine decay** lowers the rate after every batch along half a wave of the cosine, from the first rate to 0. Here it is
# by hand and in Keras. (`-(-a // b)` divides and rounds up, because the last batch of an epoch may be a short one.)

# %% [markdown] lang="es"
# **Una tasa de aprendizaje (*learning rate*) que baja.** En la lección 04, la tasa decidía el tamaño de los pasos. Al principio, los pasos grandes hacen avanzar deprisa a la
# red. Al final convienen pasos pequeños, porque los grandes saltan una y otra vez por encima del mínimo. La **bajada en coseno** (*cosine decay*) reduce la tasa después de cada
# lote (*batch*) siguiendo media onda del coseno, desde la tasa inicial hasta 0. Aquí está a mano y con Keras. (`-(-a // b)` divide redondeando hacia arriba, porque el último lote
# de una época puede ser más corto).

# %% name="recipe"
EPOCHS, BATCH_SIZE, FIRST_RATE = 50, 32, 2e-3
STEPS = EPOCHS * -(-len(x_train) // BATCH_SIZE)

steps = np.arange(STEPS + 1)
by_hand = FIRST_RATE * (1 + np.cos(np.pi * steps / STEPS)) / 2

schedule = keras.optimizers.schedules.CosineDecay(FIRST_RATE, STEPS)
in_keras = [float(schedule(step)) for step in steps[::100]]
same(by_hand[::100], in_keras, tolerance=1e-8)

# %% lang="en"
plots.lines(steps, {"cosine decay": {"learning rate": by_hand}}, along="batch")

# %% lang="es"
plots.lines(steps, {"bajada en coseno": {"tasa de aprendizaje": by_hand}}, along="batch")

# %% [markdown] lang="en"
# With such a schedule we do not use early stopping (lesson 04), because the end of the training is fixed: there the rate is 0. With the validation digits we only measure, and only with the first 500
# of them, to save time.
#
# ### 1. Your turn: find the bug
#
# A colleague trains with 900 digits for 20 epochs, in batches of 64. After the second epoch her network learns nothing more. Her rate is `CosineDecay(1e-3, 20)`. Which number belongs
# in place of the 20?

# %% [markdown] lang="es"
# Con una tasa así no usamos el *early stopping* (lección 04), porque el final del entrenamiento está fijado: allí la tasa vale 0. Con los dígitos de validación solo medimos, y solo con los 500
# primeros, para ahorrar tiempo.
#
# ### 1. Te toca: encuentra el error
#
# Una compañera entrena con 900 dígitos durante 20 épocas, en lotes de 64. Después de la segunda época, su red ya no aprende nada. Su tasa es `CosineDecay(1e-3, 20)`. ¿Qué número
# hay que poner en lugar del 20?

# %% tags=["exercise"]
decay_steps = ...

check.decay_steps(decay_steps)
# check.decay_steps.hint()

# %% tags=["solution"]
batches = -(-900 // 64)
decay_steps = 20 * batches

check.decay_steps(decay_steps)

# %% [markdown] lang="en"
# Now the training. The network learns *behind* the layers that alter the digits, but it does not need them to read: `reader` is the network without them. It is the one that we
# test, and later save.

# %% [markdown] lang="es"
# Ahora, el entrenamiento. La red aprende *detrás* de las capas que transforman los dígitos, pero no las necesita para leer: `reader` es la red sin ellas. Es la que
# ponemos a prueba y la que guardaremos después.


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
# ## The experiment
#
# We train in two cells, so that each wait is short. First come 25 epochs with the larger steps:

# %% [markdown] lang="es"
# ## El experimento
#
# Entrenamos en dos celdas, para que cada espera sea corta. Primero, 25 épocas con los pasos más grandes:

# %%
keras.utils.set_random_seed(SEED)
reader = network()
model = in_training(reader)

first_half, first_seconds = train(model, 0, EPOCHS // 2)

# %% [markdown] lang="en"
# The second `fit` continues where the first one ended, because the model keeps its weights and the optimiser keeps its count of steps, which is also the place on the cosine.
# `initial_epoch` only keeps the numbers of the epochs right. After the last epoch we test `reader`, once. (To start afresh, run both cells again, beginning with the first.)

# %% [markdown] lang="es"
# El segundo `fit` continúa donde acabó el primero, porque el modelo conserva sus pesos y el optimizador, la cuenta de los pasos, que también dice en qué punto del coseno
# está. `initial_epoch` solo sirve para numerar bien las épocas. Tras la última época ponemos a prueba `reader`, una sola vez. (Para empezar de cero, vuelve a ejecutar las dos celdas,
# desde la primera).

# %%
second_half, second_seconds = train(model, EPOCHS // 2, EPOCHS)

curves = {name: first_half[name] + second_half[name] for name in first_half}
everything = record(
    "everything",
    SimpleNamespace(history=curves),
    examine(reader),
    first_seconds + second_seconds,
)

# %% lang="en"
print(f"validation accuracy after 25 epochs: {100 * curves['val_accuracy'][24]:.1f} %")
print(f"validation accuracy after 50 epochs: {100 * everything.val_accuracy:.1f} %")
print(f"test accuracy: {100 * everything.test_accuracy:.1f} %")
print(f"training time: {everything.seconds:.0f} s")

# %% lang="es"
print(f"exactitud de validación tras 25 épocas: {100 * curves['val_accuracy'][24]:.1f} %")
print(f"exactitud de validación tras 50 épocas: {100 * everything.val_accuracy:.1f} %")
print(f"exactitud de prueba: {100 * everything.test_accuracy:.1f} %")
print(f"tiempo de entrenamiento: {everything.seconds:.0f} s")

# %%
plots.curves(everything)

# %% [markdown] lang="en"
# ## Read the curves
#
# Up to about epoch 25, validation loss jumps from epoch to epoch. In the last ten epochs it hardly moves, although the network still trains.
#
# **A.** What is the reason?
#
# - (a) The network now reads all training digits without any loss, so there are no gradients left.
# - (b) The steps have become so small that the weights hardly change any more.
# - (c) The network has looked at the 500 validation digits so often that it knows them.

# %% [markdown] lang="es"
# ## Lee las curvas
#
# Hasta la época 25, más o menos, la pérdida (*loss*) de validación da saltos de una época a otra. En las diez últimas apenas se mueve, aunque la red sigue entrenando.
#
# **A.** ¿Cuál es la razón?
#
# - (a) La red ya lee todos los dígitos de entrenamiento sin ninguna pérdida, así que no quedan gradientes.
# - (b) Los pasos se han hecho tan pequeños que los pesos apenas cambian ya.
# - (c) La red ha mirado tantas veces los 500 dígitos de validación que se los sabe.

# %% tags=["exercise"]
answer = ...

check.quiz_curves(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_curves(answer)

# %% [markdown] lang="en"
# In the first epochs validation is far behind, because the moving averages of batch normalisation need a few hundred steps to come near the true means and variances (lesson 05). The training accuracy
# is that of altered digits, with units switched off by dropout (lesson 03). The validation loss ends above its lowest point, but far below that of lesson 01's network: on average
# {{everything.val_loss.mean}} on these 500 digits, against {{01:baseline.val_loss.mean}} on all 1,000. Over our {{measured.seeds}} seeds the test accuracy was {{everything.test_accuracy}}, from
# {{everything.test_accuracy.min}} to {{everything.test_accuracy.max}}. (Another processor rounds differently, so your figures may lie a little outside, here and in what follows.)
#
# ## The mistakes that are left
#
# The test is done and we shall not change this recipe any more, so we may look at the mistakes among the *test* digits. These are the twenty of which the network was surest: what
# the label says → what the network says, and the probability that it gave to its answer.

# %% [markdown] lang="es"
# En las primeras épocas, la validación va muy por detrás, porque las medias móviles de la *batch normalization* necesitan unos cientos de pasos para acercarse a las medias y varianzas reales (lección
# 05). La exactitud de entrenamiento es la de dígitos transformados, con unidades apagadas por el *dropout* (lección 03). La pérdida de validación acaba por encima de su mínimo, pero muy por debajo de
# la de la red de la lección 01: de media, {{everything.val_loss.mean}} con estos 500 dígitos, frente a {{01:baseline.val_loss.mean}} con los 1000. Con nuestras {{measured.seeds}} semillas, la
# exactitud de prueba fue {{everything.test_accuracy}}, entre {{everything.test_accuracy.min}} y {{everything.test_accuracy.max}}. (Otro procesador redondea de otra manera, así que tus cifras pueden
# quedar un poco fuera, aquí y en lo que sigue).
#
# ## Los errores que quedan
#
# La prueba ya está hecha y no vamos a cambiar más esta receta, así que podemos mirar los errores entre los dígitos de *prueba*. Estos son los veinte de los que la red estaba más segura: lo que
# dice la etiqueta → lo que dice la red, y la probabilidad que dio a su respuesta.

# %%
probabilities = reader.predict(x_test, batch_size=250, verbose=0)
answers = probabilities.argmax(axis=1)
sureness = probabilities.max(axis=1)

wrong = np.flatnonzero(answers != y_test)
wrong = wrong[np.argsort(-sureness[wrong])][:20]
plots.gallery(
    raw_test[wrong],
    [f"{y_test[i]} → {answers[i]}\n{100 * sureness[i]:.0f} %" for i in wrong],
)

# %% [markdown] lang="en"
# Cover the captions: how many would *you* read as the label says? Some of these digits are hard for people, too. That is why the last mistakes are so hard to get rid of. And mind the probabilities: a
# network can be wrong and very sure.
#
# ## What does each ingredient contribute?
#
# To find out, we leave out one ingredient and keep everything else. This is called an **ablation**. Five trainings take several minutes, so we did them beforehand, with this very cell and
# {{measured.seeds}} seeds. (To run them yourself, make the first line `train_all = True`.) The picture shows the test error that we measured: the mean as a point, the range over the seeds as a line.

# %% [markdown] lang="es"
# Tapa los rótulos: ¿cuántos leerías *tú* como dice la etiqueta? Algunos de estos dígitos también son difíciles para las personas. Por eso es tan difícil eliminar los últimos errores. Y fíjate en las
# probabilidades: una red puede equivocarse y estar muy segura.
#
# ## ¿Qué aporta cada ingrediente?
#
# Para saberlo, quitamos un ingrediente y dejamos todo lo demás. Eso se llama **ablación** (*ablation*). Cinco entrenamientos llevan varios minutos, así que los hicimos antes, con esta misma celda y
# {{measured.seeds}} semillas. (Si quieres ejecutarlos tú, cambia la primera línea por `train_all = True`). La gráfica muestra el error de prueba que medimos: la media es un punto y el rango según la
# semilla, una línea.

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
# **B.** Look at the rows `the whole recipe` and `without dropout`. What may you conclude about dropout?
#
# - (a) It is useless, so one can always leave it out.
# - (b) It lowers the error by the distance between the two points.
# - (c) Beside the other ingredients, in this recipe, its share is too small to be told from chance.

# %% [markdown] lang="es"
# **B.** Mira las filas «la receta completa» y «sin dropout». ¿Qué puedes concluir sobre el *dropout*?
#
# - (a) No sirve, así que se puede quitar siempre.
# - (b) Reduce el error en lo que distan los dos puntos.
# - (c) Junto a los demás ingredientes, en esta receta, aporta demasiado poco para distinguirlo del azar.

# %% tags=["exercise"]
answer = ...

check.quiz_share(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_share(answer)

# %% [markdown] lang="en"
# | left out | test accuracy |
# |---|--:|
# | nothing | {{everything.test_accuracy}} |
# | augmentation | {{without_augmentation.test_accuracy}} |
# | batch normalisation | {{without_batch_norm.test_accuracy}} |
# | dropout | {{without_dropout.test_accuracy}} |
# | the falling rate: it stays at 0.002 | {{without_schedule.test_accuracy}} |
# | the second convolution of the last two stages: three convolutions remain | {{without_depth.test_accuracy}} |
#
# Three ingredients make a clear difference: augmentation, batch normalisation and the falling rate. Without augmentation or without batch normalisation, even the best of our runs is worse than the
# worst run of the whole recipe. Without the falling rate that is so, too, and the result depends more on chance: when the last steps are as large as the first, it matters which step happens to be the
# last. Dropout and the second convolutions make no difference that we could tell from chance *here*. They may well help with other data, another network or another training time, and one ingredient
# can do the job of another.
#
# One difference from the earlier lessons is not in this table: the recipe trains for 50 epochs, those lessons trained for 30. That matters. Lesson 03's network with augmentation and dropout reached
# {{03:combined.test_accuracy}} after 30 epochs, {{03:combined_60.test_accuracy}} after 60 and {{03:combined_200.test_accuracy}} after 200. So a part of the gain comes from longer training, which
# augmentation makes possible, and the rest from the recipe.
#
# ## Now you
#
# Draw a digit with mouse, finger or keyboard, and watch the bars while you draw. The pad keeps calling the function `read`, which asks the network: images of shape (N, 28, 28, 1) go in, ten
# probabilities for each come out. (A network can be called like a function, which is quick for a single image; `predict` is for many.)
#
# The pad needs a running notebook. If you see no pad, look at the picture below: four moments while somebody draws an 8. The network answers at every moment, because it does not know that the drawing
# is not finished.

# %% [markdown] lang="es"
# | qué se quita | exactitud de prueba |
# |---|--:|
# | nada | {{everything.test_accuracy}} |
# | el aumento de datos | {{without_augmentation.test_accuracy}} |
# | la *batch normalization* | {{without_batch_norm.test_accuracy}} |
# | el *dropout* | {{without_dropout.test_accuracy}} |
# | la bajada de la tasa: se queda en 0.002 | {{without_schedule.test_accuracy}} |
# | la segunda convolución de las dos últimas etapas: quedan tres convoluciones | {{without_depth.test_accuracy}} |
#
# Tres ingredientes suponen una diferencia clara: el aumento de datos, la *batch normalization* y la bajada de la tasa. Sin aumento de datos o sin *batch normalization*, hasta la mejor de nuestras
# ejecuciones es peor que la peor de la receta completa. Sin la bajada de la tasa ocurre lo mismo y, además, el resultado depende más del azar: si los últimos pasos son tan grandes como los primeros,
# importa cuál resulta ser el último. El *dropout* y las segundas convoluciones no suponen *aquí* ninguna diferencia que podamos distinguir del azar. Pueden ayudar con otros datos, otra red u otro
# tiempo de entrenamiento, y un ingrediente puede hacer el trabajo de otro.
#
# Una diferencia con las lecciones anteriores no está en esta tabla: la receta entrena 50 épocas, y aquellas lecciones entrenaban 30. Eso importa. La red de la lección 03 con aumento de datos y
# *dropout* alcanzó el {{03:combined.test_accuracy}} tras 30 épocas, {{03:combined_60.test_accuracy}} tras 60 y {{03:combined_200.test_accuracy}} tras 200. Así que una parte de la mejora viene de
# entrenar más tiempo, cosa que el aumento de datos hace posible, y el resto, de la receta.
#
# ## Ahora tú
#
# Dibuja un dígito con el ratón, el dedo o el teclado y mira las barras mientras dibujas. La pizarra llama una y otra vez a la función `read`, que pregunta a la red: entran imágenes de forma
# (N, 28, 28, 1) y salen diez probabilidades por cada una. (A una red se la puede llamar como a una función, y con una sola imagen responde al momento; `predict` es para muchas).
#
# La pizarra necesita el cuaderno en marcha. Si no la ves, mira la imagen que hay debajo: cuatro momentos mientras alguien dibuja un 8. La red contesta en todos, porque no sabe que el
# dibujo no está terminado.


# %% name="drawing_pad"
def read(images):
    return reader(images, training=False).numpy()


widgets.drawing_pad(read)

# %%
figures.while_drawing(
    [
        [(0.68, 0.2), (0.5, 0.08), (0.32, 0.2), (0.36, 0.4), (0.64, 0.6), (0.7, 0.8)],
        [(0.7, 0.8), (0.5, 0.94), (0.3, 0.8), (0.36, 0.6), (0.64, 0.4), (0.68, 0.2)],
    ],
    read,
)

# %% [markdown] lang="en"
# The second row shows that the network does not see your drawing as it is. MNIST's digits were **prepared**, all in the same way: white on black (ink is 255; our galleries draw it dark), scaled to
# fit 20 × 20 pixels, and placed on 28 × 28 so that the ink's **centre of mass** (the mean place of all ink) is in the middle. `digits.to_mnist` does the same with yours. It also evens out a pen that
# is much thinner or thicker than theirs. Here is a small seven in a corner of the sheet:

# %% [markdown] lang="es"
# La segunda fila muestra que la red no ve tu dibujo tal cual. Los dígitos de MNIST se **prepararon** todos igual: blanco sobre negro (la tinta es 255; nuestras galerías la dibujan oscura), a un
# tamaño que cabe en 20 × 20 píxeles y colocados en 28 × 28 de modo que el **centro de masas** de la tinta (su posición media) quede en medio. `digits.to_mnist` hace lo mismo con los tuyos.
# Además corrige el trazo si es mucho más fino o más grueso que los de MNIST. Aquí hay un siete pequeño en una esquina de la hoja:

# %%
seven = [[(0.1, 0.1), (0.4, 0.1), (0.22, 0.5)]]
drawn = digits.draw_strokes(seven)
seen = digits.to_mnist(drawn)
figures.as_seen(drawn, seen, read(prepare(seen[np.newaxis]))[0])

# %% [markdown] lang="en"
# ### And without the preparation?
#
# We take 500 test digits as they might come from a scanner: dark on light, half the size, in the lower right corner. Upper row: as they come. Lower row: after `to_mnist`, drawn as the network gets
# them, white on black.

# %% [markdown] lang="es"
# ### ¿Y sin prepararlos?
#
# Tomamos 500 dígitos de prueba tal como podrían salir de un escáner: oscuros sobre claro, a mitad de tamaño, en la esquina inferior derecha. Fila de arriba: tal cual. Fila de abajo: después de
# `to_mnist`, dibujados como los recibe la red, blanco sobre negro.


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

# %% lang="en"
print(f"scans as they come: {100 * shares[0]:.1f} % read right")
print(f"scans prepared: {100 * shares[1]:.1f} % read right")
print(f"the same digits as MNIST has them: {100 * shares[2]:.1f} % read right")

# %% lang="es"
print(f"escaneos tal cual: {100 * shares[0]:.1f} % de aciertos")
print(f"escaneos preparados: {100 * shares[1]:.1f} % de aciertos")
print(f"los mismos dígitos como los tiene MNIST: {100 * shares[2]:.1f} % de aciertos")

# %% [markdown] lang="en"
# Over our seeds the network read {{scanned.as_they_come_share}} of the unprepared scans right and {{scanned.prepared_share}} of the prepared ones. It is the same network, and they are the same digits. So
# **prepare new data exactly as the training data were prepared**, because the network has learnt nothing about other forms. (The preparation cannot bring back the detail that was lost when the
# digits were reduced to half their size.)
#
# **C.** You write a hundred digits, prepare them well, and the network reads 88 of them right. Of the test digits it read 98 % right. What is the most likely reason?
#
# - (a) The network has learnt the test digits by heart.
# - (b) Yours come from another hand and another pen than all the digits it was trained and tested with.
# - (c) 28 × 28 pixels are too few for handwriting.

# %% [markdown] lang="es"
# Con nuestras semillas, la red leyó bien el {{scanned.as_they_come_share}} de los escaneos sin preparar y el {{scanned.prepared_share}} de los preparados. La red es la misma y los dígitos también. Así
# que **prepara los datos nuevos exactamente como se prepararon los de entrenamiento**, porque la red no ha aprendido nada de otras formas. (La preparación no puede devolver el detalle que se
# perdió al reducir los dígitos a la mitad).
#
# **C.** Escribes cien dígitos, los preparas bien y la red acierta 88. De los dígitos de prueba acertó el 98 %. ¿Cuál es la razón más probable?
#
# - (a) La red se ha aprendido de memoria los dígitos de prueba.
# - (b) Los tuyos son de otra mano y de otro bolígrafo, distintos de los que escribieron los dígitos con los que la red se entrenó y se probó.
# - (c) 28 × 28 píxeles son muy pocos para la escritura a mano.

# %% tags=["exercise"]
answer = ...

check.quiz_own(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_own(answer)

# %% [markdown] lang="en"
# ## Where it fails on you, and why
#
# People write digits in different ways. Here each digit comes first in a plain form that is common in the United States, where MNIST's digits were written, and then in forms that many other people
# use. The sign after the digit says which form: `/|` is a 1 with an upstroke, `_` a foot, `-` a bar, `^` a 4 closed at the top, `/` a crossed zero.

# %% [markdown] lang="es"
# ## Dónde falla contigo, y por qué
#
# Cada cual escribe los dígitos a su manera. Aquí cada dígito aparece primero en una forma sencilla, habitual en Estados Unidos, donde se escribieron los de MNIST, y después en formas que usa mucha
# otra gente. El signo que sigue al dígito dice la forma: `/|` es un 1 con trazo de subida, `_` un pie, `-` una barra, `^` un 4 cerrado por arriba, `/` un cero tachado.

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
    f"{name}\n→ {verdict}, {100 * p.max():.0f} %"
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
# Above each picture stands what it is meant to be, what the network reads, and the probability of that. Over our seeds it reads {{hands.right_share}} of these nine as they are meant. Among our
# training digits, about eight of the hundred sevens have a bar and two of the hundred ones a foot: few, but the network has met them. No zero among them is crossed like ours, and most of our networks
# did not read it as a 0. What the training digits do not show, the network can only guess.
#
# The training digits do not show a sheet that lies askew, either: our alterations turn up to about 14° either way (0.04 of a turn). We turn 500 test digits further and further. The percentages count
# all 500; the pictures show three of them, and what the network reads.

# %% [markdown] lang="es"
# Encima de cada imagen están lo que pretende ser, lo que lee la red y la probabilidad de esa lectura. Con nuestras semillas lee bien el {{hands.right_share}} de estas nueve. Entre nuestros dígitos de
# entrenamiento, unos ocho de los cien sietes llevan barra y dos de los cien unos, pie: son pocos, pero la red los ha visto. Entre ellos no hay ningún cero tachado como el nuestro, y la mayoría de
# nuestras redes no lo leyó como un 0. Lo que los dígitos de entrenamiento no muestran, la red solo puede adivinarlo.
#
# Los dígitos de entrenamiento tampoco muestran una hoja torcida: nuestras transformaciones giran hasta unos 14° hacia cada lado (0.04 vueltas). Giramos 500 dígitos de prueba cada vez más. Los
# porcentajes cuentan los 500; las imágenes muestran tres de ellos y lo que lee la red.

# %%
read_right = {}
for angle in (0, 15, 30, 45, 60, 90):
    askew = [np.asarray(Image.fromarray(i).rotate(angle)) for i in raw_test[:500]]
    verdicts = read(prepare(np.array(askew))).argmax(axis=1)
    read_right[angle] = np.mean(verdicts == y_test[:500])

tilted = record("tilted", upright_share=read_right[0], askew_share=read_right[45])
figures.turned(
    np.array([raw_test[y_test == digit][0] for digit in (2, 6, 7)]), read_right, read
)

# %% [markdown] lang="en"
# At 45° our networks read {{tilted.askew_share}} right, upright {{tilted.upright_share}}. A test accuracy says how well a network reads digits *like the test digits*, and these were written on
# straight paper. You can read a sheet that lies askew; the network reads it badly, because it never saw one in training.
#
# ### 2. Your turn: teach it
#
# Teach a copy of the network to read digits on sheets that lie askew: **at least 80 % right when turned by 45° to the left, 80 % to the right, and still 95 % upright** (validation digits). A few epochs
# are enough, about ten seconds. How far do you get beyond that? `copy_of` makes a copy with the same weights, so that `reader` stays as it is; `y_train` are the labels of `x_train`.

# %% [markdown] lang="es"
# A 45°, nuestras redes aciertan el {{tilted.askew_share}}; con los dígitos derechos, el {{tilted.upright_share}}. Una exactitud de prueba dice con qué acierto lee una red dígitos *como los de
# prueba*, y esos se escribieron con el papel derecho. Tú puedes leer una hoja torcida; la red la lee mal, porque al entrenar no vio ninguna.
#
# ### 2. Te toca: enséñale
#
# Enseña a una copia de la red a leer dígitos en hojas torcidas: **al menos un 80 % de aciertos con los dígitos girados 45° a la izquierda, un 80 % a la derecha y todavía un 95 % derechos** (dígitos
# de validación). Bastan unas pocas épocas, unos diez segundos. ¿Hasta dónde llegas? `copy_of` hace una copia con los mismos pesos, para que `reader` se quede como está; `y_train` son las
# etiquetas de `x_train`.


# %% tags=["exercise"]
def copy_of(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


student = ...

check.askew(student)
# check.askew.hint()


# %% tags=["solution"]
def copy_of(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


student = copy_of(reader)
turning = layers.RandomRotation(0.125, fill_mode="constant")
lesson = keras.Sequential([keras.Input(shape=(28, 28, 1)), turning, student])
lesson.compile(keras.optimizers.Adam(3e-4), loss="sparse_categorical_crossentropy")
lesson.fit(x_train, y_train, epochs=5, batch_size=32, verbose=0)

check.askew(student)

# %% [markdown] lang="en"
# That is how you would go on in practice, too: collect what the network cannot read yet, add it to the training data, and keep some of it as a test.
#
# ## A photo of your handwriting
#
# Write some digits on a sheet of paper, in one row or in several. Write them large and with a dark pen. Leave a gap between all digits, a free line between the rows, and a margin all around. Plain paper
# is best, but pale lines or squares do no harm. Then take a photo from straight above, so that the digits stand upright in it. To show how it works without a camera, we first make a picture that looks
# like a photo: ten test digits in dark ink on grey paper, with light from the left and some grain.

# %% [markdown] lang="es"
# Así seguirías también en la práctica: reúne lo que la red aún no sabe leer, añádelo a los datos de entrenamiento y guarda una parte para la prueba.
#
# ## Una foto de tu letra
#
# Escribe unos dígitos en una hoja, en una fila o en varias. Escríbelos grandes y con un bolígrafo oscuro. Deja un hueco entre todos los dígitos, una línea libre entre las filas y margen alrededor. Lo mejor
# es papel liso, pero unas líneas o cuadrículas claras no molestan. Después haz una foto desde arriba, de modo que los dígitos queden derechos. Para mostrar cómo funciona sin cámara, primero creamos una
# imagen parecida a una foto: diez dígitos de prueba con tinta oscura sobre papel gris, con luz desde la izquierda y algo de grano.


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

# %% lang="en"
plots.side_by_side(photo=photo)

# %% lang="es"
plots.side_by_side(foto=photo)

# %% [markdown] lang="en"
# `digits.cut_digits` finds the sheet and the ink on it, cuts out the digits one by one, row by row and from left to right, and brings each into MNIST's form. Shadows, specks, the table and pale lines do
# not count as ink. Then the network reads the digits. Below each answer you see its probability:

# %% [markdown] lang="es"
# `digits.cut_digits` encuentra la hoja y la tinta que hay en ella, recorta los dígitos uno por uno, fila por fila y de izquierda a derecha, y lleva cada uno a la forma de MNIST. Las sombras, las motas, la
# mesa y las líneas claras no cuentan como tinta. Después la red lee los dígitos. Debajo de cada respuesta ves su probabilidad:


# %%
def read_photo(photo):
    cut = np.array(digits.cut_digits(photo))
    probabilities = read(prepare(cut))
    pairs = zip(probabilities.argmax(axis=1), probabilities.max(axis=1), strict=True)
    display(plots.gallery(cut, [f"→ {digit}\n{100 * p:.0f} %" for digit, p in pairs]))
    return probabilities.argmax(axis=1)


photo_answers = read_photo(photo)

# %% [markdown] lang="en"
# Now it is your turn. Put your photo next to this notebook (on Colab, upload it with the folder symbol on the left), and write its name, in quotes, in place of the three dots: `"my_digits.jpg"`. It has to
# be a JPEG or a PNG, so convert an iPhone's HEIC first. `own_photo` turns the photo the right way up if the phone noted how it was held. If it cannot read the file, it says so.
#
# The network gives an answer to any picture, so a badly cut photo would give wrong answers with high probabilities. Therefore `cut_digits` refuses a photo that it cannot cut reliably, and says what to do.
# It refuses digits that touch each other or the edge of the photo, dark lines and stains, rows that run into each other, and digits that lie on their side or upside down. How does it know that digits are
# turned? It compares each digit with the digits of the training and validation data, as it is and turned by 90°, 180° and 270°. With three digits or more the comparison is reliable. (With one or two
# `cut_digits` does not decide: a 6 upside down looks like a 9.) In a similar way it notices most digits that touch: cut apart, both halves look more like digits than the whole does.

# %% [markdown] lang="es"
# Ahora te toca a ti. Pon tu foto junto a este cuaderno (en Colab, súbela con el icono de la carpeta, a la izquierda) y escribe su nombre, entre comillas, en lugar de los tres puntos: `"mis_digitos.jpg"`.
# Tiene que ser JPEG o PNG, así que convierte antes el HEIC de un iPhone. `own_photo` endereza la foto si el móvil anotó cómo lo sujetabas. Si no puede leer el archivo, te avisa.
#
# La red responde a cualquier imagen, así que una foto mal cortada daría respuestas equivocadas con probabilidades altas. Por eso `cut_digits` rechaza una foto que no puede cortar de forma fiable y te dice
# qué hacer. Rechaza dígitos que se tocan o que tocan el borde de la foto, líneas oscuras y manchas, filas que se juntan y dígitos tumbados o boca abajo. ¿Cómo sabe que los dígitos están girados? Compara
# cada dígito con los de los datos de entrenamiento y de validación, tal cual y girado 90°, 180° y 270°. Con tres dígitos o más, la comparación es fiable. (Con uno o dos, `cut_digits` no decide: un 6 boca
# abajo parece un 9). De modo parecido nota la mayoría de los dígitos que se tocan: una vez separadas, las dos mitades se parecen más a un dígito que el conjunto.

# %% tags=["own"]
from helpers.photos import own_photo

my_photo = ...

if my_photo is not ...:
    sheet = own_photo(my_photo)
    display(plots.side_by_side(photo=sheet))
    read_photo(sheet)

# %% [markdown] lang="en"
# Count: how many of your digits did the network read right? If the share is smaller than for the test digits, your handwriting is not to blame: the network learnt from other people's digits.
#
# ## Save and load
#
# A `.keras` file is a zip archive. It holds the layers as text (JSON), the weights and, if the network has one, the state of the optimiser. Everything that this lesson writes goes to a folder of its
# own under `runs/`, which is removed when this notebook's kernel stops. For your own work, name a folder that stays. On Colab, download the file, because the machine is deleted after use:
#
# ```python
# reader.save("reader.keras")
# from google.colab import files
# files.download("reader.keras")
# ```
#
# or copy it to your Drive, which appears as a folder after `from google.colab import drive; drive.mount("/content/drive")`.

# %% [markdown] lang="es"
# Cuenta: ¿cuántos de tus dígitos ha leído bien la red? Si es una proporción menor que con los dígitos de prueba, la culpa no es de tu letra: la red aprendió con dígitos de otras personas.
#
# ## Guardar y cargar
#
# Un archivo `.keras` es un zip. Contiene las capas en texto (JSON), los pesos y, si la red lo tiene, el estado del optimizador. Todo lo que escribe esta lección va a una carpeta propia dentro de
# `runs/`, que se borra cuando se detiene el kernel de este cuaderno. Para tu propio trabajo, elige una carpeta que permanezca. En Colab, descarga el archivo, porque la máquina se elimina después
# de usarla:
#
# ```python
# reader.save("reader.keras")
# from google.colab import files
# files.download("reader.keras")
# ```
#
# o cópialo en tu Drive, que con `from google.colab import drive; drive.mount("/content/drive")` aparece como una carpeta.

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
# Is everything in the file? The best check is a **new process**, because it knows neither this notebook nor how the network was built. It loads the network, predicts, and writes down its answers:

# %% [markdown] lang="es"
# ¿Está todo en el archivo? La mejor comprobación es un **proceso nuevo**, porque no conoce ni este cuaderno ni cómo se construyó la red. Carga la red, predice y guarda sus respuestas:

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
same(loaded, before, en="the same after loading", es="lo mismo después de cargar")

# %% [markdown] lang="en"
# The 30,000 probabilities of the loaded network are those of the network in this notebook.
#
# **Other people's networks.** A file can carry Python code, for instance in a `Lambda` layer, which is a function of one's own as a layer. Whoever loads such a file runs a stranger's program as if it
# were their own. So `load_model` has a **safe mode**, which is on by default (`safe_mode=True`) and refuses `.keras` files with code. Leave it on, and keep Keras up to date, because security holes in
# it are found and closed. Never open with **pickle**, Python's own format for objects, a network that you have not saved yourself (`.pkl`, `joblib`, or `torch.load` without `weights_only=True`).
#
# ### 3. Your turn: find the bug
#
# A colleague's network is for scans, dark on light, so its first layer swaps dark and light. In her notebook all is well. But whoever loads the saved file gets an error about safe mode, and
# she advises: "just say `safe_mode=False`". Give her a better `first_layer`, which does the same and loads in safe mode.

# %% [markdown] lang="es"
# Las 30 000 probabilidades de la red cargada son las de la red de este cuaderno.
#
# **Redes ajenas.** Un archivo puede llevar código de Python, por ejemplo en una capa `Lambda`, que es una función propia convertida en capa. Quien carga un archivo así ejecuta el programa de un
# desconocido como si fuera suyo. Por eso `load_model` tiene un **modo seguro** (*safe mode*), que viene activado (`safe_mode=True`) y rechaza los archivos `.keras` con código. Déjalo activado y
# mantén Keras al día, porque se le encuentran fallos de seguridad y se van corrigiendo. No abras nunca con **pickle**, el formato propio de Python para guardar objetos, una red que no hayas guardado
# tú (`.pkl`, `joblib` o `torch.load` sin `weights_only=True`).
#
# ### 3. Te toca: encuentra el error
#
# La red de una compañera es para escaneos, oscuro sobre claro, así que su primera capa invierte claro y oscuro. En su cuaderno todo va bien. Pero quien carga el archivo guardado recibe un error sobre el
# modo seguro, y ella aconseja: «pon `safe_mode=False` y ya está». Dale una `first_layer` mejor, que haga lo mismo y se cargue en modo seguro.

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
# **D.** Somebody you do not know offers a network with 99.5 % accuracy. The file only loads with `safe_mode=False`. What do you do?
#
# - (a) Not load it; ask for the weights and the code of the network, or for a file without `Lambda`.
# - (b) Load it: weights are only numbers.
# - (c) Load it in a new process, so that nothing can happen to the notebook.

# %% [markdown] lang="es"
# **D.** Alguien a quien no conoces te ofrece una red con un 99.5 % de exactitud. El archivo solo se carga con `safe_mode=False`. ¿Qué haces?
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
# ## Export: for where there is no Keras
#
# `model.export` writes only what is needed to predict, for a server, a browser or a phone:
#
# - **SavedModel**: TensorFlow's own format, a folder, for servers;
# - **LiteRT** (formerly TensorFlow Lite): one small file for phones and small computers;
# - **ONNX** (`format="onnx"`, needs the package `tf2onnx`): a format that many other programs read.
#
# From Keras 3.13 on, `reader.export("reader.tflite", format="litert")` writes a LiteRT file in one step, and the Python package `ai-edge-litert` reads it, for instance on a small computer:
# `from ai_edge_litert.interpreter import Interpreter`. (On a phone, an app reads it with Google's LiteRT library.) The course also has to run with older versions and without that package, so the
# program below converts the SavedModel and uses the reader that comes with TensorFlow, `tf.lite.Interpreter`. That reader is out of date and warns that it will be removed; its calls are the same.
# (The first line of the cell keeps TensorFlow from printing what it writes.)

# %% [markdown] lang="es"
# ## Exportar: para donde no hay Keras
#
# `model.export` escribe solo lo necesario para predecir, para un servidor, un navegador o un teléfono:
#
# - **SavedModel**: el formato de TensorFlow, una carpeta, para servidores;
# - **LiteRT** (antes TensorFlow Lite): un único archivo, pequeño, para teléfonos y máquinas pequeñas;
# - **ONNX** (`format="onnx"`, necesita el paquete `tf2onnx`): un formato que leen muchos otros programas.
#
# A partir de Keras 3.13, `reader.export("reader.tflite", format="litert")` escribe un archivo LiteRT en un solo paso, y lo lee el paquete de Python `ai-edge-litert`, por ejemplo en una máquina
# pequeña: `from ai_edge_litert.interpreter import Interpreter`. (En un teléfono lo lee una aplicación, con la biblioteca LiteRT de Google). El curso tiene que funcionar también con versiones
# anteriores y sin ese paquete, así que el programa de abajo convierte el SavedModel y usa el lector que trae TensorFlow, `tf.lite.Interpreter`. Ese lector ya está anticuado y avisa de que
# desaparecerá; sus llamadas son las mismas. (La primera línea de la celda evita que TensorFlow imprima lo que escribe).

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
# The program ran in a process of its own and used TensorFlow alone, not Keras. We compare its answers with ours, digit by digit, and look at the sizes of the files. `served` is the SavedModel, `on_phone` the
# LiteRT file:

# %% [markdown] lang="es"
# El programa se ejecutó en un proceso aparte y usó solo TensorFlow, no Keras. Comparamos sus respuestas con las nuestras, dígito a dígito, y miramos el tamaño de los archivos. `served` es el SavedModel y
# `on_phone`, el archivo LiteRT:

# %% name="compare"
for name in ("served", "on_phone"):
    exported = np.load(shelf / f"{name}.npy")
    agree = exported.argmax(axis=1) == before.argmax(axis=1)
    assert agree.all()
    same(exported, before, tolerance=1e-2, en=f"{name}, like Keras", es=f"{name}, como Keras")

for name in ("reader.keras", "saved_model", "reader.tflite"):
    files = [shelf / name, *(shelf / name).rglob("*")]
    size = sum(file.stat().st_size for file in files if file.is_file())
    print(f"{name:14} {size / 1e6:.2f} MB")

# %% [markdown] lang="en"
# The probabilities differ at most by rounding, and all test digits get the same answer in all three forms.
#
# ## What can go wrong: the network always answers
#
# The network knows ten answers, and none of them is "this is no digit". Here it gets the letters A and X, a scribble and an empty sheet:

# %% [markdown] lang="es"
# Las probabilidades difieren como mucho en el redondeo, y todos los dígitos de prueba reciben la misma respuesta en las tres formas.
#
# ## Qué puede salir mal: la red responde siempre
#
# La red conoce diez respuestas, y ninguna es «esto no es un dígito». Aquí recibe las letras A y X, un garabato y una hoja vacía:

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
    [f"→ {p.argmax()}\n{100 * p.max():.0f} %" for p in probabilities],
    columns=4,
)

# %% [markdown] lang="en"
# Softmax makes the ten probabilities add up to 1, whatever the picture shows. So they say which digit the picture is *most like*, not whether it is a digit. Two things help, and neither is perfect. `to_mnist`
# refuses an empty sheet. And a program can leave to a person what the network is unsure of. But a letter may well be read with a probability near 100 %, so if letters can come, letters belong in the
# training data.
#
# ### 4. Your turn: refuse what is unsure
#
# Write `decide(probabilities, threshold)`. For probabilities of shape (N, 10) it returns N whole numbers: the most probable digit, or `-1` where even that digit's probability is below the threshold.

# %% [markdown] lang="es"
# Softmax hace que las diez probabilidades sumen 1, muestre lo que muestre la imagen. Así que dicen a qué dígito *se parece más*, no si es un dígito. Dos cosas ayudan, y ninguna es perfecta. `to_mnist` rechaza
# una hoja vacía. Y un programa puede dejar a una persona aquello en lo que la red duda. Pero una letra puede leerse con una probabilidad cercana al 100 %, así que, si pueden llegar letras, tiene que haber
# letras en los datos de entrenamiento.
#
# ### 4. Te toca: rechazar lo dudoso
#
# Escribe `decide(probabilities, threshold)`. Para probabilidades de forma (N, 10) devuelve N enteros: el dígito más probable, o `-1` donde incluso la probabilidad de ese dígito quede por debajo del
# umbral (*threshold*).

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
# What do we lose by a threshold, and what do we gain? Each point of the line below belongs to one threshold. To the right: how many of the 1,000 validation digits the network still answers. Upwards:
# how many of these answers are right. A higher threshold leads to the left and, as a rule, upwards:

# %% [markdown] lang="es"
# ¿Qué se pierde con un umbral y qué se gana? Cada punto de la línea corresponde a un umbral. Hacia la derecha: cuántos de los 1000 dígitos de validación responde todavía la red. Hacia arriba: cuántas
# de esas respuestas son correctas. Un umbral más alto lleva hacia la izquierda y, por regla general, hacia arriba:

# %%
figures.answered(read(x_val), y_val)

# %% [markdown] lang="en"
# ### 5. Your turn: choose a threshold
#
# A post office wants **99.5 % of the answers to be right**, and as few digits as possible left to people. Choose the threshold with the validation digits. (Within one percentage point of the best is enough.)

# %% [markdown] lang="es"
# ### 5. Te toca: elige un umbral
#
# Una oficina de correos quiere que **el 99.5 % de las respuestas sean correctas** y que las personas tengan que leer los menos dígitos posibles. Elige el umbral con los dígitos de validación. (Basta
# con quedar a un punto porcentual de lo mejor posible).

# %% tags=["exercise"]
threshold = ...

check.best_threshold(threshold, read(x_val), y_val)
# check.best_threshold.hint()

# %% tags=["solution"]
val_probabilities = read(x_val)
surest = val_probabilities.max(axis=1)
right = val_probabilities.argmax(axis=1) == y_val
steps = np.arange(0, 1, 0.001)
threshold = min(step for step in steps if right[surest >= step].mean() >= 0.995)

check.best_threshold(threshold, read(x_val), y_val)

# %% lang="en"
print(f"threshold 0.9, test digits answered: {100 * (sureness >= 0.9).mean():.1f} %")
print(f"of those right: {100 * (answers == y_test)[sureness >= 0.9].mean():.1f} %")

# %% lang="es"
print(f"umbral 0.9, dígitos de prueba respondidos: {100 * (sureness >= 0.9).mean():.1f} %")
print(f"de ellos, correctos: {100 * (answers == y_test)[sureness >= 0.9].mean():.1f} %")

# %% [markdown] lang="en"
# These are the *test* digits, with the threshold 0.9. Compare them with the point 0.9 of the picture: what was measured on the validation digits holds only roughly for others. One reason is that our
# test digits are harder (lesson 06). Another is chance, because so few answers are wrong that each of them counts. On other people's handwriting the figures can be far off.
#
# ## What we measured
#
# Your run beside ours, over {{measured.seeds}} seeds.

# %% [markdown] lang="es"
# Estos son los dígitos de *prueba*, con el umbral 0.9. Compáralos con el punto 0.9 de la gráfica: lo que se midió con los dígitos de validación solo vale aproximadamente para otros. Una razón es que
# nuestros dígitos de prueba son más difíciles (lección 06). Otra es el azar, porque son tan pocas las respuestas erróneas que cada una pesa. Con la letra de otras personas, las cifras pueden
# desviarse mucho.
#
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, con {{measured.seeds}} semillas.

# %%
table()

# %% [markdown] lang="en"
# This is what the lesson claims, checked against your run:

# %% [markdown] lang="es"
# Esto es lo que afirma la lección, comprobado con tu ejecución:

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
# ## The whole course on one chart
#
# Each row is one network of the course: its lesson, its mean test error over our seeds, and the range seen. The scale is logarithmic, so halving the error is the same distance everywhere. The networks of the upper
# group were trained with these 1,000 digits, those of the lower group with many more. (The lower group was tested on MNIST's own 10,000 test digits.)

# %% [markdown] lang="es"
# ## Todo el curso en un gráfico
#
# Cada fila es una red del curso: su lección, su error de prueba medio con nuestras semillas y el rango visto. La escala es logarítmica, así que reducir el error a la mitad es en todas partes la misma distancia. Las redes
# del grupo de arriba se entrenaron con estos 1000 dígitos; las del grupo de abajo, con muchos más. (El grupo de abajo se probó con los 10 000 dígitos de prueba del propio MNIST).

# %%
figures.course(bands_by_lesson())

# %% [markdown] lang="en"
# Two things can be read off. With 1,000 digits, the whole recipe makes far fewer mistakes than any single remedy. And more data replace remedies: lesson 01's plain network, after one pass through 30,000 digits,
# reached {{01:thirty_thousand_once.test_accuracy}} with nothing added. Remedies against overfitting are for when more data cannot be had.
#
# ## In short
#
# - Remedies can be combined. What one of them contributes depends on the others, so leave it out and measure, over several seeds.
# - A high test accuracy holds for data *like the test data*. Your own digits need the same preparation first, and even then they are a different test.
# - What the training data do not show, the network does not know. Add such data, and it can learn them in a few epochs.
# - The network always answers. With a threshold you decide what happens when it is unsure.
# - Save as `.keras`, check in a new process, load only in safe mode, export for where there is no Keras.

# %% [markdown] lang="es"
# Se pueden leer dos cosas. Con 1000 dígitos, la receta completa comete muchos menos errores que cualquier remedio solo. Y más datos sustituyen a los remedios: la red de la lección 01, sin añadir nada, llegó tras
# una sola vuelta a 30 000 dígitos al {{01:thirty_thousand_once.test_accuracy}}. Los remedios contra el sobreajuste son para cuando no se pueden conseguir más datos.
#
# ## En resumen
#
# - Los remedios se pueden combinar. Lo que aporta cada uno depende de los demás, así que quítalo y mide, con varias semillas.
# - Una exactitud de prueba alta vale para datos *como los de prueba*. Tus dígitos necesitan antes la misma preparación, y aun así son otra prueba.
# - Lo que no muestran los datos de entrenamiento, la red no lo sabe. Si añades esos datos, puede aprenderlo en unas pocas épocas.
# - La red responde siempre. Con un umbral decides tú qué pasa cuando duda.
# - Guarda en `.keras`, compruébalo en un proceso nuevo, carga solo en modo seguro y exporta para donde no hay Keras.

# %% [markdown] lang="en"
# ## Go further: all the digits, and quickly
#
# *Needs all of MNIST, 11 MB, fetched once.* With 55,000 different digits there is little to memorise in a few epochs, so the question is another: how soon is a network good? The next one is about as large as
# that of [Keras's own MNIST example](https://keras.io/examples/vision/mnist_convnet/) (34,730 parameters against 34,826), but it gets there sooner:
#
# - **fewer multiplications:** the first convolution moves two pixels at a time (`strides=2`), so it answers at 12 × 12 places. In Keras's example it answers at 26 × 26 places and a pooling follows. In all, a digit
#   takes half the work;
# - **fewer epochs:** with batch normalisation the first learning rate may be five times the usual one, and the cosine takes it to 0 just when the second epoch ends. With a constant rate the weights keep jumping around the
#   minimum for several epochs more;
# - **no alterations:** each digit is seen only twice, which is too seldom to learn it by heart.
#
# The moving averages of batch normalisation must follow quickly (`momentum=0.9`), because there are only 860 steps. The test: MNIST's own 10,000 test digits.

# %% [markdown] lang="es"
# ## Para ir más lejos: todos los dígitos, y deprisa
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* Con 55 000 dígitos distintos hay poco que memorizar en unas pocas épocas, así que la pregunta es otra: ¿cuánto tarda una red en ser buena? La siguiente es más
# o menos igual de grande que la del [ejemplo de MNIST del propio Keras](https://keras.io/examples/vision/mnist_convnet/) (34 730 parámetros frente a 34 826), pero llega antes:
#
# - **menos multiplicaciones:** la primera convolución avanza de dos en dos píxeles (`strides=2`), así que responde en 12 × 12 posiciones. En el ejemplo de Keras responde en 26 × 26 y después viene un
#   *pooling*. En total, cada dígito exige la mitad de trabajo;
# - **menos épocas:** con *batch normalization*, la tasa de aprendizaje inicial puede ser cinco veces la habitual, y el coseno la lleva a 0 justo al final de la segunda época. Con una tasa constante, los pesos siguen saltando
#   alrededor del mínimo durante varias épocas más;
# - **sin transformaciones:** cada dígito se ve solo dos veces, muy pocas para memorizarlo.
#
# Las medias móviles de la *batch normalization* tienen que ir deprisa (`momentum=0.9`), porque solo hay 860 pasos. La prueba: los 10 000 dígitos de prueba del propio MNIST.

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
# The row `hurried` is this network. We measured {{hurried.test_accuracy}}. `docs/performance.md` says how much sooner it reaches 98 % and 99 % than two older recipes.
#
# More is possible: light alterations, a wider network, 13 epochs with a schedule just as long, and **label smoothing**. With label smoothing the right digit is worth 91 % and every other 1 %, so that a network which
# is already sure is not pushed to be surer still. `longer`, in `tests/benchmarks/mnist_recipes.py`, is such a recipe, and the same page says how far it came. The best published results on MNIST lie beyond 99.7 %.
#
# **Where to go next.** Letters as well as digits: the [EMNIST data](https://arxiv.org/abs/1702.05373), also 28 × 28 (in its own files the pictures lie on their side, so look before you train). Sketches: the end of
# lesson 06. Photos: lesson 07. Your own data: fifty digits of each kind, written by the people who will use the network, usually help more than the next improvement of the recipe. And
# [Keras's own guides and examples](https://keras.io/), which you can now read.
#
# **Sources**
#
# - MNIST and its preparation: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791), 1998.
# - Cosine decay: I. Loshchilov and F. Hutter, [SGDR: Stochastic Gradient Descent with Warm Restarts](https://arxiv.org/abs/1608.03983), 2017; in Keras, [`CosineDecay`](https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/).
# - Several small convolutions in a row: K. Simonyan and A. Zisserman, [Very Deep Convolutional Networks for Large-Scale Image Recognition](https://arxiv.org/abs/1409.1556), 2015.
# - Refusing to answer: Y. Geifman and R. El-Yaniv, [Selective Classification for Deep Neural Networks](https://arxiv.org/abs/1705.08500), 2017. How far probabilities can be trusted: C. Guo and others, [On Calibration of Modern Neural Networks](https://arxiv.org/abs/1706.04599), 2017.
# - Label smoothing: C. Szegedy and others, [Rethinking the Inception Architecture for Computer Vision](https://arxiv.org/abs/1512.00567), 2016.
# - Saving, safe mode and export: Keras, [Save, serialize, and export models](https://keras.io/guides/serialization_and_saving/) and [Model export](https://keras.io/api/models/model_saving_apis/export/); Google, [LiteRT](https://ai.google.dev/edge/litert).

# %% [markdown] lang="es"
# La fila `hurried` (con prisa) es esta red. Medimos un {{hurried.test_accuracy}}. `docs/performance.md` (en inglés) dice cuánto antes llega al 98 % y al 99 % que dos recetas más antiguas.
#
# Se puede llegar más lejos: transformaciones ligeras, una red más ancha, 13 épocas con una bajada de la tasa igual de larga y **etiquetas suavizadas** (*label smoothing*). Con ellas, al dígito correcto le corresponde un
# 91 % y a cada uno de los demás, un 1 %, para que una red que ya está segura no se vea empujada a estarlo todavía más. `longer`, en `tests/benchmarks/mnist_recipes.py`, es una receta así, y la misma página dice
# hasta dónde llegó. Los mejores resultados publicados con MNIST pasan del 99.7 %.
#
# **¿Y ahora qué?** Letras además de dígitos: los [datos EMNIST](https://arxiv.org/abs/1702.05373), también de 28 × 28 (en sus propios archivos, las imágenes están tumbadas, así que míralas antes de
# entrenar). Dibujos a mano: el final de la lección 06. Fotos: la lección 07. Tus propios datos: cincuenta dígitos de cada clase, escritos por quienes van a usar la red, suelen ayudar más que la
# próxima mejora de la receta. Y las [guías y ejemplos del propio Keras](https://keras.io/), que ya puedes leer.
#
# **Fuentes**
#
# - MNIST y su preparación: Y. LeCun, L. Bottou, Y. Bengio y P. Haffner, [Gradient-based learning applied to document recognition](https://doi.org/10.1109/5.726791), 1998.
# - La bajada en coseno: I. Loshchilov y F. Hutter, [SGDR: Stochastic Gradient Descent with Warm Restarts](https://arxiv.org/abs/1608.03983), 2017; en Keras, [`CosineDecay`](https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/).
# - Varias convoluciones pequeñas seguidas: K. Simonyan y A. Zisserman, [Very Deep Convolutional Networks for Large-Scale Image Recognition](https://arxiv.org/abs/1409.1556), 2015.
# - No responder cuando se duda: Y. Geifman y R. El-Yaniv, [Selective Classification for Deep Neural Networks](https://arxiv.org/abs/1705.08500), 2017. Hasta qué punto fiarse de las probabilidades: C. Guo y otros, [On Calibration of Modern Neural Networks](https://arxiv.org/abs/1706.04599), 2017.
# - Etiquetas suavizadas: C. Szegedy y otros, [Rethinking the Inception Architecture for Computer Vision](https://arxiv.org/abs/1512.00567), 2016.
# - Guardar, modo seguro y exportar: Keras, [Save, serialize, and export models](https://keras.io/guides/serialization_and_saving/) y [Model export](https://keras.io/api/models/model_saving_apis/export/); Google, [LiteRT](https://ai.google.dev/edge/litert).

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | what each remedy gave; prediction; the recipe, ingredient by ingredient (let the class explain each one) | 15 | 8 |
# | exercise 1; the two training cells; *Read the curves*, question A | 10 | 6 |
# | the mistakes that are left; what each ingredient contributes, question B | 10 | 6 |
# | the pad; with and without preparation, question C | 10 | 8 |
# | where it fails; exercise 2: teach it to read askew | 15 | 8 |
# | a photo of everybody's handwriting | 10 | 7 |
# | save, load, exercise 3, question D; export | 10 | – |
# | the network always answers; exercises 4 and 5; the whole course on one chart (in 45, the chart alone) | 10 | 2 |
#
# **In the room:** everybody writes the ten digits on one sheet, exchanges sheets, and photographs the neighbour's (digits only, no names: on Colab the photo goes to Google). Collect on the board which digits fail most,
# and for whom: a confusion matrix of the class. While the two cells train, let them sketch the learning curves that they expect. In the 45-minute plan, exercises 3 to 5 are homework.
#
# **On the board:** two circles that overlap in part, *the digits of the test set* and *our digits*. Where does {{everything.test_accuracy.mean}} hold?
#
# **Misconceptions the checks look for:** a schedule that counts epochs, not batches; an ingredient called useless after one ablation; digits turned to one side only, or the upright ones forgotten; a `Lambda` that
# travels with code; probabilities in place of digits; a zero taken for "no answer"; a threshold in per cent, or one so strict that it refuses what it could answer.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | qué dio cada remedio; predicción; la receta, ingrediente a ingrediente (que los explique la clase) | 15 | 8 |
# | ejercicio 1; las dos celdas de entrenamiento; *Lee las curvas*, pregunta A | 10 | 6 |
# | los errores que quedan; qué aporta cada ingrediente, pregunta B | 10 | 6 |
# | la pizarra de dibujo; con y sin preparación, pregunta C | 10 | 8 |
# | dónde falla; ejercicio 2: enseñarle a leer hojas torcidas | 15 | 8 |
# | una foto de la letra de cada cual | 10 | 7 |
# | guardar, cargar, ejercicio 3, pregunta D; exportar | 10 | – |
# | la red responde siempre; ejercicios 4 y 5; todo el curso en un gráfico (en 45, solo el gráfico) | 10 | 2 |
#
# **En el aula:** cada cual escribe los diez dígitos en una hoja, la cambia por la de otra persona y fotografía la que recibe (solo dígitos, sin nombres: en Colab la foto va a Google). Anota en la pizarra qué dígitos fallan
# más y a quién: la matriz de confusión de la clase. Mientras entrenan las dos celdas, que dibujen las curvas de aprendizaje que esperan. En el plan de 45 minutos, los ejercicios 3 a 5 quedan para casa.
#
# **En la pizarra:** dos círculos que se solapan en parte, *los dígitos del conjunto de prueba* y *los nuestros*. ¿Dónde vale el {{everything.test_accuracy.mean}}?
#
# **Ideas equivocadas que buscan las comprobaciones:** una tasa que cuenta épocas y no lotes; llamar inútil a un ingrediente tras una sola ablación; girar los dígitos hacia un solo lado u olvidar los derechos; una
# `Lambda` que viaja con código; probabilidades en lugar de dígitos; un cero tomado por «sin respuesta»; un umbral en tanto por ciento, o tan estricto que rechaza lo que podría responder.
