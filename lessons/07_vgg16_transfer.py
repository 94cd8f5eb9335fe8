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
#       en: borrow a trained base, freeze it and prove it; extract features once; fine-tune without wrecking; feed each base what it expects
#       es: tomar prestada una base entrenada, congelarla y demostrarlo; extraer características una sola vez; ajustar sin estropear; dar a cada base lo que espera
#     result:
#       en: digits 5–9 from ten images each, test {{scratch.test_accuracy}} from scratch, {{features.test_accuracy}} with borrowed features
#       es: dígitos 5–9 con diez imágenes de cada uno, prueba {{scratch.test_accuracy}} desde cero y {{features.test_accuracy}} con características prestadas
# ---

# %% [markdown] lang="en"
# # 07 · Transfer learning: somebody has already learned to see
#
# {{badges}}
#
# Ten images per class are too few to learn to see. So borrow the eyes of a network that has seen more, and learn only
# what is new. First in miniature, with digits; then for real, with VGG16, cats and dogs.
#
# **You will learn to**
#
# - reuse a trained base in two ways, feature extraction and fine-tuning, and prove what stayed frozen;
# - say why fine-tuning wants a small learning rate, and a new `compile`;
# - compute features once and keep them; stream photos that would not fit in memory;
# - feed each base what it expects, and see where in a photo it looks.
#
# You need lessons 01 to 03. About 40 minutes to read and run, and 20 for the exercises. **Part one runs offline.** Most cells of part two need downloads (127 MB, once,
# and 9 MB for a smaller base); without them, each says so.

# %% [markdown] lang="es"
# # 07 · Aprendizaje por transferencia: alguien ya ha aprendido a ver
#
# {{badges}}
#
# Con diez imágenes por clase no se aprende a ver. Así que toma prestados los ojos de una red que ha visto más y aprende
# solo lo nuevo. Primero en miniatura, con dígitos; después de verdad, con VGG16, gatos y perros.
#
# **Aprenderás a**
#
# - reutilizar una base entrenada de dos maneras, extracción de características y ajuste fino (*fine-tuning*), y demostrar
#   qué quedó congelado;
# - explicar por qué el ajuste fino pide una tasa de aprendizaje pequeña y otro `compile`;
# - calcular las características una sola vez y guardarlas; leer sobre la marcha fotos que no cabrían en memoria;
# - dar a cada base lo que espera y ver en qué parte de la foto se fija.
#
# Necesitas las lecciones 01 a 03. Unos 40 minutos para leer y ejecutar, y 20 para los ejercicios. **La primera parte funciona sin conexión.** Casi todas las celdas de la
# segunda necesitan descargas (127 MB, una sola vez, y 9 MB para una base más pequeña); sin ellas, cada una lo dice.

# %% [markdown] lang="en"
# ## Setup
#
# The last line of the second cell keeps TensorFlow's remarks quiet: this lesson makes many small networks.

# %% [markdown] lang="es"
# ## Preparación
#
# La última línea de la segunda celda acalla los comentarios de TensorFlow: en esta lección se crean muchas redes pequeñas.

# %% tags=["setup"]

# %%
import time
from types import SimpleNamespace

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
from helpers.results import claim, guess, record, same, table

tf.get_logger().setLevel("ERROR")

# %% [markdown] lang="en"
# # Part one: in miniature
#
# ## Why: can a network help that has never seen a 5?
#
# Somebody has 2,000 digits, but only **0 to 4**. You want to tell **5, 6, 7, 8 and 9** apart, and you have ten images of
# each. Their network cannot even name your digits. Can it help you?
#
# *Their* data: all the zeros to fours of our training and test sets. (The test set may be plundered: your own exams ask
# for fives to nines only.) *Your* data: 50 images to train with; validation and test hold fives to nines only.

# %% [markdown] lang="es"
# # Primera parte: en miniatura
#
# ## Por qué: ¿ayuda una red que nunca ha visto un 5?
#
# Alguien tiene 2000 dígitos, pero solo **del 0 al 4**. Tú quieres distinguir **el 5, el 6, el 7, el 8 y el 9**, y tienes diez
# imágenes de cada uno. Su red ni siquiera sabe nombrar tus dígitos. ¿Te puede ayudar?
#
# *Sus* datos: todos los dígitos del 0 al 4 de nuestros conjuntos de entrenamiento y de prueba. (El de prueba se puede saquear: tus
# exámenes solo preguntan del 5 al 9). *Tus* datos: 50 imágenes para entrenar; en validación y prueba solo hay del 5 al 9.


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
print(len(x_theirs), len(x_new), np.bincount(y_new), len(x_val), len(x_test))

# %%
plots.gallery(x_new, columns=25)

# %% [markdown] lang="en"
# ## Their network: a base and a head
#
# A convolutional network has two parts. The **base**, the convolutions, turns pixels into *features*: strokes, corners, loops.
# The **head**, the last dense layer, turns features into an answer. We build them apart, so that the head can be changed.
#
# Two details. The augmentation is gentle: turns of a little over 5° at most, shifts and zooms of up to 5 %. And `CosineDecay` lets the learning rate
# fade to nothing within `steps` batches: with so few images, the last batches would otherwise have too much to say.

# %% [markdown] lang="es"
# ## Su red: una base y una cabeza
#
# Una red convolucional tiene dos partes. La **base**, las convoluciones, convierte píxeles en *características* (*features*):
# trazos, esquinas, bucles. La **cabeza** (*head*), la última capa densa, convierte características en una respuesta. Las
# construimos por separado para poder cambiar de cabeza.
#
# Dos detalles. El aumento de datos es suave: giros de poco más de 5° como mucho, desplazamientos y zoom de hasta un 5 %. Y `CosineDecay` va bajando la
# tasa de aprendizaje hasta cero en `steps` lotes: si no, con tan pocas imágenes, pesarían demasiado los últimos lotes.


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
print(f"{known['accuracy']:.3f}")

# %% [markdown] lang="en"
# That is the share of 500 fresh zeros to fours that it gets right. It has never seen a 5. `learnt` is what we borrow: the
# weights of the base. Their head, which only knows the names 0 to 4, stays behind.
#
# ## By hand: a frozen base is just a function
#
# If the base never changes, the network is *features first, then a softmax*. In NumPy, with a fresh head:

# %% [markdown] lang="es"
# Es la proporción de aciertos con 500 dígitos nuevos, del 0 al 4. Nunca ha visto un 5. `learnt` es lo que tomamos prestado: los
# pesos de la base. Su cabeza, que solo conoce los nombres del 0 al 4, no nos sirve.
#
# ## A mano: una base congelada no es más que una función
#
# Si la base no cambia nunca, la red es *primero características y luego un softmax*. En NumPy, con una cabeza nueva:

# %%
model = classifier(base)
weights, bias = model.get_layer("head").get_weights()

features = base.predict(x_new, verbose=0)
scores = features @ weights + bias
by_hand = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

same(by_hand, model.predict(x_new, verbose=0))
print(features.shape)

# %% [markdown] lang="en"
# The same numbers. Each image has become 1,152 features, and a frozen base gives the same ones in
# every epoch. So they can be computed **once**. In part two, where a base takes minutes instead of a blink, that decides everything.
#
# ## Predict first
#
# From scratch, 50 images; or their base, frozen, and a new head trained on the same 50. What test accuracy do you
# expect of each? (Guessing gives 20 %.)

# %% [markdown] lang="es"
# Son los mismos números. Cada imagen se ha convertido en 1152 características, y una base congelada da
# las mismas en todas las épocas. Así que se pueden calcular **una sola vez**. En la segunda parte, donde una base tarda minutos y no
# un parpadeo, eso lo decide todo.
#
# ## Primero, tu predicción
#
# Desde cero, con 50 imágenes; o su base, congelada, y una cabeza nueva entrenada con las mismas 50. ¿Qué exactitud de
# prueba esperas de cada una? (Al azar, un 20 %).

# %%
guess("scratch", test_accuracy=...)
guess("features", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: three ways, each with and without augmentation
#
# Augmentation can help on its own (lesson 02). So we compare like with like: each way once without it, once with it.
# Always the same 50 images, in batches of 10.

# %% [markdown] lang="es"
# ## El experimento: tres maneras, cada una con y sin aumento
#
# El aumento de datos puede ayudar por sí solo (lección 02). Para que la comparación sea justa, cada manera va una vez
# sin él y otra con él. Siempre las mismas 50 imágenes, en lotes de 10.


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
# **1. From scratch.** Fresh weights everywhere, 40 epochs.

# %% [markdown] lang="es"
# **1. Desde cero.** Todos los pesos nuevos, 40 épocas.

# %%
runs = {}
for name, first in {"scratch": [], "scratch_augmented": [augmentation()]}.items():
    keras.utils.set_random_seed(SEED)
    model = compiled(classifier(convolutions(), *first))
    runs[name] = train_and_record(name, model)

# %% [markdown] lang="en"
# **2. Feature extraction.** Their base, **frozen** with `trainable = False`; only the new head learns, for 40 epochs. Freeze first,
# compile afterwards.

# %% [markdown] lang="es"
# **2. Extracción de características.** Su base, **congelada** con `trainable = False`; solo aprende la cabeza nueva, 40 épocas.
# Primero se congela y después se compila.


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
# Really frozen? Do not believe it, look: every weight of the base, compared with what we borrowed. And we keep a copy of each
# network, because what comes next changes them.

# %% [markdown] lang="es"
# ¿Congelada de verdad? No te lo creas: compara cada peso de la base con lo que tomamos prestado. Y guardamos una copia
# de cada red, porque lo que viene ahora las cambia.


# %%
def movement(model, before=learnt):
    now = model.get_layer("base").get_weights()
    return [np.abs(a - b).max() for a, b in zip(now, before, strict=True)]


for model in extractors.values():
    for now, before in zip(model.get_layer("base").get_weights(), learnt, strict=True):
        assert now.tobytes() == before.tobytes()

frozen_movement = max(max(movement(model)) for model in extractors.values())
extracted = {name: model.get_weights() for name, model in extractors.items()}

# %% [markdown] lang="en"
# **3. Fine-tuning.** Start from the networks that you just trained, thaw the base, **compile again**, and go on for 20
# epochs with a learning rate ten times smaller.

# %% [markdown] lang="es"
# **3. Ajuste fino (*fine-tuning*).** Parte de las redes que acabas de entrenar, descongela la base, **compila otra vez** y sigue
# 20 épocas con una tasa de aprendizaje diez veces menor.

# %%
for name, model in extractors.items():
    model.get_layer("base").trainable = True
    compiled(model, steps=100, learning_rate=1e-4)
    tuned_name = name.replace("features", "fine_tuned")
    runs[tuned_name] = train_and_record(tuned_name, model, epochs=20)

thawed_movement = min(min(movement(model)) for model in extractors.values())
assert thawed_movement > 0
print(frozen_movement, f"{thawed_movement:.2g}")

# %% [markdown] lang="en"
# The first number is the largest change of any weight in the frozen bases: not a bit. The second, in the thawed ones, is the change
# of the weight array that moved least: all of them moved.
#
# ## Read the picture

# %% [markdown] lang="es"
# El primer número es el mayor cambio de un peso en las bases congeladas: ni un bit. El segundo, en las descongeladas, es lo que
# cambió el array de pesos que menos se movió: se movieron todos.
#
# ## Lee la imagen

# %%
figures.test_accuracies({name: run.test_accuracy for name, run in runs.items()})

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds:
#
# | | without augmentation | with augmentation |
# |---|--:|--:|
# | from scratch | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | feature extraction | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | fine-tuning | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Compare within a column. A base that has never seen a 5 knows strokes and loops, and those are what a 5 is made of. Augmentation
# helps the network from scratch; to borrowed features it adds nothing here. What fine-tuning adds, in 20 epochs more, is the
# difference between the last two rows: set it against the ± before you believe in it. With 50 images for more than 90,000 thawed
# weights, much is left to chance.

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas:
#
# | | sin aumento | con aumento |
# |---|--:|--:|
# | desde cero | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | extracción de características | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | ajuste fino | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Compara dentro de cada columna. Una base que nunca ha visto un 5 conoce trazos y bucles, y de eso está hecho un 5. El aumento
# ayuda a la red entrenada desde cero; a las características prestadas, aquí, no les añade nada. Lo que añade el ajuste fino, con 20
# épocas más, es la diferencia entre las dos últimas filas: compárala con el ± antes de creértela. Con 50 imágenes para más de 90
# 000 pesos descongelados, mucho queda al azar.

# %% [markdown] lang="en"
# ## What can go wrong: a learning rate that is too large
#
# The base is already good. Adam with 0.03 does not polish it, it tramples over it. The same start, the same 20 epochs,
# broken:

# %% [markdown] lang="es"
# ## Qué puede salir mal: una tasa de aprendizaje demasiado grande
#
# La base ya es buena. Adam con 0.03 no la pule: la pisotea. El mismo punto de partida y las mismas 20 épocas, pero mal hecho:

# %%
trampled = extractors["features"]
trampled.set_weights(extracted["features"])
compiled(trampled, steps=100, learning_rate=3e-2)
runs["large_rate"] = train_and_record("large_rate", trampled, epochs=20)

wanted = ("features", "large_rate", "fine_tuned")
figures.test_accuracies({name: runs[name].test_accuracy for name in wanted})

# %% [markdown] lang="en"
# Where it started; what a large rate made of it (guessing gives 20 %, and most of our seeds ended there); and the mended version
# with 0.0001.
#
# A head that knows nothing yet can do similar damage: it asks for changes at random, and they reach down into the base.
# So: **train the head first, with the base frozen; then thaw, and take small steps.**
#
# ## What can go wrong: `trainable` without `compile`
#
# `fit` prepares its training step once, and that step remembers which weights it may touch. Change `trainable` afterwards
# without compiling, and **nothing happens, without a warning**. Here is a frozen base: trained once, thawed and trained again
# (broken), compiled and trained again (mended). Printed is how far the base moved in the last two:

# %% [markdown] lang="es"
# De dónde partía; qué hizo con ello una tasa grande (al azar se acierta un 20 %, y ahí acabó la mayoría de nuestras semillas); y la
# versión arreglada, con 0.0001.
#
# Una cabeza que aún no sabe nada puede hacer un daño parecido: pide cambios al azar, que llegan hasta la base. Por tanto: **primero
# entrena la cabeza, con la base congelada; después descongela y da pasos pequeños.**
#
# ## Qué puede salir mal: `trainable` sin `compile`
#
# `fit` prepara su paso de entrenamiento una sola vez, y ese paso recuerda qué pesos puede tocar. Si después cambias
# `trainable` sin compilar, **no pasa nada, y nada te avisa**. Aquí tienes una base congelada: entrenamos, la descongelamos y seguimos
# (mal); compilamos y seguimos (bien). Se imprime cuánto se ha movido la base en los dos últimos casos:


# %%
def movement_in_fit(model):
    before = model.get_layer("base").get_weights()
    model.fit(x_new, y_new, batch_size=10, verbose=0)
    return max(movement(model, before))


model = borrowed()
movement_in_fit(model)
model.get_layer("base").trainable = True
print(f"{movement_in_fit(model):.2g}")

compiled(model, learning_rate=1e-4)
print(f"{movement_in_fit(model):.2g}")

# %% [markdown] lang="en"
# The other way round it is the classic mistake: **freezing too late**. The network from above has been trained with a thawed base.
# Freeze it now, and it goes on learning; compile, and it stands still:

# %% [markdown] lang="es"
# Al revés es el error clásico: **congelar demasiado tarde**. La red de arriba ya se ha entrenado con la base descongelada.
# Si ahora la congelas, sigue aprendiendo; si compilas, se queda quieta:

# %%
model.get_layer("base").trainable = False
print(f"{movement_in_fit(model):.2g}")

compiled(model, learning_rate=1e-4)
print(f"{movement_in_fit(model):.2g}")

# %% [markdown] lang="en"
# **After every change of `trainable`: `compile`.** (Before the first `fit`, Keras still notices a change; do not rely on it.
# And if the next batches have another size, Keras prepares its step anew and may stumble over an *unknown variable*: the same cause.)
#
# ## When to borrow how much: a rule of thumb
#
# | your data | like the base's | unlike the base's |
# |---|---|---|
# | **few** | features of the last layers | features of *earlier* layers |
# | **many** | fine-tune the last blocks | fine-tune everything, or train from scratch and compare |
#
# First layers see edges and colours, which serve everybody; last layers see what *their* task needed. Few data cannot
# retrain much. It is a rule of thumb: the validation data decide.

# %% [markdown] lang="es"
# **Tras cada cambio de `trainable`, `compile`.** (Antes del primer `fit`, Keras aún se entera del cambio; no te fíes. Y si los lotes
# siguientes tienen otro tamaño, Keras prepara su paso de nuevo y puede tropezar con una *unknown variable*: la causa es la misma).
#
# ## Cuánto tomar prestado: una regla práctica
#
# | tus datos | parecidos a los de la base | distintos |
# |---|---|---|
# | **pocos** | características de las últimas capas | características de capas *anteriores* |
# | **muchos** | ajuste fino de los últimos bloques | ajuste fino de todo, o desde cero, y comparar |
#
# Las primeras capas ven bordes y colores, que sirven a cualquiera; las últimas, lo que necesitaba *su* tarea. Con pocos datos
# no se puede reentrenar mucho. Es una regla práctica: deciden los datos de validación.

# %% [markdown] lang="en"
# # Part two: the real thing
#
# Dogs or cats? 2,000 photos to train with, 500 to validate, 500 for the exam. Each cell below runs when its download is
# there or can be fetched; else it says what is missing, and you read on. On two CPU cores the longest cells with VGG16 take
# minutes; on a GPU (Colab has them), seconds.
#
# ## Photos from folders, as a stream
#
# `image_dataset_from_directory` reads photos only when they are asked for, squeezes each to 160 × 160, and takes the label from the
# folder's name, in alphabetical order: cat 0, dog 1. (Why 160? The bases below halve a picture five times, and 160 halves evenly
# down to 5.)
#
# The archive has no test set, and some courses therefore test on `validation`. **Never test on what you chose by**: we
# halve that folder, every other photo, with `shard`.

# %% [markdown] lang="es"
# # Segunda parte: de verdad
#
# ¿Perros o gatos? 2000 fotos para entrenar, 500 para validar y 500 para el examen. Cada una de estas celdas se ejecuta si su
# descarga está o puede hacerse; si no, dice qué falta y tú sigues leyendo. En una CPU de dos núcleos, las celdas más largas
# de VGG16 tardan minutos; en una GPU (Colab las tiene), segundos.
#
# ## Fotos desde carpetas, sobre la marcha
#
# `image_dataset_from_directory` lee las fotos solo cuando se las piden, deforma cada una a 160 × 160 y saca la etiqueta del nombre de
# la carpeta, por orden alfabético: gato (*cats*) 0, perro (*dogs*) 1. (¿Por qué 160? Las bases de más abajo reducen la imagen a la
# mitad cinco veces, y 160 admite cinco mitades exactas, hasta 5).
#
# El archivo descargado no trae conjunto de prueba, y por eso algunos cursos examinan con `validation`. **Nunca examines con lo que te
# sirvió para elegir**: partimos esa carpeta en dos, una foto sí y otra no, con `shard`.

# %%
SIZE = 160
photo_runs = {}

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
    name: np.concatenate([y for _, y in part.batch(500)])
    for name, part in photos.items()
}
print({name: (len(y), y.mean().item()) for name, y in labels.items()})

# %% [markdown] lang="en"
# Photos in each set, and the share of dogs. As an array of decimals the 2,000 would take 0.6 GB, a million photos 307. A stream
# holds a few batches at a time, however many photos there are. Does it? We watch this process's memory
# while it reads an eighth of the photos, then all of them, eight times as many:

# %% [markdown] lang="es"
# Fotos de cada conjunto y proporción de perros. En un array de decimales, las 2000 ocuparían 0.6 GB; un millón de fotos, 307.
# Leídas sobre la marcha, solo hay unos pocos lotes en memoria, por muchas fotos que sean. ¿De verdad? Miramos
# la memoria de este proceso mientras lee una octava parte de las fotos y luego todas, ocho veces más:

# %%
# %%needs photos
process = psutil.Process()


def peak_memory(batches):
    return max(process.memory_info().rss for _ in batches)


all_batches = stream(train_folder, batch_size=10, seed=SEED)
eighth = peak_memory(all_batches.take(max(1, len(all_batches) // 8)))
everything = peak_memory(all_batches)
print(f"{eighth / 1e6:.0f} MB  {everything / 1e6:.0f} MB  {everything / eighth:.2f}")

# %% [markdown] lang="en"
# Memory for an eighth, for all, and the second divided by the first: no difference here. (Most of it is TensorFlow itself.)
#
# Such a pipeline can also be quick: `cache` keeps the decoded photos in memory, as whole numbers a quarter as large (154 MB for the
# 2,000; leave it out when yours do not fit), and `prefetch` prepares the next batch while the network works on this one. The
# pipeline shuffles; `fit` cannot shuffle a pipeline and would warn of it, hence `shuffle=False`.
#
# ## A small network from scratch
#
# Convolutions as in lesson 01, for larger pictures; one output, which `sigmoid` makes the probability of a dog.

# %% [markdown] lang="es"
# Memoria para una octava parte, para todas, y la segunda dividida entre la primera: aquí, ninguna diferencia. (La mayor parte es el
# propio TensorFlow).
#
# Leer así también puede ser rápido: `cache` guarda en memoria las fotos ya decodificadas, como enteros, que ocupan la cuarta parte
# (154 MB las 2000; quítalo si las tuyas no caben), y `prefetch` prepara el lote siguiente mientras la red trabaja con este. Aquí ya
# se barajan las fotos; `fit` no puede barajar lo que le llega así y avisaría de ello: de ahí `shuffle=False`.
#
# ## Una red pequeña desde cero
#
# Convoluciones como en la lección 01, para imágenes más grandes; una sola salida, que `sigmoid` convierte en probabilidad de perro.


# %%
# %%needs photos
def pipeline(part, shuffle=False):
    kept = part.map(lambda x, y: (tf.cast(x, "uint8"), y)).cache()
    if shuffle:
        kept = kept.shuffle(2_000, seed=SEED)
    return kept.batch(32).prefetch(tf.data.AUTOTUNE)


batches = {name: pipeline(part, name == "train") for name, part in photos.items()}


# %%
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
def fit_photos(model, data_sets, epochs):
    start = time.perf_counter()
    history = model.fit(
        data_sets["train"],
        validation_data=data_sets["val"],
        epochs=epochs,
        callbacks=[TqdmCallback(verbose=0)],
        shuffle=False,
        verbose=0,
    )
    return history.history, time.perf_counter() - start


def examine(name, model, data_sets, *fits):
    first, _ = fits[0]
    curves = {key: [v for curve, _ in fits for v in curve[key]] for key in first}
    seconds = sum(seconds for _, seconds in fits)
    exam = model.evaluate(data_sets["test"], return_dict=True, verbose=0)
    return record(name, SimpleNamespace(history=curves), exam, seconds)


# %%
# %%needs photos
def compiled_binary(model, learning_rate=1e-3):
    adam = keras.optimizers.Adam(learning_rate)
    model.compile(adam, "binary_crossentropy", metrics=["accuracy"])
    return model


def fit_and_record(name, model, data_sets, epochs, learning_rate=1e-3):
    compiled_binary(model, learning_rate)
    return examine(name, model, data_sets, fit_photos(model, data_sets, epochs))


photo_runs["small_cnn"] = fit_and_record("small_cnn", small_cnn(), batches, epochs=20)

# %%
# %%needs photos
plots.curves(photo_runs["small_cnn"])

# %% [markdown] lang="en"
# You know this picture from lesson 01: it memorises. So, lesson 02: flip (a mirrored cat is a cat), turn, zoom. The altered photos
# are new in every epoch, and only the training set is altered. Altering costs time, so here are two cells of ten epochs, each about
# a minute and a half on two cores. The second `fit` goes on where the first stopped.

# %% [markdown] lang="es"
# Esta imagen ya la conoces de la lección 01: la red memoriza. Así que, lección 02: reflejar (un gato en el espejo es un gato), girar,
# ampliar. Las fotos alteradas son nuevas en cada época, y solo se altera el conjunto de entrenamiento. Alterar lleva tiempo: por eso son
# dos celdas de diez épocas, cada una de un minuto y medio, más o menos, en dos núcleos. El segundo `fit` sigue donde paró el primero.


# %%
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
# %%needs photos
augmented_cnn = compiled_binary(small_cnn(photo_augmentation()))
first_half = fit_photos(augmented_cnn, batches, epochs=10)

# %%
# %%needs photos
second_half = fit_photos(augmented_cnn, batches, epochs=10)
photo_runs["small_cnn_augmented"] = examine(
    "small_cnn_augmented", augmented_cnn, batches, first_half, second_half
)
plots.compare(*photo_runs.values(), metric="accuracy")

# %% [markdown] lang="en"
# We measured {{small_cnn.test_accuracy}} on the test photos and, with augmentation and the same 20 epochs,
# {{small_cnn_augmented.test_accuracy}}: higher on average, but by less than the ±, and not with every seed. (500 exam photos are a
# small exam: chance alone moves such a figure by about two points.) In training the two ended at {{small_cnn.train_accuracy}} and
# {{small_cnn_augmented.train_accuracy}}: with augmentation the network learns more slowly and memorises less. More epochs would be
# the next thing to try; borrowed eyes are the other.
#
# ## VGG16: what we borrow
#
# Simonyan and Zisserman, Oxford, 2014: trained on 1.2 million photos of 1,000 classes (the ImageNet collection), many of them breeds of
# dogs. `keras.applications` builds it. Here without its **top** (the 1,000-class head) and without its weights, which needs no download:

# %% [markdown] lang="es"
# Medimos {{small_cnn.test_accuracy}} con las fotos de prueba y, con aumento y las mismas 20 épocas,
# {{small_cnn_augmented.test_accuracy}}: más alta de media, pero la diferencia es menor que el ± y no se da con todas las semillas. (500 fotos son un
# examen pequeño: solo por azar, una cifra así se mueve unos dos puntos). En entrenamiento terminaron en
# {{small_cnn.train_accuracy}} y {{small_cnn_augmented.train_accuracy}}: con aumento, la red aprende más despacio y memoriza menos.
# Lo siguiente sería probar con más épocas, o con unos ojos prestados.
#
# ## VGG16: lo que tomamos prestado
#
# Simonyan y Zisserman, Oxford, 2014: entrenada con 1.2 millones de fotos de 1000 clases (la colección ImageNet), muchas de ellas razas
# de perro. La construye `keras.applications`. Aquí, sin su parte superior, **top** (la cabeza de 1000 clases), y sin sus pesos, así que
# no hay nada que descargar:

# %%
anatomy = keras.applications.VGG16(
    include_top=False, weights=None, input_shape=(SIZE, SIZE, 3)
)
anatomy.summary()
assert anatomy.count_params() == 14_714_688

# %% [markdown] lang="en"
# Read it from top to bottom. **Five blocks**, each two or three convolutions of 3 × 3 and a pooling that halves the picture:
# 160, 80, 40, 20, 10, 5. While the picture shrinks, the features grow from 64 to 512. What comes out has shape (5, 5, 512): 25 places
# with 512 features each. 14,714,688 weights, nearly half of them in block 5.
#
# ## Each base has its own taste: `preprocess_input`
#
# VGG16 was not trained on pixels from 0 to 1. It wants blue, green, red (in that order), from 0 to 255, minus ImageNet's mean
# colour. MobileNetV2, a smaller base that you will meet below, wants red, green, blue from −1 to 1. By hand, and checked against Keras,
# on our own cat:

# %% [markdown] lang="es"
# Léelo de arriba abajo. **Cinco bloques**, cada uno con dos o tres convoluciones de 3 × 3 y un *pooling* que reduce la imagen a
# la mitad: 160, 80, 40, 20, 10, 5. Mientras la imagen encoge, las características crecen de 64 a 512. Lo que sale tiene forma (5, 5,
# 512): 25 posiciones con 512 características cada una. Son 14 714 688 pesos, casi la mitad en el bloque 5.
#
# ## Cada base tiene sus gustos: `preprocess_input`
#
# VGG16 no se entrenó con píxeles de 0 a 1. Quiere azul, verde y rojo (en ese orden), de 0 a 255, menos el color medio de
# ImageNet. MobileNetV2, una base más pequeña que conocerás más abajo, quiere rojo, verde y azul de −1 a 1. A mano, y comprobado con
# Keras, con nuestro gato:

# %%
vgg_input = keras.applications.vgg16.preprocess_input
mobilenet_input = keras.applications.mobilenet_v2.preprocess_input

own_images, own_names = own_photos(data.PHOTO, size=SIZE)
cat = own_images.astype("float32")
by_hand = cat[..., ::-1] - [103.939, 116.779, 123.68]
same(by_hand, vgg_input(cat.copy()))
same(cat / 127.5 - 1, mobilenet_input(cat.copy()))
print(
    vgg_input(cat.copy()).mean().round(1), mobilenet_input(cat.copy()).mean().round(2)
)

# %% [markdown] lang="en"
# The mean of what each base gets. (`copy`, because these functions may work in place.) Nothing warns you when you feed a base the
# wrong range: the shapes fit. What it costs we measure further down.
#
# ## Features once, and kept
#
# A frozen base gives the same features in every epoch, as you saw by hand. So run each photo through it **once**, and keep what comes
# out. `models.cached` writes it to `runs/cache/` under a name made from *everything it depends on*: the photos, the base with its weights
# and size, and what the preprocessing makes of a few test pixels (`probe`). Other photos or another base get another file; a run that is
# killed leaves none.

# %% [markdown] lang="es"
# La media de lo que recibe cada base. (`copy`, porque estas funciones pueden modificar lo que reciben). Nada te avisa si le das a una
# base el rango equivocado: las formas encajan. Lo que cuesta lo medimos más abajo.
#
# ## Características: calcularlas una vez y guardarlas
#
# Una base congelada da las mismas características en cada época, como has visto a mano. Así que pasa cada foto por ella **una sola
# vez** y guarda lo que sale. `models.cached` lo escribe en `runs/cache/` con un nombre hecho de *todo aquello de lo que depende*: las
# fotos, la base con sus pesos y su tamaño, y lo que hace el preprocesado con unos píxeles de prueba (`probe`). Otras fotos u otra base
# dan otro archivo; una ejecución interrumpida no deja ninguno.

# %%
# %%needs photos
photos_mark = models.fingerprint(train_folder, rest_folder)
probe = np.linspace(0, 255, 48, dtype="float32").reshape(1, 4, 4, 3)


def extract(base, prepare, name):
    inputs = photos[name].batch(50).map(lambda x, y: prepare(x)).prefetch(1)

    def compute():
        steps = tqdm(inputs, desc=f"{base.name} {name}", leave=False)
        return np.concatenate(
            [base.predict_on_batch(batch).astype("float16") for batch in steps]
        )

    depends_on = [photos_mark, base, name, np.asarray(prepare(probe.copy()))]
    return models.cached(f"{base.name}_{name}", depends_on, compute).astype("float32")


# %% [markdown] lang="en"
# On disk, `float16` halves the files and is precise enough for features. Since we want to fine-tune block 5 later, we keep what
# comes out of **block 4**; block 5, on pictures of 10 × 10, is quick. A few minutes on two CPU cores, once; the second time, a
# moment.

# %% [markdown] lang="es"
# En disco, `float16` reduce los archivos a la mitad y es lo bastante preciso para características. Como después queremos ajustar el
# bloque 5, guardamos lo que sale del **bloque 4**; el bloque 5, con imágenes de 10 × 10, va rápido. Unos minutos en una CPU de dos
# núcleos, una sola vez; la segunda, un momento.

# %%
# %%needs photos vgg16
vgg = models.pretrained_base("VGG16", SIZE)
vgg.trainable = False
block4 = keras.Model(
    vgg.input, vgg.get_layer("block4_pool").output, name="vgg16_block4"
)
block5 = keras.Model(vgg.get_layer("block4_pool").output, vgg.output, name="block5")

start = time.perf_counter()
block4_features = {name: extract(block4, vgg_input, name) for name in photos}
vgg_features = {
    name: block5.predict(part, batch_size=32, verbose=0)
    for name, part in block4_features.items()
}
seconds_once = time.perf_counter() - start
print(
    {name: part.shape for name, part in vgg_features.items()}, f"{seconds_once:.0f} s"
)

# %% [markdown] lang="en"
# The head averages over the 25 places (`GlobalAveragePooling2D`) and decides. It has 513 weights, so an epoch is quick.

# %% [markdown] lang="es"
# La cabeza promedia las 25 posiciones (`GlobalAveragePooling2D`) y decide. Tiene 513 pesos, así que cada época es rápida.


# %%
# %%needs photos
def head(features, *first):
    keras.utils.set_random_seed(SEED)
    dropout, answer = layers.Dropout(0.5), layers.Dense(1, activation="sigmoid")
    pooling = layers.GlobalAveragePooling2D()
    shape = keras.Input(shape=features.shape[1:])
    return keras.Sequential([shape, *first, pooling, dropout, answer])


def as_batches(features, name):
    pairs = tf.data.Dataset.from_tensor_slices((features, labels[name]))
    if name == "train":
        pairs = pairs.shuffle(len(features), seed=SEED)
    return pairs.batch(32).prefetch(tf.data.AUTOTUNE)


# %%
# %%needs photos vgg16
feature_sets = {name: as_batches(part, name) for name, part in vgg_features.items()}
vgg_head = head(vgg_features["train"])
photo_runs["vgg16_features"] = fit_and_record(
    "vgg16_features", vgg_head, feature_sets, epochs=30
)
plots.curves(photo_runs["vgg16_features"])

# %% [markdown] lang="en"
# ## The slower alternative: augmentation
#
# Altered photos are new in every epoch, so their features cannot be kept: each epoch runs everything through the base again. Is it
# worth it? When the head overfits, and you have a GPU or an evening. On a GPU this cell trains ten epochs. On a CPU it times ten batches
# and extrapolates to 30 epochs, beside 30 epochs with features that are kept (on a first run, computing them included).

# %% [markdown] lang="es"
# ## La alternativa lenta: con aumento
#
# Las fotos alteradas son nuevas en cada época, así que sus características no se pueden guardar: en cada época hay que pasarlo todo otra
# vez por la base. ¿Vale la pena? Sí, si la cabeza sobreajusta y tienes una GPU o toda la tarde. En una GPU, esta celda entrena diez
# épocas. En una CPU mide diez lotes y extrapola a 30 épocas, al lado de 30 épocas con características guardadas (la primera vez,
# incluido el cálculo).


# %%
# %%needs photos
def with_augmentation(base, prepare):
    inputs = keras.Input(shape=(SIZE, SIZE, 3))
    altered = photo_augmentation()(inputs)
    features = base(prepare(altered), training=False)
    return keras.Model(inputs, head(features)(features))


# %%
# %%needs photos vgg16
slow_model = with_augmentation(vgg, vgg_input)
if tf.config.list_physical_devices("GPU"):
    photo_runs["vgg16_augmented"] = fit_and_record(
        "vgg16_augmented", slow_model, batches, epochs=10
    )
else:
    few = batches["train"].take(10)
    slow_model.compile("adam", "binary_crossentropy")
    slow_model.fit(few.take(1), shuffle=False, verbose=0)
    start = time.perf_counter()
    slow_model.fit(few, shuffle=False, verbose=0)
    share = len(batches["train"]) / len(few)
    recomputed = 30 * share * (time.perf_counter() - start)
    kept = seconds_once + photo_runs["vgg16_features"].seconds
    print(f"{recomputed / 60:.0f} min  {kept / 60:.1f} min")

# %% [markdown] lang="en"
# ## Fine-tuning block 5
#
# The last block sees what ImageNet needed; let it see what *we* need. Blocks 1 to 4 stay frozen, so block 5 can learn from the
# **features of block 4 that we kept**: no photo goes through the lower blocks again. The trained head comes along, and the learning rate
# is a hundredth of the usual one. Four epochs, about half a minute each on two cores.
#
# We thaw *layer by layer*, to see what is thawed. `block5.trainable = True` would do the same: *setting* it reaches down to the layers.
# *Reading* it does not: `block5.trainable` has said `True` all along, though `vgg` had frozen every layer in it. The last lines of the cell look, as always, at the weights: block 4 as before, block 5 changed.

# %% [markdown] lang="es"
# ## Ajuste fino del bloque 5
#
# El último bloque ve lo que necesitaba ImageNet; que vea lo que necesitamos *nosotros*. Los bloques 1 a 4 siguen congelados, así que el
# bloque 5 puede aprender de las **características del bloque 4 que guardamos**: ninguna foto vuelve a pasar por los bloques de abajo. La
# cabeza entrenada lo acompaña, y la tasa de aprendizaje es una centésima de la habitual. Cuatro épocas, de medio minuto más o menos cada
# una en dos núcleos.
#
# Descongelamos *capa a capa*, para ver qué se descongela. `block5.trainable = True` haría lo mismo: al *asignarlo*, llega hasta las
# capas. Al *leerlo*, no: `block5.trainable` nunca ha dejado de decir `True`, aunque `vgg` había congelado todas sus capas. Las últimas líneas de la celda miran, como siempre, los pesos: el bloque 4, igual; el bloque 5, cambiado.

# %%
# %%needs photos vgg16
block4_sets = {name: as_batches(part, name) for name, part in block4_features.items()}
before = {name: vgg.get_layer(f"block{name}_conv1").get_weights() for name in (4, 5)}
for layer in block5.layers:
    layer.trainable = True
tuned = keras.Sequential([keras.Input(shape=block5.input_shape[1:]), block5, vgg_head])
photo_runs["vgg16_fine_tuned"] = fit_and_record(
    "vgg16_fine_tuned", tuned, block4_sets, epochs=4, learning_rate=1e-5
)
for name, unchanged in {4: True, 5: False}.items():
    now = vgg.get_layer(f"block{name}_conv1").get_weights()
    assert all(map(np.array_equal, now, before[name])) == unchanged

# %% [markdown] lang="en"
# ## What do the layers respond to?
#
# One photo, one feature map of each block: the one that answers most strongly. In block 1 you should still recognise the cat; in
# block 5 only a few places are left that say *here*.

# %% [markdown] lang="es"
# ## ¿A qué responden las capas?
#
# Una foto y un mapa de características de cada bloque: el que responde con más fuerza. En el bloque 1 aún deberías reconocer el
# gato; en el bloque 5 quedan solo unas pocas posiciones que dicen *aquí*.

# %%
# %%needs vgg16
sight = models.pretrained_base("VGG16", SIZE)
outputs = [sight.get_layer(f"block{number}_conv1").output for number in range(1, 6)]
answers = keras.Model(sight.input, outputs).predict(vgg_input(cat.copy()), verbose=0)
pictures = {"photo": own_images[0]}
for number, maps in enumerate(answers, start=1):
    strongest = maps[0].mean(axis=(0, 1)).argmax()
    pictures[f"block{number}"] = maps[0, ..., strongest]
plots.side_by_side(columns=6, **pictures)

# %% [markdown] lang="en"
# **Grad-CAM** (Selvaraju and others, 2017) asks which places decided. How would the logarithm of the answer's probability change if
# a feature were a little stronger? That slope (`GradientTape` computes it), averaged over the places, is the feature's weight.
# Weigh the maps with it, and keep what speaks *for* the answer.

# %% [markdown] lang="es"
# **Grad-CAM** (Selvaraju y otros, 2017) pregunta qué posiciones decidieron. ¿Cómo cambiaría el logaritmo de la probabilidad de la
# respuesta si una característica fuera un poco más fuerte? Esa pendiente (la calcula `GradientTape`), promediada sobre las posiciones, es
# el peso de la característica. Pondera con él los mapas y quédate
# con lo que habla *a favor* de la respuesta.


# %%
def grad_cam(base, head, inputs):
    maps = tf.convert_to_tensor(base(inputs))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        dog = head(maps)
        score = tf.where(dog > 0.5, tf.math.log(dog), tf.math.log(1 - dog))
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1, keepdims=True))[0]
    heat = tf.image.resize(heat / (tf.reduce_max(heat) + 1e-9), inputs.shape[1:3])
    return dog.numpy().item(), heat.numpy()


def show_heat(image, heat):
    lit = (image * (0.25 + 0.75 * heat)).astype("uint8")
    display(plots.side_by_side(photo=image, grad_cam=heat[..., 0], lit=lit))


# %%
# %%needs photos vgg16
dog, heat = grad_cam(vgg, vgg_head, vgg_input(cat.copy()))
print(f"{dog:.3f}")
show_heat(own_images[0], heat)

# %% [markdown] lang="en"
# The number is the probability of a dog; bright places spoke for the answer. Look in this way at photos it gets wrong: a network may
# well have learnt the sofa.
#
# ## A smaller base: MobileNetV2
#
# VGG16 is one of many. These are the bases in `keras.applications`: one recipe, and for each its own size, speed and
# `preprocess_input`. (That of EfficientNet, ConvNeXt and MobileNetV3 does nothing: these networks scale inside, from 0–255. Call it all the
# same, and do not scale by hand.)

# %% [markdown] lang="es"
# El número es la probabilidad de perro; las zonas claras apoyaron la respuesta. Mira así las fotos que falla: quizá la
# red se haya fijado en el sofá.
#
# ## Una base más pequeña: MobileNetV2
#
# VGG16 es una de tantas. Estas son las bases de `keras.applications`: la receta es la misma, y cada una tiene su tamaño, su velocidad
# y su `preprocess_input`. (El de EfficientNet, ConvNeXt y MobileNetV3 no hace nada: esas redes escalan por dentro, a partir de 0–255.
# Llámalo de todos modos y no escales a mano).

# %%
names = [name for name in dir(keras.applications) if name[0].isupper()]
for row in range(0, len(names), 5):
    print(*(f"{name:18}" for name in names[row : row + 5]))

# %% [markdown] lang="en"
# MobileNetV2 (Sandler and others, 2018) was made for phones. Size and speed do not depend on the values of the weights, so this
# comparison needs no download. How many weights, and how many milliseconds per photo:

# %% [markdown] lang="es"
# MobileNetV2 (Sandler y otros, 2018) se hizo para móviles. El tamaño y la velocidad no dependen de lo que valgan los pesos, así que
# para compararlas no hay que descargar nada. Cuántos pesos y cuántos milisegundos por foto:

# %%
light = keras.applications.MobileNetV2(
    include_top=False, weights=None, input_shape=(SIZE, SIZE, 3)
)
twenty = np.zeros((20, SIZE, SIZE, 3), "float32")
for network in (anatomy, light):
    network.predict(twenty, verbose=0)
    start = time.perf_counter()
    network.predict(twenty, verbose=0)
    milliseconds = 1000 * (time.perf_counter() - start) / len(twenty)
    print(f"{network.name:22} {network.count_params():12,} {milliseconds:6.1f} ms")

# %% [markdown] lang="en"
# You swap the base yourself in **exercise 3** below. Here is the rest of the recipe, with half the epochs. Its accuracy is on the
# axis further down.

# %% [markdown] lang="es"
# El cambio de base lo haces tú en el **ejercicio 3** de más abajo. Aquí está el resto de la receta, con la mitad de épocas. Su exactitud
# la verás en el gráfico de más adelante.

# %%
# %%needs photos mobilenetv2
mobilenet = models.pretrained_base("MobileNetV2", SIZE)
mobilenet.trainable = False
start = time.perf_counter()
mobile_features = {name: extract(mobilenet, mobilenet_input, name) for name in photos}
print(f"{time.perf_counter() - start:.0f} s")

mobile_sets = {name: as_batches(part, name) for name, part in mobile_features.items()}
mobile_head = head(mobile_features["train"])
photo_runs["mobilenetv2_features"] = fit_and_record(
    "mobilenetv2_features", mobile_head, mobile_sets, epochs=15
)
print(f"{photo_runs['mobilenetv2_features'].test_accuracy:.3f}")

# %% [markdown] lang="en"
# Seconds for the features (a moment if they were kept), then the test accuracy; we measured {{mobilenetv2_features.test_accuracy}}. With
# the wrong food, pixels from 0 to 255 as they come from the file, and everything else unchanged:

# %% [markdown] lang="es"
# Segundos para las características (un momento si estaban guardadas) y exactitud de prueba; medimos
# {{mobilenetv2_features.test_accuracy}}. Con la comida equivocada, píxeles de 0 a 255 tal como salen del archivo, y todo lo demás igual:


# %%
# %%needs photos mobilenetv2
def forgotten(images):
    return images


wrong_features = {name: extract(mobilenet, forgotten, name) for name in photos}
wrong_sets = {name: as_batches(part, name) for name, part in wrong_features.items()}
photo_runs["wrong_input"] = fit_and_record(
    "wrong_input", head(wrong_features["train"]), wrong_sets, epochs=15
)
print(f"{photo_runs['wrong_input'].test_accuracy:.3f}")

# %% [markdown] lang="en"
# {{wrong_input.test_accuracy}} in our runs. No error, no warning, only a worse network. And the slower alternative, here for two
# epochs (recomputing is bearable with a base this small):

# %% [markdown] lang="es"
# {{wrong_input.test_accuracy}} en nuestras ejecuciones. Ni error ni aviso: solo una red peor. Y la alternativa lenta, aquí
# durante dos épocas (con una base tan pequeña, recalcular es soportable):

# %%
# %%needs photos mobilenetv2
photo_runs["mobilenetv2_augmented"] = fit_and_record(
    "mobilenetv2_augmented",
    with_augmentation(mobilenet, mobilenet_input),
    batches,
    epochs=2,
)
pair = "mobilenetv2_features", "mobilenetv2_augmented"
print(*(f"{photo_runs[name].test_accuracy:.3f}" for name in pair))
print(*(f"{photo_runs[name].seconds / photo_runs[name].epochs:.1f} s" for name in pair))

# %% [markdown] lang="en"
# Test accuracies, then seconds per epoch. We measured {{mobilenetv2_features.test_accuracy}} after 15 quick epochs with kept features
# and {{mobilenetv2_augmented.test_accuracy}} after two slow ones.
#
# ## All on one axis
#
# What you ran, beside what others published (Torres and Chollet, see the sources) for 2,000 training photos of the same collection.
# **Published is not measured**: without its weights, VGG16 shows published figures only. And exams differ: Chollet's 90.3 is a validation
# figure, his 96.8 a test figure with augmentation; the photos are not the same, either.

# %% [markdown] lang="es"
# Exactitudes de prueba y, después, segundos por época. Medimos {{mobilenetv2_features.test_accuracy}} tras 15 épocas rápidas con
# características guardadas y {{mobilenetv2_augmented.test_accuracy}} tras dos lentas.
#
# ## Todo en un eje
#
# Lo que has ejecutado, junto a lo que otros publicaron (Torres y Chollet: mira las fuentes) con 2000 fotos de entrenamiento de la misma
# colección. **Publicado no es medido**: sin sus pesos, de VGG16 solo hay cifras publicadas. Y los exámenes no son iguales: el 90.3 de
# Chollet es de validación, y su 96.8 es de prueba y con aumento de datos; tampoco las fotos son las mismas.

# %%
published = {
    "torres_cnn": 0.739,
    "torres_cnn_augmented": 0.801,
    "torres_vgg16_features": 0.904,
    "torres_vgg16_fine_tuned": 0.931,
    "chollet_vgg16_features_val": 0.903,
    "chollet_vgg16_fine_tuned": 0.968,
}
measured = {name: run.test_accuracy for name, run in photo_runs.items()}
figures.test_accuracies(measured, published)

# %% [markdown] lang="en"
# ## Your own photos
#
# Put the folder of your photos in place of `data.PHOTO`, our cat: `own_photos("/home/me/pets", size=SIZE)`. Whatever cannot be used
# is named with the reason. The number is again the probability of a dog; bright places spoke for the answer. With only 5 × 5 places
# the map is blurred.

# %% [markdown] lang="es"
# ## Tus propias fotos
#
# Pon la carpeta de tus fotos en lugar de `data.PHOTO`, nuestro gato: `own_photos("/home/yo/mascotas", size=SIZE)`. Lo que no se
# pueda usar se nombra, con el motivo. El número es otra vez la probabilidad de perro; las zonas claras apoyaron la respuesta. Con
# solo 5 × 5 zonas, el mapa sale borroso.

# %%
# %%needs photos mobilenetv2
own_images, own_names = own_photos(data.PHOTO, size=SIZE)
for image, name in zip(own_images, own_names, strict=True):
    inputs = mobilenet_input(image[np.newaxis].astype("float32"))
    dog, heat = grad_cam(mobilenet, mobile_head, inputs)
    print(f"{name}: {dog:.3f}")
    show_heat(image, heat)

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. Borrow and freeze
#
# Write a function `assemble(base)`. It gets a trained base, a Keras model that gives a row of features per image, and returns a network
# for **3 classes** on top of it, compiled and ready for `fit` with whole-number labels. The base must stay exactly as it is; the head
# must learn.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Tomar prestado y congelar
#
# Escribe una función `assemble(base)`. Recibe una base entrenada, un modelo de Keras que da una fila de características por imagen, y
# devuelve una red para **3 clases** construida sobre ella, compilada y lista para `fit` con etiquetas enteras. La base debe quedar
# exactamente como está; la cabeza tiene que aprender.

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
# ### 2. Find the bug
#
# A colleague trained a head on a frozen base and now wants to fine-tune. With `her_thaw` the base does not move by a hair, however many
# epochs she adds. Write a `thaw` that gets such a network ready for fine-tuning: the next `fit` should change the base, but *gently*.
# (The base is the first layer; the labels are whole numbers.)

# %% [markdown] lang="es"
# ### 2. Encuentra el error
#
# Una compañera entrenó una cabeza sobre una base congelada y ahora quiere hacer ajuste fino. Con `her_thaw`, la base no se mueve ni un
# pelo, por muchas épocas que añada. Escribe un `thaw` que prepare una red así para el ajuste fino: el siguiente `fit` debe cambiar la
# base, pero *con suavidad*. (La base es la primera capa; las etiquetas son enteros).


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
# ### 3. Swap the base
#
# Write `prepare_and_extract(images)`: it gets photos of shape (N, 96, 96, 3), `uint8` from 0 to 255, and returns what **MobileNetV2**
# without its top makes of them: a **row of 1,280 features per photo**, averaged over the places. Build it on `my_base`, which stands in
# for the trained one (its weights are random, so that nothing needs a download).

# %% [markdown] lang="es"
# ### 3. Cambia la base
#
# Escribe `prepare_and_extract(images)`: recibe fotos de forma (N, 96, 96, 3), `uint8` de 0 a 255, y devuelve lo que hace con ellas
# **MobileNetV2** sin su parte superior: una **fila de 1280 características por foto**, promediadas sobre las posiciones.
# Constrúyela sobre `my_base`, que hace las veces de la base entrenada (sus pesos son aleatorios, para que no haya nada que
# descargar).

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
# ### 4. How much to keep?
#
# With photos of 160 × 160, block 4 of VGG16 gives 10 × 10 places of 512 features. How many **megabytes** (millions of bytes) do those of
# 2,000 photos take in `float16`?

# %% [markdown] lang="es"
# ### 4. ¿Cuánto hay que guardar?
#
# Con fotos de 160 × 160, el bloque 4 de VGG16 da 10 × 10 posiciones con 512 características. ¿Cuántos **megabytes** (millones de bytes)
# ocupan las de 2000 fotos en `float16`?

# %% tags=["exercise"]
megabytes = ...

check.size_of_cache(megabytes)
# check.size_of_cache.hint()

# %% tags=["solution"]
megabytes = 2_000 * 10 * 10 * 512 * 2 / 1e6

check.size_of_cache(megabytes)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** 40 X-ray pictures of two kinds of fracture, and a base trained on ImageNet. Where do you begin?
#
# - (a) Fine-tune all of the base: X-rays are quite different.
# - (b) Freeze the base and train a small head on its features; also try those of an earlier block.
# - (c) Train from scratch: a base that knows only cats cannot help.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** 40 radiografías de dos tipos de fractura y una base entrenada con ImageNet. ¿Por dónde empiezas?
#
# - (a) Ajuste fino de toda la base: las radiografías son muy distintas.
# - (b) Congelar la base y entrenar una cabeza pequeña con sus características; probar también las de un bloque anterior.
# - (c) Entrenar desde cero: una base que solo conoce gatos no puede ayudar.

# %% tags=["exercise"]
answer = ...

check.quiz_few(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_few(answer)

# %% [markdown] lang="en"
# **B.** Why can features not be computed once when the photos are augmented anew in every epoch?
#
# - (a) Because a frozen base gives other features for the same photo in every epoch.
# - (b) Because the base sees another picture each time, and other pictures have other features.
# - (c) Because augmentation changes the weights of the base.

# %% [markdown] lang="es"
# **B.** ¿Por qué no se pueden calcular las características una sola vez si las fotos se alteran de manera distinta en cada época?
#
# - (a) Porque una base congelada da otras características para la misma foto en cada época.
# - (b) Porque la base ve cada vez otra imagen, y otras imágenes tienen otras características.
# - (c) Porque el aumento cambia los pesos de la base.

# %% tags=["exercise"]
answer = ...

check.quiz_once(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_once(answer)

# %% [markdown] lang="en"
# **C.** Why is the head trained first, and the base thawed only then?
#
# - (a) A fresh head asks for changes at random, which would spoil what the base has learnt.
# - (b) Keras does not allow both at once.
# - (c) The base would learn faster than the head and overtake it.

# %% [markdown] lang="es"
# **C.** ¿Por qué se entrena primero la cabeza y la base se descongela después?
#
# - (a) Una cabeza nueva pide cambios al azar, que estropearían lo que la base ha aprendido.
# - (b) Keras no permite las dos cosas a la vez.
# - (c) La base aprendería más deprisa que la cabeza y la adelantaría.

# %% tags=["exercise"]
answer = ...

check.quiz_order(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_order(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs beside ours. `their_network` has no exam: it only lends its base. Rows of VGG16 are yours alone: we did not run it, and
# only quoted others.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras. `their_network` no hace examen: solo presta su base. Las filas de VGG16 son solo tuyas: nosotros
# solo hemos citado a otros.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run. The last two sentences need the photos and MobileNetV2:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución. Las dos últimas frases necesitan las fotos y MobileNetV2:

# %%
accuracy = {name: run.test_accuracy for name, run in {**runs, **photo_runs}.items()}

claim("features_beat_scratch", accuracy["features"], ">", accuracy["scratch"], unit="%",
      en="borrowed features beat training from scratch, both without augmentation",
      es="las características prestadas ganan a entrenar desde cero, ambas sin aumento de datos")
claim("features_beat_scratch_augmented", accuracy["features_augmented"], ">", accuracy["scratch_augmented"], unit="%",
      en="borrowed features beat training from scratch, both with augmentation",
      es="las características prestadas ganan a entrenar desde cero, ambas con aumento de datos")
claim("frozen_stays", frozen_movement, "<=", 0,
      en="the largest change of any weight in a frozen base is zero",
      es="el mayor cambio de un peso en una base congelada es cero")
claim("thawed_moves", thawed_movement, ">", 0,
      en="after fine-tuning, every weight array of the base has changed, even the one that moved least",
      es="tras el ajuste fino han cambiado todos los arrays de pesos de la base, incluso el que menos se movió")
claim("large_rate_tramples", accuracy["large_rate"], "<", accuracy["features"], unit="%",
      en="fine-tuning with a large learning rate ends below the features that it started from",
      es="el ajuste fino con una tasa de aprendizaje grande acaba por debajo de las características de las que partía")

# %%
# %%needs photos mobilenetv2
borrowed_eyes = accuracy["mobilenetv2_features"]
claim("photos_transfer", borrowed_eyes, ">", accuracy["small_cnn_augmented"], unit="%",
      en="features of MobileNetV2 beat the small network that was trained with augmentation on the same photos",
      es="las características de MobileNetV2 ganan a la red pequeña entrenada con aumento de datos con las mismas fotos")
claim("photos_wrong_input", accuracy["wrong_input"], "<", borrowed_eyes, unit="%",
      en="fed with unprepared pixels, the same base does worse",
      es="con píxeles sin preparar, la misma base lo hace peor")

# %% [markdown] lang="en"
# ## In short
#
# - Few data: borrow a base, freeze it, train a head. The features of a frozen base are computed once.
# - Fine-tuning: the head first, then the last block, a learning rate ten to a hundred times smaller, and a new `compile`.
# - Every base has its own `preprocess_input`. A wrong one raises no error; it only costs accuracy.
# - Compare like with like: augmentation on both sides or on none. Choose by validation, report the test.
# - Do not believe `trainable`: compare weights.
#
# ## Go further
#
# - When does fine-tuning stop paying? Try block 3 instead of block 4, or ten photos per class instead of 1,000.
# - Another base from `keras.applications`, with its own `preprocess_input`.
# - Your own two classes: two folders, `image_dataset_from_directory`, and the cells above.
#
# **Sources.** K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014. M. Sandler and
# others, *MobileNetV2*, 2018. R. Selvaraju and others, *Grad-CAM*, 2017. J. Yosinski and others, *How transferable are features in deep
# neural networks?*, 2014. The task, and the published figures: F. Chollet, *Deep Learning with Python*, 1st ed., ch. 5; J. Torres, *Deep
# Learning: Introducción práctica con Keras*, ch. 6. Photos: Kaggle's *Dogs vs. Cats*, in the selection of Google's course on TensorFlow.

# %% [markdown] lang="es"
# ## En resumen
#
# - Pocos datos: toma prestada una base, congélala y entrena una cabeza. Las características de una base congelada se calculan una sola vez.
# - Ajuste fino: primero la cabeza, después el último bloque, una tasa de aprendizaje de diez a cien veces menor y otro `compile`.
# - Cada base tiene su propio `preprocess_input`. Uno equivocado no da error: solo cuesta exactitud.
# - Compara lo comparable: aumento en ambos lados o en ninguno. Elige con la validación; la cifra la da la prueba.
# - No te fíes de `trainable`: compara los pesos.
#
# ## Para ir más lejos
#
# - ¿Cuándo deja de compensar el ajuste fino? Prueba con el bloque 3 en vez del 4, o con diez fotos por clase en vez de 1000.
# - Otra base de `keras.applications`, con su propio `preprocess_input`.
# - Tus dos clases: dos carpetas, `image_dataset_from_directory` y las celdas de arriba.
#
# **Fuentes.** K. Simonyan y A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014. M. Sandler y
# otros, *MobileNetV2*, 2018. R. Selvaraju y otros, *Grad-CAM*, 2017. J. Yosinski y otros, *How transferable are features in deep neural
# networks?*, 2014. La tarea y las cifras publicadas: F. Chollet, *Deep Learning with Python*, 1.ª ed., cap. 5; J. Torres, *Deep Learning:
# Introducción práctica con Keras*, cap. 6. Fotos: *Dogs vs. Cats*, de Kaggle, en la selección del curso de Google sobre TensorFlow.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | their network; by hand: a frozen base | 10 | 10 |
# | prediction, three ways, *Read the picture* | 15 | 12 |
# | what can go wrong: a large learning rate, `trainable` without `compile` | 10 | 8 |
# | photos from folders, a small network from scratch | 10 | – |
# | VGG16, `preprocess_input` | 10 | 7 |
# | features once and kept, augmentation, fine-tuning block 5 | 15 | – |
# | what the layers respond to, MobileNetV2, all on one axis | 10 | – |
# | exercises and quiz; in 45, exercises 1 and 2 | 10 | 8 |
#
# **Before the class:** `python3 -m helpers download` on one machine, then copy `data/`. Without a GPU, run the cell of block 4 once
# beforehand and copy `runs/cache/`, too: it is only valid with the same photos and weights; with others the cell computes again.
# With everything downloaded, Run All took us 12 minutes on two cores (VGG16 with random weights, which cost as much); the cells of block 4
# and of fine-tuning, more than two minutes each. Start them, then talk.
#
# **On the board:** draw the network as a pipe with a tap before the head. Whose weights change when the tap is closed? Who has to work
# again when a photo is flipped?
#
# **Misconceptions the checks look for:** base not frozen; everything frozen; thawed without `compile`; a learning rate that tramples;
# another base's preprocessing; scaled twice; places not averaged; bytes and numbers confused.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | su red; a mano: una base congelada | 10 | 10 |
# | predicción, tres maneras y *Lee la imagen* | 15 | 12 |
# | qué puede salir mal: una tasa demasiado grande, `trainable` sin `compile` | 10 | 8 |
# | fotos desde carpetas, una red pequeña desde cero | 10 | – |
# | VGG16, `preprocess_input` | 10 | 7 |
# | características guardadas, aumento, ajuste fino del bloque 5 | 15 | – |
# | a qué responden las capas, MobileNetV2, todo en un eje | 10 | – |
# | ejercicios y preguntas; en 45, los ejercicios 1 y 2 | 10 | 8 |
#
# **Antes de la clase:** `python3 -m helpers download` en una máquina y después copiar `data/`. Sin GPU, ejecuta antes una vez la
# celda del bloque 4 y copia también `runs/cache/`: solo vale con las mismas fotos y los mismos pesos; si son otros, se calcula de
# nuevo. Con todo descargado, ejecutar el cuaderno entero nos llevó 12 minutos con dos núcleos (VGG16 con pesos al azar, que cuestan lo mismo);
# las celdas del bloque 4 y del ajuste fino, más de dos minutos cada una. Lánzalas y habla mientras tanto.
#
# **En la pizarra:** dibuja la red como una tubería con un grifo antes de la cabeza. ¿Qué pesos cambian con el grifo cerrado? ¿Quién tiene
# que volver a trabajar cuando se refleja una foto?
#
# **Ideas equivocadas que buscan las comprobaciones:** base sin congelar; todo congelado; descongelar sin `compile`; una tasa de
# aprendizaje que pisotea; el preprocesado de otra base; escalar dos veces; no promediar las posiciones; confundir bytes y números.
