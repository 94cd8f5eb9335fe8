# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 50
#     title:
#       en: Augmentation
#       es: Aumento de datos
#     learn:
#       en: alter training images so that their labels stay true, digits and photos, in the model and in a data pipeline; check that validation and test images stay as they are; read older code with ImageDataGenerator
#       es: transformar imágenes de entrenamiento, dígitos y fotos, de modo que su etiqueta siga siendo cierta, en el modelo y en un flujo de datos; comprobar que validación y prueba no cambian; leer código antiguo con ImageDataGenerator
#     result:
#       en: test {{baseline.test_accuracy.mean}} → {{augmented.test_accuracy}}; with flips and turns of up to 180° {{harmful.test_accuracy}}
#       es: prueba {{baseline.test_accuracy.mean}} → {{augmented.test_accuracy}}; con reflejos y giros de hasta 180° {{harmful.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 02 · Augmentation: the same digits, altered in every epoch
#
# {{badges}}
#
# A network overfits because it sees the same images in every epoch and learns them by heart. **Data augmentation** changes the training images a
# little, at random, each time they are used: it turns, shifts or zooms them. You will measure how much that helps, and what happens when an altered
# image no longer shows what its label says.
#
# **You will learn to**
#
# - say what more data would bring, before you make do with less;
# - choose alterations that keep a label true, for digits and for photos;
# - build them into a model and into a `tf.data` pipeline;
# - read older courses that use `ImageDataGenerator`, and translate them;
# - check that validation and test images stay as they are.
#
# You need lesson 01. About 25 minutes to read and run, and as long again for the exercises. Everything runs offline except one cell at the end, which says so.

# %% [markdown] lang="es"
# # 02 · Aumento de datos: los mismos dígitos, transformados en cada época
#
# {{badges}}
#
# Una red cae en el sobreajuste (*overfitting*) porque en cada época ve las mismas imágenes y acaba por memorizarlas. El **aumento de datos** (*data augmentation*) cambia un poco,
# al azar, las imágenes de entrenamiento cada vez que se usan: las gira, las desplaza o las amplía. Vas a medir cuánto ayuda eso y qué ocurre cuando una
# imagen transformada ya no muestra lo que dice su etiqueta.
#
# **Aprenderás a**
#
# - decir cuánto aportarían más datos, antes de conformarte con menos;
# - elegir transformaciones que conserven la etiqueta, tanto con dígitos como con fotos;
# - incluirlas en un modelo y en un flujo `tf.data`;
# - leer cursos antiguos que usan `ImageDataGenerator` y traducirlos;
# - comprobar que las imágenes de validación y de prueba quedan como están.
#
# Necesitas la lección 01. Unos 25 minutos para leer y ejecutar, y otros tantos para los ejercicios. Todo funciona sin conexión salvo una celda del final, que lo avisa.

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
from helpers.figures import lesson_02 as figures
from helpers.results import claim, guess, record, recorded, same, table


# %%
def prepare(images):
    return images[..., np.newaxis].astype("float32") / 255


(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()
x_train, x_val, x_test = prepare(raw_train), prepare(raw_val), prepare(raw_test)

# %% lang="en" tags=["nbval-check-output"]
for name, x in {"training": x_train, "validation": x_val, "test": x_test}.items():
    print(f"{name:11}{len(x):>6,} images of {x.shape[1]} × {x.shape[2]} pixels")

# %% lang="es" tags=["nbval-check-output"]
for name, x in {"entrenamiento": x_train, "validación": x_val, "prueba": x_test}.items():
    print(f"{name:14}{len(x):>5} imágenes de {x.shape[1]} × {x.shape[2]} píxeles")

# %% [markdown] lang="en"
# ## The starting point
#
# This is lesson 01's network again, with the same training: 1,000 digits, 30 epochs, 1,000 validation digits.

# %% [markdown] lang="es"
# ## El punto de partida
#
# Esta es otra vez la red de la lección 01, con el mismo entrenamiento: 1000 dígitos, 30 épocas y 1000 dígitos de validación.

# %%
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

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
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
test_error = 1 - test["accuracy"]
baseline = record("baseline", history, test, seconds, test_error_share=test_error)

# %% [markdown] lang="en"
# ## First, the best remedy: more data
#
# Altered images are a substitute for new ones. How much do new ones bring? We can look back: suppose that we had only the first 125 or 250 of our
# 1,000 digits. The network and the 30 epochs stay the same.
#
# What test accuracy do you expect with 125 digits, about 12 of each? (With 1,000, lesson 01 measured {{01:baseline.test_accuracy.mean}}. The **test error** is the rest: 100 % minus the test accuracy.)

# %% [markdown] lang="es"
# ## Primero, el mejor remedio: más datos
#
# Las imágenes transformadas sustituyen a otras nuevas. ¿Cuánto aportan las nuevas? Podemos mirar atrás: supongamos que solo tuviéramos los primeros
# 125 o 250 de nuestros 1000 dígitos. La red y las 30 épocas no cambian.
#
# ¿Qué exactitud de prueba esperas con 125 dígitos, unos 12 de cada clase? (Con 1000, la lección 01 midió un {{01:baseline.test_accuracy.mean}}. El **error de prueba** es el resto: 100 % menos la exactitud de prueba).

# %%
guess("images_125", test_accuracy=...)

# %%
by_size = {}
for size in (125, 250):
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

# %% lang="en"
for size, run in (by_size | {1000: baseline}).items():
    right = 100 * run.test_accuracy
    print(f"{size:5,} digits   test accuracy {right:.1f} %   test error {100 - right:4.1f} %")

# %% lang="es"
for size, run in (by_size | {1000: baseline}).items():
    right = 100 * run.test_accuracy
    print(f"{size:4} dígitos   exactitud de prueba {right:.1f} %   error de prueba {100 - right:4.1f} %")

# %% [markdown] lang="en"
# More data help a great deal. Over our {{measured.seeds}} seeds, the test accuracy rose from {{images_125.test_accuracy}} with 125 digits to
# {{baseline.test_accuracy}} with 1,000. Fewer images also mean fewer steps of training, but that is not the reason: the table at the end shows that
# each of these three networks got (nearly) all of its own training digits right.
#
# **If you can get more data, get more data.** The rest of this lesson is for when you cannot.
#
# ## When does a label stay true?
#
# An alteration is allowed if you would still read the same thing. That depends on the *task*: a mirrored cat is a cat. What about digits? Here are ten
# training digits, turned by 180°, and mirrored:

# %% [markdown] lang="es"
# Más datos ayudan mucho. En nuestras {{measured.seeds}} semillas, la exactitud de prueba subió del {{images_125.test_accuracy}} con 125 dígitos al
# {{baseline.test_accuracy}} con 1000. Con menos imágenes también hay menos pasos de entrenamiento, pero esa no es la causa: la tabla del final muestra
# que cada una de estas tres redes acierta (casi) todos sus dígitos de entrenamiento.
#
# **Si puedes conseguir más datos, consíguelos.** El resto de la lección es para cuando no puedes.
#
# ## ¿Cuándo sigue siendo cierta una etiqueta?
#
# Una transformación es válida si tú seguirías leyendo lo mismo. Eso depende de la *tarea*: un gato reflejado es un gato. ¿Y los dígitos? Aquí tienes
# diez dígitos de entrenamiento, girados 180° y reflejados:

# %%
originals = np.array([x_train[y_train == digit][0] for digit in range(10)])
turned, mirrored = originals[:, ::-1, ::-1], originals[:, :, ::-1]

figures.rows({"original": originals, "turned": turned, "mirrored": mirrored})

# %% [markdown] lang="en"
# For each of these images we look for the training digit that is most like it, pixel by pixel, and print its label:

# %% [markdown] lang="es"
# Para cada una de estas imágenes buscamos el dígito de entrenamiento que más se le parece, píxel a píxel, e imprimimos su etiqueta:


# %%
def most_alike(images):
    difference = images[:, np.newaxis, ..., 0] - x_train[..., 0]
    return y_train[np.square(difference).sum(axis=(2, 3)).argmin(axis=1)]


# %% lang="en" tags=["nbval-check-output"]
print("true label          ", np.arange(10))
print("most alike, turned  ", most_alike(turned))
print("most alike, mirrored", most_alike(mirrored))

# %% lang="es" tags=["nbval-check-output"]
print("etiqueta real          ", np.arange(10))
print("más parecido, girado   ", most_alike(turned))
print("más parecido, reflejado", most_alike(mirrored))

# %% [markdown] lang="en"
# Turned by 180°, the 9 is most like a 6, and the 4 like a 9. Mirrored, the 5 is most like a 3. Their labels still say 9, 4 and 5. So whoever trains
# with such images gives the network wrong labels. (Comparing pixel by pixel is a crude measure: the turned 6 comes out as 8, where you would read a 9.)
#
# Older material often puts flips into every list of alterations. They do no harm with cats. With digits they do.
#
# **A.** You want to recognise traffic signs, among them "turn left" and "turn right". Which alteration would you leave out?
#
# - (a) A little more or less brightness.
# - (b) Mirroring left and right.
# - (c) A little zoom.

# %% [markdown] lang="es"
# Girado 180°, el 9 se parece sobre todo a un 6, y el 4 a un 9. Reflejado, el 5 se parece sobre todo a un 3. Sus etiquetas siguen diciendo 9, 4 y 5.
# Quien entrena con imágenes así le da a la red etiquetas equivocadas. (Comparar píxel a píxel es una medida tosca: el 6 girado da un 8, donde tú leerías
# un 9).
#
# El material antiguo suele incluir reflejos (*flips*) en todas sus listas de transformaciones. Con gatos no hacen daño; con dígitos, sí.
#
# **A.** Quieres reconocer señales de tráfico (o de tránsito); entre ellas, «gira a la izquierda» y «gira a la derecha». ¿Qué transformación descartarías?
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
# ## By hand: a shift
#
# We take an image of 4 × 4 pixels and shift it one pixel to the right. The column on the left is then empty, and we leave it at 0:

# %% [markdown] lang="es"
# ## A mano: un desplazamiento
#
# Tomamos una imagen de 4 × 4 píxeles y la desplazamos un píxel a la derecha. La columna de la izquierda queda vacía, y la dejamos en 0:

# %% tags=["nbval-check-output"]
tiny = np.arange(1.0, 17.0).reshape(4, 4)
shifted = np.zeros_like(tiny)
shifted[:, 1:] = tiny[:, :-1]
print(shifted)

# %% [markdown] lang="en"
# Keras has a layer for this, `RandomTranslation`. It draws the amount at random from a range, anew for every image. Amounts are *shares* of the image:
# 0.25 of 4 pixels is one pixel. Here both ends of the range are 0.25, so nothing is random and we can check the result. `training=True` says that the
# layer is used in training.

# %% [markdown] lang="es"
# Keras tiene una capa para esto, `RandomTranslation`. Sortea la cantidad dentro de un rango (*range*), de nuevo para cada imagen. Las cantidades son
# *proporciones* de la imagen: 0.25 de 4 píxeles es un píxel. Aquí los dos extremos del rango son 0.25, así que nada es aleatorio y podemos comprobar el
# resultado. `training=True` indica que la capa se usa al entrenar.

# %%
batch = tiny[np.newaxis, ..., np.newaxis]
shift = layers.RandomTranslation(
    height_factor=0.0, width_factor=(0.25, 0.25), fill_mode="constant"
)
same(shifted, shift(batch, training=True)[0, ..., 0], tolerance=1e-4)

# %% [markdown] lang="en"
# ## What fills the empty place: the fill mode
#
# The **fill mode** says which values the new pixels get. Keras has four. This is our cat Chelsea, moved to the right and downwards with each of them:

# %% [markdown] lang="es"
# ## Qué rellena el hueco: el modo de relleno
#
# El **modo de relleno** (*fill mode*) dice qué valores reciben los píxeles nuevos. Keras tiene cuatro. Esta es nuestra gata Chelsea, movida hacia la
# derecha y hacia abajo con cada uno de ellos:

# %%
photo = data.photo().astype("float32")

moved = {}
for mode in ("reflect", "wrap", "constant", "nearest"):
    move = layers.RandomTranslation((0.25, 0.25), (0.3, 0.3), fill_mode=mode)
    moved[mode] = np.array(move(photo[np.newaxis], training=True))[0]
figures.photos(moved)

# %% [markdown] lang="en"
# - `reflect`, the default of Keras's layers, mirrors the image at its edge. There is no hard border, but after a shift as large as this one, parts of the cat appear twice.
# - `wrap` puts in on one side what was pushed out on the other.
# - `constant` fills with one value, 0 unless you give `fill_value`. In a photo that makes a black border.
# - `nearest` repeats the pixels at the edge, which makes streaks.
#
# For digits we take `constant`, because 0 is paper in our images. `reflect` could put a second piece of the digit into the image.
#
# **B.** A row of pixels `1 2 3 4` is shifted two pixels to the right and becomes `2 1 1 2`. Which fill mode was it?
#
# - (a) `reflect`
# - (b) `wrap`
# - (c) `nearest`
# - (d) `constant`

# %% [markdown] lang="es"
# - `reflect`, el que usan las capas de Keras si no dices otra cosa, refleja la imagen en su borde. No queda un borde duro, pero con un desplazamiento tan grande algunas partes de la gata aparecen dos veces.
# - `wrap` mete por un lado lo que salió por el otro.
# - `constant` rellena con un solo valor, 0 si no das `fill_value`. En una foto eso deja una franja negra.
# - `nearest` repite los píxeles del borde, y así se forman rayas.
#
# Con los dígitos usamos `constant`, porque en nuestras imágenes el 0 es papel. `reflect` podría meter en la imagen un segundo trozo del dígito.
#
# **B.** Una fila de píxeles `1 2 3 4` se desplaza dos píxeles a la derecha y queda `2 1 1 2`. ¿Qué modo de relleno es?
#
# - (a) `reflect`
# - (b) `wrap`
# - (c) `nearest`
# - (d) `constant`

# %% tags=["exercise"]
answer = ...

check.quiz_fill(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_fill(answer)

# %% [markdown] lang="en"
# ## The tools, on digits
#
# `RandomFlip` decides at random, image by image, whether to mirror it. Of a thousand copies of the same image, about half should come out mirrored and
# the others unchanged:

# %% [markdown] lang="es"
# ## Las herramientas, con dígitos
#
# `RandomFlip` decide al azar, imagen por imagen, si la refleja. De mil copias de la misma imagen, más o menos la mitad debería salir reflejada, y las
# demás, sin cambios:

# %% lang="en"
flip = layers.RandomFlip("horizontal", seed=SEED)
copies = flip(np.repeat(batch, 1000, axis=0), training=True).numpy()[..., 0]
is_flipped = (copies == tiny[:, ::-1]).all(axis=(1, 2))
is_original = (copies == tiny).all(axis=(1, 2))
print(f"mirrored: {is_flipped.sum()}   unchanged: {is_original.sum()}   of 1,000 copies")

# %% lang="es"
flip = layers.RandomFlip("horizontal", seed=SEED)
copies = flip(np.repeat(batch, 1000, axis=0), training=True).numpy()[..., 0]
is_flipped = (copies == tiny[:, ::-1]).all(axis=(1, 2))
is_original = (copies == tiny).all(axis=(1, 2))
print(f"reflejadas: {is_flipped.sum()}   sin cambios: {is_original.sum()}   de 1000 copias")

# %% [markdown] lang="en"
# Here are more tools, each by itself on the same sixteen digits, and all of them together in the last row:

# %% [markdown] lang="es"
# Aquí hay más herramientas, cada una por separado con los mismos dieciséis dígitos, y todas a la vez en la última fila:

# %%
keras.utils.set_random_seed(SEED)
options = {"fill_mode": "constant"}
transforms = [
    layers.RandomRotation(0.05, **options, name="rotation"),
    layers.RandomTranslation(0.15, 0.15, **options, name="shift"),
    layers.RandomZoom(0.3, **options, name="zoom"),
    layers.RandomShear(0.3, 0.3, **options, name="shear"),
    layers.RandomBrightness(0.4, value_range=(0, 1), name="brightness"),
    layers.RandomContrast((0.8, 0.8), value_range=(0, 1), name="contrast"),
    layers.GaussianNoise(0.2, name="noise"),
    keras.Sequential([layers.RandomCrop(22, 22), layers.Resizing(28, 28)], name="crop"),
    layers.RandomFlip("horizontal", name="flip"),
]
together = keras.Sequential(transforms, name="all_together")

altered = {"original": x_train[:16]}
for transform in [*transforms, together]:
    altered[transform.name] = np.array(transform(x_train[:16], training=True))
figures.rows(altered)

# %% [markdown] lang="en"
# - **Rotation** counts in full turns: 0.05 is 18° to either side. **Shift** and **zoom** count in shares of the image. **Shear** slants it, like italics, and
#   also moves it a little.
# - **Brightness** adds one number to all pixels, so the paper can become grey.
# - **Contrast** multiplies each pixel's distance from the mean of its image by a factor. Below 1 the ink becomes paler and the paper greyer. Above 1 you see
#   hardly any change here, because black cannot become blacker, nor white whiter. We give two numbers, how much less and how much more: `(0.8, 0.8)` draws the
#   factor between 1 − 0.8 and 1 + 0.8. With a single number, Keras only raises the contrast (its documentation says otherwise).
# - **Noise** adds a random number to each pixel. Its values leave the range 0 to 1, as the sentence under the picture says.
# - **Crop** cuts out a piece and enlarges it. It may cut off what matters, and Keras draws *one* place for the whole batch.
# - **Flip** turns some of these images into something that is no digit any more. Can you find one?
# - **All together** is too much: many digits can no longer be read. More augmentation is not always better.
#
# Keras has more than twenty layers of this kind. [Its page on augmentation layers](https://keras.io/api/layers/preprocessing_layers/image_augmentation/) lists
# them with all their options.
#
# ## The same on a photo: colour and light
#
# A digit has no colours. Photos do, and Keras's colour layers need three channels, as decimals. Here is Chelsea, each time with one alteration. So that you
# see its effect, hue, saturation and brightness have a fixed amount: as in `RandomTranslation`, their two numbers are the ends of the range, and both are the same. In
# `RandomContrast` the two numbers mean how much less and how much more, as above, so its amount is random. For it and for the flips we chose seeds with which the alteration
# shows. In training you would give a range and leave it to chance.

# %% [markdown] lang="es"
# - La **rotación** se mide en vueltas completas: 0.05 son 18° a cada lado. El **desplazamiento** (*shift*) y el **zoom** se miden en proporciones de la
#   imagen. La **inclinación** (*shear*) la tumba como una letra cursiva y, de paso, la desplaza un poco.
# - El **brillo** (*brightness*) suma un mismo número a todos los píxeles, así que el papel puede volverse gris.
# - El **contraste** (*contrast*) multiplica por un factor la distancia de cada píxel a la media de su imagen. Por debajo de 1, la tinta se vuelve más pálida y
#   el papel, más gris. Por encima de 1 aquí apenas se ve cambio, porque el negro no puede ser más negro ni el blanco más blanco. Le damos dos números, cuánto
#   menos y cuánto más: `(0.8, 0.8)` sortea el factor entre 1 − 0.8 y 1 + 0.8. Con un solo número, Keras únicamente aumenta el contraste (su documentación dice otra cosa).
# - El **ruido** (*noise*) suma un número al azar a cada píxel. Sus valores se salen del rango de 0 a 1, como dice la frase bajo la imagen.
# - El **recorte** (*crop*) toma un trozo y lo amplía. Puede cortar lo importante, y Keras sortea *un solo* sitio para todo el lote.
# - El **reflejo** (*flip*) convierte algunas de estas imágenes en algo que ya no es un dígito. ¿Encuentras una?
# - **Todas a la vez** es demasiado: muchos dígitos ya no se pueden leer. Más aumento no siempre es mejor.
#
# Keras tiene más de veinte capas de este tipo. [Su página sobre capas de aumento](https://keras.io/api/layers/preprocessing_layers/image_augmentation/) las
# enumera con todas sus opciones.
#
# ## Lo mismo con una foto: color y luz
#
# Un dígito no tiene colores. Las fotos sí, y las capas de color de Keras necesitan tres canales, en decimales. Aquí está Chelsea, cada vez con una sola
# transformación. Para que veas el efecto, el tono, la saturación y el brillo tienen una cantidad fija: como en `RandomTranslation`, sus dos números son los extremos del rango, y los
# dos son iguales. En `RandomContrast`, los dos números dicen cuánto menos y cuánto más, como arriba, así que su cantidad es aleatoria. Para él y para los reflejos elegimos
# semillas con las que se nota la transformación. Al entrenar darías un rango y lo dejarías al azar.

# %%
changes = {
    "hue": layers.RandomHue((0.3, 0.3)),
    "saturation": layers.RandomSaturation((0.75, 0.75)),
    "contrast": layers.RandomContrast((0.6, 0.6), seed=5),
    "brightness": layers.RandomBrightness((0.3, 0.3)),
    "flip_horizontal": layers.RandomFlip("horizontal", seed=0),
    "flip_vertical": layers.RandomFlip("vertical", seed=0),
}
cats = {"original": photo}
for name, change in changes.items():
    cats[name] = np.array(change(photo[np.newaxis], training=True))[0]
cats["lighting"] = photo * np.linspace(0.3, 1.5, photo.shape[1])[:, np.newaxis]
figures.photos(cats)

# %% [markdown] lang="en"
# - **Hue** is the place of a colour in the rainbow: here every colour moves by the same amount. **Saturation** says how far a colour is from grey.
# - **Contrast** is lower here: under the picture, the mean brightness is the same as in the original, and the standard deviation is smaller, because the
#   values of the pixels lie closer together.
# - **Light from the right** is no layer of Keras. It is one line of NumPy: each column is multiplied by another number. In a pipeline (below) you can use
#   any function of your own.
# - Would the label stay true? For "cat or dog?", colours and light may vary, and so may left and right. Photos of cats upside down are rare, so
#   the vertical flip would mostly teach what is never needed. If the task were "which breed?", the hue would have to stay.
#
# **Check the scale.** `RandomBrightness` assumes values from 0 to 255 unless you give it `value_range`. Our digits go from 0 to 1. Without
# `value_range`, the change in brightness is 255 times too large:

# %% [markdown] lang="es"
# - El **tono** (*hue*) es el lugar de un color en el arcoíris: aquí todos los colores se mueven lo mismo. La **saturación** (*saturation*) dice cuánto se
#   aleja un color del gris.
# - El **contraste** es aquí menor: bajo la imagen, el brillo medio es el mismo que en la original, y la desviación estándar es más pequeña, porque los
#   valores de los píxeles quedan más cerca unos de otros.
# - La **luz desde la derecha** no es una capa de Keras. Es una línea de NumPy: cada columna se multiplica por un número distinto. En un flujo de datos
#   (más abajo) puedes usar cualquier función tuya.
# - ¿Seguiría siendo cierta la etiqueta? Para «¿gato o perro?», los colores y la luz pueden variar, y también la izquierda y la derecha. Hay pocas fotos de
#   gatos boca abajo, así que el reflejo vertical enseñaría sobre todo algo que nunca hace falta. Si la tarea fuera «¿qué raza es?», el tono no debería cambiar.
#
# **Comprueba la escala.** `RandomBrightness` supone valores de 0 a 255 si no le das `value_range`. Nuestros dígitos van de 0 a 1. Sin `value_range`, el
# cambio de brillo es 255 veces mayor de lo debido:

# %%
brightness = {
    "": layers.RandomBrightness(0.4, seed=SEED),
    "value_range=(0, 1)": layers.RandomBrightness(0.4, value_range=(0, 1), seed=SEED),
}
ranges = {}
for name, layer in brightness.items():
    images = layer(x_train[:100], training=True).numpy()
    ranges[name] = images.min(), images.max()

# %% lang="en"
for name, (low, high) in ranges.items():
    print(f"{name or 'without value_range':20} values from {low:.1f} to {high:.1f}")

# %% lang="es"
for name, (low, high) in ranges.items():
    print(f"{name or 'sin value_range':20} valores de {low:.1f} a {high:.1f}")

# %% [markdown] lang="en"
# ### 1. Your turn: an augmentation of your own
#
# Which variations do you expect in handwriting? Build `my_augmentation`: one Keras layer, or several in `keras.Sequential([…])`, with amounts of your
# choice. Images (N, 28, 28, 1) from 0 to 1 go in. In training, each comes out altered in its own way, with the same shape and range, and its label still
# true: turned by at most 30°, not mirrored, and without losing much of the digit. Outside training (`training=False`) nothing changes.

# %% [markdown] lang="es"
# ### 1. Te toca: un aumento a tu gusto
#
# ¿Qué variaciones esperas en la escritura a mano? Construye `my_augmentation`: una capa de Keras, o varias en `keras.Sequential([…])`, con las cantidades
# que quieras. Entran imágenes (N, 28, 28, 1) de 0 a 1. Al entrenar, cada una sale transformada a su manera, con la misma forma y el mismo rango, y con su
# etiqueta todavía cierta: girada como mucho 30°, sin reflejar y sin perder buena parte del dígito. Fuera del entrenamiento (`training=False`) no cambia nada.

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
# ## Our choice: a little of three
#
# We take up to 11° of rotation, a shift of up to a tenth of the image, and a zoom of up to 10 %. One more option: pixels of a turned image lie between those of the
# original. By default Keras averages the neighbours, and three layers in a row would blur the strokes. `interpolation="nearest"` takes the closest pixel,
# so strokes stay as sharp as in the test digits, only a little jagged.
#
# This is one digit as it would come out in twenty epochs:

# %% [markdown] lang="es"
# ## Nuestra elección: un poco de tres
#
# Tomamos hasta 11° de rotación, un desplazamiento de hasta una décima parte de la imagen y un zoom de hasta un 10 %. Una opción más: los píxeles de una imagen girada
# caen entre los de la original. Por defecto Keras promedia los vecinos, y tres capas seguidas emborronarían los trazos. `interpolation="nearest"` toma el
# píxel más cercano, y los trazos quedan tan nítidos como en los dígitos de prueba, solo que un poco dentados.
#
# Este es un dígito tal como saldría en veinte épocas:

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
plots.gallery(views)

# %% [markdown] lang="en"
# All of them are the same person's digit. **Augmentation teaches the network what does not matter**, such as a little slant or a little shift. It brings no
# new information: it cannot invent a way of writing 7 that nobody in the training set uses.
#
# ## Only in training
#
# The layers alter images only in training: `fit` calls them with `training=True`. When a trained network is used, in `evaluate` and `predict`, we speak of **inference**, and there the layers pass everything
# through. Validation and test images must stay as they are, because they stand for what the network will meet. Older examples sometimes augment validation images, too; then they
# measure how the network does on altered images, not on those that it will meet.
#
# Take care if you call such a layer, or a network that begins with one, yourself: without `training=False`, Keras's image layers *do* alter.

# %% [markdown] lang="es"
# Todas son el mismo dígito de la misma persona. **El aumento de datos enseña a la red lo que no importa**, como un poco de inclinación o de desplazamiento.
# No aporta información nueva: no puede inventarse una forma de escribir el 7 que nadie use en el conjunto de entrenamiento.
#
# ## Solo al entrenar
#
# Las capas transforman imágenes solo al entrenar: `fit` las llama con `training=True`. Cuando se usa una red ya entrenada, en `evaluate` y `predict`, se habla de **inferencia** (*inference*), y ahí las capas dejan pasar
# todo tal cual. Las imágenes de validación y de prueba deben quedar como están, porque representan lo que la red se va a encontrar. Algunos ejemplos
# antiguos transforman también las de validación; entonces miden la exactitud con imágenes transformadas, no con las que la red se va a encontrar.
#
# Ten cuidado si llamas tú a una capa así, o a una red que empieza por ella: sin `training=False`, las capas de imágenes de Keras *sí* transforman.

# %%
at_rest = augmentation(x_val, training=False)
same(x_val, at_rest, en="inference: same as before", es="inferencia: igual que antes")
changed = (augmentation(x_train, training=True).numpy() != x_train).any(axis=(1, 2, 3))

# %% lang="en"
print(f"training: {changed.sum():,} of {len(changed):,} images changed")

# %% lang="es"
print(f"entrenamiento: han cambiado {changed.sum()} de {len(changed)} imágenes")

# %% [markdown] lang="en"
# In inference every value is the same: the largest difference is 0. In training (nearly) every image changed; now and then the amounts are so
# small that no pixel moves.
#
# ## Predict first
#
# Without augmentation the network got {{baseline.test_accuracy.mean}} of the test digits right. Now it gets the same 1,000 digits, altered anew in each of
# 30 epochs. What test accuracy do you expect?

# %% [markdown] lang="es"
# En inferencia, todos los valores son iguales: la diferencia máxima es 0. Al entrenar cambiaron (casi) todas las imágenes; a veces las
# cantidades son tan pequeñas que no se mueve ningún píxel.
#
# ## Primero, tu predicción
#
# Sin aumento, la red acertó el {{baseline.test_accuracy.mean}} de los dígitos de prueba. Ahora recibe los mismos 1000 dígitos, transformados de nuevo en
# cada una de las 30 épocas. ¿Qué exactitud de prueba esperas?

# %%
guess("augmented", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment
#
# There is one change against the baseline: the model begins with the augmentation layers.

# %% [markdown] lang="es"
# ## El experimento
#
# Hay un solo cambio respecto al punto de partida: el modelo empieza con las capas de aumento.

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
    validation_data=(x_val, y_val),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = augmented_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
test_error = 1 - test["accuracy"]
augmented = record("augmented", history, test, seconds, test_error_share=test_error)

# %%
plots.compare(baseline, augmented)

# %% [markdown] lang="en"
# Where the title says *logarithmic scale*, equal distances are equal factors, as in lesson 01: a small distance between two curves can be a clear difference.
#
# **Left: training loss.** Without augmentation (`baseline`) it falls to almost nothing, because the network learns its 1,000 images by heart. With augmentation (`augmented`) it stays
# well above, because the network hardly ever sees exactly the same image twice. **Right: validation loss.** These digits are not altered, and here the
# augmented network ends lower (the sentences under the picture have the figures). On the test digits, over our {{measured.seeds}} seeds, the error fell from {{baseline.test_error_share}} to
# {{augmented.test_error_share}}, and the loss from {{baseline.test_loss.mean}} to {{augmented.test_loss.mean}}.
#
# Three things to know:
#
# - A higher *training* loss is no fault here. Keras measures it on the altered images, which are harder.
# - An epoch still has 32 steps. Images are altered, not multiplied: 30 epochs show about 30,000 versions of 1,000 digits.
# - Altering takes time. With images this small it hardly shows: {{baseline.seconds}} seconds without, {{augmented.seconds}} with, on our machine. And since
#   the network cannot learn by heart, it may pay to train for *more* epochs.
#
# Are the validation images really untouched? We predict twice with the trained network, and once without its augmentation layer:

# %% [markdown] lang="es"
# Donde el título dice *escala logarítmica*, distancias iguales son factores iguales, como en la lección 01: una distancia pequeña entre dos curvas puede ser una diferencia clara.
#
# **Izquierda: pérdida de entrenamiento.** Sin aumento (`baseline`) baja casi a cero, porque la red memoriza sus 1000 imágenes. Con aumento (`augmented`) se queda bastante por encima,
# porque la red casi nunca ve dos veces exactamente la misma imagen. **Derecha: pérdida de validación.** Estos dígitos no se transforman, y aquí la red con
# aumento acaba más abajo (las frases bajo la gráfica dan las cifras). Con los dígitos de prueba, en nuestras {{measured.seeds}} semillas, el error bajó del {{baseline.test_error_share}} al
# {{augmented.test_error_share}}, y la pérdida, de {{baseline.test_loss.mean}} a {{augmented.test_loss.mean}}.
#
# Tres cosas que conviene saber:
#
# - Una pérdida de *entrenamiento* mayor no es aquí un defecto. Keras la mide con las imágenes transformadas, que son más difíciles.
# - Una época sigue teniendo 32 pasos. Las imágenes se transforman, no se multiplican: 30 épocas muestran unas 30 000 versiones de 1000 dígitos.
# - Transformar lleva tiempo. Con imágenes tan pequeñas apenas se nota: {{baseline.seconds}} segundos sin aumento y {{augmented.seconds}} con él, en nuestra
#   máquina. Y como la red no puede memorizar, puede compensar entrenar *más* épocas.
#
# ¿De verdad no se tocan las imágenes de validación? Predecimos dos veces con la red entrenada y una vez sin su capa de aumento:

# %%
without_augmentation = keras.Sequential(augmented_model.layers[1:])
first, again = (augmented_model.predict(x_val, verbose=0) for _ in range(2))
without = without_augmentation.predict(x_val, verbose=0)

same(first, again, en="asked twice, same answers", es="dos veces, mismas respuestas")
same(first, without, en="without the layer, same answers", es="sin la capa, mismas respuestas")

# %% [markdown] lang="en"
# The largest difference is 0 both times, or far below a thousandth: the network answers the same, with its augmentation layer and without it. So
# validation images are not altered.
#
# ## The other place: a `tf.data` pipeline
#
# Images can also be altered *before* the model, in a **data pipeline** that delivers the batches. `from_tensor_slices` makes one from arrays. While a GPU
# (the graphics card) trains on one batch, the CPU (the processor) prepares the next. And the saved model then contains no augmentation layers. The order of the steps matters:
#
# 1. **shuffle** the images, then **batch** them: a layer alters 128 images at once much faster than one at a time;
# 2. **map** alters each batch, with `training=True`; `AUTOTUNE` lets several batches be worked on at a time;
# 3. **prefetch** keeps the next batch ready for the model.
#
# The pipeline for validation has no `map`.

# %% [markdown] lang="es"
# La diferencia máxima es 0 las dos veces, o muy inferior a una milésima: la red responde lo mismo con su capa de aumento y sin ella. Así que las imágenes
# de validación no se transforman.
#
# ## El otro sitio: un flujo `tf.data`
#
# Las imágenes también se pueden transformar *antes* del modelo, en un **flujo de datos** (*data pipeline*) que entrega los lotes. `from_tensor_slices` crea
# uno a partir de arrays. Mientras una GPU (la tarjeta gráfica) entrena con un lote, la CPU (el procesador) prepara el siguiente. Además, el modelo guardado no lleva capas de aumento. El orden
# de los pasos importa:
#
# 1. **shuffle** baraja las imágenes y después **batch** las agrupa en lotes: una capa transforma 128 imágenes de golpe mucho más deprisa que de una en una;
# 2. **map** transforma cada lote, con `training=True`; `AUTOTUNE` permite trabajar en varios lotes a la vez;
# 3. **prefetch** tiene listo el siguiente lote para el modelo.
#
# El flujo de validación no lleva `map`.


# %%
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

# %% lang="en"
print(f"steps per epoch: 1,000 / 128, rounded up, is {len(training_batches)}")

# %% lang="es"
print(f"pasos por época: 1000 / 128, redondeado hacia arriba, son {len(training_batches)}")

# %% [markdown] lang="en"
# That was one epoch of training from a pipeline, to see that it works. `fit` counts the **steps per epoch** by itself. (`shuffle=False`, because `fit` cannot shuffle
# a pipeline and would warn; ours shuffles by itself.)
#
# ### 2. Your turn: find the bugs
#
# A colleague makes both of his pipelines with `his_batches`. In spite of augmentation, his training accuracy reaches 100 %, and his validation accuracy is oddly low.
# There are three bugs; find them all.
# `cache()` keeps in memory what came before it, so that it need not be computed again in the next epoch.
#
# Write `make_batches(images, labels, training)`. It gets two arrays, and True or False. It returns a `tf.data` pipeline of pairs (images, labels) in batches of
# 32. If `training`, the images come in a new random order and altered anew in every epoch. If not, they come untouched. All images come once, in batches
# of 32 and a smaller last one. (`alter` is the function from above.)

# %% [markdown] lang="es"
# Eso fue una época de entrenamiento con un flujo, para ver que funciona. `fit` cuenta los **pasos por época** (*steps per epoch*) por su cuenta.
# (`shuffle=False`, porque `fit` no puede barajar un flujo y avisaría; el nuestro ya baraja).
#
# ### 2. Te toca: encuentra los errores
#
# Un compañero crea sus dos flujos con `his_batches`. A pesar del aumento de datos, su exactitud de entrenamiento llega al 100 %, y la de validación es
# sospechosamente baja. Hay tres errores: encuéntralos todos. `cache()` guarda en memoria lo que viene antes, para no calcularlo otra vez en la época siguiente.
#
# Escribe `make_batches(images, labels, training)`. Recibe dos arrays y True o False. Devuelve un flujo `tf.data` de pares (imágenes, etiquetas) en lotes de
# 32. Si `training`, las imágenes salen en cada época en un nuevo orden al azar y transformadas de nuevo. Si no, salen intactas. Todas las imágenes salen
# una vez, en lotes de 32 y uno último más pequeño. (`alter` es la función de antes).


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
    pairs = tf.data.Dataset.from_tensor_slices((images, labels)).cache()
    if not training:
        return pairs.batch(32).prefetch(tf.data.AUTOTUNE)
    batches = pairs.shuffle(len(images)).batch(32)
    batches = batches.map(alter, num_parallel_calls=tf.data.AUTOTUNE)
    return batches.prefetch(tf.data.AUTOTUNE)


check.make_batches(make_batches)

# %% [markdown] lang="en"
# His function altered validation images, too; it kept the altered images, so every epoch saw the same ones; and it never shuffled. (Some people do
# alter each image a few times and store the results. Training is quicker then, but it needs more memory, and the network can learn these versions by heart.)
#
# Why **batch before map**? Augmentation layers expect batches. Here they get a single image of shape (28, 28, 1), first a new layer, then our `augmentation`,
# which has already been used with batches:

# %% [markdown] lang="es"
# Su función transformaba también las imágenes de validación; guardaba las imágenes ya transformadas, así que todas las épocas veían las mismas; y nunca
# barajaba. (Hay quien transforma cada imagen unas cuantas veces y guarda el resultado. Así se entrena más rápido, pero hace falta más memoria, y la red
# puede memorizar esas versiones).
#
# ¿Por qué **batch antes de map**? Las capas de aumento esperan lotes. Aquí reciben una sola imagen, de forma (28, 28, 1): primero una capa nueva y después
# nuestra `augmentation`, que ya se ha usado con lotes:

# %%
one_image = x_train[0]
new_layer = layers.RandomRotation(0.03, **options)

# %% lang="en"
print("a new layer gives ", new_layer(one_image, training=True).shape)
print("augmentation gives", augmentation(one_image, training=True).shape)

# %% lang="es"
print("una capa nueva da  ", new_layer(one_image, training=True).shape)
print("augmentation da    ", augmentation(one_image, training=True).shape)

# %% [markdown] lang="en"
# The new layer understands one image. The `Sequential` takes it for a batch of 28 images of 28 × 1 and adds an axis. There is no error, only a shape that
# does not fit later. So give the layers batches.
#
# ## The same in older courses: `ImageDataGenerator`
#
# Many courses and books use `ImageDataGenerator`. Keras no longer develops it, but it still works. It alters one image after the other, in Python, with SciPy. Mind the units:
# angles are in degrees here, not in turns. This is our augmentation in the old form:

# %% [markdown] lang="es"
# La capa nueva entiende una imagen suelta. El `Sequential` la toma por un lote de 28 imágenes de 28 × 1 y añade un eje. No hay ningún error, solo una forma
# que más tarde no encaja. Así que dales lotes a las capas.
#
# ## Lo mismo en cursos antiguos: `ImageDataGenerator`
#
# Muchos cursos y libros usan `ImageDataGenerator`. Keras ya no lo desarrolla, pero todavía funciona. Transforma una imagen tras otra, en Python, con SciPy. Cuidado con
# las unidades: aquí los ángulos van en grados, no en vueltas. Este es nuestro aumento en la forma antigua:

# %%
from tensorflow.keras.preprocessing.image import ImageDataGenerator

generator = ImageDataGenerator(
    rotation_range=11,
    width_shift_range=0.1,
    height_shift_range=0.1,
    zoom_range=0.1,
    fill_mode="constant",
    interpolation_order=0,
)

# %%
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
start = time.perf_counter()
history = model.fit(
    generator.flow(x_train, y_train, batch_size=32, seed=SEED),
    validation_data=(x_val, y_val),
    epochs=3,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
generated = record("generator", history, test, seconds)

# %% [markdown] lang="en"
# `flow` delivers altered batches while the network trains; `x_train` itself, like files on a disk, stays as it is. `fit` takes it like any other source of batches. After these three epochs we measured a test accuracy of {{generator.test_accuracy}}.
#
# How many altered images per second does each way deliver? We let both make batches of 128 for one second, after a few batches that do not count:

# %% [markdown] lang="es"
# `flow` entrega lotes transformados mientras la red entrena; `x_train`, igual que los archivos de un disco, no cambia. `fit` lo acepta como cualquier otra fuente de lotes. Tras estas tres épocas medimos una exactitud de prueba del {{generator.test_accuracy}}.
#
# ¿Cuántas imágenes transformadas por segundo entrega cada vía? Dejamos que las dos preparen lotes de 128 durante un segundo, después de unos pocos lotes que no cuentan:


# %%
def images_per_second(batches):
    batches = iter(batches)
    for _ in range(5):
        next(batches)
    start, seen = time.perf_counter(), 0
    while time.perf_counter() - start < 1:
        seen += len(next(batches)[0])
    return seen / (time.perf_counter() - start)


newer = images_per_second(training_batches.repeat())
older = images_per_second(generator.flow(x_train, y_train, batch_size=128))

# %% lang="en"
for name, speed in {"tf.data": newer, "ImageDataGenerator": older}.items():
    print(f"{name:19}{speed:7,.0f} images per second")
print(f"tf.data is {newer / older:.1f} times as fast")

# %% lang="es"
for name, speed in {"tf.data": newer, "ImageDataGenerator": older}.items():
    number = f"{speed:,.0f}".replace(",", " ") if speed >= 10_000 else f"{speed:.0f}"
    print(f"{name:19}{number:>7} imágenes por segundo")
print(f"tf.data es {newer / older:.1f} veces más rápido")

# %% [markdown] lang="en"
# These are figures of your machine at this moment. (`tests/benchmarks/augmentation_speed.py` measures them with more patience.) For new code, use the layers.
# And this is how you translate old code. You need this table only when you meet some; for the exercise below it, the row `rotation_range` is enough.
#
# | in older courses | today |
# |---|---|
# | `ImageDataGenerator(rescale=1/255)` | `layers.Rescaling(1/255)` in the model |
# | `rotation_range`, in degrees | `RandomRotation`, in full turns |
# | `width_shift_range=0.1, height_shift_range=0.2` | `RandomTranslation(0.2, 0.1)`: height first |
# | `shear_range`, in degrees | `RandomShear`, in shares of the image |
# | `zoom_range=0.2` | `RandomZoom(0.2)` |
# | `horizontal_flip=True`, `vertical_flip=True` | `RandomFlip("horizontal")`, `RandomFlip("vertical")` |
# | `brightness_range=(0.8, 1.2)`, factors | `RandomBrightness(0.2)`, amounts that are added |
# | `fill_mode`, `"nearest"` unless you say otherwise | `fill_mode` of each layer, `"reflect"` unless you say otherwise |
# | `generator.fit(x)`: only for statistics such as `featurewise_center`; it alters nothing | `layers.Normalization`, `adapt` |
# | `flow(x, y, batch_size=32)` | `tf.data.Dataset.from_tensor_slices((x, y)).batch(32)` |
# | `flow_from_directory(folder, target_size=(150, 150))` | `keras.utils.image_dataset_from_directory(folder, image_size=(150, 150))` |
# | `class_mode="binary"`, `"categorical"`, `"sparse"` | `label_mode="binary"`, `"categorical"`, `"int"` |
# | `validation_split` in the generator, `subset="training"` in each flow | both in the same call; `subset="both"` returns two pipelines |
# | `model.fit_generator(…)`, `predict_generator(…)` | `model.fit(…)`, `predict(…)`: the old names are gone |
# | `steps_per_epoch`, `validation_steps` | only for pipelines that never end: how many batches make an epoch, and a validation |
#
# Many classes, grey photos, a fifth of them for validation:
#
# ```python
# train, validation = keras.utils.image_dataset_from_directory(
#     "photos", label_mode="int", color_mode="grayscale", image_size=(150, 150),
#     validation_split=0.2, subset="both", seed=0)
# ```
#
# ### 3. Your turn: translate
#
# A book on cats and dogs turns its photos with `rotation_range=40`. Which number must `RandomRotation` get, for turns of the same size?

# %% [markdown] lang="es"
# Son cifras de tu máquina y de este momento. (`tests/benchmarks/augmentation_speed.py` las mide con más calma). En código nuevo, usa las capas. Y así se
# traduce el código antiguo. Esta tabla solo te hará falta cuando te encuentres con él; para el ejercicio de debajo basta la fila `rotation_range`.
#
# | en cursos antiguos | hoy |
# |---|---|
# | `ImageDataGenerator(rescale=1/255)` | `layers.Rescaling(1/255)` en el modelo |
# | `rotation_range`, en grados | `RandomRotation`, en vueltas completas |
# | `width_shift_range=0.1, height_shift_range=0.2` | `RandomTranslation(0.2, 0.1)`: primero la altura |
# | `shear_range`, en grados | `RandomShear`, en proporciones de la imagen |
# | `zoom_range=0.2` | `RandomZoom(0.2)` |
# | `horizontal_flip=True`, `vertical_flip=True` | `RandomFlip("horizontal")`, `RandomFlip("vertical")` |
# | `brightness_range=(0.8, 1.2)`, factores | `RandomBrightness(0.2)`, cantidades que se suman |
# | `fill_mode`, `"nearest"` si no dices otra cosa | `fill_mode` de cada capa, `"reflect"` si no dices otra cosa |
# | `generator.fit(x)`: solo para estadísticas como `featurewise_center`; no transforma nada | `layers.Normalization`, `adapt` |
# | `flow(x, y, batch_size=32)` | `tf.data.Dataset.from_tensor_slices((x, y)).batch(32)` |
# | `flow_from_directory(carpeta, target_size=(150, 150))` | `keras.utils.image_dataset_from_directory(carpeta, image_size=(150, 150))` |
# | `class_mode="binary"`, `"categorical"`, `"sparse"` | `label_mode="binary"`, `"categorical"`, `"int"` |
# | `validation_split` en el generador, `subset="training"` en cada flujo | los dos en la misma llamada; `subset="both"` devuelve dos flujos |
# | `model.fit_generator(…)`, `predict_generator(…)` | `model.fit(…)`, `predict(…)`: los nombres antiguos ya no existen |
# | `steps_per_epoch`, `validation_steps` | solo con flujos que no acaban nunca: cuántos lotes forman una época y una validación |
#
# Muchas clases, fotos en gris, una quinta parte para validación:
#
# ```python
# train, validation = keras.utils.image_dataset_from_directory(
#     "photos", label_mode="int", color_mode="grayscale", image_size=(150, 150),
#     validation_split=0.2, subset="both", seed=0)
# ```
#
# ### 3. Te toca: traduce
#
# Un libro sobre gatos y perros gira sus fotos con `rotation_range=40`. ¿Qué número hay que darle a `RandomRotation` para que los giros sean igual de grandes?

# %% tags=["exercise"]
answer = ...

check.turns(answer)
# check.turns.hint()

# %% tags=["solution"]
answer = 40 / 360

check.turns(answer)

# %% [markdown] lang="en"
# That book also shears and flips its photos and repeats the pixels at the edge. This is how it sees our cat:

# %% [markdown] lang="es"
# Ese libro también inclina y refleja sus fotos, y repite los píxeles del borde. Así ve a nuestra gata:

# %%
keras.utils.set_random_seed(SEED)
book = ImageDataGenerator(
    rotation_range=40,
    shear_range=20,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
flow = book.flow(photo[np.newaxis], batch_size=1, seed=SEED)
figures.photos({str(number): next(flow)[0] for number in range(1, 9)})

# %% [markdown] lang="en"
# ## What can go wrong: false labels
#
# We now mirror the digits and turn them by up to 180°, and leave everything else as it was. Mirror images and large turns change what some digits say.
#
# What test accuracy do you expect after 30 epochs?

# %% [markdown] lang="es"
# ## Qué puede salir mal: etiquetas falsas
#
# Ahora reflejamos los dígitos y los giramos hasta 180°, y dejamos todo lo demás como estaba. Los reflejos y los giros grandes cambian lo que dicen algunos
# dígitos.
#
# ¿Qué exactitud de prueba esperas tras 30 épocas?

# %%
guess("harmful", test_accuracy=...)

# %%
keras.utils.set_random_seed(SEED)
flips_and_turns = keras.Sequential(
    [layers.RandomFlip("horizontal"), layers.RandomRotation(0.5, **options)]
)
misled_model = models.baseline_cnn(augmentation=flips_and_turns)
misled_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)

start = time.perf_counter()
history = misled_model.fit(
    x_train,
    y_train,
    validation_data=(x_val, y_val),
    epochs=30,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
seconds = time.perf_counter() - start
test = misled_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
harmful = record("harmful", history, test, seconds)

# %%
means = recorded("baseline"), recorded("augmented"), recorded("harmful")
plots.compare(*means, metric="accuracy")

# %% [markdown] lang="en"
# These are the means of our {{measured.seeds}} seeds: `baseline` without augmentation, `augmented` with our choice, `harmful` with flips and turns of up to 180°.
#
# **C.** Which statement do the curves support?
#
# - (a) `harmful` has learnt its training digits by heart.
# - (b) `augmented` is the worst of the three, because its training accuracy is lower than that of `baseline`.
# - (c) `harmful` still gets many of its own altered training digits wrong, and many unaltered digits, too.

# %% [markdown] lang="es"
# Son las medias de nuestras {{measured.seeds}} semillas: `baseline`, sin aumento; `augmented`, con nuestra elección; `harmful`, con reflejos y giros de hasta 180°.
#
# **C.** ¿Qué afirmación apoyan las curvas?
#
# - (a) `harmful` se ha aprendido de memoria sus dígitos de entrenamiento.
# - (b) `augmented` es la peor de las tres, porque su exactitud de entrenamiento es menor que la de `baseline`.
# - (c) `harmful` falla todavía en muchos de sus propios dígitos de entrenamiento transformados, y también en muchos sin transformar.

# %% tags=["exercise"]
answer = ...

check.quiz_curves(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_curves(answer)

# %% [markdown] lang="en"
# Over our seeds, this network got {{harmful.test_accuracy}} of the test digits right, less than without any augmentation, and only {{harmful.train_accuracy}}
# of its own altered training digits. Some of its labels were false, and the rest it had to read at every angle.
#
# Which digits does it take for which? The confusion matrix counts it, on the 1,000 validation digits:

# %% [markdown] lang="es"
# En nuestras semillas, esta red acertó el {{harmful.test_accuracy}} de los dígitos de prueba, menos que sin ningún aumento, y solo el
# {{harmful.train_accuracy}} de sus propios dígitos de entrenamiento transformados. Algunas de sus etiquetas eran falsas, y el resto tuvo que leerlo en
# cualquier ángulo.
#
# ¿Qué dígitos toma por cuáles? Lo cuenta la matriz de confusión, con los 1000 dígitos de validación:

# %%
predicted = misled_model.predict(x_val, verbose=0).argmax(axis=1)
plots.confusion_matrix(y_val, predicted)

# %% [markdown] lang="en"
# ### 4. Your turn: read the matrix
#
# Which mistake is the most frequent in your matrix? Give it as a pair: the true digit, then the digit that it was taken for. Before you go on, think of a reason:
# what does the digit that the network *says* look like when it is mirrored, or turned? That is how the network saw it in training.

# %% [markdown] lang="es"
# ### 4. Te toca: lee la matriz
#
# ¿Cuál es el error más frecuente en tu matriz? Dalo como un par: el dígito real y después aquel por el que se tomó. Antes de seguir, piensa en un motivo:
# ¿qué aspecto tiene, reflejado o girado, el dígito que *dice* la red? Así lo vio la red al entrenar.

# %% tags=["exercise"]
answer = ...

check.confused(answer, y_val, predicted)
# check.confused.hint()

# %% tags=["solution"]
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_val, predicted), 1)
np.fill_diagonal(counts, 0)
answer = np.unravel_index(counts.argmax(), counts.shape)

check.confused(answer, y_val, predicted)

# %% [markdown] lang="en"
# The most frequent mistake differs from seed to seed. Not every mistake has a simple reason: a network that must read digits at every angle also confuses some that
# look alike at one angle only. Some mistakes are found with every seed, and we can count them: 6 and 9 become each other by half a turn, 2 and
# 5 by mirroring. And 0 and 1 still look like 0 and 1 after both, so they should suffer least.

# %% [markdown] lang="es"
# El error más frecuente cambia de una semilla a otra. No todos tienen una razón sencilla: una red que debe leer los dígitos en cualquier ángulo confunde también
# algunos que solo se parecen en uno. Algunos errores aparecen con todas, y podemos contarlos: el 6 y el 9 se convierten uno en otro con media vuelta;
# el 2 y el 5, al reflejarlos. Y el 0 y el 1 siguen pareciendo un 0 y un 1 tras ambas cosas, así que deberían ser los que menos sufren.


# %%
def count_pairs(name, predicted):
    def exchanged(one, other):
        both = np.isin(y_val, (one, other))
        return np.mean(predicted[both] == one + other - y_val[both])

    symmetric, right = np.isin(y_val, (0, 1)), predicted == y_val
    return record(
        name,
        six_nine_share=exchanged(6, 9),
        two_five_share=exchanged(2, 5),
        zero_one_share=right[symmetric].mean(),
        others_share=right[~symmetric].mean(),
    )


ours = augmented_model.predict(x_val, verbose=0).argmax(axis=1)
good_pairs = count_pairs("augmented_pairs", ours)
bad_pairs = count_pairs("harmful_pairs", predicted)

# %% lang="en"
for name, pairs in {"our choice": good_pairs, "flips and turns": bad_pairs}.items():
    print(name)
    print(f"  6 and 9 taken for each other {100 * pairs.six_nine_share:5.1f} %")
    print(f"  2 and 5 taken for each other {100 * pairs.two_five_share:5.1f} %")
    print(f"  0 and 1 read correctly       {100 * pairs.zero_one_share:5.1f} %")
    print(f"  all others read correctly    {100 * pairs.others_share:5.1f} %")

# %% lang="es"
for name, pairs in {"nuestra elección": good_pairs, "reflejos y giros": bad_pairs}.items():
    print(name)
    print(f"  6 y 9 tomados uno por otro    {100 * pairs.six_nine_share:5.1f} %")
    print(f"  2 y 5 tomados uno por otro    {100 * pairs.two_five_share:5.1f} %")
    print(f"  0 y 1 leídos correctamente    {100 * pairs.zero_one_share:5.1f} %")
    print(f"  los demás, correctamente      {100 * pairs.others_share:5.1f} %")

# %% [markdown] lang="en"
# Over our seeds, {{harmful_pairs.six_nine_share}} of the sixes and nines were taken for each other, instead of {{augmented_pairs.six_nine_share}} with our
# choice; of the twos and fives {{harmful_pairs.two_five_share}} instead of {{augmented_pairs.two_five_share}}. But the harm is wider than that: of all digits
# except 0 and 1, only {{harmful_pairs.others_share}} were read correctly.
#
# The cure is to look before you train: **draw twenty altered images, cover the labels, and read them.** If you cannot read most of them, the alterations are too strong: the network would learn labels that its pictures no longer show.
#
# ### 5. Your turn: 100 digits
#
# Augmentation matters most when data are few. Here are only **100** training digits, ten of each. Without augmentation, 125 digits were
# enough for {{images_125.test_accuracy.mean}} of the test digits. Train a network of your own on `few_x` and `few_y` only, call it `my_model`, and try to reach **90 %** on the 1,000
# validation digits. It takes images (N, 28, 28, 1) from 0 to 1 and gives ten numbers per image. Alterations, amounts and epochs are up to you. If it is not enough, change one thing and
# train again. How far can you get?

# %% [markdown] lang="es"
# En nuestras semillas, el {{harmful_pairs.six_nine_share}} de los seises y nueves se tomaron uno por otro, en vez del {{augmented_pairs.six_nine_share}} con
# nuestra elección; de los doses y cincos, el {{harmful_pairs.two_five_share}} en vez del {{augmented_pairs.two_five_share}}. Pero el daño va más allá: de todos
# los dígitos menos el 0 y el 1, solo se leyó bien el {{harmful_pairs.others_share}}.
#
# El remedio es mirar antes de entrenar: **dibuja veinte imágenes transformadas, tapa las etiquetas y léelas.** Si no puedes leer la mayoría, las
# transformaciones son demasiado fuertes: la red aprendería etiquetas que sus imágenes ya no muestran.
#
# ### 5. Te toca: 100 dígitos
#
# El aumento de datos importa más cuando hay pocos. Aquí tienes solo **100** dígitos de entrenamiento, diez de cada clase. Sin aumento, 125 dígitos
# bastaron para acertar el {{images_125.test_accuracy.mean}} de los de prueba. Entrena una red tuya solo con `few_x` y `few_y`, llámala `my_model` e intenta llegar al **90 %**
# con los 1000 dígitos de validación. Recibe imágenes (N, 28, 28, 1) de 0 a 1 y da diez números por imagen. Las transformaciones, las cantidades y las épocas las eliges tú. Si no basta,
# cambia una cosa y entrena otra vez. ¿Hasta dónde puedes llegar?

# %% tags=["exercise"]
few_x, few_y = x_train[:100], y_train[:100]
my_model = ...

check.few_digits(my_model)
# check.few_digits.hint()

# %% tags=["solution"]
few_x, few_y = x_train[:100], y_train[:100]
keras.utils.set_random_seed(SEED)
my_model = models.baseline_cnn(augmentation=augmentation)
my_model.compile(
    "adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
my_model.fit(few_x, few_y, epochs=100, batch_size=32, verbose=0)

check.few_digits(my_model)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs beside ours, with {{measured.seeds}} seeds.
#
# | name | run |
# |---|---|
# | `baseline` | 1,000 digits, no augmentation |
# | `images_125`, `images_250` | only 125 or 250 digits |
# | `augmented` | our choice: a little rotation, shift and zoom |
# | `generator` | the same with `ImageDataGenerator`, 3 epochs instead of 30 |
# | `harmful` | flips, and turns of up to 180° |

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras, con {{measured.seeds}} semillas.
#
# | nombre | experimento |
# |---|---|
# | `baseline` | 1000 dígitos, sin aumento (punto de partida) |
# | `images_125`, `images_250` | solo 125 o 250 dígitos |
# | `augmented` | nuestra elección: un poco de rotación, desplazamiento y zoom |
# | `generator` | lo mismo con `ImageDataGenerator`, 3 épocas en vez de 30 |
# | `harmful` | (dañino) reflejos y giros de hasta 180° |

# %%
table()

# %% [markdown] lang="en"
# In some rows the training accuracy is lower than the validation accuracy, most of all in `generator`. There are two reasons: Keras averages it over the epoch, while the
# network is still improving, and it measures it on the altered digits, which are harder.
#
# And what this lesson claims, checked against your run. (The test error fell in {{claims.error_falls}} runs; in a single run it may fail to fall. The gap
# narrows in part because the training digits are now altered, and harder.)

# %% [markdown] lang="es"
# En algunas filas, la exactitud de entrenamiento es menor que la de validación, sobre todo en `generator`. Hay dos razones: Keras la promedia durante la época, mientras la
# red todavía mejora, y la mide con los dígitos transformados, que son más difíciles.
#
# Y lo que afirma esta lección, comprobado con tu ejecución. (El error de prueba bajó en {{claims.error_falls}} ejecuciones; es posible que en alguna
# no baje. La brecha se estrecha en parte porque ahora los dígitos de entrenamiento están transformados y son más difíciles).

# %%
claim("more_data", baseline.test_accuracy, ">=", by_size[125].test_accuracy, margin=0.05, unit="%",
      en="with 1,000 digits, test accuracy is at least 5 percentage points higher than with 125",
      es="con 1000 dígitos, la exactitud de prueba es al menos 5 puntos porcentuales mayor que con 125")
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

# %%
claim("harm", harmful.test_accuracy, "<", augmented.test_accuracy, unit="%",
      en="with flips and turns of up to 180°, test accuracy is lower than with our choice",
      es="con reflejos y giros de hasta 180°, la exactitud de prueba es menor que con nuestra elección")
claim("worse_than_nothing", harmful.test_accuracy, "<", baseline.test_accuracy, unit="%",
      en="with flips and turns of up to 180°, test accuracy is even lower than without augmentation",
      es="con reflejos y giros de hasta 180°, la exactitud de prueba es incluso menor que sin aumento de datos")
claim("half_turn", bad_pairs.six_nine_share, ">", good_pairs.six_nine_share, unit="%",
      en="flips and turns: more sixes and nines are taken for each other than with our choice",
      es="reflejos y giros: más seises y nueves se toman uno por otro que con nuestra elección")
claim("mirror", bad_pairs.two_five_share, ">", good_pairs.two_five_share, unit="%",
      en="flips and turns: more twos and fives are taken for each other than with our choice",
      es="reflejos y giros: más doses y cincos se toman uno por otro que con nuestra elección")
claim("symmetric", bad_pairs.zero_one_share, ">", bad_pairs.others_share, unit="%",
      en="flips and turns: more zeros and ones are read correctly than other digits",
      es="reflejos y giros: se leen bien más ceros y unos que otros dígitos")

# %% [markdown] lang="en"
# ## In short
#
# - More data is the best remedy. Augmentation is a substitute, which costs only computing time.
# - Alter what does not matter for *your* task, a little, so that the label stays true. Look at the altered images before you train.
# - Only training images are altered. In the model the layers see to it; in a pipeline you do.
# - In a pipeline: shuffle, batch, alter, prefetch; `cache` before shuffling and altering.
#
# Next: another remedy, one that works inside the network, is dropout (lesson 03).

# %% [markdown] lang="es"
# ## En resumen
#
# - El mejor remedio es tener más datos. El aumento de datos es un sustituto que solo cuesta tiempo de cálculo.
# - Transforma lo que no importa para *tu* tarea, un poco, de modo que la etiqueta siga siendo cierta. Mira las imágenes transformadas antes de entrenar.
# - Solo se transforman las imágenes de entrenamiento. En el modelo se encargan las capas; en un flujo de datos, tú.
# - En un flujo: barajar, agrupar en lotes, transformar y *prefetch*; `cache`, antes de barajar y de transformar.
#
# A continuación, otro remedio que actúa dentro de la red: el *dropout* (lección 03).

# %% [markdown] lang="en"
# ## Go further: new images instead of altered ones
#
# *Needs all of MNIST, 11 MB, downloaded once.* We carry on the experiment with more data: 55,000 real images, each seen **once**, in batches of 64. That makes
# 860 steps, a hundred fewer than the baseline takes. (The other 5,000 of MNIST's 60,000 training images are kept for validation; the test digits are its own 10,000.)

# %% [markdown] lang="es"
# ## Para ir más lejos: imágenes nuevas en vez de transformadas
#
# *Necesita MNIST entero, 11 MB que se descargan una vez.* Seguimos con el experimento de más datos: 55 000 imágenes reales, cada una vista **una sola vez**, en
# lotes de 64. Son 860 pasos, cien menos que el punto de partida. (Las otras 5000 de las 60 000 de entrenamiento de MNIST se reservan para validación; los
# dígitos de prueba son sus propios 10 000).

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
many = record("images_55000_once", history, test)

# %% lang="en"
# %%needs mnist
print(f"55,000 images, each once: test accuracy {100 * many.test_accuracy:.1f} %")

# %% lang="es"
# %%needs mnist
print(f"55 000 imágenes, una vez: exactitud de prueba {100 * many.test_accuracy:.1f} %")

# %% [markdown] lang="en"
# We measured {{images_55000_once.test_accuracy}}. Our augmented network took about as many steps and reached {{augmented.test_accuracy}} (on its own 3,000 test
# digits).
#
# **Sources.** Keras's [augmentation layers](https://keras.io/api/layers/preprocessing_layers/image_augmentation/) and
# [image_dataset_from_directory](https://keras.io/api/data_loading/image/). TensorFlow's [tutorial on data
# augmentation](https://www.tensorflow.org/tutorials/images/data_augmentation), its [guide to fast
# pipelines](https://www.tensorflow.org/guide/data_performance), and
# [ImageDataGenerator](https://www.tensorflow.org/api_docs/python/tf/keras/preprocessing/image/ImageDataGenerator). P. Simard, D. Steinkraus and J. Platt, [Best
# Practices for Convolutional Neural Networks Applied to Visual Document Analysis](https://doi.org/10.1109/ICDAR.2003.1227801), 2003, on random distortions of handwritten digits.
# C. Shorten and T. Khoshgoftaar, [A survey on Image Data Augmentation](https://doi.org/10.1186/s40537-019-0197-0), 2019. MNIST, our 5,000 digits and Chelsea:
# `data/README.md`. Sixteen digits above their altered versions, and rotation as the first alteration, come from the class on MNIST that this course grew out of.

# %% [markdown] lang="es"
# Nosotros medimos un {{images_55000_once.test_accuracy}}. Nuestra red con aumento dio más o menos los mismos pasos y llegó al {{augmented.test_accuracy}} (con
# sus 3000 dígitos de prueba).
#
# **Fuentes.** Las [capas de aumento](https://keras.io/api/layers/preprocessing_layers/image_augmentation/) de Keras e
# [image_dataset_from_directory](https://keras.io/api/data_loading/image/). De TensorFlow, el [tutorial sobre aumento de
# datos](https://www.tensorflow.org/tutorials/images/data_augmentation), la [guía de flujos
# rápidos](https://www.tensorflow.org/guide/data_performance) e
# [ImageDataGenerator](https://www.tensorflow.org/api_docs/python/tf/keras/preprocessing/image/ImageDataGenerator). P. Simard, D. Steinkraus y J. Platt, [Best
# Practices for Convolutional Neural Networks Applied to Visual Document Analysis](https://doi.org/10.1109/ICDAR.2003.1227801), 2003, sobre deformaciones aleatorias de dígitos
# manuscritos. C. Shorten y T. Khoshgoftaar, [A survey on Image Data Augmentation](https://doi.org/10.1186/s40537-019-0197-0), 2019. MNIST, nuestros 5000 dígitos
# y Chelsea: `data/README.md`. Los dieciséis dígitos sobre sus versiones transformadas y la rotación como primera transformación vienen de la clase sobre MNIST de la que nació este curso.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the starting point (run its cell early, talk meanwhile), more data | 8 | 5 |
# | when a label stays true (let the class read the turned digits aloud); question A | 10 | 6 |
# | by hand, fill modes; question B | 8 | 3 |
# | the tools on digits and on a photo; exercise 1 | 12 | 8 |
# | our choice, only in training, prediction, experiment | 12 | 8 |
# | the pipeline; exercise 2 (find the bugs) | 12 | – |
# | `ImageDataGenerator`, the table, exercise 3 | 8 | – |
# | false labels: prediction, question C, exercise 4 | 12 | 9 |
# | exercise 5 as a contest: who gets furthest with 100 digits? | 8 | 6 |
#
# **On the board:** two columns, "still the same label" and "another label", filled by the class for digits, cats, traffic signs and X-rays (where left and right matter).
#
# **Misconceptions the checks look for:** flips and large turns; amounts that cut off or drown the digit; brightness on the 255 scale; noise that leaves the
# range; augmentation that also works in inference; a change that is always the same; degrees taken for turns; validation data altered; altered images or their order cached;
# batches shuffled instead of images; rows and columns of a confusion matrix exchanged; a lower training accuracy read as a failure.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | el punto de partida (lanza pronto su celda y habla mientras se ejecuta), más datos | 8 | 5 |
# | cuándo sigue siendo cierta una etiqueta (que la clase lea en voz alta los dígitos girados); pregunta A | 10 | 6 |
# | a mano, modos de relleno; pregunta B | 8 | 3 |
# | las herramientas, con dígitos y con una foto; ejercicio 1 | 12 | 8 |
# | nuestra elección, solo al entrenar, predicción, experimento | 12 | 8 |
# | el flujo de datos; ejercicio 2 (encuentra los errores) | 12 | – |
# | `ImageDataGenerator`, la tabla, ejercicio 3 | 8 | – |
# | etiquetas falsas: predicción, pregunta C, ejercicio 4 | 12 | 9 |
# | el ejercicio 5 como concurso: ¿quién llega más lejos con 100 dígitos? | 8 | 6 |
#
# **En la pizarra:** dos columnas, «misma etiqueta» y «otra etiqueta», que la clase rellena para dígitos, gatos, señales de tráfico (o de tránsito) y radiografías (donde izquierda y
# derecha importan).
#
# **Ideas equivocadas que buscan las comprobaciones:** reflejos y giros grandes; cantidades que cortan o tapan el dígito; brillo en la escala de 255; ruido que se sale
# del rango; aumento que también actúa en inferencia; un cambio que siempre es el mismo; grados tomados por vueltas; validación transformada; imágenes transformadas, o su orden, en
# `cache`; lotes barajados en vez de imágenes; filas y columnas de una matriz de confusión intercambiadas; una exactitud de entrenamiento menor leída como un fracaso.
