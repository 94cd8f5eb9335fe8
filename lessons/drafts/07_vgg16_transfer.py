# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 40
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
# - feed each base what it expects, and look at what it looks at.
#
# You need lessons 01 and 02. About 40 minutes. **Part one runs offline.** The cells of part two need downloads (127
# MB, once, and 9 MB for a smaller base); without them, each says so in one sentence.

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
# - dar a cada base lo que espera y mirar adónde mira.
#
# Necesitas las lecciones 01 y 02. Unos 40 minutos. **La primera parte funciona sin conexión.** Las celdas de la
# segunda necesitan descargas (127 MB, una sola vez, y 9 MB para una base más pequeña); sin ellas, cada una lo dice en una frase.

# %% [markdown] lang="en"
# ## Setup

# %% [markdown] lang="es"
# ## Preparación

# %% tags=["setup"]

# %%
import time

import keras
import numpy as np
import psutil
import tensorflow as tf
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import cache, data, models, plots
from helpers.checks import lesson_07 as check
from helpers.photos import own_photos
from helpers.results import claim, predict, record, table

tf.get_logger().setLevel("ERROR")

# %% [markdown] lang="en"
# # Part one: in miniature
#
# ## Why: two very different tasks
#
# Somebody has thousands of digits, but only **0 to 4**. You want to tell **5 from 6, 7, 8 and 9**, and you have ten
# images of each. Their network cannot even name your digits. Can it help you?
#
# *Their* data: all the zeros to fours of our training and test sets. (The test set may be plundered: no exam in this lesson
# asks for a 0.) *Your* data: 50 images to train with. Validation and test hold fives to nines only.

# %% [markdown] lang="es"
# # Primera parte: en miniatura
#
# ## Por qué: dos tareas muy distintas
#
# Alguien tiene miles de dígitos, pero solo **del 0 al 4**. Tú quieres distinguir **el 5 del 6, el 7, el 8 y el 9**, y tienes
# diez imágenes de cada uno. Su red ni siquiera sabe nombrar tus dígitos. ¿Te puede ayudar?
#
# *Sus* datos: todos los ceros a cuatros de nuestros conjuntos de entrenamiento y de prueba. (El de prueba se puede saquear:
# en esta lección ningún examen pregunta por un 0). *Tus* datos: 50 imágenes para entrenar. En validación y prueba solo hay cincos a nueves.


# %%
def pick(images, labels, low):
    chosen = (labels >= low) & (labels < low + 5)
    images = images[chosen][..., np.newaxis].astype("float32") / 255
    return images, labels[chosen] - low


train, val, test = data.load_mnist()
theirs = [pick(*train, low=0), pick(*test, low=0)]
x_theirs, y_theirs = (np.concatenate(parts) for parts in zip(*theirs, strict=True))

x_new, y_new = (part[:50] for part in pick(*train, low=5))
x_val, y_val = pick(*val, low=5)
x_test, y_test = pick(*test, low=5)
print(len(x_theirs), len(x_new), np.bincount(y_new), len(x_val), len(x_test))

# %%
plots.gallery(x_new, columns=25)

# %% [markdown] lang="en"
# ## Their network: a base and a head
#
# A convolutional network has two parts. The **base**, the convolutions, turns pixels into *features*: strokes, corners, loops. The
# **head**, the last dense layer, turns features into an answer. We keep them apart, so that the head can be changed.
#
# Two habits besides: the augmentation is a gentle one (turns, shifts and zooms of about 5 %), and `CosineDecay` lets the
# learning rate fade to nothing over so many `steps` (batches), so that with 50 images it is not the last few batches that decide.

# %% [markdown] lang="es"
# ## Su red: una base y una cabeza
#
# Una red convolucional tiene dos partes. La **base**, las convoluciones, convierte píxeles en *características* (*features*):
# trazos, esquinas, bucles. La **cabeza** (*head*), la última capa densa, convierte características en una respuesta. Las
# tenemos por separado para poder cambiar de cabeza.
#
# Dos costumbres más: el aumento es suave (giros, desplazamientos y zoom de alrededor del 5 %), y `CosineDecay` va apagando la
# tasa de aprendizaje a lo largo de tantos `steps` (lotes), para que con 50 imágenes no decidan los últimos lotes.


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
exam = their_model.evaluate(x_old, y_old, return_dict=True, verbose=0)
record("their_network", val_accuracy=exam["accuracy"])
learnt = base.get_weights()
print(f"{exam['accuracy']:.3f}")

# %% [markdown] lang="en"
# Printed: how many of 500 fresh zeros to fours it gets right. It has never seen a 5. `learnt` is what we borrow: the
# weights of the base. Their head, which only knows the names 0 to 4, stays behind.
#
# ## By hand: a frozen base is just a function
#
# If the base never changes, the network is *features first, then a softmax*. In NumPy, with a fresh head:

# %% [markdown] lang="es"
# Impreso: cuántos de 500 ceros a cuatros nuevos acierta. Nunca ha visto un 5. `learnt` es lo que tomamos prestado: los pesos
# de la base. Su cabeza, que solo sabe los nombres del 0 al 4, se queda allí.
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

np.testing.assert_allclose(by_hand, model.predict(x_new, verbose=0), atol=1e-5)
print(features.shape)

# %% [markdown] lang="en"
# Silence: the same numbers. Each image has become 1,152 features, and a frozen base gives the same ones in every epoch. So they can be computed **once**. In
# part two, where a base takes minutes instead of a blink, that decides everything.
#
# ## Predict first
#
# From scratch, 50 images; or their base, frozen, and a new head trained on the same 50. What test accuracy do you
# expect of each? (Guessing gives 20 %.)

# %% [markdown] lang="es"
# Silencio: los mismos números. Cada imagen se ha convertido en 1152 características, y una base congelada da las mismas en
# cada época. Así que se pueden calcular **una sola vez**. En la segunda parte, donde una base tarda minutos en vez de un parpadeo, eso lo decide todo.
#
# ## Primero, tu predicción
#
# Desde cero, 50 imágenes; o su base, congelada, y una cabeza nueva entrenada con las mismas 50. ¿Qué exactitud de
# prueba esperas de cada una? (Al azar, un 20 %).

# %%
predict("scratch", test_accuracy=...)
predict("features", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: three ways, each with and without augmentation
#
# Augmentation alone helps, as you know from lesson 02. So we compare like with like: each way once without it, once with it.
# Always the same 50 images, 40 epochs, batches of 10.

# %% [markdown] lang="es"
# ## El experimento: tres maneras, cada una con y sin aumento
#
# El aumento de datos ayuda por sí solo, como sabes de la lección 02. Así que comparamos lo comparable: cada manera, una vez
# sin él y otra con él. Siempre las mismas 50 imágenes, 40 épocas, lotes de 10.


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
# **1. From scratch.** Fresh weights everywhere.

# %% [markdown] lang="es"
# **1. Desde cero.** Pesos nuevos en todas partes.

# %%
runs = {}
for name, first in {"scratch": [], "scratch_augmented": [augmentation()]}.items():
    keras.utils.set_random_seed(SEED)
    model = compiled(classifier(convolutions(), *first))
    runs[name] = train_and_record(name, model)

# %% [markdown] lang="en"
# **2. Feature extraction.** Their base, **frozen** with `trainable = False`; only the new head learns. Freeze first, compile
# afterwards.

# %% [markdown] lang="es"
# **2. Extracción de características.** Su base, **congelada** con `trainable = False`; solo aprende la cabeza nueva.
# Primero congelar y después compilar.


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
# Frozen? We do not believe it, we look: every weight of the base, bit by bit. And we keep a copy of each network, because
# what comes next changes them.

# %% [markdown] lang="es"
# ¿Congelada? No nos lo creemos: miramos cada peso de la base, bit a bit. Y guardamos una copia de cada red, porque lo que
# viene ahora las cambia.


# %%
def movement(model):
    now = model.get_layer("base").get_weights()
    return [np.abs(a - b).max() for a, b in zip(now, learnt, strict=True)]


for model in extractors.values():
    for now, before in zip(model.get_layer("base").get_weights(), learnt, strict=True):
        np.testing.assert_array_equal(now, before)

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
# The largest change of any frozen weight array, and the smallest largest change of a thawed one: none stayed as it was.
#
# ## Read the picture

# %% [markdown] lang="es"
# El mayor cambio en un array de pesos congelado y el menor de los mayores cambios en uno descongelado: ninguno se quedó como estaba.
#
# ## Lee la imagen

# %%
plots.test_accuracies({name: run.test_accuracy for name, run in runs.items()})

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds:
#
# | | without augmentation | with augmentation |
# |---|--:|--:|
# | from scratch | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | feature extraction | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | fine-tuning | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Read each column by itself. A base that has never seen a 5 knows strokes and loops, and those are what a 5 is made of. What fine-tuning
# adds is the difference between the last two rows: set it against the ± before you believe in it. Thawing thousands of weights for 50
# images leaves much to chance.

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas:
#
# | | sin aumento | con aumento |
# |---|--:|--:|
# | desde cero | {{scratch.test_accuracy}} | {{scratch_augmented.test_accuracy}} |
# | extracción de características | {{features.test_accuracy}} | {{features_augmented.test_accuracy}} |
# | ajuste fino | {{fine_tuned.test_accuracy}} | {{fine_tuned_augmented.test_accuracy}} |
#
# Lee cada columna por separado. Una base que nunca ha visto un 5 conoce trazos y bucles, y de eso está hecho un 5. Lo que
# añade el ajuste fino es la diferencia entre las dos últimas filas: compárala con el ± antes de creértela. Descongelar miles de
# pesos para 50 imágenes deja mucho al azar.

# %% [markdown] lang="en"
# ## What can go wrong: a learning rate that is too large
#
# The base is already good. Adam with 0.03 does not polish it, it tramples over it. The same start, the same 20 epochs,
# broken:

# %% [markdown] lang="es"
# ## Qué puede salir mal: una tasa de aprendizaje demasiado grande
#
# La base ya es buena. Adam con 0.03 no la pule: la pisotea. El mismo punto de partida, las mismas 20 épocas, roto:

# %%
trampled = extractors["features"]
trampled.set_weights(extracted["features"])
compiled(trampled, steps=100, learning_rate=3e-2)
runs["large_rate"] = train_and_record("large_rate", trampled, epochs=20)

wanted = ("features", "large_rate", "fine_tuned")
plots.test_accuracies({name: runs[name].test_accuracy for name in wanted})

# %% [markdown] lang="en"
# Where it started, what a large rate made of it ({{large_rate.test_accuracy}} in our runs), and the mended version with
# 0.0001. A new head makes large errors at first, and large errors make large steps. So: **train the head first, frozen; then thaw, with small steps.**
#
# ## What can go wrong: `trainable` without `compile`
#
# `fit` prepares its training step once, and that step remembers which weights it may touch. Change `trainable` afterwards
# without compiling, and **nothing happens, without a warning**. Broken, then mended:

# %% [markdown] lang="es"
# De dónde salió, qué hizo con ello una tasa grande ({{large_rate.test_accuracy}} en nuestras ejecuciones) y la versión
# arreglada, con 0.0001. Una cabeza nueva comete al principio grandes errores, y los grandes errores dan grandes pasos. Por
# tanto: **primero entrena la cabeza, con la base congelada; después descongela, con pasos pequeños.**
#
# ## Qué puede salir mal: `trainable` sin `compile`
#
# `fit` prepara su paso de entrenamiento una sola vez, y ese paso recuerda qué pesos puede tocar. Si después cambias
# `trainable` sin compilar, **no pasa nada, ni siquiera un aviso**. Primero roto, luego arreglado:

# %%
model = borrowed()
model.fit(x_new, y_new, verbose=0)
model.get_layer("base").trainable = True
model.fit(x_new, y_new, verbose=0)
print(f"{max(movement(model)):.2g}")

compiled(model, learning_rate=1e-4)
model.fit(x_new, y_new, verbose=0)
print(f"{max(movement(model)):.2g}")

# %% [markdown] lang="en"
# It works the other way round, too: frozen after a first `fit`, the base goes on learning. (If the next batches have
# another size, Keras prepares its step anew and stumbles over an *Unknown variable*: the same cause.) **After every change
# of `trainable`: `compile`.**
#
# ## When to borrow how much: a rule of thumb
#
# | your data | like the base's | unlike the base's |
# |---|---|---|
# | **few** | feature extraction from the last layers | feature extraction from *earlier* layers |
# | **many** | fine-tune the last blocks | fine-tune everything, or train from scratch and compare |
#
# First layers see edges and colours, which serve everybody; last layers see what *their* task needed. Few data cannot
# re-train much. It is a rule of thumb: validation data decide.

# %% [markdown] lang="es"
# Al revés pasa lo mismo: congelada después de un primer `fit`, la base sigue aprendiendo. (Si los lotes siguientes tienen
# otro tamaño, Keras prepara su paso de nuevo y tropieza con una *Unknown variable*: la misma causa). **Tras cada cambio de
# `trainable`, `compile`.**
#
# ## Cuándo tomar prestado cuánto: una regla práctica
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
# there or can be fetched; else it prints one sentence, and you read on. On two CPU cores the cells with VGG16 take
# minutes; on a GPU (Colab has them) seconds.
#
# ## Photos from folders, as a stream
#
# `image_dataset_from_directory` reads photos when they are asked for, squeezes each to 150 × 150, and takes the label from the folder's
# name. The archive has no test set, and some courses therefore test on `validation`. **Never test on what you chose by**: we
# halve it, every other photo, with `shard`.

# %% [markdown] lang="es"
# # Segunda parte: de verdad
#
# ¿Perros o gatos? 2000 fotos para entrenar, 500 para validar, 500 para el examen. Cada celda de aquí abajo se ejecuta si su
# descarga está o se puede traer; si no, imprime una frase y tú sigues leyendo. En una CPU de dos núcleos, las celdas con
# VGG16 tardan minutos; en una GPU (Colab las tiene), segundos.
#
# ## Fotos desde carpetas, sobre la marcha
#
# `image_dataset_from_directory` lee las fotos cuando se las piden, encaja cada una en 150 × 150 y toma la etiqueta del nombre
# de la carpeta. El archivo no trae conjunto de prueba, y por eso algunos cursos prueban con `validation`. **Nunca examines
# con lo que te sirvió para elegir**: lo partimos en dos, una foto sí y otra no, con `shard`.

# %%
SIZE = 150
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
# Photos in each set, and the share of dogs. As an array of numbers the 2,000 would take half a gigabyte, a million photos 270 of
# them. A stream holds a few batches at a time, however many photos there are. Does it? We watch this process's memory
# while it reads an eighth of the photos, then all of them, eight times as many:

# %% [markdown] lang="es"
# Fotos de cada conjunto y proporción de perros. Como array de números, las 2000 ocuparían medio gigabyte; un millón de
# fotos, 270. Leídas sobre la marcha, solo hay unos pocos lotes en memoria, por muchas fotos que sean. ¿De verdad? Miramos
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
# (Most of it is TensorFlow itself.) A pipeline can also be quick: `cache` keeps decoded photos in memory, as whole numbers
# a quarter as large (135 MB for all 2,000; leave it out when they do not fit), and `prefetch` prepares the next batch while the network works on this one. The
# pipeline shuffles, so `fit` is told not to.
#
# ## A small network from scratch
#
# Convolutions as in lesson 01, for larger pictures; one output, the probability of a dog.

# %% [markdown] lang="es"
# (La mayor parte es el propio TensorFlow). El flujo también puede ser rápido: `cache` guarda en memoria las fotos ya
# decodificadas, como enteros, que ocupan la cuarta parte (135 MB las 2000; quítalo si no te caben), y `prefetch` prepara el lote siguiente mientras la red trabaja con este. El
# flujo ya baraja, así que a `fit` se le dice que no lo haga.
#
# ## Una red pequeña desde cero
#
# Convoluciones como en la lección 01, para imágenes más grandes; una sola salida, la probabilidad de perro.


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
def fit_and_record(name, model, data_sets, epochs, learning_rate=1e-3):
    adam = keras.optimizers.Adam(learning_rate)
    model.compile(adam, "binary_crossentropy", metrics=["accuracy"])
    start = time.perf_counter()
    history = model.fit(
        data_sets["train"],
        validation_data=data_sets["val"],
        epochs=epochs,
        callbacks=[TqdmCallback(verbose=0)],
        shuffle=False,
        verbose=0,
    )
    seconds = time.perf_counter() - start
    exam = model.evaluate(data_sets["test"], return_dict=True, verbose=0)
    return record(name, history, exam, seconds)


photo_runs["small_cnn"] = fit_and_record("small_cnn", small_cnn(), batches, epochs=15)

# %%
# %%needs photos
plots.curves(photo_runs["small_cnn"])

# %% [markdown] lang="en"
# The old acquaintance from lesson 01: it memorises. So, lesson 02: flip (a mirrored cat is a cat), turn, zoom. The altered
# photos are new in every epoch, on the training set only.

# %% [markdown] lang="es"
# La vieja conocida de la lección 01: memoriza. Así que, lección 02: reflejar (un gato en el espejo es un gato), girar,
# ampliar. Las fotos alteradas son nuevas en cada época, y solo en el conjunto de entrenamiento.


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
augmented_cnn = small_cnn(photo_augmentation())
photo_runs["small_cnn_augmented"] = fit_and_record(
    "small_cnn_augmented", augmented_cnn, batches, epochs=15
)
plots.compare(*photo_runs.values(), metric="accuracy")

# %% [markdown] lang="en"
# We measured {{small_cnn.test_accuracy}} on the test photos and, with augmentation and the same 15 epochs,
# {{small_cnn_augmented.test_accuracy}}. In training the two stood at {{small_cnn.train_accuracy}} and
# {{small_cnn_augmented.train_accuracy}}: the augmented one no longer memorises, but it learns more slowly, and 15 epochs may
# be too few to show on the test. More epochs would be the next thing to try; borrowed eyes are the other.
#
# ## VGG16: what we borrow
#
# Simonyan and Zisserman, Oxford, 2014: trained on 1.2 million photos of 1,000 classes (ImageNet), many of them dogs and cats. `keras.applications` builds
# it. Without its **top** (the 1,000-class head) and, here, without its weights, which needs no download:

# %% [markdown] lang="es"
# Medimos {{small_cnn.test_accuracy}} con las fotos de prueba y, con aumento y las mismas 15 épocas,
# {{small_cnn_augmented.test_accuracy}}. En entrenamiento estaban en {{small_cnn.train_accuracy}} y
# {{small_cnn_augmented.train_accuracy}}: la que usa aumento ya no memoriza, pero aprende más despacio, y puede que 15 épocas
# no basten para que se note en la prueba. Lo siguiente sería probar con más épocas; lo otro, unos ojos prestados.
#
# ## VGG16: lo que tomamos prestado
#
# Simonyan y Zisserman, Oxford, 2014: entrenada con 1,2 millones de fotos de 1000 clases (ImageNet), muchas de ellas perros y
# gatos. La construye `keras.applications`. Sin su parte superior, **top** (la cabeza de 1000 clases), y, aquí, sin sus pesos, para lo que no hace falta descargar nada:

# %%
anatomy = keras.applications.VGG16(
    include_top=False, weights=None, input_shape=(150, 150, 3)
)
anatomy.summary()
assert anatomy.count_params() == 14_714_688

# %% [markdown] lang="en"
# Read it from top to bottom. **Five blocks**, each two or three convolutions of 3 × 3 and a pooling that halves the picture:
# 150, 75, 37, 18, 9, 4. While the picture shrinks, the features grow from 64 to 512. What comes out has shape (4, 4, 512): sixteen places, 512
# features each. 14,714,688 weights, nearly half of them in block 5.
#
# ## Each base has its own taste: `preprocess_input`
#
# VGG16 was not trained on pixels from 0 to 1. It wants blue, green, red (in that order), from 0 to 255, minus ImageNet's mean
# colour. MobileNetV2 wants red, green, blue from −1 to 1. By hand, and checked against Keras, on our own cat:

# %% [markdown] lang="es"
# Léelo de arriba abajo. **Cinco bloques**, cada uno con dos o tres convoluciones de 3 × 3 y un *pooling* que reduce la imagen a
# la mitad: 150, 75, 37, 18, 9, 4. Mientras la imagen encoge, las características crecen de 64 a 512. Lo que sale tiene forma (4, 4,
# 512): dieciséis sitios con 512 características cada uno. 14 714 688 pesos, casi la mitad en el bloque 5.
#
# ## Cada base tiene sus gustos: `preprocess_input`
#
# VGG16 no se entrenó con píxeles de 0 a 1. Quiere azul, verde y rojo (en ese orden), de 0 a 255, menos el color medio de
# ImageNet. MobileNetV2 quiere rojo, verde y azul de −1 a 1. A mano, y comprobado con Keras, con nuestro gato:

# %%
vgg_input = keras.applications.vgg16.preprocess_input
mobilenet_input = keras.applications.mobilenet_v2.preprocess_input

own_images, own_names = own_photos(data.PHOTO, size=150)
cat = own_images.astype("float32")
by_hand = cat[..., ::-1] - [103.939, 116.779, 123.68]
np.testing.assert_allclose(vgg_input(cat.copy()), by_hand, atol=1e-3)
np.testing.assert_allclose(mobilenet_input(cat.copy()), cat / 127.5 - 1, atol=1e-6)
print(
    vgg_input(cat.copy()).mean().round(1), mobilenet_input(cat.copy()).mean().round(2)
)

# %% [markdown] lang="en"
# (`copy`, because these functions may work in place.) Nothing warns you when you feed a base the wrong range: the shapes fit. What it costs
# we measure further down.
#
# ## Features once, and kept
#
# A frozen base gives the same features in every epoch, as you saw by hand. So run each photo through it **once**, and keep what comes out. `cache.cached`
# writes it to `runs/cache/` under a name made from *everything it depends on*: the photos, the weights of the base, the size, the
# preprocessing. Other photos or another base get another file; a run that is killed leaves none.

# %% [markdown] lang="es"
# (`copy`, porque estas funciones pueden modificar lo que reciben). Nada te avisa si le das a una base el rango equivocado:
# las formas encajan. Lo que cuesta lo medimos más abajo.
#
# ## Características, una sola vez y a guardar
#
# Una base congelada da las mismas características en cada época, como has visto a mano. Así que pasa cada foto por ella **una
# vez** y guarda lo que sale. `cache.cached` lo escribe en `runs/cache/` con un nombre hecho de *todo aquello de lo que
# depende*: las fotos, los pesos de la base, el tamaño, el preprocesado. Otras fotos u otra base dan otro archivo; una ejecución interrumpida no deja ninguno.

# %%
# %%needs photos
photos_mark = cache.fingerprint(train_folder, rest_folder)


def extract(base, prepare, name):
    inputs = photos[name].batch(32).map(lambda x, y: prepare(x))

    def compute():
        print(f"{base.name}: {name}")
        features = base.predict(inputs.prefetch(tf.data.AUTOTUNE), verbose=0)
        return features.astype("float16")

    weights_mark = models.weights_fingerprint(base)
    depends_on = [photos_mark, weights_mark, name, SIZE, prepare.__module__]
    return cache.cached(f"{base.name}_{name}", depends_on, compute)


# %% [markdown] lang="en"
# `float16` halves the files and is precise enough for features. Since we want to fine-tune block 5 later, we keep what comes out of **block 4**; block 5, on these
# small pictures, is quick. About ten minutes on two CPU cores, once; the second time, a moment.

# %% [markdown] lang="es"
# `float16` reduce los archivos a la mitad y es bastante preciso para características. Como después queremos ajustar el bloque
# 5, guardamos lo que sale del **bloque 4**; el bloque 5, con imágenes tan pequeñas, va rápido. Unos diez minutos en una CPU de dos núcleos, una sola vez; la segunda, un momento.

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
# The head averages the sixteen places (`GlobalAveragePooling2D`) and decides. It has 513 weights; thirty epochs take seconds.

# %% [markdown] lang="es"
# La cabeza promedia los dieciséis sitios (`GlobalAveragePooling2D`) y decide. Tiene 513 pesos; treinta épocas son segundos.


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
# worth it? When the head overfits, and you have a GPU or an evening. On a GPU this cell trains ten epochs; on a CPU it times ten batches and
# extrapolates to 30 epochs, beside the same with features that are kept.

# %% [markdown] lang="es"
# ## La alternativa lenta: con aumento
#
# Las fotos alteradas son nuevas en cada época, así que sus características no se pueden guardar: cada época lo pasa todo otra
# vez por la base. ¿Vale la pena? Cuando la cabeza sobreajusta y tienes una GPU o toda la tarde. En una GPU, esta celda entrena
# diez épocas; en una CPU mide diez lotes y extrapola a 30 épocas, al lado de lo mismo con características guardadas.


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
# The last block sees what ImageNet needed; let it see what *we* need. Blocks 1 to 4 stay frozen, so block 5 can learn from the **features of block 4 that we
# kept**: no photo goes through the lower blocks again. The trained head comes along, the learning rate is a hundredth. (A minute or two per epoch on two cores.) We thaw *layer by layer*: it was `vgg` that froze them, and `block5.trainable` has said `True` all along, so
# setting it once more changes nothing. The last lines of the cell look, as always, at the weights.

# %% [markdown] lang="es"
# ## Ajuste fino del bloque 5
#
# El último bloque ve lo que necesitaba ImageNet; que vea lo que necesitamos *nosotros*. Los bloques 1 a 4 siguen congelados, así que el
# bloque 5 puede aprender de las **características del bloque 4 que guardamos**: ninguna foto vuelve a pasar por los bloques bajos. La
# cabeza entrenada viene con él y la tasa de aprendizaje es una centésima. (Uno o dos minutos por época en dos núcleos). Descongelamos *capa a capa*: las congeló `vgg`, y `block5.trainable` nunca ha dejado de decir `True`, así que
# ponerlo otra vez no cambia nada. Las últimas líneas de la celda miran, como siempre, los pesos.

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
# One photo, one feature map of each block: the one that answers most strongly. Down in block 1 you still see the cat; up in block
# 5 there are a few places that say *here*.

# %% [markdown] lang="es"
# ## ¿A qué responden las capas?
#
# Una foto y un mapa de características de cada bloque: el que responde con más fuerza. Abajo, en el bloque 1, aún se ve el
# gato; arriba, en el bloque 5, quedan unos pocos sitios que dicen *aquí*.

# %%
# %%needs vgg16
sight = models.pretrained_base("VGG16", 150)
outputs = [sight.get_layer(f"block{number}_conv1").output for number in range(1, 6)]
answers = keras.Model(sight.input, outputs).predict(vgg_input(cat.copy()), verbose=0)
pictures = {"photo": own_images[0]}
for number, maps in enumerate(answers, start=1):
    strongest = maps[0].mean(axis=(0, 1)).argmax()
    pictures[f"block{number}"] = maps[0, ..., strongest]
plots.side_by_side(columns=6, **pictures)

# %% [markdown] lang="en"
# **Grad-CAM** (Selvaraju and others, 2017) asks which places decided. How would the score change if a feature were stronger? Average that slope over the
# places: it is the feature's weight. Weigh the maps with it, and keep what speaks *for* the answer.

# %% [markdown] lang="es"
# **Grad-CAM** (Selvaraju y otros, 2017) pregunta qué sitios decidieron. ¿Cómo cambiaría la puntuación si una característica
# fuera más fuerte? Promedia esa pendiente sobre los sitios: es el peso de la característica. Pondera con él los mapas y quédate con lo que habla *a favor* de la respuesta.


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
    plots.side_by_side(photo=image, grad_cam=heat[..., 0], lit=lit)


# %%
# %%needs photos vgg16
dog, heat = grad_cam(vgg, vgg_head, vgg_input(cat.copy()))
print(f"{dog:.3f}")
show_heat(own_images[0], heat)

# %% [markdown] lang="en"
# The number is the probability of a dog; bright places spoke for the answer. Look at photos that go wrong in this way: a network may well have learnt the sofa.
#
# ## A smaller base: MobileNetV2
#
# `keras.applications` has some forty bases: ResNet, EfficientNet, ConvNeXt… Same recipe, other size, speed and taste. MobileNetV2 (Sandler and others, 2018) was made for
# telephones: 2.3 million weights instead of 14.7, and far fewer multiplications. You swap it in yourself, **exercise 3** below;
# here is the rest of the recipe, unchanged.

# %% [markdown] lang="es"
# El número es la probabilidad de perro; los sitios claros hablaron a favor de la respuesta. Mira así las fotos que fallan: puede que la red haya aprendido el sofá.
#
# ## Una base más pequeña: MobileNetV2
#
# `keras.applications` tiene unas cuarenta bases: ResNet, EfficientNet, ConvNeXt… La misma receta con otro tamaño, otra velocidad
# y otros gustos. MobileNetV2 (Sandler y otros, 2018) se hizo para teléfonos: 2,3 millones de pesos en vez de 14,7 y muchas
# menos multiplicaciones. La cambias tú, en el **ejercicio 3** de más abajo; aquí está el resto de la receta, sin cambios.

# %%
# %%needs photos mobilenetv2
mobilenet = models.pretrained_base("MobileNetV2", SIZE)
mobilenet.trainable = False
start = time.perf_counter()
mobile_features = {name: extract(mobilenet, mobilenet_input, name) for name in photos}
print(f"{time.perf_counter() - start:.0f} s", mobilenet.count_params())

mobile_sets = {name: as_batches(part, name) for name, part in mobile_features.items()}
mobile_head = head(mobile_features["train"])
photo_runs["mobilenetv2_features"] = fit_and_record(
    "mobilenetv2_features", mobile_head, mobile_sets, epochs=15
)
print(f"{photo_runs['mobilenetv2_features'].test_accuracy:.3f}")

# %% [markdown] lang="en"
# We measured {{mobilenetv2_features.test_accuracy}} on the test photos. With the wrong food, pixels from 0 to 255 as they come from the
# file, everything else unchanged:

# %% [markdown] lang="es"
# Medimos {{mobilenetv2_features.test_accuracy}} con las fotos de prueba. Con la comida equivocada, píxeles de 0 a 255 tal como
# salen del archivo, y todo lo demás igual:


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
# durante dos épocas (con una base tan pequeña, recalcular se puede soportar):

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
# Test accuracies, then seconds per epoch. We measured {{mobilenetv2_features.test_accuracy}} after 15 quick epochs with kept features and
# {{mobilenetv2_augmented.test_accuracy}} after two slow ones.
#
# ## All on one axis
#
# What you ran, beside what others published on the same 2,000 photos. **Published is not measured**: where VGG16's weights were not there, only the published figures
# show. And Torres' chapter tests on the validation folder, which flatters a little.

# %% [markdown] lang="es"
# Exactitudes de prueba y, después, segundos por época. Medimos {{mobilenetv2_features.test_accuracy}} tras 15 épocas rápidas con
# características guardadas y {{mobilenetv2_augmented.test_accuracy}} tras dos lentas.
#
# ## Todo en un eje
#
# Lo que has ejecutado, junto a lo que otros publicaron con las mismas 2000 fotos. **Publicado no es medido**: si no estaban los pesos de
# VGG16, solo aparecen las cifras publicadas. Y el capítulo de Torres prueba con la carpeta de validación, lo que favorece un poco.

# %%
published = {
    "torres_cnn": 0.739,
    "torres_cnn_augmented": 0.801,
    "torres_vgg16_features": 0.904,
    "torres_vgg16_fine_tuned": 0.931,
    "chollet_vgg16_features": 0.903,
    "chollet_vgg16_fine_tuned": 0.968,
}
measured = {name: run.test_accuracy for name, run in photo_runs.items()}
plots.test_accuracies(measured, published)

# %% [markdown] lang="en"
# ## Your own photos
#
# Put the folder of your photos in place of `data.PHOTO`, our cat: `own_photos("/home/me/pets")`. Whatever cannot be used is named with the reason.

# %% [markdown] lang="es"
# ## Tus propias fotos
#
# Pon la carpeta de tus fotos en lugar de `data.PHOTO`, nuestro gato: `own_photos("/home/yo/mascotas")`. Lo que no se pueda usar se nombra, con el motivo.

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
# Write a function `assemble(base)`. It gets a trained base, a Keras model that gives a row of features per image, and returns a network for **3 classes** on top of it,
# compiled and ready for `fit` with whole-number labels. The base must stay exactly as it is; the head must learn.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Tomar prestado y congelar
#
# Escribe una función `assemble(base)`. Recibe una base entrenada, un modelo de Keras que da una fila de características por imagen, y
# devuelve una red para **3 clases** encima de ella, compilada y lista para `fit` con etiquetas enteras. La base debe quedar exactamente como está; la cabeza tiene que aprender.

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
# A colleague trained a head on a frozen base and now wants to fine-tune. With `her_thaw` the accuracy does not move by a hair, however many epochs she adds. Write a `thaw`
# that gets such a network ready for fine-tuning: the next `fit` should change the base, but *gently*. (The base is the first layer.)

# %% [markdown] lang="es"
# ### 2. Encuentra el error
#
# Una compañera entrenó una cabeza sobre una base congelada y ahora quiere hacer ajuste fino. Con `her_thaw` nada cambia en la base, por
# muchas épocas que añada. Escribe un `thaw` que prepare una red así para el ajuste fino: el siguiente `fit` debe cambiar la base, pero *con suavidad*. (La base es la primera capa).


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
# Write `prepare_and_extract(images)`: it gets photos of shape (N, 96, 96, 3), `uint8` from 0 to 255, and returns what **MobileNetV2** without its top makes of them, a **row of 1,280 features per
# photo**, averaged over the places. Build it on `my_base`, which stands in for the trained one (its weights are random, so that nothing
# needs a download).

# %% [markdown] lang="es"
# ### 3. Cambia la base
#
# Escribe `prepare_and_extract(images)`: recibe fotos de forma (N, 96, 96, 3), `uint8` de 0 a 255, y devuelve lo que hace con ellas **MobileNetV2** sin su parte superior, una **fila de 1280
# características por foto**, promediadas sobre los sitios. Constrúyela sobre `my_base`, que hace de base entrenada (sus pesos son aleatorios, para que no haya nada que
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
# With photos of 150 × 150, block 4 of VGG16 gives 9 × 9 places of 512 features. How many **megabytes** (millions of bytes) do those of 2,000 photos take in `float16`?

# %% [markdown] lang="es"
# ### 4. ¿Cuánto hay que guardar?
#
# Con fotos de 150 × 150, el bloque 4 de VGG16 da 9 × 9 sitios con 512 características. ¿Cuántos **megabytes** (millones de bytes) ocupan las de 2000 fotos en `float16`?

# %% tags=["exercise"]
megabytes = ...

check.size_of_cache(megabytes)
# check.size_of_cache.hint()

# %% tags=["solution"]
megabytes = 2_000 * 9 * 9 * 512 * 2 / 1e6

check.size_of_cache(megabytes)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** 40 X-ray pictures of two kinds of fracture, and a base trained on ImageNet. Where do you begin?
#
# - (a) Fine-tune all of the base: X-rays are quite different.
# - (b) Freeze the base and train a small head on the features, of an earlier block, too.
# - (c) Train from scratch: a base that knows only cats cannot help.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** 40 radiografías de dos tipos de fractura y una base entrenada con ImageNet. ¿Por dónde empiezas?
#
# - (a) Ajuste fino de toda la base: las radiografías son muy distintas.
# - (b) Congelar la base y entrenar una cabeza pequeña con las características, también con las de un bloque anterior.
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
# **B.** ¿Por qué no se pueden calcular las características una sola vez si las fotos se alteran de nuevo en cada época?
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
# - (a) A fresh head makes large errors, whose steps would spoil what the base has learnt.
# - (b) Keras does not allow both at once.
# - (c) The base would learn faster than the head and overtake it.

# %% [markdown] lang="es"
# **C.** ¿Por qué se entrena primero la cabeza y la base se descongela después?
#
# - (a) Una cabeza nueva comete grandes errores, cuyos pasos estropearían lo que la base ha aprendido.
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
# Your runs beside ours. `their_network` has no exam: it only lends its base. Figures of VGG16 are yours alone: we publish none that we have not measured.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras. `their_network` no hace examen: solo presta su base. Las cifras de VGG16 son solo tuyas: no publicamos ninguna que no hayamos medido.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:
#
# - `features_beat_scratch`: without augmentation, borrowed features reach a higher test accuracy than training from scratch;
# - `features_beat_scratch_augmented`: the same with augmentation on both sides;
# - `frozen_stays`: no weight of a frozen base changed by a single bit;
# - `thawed_moves`: after fine-tuning, every weight array of the base has changed;
# - `large_rate_tramples`: fine-tuning with a large learning rate ends below the features that it started from;
# - with the photos, `photos_transfer`: features of MobileNetV2 beat the small network trained with augmentation on the same photos;
# - with the photos, `photos_wrong_input`: fed unprepared pixels, the same base does worse.

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:
#
# - `features_beat_scratch`: sin aumento, las características prestadas alcanzan mayor exactitud de prueba que entrenar desde cero;
# - `features_beat_scratch_augmented`: lo mismo con aumento en ambos lados;
# - `frozen_stays`: ni un bit de los pesos de una base congelada ha cambiado;
# - `thawed_moves`: tras el ajuste fino, han cambiado todos los arrays de pesos de la base;
# - `large_rate_tramples`: el ajuste fino con una tasa de aprendizaje grande acaba por debajo de las características de las que partía;
# - con las fotos, `photos_transfer`: las características de MobileNetV2 ganan a la red pequeña entrenada con aumento con las mismas fotos;
# - con las fotos, `photos_wrong_input`: con píxeles sin preparar, la misma base lo hace peor.

# %%
accuracy = {name: run.test_accuracy for name, run in {**runs, **photo_runs}.items()}

claim("features_beat_scratch", accuracy["features"], ">", accuracy["scratch"])
claim(
    "features_beat_scratch_augmented",
    accuracy["features_augmented"],
    ">",
    accuracy["scratch_augmented"],
)
claim("frozen_stays", frozen_movement, "<=", 0)
claim("thawed_moves", thawed_movement, ">", 0)
claim("large_rate_tramples", accuracy["large_rate"], "<", accuracy["features"])

# %%
# %%needs photos mobilenetv2
borrowed_eyes = accuracy["mobilenetv2_features"]
claim("photos_transfer", borrowed_eyes, ">", accuracy["small_cnn_augmented"])
claim("photos_wrong_input", accuracy["wrong_input"], "<", borrowed_eyes)

# %% [markdown] lang="en"
# ## In short
#
# - Few data: borrow a base, freeze it, train a head. Features of a frozen base are computed once.
# - Fine-tuning: the head first, then the last block, a learning rate ten to a hundred times smaller, and a new `compile`.
# - Every base has its own `preprocess_input`. A wrong one raises no error; it only costs accuracy.
# - Compare like with like: augmentation on both sides or on none. Choose by validation, report the test.
# - Do not believe `trainable`: compare weights.
#
# ## Go further
#
# Take block 3 instead of block 4, or ten photos per class instead of 1,000: when does fine-tuning stop paying? Another base from `keras.applications`, with its own
# `preprocess_input`. Your own two classes: two folders, `image_dataset_from_directory`, and the cells above.
#
# **Sources.** K. Simonyan and A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014. M. Sandler and others, *MobileNetV2*, 2018. R. Selvaraju and others,
# *Grad-CAM*, 2017. J. Yosinski and others, *How transferable are features in deep neural networks?*, 2014. The task, and the published figures: F. Chollet, *Deep Learning with Python*, ch. 5;
# J. Torres, *Deep Learning: Introducción práctica con Keras*, ch. 6. Photos: Kaggle's *Dogs vs. Cats*, in the selection of Google's course on TensorFlow.

# %% [markdown] lang="es"
# ## En resumen
#
# - Pocos datos: toma prestada una base, congélala y entrena una cabeza. Las características de una base congelada se calculan una sola vez.
# - Ajuste fino: primero la cabeza, después el último bloque, una tasa de aprendizaje de diez a cien veces menor y otro `compile`.
# - Cada base tiene su propio `preprocess_input`. Uno equivocado no da error: solo cuesta exactitud.
# - Compara lo comparable: aumento en ambos lados o en ninguno. Elige con la validación, informa con la prueba.
# - No te fíes de `trainable`: compara los pesos.
#
# ## Para ir más lejos
#
# El bloque 3 en vez del 4, o diez fotos por clase en vez de 1000: ¿cuándo deja de compensar el ajuste fino? Otra base de `keras.applications`, con su propio
# `preprocess_input`. Tus dos clases: dos carpetas, `image_dataset_from_directory` y las celdas de arriba.
#
# **Fuentes.** K. Simonyan y A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*, 2014. M. Sandler y otros, *MobileNetV2*, 2018. R. Selvaraju y otros,
# *Grad-CAM*, 2017. J. Yosinski y otros, *How transferable are features in deep neural networks?*, 2014. La tarea y las cifras publicadas: F. Chollet, *Deep Learning with Python*, cap. 5;
# J. Torres, *Deep Learning: Introducción práctica con Keras*, cap. 6. Fotos: *Dogs vs. Cats*, de Kaggle, en la selección del curso de Google sobre TensorFlow.

# %% [markdown] lang="en" tags=["teacher"]
# **90 minutes:** part one 35 (prediction, three ways, the large rate), photos and small networks 15, VGG16 read together 15, features and fine-tuning 15, exercises 10. **45 minutes:** part
# one, the summary of VGG16, exercises 1 and 2.
#
# **Before the class:** `python3 -m helpers download` on one machine, then copy `data/`. Without a GPU, run the cell of block 4 once beforehand and copy `runs/cache/`, too: it is only valid with the same
# photos and weights; with others the cell computes again.
#
# **On the board:** draw the network as a pipe with a tap before the head. Whose weights change when the tap is closed? Who has to run again when a photo is flipped?
#
# **Misconceptions the checks look for:** base not frozen; everything frozen; thawed without `compile`; a learning rate that tramples; another base's preprocessing; scaled twice; places not averaged; bytes and
# numbers confused.

# %% [markdown] lang="es" tags=["teacher"]
# **90 minutos:** primera parte 35 (predicción, tres maneras, la tasa grande), fotos y redes pequeñas 15, lectura conjunta de VGG16 15, características y ajuste fino 15, ejercicios 10. **45 minutos:** primera
# parte, el resumen de VGG16 y los ejercicios 1 y 2.
#
# **Antes de la clase:** `python3 -m helpers download` en una máquina y después copiar `data/`. Sin GPU, ejecuta antes una vez la celda del bloque 4 y copia también `runs/cache/`: solo vale con las mismas
# fotos y los mismos pesos; si no lo son, se calcula de nuevo.
#
# **En la pizarra:** dibuja la red como una tubería con un grifo antes de la cabeza. ¿Qué pesos cambian con el grifo cerrado? ¿Quién tiene que volver a trabajar cuando se refleja una foto?
#
# **Ideas equivocadas que buscan las comprobaciones:** base sin congelar; todo congelado; descongelar sin `compile`; una tasa de aprendizaje que pisotea; el preprocesado de otra base; escalar dos veces; no promediar los sitios;
# confundir bytes y números.
