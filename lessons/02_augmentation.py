# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 45
#     title:
#       en: Augmentation
#       es: Aumento de datos
#     learn:
#       en: alter training images so that labels stay true, in the model and in a data pipeline; prove that the exam stays untouched
#       es: alterar imágenes de entrenamiento sin que la etiqueta mienta, en el modelo y en un flujo de datos; demostrar que el examen no se toca
#     result:
#       en: test {{baseline.test_accuracy.mean}} → {{augmented.test_accuracy}}; with flips and turns of up to 180° {{harmful.test_accuracy}}
#       es: prueba {{baseline.test_accuracy.mean}} → {{augmented.test_accuracy}}; con reflejos y giros de hasta 180° {{harmful.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 02 · Augmentation: a thousand digits, never the same twice
#
# {{badges}}
#
# A network memorises because it meets the same pictures again and again. So turn, shift and stretch them a little, anew
# in every epoch. You measure how far that takes you, and how wrong it goes when an altered picture no longer
# means what its label says.
#
# **You will learn to**
#
# - tell what more data would bring, before you make do with less;
# - choose alterations that keep a label true;
# - build them into a model and into a `tf.data` pipeline, and recognise `ImageDataGenerator` in older courses;
# - prove that validation and test images stay as they are.
#
# You need lesson 01. About 25 minutes to read and run, and 20 for the exercises. Everything runs offline except one cell at the end, which says so.

# %% [markdown] lang="es"
# # 02 · Aumento de datos: mil dígitos, cada vez distintos
#
# {{badges}}
#
# Una red memoriza porque se encuentra las mismas imágenes una y otra vez. Pues gíralas, desplázalas y estíralas un
# poco, de otra manera en cada época. Vas a medir hasta dónde se llega así, y lo mal que acaba cuando la imagen alterada
# ya no significa lo que dice su etiqueta.
#
# **Aprenderás a**
#
# - saber cuánto aportarían más datos, antes de arreglarte con menos;
# - elegir alteraciones con las que la etiqueta siga siendo cierta;
# - incluirlas en un modelo y en un flujo `tf.data`, y reconocer `ImageDataGenerator` en cursos antiguos;
# - demostrar que las imágenes de validación y de prueba se quedan como están.
#
# Necesitas la lección 01. Unos 25 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión salvo una celda del final, que lo avisa.

# %% [markdown] lang="en"
# ## Setup

# %% [markdown] lang="es"
# ## Preparación

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_02 as check
from helpers.results import claim, guess, record, same, table

# %% tags=["nbval-check-output"]
(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()


def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)
print(x_train.shape, x_val.shape, x_test.shape)

# %% [markdown] lang="en"
# ## The starting point
#
# Lesson 01's network and training once more: 1,000 digits, 30 epochs. (To save time, `fit` measures only the first
# 500 validation digits here. That changes nothing in the training, but these 500 are a little easier: the validation loss
# comes out lower than in lesson 01.)

# %% [markdown] lang="es"
# ## El punto de partida
#
# Otra vez la red y el entrenamiento de la lección 01: 1000 dígitos, 30 épocas. (Para ahorrar tiempo, aquí `fit` solo
# mide los primeros 500 dígitos de validación. El entrenamiento no cambia, pero esos 500 son algo más fáciles: la pérdida
# de validación sale más baja que en la lección 01).

# %%
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

start = time.perf_counter()
history = model.fit(
    x_train,
    y_train,
    validation_data=(x_val[:500], y_val[:500]),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
test_error = 1 - test["accuracy"]
baseline = record("baseline", history, test, seconds, test_error_share=test_error)

# %% [markdown] lang="en"
# ## First, the honest remedy: more data
#
# Altered pictures are a substitute. What does the real thing bring? We look back: how good would the network be with
# only 125, 250 or 500 of those digits? The 30 epochs stay the same. (Fewer images then also mean fewer steps, but the
# training accuracies in the table at the end show that even so each network learns its own images by heart.)

# %% [markdown] lang="es"
# ## Primero, el remedio de verdad: más datos
#
# Las imágenes alteradas son un sucedáneo. ¿Qué aporta lo auténtico? Miremos atrás: ¿hasta dónde llegaría la red con
# solo 125, 250 o 500 de esos dígitos? Las 30 épocas se mantienen. (Menos imágenes son también menos pasos, pero las
# exactitudes de entrenamiento de la tabla final muestran que, aun así, cada red se aprende las suyas de memoria).

# %%
by_size = {}
for size in (125, 250, 500):
    keras.utils.set_random_seed(SEED)
    model = models.baseline_cnn()
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        x_train[:size],
        y_train[:size],
        epochs=30,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
    by_size[size] = record(f"images_{size}", history, test)

for size, run in {**by_size, 1000: baseline}.items():
    error = 1 - run.test_accuracy
    print(f"{size:5} {run.test_accuracy:7.1%}  {error:6.1%} {'■' * round(200 * error)}")

# %% [markdown] lang="en"
# Number of images, test accuracy, test error; every square is half a percentage point of error. Over our
# {{measured.seeds}} seeds, accuracy went from {{images_125.test_accuracy}} with 125 images to {{baseline.test_accuracy}}
# with 1,000. And 30,000 different ones, once each, gave {{01:thirty_thousand_once.test_accuracy}} in lesson 01, in about as many
# steps as the 1,000 (on MNIST's own test digits).
#
# **If you can get more data, get more data.** The rest of the lesson is for when you cannot.

# %% [markdown] lang="es"
# Número de imágenes, exactitud de prueba y error de prueba; cada cuadrado es medio punto porcentual de error. En nuestras
# {{measured.seeds}} semillas, la exactitud pasó de {{images_125.test_accuracy}} con 125 imágenes a
# {{baseline.test_accuracy}} con 1000. Y 30 000 distintas, una vez cada una, dieron
# {{01:thirty_thousand_once.test_accuracy}} en la lección 01, en casi los mismos pasos que las 1000 (con los dígitos de prueba del
# propio MNIST).
#
# **Si puedes conseguir más datos, consíguelos.** El resto de la lección es para cuando no puedes.

# %% [markdown] lang="en"
# ## What keeps a label true
#
# An alteration is allowed if you would still read the same digit. That depends on the *task*: a mirrored cat is a cat. And
# a digit? First row: originals. Second: turned by 180°. Third: mirrored.

# %% [markdown] lang="es"
# ## Cuándo sigue siendo cierta una etiqueta
#
# Una alteración vale si tú seguirías leyendo el mismo dígito. Eso depende de la *tarea*: un gato reflejado es un gato. ¿Y un
# dígito? Primera fila: originales. Segunda: girados 180°. Tercera: reflejados.

# %%
originals = np.array([raw_train[y_train == digit][0] for digit in range(10)])
turned, mirrored = originals[:, ::-1, ::-1], originals[:, :, ::-1]

captions = [*range(10), *["180°"] * 10, *["⇄"] * 10]
plots.gallery(np.concatenate([originals, turned, mirrored]), captions)

# %% [markdown] lang="en"
# For every picture in these rows: the label of the training digit that resembles it most, pixel by pixel.

# %% [markdown] lang="es"
# Para cada imagen de estas filas, la etiqueta del dígito de entrenamiento que más se le parece, píxel a píxel:


# %% tags=["nbval-check-output"]
def resembles(images):
    difference = images[:, np.newaxis].astype("float32") - raw_train
    return y_train[(difference**2).sum(axis=(2, 3)).argmin(axis=1)]


for images in (originals, turned, mirrored):
    print(resembles(images))

# %% [markdown] lang="en"
# First row: each digit finds itself, since these ten are training digits. Second row: upside down, the 9 comes
# closest to a 6 and the 4 to a 9, and their labels still say 9 and 4. (Pixel by pixel is a crude measure: the turned
# 6 comes out as 8, where you would read a 9.) Third row: the mirrored 5 comes closest to a 3. Whoever trains with
# such pictures teaches the network something false. Older material often adds flips to every list of alterations.
# They are harmless for cats, and not for digits.

# %% [markdown] lang="es"
# Primera fila: cada dígito se encuentra a sí mismo, porque los diez son de entrenamiento. Segunda: boca abajo, el 9 se
# parece sobre todo a un 6 y el 4 a un 9, y sus etiquetas siguen diciendo 9 y 4. (Comparar píxel a píxel es una medida
# tosca: al 6 girado le sale un 8, donde tú leerías un 9). Tercera: el 5 reflejado se parece sobre todo a un 3. Quien
# entrena con imágenes así enseña a la red algo falso. El material antiguo suele incluir reflejos en todas sus listas
# de alteraciones. Con gatos son inofensivos; con dígitos, no.

# %% [markdown] lang="en"
# ## By hand: a shift and a flip
#
# On a picture of 4 × 4 pixels. A shift to the right leaves an empty column on the left; a mirror image is the columns read
# backwards.

# %% [markdown] lang="es"
# ## A mano: un desplazamiento y un reflejo
#
# Con una imagen de 4 × 4 píxeles. Al desplazarla a la derecha queda una columna vacía a la izquierda; reflejarla es leer las
# columnas al revés.

# %% tags=["nbval-check-output"]
tiny = np.arange(1.0, 17.0).reshape(4, 4)

shifted = np.zeros_like(tiny)
shifted[:, 1:] = tiny[:, :-1]
flipped = tiny[:, ::-1]

print(shifted)
print(flipped)

# %% [markdown] lang="en"
# Keras's layers draw a random amount from a range, for every image anew. Sizes are *shares*: 0.25 of 4 pixels is one
# pixel. If both ends of the range are 0.25, chance has no say, and we can compare (`training=True` says that this is
# training; `fill_mode="constant"` fills the empty column with 0):

# %% [markdown] lang="es"
# Las capas de Keras sortean la cantidad dentro de un rango, con un sorteo nuevo para cada imagen. Los tamaños son
# *proporciones*: 0.25 de 4 píxeles es un píxel. Si los dos extremos del rango son 0.25, el azar no pinta nada y
# podemos comparar (`training=True` le dice que se está entrenando; `fill_mode="constant"` rellena con 0 la columna vacía):

# %%
batch = tiny[np.newaxis, ..., np.newaxis]
shift = layers.RandomTranslation(
    height_factor=0.0, width_factor=(0.25, 0.25), fill_mode="constant"
)
same(shifted, shift(batch, training=True)[0, ..., 0], tolerance=1e-4)

# %% [markdown] lang="en"
# `RandomFlip` tosses a coin for each image. Of a thousand copies of the same picture, about half come out mirrored, the others
# as they were, and nothing else comes out:

# %% [markdown] lang="es"
# `RandomFlip` lanza una moneda por imagen. De mil copias de la misma imagen, más o menos la mitad sale reflejada, las demás
# salen como estaban y no sale nada más:

# %%
flip = layers.RandomFlip("horizontal", seed=SEED)
copies = flip(np.repeat(batch, 1000, axis=0), training=True).numpy()[..., 0]
is_flipped = (copies == flipped).all(axis=(1, 2))
is_original = (copies == tiny).all(axis=(1, 2))

assert (is_flipped | is_original).all()
print(f"{is_flipped.mean():.1%}")

# %% [markdown] lang="en"
# ## The tools, one by one
#
# Sixteen originals over sixteen altered ones, for each tool alone and then for all of them together. Above each
# picture: the smallest and the largest value after the alteration (for drawing, values are clipped to 0 … 1).

# %% [markdown] lang="es"
# ## Las herramientas, una por una
#
# Dieciséis originales sobre dieciséis alterados, con cada herramienta sola y después con todas a la vez. Encima de
# cada imagen, el valor mínimo y el máximo tras la alteración (para dibujarla, los valores se limitan a 0 … 1).

# %%
transforms = [
    layers.RandomRotation(0.05, fill_mode="constant", name="rotation"),
    layers.RandomTranslation(0.15, 0.15, fill_mode="constant", name="shift"),
    layers.RandomZoom(0.3, fill_mode="constant", name="zoom"),
    layers.RandomShear(0.3, 0.3, fill_mode="constant", name="shear"),
    layers.RandomBrightness(0.4, value_range=(0, 1), name="brightness"),
    layers.GaussianNoise(0.2, name="noise"),
    keras.Sequential([layers.RandomCrop(22, 22), layers.Resizing(28, 28)], name="crop"),
    layers.RandomFlip("horizontal", name="flip"),
]
together = keras.Sequential(transforms, name="all_together")

for transform in [*transforms, together]:
    altered = np.array(transform(x_train[:16], training=True))
    print(f"{transform.name}: {altered.min():.2f} … {altered.max():.2f}")
    pair = np.vstack([np.hstack(x_train[:16]), np.hstack(altered.clip(0, 1))])
    display(plots.gallery(pair[np.newaxis], columns=1))

# %% [markdown] lang="en"
# - **Rotation** counts in full turns: 0.05 is 18° to either side. **Shift** and **zoom** count in shares of the picture; **shear**
#   slants it like italics.
# - **Brightness** needs `value_range=(0, 1)`: without it, the layer believes that values go up to 255. **Noise**
#   leaves the range, as the numbers show; clip it if that matters to your network.
# - **Crop** cuts out a piece and enlarges it. It may cut off what matters, and Keras draws *one* place for the whole batch.
# - **Flip**: is there anything in that row that is no digit any more?
# - **All together** is too much of a good thing. More is not better.

# %% [markdown] lang="es"
# - La **rotación** se mide en vueltas completas: 0.05 son 18° a cada lado. **Desplazamiento** (*shift*) y **zoom** se
#   miden en proporciones de la imagen; la **inclinación** (*shear*) la tumba como una letra cursiva.
# - El **brillo** (*brightness*) necesita `value_range=(0, 1)`: si falta, la capa cree que los valores llegan a 255.
#   El **ruido** (*noise*) se sale del rango, como muestran los números; limita los valores (`clip`) si a tu red le
#   importa.
# - El **recorte** (*crop*) toma un trozo y lo amplía. Puede cortar lo importante, y Keras sortea *un solo* sitio para todo el lote.
# - **Reflejo** (*flip*): ¿hay en esa fila algo que ya no sea un dígito?
# - **Todas a la vez** (*all together*) es pasarse. Más no es mejor.

# %% [markdown] lang="en"
# ## Our choice: a little of three
#
# For handwriting: up to 11° of rotation, a shift of up to a tenth of the picture, up to 10 % larger or smaller. What
# comes in from outside is paper (`fill_mode="constant"`, which fills with 0). A turned picture needs values between
# the old pixels. By default Keras averages neighbours, and three layers in a row would blur the strokes;
# `interpolation="nearest"` takes the closest pixel instead, and the strokes stay as sharp as in the test digits.
#
# One digit, as twenty epochs would see it:

# %% [markdown] lang="es"
# ## Nuestra elección: un poco de tres
#
# Para escritura a mano: hasta 11° de rotación, un desplazamiento de hasta una décima parte de la imagen y hasta un 10
# % más grande o más pequeño. Lo que entra desde fuera es papel (`fill_mode="constant"`, que rellena con 0). Una
# imagen girada necesita valores entre los píxeles de antes. Keras, si no se le dice nada, promedia los vecinos, y
# tres capas seguidas emborronarían los trazos; `interpolation="nearest"` toma el píxel más cercano, y los trazos
# quedan tan nítidos como en los dígitos de prueba.
#
# Un dígito, tal como lo verían veinte épocas:

# %%
keras.utils.set_random_seed(SEED)
options = {"fill_mode": "constant", "interpolation": "nearest"}
augmentation = keras.Sequential(
    [
        layers.RandomRotation(0.03, **options),
        layers.RandomTranslation(0.1, 0.1, **options),
        layers.RandomZoom(0.1, **options),
    ],
    name="augmentation",
)

views = np.array(augmentation(np.repeat(x_train[5:6], 20, axis=0), training=True))
display(plots.gallery(views))
print(len(np.unique(views, axis=0)), "/", len(views))

# %% [markdown] lang="en"
# Under the picture: how many of the twenty are different. Still, nobody new has written for us. **Augmentation
# teaches what does not matter** (a little slant, a little shift); it cannot invent a kind of 7 that nobody in the
# training set writes.
#
# ## Only in training
#
# The layers alter images only in training (`training=True`, which `fit` sets by itself). In `evaluate` and `predict`,
# that is, in **inference**, they pass everything through. Validation and test images must stay as they are: they
# stand for what the network will meet. Older examples sometimes alter validation images, too. Then the mock exam asks
# about pictures that nobody will ever bring.
#
# Beware of calling such a layer, or a network that begins with one, yourself: without `training=False`, Keras's image layers *do* alter. (Dropout,
# in lesson 03, does not.)

# %% [markdown] lang="es"
# Bajo la imagen: cuántas de las veinte son distintas. Eso sí, nadie más ha escrito para nosotros. **El aumento de
# datos enseña lo que no importa** (un poco de inclinación, un poco de desplazamiento); no puede inventarse una forma
# de escribir el 7 que nadie use en el conjunto de entrenamiento.
#
# ## Solo al entrenar
#
# Las capas alteran imágenes solo al entrenar (`training=True`, que `fit` activa por su cuenta). En `evaluate` y
# `predict`, es decir, en **inferencia**, dejan pasar todo tal cual. Las imágenes de validación y de prueba deben
# quedarse como están: representan lo que la red se va a encontrar. Algunos ejemplos antiguos alteran también la
# validación. Entonces el simulacro pregunta por imágenes que nadie traerá jamás.
#
# Cuidado si llamas tú a una capa así, o a una red que empieza por ella: sin `training=False`, las capas de imágenes de Keras *sí* alteran. (El
# *dropout*, en la lección 03, no actúa).

# %%
same(x_val, augmentation(x_val, training=False))

changed = augmentation(x_train, training=True).numpy() != x_train
print(f"{changed.any(axis=(1, 2, 3)).mean():.1%}")

# %% [markdown] lang="en"
# In inference every value stays as it was, to the bit: the largest difference is 0. In training, the printed share of the images changed. (Not
# quite all: now and then the amounts drawn are so small that no pixel moves.)
#
# ## Predict first
#
# Lesson 01's network got {{01:baseline.test_accuracy.mean}} of the test digits right. The same network, the same 1,000 digits, now
# altered a little in every epoch: what share will it get right?

# %% [markdown] lang="es"
# En inferencia, cada valor se queda como estaba, hasta el último bit: la diferencia máxima es 0. El porcentaje impreso
# es la parte de las imágenes que ha cambiado en entrenamiento. (No todas: a veces las cantidades sorteadas son tan pequeñas que no se mueve ni un píxel).
#
# ## Primero, tu predicción
#
# La red de la lección 01 acertó el {{01:baseline.test_accuracy.mean}} de los dígitos de prueba. La misma red y los mismos 1000
# dígitos, ahora un poco alterados en cada época: ¿qué proporción acertará?

# %%
guess("augmented", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment
#
# One change against the baseline: the model begins with the augmentation layers.

# %% [markdown] lang="es"
# ## El experimento
#
# Un solo cambio respecto al punto de partida: el modelo empieza con las capas de aumento.

# %%
keras.utils.set_random_seed(SEED)
augmented_model = keras.Sequential(
    [keras.Input(shape=(28, 28, 1)), augmentation, *models.baseline_cnn().layers]
)
augmented_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)

start = time.perf_counter()
history = augmented_model.fit(
    x_train,
    y_train,
    validation_data=(x_val[:500], y_val[:500]),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = augmented_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
test_error = 1 - test["accuracy"]
augmented = record("augmented", history, test, seconds, test_error_share=test_error)

# %% [markdown] lang="en"
# ## Read the picture

# %% [markdown] lang="es"
# ## Lee la imagen

# %%
plots.compare(baseline, augmented)

# %% [markdown] lang="en"
# **Left.** Without augmentation the training loss goes to nothing: learned by heart. With it the loss stays well
# above, because the network hardly ever meets the same picture twice. **Right.** These are digits as people wrote
# them, and here it is the augmented line that should end lower. The exam, once for each network: over our
# {{measured.seeds}} seeds the test error fell from {{baseline.test_error_share}} to {{augmented.test_error_share}},
# the test loss from {{baseline.test_loss.mean}} to {{augmented.test_loss.mean}}.
#
# A higher *training* loss is not a fault here, nor is the lower training accuracy that the table will show. Both are
# measured on the altered, harder pictures. An epoch still has 32 steps, because the images are altered, not
# multiplied: 30 epochs show about 30,000 views of 1,000 digits. Altering takes time, too, but with pictures this
# small it hardly shows: {{baseline.seconds}} seconds without and {{augmented.seconds}} with, on our machine. And as
# the network cannot learn by heart, it may need *more* epochs.
#
# Does the exam see altered pictures? Take the trained network *without* its first layer, and compare:

# %% [markdown] lang="es"
# **Izquierda.** Sin aumento, la pérdida de entrenamiento se va a cero: aprendido de memoria. Con aumento se queda
# bastante por encima, porque la red casi nunca ve dos veces la misma imagen. **Derecha.** Estos son dígitos tal como
# los escribió la gente, y aquí la línea con aumento debería acabar más abajo. El examen, una vez por red: en nuestras
# {{measured.seeds}} semillas, el error de prueba bajó del {{baseline.test_error_share}} al
# {{augmented.test_error_share}}, y la pérdida de prueba, de {{baseline.test_loss.mean}} a
# {{augmented.test_loss.mean}}.
#
# Que la pérdida de *entrenamiento* sea mayor no es un defecto, ni tampoco la menor exactitud de entrenamiento que
# verás en la tabla: ambas se miden con las imágenes alteradas, más difíciles. Una época sigue teniendo 32 pasos,
# porque las imágenes se alteran, no se multiplican: 30 épocas enseñan unas 30 000 vistas de 1000 dígitos. Alterar
# también lleva tiempo, aunque con imágenes tan pequeñas apenas se nota: {{baseline.seconds}} segundos sin aumento y
# {{augmented.seconds}} con él, en nuestra máquina. Y como la red no puede memorizar, quizá necesite *más* épocas.
#
# ¿Ve el examen imágenes alteradas? Toma la red entrenada *sin* su primera capa y compara:

# %% tags=["nbval-check-output"]
without_augmentation = keras.Sequential(augmented_model.layers[1:])

first = augmented_model.predict(x_val, verbose=0)
again = augmented_model.predict(x_val, verbose=0)
without = without_augmentation.predict(x_val, verbose=0)
print(np.array_equal(first, again), np.allclose(first, without, atol=1e-5))

# %% [markdown] lang="en"
# Twice `True`: asked again, the network gave the same answers, and without the layer it gave them, too. The exam is untouched.
#
# ## The other place: a `tf.data` pipeline
#
# Alterations can also happen *before* the model, in a pipeline that delivers the batches (`from_tensor_slices` makes
# it from arrays). While a GPU trains on one batch, the CPU alters the next; and the saved model contains no
# augmentation layers. The order matters:
#
# 1. **shuffle**, then **batch**: a layer alters 128 images at once much faster than one at a time;
# 2. **map**, with `training=True`, and several batches at a time (`AUTOTUNE`);
# 3. **prefetch**: the next batch is ready when the model wants it.
#
# The validation pipeline has no `map`.

# %% [markdown] lang="es"
# Dos veces `True`: al preguntarle otra vez, la red dio las mismas respuestas, y sin la capa, también. El examen no se toca.
#
# ## El otro sitio: un flujo `tf.data`
#
# Las alteraciones también pueden hacerse *antes* del modelo, en un flujo que entrega los lotes (`from_tensor_slices`
# lo crea a partir de arrays). Mientras una GPU entrena con un lote, la CPU altera el siguiente; y el modelo guardado
# no lleva capas de aumento. El orden importa:
#
# 1. **shuffle** y luego **batch**: una capa altera 128 imágenes de golpe mucho más deprisa que de una en una;
# 2. **map**, con `training=True` y varios lotes a la vez (`AUTOTUNE`);
# 3. **prefetch**: el siguiente lote está listo cuando el modelo lo pide.
#
# El flujo de validación no lleva `map`.


# %% tags=["nbval-check-output"]
def alter(images, labels):
    return augmentation(images, training=True), labels


training_batches = (
    tf.data.Dataset.from_tensor_slices((x_train, y_train))
    .shuffle(len(x_train), seed=SEED)
    .batch(128)
    .map(alter, num_parallel_calls=tf.data.AUTOTUNE)
    .prefetch(tf.data.AUTOTUNE)
)
validation_batches = tf.data.Dataset.from_tensor_slices((x_val, y_val)).batch(128)

print(len(training_batches), -(-len(x_train) // 128))

# %% [markdown] lang="en"
# **Steps per epoch**: 1,000 images in batches of 128 make 8 (1,000 / 128, rounded up), the last one smaller. `fit`
# counts them by itself. With a pipeline that repeats for ever, you would tell it: `steps_per_epoch=8`. One epoch, to
# see that it works (`shuffle=False`: `fit` cannot shuffle a pipeline and would warn; ours shuffles by itself):

# %% [markdown] lang="es"
# **Pasos por época**: 1000 imágenes en lotes de 128 son 8 (1000 / 128, redondeando hacia arriba), el último más
# pequeño. `fit` los cuenta por su cuenta. Con un flujo que se repite sin fin habría que decírselo:
# `steps_per_epoch=8`. Una época, para ver que funciona (`shuffle=False`: `fit` no puede barajar un flujo y avisaría;
# el nuestro ya baraja):

# %%
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    training_batches,
    validation_data=validation_batches,
    shuffle=False,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)

# %% [markdown] lang="en"
# ## The same in older courses: `ImageDataGenerator`
#
# You will meet it often. Keras no longer develops it. It alters one image after the other, in Python, with SciPy (so SciPy must be installed; it
# comes with this course). Note the units: degrees here, not turns.
#
# Many old notebooks call `generator.fit(x_train)`. That is needed only for statistics over all images (`featurewise_center`,
# `featurewise_std_normalization`, `zca_whitening`); for altering it does nothing.

# %% [markdown] lang="es"
# ## Lo mismo en cursos antiguos: `ImageDataGenerator`
#
# Te lo encontrarás a menudo. Keras ya no lo desarrolla. Altera una imagen tras otra, en Python, con SciPy (que tiene que estar
# instalado; viene con este curso). Ojo con las unidades: aquí son grados, no vueltas.
#
# Muchos cuadernos antiguos llaman a `generator.fit(x_train)`. Solo hace falta para estadísticas de todas las imágenes
# (`featurewise_center`, `featurewise_std_normalization`, `zca_whitening`); para alterar no aporta nada.

# %% tags=["nbval-check-output"]
from tensorflow.keras.preprocessing.image import ImageDataGenerator

generator = ImageDataGenerator(
    rotation_range=11,
    width_shift_range=0.1,
    height_shift_range=0.1,
    zoom_range=0.1,
    fill_mode="constant",
    interpolation_order=0,
)
generated_batches = generator.flow(x_train, y_train, batch_size=128, seed=SEED)
print(len(generated_batches))

# %% [markdown] lang="en"
# Again 8 steps per epoch. How many altered images per second does each deliver? Both with batches of 128, one second each, after a warm-up:

# %% [markdown] lang="es"
# Otra vez 8 pasos por época. ¿Cuántas imágenes alteradas por segundo entrega cada uno? Los dos con lotes de 128, un segundo cada uno, tras un calentamiento:


# %%
def images_per_second(batches):
    batches = iter(batches)
    for _ in range(5):
        next(batches)
    start, seen = time.perf_counter(), 0
    while time.perf_counter() - start < 1:
        seen += len(next(batches)[0])
    return seen / (time.perf_counter() - start)


pipeline = images_per_second(training_batches.repeat())
older = images_per_second(generated_batches)
print(f"tf.data            {pipeline:8,.0f}")
print(f"ImageDataGenerator {older:8,.0f}")
print(f"{pipeline / older:.1f} ×")

# %% [markdown] lang="en"
# These are figures of this machine at this moment; `tests/benchmarks/augmentation_speed.py` measures them with more patience. For new
# code, use the layers.

# %% [markdown] lang="es"
# Son cifras de esta máquina y de este momento; `tests/benchmarks/augmentation_speed.py` las mide con más calma. En código
# nuevo, usa las capas.

# %% [markdown] lang="en"
# ## What can go wrong
#
# **Always the same picture.** `cache()` keeps what came before it, so that it need not be computed again. Placed
# *after* the alteration it keeps the altered images: every epoch sees the same ones. First the broken version, then
# the mended one. Printed: the share of images that come out the same in two epochs:

# %% [markdown] lang="es"
# ## Qué puede salir mal
#
# **Siempre la misma imagen.** `cache()` guarda lo que viene antes para no calcularlo otra vez. Si se pone *después*
# de la alteración, guarda las imágenes ya alteradas: todas las épocas ven las mismas. Primero la versión rota y
# después la arreglada. Se imprime la proporción de imágenes que salen iguales en dos épocas:

# %%
plain = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(128)
broken = plain.map(alter).cache()
mended = plain.cache().map(alter)

for name, batches in (("map, cache", broken), ("cache, map", mended)):
    one, two = (np.concatenate([x for x, _ in batches]) for _ in range(2))
    print(f"{name}:", f"{(one == two).all(axis=(1, 2, 3)).mean():.1%}")

# %% [markdown] lang="en"
# **The wrong scale.** The layer believes that pixels go up to 255, and we have brought ours to 0 … 1. First the
# broken layer, then the mended one, each with its smallest and largest value:

# %% [markdown] lang="es"
# **La escala equivocada.** La capa cree que los píxeles llegan a 255, y los nuestros van de 0 a 1. Primero la capa
# rota y después la arreglada, cada una con su valor mínimo y su máximo:

# %%
broken = layers.RandomBrightness(0.4, seed=SEED)
mended = layers.RandomBrightness(0.4, value_range=(0, 1), seed=SEED)

for name, layer in (("0 … 255", broken), ("0 … 1", mended)):
    altered = layer(x_train[:100], training=True).numpy()
    print(f"{name}:", f"{altered.min():.1f} … {altered.max():.1f}")

# %% [markdown] lang="en"
# **False labels.** Mirror images and turns of up to 180°, for 30 epochs, everything else as before:

# %% [markdown] lang="es"
# **Etiquetas falsas.** Reflejos y giros de hasta 180°, durante 30 épocas; todo lo demás, como antes:

# %%
keras.utils.set_random_seed(SEED)
false_friends = keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.5, **options),
    ]
)

# %%
keras.utils.set_random_seed(SEED)
misled_model = models.baseline_cnn(augmentation=false_friends)
misled_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)

start = time.perf_counter()
history = misled_model.fit(
    x_train,
    y_train,
    validation_data=(x_val[:500], y_val[:500]),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = misled_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
harmful = record("harmful", history, test, seconds)

plots.compare(baseline, augmented, harmful, metric="accuracy")

# %% [markdown] lang="en"
# Over our seeds: {{harmful.test_accuracy}} on the test digits, and on its own altered training digits no more than
# {{harmful.train_accuracy}}. No wonder: part of what the network was told is false, and the rest has to be read at
# every angle. In the validation set, look first for 6 and 9, which a half turn makes alike. Then count the other
# coloured squares: the harm does not stay with such pairs.

# %% [markdown] lang="es"
# En nuestras semillas: {{harmful.test_accuracy}} con los dígitos de prueba, y con sus propios dígitos de
# entrenamiento, alterados, no más del {{harmful.train_accuracy}}. No es de extrañar: parte de lo que se le contó a la
# red es falso, y el resto tiene que leerlo en cualquier ángulo. En el conjunto de validación, busca primero el 6 y el
# 9, que media vuelta hace iguales. Cuenta después los demás cuadros de color: el daño no se limita a esas parejas.

# %%
plots.confusion_matrix(y_val, misled_model.predict(x_val, verbose=0).argmax(axis=1))

# %% [markdown] lang="en"
# The cure is to think before you alter: **look at twenty altered pictures, cover the labels, and read them.** If you
# cannot tell, nor can the network.

# %% [markdown] lang="es"
# El remedio es pensar antes de alterar: **mira veinte imágenes alteradas, tapa las etiquetas y léelas.** Si tú no
# sabes qué pone, la red tampoco.

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. An augmentation of your own
#
# Build `my_augmentation`, one Keras layer or several in `keras.Sequential([…])`, with amounts of your choice. Images
# (N, 28, 28, 1) from 0 to 1 go in. In training, altered ones of the same shape and range come out, each differently,
# every label still true; in inference nothing changes.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Un aumento a tu gusto
#
# Construye `my_augmentation`, una capa de Keras o varias en `keras.Sequential([…])`, con las cantidades que quieras.
# Entran imágenes (N, 28, 28, 1) de 0 a 1. Al entrenar salen alteradas, cada una a su manera, con la misma forma, el
# mismo rango y la etiqueta todavía cierta; en inferencia no cambia nada.

# %% tags=["exercise"]
my_augmentation = ...

check.own_augmentation(my_augmentation)
# check.own_augmentation.hint()

# %% tags=["solution"]
my_augmentation = keras.Sequential(
    [
        layers.RandomShear(0.1, 0.1, fill_mode="constant"),
        layers.RandomTranslation(0.08, 0.08, fill_mode="constant"),
        layers.RandomBrightness(0.2, value_range=(0, 1)),
    ]
)

check.own_augmentation(my_augmentation)

# %% [markdown] lang="en"
# ### 2. Find the bug
#
# A colleague builds both of his pipelines with `his_batches`. His training accuracy reaches 100 % in spite of all
# augmentation, and his validation accuracy is oddly low. Two lines are to blame. Write a function
# `make_batches(images, labels, training)` that takes two arrays and True or False and returns a `tf.data` pipeline of
# pairs (images, labels) in batches of 32: altered anew in every epoch if `training`, untouched if not. (`alter` is
# the function from above.)

# %% [markdown] lang="es"
# ### 2. Encuentra el error
#
# Un compañero crea sus dos flujos con `his_batches`. Su exactitud de entrenamiento llega al 100 % pese al aumento de
# datos, y la de validación es sospechosamente baja. La culpa es de dos líneas. Escribe una función
# `make_batches(images, labels, training)` que reciba dos arrays y True o False y devuelva un flujo `tf.data` de pares
# (imágenes, etiquetas) en lotes de 32: alteradas de manera distinta en cada época si `training`, intactas si no. (`alter` es la
# función de antes).


# %% tags=["exercise"]
def his_batches(images, labels, training):
    batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)
    batches = batches.map(alter)
    batches = batches.cache()
    return batches.prefetch(tf.data.AUTOTUNE)


make_batches = ...

check.make_batches(make_batches)
# check.make_batches.hint()


# %% tags=["solution"]
def make_batches(images, labels, training):
    batches = tf.data.Dataset.from_tensor_slices((images, labels))
    if training:
        batches = batches.shuffle(len(images)).batch(32)
        batches = batches.map(alter, num_parallel_calls=tf.data.AUTOTUNE)
    else:
        batches = batches.batch(32)
    return batches.prefetch(tf.data.AUTOTUNE)


check.make_batches(make_batches)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** `RandomRotation(0.25)` turns a picture by up to…
#
# - (a) 0.25°
# - (b) 25°
# - (c) 90°

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** `RandomRotation(0.25)` gira una imagen como máximo…
#
# - (a) 0.25°
# - (b) 25°
# - (c) 90°

# %% tags=["exercise"]
answer = ...

check.quiz_turns(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_turns(answer)

# %% [markdown] lang="en"
# **B.** You want to recognise traffic signs, among them "turn left" and "turn right". Which alteration would you leave out?
#
# - (a) A little more or less brightness.
# - (b) Mirroring left and right.
# - (c) A little zoom.

# %% [markdown] lang="es"
# **B.** Quieres reconocer señales de tráfico; entre ellas, «gira a la izquierda» y «gira a la derecha». ¿Qué alteración descartarías?
#
# - (a) Un poco más o menos de brillo.
# - (b) El reflejo entre izquierda y derecha.
# - (c) Un poco de zoom.

# %% tags=["exercise"]
answer = ...

check.quiz_signs(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_signs(answer)

# %% [markdown] lang="en"
# **C.** With augmentation the reported training accuracy ends below the validation accuracy. What does that tell you?
#
# - (a) Training failed; the augmentation must go.
# - (b) Validation images have leaked into the training set.
# - (c) Training accuracy was measured on altered images, which are harder.

# %% [markdown] lang="es"
# **C.** Con aumento de datos, la exactitud de entrenamiento que da Keras acaba por debajo de la de validación. ¿Qué
# te dice eso?
#
# - (a) El entrenamiento ha fallado; hay que quitar el aumento.
# - (b) Se han colado imágenes de validación en el entrenamiento.
# - (c) La exactitud de entrenamiento se midió con imágenes alteradas, que son más difíciles.

# %% tags=["exercise"]
answer = ...

check.quiz_below(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_below(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours, with {{measured.seeds}} seeds. All of them had 30 epochs.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, con {{measured.seeds}} semillas. Todas tuvieron 30 épocas.

# %%
table()

# %% [markdown] lang="en"
# What this lesson claims, checked against your run. (The test error fell with {{claims.error_falls}} seeds; one without a gain is possible. The gap narrows in part because the training digits are now altered, and harder.)

# %% [markdown] lang="es"
# Lo que afirma esta lección, comprobado con tu ejecución. (El error de prueba bajó con {{claims.error_falls}} semillas; cabe que alguna no mejore. La brecha se estrecha en parte porque ahora los dígitos de entrenamiento están alterados y son más difíciles).

# %%
claim("more_data", baseline.test_accuracy, ">=", by_size[125].test_accuracy, margin=0.05, unit="%",
      en="with 1,000 images, test accuracy is at least 5 percentage points higher than with 125",
      es="con 1000 imágenes, la exactitud de prueba es al menos 5 puntos porcentuales mayor que con 125")
claim("error_falls", augmented.test_error_share, "<", baseline.test_error_share, unit="%",
      en="augmentation lowers the test error",
      es="el aumento de datos reduce el error de prueba")
claim("loss_falls", augmented.test_loss, "<", baseline.test_loss,
      en="augmentation lowers the test loss",
      es="el aumento de datos reduce la pérdida de prueba")
gaps = [run.train_accuracy - run.test_accuracy for run in (augmented, baseline)]
claim("gap_narrows", gaps[0], "<", gaps[1], unit="points",
      en="augmentation narrows the gap between training and test accuracy, in percentage points",
      es="el aumento de datos estrecha la brecha entre la exactitud de entrenamiento y la de prueba, en puntos porcentuales")
claim("harm", harmful.test_accuracy, "<", augmented.test_accuracy, unit="%",
      en="with flips and turns of up to 180°, test accuracy is lower than with the good augmentation",
      es="con reflejos y giros de hasta 180°, la exactitud de prueba es menor que con el buen aumento de datos")
claim("worse_than_nothing", harmful.test_accuracy, "<", baseline.test_accuracy, unit="%",
      en="with flips and turns of up to 180°, test accuracy is even lower than without augmentation",
      es="con reflejos y giros de hasta 180°, la exactitud de prueba es incluso menor que sin aumento de datos")

# %% [markdown] lang="en"
# ## In short
#
# - More data is the best remedy. Augmentation is a substitute, and costs only computing time.
# - Alter what does not matter for *this* task, a little, and keep the label true. Look at the result before you train.
# - Only training images are altered. The layers see to it in the model; in a pipeline it is up to you.
# - `cache` before the alteration, `batch` before it, too, `prefetch` last.
#
# Next: another remedy that works inside the network, dropout (03).

# %% [markdown] lang="es"
# ## En resumen
#
# - El mejor remedio es tener más datos. El aumento es un sucedáneo que solo cuesta tiempo de cálculo.
# - Altera lo que no importa para *esta* tarea, un poco, y que la etiqueta siga siendo cierta. Mira el resultado antes de entrenar.
# - Solo se alteran las imágenes de entrenamiento. En el modelo se encargan las capas; en un flujo de datos, tú.
# - `cache` antes de la alteración, `batch` también antes y `prefetch` al final.
#
# Lo siguiente: otro remedio, que actúa dentro de la red, el *dropout* (03).

# %% [markdown] lang="en"
# ## Go further: new images instead of altered ones
#
# *Needs all of MNIST, 11 MB, fetched once.* The experiment with 125 to 1,000 images, carried on: 55,000 real images,
# each seen **once**, in batches of 64. That makes 860 steps, a hundred fewer than the baseline takes. The other 5,000
# of the 60,000 training images are kept for validation; the test digits are MNIST's own 10,000.

# %% [markdown] lang="es"
# ## Para ir más lejos: imágenes nuevas en vez de alteradas
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* El experimento de 125 a 1000 imágenes, un paso más allá:
# 55 000 imágenes reales, cada una vista **una vez**, en lotes de 64. Son 860 pasos, cien menos que el punto de partida.
# Las otras 5000 de las 60 000 de entrenamiento se reservan para validación; los dígitos de prueba son los 10 000 del
# propio MNIST.

# %%
# %%needs mnist
(many_images, many_labels), _, (official_images, official_labels) = data.load_mnist(
    full=True
)

keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    prepare(many_images),
    many_labels,
    batch_size=64,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
test = model.evaluate(
    prepare(official_images), official_labels, return_dict=True, verbose=0
)
record("images_55000_once", history, test)
print(f"{test['accuracy']:.1%}")

# %% [markdown] lang="en"
# We measured {{images_55000_once.test_accuracy}}. Our augmented network took more steps and reached
# {{augmented.test_accuracy}} (on its 3,000 test digits).
#
# **Sources.** MNIST and our 5,000: `data/README.md`. The 16 + 16 gallery, and rotation as the first alteration, come from the course class on MNIST
# with augmentation and dropout that this course grew out of. Random distortions for handwritten digits: P. Simard, D. Steinkraus and J. Platt, *Best Practices for
# Convolutional Neural Networks Applied to Visual Document Analysis*, 2003. Layers and `ImageDataGenerator`: Keras's documentation.

# %% [markdown] lang="es"
# Nosotros medimos {{images_55000_once.test_accuracy}}. Nuestra red con aumento dio más pasos y llegó al
# {{augmented.test_accuracy}} (con sus 3000 dígitos de prueba).
#
# **Fuentes.** MNIST y nuestros 5000: `data/README.md`. La galería de 16 + 16 y la rotación como primera alteración vienen de la clase sobre MNIST
# con aumento de datos y *dropout* de la que nació este curso. Deformaciones aleatorias para dígitos manuscritos: P. Simard, D. Steinkraus y J. Platt, *Best
# Practices for Convolutional Neural Networks Applied to Visual Document Analysis*, 2003. Las capas e `ImageDataGenerator`: la documentación de Keras.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the starting point (run its cell early, talk meanwhile), more data | 10 | 5 |
# | what keeps a label true (let the class read the turned digits aloud) | 15 | 8 |
# | by hand | 10 | – |
# | the tools, our choice, only in training | 10 | 7 |
# | prediction, experiment, *Read the picture* | 15 | 12 |
# | the `tf.data` pipeline, `ImageDataGenerator` | 10 | – |
# | what can go wrong | 10 | 7 |
# | exercises and quiz; in 45, exercise 1 | 10 | 6 |
#
# **On the board:** two columns, "still the same label" and "another label", filled by the class for digits, cats, traffic signs and X-rays (where left and right matter).
#
# **Misconceptions the checks look for:** flips and large turns; amounts that push the digit out of the picture; brightness on the 255 scale; noise that leaves the
# range; augmentation that also works in inference; a change that is always the same; validation data altered; altered images cached; images and labels parted.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | el punto de partida (lanza pronto su celda y habla mientras se ejecuta), más datos | 10 | 5 |
# | cuándo sigue siendo cierta una etiqueta (que la clase lea en voz alta los dígitos girados) | 15 | 8 |
# | a mano | 10 | – |
# | las herramientas, nuestra elección, solo al entrenar | 10 | 7 |
# | predicción, experimento y *Lee la imagen* | 15 | 12 |
# | el flujo `tf.data`, `ImageDataGenerator` | 10 | – |
# | qué puede salir mal | 10 | 7 |
# | ejercicios y preguntas; en 45, el ejercicio 1 | 10 | 6 |
#
# **En la pizarra:** dos columnas, «misma etiqueta» y «otra etiqueta», que la clase rellena para dígitos, gatos, señales de tráfico y radiografías (donde izquierda y
# derecha importan).
#
# **Ideas equivocadas que buscan las comprobaciones:** reflejos y giros grandes; cantidades que sacan el dígito de la imagen; brillo en la escala de 255; ruido que se sale
# del rango; aumento que también actúa en inferencia; un cambio que siempre es el mismo; validación alterada; imágenes alteradas en `cache`; imágenes y etiquetas
# separadas.
