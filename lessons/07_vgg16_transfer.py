# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 60
#     title:
#       en: Transfer learning with VGG16
#       es: Aprendizaje por transferencia con VGG16
#     learn:
#       en: reuse a trained base, freeze it and check that it stays; compute features once; fine-tune with a small learning rate; give each base its own preprocessing
#       es: reutilizar una base entrenada, congelarla y comprobar que no cambia; calcular las características una sola vez; hacer ajuste fino con una tasa pequeña; dar a cada base su propio preprocesado
#     result:
#       en: cats and dogs from 2,000 photos, test {{small_cnn_augmented_long.test_accuracy}} with a small network, {{vgg16_features.test_accuracy}} with features of VGG16
#       es: gatos y perros con 2000 fotos, prueba {{small_cnn_augmented_long.test_accuracy}} con una red pequeña y {{vgg16_features.test_accuracy}} con características de VGG16
# ---

# %% [markdown] lang="en"
# # 07 · Transfer learning with VGG16
#
# {{badges}}
#
# With little training data, a network stays far from good, even with augmentation and dropout. But you need not start from zero: a network that was
# trained on other, larger data has learnt features that serve your task, too. In this lesson you take such a network and train first only its last
# part, then a little more. You do this first in miniature, with digits, and then with VGG16 on photos of cats and dogs.
#
# **You will learn to**
#
# - use a trained base in two ways, feature extraction and fine-tuning, and check which weights stayed frozen;
# - explain why fine-tuning needs a small learning rate, and a new `compile`;
# - compute features once and keep them, and read photos that would not fit in memory as a stream;
# - give each base the preprocessing that it was trained with, and see which places of a photo decide.
#
# You need lessons 01 to 03. Reading and running takes about 30 minutes, and the exercises as long again. Everything about the head on VGG16's
# features **runs offline**, because these features come with the course. The cells that need the photos or trained weights (127 MB, and 9 MB for a
# smaller base) say so where these are missing.

# %% [markdown] lang="es"
# # 07 · Aprendizaje por transferencia con VGG16
#
# {{badges}}
#
# Con pocos datos de entrenamiento, una red no llega a ser buena, ni siquiera con aumento de datos y *dropout*. Pero no hace falta empezar de cero:
# una red entrenada con otros datos, más abundantes, ha aprendido características (*features*) que también sirven para tu tarea. En esta lección tomas
# una red así y entrenas primero solo su última parte y después un poco más. Lo haces primero en miniatura, con dígitos, y después con VGG16 y fotos
# de gatos y perros.
#
# **Aprenderás a**
#
# - usar una base entrenada de dos maneras, extracción de características y ajuste fino (*fine-tuning*), y comprobar qué pesos quedaron congelados;
# - explicar por qué el ajuste fino necesita una tasa de aprendizaje pequeña y otro `compile`;
# - calcular las características una sola vez y guardarlas, y leer sobre la marcha fotos que no cabrían en memoria;
# - dar a cada base el preprocesado con el que se entrenó y ver qué zonas de una foto son decisivas.
#
# Necesitas las lecciones 01 a 03. Leer y ejecutar lleva unos 30 minutos, y los ejercicios, otros tantos. Todo lo relativo a la cabeza que se entrena
# con las características de VGG16 **funciona sin conexión a internet**, porque esas características vienen con el curso. Las celdas que necesitan las
# fotos o pesos entrenados (127 MB, y 9 MB para una base más pequeña) avisan si faltan.

# %% [markdown] lang="en"
# ## Setup
#
# The last line of the second cell hides TensorFlow's remarks about the many small networks of this lesson.

# %% [markdown] lang="es"
# ## Preparación
#
# La última línea de la segunda celda oculta los avisos de TensorFlow sobre las muchas redes pequeñas de esta lección.

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
import psutil
import tensorflow as tf
from keras import layers
from tqdm.auto import tqdm
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_07 as check
from helpers.figures import lesson_07 as figures
from helpers.photos import own_photos
from helpers.results import claim, guess, record, recorded, same, table

tf.get_logger().setLevel("ERROR")

# %% [markdown] lang="en"
# # Part one: in miniature
#
# ## Why: can a network help that has never seen a 5?
#
# Somebody else has trained a network on 2,000 digits, but only on **0 to 4**. You want to tell **5, 6, 7, 8 and 9** apart, and you have only ten images of
# each. Their network has no output for your digits. Can it help you nevertheless?
#
# *Their* data are all the zeros to fours of our training and test sets. (They may use those of the test set, because your own test contains only fives to nines.)
# *Your* data are 50 images to train with; your validation and test sets contain fives to nines only.

# %% [markdown] lang="es"
# # Primera parte: en miniatura
#
# ## Por qué: ¿ayuda una red que nunca ha visto un 5?
#
# Otra persona ha entrenado una red con 2000 dígitos, pero solo **del 0 al 4**. Tú quieres distinguir **el 5, el 6, el 7, el 8 y el 9**, y tienes solo
# diez imágenes de cada uno. Su red no tiene salidas para tus dígitos. ¿Puede ayudarte de todos modos?
#
# *Sus* datos son todos los dígitos del 0 al 4 de nuestros conjuntos de entrenamiento y de prueba. (Puede usar los de prueba porque tu propia prueba solo
# contiene dígitos del 5 al 9). *Tus* datos son 50 imágenes para entrenar; tus conjuntos de validación y de prueba contienen solo dígitos del 5 al 9.


# %%
def pick(images, labels, low):
    chosen = (labels >= low) & (labels < low + 5)
    images = images[chosen][..., np.newaxis].astype("float32") / 255
    return images, labels[chosen] - low


train, val, test = data.load_mnist()
(x_a, y_a), (x_b, y_b) = pick(*train, low=0), pick(*test, low=0)
x_theirs, y_theirs = np.concatenate([x_a, x_b]), np.concatenate([y_a, y_b])

x_new, y_new = (part[:50] for part in pick(*train, low=5))
x_val, y_val = pick(*val, low=5)
x_test, y_test = pick(*test, low=5)

# %% lang="en"
for name, digits in {"theirs": y_theirs, "yours, training": y_new}.items():
    print(f"{name}: {len(digits):,} images, {np.bincount(digits)} of each class")
print(f"yours, validation: {len(x_val)} images; yours, test: {len(x_test)} images")

# %% lang="es"
for name, digits in {"suyos": y_theirs, "tuyos, entrenamiento": y_new}.items():
    print(f"{name}: {len(digits)} imágenes; de cada clase, {np.bincount(digits)}")
print(f"tuyos, validación: {len(x_val)} imágenes; tuyos, prueba: {len(x_test)}")

# %%
plots.gallery(x_new, y_new + 5, columns=25)

# %% [markdown] lang="en"
# ## Predict first
#
# You can train a network from scratch on your 50 images. Or you can take the convolutions of their network as they are, and train only a new last layer
# on the same 50 images. Which test accuracy do you expect of each? Guessing would give 20 %.

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Puedes entrenar una red desde cero con tus 50 imágenes. O puedes tomar las convoluciones de la otra red tal como están y entrenar solo una última capa
# nueva con las mismas 50 imágenes. ¿Qué exactitud de prueba esperas de cada una? Al azar se acertaría un 20 %.

# %%
guess("scratch", test_accuracy=...)
guess("features", test_accuracy=...)

# %% [markdown] lang="en"
# ## Their network: a base and a head
#
# A convolutional network has two parts. The **base**, its convolutions, computes *features* from the pixels, such as strokes, corners and loops.
# The **head**, its last dense layer, computes the answer from the features. We build them separately, so that the head can be replaced.
#
# Two details of the code: the augmentation is gentle, with turns of a little over 5° at most and shifts and zooms of up to 5 %. And `CosineDecay` lets
# the learning rate fall to zero within `steps` batches, because with so few images the weights would otherwise still be jumping when training ends.
#
# This picture shows what the lesson is about:

# %% [markdown] lang="es"
# ## Su red: una base y una cabeza
#
# Una red convolucional tiene dos partes. La **base**, sus convoluciones, calcula *características* (*features*) a partir de los píxeles, como trazos, esquinas y bucles.
# La **cabeza** (*head*), su última capa densa, calcula la respuesta a partir de las características. Las construimos por separado para poder cambiar la cabeza.
#
# Dos detalles del código: el aumento de datos es suave, con giros de poco más de 5° como mucho y desplazamientos y zoom de hasta un 5 %. Y
# `CosineDecay` hace bajar la tasa de aprendizaje hasta cero a lo largo de `steps` lotes, porque con tan pocas imágenes los pesos seguirían dando
# saltos al terminar el entrenamiento.
#
# Esta imagen muestra de qué trata la lección:

# %%
figures.base_and_head()


# %%
def convolutions():
    stack = keras.Sequential([keras.Input(shape=(28, 28, 1))], name="base")
    for filters in (32, 64, 128):
        stack.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        stack.add(layers.MaxPooling2D(2))
    stack.add(layers.Flatten())
    return stack


def classifier(base, *first, dropout=0.0):
    head = layers.Dense(5, activation="softmax", name="head")
    rest = [base, layers.Dropout(dropout), head]
    return keras.Sequential([keras.Input(shape=(28, 28, 1)), *first, *rest])


# %%
def augmentation():
    options = {"fill_mode": "constant"}
    return keras.Sequential(
        [
            layers.RandomRotation(0.015, **options),
            layers.RandomTranslation(0.05, 0.05, **options),
            layers.RandomZoom(0.05, **options),
        ],
        name="augmentation",
    )


def compiled(model, steps=200, learning_rate=1e-3):
    fading = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    adam = keras.optimizers.Adam(fading)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %%
keras.utils.set_random_seed(SEED)
base = convolutions()
their_model = compiled(classifier(base, augmentation(), dropout=0.5), steps=630)
their_model.fit(
    x_theirs,
    y_theirs,
    epochs=10,
    batch_size=32,
    callbacks=[TqdmCallback(verbose=0)],
    verbose=0,
)
x_old, y_old = pick(*val, low=0)
known = their_model.evaluate(x_old, y_old, return_dict=True, verbose=0)
record("their_network", val_accuracy=known["accuracy"])
learnt = base.get_weights()

# %% lang="en"
share = 100 * known["accuracy"]
print(f"their network: validation accuracy {share:.1f} % on zeros to fours")

# %% lang="es"
share = 100 * known["accuracy"]
print(f"su red: exactitud de validación {share:.1f} % con dígitos del 0 al 4")

# %% [markdown] lang="en"
# Their network is good at zeros to fours, and it has never seen a 5. We borrow the weights of its base, `learnt`. Its head cannot be used, because it
# only knows the classes 0 to 4.
#
# ## By hand: a frozen base is a function
#
# If the base never changes, it is a fixed function from an image to its features. A dense layer with softmax then computes the answer from the
# features. Here is this second step in NumPy, with a new head that has not been trained yet:

# %% [markdown] lang="es"
# Su red acierta casi siempre con los dígitos del 0 al 4, y nunca ha visto un 5. Tomamos prestados los pesos de su base, `learnt`. Su cabeza no nos sirve,
# porque solo conoce las clases del 0 al 4.
#
# ## A mano: una base congelada es una función
#
# Si la base no cambia nunca, es una función fija que da las características de una imagen. Después, una capa densa con softmax calcula la respuesta a
# partir de ellas. Aquí está este segundo paso en NumPy, con una cabeza nueva, todavía sin entrenar:

# %%
model = classifier(base)
weights, bias = model.get_layer("head").get_weights()

features = base.predict(x_new, verbose=0)
scores = features @ weights + bias
by_hand = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

same(by_hand, model.predict(x_new, verbose=0))

# %% lang="en"
print(f"{features.shape[0]} images, {features.shape[1]:,} features each")

# %% lang="es"
print(f"{features.shape[0]} imágenes, {features.shape[1]} características cada una")

# %% [markdown] lang="en"
# A frozen base gives the same features for an image in every epoch. So they need to be computed only **once**. In part two, where the base takes
# minutes for all photos, this saves most of the time.
#
# ### 1. Your turn: freeze and attach
#
# `base.trainable = False` freezes all weights of a base: `fit` will not change them. Write a function `assemble(base)`. It gets a trained base, a
# Keras model that gives a row of features per image, and returns a network for **3 classes** on top of it, compiled and ready for `fit` with
# whole-number labels. The base must stay exactly as it is; the head must learn. The images need not be 28 × 28, and `classifier` from above has five
# classes, so build a `keras.Sequential` of your own.

# %% [markdown] lang="es"
# Una base congelada da las mismas características para una imagen en todas las épocas. Por eso basta con calcularlas **una sola vez**. En la segunda
# parte, donde la base tarda minutos en procesar todas las fotos, así se ahorra la mayor parte del tiempo.
#
# ### 1. Te toca: congelar y añadir una cabeza
#
# `base.trainable = False` congela todos los pesos de una base: `fit` no los cambiará. Escribe una función `assemble(base)`. Recibe una base
# entrenada, un modelo de Keras que da una fila de características por imagen, y devuelve una red para **3 clases** construida sobre ella, compilada y
# lista para `fit` con etiquetas enteras. La base debe quedar exactamente como está; la cabeza tiene que aprender. Las imágenes no tienen por qué ser
# de 28 × 28, y el `classifier` de más arriba tiene cinco clases, así que construye tu propio `keras.Sequential`.

# %% tags=["exercise"]
assemble = ...

check.assemble(assemble)
# check.assemble.hint()


# %% tags=["solution"]
def assemble(base):
    base.trainable = False
    model = keras.Sequential([base, layers.Dense(3, activation="softmax")])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    return model


check.assemble(assemble)

# %% [markdown] lang="en"
# ## The experiment: three ways, each with and without augmentation
#
# Augmentation can help on its own (lesson 02). For a fair comparison we train in each way twice, once without and once with it, always on the same 50
# images, in batches of 10.

# %% [markdown] lang="es"
# ## El experimento: tres maneras, cada una con y sin aumento
#
# El aumento de datos puede ayudar por sí solo (lección 02). Para que la comparación sea justa, entrenamos de cada manera dos veces, una sin aumento y
# otra con él, siempre con las mismas 50 imágenes, en lotes de 10.


# %%
def train_and_record(name, model, epochs=40):
    start = time.perf_counter()
    options = {"callbacks": [TqdmCallback(verbose=0)], "verbose": 0}
    history = model.fit(x_new, y_new, epochs=epochs, batch_size=10, **options)
    seconds = time.perf_counter() - start
    validation = model.evaluate(x_val, y_val, return_dict=True, verbose=0)
    exam = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
    return record(name, history, exam, seconds, val_accuracy=validation["accuracy"])


# %% [markdown] lang="en"
# **1. From scratch.** All weights are new, and the network trains for 40 epochs.

# %% [markdown] lang="es"
# **1. Desde cero.** Todos los pesos son nuevos y la red se entrena durante 40 épocas.

# %%
runs = {}
for name, first in {"scratch": [], "scratch_augmented": [augmentation()]}.items():
    keras.utils.set_random_seed(SEED)
    model = compiled(classifier(convolutions(), *first))
    runs[name] = train_and_record(name, model)

# %% [markdown] lang="en"
# **2. Feature extraction.** Their base is **frozen** with `trainable = False`, and only the new head learns, for 40 epochs. Freeze first and compile
# afterwards.

# %% [markdown] lang="es"
# **2. Extracción de características.** Su base queda **congelada** con `trainable = False` y solo aprende la cabeza nueva, durante 40 épocas. Primero
# se congela y después se compila.


# %%
def borrowed(*first):
    keras.utils.set_random_seed(SEED)
    base = convolutions()
    base.set_weights(learnt)
    base.trainable = False
    return compiled(classifier(base, *first))


extractors = {"features": borrowed(), "features_augmented": borrowed(augmentation())}
for name, model in extractors.items():
    runs[name] = train_and_record(name, model)

# %% [markdown] lang="en"
# Did the base really stay frozen? We compare every weight of it with those that we borrowed, bit by bit. And we keep a copy of the weights of each
# network, because fine-tuning will change them.

# %% [markdown] lang="es"
# ¿De verdad ha quedado congelada la base? Comparamos cada uno de sus pesos con los que tomamos prestados, bit a bit. Y guardamos una copia de los
# pesos de cada red, porque el ajuste fino los cambiará.


# %%
def movement(model, before=learnt):
    now = model.get_layer("base").get_weights()
    return [np.abs(a - b).max() for a, b in zip(now, before, strict=True)]


for model in extractors.values():
    for now, before in zip(model.get_layer("base").get_weights(), learnt, strict=True):
        assert now.tobytes() == before.tobytes()

frozen_movement = max(max(movement(model)) for model in extractors.values())
extracted = {name: model.get_weights() for name, model in extractors.items()}

# %% lang="en"
print(f"largest change of a weight in the frozen bases: {frozen_movement}")

# %% lang="es"
print(f"mayor cambio de un peso en las bases congeladas: {frozen_movement}")

# %% [markdown] lang="en"
# **3. Fine-tuning.** We start from the networks that we just trained, thaw the base, **compile again**, and train for 20
# more epochs with a learning rate ten times smaller. Which test accuracy do you expect without augmentation?

# %% [markdown] lang="es"
# **3. Ajuste fino (*fine-tuning*).** Partimos de las redes que acabamos de entrenar, descongelamos la base, **compilamos otra vez** y entrenamos
# 20 épocas más con una tasa de aprendizaje diez veces menor. ¿Qué exactitud de prueba esperas sin aumento de datos?

# %%
guess("fine_tuned", test_accuracy=...)

# %%
for name, model in extractors.items():
    model.get_layer("base").trainable = True
    compiled(model, steps=100, learning_rate=1e-4)
    tuned_name = name.replace("features", "fine_tuned")
    runs[tuned_name] = train_and_record(tuned_name, model, epochs=20)

thawed_movement = min(min(movement(model)) for model in extractors.values())
assert thawed_movement > 0

# %% lang="en"
print(f"smallest change of any weight array in the thawed bases: {thawed_movement:.2g}")

# %% lang="es"
print(f"menor cambio de un array de pesos en las bases descongeladas: {thawed_movement:.2g}")

# %% [markdown] lang="en"
# All weight arrays of the thawed bases have changed.
#
# ## Read the picture

# %% [markdown] lang="es"
# Todos los arrays de pesos de las bases descongeladas han cambiado.
#
# ## Lee la imagen

# %%
figures.test_accuracies({name: run.test_accuracy for name, run in runs.items()})

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was:
#
# | | without augmentation | with augmentation |
# |---|--:|--:|
# | from scratch | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | feature extraction | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | fine-tuning | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Compare within a column. The base has never seen a 5, but it has learnt to detect strokes and loops, and a 5 consists of those. With augmentation
# the network from scratch is a little better; with borrowed features augmentation brings no gain here. The 20 further epochs of fine-tuning hardly
# change the accuracy: in each column, compare the difference between the last two rows with their ±. One likely reason is that 50 images are few for
# more than 90,000 thawed weights.
#
# **A.** Why is the head trained first, and the base thawed only afterwards?
#
# - (a) A new head has random weights, so the changes that it causes in the base are random, too, and would spoil what the base has learnt.
# - (b) Keras does not allow both at once.
# - (c) The base would learn faster than the head and overtake it.

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue:
#
# | | sin aumento | con aumento |
# |---|--:|--:|
# | desde cero | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | extracción de características | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | ajuste fino | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Compara dentro de cada columna. La base nunca ha visto un 5, pero ha aprendido a detectar trazos y bucles, y un 5 se compone de ellos. Con aumento
# de datos, la red entrenada desde cero es un poco mejor; con características prestadas, el aumento no mejora nada aquí. Las 20 épocas adicionales del
# ajuste fino apenas cambian la exactitud: en cada columna, compara la diferencia entre las dos últimas filas con su ±. Un motivo probable es que 50
# imágenes son pocas para más de 90 000 pesos descongelados.
#
# **A.** ¿Por qué se entrena primero la cabeza y la base se descongela después?
#
# - (a) Una cabeza nueva tiene pesos aleatorios, así que los cambios que provoca en la base también serían aleatorios y estropearían lo que esta ha aprendido.
# - (b) Keras no permite las dos cosas a la vez.
# - (c) La base aprendería más deprisa que la cabeza y la adelantaría.

# %% tags=["exercise"]
answer = ...

check.quiz_order(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_order(answer)

# %% [markdown] lang="en"
# ## What can go wrong: a learning rate that is too large
#
# The base is already good, and fine-tuning should change it only a little. With a learning rate of 0.03, Adam's steps are so large that they spoil
# what it has learnt. We start from the same weights and train the same 20 epochs with that rate:

# %% [markdown] lang="es"
# ## Qué puede salir mal: una tasa de aprendizaje demasiado grande
#
# La base ya es buena y el ajuste fino debería cambiarla solo un poco. Con una tasa de aprendizaje de 0.03, los pasos de Adam son tan grandes que
# estropean lo aprendido. Partimos de los mismos pesos y entrenamos las mismas 20 épocas con esa tasa:

# %%
spoilt = extractors["features"]
spoilt.set_weights(extracted["features"])
compiled(spoilt, steps=100, learning_rate=3e-2)
runs["large_rate"] = train_and_record("large_rate", spoilt, epochs=20)

wanted = ("features", "large_rate", "fine_tuned")
figures.test_accuracies({name: runs[name].test_accuracy for name in wanted})

# %% [markdown] lang="en"
# Both runs of fine-tuning started from the network after feature extraction. With a learning rate of 0.03, the test accuracy over our
# {{measured.seeds}} seeds was {{large_rate.test_accuracy.mean}} on average and {{large_rate.test_accuracy.max}} at best; guessing gives 20 %. With
# 0.0001 the average was {{fine_tuned.test_accuracy.mean}}.
#
# A head that has learnt nothing yet can do similar damage, as question A said. So **train the head first, with the base frozen; then thaw, and use a small learning rate.**
#
# ## What can go wrong: `trainable` without `compile`
#
# `fit` prepares its training step once, and that step keeps the list of weights that it changes. If you change `trainable` afterwards without compiling
# again, **the change has no effect, and Keras gives no warning**. We train a network with a frozen base, thaw the base, and train again, first without and then
# with `compile`:

# %% [markdown] lang="es"
# Las dos ejecuciones de ajuste fino parten de la red obtenida con la extracción de características. Con una tasa de aprendizaje de 0.03, la exactitud
# de prueba con nuestras {{measured.seeds}} semillas fue de {{large_rate.test_accuracy.mean}} de media y de {{large_rate.test_accuracy.max}} en el
# mejor caso; al azar se acierta un 20 %. Con 0.0001, la media fue de {{fine_tuned.test_accuracy.mean}}.
#
# Una cabeza que aún no ha aprendido nada puede causar un daño parecido, como decía la pregunta A. Por tanto, **primero entrena la cabeza, con la base
# congelada; después descongela y usa una tasa de aprendizaje pequeña.**
#
# ## Qué puede salir mal: `trainable` sin `compile`
#
# `fit` prepara su paso de entrenamiento una sola vez, y ese paso guarda la lista de los pesos que cambia. Si después modificas `trainable` sin volver a
# compilar, **el cambio no tiene ningún efecto, y Keras no avisa**. Entrenamos una red con la base congelada, descongelamos la base y entrenamos otra vez, primero sin
# `compile` y después con él:


# %%
def movement_in_fit(model):
    before = model.get_layer("base").get_weights()
    model.fit(x_new, y_new, batch_size=10, verbose=0)
    return max(movement(model, before))


model = borrowed()
movement_in_fit(model)
model.get_layer("base").trainable = True
without_compile = movement_in_fit(model)

compiled(model, learning_rate=1e-4)
with_compile = movement_in_fit(model)

# %% lang="en"
print("largest change of a weight in the base")
print(f"thawed, not compiled: {without_compile:.2g}")
print(f"thawed and compiled:  {with_compile:.2g}")

# %% lang="es"
print("mayor cambio de un peso de la base")
print(f"descongelada, sin compilar: {without_compile:.2g}")
print(f"descongelada y compilada:   {with_compile:.2g}")

# %% [markdown] lang="en"
# The same happens the other way round when a base is **frozen too late**. The network above has just been trained with a thawed base. If we freeze it
# now, it goes on learning until we compile:

# %% [markdown] lang="es"
# Lo mismo ocurre al revés, cuando una base se **congela demasiado tarde**. La red de arriba se acaba de entrenar con la base descongelada. Si ahora la
# congelamos, sigue aprendiendo hasta que compilamos:

# %%
model.get_layer("base").trainable = False
without_compile = movement_in_fit(model)

compiled(model, learning_rate=1e-4)
with_compile = movement_in_fit(model)

# %% lang="en"
print("largest change of a weight in the base")
print(f"frozen, not compiled: {without_compile:.2g}")
print(f"frozen and compiled:  {with_compile:.2g}")

# %% lang="es"
print("mayor cambio de un peso de la base")
print(f"congelada, sin compilar: {without_compile:.2g}")
print(f"congelada y compilada:   {with_compile:.2g}")

# %% [markdown] lang="en"
# **Compile after every change of `trainable`.** Before the first `fit`, Keras still notices a change, but do not rely on it. (If an error message
# speaks of an *unknown variable*, the cause is the same: the optimiser was made for other weights.)
#
# ### 2. Your turn: find the bug
#
# A colleague trained a head on a frozen base and now wants to fine-tune. After `her_thaw` the base does not change at all, however many epochs she
# trains. Write a function `thaw(model)` that prepares such a network for fine-tuning: base and head keep what they have learnt, and the next `fit`
# changes the base in small steps (Adam's usual rate, 0.001, is too large for that). It changes `model` itself and need not return anything. The base
# is the first layer; the labels are whole numbers of three classes.

# %% [markdown] lang="es"
# **Compila después de cada cambio de `trainable`.** Antes del primer `fit`, Keras todavía tiene en cuenta el cambio, pero no te fíes de eso. (Si un
# mensaje de error habla de una *unknown variable*, variable desconocida, la causa es la misma: el optimizador se creó para otros pesos).
#
# ### 2. Te toca: encuentra el error
#
# Una compañera entrenó una cabeza sobre una base congelada y ahora quiere hacer ajuste fino. Después de `her_thaw`, la base no cambia nada, por
# muchas épocas que entrene. Escribe una función `thaw(model)` que prepare una red así para el ajuste fino: la base y la cabeza deben conservar lo
# aprendido, y el siguiente `fit` debe cambiar la base con pasos pequeños (la tasa habitual de Adam, 0.001, es demasiado grande para eso). Modifica el
# propio `model` y no tiene que devolver nada. La base es la primera capa; las etiquetas son enteros, de tres clases.


# %% tags=["exercise"]
def her_thaw(model):
    model.layers[0].trainable = True


thaw = ...

check.thaw(thaw)
# check.thaw.hint()


# %% tags=["solution"]
def thaw(model):
    model.layers[0].trainable = True
    adam = keras.optimizers.Adam(1e-5)
    model.compile(adam, loss="sparse_categorical_crossentropy")


check.thaw(thaw)

# %% [markdown] lang="en"
# ## How much to borrow: a rule of thumb
#
# | your data | similar to the base's | different |
# |---|---|---|
# | **few** | features of the last layers | features of *earlier* layers |
# | **many** | fine-tune the last blocks | fine-tune everything, or train from scratch and compare |
#
# The first layers detect edges and colours, which are useful for any task. The layers after them typically detect parts, such as an ear or an eye,
# and the last layers detect what *their* task needed. Few data are not enough to retrain many weights. This is only a rule of thumb, so compare on
# your validation data.
#
# (A **block** is a group of neighbouring layers, such as a few convolutions and the pooling after them.)
#
# **B.** You have 40 X-ray pictures of two kinds of fracture, and a base trained on ImageNet, a large collection of everyday photos. How do you begin?
#
# - (a) Fine-tune all of the base, because X-rays are quite different from photos.
# - (b) Freeze the base and train a small head on its features; also try those of an earlier block.
# - (c) Train from scratch, because a base that knows only ImageNet's classes cannot help.

# %% [markdown] lang="es"
# ## Cuánto tomar prestado: una regla práctica
#
# | tus datos | parecidos a los de la base | distintos |
# |---|---|---|
# | **pocos** | características de las últimas capas | características de capas *anteriores* |
# | **muchos** | ajuste fino de los últimos bloques | ajuste fino de todo, o entrenar desde cero, y comparar |
#
# Las primeras capas detectan bordes y colores, que son útiles para cualquier tarea. Las que vienen después normalmente detectan partes, como una
# oreja o un ojo, y las últimas, lo que necesitaba *su* tarea. Con pocos datos no se pueden reentrenar muchos pesos. Es solo una regla práctica, así
# que compara con tus datos de validación.
#
# (Un **bloque** es un grupo de capas seguidas, por ejemplo unas convoluciones y el *pooling* que viene después).
#
# **B.** Tienes 40 radiografías de dos tipos de fractura y una base entrenada con ImageNet, una gran colección de fotos cotidianas. ¿Por dónde empiezas?
#
# - (a) Hacer ajuste fino de toda la base, porque las radiografías son muy distintas de las fotos.
# - (b) Congelar la base y entrenar una cabeza pequeña con sus características; probar también las de un bloque anterior.
# - (c) Entrenar desde cero, porque una base que solo conoce las clases de ImageNet no puede ayudar.

# %% tags=["exercise"]
answer = ...

check.quiz_few(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_few(answer)

# %% [markdown] lang="en"
# # Part two: the same with VGG16
#
# Now comes the real task: is there a dog or a cat in the photo? We have 2,000 photos to train with, 500 for validation and 500 for the test. The base
# is **VGG16**, and everything from part one applies: there is a base and a head; we first train the head on the frozen base, and fine-tune
# afterwards.
#
# The features that VGG16 computes from these photos come with the course. So you can train a head on VGG16's features now, without an internet
# connection, in about ten seconds. Cells that need the photos themselves (68 MB) or the weights of VGG16 (59 MB) say so where these are missing;
# `python3 -m helpers download` brings them.
#
# ## VGG16: what we borrow
#
# K. Simonyan and A. Zisserman of the University of Oxford published VGG16 in 2014. It was trained on ImageNet, 1.2 million photos of 1,000 classes,
# of which more than a hundred are breeds of dogs. The 16 is the number of its layers with weights: 13 convolutions and 3 dense layers. Keras builds
# it in one call:
#
# ```python
# base = keras.applications.VGG16(include_top=False, weights="imagenet", input_shape=(160, 160, 3))
# ```
#
# `weights="imagenet"` downloads the trained weights on first use. `include_top=False` leaves out the *top*, that is, the head. It tells apart
# ImageNet's 1,000 classes, many of them single breeds, and we need only two classes: cat and dog. To look at the architecture, no trained weights are
# needed:

# %% [markdown] lang="es"
# # Segunda parte: lo mismo con VGG16
#
# Ahora viene la tarea de verdad: ¿hay un perro o un gato en la foto? Tenemos 2000 fotos para entrenar, 500 para validar y 500 para la prueba. La base
# es **VGG16**, y todo lo de la primera parte sigue valiendo: hay una base y una cabeza; primero entrenamos la cabeza con la base congelada y después
# hacemos el ajuste fino.
#
# Las características que VGG16 calcula con estas fotos vienen con el curso. Por eso puedes entrenar ya una cabeza sobre las características de VGG16,
# sin conexión a internet y en unos diez segundos. Las celdas que necesitan las propias fotos (68 MB) o los pesos de VGG16 (59 MB) avisan si faltan;
# `python3 -m helpers download` los descarga.
#
# ## VGG16: lo que tomamos prestado
#
# K. Simonyan y A. Zisserman, de la Universidad de Oxford, publicaron VGG16 en 2014. Se entrenó con ImageNet: 1.2 millones de fotos de 1000 clases,
# más de cien de las cuales son razas de perro. El 16 es el número de capas con pesos: 13 convoluciones y 3 capas densas. Keras la construye con una
# sola llamada:
#
# ```python
# base = keras.applications.VGG16(include_top=False, weights="imagenet", input_shape=(160, 160, 3))
# ```
#
# `weights="imagenet"` descarga los pesos entrenados la primera vez que se usa. `include_top=False` deja fuera la *parte superior* (*top*), es decir,
# la cabeza. Esta distingue las 1000 clases de ImageNet, muchas de ellas razas concretas, y nosotros solo necesitamos dos: gato y perro. Para ver la
# arquitectura no hacen falta pesos entrenados:

# %% name="anatomy"
SIZE = 160
photo_runs = {}

anatomy = keras.applications.VGG16(
    include_top=False, weights=None, input_shape=(SIZE, SIZE, 3)
)
anatomy.summary()

# %% [markdown] lang="en"
# Read the table from top to bottom. There are **five blocks** of two or three convolutions, and each block ends with a pooling layer that halves height and width:
# 160, 80, 40, 20, 10, 5. The number of features grows at the same time, from 64 to 512. The output has shape (5, 5, 512): 512 features
# at each of 25 places. Pooling layers have no weights. The base has 14,714,688 weights, and nearly half of them are in block 5.
#
# `input_shape=(160, 160, 3)` is our choice: 160 can be halved five times without a remainder, and smaller photos are quicker to process than the 224 × 224 of the original.
#
# ### 3. Your turn: what `include_top=False` leaves out
#
# The original VGG16 takes photos of 224 × 224, so its base gives (7, 7, 512). The top flattens these numbers and continues with `Dense(4096)`, `Dense(4096)` and
# `Dense(1000)`. How many weights do these three layers have, biases included? You may give a number, such as `123_456`, or let Python compute it.

# %% [markdown] lang="es"
# Lee la tabla de arriba abajo. Hay **cinco bloques** de dos o tres convoluciones, y cada bloque termina con una capa de *pooling* que reduce a la
# mitad el alto y el ancho: 160, 80, 40, 20, 10, 5. Al mismo tiempo crece el número de características, de 64 a 512. La salida tiene forma (5, 5,
# 512): 512 características en cada una de las 25 posiciones. Las capas de *pooling* no tienen pesos. La base tiene 14 714 688 pesos, y casi la mitad están
# en el bloque 5.
#
# `input_shape=(160, 160, 3)` lo hemos elegido nosotros: 160 se puede dividir cinco veces entre dos sin que quede resto, y las fotos pequeñas se
# procesan más deprisa que las de 224 × 224 de la red original.
#
# ### 3. Te toca: lo que `include_top=False` deja fuera
#
# La VGG16 original recibe fotos de 224 × 224, así que su base da (7, 7, 512). La parte superior aplana estos números y sigue con `Dense(4096)`,
# `Dense(4096)` y `Dense(1000)`. ¿Cuántos pesos tienen estas tres capas, incluidos los sesgos? Puedes dar un número, como `123_456`, o dejar que lo
# calcule Python.

# %% tags=["exercise"]
top = ...

check.top_weights(top)
# check.top_weights.hint()

# %% tags=["solution"]
top = (7 * 7 * 512 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000

check.top_weights(top)

# %% [markdown] lang="en"
# Our head is far smaller. `GlobalAveragePooling2D` replaces the 25 values of each feature, one per place, by their mean, which leaves 512 numbers.
# After it come `Dropout(0.5)`, which is active only in training, and a single dense unit. Its activation, the **sigmoid**, turns a score into a
# probability between 0 and 1: here that of a dog (the label of a cat is 0, that of a dog 1). For two classes this does what softmax does for ten, and
# the loss that goes with it is called `binary_crossentropy`. `summary()` lists the frozen weights as *non-trainable*:

# %% [markdown] lang="es"
# Nuestra cabeza es mucho más pequeña. `GlobalAveragePooling2D` sustituye los 25 valores de cada característica, uno por posición, por su media; así
# quedan 512 números. Después vienen `Dropout(0.5)`, que solo actúa al entrenar, y una única unidad densa. Su activación, la **sigmoide** (`sigmoid`),
# convierte una puntuación en una probabilidad entre 0 y 1: aquí, la de que sea un perro (la etiqueta de un gato es 0 y la de un perro, 1). Con dos
# clases hace lo mismo que softmax con diez, y la pérdida que le corresponde se llama `binary_crossentropy`. `summary()` cuenta los pesos congelados
# como *non-trainable* (no entrenables):

# %%
anatomy.trainable = False
frozen = keras.Sequential(
    [
        keras.Input(shape=(SIZE, SIZE, 3)),
        anatomy,
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.5),
        layers.Dense(1, activation="sigmoid"),
    ]
)
frozen.summary()

# %% [markdown] lang="en"
# Of the weights, 513 are trained and 14,714,688 are not. Averaging over the places gives up the information *where* in the photo something is. (So do
# the dense layers of the original top: their outputs no longer belong to places of the photo.) For *cat or dog?* this does no harm: further down, a
# head that keeps the places reaches about the same accuracy.
#
# ## Each base has its own preprocessing
#
# A base works well only with inputs like those that it was trained on. VGG16 was trained on pixels in the order blue, green, red, from 0 to 255, minus
# ImageNet's mean colour. MobileNetV2, a smaller base made for phones, was trained on red, green, blue, from −1 to 1. Each base has its own
# `preprocess_input` for this. Here are both by hand, compared with Keras, on our photo of a cat:

# %% [markdown] lang="es"
# De los pesos se entrenan 513; los otros 14 714 688, no. Al promediar sobre las posiciones se pierde la información de *en qué sitio* de la foto está
# cada cosa. (También la pierden las capas densas de la parte superior original: sus salidas ya no corresponden a posiciones de la foto). Para *¿gato
# o perro?* eso no perjudica: más abajo, una cabeza que conserva las posiciones alcanza más o menos la misma exactitud.
#
# ## Cada base tiene su propio preprocesado
#
# Una base solo funciona bien con entradas como las de su entrenamiento. VGG16 se entrenó con píxeles en el orden azul, verde y rojo, de 0 a 255,
# menos el color medio de ImageNet. MobileNetV2, una base más pequeña pensada para teléfonos móviles, se entrenó con rojo, verde y azul, de −1 a 1.
# Para esto, cada base tiene su propio `preprocess_input`. Aquí están los dos calculados a mano y comparados con los de Keras, con nuestra foto de un
# gato:

# %%
vgg_input = keras.applications.vgg16.preprocess_input
mobilenet_input = keras.applications.mobilenet_v2.preprocess_input

own_images, own_names = own_photos(data.PHOTO, size=SIZE)
cat = own_images.astype("float32")
by_hand = cat[..., ::-1] - [103.939, 116.779, 123.68]
same(by_hand, vgg_input(cat.copy()))
same(cat / 127.5 - 1, mobilenet_input(cat.copy()))

# %% [markdown] lang="en"
# `copy` is needed because these functions may change the array that they are given. A wrong preprocessing raises no error, because the shapes fit; it
# only costs accuracy. Further down we measure how much.
#
# ### 4. Your turn: another base
#
# Write `prepare_and_extract(images)`. It gets photos of shape (N, 96, 96, 3), `uint8` from 0 to 255, and returns the features of **MobileNetV2**
# without its top: **one row of 1,280 features per photo**, the mean over the places. Use `my_base`. Its weights are random here, so that nothing has to be
# downloaded.

# %% [markdown] lang="es"
# `copy` es necesario porque estas funciones pueden modificar el array que reciben. Un preprocesado equivocado no da ningún error, porque las formas
# encajan; solo se pierde exactitud. Más abajo medimos cuánta.
#
# ### 4. Te toca: otra base
#
# Escribe `prepare_and_extract(images)`. Recibe fotos de forma (N, 96, 96, 3), `uint8` de 0 a 255, y devuelve las características de **MobileNetV2**
# sin su parte superior: **una fila de 1280 características por foto**, la media sobre las posiciones. Usa `my_base`. Aquí sus pesos son aleatorios, para
# que no haya que descargar nada.

# %% tags=["exercise"]
my_base = keras.applications.MobileNetV2(
    include_top=False, weights=None, input_shape=(96, 96, 3)
)

prepare_and_extract = ...

check.swap(prepare_and_extract, my_base)
# check.swap.hint()

# %% tags=["solution"]
my_base = keras.applications.MobileNetV2(
    include_top=False, weights=None, input_shape=(96, 96, 3)
)


def prepare_and_extract(images):
    inputs = keras.applications.mobilenet_v2.preprocess_input(images.astype("float32"))
    return my_base.predict(inputs, verbose=0).mean(axis=(1, 2))


check.swap(prepare_and_extract, my_base)

# %% [markdown] lang="en"
# You can swap in any base of `keras.applications` in this way, each with its own `preprocess_input`; the [list in Keras's
# documentation](https://keras.io/api/applications/) gives size and accuracy of each. VGG16 is one of the largest of them and, on ImageNet, one of the
# least accurate, but it is the easiest to understand: its layers simply follow one another, while newer networks branch.
#
# ## The head on VGG16's features
#
# We ran each photo through VGG16 once and averaged over the places. `data.vgg16_features()` loads the result:

# %% [markdown] lang="es"
# De esta manera puedes usar cualquiera de las bases de `keras.applications`, cada una con su propio `preprocess_input`; la [lista de la documentación
# de Keras](https://keras.io/api/applications/) da el tamaño y la exactitud de cada una. VGG16 es una de las más grandes y, en ImageNet, una de las
# menos exactas, pero es la más fácil de entender: sus capas simplemente van una tras otra, mientras que las redes más nuevas se ramifican.
#
# ## La cabeza, con las características de VGG16
#
# Hemos pasado cada foto una vez por VGG16 y hemos promediado sobre las posiciones. `data.vgg16_features()` carga el resultado:

# %%
features = data.vgg16_features()

# %% lang="en"
for name, (x, y) in features.items():
    count, dogs = f"{len(x):,}", f"{100 * y.mean():.0f} % dogs"
    print(f"{name:15}{count:>6} photos, {x.shape[1]} features each, {dogs}")

# %% lang="es"
for name, (x, y) in features.items():
    count, dogs = f"{len(x)}", f"{100 * y.mean():.0f} % de perros"
    print(f"{name:15}{count:>6} fotos, {x.shape[1]} características cada una, {dogs}")

# %% [markdown] lang="en"
# What test accuracy do you expect of a head with 513 weights on these features? With 500 test photos, chance alone can move the accuracy by about ±2
# percentage points.

# %% [markdown] lang="es"
# ¿Qué exactitud de prueba esperas de una cabeza de 513 pesos con estas características? Con 500 fotos de prueba, el azar por sí solo puede mover la
# exactitud unos ±2 puntos porcentuales.

# %%
guess("vgg16_features", test_accuracy=...)

# %%
def head():
    keras.utils.set_random_seed(SEED)
    dropout, answer = layers.Dropout(0.5), layers.Dense(1, activation="sigmoid")
    return keras.Sequential([keras.Input(shape=(512,)), dropout, answer])


def fit_and_record(name, model, sets, epochs=30, learning_rate=1e-3):
    adam = keras.optimizers.Adam(learning_rate)
    model.compile(adam, "binary_crossentropy", metrics=["accuracy"])
    start = time.perf_counter()
    options = {"callbacks": [TqdmCallback(verbose=0)], "verbose": 0}
    history = model.fit(
        *sets["train"], validation_data=sets["val"], epochs=epochs, **options
    )
    seconds = time.perf_counter() - start
    exam = model.evaluate(*sets["test"], return_dict=True, verbose=0)
    return record(name, history, exam, seconds)


# %%
vgg_head = head()
photo_runs["vgg16_features"] = fit_and_record("vgg16_features", vgg_head, features)
plots.curves(photo_runs["vgg16_features"])

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was **{{vgg16_features.test_accuracy}}** after 30 epochs, which take about ten seconds in all.
# The features were computed once, and the head has so few weights that it hardly overfits. During training the accuracy is lower than in validation,
# because dropout is active only in training.
#
# ### 5. Your turn: 100 photos
#
# How far do you get with **100** photos instead of 2,000? Train a network only on these 100 photos, 50 cats and 50 dogs: their features are `few_x`,
# their labels `few_y`. You may also use `few_mirrored`, the features of the same photos mirrored, with the same labels. Call your trained network `my_head`: it takes rows of 512 features and answers with the
# probability of a dog. Try to reach **95 %** on the 500 validation photos. There is more than one way. If it is not enough, change something and train
# again, and ask yourself: on which data do I choose my settings?

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue de **{{vgg16_features.test_accuracy}}** tras 30 épocas, que en total duran unos
# diez segundos. Las características se calcularon una sola vez, y la cabeza tiene tan pocos pesos que apenas sobreajusta. Durante el entrenamiento la
# exactitud es menor que en validación, porque el *dropout* solo actúa al entrenar.
#
# ### 5. Te toca: 100 fotos
#
# ¿Hasta dónde llegas con **100** fotos en vez de 2000? Entrena una red solo con estas 100 fotos, 50 de gatos y 50 de perros: sus características son
# `few_x` y sus etiquetas, `few_y`. También puedes usar `few_mirrored`, las características de las mismas fotos reflejadas, con las mismas etiquetas.
# Llama `my_head` a tu red ya entrenada: recibe filas de 512 características y responde con la probabilidad de que sea un perro. Intenta llegar al **95 %**
# con las 500 fotos de validación. Hay más de una manera. Si no basta, cambia algo y entrena otra vez, y pregúntate: ¿con qué datos elijo mis ajustes?

# %% tags=["exercise"]
chosen = np.r_[0:50, 1_000:1_050]
few_x, few_y = (part[chosen] for part in features["train"])
few_mirrored = features["train_mirrored"][0][chosen]

my_head = ...

check.few_photos(my_head)
# check.few_photos.hint()

# %% tags=["solution"]
chosen = np.r_[0:50, 1_000:1_050]
few_x, few_y = (part[chosen] for part in features["train"])
few_mirrored = features["train_mirrored"][0][chosen]

keras.utils.set_random_seed(SEED)
my_head = keras.Sequential(
    [
        keras.Input(shape=(512,)),
        layers.Dense(64, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1, activation="sigmoid"),
    ]
)
my_head.compile("adam", "binary_crossentropy")
both_x, both_y = np.concatenate([few_x, few_mirrored]), np.tile(few_y, 2)
my_head.fit(both_x, both_y, epochs=40, batch_size=20, verbose=0)

check.few_photos(my_head)

# %% [markdown] lang="en"
# If you tried several settings, you chose among them on the validation photos, so the accuracy that you reached there is a little too optimistic. The
# test photos have not been used for this.
#
# ## How many photos does it take?
#
# We train the same head on 100 and on 500 of the photos. Each photo is used 20 or 4 times in each epoch, so that both runs take as many steps as the one with 2,000 photos:

# %% [markdown] lang="es"
# Si has probado varios ajustes, los has elegido con las fotos de validación, así que la exactitud que has alcanzado con ellas es un poco optimista.
# Las fotos de prueba no se han usado para eso.
#
# ## ¿Cuántas fotos hacen falta?
#
# Entrenamos la misma cabeza con 100 y con 500 de las fotos. Cada foto se usa 20 o 4 veces en cada época, para que ambas ejecuciones den tantos pasos como la de 2000 fotos:

# %%
for count in (100, 500):
    chosen = np.r_[0 : count // 2, 1_000 : 1_000 + count // 2]
    times = 2_000 // count
    x, y = (np.repeat(part[chosen], times, axis=0) for part in features["train"])
    name = f"vgg16_{count}_photos"
    photo_runs[name] = fit_and_record(name, head(), {**features, "train": (x, y)})

sizes = {100: "vgg16_100_photos", 500: "vgg16_500_photos", 2_000: "vgg16_features"}
accuracies = [100 * photo_runs[name].test_accuracy for name in sizes.values()]

# %% lang="en"
for count, accuracy in zip(sizes, accuracies, strict=True):
    print(f"{count:5,} photos: test accuracy {accuracy:.1f} %")

# %% lang="es"
for count, accuracy in zip(sizes, accuracies, strict=True):
    print(f"{count:5} fotos: exactitud de prueba {accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was {{vgg16_100_photos.test_accuracy}} with 100 photos, {{vgg16_500_photos.test_accuracy}} with 500
# and {{vgg16_features.test_accuracy}} with 2,000. With borrowed features, a few hundred photos are enough for a high accuracy. For comparison: a small
# network that learns from all 2,000 photos without a base reaches {{small_cnn_long.test_accuracy}}, as you will see below.
#
# ## Augmentation with kept features
#
# If the photos are altered at random, their features cannot be computed once and kept (question C asks why): in each epoch, all photos have to go
# through the base again. But one alteration can be computed in advance: the mirrored photo. So we train on 4,000 rows, the features of the photos and
# of their mirror images. 15 epochs of them are as many steps as 30 epochs of 2,000:

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue de {{vgg16_100_photos.test_accuracy}} con 100 fotos,
# {{vgg16_500_photos.test_accuracy}} con 500 y {{vgg16_features.test_accuracy}} con 2000. Con características prestadas, unos cientos de fotos bastan para
# una exactitud alta. Para comparar: una red pequeña que aprende de las 2000 fotos, sin base, alcanza {{small_cnn_long.test_accuracy}}, como verás más
# abajo.
#
# ## Aumento de datos con características guardadas
#
# Si las fotos se transforman al azar, no se pueden calcular sus características una vez y guardarlas (la pregunta C pide el porqué): en cada época,
# todas las fotos tienen que pasar otra vez por la base. Pero hay una transformación que sí se puede calcular de antemano: la foto reflejada. Así que
# entrenamos con 4000 filas: las características de las fotos y las de sus reflejos. Con ellas, 15 épocas dan tantos pasos como 30 con 2000:

# %%
(x, y), (mirrored, _) = features["train"], features["train_mirrored"]
doubled = {**features, "train": (np.concatenate([x, mirrored]), np.tile(y, 2))}
photo_runs["vgg16_mirrored"] = fit_and_record(
    "vgg16_mirrored", head(), doubled, epochs=15
)

# %% lang="en"
for name in ("vgg16_features", "vgg16_mirrored"):
    print(f"{name:15} test accuracy {100 * photo_runs[name].test_accuracy:.1f} %")

# %% lang="es"
for name in ("vgg16_features", "vgg16_mirrored"):
    accuracy = 100 * photo_runs[name].test_accuracy
    print(f"{name:15} exactitud de prueba {accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was {{vgg16_features.test_accuracy}} without and {{vgg16_mirrored.test_accuracy}} with the mirrored
# photos. The difference is within what chance alone can do with a test set of 500 photos. This is the trade-off of augmenting in advance: it is quick,
# but it needs more memory and the variety is limited.
#
# **C.** Why can features not be computed once if the photos are altered anew in every epoch?
#
# - (a) Because a frozen base gives other features for the same photo in every epoch.
# - (b) Because the base gets a different picture each time, and different pictures have different features.
# - (c) Because augmentation changes the weights of the base.

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue de {{vgg16_features.test_accuracy}} sin las fotos reflejadas y de
# {{vgg16_mirrored.test_accuracy}} con ellas. La diferencia no supera la que el azar por sí solo puede causar con un conjunto de prueba de 500 fotos. Esto
# es lo que se gana y se pierde al aumentar los datos de antemano: es rápido, pero necesita más memoria y la variedad es limitada.
#
# **C.** ¿Por qué no se pueden calcular las características una sola vez si las fotos se transforman de nuevo en cada época?
#
# - (a) Porque una base congelada da otras características para la misma foto en cada época.
# - (b) Porque la base recibe cada vez una imagen distinta, y cada imagen tiene sus propias características.
# - (c) Porque el aumento de datos cambia los pesos de la base.

# %% tags=["exercise"]
answer = ...

check.quiz_once(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_once(answer)

# %% [markdown] lang="en"
# ## Photos from folders, as a stream
#
# From here on we work with the photos themselves. `image_dataset_from_directory` reads them only when they are needed, resizes each to 160 × 160 pixels,
# which distorts photos that are not square, and takes the label from the folder's name, in alphabetical order: cats 0, dogs 1. (It replaces
# `ImageDataGenerator(...).flow_from_directory(...)` of older courses, and `fit` replaces `fit_generator`.)
#
# The photos come from an archive with two folders, `train` and `validation`. It has no test set, and some courses therefore test on `validation`. **Never test on data that you used to choose something.** So we
# halve that folder with `shard`: every other photo is for the test.

# %% [markdown] lang="es"
# ## Fotos desde carpetas, leídas sobre la marcha
#
# A partir de aquí trabajamos con las propias fotos. `image_dataset_from_directory` las lee solo cuando hacen falta, cambia el tamaño de cada una a
# 160 × 160 píxeles, lo que deforma las fotos que no son cuadradas, y toma la etiqueta del nombre de la carpeta, por orden alfabético: gatos (*cats*) 0,
# perros (*dogs*) 1. (Sustituye a `ImageDataGenerator(...).flow_from_directory(...)`, de cursos más antiguos, y `fit` sustituye a `fit_generator`).
#
# Las fotos vienen en un archivo comprimido con dos carpetas, `train` y `validation`. No trae conjunto de prueba, y por eso algunos cursos usan
# `validation` para la prueba. **Nunca hagas la prueba con datos que hayas usado para elegir algo.** Así que partimos esa carpeta en dos mitades con
# `shard`: una de cada dos fotos es para la prueba.

# %%
# %%needs photos
train_folder, rest_folder = data.cats_and_dogs()


def stream(folder, **options):
    return keras.utils.image_dataset_from_directory(
        folder, image_size=(SIZE, SIZE), label_mode="binary", verbose=False, **options
    )


train_photos = stream(train_folder, batch_size=None, shuffle=False)
rest = stream(rest_folder, batch_size=None, shuffle=False)
photos = {"train": train_photos, "val": rest.shard(2, 0), "test": rest.shard(2, 1)}
labels = {
    name: np.concatenate([y for _, y in part.batch(500)])[:, 0]
    for name, part in photos.items()
}

# %% lang="en"
# %%needs photos
for name, part in photos.items():
    print(f"{name:6} {part.cardinality().numpy():5,} photos")

# %% lang="es"
# %%needs photos
for name, part in photos.items():
    print(f"{name:6} {part.cardinality().numpy():5} fotos")

# %% [markdown] lang="en"
# As an array of decimal numbers, the 2,000 training photos would take 0.6 GB, and a million photos 307 GB. A stream holds only a few batches in
# memory, however many photos there are. We check this: we watch the memory of this process while it reads an eighth of the training photos, and then
# all 2,000:

# %% [markdown] lang="es"
# En un array de números decimales, las 2000 fotos de entrenamiento ocuparían 0.6 GB, y un millón de fotos, 307 GB. Si se leen sobre la marcha, solo
# hay unos pocos lotes en memoria, por muchas fotos que sean. Vamos a comprobarlo: observamos la memoria de este proceso mientras lee una octava parte
# de las fotos y, después, mientras las lee todas:

# %%
# %%needs photos
process = psutil.Process()


def peak_memory(batches):
    return max(process.memory_info().rss for _ in batches)


all_batches = stream(train_folder, batch_size=10, seed=SEED)
eighth = peak_memory(all_batches.take(max(1, len(all_batches) // 8)))
everything = peak_memory(all_batches)

# %% lang="en"
# %%needs photos
print(f"most memory while an eighth was read:   {eighth / 1e6:6,.0f} MB")
print(f"most memory while all photos were read: {everything / 1e6:6,.0f} MB")

# %% lang="es"
# %%needs photos
print(f"memoria máxima al leer una octava parte: {eighth / 1e6:6.0f} MB")
print(f"memoria máxima al leer todas las fotos:  {everything / 1e6:6.0f} MB")

# %% [markdown] lang="en"
# If the two figures are nearly the same, only a few batches were in memory at any time. A batch of ten photos takes 3 MB; nearly all of the memory
# shown is TensorFlow and what the cells above have left.
#
# For training we give up this advantage for speed: `cache` keeps the decoded photos in memory as whole numbers (154 MB for the 2,000), so that they are
# read only once. Leave it out when your photos do not fit. `prefetch` prepares the next batch while the network works on the current one. `fit` gets
# `shuffle=False`, because the stream is shuffled already.
#
# ## A small network from scratch
#
# What can a network learn from these 2,000 photos without a base? Its convolutions are like those of lesson 01. The single output is the probability of a
# dog. We train it for ten epochs, to see how it begins. Which test accuracy do you expect after them? Guessing would give 50 %.

# %% [markdown] lang="es"
# Si las dos cifras son casi iguales, en ningún momento hubo más que unos pocos lotes en memoria. Un lote de diez fotos ocupa 3 MB; casi toda la
# memoria que se muestra es de TensorFlow y de lo que han dejado las celdas anteriores.
#
# Para entrenar renunciamos a esta ventaja a cambio de velocidad: `cache` guarda en memoria las fotos ya decodificadas, como números enteros (154 MB las
# 2000), para leerlas una sola vez. Quítalo cuando tus fotos no quepan. `prefetch` prepara el lote siguiente mientras la red trabaja con el actual. `fit`
# recibe `shuffle=False`, porque las fotos ya llegan barajadas.
#
# ## Una red pequeña desde cero
#
# ¿Qué puede aprender una red con estas 2000 fotos, sin una base? Sus convoluciones son como las de la lección 01. Su única salida es la
# probabilidad de que sea un perro. La entrenamos diez épocas, para ver cómo empieza. ¿Qué exactitud de prueba esperas al final? Al azar se acertaría
# un 50 %.

# %%
guess("small_cnn", test_accuracy=...)

# %% name="small_cnn"
# %%needs photos
def small_cnn(*first):
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input(shape=(SIZE, SIZE, 3)), *first])
    model.add(layers.Rescaling(1 / 255))
    for filters, strides in ((16, 2), (32, 1), (64, 1)):
        model.add(layers.Conv2D(filters, 3, strides=strides, activation="relu"))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


# %%
# %%needs photos
def pipeline(part, shuffle=False):
    kept = part.map(lambda x, y: (tf.cast(x, "uint8"), y)).cache()
    if shuffle:
        kept = kept.shuffle(2_000, seed=SEED)
    return kept.batch(32).prefetch(tf.data.AUTOTUNE)


batches = {name: pipeline(part, name == "train") for name, part in photos.items()}
from_scratch = small_cnn()
from_scratch.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = from_scratch.fit(
    batches["train"],
    validation_data=batches["val"],
    epochs=10,
    callbacks=[TqdmCallback(verbose=0)],
    shuffle=False,
    verbose=0,
)
exam = from_scratch.evaluate(batches["test"], return_dict=True, verbose=0)
del batches
photo_runs["small_cnn"] = record("small_cnn", history, exam)
plots.curves(photo_runs["small_cnn"])

# %% [markdown] lang="en"
# You know this picture from lesson 01: the training accuracy rises above the validation accuracy. So we try augmentation, as in lesson 02: we mirror
# the photos, turn them by up to 36° and zoom in or out by up to 20 %. Here is our cat, altered eight times:

# %% [markdown] lang="es"
# Esta gráfica ya la conoces de la lección 01: la exactitud de entrenamiento queda por encima de la de validación. Así que probamos el aumento de
# datos, como en la lección 02: reflejamos las fotos, las giramos hasta 36° y las ampliamos o reducimos hasta un 20 %. Aquí tienes a nuestro gato,
# transformado ocho veces:

# %% name="photo_augmentation"
def photo_augmentation():
    return keras.Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.2),
        ],
        name="augmentation",
    )


# %%
keras.utils.set_random_seed(SEED)
altered = photo_augmentation()(np.repeat(cat, 8, axis=0), training=True)
plots.side_by_side(
    columns=4, **{str(number): x / 255 for number, x in enumerate(np.array(altered), 1)}
)

# %% [markdown] lang="en"
# Where turning or zooming out leaves an edge empty, Keras mirrors the photo there (`fill_mode="reflect"`, the default). In a photo this is less
# conspicuous than the black corners that `"constant"` would give. There are two more settings: `"nearest"`, the default of `ImageDataGenerator`,
# repeats the last pixel at the edge, and `"wrap"` continues with the opposite side of the photo.
#
# With altered photos a network learns more slowly, so ten epochs would show nothing. And altering takes time: on a CPU, 60 epochs take many minutes.
# We therefore trained both networks for 60 epochs with {{long.seeds}} seeds, and recorded their curves. You see the means over the seeds:

# %% [markdown] lang="es"
# Donde un giro o una reducción deja vacío un borde, Keras refleja ahí la foto (`fill_mode="reflect"`, el valor por defecto). En una foto se nota
# menos que las esquinas negras que dejaría `"constant"`. Hay otras dos opciones: `"nearest"`, el valor por defecto de `ImageDataGenerator`, repite el
# último píxel del borde, y `"wrap"` continúa con el lado opuesto de la foto.
#
# Con fotos transformadas, una red aprende más despacio, así que diez épocas no mostrarían nada. Además, transformar las fotos lleva tiempo: en una
# CPU, 60 épocas duran muchos minutos. Por eso hemos entrenado las dos redes durante 60 épocas con {{long.seeds}} semillas y hemos guardado sus
# curvas. Lo que ves son las medias de todas las semillas:

# %%
long_runs = recorded("small_cnn_long"), recorded("small_cnn_augmented_long")
display(figures.compare(*long_runs))
figures.compare(*long_runs, metric="loss")

# %% [markdown] lang="en"
# To train it yourself, on a GPU for instance, use `small_cnn(photo_augmentation())`, 60 epochs, and the cell with `compile` and `fit` in *A small network from scratch*.
# On Colab you get a GPU with *Runtime › Change runtime type*; there an epoch takes seconds.
#
# **D.** Which statement do these curves support?
#
# - (a) Without augmentation the network should have been trained longer.
# - (b) With augmentation the network does not learn, because its training accuracy is lower.
# - (c) With augmentation, validation accuracy and loss go on improving long after the other run has begun to overfit.
# - (d) Augmentation has made the training set larger, so an epoch sees more photos.

# %% [markdown] lang="es"
# Para entrenarla tú, por ejemplo en una GPU, usa `small_cnn(photo_augmentation())`, 60 épocas y la celda con `compile` y `fit` de *Una red pequeña desde cero*.
# En Colab obtienes una GPU con *Entorno de ejecución › Cambiar tipo de entorno de ejecución*; con ella, una época tarda segundos.
#
# **D.** ¿Qué afirmación apoyan estas curvas?
#
# - (a) Sin aumento de datos, la red tendría que haberse entrenado más tiempo.
# - (b) Con aumento de datos la red no aprende, porque su exactitud de entrenamiento es menor.
# - (c) Con aumento de datos, la exactitud y la pérdida de validación siguen mejorando mucho después de que la otra red haya empezado a sobreajustar.
# - (d) El aumento de datos ha hecho más grande el conjunto de entrenamiento, así que en una época se ven más fotos.

# %% tags=["exercise"]
answer = ...

check.quiz_curves(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_curves(answer)

# %% [markdown] lang="en"
# On the test photos the accuracy was {{small_cnn_long.test_accuracy}} without and **{{small_cnn_augmented_long.test_accuracy}} with augmentation**.
# The features of VGG16 gave {{vgg16_features.test_accuracy}}, after about ten seconds of training.
#
# ## Computing the features yourself
#
# The bundled features were computed with code like that of the next cells. We keep what comes out of **block 4**, because we want to fine-tune block
# 5 later: as long as blocks 1 to 4 are frozen, each photo has to go through them only once. `models.cached` keeps the result in `runs/cache/`.
#
# (The name of the file contains a short code. It changes when the photos, the network with its weights, or the preprocessing change, so that old
# features are never taken for new ones. For the photos the code comes from `fingerprint`; for the preprocessing, from what it does to `probe`, a tiny
# made-up photo. `models.pretrained_base` builds the same network as `keras.applications.VGG16(include_top=False, …)` and loads the trained weights
# from the course's data folder.)
#
# The first run of the cell that loads VGG16 takes two to twelve minutes on two CPU cores, depending on what else the machine is doing, and about 310
# MB of disk space. After that the features are read from the disk.

# %% [markdown] lang="es"
# Con las fotos de prueba, la exactitud fue de {{small_cnn_long.test_accuracy}} sin aumento de datos y de **{{small_cnn_augmented_long.test_accuracy}}
# con él**. Con las características de VGG16 fue de {{vgg16_features.test_accuracy}}, con unos diez segundos de entrenamiento.
#
# ## Calcular tú las características
#
# Las características que vienen con el curso se calcularon con un código como el de las celdas siguientes. Guardamos lo que sale del **bloque 4**,
# porque más adelante queremos hacer ajuste fino del bloque 5: mientras los bloques 1 a 4 estén congelados, cada foto tiene que pasar por ellos una
# sola vez. `models.cached` guarda el resultado en `runs/cache/`.
#
# (El nombre del archivo contiene un código corto. Cambia si cambian las fotos, la red con sus pesos o el preprocesado, para que nunca se tomen
# características viejas por nuevas. El código de las fotos viene de `fingerprint`; el del preprocesado, de lo que este hace con `probe`, una foto
# diminuta inventada. `models.pretrained_base` construye la misma red que `keras.applications.VGG16(include_top=False, …)` y carga los pesos
# entrenados de la carpeta de datos del curso).
#
# La primera ejecución de la celda que carga VGG16 tarda entre dos y doce minutos en dos núcleos de CPU, según lo ocupada que esté la máquina, y
# necesita unos 310 MB en el disco. A partir de entonces, las características se leen del disco.

# %%
# %%needs photos
photos_mark = models.fingerprint(train_folder, rest_folder)
probe = np.linspace(0, 255, 48, dtype="float32").reshape(1, 4, 4, 3)


def extract(base, prepare, name, part):
    def compute():
        inputs = part.batch(25).map(lambda x, y: prepare(x)).prefetch(1)
        steps = tqdm(inputs, desc=f"{base.name} {name}", leave=False)
        maps = [base.predict_on_batch(batch).astype("float16") for batch in steps]
        return np.concatenate(maps)

    depends_on = [photos_mark, base, name, np.asarray(prepare(probe.copy()))]
    return models.cached(f"{base.name}_{name}", depends_on, compute)


# %% [markdown] lang="en"
# The output of block 4 is too large to be converted to an array of decimal numbers in one piece: 600 MB for all photos. So we read it from the file
# batch by batch. Whatever your data are, a `PyDataset` of your own gives `fit`, `evaluate` and `predict` one batch at a time. It needs only two
# methods: `__len__` (how many batches there are) and `__getitem__` (the batch of this number). `on_epoch_end` gives the training photos another order
# in the next epoch.
#
# The next cell is that class. The one after it cuts VGG16 in two with `keras.Model(inputs, outputs)`, Keras's *functional API*: you name two places
# of a network, and Keras makes a model of the layers between them. The new model shares these layers, with their weights, with the old one; nothing
# is copied. Then we ask whether our features are the bundled ones: we compare the mean over the 25 places of each photo with what we loaded.

# %% [markdown] lang="es"
# La salida del bloque 4 es demasiado grande para convertirla de una vez en un array de números decimales: 600 MB para todas las fotos. Por eso la
# leemos del archivo lote a lote. Sean cuales sean tus datos, un `PyDataset` propio entrega los lotes de uno en uno a `fit`, `evaluate` y `predict`.
# Solo necesita dos métodos: `__len__` (cuántos lotes hay) y `__getitem__` (el lote de ese número). `on_epoch_end` da a las fotos de entrenamiento
# otro orden en la época siguiente.
#
# La celda siguiente es esa clase. La que viene después divide VGG16 en dos con `keras.Model(entradas, salidas)`, la *API funcional* de Keras: indicas
# dos puntos de una red y Keras crea un modelo con las capas que hay entre ellos. El modelo nuevo comparte esas capas y sus pesos con la red de antes;
# no se copia nada. Después comprobamos si nuestras características son las que vienen con el curso: comparamos la media sobre las 25 posiciones de
# cada foto con lo que hemos cargado.


# %% name="generator"
class Kept(keras.utils.PyDataset):
    def __init__(self, maps, labels, seed=None):
        super().__init__()
        self.maps, self.labels, self.order = maps, labels, np.arange(len(maps))
        self.random = None if seed is None else np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self):
        if self.random:
            self.random.shuffle(self.order)

    def __len__(self):
        return -(-len(self.order) // 32)

    def __getitem__(self, number):
        chosen = np.sort(self.order[32 * number : 32 * number + 32])
        return self.maps[chosen].astype("float32"), self.labels[chosen]


# %%
# %%needs photos vgg16
vgg = models.pretrained_base("VGG16", SIZE)
vgg.trainable = False
middle = vgg.get_layer("block4_pool").output
block4 = keras.Model(vgg.input, middle, name="vgg16_block4")
block5 = keras.Model(middle, vgg.output, name="block5")

block4_maps = {
    name: extract(block4, vgg_input, name, part) for name, part in photos.items()
}
kept = {name: Kept(maps, labels[name]) for name, maps in block4_maps.items()}
vgg_maps = {name: block5.predict(part, verbose=0) for name, part in kept.items()}

# %%
# %%needs photos vgg16
apart = {}
for name, maps in vgg_maps.items():
    ours, bundled = maps.mean(axis=(1, 2)), features[name][0][: len(maps)]
    apart[name] = 100 * np.abs(ours - bundled).mean() / bundled.mean()

# %% lang="en"
# %%needs photos vgg16
print("output of block 4 for the training photos: shape", block4_maps["train"].shape)
print("output of block 5 for the training photos: shape", vgg_maps["train"].shape)
for name, share in apart.items():
    print(f"{name:6} mean difference from the bundled features: {share:.2f} %")

# %% lang="es"
# %%needs photos vgg16
print("salida del bloque 4, fotos de entrenamiento: forma", block4_maps["train"].shape)
print("salida del bloque 5, fotos de entrenamiento: forma", vgg_maps["train"].shape)
for name, share in apart.items():
    print(f"{name:6} diferencia media con las características del curso: {share:.2f} %")

# %% [markdown] lang="en"
# With the photos that we used (their short side had been resized to 168 pixels) the difference is only rounding. With the photos in their original size,
# as you download them, the features differ a little, and so will your figures.
#
# How much time do kept features save? We time 50 photos through VGG16 and extrapolate to 30 epochs of 2,000 photos:

# %% [markdown] lang="es"
# Con las fotos que usamos nosotros (reducidas de modo que su lado corto midiera 168 píxeles), la diferencia es solo de redondeo. Con las fotos en su
# tamaño original, tal como las descargas, las características son un poco distintas, y tus cifras también lo serán.
#
# ¿Cuánto tiempo se ahorra al guardar las características? Medimos lo que tardan 50 fotos en pasar por VGG16 y lo extrapolamos a 30 épocas de 2000
# fotos:

# %%
# %%needs photos vgg16
fifty = vgg_input(np.repeat(cat, 50, axis=0))
vgg.predict(fifty[:25], batch_size=25, verbose=0)
start = time.perf_counter()
vgg.predict(fifty, batch_size=25, verbose=0)
once = 40 * (time.perf_counter() - start)
head_alone = photo_runs["vgg16_features"].seconds

# %% lang="en"
# %%needs photos vgg16
print(f"features computed once:          {once + head_alone:6,.0f} s")
print(f"features computed in each epoch: {30 * once + head_alone:6,.0f} s")

# %% lang="es"
# %%needs photos vgg16
print(f"características calculadas una vez:       {once + head_alone:6.0f} s")
print(f"características calculadas en cada época: {30 * once + head_alone:6.0f} s")

# %% [markdown] lang="en"
# The last figure, *features computed in each epoch*, is the price of augmentation at random: all photos have to go through VGG16 again in each epoch.
# This is how older courses train, with one network from the photo to the answer:
#
# ```python
# inputs = keras.Input((SIZE, SIZE, 3))
# x = photo_augmentation()(inputs)
# x = vgg(vgg_input(x))
# x = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))
# whole = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
# whole.compile("adam", "binary_crossentropy", metrics=["accuracy"])
# shuffled, val_batches = pipeline(photos["train"], True), pipeline(photos["val"])
# whole.fit(shuffled, validation_data=val_batches, epochs=30, shuffle=False)
# ```
#
# The augmentation layers alter photos only in training, and `vgg` is frozen, so only the 513 weights of the head learn. We have not measured the
# accuracy of this network; try it on a GPU.
#
# ## What can go wrong: the wrong preprocessing
#
# Older courses feed VGG16 with pixels divided by 255, as we do with our own networks. This raises no error. How much accuracy does it cost? We
# computed features of such an input, too, and `data.vgg16_features(divided=True)` loads them: those of 500 training photos, the same 500 as above, and of all
# validation and test photos. You can compute them yourself with `vgg.predict(pixels / 255).mean(axis=(1, 2))`. The head is trained as `vgg16_500_photos` was, whose test accuracy was
# {{vgg16_500_photos.test_accuracy}}. Which one do you expect with pixels divided by 255?

# %% [markdown] lang="es"
# La última cifra, *características calculadas en cada época*, es el precio del aumento al azar: en cada época, todas las fotos tienen que pasar otra
# vez por VGG16. Así se entrena en los cursos más antiguos, con una sola red que va de la foto a la respuesta:
#
# ```python
# inputs = keras.Input((SIZE, SIZE, 3))
# x = photo_augmentation()(inputs)
# x = vgg(vgg_input(x))
# x = layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))
# whole = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
# whole.compile("adam", "binary_crossentropy", metrics=["accuracy"])
# shuffled, val_batches = pipeline(photos["train"], True), pipeline(photos["val"])
# whole.fit(shuffled, validation_data=val_batches, epochs=30, shuffle=False)
# ```
#
# Las capas de aumento solo transforman las fotos al entrenar, y `vgg` está congelada, así que solo aprenden los 513 pesos de la cabeza. No hemos
# medido la exactitud de esta red; pruébala en una GPU.
#
# ## Qué puede salir mal: el preprocesado equivocado
#
# Los cursos más antiguos dan a VGG16 los píxeles divididos entre 255, como hacemos con nuestras propias redes. Eso no produce ningún error. ¿Cuánta
# exactitud se pierde? También hemos calculado las características de esa entrada, y `data.vgg16_features(divided=True)` las carga: las de 500 fotos de
# entrenamiento, las mismas 500 de antes, y las de todas las fotos de validación y de prueba. Puedes calcularlas con `vgg.predict(pixels / 255).mean(axis=(1, 2))`. La cabeza se
# entrena como la de `vgg16_500_photos`, cuya exactitud de prueba fue de {{vgg16_500_photos.test_accuracy}}. ¿Cuál esperas con los píxeles divididos entre
# 255?

# %%
guess("wrong_input", test_accuracy=...)

# %%
wrong = data.vgg16_features(divided=True)
x, y = (np.repeat(part, 4, axis=0) for part in wrong["train"])
photo_runs["wrong_input"] = fit_and_record(
    "wrong_input", head(), {**wrong, "train": (x, y)}
)

# %% lang="en"
for name in ("vgg16_500_photos", "wrong_input"):
    print(f"{name:16} test accuracy {100 * photo_runs[name].test_accuracy:.1f} %")

# %% lang="es"
for name in ("vgg16_500_photos", "wrong_input"):
    accuracy = 100 * photo_runs[name].test_accuracy
    print(f"{name:16} exactitud de prueba {accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy of the head that learnt from 500 photos was {{vgg16_500_photos.test_accuracy}} with VGG16's own
# preprocessing and {{wrong_input.test_accuracy}} with pixels divided by 255.
#
# The published 90.4 % (Torres) and 90.3 % (Chollet) were obtained with pixels divided by 255, too, but with all 2,000 photos and with the large head of
# the next section. The wrong preprocessing is one likely cause of their distance from our {{vgg16_features.test_accuracy}}. We have not repeated their
# whole recipe.
#
# ## A large head instead of a small one
#
# Older courses put `Flatten` and `Dense(256)` on the base: about two million weights with photos of 150 × 150, more than three million with ours. Is the larger head better?

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba de la cabeza que aprendió de 500 fotos fue de {{vgg16_500_photos.test_accuracy}} con el
# preprocesado propio de VGG16 y de {{wrong_input.test_accuracy}} con los píxeles divididos entre 255.
#
# El 90.4 % (Torres) y el 90.3 % (Chollet) publicados también se obtuvieron con píxeles divididos entre 255, pero con las 2000 fotos y con la cabeza
# grande del apartado siguiente. El preprocesado equivocado es una causa probable de la distancia que los separa de nuestro
# {{vgg16_features.test_accuracy}}. No hemos repetido su receta completa.
#
# ## Una cabeza grande en lugar de una pequeña
#
# Los cursos más antiguos ponían `Flatten` y `Dense(256)` sobre la base: unos dos millones de pesos con fotos de 150 × 150, más de tres millones con
# las nuestras. ¿Es mejor la cabeza grande?

# %%
# %%needs photos vgg16
keras.utils.set_random_seed(SEED)
large_head = keras.Sequential(
    [
        keras.Input(shape=(5, 5, 512)),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(1, activation="sigmoid"),
    ]
)
map_sets = {name: (maps, labels[name]) for name, maps in vgg_maps.items()}
photo_runs["large_head"] = fit_and_record(
    "large_head", large_head, map_sets, epochs=10, learning_rate=1e-4
)

# %% lang="en"
# %%needs photos vgg16
for name, model in {"vgg16_features": vgg_head, "large_head": large_head}.items():
    count, accuracy = f"{model.count_params():,}", 100 * photo_runs[name].test_accuracy
    print(f"{name:15}{count:>10} weights, test accuracy {accuracy:.1f} %")

# %% lang="es"
# %%needs photos vgg16
for name, model in {"vgg16_features": vgg_head, "large_head": large_head}.items():
    count, accuracy = f"{model.count_params():,}", 100 * photo_runs[name].test_accuracy
    count = count.replace(",", " ")
    print(f"{name:15}{count:>10} pesos, exactitud de prueba {accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was {{vgg16_features.test_accuracy}} with 513 weights and {{large_head.test_accuracy}} with 3.3
# million. The difference is smaller than what chance alone can do with a test set of 500 photos. The loss on the **validation** photos tells the two
# apart: at the end it was {{vgg16_features.val_loss}} with the small head and {{large_head.val_loss}} with the large one, which overfits. So we keep the
# small head.
#
# ## Fine-tuning block 5
#
# Block 5 was trained for the 1,000 classes of ImageNet. Now we train it a little further, for cats and dogs. As in part one, the head is trained
# already. Two things differ: we thaw only the last block, and the learning rate is a hundredth of the usual one (in part one, a tenth), because large
# steps would overwrite what VGG16 has learnt from 1.2 million photos, and our 2,000 cannot replace that.
#
# **E.** All blocks were frozen with `base.trainable = False`. Then `block5 = keras.Model(block4_output, base.output)` was made from the last layers,
# and `block5.trainable = True` was set. What do you think: how many trainable weights does `block5` have now?
#
# - (a) none
# - (b) 7,079,424, all of block 5
# - (c) 14,714,688, all of the base

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue de {{vgg16_features.test_accuracy}} con 513 pesos y de
# {{large_head.test_accuracy}} con 3.3 millones. La diferencia es menor que la que el azar por sí solo puede causar con un conjunto de prueba de 500
# fotos. La pérdida con las fotos de **validación** sí las distingue: al final fue de {{vgg16_features.val_loss}} con la cabeza pequeña y de
# {{large_head.val_loss}} con la grande, que sobreajusta. Así que nos quedamos con la cabeza pequeña.
#
# ## Ajuste fino del bloque 5
#
# El bloque 5 se entrenó para las 1000 clases de ImageNet. Ahora lo entrenamos un poco más, para gatos y perros. Como en la primera parte, la cabeza
# ya está entrenada. Hay dos diferencias: descongelamos solo el último bloque, y la tasa de aprendizaje es una centésima de la habitual (en la primera
# parte, una décima), porque los pasos grandes borrarían lo que VGG16 ha aprendido de 1.2 millones de fotos, y nuestras 2000 no pueden sustituirlo.
#
# **E.** Todos los bloques se congelaron con `base.trainable = False`. Después, con las últimas capas, se creó
# `block5 = keras.Model(block4_output, base.output)` y se asignó `block5.trainable = True`. ¿Cuántos pesos entrenables crees que tiene ahora `block5`?
#
# - (a) ninguno
# - (b) 7 079 424, todos los del bloque 5
# - (c) 14 714 688, todos los de la base

# %% tags=["exercise"]
answer = ...

check.quiz_thaw(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_thaw(answer)

# %% [markdown] lang="en"
# **Thawing has a trap**, as question E showed. `vgg.trainable = False` froze all layers of the base. `block5` is a model that was made afterwards
# from some of these layers, and its own `trainable` is `True` although its layers are frozen. With TensorFlow, Keras ignores an assignment that does
# not change the value, so `block5.trainable = True` thaws nothing. We show this with `anatomy`, which we froze above and which needs no trained
# weights:

# %% [markdown] lang="es"
# **Descongelar tiene una trampa**, como ha mostrado la pregunta E. `vgg.trainable = False` congeló todas las capas de la base. `block5` es un modelo
# creado después con algunas de esas capas, y su propio `trainable` es `True` aunque sus capas estén congeladas. Con TensorFlow, Keras no hace caso de
# una asignación que no cambia el valor; por eso `block5.trainable = True` no descongela nada. Lo mostramos con `anatomy`, que congelamos más arriba y
# que no necesita pesos entrenados:

# %%
pool4 = anatomy.get_layer("block4_pool").output
part5 = keras.Model(pool4, anatomy.output)
part5.trainable = True
counts = [len(part5.trainable_weights)]
for layer in part5.layers:
    layer.trainable = True
counts.append(len(part5.trainable_weights))

# %% lang="en"
print(f"trainable weight arrays after part5.trainable = True:   {counts[0]}")
print(f"trainable weight arrays after the loop over the layers: {counts[1]}")

# %% lang="es"
print(f"arrays de pesos entrenables tras part5.trainable = True:         {counts[0]}")
print(f"arrays de pesos entrenables tras el bucle que recorre las capas: {counts[1]}")

# %% [markdown] lang="en"
# So thaw **layer by layer**, and count `trainable_weights`.
#
# If the base has not been split in two, you pick the layers by name, as the older courses do. There is one more trap: a model whose own `trainable`
# is `False` has no trainable weights, even if its layers are set to `True`. So set `trainable = True` for the base first, then for each layer what it
# should be, and count on the whole model:
#
# ```python
# vgg.trainable = True
# for layer in vgg.layers:
#     layer.trainable = layer.name.startswith("block5")
# len(model.trainable_weights)
# ```
#
# Here `model` is the whole network: the count gives the 6 weight arrays of block 5 and the 2 of the head.

# %% [markdown] lang="es"
# Por tanto, descongela **capa a capa** y cuenta `trainable_weights`.
#
# Si la base no se ha partido en dos, las capas se eligen por su nombre, como hacen los cursos más antiguos. Hay otra trampa: un modelo cuyo propio
# `trainable` es `False` no tiene pesos entrenables, aunque el `trainable` de sus capas sea `True`. Por eso, asigna primero `trainable = True` a la
# base, después a cada capa el valor que le corresponde, y cuenta en el modelo completo:
#
# ```python
# vgg.trainable = True
# for layer in vgg.layers:
#     layer.trainable = layer.name.startswith("block5")
# len(model.trainable_weights)
# ```
#
# Aquí `model` es la red completa: la cuenta da los 6 arrays de pesos del bloque 5 y los 2 de la cabeza.

# %% [markdown] lang="en"
# Now we fine-tune VGG16 with its trained weights. Blocks 1 to 4 stay frozen, so block 5 learns from the kept output of block 4. One epoch takes one
# or two minutes on two CPU cores, depending on what else the machine is doing. We need no `vgg.trainable = True` here, because `tuned` contains
# `block5`, whose own `trainable` is `True`. The table must show 7,079,937 trainable weights: 7,079,424 of block 5 and 513 of the head:

# %% [markdown] lang="es"
# Ahora hacemos el ajuste fino de VGG16 con sus pesos entrenados. Los bloques 1 a 4 siguen congelados, así que el bloque 5 aprende a partir de la
# salida del bloque 4 que guardamos. Una época tarda uno o dos minutos en dos núcleos de CPU, según lo ocupada que esté la máquina. Aquí no
# hace falta `vgg.trainable = True`, porque `tuned` contiene `block5`, cuyo propio `trainable` es `True`. La tabla debe mostrar 7 079 937 pesos
# entrenables: 7 079 424 del bloque 5 y 513 de la cabeza:

# %%
# %%needs photos vgg16
before = {layer.name: layer.get_weights() for layer in vgg.layers}
for layer in vgg.layers:
    layer.trainable = layer.name.startswith("block5")

places = layers.GlobalAveragePooling2D()
tuned_head = head()
tuned_head.set_weights(vgg_head.get_weights())
tuned = keras.Sequential([keras.Input((10, 10, 512)), block5, places, tuned_head])
tuned.summary()
changed = [name for name, old in before.items() if old and vgg.get_layer(name).trainable]

# %% lang="en"
# %%needs photos vgg16
print("layers that will learn:", ", ".join(changed))

# %% lang="es"
# %%needs photos vgg16
print("capas que van a aprender:", ", ".join(changed))

# %%
# %%needs photos vgg16
middle_sets = {"train": (Kept(block4_maps["train"], labels["train"], SEED),)}
middle_sets |= {"val": kept["val"], "test": (kept["test"],)}
photo_runs["vgg16_fine_tuned"] = fit_and_record(
    "vgg16_fine_tuned", tuned, middle_sets, epochs=1, learning_rate=1e-5
)
largest = {}
for name in ("block4_conv3", "block5_conv1"):
    pairs = zip(vgg.get_layer(name).get_weights(), before[name], strict=True)
    largest[name] = max(np.abs(now - old).max() for now, old in pairs)

# %% lang="en"
# %%needs photos vgg16
for name in ("vgg16_features", "vgg16_fine_tuned"):
    run = photo_runs[name]
    print(f"{name:17} test accuracy {100 * run.test_accuracy:.1f} %", end="   ")
    print(f"test loss {run.test_loss:.3f}")
for name, change in largest.items():
    print(f"largest change of a weight in {name}: {change:.1g}")

# %% lang="es"
# %%needs photos vgg16
for name in ("vgg16_features", "vgg16_fine_tuned"):
    run = photo_runs[name]
    print(f"{name:17} exactitud de prueba {100 * run.test_accuracy:.1f} %", end="   ")
    print(f"pérdida de prueba {run.test_loss:.3f}")
for name, change in largest.items():
    print(f"mayor cambio de un peso en {name}: {change:.1g}")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy after fine-tuning was **{{vgg16_fine_tuned.test_accuracy}}**, beside
# {{vgg16_features.test_accuracy}} before. The loss on the test photos was {{vgg16_fine_tuned.test_loss}}, beside {{vgg16_features.test_loss}}. So in
# our runs fine-tuning did not change the accuracy by more than chance alone can with 500 test photos. The published accuracy rose from 90.4 to
# 93.1 %. Our features were better from the start, so little was left to gain. We stop after one epoch, because in our trials a second one did not lower the
# validation loss: when so many more weights learn, a network usually overfits sooner.
#
# What if block 5 is thawed under a **head that is still random**? We train one epoch again, from VGG16's original weights. With the trained head, the
# validation accuracy after this epoch was {{vgg16_fine_tuned.val_accuracy}}. Which one do you expect with a random head?

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba después del ajuste fino fue de **{{vgg16_fine_tuned.test_accuracy}}**, frente a
# {{vgg16_features.test_accuracy}} antes. La pérdida con las fotos de prueba fue de {{vgg16_fine_tuned.test_loss}}, frente a
# {{vgg16_features.test_loss}}. Así que, en nuestras ejecuciones, el ajuste fino no cambió la exactitud más de lo que puede cambiarla el azar con 500
# fotos de prueba. La exactitud publicada subió de 90.4 a 93.1 %. Nuestras características eran mejores desde el principio, y por eso quedaba poco que
# ganar. Paramos tras una época porque, en nuestras pruebas, una segunda no redujo la pérdida de validación: cuando aprenden muchos más pesos, una red
# suele sobreajustar antes.
#
# ¿Y si se descongela el bloque 5 bajo una **cabeza que todavía es aleatoria**? Entrenamos otra vez una época, a partir de los pesos originales de
# VGG16. Con la cabeza entrenada, la exactitud de validación tras esta época fue de {{vgg16_fine_tuned.val_accuracy}}. ¿Cuál esperas con una cabeza
# aleatoria?

# %%
guess("vgg16_random_head", val_accuracy=...)

# %%
# %%needs photos vgg16
fine_tuned_weights = tuned.get_weights()
for layer in vgg.layers:
    layer.set_weights(before[layer.name])
untrained = keras.Sequential([keras.Input((10, 10, 512)), block5, places, head()])
random_head = fit_and_record(
    "vgg16_random_head", untrained, middle_sets, epochs=1, learning_rate=1e-5
)
tuned.set_weights(fine_tuned_weights)
trained_head = photo_runs["vgg16_fine_tuned"]

# %% lang="en"
# %%needs photos vgg16
for run in (trained_head, random_head):
    print(
        f"{run.name:17} validation accuracy {100 * run.val_accuracy:.1f} %   "
        f"validation loss {run.val_loss:.3f}"
    )

# %% lang="es"
# %%needs photos vgg16
for run in (trained_head, random_head):
    print(
        f"{run.name:17} exactitud de validación {100 * run.val_accuracy:.1f} %   "
        f"pérdida de validación {run.val_loss:.3f}"
    )

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the validation accuracy after one epoch was {{vgg16_random_head.val_accuracy}} and the validation loss
# {{vgg16_random_head.val_loss}} with a head that was random at the start. With a trained head (`vgg16_fine_tuned`) they were
# {{vgg16_fine_tuned.val_accuracy}} and {{vgg16_fine_tuned.val_loss}}. So both were worse with the random head. The experiment does not separate two
# causes: at first a random head sends random changes into block 5, and with this small learning rate one epoch is short for a head that begins from
# nothing. A head trained beforehand avoids both.
#
# One more warning for bases with batch normalisation (lesson 05), such as MobileNetV2: if you thaw them, their moving averages are updated with
# your few photos. Leave every `BatchNormalization` layer frozen
# (`layer.trainable = False`) when you thaw the others; a frozen one keeps using the averages that it has learnt. (Older texts call the base with
# `base(inputs, training=False)` for this. With Keras 3.15 that is not enough: in our trial `fit` changed the averages all the same.)
#
# ## What do the layers respond to?
#
# We take one photo and show three feature maps of the first convolution of each block, those with the strongest response (in block 5 there are still
# 10 × 10 places; its pooling comes later). White is zero; the darker a place, the stronger the response:

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, tras una época la exactitud de validación fue de {{vgg16_random_head.val_accuracy}} y la pérdida de
# validación, de {{vgg16_random_head.val_loss}}, con una cabeza que al principio era aleatoria. Con una cabeza entrenada (`vgg16_fine_tuned`) fueron de
# {{vgg16_fine_tuned.val_accuracy}} y {{vgg16_fine_tuned.val_loss}}. Así que ambas fueron peores con la cabeza aleatoria. El experimento no separa dos
# causas: al principio, una cabeza aleatoria lleva cambios al azar al bloque 5, y con esta tasa de aprendizaje tan pequeña una época es poco para una
# cabeza que empieza de cero. Con una cabeza ya entrenada se evitan las dos.
#
# Una advertencia más para las bases con *batch normalization* (lección 05), como MobileNetV2: si las descongelas, sus medias móviles se actualizan
# con tus pocas fotos. Deja congelada cada capa `BatchNormalization`
# (`layer.trainable = False`) cuando descongeles las demás; una capa congelada sigue usando las medias que ha aprendido. (Textos más antiguos llaman para
# eso a la base con `base(inputs, training=False)`. Con Keras 3.15 no basta: en nuestra prueba, `fit` cambió las medias de todos modos).
#
# ## ¿A qué responden las capas?
#
# Tomamos una foto y mostramos tres mapas de características de la primera convolución de cada bloque, los que responden con más fuerza (en el bloque 5
# aún hay 10 × 10 posiciones; su *pooling* viene después). El blanco es cero; cuanto más oscuro es un punto, más fuerte es la respuesta:

# %%
# %%needs vgg16
sight = models.pretrained_base("VGG16", SIZE)
outputs = [sight.get_layer(f"block{number}_conv1").output for number in range(1, 6)]
responses = keras.Model(sight.input, outputs).predict(vgg_input(cat.copy()), verbose=0)

# %% lang="en"
# %%needs vgg16
pictures = {}
for number, maps in enumerate(responses, start=1):
    strongest = maps[0].mean(axis=(0, 1)).argsort()[:-4:-1]
    for place in strongest:
        pictures[f"block {number}, map {place}"] = maps[0, ..., place]
plots.side_by_side(columns=3, **pictures)

# %% lang="es"
# %%needs vgg16
pictures = {}
for number, maps in enumerate(responses, start=1):
    strongest = maps[0].mean(axis=(0, 1)).argsort()[:-4:-1]
    for place in strongest:
        pictures[f"bloque {number}, mapa {place}"] = maps[0, ..., place]
plots.side_by_side(columns=3, **pictures)

# %% [markdown] lang="en"
# In block 1 you recognise the cat: these maps respond to edges and colours. In later blocks the maps become coarser (10 × 10 places in block 5). They
# typically respond to parts that matter to ImageNet's classes, such as a dog's ear, but from these pictures you cannot tell what they respond to.
# Edges and colours occur in all photos; this is why the first blocks serve almost any task, and the last ones only similar tasks.
#
# **Grad-CAM** (R. Selvaraju and others, 2017) shows which places of the photo pushed the network towards its answer. First, `GradientTape` computes
# how much the *logit*, the number before the sigmoid, would change if a feature map were a little stronger at each place; the mean of this gradient
# over the places is the weight of that map. Second, the 512 maps are multiplied by their weights and added up. Third, negative sums become 0, and the
# 5 × 5 places are enlarged to the size of the photo.
#
# A positive logit means a dog, a negative one a cat. So for a cat we need the logit with its sign changed, and `tf.abs` does this in the code. We do
# not use the gradient of the probability, because where the network is sure the sigmoid is flat, and that gradient is almost zero.

# %% [markdown] lang="es"
# En el bloque 1 se reconoce el gato: estos mapas responden a bordes y colores. En los bloques siguientes, los mapas tienen cada vez menos detalle (10
# × 10 posiciones en el bloque 5). Normalmente responden a partes que importan para las clases de ImageNet, como la oreja de un perro, pero en estas
# imágenes no se puede ver a qué responden. Los bordes y los colores aparecen en todas las fotos; por eso los primeros bloques sirven para casi
# cualquier tarea, y los últimos solo para tareas parecidas.
#
# **Grad-CAM** (R. Selvaraju y otros, 2017) muestra qué zonas de la foto llevaron a la red a su respuesta. Primero, `GradientTape` calcula cuánto
# cambiaría el *logit*, el número anterior a la sigmoide, si un mapa de características fuera un poco más fuerte en cada posición; la media de ese
# gradiente sobre las posiciones es el peso del mapa. Segundo, los 512 mapas se multiplican por sus pesos y se suman. Tercero, las sumas negativas
# pasan a ser 0, y las 5 × 5 posiciones se amplían al tamaño de la foto.
#
# Un logit positivo significa perro, y uno negativo, gato. Por eso, para un gato hace falta el logit con el signo contrario, y de eso se encarga
# `tf.abs` en el código. No usamos el gradiente de la probabilidad porque, donde la red está segura, la sigmoide es plana y ese gradiente es casi
# cero.

# %% name="grad_cam"
def grad_cam(base, head, inputs):
    maps = tf.convert_to_tensor(base(inputs))  # (1, 5, 5, 512)
    kernel, bias = head.layers[-1].weights
    with tf.GradientTape() as tape:
        tape.watch(maps)
        logit = tf.reduce_mean(maps, axis=(1, 2)) @ kernel + bias
        score = tf.abs(logit)
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1, keepdims=True))[0]
    heat = tf.image.resize(heat / (tf.reduce_max(heat) + 1e-9), inputs.shape[1:3])
    return keras.ops.sigmoid(logit).numpy().item(), heat.numpy()[..., 0]


# %%
# %%needs vgg16
dog, places_of_cat = grad_cam(sight, vgg_head, vgg_input(cat.copy()))

# %% lang="en"
# %%needs vgg16
print(f"probability of a dog: {100 * dog:.2f} %")
figures.heat(own_images[0], places_of_cat)

# %% lang="es"
# %%needs vgg16
print(f"probabilidad de que sea un perro: {100 * dog:.2f} %")
figures.heat(own_images[0], places_of_cat)

# %% [markdown] lang="en"
# **F.** In another project, a network answers *dog* to a photo of a dog, and Grad-CAM is strong on the leash and weak on the animal. What follows?
#
# - (a) The network has found the dog, because a leash belongs to a dog.
# - (b) The leash pushed the network towards *dog*, so it may also call a cat on a leash a dog. Test it with such photos.
# - (c) Nothing, because the answer is right.

# %% [markdown] lang="es"
# **F.** En otro proyecto, una red responde *perro* a la foto de un perro, y el mapa de Grad-CAM es intenso en la correa y débil en el animal. ¿Qué se
# deduce?
#
# - (a) La red ha encontrado al perro, porque una correa es cosa de perros.
# - (b) La correa llevó a la red hacia la respuesta *perro*, así que también podría llamar perro a un gato con correa. Pruébalo con fotos así.
# - (c) Nada, porque la respuesta es correcta.

# %% tags=["exercise"]
answer = ...

check.quiz_leash(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_leash(answer)

# %% [markdown] lang="en"
# Which photos does the network get wrong? The next cell counts its mistakes and shows twelve test photos: those for which it gave the right class the
# lowest probability. Above each stands the probability of a dog that it gave, and in brackets the photo's number. Try Grad-CAM on one of them, for
# instance on number `p`: `image = 255 * pixels[p]`, then `grad_cam(sight, vgg_head, vgg_input(image[np.newaxis]))`. Are the bright places on the
# animal, or on the sofa?

# %% [markdown] lang="es"
# ¿Con qué fotos se equivoca la red? La celda siguiente cuenta sus errores y muestra doce fotos de prueba: aquellas en las que la clase correcta
# recibió la probabilidad más baja. Encima de cada una están la probabilidad de perro que dio y, entre paréntesis, el número de la foto. Prueba
# Grad-CAM con una de ellas, por ejemplo con la número `p`: `image = 255 * pixels[p]` y después
# `grad_cam(sight, vgg_head, vgg_input(image[np.newaxis]))`. ¿Están las zonas claras en el animal o en el sofá?

# %%
# %%needs photos vgg16
y = labels["test"]
answers = vgg_head.predict(vgg_maps["test"].mean(axis=(1, 2)), verbose=0)[:, 0]
mistakes = np.sum((answers > 0.5) != (y == 1))
surest = np.abs(answers - y).argsort()[:-13:-1]
pixels = {
    place: image / 255
    for place, (image, _) in enumerate(photos["test"].as_numpy_iterator())
    if place in surest
}

# %% lang="en" tags=["photos"]
# %%needs photos vgg16
print(f"wrong: {mistakes} of {len(y)} test photos")
named = {f"dog: {100 * answers[p]:.0f} % ({p})": pixels[p] for p in surest}
plots.side_by_side(columns=6, **named)

# %% lang="es" tags=["photos"]
# %%needs photos vgg16
print(f"errores: {mistakes} de {len(y)} fotos de prueba")
named = {f"perro: {100 * answers[p]:.0f} % ({p})": pixels[p] for p in surest}
plots.side_by_side(columns=6, **named)

# %% [markdown] lang="en"
# ## Your own photos
#
# We ask three networks how probable it is that our photo of a cat shows a dog: the small network from scratch, the head on VGG16's features, and
# VGG16 fine-tuned. Above 50 % the answer is *dog*, so for our cat figures near 0 % are right. Which of the three are right, and how sure are they?
# Put the folder of your own photos in place of `data.PHOTO`: `own_photos("/home/me/pets", size=SIZE)`.

# %% [markdown] lang="es"
# ## Tus propias fotos
#
# Preguntamos a tres redes qué probabilidad hay de que en nuestra foto de un gato aparezca un perro: la red pequeña entrenada desde cero, la cabeza
# entrenada con las características de VGG16 y VGG16 con ajuste fino. Por encima del 50 %, la respuesta es *perro*; para nuestro gato, por tanto, lo
# correcto es una cifra cercana al 0 %. ¿Cuáles de las tres aciertan, y con qué seguridad? Pon la carpeta de tus propias fotos en lugar de
# `data.PHOTO`: `own_photos("/home/yo/mascotas", size=SIZE)`.

# %% tags=["own"]
# %%needs photos vgg16
own_images, own_names = own_photos(data.PHOTO, size=SIZE)
own_answers = []
for image in own_images:
    inputs = image[np.newaxis].astype("float32")
    small = from_scratch.predict(inputs, verbose=0).item()
    from_features, heat = grad_cam(sight, vgg_head, vgg_input(inputs.copy()))
    after_tuning, _ = grad_cam(vgg, tuned_head, vgg_input(inputs.copy()))
    own_answers.append([100 * small, 100 * from_features, 100 * after_tuning])
    display(figures.heat(image, heat))

# %% lang="en"
# %%needs photos vgg16
for name, (small, from_features, after_tuning) in zip(own_names, own_answers, strict=True):
    print(f"{name}: probability of a dog {small:.1f} % (small CNN), ", end="")
    print(f"{from_features:.2f} % (features of VGG16), {after_tuning:.2f} % (fine-tuned)")

# %% lang="es"
# %%needs photos vgg16
for name, (small, from_features, after_tuning) in zip(own_names, own_answers, strict=True):
    print(f"{name}: probabilidad de perro, {small:.1f} % (CNN pequeña), ", end="")
    print(f"{from_features:.2f} % (características de VGG16), {after_tuning:.2f} % (ajuste fino)")

# %% [markdown] lang="en"
# ## The other base: MobileNetV2
#
# This is exercise 4 again, now with trained weights. MobileNetV2 (M. Sandler and others, 2018) has 2.3 million weights without its top, less than a sixth of those of
# VGG16's base, and is several times faster. Which test accuracy do you expect of a head on its features?

# %% [markdown] lang="es"
# ## La otra base: MobileNetV2
#
# Volvemos al ejercicio 4, ahora con pesos entrenados. MobileNetV2 (M. Sandler y otros, 2018) tiene 2.3 millones de pesos sin su parte superior, menos
# de la sexta parte de los de la base de VGG16, y es varias veces más rápida. ¿Qué exactitud de prueba esperas de una cabeza entrenada con sus
# características?

# %%
guess("mobilenetv2_features", test_accuracy=...)

# %%
# %%needs photos mobilenetv2
mobilenet = models.pretrained_base("MobileNetV2", SIZE)
mobile_sets = {}
for name, part in photos.items():
    maps = extract(mobilenet, mobilenet_input, name, part)
    rows = maps.mean(axis=(1, 2), dtype="float32")
    mobile_sets[name] = (rows, labels[name])
keras.utils.set_random_seed(SEED)
mobile_head = keras.Sequential(
    [keras.Input((1280,)), layers.Dropout(0.5), layers.Dense(1, activation="sigmoid")]
)
photo_runs["mobilenetv2_features"] = fit_and_record(
    "mobilenetv2_features", mobile_head, mobile_sets, epochs=15
)

# %% lang="en"
# %%needs photos mobilenetv2
accuracy = 100 * photo_runs["mobilenetv2_features"].test_accuracy
print(f"features of MobileNetV2: test accuracy {accuracy:.1f} %")

# %% lang="es"
# %%needs photos mobilenetv2
accuracy = 100 * photo_runs["mobilenetv2_features"].test_accuracy
print(f"características de MobileNetV2: exactitud de prueba {accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, the test accuracy was {{mobilenetv2_features.test_accuracy}}. This is as good as with VGG16: the difference is
# within the ±2 percentage points that chance alone can cause with this test set.
#
# ## All on one axis
#
# First come the curves of four networks; each is the mean over our seeds. Fine-tuning begins with the head that feature extraction has trained, so
# its accuracy is high after its only epoch already; in the picture, one epoch is one point:

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, la exactitud de prueba fue de {{mobilenetv2_features.test_accuracy}}. Es tan buena como con VGG16: la
# diferencia no pasa de los ±2 puntos porcentuales que el azar por sí solo puede causar con este conjunto de prueba.
#
# ## Todo en un eje
#
# Primero vienen las curvas de cuatro redes; cada una es la media de nuestras semillas. El ajuste fino empieza con la cabeza ya entrenada en la
# extracción de características, así que su exactitud ya es alta tras su única época; en la gráfica, una época es un punto:

# %%
names = ["small_cnn_long", "small_cnn_augmented_long"]
names += ["vgg16_features", "vgg16_fine_tuned"]
all_runs = [recorded("small_cnn_long"), recorded("small_cnn_augmented_long")]
all_runs += [recorded("vgg16_features"), recorded("vgg16_fine_tuned")]
figures.compare(*all_runs)

# %% [markdown] lang="en"
# Now come the test accuracies: ours with their range over the seeds, beside what others **published** for 2,000 training photos of the same
# collection (J. Torres; F. Chollet). We did not measure the published figures: they were obtained with other photos and other test sets. Chollet's
# 90.3 is a validation figure, and his 96.8 a test figure with augmentation.

# %% [markdown] lang="es"
# Ahora vienen las exactitudes de prueba: las nuestras, con su rango entre semillas, junto a las que otros **publicaron** con 2000 fotos de
# entrenamiento de la misma colección (J. Torres; F. Chollet). Las cifras publicadas no las hemos medido nosotros: se obtuvieron con otras fotos y
# otros conjuntos de prueba. El 90.3 de Chollet es una cifra de validación, y su 96.8, una cifra de prueba con aumento de datos.

# %% lang="en"
published = {
    "Torres: CNN": 0.739,
    "Torres: CNN, augmentation": 0.801,
    "Torres: VGG16, features": 0.904,
    "Torres: VGG16, fine-tuned": 0.931,
    "Chollet: VGG16, features": 0.903,
    "Chollet: VGG16, fine-tuned": 0.968,
}

# %% lang="es"
published = {
    "Torres: CNN": 0.739,
    "Torres: CNN, con aumento": 0.801,
    "Torres: VGG16, características": 0.904,
    "Torres: VGG16, ajuste fino": 0.931,
    "Chollet: VGG16, características": 0.903,
    "Chollet: VGG16, ajuste fino": 0.968,
}

# %%
rows = figures.ranges([*names, "mobilenetv2_features"])
figures.test_accuracies(rows, published)

# %% [markdown] lang="en"
# VGG16's features are far ahead of both our networks trained from scratch on 2,000 photos, because the base has learnt from 1.2 million photos what
# animals look like. This is why hardly anybody trains from scratch on small data today. The same is done outside images: networks for speech or text
# also begin with a base that was trained on very much speech or text.
#
# ## Save and download
#
# A head is a small file, and the base is the same for everybody. So it suffices to save the head:

# %% [markdown] lang="es"
# Las características de VGG16 superan con mucho a nuestras dos redes entrenadas desde cero con 2000 fotos, porque la base ha aprendido de 1.2
# millones de fotos qué aspecto tienen los animales. Por eso hoy casi nadie entrena desde cero con pocos datos. Fuera de las imágenes se hace lo
# mismo: las redes para voz o texto también empiezan con una base entrenada con muchísima voz o muchísimo texto.
#
# ## Guardar y descargar
#
# Una cabeza es un archivo pequeño, y la base es la misma para todos. Así que basta con guardar la cabeza:

# %%
file = models.CACHE_DIR.parent / "cats_and_dogs_head.keras"
file.parent.mkdir(exist_ok=True)
vgg_head.save(file)
again = keras.models.load_model(file)
x, y = features["test"]
same(
    again.predict(x, verbose=0),
    vgg_head.predict(x, verbose=0),
    en="the loaded head answers as before",
    es="la cabeza cargada responde como antes",
)
print(f"runs/{file.name}: {file.stat().st_size / 1000:.0f} kB")

# %% [markdown] lang="en"
# In JupyterLab you find the file in the folder `runs`: right click, *Download*. **On Colab the machine is deleted when your session ends**, so download the file before that:
#
# ```python
# from google.colab import files
# files.download("runs/cats_and_dogs_head.keras")
# ```
#
# or copy it into your Drive: `from google.colab import drive; drive.mount("/content/drive")`.

# %% [markdown] lang="es"
# En JupyterLab encuentras el archivo en la carpeta `runs`: clic derecho, *Download*. **En Colab, la máquina se borra cuando termina tu sesión**,
# así que descarga el archivo antes:
#
# ```python
# from google.colab import files
# files.download("runs/cats_and_dogs_head.keras")
# ```
#
# o cópialo en tu Drive: `from google.colab import drive; drive.mount("/content/drive")`.

# %% [markdown] lang="en"
# ## What we measured
#
# The table shows your runs beside ours. `their_network` has no test figure: it only lends its base. `small_cnn` is the run of ten epochs.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# La tabla muestra tus ejecuciones junto a las nuestras. `their_network` no tiene cifra de prueba: solo presta su base. `small_cnn` es la ejecución de
# diez épocas.

# %%
table()

# %% [markdown] lang="en"
# And this is what the lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y esto es lo que afirma la lección, comprobado con tu ejecución:

# %%
accuracy = {name: run.test_accuracy for name, run in {**runs, **photo_runs}.items()}

claim("features_beat_scratch", accuracy["features"], ">", accuracy["scratch"], unit="%",
      en="test accuracy: borrowed features beat training from scratch, both without augmentation",
      es="exactitud de prueba: las características prestadas ganan a entrenar desde cero, ambas sin aumento de datos")
claim("features_beat_scratch_augmented", accuracy["features_augmented"], ">", accuracy["scratch_augmented"], unit="%",
      en="test accuracy: borrowed features beat training from scratch, both with augmentation",
      es="exactitud de prueba: las características prestadas ganan a entrenar desde cero, ambas con aumento de datos")
claim("frozen_stays", frozen_movement, "<=", 0,
      en="the largest change of any weight in a frozen base is zero",
      es="el mayor cambio de un peso en una base congelada es cero")
claim("thawed_moves", thawed_movement, ">", 0,
      en="after fine-tuning, every weight array of the base has changed, even the one that moved least",
      es="tras el ajuste fino han cambiado todos los arrays de pesos de la base, incluso el que menos se movió")
claim("large_rate_spoils", accuracy["large_rate"], "<", accuracy["features"], unit="%",
      en="test accuracy: fine-tuning with a large learning rate ends below the features that it started from",
      es="exactitud de prueba: el ajuste fino con una tasa de aprendizaje grande acaba por debajo de las características de las que partía")

# %%
scratch = recorded("small_cnn_augmented_long").test_accuracy
claim("vgg16_beats_scratch", accuracy["vgg16_features"], ">", scratch, margin=0.1, unit="%",
      en="test accuracy: features of VGG16 beat the small network of 60 epochs with augmentation, by more than 10 percentage points",
      es="exactitud de prueba: las características de VGG16 ganan por más de 10 puntos porcentuales a la red pequeña de 60 épocas con aumento")
claim("more_photos_help", accuracy["vgg16_features"], ">", accuracy["vgg16_100_photos"], unit="%",
      en="test accuracy: the head trained on 2,000 photos beats the one trained on 100",
      es="exactitud de prueba: la cabeza entrenada con 2000 fotos gana a la entrenada con 100")

claim("wrong_input_costs", accuracy["wrong_input"], "<", accuracy["vgg16_500_photos"], unit="%",
      en="test accuracy, 500 training photos: with pixels divided by 255, features of VGG16 do worse than with its own preprocessing",
      es="exactitud de prueba, 500 fotos de entrenamiento: con píxeles divididos entre 255, las características de VGG16 rinden menos que con su propio preprocesado")

# %%
# %%needs photos vgg16
claim("trained_head_first", trained_head.val_accuracy, ">", random_head.val_accuracy, unit="%",
      en="validation accuracy after one epoch: fine-tuning under a trained head beats fine-tuning under a random one",
      es="exactitud de validación tras una época: el ajuste fino bajo una cabeza entrenada gana al ajuste fino bajo una cabeza al azar")

# %% [markdown] lang="en"
# ## In short
#
# - With few data, take a trained base, freeze it, and train a head on its features. The features of a frozen base are computed once.
# - Fine-tuning comes second: train the head first, thaw the last block, use a learning rate ten to a hundred times smaller, and compile again.
# - Each base has its own `preprocess_input`. A wrong one raises no error; it only costs accuracy.
# - Thaw layer by layer and count `trainable_weights`. Check frozen weights by comparing them.
# - Choose on validation data. An accuracy from 500 photos is uncertain by about two percentage points.
#
# ## Go further
#
# - When does fine-tuning no longer help? Thaw block 4 as well, or train on ten photos per class.
# - Train on two classes of your own: put the photos in two folders, read them with `image_dataset_from_directory`, and use the cells above.
# - Try another base from `keras.applications`, with its own `preprocess_input`.
#
# **Sources.** K. Simonyan and A. Zisserman, [Very Deep Convolutional Networks for Large-Scale Image
# Recognition](https://arxiv.org/abs/1409.1556), 2014. M. Sandler and others, [MobileNetV2](https://arxiv.org/abs/1801.04381), 2018. R. Selvaraju and
# others, [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017. J. Yosinski and others, [How transferable are features in deep neural
# networks?](https://arxiv.org/abs/1411.1792), 2014. The task and the published figures: F. Chollet, *Deep Learning with Python*, 1st ed., ch. 5; J.
# Torres, *Deep Learning: Introducción práctica con Keras*, ch. 6. Keras's guide to [transfer learning and
# fine-tuning](https://keras.io/guides/transfer_learning/). Photos: Kaggle's *Dogs vs. Cats*, in the selection of Google's course on TensorFlow.

# %% [markdown] lang="es"
# ## En resumen
#
# - Con pocos datos, toma una base entrenada, congélala y entrena una cabeza con sus características. Las características de una base congelada se
#   calculan una sola vez.
# - El ajuste fino viene después: entrena primero la cabeza, descongela el último bloque, usa una tasa de aprendizaje de diez a cien veces menor y
#   compila otra vez.
# - Cada base tiene su propio `preprocess_input`. Uno equivocado no da ningún error: solo se pierde exactitud.
# - Descongela capa a capa y cuenta `trainable_weights`. Comprueba los pesos congelados comparándolos.
# - Elige con los datos de validación. Una exactitud medida con 500 fotos tiene una incertidumbre de unos dos puntos porcentuales.
#
# ## Para ir más lejos
#
# - ¿Cuándo deja de ayudar el ajuste fino? Descongela también el bloque 4, o entrena con diez fotos por clase.
# - Entrena con dos clases tuyas: pon las fotos en dos carpetas, léelas con `image_dataset_from_directory` y usa las celdas de arriba.
# - Prueba otra base de `keras.applications`, con su propio `preprocess_input`.
#
# **Fuentes.** K. Simonyan y A. Zisserman, [Very Deep Convolutional Networks for Large-Scale Image Recognition](https://arxiv.org/abs/1409.1556), 2014.
# M. Sandler y otros, [MobileNetV2](https://arxiv.org/abs/1801.04381), 2018. R. Selvaraju y otros, [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# J. Yosinski y otros, [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792), 2014. La tarea y las cifras
# publicadas: F. Chollet, *Deep Learning with Python*, 1.ª ed., cap. 5; J. Torres, *Deep Learning: Introducción práctica con Keras*, cap. 6. La guía de
# Keras sobre [aprendizaje por transferencia y ajuste fino](https://keras.io/guides/transfer_learning/). Fotos: *Dogs vs. Cats*, de Kaggle, en la
# selección del curso de Google sobre TensorFlow.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | the task, prediction, base and head, by hand | 12 | 8 |
# | exercise 1; three ways, *Read the picture* | 15 | 10 |
# | what can go wrong: a large learning rate, `trainable` without `compile`; exercise 2 | 12 | 7 |
# | VGG16, `include_top=False` (exercise 3), preprocessing | 10 | 6 |
# | the head on VGG16's features; exercise 5 | 15 | 10 |
# | small network, recorded curves, question D | 8 | – |
# | fine-tuning block 5, question E | 8 | – |
# | what the layers respond to, Grad-CAM, all on one axis | 10 | 4 |
#
# **Before the class:** everything up to *Photos from folders* needs no download. For the rest, run `python3 -m helpers download` on one machine, then
# copy `data/` to the others. Without a GPU, run the notebook once beforehand and copy `runs/cache/`, too: it is only valid with the same photos and
# weights; with others the cells compute again.
#
# **On the board:** draw the network as a column of blocks. Which weights change in feature extraction, and which in fine-tuning? Which blocks have to compute again
# when a photo is mirrored?
#
# **Misconceptions the checks look for:** base not frozen; everything frozen; thawed without `compile`; a learning rate that is too large;
# another base's preprocessing; scaled twice; places not averaged; biases forgotten; curves of augmentation read as underfitting.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | la tarea, predicción, base y cabeza, a mano | 12 | 8 |
# | ejercicio 1; tres maneras y *Lee la imagen* | 15 | 10 |
# | qué puede salir mal: una tasa de aprendizaje grande, `trainable` sin `compile`; ejercicio 2 | 12 | 7 |
# | VGG16, `include_top=False` (ejercicio 3), preprocesado | 10 | 6 |
# | la cabeza sobre las características de VGG16; ejercicio 5 | 15 | 10 |
# | red pequeña, curvas registradas, pregunta D | 8 | – |
# | ajuste fino del bloque 5, pregunta E | 8 | – |
# | a qué responden las capas, Grad-CAM, todo en un eje | 10 | 4 |
#
# **Antes de la clase:** todo lo anterior a *Fotos desde carpetas* funciona sin descargas. Para lo demás, ejecuta `python3 -m helpers download` en una
# máquina y copia después `data/` a las otras. Sin GPU, ejecuta antes una vez el cuaderno y copia también `runs/cache/`: solo vale con las mismas
# fotos y los mismos pesos; si son otros, las celdas calculan de nuevo.
#
# **En la pizarra:** dibuja la red como una columna de bloques. ¿Qué pesos cambian en la extracción de características y cuáles en el ajuste fino?
# ¿Qué bloques tienen que calcular de nuevo cuando se refleja una foto?
#
# **Ideas equivocadas que buscan las comprobaciones:** base sin congelar; todo congelado; descongelar sin `compile`; una tasa de aprendizaje
# demasiado grande; el preprocesado de otra base; escalar dos veces; no promediar las posiciones; olvidar los sesgos; leer como subajuste las curvas
# con aumento de datos.
