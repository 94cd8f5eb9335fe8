# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 60
#     title:
#       en: MNIST baseline
#       es: MNIST, el punto de partida
#     learn:
#       en: split data without a leak; train a CNN with nothing hidden and see it memorise 1,000 digits; draw and read learning curves; trust the right number
#       es: dividir los datos sin fugas; entrenar una CNN paso a paso y ver cómo memoriza 1000 dígitos; dibujar y leer curvas de aprendizaje; saber de qué número fiarte
#     result:
#       en: training {{baseline.train_accuracy.mean}}, test {{baseline.test_accuracy}}
#       es: entrenamiento {{baseline.train_accuracy.mean}}, prueba {{baseline.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 01 · MNIST baseline: a network that memorises
#
# {{badges}}
#
# You train a small network on 1,000 handwritten digits. It learns every one of them by heart, and still makes mistakes on new digits. You will first guess
# how many. In this lesson you learn to see this problem. The rest of the course is about what helps against it.
#
# **You will learn to**
#
# - split data into training, validation and test sets without a leak;
# - prepare images for Keras: shape, type and scale;
# - explain how `fit` learns, and build, compile and train a convolutional network with nothing hidden;
# - draw learning curves yourself, read them, and tell which accuracy you may believe.
#
# You need some Python and NumPy, and lesson 00, which explains convolutions. The lesson takes about 30 minutes to read and run, and as long again for
# the exercises. Everything runs offline except one cell at the end, which says so.

# %% [markdown] lang="es"
# # 01 · MNIST, el punto de partida: una red que memoriza
#
# {{badges}}
#
# Vas a entrenar una red pequeña con 1000 dígitos manuscritos. Se los aprenderá todos de memoria y, aun así, cometerá errores con dígitos nuevos. Primero
# harás tu predicción: ¿cuántos? En esta lección aprendes a reconocer ese problema. El resto del curso trata de cómo remediarlo.
#
# **Aprenderás a**
#
# - dividir los datos en conjuntos de entrenamiento, validación y prueba sin fugas;
# - preparar imágenes para Keras: forma, tipo y escala;
# - explicar cómo aprende `fit`, y construir, compilar y entrenar una red convolucional sin esconder nada;
# - dibujar tú las curvas de aprendizaje, leerlas y saber qué exactitud puedes creer.
#
# Necesitas algo de Python y NumPy, y la lección 00, que explica las convoluciones. La lección lleva unos 30 minutos de lectura y ejecución, y otros
# tantos de ejercicios. Todo funciona sin conexión a internet salvo una celda del final, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# The first cell is the same in every lesson. It finds the course, checks that nothing is missing, and sets a *seed*: the first weights of a network and
# the order of the images are drawn at random, and a seed makes the draw repeatable.

# %% [markdown] lang="es"
# ## Preparación
#
# La primera celda es la misma en todas las lecciones. Encuentra el curso, comprueba que no falta nada y fija una semilla (*seed*): los primeros pesos de
# una red y el orden de las imágenes se sortean, y la semilla hace que el sorteo se pueda repetir.

# %% tags=["setup"]

# %%
import time

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import RobustScaler
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_01 as check
from helpers.figures import lesson_01 as figures
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# ## The data: three sets, three purposes
#
# **MNIST** is a collection of 70,000 handwritten digits. This course uses 5,000 of them. The training set is small on purpose: most people have few data,
# and with few data a network memorises.
#
# | set | digits | what it is for | like |
# |---|---|---|---|
# | **training set** | 1,000 | the network learns from it | exercises to practise with |
# | **validation set** | 1,000 | you compare networks and decide with it | a mock exam |
# | **test set** | 3,000 | used once for each network, when nothing will be changed any more | the exam |
#
# We use the validation set for every decision. But if you compare ten networks and keep the one with the best validation accuracy, this accuracy is a
# little too high: the network that you keep is good, *and* it was lucky with just these digits. The test set decides nothing, so its figure is fair.

# %% [markdown] lang="es"
# ## Los datos: tres conjuntos, tres funciones
#
# **MNIST** es una colección de 70 000 dígitos manuscritos. Este curso usa 5000 de ellos. El conjunto de entrenamiento es pequeño a propósito: casi
# todo el mundo tiene pocos datos, y con pocos datos una red memoriza.
#
# | conjunto | dígitos | para qué sirve | se parece a |
# |---|---|---|---|
# | **conjunto de entrenamiento** (*training set*) | 1000 | la red aprende con él | los ejercicios con los que practicas |
# | **conjunto de validación** (*validation set*) | 1000 | con él comparas redes y decides | un simulacro de examen |
# | **conjunto de prueba** (*test set*) | 3000 | se usa una vez por red, cuando ya no se va a cambiar nada | el examen |
#
# Todas las decisiones las tomamos con el conjunto de validación. Pero si comparas diez redes y te quedas con la de mejor exactitud de validación, esa exactitud es
# un poco demasiado alta: la red elegida es buena *y además* tuvo suerte precisamente con esos dígitos. El conjunto de prueba no decide nada, y por eso su cifra es justa.

# %%
(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()

# %% lang="en" tags=["nbval-check-output"]
sets = {"training": raw_train, "validation": raw_val, "test": raw_test}
for name, images in sets.items():
    low, high = images.min(), images.max()
    print(f"{name}: shape {images.shape}, {images.dtype}, values {low} to {high}")

# %% lang="es" tags=["nbval-check-output"]
sets = {"entrenamiento": raw_train, "validación": raw_val, "prueba": raw_test}
for name, images in sets.items():
    low, high = images.min(), images.max()
    print(f"{name}: forma {images.shape}, {images.dtype}, valores de {low} a {high}")

# %%
plots.gallery(raw_train[:20], captions=y_train[:20])

# %% [markdown] lang="en"
# An image is a grid of 28 × 28 whole numbers from 0 (paper) to 255 (ink), and its label is the digit that it shows.
#
# `data.load_mnist()` reads the 5,000 digits that come with the course. All of MNIST comes with Keras. This line downloads it the first time (11 MB), 60,000
# images to train with and 10,000 for the test, without a validation set:
#
# ```python
# (images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
# ```
#
# ## Splitting your own data
#
# Your own data usually come in one piece, and you split them yourself. scikit-learn has a function for that,
# [`train_test_split`](https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html). It draws at random which examples go where. Here are 100 labels,
# of which only 10 belong to class 1. We put 20 of the 100 aside, with five different seeds, and count how many of class 1 are among these 20:

# %% [markdown] lang="es"
# Una imagen es una cuadrícula de 28 × 28 números enteros, de 0 (papel) a 255 (tinta), y su etiqueta (*label*) es el dígito que muestra.
#
# `data.load_mnist()` lee los 5000 dígitos que vienen con el curso. MNIST entero lo ofrece Keras. Esta línea lo descarga la primera vez (11 MB): 60 000
# imágenes para entrenar y 10 000 para la prueba, sin conjunto de validación:
#
# ```python
# (images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
# ```
#
# ## Dividir tus propios datos
#
# Tus datos suelen venir en un solo bloque, y los divides tú. scikit-learn tiene una función para eso,
# [`train_test_split`](https://scikit-learn.org/stable/modules/generated/sklearn.model_selection.train_test_split.html). Sortea qué ejemplos van a cada parte. Aquí hay 100 etiquetas, de las que
# solo 10 son de la clase 1. Apartamos 20 de las 100, con cinco semillas distintas, y contamos cuántas de la clase 1 hay entre esas 20:

# %%
labels = np.repeat([0, 1], [90, 10])
draws = {"stratify=None": [], "stratify=labels": []}
for seed in range(5):
    for name, classes in {"stratify=None": None, "stratify=labels": labels}.items():
        _, held_out = train_test_split(
            labels, test_size=0.2, stratify=classes, random_state=seed
        )
        draws[name].append(int(held_out.sum()))

# %% lang="en" tags=["nbval-check-output"]
for name, counts in draws.items():
    print(f"{name:16} examples of class 1 among the 20, five seeds: {counts}")

# %% lang="es" tags=["nbval-check-output"]
for name, counts in draws.items():
    print(f"{name:16} ejemplos de la clase 1 entre los 20, con cinco semillas: {counts}")

# %% [markdown] lang="en"
# Without `stratify`, chance decides how many of the rare class come along. With `stratify=labels` the split is **stratified**: each class gives the same share, here
# a fifth. Our 5,000 digits were split like that: a tenth of every set is zeros, a tenth ones, and so on.
#
# ### 1. Your turn: find the bug
#
# A colleague wants more training data. For each digit she adds a copy, moved one pixel to the right, and then she splits with `her_split`. Her validation
# accuracy is excellent, her test accuracy is much lower. Find the bug, and write `honest_split(images, labels, seed)`. It returns `x_train, x_val, y_train,
# y_val`: a fifth of the *original* digits of every class in validation, and the other digits with their copies in training.
#
# Put your answer in place of the `...` and run the cell. Wrong answers cost nothing: the check says what to look at.

# %% [markdown] lang="es"
# Sin `stratify`, el azar decide cuántos ejemplos de la clase rara tocan. Con `stratify=labels`, la división es **estratificada** (*stratified*): cada clase aporta la misma
# proporción, aquí un quinto. Nuestros 5000 dígitos se dividieron así: un décimo de cada conjunto son ceros, otro décimo unos, etcétera.
#
# ### 1. Te toca: encuentra el error
#
# Una compañera quiere más datos de entrenamiento. A cada dígito le añade una copia movida un píxel a la derecha y después divide con `her_split`. Su exactitud de
# validación es excelente y la de prueba, mucho más baja. Encuentra el error y escribe `honest_split(images, labels, seed)`. Devuelve `x_train, x_val, y_train,
# y_val`: un quinto de los dígitos *originales* de cada clase en validación, y los demás dígitos, con sus copias, en entrenamiento.
#
# Pon tu respuesta en lugar de `...` y ejecuta la celda. Equivocarse no cuesta nada: la comprobación te dice en qué fijarte.


# %% tags=["exercise"]
def her_split(images, labels, seed):
    moved = np.roll(images, 1, axis=2)
    images = np.concatenate([images, moved])
    labels = np.concatenate([labels, labels])
    return train_test_split(images, labels, test_size=0.2, random_state=seed)


honest_split = ...

check.honest_split(honest_split)
# check.honest_split.hint()


# %% tags=["solution"]
def honest_split(images, labels, seed):
    x_train, x_val, y_train, y_val = train_test_split(
        images, labels, test_size=0.2, stratify=labels, random_state=seed
    )
    moved = np.roll(x_train, 1, axis=2)
    x_train = np.concatenate([x_train, moved])
    y_train = np.concatenate([y_train, y_train])
    return x_train, x_val, y_train, y_val


check.honest_split(honest_split)

# %% [markdown] lang="en"
# Such a mistake is called a **leak** (*data leakage*): something of the validation or test data gets into the training. Later in this lesson we measure how misleading the validation accuracy becomes through this one.
#
# ## Two things Keras needs: a channel axis and a small scale
#
# A convolution expects images of shape **(N, height, width, channels)**: how many images, how tall, how wide, how many channels. Grey images have one channel, and
# the shape must say so: (1000, 28, 28, 1).
#
# The numbers should be small as well. The first weights of a network are made for inputs around 1. With inputs up to 255, the numbers inside the network are far too large at
# first, and training has to correct that. Keras does not scale the data unless you tell it to, so we scale them before they go in. There are three usual ways. Look at what
# each does to five numbers, one of them an **outlier**, a value far away from the others:

# %% [markdown] lang="es"
# Un error así se llama **fuga de datos** (*data leakage*): algo de los datos de validación o de prueba llega al entrenamiento. Más adelante en esta lección medimos cuánto engaña la exactitud de validación con una fuga como esta.
#
# ## Dos cosas que Keras necesita: un eje de canales y una escala pequeña
#
# Una convolución espera imágenes de forma **(N, alto, ancho, canales)**: cuántas imágenes, qué altura, qué anchura y cuántos canales. Las imágenes en gris tienen un
# canal, y la forma tiene que decirlo: (1000, 28, 28, 1).
#
# Además, los números deben ser pequeños. Los primeros pesos de una red están pensados para entradas en torno a 1. Con entradas de hasta 255, los números dentro de la red
# son al principio demasiado grandes, y el entrenamiento tiene que corregirlo. Keras no escala los datos si no se lo pides, así que los escalamos antes de que entren. Hay
# tres maneras habituales. Mira qué hace cada una con cinco números, uno de ellos un **valor atípico** (*outlier*), que queda muy lejos de los demás:

# %%
values = np.array([0.0, 10, 20, 30, 1000])

min_max = (values - values.min()) / (values.max() - values.min())
z_score = (values - values.mean()) / values.std()
q1, median, q3 = np.percentile(values, [25, 50, 75])
robust = (values - median) / (q3 - q1)

# %% lang="en" tags=["nbval-check-output"]
print("min-max scaling:", min_max.round(2))
print("z-score:        ", z_score.round(2))
print("robust scaling: ", robust.round(2))

# %% lang="es" tags=["nbval-check-output"]
print("escalado mín-máx:", min_max.round(2))
print("puntuación z:    ", z_score.round(2))
print("escalado robusto:", robust.round(2))

# %% [markdown] lang="en"
# - **Min-max scaling** puts everything between 0 and 1. It is right when the limits are known, as with pixels: 0 and 255, always. A single outlier
#   squeezes all other values together.
# - The **z-score** (subtract the mean, divide by the standard deviation; also called standardisation) is the usual choice for measurements without fixed limits, such as
#   temperatures or incomes. The outlier still moves the mean and the standard deviation.
# - **Robust scaling** (subtract the median, divide by the distance between the quartiles) leaves the outlier far away and the others well apart. It suits data with outliers.
#
# Keras has layers for the first two, `Rescaling` and `Normalization`; scikit-learn has `RobustScaler` for the third. They compute the same as we did by hand:

# %% [markdown] lang="es"
# - El **escalado mín-máx** (*min-max scaling*) lo lleva todo entre 0 y 1. Es lo adecuado cuando se conocen los límites, como en los píxeles: 0 y 255, siempre. Un
#   solo valor atípico comprime todos los demás.
# - La **puntuación z** (*z-score*: restar la media y dividir entre la desviación típica o estándar; también se llama estandarización) es lo habitual para medidas sin límites fijos, como
#   temperaturas o ingresos. El valor atípico sigue desplazando la media y la desviación.
# - El **escalado robusto** (*robust scaling*: restar la mediana y dividir entre la distancia entre cuartiles) deja el valor atípico lejos y los demás bien separados. Conviene
#   a datos con valores atípicos.
#
# Keras tiene capas para los dos primeros, `Rescaling` y `Normalization`; para el tercero, scikit-learn tiene `RobustScaler`. Calculan lo mismo que nosotros a mano:

# %%
same(min_max, layers.Rescaling(1 / 1000)(values))

z_layer = layers.Normalization(axis=None, mean=values.mean(), variance=values.var())
same(z_score, z_layer(values))

by_scikit = RobustScaler().fit_transform(values[:, np.newaxis])[:, 0]
same(robust, by_scikit, en="same as scikit-learn", es="igual que en scikit-learn")

# %% [markdown] lang="en"
# ### Question
#
# **A.** You scale with z-scores. Which mean and standard deviation do you use for the *validation* digits?
#
# - (a) Those of the validation digits.
# - (b) Those of the training digits.
# - (c) Those of training and validation digits together.

# %% [markdown] lang="es"
# ### Pregunta
#
# **A.** Escalas con puntuaciones z. ¿Qué media y qué desviación típica usas para los dígitos de *validación*?
#
# - (a) Las de los dígitos de validación.
# - (b) Las de los dígitos de entrenamiento.
# - (c) Las de los dígitos de entrenamiento y de validación juntos.

# %% tags=["exercise"]
answer = ...

check.quiz_scale(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_scale(answer)

# %% [markdown] lang="en"
# The limits of pixels are known, so we use min-max scaling: divide by 255. All three sets go through the *same* function. It returns new arrays, so nothing is scaled
# twice if you run the cell again.

# %% [markdown] lang="es"
# Los límites de los píxeles se conocen, así que usamos el escalado mín-máx: dividir entre 255. Los tres conjuntos pasan por la *misma* función. Devuelve arrays nuevos, de
# modo que nada se escala dos veces si vuelves a ejecutar la celda.


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)

# %% lang="en" tags=["nbval-check-output"]
low, high = x_train.min(), x_train.max()
print(f"training: shape {x_train.shape}, {x_train.dtype}, values {low} to {high}")

# %% lang="es" tags=["nbval-check-output"]
low, high = x_train.min(), x_train.max()
print(f"entrenamiento: forma {x_train.shape}, {x_train.dtype}, valores de {low} a {high}")

# %% [markdown] lang="en"
# ## By hand: from scores to a loss
#
# For each image, the last layer computes ten **scores**, one per digit (Keras calls them *logits*; they have nothing to do with z-scores). Its activation, **softmax**, turns them into probabilities: all
# positive, with sum 1. The **loss** is a number that says how bad an answer is, and training makes it small. Ours is **cross-entropy**, also called *log loss*: minus
# the natural logarithm of the probability that the right class got.
#
# In Keras it is called `sparse_categorical_crossentropy`. *Sparse* means that the labels are whole numbers, such as 3. For labels written as rows of zeros with a one,
# (0, 0, 0, 1, 0 …), called **one-hot**, it is `categorical_crossentropy`. If a network ends without softmax, the loss must know that it gets scores: `from_logits=True`.
#
# Here are two images and three classes:

# %% [markdown] lang="es"
# ## A mano: de las puntuaciones a la pérdida
#
# Para cada imagen, la última capa calcula diez **puntuaciones** (*scores*), una por dígito (Keras las llama *logits*; no tienen nada que ver con las puntuaciones z). Su activación, **softmax**, las convierte en
# probabilidades: todas positivas y con suma 1. La **pérdida** (*loss*) es un número que dice lo mala que es una respuesta, y entrenar es hacerla pequeña. La nuestra es
# la **entropía cruzada** (*cross-entropy*), también llamada *log loss*: menos el logaritmo natural de la probabilidad que recibió la clase correcta.
#
# En Keras se llama `sparse_categorical_crossentropy`. *Sparse* quiere decir que las etiquetas son números enteros, como 3. Con etiquetas escritas como filas de ceros con un
# uno, (0, 0, 0, 1, 0…), llamadas **one-hot**, es `categorical_crossentropy`. Si una red termina sin softmax, la pérdida tiene que saber que recibe puntuaciones: `from_logits=True`.
#
# Aquí hay dos imágenes y tres clases:

# %%
scores = np.array([[2.0, 1.0, -1.0], [0.5, 3.0, 0.0]])
labels = np.array([0, 2])

exponentials = np.exp(scores)
probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
losses = -np.log(probabilities[np.arange(2), labels])

# %% lang="en" tags=["nbval-check-output"]
for row, label, loss in zip(probabilities, labels, losses, strict=True):
    print(f"probabilities {row.round(3)}, right class {label}: loss {loss:.3f}")

# %% lang="es" tags=["nbval-check-output"]
for row, label, loss in zip(probabilities, labels, losses, strict=True):
    print(f"probabilidades {row.round(3)}, clase correcta {label}: pérdida {loss:.3f}")

# %% [markdown] lang="en"
# In the first image, class 0 is right and gets 0.705, so the loss is low. In the second, class 2 is right and gets only 0.044, while the wrong class 1 gets 0.883, so the loss
# is high. Keras computes the same probabilities and losses:

# %% [markdown] lang="es"
# En la primera imagen la clase correcta es la 0 y recibe 0.705, así que la pérdida es baja. En la segunda es la 2 y recibe solo 0.044, mientras que la clase 1, equivocada, recibe
# 0.883, así que la pérdida es alta. (El punto de los números es el decimal de Python). Keras calcula las mismas probabilidades y pérdidas:

# %%
same(probabilities, keras.ops.softmax(scores))
same(losses, keras.losses.sparse_categorical_crossentropy(labels, probabilities))

# %%
figures.cross_entropy([0.01, 0.1, 0.5, 0.9])

# %% [markdown] lang="en"
# The picture shows the loss of one image for every probability of the right class. Two things will return in this lesson. A network that gives each of ten digits the same
# probability, 0.1, has a loss of 2.30. Below 0.1 every answer is wrong, because
# some other digit must then have more than 0.1. But the loss of these wrong answers is not the same: the surer the network is of a wrong digit, the higher the loss, without limit.
#
# ### Question
#
# **B.** The labels are whole numbers from 0 to 9, and the last layer is `Dense(10)` *without* an activation. Which loss fits?
#
# - (a) `"sparse_categorical_crossentropy"`
# - (b) `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`
# - (c) `"categorical_crossentropy"`

# %% [markdown] lang="es"
# La gráfica muestra la pérdida de una imagen para cada probabilidad de la clase correcta. Dos cosas volverán en esta lección. Una red que da a cada uno de los diez dígitos la misma
# probabilidad, 0.1, tiene una pérdida de 2.30. Por debajo de 0.1 toda respuesta es errónea, porque entonces algún otro dígito tiene más de 0.1. Pero la pérdida de esas
# respuestas erróneas no es la misma: cuanto más segura está la red de un dígito equivocado, más alta es la pérdida, sin límite.
#
# ### Pregunta
#
# **B.** Las etiquetas son enteros del 0 al 9 y la última capa es `Dense(10)` *sin* activación. ¿Qué pérdida corresponde?
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
# ## The network
#
# Why does a network need activations? A layer without one only multiplies by weights, adds, and adds a bias. Two such layers in a row are no more than a single one: its weights
# are the product of theirs. We compute it in NumPy and let Keras check it:

# %% [markdown] lang="es"
# ## La red
#
# ¿Para qué necesita una red las activaciones? Una capa sin activación solo multiplica por pesos, suma y añade un sesgo. Dos capas así, una tras otra, no son más que una
# sola: sus pesos son el producto de los de ambas. Lo calculamos con NumPy y Keras lo comprueba:

# %%
inputs = np.random.default_rng(0).normal(size=(5, 4))
first, second = layers.Dense(8), layers.Dense(3)
two_layers = second(first(inputs))

(weights_1, bias_1), (weights_2, bias_2) = first.get_weights(), second.get_weights()
one_layer = inputs @ (weights_1 @ weights_2) + (bias_1 @ weights_2 + bias_2)
same(one_layer, two_layers)

# %% [markdown] lang="en"
# With an activation between them this no longer works, because `relu` keeps positive numbers and turns negative ones into 0, and no multiplication by weights does that. So more
# layers help only if there are activations between them. (Lesson 05 compares several activations.)
#
# Our network has two convolutions, each followed by a pooling layer that halves height and width. `Flatten` writes the small maps into one row, a dense layer combines them, and the last
# layer gives ten probabilities. In the summary, `None` stands for N, any number of images.

# %% [markdown] lang="es"
# Con una activación entre las dos capas esto ya no funciona, porque `relu` deja los números positivos como están y convierte los negativos en 0, y eso no lo hace ninguna
# multiplicación por pesos. Así que añadir capas solo sirve si entre ellas hay activaciones. (La lección 05 compara varias activaciones).
#
# Nuestra red tiene dos convoluciones, y tras cada una, una capa de *pooling* que reduce a la mitad el alto y el ancho. `Flatten` escribe los mapas pequeños en una sola fila, una capa densa los
# combina y la última capa da diez probabilidades. En el resumen, `None` es N, cualquier número de imágenes. (Keras separa los millares con coma).

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
# Check how many **parameters** each layer has, that is, weights and biases. The first convolution has 32 kernels of 3 × 3 weights, and 32 biases: 32 · 9 + 32 = 320. The second has 64 kernels that go through all 32 maps of
# the first: 64 · 9 · 32 + 64 = 18,496. Most parameters are in the first dense layer: 1,600 inputs · 128 + 128 = 204,928. The last layer has
# 128 · 10 + 10 = 1,290. All four layers together have 225,034 numbers, which we adjust with only 1,000 images. So many numbers are enough to memorise the images.
#
# ## How `fit` learns

# %% [markdown] lang="es"
# Comprueba cuántos **parámetros** (*parameters*), es decir, pesos y sesgos, tiene cada capa. La primera convolución tiene 32 núcleos de 3 × 3 pesos y 32 sesgos: 32 · 9 + 32 = 320. La segunda tiene 64 núcleos que recorren los 32 mapas de la
# primera: 64 · 9 · 32 + 64 = 18 496. La mayoría de los parámetros está en la primera capa densa: 1600 entradas · 128 + 128 = 204 928. La última capa tiene
# 128 · 10 + 10 = 1290. Las cuatro capas juntas tienen 225 034 números, que ajustamos con solo 1000 imágenes. Tantos números bastan para memorizar las imágenes.
#
# ## Cómo aprende `fit`

# %%
figures.one_step()

# %% [markdown] lang="en"
# 1. A batch of 32 images goes forward through the layers to the probabilities, and from them Keras computes the loss.
# 2. Then Keras goes backward through the layers and computes for every weight how the loss changes when this weight grows: its **gradient**. This is called **backpropagation**.
# 3. Every weight takes a step against its gradient, because there the loss falls: **gradient descent**.
# 4. How large the step is depends on the gradient and on the **learning rate**, a number that you choose.
# 5. `fit` repeats this batch after batch, so the loss of the training images becomes small.
#
# Lesson 04 looks at the steps more closely. **Compiling** a model means telling Keras how the model is to learn. *Adam* is gradient descent that adapts the steps of each weight; 0.001 is its
# usual learning rate. The loss is the one that you have just computed. The accuracy is the share of right answers; it is for us to read, the network does not learn from it.

# %% [markdown] lang="es"
# 1. Un lote (*batch*) de 32 imágenes va hacia delante por las capas hasta las probabilidades, y con ellas Keras calcula la pérdida.
# 2. Después Keras va hacia atrás por las capas y calcula, para cada peso, cómo cambia la pérdida cuando ese peso crece: su **gradiente** (*gradient*). Esto se llama **retropropagación** (*backpropagation*).
# 3. Cada peso da un paso en contra de su gradiente, porque hacia ahí baja la pérdida: es el **descenso de gradiente** (*gradient descent*).
# 4. El tamaño del paso depende del gradiente y de la **tasa de aprendizaje** (*learning rate*), un número que eliges tú.
# 5. `fit` lo repite lote tras lote, y así la pérdida de las imágenes de entrenamiento se hace pequeña.
#
# La lección 04 mira los pasos más de cerca. Al **compilar** (*compile*) un modelo le indicamos a Keras cómo tiene que aprender. *Adam* es un descenso de gradiente que adapta los pasos de cada peso; 0.001 es su tasa de
# aprendizaje habitual. La pérdida es la que acabas de calcular. La exactitud (*accuracy*; algunos cursos la llaman «precisión», que es otra medida) es la proporción de aciertos; sirve
# para que la leamos nosotros, la red no aprende con ella.

# %%
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown] lang="en"
# ## Predict first
#
# The network will see each of its 1,000 training digits 30 times. What share of the 3,000 *test* digits, which it has never seen, will it then get right? Put a number in place of the
# dots, such as 0.5, or leave them.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# La red verá 30 veces cada uno de sus 1000 dígitos de entrenamiento. ¿Qué proporción de los 3000 dígitos de *prueba*, que nunca ha visto, acertará después? Pon un número en lugar de los
# puntos, como 0.5, o déjalos como están.

# %%
guess("baseline", test_accuracy=...)

# %% [markdown] lang="en"
# ## Three epochs with Keras's own log
#
# An **epoch** is one pass through all 1,000 training digits: 32 batches, 31 of 32 images and one of 8. After each epoch, Keras also measures the validation set, without learning
# from it. With `verbose=1`, `fit` writes a log:

# %% [markdown] lang="es"
# ## Tres épocas con el registro de Keras
#
# Una **época** (*epoch*) es una pasada por los 1000 dígitos de entrenamiento: 32 lotes, 31 de 32 imágenes y uno de 8. Tras cada época, Keras mide también el conjunto de validación, sin
# aprender de él. Con `verbose=1`, `fit` escribe un registro (*log*):

# %%
first_look = model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    epochs=3,
    batch_size=32,
    verbose=1,
)

# %% [markdown] lang="en"
# Read a line from left to right: 32 of 32 batches are done, the time for the epoch and for one batch (*step*), then accuracy and loss on the training digits, then the same with `val_` on
# the validation digits. Accuracies are fractions: 0.85 is 85 %. Validation can be ahead at first, because Keras averages the training figures over the whole epoch, while the network is still
# improving; the validation figures are measured after it.
#
# ## The experiment
#
# Now 30 epochs, from the beginning. `models.baseline_cnn()` is the network that you have just built, by name, and with the same seed it begins with the same weights. It is our **baseline**: the course compares everything that follows with it. The log of 30 epochs would be
# long, so `verbose=0` switches it off, and `TqdmCallback` draws a progress bar instead.

# %% [markdown] lang="es"
# Lee una línea de izquierda a derecha: van 32 lotes de 32, el tiempo de la época y el de un lote (*step*), después la exactitud (*accuracy*) y la pérdida (*loss*) con los dígitos de entrenamiento y, por
# último, lo mismo con `val_` para los de validación. Las exactitudes son fracciones: 0.85 es un 85 %. Al principio la validación puede ir por delante, porque Keras promedia las cifras de
# entrenamiento durante toda la época, mientras la red todavía mejora; las de validación se miden al terminarla.
#
# ## El experimento
#
# Ahora, 30 épocas desde el principio. `models.baseline_cnn()` es la red que acabas de construir; con este nombre la usan todas las lecciones, y con la misma semilla empieza con los mismos pesos. Es nuestro **punto de partida** (*baseline*): con ella compara el curso todo lo que viene después. El registro de 30 épocas
# sería largo: `verbose=0` lo apaga y `TqdmCallback` dibuja en su lugar una barra de progreso.

# %%
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
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
# What `fit` returned holds everything that the log would have shown. `history.history` is a dictionary: each key leads to a list with one number per epoch.

# %% [markdown] lang="es"
# Lo que devolvió `fit` contiene todo lo que habría mostrado el registro. `history.history` es un diccionario: cada clave lleva a una lista con un número por época.

# %% lang="en"
for key, numbers in history.history.items():
    print(f"{key}: {len(numbers)} numbers, the first three {np.round(numbers[:3], 3)}")
print("log above, val_loss:", np.round(first_look.history["val_loss"], 3))

# %% lang="es"
for key, numbers in history.history.items():
    print(f"{key}: {len(numbers)} números, los tres primeros {np.round(numbers[:3], 3)}")
print("registro de arriba, val_loss:", np.round(first_look.history["val_loss"], 3))

# %% [markdown] lang="en"
# The same seed gives the same first three epochs as in the log (on some machines not to the last digit).
#
# ### 2. Your turn: draw the learning curves
#
# A **learning curve** shows how a number, such as the loss, changes from epoch to epoch. Draw the training loss and the validation loss of `history` with [Matplotlib](https://matplotlib.org/stable/users/explain/quick_start.html), which we imported as `plt`. Five lines are
# enough: begin with `figure, drawing = plt.subplots()`, draw on `drawing` with `drawing.plot(...)`, name the axes with `drawing.set(xlabel=..., ylabel=...)`, and let
# `drawing.legend()` say which line is which. Write these lines in place of `drawing = ...`.

# %% [markdown] lang="es"
# La misma semilla da las mismas tres primeras épocas que el registro (en algunas máquinas, salvo la última cifra).
#
# ### 2. Te toca: dibuja las curvas de aprendizaje
#
# Una **curva de aprendizaje** (*learning curve*) muestra cómo cambia un número, como la pérdida, de una época a otra. Dibuja la pérdida de entrenamiento y la de validación de `history` con [Matplotlib](https://matplotlib.org/stable/users/explain/quick_start.html), que importamos como
# `plt`. Bastan cinco líneas: empieza con `figure, drawing = plt.subplots()`, dibuja sobre `drawing` con `drawing.plot(...)`, pon nombre a los ejes con `drawing.set(xlabel=..., ylabel=...)` y
# haz que `drawing.legend()` diga qué línea es cuál. Escribe esas líneas en lugar de `drawing = ...`.

# %% tags=["exercise"]
drawing = ...

check.drawing(drawing, history)
# check.drawing.hint()

# %% lang="en" tags=["solution"]
figure, drawing = plt.subplots(figsize=(6, 3))
drawing.plot(history.history["loss"], label="training")
drawing.plot(history.history["val_loss"], "--", label="validation")
drawing.set(xlabel="epoch, from 0", ylabel="loss")
drawing.legend()

check.drawing(drawing, history)

# %% lang="es" tags=["solution"]
figure, drawing = plt.subplots(figsize=(6, 3))
drawing.plot(history.history["loss"], label="entrenamiento")
drawing.plot(history.history["val_loss"], "--", label="validación")
drawing.set(xlabel="época, desde 0", ylabel="pérdida")
drawing.legend()

check.drawing(drawing, history)

# %% [markdown] lang="en"
# If you work with pandas, one line draws the same: `pd.DataFrame(history.history).loc[:, ["loss", "val_loss"]].plot()`. And `plt.imshow(raw_train[0], cmap="gray_r")` draws a digit. From here on we use
# the course's own `plots`, which also mark what to look at.
#
# Now the test, once. `evaluate` measures the network on the test set, and `record` keeps the run for the table at the end.

# %% [markdown] lang="es"
# Si usas pandas, una línea dibuja lo mismo: `pd.DataFrame(history.history).loc[:, ["loss", "val_loss"]].plot()`. Y `plt.imshow(raw_train[0], cmap="gray_r")` dibuja un dígito. Desde aquí usamos
# las gráficas del curso, `plots`, que además marcan en qué fijarse.
#
# Ahora la prueba, una sola vez. `evaluate` mide la red con el conjunto de prueba y `record` guarda el experimento para la tabla del final.

# %%
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
baseline = record("baseline", history, test, seconds)

# %% lang="en"
print(f"test accuracy: {100 * baseline.test_accuracy:.1f} %")
print(f"test loss: {baseline.test_loss:.3f}")

# %% lang="es"
print(f"exactitud de prueba: {100 * baseline.test_accuracy:.1f} %")
print(f"pérdida de prueba: {baseline.test_loss:.3f}")

# %% tags=["cover"]
plots.curves(baseline)

# %% [markdown] lang="en"
# ## Read the picture
#
# **Left.** Training accuracy reaches 100 %: the network knows every training digit by heart. Validation accuracy levels off below it. The distance between the two is the **generalisation gap**.
# We say that a network **overfits** when it does clearly better on its training data than on new data. The picture shows this **overfitting**. The diamond is the test accuracy. It need not lie on the dashed
# line, because these are other digits.
#
# **Right.** If the losses differ very much, the axis has a logarithmic scale, and the title says so. Equal distances are then equal factors: from 1 to 0.1 is as far as from 0.1 to 0.01. Training loss goes on falling. Validation loss falls at first, is lowest at the star, and ends above it. On a logarithmic axis this rise looks small; the dotted line and the figures under the picture show it. From the star on, training brings nothing for new
# digits. Over our {{measured.seeds}} runs, the lowest point came after epoch {{baseline.best_epoch}}, and the last loss was {{baseline.val_loss_rise}} above it. (Such figures are the mean ± the standard deviation; after a percentage, the ± is in percentage points.)
#
# ### Question
#
# **C.** From the star on, validation accuracy hardly changes while validation loss climbs. What is happening?
#
# - (a) The loss is computed wrongly: the two must move together.
# - (b) About as many digits are wrong as before, but the network is surer of its mistakes.
# - (c) More and more digits are wrong.

# %% [markdown] lang="es"
# ## Lee la gráfica
#
# **Izquierda.** La exactitud de entrenamiento llega al 100 %: la red se sabe de memoria todos los dígitos de entrenamiento. La de validación se estabiliza por debajo. La distancia entre ambas es la **brecha de
# generalización** (*generalisation gap*). Hay **sobreajuste** (*overfitting*) cuando una red acierta claramente más con sus datos de entrenamiento que con datos nuevos. Eso es lo que muestra la gráfica. El rombo es la exactitud de prueba. No tiene por qué
# caer sobre la línea discontinua, porque son otros dígitos.
#
# **Derecha.** Si las pérdidas difieren mucho, el eje tiene escala logarítmica, y el título lo dice. Entonces, distancias iguales son factores iguales: de 1 a 0.1 hay tanto como de 0.1 a 0.01. La pérdida de entrenamiento sigue bajando. La de validación baja al principio, toca su mínimo en la estrella y termina por encima. En un eje logarítmico esa subida parece pequeña; la muestran la línea de puntos y las cifras bajo la gráfica. Desde la estrella, entrenar no aporta
# nada para los dígitos nuevos. En nuestras {{measured.seeds}} ejecuciones, el mínimo llegó tras la época {{baseline.best_epoch}}, y la última pérdida quedó un {{baseline.val_loss_rise}} por encima. (Estas cifras son la media ± la desviación típica o estándar; tras un porcentaje, el ± va en puntos porcentuales).
#
# ### Pregunta
#
# **C.** Desde la estrella, la exactitud de validación apenas cambia y la pérdida de validación sube. ¿Qué está pasando?
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
# ## Why the loss climbs while accuracy stands still
#
# To test the answer, we compare two moments of the same network: after the epoch with the lowest validation loss, and after the last one. We get the earlier one by training again with the
# same seed, only up to that epoch.

# %% [markdown] lang="es"
# ## Por qué sube la pérdida si la exactitud no se mueve
#
# Para comprobar la respuesta comparamos dos momentos de la misma red: tras la época de menor pérdida de validación y tras la última. El primero lo obtenemos entrenando otra vez con la misma
# semilla, solo hasta esa época.

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
# Compare the two epochs in the sentences under the picture. With more training, the loss of the digits that the network gets right becomes smaller. The loss of those that it gets
# wrong becomes *larger*, because the network is now very sure of its answers and leaves the right class hardly any probability. A few mistakes with a large loss make up most of the total and raise it, even if their number hardly changes.
#
# ## Which digits?
#
# We look for weaknesses in the *validation* set. If we looked at the mistakes on the test set and then improved the network, the test set would have decided something, and its figure would no longer be fair.
#
# The next picture is a **confusion matrix**. Row: the true digit. Column: what the network says. The right answers are on the diagonal, the mistakes beside it.

# %% [markdown] lang="es"
# Compara las dos épocas en las frases bajo la gráfica. Con más entrenamiento, la pérdida de los dígitos que la red acierta se hace menor. La de los que falla se hace *mayor*, porque la red está ahora
# muy segura de sus respuestas y apenas deja probabilidad a la clase correcta. Unos pocos errores con una pérdida grande suman la mayor parte del total y lo hacen subir, aunque su número apenas cambie.
#
# ## ¿Qué dígitos?
#
# Los puntos débiles los buscamos en el conjunto de *validación*. Si miráramos los errores del conjunto de prueba y después mejoráramos la red, el conjunto de prueba habría decidido algo y su cifra ya no sería justa.
#
# La siguiente gráfica es una **matriz de confusión** (*confusion matrix*). Fila: el dígito real. Columna: lo que dice la red. Los aciertos están en la diagonal y los errores, fuera de ella.

# %%
plots.confusion_matrix(y_val, p_last.argmax(axis=1))

# %% [markdown] lang="en"
# These are the mistakes that the network was surest of: the true digit → what the network says, and the probability that it gave to its answer. Some of them are hard to read for us, too; others are not.

# %% [markdown] lang="es"
# Estos son los errores de los que la red estaba más segura: el dígito real → lo que dice la red, y la probabilidad que dio a su respuesta. Algunos también a nosotros nos cuesta leerlos; otros no.

# %%
says, sure = p_last.argmax(axis=1), p_last.max(axis=1)
wrong = says != y_val
order = np.argsort(-sure * wrong)[: min(16, wrong.sum())]
captions = [f"{y_val[i]} → {says[i]}\n{100 * sure[i]:.0f} %" for i in order]
plots.gallery(raw_val[order], captions, columns=8)

# %% [markdown] lang="en"
# ## What can go wrong: believing the training accuracy
#
# "My network reaches 100 %." On which data? To see how little this says, we take 200 training digits and **shuffle their labels**: now a 3 may be called 7, and the labels have nothing to do with the images.
# The same network trains on them for 40 epochs. Which training accuracy will it reach?

# %% [markdown] lang="es"
# ## Qué puede salir mal: creer en la exactitud de entrenamiento
#
# «Mi red llega al 100 %». ¿Con qué datos? Para ver lo poco que eso dice, tomamos 200 dígitos de entrenamiento y **barajamos sus etiquetas**: ahora un 3 puede llamarse 7, y las etiquetas no tienen nada que ver con las
# imágenes. La misma red entrena con ellos durante 40 épocas. ¿Qué exactitud de entrenamiento alcanzará?

# %%
guess("shuffled_labels", train_accuracy=...)

# %%
keras.utils.set_random_seed(SEED)
shuffled_labels = np.random.default_rng(SEED).permutation(y_train[:200])

rote_learner = models.baseline_cnn()
rote_learner.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history_shuffled = rote_learner.fit(
    x_train[:200],
    shuffled_labels,
    validation_data=(x_val[:200], y_val[:200]),
    epochs=40,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
shuffled = record("shuffled_labels", history_shuffled)

# %% lang="en"
print(f"training accuracy: {100 * shuffled.train_accuracy:.1f} %")
print(f"validation accuracy: {100 * shuffled.val_accuracy:.1f} %")

# %% lang="es"
print(f"exactitud de entrenamiento: {100 * shuffled.train_accuracy:.1f} %")
print(f"exactitud de validación: {100 * shuffled.val_accuracy:.1f} %")

# %% [markdown] lang="en"
# The network memorises labels without any meaning (over our runs: {{shuffled_labels.train_accuracy}}), and on new digits it does no better than guessing. **Training accuracy shows that a network can remember;
# only data that it has not seen show that it has learnt something general.** So do not report the training accuracy as a result. And if validation accuracy stays where guessing is, check the labels first.
#
# Two words for this. What holds for new data as well is the **signal**: a 0 is a closed loop. What is true of the training data only, by chance, is the **noise**: a wrong label, a slip of the pen, a smudge.
# Shuffled labels are noise alone. A network that overfits has learnt the noise of its training data together with the signal. (The chance ups and downs of a learning curve are called noise, too.)
#
# ## What can go wrong: believing a validation set with a leak
#
# Now we measure how misleading the validation accuracy is with the colleague's mistake. We take 200 training digits, add to each a copy moved one pixel down and one moved one pixel to the right, and split *afterwards*:

# %% [markdown] lang="es"
# La red memoriza etiquetas sin ningún sentido (en nuestras ejecuciones: {{shuffled_labels.train_accuracy}}) y, con dígitos nuevos, no supera al azar. **La exactitud de entrenamiento demuestra que una red puede
# recordar; solo los datos que no ha visto demuestran que ha aprendido algo general.** Así que no presentes como resultado la exactitud de entrenamiento. Y si la de validación se queda al nivel del azar, revisa primero las etiquetas.
#
# Dos palabras para esto. Lo que también vale para datos nuevos es la **señal** (*signal*): un 0 es un trazo cerrado. Lo que solo es cierto de los datos de entrenamiento, por azar, es el **ruido** (*noise*): una etiqueta
# equivocada, un trazo que se escapó, una mancha. Las etiquetas barajadas son puro ruido. Una red con sobreajuste ha aprendido, junto con la señal, el ruido de sus datos de entrenamiento. (Los altibajos que el azar da a una curva de
# aprendizaje también se llaman ruido).
#
# ## Qué puede salir mal: creer en una validación con fuga
#
# Ahora medimos cuánto engaña la exactitud de validación con el error de la compañera. Tomamos 200 dígitos de entrenamiento, añadimos a cada uno una copia movida un píxel hacia abajo y otra movida un píxel a la derecha, y dividimos *después*:

# %%
few = x_train[:200]
copies = np.concatenate([few, np.roll(few, 1, axis=1), np.roll(few, 1, axis=2)])
x_part, x_leaky, y_part, y_leaky = train_test_split(
    copies, np.tile(y_train[:200], 3), test_size=0.2, random_state=SEED
)

# %%
keras.utils.set_random_seed(SEED)
leaky_model = models.baseline_cnn()
leaky_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
history_leak = leaky_model.fit(
    x_part,
    y_part,
    validation_data=(x_leaky, y_leaky),
    epochs=10,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
test_leak = leaky_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
leak = record("copies_in_validation", history_leak, test_leak)

# %% lang="en"
print(f"validation accuracy: {100 * leak.val_accuracy:.1f} %")
print(f"test accuracy: {100 * leak.test_accuracy:.1f} %")

# %% lang="es"
print(f"exactitud de validación: {100 * leak.val_accuracy:.1f} %")
print(f"exactitud de prueba: {100 * leak.test_accuracy:.1f} %")

# %% [markdown] lang="en"
# The validation accuracy is much higher than the test accuracy: over our runs {{copies_in_validation.val_accuracy}} against {{copies_in_validation.test_accuracy}}. The test accuracy is low because the network has learnt from only 200
# different digits. The leak hides this: almost every validation digit has a copy of itself in training, so the network has only to remember. The same happens with duplicates in a data set, and with several photos of one patient: what belongs together must go into the same set.
#
# ### 3. Your turn: read four learning curves
#
# Here are four runs of this lesson, without their names. Each has its own number of epochs. The axis of the losses is logarithmic again; its labels are powers of ten: 10⁰ is 1, 10⁻¹ is 0.1, 10⁻² is 0.01.

# %% [markdown] lang="es"
# La exactitud de validación es mucho más alta que la de prueba: en nuestras ejecuciones, {{copies_in_validation.val_accuracy}} frente a {{copies_in_validation.test_accuracy}}. La de prueba es baja porque la red solo ha aprendido de 200 dígitos
# distintos. La fuga lo oculta: casi todos los dígitos de validación tienen una copia en entrenamiento, así que a la red le basta con recordar. Lo mismo ocurre con los duplicados de un conjunto de datos y con varias fotos de un mismo paciente: lo que va junto debe ir al mismo conjunto.
#
# ### 3. Te toca: lee cuatro curvas de aprendizaje
#
# Aquí hay cuatro experimentos de esta lección, sin sus nombres. Cada uno tiene su propio número de épocas. El eje de las pérdidas es otra vez logarítmico; sus marcas son potencias de diez: 10⁰ es 1, 10⁻¹ es 0.1 y 10⁻² es 0.01.

# %%
histories = [h.history for h in (history_shuffled, first_look, history, history_leak)]
figures.without_names(
    histories, [None, None, baseline.test_accuracy, leak.test_accuracy]
)

# %% [markdown] lang="en"
# What is the matter with each of them?
#
# - 1: It overfits: it has learnt its training digits by heart and gets new ones less often.
# - 2: It was stopped too early: more epochs would help.
# - 3: Its training labels are wrong, so nothing that it learns holds for new digits.
# - 4: Its validation set repeats training digits.
#
# Give the numbers of A, B, C and D, in this order, as a string of four digits. `"1234"` would mean that A is 1, B is 2, and so on.

# %% [markdown] lang="es"
# ¿Qué le pasa a cada uno?
#
# - 1: Hay sobreajuste: se sabe de memoria los dígitos de entrenamiento y acierta menos los nuevos.
# - 2: Se detuvo demasiado pronto: más épocas ayudarían.
# - 3: Las etiquetas de entrenamiento están mal, así que nada de lo que aprende vale para dígitos nuevos.
# - 4: El conjunto de validación repite dígitos de entrenamiento.
#
# Da los números de A, B, C y D, en ese orden, como una cadena (*string*) de cuatro cifras. `"1234"` querría decir que A es 1, B es 2, etcétera.

# %% tags=["exercise"]
causes = ...

check.read_curves(causes)
# check.read_curves.hint()

# %% tags=["solution"]
causes = "3214"

check.read_curves(causes)

# %% [markdown] lang="en"
# ### 4. Your turn: a network a tenth the size
#
# Build, compile and train a network with **at most 20,000 parameters** that gets **at least 92 %** of the *validation* digits right. Images (N, 28, 28, 1) go in, ten probabilities per image come out.
# Train on `x_train` and `y_train` only, with as many epochs as you like; 30 take about ten seconds. Name the trained network `small_model`. (The check also looks at the test digits, but only to find a leak.)

# %% [markdown] lang="es"
# ### 4. Te toca: una red diez veces más pequeña
#
# Construye, compila y entrena una red con **20 000 parámetros como máximo** que acierte **al menos el 92 %** de los dígitos de *validación*. Entran imágenes (N, 28, 28, 1) y salen diez probabilidades por imagen. Entrena
# solo con `x_train` e `y_train`, tantas épocas como quieras; 30 tardan unos diez segundos. Llama `small_model` a la red entrenada. (La comprobación mira también los dígitos de prueba, pero solo para descubrir una fuga).

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
        layers.Dense(10, activation="softmax"),
    ]
)
small_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
small_model.fit(x_train, y_train, epochs=30, batch_size=32, verbose=0)

check.small_network(small_model)

# %% [markdown] lang="en"
# ### 5. Your turn: make it fail
#
# If you have seen a training fail, you will recognise it later. Take `models.baseline_cnn()`, spoil **one thing** of your choice, and train it on `x_train` for at least three epochs, so that its *training* accuracy ends **below
# 20 %**. There are many ways. Put what `fit` returns into `broken`, and look at its loss.

# %% [markdown] lang="es"
# ### 5. Te toca: haz que falle
#
# Si has visto fallar un entrenamiento, más adelante lo reconocerás. Toma `models.baseline_cnn()`, estropea **una sola cosa**, la que tú elijas, y entrénala con `x_train` al menos tres épocas, de modo que su exactitud de
# *entrenamiento* termine **por debajo del 20 %**. Hay muchas maneras. Guarda en `broken` lo que devuelve `fit` y mira su pérdida.

# %% tags=["exercise"]
broken = ...

check.make_it_fail(broken)
# check.make_it_fail.hint()

# %% tags=["solution"]
broken_model = models.baseline_cnn()
broken_model.compile(
    keras.optimizers.Adam(learning_rate=1.0),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
broken = broken_model.fit(x_train, y_train, epochs=3, batch_size=32, verbose=0)

check.make_it_fail(broken)

# %% [markdown] lang="en"
# ### Question
#
# **D.** You train with five learning rates and keep the best network. Which set chooses it, and which gives the accuracy that you report?
#
# - (a) The test set does both: it is the largest.
# - (b) The training set chooses, the test set reports.
# - (c) The validation set chooses, the test set reports.

# %% [markdown] lang="es"
# ### Pregunta
#
# **D.** Entrenas con cinco tasas de aprendizaje y te quedas con la mejor red. ¿Qué conjunto la elige y cuál da la exactitud que presentas como resultado?
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
# ## The test set in this course
#
# The later lessons train several networks each and show the test accuracy of most of them. This keeps the rule: **we decide with validation data. We report the test accuracy, but we never choose by it.** We fix beforehand
# which networks and settings we compare, we test each network once, and we do not change or drop any of them because of its test accuracy. We report the test accuracy because 3,000 other digits measure a difference better than the 1,000 digits with which we have decided.
#
# You should know its limit, too. The authors of a course see the same 3,000 digits many times, and so do you while you try things out. If you change a network after looking at its test accuracy, you need new test digits.
#
# ## What we measured
#
# Here is your run beside ours. We ran this notebook with {{measured.seeds}} different seeds; the column "our test" gives the mean ± the standard deviation. `shuffled_labels` was not tested, because its validation accuracy already shows that it does no better than guessing.

# %% [markdown] lang="es"
# ## El conjunto de prueba en este curso
#
# Las lecciones siguientes entrenan varias redes cada una y muestran la exactitud de prueba de la mayoría. Eso respeta la regla: **decidimos con datos de validación. Comunicamos la exactitud de prueba, pero nunca elegimos con ella.** Fijamos
# de antemano qué redes y qué configuraciones comparamos, probamos cada red una sola vez y no cambiamos ni descartamos ninguna por su exactitud de prueba. Comunicamos la exactitud de prueba porque 3000 dígitos distintos miden una diferencia mejor que los 1000 con los que hemos decidido.
#
# También conviene conocer su límite. Quienes escriben un curso ven los mismos 3000 dígitos muchas veces, y tú también, mientras pruebas cosas. Si cambias una red después de mirar su exactitud de prueba, necesitas dígitos de prueba nuevos.
#
# ## Lo que hemos medido
#
# Aquí está tu ejecución junto a las nuestras. Ejecutamos este cuaderno con {{measured.seeds}} semillas distintas; la columna «nuestra prueba» da la media ± la desviación típica. `shuffled_labels` no se probó, porque su exactitud de validación ya muestra que no supera al azar.

# %%
table()

# %% [markdown] lang="en"
# The names in the table: `baseline` is the network of this lesson, `shuffled_labels` the one with shuffled labels, `copies_in_validation` the one with the leak. And this is what the lesson claims, checked against your run:

# %% [markdown] lang="es"
# Los nombres de la tabla: `baseline` (punto de partida) es la red de esta lección; `shuffled_labels` (etiquetas barajadas), la de las etiquetas sin sentido, y `copies_in_validation` (copias en validación), la de la fuga. Y esto es lo que afirma la lección,
# comprobado con tu ejecución:


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

# %%
claim("nonsense", shuffled.train_accuracy, ">=", shuffled.val_accuracy, margin=0.6, unit="%",
      en="with shuffled labels, training accuracy is at least 60 percentage points above validation accuracy",
      es="con las etiquetas barajadas, la exactitud de entrenamiento supera a la de validación en al menos 60 puntos porcentuales")
claim("leak_flatters", leak.val_accuracy, ">=", leak.test_accuracy, margin=0.05, unit="%",
      en="with copies in validation, validation accuracy is at least 5 percentage points above test accuracy",
      es="con copias en validación, la exactitud de validación supera a la de prueba en al menos 5 puntos porcentuales")

# %% [markdown] lang="en"
# ## In short
#
# - Split first, stratified, and alter the training data afterwards. Otherwise there is a leak, and validation is too good.
# - Images go in as (N, height, width, channels), as small decimal numbers, all three sets through the same function.
# - `fit` computes the loss forward and the gradients backward, and takes a small step with every weight, batch after batch.
# - 100 % on the training set means that the network has memorised it. What counts are data that the network has not seen.
# - Accuracy counts mistakes; the loss also weighs how sure the network was of them. So the loss can climb while accuracy stays the same.
# - The validation set decides; the test set reports.
#
# **My network memorises: what now?** Each of the next lessons tries one remedy on these same 1,000 digits and measures it against this baseline: altered images (02), dropout (03), stopping in time (04), batch normalisation (05).

# %% [markdown] lang="es"
# ## En resumen
#
# - Primero se divide, de forma estratificada, y después se transforman los datos de entrenamiento. Si no, hay una fuga y la validación sale demasiado bien.
# - Las imágenes entran como (N, alto, ancho, canales), en números decimales pequeños, los tres conjuntos por la misma función.
# - `fit` calcula la pérdida hacia delante y los gradientes hacia atrás, y da un pequeño paso con cada peso, lote tras lote.
# - Un 100 % en entrenamiento significa que la red ha memorizado esos datos. Lo que cuenta son los datos que la red no ha visto.
# - La exactitud cuenta los errores; la pérdida valora además lo segura que estaba la red. Por eso la pérdida puede subir sin que cambie la exactitud.
# - El conjunto de validación decide; el de prueba da la cifra.
#
# **Mi red memoriza: ¿y ahora qué?** Cada una de las próximas lecciones prueba un remedio con estos mismos 1000 dígitos y lo mide frente a este punto de partida: imágenes transformadas (02), *dropout* (03), detenerse a tiempo (04), *batch normalization* (05).

# %% [markdown] lang="en"
# ## Go further: never the same image twice
#
# *Needs all of MNIST, 11 MB, fetched once.* Above, the network took 960 steps: 30 times through 1,000 images. Now it takes almost the same number of steps, 938, through **30,000 different images, once each**. The network is
# the same. It cannot memorise, because it sees no image a second time.
#
# The 3,000 test digits from above come from the same 60,000 images as the 30,000 that we now train with. So we test on MNIST's own 10,000 test digits instead.

# %% [markdown] lang="es"
# ## Para ir más lejos: nunca dos veces la misma imagen
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* Arriba, la red dio 960 pasos: 30 pasadas por 1000 imágenes. Ahora da casi los mismos, 938, con **30 000 imágenes distintas, una vez cada una**. La red es la misma. No
# puede memorizar, porque no ve ninguna imagen por segunda vez.
#
# Los 3000 dígitos de prueba de arriba salen de las mismas 60 000 imágenes que los 30 000 con los que entrenamos ahora. Por eso la probamos con los 10 000 dígitos de prueba del propio MNIST.

# %%
# %%needs mnist
(many_images, many_labels), _, (official_images, official_labels) = data.load_mnist(
    full=True
)

keras.utils.set_random_seed(SEED)
well_read = models.baseline_cnn()
well_read.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history_many = well_read.fit(
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
record("thirty_thousand_once", history_many, test)
table()

# %% [markdown] lang="en"
# The cell adds the row `thirty_thousand_once`. Its training accuracy is lower than its test accuracy, because Keras averages it over the only epoch, in which the network was still beginning to learn. There is no validation set here.
#
# We measured {{thirty_thousand_once.test_accuracy}} on the test digits. More data is the best remedy, when you can get it. Lesson 02 is about what you can do when you cannot.
#
# **Sources.** [MNIST](https://keras.io/api/datasets/mnist/): Y. LeCun, C. Cortes and C. Burges; how our 5,000 were chosen is told in `data/README.md`. Fail, read the curve, change one
# thing, measure: F. Chollet, [*Deep Learning with Python*](https://deeplearningwithpython.io/). Learning shuffled labels: C. Zhang and others, [Understanding deep learning requires rethinking
# generalization](https://arxiv.org/abs/1611.03530), 2017. Keras on [training with `fit`](https://keras.io/guides/training_with_built_in_methods/); scikit-learn on [data leakage](https://scikit-learn.org/stable/common_pitfalls.html). The network follows Chollet's,
# chapter 5, with one convolution fewer; the class on MNIST with augmentation and dropout that this course grew out of uses a similar one.

# %% [markdown] lang="es"
# La celda añade la fila `thirty_thousand_once` (treinta mil, una vez). Su exactitud de entrenamiento es menor que la de prueba, porque Keras la promedia durante la única época, en la que la red todavía empezaba a aprender. Aquí no hay conjunto de validación.
#
# Nosotros medimos {{thirty_thousand_once.test_accuracy}} con los dígitos de prueba. Tener más datos es el mejor remedio, si puedes conseguirlos. La lección 02 trata de qué hacer cuando no se puede.
#
# **Fuentes.** [MNIST](https://keras.io/api/datasets/mnist/): Y. LeCun, C. Cortes y C. Burges; cómo se eligieron nuestros 5000 se cuenta en `data/README.md`. Fallar, leer la curva, cambiar una
# cosa, medir: F. Chollet, [*Deep Learning with Python*](https://deeplearningwithpython.io/). Aprender etiquetas barajadas: C. Zhang y otros, [Understanding deep learning requires rethinking
# generalization](https://arxiv.org/abs/1611.03530), 2017. Keras, sobre [el entrenamiento con `fit`](https://keras.io/guides/training_with_built_in_methods/); scikit-learn, sobre [las fugas de datos](https://scikit-learn.org/stable/common_pitfalls.html). La red sigue la de
# Chollet, capítulo 5, con una convolución menos; la clase sobre MNIST con aumento de datos y *dropout* de la que nació este curso usa una parecida.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the three sets; splitting, exercise 1 | 15 | 6 |
# | a channel axis and a small scale, question | 8 | 3 |
# | by hand: from scores to a loss, question | 12 | 6 |
# | the network; how `fit` learns, in one picture | 10 | 6 |
# | the prediction (collect them on the board), log and experiment | 8 | 6 |
# | exercise 2: draw the curves; *Read the picture*, question | 12 | 8 |
# | why the loss climbs; which digits? | 7 | 3 |
# | what can go wrong: shuffled labels, a leak; exercise 3 | 10 | 7 |
# | exercises 4 and 5, question; in 45, as homework | 8 | – |
#
# **On the board:** the three sets as exercises, mock exam, exam; one step of training, forward, backward, step; the two curves, drawn by the class *before* the cell runs.
#
# **Misconceptions the checks look for:** copies made before the split; images and labels in different orders; a split that is not stratified or follows no seed; scores taken for probabilities; a network that sees only how bright an
# image is; validation digits used for training; four learning curves mistaken for one another.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | los tres conjuntos; dividir, ejercicio 1 | 15 | 6 |
# | un eje de canales y una escala pequeña, pregunta | 8 | 3 |
# | a mano: de las puntuaciones a la pérdida, pregunta | 12 | 6 |
# | la red; cómo aprende `fit`, en una imagen | 10 | 6 |
# | la predicción (recógelas en la pizarra), registro y experimento | 8 | 6 |
# | ejercicio 2: dibujar las curvas; *Lee la gráfica*, pregunta | 12 | 8 |
# | por qué sube la pérdida; ¿qué dígitos? | 7 | 3 |
# | qué puede salir mal: etiquetas barajadas, una fuga; ejercicio 3 | 10 | 7 |
# | ejercicios 4 y 5, pregunta; en 45, para casa | 8 | – |
#
# **En la pizarra:** los tres conjuntos como ejercicios, simulacro y examen; un paso del entrenamiento, hacia delante, hacia atrás y paso; las dos curvas, dibujadas por la clase *antes* de ejecutar la celda.
#
# **Ideas equivocadas que buscan las comprobaciones:** copias hechas antes de dividir; imágenes y etiquetas en órdenes distintos; una división sin estratificar o que no sigue ninguna semilla; puntuaciones tomadas por probabilidades; una red
# que solo ve cuánto brillo tiene la imagen; dígitos de validación usados para entrenar; cuatro curvas de aprendizaje confundidas entre sí.
