# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 45
#     title:
#       en: What a convolution sees
#       es: Qué ve una convolución
#     learn:
#       en: slide kernels over a digit and a photo by hand; padding, stride, pooling; test what a CNN really makes of a shifted digit
#       es: deslizar núcleos a mano por un dígito y una foto; padding, stride, pooling; comprobar qué hace una CNN con un dígito desplazado
#     result:
#       en: digits moved by two pixels, MLP {{mlp.shift_2_accuracy.mean}}, CNN {{cnn.shift_2_accuracy}}
#       es: dígitos movidos dos píxeles, MLP {{mlp.shift_2_accuracy.mean}}, CNN {{cnn.shift_2_accuracy}}
# ---

# %% [markdown] lang="en"
# # 00 · What a convolution sees
#
# {{badges}}
#
# Nine numbers slide over a picture and find its edges. That is a convolution, and you will write one yourself. At
# the end you train a network made of convolutions, move the digits by two pixels, and see what it knows about moving.
#
# **You will learn to**
#
# - compute a convolution and a pooling by hand, and get the same as Keras;
# - predict the shape and the number of weights of a convolutional layer;
# - say what a network of convolutions does with a shifted picture, and what it does not do;
# - look at what its layers respond to.
#
# You need Python and a little NumPy. Nothing about neural networks: words are explained when they come. About 25
# minutes to read and run, and 20 for the exercises. Everything runs offline.

# %% [markdown] lang="es"
# # 00 · Qué ve una convolución
#
# {{badges}}
#
# Nueve números se deslizan por una imagen y encuentran sus bordes. Eso es una convolución, y vas a escribir una. Al
# final entrenarás una red hecha de convoluciones, moverás los dígitos dos píxeles y verás qué sabe ella de movimientos.
#
# **Aprenderás a**
#
# - calcular a mano una convolución y un *pooling*, y obtener lo mismo que Keras;
# - predecir la forma y el número de pesos de una capa convolucional;
# - decir qué hace una red convolucional con una imagen desplazada, y qué no hace;
# - mirar a qué responden sus capas.
#
# Necesitas Python y un poco de NumPy. De redes neuronales, nada: las palabras se explican cuando aparecen. Unos 25
# minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión.

# %% [markdown] lang="en"
# ## Setup
#
# One cell, the same in every lesson: it finds the course, checks that nothing is missing, and fixes the random numbers
# with a **seed**, so that a second run gives the same answers. Run a cell with Shift + Enter, from top to bottom.

# %% [markdown] lang="es"
# ## Preparación
#
# Una celda, la misma en todas las lecciones: encuentra el curso, comprueba que no falta nada y fija los números aleatorios
# con una **semilla**, para que una segunda ejecución dé lo mismo. Cada celda se ejecuta con Mayús + Intro, de arriba abajo.

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, plots
from helpers.checks import lesson_00 as check
from helpers.figures import lesson_00 as figures
from helpers.figures import widgets
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# ## Why: a picture is a table of numbers
#
# Here is a photo, 200 pixels high and 300 wide. Each pixel has three numbers from 0 to 255, for red, green and blue. Beside
# it, its grey version: the mean of the three, between 0 (black) and 1 (white). On the right, a handwritten digit: 28 × 28.
#
# (A picture of this course shows itself where it is the last line of a cell. Anywhere else, write `display(…)` around it.)

# %% [markdown] lang="es"
# ## Por qué: una imagen es una tabla de números
#
# Aquí tienes una foto de 200 píxeles de alto y 300 de ancho. Cada píxel tiene tres números de 0 a 255, para el rojo, el verde
# y el azul. Al lado, su versión en gris: la media de los tres, entre 0 (negro) y 1 (blanco). A la derecha, un dígito
# manuscrito de 28 × 28.
#
# (Las imágenes y gráficas de este curso se muestran solas si son la última línea de una celda. En cualquier otro sitio, ponlas dentro de
# `display(…)`).

# %%
photo = data.photo()
grey = photo.mean(axis=2) / 255
(x_train, y_train), _, (x_test, y_test) = data.load_mnist()
digit = x_train[9] / 255

plots.side_by_side(photo=photo, grey=grey, digit=digit)

# %% [markdown] lang="en"
# You see a cat's eye, a whisker, a stroke. The computer has this, a piece of the digit times ten, rounded down:

# %% [markdown] lang="es"
# Tú ves el ojo de un gato, un bigote, un trazo. El ordenador tiene esto, un trozo del dígito multiplicado por diez y redondeado hacia abajo:

# %% tags=["nbval-check-output"]
print((10 * digit[6:16, 3:19]).astype(int))

# %% [markdown] lang="en"
# No single number says "stroke". A stroke is a *relation* between neighbours: dark on one side, bright on the other. So
# something has to look at neighbours, and at every place in the same way.
#
# ## By hand: nine numbers that slide
#
# Take a table of 3 × 3 numbers, the **kernel**. Lay it on the picture's corner, multiply each number by the pixel under it,
# and add up the nine products: one answer. Move one pixel on, and again. The table of answers is a new picture.

# %% [markdown] lang="es"
# Ningún número suelto dice «trazo». Un trazo es una *relación* entre vecinos: oscuro a un lado, claro al otro. Así que algo
# tiene que mirar a los vecinos, y de la misma manera en todas partes.
#
# ## A mano: nueve números que se deslizan
#
# Toma una tabla de 3 × 3 números, el **núcleo** (*kernel*). Ponla en la esquina de la imagen, multiplica cada número por el
# píxel que tiene debajo y suma los nueve productos: una respuesta. Avanza un píxel y repite. La tabla de respuestas es una
# imagen nueva.


# %%
def slide(image, kernel, stride=1):
    size = len(kernel)
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    return np.array(
        [
            [(image[r : r + size, c : c + size] * kernel).sum() for c in columns]
            for r in rows
        ]
    )


# %% [markdown] lang="en"
# The kernel below takes what is on the right minus what is on the left. Where both sides are equal, that is zero. (The larger a
# number, the brighter it is drawn; where there are negative ones, zero is mid-grey. The film shows one answer after the other; where
# it stands still, all are there.)

# %% [markdown] lang="es"
# El núcleo de abajo calcula lo que hay a la derecha menos lo que hay a la izquierda. Donde ambos lados son iguales, eso es cero.
# (Cuanto mayor es un número, más claro se dibuja; si los hay negativos, el cero es gris medio. La película muestra una respuesta
# tras otra; donde no se mueve, están todas).

# %%
vertical = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
stroke = np.zeros((6, 6), int)
stroke[1:5, 2:4] = 9

figures.sliding_kernel(stroke, vertical)

# %% [markdown] lang="en"
# Two bands: positive where it gets brighter to the right (the stroke's left edge), negative where it gets darker again. The
# kernel answers to **vertical edges**, and the sign says which side is bright.
#
# Now ask Keras. A convolutional layer, `Conv2D`, does this with kernels that it learns; we give it ours. It wants a batch of pictures with
# a channel axis, (1, height, width, 1). More on channels in a moment. The last line compares all 16 answers.

# %% [markdown] lang="es"
# Dos franjas: positiva donde la imagen se aclara hacia la derecha (el borde izquierdo del trazo), negativa donde vuelve a
# oscurecerse. El núcleo responde a los **bordes verticales**, y el signo dice qué lado es el claro.
#
# Ahora pregúntale a Keras. Una capa convolucional, `Conv2D`, hace esto con núcleos que aprende; nosotros le damos el nuestro. Quiere
# un lote de imágenes con un eje de canales, (1, alto, ancho, 1). Enseguida hablamos de canales. La última línea compara las 16 respuestas.


# %%
def keras_slide(image, kernel, **options):
    layer = layers.Conv2D(1, kernel_size=kernel.shape, use_bias=False, **options)
    layer.build((1, *image.shape, 1))
    layer.set_weights([kernel[:, :, np.newaxis, np.newaxis]])
    batch = image[np.newaxis, :, :, np.newaxis].astype("float32")
    return layer(batch)[0, :, :, 0]


same(slide(stroke, vertical), keras_slide(stroke, vertical))

# %% [markdown] lang="en"
# ## On a digit and on a photo
#
# Two more kernels. Turned by 90 degrees, the first one finds **horizontal** edges. And eight times the middle minus its eight
# neighbours finds edges in **all directions**: it answers wherever a pixel differs from the mean of those around it.

# %% [markdown] lang="es"
# ## En un dígito y en una foto
#
# Dos núcleos más. Girado 90 grados, el primero encuentra bordes **horizontales**. Y ocho veces el centro menos sus ocho
# vecinos encuentra bordes en **todas las direcciones**: responde allí donde un píxel difiere de la media de los que lo rodean.

# %%
horizontal = vertical.T
all_directions = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])

plots.side_by_side(
    vertical=slide(digit, vertical),
    horizontal=slide(digit, horizontal),
    all_directions=slide(digit, all_directions),
)

# %%
plots.side_by_side(
    columns=2,
    grey=grey,
    vertical=slide(grey, vertical),
    horizontal=slide(grey, horizontal),
    all_directions=slide(grey, all_directions),
)

# %% [markdown] lang="en"
# Look for the whiskers: they run from left to right, so `vertical` hardly sees them and `horizontal` draws them sharply. The stripes on the forehead run
# downwards: there it is the other way round. In all three kernels the nine numbers add up to zero: that is why the smooth
# background comes out grey, whether it is light or dark.
#
# Now you: change the nine numbers, with the mouse or with Tab and the arrow keys. Try nine times 0.11. Try a 1 in the middle and zeros
# around it. Can you make `horizontal`? (The editor needs a running notebook. Where you see none, the pictures above tell the
# story.)

# %% [markdown] lang="es"
# Busca los bigotes: van de izquierda a derecha, así que `vertical` apenas los ve y `horizontal` los dibuja con nitidez. Las rayas de la frente
# bajan: ahí es al revés. En los tres núcleos, los nueve números suman cero: por eso el fondo liso sale gris, sea claro u
# oscuro.
#
# Ahora tú: cambia los nueve números, con el ratón o con el tabulador y las flechas. Prueba con nueve veces 0.11. Prueba con un 1 en
# el centro y ceros alrededor. ¿Te sale `horizontal`? (El editor necesita el cuaderno en marcha. Si no lo ves, las
# imágenes de arriba ya lo cuentan).

# %% name="kernel_editor"
widgets.kernel_editor(slide, grey, vertical)

# %% [markdown] lang="en"
# ## Threshold: edge, yes or no?
#
# An answer is strong or weak. For a yes or no, draw a line: the **threshold**. Here an edge is whatever answers with more than 0.4,
# to either side.

# %% [markdown] lang="es"
# ## Umbral: ¿hay borde o no?
#
# Una respuesta es fuerte o débil. Para un sí o un no hay que trazar una raya: el **umbral**. Aquí es borde todo lo que responde
# con más de 0.4, hacia un lado o hacia el otro.

# %%
threshold = 0.4
plots.side_by_side(
    vertical_edges=abs(slide(grey, vertical)) > threshold,
    horizontal_edges=abs(slide(grey, horizontal)) > threshold,
    edges=abs(slide(grey, all_directions)) > threshold,
)

# %% [markdown] lang="en"
# A network has the same thing in a softer form. Each kernel comes with a tenth number, its **bias**, added to every answer; and the
# **activation** `relu` turns everything negative into zero. A bias of −0.4 and `relu` together: only what exceeds 0.4
# gets through, less 0.4: a strong edge stays stronger than a weak one. (Edges of negative sign are lost: they need a kernel of their own.)

# %% [markdown] lang="es"
# Una red tiene lo mismo en una forma más suave. Cada núcleo lleva un décimo número, su **sesgo** (*bias*), que se suma a todas las
# respuestas; y la **activación** `relu` convierte en cero todo lo negativo. Un sesgo de −0.4 y `relu` juntos: solo pasa
# lo que supera 0.4, y con 0.4 menos: un borde fuerte sigue siendo más fuerte que uno débil. (Los de signo negativo se pierden:
# necesitan su propio núcleo).

# %%
layer = layers.Conv2D(1, kernel_size=3, activation="relu")
layer.build((1, 200, 300, 1))
layer.set_weights([vertical[:, :, np.newaxis, np.newaxis], np.array([-threshold])])

by_hand = np.maximum(slide(grey, vertical) - threshold, 0)
by_keras = layer(grey[np.newaxis, :, :, np.newaxis])[0, :, :, 0]
same(by_hand, by_keras)

# %% [markdown] lang="en"
# ## Colour: a kernel is as deep as its picture
#
# A colour photo is three tables, its **channels**. The kernel then has three layers as well, one for each: 3 × 3 × 3 = 27 numbers.
# All 27 products are added up. So a colour picture goes in, and from each kernel **one** table of answers comes out.

# %% [markdown] lang="es"
# ## Color: un núcleo es tan profundo como su imagen
#
# Una foto en color son tres tablas, sus **canales**. Entonces el núcleo también tiene tres capas, una para cada canal: 3 × 3 × 3 =
# 27 números. Los 27 productos se suman. Es decir: entra una imagen en color y de cada núcleo sale **una** sola tabla de respuestas.

# %%
rgb = photo / 255
kernel = np.random.default_rng(0).normal(size=(3, 3, 3))
by_hand = sum(slide(rgb[:, :, i], kernel[:, :, i]) for i in range(3))

layer = layers.Conv2D(1, kernel_size=3, use_bias=False)
layer.build((1, 200, 300, 3))
layer.set_weights([kernel[:, :, :, np.newaxis]])
same(by_hand, layer(rgb[np.newaxis])[0, :, :, 0], tolerance=1e-4)

# %% [markdown] lang="en"
# Such a kernel can look for colours. The smallest has size 1 × 1 × 3 and asks one pixel: how much more green than the
# mean of red and blue? And the same for red:

# %% [markdown] lang="es"
# Un núcleo así puede buscar colores. El más pequeño mide 1 × 1 × 3 y le pregunta a un solo píxel: ¿cuánto más verde hay que la media
# de rojo y azul? Y lo mismo con el rojo:

# %%
green_kernel = np.array([-0.5, 1, -0.5])
red_kernel = np.array([1, -0.5, -0.5])

plots.side_by_side(
    photo=photo,
    greener=(rgb * green_kernel).sum(axis=2),
    redder=(rgb * red_kernel).sum(axis=2),
)

# %% [markdown] lang="en"
# The eyes light up in one, the nose in the other. In the grey photo, eyes and forehead were hardly different.
#
# ## Padding and stride: how large is the answer?
#
# A 3 × 3 kernel has no room to stand on the rim: from 6 × 6 pixels come 4 × 4 answers. Two settings change that.
#
# - **Padding** puts zeros around the picture. With one row all around, `padding="same"`, as many answers come out as pixels went in.
# - **Stride** is the length of the step. With `strides=2` the kernel takes every second place: half as many rows and columns.
#
# Both by hand and by Keras. The last line: the shapes of the digit, of the padded digit, and of the answers with padding and with stride 2.

# %% [markdown] lang="es"
# En una se encienden los ojos; en la otra, la nariz. En la foto gris, los ojos y la frente apenas se distinguían.
#
# ## *Padding* y *stride*: ¿qué tamaño tiene la respuesta?
#
# El centro de un núcleo de 3 × 3 no puede ponerse en el borde de la imagen: de 6 × 6 píxeles salen 4 × 4 respuestas. Dos ajustes lo cambian.
#
# - El ***padding*** (relleno) rodea la imagen de ceros. Con una fila alrededor, `padding="same"`, salen tantas respuestas como
#   píxeles entraron.
# - El ***stride*** (zancada) es el tamaño del paso. Con `strides=2` el núcleo pisa uno de cada dos sitios: la mitad de filas y columnas.
#
# Los dos, a mano y con Keras. La última línea: las formas del dígito, del dígito con relleno y de las respuestas con *padding* y con zancada 2.

# %%
padded = np.pad(digit, 1)
with_rim = keras_slide(digit, vertical, padding="same")
same(slide(padded, vertical), with_rim)

every_second = keras_slide(digit, vertical, strides=2)
same(slide(digit, vertical, stride=2), every_second)

print(digit.shape, padded.shape, with_rim.shape, every_second.shape)

# %% [markdown] lang="en"
# One formula for all of it. With $n$ pixels, a kernel of $k$, $p$ rows of padding on each side and stride $s$, the answer has
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# rows, and the same for columns: the room left to slide, in steps of $s$, plus the starting place. The brackets mean *round down*:
# half a step is not taken. We compare it with Keras for 81 combinations:

# %% [markdown] lang="es"
# Una sola fórmula lo resume. Con $n$ píxeles, un núcleo de $k$, $p$ filas de relleno a cada lado y zancada $s$, la respuesta tiene
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# filas, y lo mismo para las columnas: el espacio que queda para deslizarse, en pasos de $s$, más el sitio de salida. Los corchetes
# significan *redondear hacia abajo*: medio paso no se da. La comparamos con Keras en 81 combinaciones:


# %%
def output_size(n, k, p, s):
    return (n + 2 * p - k) // s + 1


by_hand, by_keras = [], []
for n in (6, 28, 224):
    for k in (1, 3, 5):
        for p in (0, 1, 2):
            for s in (1, 2, 3):
                conv = layers.Conv2D(1, kernel_size=k, strides=s)
                shape = conv.compute_output_shape((1, n + 2 * p, n + 2 * p, 1))
                by_keras.append(shape[1:3])
                by_hand.append((output_size(n, k, p, s),) * 2)

same(by_hand, by_keras)

# %% [markdown] lang="en"
# (Keras's own `"same"` always gives $n / s$, rounded up, and pads as much as that takes, not always equally on both sides.)
#
# ## Max pooling: the strongest of four
#
# After a convolution, networks often make the table smaller. **Max pooling** cuts it into squares of 2 × 2 and keeps the
# largest number of each:

# %% [markdown] lang="es"
# (El `"same"` de Keras da siempre $n / s$, redondeado hacia arriba, y rellena lo que haga falta, no siempre igual a los dos lados).
#
# ## *Max pooling*: el más fuerte de cuatro
#
# Tras una convolución, las redes suelen encoger la tabla. El ***max pooling*** la corta en cuadrados de 2 × 2 y se queda con el
# número mayor de cada uno:


# %%
def max_pool(image):
    rows, columns = image.shape[0] // 2, image.shape[1] // 2
    squares = image[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return squares.max(axis=(1, 3))


answers = slide(digit, vertical)
by_keras = layers.MaxPooling2D(pool_size=2)(answers[np.newaxis, :, :, np.newaxis])
same(max_pool(answers), by_keras[0, :, :, 0])

plots.side_by_side(
    answers=answers, pooled=max_pool(answers), twice=max_pool(max_pool(answers))
)

# %% [markdown] lang="en"
# That there was an edge is kept. *Where* in its square it was is not, and neither are the weaker three. Sometimes you read that pooling loses nothing important. See for
# yourself what it cannot tell apart:

# %% [markdown] lang="es"
# Que ahí había un borde se conserva. En *qué sitio* de su cuadrado estaba, no; y los otros tres, más débiles, tampoco. A veces se lee que el *pooling* no pierde nada
# importante. Mira tú mismo lo que no sabe distinguir:

# %% tags=["nbval-check-output"]
left = np.array([[9, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0], [9, 0, 0, 9]])
right = np.array([[0, 9, 9, 0], [9, 9, 0, 0], [0, 0, 9, 9], [0, 9, 9, 0]])
print(max_pool(left), max_pool(right), sep="\n\n")

# %% [markdown] lang="en"
# ## What happens to a shifted picture?
#
# This is the question of the lesson, so look closely. Move the digit two pixels to the right. Its edges are the same edges, two
# pixels further to the right: **first move, then slide** gives the same as **first slide, then move**. That is called
# **equivariance**: the answers move along. The cell prints the largest difference between the two:

# %% [markdown] lang="es"
# ## ¿Qué le pasa a una imagen desplazada?
#
# Esta es la pregunta de la lección, así que fíjate bien. Mueve el dígito dos píxeles a la derecha. Sus bordes son los mismos
# bordes, dos píxeles más a la derecha: **primero mover y después deslizar** da lo mismo que **primero deslizar y después
# mover**. Eso se llama **equivarianza**: las respuestas se mueven también. La celda imprime la mayor diferencia entre ambos resultados:

# %% tags=["nbval-check-output"]
moved = np.roll(digit, 2, axis=1)
print(np.abs(slide(moved, vertical) - np.roll(answers, 2, axis=1)).max())

# %% [markdown] lang="en"
# It is often said that convolutions make a network *invariant* to shifts. **Invariant** would mean that the answers *stay as they
# are*. They do not: they move. And pooling? Move by 2, and the pooled table moves by exactly 1 (the first line printed, `True`, says so). Move by 1, and it is a different table. How many of its numbers
# change compared with the unmoved digit?

# %% [markdown] lang="es"
# Suele decirse que las convoluciones hacen a la red *invariante* a los desplazamientos. **Invariante** sería que las respuestas *se
# quedasen igual*. No es así: se mueven. ¿Y el *pooling*? Si mueves 2, la tabla reducida se mueve exactamente 1 (lo dice la primera línea impresa, `True`). Si mueves 1, es otra tabla.
# ¿Cuántos de sus números cambian respecto al dígito sin mover?

# %% tags=["nbval-check-output"]
pooled = max_pool(answers)
print(np.array_equal(max_pool(np.roll(answers, 2, axis=1)), np.roll(pooled, 1, axis=1)))

inked = answers != 0
changed = (np.roll(answers, 1, axis=1) != answers)[inked].mean()
print(f"{changed:.0%}")
changed = (max_pool(np.roll(answers, 1, axis=1)) != pooled)[pooled != 0].mean()
print(f"{changed:.0%}")

# %% [markdown] lang="en"
# The second line is without pooling, the third with it, counted where there are answers at all. Pooling softens a step of one pixel. It does not
# make it disappear.
#
# ## What it costs: weights of an MLP and of a CNN
#
# Now networks. A **dense** layer has units, and each of them multiplies *every* pixel by a weight of its own. A network of dense layers is called
# an **MLP**. A **CNN** begins with convolutions: a handful of kernels that are used again at every place. What a network learns
# are these weights, so let us count them.
#
# `Flatten` lays a table out as one row; `softmax` turns ten numbers into ten probabilities, one for each digit. `GlobalAveragePooling2D`,
# in the third network, keeps a single number of each table: its mean.

# %% [markdown] lang="es"
# La segunda línea es sin *pooling* y la tercera con él, contando donde hay alguna respuesta. El *pooling* suaviza un paso de un píxel. No lo hace
# desaparecer.
#
# ## Lo que cuesta: los pesos de un MLP y de una CNN
#
# Ahora, redes. Una capa **densa** tiene unidades, y cada una multiplica *cada* píxel por un peso distinto. Una red de capas densas se llama
# **MLP**. Una **CNN** empieza con convoluciones: un puñado de núcleos que se usan una y otra vez en todas partes. Lo que aprende una
# red son estos pesos, así que vamos a contarlos.
#
# `Flatten` coloca una tabla en una sola fila; `softmax` convierte diez números en diez probabilidades, una por dígito.
# `GlobalAveragePooling2D`, en la tercera red, conserva un solo número de cada tabla: su media.


# %%
def mlp(shape=(28, 28, 1)):
    return keras.Sequential(
        [
            keras.Input(shape=shape),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def cnn(shape=(28, 28, 1), to_row=layers.Flatten):
    return keras.Sequential(
        [
            keras.Input(shape=shape),
            layers.Conv2D(16, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            to_row(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% [markdown] lang="en"
# Each line: the picture's shape, the network, all its weights, and how many of those are in convolutions.

# %% [markdown] lang="es"
# Cada línea: la forma de la imagen, la red, todos sus pesos y cuántos de ellos están en convoluciones.

# %% tags=["nbval-check-output"]
for shape in ((28, 28, 1), (224, 224, 3)):
    networks = {
        "mlp": mlp(shape),
        "cnn": cnn(shape),
        "cnn, global average": cnn(shape, layers.GlobalAveragePooling2D),
    }
    for name, network in networks.items():
        convolutions = [k for k in network.layers if isinstance(k, layers.Conv2D)]
        shared = sum(layer.count_params() for layer in convolutions)
        print(f"{shape!s:14} {name:20} {network.count_params():>11_} {shared:>6_}")

# %% [markdown] lang="en"
# Look at the last column first. The first convolution has 16 kernels of 3 × 3 × channels weights and 16 biases; the second, 32 of 3 × 3 × 16 and 32
# biases. **The size of the picture is nowhere in that**: a kernel is the same nine numbers on a stamp and on a poster. The little difference comes from the three
# colours.
#
# Now the other one. In the MLP every pixel needs its own weights, and a photo brings millions. The plain CNN
# grows, too, as a dense layer follows its `Flatten`. Only the third network hardly grows at all. So "CNNs
# have few weights" is true of convolutions, not of whatever comes after them.

# %% [markdown] lang="es"
# Mira primero la última columna. La primera convolución tiene 16 núcleos, cada uno con 3 × 3 pesos por canal, y 16 sesgos; la segunda, 32 núcleos de
# 3 × 3 × 16 y 32 sesgos. **El tamaño de la imagen no aparece por ninguna parte**: un núcleo son los mismos nueve números en un sello que en un
# cartel. La pequeña diferencia viene de los tres colores.
#
# Ahora la otra columna. En el MLP cada píxel necesita sus propios pesos, y una foto trae millones. La CNN sencilla
# también crece, porque tras su `Flatten` viene una capa densa. Solo la tercera red apenas crece. Así que «las CNN
# tienen pocos pesos» es cierto de las convoluciones, no de lo que venga después.

# %% [markdown] lang="en"
# ## The experiment: two networks, and digits that move
#
# Both networks learn from the same 1,000 digits, each of them seen 15 times. Lesson 01 takes this cell apart; for now it
# is enough that `fit` adjusts the weights until the network's answers fit the labels. Then both take an exam on 1,000 other digits,
# and take it again with those digits moved up, down, left and right.

# %% [markdown] lang="es"
# ## El experimento: dos redes y dígitos que se mueven
#
# Las dos redes aprenden de los mismos 1000 dígitos, que ven 15 veces cada uno. La lección 01 explica esta celda con calma; de momento
# basta saber que `fit` ajusta los pesos hasta que las respuestas de la red encajan con las etiquetas. Después, las dos se examinan
# con otros 1000 dígitos, y repiten el examen con esos dígitos movidos hacia arriba, abajo, izquierda y derecha.


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


def train(network):
    network.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return network.fit(
        prepare(x_train),
        y_train,
        epochs=15,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )


# %% [markdown] lang="en"
# Around most digits two pixels or more are empty, so hardly any ink is lost beyond the frame. Zeros come in from the other side.

# %% [markdown] lang="es"
# Casi todos los dígitos tienen alrededor dos o más píxeles vacíos, así que apenas se pierde tinta fuera del marco. Por el otro lado entran ceros.

# %%
x_exam, y_exam = x_test[:1000], y_test[:1000]


def shift(images, down, right):
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4)))
    return padded[:, 4 - down : 32 - down, 4 - right : 32 - right]


def accuracies(network):
    results = []
    for n in range(5):
        ways = ((n, 0), (-n, 0), (0, n), (0, -n))
        moved = np.concatenate([shift(x_exam, *way) for way in ways])
        probabilities = network.predict(prepare(moved), batch_size=500, verbose=0)
        right = probabilities.argmax(axis=1) == np.tile(y_exam, 4)
        results.append(float(right.mean()))
    return results


plots.side_by_side(
    columns=5, **{f"shift_{n}": shift(x_exam[1:2], 0, n)[0] for n in range(5)}
)

# %% [markdown] lang="en"
# ## Predict first
#
# For you, all five are the same digit. Without a shift, our MLPs got {{mlp.test_accuracy.mean}} right. What share will yours get right when the digits are moved by **two**
# pixels? And the CNN? Put numbers in place of the dots, such as 0.5, or leave them.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Para ti, los cinco son el mismo dígito. Sin desplazarlos, nuestros MLP acertaron el {{mlp.test_accuracy.mean}}. ¿Qué proporción acertará el tuyo con los dígitos
# movidos **dos** píxeles? ¿Y la CNN? Pon números en lugar de los puntos, como 0.5, o déjalos como están.

# %%
guess("mlp", shift_2_accuracy=...)
guess("cnn", shift_2_accuracy=...)


# %%
def examine(name, network):
    keras.utils.set_random_seed(SEED)
    network = network()
    start = time.perf_counter()
    history = train(network)
    seconds = time.perf_counter() - start

    shifted = accuracies(network)
    run = record(
        name,
        history,
        {"accuracy": shifted[0]},
        seconds,
        shift_1_accuracy=shifted[1],
        shift_2_accuracy=shifted[2],
        shift_4_accuracy=shifted[4],
        kept_share=shifted[2] / shifted[0],
    )
    return network, run, shifted


# %%
_, mlp_run, mlp_shifted = examine("mlp", mlp)

# %% name="train_cnn"
cnn_model, cnn_run, cnn_shifted = examine("cnn", cnn)

# %% name="shifted"
figures.by_shift({"mlp": mlp_shifted, "cnn": cnn_shifted})

# %% [markdown] lang="en"
# ## Read the picture
#
# The CNN loses less: over our {{measured.seeds}} runs it kept {{cnn.kept_share.mean}} of its accuracy under a shift of two pixels, the MLP
# {{mlp.kept_share.mean}}. For the MLP a moved stroke meets other weights, ones that never saw it. In the CNN it meets the same kernels.
#
# But look at the right end. Four pixels, a seventh of the frame, and the CNN has dropped as well, to {{cnn.shift_4_accuracy}}. So much for
# *invariant*. Its kernels find the moved strokes; the dense layer behind them has a weight for each **place**, and it learned with strokes
# in the middle.
#
# **What does pooling contribute?** Take it out and let the convolutions step by two instead, which also halves the tables:

# %% [markdown] lang="es"
# ## Lee la imagen
#
# La CNN pierde menos: en nuestras {{measured.seeds}} ejecuciones conservó el {{cnn.kept_share.mean}} de su exactitud al desplazar dos píxeles, y el MLP,
# el {{mlp.kept_share.mean}}. En el MLP, un trazo movido se encuentra con otros pesos, que nunca lo vieron. En la CNN se encuentra con los mismos núcleos.
#
# Pero mira el extremo derecho. Cuatro píxeles, una séptima parte del marco, y la CNN también se ha hundido, hasta el {{cnn.shift_4_accuracy}}. De
# *invariante*, nada. Sus núcleos encuentran los trazos movidos; la capa densa que viene detrás tiene un peso para cada
# **sitio**, y aprendió con trazos en el centro.
#
# **¿Qué aporta el *pooling*?** Quítalo y deja que las convoluciones avancen de dos en dos, con lo que las tablas también se reducen a la mitad:


# %%
def cnn_without_pooling():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, kernel_size=3, strides=2, activation="relu"),
            layers.Conv2D(32, kernel_size=3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


_, strides_run, strides_shifted = examine("cnn_without_pooling", cnn_without_pooling)
figures.by_shift(
    {"mlp": mlp_shifted, "cnn": cnn_shifted, "without_pooling": strides_shifted}
)

# %% [markdown] lang="en"
# With steps of two in place of pooling, the CNN keeps {{cnn_without_pooling.kept_share}} at two pixels, much nearer to the MLP: on these digits, most of the CNN's advantage goes with the pooling. It is worth having, and it
# is worth about half a pixel: compare where the curves cross 80 %.

# %% [markdown] lang="es"
# Con pasos de dos en vez de *pooling*, la CNN conserva el {{cnn_without_pooling.kept_share}} con dos píxeles, mucho más cerca del MLP: con estos dígitos, la mayor parte de la ventaja de la CNN desaparece al quitar el *pooling*. El *pooling* merece la
# pena, y vale más o menos medio píxel: compara dónde cruzan las curvas el 80 %.

# %% [markdown] lang="en"
# ## What its layers respond to
#
# Our kernels were thought out. The network's were found by training. What do they see? Send one digit in and take out the tables of
# answers, the **feature maps**, of both convolutions; here are the three strongest of each.

# %% [markdown] lang="es"
# ## A qué responden sus capas
#
# Nuestros núcleos estaban pensados. Los de la red los ha encontrado el entrenamiento. ¿Qué ven? Metemos un dígito y sacamos las
# tablas de respuestas, los **mapas de características** (*feature maps*), de las dos convoluciones; aquí están los tres más fuertes de cada una.

# %%
first, second = [k for k in cnn_model.layers if isinstance(k, layers.Conv2D)]
inside = keras.Model(cnn_model.inputs[0], [first.output, second.output])
maps_1, maps_2 = (np.array(maps) for maps in inside(prepare(x_exam)))


def strongest(maps):
    return maps.max(axis=(0, 1, 2)).argsort()[::-1][:3]


shown = {f"first_{k}": maps_1[7, :, :, k] for k in strongest(maps_1)}
shown |= {f"second_{k}": maps_2[7, :, :, k] for k in strongest(maps_2)}
plots.side_by_side(**shown)

# %% [markdown] lang="en"
# The maps of the first layer still look like the digit, brighter in some parts of its strokes than in others. Those of the second are coarser, and answer at a few places only. To what?
# Look the other way round: among all 1,000 digits, which **piece** excites a kernel most? A kernel of the first layer sees 3 × 3 pixels. One of the second sees 3 × 3
# pooled answers, and those come from 8 × 8 pixels. One row per kernel, ten favourite pieces, each from another digit; above it, which
# digit it comes from. (Drawn as ink on paper.)

# %% [markdown] lang="es"
# Los mapas de la primera capa aún se parecen al dígito, más claros en unas partes del trazo que en otras. Los de la segunda son más toscos y responden solo en unos pocos sitios. ¿A
# qué? Míralo al revés: entre los 1000 dígitos, ¿qué **trozo** excita más a un núcleo? Un núcleo de la primera capa ve 3 × 3 píxeles. Uno de la segunda ve 3 × 3
# respuestas reducidas, y esas salen de 8 × 8 píxeles. Una fila por núcleo, diez trozos favoritos, cada uno de otro dígito; encima, de qué
# dígito viene. (Dibujados como tinta sobre papel).


# %%
def favourites(maps, step, size):
    pieces, labels = [], []
    for k in strongest(maps):
        digits = maps[..., k].max(axis=(1, 2)).argsort()[::-1][:10]
        for i in digits:
            row, column = np.unravel_index(maps[i, :, :, k].argmax(), maps.shape[1:3])
            top, left = step * row, step * column
            pieces.append(x_exam[i, top : top + size, left : left + size])
        labels.append(y_exam[digits])
    display(plots.gallery(np.array(pieces), np.concatenate(labels)))
    print(np.array(labels))


favourites(maps_1, step=1, size=3)

# %%
favourites(maps_2, step=2, size=8)

# %% [markdown] lang="en"
# The first layer wants an edge or a corner of ink, as our hand-made kernels did. The second wants something larger: a piece of a stroke that runs in
# a certain direction, or bends. The pieces of one row resemble each other although they come from different digits. Edges become parts; the
# dense layers then ask which parts are there, **and where**.

# %% [markdown] lang="es"
# La primera capa quiere un borde o una esquina de tinta, como nuestros núcleos hechos a mano. La segunda quiere algo más grande: un trozo de trazo que va en
# cierta dirección, o que se curva. Los trozos de una fila se parecen aunque vengan de dígitos distintos. Los bordes se convierten en partes; después,
# las capas densas preguntan qué partes hay **y dónde**.

# %% [markdown] lang="en"
# ## What can go wrong: trusting that it will not mind
#
# "It is a CNN, it does not care where the digit is." Then somebody writes a little to the left, and accuracy goes. The remedy is not in the
# architecture but in the data: **show it shifted digits**. `RandomTranslation` moves each training digit by up to four pixels,
# anew each time. It works in training only; in the exam it does nothing. The network behind it is the same CNN.

# %% [markdown] lang="es"
# ## Qué puede salir mal: confiar en que le dará igual
#
# «Es una CNN, le da igual dónde esté el dígito». Entonces alguien escribe un poco más a la izquierda y adiós exactitud. El remedio no está en la
# arquitectura, sino en los datos: **enséñale dígitos desplazados**. `RandomTranslation` mueve cada dígito de entrenamiento hasta cuatro
# píxeles, con un sorteo nuevo cada vez. Solo actúa al entrenar; en el examen no hace nada. La red de detrás es la misma CNN.


# %%
def cnn_shown_shifts():
    moving = layers.RandomTranslation(4 / 28, 4 / 28, fill_mode="constant")
    return keras.Sequential([keras.Input(shape=(28, 28, 1)), moving, cnn()])


_, shown_run, shown_shifted = examine("cnn_shown_shifts", cnn_shown_shifts)
figures.by_shift({"mlp": mlp_shifted, "cnn": cnn_shifted, "shown_shifts": shown_shifted})

# %% [markdown] lang="en"
# The same network, the same 1,000 digits, the same number of steps, and at two pixels it keeps {{cnn_shown_shifts.kept_share}}. It has not become
# invariant; it has *learned* shifts of up to four pixels. Lesson 02 makes a method of this.

# %% [markdown] lang="es"
# La misma red, los mismos 1000 dígitos, los mismos pasos, y con dos píxeles conserva el {{cnn_shown_shifts.kept_share}}. No se ha vuelto
# invariante: ha *aprendido* los desplazamientos de hasta cuatro píxeles. La lección 02 hace de esto un método.

# %% [markdown] lang="en"
# ## Your turn
#
# Put your answer in place of the `...` and run the cell. Wrong answers cost nothing: the check says what to look at.
#
# ### 1. A kernel for rising strokes
#
# Write a 3 × 3 kernel for thin bright strokes that rise to the right, like `/`. It should answer to them strongly, to the falling
# ones, `\`, with at most half that number (a negative answer is fine), and to a flat surface with zero.

# %% [markdown] lang="es"
# ## Te toca
#
# Pon tu respuesta en lugar de `...` y ejecuta la celda. Equivocarse no cuesta nada: la comprobación te dice en qué fijarte.
#
# ### 1. Un núcleo para trazos que suben
#
# Escribe un núcleo de 3 × 3 para trazos finos y claros que suben hacia la derecha, como `/`. Debe responder a ellos con fuerza; a los
# que bajan, `\`, con la mitad como mucho (vale una respuesta negativa), y a una superficie lisa con cero.

# %% tags=["exercise"]
rising = ...

check.rising_stroke(rising)
# check.rising_stroke.hint()

# %% tags=["solution"]
rising = np.array([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]])

check.rising_stroke(rising)

# %% [markdown] lang="en"
# ### 2. What comes out?
#
# A photo of shape (224, 224, 3) goes through `Conv2D(32, kernel_size=5, strides=2, padding="same")` and then
# `MaxPooling2D(pool_size=3)`, whose squares of 3 × 3 do not overlap. What shape comes out? Answer with a tuple (height, width, channels), without running Keras.

# %% [markdown] lang="es"
# ### 2. ¿Qué sale?
#
# Una foto de forma (224, 224, 3) pasa por `Conv2D(32, kernel_size=5, strides=2, padding="same")` y después por
# `MaxPooling2D(pool_size=3)`, cuyos cuadrados de 3 × 3 no se solapan. ¿Qué forma sale? Responde con una tupla (alto, ancho, canales), sin ejecutar
# Keras.

# %% tags=["exercise"]
shape = ...

check.output_shape(shape)
# check.output_shape.hint()

# %% tags=["solution"]
shape = (37, 37, 32)

check.output_shape(shape)

# %% [markdown] lang="en"
# ### 3. Find the bug
#
# A colleague's edges look wrong: where yours are dark, some of hers are glaringly bright. Her pictures are whole numbers
# from 0 to 255, of type `uint8`, as they come from the file. Write an `edges` that works for them.

# %% [markdown] lang="es"
# ### 3. Encuentra el error
#
# A una compañera le salen mal los bordes: donde los tuyos son oscuros, algunos de los suyos deslumbran. Sus imágenes son enteros de 0 a
# 255, de tipo `uint8`, tal como salen del archivo. Escribe un `edges` que funcione con ellas.


# %% tags=["exercise"]
def her_edges(image, kernel):
    answers = np.zeros_like(image[2:, 2:])
    for r in range(answers.shape[0]):
        for c in range(answers.shape[1]):
            answers[r, c] = (image[r : r + 3, c : c + 3] * kernel).sum()
    return answers


edges = ...

check.edges(edges)
# check.edges.hint()


# %% tags=["solution"]
def edges(image, kernel):
    answers = np.zeros(image[2:, 2:].shape)
    for r in range(answers.shape[0]):
        for c in range(answers.shape[1]):
            answers[r, c] = (image[r : r + 3, c : c + 3] * kernel).sum()
    return answers


check.edges(edges)

# %% [markdown] lang="en"
# ### 4. A network that really does not mind
#
# Convolutions move along, pooling forgives a little. Build a model, images (N, 28, 28, 1) in and **one row of at least four numbers** per image out, whose output stays
# *the same* when a digit with an empty rim is moved by 1, 2 or 3 pixels. It must still tell digits apart. No training is needed.

# %% [markdown] lang="es"
# ### 4. Una red a la que de verdad le da igual
#
# Las convoluciones se mueven con la imagen, el *pooling* perdona un poco. Construye un modelo que reciba imágenes (N, 28, 28, 1) y dé, por cada imagen, **una fila de al menos
# cuatro números** que *no cambie* cuando un dígito con el margen vacío se mueve 1, 2 o 3 píxeles. Debe seguir distinguiendo los dígitos. No hace falta entrenarlo.

# %% tags=["exercise"]
invariant = ...

check.invariant_model(invariant)
# check.invariant_model.hint()

# %% tags=["solution"]
invariant = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(16, kernel_size=3, activation="relu"),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.GlobalMaxPooling2D(),
    ]
)

check.invariant_model(invariant)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** You move a picture three pixels to the right. What does a convolution (stride 1) do?
#
# - (a) Its answers stay as they are: convolutions are invariant to shifts.
# - (b) Its answers move three pixels to the right: convolutions are equivariant to shifts.
# - (c) It gives entirely different answers, as each place has its own weights.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** Mueves una imagen tres píxeles a la derecha. ¿Qué hace una convolución (con zancada 1)?
#
# - (a) Sus respuestas se quedan igual: las convoluciones son invariantes a los desplazamientos.
# - (b) Sus respuestas se mueven tres píxeles a la derecha: las convoluciones son equivariantes a los desplazamientos.
# - (c) Da respuestas totalmente distintas, pues cada sitio tiene sus propios pesos.

# %% tags=["exercise"]
answer = ...

check.quiz_shift(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_shift(answer)

# %% [markdown] lang="en"
# **B.** `Conv2D(8, kernel_size=3)` looks at a colour photo of 100 × 100 pixels. You take one of 200 × 200 instead. How many
# weights has the layer now?
#
# - (a) Four times as many: there are four times as many pixels.
# - (b) As many as before: 8 · (3 · 3 + 1) = 80.
# - (c) As many as before: 8 · (3 · 3 · 3 + 1) = 224.

# %% [markdown] lang="es"
# **B.** `Conv2D(8, kernel_size=3)` mira una foto en color de 100 × 100 píxeles. La cambias por una de 200 × 200. ¿Cuántos pesos tiene
# ahora la capa?
#
# - (a) Cuatro veces más: hay cuatro veces más píxeles.
# - (b) Los mismos que antes: 8 · (3 · 3 + 1) = 80.
# - (c) Los mismos que antes: 8 · (3 · 3 · 3 + 1) = 224.

# %% tags=["exercise"]
answer = ...

check.quiz_weights(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_weights(answer)

# %% [markdown] lang="en"
# **C.** What does max pooling lose?
#
# - (a) The exact place of the strongest answer, and the other three answers of its square.
# - (b) Nothing: the important numbers are the largest ones.
# - (c) The strength of the answers: it only says whether there is one.

# %% [markdown] lang="es"
# **C.** ¿Qué pierde el *max pooling*?
#
# - (a) El sitio exacto de la respuesta más fuerte, y las otras tres respuestas de su cuadrado.
# - (b) Nada: los números importantes son los mayores.
# - (c) La fuerza de las respuestas: solo dice si hay alguna.

# %% tags=["exercise"]
answer = ...

check.quiz_pooling(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_pooling(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours. We ran this notebook with {{measured.seeds}} different seeds; "our test" is the mean ± the standard
# deviation, without a shift. (The validation column stays empty: what that set is for, lesson 01 tells.)

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras. Ejecutamos este cuaderno con {{measured.seeds}} semillas distintas; «nuestra prueba» es la media ±
# la desviación típica, sin desplazamiento. (La columna de validación queda vacía: para qué sirve ese conjunto lo cuenta la lección 01).

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run. (The second sentence compares shares: it shows that the first is not merely due to the CNN's head start.)

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución. (La segunda frase compara proporciones: así se ve que la primera no se debe solo a la ventaja de salida de la CNN).

# %%
claim("cnn_keeps_more", cnn_run.shift_2_accuracy, ">", mlp_run.shift_2_accuracy, unit="%",
      en="with digits shifted by two pixels, the CNN is right more often than the MLP",
      es="con dígitos desplazados dos píxeles, la CNN acierta más que el MLP")
claim("larger_share", cnn_run.kept_share, ">", mlp_run.kept_share, unit="%",
      en="of the accuracy that it had without a shift, the CNN keeps a larger share than the MLP",
      es="de la exactitud que tenía sin desplazamiento, la CNN conserva una parte mayor que el MLP")
claim("not_invariant", cnn_run.shift_4_accuracy, "<", cnn_run.test_accuracy, margin=-0.3, unit="%",
      en="a shift of four pixels costs the CNN more than 30 percentage points of accuracy",
      es="un desplazamiento de cuatro píxeles le cuesta a la CNN más de 30 puntos porcentuales de exactitud")
claim("pooling_helps", cnn_run.shift_2_accuracy, ">", strides_run.shift_2_accuracy, unit="%",
      en="with a shift of two pixels, the CNN with pooling is right more often than the one without",
      es="con un desplazamiento de dos píxeles, la CNN con pooling acierta más que la que no lo tiene")
better_unshown = max(cnn_run.shift_2_accuracy, strides_run.shift_2_accuracy)
claim("shown_shifts_help_more", shown_run.shift_2_accuracy, ">", better_unshown, margin=0.1, unit="%",
      en="with a shift of two pixels, the CNN that was shown shifted digits beats the other two by more than 10 percentage points",
      es="con un desplazamiento de dos píxeles, la CNN que vio dígitos desplazados supera a las otras dos en más de 10 puntos porcentuales")

# %% [markdown] lang="en"
# ## In short
#
# - A convolution slides one small kernel over the whole picture: multiply, add up, move on. A kernel is as deep as the picture has channels.
# - Answers per side: (n + 2p − k) / s, rounded down, plus 1. Weights: kernels × (size × size × channels + 1), whatever the picture's size.
# - Max pooling keeps the strongest answer and loses where exactly it was.
# - Convolutions are **equivariant**: the answers move with the picture. A CNN is not invariant; pooling buys about half a pixel, shifted
#   training data buys the rest.
#
# **Next:** lesson 01 trains a CNN with nothing hidden, and finds that it knows its 1,000 digits by heart.

# %% [markdown] lang="es"
# ## En resumen
#
# - Una convolución desliza un núcleo pequeño por toda la imagen: multiplicar, sumar, avanzar. El núcleo es tan profundo como canales tiene la imagen.
# - Respuestas por lado: (n + 2p − k) / s, redondeado hacia abajo, más 1. Pesos: núcleos × (lado × lado × canales + 1), sea cual sea el tamaño de la imagen.
# - El *max pooling* conserva la respuesta más fuerte y pierde dónde estaba exactamente.
# - Las convoluciones son **equivariantes**: las respuestas se mueven con la imagen. Una CNN no es invariante; el *pooling* da más o menos medio
#   píxel, y los datos de entrenamiento desplazados dan el resto.
#
# **Lo siguiente:** la lección 01 entrena una CNN sin esconder nada y descubre que se sabe de memoria sus 1000 dígitos.

# %% [markdown] lang="en"
# ## Go further
#
# - Let `kernel_editor` look at the digit: `widgets.kernel_editor(slide, digit, all_directions)`.
# - Run `examine("cnn_average", lambda: cnn(to_row=layers.GlobalAveragePooling2D))`; `lambda:` makes a function of it, which
#   `examine` calls. How much of its accuracy does it keep under a shift, and what does it pay for that without one? Does it
#   want more epochs?
# - Move the digits diagonally, or turn them with `np.rot90`. Is a convolution equivariant to turns?
#
# **Sources.** The lesson on CNNs against MLPs and on limited data that this course grew out of. Older courses often call a CNN invariant to shifts; here it is put to the test.
# Why networks with pooling are not: A. Azulay and Y. Weiss, *Why do deep convolutional networks generalize so poorly to small image
# transformations?*, 2019. Looking for the pieces that excite a kernel most: M. Zeiler and R. Fergus, *Visualizing and understanding convolutional
# networks*, 2014. What mathematicians call a convolution turns the kernel by 180 degrees first; what networks do is, strictly, a cross-correlation. The photo: Chelsea, by Stéfan van der Walt, CC0; `data/README.md`
# tells the rest.

# %% [markdown] lang="es"
# ## Para ir más lejos
#
# - Pon el dígito en el editor de núcleos: `widgets.kernel_editor(slide, digit, all_directions)`.
# - Ejecuta `examine("cnn_average", lambda: cnn(to_row=layers.GlobalAveragePooling2D))`; `lambda:` lo convierte en una
#   función, que es lo que `examine` llama. ¿Cuánta exactitud conserva al desplazar los dígitos, y qué paga por ello sin
#   desplazarlos? ¿Pide más épocas?
# - Mueve los dígitos en diagonal, o gíralos con `np.rot90`. ¿Es una convolución equivariante a los giros?
#
# **Fuentes.** La lección sobre CNN frente a MLP y sobre datos limitados de la que nació este curso. Los cursos antiguos suelen decir que una CNN es invariante a los desplazamientos; aquí se
# comprueba. Por qué no lo son las redes con *pooling*: A. Azulay y Y. Weiss, *Why do deep convolutional networks generalize so poorly to small image
# transformations?*, 2019. Buscar los trozos que más excitan a un núcleo: M. Zeiler y R. Fergus, *Visualizing and understanding convolutional
# networks*, 2014. Lo que en matemáticas se llama convolución gira antes el núcleo 180 grados; lo que hacen las redes es, en rigor, una correlación cruzada. La foto: Chelsea, de Stéfan van der Walt, CC0; el resto
# se cuenta en `data/README.md`.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | by hand (on paper first: the 6 × 6 stroke and the kernel, four answers each) | 15 | 10 |
# | on a digit and a photo, with the kernel editor | 15 | 7 |
# | threshold, colour | 5 | – |
# | padding, stride, max pooling | 10 | 7 |
# | a shifted picture | 5 | 4 |
# | weights of an MLP and of a CNN | 5 | – |
# | prediction, experiment, *Read the picture* | 15 | 12 |
# | what its layers respond to | 5 | – |
# | what can go wrong | 5 | – |
# | exercises and quiz; in 45, exercise 1 | 10 | 5 |
#
# **On the board:** the stroke and its two bands of answers; "first move, then slide = first slide, then move".
#
# **Misconceptions the checks look for:** a kernel whose numbers do not add up to zero; the other diagonal; the channels of the input kept in the output; rounding up; answers
# forced into `uint8`; trusting `MaxPooling2D` and `Flatten` with a shift.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | a mano (antes en papel: el trazo de 6 × 6 y el núcleo, cuatro respuestas cada uno) | 15 | 10 |
# | en un dígito y en una foto, con el editor de núcleos | 15 | 7 |
# | umbral, color | 5 | – |
# | *padding*, *stride*, *max pooling* | 10 | 7 |
# | una imagen desplazada | 5 | 4 |
# | los pesos de un MLP y de una CNN | 5 | – |
# | predicción, experimento y *Lee la imagen* | 15 | 12 |
# | a qué responden sus capas | 5 | – |
# | qué puede salir mal | 5 | – |
# | ejercicios y preguntas; en 45, el ejercicio 1 | 10 | 5 |
#
# **En la pizarra:** el trazo y sus dos franjas de respuestas; «primero mover y después deslizar = primero deslizar y después mover».
#
# **Ideas equivocadas que buscan las comprobaciones:** un núcleo cuyos números no suman cero; la otra diagonal; conservar en la salida los canales de la entrada; redondear hacia arriba;
# respuestas forzadas a `uint8`; confiar el desplazamiento a `MaxPooling2D` y `Flatten`.
