# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 55
#     title:
#       en: Batch normalisation
#       es: Batch normalization
#     learn:
#       en: say why layers need an activation, and what each one's slope does to a deep network; normalise a batch by hand; tell training mode from inference mode; recognise moving averages that lag behind
#       es: decir por qué las capas necesitan una activación y qué le hace su pendiente a una red profunda; normalizar un lote a mano; distinguir el modo de entrenamiento del de inferencia; reconocer unas medias móviles retrasadas
#     result:
#       en: eight sigmoid layers, best validation accuracy {{deep_plain.best_val_accuracy.mean}} without batch normalisation, {{deep_normalised.best_val_accuracy.mean}} with it
#       es: ocho capas sigmoides, mejor exactitud de validación {{deep_plain.best_val_accuracy.mean}} sin batch normalization y {{deep_normalised.best_val_accuracy.mean}} con ella
# ---

# %% [markdown] lang="en"
# # 05 · Batch normalisation: a deep network that can learn
#
# {{badges}}
#
# A network with eight hidden layers can represent more than a network with two, but that does not mean that it can be trained. With sigmoids, the
# activation of the first decades, eight layers learn almost nothing. In this lesson you find out why, add one kind of layer, **batch
# normalisation**, and the same network learns.
#
# **You will learn to**
#
# - explain why a layer needs an activation, and what the activation's slope does to a deep network;
# - normalise a batch by hand, as Keras does it, in its two modes;
# - place `BatchNormalization` in dense and convolutional networks, and choose its `momentum`;
# - recognise three mistakes: taking averages that lag behind for overfitting, one layer object used in several places, and predicting in training mode.
#
# You need lesson 01; lesson 03 helps with dropout. About 30 minutes to read and run, and 25 for the exercises. Everything runs offline except the wine at the
# end, which says so.

# %% [markdown] lang="es"
# # 05 · *Batch normalization*: una red profunda que puede aprender
#
# {{badges}}
#
# Una red con ocho capas ocultas puede representar más cosas que una con dos, pero eso no significa que se pueda entrenar. Con sigmoides, la activación de las
# primeras décadas, ocho capas no aprenden casi nada. En esta lección averiguarás por qué, añadirás un tipo de capa, la ***batch normalization*
# («normalización por lotes»)**, y la misma red aprenderá.
#
# **Aprenderás a**
#
# - explicar por qué una capa necesita una activación y qué le hace la pendiente de la activación a una red profunda;
# - normalizar un lote a mano, igual que Keras, en sus dos modos;
# - colocar `BatchNormalization` en redes densas y convolucionales, y elegir su `momentum`;
# - reconocer tres errores: tomar por sobreajuste unas medias retrasadas, usar un mismo objeto capa en varios sitios y predecir en modo de entrenamiento.
#
# Necesitas la lección 01; la 03 ayuda con el *dropout*. Unos 30 minutos para leer y ejecutar, y 25 para los ejercicios. Todo funciona sin conexión salvo el
# vino del final, que lo avisa.

# %% [markdown] lang="en"
# ## Setup

# %% [markdown] lang="es"
# ## Preparación


# %% tags=["setup"]

# %%
import os
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tqdm.keras import TqdmCallback

from helpers import data, plots
from helpers.checks import lesson_05 as check
from helpers.figures import lesson_05 as figures
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# The same digits as in lesson 01, scaled the same way. Networks are compared on the validation digits; the test digits are reported, and nothing is chosen by
# them.

# %% [markdown] lang="es"
# Los mismos dígitos de la lección 01, con la misma escala. Las redes se comparan con los dígitos de validación; la exactitud de prueba se anota, pero no sirve
# para elegir nada.


# %%
(x_train, y_train), (x_val, y_val), (x_test, y_test) = data.load_mnist()
x_train, x_val, x_test = (
    images[..., np.newaxis].astype("float32") / 255
    for images in (x_train, x_val, x_test)
)

# %% [markdown] lang="en"
# ## Why a layer needs an activation
#
# Without an activation, a dense layer computes `x @ weights + bias`, and nothing else. What do two such layers compute, one behind the other? By hand: the
# product of the two weight matrices is one matrix, and the two biases become one bias.

# %% [markdown] lang="es"
# ## Por qué una capa necesita una activación
#
# Sin activación, una capa densa calcula `x @ pesos + sesgo` y nada más. ¿Qué calculan dos capas así, una detrás de otra? A mano: el producto de las dos
# matrices de pesos es una sola matriz, y los dos sesgos se convierten en uno.


# %%
keras.utils.set_random_seed(SEED)
pixels = x_train.reshape(1000, 784)
first, second = layers.Dense(64), layers.Dense(10)
scores = second(first(pixels))

(w1, b1), (w2, b2) = first.get_weights(), second.get_weights()
weights, bias = w1 @ w2, b1 @ w2 + b2
same(pixels @ weights + bias, scores)

two, one = (sum(a.size for a in arrays) for arrays in ((w1, b1, w2, b2), (weights, bias)))

# %% lang="en"
print(f"parameters: two layers {two:,}, one layer that computes the same {one:,}")

# %% lang="es"
print(f"parámetros: dos capas, {two:_}; una capa que calcula lo mismo, {one:_}".replace("_", " "))

# %% [markdown] lang="en"
# So the two layers **collapse** into one: however many layers you stack without activations, the network can represent no more than a single layer. That is
# why an **activation** stands between two layers (lesson 00). Its graph is not a straight line, so the layers no longer collapse.
#
# **A.** Which of these networks can represent more than one dense layer with softmax?
#
# - (a) `Flatten` – `Dense(64)` – `Dense(64)` – `Dense(10, activation="softmax")`
# - (b) `Flatten` – `Dense(64)` – `Dropout(0.5)` – `Dense(10, activation="softmax")`, when it predicts
# - (c) `Flatten` – `Dense(64, activation="relu")` – `Dense(10, activation="softmax")`

# %% [markdown] lang="es"
# Así que las dos capas **se reducen** a una: por muchas capas que apiles sin activación, la red no puede representar más que una sola capa. Por eso entre dos
# capas va una **activación** (lección 00). Su gráfica no es una línea recta, así que las capas ya no se reducen a una.
#
# **A.** ¿Cuál de estas redes puede representar más que una sola capa densa con softmax?
#
# - (a) `Flatten` – `Dense(64)` – `Dense(64)` – `Dense(10, activation="softmax")`
# - (b) `Flatten` – `Dense(64)` – `Dropout(0.5)` – `Dense(10, activation="softmax")`, al predecir
# - (c) `Flatten` – `Dense(64, activation="relu")` – `Dense(10, activation="softmax")`


# %% tags=["exercise"]
answer = ...

check.quiz_collapse(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_collapse(answer)

# %% [markdown] lang="en"
# ## Seven activations
#
# Here are the usual ones as formulas, each compared with Keras's own. To learn, Keras works out for every weight how the loss changes with it, the gradient
# (lesson 01). It goes backwards, from the last layer to the first, and on the way every activation multiplies the gradient by its **slope**. That is why the
# picture shows the slopes, too.

# %% [markdown] lang="es"
# ## Siete activaciones
#
# Estas son las habituales, escritas como fórmulas y comparadas con las de Keras. Para aprender, Keras calcula cómo cambia la pérdida con cada peso: el
# gradiente (lección 01). Lo hace hacia atrás, de la última capa a la primera, y por el camino cada activación multiplica el gradiente por su **pendiente**. Por
# eso la gráfica muestra también las pendientes.


# %%
x = np.linspace(-4, 4, 161)
sigmoid = 1 / (1 + np.exp(-x))
values = {
    "sigmoid": sigmoid,
    "tanh": np.tanh(x),
    "ReLU": np.maximum(x, 0),
    "leaky ReLU": np.where(x > 0, x, 0.1 * x),
    "PReLU": np.where(x > 0, x, 0.25 * x),
    "ELU": np.where(x > 0, x, np.exp(x) - 1),
    "SiLU": x * sigmoid,
}

# %%
leaky = layers.LeakyReLU(negative_slope=0.1)
prelu = layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))
names = ["sigmoid", "tanh", "relu", leaky, prelu, "elu", "silu"]
column = x[:, np.newaxis]
in_keras = [np.ravel(keras.activations.get(name)(column)) for name in names]
same(list(values.values()), in_keras)

figures.activations(x, values)

# %% [markdown] lang="en"
# | activation | in Keras | values | largest slope | where it is used |
# |---|---|---|--:|---|
# | **sigmoid** | `"sigmoid"` | 0 to 1 | 1/4 | an output that is a share or a yes-or-no; inside recurrent networks |
# | **tanh** | `"tanh"` | −1 to 1 | 1 | an output between −1 and 1; inside recurrent networks |
# | ReLU (lesson 00) | `"relu"` | 0 and up | 1 | hidden layers, the usual first choice; an output that cannot be negative |
# | **leaky ReLU** | `layers.LeakyReLU(0.1)` | all | 1 | as ReLU, but with a small slope on the left |
# | **PReLU** | `layers.PReLU()` | all | 1 | as leaky ReLU; the slope on the left is learnt (drawn: 0.25), one for every unit |
# | **ELU** | `"elu"` | −1 and up | 1 | hidden layers; bends smoothly towards −1 |
# | **SiLU** or *swish* | `"silu"` | −0.28 and up | 1.1 | hidden layers of many newer networks |
#
# The last layer needs the activation that fits the answer: softmax for one of several classes, sigmoid for a number from 0 to 1, tanh for one from −1 to 1,
# ReLU for one that is not negative, and none for a number that may have any value.
#
# The sigmoid's slope is at most 1/4, and almost 0 where the curve is flat; there the unit is **saturated**. How much of a gradient is
# left at most after it has passed several sigmoids, if we leave the weights aside?

# %% [markdown] lang="es"
# | activación | en Keras | valores | pendiente máxima | dónde se usa |
# |---|---|---|--:|---|
# | **sigmoide** | `"sigmoid"` | de 0 a 1 | 1/4 | una salida que es una proporción o un sí o no; dentro de redes recurrentes |
# | **tanh** (tangente hiperbólica) | `"tanh"` | de −1 a 1 | 1 | una salida entre −1 y 1; dentro de redes recurrentes |
# | ReLU (lección 00) | `"relu"` | de 0 en adelante | 1 | capas ocultas, la primera opción habitual; una salida que no puede ser negativa |
# | ***leaky* ReLU** | `layers.LeakyReLU(0.1)` | todos | 1 | como ReLU, pero con una pequeña pendiente a la izquierda |
# | **PReLU** | `layers.PReLU()` | todos | 1 | como *leaky* ReLU; la pendiente de la izquierda se aprende (en la gráfica, 0.25), una por unidad |
# | **ELU** | `"elu"` | de −1 en adelante | 1 | capas ocultas; se curva suavemente hacia −1 |
# | **SiLU** o *swish* | `"silu"` | de −0.28 en adelante | 1.1 | capas ocultas de muchas redes más recientes |
#
# La última capa necesita la activación que corresponde a la respuesta: softmax para una clase entre varias, sigmoide para un número de 0 a 1, tanh para uno de
# −1 a 1, ReLU para uno que no es negativo y ninguna para un número que puede tener cualquier valor.
#
# La pendiente de la sigmoide vale 1/4 como mucho, y casi 0 donde la curva es plana; ahí la unidad está **saturada**. ¿Cuánto queda, como mucho, de un
# gradiente después de pasar por varias sigmoides, sin contar los pesos?


# %% lang="en" tags=["nbval-check-output"]
for depth in (1, 2, 4, 8):
    print(f"sigmoid layers: {depth}   at most left of the gradient: {0.25**depth:.6f}")

# %% lang="es" tags=["nbval-check-output"]
for depth in (1, 2, 4, 8):
    print(f"capas sigmoides: {depth}   como mucho queda del gradiente: {0.25**depth:.6f}")

# %% [markdown] lang="en"
# ReLU's slope is 1 for positive numbers, so the gradient passes unchanged. But ReLU has a weakness: for negative numbers its slope is 0. If a unit is negative
# for *every* digit (here, a bias of −20 sees to that), its gradient is 0, and no training step changes its weights any more. This is a **dead ReLU**. A leaky
# ReLU still gets a gradient:

# %% [markdown] lang="es"
# La pendiente de ReLU es 1 con números positivos, así que el gradiente pasa sin cambios. Pero ReLU tiene un punto débil: con números negativos su pendiente es
# 0. Si una unidad da un número negativo con *todos* los dígitos (aquí lo conseguimos con un sesgo de −20), su gradiente es 0 y ningún paso de entrenamiento
# cambia ya sus pesos. Es una **ReLU muerta**. Una *leaky* ReLU sigue recibiendo gradiente:


# %%
unit = layers.Dense(1, bias_initializer=keras.initializers.Constant(-20))
largest = float(np.max(unit(pixels)))

arriving = {}
for name, activation in {"ReLU": layers.ReLU(), "leaky ReLU": leaky}.items():
    with tf.GradientTape() as tape:
        output = keras.ops.mean(activation(unit(pixels)))
    arriving[name] = np.abs(tape.gradient(output, unit.kernel)).sum()

# %% lang="en"
print(f"the unit's largest value over 1,000 digits, before the activation: {largest:.1f}")
for name, size in arriving.items():
    print(f"size of the unit's gradient with {name}: {size:.1f}")

# %% lang="es"
print(f"mayor valor de la unidad con 1000 dígitos, antes de la activación: {largest:.1f}")
for name, size in arriving.items():
    print(f"tamaño del gradiente de la unidad con {name}: {size:.1f}")

# %% [markdown] lang="en"
# ## A deep network, and a prediction
#
# The function below builds the network that we will study: eight hidden layers of 64 units. `normalise` says whether a `BatchNormalization` stands before or after each
# activation; what that layer does, and what `momentum` is, comes below. The layer brings a bias of its own, so a dense layer right before it needs none:
# `use_bias=False`.
#
# Predict first: sigmoids, no batch normalisation, 12 epochs. Which test accuracy will it have? Guessing gives 10 %; lesson 01's network had
# {{01:baseline.test_accuracy}}.

# %% [markdown] lang="es"
# ## Una red profunda y una predicción
#
# La función de abajo construye la red que vamos a estudiar: ocho capas ocultas de 64 unidades. `normalise` dice si hay una `BatchNormalization` antes o después de
# cada activación; qué hace esa capa y qué es `momentum` lo veremos más abajo. La capa trae su propio sesgo, así que una capa densa justo delante no necesita
# el suyo: `use_bias=False`.
#
# Primero, tu predicción: sigmoides, sin *batch normalization*, 12 épocas. ¿Qué exactitud de prueba tendrá? Al azar saldría un 10 %; la red de la lección 01
# tenía un {{01:baseline.test_accuracy}}.


# %%
guess("deep_plain", test_accuracy=...)


# %%
def deep_network(activation="sigmoid", normalise=None, hidden=8, momentum=0.9):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    for _ in range(hidden):
        model.add(layers.Dense(64, use_bias=normalise != "before"))
        if normalise == "before":
            model.add(layers.BatchNormalization(momentum=momentum))
        model.add(layers.Activation(activation))
        if normalise == "after":
            model.add(layers.BatchNormalization(momentum=momentum))
    model.add(layers.Dense(10, activation="softmax"))
    return model


# %% [markdown] lang="en"
# Before any training, we compute the gradient of the weights in each of the eight hidden layers, with 256 digits. `GradientTape` records a computation and
# then gives its gradients; `|dL/dW|` is their mean size. `fresh` sets the seed before it builds a network. The vertical axis counts in powers of ten.

# %% [markdown] lang="es"
# Antes de entrenar nada, calculamos el gradiente de los pesos de cada una de las ocho capas ocultas, con 256 dígitos. `GradientTape` graba un cálculo y
# después da sus gradientes; `|dL/dW|` es su tamaño medio. `fresh` fija la semilla antes de construir una red. El eje vertical va en potencias de diez.


# %%
def gradient_sizes(model):
    dense = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
    with tf.GradientTape() as tape:
        probabilities = model(x_train[:256], training=True)
        losses = keras.losses.sparse_categorical_crossentropy(
            y_train[:256], probabilities
        )
        loss = keras.ops.mean(losses)
    gradients = tape.gradient(loss, [layer.kernel for layer in dense])
    return [float(np.abs(gradient).mean()) for gradient in gradients[:-1]]


def fresh(*options):
    keras.utils.set_random_seed(SEED)
    return deep_network(*options)


# %%
sizes = {
    "sigmoid": gradient_sizes(fresh("sigmoid")),
    "sigmoid, batch norm": gradient_sizes(fresh("sigmoid", "before")),
    "ReLU": gradient_sizes(fresh("relu")),
}
figures.gradients(sizes)

# %% [markdown] lang="en"
# In the sigmoid network, the gradient gets smaller from layer to layer on its way back, and almost nothing arrives at the first layer: a **vanishing
# gradient**. With batch normalisation it arrives, and with ReLU instead of sigmoid, too. These are the two best-known remedies.
#
# The values on the way forward show the same problem. For the same two sigmoid networks, untrained, here is what leaves layers 1, 4 and 8 for 256 digits. The
# **spread** in each title says how much a unit's value differs from digit to digit.

# %% [markdown] lang="es"
# En la red de sigmoides, el gradiente se hace más pequeño de capa en capa en su camino hacia atrás, y a la primera capa no le llega casi nada: un **gradiente
# desvanecido**. Con *batch normalization* sí llega, y también con ReLU en lugar de la sigmoide. Son los dos remedios más conocidos.
#
# Los valores, en su camino hacia delante, muestran el mismo problema. En las dos redes de sigmoides, sin entrenar, esto es lo que sale de las capas 1, 4 y 8
# con 256 dígitos. La **dispersión** de cada título dice cuánto cambia el valor de una unidad de un dígito a otro.


# %%
def activations_of(model, images):
    found, values = [], images
    for layer in model.layers:
        values = layer(values, training=True)
        if isinstance(layer, layers.Activation):
            found.append(np.asarray(values))
    return found


plain, normalised = (
    activations_of(fresh("sigmoid", place), x_train[:256]) for place in (None, "before")
)
figures.histograms(plain, normalised, shown=(1, 4, 8))

# %% [markdown] lang="en"
# Without batch normalisation, each unit of layer 8 gives practically the same number for every digit: the histogram falls apart into single bars. These
# numbers hardly say which digit it was, so there is almost nothing to learn from. With batch normalisation, the values differ from digit to digit in every layer.
#
# ### 1. Your turn: a deep network that can learn
#
# Build a network for the digits with **at least eight hidden Dense layers, one behind the other**: images (N, 28, 28, 1) go in, ten probabilities come out.
# The gradient of the first layer must be at least a thousandth of the largest one. There is more than one way, and you need not train it.
# Write the layers yourself, without calling `deep_network`.

# %% [markdown] lang="es"
# Sin *batch normalization*, cada unidad de la capa 8 da prácticamente el mismo número con todos los dígitos: el histograma se deshace en barras sueltas. Esos
# números apenas dicen qué dígito era, así que no hay casi nada de donde aprender. Con *batch normalization*, los valores cambian de un dígito a otro en todas las capas.
#
# ### 1. Te toca: una red profunda que pueda aprender
#
# Construye una red para los dígitos con **al menos ocho capas Dense ocultas, una detrás de otra**: entran imágenes (N, 28, 28, 1) y salen diez
# probabilidades. El gradiente de la primera capa debe ser al menos una milésima del mayor. Hay más de una manera, y no hace falta que la entrenes.
# Escribe tú las capas, sin llamar a `deep_network`.


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
# ## By hand: normalise a batch
#
# Four examples with three features: small numbers, large ones, and one that never changes. **For every feature, down its column**, we subtract the batch's
# mean and divide by the batch's standard deviation (the root of the variance). The small `epsilon` keeps the constant column from dividing 0 by 0.

# %% [markdown] lang="es"
# ## A mano: normalizar un lote
#
# Cuatro ejemplos con tres características: números pequeños, números grandes y una que nunca cambia. **En cada característica, es decir, columna por columna**,
# restamos la media del lote y dividimos entre la desviación típica (o estándar) del lote, que es la raíz de la varianza. El pequeño `epsilon` evita dividir 0
# entre 0 en la columna constante.


# %%
batch = np.array(
    [[1.0, 200, 7], [2, 100, 7], [3, 400, 7], [6, 300, 7]], dtype="float32"
)
epsilon = 1e-3

mean = batch.mean(axis=0)
variance = batch.var(axis=0)
in_range = (batch - mean) / np.sqrt(variance + epsilon)

# %% lang="en" tags=["nbval-check-output"]
print("mean of each column:", mean, "  variance:", variance)
print("after normalising, mean:", in_range.mean(axis=0).round(3) + 0, "  variance:", in_range.var(axis=0).round(3))
print(in_range.round(2))

# %% lang="es" tags=["nbval-check-output"]
print("media de cada columna:", mean, "  varianza:", variance)
print("tras normalizar, media:", in_range.mean(axis=0).round(3) + 0, "  varianza:", in_range.var(axis=0).round(3))
print(in_range.round(2))

# %% [markdown] lang="en"
# Every column now has mean 0 and variance 1 (the constant column, variance 0). The division is also what saves the gradient: on its way back, the gradient is
# divided by the same standard deviation. Behind a sigmoid, values differ little from digit to digit, so the standard deviation is small, and dividing by it
# makes up for the slope of at most 1/4.
#
# Mean 0 and variance 1 may not be what the next layer needs. So each feature gets two numbers *that are learnt*: a factor **γ** (gamma) and an offset **β**
# (beta). Keras starts with 1 and 0. We choose others, and compare with Keras:

# %% [markdown] lang="es"
# Cada columna tiene ahora media 0 y varianza 1 (la constante, varianza 0). La división es también lo que salva el gradiente: en su camino de vuelta, el
# gradiente se divide entre esa misma desviación típica. Detrás de una sigmoide, los valores cambian poco de un dígito a otro, así que la desviación típica es
# pequeña, y dividir entre ella compensa la pendiente de 1/4 como mucho.
#
# Quizá la capa siguiente no necesite media 0 y varianza 1. Por eso cada característica recibe dos números *que se aprenden*: un factor **γ** (gamma) y un
# desplazamiento **β** (beta). Keras empieza con 1 y 0. Nosotros elegimos otros y comparamos con Keras:


# %%
layer = layers.BatchNormalization(momentum=0.9, epsilon=epsilon)
layer.build(batch.shape)
gamma = np.array([1.0, 2, 0.5], dtype="float32")
beta = np.array([0.0, 10, -1], dtype="float32")
layer.gamma.assign(gamma)
layer.beta.assign(beta)

same(gamma * in_range + beta, layer(batch, training=True), tolerance=1e-4)

# %% [markdown] lang="en"
# ### Two modes
#
# In **training mode**, the layer uses the batch's own mean and variance. But when a single digit is to be recognised, there is no batch. So with every training
# batch, the layer also updates a **moving average** of the mean and one of the variance. With `momentum=0.9`, the new average is 90 % of the old average
# and 10 % of the batch's value; it starts at mean 0 and variance 1. (This `momentum` has nothing to do with the optimiser's, lesson 04.) In **inference
# mode**, when the network predicts or is evaluated, the layer uses these averages and changes nothing.
#
# The call above was one training call. We compute its two moving averages by hand, then the same batch in inference mode:

# %% [markdown] lang="es"
# ### Dos modos
#
# En **modo de entrenamiento**, la capa usa la media y la varianza del propio lote. Pero para reconocer un solo dígito no hay lote. Por eso, con cada lote de
# entrenamiento, la capa actualiza además una **media móvil** de la media y otra de la varianza. Con `momentum=0.9`, la nueva media móvil es el 90 % de la
# antigua más el 10 % del valor del lote; empieza con media 0 y varianza 1. (Este `momentum` no tiene nada que ver con el del optimizador, lección 04.) En **modo
# de inferencia**, cuando la red predice o se evalúa, la capa usa esas medias móviles y no cambia nada.
#
# La llamada de arriba fue una llamada de entrenamiento. Calculamos a mano sus dos medias móviles y, después, el mismo lote en modo de inferencia:


# %%
moving_mean = 0.9 * np.zeros(3) + 0.1 * mean
moving_variance = 0.9 * np.ones(3) + 0.1 * variance
same(moving_mean, layer.moving_mean)
same(moving_variance, layer.moving_variance)

by_average = (batch - moving_mean) / np.sqrt(moving_variance + epsilon)
same(gamma * by_average + beta, layer(batch, training=False), tolerance=1e-4)

# %% [markdown] lang="en"
# **B.** This layer has seen one batch. You now give it the same batch in both modes. Why are the answers different?
#
# - (a) In inference mode, γ and β are left out.
# - (b) After one batch, the moving averages are still far from the batch's mean and variance.
# - (c) In training mode, the layer adds noise.

# %% [markdown] lang="es"
# **B.** Esta capa ha visto un solo lote. Ahora le das ese mismo lote en los dos modos. ¿Por qué las respuestas son distintas?
#
# - (a) En modo de inferencia, γ y β no se aplican.
# - (b) Tras un solo lote, las medias móviles aún están lejos de la media y la varianza del lote.
# - (c) En modo de entrenamiento, la capa añade ruido.


# %% tags=["exercise"]
answer = ...

check.quiz_modes(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_modes(answer)

# %% [markdown] lang="en"
# ## The experiment
#
# We train several networks in the same way, with Adam and batches of 32, so we write it once. `best_val_accuracy` is the highest validation accuracy of all
# epochs. `ModelCheckpoint` with `save_best_only=True` keeps that epoch if it monitors `"val_accuracy"` (lesson 04).
#
# | name | what it is |
# |---|---|
# | `deep_plain` | eight sigmoid layers, no batch normalisation |
# | `deep_late` | with batch normalisation, `momentum=0.99`, Keras's default |
# | `deep_normalised` | the same with `momentum=0.9` |
# | `normalised_after` | the same with batch normalisation after each activation |

# %% [markdown] lang="es"
# ## El experimento
#
# Entrenaremos varias redes de la misma manera, con Adam y lotes de 32, así que lo escribimos una vez. `best_val_accuracy` es la mayor exactitud de
# validación de todas las épocas. `ModelCheckpoint` con `save_best_only=True` conserva esa época si vigila `"val_accuracy"` (lección 04).
#
# | nombre | qué es |
# |---|---|
# | `deep_plain` | ocho capas sigmoides, sin *batch normalization* |
# | `deep_late` | con *batch normalization* y `momentum=0.99`, el valor por defecto de Keras |
# | `deep_normalised` | lo mismo con `momentum=0.9` |
# | `normalised_after` | lo mismo, con *batch normalization* detrás de cada activación |


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
    best = max(history.history["val_accuracy"])
    return record(name, history, test, seconds, best_val_accuracy=best)


# %%
deep_plain = train("deep_plain", fresh("sigmoid"))
late_model = fresh("sigmoid", "before", 8, 0.99)
deep_late = train("deep_late", late_model)

plots.compare(deep_plain, deep_late, metric="accuracy")

# %% [markdown] lang="en"
# Without batch normalisation, training gets almost nowhere: over our {{measured.seeds}} seeds, validation accuracy ended at {{deep_plain.val_accuracy}}, where
# guessing gives 10 %. With it, the network learns its training digits completely. But its validation curve looks strange.
#
# ### 2. Your turn: read the curves
#
# After five epochs, the network with batch normalisation gets more than nine in ten of its training digits right, and validation accuracy is about what guessing gives.
# What is the reason?
#
# - (a) Overfitting: the network knows its training digits by heart.
# - (b) A vanishing gradient: the first layers do not learn.
# - (c) The learning rate is too large.
# - (d) The weights are good, but validation uses moving averages that have not arrived yet.

# %% [markdown] lang="es"
# Sin *batch normalization*, el entrenamiento apenas avanza: con nuestras {{measured.seeds}} semillas, la exactitud de validación acabó en
# {{deep_plain.val_accuracy}}, y al azar saldría un 10 %. Con ella, la red aprende por completo sus dígitos de entrenamiento. Pero su curva de validación es extraña.
#
# ### 2. Te toca: lee las curvas
#
# Tras cinco épocas, la red con *batch normalization* acierta más de nueve de cada diez dígitos de entrenamiento, y la exactitud de validación es más o menos la del
# azar. ¿Cuál es la razón?
#
# - (a) Sobreajuste: la red se sabe de memoria sus dígitos de entrenamiento.
# - (b) Un gradiente desvanecido: las primeras capas no aprenden.
# - (c) La tasa de aprendizaje es demasiado grande.
# - (d) Los pesos son buenos, pero la validación usa unas medias móviles que todavía no han llegado a su valor.


# %% tags=["exercise"]
answer = ...

check.read_curves(answer)

# %% tags=["solution"]
answer = "d"

check.read_curves(answer)

# %% [markdown] lang="en"
# Our training set has only 32 batches an epoch. After every batch, a part of the starting values 0 and 1 is still in the moving averages:

# %% [markdown] lang="es"
# Nuestro conjunto de entrenamiento tiene solo 32 lotes por época. Después de cada lote, una parte de los valores iniciales 0 y 1 sigue en las medias móviles:

# %% lang="en" tags=["nbval-check-output"]
for epoch in (1, 3, 5, 10):
    slow, quick = (100 * momentum ** (32 * epoch) for momentum in (0.99, 0.9))
    print(f"epoch {epoch:2}: starting values left: {slow:4.1f} % with momentum 0.99, {quick:.1f} % with 0.9")

# %% lang="es" tags=["nbval-check-output"]
for epoch in (1, 3, 5, 10):
    slow, quick = (100 * momentum ** (32 * epoch) for momentum in (0.99, 0.9))
    print(f"época {epoch:2}: valores iniciales que quedan: {slow:4.1f} % con momentum 0.99, {quick:.1f} % con 0.9")

# %% [markdown] lang="en"
# On large data sets, an epoch has thousands of batches, so the averages have arrived before the first epoch ends. Here the remedy is `momentum=0.9`. What test
# accuracy do you expect after 12 epochs?

# %% [markdown] lang="es"
# Con conjuntos grandes, una época tiene miles de lotes, así que las medias ya han llegado antes de que acabe la primera. Aquí el remedio es `momentum=0.9`.
# ¿Qué exactitud de prueba esperas tras 12 épocas?


# %%
guess("deep_normalised", test_accuracy=...)

# %%
deep_model = fresh("sigmoid", "before")
deep_normalised = train("deep_normalised", deep_model)

plots.compare(deep_late, deep_normalised, metric="accuracy")

# %% lang="en"
both = [np.array(run.history["accuracy"]) for run in (deep_late, deep_normalised)]
print(f"training accuracies, largest difference: {100 * np.abs(both[0] - both[1]).max():.1f} percentage points")

# %% lang="es"
both = [np.array(run.history["accuracy"]) for run in (deep_late, deep_normalised)]
print(f"exactitud de entrenamiento, mayor diferencia: {100 * np.abs(both[0] - both[1]).max():.1f} puntos porcentuales")

# %% [markdown] lang="en"
# The two training curves lie on each other, because training mode does not use the moving averages: both networks learn the same weights. Only validation differs,
# because it uses the averages. With `momentum=0.9`, validation accuracy is high after two or three epochs. At its best epoch it was
# {{deep_normalised.best_val_accuracy}} over our seeds, at the last one {{deep_normalised.val_accuracy}}; training accuracy was
# {{deep_normalised.train_accuracy}} by then. So there *is* overfitting, too, as in lesson 01. Validation *loss*, however, was still falling at the last epoch in all our
# runs. Which epoch is the best depends on what you monitor: `"val_accuracy"` keeps an earlier epoch here, `"val_loss"` the last.
#
# ### 3. Your turn: repair a network without training it
#
# A colleague stopped `deep_late` after five epochs and wants to throw it away. Its weights are good. Write `refresh(model, images)`, which brings the moving
# averages up to date with the images that it is given. The trained weights, γ and β included, must stay exactly as they are, and the same layers must be
# trainable as before.

# %% [markdown] lang="es"
# Las dos curvas de entrenamiento coinciden, porque el modo de entrenamiento no usa las medias móviles: las dos redes aprenden los mismos pesos. Solo cambia la
# validación, porque usa esas medias. Con `momentum=0.9`, la exactitud de validación es alta tras dos o tres épocas. En su mejor época fue de
# {{deep_normalised.best_val_accuracy}} con nuestras semillas; en la última, de {{deep_normalised.val_accuracy}}. La de entrenamiento era entonces de
# {{deep_normalised.train_accuracy}}, así que *también* hay sobreajuste, como en la lección 01. La *pérdida* de validación, en cambio, seguía bajando en la última
# época en todas nuestras ejecuciones. Cuál es la mejor época depende de lo que vigiles: con `"val_accuracy"` se conserva aquí una anterior; con `"val_loss"`, la última.
#
# ### 3. Te toca: repara una red sin entrenarla
#
# Una compañera detuvo `deep_late` tras cinco épocas y quiere desecharla. Sus pesos son buenos. Escribe `refresh(model, images)`, que ponga al día las medias
# móviles con las imágenes que recibe. Los pesos entrenados, γ y β incluidos, deben quedar exactamente como están, y deben ser entrenables las mismas capas que antes.


# %% tags=["exercise"]
refresh = ...

check.refresh(refresh)
# check.refresh.hint()


# %% tags=["solution"]
def refresh(model, images):
    for _ in range(500):
        model(images, training=True)


check.refresh(refresh)

# %% [markdown] lang="en"
# ## Before or after the activation?
#
# The paper that introduced batch normalisation places it before the activation; many people place it after. Now that the averages no longer lag, we can
# compare the two.

# %% [markdown] lang="es"
# ## ¿Antes o después de la activación?
#
# El artículo que presentó la *batch normalization* la coloca antes de la activación; mucha gente la coloca después. Ahora que las medias móviles ya no llegan
# tarde, podemos comparar las dos opciones.


# %%
normalised_after = train("normalised_after", fresh("sigmoid", "after"))

plots.compare(deep_normalised, normalised_after, metric="accuracy")

# %% [markdown] lang="en"
# | batch normalisation | validation accuracy, best epoch | last epoch |
# |---|--:|--:|
# | before the activation | {{deep_normalised.best_val_accuracy}} | {{deep_normalised.val_accuracy}} |
# | after the activation | {{normalised_after.best_val_accuracy}} | {{normalised_after.val_accuracy}} |
#
# Here batch normalisation after the activation did better: the figures are means over our {{measured.seeds}} seeds, and the figure after ± is their standard
# deviation. They hold for sigmoids in this network; in other networks it can be the other way round, so try both and let validation choose. Do not place batch
# normalisation behind the output layer: normalised, the ten numbers of softmax are no longer probabilities.
#
# ### 4. Your turn: find the bug
#
# A colleague saves a line: she makes *one* `BatchNormalization` and uses it four times. Her network is written layer by layer: `layer(x)` says what each
# layer gets. Train it and compare training with validation.

# %% [markdown] lang="es"
# | *batch normalization* | exactitud de validación, mejor época | última época |
# |---|--:|--:|
# | antes de la activación | {{deep_normalised.best_val_accuracy}} | {{deep_normalised.val_accuracy}} |
# | después de la activación | {{normalised_after.best_val_accuracy}} | {{normalised_after.val_accuracy}} |
#
# Aquí fue mejor la *batch normalization* detrás de la activación: las cifras son medias con nuestras {{measured.seeds}} semillas, y la cifra tras ± es su
# desviación típica. Valen para sigmoides en esta red; en otras redes puede ser al revés, así que prueba las dos opciones y deja que decida la validación. No
# pongas la *batch normalization* detrás de la capa de salida: normalizados, los diez números de softmax ya no son probabilidades.
#
# ### 4. Te toca: encuentra el error
#
# Una compañera se ahorra una línea: crea *una sola* `BatchNormalization` y la usa cuatro veces. Su red está escrita capa a capa: `layer(x)` dice qué recibe
# cada capa. Entrénala y compara el entrenamiento con la validación.


# %%
def her_network():
    normalise = layers.BatchNormalization(momentum=0.9)
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Flatten()(inputs)
    for _ in range(4):
        x = layers.Dense(64, use_bias=False)(x)
        x = normalise(x)
        x = layers.Activation("sigmoid")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


keras.utils.set_random_seed(SEED)
her_run = train("one_layer_shared", her_network(), epochs=8)
plots.curves(her_run)

# %% [markdown] lang="en"
# This time the averages are not late, because `momentum` is 0.9. Still, validation accuracy was only {{one_layer_shared.val_accuracy}} at the end over our seeds.
# Why can one layer object not serve four places? Write `mended_network()`, which returns a network like hers that does not
# have the fault, with batch normalisation for each hidden layer. Nothing needs to be trained for the check; train it afterwards, and compare.

# %% [markdown] lang="es"
# Esta vez las medias no llegan tarde, porque `momentum` es 0.9. Aun así, la exactitud de validación fue al final de solo {{one_layer_shared.val_accuracy}} con
# nuestras semillas. ¿Por qué un mismo objeto capa no vale para cuatro sitios? Escribe `mended_network()`, que devuelva una red como la suya
# pero sin ese error, con *batch normalization* para cada capa oculta. Para la comprobación no hace falta entrenar nada; entrénala después y compara.


# %% tags=["exercise"]
mended_network = ...

check.mended_network(mended_network)
# check.mended_network.hint()


# %% tags=["solution"]
def mended_network():
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.Flatten()(inputs)
    for _ in range(4):
        x = layers.Dense(64, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("sigmoid")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


check.mended_network(mended_network)

# %% [markdown] lang="en"
# ## Larger steps
#
# Plain gradient descent (`SGD`) with three learning rates, 8 epochs each, without and with batch normalisation. This time there are five ReLU layers, so that
# the network without batch normalisation can learn, too. Guess first: with learning rate 1, what is the validation accuracy of each?

# %% [markdown] lang="es"
# ## Pasos más grandes
#
# Descenso de gradiente sin más (`SGD`) con tres tasas de aprendizaje, 8 épocas cada una, sin *batch normalization* y con ella. Esta vez hay cinco capas ReLU,
# para que también pueda aprender la red sin *batch normalization*. Antes, tu predicción: con una tasa de 1, ¿qué exactitud de validación tendrá cada una?


# %%
guess("sgd_plain_large", val_accuracy=...)
guess("sgd_normalised_large", val_accuracy=...)

# %%
rates = {"sgd_plain": [], "sgd_normalised": []}

for size, rate in (("small", 0.01), ("medium", 0.1), ("large", 1.0)):
    for name, normalise in (("sgd_plain", None), ("sgd_normalised", "before")):
        model = fresh("relu", normalise, 5)
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

# %% lang="en"
plain, normalised = (100 * np.array(rates[name]) for name in ("sgd_plain", "sgd_normalised"))
shown = {"without batch norm": plain, "with batch norm": normalised}
plots.lines([0.01, 0.1, 1], {"validation accuracy (%)": shown}, along="learning_rate", log="x")

# %% lang="es"
plain, normalised = (100 * np.array(rates[name]) for name in ("sgd_plain", "sgd_normalised"))
shown = {"sin batch norm": plain, "con batch norm": normalised}
plots.lines([0.01, 0.1, 1], {"exactitud de validación (%)": shown}, along="learning_rate", log="x")

# %% [markdown] lang="en"
# | learning rate | without batch normalisation | with it |
# |--:|--:|--:|
# | 0.01 | {{sgd_plain_small.val_accuracy}} | {{sgd_normalised_small.val_accuracy}} |
# | 0.1 | {{sgd_plain_medium.val_accuracy}} | {{sgd_normalised_medium.val_accuracy}} |
# | 1 | {{sgd_plain_large.val_accuracy}} | {{sgd_normalised_large.val_accuracy}} |
#
# (Validation accuracy, mean and standard deviation over {{measured.seeds}} seeds.) At 0.01, the network with batch normalisation gets much further in 8 epochs. At 0.1, the
# two are close, and in a single run either may be ahead. At 1, the network without it stays near guessing, and the one with it still learns, though not equally
# well in each run: from {{sgd_normalised_large.val_accuracy.min}} to {{sgd_normalised_large.val_accuracy.max}}. A large step in one layer changes the scale of its numbers,
# and the normalisation undoes that before the next layer. So you have more freedom in choosing the rate.
#
# ## Batch normalisation in our CNN
#
# In a convolutional network, the layer takes one mean and one variance for each *channel*, that is for each feature map, over all images of the batch and all
# places. Here is lesson 01's network with a `BatchNormalization` between each convolution and its ReLU, `momentum=0.9`, and room for a dropout before the
# last layer:

# %% [markdown] lang="es"
# | tasa de aprendizaje | sin *batch normalization* | con ella |
# |--:|--:|--:|
# | 0.01 | {{sgd_plain_small.val_accuracy}} | {{sgd_normalised_small.val_accuracy}} |
# | 0.1 | {{sgd_plain_medium.val_accuracy}} | {{sgd_normalised_medium.val_accuracy}} |
# | 1 | {{sgd_plain_large.val_accuracy}} | {{sgd_normalised_large.val_accuracy}} |
#
# (Exactitud de validación, media y desviación típica con {{measured.seeds}} semillas). Con 0.01, la red con *batch normalization* llega mucho más lejos en 8
# épocas. Con 0.1, las dos quedan cerca, y en una sola ejecución cualquiera puede ir por delante. Con 1, la red sin ella se queda cerca del azar, y la que la
# tiene sigue aprendiendo, aunque no igual de bien en cada ejecución: entre el {{sgd_normalised_large.val_accuracy.min}} y el
# {{sgd_normalised_large.val_accuracy.max}}. Un paso grande en una capa cambia la escala de sus números, y la normalización elimina ese cambio antes de la capa
# siguiente. Por eso tienes más libertad al elegir la tasa.
#
# ## *Batch normalization* en nuestra CNN
#
# En una red convolucional, la capa toma una media y una varianza por *canal*, es decir, por mapa de características, con todas las imágenes del lote y todos sus
# lugares. Esta es la red de la lección 01 con una `BatchNormalization` entre cada convolución y su ReLU, `momentum=0.9` y sitio para un *dropout* antes de la
# última capa:


# %%
def normalised_cnn(dropout=0.0):
    keras.utils.set_random_seed(SEED)
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=3, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(64, kernel_size=3, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )


# %% [markdown] lang="en"
# The recipe is that of lesson 01, 30 epochs. There the network without batch normalisation got {{01:baseline.test_accuracy}} of the test digits right. Which test accuracy do
# you expect with it?

# %% [markdown] lang="es"
# La receta es la de la lección 01, 30 épocas. Allí, la red sin *batch normalization* acertó el {{01:baseline.test_accuracy}} de los dígitos de prueba.
# ¿Qué exactitud de prueba esperas con ella?


# %%
guess("cnn_normalised", test_accuracy=...)

# %%
cnn = normalised_cnn()
cnn_normalised = train("cnn_normalised", cnn, epochs=30)
plots.curves(cnn_normalised)

# %% [markdown] lang="en"
# Older courses place batch normalisation after the pooling, and also behind the dense layer. That works as well. The next cell writes it out. It trains this
# network and the one with dropout only when the course is measured, because that takes about a minute more; take the `if` away to do it yourself.

# %% [markdown] lang="es"
# Los cursos más antiguos ponen la *batch normalization* después del *pooling*, y también detrás de la capa densa. También funciona. La celda siguiente la escribe
# entera. Entrena esta red y la que lleva *dropout* solo cuando se mide el curso, porque tarda cerca de un minuto más; quita el `if` si quieres hacerlo tú.


# %%
def older_cnn():
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))])
    for filters in (32, 64):
        model.add(layers.Conv2D(filters, kernel_size=3, activation="relu"))
        model.add(layers.MaxPooling2D(pool_size=2))
        model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Dense(10, activation="softmax"))
    return model


if "COURSE_MEASURE" in os.environ:
    train("cnn_with_dropout", normalised_cnn(dropout=0.5), epochs=30)
    train("cnn_older_order", older_cnn(), epochs=30)

# %% [markdown] lang="en"
# | network, 30 epochs each | validation accuracy | lowest validation loss | last validation loss | test accuracy |
# |---|--:|--:|--:|--:|
# | lesson 01: neither | {{01:baseline.val_accuracy}} | {{01:baseline.best_val_loss}} | {{01:baseline.val_loss}} | {{01:baseline.test_accuracy}} |
# | lesson 03: dropout | {{03:dropout_50.val_accuracy}} | {{03:dropout_50.best_val_loss}} | {{03:dropout_50.val_loss}} | {{03:dropout_50.test_accuracy}} |
# | batch normalisation before ReLU | {{cnn_normalised.val_accuracy}} | {{cnn_normalised.best_val_loss}} | {{cnn_normalised.val_loss}} | {{cnn_normalised.test_accuracy}} |
# | the same with dropout | {{cnn_with_dropout.val_accuracy}} | {{cnn_with_dropout.best_val_loss}} | {{cnn_with_dropout.val_loss}} | {{cnn_with_dropout.test_accuracy}} |
# | after pooling and the dense layer | {{cnn_older_order.val_accuracy}} | {{cnn_older_order.best_val_loss}} | {{cnn_older_order.val_loss}} | {{cnn_older_order.test_accuracy}} |
#
# On average, every row has a lower validation loss than the first: batch normalisation lowered it about as much as dropout. With batch normalisation alone, the
# loss hardly rises after its minimum. The lowest is that of both together. Validation accuracy rose clearly only with batch normalisation before ReLU, by more
# than two standard deviations. Augmentation, in lesson 02, went further: lowest validation loss {{02:augmented.best_val_loss}}, and
# {{02:augmented.test_accuracy}} of the test digits right. This CNN has only two convolutions and trains well without help, so there was no vanishing gradient
# to cure, and the gain is small beside that of the eight sigmoid layers. Batch normalisation is above all a remedy for networks that are hard to *train*; that
# it helps a little against overfitting, too, is an extra.
#
# ## What can go wrong: the wrong mode
#
# `model.predict` and `model.evaluate` use inference mode. If you call the model yourself, you can choose the wrong one. We give the trained eight-layer network
# 40 validation digits, one at a time, with `training=True`. What share does it get right?

# %% [markdown] lang="es"
# | red, 30 épocas cada una | exactitud de validación | menor pérdida de validación | última pérdida de validación | exactitud de prueba |
# |---|--:|--:|--:|--:|
# | lección 01: ninguna de las dos cosas | {{01:baseline.val_accuracy}} | {{01:baseline.best_val_loss}} | {{01:baseline.val_loss}} | {{01:baseline.test_accuracy}} |
# | lección 03: *dropout* | {{03:dropout_50.val_accuracy}} | {{03:dropout_50.best_val_loss}} | {{03:dropout_50.val_loss}} | {{03:dropout_50.test_accuracy}} |
# | *batch normalization* antes de ReLU | {{cnn_normalised.val_accuracy}} | {{cnn_normalised.best_val_loss}} | {{cnn_normalised.val_loss}} | {{cnn_normalised.test_accuracy}} |
# | lo mismo con *dropout* | {{cnn_with_dropout.val_accuracy}} | {{cnn_with_dropout.best_val_loss}} | {{cnn_with_dropout.val_loss}} | {{cnn_with_dropout.test_accuracy}} |
# | tras el *pooling* y la capa densa | {{cnn_older_order.val_accuracy}} | {{cnn_older_order.best_val_loss}} | {{cnn_older_order.val_loss}} | {{cnn_older_order.test_accuracy}} |
#
# En promedio, todas las filas tienen una pérdida de validación menor que la primera: la *batch normalization* la bajó más o menos tanto como el *dropout*. Con
# *batch normalization* sola, la pérdida casi no sube después de su mínimo. La menor es la de las dos cosas juntas. La exactitud de validación solo subió con
# claridad con *batch normalization* antes de ReLU, más de dos desviaciones típicas. El aumento de datos, en la lección 02, llegó más lejos: menor pérdida de
# validación {{02:augmented.best_val_loss}}, y un {{02:augmented.test_accuracy}} de aciertos con los dígitos de prueba. Esta CNN tiene solo dos convoluciones y
# se entrena bien sin ayuda, así que no había ningún gradiente desvanecido que remediar, y la mejora es pequeña al lado de la de las ocho capas sigmoides. La
# *batch normalization* es sobre todo un remedio para redes difíciles de *entrenar*; que además ayude un poco contra el sobreajuste es una ventaja añadida.
#
# ## Qué puede salir mal: el modo equivocado
#
# `model.predict` y `model.evaluate` usan el modo de inferencia. Si llamas tú al modelo, puedes elegir el equivocado. Le damos a la red entrenada de ocho capas
# 40 dígitos de validación, de uno en uno, con `training=True`. ¿Qué proporción acierta?


# %%
guess("one_at_a_time", val_accuracy=...)

# %%
kept = deep_model.get_weights()
alone = [int(np.argmax(deep_model(x_val[i : i + 1], training=True))) for i in range(40)]
one_at_a_time = record("one_at_a_time", val_accuracy=np.mean(alone == y_val[:40]))
pairs = zip(deep_model.get_weights(), kept, strict=True)
changed = sum(not np.array_equal(new, old) for new, old in pairs)

deep_model.set_weights(kept)
together = np.argmax(deep_model(x_val[:40], training=False), axis=1)
singly = [int(np.argmax(deep_model(x_val[i : i + 1], training=False))) for i in range(40)]

# %% lang="en"
print("one at a time, training mode, predicted:", alone)
print(f"right: {100 * one_at_a_time.val_accuracy:.0f} %;  weight arrays that predicting changed: {changed} of {len(kept)}")
print(f"inference mode, right: {100 * np.mean(together == y_val[:40]):.0f} %;  one at a time the same answers: {(together == singly).all()}")

# %% lang="es"
print("de uno en uno, modo de entrenamiento, predicción:", alone)
print(f"aciertos: {100 * one_at_a_time.val_accuracy:.0f} %;  arrays de pesos cambiados al predecir: {changed} de {len(kept)}")
yes = "sí" if (together == singly).all() else "no"
print(f"modo de inferencia, aciertos: {100 * np.mean(together == y_val[:40]):.0f} %;  de uno en uno, las mismas respuestas: {yes}")

# %% [markdown] lang="en"
# In training mode, the network gives the same answer for every digit: a batch of one *is* its own mean, so subtracting the mean leaves 0 for every feature,
# whatever the picture shows. And predicting changed the network: the two moving averages of each of the eight layers. We put the kept weights back. In inference
# mode, a digit gets the same answer alone and in a batch.
#
# ## Batch normalisation while fine-tuning
#
# Fine-tuning takes a trained network and trains it a little more on few new images (lesson 07). Then training mode is a danger: batches are small, and the
# moving averages, which were learnt from many images, are replaced by those of a few. We try it: our CNN without its last layer, a new last layer that tells 3 from 8,
# and 20 images in batches of 4. In three ways: everything learns (`tuned_all`); the same, with the base called with `training=False`, as many tutorials advise
# (`tuned_false`); the `BatchNormalization` layers are frozen with `trainable = False` (`tuned_frozen`). A frozen
# `BatchNormalization` works in inference mode even while the network is trained.

# %% [markdown] lang="es"
# En modo de entrenamiento, la red da la misma respuesta con todos los dígitos: un lote de un solo dígito *es* su propia media, así que al restarla queda 0 en cada
# característica, muestre lo que muestre la imagen. Y al predecir ha cambiado la red: las dos medias móviles de cada una de las ocho capas. Recuperamos los pesos
# guardados. En modo de inferencia, un dígito recibe la misma respuesta tanto si va solo como si va en un lote.
#
# ## *Batch normalization* durante el ajuste fino
#
# El ajuste fino toma una red entrenada y la entrena un poco más con pocas imágenes nuevas (lección 07). Entonces el modo de entrenamiento es un peligro: los
# lotes son pequeños, y las medias móviles, aprendidas con muchas imágenes, se sustituyen por las de unas pocas. Probémoslo: nuestra CNN sin su última capa, una última
# capa nueva que distingue el 3 del 8 y 20 imágenes en lotes de 4. De tres maneras: todo aprende (`tuned_all`); lo mismo, llamando a la base con
# `training=False`, como aconsejan muchos tutoriales (`tuned_false`); las capas `BatchNormalization` se congelan con `trainable = False` (`tuned_frozen`). Una
# `BatchNormalization` congelada funciona en modo de inferencia incluso mientras se entrena la red.


# %%
def three_or_eight(images, labels):
    chosen = np.isin(labels, (3, 8))
    return images[chosen], (labels[chosen] == 8).astype(int)


x_few, y_few = (part[:20] for part in three_or_eight(x_train, y_train))
few_val = three_or_eight(x_val, y_val)


# %%
def fine_tune(name, frozen=False, **call):
    copy = normalised_cnn()
    copy.set_weights(cnn.get_weights())
    base = keras.Sequential(copy.layers[:-1])
    norms = [part for part in base.layers if isinstance(part, layers.BatchNormalization)]
    for norm in norms:
        norm.trainable = not frozen
    inputs = keras.Input(shape=(28, 28, 1))
    outputs = layers.Dense(2, activation="softmax")(base(inputs, **call))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    options = {"epochs": 8, "batch_size": 4, "validation_data": few_val, "verbose": 0}
    before = [norm.moving_mean.numpy() for norm in norms]
    history = model.fit(x_few, y_few, **options)
    after = [norm.moving_mean.numpy() for norm in norms]
    moved = max(np.abs(a - b).max() for a, b in zip(after, before, strict=True))
    return record(name, history, moved=moved)


tuned = [
    fine_tune("tuned_all"),
    fine_tune("tuned_false", training=False),
    fine_tune("tuned_frozen", frozen=True),
]

# %% lang="en"
for run in tuned:
    print(f"{run.name:13} largest change of a moving mean {run.moved:.3f}   validation accuracy {100 * run.val_accuracy:.1f} %")

# %% lang="es"
for run in tuned:
    print(f"{run.name:13} mayor cambio de una media móvil {run.moved:.3f}   exactitud de validación {100 * run.val_accuracy:.1f} %")

# %% [markdown] lang="en"
# Freezing the normalisation layers keeps the averages; all other layers learn. The second line holds a surprise: `base(inputs, training=False)` changes nothing
# in Keras 3.15, because `fit` passes its own `training=True` on to every layer of such a model
# ([issue 20285](https://github.com/keras-team/keras/issues/20285)). If your second line says 0.000, your version is a newer one that respects it. So look at the
# averages before you trust them. Over our {{measured.seeds}} seeds, validation accuracy was {{tuned_all.val_accuracy}} with all layers learning and
# {{tuned_frozen.val_accuracy}} with the normalisation frozen: better on average, though single runs overlap. How much it matters depends on the task; in
# general more, the fewer the images and the smaller the batches.
#
# ### 5. Your turn: beat 88 %
#
# Build a network with at least eight hidden Dense layers, one behind the other and with activations in between, without convolutions, and **train** it so that it gets more than 88 % of the validation digits
# right, which even the best of our sigmoid networks hardly reach. Activation, width, batch normalisation, dropout, optimiser and epochs are up to you; about ten epochs are enough. Train
# only with `x_train`. Answer with the trained model.

# %% [markdown] lang="es"
# Congelar las capas de normalización conserva las medias; todas las demás capas aprenden. La segunda línea trae una sorpresa: `base(inputs, training=False)` no cambia nada
# en Keras 3.15, porque `fit` pasa su propio `training=True` a todas las capas de un modelo así
# ([issue 20285](https://github.com/keras-team/keras/issues/20285)). Si tu segunda línea dice 0.000, tienes una versión más nueva que lo respeta. Así que mira las
# medias antes de fiarte. Con nuestras {{measured.seeds}} semillas, la exactitud de validación fue de {{tuned_all.val_accuracy}} cuando aprendían todas las capas y de
# {{tuned_frozen.val_accuracy}} con la normalización congelada: mejor en promedio, aunque las ejecuciones sueltas se solapan. Cuánto importa
# depende de la tarea: en general, más cuantas menos imágenes haya y más pequeños sean los lotes.
#
# ### 5. Te toca: supera el 88 %
#
# Construye una red con al menos ocho capas Dense ocultas, una detrás de otra y con activaciones de por medio, sin convoluciones, y **entrénala** para que acierte más del 88 % de los dígitos de
# validación, algo a lo que apenas llegan las mejores de nuestras redes de sigmoides. La activación, la anchura, la *batch normalization*, el *dropout*, el optimizador y las épocas los eliges tú; bastan unas diez
# épocas. Entrena solo con `x_train`. Responde con el modelo entrenado.


# %% tags=["exercise"]
mine = ...

check.beat_88(mine)
# check.beat_88.hint()

# %% tags=["solution"]
keras.utils.set_random_seed(SEED)
mine = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
mine.add(layers.Dropout(0.3))
for _ in range(8):
    mine.add(layers.Dense(128, use_bias=False))
    mine.add(layers.BatchNormalization(momentum=0.9))
    mine.add(layers.Activation("elu"))
mine.add(layers.Dense(10, activation="softmax"))
mine.compile("adam", loss="sparse_categorical_crossentropy")
mine.fit(x_train, y_train, epochs=10, batch_size=32, verbose=0)

check.beat_88(mine)

# %% [markdown] lang="en"
# ## What we measured
#
# Your run beside ours, {{measured.seeds}} seeds. The `sgd_…` and `tuned_…` runs, and the one with one digit at a time, have only a validation figure.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tu ejecución junto a las nuestras, {{measured.seeds}} semillas. De `sgd_…`, de `tuned_…` y de la prueba con los dígitos de uno en uno solo hay cifra de validación.


# %%
table()

# %% [markdown] lang="en"
# What this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Lo que afirma esta lección, comprobado con tu ejecución:


# %%
claim("vanishing", sizes["sigmoid"][0], "<", sizes["sigmoid"][-1] / 100,
      en="without batch normalisation, the first sigmoid layer's gradient is smaller than a hundredth of the eighth layer's",
      es="sin batch normalization, el gradiente de la primera capa sigmoide es menor que una centésima del de la octava")
claim("stuck", deep_plain.best_val_accuracy, "<=", 0.4, unit="%",
      en="without batch normalisation, the eight sigmoid layers never get beyond a validation accuracy of 40 %",
      es="sin batch normalization, las ocho capas sigmoides no pasan nunca del 40 % de exactitud de validación")
claim("learns", deep_normalised.best_val_accuracy, ">=", 0.83, unit="%",
      en="with batch normalisation, the eight sigmoid layers reach at least 83 % at their best epoch",
      es="con batch normalization, las ocho capas sigmoides llegan al menos al 83 % en su mejor época")
claim("either_place", normalised_after.best_val_accuracy, ">=", 0.83, unit="%",
      en="with batch normalisation after the activation, they reach at least 83 %, too",
      es="con batch normalization detrás de la activación también llegan al menos al 83 %")
late, quick = (run.history["val_accuracy"][2] for run in (deep_late, deep_normalised))
claim("late_averages", quick, ">=", late, margin=0.4, unit="%",
      en="after 3 epochs, validation accuracy with momentum 0.9 is at least 40 percentage points above that with 0.99",
      es="tras 3 épocas, la exactitud de validación con momentum 0.9 supera al menos en 40 puntos porcentuales la de 0.99")

# %%
claim("one_layer_shared", her_run.val_accuracy, "<=", her_run.train_accuracy, margin=-0.3, unit="%",
      en="with one normalisation layer in four places, validation accuracy ends at least 30 percentage points below training accuracy",
      es="con una sola capa de normalización en cuatro sitios, la exactitud de validación acaba al menos 30 puntos porcentuales por debajo de la de entrenamiento")
claim("large_step_fails", rates["sgd_plain"][-1], "<=", 0.5, unit="%",
      en="at learning rate 1, the ReLU network without batch normalisation ends at a validation accuracy of at most 50 %",
      es="con tasa de aprendizaje 1, la red ReLU sin batch normalization acaba con una exactitud de validación del 50 % como mucho")
claim("large_step_learns", rates["sgd_normalised"][-1], ">=", 0.7, unit="%",
      en="at learning rate 1, the ReLU network with batch normalisation ends at a validation accuracy of at least 70 %",
      es="con tasa de aprendizaje 1, la red ReLU con batch normalization acaba con una exactitud de validación del 70 % como mínimo")
claim("one_at_a_time", one_at_a_time.val_accuracy, "<=", 0.4, unit="%",
      en="fed with one digit at a time in training mode, the network gets at most 40 % right",
      es="con los dígitos de uno en uno y en modo de entrenamiento, la red acierta el 40 % como mucho")
claim("averages_kept", tuned[2].moved, "<", tuned[0].moved,
      en="frozen normalisation layers keep their averages better than thawed ones",
      es="las capas de normalización congeladas conservan sus medias mejor que las descongeladas")

# %% [markdown] lang="en"
# ## In short
#
# - Without activations, any number of dense layers is a single one.
# - Every sigmoid multiplies the gradient by at most 1/4. ReLU and batch normalisation are two remedies.
# - Training mode: the batch's own mean and variance, then γ and β. Inference mode: the moving averages.
# - Validation far below training in the first epochs: think of late moving averages, and choose a smaller `momentum`. One layer object holds one set of averages.
# - Predict with `model.predict` or `training=False`. In fine-tuning, freeze the normalisation layers. Never normalise the output of the last layer.
# - Batch normalisation helps most where training is hard: in deep networks and with large steps.
#
# Next: in lesson 06, a program chooses such things for you, among them whether to normalise.

# %% [markdown] lang="es"
# ## En resumen
#
# - Sin activaciones, cualquier número de capas densas equivale a una sola.
# - Cada sigmoide multiplica el gradiente por 1/4 como mucho. ReLU y la *batch normalization* son dos remedios.
# - Modo de entrenamiento: media y varianza del propio lote, y después γ y β. Modo de inferencia: las medias móviles.
# - Validación muy por debajo del entrenamiento en las primeras épocas: piensa en unas medias móviles retrasadas y elige un `momentum` menor. Un objeto capa guarda un
#   solo juego de medias.
# - Predice con `model.predict` o `training=False`. En el ajuste fino, congela las capas de normalización. No normalices nunca la salida de la última capa.
# - La *batch normalization* ayuda sobre todo donde entrenar es difícil: en redes profundas y con pasos grandes.
#
# Lo siguiente: en la lección 06, un programa elige por ti cosas como estas, entre ellas si normalizar o no.


# %% [markdown] lang="en"
# ## Go further: wine, and dropout right before batch normalisation
#
# *Needs the red wine table, 84 kB, fetched once.* Each wine has eleven laboratory measurements of very different sizes, and one mark from 3 to 8 (lesson 04).
# Here `BatchNormalization` also comes *first*: it brings the measurements to the same scale. An older course stacks dense layer, dropout and batch normalisation,
# in this order, block upon block. We compare four networks of two blocks, by the mean absolute error in marks:
#
# | name | in each block, after the dense layer |
# |---|---|
# | `scaled` | ReLU |
# | `everywhere` | batch normalisation, ReLU, dropout |
# | `at_the_end` | the same, but dropout only in the last block |
# | `older_order` | ReLU, dropout, batch normalisation |

# %% [markdown] lang="es"
# ## Para ir más lejos: el vino y el *dropout* justo antes de la *batch normalization*
#
# *Necesita la tabla de vinos tintos, 84 kB que se descargan una vez.* Cada vino tiene once medidas de laboratorio de tamaños muy distintos y una nota de 3 a 8
# (lección 04). Aquí `BatchNormalization` va además *al principio*: pone las medidas en la misma escala. Un curso más antiguo apila capa densa,
# *dropout* y *batch normalization*, en ese orden, bloque tras bloque. Comparamos cuatro redes de dos bloques, según el error absoluto medio, en puntos de nota:
#
# | nombre | en cada bloque, tras la capa densa |
# |---|---|
# | `scaled` | ReLU |
# | `everywhere` | *batch normalization*, ReLU, *dropout* |
# | `at_the_end` | lo mismo, pero con *dropout* solo en el último bloque |
# | `older_order` | ReLU, *dropout*, *batch normalization* |


# %%
# %%needs wine
(x_red, y_red), (x_red_val, y_red_val), (x_red_test, y_red_test) = data.red_wine()

MAKERS = {
    "norm": layers.BatchNormalization,
    "relu": layers.ReLU,
    "drop": lambda: layers.Dropout(0.3),
}


def wine_network(blocks, units=128):
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input(shape=(11,)), layers.BatchNormalization()])
    for block in blocks:
        model.add(layers.Dense(units))
        for word in block.split():
            model.add(MAKERS[word]())
    model.add(layers.Dense(1))
    return model


# %%
# %%needs wine
def train_wine(name, model, epochs=40, batch_size=32):
    model.compile("adam", loss="mean_absolute_error")
    history = model.fit(
        x_red,
        y_red,
        validation_data=(x_red_val, y_red_val),
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[TqdmCallback(verbose=0)],
        verbose=0,
    )
    marks = np.ravel(model.predict(x_red_test, verbose=0))
    test = {"loss": np.abs(marks - y_red_test).mean()}
    return record(f"wine_{name}", history, test, bias=(marks - y_red_test).mean())


# %%
# %%needs wine
designs = {
    "scaled": ["relu", "relu"],
    "everywhere": ["norm relu drop", "norm relu drop"],
    "at_the_end": ["norm relu", "norm relu drop"],
    "older_order": ["relu drop norm", "relu drop norm"],
}
wine_models, wine_runs = {}, []
for name, blocks in designs.items():
    wine_models[name] = wine_network(blocks)
    wine_runs.append(train_wine(name, wine_models[name]))
always_median = np.abs(y_red_test - np.median(y_red)).mean()
record("wine_median", test_error=always_median)

if "COURSE_MEASURE" in os.environ:  # as wide as in the older course
    wide = wine_network(3 * ["relu drop norm"], units=1024)
    train_wine("older_course", wide, epochs=100, batch_size=256)

# %% lang="en"
# %%needs wine
for run in wine_runs:
    print(f"{run.name:16} test error {run.test_loss:.3f} marks   on average {run.bias:+.3f} marks off")
print(f"always the median mark: test error {always_median:.3f} marks")
plots.compare(*wine_runs)

# %% lang="es"
# %%needs wine
for run in wine_runs:
    print(f"{run.name:16} error de prueba {run.test_loss:.3f} puntos   desviación media {run.bias:+.3f} puntos")
print(f"siempre la nota mediana: error de prueba {always_median:.3f} puntos")
plots.compare(*wine_runs)

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, in marks (the last column says by how much the marks given are too high, +, or too low, −, on average):
#
# | network | lowest validation error | test error, last epoch | on average off by |
# |---|--:|--:|--:|
# | `scaled` | {{wine_scaled.best_val_loss}} | {{wine_scaled.test_loss}} | {{wine_scaled.bias}} |
# | `everywhere` | {{wine_everywhere.best_val_loss}} | {{wine_everywhere.test_loss}} | {{wine_everywhere.bias}} |
# | `at_the_end` | {{wine_at_the_end.best_val_loss}} | {{wine_at_the_end.test_loss}} | {{wine_at_the_end.bias}} |
# | `older_order` | {{wine_older_order.best_val_loss}} | {{wine_older_order.test_loss}} | {{wine_older_order.bias}} |
# | the older course: three blocks of 1,024 units, 100 epochs, batches of 256 | {{wine_older_course.best_val_loss}} | {{wine_older_course.test_loss}} | {{wine_older_course.bias}} |
# | always the median mark | | {{wine_median.test_error.mean}} | |
#
# `everywhere` is the worst: its marks are about half a mark too low, and it does no better than the median mark. `at_the_end` is the same network without the first
# dropout, the one that has a normalisation behind it (with a dense layer in between), and it is clearly better. But `older_order`, with dropout *right* before each
# normalisation, is not harmed: it has the lowest validation error of all, and its marks are hardly off.
#
# What can go wrong when a normalisation follows dropout? In training, dropout sets some numbers to 0 and enlarges the others, so their variance is larger. The
# normalisation behind it learns this larger variance. In inference, dropout is off and the variance smaller, so the moving averages do not fit any more. The next cell
# measures it on random numbers.

# %% [markdown] lang="es"
# Con nuestras {{measured.seeds}} semillas, en puntos (la última columna dice cuánto se desvían en promedio las notas que da la red: hacia arriba, +, o hacia abajo, −):
#
# | red | menor error de validación | error de prueba, última época | desviación media |
# |---|--:|--:|--:|
# | `scaled` | {{wine_scaled.best_val_loss}} | {{wine_scaled.test_loss}} | {{wine_scaled.bias}} |
# | `everywhere` | {{wine_everywhere.best_val_loss}} | {{wine_everywhere.test_loss}} | {{wine_everywhere.bias}} |
# | `at_the_end` | {{wine_at_the_end.best_val_loss}} | {{wine_at_the_end.test_loss}} | {{wine_at_the_end.bias}} |
# | `older_order` | {{wine_older_order.best_val_loss}} | {{wine_older_order.test_loss}} | {{wine_older_order.bias}} |
# | el curso antiguo: tres bloques de 1024 unidades, 100 épocas, lotes de 256 | {{wine_older_course.best_val_loss}} | {{wine_older_course.test_loss}} | {{wine_older_course.bias}} |
# | siempre la nota mediana | | {{wine_median.test_error.mean}} | |
#
# `everywhere` es la peor: sus notas quedan cerca de medio punto por debajo, y no lo hace mejor que dar siempre la nota mediana. `at_the_end` es la misma red sin el primer *dropout*,
# el que tiene detrás una normalización (con una capa densa de por medio), y es claramente mejor. En `older_order`, en cambio, el *dropout* va *justo*
# delante de cada normalización y no perjudica: esta red tiene el menor error de validación de todas, y sus notas apenas se desvían.
#
# ¿Qué puede salir mal cuando una normalización sigue al *dropout*? Durante el entrenamiento, el *dropout* pone a 0 algunos números y aumenta los demás, así que su varianza
# es mayor. La normalización que viene detrás aprende esa varianza mayor. En inferencia, el *dropout* no actúa y la varianza es menor, así que las medias móviles ya no
# encajan. La celda siguiente lo mide con números aleatorios.


# %%
positive = np.random.default_rng(SEED).normal(size=100_000).clip(0).astype("float32")
dropped = np.array(layers.Dropout(0.3, seed=SEED)(positive, training=True))

# %% lang="en"
print(f"variance in training, dropout 0.3: {dropped.var():.3f}   in inference: {positive.var():.3f}")

# %% lang="es"
print(f"varianza en entrenamiento, dropout 0.3: {dropped.var():.3f}   en inferencia: {positive.var():.3f}")

# %% [markdown] lang="en"
# So in inference, the normalised numbers lie closer together than in training. What that does depends on the next layer. In `everywhere` it is ReLU, which cuts off the
# negative numbers: if the numbers lie closer together, the mean behind ReLU is lower, and so are the marks. We can check that: the next cell computes the averages of
# `everywhere` anew, layer by layer, from the training wines and with dropout off.

# %% [markdown] lang="es"
# Así que, en inferencia, los números normalizados están más juntos que durante el entrenamiento. Qué efecto tiene eso depende de la capa siguiente. En
# `everywhere` es una ReLU, que anula los números negativos: si los números están más juntos, la media detrás de la ReLU es menor, y las notas también. Lo podemos
# comprobar: la celda siguiente calcula de nuevo las medias de `everywhere`, capa a capa, con los vinos de entrenamiento y sin *dropout*.

# %%
# %%needs wine
values, everywhere = x_red, wine_models["everywhere"]
for part in everywhere.layers:
    if isinstance(part, layers.BatchNormalization):
        part.moving_mean.assign(values.mean(axis=0))
        part.moving_variance.assign(values.var(axis=0))
    values = part(values, training=False).numpy()
off = np.ravel(everywhere.predict(x_red_test, verbose=0)) - y_red_test

# %% lang="en"
# %%needs wine
for name, error, bias in (
    ("as trained", wine_runs[1].test_loss, wine_runs[1].bias),
    ("averages computed anew", np.abs(off).mean(), off.mean()),
):
    print(f"everywhere, {name}: test error {error:.3f} marks   on average {bias:+.3f} marks off")

# %% lang="es"
# %%needs wine
for name, error, bias in (
    ("tal como se entrenó", wine_runs[1].test_loss, wine_runs[1].bias),
    ("medias calculadas de nuevo", np.abs(off).mean(), off.mean()),
):
    print(f"everywhere, {name}: error de prueba {error:.3f} puntos   desviación media {bias:+.3f} puntos")

# %% [markdown] lang="en"
# With the new averages, this network has a smaller error, and its marks are less far off. In `older_order`, a dense layer follows the normalisation, and the mean changes less. So dropout before a normalisation *can* do
# harm, and need not. If you use both and want to be safe, put dropout after the **last** normalisation, as our CNN does, and let validation decide. The plain
# `scaled` is not far behind the best here: two hidden layers train well without help.
#
# **Sources.** S. Ioffe and C. Szegedy, [*Batch Normalization*](https://arxiv.org/abs/1502.03167), 2015; they explained its success by steadier inputs of each layer, which
# S. Santurkar and others, [*How Does Batch Normalization Help Optimization?*](https://arxiv.org/abs/1805.11604), 2018, dispute. X. Li and others,
# [*Understanding the Disharmony between Dropout and Batch Normalization*](https://arxiv.org/abs/1801.05134), 2018. Activations: K. He and others,
# [PReLU](https://arxiv.org/abs/1502.01852), 2015; D.-A. Clevert and others, [ELU](https://arxiv.org/abs/1511.07289), 2015; P. Ramachandran and others,
# [swish](https://arxiv.org/abs/1710.05941), 2017. Keras: [BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/),
# [activations](https://keras.io/api/layers/activations/), [transfer learning](https://keras.io/guides/transfer_learning/). Wine:
# [P. Cortez and others, UCI](https://archive.ics.uci.edu/dataset/186/wine+quality), 2009; the order of layers in `older_order` follows R. Holbrook's
# [*Dropout and Batch Normalization*](https://www.kaggle.com/code/ryanholbrook/dropout-and-batch-normalization), Kaggle.

# %% [markdown] lang="es"
# Con las medias nuevas, esta red tiene un error menor y sus notas se desvían menos. En `older_order`, a la normalización le sigue una capa densa, y la
# media cambia menos. Así que el *dropout* delante de una normalización *puede* perjudicar, pero no siempre lo hace. Si usas las dos cosas y quieres ir sobre
# seguro, pon el *dropout* detrás de la **última** normalización, como hace nuestra CNN, y deja que decida la validación. La red sencilla, `scaled`, queda aquí
# cerca de la mejor: dos capas ocultas se entrenan bien sin ayuda.
#
# **Fuentes.** S. Ioffe y C. Szegedy, [*Batch Normalization*](https://arxiv.org/abs/1502.03167), 2015; explicaban su éxito por unas entradas más estables en cada capa, lo
# que discuten S. Santurkar y otros, [*How Does Batch Normalization Help Optimization?*](https://arxiv.org/abs/1805.11604), 2018. X. Li y otros,
# [*Understanding the Disharmony between Dropout and Batch Normalization*](https://arxiv.org/abs/1801.05134), 2018. Activaciones: K. He y otros,
# [PReLU](https://arxiv.org/abs/1502.01852), 2015; D.-A. Clevert y otros, [ELU](https://arxiv.org/abs/1511.07289), 2015; P. Ramachandran y otros,
# [swish](https://arxiv.org/abs/1710.05941), 2017. Keras: [BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/),
# [activaciones](https://keras.io/api/layers/activations/), [aprendizaje por transferencia](https://keras.io/guides/transfer_learning/). Vino:
# [P. Cortez y otros, UCI](https://archive.ics.uci.edu/dataset/186/wine+quality), 2009; el orden de las capas de `older_order` sigue a R. Holbrook,
# [*Dropout and Batch Normalization*](https://www.kaggle.com/code/ryanholbrook/dropout-and-batch-normalization), Kaggle.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | why activations, question A; seven activations | 12 | 6 |
# | a deep network: gradients, histograms; exercise 1 | 15 | 8 |
# | by hand, two modes; question B | 13 | 10 |
# | experiment, exercise 2, the cure | 12 | 11 |
# | exercise 3; before or after; exercise 4 | 15 | – |
# | larger steps; our CNN | 10 | – |
# | the wrong mode; fine-tuning | 8 | 6 |
# | exercise 5 (in 45, at home) | 5 | 4 |
#
# **On the board:** a table of four rows and three columns: in which direction is the mean taken? **Misconceptions the checks look for:** many layers without
# activation are deep; parallel layers are deep; late averages are overfitting; averages are repaired by training, or by inference mode; one layer object in four places;
# normalising after the output layer.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | por qué hay activaciones, pregunta A; siete activaciones | 12 | 6 |
# | una red profunda: gradientes, histogramas; ejercicio 1 | 15 | 8 |
# | a mano, dos modos; pregunta B | 13 | 10 |
# | experimento, ejercicio 2, el remedio | 12 | 11 |
# | ejercicio 3; antes o después; ejercicio 4 | 15 | – |
# | pasos más grandes; nuestra CNN | 10 | – |
# | el modo equivocado; ajuste fino | 8 | 6 |
# | ejercicio 5 (en 45, en casa) | 5 | 4 |
#
# **En la pizarra:** una tabla de cuatro filas y tres columnas: ¿en qué dirección se toma la media? **Ideas equivocadas que buscan las
# comprobaciones:** muchas capas sin activación son profundas; capas en paralelo son profundas; unas medias retrasadas son sobreajuste; las medias se reparan
# entrenando, o en modo de inferencia; un mismo objeto capa en cuatro sitios; normalizar tras la capa de salida.
