# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 60
#     title:
#       en: What a convolution sees
#       es: Qué ve una convolución
#     learn:
#       en: compute convolutions by hand on a digit and a photo; padding, stride, pooling; test what a CNN really does with shifted, mirrored, smaller and fainter digits
#       es: calcular convoluciones a mano con un dígito y una foto; padding, stride, pooling; comprobar qué hace una CNN con dígitos desplazados, en espejo, pequeños y tenues
#     result:
#       en: digits moved by two pixels, MLP {{mlp.shift_2_accuracy.mean}}, CNN {{cnn.shift_2_accuracy}}
#       es: dígitos movidos dos píxeles, MLP {{mlp.shift_2_accuracy.mean}}, CNN {{cnn.shift_2_accuracy}}
# ---

# %% [markdown] lang="en"
# # 00 · What a convolution sees
#
# {{badges}}
#
# A convolution slides a small table of nine numbers over a picture and finds, for instance, its edges. You will write one yourself. At the
# end you train a network that is made of convolutions, move the digits by two pixels, and measure what that costs.
#
# **You will learn to**
#
# - compute a convolution and a pooling by hand, and get the same as Keras;
# - predict the shape and the number of weights of a convolutional layer;
# - say what a network of convolutions does with a shifted, mirrored, smaller or fainter picture, because you have measured it;
# - look at what its layers respond to.
#
# You need Python and a little NumPy, but no knowledge of neural networks: each term is explained where it first stands. It takes about 30
# minutes to read and run, and as long again for the exercises. Everything runs offline.

# %% [markdown] lang="es"
# # 00 · Qué ve una convolución
#
# {{badges}}
#
# Una convolución desliza una tablita de nueve números por una imagen y encuentra, por ejemplo, sus bordes. Vas a escribir una. Al final
# entrenarás una red hecha de convoluciones, moverás los dígitos dos píxeles y medirás cuánto le cuesta.
#
# **Aprenderás a**
#
# - calcular a mano una convolución y un *pooling*, y obtener lo mismo que Keras;
# - predecir la forma y el número de pesos de una capa convolucional;
# - decir qué hace una red convolucional con una imagen desplazada, en espejo, más pequeña o más tenue, porque lo habrás medido;
# - mirar a qué responden sus capas.
#
# Necesitas Python y un poco de NumPy, pero nada de redes neuronales: cada término se explica donde aparece por primera vez. Se tarda unos 30
# minutos en leer y ejecutar, y otro tanto en hacer los ejercicios. Todo funciona sin conexión.

# %% [markdown] lang="en"
# ## Setup
#
# This cell is the same in every lesson: it finds the course, checks that nothing is missing, and fixes the random numbers
# with a **seed**, so that a second run gives the same results. Run the cells with Shift + Enter, from top to bottom.

# %% [markdown] lang="es"
# ## Preparación
#
# Esta celda es la misma en todas las lecciones: encuentra el curso, comprueba que no falta nada y fija los números aleatorios
# con una **semilla** (*seed*), para que una segunda ejecución dé los mismos resultados. Ejecuta las celdas con Mayús + Intro (Shift + Enter), de arriba abajo.

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
from keras import layers
from scipy.signal import convolve2d, correlate2d
from tqdm.keras import TqdmCallback

from helpers import data, plots
from helpers.checks import lesson_00 as check
from helpers.figures import lesson_00 as figures
from helpers.figures import widgets
from helpers.photos import own_photo
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# ## Why: a picture is a table of numbers
#
# Phones find faces in photos, and cars detect pedestrians. To do so, they have to make sense of tables of numbers, because that is what a picture is to a computer.
#
# Here is a photo of 200 × 300 **pixels**, the small squares that a picture consists of. Each pixel has three numbers from 0 to 255, for red, green and blue.
# Beside it you see its grey version, where each pixel is the mean of the three: 0 is black, 255 is white. On the right is a handwritten digit of 28 × 28
# pixels. Its numbers say how much *ink* there is: 0 is white paper, 1 is full ink.
#
# This is how the whole course draws. A photo looks as it is. In everything that is computed, zero is white, and the larger a number, the darker it is.
# Below a picture, a few lines say in words what it shows; in them, rows and columns are counted from 1.
#
# The digits come from MNIST, a collection that the whole course uses. In the next cell, `x_train` holds 1,000 images for a network to learn from, `y_train` says which digit
# each of them is, and `x_test` and `y_test` hold others, to test the network with.
#
# (A picture appears by itself where it is the last line of a cell. Anywhere else, write `display(…)` around it.)

# %% [markdown] lang="es"
# ## Por qué: una imagen es una tabla de números
#
# Los teléfonos encuentran caras en las fotos y los automóviles detectan peatones. Para eso tienen que entender tablas de números, porque eso es una imagen para una computadora (u ordenador; en adelante, *máquina*).
#
# Aquí tienes una foto de 200 × 300 **píxeles**, los cuadraditos que forman una imagen. Cada píxel tiene tres números de 0 a 255, para el rojo, el verde
# y el azul. Al lado está su versión en gris, donde cada píxel es la media de los tres: 0 es negro y 255 es blanco. A la derecha hay un dígito manuscrito de
# 28 × 28 píxeles. Sus números dicen cuánta *tinta* hay: 0 es papel blanco y 1 es tinta plena.
#
# Así se dibuja en todo el curso. Una foto se ve tal como es. En todo lo calculado, el cero es blanco y, cuanto mayor es un número, más oscuro se dibuja.
# Debajo de una imagen, unas líneas dicen con palabras qué muestra; en ellas, las filas y las columnas se cuentan desde 1.
#
# Los dígitos vienen de MNIST, una colección que se usa en todo el curso. En la celda siguiente, `x_train` contiene 1000 imágenes de las que aprenderá una red, `y_train` dice qué
# dígito es cada una, y `x_test` e `y_test` contienen otras, para poner a prueba la red.
#
# (Una imagen aparece sola si es la última línea de una celda. En cualquier otro sitio, ponla dentro de `display(…)`).

# %% lang="en"
photo = data.photo()
grey = photo.mean(axis=2).astype("uint8")
(x_train, y_train), _, (x_test, y_test) = data.load_mnist()
digit = x_train[9] / 255

plots.side_by_side(photo=photo, grey=grey, digit=digit)

# %% lang="es"
photo = data.photo()
grey = photo.mean(axis=2).astype("uint8")
(x_train, y_train), _, (x_test, y_test) = data.load_mnist()
digit = x_train[9] / 255

plots.side_by_side(foto=photo, gris=grey, dígito=digit)

# %% [markdown] lang="en"
# You see an eye, a whisker, a stroke. The computer has only numbers. Here is a piece of the digit as it stands in the file, from 0 to 255:

# %% [markdown] lang="es"
# Tú ves un ojo, un bigote, un trazo. La máquina solo tiene números. Este es un trozo del dígito tal como está en el archivo, de 0 a 255:

# %% tags=["nbval-check-output"]
print(x_train[9][6:16, 6:22])

# %% [markdown] lang="en"
# No single number says "stroke". A stroke shows itself only in *neighbouring* numbers: little ink on one side, much on the other. So we need
# something that looks at neighbours, and does so in the same way at every place.
#
# ## By hand: nine numbers that slide
#
# A **convolution** does that. It takes a small table of numbers, here 3 × 3, the **kernel** (or *filter*). We lay it on the picture's upper left corner, multiply each of its
# numbers by the pixel under it, and add up the nine products. That gives one answer. Then we move one pixel to the right and do it again, row by row. All
# answers together form a new table.

# %% [markdown] lang="es"
# Ningún número suelto dice «trazo». Un trazo solo se nota en los números *vecinos*: poca tinta a un lado y mucha al otro. Por eso necesitamos
# algo que mire a los vecinos, y que lo haga de la misma manera en todas partes.
#
# ## A mano: nueve números que se deslizan
#
# Eso hace una **convolución**. Toma una tabla pequeña de números, aquí de 3 × 3: el **núcleo** (*kernel*), también llamado filtro (*filter*). La ponemos en la esquina superior izquierda de
# la imagen, multiplicamos cada uno de sus números por el píxel que tiene debajo y sumamos los nueve productos. Eso da una respuesta. Después avanzamos un
# píxel a la derecha y repetimos, fila por fila. Todas las respuestas juntas forman una tabla nueva.


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
# Our first kernel adds up what is in the right column and subtracts what is in the left one:
#
# $$\begin{pmatrix} -1 & 0 & 1 \\ -1 & 0 & 1 \\ -1 & 0 & 1 \end{pmatrix}
# \qquad\text{on the piece of a picture}\qquad
# \begin{pmatrix} 0 & 0 & 9 \\ 0 & 9 & 9 \\ 9 & 9 & 9 \end{pmatrix}$$
#
# **A.** Which number does the kernel answer on this piece? Put a letter, in quotes, in place of the three dots, and run the cell. A wrong answer costs
# nothing: the reply says what to look at.
#
# - (a) 18
# - (b) 54
# - (c) −18

# %% [markdown] lang="es"
# Nuestro primer núcleo suma lo que hay en la columna derecha y resta lo que hay en la izquierda:
#
# $$\begin{pmatrix} -1 & 0 & 1 \\ -1 & 0 & 1 \\ -1 & 0 & 1 \end{pmatrix}
# \qquad\text{sobre el trozo de imagen}\qquad
# \begin{pmatrix} 0 & 0 & 9 \\ 0 & 9 & 9 \\ 9 & 9 & 9 \end{pmatrix}$$
#
# **A.** ¿Qué número responde el núcleo sobre este trozo? Pon una letra, entre comillas, en lugar de los tres puntos y ejecuta la celda. Equivocarse no
# cuesta nada: la respuesta te dice en qué fijarte.
#
# - (a) 18
# - (b) 54
# - (c) −18

# %% tags=["exercise"]
answer = ...

check.quiz_answer(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_answer(answer)

# %% [markdown] lang="en"
# Here the same kernel slides over a small picture with one stroke. Zero is white; positive numbers are drawn from blue to black, negative ones in orange. (The picture moves and shows
# one answer after the other; where it stands still, all answers are there.)

# %% [markdown] lang="es"
# Aquí el mismo núcleo se desliza por una imagen pequeña con un solo trazo. El cero es blanco; los números positivos van del azul al negro y los negativos son naranjas. (La imagen se mueve y muestra
# una respuesta tras otra; si no se mueve, están todas).

# %%
vertical = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
stroke = np.zeros((6, 6), int)
stroke[1:5, 2:4] = 9

figures.sliding_kernel(stroke, vertical)

# %% [markdown] lang="en"
# The answers are positive where the numbers become larger to the right (the left edge of the stroke), and negative where they become smaller again (its right edge). Where both sides are equal, the
# answer is zero. So this kernel answers to **vertical edges**, and the sign says on which side the larger numbers are.
#
# Now the same with Keras. Its layer for convolutions is `Conv2D`. A **layer** takes a table of numbers and computes another one. Usually it learns its kernels; here we give it ours. It expects several pictures at once,
# a **batch**, and an axis for colours, so the shape is (pictures, height, width, colours), here (1, 6, 6, 1). Keras stores kernels in the shape
# (height, width, colours, number of kernels), here (3, 3, 1, 1). That is why `np.newaxis` adds two axes to ours. `use_bias=False` leaves out an extra number, which is explained below. The last line compares all 16 answers.

# %% [markdown] lang="es"
# Las respuestas son positivas donde los números crecen hacia la derecha (el borde izquierdo del trazo) y negativas donde vuelven a bajar (su borde derecho). Donde ambos lados son iguales, la
# respuesta es cero. Así que este núcleo responde a los **bordes verticales**, y el signo dice en qué lado están los números mayores.
#
# Ahora lo mismo con Keras. Su capa para convoluciones es `Conv2D`. Una **capa** (*layer*) toma una tabla de números y calcula otra. Normalmente aprende sus núcleos; aquí le damos el nuestro. Espera varias imágenes a la vez,
# un **lote** (*batch*), y un eje para los colores: la forma (*shape*) es (imágenes, alto, ancho, colores), aquí (1, 6, 6, 1). Keras guarda los núcleos con la forma
# (alto, ancho, colores, número de núcleos), aquí (3, 3, 1, 1). Por eso `np.newaxis` añade dos ejes al nuestro. `use_bias=False` quita un número adicional que se explica más adelante. La última línea compara las 16 respuestas.


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
# Two more kernels. The first one turned by 90 degrees finds **horizontal** edges. The other takes eight times the middle minus its eight
# neighbours. It finds edges in **all directions**, because it answers wherever a pixel differs from the mean of those around it.
#
# First we let them slide over the digit, then over the photo. Each picture has a colour scale of its own, so compare the colours within a picture, and the numbers below it between pictures.
# (A photo has a few answers that are far stronger than all others. They are drawn like the strongest of the others, because the rest would be too pale to see.)

# %% [markdown] lang="es"
# ## En un dígito y en una foto
#
# Dos núcleos más. El primero, girado 90 grados, encuentra bordes **horizontales**. El otro toma ocho veces el centro y le resta sus ocho
# vecinos. Encuentra bordes en **todas las direcciones**, porque responde allí donde un píxel difiere de la media de los que lo rodean.
#
# Primero los deslizamos por el dígito y después por la foto. Cada imagen tiene su propia escala de color: compara los colores dentro de una imagen y, entre imágenes, los números que hay debajo (en este curso los decimales llevan punto, como en Python).
# (Una foto tiene unas pocas respuestas mucho más fuertes que las demás. Se dibujan como las más fuertes de las restantes, porque si no, lo demás sería demasiado pálido para verse).

# %% lang="en"
horizontal = vertical.T
all_directions = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
kernels = {
    "vertical": vertical,
    "horizontal": horizontal,
    "all directions": all_directions,
}
plots.side_by_side(**{name: slide(digit, kernel) for name, kernel in kernels.items()})

# %% lang="es"
horizontal = vertical.T
all_directions = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
kernels = {
    "vertical": vertical,
    "horizontal": horizontal,
    "todas las direcciones": all_directions,
}
plots.side_by_side(**{name: slide(digit, kernel) for name, kernel in kernels.items()})

# %% lang="en"
answers = {name: slide(grey, kernel) for name, kernel in kernels.items()}
plots.side_by_side(columns=2, grey=grey, **answers)

# %% lang="es"
answers = {name: slide(grey, kernel) for name, kernel in kernels.items()}
plots.side_by_side(columns=2, gris=grey, **answers)

# %% [markdown] lang="en"
# Look for the whiskers. They run from left to right, so *vertical* hardly shows them and *horizontal* draws them sharply. The stripes on the forehead run
# downwards, so there it is the other way round. In all three kernels the nine numbers add up to zero. That is why a smooth
# surface gives zero, drawn white, whether it is light or dark in the photo. In *all directions* the answers are strong at single pixels that differ from those around them: in the fur of the forehead, on the
# whiskers, and at the edges of the eyes. The strongest one is the bright spot in the eye on the left.
#
# Now change the nine numbers yourself, with the mouse or with Tab and the arrow keys. Try nine times 0.11: each pixel becomes nearly the mean of its neighbourhood, and the picture is blurred. Try a 1 in the middle and zeros
# around it. (The fields appear when you run the cell; before that, nothing stands below it. The answers are drawn as computed numbers: where a photo is light, its numbers are large, so they come out dark.)

# %% [markdown] lang="es"
# Busca los bigotes. Van de izquierda a derecha, así que *vertical* apenas los muestra y *horizontal* los dibuja con nitidez. Las rayas de la frente
# bajan, y ahí ocurre lo contrario. En los tres núcleos, los nueve números suman cero. Por eso una superficie lisa da cero, dibujado en
# blanco, sea clara u oscura en la foto. En *todas las direcciones*, las respuestas son fuertes en píxeles sueltos que difieren de los que los rodean: en el pelo de la frente, en los
# bigotes y en los bordes de los ojos. La más fuerte es el brillo del ojo de la izquierda.
#
# Ahora cambia tú los nueve números, con el ratón (*mouse*) o con el tabulador y las flechas. Prueba con nueve veces 0.11: cada píxel se convierte casi en la media de su entorno y la imagen
# queda borrosa. Prueba con un 1 en el centro y ceros alrededor. (Los campos aparecen cuando ejecutas la celda; antes no hay nada debajo. Las respuestas se dibujan como números calculados: donde la foto es clara, sus números son grandes y salen oscuros).

# %% name="kernel_editor"
widgets.kernel_editor(slide, grey, vertical)

# %% [markdown] lang="en"
# ### 1. Your turn: a kernel for rising strokes
#
# Write a 3 × 3 kernel for thin strokes of ink that rise to the right, like `/`. It should answer to them strongly, to the falling
# ones, `\`, with at most half that number (a negative answer is fine), and to a flat surface, where all pixels are equal, with zero.
#
# Put your kernel, a list of three rows or a NumPy array, in place of the `...`. The last line, without its `#`, gives a hint.

# %% [markdown] lang="es"
# ### 1. Te toca: un núcleo para trazos que suben
#
# Escribe un núcleo de 3 × 3 para trazos finos de tinta que suben hacia la derecha, como `/`. Debe responder a ellos con fuerza; a los
# que bajan, `\`, con la mitad como mucho (vale una respuesta negativa), y a una superficie lisa, con todos los píxeles iguales, con cero.
#
# Pon tu núcleo, una lista de tres filas o un *array* de NumPy, en lugar de `...`. La última línea, sin su `#`, da una pista.

# %% tags=["exercise"]
rising = ...

check.rising_stroke(rising)
# check.rising_stroke.hint()

# %% tags=["solution"]
rising = np.array([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]])

check.rising_stroke(rising)

# %% [markdown] lang="en"
# ## Threshold: edge, yes or no?
#
# An answer can be strong or weak. For a yes or no, we choose a number, the **threshold**. Here an edge is every place with an answer above 100,
# or below −100. Such places are black in the next picture:

# %% [markdown] lang="es"
# ## Umbral: ¿hay borde o no?
#
# Una respuesta puede ser fuerte o débil. Para un sí o un no elegimos un número, el **umbral** (*threshold*). Aquí es borde todo sitio con una respuesta mayor
# que 100 o menor que −100. Esos sitios son negros en la imagen siguiente:

# %%
threshold = 100
edges = {name: abs(answer) > threshold for name, answer in answers.items()}
plots.side_by_side(**edges)

# %% [markdown] lang="en"
# A network does something similar in two steps. Each kernel comes with a tenth number, its **bias**, which is added to every answer. Then comes an
# **activation**, a function that changes each answer on its own. The most usual one, `relu`, turns everything negative into zero. A bias of −100 followed by `relu`
# lets through only what exceeds 100, and of that only the excess. So a strong edge stays stronger than a weak one, which is not so with a threshold. (Negative answers are lost, so edges of the other sign need a
# kernel of their own.)

# %% [markdown] lang="es"
# Una red hace algo parecido con dos operaciones. Cada núcleo lleva un décimo número, su **sesgo** (*bias*), que se suma a todas las respuestas. Después viene una
# **activación** (*activation*), una función que cambia cada respuesta por separado. La más habitual, `relu`, convierte en cero todo lo negativo. Un sesgo de −100 seguido de `relu`
# solo deja pasar lo que supera 100, y de eso solo el exceso. Así, un borde fuerte sigue siendo más fuerte que uno débil, lo que no ocurre con un umbral. (Las respuestas negativas se pierden, así que los bordes del otro
# signo necesitan su propio núcleo).

# %%
layer = layers.Conv2D(1, kernel_size=3, activation="relu")
layer.build((1, 200, 300, 1))
layer.set_weights([vertical[:, :, np.newaxis, np.newaxis], np.array([-threshold])])

by_hand = np.maximum(slide(grey, vertical) - threshold, 0)
by_keras = layer(grey[np.newaxis, :, :, np.newaxis].astype("float32"))[0, :, :, 0]
same(by_hand, by_keras)

# %% [markdown] lang="en"
# ## Colour: a kernel is as deep as its picture
#
# A colour photo consists of three tables, its **channels**: one each for red, green and blue. The kernel then has three tables of numbers as well, one for each channel, so it is as deep as its picture: 3 × 3 × 3 = 27 numbers.
# All 27 products are added up. So a colour picture goes in, and from each kernel **one** table of answers comes out. With a kernel of random numbers:

# %% [markdown] lang="es"
# ## Color: un núcleo es tan profundo como su imagen
#
# Una foto en color consta de tres tablas, sus **canales** (*channels*): una para el rojo, otra para el verde y otra para el azul. Entonces el núcleo también tiene tres tablas de números, una por canal, y es tan profundo como su imagen: 3 × 3 × 3 =
# 27 números. Los 27 productos se suman. Es decir: entra una imagen en color y de cada núcleo sale **una** sola tabla de respuestas. Con un núcleo de números al azar:

# %%
rgb = photo / 255
kernel = np.random.default_rng(0).normal(size=(3, 3, 3))
by_hand = sum(slide(rgb[:, :, i], kernel[:, :, i]) for i in range(3))

layer = layers.Conv2D(1, kernel_size=3, use_bias=False)
layer.build((1, 200, 300, 3))
layer.set_weights([kernel[:, :, :, np.newaxis]])
same(by_hand, layer(rgb[np.newaxis])[0, :, :, 0], tolerance=1e-4)

# %% [markdown] lang="en"
# (`1e-06` is how Python writes 0.000001. So small a difference comes from rounding: Keras computes with about seven digits, NumPy with about sixteen.)
#
# A kernel that is three tables deep can look for colours. The smallest ones have size 1 × 1 × 3, so they look at a single pixel. Here are two of them. The first one computes how much larger green is than the
# mean of red and blue. The second one computes the same for red.

# %% [markdown] lang="es"
# (`1e-06` es como Python escribe 0.000001. Una diferencia tan pequeña viene del redondeo: Keras calcula con unas siete cifras y NumPy con unas dieciséis).
#
# Un núcleo con tres tablas puede buscar colores. Los más pequeños miden 1 × 1 × 3 y por tanto miran un solo píxel. Aquí hay dos. El primero calcula cuánto mayor es el verde que la media
# de rojo y azul. El segundo calcula lo mismo del rojo.

# %% lang="en"
greener = (rgb * [-0.5, 1, -0.5]).sum(axis=2)
redder = (rgb * [1, -0.5, -0.5]).sum(axis=2)
plots.side_by_side(photo=photo, greener=greener, redder=redder)

# %% lang="es"
greener = (rgb * [-0.5, 1, -0.5]).sum(axis=2)
redder = (rgb * [1, -0.5, -0.5]).sum(axis=2)
plots.side_by_side(foto=photo, **{"más verde": greener, "más rojo": redder})

# %% [markdown] lang="en"
# In *greener*, the eyes are drawn in blue, so their numbers are positive: almost only there is green above the mean of the other two. In *redder*, the nose and the fur just above it are darkest, because they have
# the largest numbers.
#
# ### Your own photo under the kernel
#
# Put a photo (JPEG or PNG) next to this notebook; on Colab, use the folder symbol on the left. Then write its name, in quotes, in place of the three dots: `"my_photo.jpg"`. As long as the dots
# stand there, you see the cat. A large photo is made smaller by taking only some of its rows and columns. (`own_photo` reads the file with Pillow, Python's library for pictures, and turns the picture upright; without this function,
# `np.array(PIL.Image.open("my_photo.jpg").convert("L"))` gives a grey photo directly.)

# %% [markdown] lang="es"
# En *más verde*, los ojos salen azules, así que sus números son positivos: casi solo ahí el verde supera la media de los otros dos. En *más rojo*, lo más oscuro es la nariz y el pelo que hay justo encima, porque
# tienen los números mayores.
#
# ### Tu propia foto bajo el núcleo
#
# Pon una foto (JPEG o PNG) junto a este cuaderno; en Colab, con el icono de la carpeta de la izquierda. Después escribe su nombre, entre comillas, en lugar de los tres puntos: `"mi_foto.jpg"`. Mientras
# estén los puntos, verás la gata. Una foto grande se reduce tomando solo algunas de sus filas y columnas. (`own_photo` lee el archivo con Pillow, la biblioteca de imágenes de Python, y endereza la imagen; sin esta función,
# `np.array(PIL.Image.open("mi_foto.jpg").convert("L"))` da directamente una foto en gris).

# %% lang="en" tags=["own"]
my_photo = ...

picture = photo if my_photo is ... else own_photo(my_photo)
step = max(1, len(picture) // 200)
small_grey = picture[::step, ::step].mean(axis=2).astype("uint8")
plots.side_by_side(columns=2, photo=small_grey, edges=slide(small_grey, all_directions))

# %% lang="es" tags=["own"]
my_photo = ...

picture = photo if my_photo is ... else own_photo(my_photo)
step = max(1, len(picture) // 200)
small_grey = picture[::step, ::step].mean(axis=2).astype("uint8")
plots.side_by_side(columns=2, foto=small_grey, bordes=slide(small_grey, all_directions))

# %% [markdown] lang="en"
# ## Padding and stride: how large is the answer?
#
# The middle of a 3 × 3 kernel cannot stand on the rim of the picture, so 6 × 6 pixels give only 4 × 4 answers. Two settings change that.
#
# - **Padding** puts zeros around the picture. For a 3 × 3 kernel, one row of zeros all around is enough to get as many answers as pixels. If you write `padding="same"`,
#   Keras works out itself how many rows the kernel needs.
# - The **stride** is the length of the step. With `strides=2` the kernel takes every second place, so there are half as many rows and columns: for our digit, without padding, 13 in place of 26.
#
# We compare both with Keras. The last lines print the shapes.

# %% [markdown] lang="es"
# ## *Padding* y *stride*: ¿qué tamaño tiene la respuesta?
#
# El centro de un núcleo de 3 × 3 no puede ponerse en el borde de la imagen, así que 6 × 6 píxeles dan solo 4 × 4 respuestas. Dos ajustes lo cambian.
#
# - El **relleno** (*padding*) rodea la imagen de ceros. Con un núcleo de 3 × 3, basta una fila de ceros alrededor para que haya tantas respuestas como píxeles. Si escribes
#   `padding="same"`, Keras calcula cuántas filas necesita el núcleo.
# - El **paso** (*stride*) es la distancia que avanza el núcleo. Con `strides=2` toma uno de cada dos sitios, y queda la mitad de filas y columnas: con nuestro dígito, sin relleno, 13 en lugar de 26.
#
# Comparamos los dos con Keras. Las últimas líneas imprimen las formas.

# %% lang="en"
padded = np.pad(digit, 1)
with_rim = keras_slide(digit, vertical, padding="same")
same(slide(padded, vertical), with_rim)

every_second = keras_slide(digit, vertical, strides=2)
same(slide(digit, vertical, stride=2), every_second)

print(f"digit {digit.shape}, padded digit {padded.shape}")
print(f"answers: with padding {with_rim.shape}, with stride 2 {every_second.shape}")

# %% lang="es"
padded = np.pad(digit, 1)
with_rim = keras_slide(digit, vertical, padding="same")
same(slide(padded, vertical), with_rim)

every_second = keras_slide(digit, vertical, strides=2)
same(slide(digit, vertical, stride=2), every_second)

print(f"dígito {digit.shape}, dígito con relleno {padded.shape}")
print(f"respuestas: con relleno {with_rim.shape}, con paso 2 {every_second.shape}")

# %% [markdown] lang="en"
# One formula holds for all of it. With $n$ pixels, a kernel of size $k$, $p$ rows of padding on each side and a stride of $s$, the number of rows of answers is
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# and the same holds for columns. It counts the steps of length $s$ that fit into the room left to slide, and adds the starting place. The brackets mean *round down*, because
# half a step is not taken. We compare it with Keras for 81 combinations. (Keras's own `"same"` always gives $n / s$, rounded up, whatever the kernel.)

# %% [markdown] lang="es"
# Una sola fórmula vale para todo. Con $n$ píxeles, un núcleo de lado $k$, $p$ filas de relleno a cada lado y un paso de $s$, el número de filas de respuestas es
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# y lo mismo vale para las columnas. Cuenta los pasos de longitud $s$ que caben en el espacio que queda para deslizarse y suma el sitio de salida. Los corchetes
# significan *redondear hacia abajo*, porque medio paso no se da. La comparamos con Keras en 81 combinaciones. (El `"same"` de Keras da siempre $n / s$, redondeado hacia arriba, con cualquier núcleo).


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
# **B.** A photo of shape (224, 224, 3) goes through `Conv2D(32, kernel_size=5, strides=2, padding="same")`, a layer with 32 kernels. Then the result is cut into squares of 3 × 3 that do not overlap,
# and each whole square becomes one number. Which shape comes out?
#
# - (a) (38, 38, 32)
# - (b) (37, 37, 32)
# - (c) (37, 37, 96)

# %% [markdown] lang="es"
# **B.** Una foto de forma (224, 224, 3) pasa por `Conv2D(32, kernel_size=5, strides=2, padding="same")`, una capa con 32 núcleos. Después el resultado se corta en cuadrados de 3 × 3 que no se solapan,
# y cada cuadrado entero se convierte en un número. ¿Qué forma sale?
#
# - (a) (38, 38, 32)
# - (b) (37, 37, 32)
# - (c) (37, 37, 96)

# %% tags=["exercise"]
answer = ...

check.quiz_shape(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_shape(answer)

# %% [markdown] lang="en"
# ### 2. Your turn: find the bug
#
# A colleague wants as many answers as pixels, as `padding="same"` gives, for kernels of 3 × 3 and of 5 × 5. Her function gives the right shape, but something is wrong. Compare the pictures, then write a `same_size` that gives
# what Keras gives.

# %% [markdown] lang="es"
# ### 2. Te toca: encuentra el error
#
# Una compañera quiere tantas respuestas como píxeles, como da `padding="same"`, con núcleos de 3 × 3 y de 5 × 5. Su función da la forma correcta, pero algo falla. Compara las imágenes y escribe después un `same_size` que dé
# lo mismo que Keras.


# %% lang="en"
def her_same_size(image, kernel):
    missing = len(kernel) - 1
    return slide(np.pad(image, ((0, missing), (0, missing))), kernel)


blur = np.full((5, 5), 1 / 25)
keras_blur = np.array(keras_slide(digit, blur, padding="same"))
plots.side_by_side(digit=digit, Keras=keras_blur, hers=her_same_size(digit, blur))


# %% lang="es"
def her_same_size(image, kernel):
    missing = len(kernel) - 1
    return slide(np.pad(image, ((0, missing), (0, missing))), kernel)


blur = np.full((5, 5), 1 / 25)
keras_blur = np.array(keras_slide(digit, blur, padding="same"))
plots.side_by_side(dígito=digit, Keras=keras_blur, **{"la de ella": her_same_size(digit, blur)})

# %% tags=["exercise"]
same_size = ...

check.same_size(same_size)
# check.same_size.hint()


# %% tags=["solution"]
def same_size(image, kernel):
    return slide(np.pad(image, len(kernel) // 2), kernel)


check.same_size(same_size)

# %% [markdown] lang="en"
# SciPy does all this in one call, `correlate2d(image, kernel, mode="same")`. Its `convolve2d` turns the kernel by 180 degrees first, because that is what mathematicians call a convolution. What networks
# do is, strictly speaking, a *cross-correlation*. So with `convolve2d` our `vertical` gives the opposite sign, unless you turn the kernel yourself:

# %% [markdown] lang="es"
# SciPy hace todo esto con una sola llamada, `correlate2d(image, kernel, mode="same")`. Su `convolve2d` gira antes el núcleo 180 grados, porque eso es lo que en matemáticas se llama convolución. Lo que hacen las redes
# es, en rigor, una *correlación cruzada* (*cross-correlation*). Por eso, con `convolve2d` nuestro `vertical` da el signo contrario, salvo que gires tú el núcleo:

# %%
same(correlate2d(digit, vertical, mode="same"), with_rim)
same(convolve2d(digit, vertical[::-1, ::-1], mode="same"), with_rim)
same(-convolve2d(digit, vertical, mode="same"), with_rim)

# %% [markdown] lang="en"
# ## Max pooling: the strongest of four
#
# After a convolution, networks often make the table of answers smaller. **Max pooling** cuts it into squares of 2 × 2 and keeps the
# largest number of each:

# %% [markdown] lang="es"
# ## *Max pooling*: el más fuerte de cuatro
#
# Tras una convolución, las redes suelen reducir la tabla de respuestas. El **max pooling** (agrupación por el máximo) la corta en cuadrados de 2 × 2 y conserva el
# número mayor de cada uno:


# %%
def max_pool(image):
    rows, columns = image.shape[0] // 2, image.shape[1] // 2
    squares = image[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return squares.max(axis=(1, 3))


answers = slide(digit, vertical)
by_keras = layers.MaxPooling2D(pool_size=2)(answers[np.newaxis, :, :, np.newaxis])
same(max_pool(answers), by_keras[0, :, :, 0])

# %% [markdown] lang="en"
# Here are the answers to the digit before and after pooling. Below them is the photo as it is, pooled once, and pooled three times. Each pooling leaves a quarter of the numbers (a last row or column without a partner is dropped):

# %% [markdown] lang="es"
# Aquí están las respuestas al dígito antes y después del *pooling*. Debajo está la foto tal como es, reducida una vez y reducida tres veces. Cada *pooling* deja la cuarta parte de los números (la última fila o columna, si queda sin pareja, se descarta):

# %% lang="en"
pooled, once = max_pool(answers), max_pool(grey)
display(plots.side_by_side(columns=2, answers=answers, pooled=pooled))

thrice = max_pool(max_pool(once))
plots.side_by_side(photo=grey, once=once, **{"three times": thrice})

# %% lang="es"
pooled, once = max_pool(answers), max_pool(grey)
display(plots.side_by_side(columns=2, respuestas=answers, reducidas=pooled))

thrice = max_pool(max_pool(once))
plots.side_by_side(foto=grey, **{"una vez": once, "tres veces": thrice})

# %% [markdown] lang="en"
# After one pooling, the cat looks nearly as before. After three, dark squares still show where the eyes and the nose are, but their shapes and the whiskers are gone. Something is lost, but what exactly?
#
# **C.** Which change of a table of answers does **not** change its pooled table?
#
# - (a) The strongest answer of a square moves to another corner of the same square.
# - (b) The strongest answer of a square becomes twice as strong.
# - (c) The strongest answer of a square moves into the square next to it, where there was nothing.

# %% [markdown] lang="es"
# Tras un *pooling*, la gata se ve casi igual. Tras tres, unos cuadrados oscuros indican todavía dónde están los ojos y la nariz, pero sus formas y los bigotes han desaparecido. Algo se pierde, pero ¿qué exactamente?
#
# **C.** ¿Qué cambio en una tabla de respuestas **no** cambia su tabla reducida?
#
# - (a) La respuesta más fuerte de un cuadrado pasa a otra esquina del mismo cuadrado.
# - (b) La respuesta más fuerte de un cuadrado se duplica.
# - (c) La respuesta más fuerte de un cuadrado pasa al cuadrado de al lado, donde no había nada.

# %% tags=["exercise"]
answer = ...

check.quiz_pooling(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_pooling(answer)

# %% [markdown] lang="en"
# Pooling keeps *that* there was a strong answer, and loses *where* in its square it was, together with the three weaker ones. So two different pictures can become the same table:

# %% [markdown] lang="es"
# El *pooling* conserva *que* hubo una respuesta fuerte y pierde *dónde* estaba dentro de su cuadrado, junto con las otras tres, más débiles. Por eso dos imágenes distintas pueden convertirse en la misma tabla:

# %% lang="en" tags=["nbval-check-output"]
corners = np.array([[9, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0], [9, 0, 0, 9]])
ring = np.array([[0, 9, 9, 0], [9, 9, 0, 0], [0, 0, 9, 9], [0, 9, 9, 0]])
print("pooled corners:", *max_pool(corners), "pooled ring:", *max_pool(ring), sep="\n")

# %% lang="es" tags=["nbval-check-output"]
corners = np.array([[9, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0], [9, 0, 0, 9]])
ring = np.array([[0, 9, 9, 0], [9, 9, 0, 0], [0, 0, 9, 9], [0, 9, 9, 0]])
print("esquinas reducidas:", *max_pool(corners), sep="\n")
print("anillo reducido:", *max_pool(ring), sep="\n")

# %% [markdown] lang="en"
# ## What happens to a shifted picture?
#
# This is the main question of the lesson. First a prediction.
#
# **D.** You move a picture two pixels to the right. What does a convolution with stride 1 do?
#
# - (a) Its table of answers stays as it is.
# - (b) Its table of answers moves two places to the right, too.
# - (c) It gives entirely different answers.

# %% [markdown] lang="es"
# ## ¿Qué le pasa a una imagen desplazada?
#
# Esta es la pregunta principal de la lección. Primero, una predicción.
#
# **D.** Mueves una imagen dos píxeles a la derecha. ¿Qué hace una convolución con paso 1?
#
# - (a) Su tabla de respuestas se queda como está.
# - (b) Su tabla de respuestas también se mueve dos sitios a la derecha.
# - (c) Da respuestas totalmente distintas.

# %% tags=["exercise"]
answer = ...

check.quiz_shift(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_shift(answer)

# %% [markdown] lang="en"
# **First move, then slide** gives the same as **first slide, then move**. This property is called
# **equivariance**: the answers move along with the picture.

# %% [markdown] lang="es"
# **Primero mover y después deslizar** da lo mismo que **primero deslizar y después mover**. Esta propiedad se llama
# **equivarianza** (*equivariance*): las respuestas se mueven con la imagen.

# %% lang="en" tags=["nbval-check-output"]
moved = np.roll(digit, 2, axis=1)
difference = slide(moved, vertical) - np.roll(answers, 2, axis=1)
print(f"largest difference between the two ways: {abs(difference).max()}")

# %% lang="es" tags=["nbval-check-output"]
moved = np.roll(digit, 2, axis=1)
difference = slide(moved, vertical) - np.roll(answers, 2, axis=1)
print(f"diferencia máxima entre los dos caminos: {abs(difference).max()}")

# %% [markdown] lang="en"
# One often reads that convolutions make a network **invariant** to shifts. That would mean that the answers *stay as they
# are*. But they move. And pooling? If the picture moves by two pixels, the pooled table moves by exactly one place. If it moves by one pixel, the pooled table is
# a different one. How many of its numbers change? We count only where there is an answer at all:

# %% [markdown] lang="es"
# Se lee a menudo que las convoluciones hacen a la red **invariante** (*invariant*) a los desplazamientos. Eso querría decir que las respuestas *se quedan
# igual*. Pero se mueven. ¿Y el *pooling*? Si la imagen se mueve dos píxeles, la tabla reducida se mueve exactamente un sitio. Si se mueve un píxel, la tabla reducida es
# otra. ¿Cuántos de sus números cambian? Contamos solo donde hay alguna respuesta:

# %% lang="en" tags=["nbval-check-output"]
by_two, by_one = (np.roll(answers, n, axis=1) for n in (2, 1))
moves_along = np.array_equal(max_pool(by_two), np.roll(pooled, 1, axis=1))
print(f"moved by two pixels, the pooled table moves by one place: {'yes' if moves_along else 'no'}")

changed = (by_one != answers)[answers != 0].mean()
print(f"moved by one pixel: {100 * changed:.0f} % of the answers change")
changed = (max_pool(by_one) != pooled)[pooled != 0].mean()
print(f"moved by one pixel: {100 * changed:.0f} % of the pooled answers change")

# %% lang="es" tags=["nbval-check-output"]
by_two, by_one = (np.roll(answers, n, axis=1) for n in (2, 1))
moves_along = np.array_equal(max_pool(by_two), np.roll(pooled, 1, axis=1))
print(f"movida dos píxeles, la tabla reducida se mueve un sitio: {'sí' if moves_along else 'no'}")

changed = (by_one != answers)[answers != 0].mean()
print(f"movida un píxel: cambia el {100 * changed:.0f} % de las respuestas")
changed = (max_pool(by_one) != pooled)[pooled != 0].mean()
print(f"movida un píxel: cambia el {100 * changed:.0f} % de las reducidas")

# %% [markdown] lang="en"
# So pooling softens a shift of one pixel, but it does not make it disappear.
#
# ## How many weights an MLP and a CNN have
#
# Now we build networks. A **neural network** is a chain of layers that ends in an answer, here in ten numbers, one for each digit. What it learns is the numbers in its layers, its **weights**: those
# of the kernels, for instance, and the biases.
#
# A **dense layer** has units, and each unit multiplies *every* number that comes in by a weight of its own and adds up the products and a bias. A network of dense layers is called
# an **MLP** (multilayer perceptron). A **CNN** (convolutional neural network) begins with convolutions, which use the same few kernels at every place. Two more things
# appear: `Flatten` lays tables out as one row of numbers, because a dense layer needs a row. `softmax` at the end is an activation that turns the ten numbers into probabilities, which add up to 1.

# %% [markdown] lang="es"
# Así que el *pooling* suaviza un desplazamiento de un píxel, pero no lo hace desaparecer.
#
# ## Cuántos pesos tienen un MLP y una CNN
#
# Ahora construimos redes. Una **red neuronal** (*neural network*) es una cadena de capas que termina en una respuesta, aquí en diez números, uno por dígito. Lo que aprende son los números de sus capas, sus **pesos** (*weights*): los
# de los núcleos, por ejemplo, y los sesgos.
#
# Una **capa densa** (*dense layer*) tiene unidades (*units*), y cada unidad multiplica *todos* los números que entran por pesos propios y suma los productos y un sesgo. Una red de capas densas se llama
# **MLP** (*multilayer perceptron*, perceptrón multicapa). Una **CNN** (*convolutional neural network*, red convolucional) empieza con convoluciones, que usan los mismos pocos núcleos en todas partes. Aparecen dos
# cosas más: `Flatten` coloca las tablas en una sola fila de números, porque una capa densa necesita una fila. `softmax`, al final, es una activación que convierte los diez números en probabilidades, que suman 1.


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
# This is the CNN, from the image to the ten answers. Below each step stands the size of what comes out of it: 16 tables of 26 × 26, for example, because there are 16 kernels. These tables
# of answers are called **feature maps**. Of each stack, at most four are drawn.

# %% [markdown] lang="es"
# Esta es la CNN, desde la imagen hasta las diez respuestas. Debajo de cada paso está el tamaño de lo que sale de él: por ejemplo, 16 tablas de 26 × 26, porque hay 16 núcleos. Estas tablas
# de respuestas se llaman **mapas de características** (*feature maps*). De cada pila se dibujan cuatro como mucho.

# %%
figures.network(cnn())

# %% [markdown] lang="en"
# This is the order in most CNNs: convolution and pooling, several times, then a row of numbers and dense layers that give the answer. Before we count the weights, a question.
#
# **E.** `Conv2D(8, kernel_size=3)` receives a colour photo of 100 × 100 pixels. You replace it by one of 200 × 200. How many
# weights does the layer have now?
#
# - (a) Four times as many as before, because there are four times as many pixels.
# - (b) As many as before: 8 · (3 · 3 + 1) = 80.
# - (c) As many as before: 8 · (3 · 3 · 3 + 1) = 224.

# %% [markdown] lang="es"
# Este es el orden en la mayoría de las CNN: convolución y *pooling*, varias veces, y después una fila de números y capas densas que dan la respuesta. Antes de contar los pesos, una pregunta.
#
# **E.** `Conv2D(8, kernel_size=3)` recibe una foto en color de 100 × 100 píxeles. La cambias por una de 200 × 200. ¿Cuántos pesos tiene
# ahora la capa?
#
# - (a) El cuádruple que antes, porque hay el cuádruple de píxeles.
# - (b) Los mismos que antes: 8 · (3 · 3 + 1) = 80.
# - (c) Los mismos que antes: 8 · (3 · 3 · 3 + 1) = 224.

# %% tags=["exercise"]
answer = ...

check.quiz_weights(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_weights(answer)

# %% [markdown] lang="en"
# Now we count, for digits and for colour photos of 224 × 224. The third network is the CNN with `GlobalAveragePooling2D` in place of `Flatten`: it keeps a single number of each feature map, the mean.

# %% [markdown] lang="es"
# Ahora contamos, con dígitos y con fotos en color de 224 × 224. La tercera red es la CNN con `GlobalAveragePooling2D` en lugar de `Flatten`: conserva un solo número de cada mapa de características, la media.

# %% lang="en" tags=["nbval-check-output"]
for shape in ((28, 28, 1), (224, 224, 3)):
    networks = {
        "MLP": mlp(shape),
        "CNN": cnn(shape),
        "CNN, global average": cnn(shape, layers.GlobalAveragePooling2D),
    }
    for name, network in networks.items():
        convolutions = [k for k in network.layers if isinstance(k, layers.Conv2D)]
        shared = sum(layer.count_params() for layer in convolutions)
        print(f"image {shape!s:14} {name:20}", end="")
        print(f"{network.count_params():>12,} weights, {shared:>5,} in convolutions")

# %% lang="es" tags=["nbval-check-output"]
for shape in ((28, 28, 1), (224, 224, 3)):
    networks = {
        "MLP": mlp(shape),
        "CNN": cnn(shape),
        "CNN, media global": cnn(shape, layers.GlobalAveragePooling2D),
    }
    for name, network in networks.items():
        convolutions = [k for k in network.layers if isinstance(k, layers.Conv2D)]
        shared = sum(layer.count_params() for layer in convolutions)
        counted = f"{network.count_params():>12_} pesos, {shared:>5_} en convoluciones"
        print(f"imagen {shape!s:14} {name:18}", counted.replace("_", " "))

# %% [markdown] lang="en"
# Look at the convolutions first. The first one has 16 kernels, each with 3 × 3 weights a channel, and 16 biases; the second has 32 kernels of 3 × 3 × 16 and 32
# biases. **The size of the picture does not occur in that**, because a kernel uses the same numbers everywhere. The small difference comes from the three
# colours.
#
# In the MLP, every unit of the first dense layer needs a weight for every number of the picture, so a photo brings millions. The plain CNN
# grows as well, because a dense layer follows its `Flatten`. Only the third network hardly grows. So "CNNs
# have few weights" is true of convolutions, not of what comes after them.

# %% [markdown] lang="es"
# Mira primero las convoluciones. La primera tiene 16 núcleos, cada uno con 3 × 3 pesos por canal, y 16 sesgos; la segunda tiene 32 núcleos de
# 3 × 3 × 16 y 32 sesgos. **El tamaño de la imagen no aparece ahí**, porque un núcleo usa los mismos números en todas partes. La pequeña diferencia viene de los tres
# colores.
#
# En el MLP, cada unidad de la primera capa densa necesita un peso para cada número de la imagen, así que una foto trae millones. La CNN sencilla
# también crece, porque tras su `Flatten` viene una capa densa. Solo la tercera red apenas crece. Así que «las CNN
# tienen pocos pesos» es cierto de las convoluciones, no de lo que viene después.

# %% [markdown] lang="en"
# ## The experiment: two networks, and digits that move
#
# Both networks learn from the same 1,000 digits and their **labels**, which say which digit each one is; they see each digit 15 times. One pass through all 1,000 is called an *epoch*, so that is 15 epochs. Lesson 01 explains this cell line by line. For now it
# is enough to know that `fit` changes the weights, little by little, until the network's answers agree with the labels.
#
# Then we measure the **accuracy**: the share of digits that a network reads rightly, among 1,000 digits that it has not seen in training. These are called *test* digits, and the figure is called test accuracy.

# %% [markdown] lang="es"
# ## El experimento: dos redes y dígitos que se mueven
#
# Las dos redes aprenden de los mismos 1000 dígitos y de sus **etiquetas** (*labels*), que dicen qué dígito es cada uno; ven cada dígito 15 veces. Una pasada por los 1000 se llama *época* (*epoch*), así que son 15 épocas. La lección 01 explica esta celda línea por línea. De momento
# basta saber que `fit` cambia los pesos, poco a poco, hasta que las respuestas de la red coinciden con las etiquetas.
#
# Después medimos la **exactitud** (*accuracy*; algunos cursos dicen «precisión», que es otra medida): la proporción de dígitos que una red lee bien, entre 1000 dígitos que no ha visto al entrenar. Estos se llaman dígitos de *prueba* (*test*), y la cifra, exactitud de prueba.


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


def train(network, epochs=15):
    network.compile(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return network.fit(
        prepare(x_train),
        y_train,
        epochs=epochs,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )


# %% [markdown] lang="en"
# `shift` moves digits. What comes in from the other side is white, and hardly any ink is lost, even with four pixels, because the digits stand in the middle.

# %% [markdown] lang="es"
# `shift` mueve los dígitos. Por el otro lado entra blanco, y apenas se pierde tinta, incluso con cuatro píxeles, porque los dígitos están en el centro.

# %%
x_exam, y_exam = x_test[:1000], y_test[:1000]


def shift(images, down, right):
    padded = np.pad(images, ((0, 0), (4, 4), (4, 4)))
    return padded[:, 4 - down : 32 - down, 4 - right : 32 - right]


moved = np.concatenate([shift(x_exam[1:2], 0, n) for n in range(5)])
plots.gallery(moved, ["0 px", "1 px", "2 px", "3 px", "4 px"], columns=5)

# %% [markdown] lang="en"
# ## Predict first
#
# For you, all five are the same digit. Without a shift, our MLPs read {{mlp.test_accuracy.mean}} of the digits rightly. What share will yours read rightly when the digits are moved by **two**
# pixels? And the CNN? Put numbers between 0 and 1 in place of the dots, such as 0.5, or leave them.
#
# After your prediction, two cells prepare the measurement. `accuracy` measures a network on some images. `accuracies` moves all test digits by 0 to 4 pixels, each time down, up, right and left, so each of its
# five figures is the mean of four directions. `examine` trains a network, measures it, and keeps the run for the table at the end. The two cells that follow train the MLP and the CNN.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Para ti, los cinco son el mismo dígito. Sin desplazarlos, nuestros MLP leyeron bien el {{mlp.test_accuracy.mean}} de los dígitos. ¿Qué proporción leerá bien el tuyo con los dígitos
# movidos **dos** píxeles? ¿Y la CNN? Pon números entre 0 y 1 en lugar de los puntos, como 0.5, o déjalos como están.
#
# Tras tu predicción, dos celdas preparan la medición. `accuracy` mide una red con unas imágenes. `accuracies` mueve todos los dígitos de prueba de 0 a 4 píxeles, cada vez hacia abajo, arriba, la derecha y la izquierda, así que cada una
# de sus cinco cifras es la media de cuatro direcciones. `examine` entrena una red, la mide y guarda la ejecución para la tabla del final. Las dos celdas siguientes entrenan el MLP y la CNN.

# %%
guess("mlp", shift_2_accuracy=...)
guess("cnn", shift_2_accuracy=...)


# %%
def accuracy(network, images):
    probabilities = network.predict(prepare(images), batch_size=500, verbose=0)
    labels = np.tile(y_exam, len(images) // len(y_exam))
    return float((probabilities.argmax(axis=1) == labels).mean())


def accuracies(network):
    results = []
    for n in range(5):
        ways = ((n, 0), (-n, 0), (0, n), (0, -n))
        moved = np.concatenate([shift(x_exam, *way) for way in ways])
        results.append(accuracy(network, moved))
    return results


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
mlp_model, mlp_run, mlp_shifted = examine("mlp", mlp)

# %% name="train_cnn"
cnn_model, cnn_run, cnn_shifted = examine("cnn", cnn)

# %% name="shifted"
figures.by_shift({"MLP": mlp_shifted, "CNN": cnn_shifted})

# %% [markdown] lang="en"
# ## Read the picture
#
# The CNN loses less. Over our {{measured.seeds}} runs, with a shift of two pixels, it kept {{cnn.kept_share.mean}} of the accuracy that it had without one, the MLP
# {{mlp.kept_share.mean}}. The reason: in the MLP, a moved stroke meets other weights, which have not seen it in training. In the CNN it meets the same kernels.
# (The dotted line is what guessing would reach: one digit in ten.)
#
# But look at the right end. With four pixels, a seventh of the picture's width, the CNN has dropped to {{cnn.shift_4_accuracy}} (the mean of our runs ± their standard deviation, in percentage points). So it is not
# *invariant*. Its kernels do find the moved strokes, but the dense layer behind them has a weight for each **place**, and has learnt with strokes
# in the middle.
#
# **What does pooling contribute?** We leave it out and let the convolutions step by two instead, which also halves the tables:

# %% [markdown] lang="es"
# ## Lee la gráfica
#
# La CNN pierde menos. En nuestras {{measured.seeds}} ejecuciones, con dos píxeles de desplazamiento, conservó el {{cnn.kept_share.mean}} de la exactitud que tenía sin él, y el MLP,
# el {{mlp.kept_share.mean}}. La razón: en el MLP, un trazo movido se encuentra con otros pesos, que no lo han visto al entrenar. En la CNN se encuentra con los mismos núcleos.
# (La línea de puntos es lo que se alcanzaría respondiendo al azar: uno de cada diez dígitos).
#
# Pero mira el extremo derecho. Con cuatro píxeles, una séptima parte del ancho, la CNN ha bajado hasta el {{cnn.shift_4_accuracy}} (la media de nuestras ejecuciones ± su desviación típica o estándar, en puntos porcentuales). Así que no es
# *invariante*. Sus núcleos sí encuentran los trazos movidos, pero la capa densa que viene detrás tiene un peso para cada **sitio**, y ha aprendido con trazos
# en el centro.
#
# **¿Qué aporta el *pooling*?** Lo quitamos y dejamos que las convoluciones avancen de dos en dos, con lo que las tablas también se reducen a la mitad:


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

# %% lang="en"
three = {"MLP": mlp_shifted, "CNN": cnn_shifted, "CNN without pooling": strides_shifted}
figures.by_shift(three)

# %% lang="es"
three = {"MLP": mlp_shifted, "CNN": cnn_shifted, "CNN sin pooling": strides_shifted}
figures.by_shift(three)

# %% [markdown] lang="en"
# **F.** Which statement do these curves support?
#
# - (a) The CNN with pooling is invariant to shifts of one pixel.
# - (b) The networks differ as much without a shift as they do with a shift of two pixels.
# - (c) Without pooling, most of what the CNN has over the MLP under a shift is gone.

# %% [markdown] lang="es"
# **F.** ¿Qué afirmación apoyan estas curvas?
#
# - (a) La CNN con *pooling* es invariante a desplazamientos de un píxel.
# - (b) Las redes se diferencian tanto sin desplazamiento como con dos píxeles de desplazamiento.
# - (c) Sin *pooling* desaparece la mayor parte de la ventaja de la CNN sobre el MLP con dígitos desplazados.

# %% tags=["exercise"]
answer = ...

check.quiz_curves(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_curves(answer)

# %% [markdown] lang="en"
# Without pooling, the CNN kept {{cnn_without_pooling.kept_share}} of its accuracy under a shift of two pixels. So pooling helps. With it, accuracy falls
# below 80 % only at a shift that is about half a pixel larger: compare where the curves cross 80 %.
#
# ## Mirrored, smaller, fainter
#
# Shifts are one way to alter a picture. One also reads that a CNN recognises things when they are mirrored, of another size, or in other light. We test that in the same way.
# Here are four digits as they are, mirrored, smaller (20 pixels instead of 28), and with half the ink. (Drawn as photos of ink on paper, so that half the ink is grey.)

# %% [markdown] lang="es"
# Sin *pooling*, la CNN conservó el {{cnn_without_pooling.kept_share}} de su exactitud con dos píxeles de desplazamiento. Así que el *pooling* ayuda. Con él, la exactitud
# no baja del 80 % hasta un desplazamiento más o menos medio píxel mayor: compara dónde cruzan las curvas el 80 %.
#
# ## En espejo, más pequeños, más tenues
#
# Desplazar es una manera de transformar una imagen. También se lee que una CNN reconoce las cosas en espejo, con otro tamaño o con otra luz. Lo comprobamos de la misma manera.
# Aquí hay cuatro dígitos tal como son, en espejo, más pequeños (20 píxeles en lugar de 28) y con la mitad de tinta. (Dibujados como fotos de tinta sobre papel, para que la mitad de tinta se vea gris).

# %%
smaller = keras.ops.image.resize(prepare(x_exam), (20, 20))
smaller = np.pad(np.array(255 * smaller[..., 0]), ((0, 0), (4, 4), (4, 4)))
altered = {
    "mirrored": x_exam[:, :, ::-1],
    "smaller": smaller.astype("uint8"),
    "fainter": x_exam // 2,
}

# %% lang="en"
rows = {"unaltered": x_exam, **altered}
strips = {name: np.hstack(images[5:9]) for name, images in rows.items()}
plots.side_by_side(columns=2, **{name: 255 - strip for name, strip in strips.items()})

# %% lang="es"
said = ("normales", "en espejo", "más pequeños", "más tenues")
strips = [np.hstack(images[5:9]) for images in (x_exam, *altered.values())]
plots.side_by_side(columns=2, **{k: 255 - v for k, v in zip(said, strips, strict=True)})

# %% [markdown] lang="en"
# Our CNNs read {{cnn.test_accuracy.mean}} of the unaltered digits rightly. What do you expect of yours with each alteration?

# %% [markdown] lang="es"
# Nuestras CNN leyeron bien el {{cnn.test_accuracy.mean}} de los dígitos sin transformar. ¿Qué esperas de la tuya con cada transformación?

# %%
guess("altered", cnn_mirrored_accuracy=...)
guess("altered", cnn_smaller_accuracy=...)
guess("altered", cnn_fainter_accuracy=...)

# %% lang="en"
figures_of = {}
for how, images in altered.items():
    for name, network in {"mlp": mlp_model, "cnn": cnn_model}.items():
        figures_of[f"{name}_{how}_accuracy"] = accuracy(network, images)
altered_run = record("altered", **figures_of)

print(f"unaltered: MLP {100 * mlp_shifted[0]:.1f} %, CNN {100 * cnn_shifted[0]:.1f} %")
for how in altered:
    ours = [figures_of[f"{name}_{how}_accuracy"] for name in ("mlp", "cnn")]
    print(f"{how}: MLP {100 * ours[0]:.1f} %, CNN {100 * ours[1]:.1f} %")

# %% lang="es"
figures_of = {}
for how, images in altered.items():
    for name, network in {"mlp": mlp_model, "cnn": cnn_model}.items():
        figures_of[f"{name}_{how}_accuracy"] = accuracy(network, images)
altered_run = record("altered", **figures_of)

print(f"normales: MLP {100 * mlp_shifted[0]:.1f} %, CNN {100 * cnn_shifted[0]:.1f} %")
for how, said in zip(altered, ("en espejo", "más pequeños", "más tenues"), strict=True):
    ours = [figures_of[f"{name}_{how}_accuracy"] for name in ("mlp", "cnn")]
    print(f"{said}: MLP {100 * ours[0]:.1f} %, CNN {100 * ours[1]:.1f} %")

# %% [markdown] lang="en"
# Three alterations, three different results:
#
# - **Mirrored:** both networks fail, and the CNN fails more often: over our runs it read {{altered.cnn_mirrored_accuracy.mean}} of the mirrored digits, the MLP {{altered.mlp_mirrored_accuracy.mean}}. A kernel that answers
#   strongly to `/` answers less to `\`, and a mirror turns one into the other. (The 0s and 8s, which look much the same in a mirror, are still read more often than the 3s and 5s, which are nearly all misread.)
# - **Smaller:** the CNN keeps more ({{altered.cnn_smaller_accuracy.mean}} against {{altered.mlp_smaller_accuracy.mean}}), because small pieces of strokes change less than whole digits do. But it loses much.
# - **Fainter:** almost nothing happens ({{altered.cnn_fainter_accuracy.mean}} and {{altered.mlp_fainter_accuracy.mean}}). Half the ink halves every product, and with `relu` and small biases nearly every later number as
#   well, so the largest of the ten answers stays the largest. That has nothing to do with convolutions.
#
# And **several digits** in one picture? The convolution finds the edges of all of them, wherever they are. But the network behind it gives one answer for the whole picture. To find several things is another task,
# *object detection*.

# %% [markdown] lang="es"
# Tres transformaciones, tres resultados distintos:
#
# - **En espejo:** fallan las dos redes, y la CNN falla más: en nuestras ejecuciones leyó el {{altered.cnn_mirrored_accuracy.mean}} de los dígitos en espejo, y el MLP, el {{altered.mlp_mirrored_accuracy.mean}}. Un núcleo que responde
#   con fuerza a `/` responde menos a `\`, y el espejo convierte uno en otro. (Los 0 y los 8, que se parecen a su imagen en el espejo, aún se leen más a menudo que los 3 y los 5, que se confunden casi siempre).
# - **Más pequeños:** la CNN conserva más ({{altered.cnn_smaller_accuracy.mean}} frente a {{altered.mlp_smaller_accuracy.mean}}), porque los trozos pequeños de trazo cambian menos que los dígitos enteros. Pero pierde mucho.
# - **Más tenues:** no pasa casi nada ({{altered.cnn_fainter_accuracy.mean}} y {{altered.mlp_fainter_accuracy.mean}}). La mitad de tinta reduce a la mitad cada producto y, con `relu` y sesgos pequeños, también casi todos los números
#   posteriores, así que la mayor de las diez respuestas sigue siendo la mayor. Eso no tiene que ver con las convoluciones.
#
# ¿Y **varios dígitos** en una imagen? La convolución encuentra los bordes de todos, estén donde estén. Pero la red que viene detrás da una sola respuesta para toda la imagen. Encontrar varias cosas es otra tarea,
# la *detección de objetos* (*object detection*).

# %% lang="en"
pair = np.concatenate([digit, x_train[3] / 255], axis=1)
plots.side_by_side(columns=2, pair=pair, answers=slide(pair, vertical))

# %% lang="es"
pair = np.concatenate([digit, x_train[3] / 255], axis=1)
plots.side_by_side(columns=2, pareja=pair, respuestas=slide(pair, vertical))

# %% [markdown] lang="en"
# ## What its layers respond to
#
# We designed our kernels ourselves. The network's began as random numbers, and training changed them. What do they respond to? One often reads that the first layer finds edges. We look at all 16 kernels.
#
# To tell edges from anything else, we ask each kernel for its answer to a square **full of ink**, without any edge. A kernel for edges answers that with zero, as ours did. We express the answer as a share of the largest
# answer that the kernel can give at all.
#
# Guess first: what share of the 16 kernels answers to edges only, so that the answer to a square full of ink is less than a tenth of the largest? Write 0.5 for half of them.

# %% [markdown] lang="es"
# ## A qué responden sus capas
#
# Nuestros núcleos los diseñamos nosotros. Los de la red empezaron como números al azar y el entrenamiento los cambió. ¿A qué responden? Se lee a menudo que la primera capa encuentra bordes. Miramos los 16 núcleos.
#
# Para distinguir los bordes de otras cosas, pedimos a cada núcleo su respuesta a un cuadrado **lleno de tinta**, sin ningún borde. Un núcleo para bordes responde a eso con cero, como los nuestros. Expresamos la respuesta como parte de la mayor
# respuesta que el núcleo puede dar.
#
# Primero, tu predicción: ¿qué proporción de los 16 núcleos responde solo a bordes, de modo que su respuesta a un cuadrado lleno de tinta es menor que la décima parte de la mayor? Escribe 0.5 para la mitad.

# %%
guess("kernels", edge_share=...)

# %% [markdown] lang="en"
# Below each kernel stands the piece of a digit to which it answers most strongly: the mean of the ten pieces with its largest answers, each from another of the 1,000 test digits. Above the kernel are its number and its
# answer to full ink. The kernels are sorted by that answer.
#
# To see the answers inside the network, we make a second model of the same layers: `keras.Model(inputs, outputs)` takes where it begins and which answers it should give, here those of both convolutions.
# `favourites` takes the ten digits with the largest answers of a kernel and cuts out of each the piece at which the answer was largest.

# %% [markdown] lang="es"
# Debajo de cada núcleo está el trozo de dígito al que responde con más fuerza: la media de los diez trozos con las respuestas mayores, cada uno de otro de los 1000 dígitos de prueba. Encima del núcleo están su número y su
# respuesta a la tinta plena. Los núcleos están ordenados según esa respuesta.
#
# Para ver las respuestas dentro de la red, hacemos un segundo modelo con las mismas capas: `keras.Model(inputs, outputs)` recibe dónde empieza y qué respuestas debe dar, aquí las de las dos convoluciones.
# `favourites` (favoritos) toma los diez dígitos con las respuestas mayores de un núcleo y recorta de cada uno el trozo en el que la respuesta fue mayor.


# %%
first, second = [k for k in cnn_model.layers if isinstance(k, layers.Conv2D)]
inside = keras.Model(cnn_model.inputs[0], [first.output, second.output])
maps_1, maps_2 = (np.array(maps) for maps in inside(prepare(x_exam)))


def favourites(maps, k, step, size):
    digits = maps[..., k].max(axis=(1, 2)).argsort()[::-1][:10]
    pieces = []
    for i in digits:
        row, column = np.unravel_index(maps[i, :, :, k].argmax(), maps.shape[1:3])
        top, left = step * row, step * column
        pieces.append(x_exam[i, top : top + size, left : left + size])
    return np.array(pieces), y_exam[digits]


# %%
weights, biases = first.get_weights()
found = weights[:, :, 0].transpose(2, 0, 1)  # shape (16, 3, 3)
largest = np.maximum(found, 0).sum(axis=(1, 2)) + biases
full_ink = np.maximum(found.sum(axis=(1, 2)) + biases, 0) / largest

pieces = [favourites(maps_1, k, step=1, size=3)[0].mean(axis=0) for k in range(16)]
figures.kernels(found, np.array(pieces), full_ink)

# %% lang="en"
ink, edge = (full_ink > 0.5).sum(), (full_ink < 0.1).sum()
kernels_run = record("kernels", ink_share=ink / 16, edge_share=edge / 16)
print(f"answers to full ink with more than half of its largest answer: {ink} of 16")
print(f"with less than a tenth, so to edges only: {edge} of 16")

# %% lang="es"
ink, edge = (full_ink > 0.5).sum(), (full_ink < 0.1).sum()
kernels_run = record("kernels", ink_share=ink / 16, edge_share=edge / 16)
print(f"responden a la tinta plena con más de la mitad de su máximo: {ink} de 16")
print(f"con menos de la décima parte, así que solo a bordes: {edge} de 16")

# %% [markdown] lang="en"
# So only some kernels answer to edges alone: {{kernels.edge_share.mean}} over our runs. Most of their pieces have ink on one side and none on the other. On average more kernels, {{kernels.ink_share.mean}}, answer to ink as such, that is, to full ink
# with more than half of their largest answer. In most of these, the piece is nearly all black and most of the kernel's numbers are positive, drawn in blue. The rest lies in between. "The first layer finds edges" is only partly true here: 1,000 digits and 15 epochs have not turned
# all random kernels into clean edge detectors, and knowing where there is ink is useful, too.
#
# Now the feature maps of one digit, the 6 that you have seen above between a 9 and a 7: for the first layer, of the kernels with the smallest, a middle and the largest answer to full ink; for the second layer, of the three kernels with the largest answers.

# %% [markdown] lang="es"
# Así que solo algunos núcleos responden únicamente a bordes: el {{kernels.edge_share.mean}} en nuestras ejecuciones. La mayoría de sus trozos tiene tinta a un lado y nada al otro. En promedio son más los núcleos, el {{kernels.ink_share.mean}}, que responden a la tinta en sí, es decir, a la tinta plena
# con más de la mitad de su máximo. En la mayoría de estos, el trozo es casi todo negro y la mayoría de los números del núcleo son positivos, dibujados en azul. El resto queda en medio. «La primera capa encuentra bordes» es aquí verdad solo en parte: 1000 dígitos y 15 épocas no han convertido
# todos los núcleos aleatorios en detectores limpios de bordes, y saber dónde hay tinta también es útil.
#
# Ahora, los mapas de características de un dígito, el 6 que viste antes entre un 9 y un 7: de la primera capa, los de los núcleos con la menor respuesta a la tinta plena, una intermedia y la mayor; de la segunda, los de los tres núcleos con las mayores respuestas.

# %% lang="en"
strongest = maps_2.max(axis=(0, 1, 2)).argsort()[::-1][:3]
chosen = full_ink.argsort()[[0, 7, 15]]
shown = {f"layer 1, kernel {k + 1}": maps_1[7, :, :, k] for k in chosen}
shown |= {f"layer 2, kernel {k + 1}": maps_2[7, :, :, k] for k in strongest}
plots.side_by_side(columns=4, digit=x_exam[7] / 255, **shown)

# %% lang="es"
strongest = maps_2.max(axis=(0, 1, 2)).argsort()[::-1][:3]
chosen = full_ink.argsort()[[0, 7, 15]]
shown = {f"capa 1, núcleo {k + 1}": maps_1[7, :, :, k] for k in chosen}
shown |= {f"capa 2, núcleo {k + 1}": maps_2[7, :, :, k] for k in strongest}
plots.side_by_side(columns=4, dígito=x_exam[7] / 255, **shown)

# %% [markdown] lang="en"
# The maps of the first layer still look like the digit, or like one side of its strokes. (Where even the white paper comes out grey, the kernel's bias is above zero, so it answers a little to empty paper as well.) Those of the second are coarser. To what do they answer? A kernel there looks at 3 × 3 *pooled* answers. Those were computed from 6 × 6 answers of
# the first layer, and these from 8 × 8 pixels. The piece of the picture on which one answer depends is called its **receptive field**. With each layer it grows.
#
# Here are the pieces to which each of the three kernels answers most strongly, one row for each kernel. Above each piece stands the digit from which it comes.

# %% [markdown] lang="es"
# Los mapas de la primera capa aún se parecen al dígito, o a un lado de sus trazos. (Donde hasta el papel blanco sale gris, el sesgo del núcleo es mayor que cero, así que responde un poco también al papel vacío). Los de la segunda son más toscos. ¿A qué responden? Un núcleo de ahí mira 3 × 3 respuestas *reducidas*. Esas se calcularon a partir de 6 × 6 respuestas de
# la primera capa, y estas, a partir de 8 × 8 píxeles. El trozo de la imagen del que depende una respuesta se llama su **campo receptivo** (*receptive field*). Crece con cada capa.
#
# Aquí están los trozos a los que responde con más fuerza cada uno de los tres núcleos, una fila por núcleo. Encima de cada trozo está el dígito del que viene.

# %%
rows = [favourites(maps_2, k, step=2, size=8) for k in strongest]
pieces = np.concatenate([found for found, _ in rows])
plots.gallery(pieces, np.concatenate([digits for _, digits in rows]))

# %% [markdown] lang="en"
# The second layer answers to something larger than the first: a piece of a stroke that runs in a certain direction, or bends. The pieces in one row resemble each other although they come from different digits. Two rows can look alike, too, because several kernels may learn nearly the same. The
# dense layers then decide by which parts are there **and where**.
#
# Deeper networks go on like this. In networks trained on a million photos the first layer does find clean edges and colours, the middle layers textures and parts, the last ones whole faces or wheels. Lesson 07 shows it with VGG16, which has 13 convolutions.

# %% [markdown] lang="es"
# La segunda capa responde a algo más grande que la primera: un trozo de trazo que va en cierta dirección o que se curva. Los trozos de una fila se parecen aunque vengan de dígitos distintos. También dos filas pueden parecerse, porque varios núcleos pueden aprender casi lo mismo. Después,
# las capas densas deciden según qué partes hay **y dónde**.
#
# Las redes más profundas siguen así. En las entrenadas con un millón de fotos, la primera capa sí encuentra bordes limpios y colores; las intermedias, texturas y partes; las últimas, caras o ruedas enteras. La lección 07 lo muestra con VGG16, que tiene 13 convoluciones.

# %% [markdown] lang="en"
# ## What can go wrong: trusting that the place does not matter
#
# "It is a CNN, so it does not matter where the digit is." Then somebody writes a little to the left, and the accuracy falls. What helps is a change of
# the data, not of the network: we **show it shifted digits** in training. The layer `RandomTranslation` moves each training digit by up to four pixels,
# in another way each time. It works in training only; when we measure, it does nothing. The network behind it is the same CNN.
#
# With digits moved by two pixels, our CNNs had read {{cnn.shift_2_accuracy.mean}}. What do you expect now?

# %% [markdown] lang="es"
# ## Qué puede salir mal: confiar en que el sitio no importa
#
# «Es una CNN, así que no importa dónde esté el dígito». Entonces alguien escribe un poco más a la izquierda y la exactitud baja. Lo que ayuda es cambiar
# los datos, no la red: le **mostramos dígitos desplazados** al entrenar. La capa `RandomTranslation` mueve cada dígito de entrenamiento hasta cuatro píxeles,
# cada vez de otra manera. Solo actúa al entrenar; cuando medimos, no hace nada. La red que viene detrás es la misma CNN.
#
# Con los dígitos movidos dos píxeles, nuestras CNN habían leído el {{cnn.shift_2_accuracy.mean}}. ¿Qué esperas ahora?

# %%
guess("cnn_shown_shifts", shift_2_accuracy=...)


# %%
def cnn_shown_shifts():
    moving = layers.RandomTranslation(4 / 28, 4 / 28, fill_mode="constant")
    return keras.Sequential([keras.Input(shape=(28, 28, 1)), moving, cnn()])


_, shown_run, shown_shifted = examine("cnn_shown_shifts", cnn_shown_shifts)

# %% lang="en"
three = {"MLP": mlp_shifted, "CNN": cnn_shifted, "CNN shown shifts": shown_shifted}
figures.by_shift(three)

# %% lang="es"
shown = "CNN que vio desplazamientos"
figures.by_shift({"MLP": mlp_shifted, "CNN": cnn_shifted, shown: shown_shifted})

# %% [markdown] lang="en"
# It is the same network, with the same 1,000 digits, each shown 15 times as before, and at two pixels it keeps {{cnn_shown_shifts.kept_share}} of its accuracy. It has not become
# invariant; it has *learnt* shifts of up to four pixels. Lesson 02 turns this into a method.
#
# ### 3. Your turn: train a network that reads small digits
#
# Our CNN read only {{altered.cnn_smaller_accuracy.mean}} of the smaller digits. Train one that reads at least 75 % of them, and still at least 80 % of the unaltered ones. Build it in this cell and train it with `train(reader)`, which takes about
# ten seconds. The check below measures it.

# %% [markdown] lang="es"
# Es la misma red, con los mismos 1000 dígitos, cada uno mostrado 15 veces como antes, y con dos píxeles conserva el {{cnn_shown_shifts.kept_share}} de su exactitud. No se ha vuelto
# invariante: ha *aprendido* los desplazamientos de hasta cuatro píxeles. La lección 02 convierte esto en un método.
#
# ### 3. Te toca: entrena una red que lea dígitos pequeños
#
# Nuestra CNN leyó solo el {{altered.cnn_smaller_accuracy.mean}} de los dígitos pequeños. Entrena una que lea al menos el 75 % de ellos, sin bajar del 80 % en los normales. Constrúyela en esta celda y entrénala con `train(reader)`, que tarda unos
# diez segundos. La comprobación de debajo la mide.

# %% tags=["exercise"]
reader = ...

check.reads_small(reader)
# check.reads_small.hint()

# %% tags=["solution"]
zoom = layers.RandomZoom((0, 0.4), fill_mode="constant")
reader = keras.Sequential([keras.Input(shape=(28, 28, 1)), zoom, cnn()])
train(reader)

check.reads_small(reader)

# %% [markdown] lang="en"
# ### 4. Your turn: a network that is really invariant
#
# Build a model whose output stays *the same* when a digit with an empty rim is moved by 1, 2 or 3 pixels. It takes images of shape (N, 28, 28, 1) and gives **one row of at least four numbers** for each image. It must still give different outputs
# for different digits. No training is needed.

# %% [markdown] lang="es"
# ### 4. Te toca: una red invariante de verdad
#
# Construye un modelo cuya salida *no cambie* cuando un dígito con el margen vacío se mueve 1, 2 o 3 píxeles. Recibe imágenes de forma (N, 28, 28, 1) y da **una fila de al menos cuatro números** por imagen. Debe seguir dando salidas distintas
# con dígitos distintos. No hace falta entrenarlo.

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
# ### 5. Your turn: beat us at four pixels
#
# With digits moved by **four** pixels, our CNN that was shown shifts read {{cnn_shown_shifts.shift_4_accuracy.mean}}. Beat 86 %. Everything is allowed but training on the test digits: other layers, other shifts, more epochs (`train(best, epochs=20)` shows each digit 20
# times). There is no single right answer; the reply tells you what your network reached. Ours takes about ten seconds.
#
# (If you change a network until its figure on these 1,000 test digits is good, as here and in exercise 3, the figure becomes a little too good. Lesson 01 explains why, and how a third set of digits avoids it.)

# %% [markdown] lang="es"
# ### 5. Te toca: supéranos con cuatro píxeles
#
# Con los dígitos movidos **cuatro** píxeles, nuestra CNN que vio desplazamientos leyó el {{cnn_shown_shifts.shift_4_accuracy.mean}}. Supera el 86 %. Vale todo menos entrenar con los dígitos de prueba: otras capas, otros desplazamientos, más épocas (`train(best, epochs=20)` muestra cada dígito 20
# veces). No hay una única respuesta correcta; la comprobación te dice cuánto alcanzó tu red. La nuestra tarda unos diez segundos.
#
# (Si cambias una red hasta que su cifra con estos 1000 dígitos de prueba es buena, como aquí y en el ejercicio 3, la cifra acaba siendo un poco demasiado buena. La lección 01 explica por qué y cómo lo evita un tercer conjunto de dígitos).

# %% tags=["exercise"]
best = ...

check.four_pixels(best)
# check.four_pixels.hint()

# %% tags=["solution"]
best = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomTranslation(5 / 28, 5 / 28, fill_mode="constant"),
        layers.Conv2D(16, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(64, kernel_size=3, activation="relu"),
        layers.GlobalMaxPooling2D(),
        layers.Dense(10, activation="softmax"),
    ]
)
train(best, epochs=20)

check.four_pixels(best)

# %% [markdown] lang="en"
# ## What we measured
#
# Here is your run beside ours. We ran this notebook with {{measured.seeds}} different seeds; "our test" is the mean ± the standard
# deviation of the accuracy without a shift. (The validation column stays empty. Lesson 01 explains what that set is for.)
#
# `cnn_without_pooling` is the CNN whose convolutions step by two, and `cnn_shown_shifts` is the CNN that was shown shifted digits. Its digits were shifted in training and are not shifted in
# this test, so its training accuracy can be the lower one.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Aquí está tu ejecución junto a las nuestras. Ejecutamos este cuaderno con {{measured.seeds}} semillas distintas; «nuestra prueba» es la media ±
# la desviación típica (o estándar) de la exactitud sin desplazamiento. (La columna de validación queda vacía. La lección 01 explica para qué sirve ese conjunto).
#
# `cnn_without_pooling` es la CNN sin *pooling*, cuyas convoluciones avanzan de dos en dos, y `cnn_shown_shifts` es la CNN que vio dígitos desplazados. Sus dígitos estaban desplazados al entrenar y no lo están en
# esta prueba, así que su exactitud de entrenamiento puede ser la menor de las dos.

# %%
table()

# %% [markdown] lang="en"
# And this is what the lesson claims, checked against your run. (The second sentence compares shares, so that the CNN's head start without a shift does not count.)

# %% [markdown] lang="es"
# Y esto es lo que afirma la lección, comprobado con tu ejecución. (La segunda frase compara proporciones, para que no cuente la ventaja que la CNN ya tiene sin desplazamiento).

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

# %%
claim("mirror_costs", altered_run.cnn_mirrored_accuracy, "<", cnn_run.test_accuracy, margin=-0.4, unit="%",
      en="mirrored digits cost the CNN more than 40 percentage points of accuracy",
      es="los dígitos en espejo le cuestan a la CNN más de 40 puntos porcentuales de exactitud")
claim("mirrored_worse", altered_run.cnn_mirrored_accuracy, "<", altered_run.mlp_mirrored_accuracy, unit="%",
      en="with mirrored digits, the CNN is right less often than the MLP",
      es="con dígitos en espejo, la CNN acierta menos que el MLP")
claim("small_better", altered_run.cnn_smaller_accuracy, ">", altered_run.mlp_smaller_accuracy, unit="%",
      en="with smaller digits, the CNN is right more often than the MLP",
      es="con dígitos más pequeños, la CNN acierta más que el MLP")
claim("faint_no_matter", altered_run.cnn_fainter_accuracy, ">", cnn_run.test_accuracy, margin=-0.02, unit="%",
      en="half the ink costs the CNN less than 2 percentage points of accuracy",
      es="la mitad de tinta le cuesta a la CNN menos de 2 puntos porcentuales de exactitud")
claim("ink_kernels", kernels_run.ink_share, ">", 0.25, unit="%",
      en="more than a quarter of the first layer's kernels answer to full ink, not only to edges",
      es="más de la cuarta parte de los núcleos de la primera capa responden a la tinta plena, no solo a los bordes")

# %% [markdown] lang="en"
# ## In short
#
# - A convolution slides one small kernel over the whole picture: multiply, add up, move on. A kernel has as many tables of numbers as the picture has channels.
# - Answers per side: (n + 2p − k) / s, rounded down, plus 1. Weights: kernels × (size × size × channels + 1), whatever the size of the picture.
# - Max pooling keeps the strongest answer and loses where exactly it was.
# - Convolutions are **equivariant**: the answers move with the picture. A CNN is not invariant. Pooling allows about half a pixel more of a shift,
#   shifted training data much more. Mirrored digits are even harder for our CNN than for our MLP.
#
# **Next:** lesson 01 trains a CNN with every line explained, and finds that it knows its 1,000 digits by heart. It assumes that you know what a kernel, a feature map, max pooling, a dense layer, weights and `softmax` are, and that you can read
# the drawing of the network above. You need not remember the formula.

# %% [markdown] lang="es"
# ## En resumen
#
# - Una convolución desliza un núcleo pequeño por toda la imagen: multiplicar, sumar, avanzar. Un núcleo tiene tantas tablas de números como canales la imagen.
# - Respuestas por lado: (n + 2p − k) / s, redondeado hacia abajo, más 1. Pesos: núcleos × (lado × lado × canales + 1), sea cual sea el tamaño de la imagen.
# - El *max pooling* conserva la respuesta más fuerte y pierde dónde estaba exactamente.
# - Las convoluciones son **equivariantes**: las respuestas se mueven con la imagen. Una CNN no es invariante. El *pooling* permite más o menos medio
#   píxel más de desplazamiento; los datos de entrenamiento desplazados, mucho más. Los dígitos en espejo son para nuestra CNN aún más difíciles que para nuestro MLP.
#
# **Lo siguiente:** la lección 01 entrena una CNN explicando cada línea y descubre que se sabe de memoria sus 1000 dígitos. Supone que sabes qué son un núcleo, un mapa de características, el *max pooling*, una capa densa, los pesos y `softmax`, y que entiendes
# el dibujo de la red. No hace falta recordar la fórmula.

# %% [markdown] lang="en"
# ## Go further
#
# - Let the kernel editor look at the digit: `widgets.kernel_editor(slide, digit, all_directions)`.
# - Run `examine("cnn_average", lambda: cnn(to_row=layers.GlobalAveragePooling2D))` (`lambda:` makes a function of it, which
#   `examine` calls). How much of its accuracy does it keep under a shift, and how does it do without one? What if it trains longer?
# - How little ink is still enough? Try `accuracy(cnn_model, x_exam // 8)`, and the MLP as well.
# - Turn the digits with `np.rot90`. Is a convolution equivariant to turns?
#
# **Sources.** Keras's pages on [Conv2D](https://keras.io/api/layers/convolution_layers/convolution2d/) and
# [MaxPooling2D](https://keras.io/api/layers/pooling_layers/max_pooling2d/), SciPy's on [correlate2d](https://docs.scipy.org/doc/scipy/reference/generated/scipy.signal.correlate2d.html).
# Padding and strides with many pictures: V. Dumoulin and F. Visin, [*A guide to convolution arithmetic for deep learning*](https://arxiv.org/abs/1603.07285), 2016.
# The theory: I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*, chapter 9](https://www.deeplearningbook.org/contents/convnets.html), 2016.
# Why networks with pooling are not invariant: A. Azulay and Y. Weiss, [*Why do deep convolutional networks generalize so poorly to small image
# transformations?*](https://arxiv.org/abs/1805.12177), 2018. Which pieces of a picture a kernel answers to most: M. Zeiler and R. Fergus, [*Visualizing and understanding convolutional
# networks*](https://arxiv.org/abs/1311.2901), 2013. Older courses, this course's own forerunner among them, call a CNN invariant to shifts; here it was put to the test. The photo is Chelsea, by Stéfan van der Walt, CC0; see `data/README.md`.

# %% [markdown] lang="es"
# ## Para ir más lejos
#
# - Pon el dígito en el editor de núcleos: `widgets.kernel_editor(slide, digit, all_directions)`.
# - Ejecuta `examine("cnn_average", lambda: cnn(to_row=layers.GlobalAveragePooling2D))` (`lambda:` lo convierte en una
#   función, que es lo que `examine` llama). ¿Cuánta exactitud conserva al desplazar los dígitos, y cuánta tiene sin
#   desplazarlos? ¿Y si entrena más tiempo?
# - ¿Cuánta tinta basta? Prueba `accuracy(cnn_model, x_exam // 8)`, y también con el MLP.
# - Gira los dígitos con `np.rot90`. ¿Es una convolución equivariante a los giros?
#
# **Fuentes** (en inglés). Las páginas de Keras sobre [Conv2D](https://keras.io/api/layers/convolution_layers/convolution2d/) y
# [MaxPooling2D](https://keras.io/api/layers/pooling_layers/max_pooling2d/), y la de SciPy sobre [correlate2d](https://docs.scipy.org/doc/scipy/reference/generated/scipy.signal.correlate2d.html).
# *Padding* y *strides* con muchas imágenes: V. Dumoulin y F. Visin, [*A guide to convolution arithmetic for deep learning*](https://arxiv.org/abs/1603.07285), 2016.
# La teoría: I. Goodfellow, Y. Bengio y A. Courville, [*Deep Learning*, capítulo 9](https://www.deeplearningbook.org/contents/convnets.html), 2016.
# Por qué no son invariantes las redes con *pooling*: A. Azulay y Y. Weiss, [*Why do deep convolutional networks generalize so poorly to small image
# transformations?*](https://arxiv.org/abs/1805.12177), 2018. A qué trozos de imagen responde más un núcleo: M. Zeiler y R. Fergus, [*Visualizing and understanding convolutional
# networks*](https://arxiv.org/abs/1311.2901), 2013. Los cursos antiguos, entre ellos aquel del que nació este, dicen que una CNN es invariante a los desplazamientos; aquí se ha comprobado. La foto es Chelsea, de Stéfan van der Walt, CC0; véase `data/README.md`.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | by hand, question A (on paper first: the 6 × 6 stroke and the kernel, four answers each) | 12 | 8 |
# | on a digit and a photo, kernel editor, exercise 1 | 15 | 8 |
# | threshold, colour, one's own photo | 8 | – |
# | padding and stride, question B; in 90, exercise 2 | 10 | 4 |
# | max pooling, question C; a shifted picture, question D | 10 | 7 |
# | weights of an MLP and of a CNN, the drawing, question E | 8 | 4 |
# | prediction, experiment, *Read the picture*, question F | 10 | 8 |
# | mirrored, smaller, fainter | 5 | 3 |
# | the 16 kernels, receptive field | 5 | – |
# | shown shifts; exercise 3; exercises 4 and 5 at home | 7 | 3 |
#
# **On the board:** the stroke and its two bands of answers; "first move, then slide = first slide, then move"; the drawing of the network with its shapes.
#
# **Misconceptions the checks look for:** a kernel whose numbers do not add up to zero; the other diagonal; padding on one side only; a kernel turned by 180 degrees; answers
# without decimals; believing that `MaxPooling2D` and `Flatten` take care of a shift; `RandomZoom` with the wrong sign; a network that has forgotten the unaltered digits.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | a mano, pregunta A (antes en papel: el trazo de 6 × 6 y el núcleo, cuatro respuestas cada uno) | 12 | 8 |
# | en un dígito y en una foto, editor de núcleos, ejercicio 1 | 15 | 8 |
# | umbral, color, la foto propia | 8 | – |
# | *padding* y *stride*, pregunta B; en 90, ejercicio 2 | 10 | 4 |
# | *max pooling*, pregunta C; una imagen desplazada, pregunta D | 10 | 7 |
# | los pesos de un MLP y de una CNN, el dibujo, pregunta E | 8 | 4 |
# | predicción, experimento, *Lee la gráfica*, pregunta F | 10 | 8 |
# | en espejo, más pequeños, más tenues | 5 | 3 |
# | los 16 núcleos, campo receptivo | 5 | – |
# | desplazamientos al entrenar; ejercicio 3; los ejercicios 4 y 5, en casa | 7 | 3 |
#
# **En la pizarra:** el trazo y sus dos franjas de respuestas; «primero mover y después deslizar = primero deslizar y después mover»; el dibujo de la red con sus formas.
#
# **Ideas equivocadas que buscan las comprobaciones:** un núcleo cuyos números no suman cero; la otra diagonal; relleno en un solo lado; un núcleo girado 180 grados; respuestas
# sin decimales; creer que `MaxPooling2D` y `Flatten` resuelven el desplazamiento; `RandomZoom` con el signo equivocado; una red que ha olvidado los dígitos normales.
