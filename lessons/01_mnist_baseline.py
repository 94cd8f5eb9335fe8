# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 50
#     title:
#       en: MNIST baseline
#       es: MNIST, el punto de partida
#     learn:
#       en: train a CNN with nothing hidden and see it memorise 1,000 digits; read learning curves; trust the right number
#       es: entrenar una CNN paso a paso y ver cómo memoriza 1000 dígitos; leer curvas; saber de qué número fiarte
#     result:
#       en: training {{baseline.train_accuracy.mean}}, test {{baseline.test_accuracy}}
#       es: entrenamiento {{baseline.train_accuracy.mean}}, prueba {{baseline.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 01 · MNIST baseline: a network that memorises
#
# {{badges}}
#
# You train a small network on 1,000 handwritten digits. It learns every one of them by heart, and still fails on
# new ones. How often? You will guess first. This lesson shows how to see it; the rest of the course is about what to do.
#
# **You will learn to**
#
# - prepare images for Keras: shape, type, scale;
# - build, compile and train a convolutional network, with nothing hidden;
# - read learning curves, and find the epoch after which training no longer helps;
# - tell which of the three accuracies you may believe.
#
# You need some Python and NumPy, and to have heard of neurons and layers; lesson 00 shows what a convolution is. About 25
# minutes to read and run, and as long again for the exercises. Everything runs offline
# except one cell at the end, which says so.

# %% [markdown] lang="es"
# # 01 · MNIST, el punto de partida: una red que memoriza
#
# {{badges}}
#
# Vas a entrenar una red pequeña con 1000 dígitos manuscritos. Se los aprenderá todos de memoria y, aun así, fallará con
# otros nuevos. ¿Cuántas veces? Primero lo apostarás tú. En esta lección verás cómo darte cuenta; el resto del curso trata
# de qué hacer entonces.
#
# **Aprenderás a**
#
# - preparar imágenes para Keras: forma, tipo y escala;
# - construir, compilar y entrenar una red convolucional sin esconder nada;
# - leer las curvas de aprendizaje y localizar la época a partir de la cual entrenar ya no ayuda;
# - saber cuál de las tres exactitudes puedes creerte.
#
# Necesitas algo de Python y NumPy, y que te suenen las neuronas y las capas; qué es una convolución se ve en la lección 00. Unos 25
# minutos para leer y ejecutar, y otros tantos para los ejercicios. Todo funciona sin conexión salvo una celda del final, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# One cell, the same in every lesson: it finds the course, checks that nothing is missing, and fixes the random numbers
# with a **seed**: initial weights and the order of the images are drawn at random, and a seed makes the draw repeatable.

# %% [markdown] lang="es"
# ## Preparación
#
# Una celda, la misma en todas las lecciones: encuentra el curso, comprueba que no falta nada y fija los números
# aleatorios con una **semilla**: los pesos iniciales y el orden de las imágenes se sortean, y la semilla hace que el sorteo
# se pueda repetir.

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_01 as check
from helpers.figures import lesson_01 as figures
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# ## The data: three sets, three jobs
#
# The course uses 5,000 real digits from MNIST. We keep the training set small on purpose: a small set is what most
# people have, and what makes a network memorise.
#
# | set | digits | like |
# |---|---|---|
# | training | 1,000 | the exercises you practise with |
# | validation | 1,000 | the mock exam: you look at it while you still change things |
# | test | 3,000 | the exam: once, at the end |

# %% [markdown] lang="es"
# ## Los datos: tres conjuntos, tres papeles
#
# El curso usa 5000 dígitos reales de MNIST. El conjunto de entrenamiento es pequeño a propósito: pocos datos es lo
# que casi todo el mundo tiene, y lo que lleva a una red a memorizar.
#
# | conjunto | dígitos | se parece a |
# |---|---|---|
# | entrenamiento | 1000 | los ejercicios con los que practicas |
# | validación | 1000 | el simulacro de examen: lo miras mientras aún cambias cosas |
# | prueba (*test*) | 3000 | el examen: una vez, al final |

# %% tags=["nbval-check-output"]
(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()

for images, labels in ((raw_train, y_train), (raw_val, y_val), (raw_test, y_test)):
    print(images.shape, images.dtype, images.min(), images.max(), labels[:10])

# %%
plots.gallery(raw_train[:20], captions=y_train[:20])

# %% [markdown] lang="en"
# (The course's pictures show themselves where they are the last line of a cell. Anywhere else, write `display(…)` around them.)
#
# An image is a grid of 28 × 28 whole numbers from 0 (paper) to 255 (ink). Here is a piece of the first one, cut
# from its middle. For the network, this *is* the digit.

# %% [markdown] lang="es"
# (Las imágenes y gráficas del curso se muestran solas si son la última línea de una celda. En cualquier otro sitio, ponlas dentro de
# `display(…)`).
#
# Una imagen es una cuadrícula de 28 × 28 números enteros, de 0 (papel) a 255 (tinta). Este es un trozo de la primera,
# recortado del centro. Para la red, el dígito *es* esto.

# %% tags=["nbval-check-output"]
print(raw_train[0, 8:18, 8:20])

# %% [markdown] lang="en"
# ## Two things Keras needs: a channel axis and a small scale
#
# A convolution expects the shape **(N, height, width, channels)**: how many images, how tall, how wide, how many
# colours. Grey images have one channel, and it must be written down: (1000, 28, 28, 1).
#
# And the numbers should be small. Networks start with weights made for inputs around 1; inputs of 255 shake them.
# There are three usual ways to shrink numbers. Look at what each does to a list with one giant in it:

# %% [markdown] lang="es"
# ## Dos cosas que Keras necesita: un eje de canales y una escala pequeña
#
# Una convolución espera la forma **(N, alto, ancho, canales)**: cuántas imágenes, qué altura, qué anchura y cuántos
# colores. Las imágenes en gris tienen un canal, y hay que indicarlo: (1000, 28, 28, 1).
#
# Además, los números deben ser pequeños. Los pesos iniciales de una red están pensados para entradas en torno a 1;
# con entradas de 255 todo se tambalea. Hay tres maneras habituales de encoger números. Mira qué hace cada una con una
# lista en la que se ha colado un gigante:

# %% tags=["nbval-check-output"]
values = np.array([0.0, 10, 20, 30, 1000])

min_max = (values - values.min()) / (values.max() - values.min())
z_score = (values - values.mean()) / values.std()
q1, median, q3 = np.percentile(values, [25, 50, 75])
robust = (values - median) / (q3 - q1)

for name, scaled in (("min-max", min_max), ("z-score", z_score), ("robust", robust)):
    print(f"{name:8}", scaled.round(2))

# %% [markdown] lang="en"
# - **Min-max** puts everything between 0 and 1. Right when the limits are known, as with pixels: 0 and 255, always.
#   One giant squeezes everybody else together.
# - **z-score** (subtract the mean, divide by the standard deviation) is the usual choice for measurements without
#   fixed limits, such as temperatures or incomes. The giant still drags the mean and the
#   deviation along.
# - **Robust** (subtract the median, divide by the distance between the quartiles) leaves the giant far out and
#   everybody else well apart. For data with outliers.
#
# Keras has layers for the first two, `Rescaling` and `Normalization`. `Normalization` also does robust scaling, if you give it the median and
# the square of the distance between the quartiles. All three compute the same as we did by hand:

# %% [markdown] lang="es"
# - **Mín-máx** lo lleva todo entre 0 y 1. Es lo adecuado cuando se conocen los límites, como en los píxeles: 0 y 255,
#   siempre. Un solo gigante aplasta a todos los demás.
# - **Puntuación z** (*z-score*: restar la media y dividir entre la desviación típica) es lo habitual para medidas sin
#   límites fijos, como temperaturas o ingresos. El gigante sigue arrastrando
#   la media y la desviación.
# - **Robusta** (restar la mediana y dividir entre la distancia entre cuartiles) deja al gigante lejos y a los demás
#   bien separados. Para datos con valores atípicos.
#
# Keras tiene capas para las dos primeras, `Rescaling` y `Normalization`. `Normalization` hace también el escalado robusto si le das la mediana y
# el cuadrado de la distancia entre cuartiles. Las tres calculan lo mismo que nosotros a mano:

# %%
as_keras = layers.Rescaling(1 / 1000)
same(min_max, as_keras(values))

as_keras = layers.Normalization(axis=None, mean=values.mean(), variance=values.var())
same(z_score, as_keras(values))

as_keras = layers.Normalization(axis=None, mean=median, variance=(q3 - q1) ** 2)
same(robust, as_keras(values))

# %% [markdown] lang="en"
# Pixels have fixed limits, so min-max it is. All three sets go through the *same* function, and it makes new
# arrays: run the cell twice and nothing is scaled twice.

# %% [markdown] lang="es"
# Los píxeles tienen límites fijos, así que usaremos mín-máx. Los tres conjuntos pasan por la *misma* función, que crea
# arrays nuevos: aunque ejecutes la celda dos veces, nada se escala dos veces.


# %% tags=["nbval-check-output"]
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)
print(x_train.shape, x_train.dtype, x_train.min(), x_train.max())

# %% [markdown] lang="en"
# ## By hand: from scores to a loss
#
# The last layer first computes ten **scores** per image, one per digit (Keras calls them *logits*). Its activation,
# **softmax**, turns them into probabilities. The loss, **cross-entropy**, is the penalty: minus the logarithm of the
# probability given to the right answer.
#
# Keras's name for it is `sparse_categorical_crossentropy`. *Sparse* only means that the labels are whole numbers (3) rather
# than rows of zeros with a one (0, 0, 0, 1, 0 …). And if a network ends without softmax, tell the loss so: `from_logits=True`.
#
# Two images, three classes:

# %% [markdown] lang="es"
# ## A mano: de las puntuaciones a la pérdida
#
# La última capa calcula primero diez **puntuaciones** por imagen, una por dígito (Keras las llama *logits*). Su activación,
# **softmax**, las convierte en probabilidades. La pérdida, la **entropía cruzada**, es la penalización: menos el logaritmo de
# la probabilidad asignada a la respuesta correcta.
#
# En Keras se llama `sparse_categorical_crossentropy`. *Sparse* solo significa que las etiquetas son enteros (3) y no filas de
# ceros con un uno (0, 0, 0, 1, 0…). Y si una red termina sin softmax, hay que decírselo a la pérdida: `from_logits=True`.
#
# Dos imágenes, tres clases:

# %% tags=["nbval-check-output"]
scores = np.array([[2.0, 1.0, -1.0], [0.5, 3.0, 0.0]])
labels = np.array([0, 2])

exponentials = np.exp(scores)
probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
losses = -np.log(probabilities[np.arange(2), labels])

print(probabilities.round(3))
print(losses.round(3))

# %% [markdown] lang="en"
# In the first image the right class gets 0.705, so the loss is low. In the second it gets 0.044, while a wrong class gets 0.883, so
# the loss is high. Keras computes the same probabilities and losses:

# %% [markdown] lang="es"
# En la primera imagen, la clase correcta recibe 0.705, así que la pérdida es baja. En la segunda recibe 0.044 y una equivocada, 0.883, así
# que la pérdida es alta. Keras calcula las mismas probabilidades y pérdidas:

# %%
same(probabilities, keras.ops.softmax(scores))
same(losses, keras.losses.sparse_categorical_crossentropy(labels, probabilities))

# %% [markdown] lang="en"
# What does one image cost, depending on the probability of its right answer?

# %% [markdown] lang="es"
# ¿Cuánto cuesta una imagen según la probabilidad que recibe su respuesta correcta?

# %% tags=["nbval-check-output"]
for probability in (0.99, 0.9, 0.5, 0.1, 0.01, 0.0001):
    print(f"{probability:7}  {-np.log(probability):5.2f}")

# %% [markdown] lang="en"
# Look at the last two lines: both answers are surely wrong, and one costs twice as much. The loss can shoot up without a single
# additional mistake.

# %% [markdown] lang="es"
# Mira las dos últimas líneas: las dos respuestas son errores seguros y una cuesta el doble. La pérdida puede dispararse sin un
# solo error más.

# %% [markdown] lang="en"
# ## The network
#
# Two convolutions look for small patterns, each followed by a pooling layer that halves height and width. Then a dense
# layer combines what was found and the last one gives ten probabilities.
#
# `relu` keeps positive numbers and turns negative ones into zero; `Flatten` lays the little pictures out as one row. In the
# summary, `None` stands for N: any number of images.

# %% [markdown] lang="es"
# ## La red
#
# Dos convoluciones buscan patrones pequeños, y tras cada una, una capa de *pooling* reduce a la mitad el alto y el ancho.
# Después, una capa densa combina lo encontrado y la última da diez probabilidades.
#
# `relu` deja pasar los números positivos y pone a cero los negativos; `Flatten` coloca los cuadritos en una sola fila. En el
# resumen, `None` es N: cualquier número de imágenes. (Keras separa los millares con coma).

# %%
keras.utils.set_random_seed(SEED)

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()

# %% [markdown] lang="en"
# Count along. The first convolution has 32 kernels (little grids) of 3 × 3 weights, and 32 biases: 32 · 9 + 32 = 320. The second
# has 64 kernels that look through all 32 pictures of the first: 64 · 9 · 32 + 64 = 18,496. Nearly all the rest sits in one place,
# the first dense layer: 1,600 inputs · 128 + 128 = 204,928. In all, 225,034 numbers to adjust with 1,000 images: plenty of room
# for memorising.
#
# **Compiling** says how to learn: *Adam* adjusts the weights after every batch (0.001 is its usual step, the
# *learning rate*), the loss is
# the one you have just computed, and accuracy is for us humans.

# %% [markdown] lang="es"
# Haz la cuenta conmigo. La primera convolución tiene 32 núcleos (pequeñas cuadrículas) de 3 × 3 pesos y 32 sesgos: 32 · 9 + 32 =
# 320. La segunda tiene 64 núcleos que abarcan a la vez las 32 imágenes de la primera: 64 · 9 · 32 + 64 = 18 496. Casi todo lo
# demás está en un solo sitio, la primera capa densa: 1600 entradas · 128 + 128 = 204 928. En total, 225 034 números que ajustar
# con 1000 imágenes: sitio de sobra para memorizar.
#
# **Compilar** es decir cómo se aprende: *Adam* ajusta los pesos después de cada lote (*batch*; 0.001 es su paso habitual,
# la *tasa de aprendizaje*), la pérdida es la que acabas de calcular y la exactitud es para nosotros, los humanos.

# %%
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown] lang="en"
# ## Predict first
#
# The network will see each of its 1,000 digits 30 times. What share of the 3,000 *test* digits, which it has never
# seen, will it get right? Put a number in place of the dots, such as 0.5, or leave
# them.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# La red verá 30 veces cada uno de sus 1000 dígitos. ¿Qué proporción de los 3000 dígitos de *prueba*, que nunca ha
# visto, acertará? Pon un número en lugar de los puntos, como 0.5, o
# déjalos como están.

# %%
guess("baseline", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment
#
# An **epoch** is one pass through all 1,000 digits, in 32 **batches** (31 of 32 images and one of 8). We take 30 epochs;
# `TqdmCallback` draws the progress bar. After each epoch Keras also measures the validation set, without learning from it.
#
# If you run this cell again, training *goes on* from where it stopped. For a fresh start, run from the model's cell.

# %% [markdown] lang="es"
# ## El experimento
#
# Una **época** es una vuelta a los 1000 dígitos, en 32 **lotes** (31 de 32 imágenes y uno de 8). Daremos 30;
# `TqdmCallback` dibuja la barra de progreso. Tras cada época, Keras mide también el conjunto de validación, sin aprender de él.
#
# Si vuelves a ejecutar esta celda, el entrenamiento *continúa* donde se quedó. Para empezar de cero, ejecuta desde la
# celda del modelo.

# %%
start = time.perf_counter()
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start

# %% [markdown] lang="en"
# Now the exam, once: `evaluate` on the test set. `record` keeps the run for the table at the end. Printed: accuracy and loss.

# %% [markdown] lang="es"
# Ahora el examen, una sola vez: `evaluate` con el conjunto de prueba. `record` guarda la ejecución para la tabla del
# final.

# %%
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
baseline = record("baseline", history, test, seconds)
print(f"{test['accuracy']:.1%}", f"{test['loss']:.3f}")

# %% [markdown] lang="en"
# ## Read the picture

# %% [markdown] lang="es"
# ## Lee la imagen

# %% tags=["cover"]
plots.curves(baseline)

# %% [markdown] lang="en"
# **Left.** The solid line reaches 100 %: every training digit is known by heart. The dashed line levels off below it. The
# distance between them is the **generalisation gap**, and this picture is **overfitting**. (At first, validation is *higher*:
# Keras averages training accuracy over the epoch, clumsy first steps included.) The diamond is the exam. It need not lie on the
# dashed line: these are other digits, and a thousand or three thousand of them are a sample.
#
# **Right.** Training loss goes to zero. Validation loss falls in jolts, touches its lowest point at the star, and ends above it;
# the dotted line helps to see that. A single jolt means little, look at the trend. From the star on, the network only polishes
# what it already knows by heart. Over our {{measured.seeds}} runs the lowest point came after epoch {{baseline.best_epoch}}, and
# the last loss was {{baseline.val_loss_rise}} above it.

# %% [markdown] lang="es"
# **Izquierda.** La línea continua llega al 100 %: la red se sabe de memoria cada dígito de entrenamiento. La discontinua se
# estabiliza por debajo. La distancia entre ambas es la **brecha de generalización**, y esta imagen es el **sobreajuste**
# (*overfitting*). (Al principio, la validación está *por encima*: Keras promedia la exactitud de entrenamiento durante la época,
# incluidos los torpes primeros pasos). El rombo es el examen. No tiene por qué caer sobre la línea discontinua: son otros
# dígitos, y mil o tres mil son solo una muestra.
#
# **Derecha.** La pérdida de entrenamiento se va a cero. La de validación baja a trompicones, toca su mínimo en la estrella y
# termina por encima; la línea de puntos ayuda a verlo. Un salto suelto dice poco, mira la tendencia. Desde la estrella, la red
# solo le saca brillo a lo que ya se sabe de memoria. En nuestras {{measured.seeds}} ejecuciones, el mínimo llegó tras la época
# {{baseline.best_epoch}} y la última pérdida quedó un {{baseline.val_loss_rise}} por encima.

# %% [markdown] lang="en"
# ## Why the loss climbs while accuracy stands still
#
# Accuracy only asks *right or wrong*. The loss also asks *how sure were you?* So let us compare the network
# with itself at its best moment: the same seed, stopped after the epoch with the lowest validation loss.
# `models.baseline_cnn()` is the network you built above, by name.

# %% [markdown] lang="es"
# ## Por qué sube la pérdida si la exactitud no se mueve
#
# La exactitud solo pregunta *¿acierto o error?* La pérdida pregunta además *¿con cuánta seguridad?* Comparemos la red
# consigo misma en su mejor momento: la misma semilla, parada tras la época con menor pérdida de validación.
# `models.baseline_cnn()` es esa misma red, lista para usarla por su nombre.

# %%
keras.utils.set_random_seed(SEED)
model_at_best = models.baseline_cnn()
model_at_best.compile("adam", loss="sparse_categorical_crossentropy")
model_at_best.fit(
    x_train,
    y_train,
    epochs=baseline.best_epoch,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
p_best = model_at_best.predict(x_val, verbose=0)
p_last = model.predict(x_val, verbose=0)

# %%
figures.loss_when_wrong(y_val, {baseline.best_epoch: p_best, baseline.epochs: p_last})

# %% [markdown] lang="en"
# Compare the two epochs in the sentences under the picture. With more training, the digits it gets right cost still less. The ones it gets
# wrong cost *more*: the network has grown sure of itself, and leaves the right answer hardly any probability. A handful of
# expensive mistakes carries most of the loss and lifts it, even if their number hardly changes.

# %% [markdown] lang="es"
# Compara las dos épocas en las frases bajo la gráfica. Con más entrenamiento, los dígitos que acierta cuestan todavía menos. Los que falla
# cuestan *más*: la red se ha vuelto muy segura de sí misma y apenas deja probabilidad a la respuesta correcta. Un puñado de
# errores caros carga con casi toda la pérdida y la hace subir, aunque su número apenas cambie.

# %% [markdown] lang="en"
# ## Which digits?
#
# We look for weaknesses in the *validation* set. The exam is over; for this network the test set stays closed. If we improved the
# network by looking at it, it would become a mock exam, and no exam would be left.
#
# Row: the true digit. Column: what the network says. The diagonal counts the right answers, the coloured squares the mistakes.

# %% [markdown] lang="es"
# ## ¿Qué dígitos?
#
# Los puntos débiles los buscamos en el conjunto de *validación*. El examen ya está hecho; para esta red, el conjunto de prueba no
# se vuelve a abrir. Si mejorásemos la red mirándolo, se convertiría en un simulacro y ya no nos quedaría examen.
#
# Fila: el dígito real. Columna: lo que dice la red. En la diagonal están los aciertos; los cuadros de color son errores.

# %%
plots.confusion_matrix(y_val, p_last.argmax(axis=1))

# %% [markdown] lang="en"
# And these are the mistakes it was surest of: the true label, then what the network says instead, and how sure it is
# (rounded).
# Some you would hesitate over yourself. Others no person would miss.

# %% [markdown] lang="es"
# Y estos son los errores que cometió con más seguridad: la etiqueta real, lo que dice la red y con cuánta confianza
# (redondeada).
# En algunos tú también dudarías. En otros no fallaría nadie.

# %%
wrong = p_last.argmax(axis=1) != y_val
order = np.argsort(-p_last.max(axis=1) * wrong)[: min(16, wrong.sum())]
captions = [f"{y_val[i]} → {p_last[i].argmax()}\n{p_last[i].max():.0%}" for i in order]
plots.gallery(raw_val[order], captions, columns=8)

# %% [markdown] lang="en"
# ## What can go wrong: believing the wrong number
#
# "My network reaches 100 %." On what? To see how little that says, take 200 training digits and **shuffle their labels**:
# now a 3 may be called 7, and there is nothing left to understand. Train the same network on them, for 40 epochs. What training
# accuracy will it reach?

# %% [markdown] lang="es"
# ## Qué puede salir mal: creerse el número equivocado
#
# «Mi red llega al 100 %». ¿Con qué datos? Para ver lo poco que eso dice, toma 200 dígitos de entrenamiento y **baraja
# sus etiquetas**: ahora un 3 puede llamarse 7 y ya no hay nada que entender. Entrena con ellos la misma red durante 40 épocas. ¿Qué
# exactitud de entrenamiento alcanzará?

# %%
guess("shuffled_labels", train_accuracy=...)

# %%
keras.utils.set_random_seed(SEED)
shuffled_labels = np.random.default_rng(SEED).permutation(y_train[:200])

rote_learner = models.baseline_cnn()
rote_learner.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history = rote_learner.fit(
    x_train[:200],
    shuffled_labels,
    validation_data=(x_val[:200], y_val[:200]),
    epochs=40,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
shuffled = record("shuffled_labels", history)
plots.curves(shuffled)

# %% [markdown] lang="en"
# It memorises pure nonsense (over our runs: {{shuffled_labels.train_accuracy}}), and on new digits it does no better than guessing. **Training accuracy shows that a
# network can remember; only data it has not seen show that it has understood.** So never report the training figure,
# and when validation stays at chance level, suspect the labels first.

# %% [markdown] lang="es"
# Memoriza puros disparates (en nuestras ejecuciones: {{shuffled_labels.train_accuracy}}) y, con dígitos nuevos, no supera al azar. **La exactitud de entrenamiento demuestra
# que una red puede recordar; solo los datos que no ha visto demuestran que ha entendido.** Así que nunca presentes como
# resultado la cifra de entrenamiento y, si la validación se queda al nivel del azar, sospecha primero de las etiquetas.

# %% [markdown] lang="en"
# ## Your turn
#
# Put your answer in place of the `...` and run the cell. Wrong answers cost nothing: the check says what to look at.
#
# ### 1. Scale with z-scores
#
# Write `standardise(train, images)`: raw digits in, network input out. Return `images` with the channel axis, as z-scores
# with respect to the training digits `train`.

# %% [markdown] lang="es"
# ## Te toca
#
# Pon tu respuesta en lugar de `...` y ejecuta la celda. Equivocarse no cuesta nada: la comprobación te dice en qué fijarte.
#
# ### 1. Escalar con puntuaciones z
#
# Escribe `standardise(train, images)`: entran dígitos sin tratar y sale la entrada de la red. Devuelve `images` con el eje
# de canales y como puntuaciones z respecto a los dígitos de entrenamiento `train`.

# %% tags=["exercise"]
standardise = ...

check.standardise(standardise)
# check.standardise.hint()


# %% tags=["solution"]
def standardise(train, images):
    return (images[..., np.newaxis] - train.mean()) / train.std()


check.standardise(standardise)

# %% [markdown] lang="en"
# ### 2. A network a tenth the size
#
# Build a model for the same digits with **at most 20,000 parameters**: images (N, 28, 28, 1) in, ten probabilities per
# image out. How you save is up to you.

# %% [markdown] lang="es"
# ### 2. Una red diez veces más pequeña
#
# Construye un modelo para los mismos dígitos con **20 000 parámetros como máximo**: entran imágenes (N, 28, 28, 1) y salen
# diez probabilidades por imagen. Dónde ahorras es cosa tuya.

# %% tags=["exercise"]
small_model = ...

check.small_network(small_model)
# check.small_network.hint()

# %% tags=["solution"]
small_model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(8, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(16, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

check.small_network(small_model)

# %% [markdown] lang="en"
# ### 3. Find the bug
#
# A colleague's training accuracy climbs to 100 %, her validation accuracy stays at 10 %. You have seen that picture. She is
# sure of her labels, and the only thing she does before `fit` is to put the digits into a random order, with `her_shuffle`.
# Write a `shuffle` that works.

# %% [markdown] lang="es"
# ### 3. Encuentra el error
#
# A una compañera le sube la exactitud de entrenamiento hasta el 100 % y la de validación se le queda en el 10 %. Esa imagen
# ya la conoces. Está segura de sus etiquetas, y lo único que hace antes de `fit` es desordenar los dígitos con
# `her_shuffle`. Escribe un `shuffle` que funcione.


# %% tags=["exercise"]
def her_shuffle(images, labels, seed):
    rng = np.random.default_rng(seed)
    return rng.permutation(images), rng.permutation(labels)


shuffle = ...

check.shuffle(shuffle)
# check.shuffle.hint()


# %% tags=["solution"]
def shuffle(images, labels, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order], labels[order]


check.shuffle(shuffle)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** Validation accuracy stands still while validation loss climbs. What is happening?
#
# - (a) The loss is computed wrongly: the two must move together.
# - (b) About as many digits are wrong as before, but the network is surer of its mistakes.
# - (c) More and more digits are wrong.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** La exactitud de validación no se mueve y la pérdida de validación sube. ¿Qué está pasando?
#
# - (a) La pérdida está mal calculada: las dos tienen que moverse juntas.
# - (b) Hay más o menos los mismos errores que antes, pero la red está más segura de ellos.
# - (c) Cada vez hay más dígitos mal.

# %% tags=["exercise"]
answer = ...

check.quiz_loss(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_loss(answer)

# %% [markdown] lang="en"
# **B.** You train with five learning rates and keep the best network. Which set chooses it, and which gives the
# accuracy that you report?
#
# - (a) The test set does both: it is the largest.
# - (b) The training set chooses, the test set reports.
# - (c) The validation set chooses, the test set reports.

# %% [markdown] lang="es"
# **B.** Entrenas con cinco tasas de aprendizaje y te quedas con la mejor red. ¿Qué conjunto la elige y cuál da la exactitud que das como resultado?
#
# - (a) El de prueba hace las dos cosas: es el más grande.
# - (b) El de entrenamiento elige y el de prueba da la cifra.
# - (c) El de validación elige y el de prueba da la cifra.

# %% tags=["exercise"]
answer = ...

check.quiz_sets(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_sets(answer)

# %% [markdown] lang="en"
# **C.** The labels are whole numbers from 0 to 9 and the last layer is `Dense(10)` *without* an activation. Which loss fits?
#
# - (a) `"sparse_categorical_crossentropy"`
# - (b) `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`
# - (c) `"categorical_crossentropy"`

# %% [markdown] lang="es"
# **C.** Las etiquetas son enteros del 0 al 9 y la última capa es `Dense(10)` *sin* activación. ¿Qué pérdida corresponde?
#
# - (a) `"sparse_categorical_crossentropy"`
# - (b) `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`
# - (c) `"categorical_crossentropy"`

# %% tags=["exercise"]
answer = ...

check.quiz_output(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_output(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours. We ran this notebook with {{measured.seeds}} different seeds; the column "our test" is the mean ± the
# standard deviation. `shuffled_labels` has no test figure: there is nothing to examine.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras. Ejecutamos este cuaderno con {{measured.seeds}} semillas distintas; la columna «nuestra
# prueba» da la media ± la desviación típica. `shuffled_labels` no tiene cifra de prueba: no hay nada que examinar.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:


# %%
def mean_loss_when_wrong(probabilities):
    wrong = probabilities.argmax(axis=1) != y_val
    p_right = probabilities[np.arange(len(y_val)), y_val][wrong]
    return -np.log(np.maximum(p_right, np.finfo("float32").tiny)).mean()


claim("memorises", baseline.train_accuracy, ">=", 0.999, unit="%",
      en="training accuracy reaches at least 99.9 %",
      es="la exactitud de entrenamiento llega al menos al 99.9 %")
claim("lower_on_new_digits", baseline.test_accuracy, "<=", baseline.train_accuracy, margin=-0.02, unit="%",
      en="test accuracy is at least 2 percentage points below training accuracy",
      es="la exactitud de prueba queda al menos 2 puntos porcentuales por debajo de la de entrenamiento")
claim("loss_climbs", baseline.val_loss, ">", baseline.best_val_loss,
      en="validation loss ends above its minimum",
      es="la pérdida de validación termina por encima de su mínimo")
claim("costlier_mistakes", mean_loss_when_wrong(p_last), ">", mean_loss_when_wrong(p_best),
      en="where the network is wrong, the mean loss is higher after the last epoch than after the best one",
      es="donde la red se equivoca, la pérdida media es mayor tras la última época que tras la mejor")
claim("nonsense", shuffled.train_accuracy, ">=", shuffled.val_accuracy, margin=0.6, unit="%",
      en="with shuffled labels, training accuracy is at least 60 percentage points above validation accuracy",
      es="con las etiquetas barajadas, la exactitud de entrenamiento supera a la de validación en al menos 60 puntos porcentuales")

# %% [markdown] lang="en"
# ## In short
#
# - Images go in as (N, height, width, channels), as small floats, and all three sets through the same function.
# - 100 % on the training set means memorised. What counts is data the network has not seen.
# - Accuracy counts mistakes, the loss also weighs how sure the network was of them. That is why the loss can climb alone.
# - Validation chooses, test reports, once.
#
# **My network memorises: what now?** The next lessons try one remedy each, on these same 1,000 digits, and measure it
# against this baseline: more images, made by altering these (02), dropout (03), stopping in time (04), batch normalisation (05).

# %% [markdown] lang="es"
# ## En resumen
#
# - Las imágenes entran como (N, alto, ancho, canales), en decimales pequeños, y los tres conjuntos por la misma función.
# - Un 100 % en entrenamiento significa memorizado. Lo que cuenta son los datos que la red no ha visto.
# - La exactitud cuenta los errores; la pérdida sopesa además con cuánta seguridad se cometen. Por eso puede subir ella sola.
# - La validación elige; la prueba da la cifra, una vez.
#
# **Mi red memoriza: ¿y ahora qué?** Cada una de las próximas lecciones prueba un remedio con estos mismos 1000 dígitos y lo
# mide frente a este punto de partida: más imágenes, alterando las que hay (02), *dropout* (03), parar a tiempo (04), *batch
# normalization* (05).

# %% [markdown] lang="en"
# ## Go further: never the same image twice
#
# *Needs all of MNIST, 11 MB, fetched once.* Above, the network took 960 steps: 30 times through 1,000 images. Now let it take
# almost the same number of steps, 938, through **30,000 different images, once each**. The network is the same. The only thing it can no longer do is memorise.
#
# We examine it on MNIST's own 10,000 test digits: the 3,000 from above come from the same 60,000 as the 30,000 that
# we now train with.

# %% [markdown] lang="es"
# ## Para ir más lejos: nunca dos veces la misma imagen
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* Arriba, la red dio 960 pasos: 30 vueltas a 1000 imágenes. Ahora deja
# que dé casi los mismos, 938, por **30 000 imágenes distintas, una vez cada una**. La red es la misma. Lo
# único que ya no puede hacer es memorizar.
#
# La examinamos con los 10 000 dígitos de prueba del propio MNIST: los 3000 de arriba salen de los mismos 60 000 que los 30 000
# con los que ahora se entrena.

# %%
# %%needs mnist
(many_images, many_labels), _, (official_images, official_labels) = data.load_mnist(
    full=True
)

keras.utils.set_random_seed(SEED)
well_read = models.baseline_cnn()
well_read.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = well_read.fit(
    prepare(many_images[:30_000]),
    many_labels[:30_000],
    epochs=1,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
test = well_read.evaluate(
    prepare(official_images), official_labels, return_dict=True, verbose=0
)
record("thirty_thousand_once", history, test)
table()

# %% [markdown] lang="en"
# We measured {{thirty_thousand_once.test_accuracy}} on the test digits. More data is the best remedy there is, when you can get it. Lesson 02
# is about when you cannot.
#
# **Sources.** MNIST: Y. LeCun, C. Cortes and C. Burges; how our 5,000 were chosen is told in `data/README.md`. Fail, read the
# curve, change one thing, measure: F. Chollet, *Deep Learning with Python*. Learning shuffled labels: C. Zhang and others,
# *Understanding deep learning requires rethinking generalization*, 2017. The network follows Chollet's, chapter 5, with one convolution
# fewer; the class on MNIST with augmentation and dropout that this course grew out of uses a similar one.

# %% [markdown] lang="es"
# Nosotros medimos {{thirty_thousand_once.test_accuracy}} en los dígitos de prueba. Tener más datos es el mejor
# remedio que hay, si puedes conseguirlos. La lección 02 trata de qué hacer cuando no se puede.
#
# **Fuentes.** MNIST: Y. LeCun, C. Cortes y C. Burges; cómo se eligieron nuestros 5000 se cuenta en `data/README.md`. Fallar, leer
# la curva, cambiar una cosa, medir: F. Chollet, *Deep Learning with Python*. Aprender etiquetas barajadas: C. Zhang y otros,
# *Understanding deep learning requires rethinking generalization*, 2017. La red sigue la de Chollet, capítulo 5, con una
# convolución menos; la clase sobre MNIST con aumento de datos y *dropout* de la que nació este curso usa una parecida.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the three sets; a channel axis and a small scale | 15 | 5 |
# | by hand: from scores to a loss | 15 | 8 |
# | the network, the prediction (collect them on the board) | 10 | 6 |
# | experiment, *Read the picture* | 15 | 10 |
# | why the loss climbs | 10 | 7 |
# | which digits? | 5 | – |
# | what can go wrong: shuffled labels | 5 | 4 |
# | exercises and quiz; in 45, exercise 3 | 15 | 5 |
#
# **On the board:** the three sets as exercises, mock exam, exam; the two curves, drawn by the class *before* the cell runs.
#
# **Misconceptions the checks look for:** statistics of the validation set instead of the training set; the missing channel axis;
# scores taken for probabilities; images and labels shuffled apart.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | los tres conjuntos; un eje de canales y una escala pequeña | 15 | 5 |
# | a mano: de las puntuaciones a la pérdida | 15 | 8 |
# | la red, la predicción (anotadlas en la pizarra) | 10 | 6 |
# | experimento y *Lee la imagen* | 15 | 10 |
# | por qué sube la pérdida | 10 | 7 |
# | ¿qué dígitos? | 5 | – |
# | qué puede salir mal: etiquetas barajadas | 5 | 4 |
# | ejercicios y preguntas; en 45, el ejercicio 3 | 15 | 5 |
#
# **En la pizarra:** los tres conjuntos como ejercicios, simulacro y examen; las dos curvas, dibujadas por la clase *antes* de
# ejecutar la celda.
#
# **Ideas equivocadas que buscan las comprobaciones:** estadísticas del conjunto de validación en vez del de entrenamiento; el eje de
# canales olvidado; puntuaciones tomadas por probabilidades; imágenes y etiquetas barajadas por separado.
