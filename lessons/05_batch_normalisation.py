# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 45
#     title:
#       en: Batch normalisation
#       es: Batch normalization
#     learn:
#       en: normalise a batch by hand; see why deep sigmoid networks stand still; tell training mode from inference mode
#       es: normalizar un lote a mano; ver por qué las redes profundas con sigmoides no aprenden; distinguir el modo de entrenamiento del de inferencia
#     result:
#       en: eight sigmoid layers, validation {{deep_plain.val_accuracy.mean}} without it, {{deep_normalised.val_accuracy.mean}} with it
#       es: ocho capas con sigmoides, validación {{deep_plain.val_accuracy.mean}} sin ella, {{deep_normalised.val_accuracy.mean}} con ella
# ---

# %% [markdown] lang="en"
# # 05 · Batch normalisation: keeping a deep network in range
#
# {{badges}}
#
# Eight layers should be cleverer than two. With sigmoids, as networks were built for decades, they learn next to
# nothing. You will see why, add one kind of layer, and watch the same network learn.
#
# **You will learn to**
#
# - see what an activation's slope does to a deep network;
# - normalise a batch by hand, as Keras does it, in both of its modes;
# - place `BatchNormalization` in a network and know what it buys;
# - recognise two mistakes: taking late averages for overfitting, and predicting in training mode.
#
# You need lesson 01; lesson 03 helps for the part with dropout. About 25 minutes to read and run, and 20 for the exercises. Everything runs offline except the wine at the end, which says so.

# %% [markdown] lang="es"
# # 05 · *Batch normalization*: que una red profunda no se salga de rango
#
# {{badges}}
#
# Ocho capas deberían ser más listas que dos. Con sigmoides, como se hicieron las redes durante décadas, no aprenden
# casi nada. Verás por qué, añadirás un tipo de capa, *batch normalization* («normalización por lotes»), y la misma
# red aprenderá.
#
# **Aprenderás a**
#
# - ver qué le hace a una red profunda la pendiente de una activación;
# - normalizar un lote a mano, igual que Keras, en sus dos modos;
# - colocar `BatchNormalization` en una red y saber qué ganas con ella;
# - reconocer dos errores: tomar por sobreajuste unas medias que llegan tarde y predecir en modo de entrenamiento.
#
# Necesitas la lección 01; la 03 ayuda en la parte con *dropout*. Unos 25 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión salvo el vino del final, que lo avisa.

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
from helpers.checks import lesson_05 as check
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# The same digits as in lesson 01, scaled the same way.

# %% [markdown] lang="es"
# Los mismos dígitos de la lección 01, con la misma escala.


# %%
(x_train, y_train), (x_val, y_val), (x_test, y_test) = data.load_mnist()
x_train, x_val, x_test = (
    images[..., np.newaxis].astype("float32") / 255
    for images in (x_train, x_val, x_test)
)

# %% [markdown] lang="en"
# ## Why depth needs help
#
# An **activation** bends what a layer computes: the **sigmoid** squeezes every number in between 0 and 1, **ReLU**
# (lesson 01) turns negative numbers into 0, **leaky ReLU** leaves a tenth of them. To learn, Keras works out for each
# weight how the loss changes with it, the **gradient**. It does so backwards, from the last layer to the first, and
# on the way every layer multiplies the gradient by the activation's **slope**. So look at both: the values on the
# left, the slopes on the right.

# %% [markdown] lang="es"
# ## Por qué la profundidad necesita ayuda
#
# Una **activación** curva lo que calcula una capa: la **sigmoide** mete cualquier número entre 0 y 1, **ReLU**
# (lección 01) pone a cero los negativos y ***leaky* ReLU** los deja en su décima parte. Para aprender, Keras
# calcula cómo cambia la pérdida con cada peso: el **gradiente**. Lo hace hacia atrás, de la última capa a la primera,
# y por el camino cada capa multiplica el gradiente por la **pendiente** de la activación. Mira las dos cosas: a la
# izquierda los valores, a la derecha las pendientes.


# %%
x = np.linspace(-4, 4, 81)
sigmoid = 1 / (1 + np.exp(-x))
values = {
    "sigmoid": sigmoid,
    "ReLU": np.maximum(x, 0),
    "leaky_ReLU": np.where(x > 0, x, 0.1 * x),
}
slopes = {
    "sigmoid": sigmoid * (1 - sigmoid),
    "ReLU": np.where(x > 0, 1.0, 0.0),
    "leaky_ReLU": np.where(x > 0, 1.0, 0.1),
}
plots.lines(x, {"f(x)": values, "f'(x)": slopes})

# %% [markdown] lang="en"
# The sigmoid's slope is at most 1/4, and near 0 where it is flat. ReLU's slope is 1 or 0, leaky ReLU's is 1 or 0.1.
# Behind several sigmoids, what is left of a gradient, at best (leaving the weights aside)?

# %% [markdown] lang="es"
# La pendiente de la sigmoide vale 1/4 como mucho, y casi 0 donde se aplana. La de ReLU es 1 o 0; la de *leaky* ReLU,
# 1 o 0.1. Detrás de varias sigmoides, ¿qué queda de un gradiente en el mejor de los casos (sin contar los pesos)?


# %% tags=["nbval-check-output"]
for depth in (1, 2, 4, 8):
    print(depth, 0.25**depth)

# %% [markdown] lang="en"
# Here is a deep network to try it on: eight layers of 64 units. `normalise` says whether a `BatchNormalization`
# stands before or after each activation; what that is comes below. It brings its own bias, called β, so a dense layer
# right before it needs none: `use_bias=False`.

# %% [markdown] lang="es"
# Esta es una red profunda para probarlo: ocho capas de 64 unidades. `normalise` dice si hay una `BatchNormalization`
# antes o después de cada activación; más abajo veremos qué es. Trae su propio sesgo, llamado β, así que una capa
# densa justo delante no lo necesita: `use_bias=False`.


# %%
def deep_network(activation="sigmoid", normalise=None, hidden=8):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    for _ in range(hidden):
        model.add(layers.Dense(64, use_bias=normalise != "before"))
        if normalise == "before":
            model.add(layers.BatchNormalization())
        model.add(layers.Activation(activation))
        if normalise == "after":
            model.add(layers.BatchNormalization())
    model.add(layers.Dense(10, activation="softmax"))
    return model


# %% [markdown] lang="en"
# Before any training we ask for the gradient of the weights in each of the eight hidden layers, with 256 digits
# (`GradientTape` records a computation and hands out its gradients). `|dL/dW|` is its mean size; the vertical axis
# counts in powers of ten.

# %% [markdown] lang="es"
# Antes de entrenar nada, pedimos el gradiente de los pesos de cada una de las ocho capas ocultas, con 256 dígitos
# (`GradientTape` graba un cálculo y entrega sus gradientes). `|dL/dW|` es su tamaño medio; el eje vertical va en
# potencias de diez.


# %%
def gradient_sizes(model):
    kernels = [
        layer.kernel for layer in model.layers if isinstance(layer, layers.Dense)
    ]
    with tf.GradientTape() as tape:
        probabilities = model(x_train[:256], training=True)
        loss = keras.losses.sparse_categorical_crossentropy(
            y_train[:256], probabilities
        )
        loss = keras.ops.mean(loss)
    return [float(np.abs(g).mean()) for g in tape.gradient(loss, kernels)[:-1]]


sizes = {}
for name, activation, normalise in (
    ("sigmoid", "sigmoid", None),
    ("sigmoid_normalised", "sigmoid", "before"),
    ("ReLU", "relu", None),
):
    keras.utils.set_random_seed(SEED)
    sizes[name] = gradient_sizes(deep_network(activation, normalise))

plots.lines(range(1, 9), {"|dL/dW|": sizes}, along="layer", log="y")

# %% [markdown] lang="en"
# The first sigmoid layers hear nearly nothing of the mistakes made at the end: the gradient **vanishes**. With batch
# normalisation it arrives. ReLU alone lets it through, too; it is the other great remedy.
#
# ReLU has a weakness of its own. Push one unit so far down (bias −20) that it is negative for *every* digit. Its
# output is 0, its slope is 0, and so is its gradient: no training step moves its weights any more. A **dead ReLU**.
# The leaky kind still gets a signal. Printed: the unit's largest value over the 1,000 digits, then the size of its
# gradient with each activation.

# %% [markdown] lang="es"
# Las primeras capas sigmoides apenas se enteran de los errores del final: el gradiente **se desvanece**. Con *batch
# normalization* llega. ReLU por sí sola también lo deja pasar; es el otro gran remedio.
#
# ReLU tiene su propio punto débil. Empuja una unidad tan abajo (sesgo −20) que sea negativa con *todos* los dígitos.
# Su salida es 0, su pendiente es 0 y su gradiente también: ningún paso de entrenamiento mueve ya sus pesos. Es una
# **ReLU muerta**. La versión *leaky* sigue recibiendo señal. Se imprimen el mayor valor de la unidad con los 1000
# dígitos y, después, el tamaño de su gradiente con cada activación.


# %%
keras.utils.set_random_seed(SEED)
pixels = x_train.reshape(1000, 784)
unit = layers.Dense(1, bias_initializer=keras.initializers.Constant(-20))
before = unit(pixels)
print("max:", float(np.max(before)))

for name, activation in (("ReLU", layers.ReLU()), ("leaky", layers.LeakyReLU(0.1))):
    with tf.GradientTape() as tape:
        output = keras.ops.mean(activation(unit(pixels)))
    print(name, float(np.abs(tape.gradient(output, unit.kernel)).sum()))

# %% [markdown] lang="en"
# ## By hand: normalise a batch
#
# Four examples, three features: small numbers, large ones, and one that never changes. **For every feature, down its
# column**, subtract the batch's mean and divide by its standard deviation. The small `epsilon` keeps the constant
# column from dividing 0 by 0. Printed: mean and variance of each column, the normalised batch, then its mean and
# variance.

# %% [markdown] lang="es"
# ## A mano: normalizar un lote
#
# Cuatro ejemplos, tres características: números pequeños, grandes y una que nunca cambia. **En cada característica,
# columna abajo**, resta la media del lote y divide entre su desviación típica. El pequeño `epsilon` evita que en
# la columna constante se divida 0 entre 0. Se imprimen la media y la varianza de cada columna, el lote normalizado y,
# después, su media y su varianza.


# %% tags=["nbval-check-output"]
batch = np.array(
    [[1.0, 200, 7], [2, 100, 7], [3, 400, 7], [6, 300, 7]], dtype="float32"
)
epsilon = 1e-3

mean = batch.mean(axis=0)
variance = batch.var(axis=0)
normalised = (batch - mean) / np.sqrt(variance + epsilon)

print(mean, variance)
print(normalised.round(2))
print(normalised.mean(axis=0).round(3), normalised.var(axis=0).round(3))

# %% [markdown] lang="en"
# Every column now has mean 0 and variance 1 (the constant one, 0). Dividing is also what saves the gradient: on its
# way back it is divided by the same standard deviation. Behind a sigmoid, values differ little from digit to digit,
# so this is a small number, and dividing by it makes up for the slope of at most 1/4.
#
# Mean 0 and variance 1 may not be what the next layer wants, so each feature gets two numbers *that are learnt*: a
# scale **γ** (gamma) and a bias **β** (beta). Keras starts them at 1 and 0; we choose others, and Keras computes
# the same (printed below: the batch after γ and β):

# %% [markdown] lang="es"
# Cada columna tiene ahora media 0 y varianza 1 (la constante, 0). Dividir es también lo que salva el gradiente: de
# vuelta, se divide entre esa misma desviación típica. Detrás de una sigmoide, los valores cambian poco de un dígito a
# otro, así que es un número pequeño, y dividir entre él compensa la pendiente de 1/4 como mucho.
#
# Quizá media 0 y varianza 1 no sean lo que quiere la capa siguiente, así que cada característica recibe dos números
# *que se aprenden*: una escala **γ** (gamma) y un sesgo **β** (beta). Keras empieza con 1 y 0; nosotros ponemos
# otros, y Keras obtiene lo mismo (debajo se imprime el lote tras aplicar γ y β):


# %%
layer = layers.BatchNormalization(momentum=0.9, epsilon=epsilon)
layer.build(batch.shape)
gamma = np.array([1.0, 2, 0.5], dtype="float32")
beta = np.array([0.0, 10, -1], dtype="float32")
layer.gamma.assign(gamma)
layer.beta.assign(beta)

by_hand = gamma * normalised + beta
same(by_hand, layer(batch, training=True), tolerance=1e-4)
print(by_hand.round(2))

# %% [markdown] lang="en"
# ### Two modes
#
# In training, the batch's own mean and variance are used. But to predict *one* digit there is no batch. So, with each
# training batch, the layer also updates a **moving average** of mean and variance: keep 90 % of the old value, take
# 10 % of the new one (that is `momentum=0.9`; Keras's default is 0.99). It starts at mean 0, variance 1. In
# **inference mode** these averages are used, and nothing is updated. The call above was one training call. We
# compute its two moving averages by hand, and then the same batch in inference mode, which is also printed. The three comparisons: mean, variance, batch:

# %% [markdown] lang="es"
# ### Dos modos
#
# Al entrenar se usan la media y la varianza del propio lote. Pero para predecir *un* dígito no hay lote. Por eso, con
# cada lote de entrenamiento la capa actualiza además una **media móvil** de la media y la varianza: conserva el 90 %
# del valor antiguo y toma el 10 % del nuevo (eso es `momentum=0.9`; por defecto, Keras usa 0.99). Empieza con media 0
# y varianza 1. En **modo de inferencia** se usan esas medias y no se actualiza nada. La llamada de arriba fue una
# llamada de entrenamiento. Calculamos a mano sus dos medias móviles y después el mismo lote en modo de inferencia, que además se imprime. Las tres comparaciones: media, varianza y lote:


# %%
moving_mean = 0.9 * np.zeros(3) + 0.1 * mean
moving_variance = 0.9 * np.ones(3) + 0.1 * variance
same(moving_mean, layer.moving_mean)
same(moving_variance, layer.moving_variance)

in_inference = (batch - moving_mean) / np.sqrt(moving_variance + epsilon)
in_inference = gamma * in_inference + beta
same(in_inference, layer(batch, training=False), tolerance=1e-4)
print(in_inference.round(2))

# %% [markdown] lang="en"
# The two modes give different numbers for the same batch. After a single batch the averages are still far from the
# batch's real values. Remember that: it comes back below.
#
# ## Predict first
#
# Eight sigmoid layers *with* batch normalisation, 12 epochs. What share of the test digits will they get right?

# %% [markdown] lang="es"
# Los dos modos dan números distintos para el mismo lote. Tras un solo lote, las medias móviles aún están lejos de los
# valores reales del lote. Recuérdalo: volverá más abajo.
#
# ## Primero, tu predicción
#
# Ocho capas sigmoides *con* *batch normalization*, 12 épocas. ¿Qué proporción de los dígitos de prueba acertarán?


# %%
guess("deep_normalised", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment
#
# We train several networks the same way, so we write it once: Adam, batches of 32.

# %% [markdown] lang="es"
# ## El experimento
#
# Entrenaremos varias redes de la misma manera, así que lo escribimos una vez: Adam, lotes de 32.


# %%
def train(name, model, optimizer="adam", epochs=12):
    model.compile(
        optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    start = time.perf_counter()
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=32,
        validation_batch_size=500,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    seconds = time.perf_counter() - start
    test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
    return record(name, history, test, seconds)


# %% [markdown] lang="en"
# The same network without and with batch normalisation.

# %% [markdown] lang="es"
# La misma red sin y con *batch normalization*.


# %%
keras.utils.set_random_seed(SEED)
deep_plain = train("deep_plain", deep_network())

keras.utils.set_random_seed(SEED)
deep_model = deep_network(normalise="before")
deep_normalised = train("deep_normalised", deep_model)

# %% [markdown] lang="en"
# ## Read the picture

# %% [markdown] lang="es"
# ## Lee la imagen


# %%
plots.compare(deep_plain, deep_normalised, metric="accuracy")

# %% [markdown] lang="en"
# Without it, training gets nowhere: over our {{measured.seeds}} runs validation ended at {{deep_plain.val_accuracy}},
# where guessing gives 10 %. With it, {{deep_normalised.val_accuracy}}, and training accuracy is at
# {{deep_normalised.train_accuracy}}: it can learn, and it memorises like any other network.
#
# Look at its first epochs, though: training climbs while validation stays at the bottom. That is not overfitting. Training uses
# the batch's own statistics, validation the moving averages, and those are *late*. After 1, 3, 5 … epochs of 32 batches, this
# share of their starting values is still in them, with momentum 0.99 and with 0.9:

# %% [markdown] lang="es"
# Sin ella no avanza: en nuestras {{measured.seeds}} ejecuciones, la validación terminó en
# {{deep_plain.val_accuracy}}; al azar saldría un 10 %. Con ella, en {{deep_normalised.val_accuracy}}, y la exactitud
# de entrenamiento en {{deep_normalised.train_accuracy}}: puede aprender, y memoriza como cualquier otra red.
#
# Pero mira sus primeras épocas: el entrenamiento sube y la validación sigue por los suelos. No es sobreajuste. El
# entrenamiento usa las estadísticas del propio lote; la validación, las medias móviles, y estas llegan *tarde*. Tras
# 1, 3, 5… épocas de 32 lotes, esta proporción de sus valores iniciales sigue dentro, con `momentum` 0.99 y con 0.9:


# %% tags=["nbval-check-output"]
for epoch in (1, 3, 5, 10, 12):
    print(epoch, f"{0.99 ** (32 * epoch):.3f}", f"{0.9 ** (32 * epoch):.3f}")

# %% [markdown] lang="en"
# With few batches per epoch, train longer, or choose `momentum=0.9`. On large data sets an epoch has thousands of
# batches, and nobody notices.
#
# ### Before or after the activation?
#
# The paper that introduced it normalises before the activation; many people do it after. We measure.

# %% [markdown] lang="es"
# Con pocos lotes por época, entrena más o elige `momentum=0.9`. Con muchos datos, una época tiene miles de lotes y
# nadie lo nota.
#
# ### ¿Antes o después de la activación?
#
# El artículo que la presentó normaliza antes de la activación; mucha gente lo hace después. Midámoslo.


# %%
keras.utils.set_random_seed(SEED)
normalised_after = train("normalised_after", deep_network(normalise="after"))

plots.compare(deep_normalised, normalised_after, metric="accuracy")

# %% [markdown] lang="en"
# Validation accuracy over our seeds: {{deep_normalised.val_accuracy}} before, {{normalised_after.val_accuracy}}
# after. Here, after does better; in other networks it is the other way round, so try both and let validation choose.
# Only one place is wrong: behind the output layer. Normalised, softmax's ten numbers are no longer probabilities.
#
# ## Larger steps
#
# Plain gradient descent (`SGD`) with three learning rates, 8 epochs each, without and with batch normalisation. This
# time five ReLU layers, so that the plain network can learn, too. The horizontal axis of the picture counts in powers
# of ten.

# %% [markdown] lang="es"
# Exactitud de validación con nuestras semillas: {{deep_normalised.val_accuracy}} antes,
# {{normalised_after.val_accuracy}} después. Aquí va mejor después; en otras redes es al revés, así que prueba las dos
# opciones y que elija la validación. Solo hay un sitio equivocado: detrás de la capa de salida. Normalizados, los
# diez números de softmax dejan de ser probabilidades.
#
# ## Pasos más grandes
#
# Descenso de gradiente sin más (`SGD`) con tres tasas de aprendizaje, 8 épocas cada una, sin *batch normalization* y
# con ella. Esta vez, cinco capas ReLU, para que también pueda aprender la red sin normalizar. El eje horizontal de la
# imagen va en potencias de diez.


# %%
rates = {"sgd_plain": [], "sgd_normalised": []}

for size, rate in (("small", 0.01), ("medium", 0.1), ("large", 1.0)):
    for name, normalise in (("sgd_plain", None), ("sgd_normalised", "before")):
        keras.utils.set_random_seed(SEED)
        model = deep_network("relu", normalise, hidden=5)
        optimizer = keras.optimizers.SGD(learning_rate=rate)
        model.compile(optimizer, loss="sparse_categorical_crossentropy")
        model.fit(
            x_train,
            y_train,
            epochs=8,
            batch_size=32,
            callbacks=[TqdmCallback(verbose=0)],
            verbose=0,
        )
        predicted = np.argmax(model(x_val, training=False), axis=1)
        rates[name].append(float((predicted == y_val).mean()))
        record(f"{name}_{size}", val_accuracy=rates[name][-1])

# %%
plots.lines([0.01, 0.1, 1], {"val_accuracy": rates}, along="learning_rate", log="x")

# %% [markdown] lang="en"
# At 0.01 the plain network lags behind: validation {{sgd_plain_small.val_accuracy}} over our seeds, against
# {{sgd_normalised_small.val_accuracy}} normalised. At 0.1 the two are {{sgd_plain_medium.val_accuracy}} and
# {{sgd_normalised_medium.val_accuracy}}. At 1 the plain one breaks down: {{sgd_plain_large.val_accuracy}} against
# {{sgd_normalised_large.val_accuracy}}. Normalised, a large step in one layer throws the next one out of range far
# less easily, so you have more freedom in choosing the rate.
#
# ## Batch normalisation in our CNN, alone and with dropout
#
# `models.baseline_cnn(batch_norm=True)` is the network of lesson 01 with a `BatchNormalization` between each
# convolution and its ReLU. For pictures it takes one mean and one variance per *channel*, here each of the 32 or 64
# feature maps, over all images of the batch and all their pixels. The recipe is that of lesson 01, 30 epochs. First
# alone:

# %% [markdown] lang="es"
# Con 0.01, la red sin normalizar se queda atrás: validación {{sgd_plain_small.val_accuracy}} con nuestras semillas,
# frente a {{sgd_normalised_small.val_accuracy}} normalizada. Con 0.1, {{sgd_plain_medium.val_accuracy}} y
# {{sgd_normalised_medium.val_accuracy}}. Con 1, la red sin normalizar se viene abajo:
# {{sgd_plain_large.val_accuracy}} frente a {{sgd_normalised_large.val_accuracy}}. Con la normalización, es mucho más difícil
# que un paso grande en una capa saque de rango a la siguiente, y tienes más libertad al elegir la tasa.
#
# ## *Batch normalization* en nuestra CNN, sola y con *dropout*
#
# `models.baseline_cnn(batch_norm=True)` es la red de la lección 01 con una `BatchNormalization` entre cada
# convolución y su ReLU. Con imágenes calcula una media y una varianza por *canal*, aquí cada uno de los 32 o 64 mapas
# de características, con todas las imágenes del lote y todos sus píxeles. La receta es la de la lección 01, 30
# épocas. Primero, sola:

# %%
keras.utils.set_random_seed(SEED)
network = models.baseline_cnn(batch_norm=True)
cnn_normalised = train("cnn_normalised", network, epochs=30)

# %% [markdown] lang="en"
# And with dropout 0.5 before the last layer:

# %% [markdown] lang="es"
# Y con *dropout* de 0.5 antes de la última capa:

# %%
keras.utils.set_random_seed(SEED)
network = models.baseline_cnn(batch_norm=True, dropout=0.5)
cnn_with_dropout = train("cnn_with_dropout", network, epochs=30)

plots.compare(cnn_normalised, cnn_with_dropout, metric="accuracy")

# %% [markdown] lang="en"
# You recognise the first epochs on the right: the moving averages are late. Thirty epochs are enough for them.
# Lessons 01 and 03 trained the same network by the same recipe, so we can put all four side by side:
#
# | network, 30 epochs each | test accuracy | last validation loss |
# |---|--:|--:|
# | lesson 01: neither | {{01:baseline.test_accuracy}} | {{01:baseline.val_loss}} |
# | lesson 03: dropout | {{03:dropout_50.test_accuracy}} | {{03:dropout_50.val_loss}} |
# | batch normalisation | {{cnn_normalised.test_accuracy}} | {{cnn_normalised.val_loss}} |
# | both | {{cnn_with_dropout.test_accuracy}} | {{cnn_with_dropout.val_loss}} |
#
# Batch normalisation alone adds little to the accuracy, on average; single runs overlap. But its validation loss is the lowest of the
# four and does not climb again, and next to dropout it does no harm. Augmentation, in lesson 02, went further
# ({{02:augmented.test_accuracy}}). This CNN has only two convolutions and trains well by itself: there was no vanishing gradient to
# cure. Batch normalisation is a remedy for networks that *train* badly, not first of all for memorising.
#
# ## What can go wrong: the wrong mode
#
# `model.predict` chooses inference mode for you. If you call the model yourself, you may get it wrong. The trained eight-layer
# network predicts 40 digits, one at a time, with `training=True`:

# %% [markdown] lang="es"
# Reconoces las primeras épocas, a la derecha: las medias móviles llegan tarde. En treinta épocas les da tiempo. Las
# lecciones 01 y 03 entrenaron la misma red con la misma receta, así que podemos poner las cuatro juntas:
#
# | red, 30 épocas cada una | exactitud de prueba | última pérdida de validación |
# |---|--:|--:|
# | lección 01: ninguna de las dos cosas | {{01:baseline.test_accuracy}} | {{01:baseline.val_loss}} |
# | lección 03: *dropout* | {{03:dropout_50.test_accuracy}} | {{03:dropout_50.val_loss}} |
# | *batch normalization* | {{cnn_normalised.test_accuracy}} | {{cnn_normalised.val_loss}} |
# | las dos cosas | {{cnn_with_dropout.test_accuracy}} | {{cnn_with_dropout.val_loss}} |
#
# Por sí sola, *batch normalization* añade poca exactitud, de media, y las ejecuciones sueltas se solapan. Pero su pérdida de validación es la más baja de las cuatro
# y no vuelve a subir, y junto al *dropout* no estorba. El aumento de datos, en la lección 02, llegó más lejos
# ({{02:augmented.test_accuracy}}). Esta CNN tiene solo dos convoluciones y se entrena bien ella sola: no había ningún gradiente
# desvanecido que curar. *Batch normalization* es un remedio para redes que se *entrenan* mal, no ante todo contra la memorización.
#
# ## Qué puede salir mal: el modo equivocado
#
# `model.predict` elige por ti el modo de inferencia. Si llamas tú al modelo, puedes equivocarte. La red entrenada de ocho
# capas predice 40 dígitos, de uno en uno, con `training=True`:


# %%
kept = deep_model.get_weights()
alone = [int(np.argmax(deep_model(x_val[i : i + 1], training=True))) for i in range(40)]
print(alone)
alone_accuracy = float((np.array(alone) == y_val[:40]).mean())
print(f"{alone_accuracy:.0%}")

# %% [markdown] lang="en"
# The same answer for every digit. A batch of one *is* its own mean: subtracting it leaves 0 for every feature, whatever the
# picture shows. And that is not all. How many of the network's weight arrays did our *predictions* change?

# %% [markdown] lang="es"
# La misma respuesta para todos. Un lote de un solo dígito *es* su propia media: al restarla queda 0 en cada
# característica, muestre lo que muestre la imagen. Y no acaba ahí. Solo con *predecir*, ¿cuántos arrays de pesos de
# la red hemos cambiado?


# %%
changed = sum(
    not np.array_equal(new, old)
    for new, old in zip(deep_model.get_weights(), kept, strict=True)
)
print(changed)

# %% [markdown] lang="en"
# Two for each of the eight normalisation layers: a third of every moving average now comes from our 40 batches of
# one. Mended: put the kept weights back and use inference mode. Now a digit's answer is the same alone and in
# company.

# %% [markdown] lang="es"
# Dos por cada una de las ocho capas de normalización: un tercio de cada media móvil viene ahora de nuestros 40 lotes
# de un solo dígito. Lo arreglamos: recuperamos los pesos guardados y usamos el modo de inferencia. Ahora la respuesta
# es la misma a solas que en compañía.


# %%
deep_model.set_weights(kept)
mended = np.argmax(deep_model(x_val[:40], training=False), axis=1)
one_by_one = [
    int(np.argmax(deep_model(x_val[i : i + 1], training=False))) for i in range(40)
]
print(f"{(mended == y_val[:40]).mean():.0%}", (mended == one_by_one).all())

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. Normalise a batch
#
# Write `batch_normalise(x, gamma, beta, epsilon)` for training mode: `x` has shape (N, features), `gamma` and `beta`
# hold one number per feature, and the result has the shape of `x`.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Normaliza un lote
#
# Escribe `batch_normalise(x, gamma, beta, epsilon)` para el modo de entrenamiento: `x` tiene la forma (N,
# características), `gamma` y `beta` traen un número por característica y el resultado tiene la forma de `x`.


# %% tags=["exercise"]
batch_normalise = ...

check.batch_normalise(batch_normalise)
# check.batch_normalise.hint()


# %% tags=["solution"]
def batch_normalise(x, gamma, beta, epsilon):
    normalised = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon)
    return gamma * normalised + beta


check.batch_normalise(batch_normalise)

# %% [markdown] lang="en"
# ### 2. A deep network that can learn
#
# Build a network for the digits with **at least eight hidden Dense layers**: images (N, 28, 28, 1) in, ten
# probabilities out. The gradient of the first layer must be at least a thousandth of the largest one. There is more
# than one way. You need not train it.

# %% [markdown] lang="es"
# ### 2. Una red profunda que pueda aprender
#
# Construye una red para los dígitos con **al menos ocho capas Dense ocultas**: entran imágenes (N, 28, 28, 1) y salen
# diez probabilidades. El gradiente de la primera capa debe ser al menos una milésima del mayor de todos. Hay más de
# una manera. No hace falta que la entrenes.


# %% tags=["exercise"]
deep = ...

check.deep_network(deep)
# check.deep_network.hint()

# %% tags=["solution"]
deep = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
for _ in range(10):
    deep.add(layers.Dense(32, use_bias=False))
    deep.add(layers.BatchNormalization())
    deep.add(layers.Activation("sigmoid"))
deep.add(layers.Dense(10, activation="softmax"))

check.deep_network(deep)

# %% [markdown] lang="en"
# ### 3. Find the bug
#
# A colleague's network works well on her validation set. On her web page, where digits come one by one, it says the
# same for all of them, and since then it has become worse on the validation set, too. Write `labels_of(model,
# images)`: one label per image, the same alone and in company, and the model stays as it was.

# %% [markdown] lang="es"
# ### 3. Encuentra el error
#
# La red de una compañera va bien con su conjunto de validación. En su página web, donde los dígitos llegan de uno en
# uno, dice lo mismo para todos y, desde entonces, también va peor en validación. Escribe `labels_of(model, images)`:
# una etiqueta por imagen, la misma a solas que en compañía, y que el modelo quede como estaba.


# %% tags=["exercise"]
def her_labels(model, images):
    return np.argmax(model(images, training=True), axis=1)


labels_of = ...

check.labels_of(labels_of)
# check.labels_of.hint()


# %% tags=["solution"]
def labels_of(model, images):
    return np.argmax(model(images, training=False), axis=1)


check.labels_of(labels_of)

# %% [markdown] lang="en"
# ### Quiz
#
# **A.** In inference mode, which mean and variance does `BatchNormalization` use?
#
# - (a) Those of the images that you pass it.
# - (b) γ and β, the numbers it has learnt.
# - (c) The moving averages collected in training.

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** En modo de inferencia, ¿qué media y qué varianza usa `BatchNormalization`?
#
# - (a) Las de las imágenes que le pasas.
# - (b) γ y β, los números que ha aprendido.
# - (c) Las medias móviles reunidas durante el entrenamiento.


# %% tags=["exercise"]
answer = ...

check.quiz_statistics(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_statistics(answer)

# %% [markdown] lang="en"
# **B.** After 3 epochs of 32 batches with batch normalisation, training accuracy is 98 %, validation accuracy 15 %. What do
# you suspect first?
#
# - (a) The moving averages are still late: train longer, or lower the momentum.
# - (b) The labels of the validation set are shuffled.
# - (c) Overfitting: the network needs dropout.

# %% [markdown] lang="es"
# **B.** Tras 3 épocas de 32 lotes con *batch normalization*, la exactitud de entrenamiento es del 98 % y la de validación del
# 15 %. ¿Qué sospechas primero?
#
# - (a) Las medias móviles aún llegan tarde: entrena más o baja `momentum`.
# - (b) Las etiquetas de validación están barajadas.
# - (c) Sobreajuste: a la red le hace falta *dropout*.


# %% tags=["exercise"]
answer = ...

check.quiz_lag(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_lag(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours, {{measured.seeds}} seeds. The `sgd_…` runs have only a validation figure.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, {{measured.seeds}} semillas. Las ejecuciones `sgd_…` solo tienen cifra de
# validación.


# %%
table()

# %% [markdown] lang="en"
# What this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Lo que afirma esta lección, comprobado con tu ejecución:


# %%
claim("stuck", deep_plain.val_accuracy, "<=", 0.4, unit="%",
      en="the eight sigmoid layers end at a validation accuracy of at most 40 %",
      es="las ocho capas sigmoides acaban con una exactitud de validación del 40 % como mucho")
claim("learns", deep_normalised.val_accuracy, ">=", 0.7, unit="%",
      en="with batch normalisation, the eight sigmoid layers reach at least 70 %",
      es="con batch normalization, las ocho capas sigmoides llegan al menos al 70 %")
claim("either_place", normalised_after.val_accuracy, ">=", 0.7, unit="%",
      en="with batch normalisation after the activation, the eight sigmoid layers reach at least 70 %, too",
      es="con batch normalization detrás de la activación, las ocho capas sigmoides también llegan al menos al 70 %")
claim("vanishing", sizes["sigmoid"][0], "<", sizes["sigmoid"][-1] / 100,
      en="without batch normalisation, the first sigmoid layer's gradient is smaller than a hundredth of the eighth layer's",
      es="sin batch normalization, el gradiente de la primera capa sigmoide es menor que una centésima del de la octava")
claim("large_step_fails", rates["sgd_plain"][-1], "<=", 0.5, unit="%",
      en="at learning rate 1, the plain ReLU network ends at a validation accuracy of at most 50 %",
      es="con tasa de aprendizaje 1, la red ReLU sin normalizar acaba con una exactitud de validación del 50 % como mucho")
claim("large_step_learns", rates["sgd_normalised"][-1], ">=", 0.7, unit="%",
      en="at learning rate 1, the normalised ReLU network ends at a validation accuracy of at least 70 %",
      es="con tasa de aprendizaje 1, la red ReLU normalizada acaba con una exactitud de validación del 70 % como mínimo")
after_five = [deep_normalised.history[metric][4] for metric in ("val_accuracy", "accuracy")]
claim("late_averages", after_five[0], "<=", after_five[1], margin=-0.2, unit="%",
      en="after 5 epochs, the normalised sigmoid network's validation accuracy is at least 20 percentage points below its training accuracy",
      es="tras 5 épocas, la exactitud de validación de la red sigmoide normalizada queda al menos 20 puntos porcentuales por debajo de la de entrenamiento")
claim("one_at_a_time", alone_accuracy, "<=", 0.4, unit="%",
      en="fed with one digit at a time in training mode, the network gets at most 40 % right",
      es="con los dígitos de uno en uno y en modo de entrenamiento, la red acierta el 40 % como mucho")

# %% [markdown] lang="en"
# ## In short
#
# - Every sigmoid multiplies the gradient by at most 1/4. ReLU and batch normalisation are two ways to let it through.
# - Training: the batch's own mean and variance, then γ and β. Inference: the moving averages.
# - Validation far below training in the first epochs: the moving averages are late.
# - Predict with `model.predict` or `training=False`. Never normalise the ten outputs of the last layer.
# - It helps where training is hard: deep networks, large steps.

# %% [markdown] lang="es"
# ## En resumen
#
# - Cada sigmoide multiplica el gradiente por 1/4 como mucho. ReLU y *batch normalization* son dos maneras de dejarlo pasar.
# - Entrenamiento: media y varianza del propio lote, y después γ y β. Inferencia: las medias móviles.
# - Validación muy por debajo del entrenamiento en las primeras épocas: las medias móviles llegan tarde.
# - Predice con `model.predict` o `training=False`. No normalices nunca las diez salidas de la última capa.
# - Ayuda donde entrenar es difícil: redes profundas, pasos grandes.


# %% [markdown] lang="en"
# ## Go further: wine, and the order of two layers
#
# *Needs the red wine table, 84 kB, fetched once.* Eleven laboratory measurements of very different sizes, one mark
# from 3 to 8. Here `BatchNormalization` comes *first*, as a scaler that learns its own statistics. Many older
# tutorials stack dense layer, batch normalisation and dropout, block upon block. We try three networks with two hidden
# layers: without batch normalisation and dropout behind them (`scaled`), with both in each block (`everywhere`), and
# with batch normalisation in each block but dropout only once, after the *last* normalisation (`at_the_end`). The loss is the mean absolute
# error, in marks.

# %% [markdown] lang="es"
# ## Para ir más lejos: el vino y el orden de dos capas
#
# *Necesita la tabla de vinos tintos, 84 kB que se descargan una vez.* Once medidas de laboratorio de tamaños muy
# distintos y una nota de 3 a 8. Aquí `BatchNormalization` va *primero*, como escalador que aprende sus propias
# estadísticas. Muchos tutoriales antiguos apilan capa densa, *batch normalization* y *dropout*, bloque tras bloque.
# Probamos tres redes con dos capas ocultas: sin *batch normalization* ni *dropout* detrás de ellas (`scaled`), con ambas
# cosas en cada bloque (`everywhere`) y con *batch normalization* en cada bloque pero *dropout* una sola vez, tras la *última*
# normalización (`at_the_end`). La pérdida es el error absoluto medio, en puntos de nota.


# %%
# %%needs wine
(x_red, y_red), (x_red_val, y_red_val), (x_red_test, y_red_test) = data.red_wine()


def wine_network(blocks):
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input(shape=(11,)), layers.BatchNormalization()])
    for normalise, rate in blocks:
        model.add(layers.Dense(128, use_bias=not normalise))
        if normalise:
            model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dropout(rate))
    model.add(layers.Dense(1))
    return model


designs = {
    "scaled": [(False, 0.0), (False, 0.0)],
    "everywhere": [(True, 0.3), (True, 0.3)],
    "at_the_end": [(True, 0.0), (True, 0.3)],
}

# %%
# %%needs wine
wine_runs = []
for name, blocks in designs.items():
    model = wine_network(blocks)
    model.compile("adam", loss="mean_absolute_error")
    history = model.fit(
        x_red,
        y_red,
        validation_data=(x_red_val, y_red_val),
        epochs=40,
        batch_size=32,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    marks = np.ravel(model.predict(x_red_test, verbose=0))
    test = {"loss": np.abs(marks - y_red_test).mean()}
    bias = (marks - y_red_test).mean()
    wine_runs.append(record(f"wine_{name}", history, test, bias=bias))
    print(f"{name:11} {test['loss']:.3f} {bias:+.3f}")

# %%
# %%needs wine
always_median = np.abs(y_red_test - np.median(y_red)).mean()
record("wine_median", test_error=always_median)
display(plots.compare(*wine_runs))
print(f"{always_median:.3f}")

# %% [markdown] lang="en"
# The rows above the picture: the error on the test wines, and by how much the marks given are too high (+) or too low (−) on average.
# The last number is the error of somebody who gives every wine the median mark. Over our {{measured.seeds}} seeds:
#
# | network | test error | too high or too low |
# |---|--:|--:|
# | `scaled` | {{wine_scaled.test_loss}} | {{wine_scaled.bias}} |
# | `everywhere` | {{wine_everywhere.test_loss}} | {{wine_everywhere.bias}} |
# | `at_the_end` | {{wine_at_the_end.test_loss}} | {{wine_at_the_end.bias}} |
# | always the median mark | {{wine_median.test_error.mean}} | |
#
# `everywhere` is no better than the median mark, and every one of our networks of that kind gave marks that were too
# low. The likely reason is the order (and two dropouts cost more than one). In training, the dropout of the first block makes the values jump about, and the
# *next* normalisation learns this wider spread. In inference dropout rests, the spread is smaller, and the moving
# averages do not fit any more. After the **last** normalisation dropout does no such harm (our CNN had it there). And
# the plainest of the three is as good as any: wines are few, and two hidden layers train well by themselves.
#
# **Sources.** S. Ioffe and C. Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal
# Covariate Shift*, 2015. X. Li and others, *Understanding the Disharmony between Dropout and Batch Normalization by
# Variance Shift*, 2019. Wine: P. Cortez and others, UCI, 2009; the wine network follows older courses that use
# dropout and batch norm.

# %% [markdown] lang="es"
# En las filas de encima de la gráfica, el error con los vinos de prueba y cuánto se pasan (+) o se quedan cortas (−) las notas, de media. El último número es el
# error de quien pone a todos los vinos la nota mediana. Con nuestras {{measured.seeds}} semillas:
#
# | red | error de prueba | por exceso o por defecto |
# |---|--:|--:|
# | `scaled` | {{wine_scaled.test_loss}} | {{wine_scaled.bias}} |
# | `everywhere` | {{wine_everywhere.test_loss}} | {{wine_everywhere.bias}} |
# | `at_the_end` | {{wine_at_the_end.test_loss}} | {{wine_at_the_end.bias}} |
# | siempre la nota mediana | {{wine_median.test_error.mean}} | |
#
# `everywhere` no supera a poner siempre la nota mediana, y todas nuestras redes de ese tipo pusieron notas demasiado bajas. La culpa, probablemente, es del orden (y dos *dropouts* cuestan más que uno). Al
# entrenar, el *dropout* del primer bloque hace saltar los valores, y la *siguiente* normalización aprende esa dispersión mayor. En
# inferencia el *dropout* descansa, la dispersión es menor y las medias móviles ya no encajan. Tras la **última** normalización, el
# *dropout* no hace ese daño (ahí lo tenía nuestra CNN). Y la más sencilla de las tres no va a la zaga de ninguna: los vinos son pocos, y
# dos capas ocultas se entrenan bien ellas solas.
#
# **Fuentes.** S. Ioffe y C. Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal
# Covariate Shift*, 2015. X. Li y otros, *Understanding the Disharmony between Dropout and Batch Normalization by
# Variance Shift*, 2019. Vino: P. Cortez y otros, UCI, 2009; la red del vino sigue cursos más antiguos que usan
# *dropout* y *batch norm*.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | why depth needs help | 15 | 8 |
# | by hand, two modes | 15 | 10 |
# | prediction, experiment, *Read the picture* | 15 | 12 |
# | before or after the activation, larger steps | 10 | – |
# | in our CNN, alone and with dropout | 10 | – |
# | what can go wrong: the wrong mode | 10 | 8 |
# | exercises and quiz; in 45, exercise 3 | 15 | 7 |
#
# **On the board:** a table of four rows and three columns: which way does the mean go? **Misconceptions the checks look for:** the
# wrong axis; epsilon forgotten; γ and β forgotten; batch statistics in prediction; normalising after the output layer.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | por qué la profundidad necesita ayuda | 15 | 8 |
# | a mano, dos modos | 15 | 10 |
# | predicción, experimento y *Lee la imagen* | 15 | 12 |
# | antes o después de la activación, pasos más grandes | 10 | – |
# | en nuestra CNN, sola y con *dropout* | 10 | – |
# | qué puede salir mal: el modo equivocado | 10 | 8 |
# | ejercicios y preguntas; en 45, el ejercicio 3 | 15 | 7 |
#
# **En la pizarra:** una tabla de cuatro filas y tres columnas: ¿en qué dirección va la media? **Ideas equivocadas que buscan las
# comprobaciones:** el eje equivocado; epsilon olvidado; γ y β olvidados; estadísticas del lote al predecir; normalizar tras la salida.
