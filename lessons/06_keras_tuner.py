# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   course:
#     minutes: 50
#     title:
#       en: KerasTuner, from guessing to searching
#       es: KerasTuner, de adivinar a buscar
#     learn:
#       en: say what is worth tuning; run three kinds of search; survive a kill; share the work between processes
#       es: saber qué vale la pena ajustar; usar tres tipos de búsqueda; sobrevivir a un corte; repartir el trabajo entre procesos
#     result:
#       en: lowest validation loss {{untuned.best_val_loss.mean}} → {{tuned.best_val_loss.mean}}, test {{untuned.test_accuracy.mean}} → {{tuned.test_accuracy}}
#       es: menor pérdida de validación {{untuned.best_val_loss.mean}} → {{tuned.best_val_loss.mean}}, prueba {{untuned.test_accuracy.mean}} → {{tuned.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 06 · KerasTuner: from guessing to searching
#
# {{badges}}
#
# Which learning rate is right for a network, and how many filters? In the lessons so far we chose such values ourselves. In this lesson a program tries many of them, notes how
# well each one does, and keeps the best. You will run three kinds of search, interrupt one and see it go on, and let two processes share the work.
#
# **You will learn to**
#
# - say what is worth tuning, in which range, and which loss belongs to which task;
# - write a hypermodel, with a parameter that exists only when another one asks for it;
# - run and compare random search, Hyperband and Bayesian optimisation;
# - avoid an old project that is silently reloaded, and resume a search that was interrupted;
# - run the same search in several processes, and train one network on several devices.
#
# You need lesson 01; lessons 02 to 04 help. Reading and running takes about 30 minutes, the exercises 25. Everything runs offline except the last part, which says so.
#
# ## Setup
#
# The data are those of lesson 01: 1,000 digits to train with, 1,000 to validate, 3,000 to test. Some names in the code:
#
# | name | meaning |
# |---|---|
# | `hp` | hyperparameters: the object that hands out the values to try |
# | `untuned`, `tuned` | the results of the network before and after the search |
# | `winner`, `winning` | the search with the best trial, and the values of that trial |
# | `budget` | how many epochs a search may spend |
# | `folder` | where KerasTuner writes its notes |
# | `sixty`, `scores` | the 60 trials of a larger search, and the lowest validation loss of each |
# | `rows` | the trials of the worker processes, with their times |

# %% [markdown] lang="es"
# # 06 · KerasTuner: de adivinar a buscar
#
# {{badges}}
#
# ¿Qué tasa de aprendizaje le conviene a una red, y cuántos filtros? En las lecciones anteriores elegimos nosotros esos valores. En esta, un programa prueba muchos, anota
# qué tal va cada uno y se queda con el mejor. Vas a ejecutar tres tipos de búsqueda, a interrumpir una y ver cómo continúa, y a repartir el trabajo entre dos procesos.
#
# **Aprenderás a**
#
# - decidir qué vale la pena ajustar, en qué rango, y qué pérdida corresponde a cada tarea;
# - escribir un hipermodelo, con un parámetro que solo existe cuando otro lo pide;
# - usar y comparar la búsqueda aleatoria, Hyperband y la optimización bayesiana;
# - evitar que un proyecto antiguo se recargue sin avisar, y reanudar una búsqueda interrumpida;
# - ejecutar la misma búsqueda en varios procesos, y entrenar una red en varios dispositivos.
#
# Necesitas la lección 01; las lecciones 02 a 04 ayudan. Leer y ejecutar lleva unos 30 minutos, y los ejercicios, 25. Todo funciona sin conexión salvo la última parte, que lo avisa.
#
# ## Preparación
#
# Los datos son los de la lección 01: 1000 dígitos para entrenar, 1000 para validar y 3000 de prueba. (El código escribe los decimales con punto, y el texto hace lo mismo). Algunos nombres del código:
#
# | nombre | significado |
# |---|---|
# | `hp` | hiperparámetros (*hyperparameters*): el objeto que reparte los valores que se prueban |
# | `untuned`, `tuned` | los resultados de la red sin ajustar y ajustada, antes y después de buscar |
# | `winner`, `winning` | la búsqueda ganadora y los valores de su mejor ensayo |
# | `budget` | presupuesto: cuántas épocas puede gastar una búsqueda |
# | `folder` | la carpeta donde KerasTuner guarda sus notas |
# | `sixty`, `scores` | los 60 (*sixty*) ensayos de una búsqueda más grande, y la menor pérdida de validación de cada uno (puntuaciones) |
# | `rows` | filas: los ensayos de los procesos trabajadores, con sus tiempos |

# %% tags=["setup"]

# %% name="imports"
import contextlib
import gc
import io
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import keras
import keras_tuner as kt
import numpy as np
import tensorflow as tf
from IPython.display import Markdown
from keras import layers
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_06 as check
from helpers.figures import lesson_06 as figures
from helpers.results import claim, guess, ledger, record, recorded, same, table
from helpers.scripts import processes

# %%
threadpool_limits(1)
gc.freeze()

(raw_train, y_train), (raw_val, y_val), (raw_test, y_test) = data.load_mnist()
x_train, x_val, x_test = (
    images[..., np.newaxis].astype("float32") / 255
    for images in (raw_train, raw_val, raw_test)
)

course = Path(data.__file__).parents[1]
(course / "runs").mkdir(exist_ok=True)
folder = tempfile.TemporaryDirectory(
    prefix="06-", dir=course / "runs", ignore_cleanup_errors=True
)

# %% [markdown] lang="en"
# KerasTuner writes to a folder under `runs/` that is removed when this notebook's kernel stops, so every session begins without old searches. In your own work, name a folder that
# stays.
#
# Two lines of the cell above only save time: `threadpool_limits(1)` lets one thread compute the small matrices of the Bayesian search, because two are slower there. `gc.freeze()` spares Python from looking through all
# of TensorFlow when KerasTuner tidies up the memory after a trial.
#
# ## Why: too many combinations to try them all
#
# First comes the network that the search has to beat. It is the network of lesson 01, trained with early stopping as in lesson 04: it stops after eight epochs without improvement and keeps its best
# weights.

# %% [markdown] lang="es"
# KerasTuner escribe en una carpeta dentro de `runs/` que se borra al apagar el kernel de este cuaderno, así que cada sesión empieza sin búsquedas antiguas. En tu trabajo, indica una carpeta que
# se conserve.
#
# Dos líneas de la celda de arriba solo ahorran tiempo: `threadpool_limits(1)` hace que un solo hilo calcule las matrices pequeñas de la búsqueda bayesiana, porque con dos tardan más. `gc.freeze()` le evita a Python repasar todo
# TensorFlow cada vez que KerasTuner limpia la memoria tras un ensayo.
#
# ## Por qué: demasiadas combinaciones para probarlas todas
#
# Primero va la red que la búsqueda tiene que superar. Es la red de la lección 01, entrenada con *early stopping* como en la 04: se detiene tras ocho épocas sin mejorar y conserva sus mejores
# pesos.

# %% name="train_until_best"
def train_until_best(model):
    stopper = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
    start = time.perf_counter()
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        validation_batch_size=500,
        epochs=30,
        batch_size=32,
        callbacks=[stopper, TqdmCallback(verbose=0)],
        verbose=0,
    )
    return history, time.perf_counter() - start

# %%
keras.utils.set_random_seed(SEED)
model = models.baseline_cnn()
model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history, seconds = train_until_best(model)

# %%
test = model.evaluate(x_test, y_test, return_dict=True, verbose=0)
val = model.evaluate(x_val, y_val, return_dict=True, verbose=0)
untuned = record(
    "untuned",
    history,
    test,
    seconds,
    gap_share=val["accuracy"] - test["accuracy"],
)

# %% lang="en"
print(f"lowest validation loss {untuned.best_val_loss:.3f}", end="   ")
print(f"test accuracy {100 * untuned.test_accuracy:.1f} %   {seconds:.0f} s")

# %% lang="es"
print(f"menor pérdida de validación {untuned.best_val_loss:.3f}", end="   ")
print(f"exactitud de prueba {100 * untuned.test_accuracy:.1f} %   {seconds:.0f} s")

# %% [markdown] lang="en"
# Now suppose that you want to choose between 3 numbers of filters, 4 sizes of the dense layer, 4 dropout rates, 20 learning rates, and augmentation or none. How long would it take to train every
# combination once, at the speed just measured?

# %% [markdown] lang="es"
# Supón ahora que quieres elegir entre 3 números de filtros, 4 tamaños de la capa densa, 4 tasas de *dropout*, 20 tasas de aprendizaje, y aumento de datos o no. ¿Cuánto se tardaría en entrenar una vez cada
# combinación, a la velocidad que acabamos de medir?

# %%
combinations = 3 * 4 * 4 * 20 * 2
hours = combinations * seconds / 3600

# %% lang="en"
print(f"{combinations:,} combinations, {hours:.0f} hours")

# %% lang="es"
print(f"{combinations} combinaciones, {hours:.0f} horas")

# %% [markdown] lang="en"
# So nobody tries them all. In this lesson three searches try 18 combinations, for three epochs at most, and the best one is then trained like the network above. **What share of the test digits do you
# expect the best one to get right?**

# %% [markdown] lang="es"
# Así que nadie las prueba todas. En esta lección, tres búsquedas prueban 18 combinaciones, durante tres épocas como máximo, y después la mejor se entrena como la red de arriba. **¿Qué proporción de los dígitos de
# prueba esperas que acierte la mejor?**

# %%
guess("tuned", test_accuracy=...)

# %% [markdown] lang="en"
# ## What is worth tuning
#
# A **hyperparameter** is a value that you choose *before* training, such as the learning rate. (The weights are what training itself finds.) Not all hyperparameters matter equally. The table begins with those that are
# most worth tuning:
#
# | hyperparameter | typical values | when to tune it |
# |---|---|---|
# | learning rate | 1e-4 … 1e-2, on a log scale | always, and first |
# | epochs | many, with early stopping | never: the validation loss decides (lesson 04) |
# | dropout rate | 0.2 … 0.5 | when training is far better than validation |
# | augmentation and its strength | shift of 5 … 15 %, rotation of 2 … 5 % of a turn | when there are few images |
# | units or filters per layer | 16, 32, 64, 128 … | more when the network underfits, fewer when it is too slow |
# | number of layers | 1 … 4 | after the width |
# | optimiser | Adam; SGD with momentum 0.9 | late, because Adam is a good default |
# | batch size | 16 … 128 | for speed or memory; then tune the learning rate again |
# | L2 (or L1) penalty | 1e-5 … 1e-2, on a log scale | instead of dropout, in small dense networks |
# | hidden activation | `relu`; `gelu`, `leaky_relu` | seldom |
# | batch normalisation | yes or no | in deep networks (lesson 05) |

# %% [markdown] lang="es"
# ## Qué vale la pena ajustar
#
# Un **hiperparámetro** es un valor que eliges *antes* de entrenar, como la tasa de aprendizaje. (Los pesos son lo que encuentra el propio entrenamiento). No todos los hiperparámetros importan igual. La tabla empieza por los que más
# conviene ajustar:
#
# | hiperparámetro | valores típicos | cuándo ajustarlo |
# |---|---|---|
# | tasa de aprendizaje | 1e-4 … 1e-2, en escala logarítmica | siempre, y lo primero |
# | épocas | muchas, con *early stopping* | nunca: decide la pérdida de validación (lección 04) |
# | tasa de *dropout* | 0.2 … 0.5 | si el entrenamiento va mucho mejor que la validación |
# | aumento de datos y su intensidad | desplazamiento del 5 … 15 %, rotación del 2 … 5 % de vuelta | si hay pocas imágenes |
# | unidades o filtros por capa | 16, 32, 64, 128… | más si hay subajuste, menos si la red es demasiado lenta |
# | número de capas | 1 … 4 | después de la anchura |
# | optimizador | Adam; SGD con momento (*momentum*) 0.9 | al final, porque Adam es una buena opción por defecto |
# | tamaño del lote (*batch size*) | 16 … 128 | por velocidad o memoria; después, otra vez la tasa de aprendizaje |
# | penalización L2 (o L1) | 1e-5 … 1e-2, en escala logarítmica | en vez de *dropout*, en redes densas pequeñas |
# | activación oculta | `relu`; `gelu`, `leaky_relu` | rara vez |
# | *batch normalization* | sí o no | en redes profundas (lección 05) |

# %% [markdown] lang="en"
# ## What is not tuned: the last layer and the loss
#
# The last layer and the loss follow from the task, so you look them up instead of searching for them:
#
# | task | last layer | loss |
# |---|---|---|
# | one of K classes, labels 0 … K−1 | `Dense(K, "softmax")` | `sparse_categorical_crossentropy` |
# | one of K classes, one-hot labels | `Dense(K, "softmax")` | `categorical_crossentropy` |
# | two classes, labels 0 and 1; or several labels at once | `Dense(1, "sigmoid")`; `Dense(K, "sigmoid")` | `binary_crossentropy` |
# | a number | `Dense(1)`, no activation | `mse`, or `mae` / `huber` with outliers |
# | a number from a limited range | `Dense(1, "sigmoid")` for 0 … 1, `"tanh"` for −1 … 1, `"relu"` from 0 upwards | the same |
#
# Scaling is not searched for either: pixels are divided by 255, measurements become z-scores (lesson 01).
#
# These are the eleven losses that courses name. $y$ is the label, $p$ what the network answers, and an error is $y - p$:
#
# | loss in Keras | for one example | when |
# |---|---|---|
# | `mse`, **mean squared error** | $(y-p)^2$ | numbers; large errors count most |
# | `mae`, mean absolute error | $\lvert y-p\rvert$ | numbers, with some labels that are far off |
# | `huber`, the **Huber loss** | half the square up to an error of 1, a straight line beyond | numbers; smooth near 0 like `mse`, calm with outliers like `mae` |
# | `binary_crossentropy`, also called *log loss* | $-\log p$ if $y=1$, $-\log(1-p)$ if $y=0$ | two classes, several labels at once |
# | `categorical_crossentropy` | $-\log$ of the right class's probability | K classes, one-hot labels |
# | `sparse_categorical_crossentropy` | the same | K classes, whole-number labels |
# | `hinge` | $\max(0, 1 - yp)$, with $y$ = −1 or 1 | two classes, only a clear decision is wanted, no probability (`Dense(1, "tanh")` or no activation) |
# | `kl_divergence`, **Kullback–Leibler divergence** | $\sum y \log (y/p)$ over the classes | the label is itself a distribution, such as votes of ten people |
# | `cosine_similarity` | minus the cosine of the angle between $y$ and $p$ | vectors whose direction matters, not their length, such as meanings of words |
# | `poisson` | $p - y \log p$ | counts per hour or per page: whole numbers from 0 upwards |
#
# That is ten rows; the eleventh name, log loss, is the binary cross-entropy. Five of them computed by hand, for the labels 0 and 1 and the answers 0.3 and 0.8 (two examples; for `kl_divergence` and `cosine_similarity`, which compare whole vectors, one example with two numbers):

# %% [markdown] lang="es"
# ## Qué no se ajusta: la última capa y la pérdida
#
# La última capa y la pérdida dependen de la tarea, así que se consultan en una tabla en vez de buscarlas:
#
# | tarea | última capa | pérdida |
# |---|---|---|
# | una de K clases, etiquetas 0 … K−1 | `Dense(K, "softmax")` | `sparse_categorical_crossentropy` |
# | una de K clases, etiquetas *one-hot* | `Dense(K, "softmax")` | `categorical_crossentropy` |
# | dos clases, etiquetas 0 y 1; o varias etiquetas a la vez | `Dense(1, "sigmoid")`; `Dense(K, "sigmoid")` | `binary_crossentropy` |
# | un número | `Dense(1)`, sin activación | `mse`, o `mae` / `huber` con valores atípicos |
# | un número de un rango limitado | `Dense(1, "sigmoid")` para 0 … 1, `"tanh"` para −1 … 1, `"relu"` de 0 en adelante | las mismas |
#
# El escalado tampoco se busca: los píxeles se dividen entre 255 y las medidas se convierten en puntuaciones z (lección 01).
#
# Estas son las once pérdidas que suelen nombrar los cursos. $y$ es la etiqueta, $p$ lo que responde la red, y el error es $y - p$:
#
# | pérdida en Keras | para un ejemplo | cuándo |
# |---|---|---|
# | `mse`, **error cuadrático medio** (*mean squared error*) | $(y-p)^2$ | números; cuentan sobre todo los errores grandes |
# | `mae`, error absoluto medio (*mean absolute error*) | $\lvert y-p\rvert$ | números, con algunas etiquetas muy alejadas |
# | `huber`, la **pérdida de Huber** | la mitad del cuadrado hasta un error de 1; después, una recta | números; suave cerca de 0 como `mse`, tranquila con los atípicos como `mae` |
# | `binary_crossentropy`, también llamada *log loss* | $-\log p$ si $y=1$, $-\log(1-p)$ si $y=0$ | dos clases, varias etiquetas a la vez |
# | `categorical_crossentropy` | $-\log$ de la probabilidad de la clase correcta | K clases, etiquetas *one-hot* |
# | `sparse_categorical_crossentropy` | lo mismo | K clases, etiquetas enteras |
# | `hinge` (bisagra) | $\max(0, 1 - yp)$, con $y$ = −1 o 1 | dos clases, si solo se quiere una decisión clara y no una probabilidad (`Dense(1, "tanh")` o sin activación) |
# | `kl_divergence`, **divergencia de Kullback-Leibler** | $\sum y \log (y/p)$ sobre las clases | la etiqueta es a su vez una distribución, por ejemplo los votos de diez personas |
# | `cosine_similarity` (similitud del coseno) | menos el coseno del ángulo entre $y$ y $p$ | vectores cuya dirección importa y cuya longitud no, como los significados de las palabras |
# | `poisson` | $p - y \log p$ | recuentos por hora o por página: enteros de 0 en adelante |
#
# Son diez filas; el undécimo nombre, *log loss*, es la entropía cruzada binaria. Cinco de ellas calculadas a mano, con las etiquetas 0 y 1 y las respuestas 0.3 y 0.8 (dos ejemplos; en `kl_divergence` y `cosine_similarity`, que comparan vectores enteros, un ejemplo con dos números):

# %%
y, p = np.array([0.0, 1.0]), np.array([0.3, 0.8])

by_hand = {
    "binary_crossentropy": np.mean([-np.log(1 - 0.3), -np.log(0.8)]),
    "hinge": np.mean([1 + 0.3, 1 - 0.8]),
    "kl_divergence": 1 * np.log(1 / 0.8),
    "cosine_similarity": -(y @ p) / np.linalg.norm(p),
    "poisson": np.mean([0.3, 0.8 - np.log(0.8)]),
}
by_keras = [float(keras.losses.get(name)(y, p)) for name in by_hand]
same(list(by_hand.values()), by_keras)

# %% [markdown] lang="en"
# (Keras turns the labels 0 and 1 into −1 and 1 for `hinge`.) For numbers there are three losses. The picture shows each of them for errors from −4 to 4, and on the right its slope. The steeper the loss, the more
# an example with this error changes the weights in a training step: we say that it pulls harder on them.

# %% [markdown] lang="es"
# (Para `hinge`, Keras convierte las etiquetas 0 y 1 en −1 y 1). Para los números hay tres pérdidas. La gráfica muestra cada una con errores de −4 a 4 y, a la derecha, su pendiente. Cuanto mayor es la pendiente, más
# cambia los pesos un ejemplo con ese error en un paso de entrenamiento: decimos que tira de ellos con más fuerza.

# %%
errors = np.linspace(-4, 4, 161)
straight = np.abs(errors) - 0.5
number_losses = {
    "MSE": errors**2,
    "MAE": np.abs(errors),
    "Huber": np.where(np.abs(errors) <= 1, errors**2 / 2, straight),
}
figures.number_losses(errors, number_losses)

# %% [markdown] lang="en"
# **A.** One label is wrong, so the error of this example is 4. The errors of all others are 1. Read the slopes in the right panel: how many times as hard as one of the others does the wrong label pull on the weights?
#
# - (a) With MSE four times as hard; with MAE and Huber just as hard as one of the others.
# - (b) With all three losses four times as hard, because the error is four times as large.
# - (c) With MSE sixteen times as hard, because the error is squared.

# %% [markdown] lang="es"
# **A.** Una etiqueta es incorrecta, así que el error de ese ejemplo es 4. Los errores de todos los demás son 1. Lee las pendientes en el panel derecho: ¿cuántas veces más fuerte que cada uno de los demás tira de los pesos la etiqueta incorrecta?
#
# - (a) Con MSE, cuatro veces más; con MAE y Huber, igual que cada uno de los demás.
# - (b) Con las tres pérdidas, cuatro veces más, porque el error es cuatro veces mayor.
# - (c) Con MSE, dieciséis veces más, porque el error se eleva al cuadrado.

# %% tags=["exercise"]
answer = ...

check.quiz_outlier(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_outlier(answer)

# %% [markdown] lang="en"
# ## By hand: drawing learning rates fairly
#
# Suppose that we draw a learning rate evenly between 0.0001 and 0.01. Then about 91 % of the draws lie above 0.001, so the small rates are hardly ever tried. It is better to draw the *exponent* evenly. Then every
# decade (from one power of ten to the next) is equally likely; this is what *on a log scale* means. With five values of `share` from 0 to 1:

# %% [markdown] lang="es"
# ## A mano: un sorteo justo de tasas de aprendizaje
#
# Supón que sorteamos una tasa de aprendizaje de manera uniforme entre 0.0001 y 0.01. Entonces alrededor del 91 % de los valores queda por encima de 0.001, así que las tasas pequeñas casi nunca se prueban. Es mejor sortear de manera
# uniforme el *exponente*. Así cada década (de una potencia de diez a la siguiente) es igual de probable; eso significa *en escala logarítmica*. Con cinco valores de `share` (parte) entre 0 y 1:

# %%
share = np.linspace(0, 1, 5)
low, high = 1e-4, 1e-2

evenly = low + share * (high - low)
by_exponent = low * (high / low) ** share

# %% lang="en" tags=["nbval-check-output"]
print("learning rates, drawn evenly:", *(f"{rate:.5f}" for rate in evenly))
print("the exponent drawn evenly:   ", *(f"{rate:.5f}" for rate in by_exponent))

# %% lang="es" tags=["nbval-check-output"]
print("tasas con sorteo uniforme:   ", *(f"{rate:.5f}" for rate in evenly))
print("con el exponente uniforme:   ", *(f"{rate:.5f}" for rate in by_exponent))

# %% [markdown] lang="en"
# **KerasTuner**, a library of the Keras family, draws in the second way if you say `sampling="log"`:

# %% [markdown] lang="es"
# **KerasTuner**, una biblioteca de la familia de Keras, sortea de la segunda manera si escribes `sampling="log"`:

# %%
hp = kt.HyperParameters()
hp.Float("learning_rate", low, high, sampling="log")
learning_rate = hp.space[0]

drawn = [learning_rate.prob_to_value(s) for s in share]
same(by_exponent, drawn, 1e-9, en="same as KerasTuner", es="igual que en KerasTuner")

# %% [markdown] lang="en"
# ## Where each search looks
#
# A **trial** is one choice of values, with a network that is trained and scored. A **tuner** is the program that runs the trials. There are four common ways to choose what to try next:
#
# - **Grid search** tries every combination of a few fixed values.
# - **Random search** draws values anywhere in their ranges. With the same number of trials it sees many more different values of each hyperparameter than a grid.
# - **Hyperband** also draws at random, but gives most trials only a few epochs and trains only the best ones longer.
# - **Bayesian optimisation** estimates from the trials so far how the loss depends on the values, and tries next where the loss is likely to be low or hardly anything is known yet.
#
# To see the difference, we invent a loss that depends on two hyperparameters, so that no training is needed: in KerasTuner, `run_trial` may return any number. The formula adds `1 / epochs`, because the loss
# of a network is still high after few epochs. (Nine epochs add 0.11, so no loss is below that.)

# %% [markdown] lang="es"
# ## Dónde mira cada búsqueda
#
# Un **ensayo** (*trial*) es una elección de valores, con una red que se entrena y se puntúa. Un ***tuner*** (ajustador) es el programa que hace los ensayos. Hay cuatro maneras habituales de elegir qué probar a continuación:
#
# - La **búsqueda en cuadrícula** (*grid search*) prueba todas las combinaciones de unos pocos valores fijos.
# - La **búsqueda aleatoria** (*random search*) sortea valores en todo su rango. Con los mismos ensayos ve muchos más valores distintos de cada hiperparámetro que una cuadrícula.
# - **Hyperband** también sortea, pero da pocas épocas a la mayoría de los ensayos y solo sigue entrenando los mejores.
# - La **optimización bayesiana** estima con los ensayos hechos cómo depende la pérdida de los valores, y prueba después donde la pérdida promete ser baja o donde aún se sabe muy poco.
#
# Para ver la diferencia, inventamos una pérdida que depende de dos hiperparámetros, así que no hace falta entrenar: en KerasTuner, `run_trial` puede devolver cualquier número. La fórmula suma `1 / epochs`, porque la pérdida
# de una red todavía es alta tras pocas épocas. (Nueve épocas suman 0.11, así que ninguna pérdida baja de ahí).


# %%
def landscape(learning_rate, dropout):
    return 1.2 * (np.log10(learning_rate) + 2.7) ** 2 + 3 * (dropout - 0.35) ** 2


class Landscape:
    def run_trial(self, trial, **settings):
        values = trial.hyperparameters.values
        epochs = values.get("tuner/epochs", 9)
        loss = landscape(values["learning_rate"], values["dropout"])
        return float(loss + 1 / epochs)


class LandscapeGrid(Landscape, kt.GridSearch): ...


class LandscapeRandom(Landscape, kt.RandomSearch): ...


class LandscapeHyperband(Landscape, kt.Hyperband): ...


class LandscapeBayesian(Landscape, kt.BayesianOptimization): ...


# %%
def explore(Tuner, name, rate_step=None, dropout_step=None, **settings):
    space = kt.HyperParameters()
    space.Float("learning_rate", 1e-4, 1e-1, step=rate_step, sampling="log")
    space.Float("dropout", 0.0, 0.8, step=dropout_step)
    directory = f"{folder.name}/landscape"
    tuner = Tuner(
        hyperparameters=space, directory=directory, project_name=name, **settings
    )
    tuner.search(verbose=0)
    return list(tuner.oracle.trials.values())


five = {"max_trials": 9, "num_initial_points": 5}
explored = {
    "grid": explore(LandscapeGrid, "grid", 30, 0.4),
    "random": explore(LandscapeRandom, "random", max_trials=9, seed=1),
    "hyperband": explore(LandscapeHyperband, "hyperband", max_epochs=9, seed=1),
    "bayesian": explore(LandscapeBayesian, "bayesian", seed=1, **five),
}

# %%
figures.search_map(explored, landscape, "learning_rate", "dropout")

# %% [markdown] lang="en"
# In a dark region the loss is low. The star marks the best trial of each search, and larger points were given more epochs.
#
# **B.** Read the picture and the sentences below it. Which statement is right?
#
# - (a) The grid has tried nine different learning rates, just like the random search.
# - (b) Hyperband has looked at more places than the other searches, and it gave most of them only a few epochs.
# - (c) The Bayesian search found the lowest loss, because it learns from its trials.

# %% [markdown] lang="es"
# En una región oscura, la pérdida es baja. La estrella marca el mejor ensayo de cada búsqueda, y los puntos más grandes recibieron más épocas.
#
# **B.** Lee la imagen y las frases que tiene debajo. ¿Qué afirmación es correcta?
#
# - (a) La cuadrícula ha probado nueve tasas de aprendizaje distintas, igual que la búsqueda aleatoria.
# - (b) Hyperband ha mirado en más lugares que las otras búsquedas, y a la mayoría les dio solo unas pocas épocas.
# - (c) La búsqueda bayesiana encontró la pérdida más baja, porque aprende de sus ensayos.

# %% tags=["exercise"]
answer = ...

check.quiz_map(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_map(answer)

# %% [markdown] lang="en"
# The grid has spent its nine trials on three values of each hyperparameter. If only one of the two matters, and you do not know beforehand which, then nine different values are better than three. The first five points
# of the Bayesian search are random, the same as those of the random search. Two of the four that it chose itself lie at the edge of the map, because it had no trial there yet.
#
# Do not rank the four methods by these losses. There are few points and only one seed, and this landscape is smooth, unlike that of a real network.
#
# ## The hypermodel
#
# A **hypermodel** is a function that takes `hp` and returns a *compiled* model. Wherever a fixed value stood, `hp` now chooses: from a list (`Choice`), a whole number (`Int`), a decimal number (`Float`), yes or no
# (`Boolean`). Each hyperparameter has a name. All of them together, with their ranges, are the **search space**.
#
# `amount` means something only when `augment` is true. `conditional_scope` tells the search so, and then it draws no `amount` for trials without augmentation. The seed is set inside the function, so that every trial begins
# with the same random numbers.

# %% [markdown] lang="es"
# La cuadrícula ha gastado sus nueve ensayos en tres valores de cada hiperparámetro. Si solo importa uno de los dos, y no sabes de antemano cuál, nueve valores distintos son mejores que tres. Los cinco primeros puntos
# de la búsqueda bayesiana son aleatorios, los mismos que los de la búsqueda aleatoria. De los cuatro que eligió ella, dos están en el borde del mapa, porque allí aún no tenía ningún ensayo.
#
# No ordenes los cuatro métodos por estas pérdidas. Hay pocos puntos y una sola semilla, y este paisaje es suave, a diferencia del de una red de verdad.
#
# ## El hipermodelo
#
# Un **hipermodelo** (*hypermodel*) es una función que recibe `hp` y devuelve un modelo *compilado*. Donde había un valor fijo, ahora elige `hp`: de una lista (`Choice`), un número entero (`Int`), un decimal (`Float`), sí o no
# (`Boolean`). Cada hiperparámetro tiene un nombre. Todos juntos, con sus rangos, forman el **espacio de búsqueda** (*search space*).
#
# `amount` (cantidad) solo significa algo si `augment` es verdadero. `conditional_scope` se lo indica a la búsqueda, y entonces no sortea ningún `amount` en los ensayos sin aumento de datos. La semilla se fija dentro de la función, para que
# todos los ensayos empiecen con los mismos números aleatorios.

# %% name="hypermodel"
def build_model(hp):
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))])

    augment = hp.Boolean("augment")
    with hp.conditional_scope("augment", [True]):
        if augment:
            amount = hp.Float("amount", 0.05, 0.15)
            model.add(layers.RandomTranslation(amount, amount, fill_mode="constant"))
            model.add(layers.RandomRotation(amount / 3, fill_mode="constant"))

    filters = hp.Choice("filters", [8, 16, 32])
    for size in (filters, 2 * filters):
        model.add(layers.Conv2D(size, kernel_size=3, activation="relu"))
        model.add(layers.MaxPooling2D(pool_size=2))
    model.add(layers.Flatten())
    model.add(layers.Dense(hp.Int("units", 32, 128, step=32), activation="relu"))
    model.add(layers.Dropout(hp.Float("dropout", 0.2, 0.5, step=0.1)))
    model.add(layers.Dense(10, activation="softmax"))

    rate = hp.Float("learning_rate", 3e-4, 5e-3, sampling="log")
    return compiled(model, rate)

# %% name="compiled"
def compiled(model, rate):
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model

# %%
hp = kt.HyperParameters()
build_model(hp)
print(hp.values)

# %% [markdown] lang="en"
# These are the *default* values: the first of a list, the lower end of a range. `amount` is missing, because `augment` is `False`.
#
# ### 1. Your turn: a hypermodel
#
# Write `my_model(hp)` for the same digits, with any network you like: images of shape (N, 28, 28, 1) go in, ten probabilities come out, and it is compiled for whole-number labels. It has four hyperparameters with these
# names:
#
# - `units`: 32, 64, 96 or 128 units of a dense layer;
# - `use_dropout`: yes or no; and `rate`, from 0.1 to 0.5, which exists **only if** the answer is yes;
# - `learning_rate`: from 1e-4 to 1e-2, with each decade equally likely.

# %% [markdown] lang="es"
# Son los valores *por defecto*: el primero de una lista, el extremo inferior de un rango. Falta `amount`, porque `augment` es `False`.
#
# ### 1. Te toca: un hipermodelo
#
# Escribe `my_model(hp)` para los mismos dígitos, con la red que quieras: entran imágenes de forma (N, 28, 28, 1), salen diez probabilidades y está compilada para etiquetas enteras. Tiene cuatro hiperparámetros con estos
# nombres:
#
# - `units`: 32, 64, 96 o 128 unidades de una capa densa;
# - `use_dropout`: sí o no; y `rate`, de 0.1 a 0.5, que existe **solo si** la respuesta es sí;
# - `learning_rate`: de 1e-4 a 1e-2, con todas las décadas igual de probables.

# %% tags=["exercise"]
my_model = ...

check.hypermodel(my_model)
# check.hypermodel.hint()

# %% tags=["solution"]
def my_model(hp):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    units = hp.Int("units", 32, 128, step=32)
    model.add(layers.Dense(units, activation="relu"))
    use_dropout = hp.Boolean("use_dropout")
    with hp.conditional_scope("use_dropout", [True]):
        if use_dropout:
            model.add(layers.Dropout(hp.Float("rate", 0.1, 0.5)))
    model.add(layers.Dense(10, activation="softmax"))
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log")
    model.compile(
        keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


check.hypermodel(my_model)

# %% [markdown] lang="en"
# ### 2. Your turn: find the bug
#
# A colleague searches for the number of hidden layers, and for the width of each. But in all her trials the layers of a network are equally wide. Write a `mended_model` in which they can differ.

# %% [markdown] lang="es"
# ### 2. Te toca: encuentra el error
#
# Una compañera busca el número de capas ocultas y la anchura de cada una. Pero en todos sus ensayos las capas de una red son igual de anchas. Escribe un `mended_model` en el que puedan ser distintas.

# %% tags=["exercise"]
def her_model(hp):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    for _ in range(hp.Int("hidden_layers", 1, 3)):
        units = hp.Int("units", 16, 64, step=16)
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, 1e-3)


mended_model = ...

check.mended(mended_model)
# check.mended.hint()

# %% tags=["solution"]
def mended_model(hp):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), layers.Flatten()])
    for number in range(hp.Int("hidden_layers", 1, 3)):
        units = hp.Int(f"units_{number}", 16, 64, step=16)
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, 1e-3)


check.mended(mended_model)

# %% [markdown] lang="en"
# ## A progress bar for a search
#
# KerasTuner prints about twenty lines for each trial. With `verbose=0` it prints nothing, so we add a progress bar. Tuners have methods that you may override, called **hooks**: they run as the search begins, after each epoch and at the
# end. Our bar counts epochs, because trials differ in length. An ordinary callback cannot do this: each trial gets a *copy* of the callbacks, and what a copy counts is lost.
#
# (The `...` in the last three lines mean that nothing is added to these classes. Nothing is to be filled in here.)

# %% [markdown] lang="es"
# ## Una barra de progreso para la búsqueda
#
# KerasTuner escribe unas veinte líneas por ensayo. Con `verbose=0` no escribe nada, así que añadimos una barra de progreso. Los *tuners* tienen métodos que puedes redefinir, llamados **ganchos** (*hooks*): se ejecutan al empezar la búsqueda, tras cada
# época y al final. Nuestra barra cuenta épocas, porque los ensayos duran distinto. Un *callback* normal no sirve: cada ensayo recibe una *copia* de los *callbacks*, y lo que cuenta la copia se pierde.
#
# (Los `...` de las últimas tres líneas significan que a esas clases no se les añade nada. Ahí no hay que rellenar nada).


# %% name="progress"
class Progress:
    def __init__(self, *args, budget, **settings):
        super().__init__(*args, **settings)
        self.budget, self.best = budget, []

    def on_search_begin(self):
        self.bar = tqdm(total=self.budget, unit="epoch")

    def on_epoch_end(self, trial, model, epoch, logs=None):
        super().on_epoch_end(trial, model, epoch, logs)
        self.best.append(min([logs["val_loss"], *self.best[-1:]]))
        self.bar.set_postfix(trial=trial.trial_id, best=f"{self.best[-1]:.3f}")
        self.bar.update()

    def on_search_end(self):
        self.bar.close()


class RandomSearch(Progress, kt.RandomSearch): ...


class Hyperband(Progress, kt.Hyperband): ...


class BayesianOptimization(Progress, kt.BayesianOptimization): ...


# %% [markdown] lang="en"
# ## The experiment: three searches, one budget
#
# Each search may spend about 18 epochs, fewer than one training of the network above. The **objective** is the figure that a search should lower; here it is the validation loss. For comparison: the
# network above needed many epochs for its lowest validation loss, and here a trial has three epochs at most.
#
# **Random search** runs six trials of three epochs. The score of a trial is its objective after its *best* epoch. `overwrite=True` begins the search anew when you run the cell a second time; you will see below what happens
# without it. (KerasTuner treats a `seed` of 0 as no seed. And it adds 1 to the seed for each draw, so two searches with neighbouring seeds would make partly the same draws. That is why our seeds are hundreds.)
#
# **Which lowest validation loss do you expect from the six trials?**

# %% [markdown] lang="es"
# ## El experimento: tres búsquedas, un mismo presupuesto
#
# Cada búsqueda puede gastar unas 18 épocas, menos que un entrenamiento de la red de arriba. El **objetivo** (*objective*) es la cifra que la búsqueda debe reducir; aquí, la pérdida de validación. Para comparar: la
# red de arriba necesitó muchas épocas para llegar a su menor pérdida de validación, y aquí un ensayo tiene tres épocas como máximo.
#
# La **búsqueda aleatoria** hace seis ensayos de tres épocas. La puntuación de un ensayo es su objetivo tras su *mejor* época. `overwrite=True` empieza la búsqueda de nuevo si ejecutas la celda otra vez; más abajo verás qué pasa
# sin él. (Para KerasTuner, una `seed` de 0 equivale a ninguna. Y suma 1 a la semilla en cada sorteo, así que dos búsquedas con semillas vecinas harían en parte los mismos sorteos. Por eso nuestras semillas son centenas).
#
# **¿Qué pérdida de validación mínima esperas de los seis ensayos?**

# %%
guess("random", best_val_loss=...)

# %%
digits = {"x": x_train, "y": y_train, "validation_data": (x_val, y_val)}
digits["validation_batch_size"] = 500

start = time.perf_counter()
random = RandomSearch(
    build_model,
    objective="val_loss",
    budget=18,
    max_trials=6,
    seed=300 * SEED + 100,
    directory=folder.name,
    project_name="random",
    overwrite=True,
)
random.search(**digits, epochs=3, verbose=0)

# %% [markdown] lang="en"
# **Hyperband** works like a knock-out tournament. With `max_epochs=3, factor=2`, three candidates get two epochs, and the best two of them go on to the third. Then three more candidates get three epochs at once, in case two
# epochs were too few to judge. Together that is 3 · 2 + 2 · 1 + 3 · 3 = 17 epochs. (A candidate that goes on keeps its weights but not the state of its optimiser, and Keras would warn of that.)
#
# **Which lowest validation loss do you expect now**, compared with that of the random search?

# %% [markdown] lang="es"
# **Hyperband** funciona como un torneo por eliminatorias. Con `max_epochs=3, factor=2`, tres candidatos reciben dos épocas, y los dos mejores siguen hasta la tercera. Después, otros tres reciben tres épocas de una vez, por si dos épocas
# fueran pocas para juzgar. En total son 3 · 2 + 2 · 1 + 3 · 3 = 17 épocas. (Un candidato que sigue conserva sus pesos, pero no el estado de su optimizador, y Keras avisaría de ello).
#
# **¿Qué pérdida de validación mínima esperas ahora**, en comparación con la de la búsqueda aleatoria?

# %%
guess("hyperband", best_val_loss=...)

# %%
hyperband = Hyperband(
    build_model,
    objective="val_loss",
    budget=17,
    max_epochs=3,
    factor=2,
    seed=300 * SEED + 200,
    directory=folder.name,
    project_name="hyperband",
    overwrite=True,
)
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="Skipping variable loading")
    hyperband.search(**digits, verbose=0)

# %% [markdown] lang="en"
# **Bayesian optimisation** runs four random trials and then chooses two with a *Gaussian process*, a smooth estimate of the loss that also says how uncertain it is. Choosing takes time as well, which random search hardly
# needs, so Bayesian optimisation pays when one training takes hours. (From so few trials the estimate is rough, and scikit-learn, which computes it, would warn of that.)

# %% [markdown] lang="es"
# La **optimización bayesiana** hace cuatro ensayos al azar y después elige dos con un *proceso gaussiano*, una estimación suave de la pérdida que además dice qué incertidumbre tiene. Elegir también lleva tiempo, que la búsqueda aleatoria apenas
# necesita, así que la optimización bayesiana compensa cuando un entrenamiento dura horas. (Con tan pocos ensayos la estimación es tosca, y scikit-learn, que la calcula, avisaría de ello).

# %%
bayesian = BayesianOptimization(
    build_model,
    objective="val_loss",
    budget=18,
    max_trials=6,
    num_initial_points=4,
    seed=300 * SEED + 300,
    directory=folder.name,
    project_name="bayesian",
    overwrite=True,
)
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", module="sklearn")
    bayesian.search(**digits, epochs=3, verbose=0)
search_seconds = time.perf_counter() - start

# %% [markdown] lang="en"
# ## Read the results
#
# A tuner can describe its search space, `random.search_space_summary()`, and its best trials, `random.results_summary(3)`. We show the best ten trials of all three searches in one table, the best first. In Hyperband a
# candidate that went on appears twice, under two numbers: after two epochs and after three. A – means that the trial has no such hyperparameter.

# %% [markdown] lang="es"
# ## Lee los resultados
#
# Un *tuner* puede describir su espacio de búsqueda, `random.search_space_summary()`, y sus mejores ensayos, `random.results_summary(3)`. Mostramos los diez mejores ensayos de las tres búsquedas en una sola tabla, el mejor primero. En Hyperband, un
# candidato que siguió aparece dos veces, con dos números: tras dos épocas y tras tres. El – indica que el ensayo no tiene ese hiperparámetro.

# %%
random.search_space_summary()

# %%
tuners = {"random": random, "hyperband": hyperband, "bayesian": bayesian}
trials = {name: list(t.oracle.trials.values()) for name, t in tuners.items()}
figures.trial_table(trials, best=10)

# %%
figures.loss_by_hyperparameter(trials)

# %% [markdown] lang="en"
# Each panel shows one hyperparameter, and each point is a trial: to the right stands the value that it tried, upwards its validation loss, so the good trials lie low. The star marks the best trial of all. (There is none in a panel
# whose hyperparameter that trial does not have.) Early trials of a search are light and late ones dark.
#
# If the low points gather in one part of a panel, that hyperparameter matters. If they are spread over the whole width, it hardly matters, or there are too few trials to tell. The next picture shows how
# the lowest validation loss fell with the epochs spent:

# %% [markdown] lang="es"
# Cada panel muestra un hiperparámetro, y cada punto es un ensayo: hacia la derecha está el valor que probó; hacia arriba, su pérdida de validación, así que los buenos ensayos quedan abajo. La estrella marca el mejor ensayo de todos. (Falta en el
# panel de un hiperparámetro que ese ensayo no tiene). Los primeros ensayos de una búsqueda son claros y los últimos, oscuros.
#
# Si los puntos bajos se juntan en una parte del panel, ese hiperparámetro importa. Si se reparten por todo el ancho, apenas importa, o hay muy pocos ensayos para saberlo. La gráfica siguiente muestra cómo bajó
# la menor pérdida de validación con las épocas gastadas:

# %%
figures.best_so_far({name: tuner.best for name, tuner in tuners.items()})

# %% [markdown] lang="en"
# With another seed another search may win. Over our {{measured.seeds}} seeds the lowest validation loss was {{random.best_val_loss}} for random search, {{hyperband.best_val_loss}} for Hyperband and
# {{bayesian.best_val_loss}} for the Bayesian search. The ± is the spread over the seeds, and it is larger than most of the differences. With so few trials, no method can show its strength.
#
# ### 3. Your turn: beat the searches
#
# The three searches have spent 53 epochs. Now train one network yourself **in four epochs** and reach a validation loss of at most **0.15**. You may choose everything: layers, learning rate, a learning rate that falls (lesson 04), and
# the batch size, which no search has tried yet. `fit` returns the history; call it `my_history`. `**digits` hands `fit` the digits, as it did for the searches:
#
# ```python
# my_history = my_network.fit(**digits, epochs=4, verbose=0)
# ```

# %% [markdown] lang="es"
# Con otra semilla puede ganar otra búsqueda. En nuestras {{measured.seeds}} semillas, la menor pérdida de validación fue {{random.best_val_loss}} con la búsqueda aleatoria, {{hyperband.best_val_loss}} con Hyperband y
# {{bayesian.best_val_loss}} con la bayesiana. El ± es la dispersión entre semillas, y es mayor que la mayoría de las diferencias. Con tan pocos ensayos, ningún método puede mostrar lo que vale.
#
# ### 3. Te toca: supera a las búsquedas
#
# Las tres búsquedas han gastado 53 épocas. Entrena ahora tú una red **en cuatro épocas** y llega a una pérdida de validación de **0.15** como máximo. Puedes elegirlo todo: las capas, la tasa de aprendizaje, una tasa que vaya bajando (lección 04) y
# el tamaño del lote, que ninguna búsqueda ha probado todavía. `fit` devuelve el historial; llámalo `my_history`. `**digits` le pasa los dígitos a `fit`, igual que a las búsquedas:
#
# ```python
# my_history = my_network.fit(**digits, epochs=4, verbose=0)
# ```

# %% tags=["exercise"]
my_history = ...

check.beat(my_history)
# check.beat.hint()

# %% tags=["solution"]
keras.utils.set_random_seed(SEED)
falling = keras.optimizers.schedules.CosineDecay(2e-3, 4 * len(x_train) // 8)
my_network = compiled(models.baseline_cnn(), falling)
my_history = my_network.fit(
    x_train, y_train, batch_size=8, epochs=4, validation_data=(x_val, y_val), verbose=0
)

check.beat(my_history)

# %% [markdown] lang="en"
# ## The winner, trained properly
#
# Three epochs were only enough to compare. Now we take the values of the best trial, build the model *anew* and train it like the first network: at most 30 epochs, stopped in time. (`get_best_models` would
# return the network as it was after the best of its three epochs.)

# %% [markdown] lang="es"
# ## La ganadora, entrenada a fondo
#
# Tres épocas bastaban solo para comparar. Ahora tomamos los valores del mejor ensayo, construimos el modelo *de nuevo* y lo entrenamos como la primera red: 30 épocas como máximo, con *early stopping*. (`get_best_models` devolvería
# la red tal como estaba tras la mejor de sus tres épocas).

# %%
for name, tuner in tuners.items():
    record(name, best_val_loss=tuner.best[-1], epochs=len(tuner.best))

winner = min(tuners.values(), key=lambda tuner: tuner.best[-1])
winning = winner.get_best_hyperparameters()[0]

tuned_model = build_model(winning)
history, seconds = train_until_best(tuned_model)

test = tuned_model.evaluate(x_test, y_test, return_dict=True, verbose=0)
val = tuned_model.evaluate(x_val, y_val, return_dict=True, verbose=0)
tuned = record(
    "tuned",
    history,
    test,
    seconds + search_seconds,
    gap_share=val["accuracy"] - test["accuracy"],
)

# %%
plots.compare(untuned, tuned)

# %% lang="en"
for run in (untuned, tuned):
    print(f"{run.name:8} lowest validation loss {run.best_val_loss:.3f}", end="   ")
    print(f"test accuracy {100 * run.test_accuracy:.1f} %")

# %% lang="es"
for run in (untuned, tuned):
    print(f"{run.name:8} menor pérdida de validación {run.best_val_loss:.3f}", end="   ")
    print(f"exactitud de prueba {100 * run.test_accuracy:.1f} %")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds the search helped: the lowest validation loss fell from {{untuned.best_val_loss}} to {{tuned.best_val_loss}} (it fell in {{claims.beats_baseline}} runs), and test accuracy went from
# {{untuned.test_accuracy}} to {{tuned.test_accuracy}}. (Lesson 01, without early stopping: {{01:baseline.test_accuracy}}.) In a single run the accuracy may fall although the loss falls, because the search was asked for a low
# *loss*.
#
# **But networks chosen by hand do better on average than what our small searches find.** With augmentation and nothing tuned, lesson 02 reached {{02:augmented.test_accuracy}}; lesson 03, with augmentation and dropout, reached
# {{03:combined.test_accuracy}} (30 epochs, without early stopping). There are two reasons. A search only finds good values *inside* the space that we give it, and it did not invent the augmentation either. And it judges
# after three epochs, while augmentation needs many epochs to pay (lesson 02): in the table of the best ten trials you can see how many of the first rows use it. A search also takes time: in the table at the end, the seconds of `tuned` include all three
# searches.
#
# ## What can go wrong: overfitting the validation set
#
# The validation set chose the best of many trials. So the validation figure of the winner is partly luck. How much? Imagine networks that are all equally good: each is right on a new digit with probability 0.953, about the
# test accuracy of lesson 01. We examine each on 1,000 validation digits of its own and keep the best.

# %% [markdown] lang="es"
# En nuestras {{measured.seeds}} semillas, la búsqueda ayudó: la menor pérdida de validación bajó de {{untuned.best_val_loss}} a {{tuned.best_val_loss}} (bajó en {{claims.beats_baseline}} ejecuciones), y la exactitud de prueba pasó de
# {{untuned.test_accuracy}} a {{tuned.test_accuracy}}. (Lección 01, sin *early stopping*: {{01:baseline.test_accuracy}}). En una sola ejecución, la exactitud puede bajar aunque baje la pérdida, porque a la búsqueda se le pidió poca
# *pérdida*.
#
# **Pero las redes elegidas a mano son, de media, mejores que lo que encuentran nuestras búsquedas pequeñas.** Con aumento de datos y sin ajustar nada, la lección 02 llegó a {{02:augmented.test_accuracy}}; la 03, con aumento de datos y *dropout*, a
# {{03:combined.test_accuracy}} (30 épocas, sin *early stopping*). Hay dos motivos. Una búsqueda solo encuentra buenos valores *dentro* del espacio que le damos, y tampoco inventó ella el aumento de datos. Y juzga
# tras tres épocas, mientras que el aumento necesita muchas para dar fruto (lección 02): en la tabla de los diez mejores ensayos puedes ver cuántas de las primeras filas lo usan. Una búsqueda también lleva tiempo: en la tabla del final, los segundos de `tuned` incluyen las tres
# búsquedas.
#
# ## Qué puede salir mal: sobreajuste al conjunto de validación
#
# El conjunto de validación eligió el mejor de muchos ensayos. Así que la cifra de validación de la ganadora es en parte suerte. ¿Cuánta? Imagina redes que son todas igual de buenas: cada una acierta un dígito nuevo con probabilidad 0.953, más o menos la
# exactitud de prueba de la lección 01. Examinamos cada una con 1000 dígitos de validación propios y nos quedamos con la mejor.

# %%
luck = np.random.default_rng(0)
luckiest = {}
for networks in (1, 6, 20, 60, 200):
    accuracies = luck.binomial(1000, 0.953, size=(5000, networks)) / 1000
    luckiest[networks] = 100 * accuracies.max(axis=1).mean()

# %% lang="en" tags=["nbval-check-output"]
for networks, accuracy in luckiest.items():
    print(f"best of {networks:3} equal networks: {accuracy:.1f} % on average")

# %% lang="es" tags=["nbval-check-output"]
for networks, accuracy in luckiest.items():
    print(f"la mejor de {networks:3} redes iguales: {accuracy:.1f} % de media")

# %% [markdown] lang="en"
# The best of 20 (our searches trained 18 combinations in 20 trials, because Hyperband counts two candidates twice) seems more than a percentage point better than it is, and the best of 200 nearly two. No network got better; only the luckiest was picked. More validation digits make
# this effect smaller. With real networks it is smaller, too, because they share the same 1,000 digits and fail on the same ones. Here is what happened to ours:

# %% [markdown] lang="es"
# La mejor de 20 (nuestras búsquedas entrenaron 18 combinaciones en 20 ensayos, porque Hyperband cuenta dos veces a dos candidatos) parece más de un punto porcentual mejor de lo que es, y la mejor de 200, casi dos. Ninguna red mejoró; solo se eligió la más afortunada. Con más dígitos de validación, el efecto
# es menor. Con redes de verdad también es menor, porque comparten los mismos 1000 dígitos y fallan con los mismos. Esto es lo que pasó con las nuestras:

# %% lang="en"
print("validation accuracy minus test accuracy, in percentage points")
for run in (untuned, tuned):
    print(f"{run.name:8} {100 * run.gap_share:.1f}")

# %% lang="es"
print("exactitud de validación menos exactitud de prueba, en puntos porcentuales")
for run in (untuned, tuned):
    print(f"{run.name:8} {100 * run.gap_share:.1f}")

# %% [markdown] lang="en"
# Over our seeds this gap was {{untuned.gap_share}} percentage points without tuning and {{tuned.gap_share}} with it. So here the search is not its cause. Even the network of lesson 01, for which nothing was chosen, has the gap:
# {{01:baseline.val_accuracy}} in validation, {{01:baseline.test_accuracy}} in the test. Our test digits are simply harder. Always compare such a gap with that of an untuned network before you put it down to the search.
#
# **C.** After 200 trials the winner has a validation accuracy of 98.4 %. You open the test set once: 97.1 %. What do you report?
#
# - (a) 98.4 %, because this is what the search was asked to maximise.
# - (b) You test the next nine best networks as well, and report the highest figure.
# - (c) 97.1 %.

# %% [markdown] lang="es"
# En nuestras semillas, esta brecha fue de {{untuned.gap_share}} puntos porcentuales sin ajustar y de {{tuned.gap_share}} con ajuste. Así que aquí no se debe a la búsqueda. Hasta la red de la lección 01, para la que no se eligió nada, tiene esa brecha:
# {{01:baseline.val_accuracy}} en validación y {{01:baseline.test_accuracy}} en prueba. Nuestros dígitos de prueba son, sencillamente, más difíciles. Compara siempre una brecha así con la de una red sin ajustar antes de atribuirla a la búsqueda.
#
# **C.** Tras 200 ensayos, la ganadora tiene una exactitud de validación del 98.4 %. Abres el conjunto de prueba una vez: 97.1 %. ¿Qué cifra das?
#
# - (a) 98.4 %, porque es lo que se le pidió maximizar a la búsqueda.
# - (b) Pruebas también las nueve redes siguientes y das la cifra más alta.
# - (c) 97.1 %.

# %% tags=["exercise"]
answer = ...

check.quiz_report(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_report(answer)

# %% [markdown] lang="en"
# ## A larger search
#
# Six trials of three epochs fit into a lesson. What does a longer search find? We have run the random search of this lesson once with **60 trials of 20 epochs**: the same hypermodel, the same ranges, the same 1,000 digits. Its first six
# trials have the hyperparameters of the random search above with our seed 0. The hyperparameters of every trial, and its validation loss and accuracy after each epoch, are kept in `lessons/results.json`, so you can analyse them without waiting.
#
# **Which lowest validation loss do you expect from the best of the 60?** In our runs, the random search above reached {{random.best_val_loss}}, and its six trials were trained for three epochs only.

# %% [markdown] lang="es"
# ## Una búsqueda más grande
#
# En una lección caben seis ensayos de tres épocas. ¿Qué encuentra una búsqueda más larga? Hemos ejecutado una vez la búsqueda aleatoria de esta lección con **60 ensayos de 20 épocas**: el mismo hipermodelo, los mismos rangos, los mismos 1000 dígitos. Sus seis primeros
# ensayos tienen los hiperparámetros de la búsqueda aleatoria de arriba con nuestra semilla 0. Los hiperparámetros de cada ensayo, y su pérdida y su exactitud de validación tras cada época, están guardados en `lessons/results.json`, así que puedes analizarlos sin esperar.
#
# **¿Qué pérdida de validación mínima esperas del mejor de los 60?** En nuestras ejecuciones, la búsqueda aleatoria de arriba llegó a {{random.best_val_loss}}, y sus seis ensayos se entrenaron solo tres épocas.

# %%
guess("large_search", best_val_loss=...)

# %%
sixty = ledger()["long"]["trials"]
losses = np.array([trial["val_loss"] for trial in sixty])
accuracies = np.array([trial["val_accuracy"] for trial in sixty])

scores = losses.min(axis=1)
best = scores.argmin()
large_search = record("large_search", best_val_loss=scores[best], epochs=losses.size)

# %% lang="en"
print("losses: shape", losses.shape, "= (trials, epochs)")
print(f"lowest validation loss {scores[best]:.3f}, in trial {best + 1} of {len(scores)}")

# %% lang="es"
print("losses: forma", losses.shape, "= (ensayos, épocas)")
print(f"menor pérdida de validación {scores[best]:.3f}, en el ensayo {best + 1} de {len(scores)}")

# %%
figures.loss_by_hyperparameter({"large_search": figures.recorded_trials(sixty)})

# %% [markdown] lang="en"
# Compare with the same picture of the small searches. With 60 points you can see more. The sentence below the picture gives the range that the best quarter of the trials covers. **Where it is much narrower than the whole range, the hyperparameter
# matters**, and the next search would look there only. (A range tells nothing about a hyperparameter with two values, such as `augment`: look at its panel.) Where the best values lie at the edge of a panel, the next search would go beyond it.
#
# In this search augmentation matters most: the twelve best trials all use it, although fewer than half of the 60 do. It is not enough on its own. The two worst trials use it, too, with learning rates below 0.0004, which are too small for 20 epochs.
# So one hyperparameter decides whether another one helps, and panels that show one at a time do not tell you that.
#
# The next picture shows the trials in the order in which they ran:

# %% [markdown] lang="es"
# Compara con la misma gráfica de las búsquedas pequeñas. Con 60 puntos se ve más. La frase de debajo de la imagen da el rango que abarca la mejor cuarta parte de los ensayos. **Donde es mucho más estrecho que el rango completo, el hiperparámetro
# importa**, y la siguiente búsqueda miraría solo ahí. (De un hiperparámetro con dos valores, como `augment`, el rango no dice nada: mira su panel). Donde los mejores valores están en el borde de un panel, la siguiente búsqueda iría más allá de él.
#
# En esta búsqueda, lo que más importa es el aumento de datos: los doce mejores ensayos lo usan, aunque de los 60 lo usan menos de la mitad. Por sí solo no basta. Los dos peores ensayos también lo usan, con tasas de aprendizaje menores que 0.0004,
# demasiado pequeñas para 20 épocas. Así que un hiperparámetro decide si otro ayuda, y eso no lo dicen unos paneles que muestran los hiperparámetros de uno en uno.
#
# La gráfica siguiente muestra los ensayos en el orden en que se ejecutaron:

# %%
figures.best_by_trial(scores)

# %% [markdown] lang="en"
# In a random search each trial is as likely as any other to be the best one. So new lowest losses come often at the beginning and seldom later: the 60th trial is the best so far with a probability of only one in 60.
#
# The small search judged after three epochs. Would it have chosen well? We look which trial is ahead after three epochs, and which place it has after twenty:

# %% [markdown] lang="es"
# En una búsqueda aleatoria, cada ensayo tiene la misma probabilidad de ser el mejor. Por eso los nuevos mínimos son frecuentes al principio y raros después: el ensayo 60 es el mejor hasta el momento con una probabilidad de solo uno entre 60.
#
# La búsqueda pequeña juzgaba tras tres épocas. ¿Habría elegido bien? Miramos qué ensayo va primero tras tres épocas y qué puesto ocupa tras veinte:

# %%
early = losses[:, :3].min(axis=1)
ahead = early.argmin()
place = 1 + (scores < scores[ahead]).sum()
place_of_best = 1 + (early < early[best]).sum()

# %% lang="en"
print(f"first after  3 epochs: trial {ahead + 1}, in place {place} after 20")
print(f"first after 20 epochs: trial {best + 1}, in place {place_of_best} after 3")

# %% lang="es"
print(f"primero tras  3 épocas: el ensayo {ahead + 1}, en el puesto {place} tras 20")
print(f"primero tras 20 épocas: el ensayo {best + 1}, en el puesto {place_of_best} tras 3")

# %% [markdown] lang="en"
# So three epochs are too few to find the best trial. The trial that was ahead after three epochs trains without augmentation: it learns fast and then overfits. The 15 best trials (a quarter of the 60) tell the same: if we rank after three epochs, 5 of them use augmentation; if we rank after twenty, 12 of them do.
# A search with few epochs, and Hyperband's first round as well, favours networks that learn fast over networks that end with a low loss. Still, the best trial was already in place 2 after three epochs: a search that trains the best half further, as Hyperband does, would not have lost it.
#
# ### 4. Your turn: what would fewer trials have found?
#
# The order of the trials is chance. With other draws, other trials would have come first. So what does the best of six find *on average*? You need no training to know it, because the 60 scores are there.
#
# Write `expected_best(scores, n)`. It draws `n` different scores at random and takes the lowest of them, does so 2,000 times, and returns the mean of these lowest scores. (`np.random.default_rng(0)` makes a generator; its method `permutation(scores)` returns the scores in a random order.)

# %% [markdown] lang="es"
# Así que tres épocas son muy pocas para encontrar el mejor ensayo. El que iba primero tras tres épocas entrena sin aumento de datos: aprende deprisa y después sobreajusta. Los 15 mejores ensayos (la cuarta parte de los 60) dicen lo mismo: si los ordenamos tras tres épocas, 5 de ellos usan aumento de datos; si los ordenamos tras veinte, 12.
# Una búsqueda con pocas épocas, y también la primera ronda de Hyperband, favorece a las redes que aprenden deprisa frente a las que terminan con una pérdida baja. Aun así, el mejor ensayo ya ocupaba el puesto 2 tras tres épocas: una búsqueda que sigue entrenando la mejor mitad, como Hyperband, no lo habría perdido.
#
# ### 4. Te toca: ¿qué habrían encontrado menos ensayos?
#
# El orden de los ensayos es azar. Con otros sorteos, otros ensayos habrían ido primero. Entonces, ¿qué encuentra *de media* el mejor de seis? Para saberlo no hace falta entrenar, porque las 60 puntuaciones ya están.
#
# Escribe `expected_best(scores, n)` (el mejor esperado). Sortea `n` puntuaciones distintas, toma la menor de ellas, lo repite 2000 veces y devuelve la media de esas menores puntuaciones. (`np.random.default_rng(0)` crea un generador; su método `permutation(scores)` devuelve las puntuaciones en un orden al azar).

# %% tags=["exercise"]
expected_best = ...

check.expected_best(expected_best, scores)
# check.expected_best.hint()


# %% tags=["solution"]
def expected_best(scores, n):
    draw = np.random.default_rng(0)
    lowest = [draw.permutation(scores)[:n].min() for _ in range(2000)]
    return np.mean(lowest)


check.expected_best(expected_best, scores)

# %% [markdown] lang="en"
# So each further trial brings less than the one before. A search may end when ten more trials are not expected to bring anything that you would notice.
#
# ### Was it worth it?
#
# The best of the 60 was built anew and trained like the winner above, at most 30 epochs and stopped in time, with {{long.seeds}} seeds. Three other networks were trained by the same rule: `best_of_6`, the best after three epochs among the first six trials;
# `made_by_hand`, the network of lesson 03 with augmentation and a dropout rate of 0.5, in which nothing was tuned; and `nothing_chosen`, the network that this lesson began with. The means over the seeds:
#
# | network | lowest validation loss | validation accuracy | test accuracy | test loss |
# |---|--:|--:|--:|--:|
# | `best_of_60` | {{best_of_60.best_val_loss}} | {{best_of_60.kept_val_accuracy}} | {{best_of_60.test_accuracy}} | {{best_of_60.test_loss}} |
# | `best_of_6` | {{best_of_6.best_val_loss}} | {{best_of_6.kept_val_accuracy}} | {{best_of_6.test_accuracy}} | {{best_of_6.test_loss}} |
# | `made_by_hand` | {{made_by_hand.best_val_loss}} | {{made_by_hand.kept_val_accuracy}} | {{made_by_hand.test_accuracy}} | {{made_by_hand.test_loss}} |
# | `nothing_chosen` | {{nothing_chosen.best_val_loss}} | {{nothing_chosen.kept_val_accuracy}} | {{nothing_chosen.test_accuracy}} | {{nothing_chosen.test_loss}} |
#
# Read it column by column. With 3,000 test digits, chance alone moves a test accuracy near 97 % by up to about 0.6 percentage points up or down (in 19 of 20 cases), so a smaller difference does not tell which network is better. **The larger search found a better network than the
# small one, and one as good as the network made by hand**: their test accuracies cannot be told apart, and the lowest losses belong to the network made by hand. The search spent 1,200 epochs on this, the network made by hand none; but somebody had
# to know what augmentation and dropout do.
#
# And the validation figure of the best of 60: how much of it was luck? In the search it was the best of 60 trials; for the table above the same hyperparameters were trained anew, with other seeds:

# %% [markdown] lang="es"
# Así que cada ensayo más aporta menos que el anterior. Una búsqueda puede terminar cuando ya no se espera que otros diez ensayos aporten nada apreciable.
#
# ### ¿Valió la pena?
#
# El mejor de los 60 se construyó de nuevo y se entrenó como la ganadora de antes, 30 épocas como máximo y con *early stopping*, con {{long.seeds}} semillas. Otras tres redes se entrenaron con la misma regla: `best_of_6` (la mejor de 6), la mejor tras tres épocas entre los seis primeros ensayos;
# `made_by_hand` (hecha a mano), la red de la lección 03 con aumento de datos y una tasa de *dropout* de 0.5, en la que no se ajustó nada; y `nothing_chosen` (nada elegido), la red con la que empezó esta lección. Las medias de las semillas:
#
# | red | menor pérdida de validación | exactitud de validación | exactitud de prueba | pérdida de prueba |
# |---|--:|--:|--:|--:|
# | `best_of_60` | {{best_of_60.best_val_loss}} | {{best_of_60.kept_val_accuracy}} | {{best_of_60.test_accuracy}} | {{best_of_60.test_loss}} |
# | `best_of_6` | {{best_of_6.best_val_loss}} | {{best_of_6.kept_val_accuracy}} | {{best_of_6.test_accuracy}} | {{best_of_6.test_loss}} |
# | `made_by_hand` | {{made_by_hand.best_val_loss}} | {{made_by_hand.kept_val_accuracy}} | {{made_by_hand.test_accuracy}} | {{made_by_hand.test_loss}} |
# | `nothing_chosen` | {{nothing_chosen.best_val_loss}} | {{nothing_chosen.kept_val_accuracy}} | {{nothing_chosen.test_accuracy}} | {{nothing_chosen.test_loss}} |
#
# Léela columna por columna. Con 3000 dígitos de prueba, el azar por sí solo mueve una exactitud de prueba cercana al 97 % hasta unos 0.6 puntos porcentuales arriba o abajo (en 19 de 20 casos), así que una diferencia menor no dice qué red es mejor. **La búsqueda grande encontró una red mejor que la pequeña, y
# tan buena como la hecha a mano**: sus exactitudes de prueba no se distinguen, y las pérdidas más bajas son las de la red hecha a mano. La búsqueda gastó en ello 1200 épocas; la red hecha a mano, ninguna, aunque alguien tuvo que saber qué hacen el
# aumento de datos y el *dropout*.
#
# ¿Y cuánto de la cifra de validación del mejor de 60 fue suerte? En la búsqueda era el mejor de 60 ensayos; para la tabla de arriba, los mismos hiperparámetros se entrenaron de nuevo, con otras semillas:

# %%
in_search = accuracies[best, losses[best].argmin()]
anew = recorded("best_of_60")

# %% lang="en"
print("the best of 60, accuracy in per cent:")
print(f"validation, in the search    {100 * in_search:.1f}")
print(f"validation, trained anew     {100 * anew.kept_val_accuracy:.1f}")
print(f"test, the same networks      {100 * anew.test_accuracy:.1f}")

# %% lang="es"
print("el mejor de 60, exactitud en porcentaje:")
print(f"validación, en la búsqueda         {100 * in_search:.1f}")
print(f"validación, entrenado de nuevo     {100 * anew.kept_val_accuracy:.1f}")
print(f"prueba, las mismas redes           {100 * anew.test_accuracy:.1f}")

# %% [markdown] lang="en"
# The second line uses the same validation digits as the first, but nobody picked these trainings. The two hardly differ, so the training that was picked was not especially lucky. The third line uses the test digits, with which nothing was chosen. It is lower, but our test
# digits are harder (see above): the gap between validation and test is {{best_of_60.gap_share}} percentage points for the best of 60 and {{nothing_chosen.gap_share}} for the network for which nothing was chosen. If the search had overfitted the validation set, the first gap would be the larger one,
# and it is not. So here 60 trials did not visibly overfit the validation set: they differ so much that the best one is better and not only luckier, unlike the equally good networks of the simulation.
#
# ## What can go wrong: a trial fails, and an old project is reloaded
#
# Four convolutions with pooling are too many for 28 pixels: the size falls from 28 to 13, 5 and 1, and then nothing is left to convolve. Such a network cannot be built. Yet the search does not stop. It prints a page of
# traceback, marks the trial as failed, and goes on; it gives up only after three failures in a row. (We hide the traceback here. After a night with hundreds of trials, hardly anybody finds it.)

# %% [markdown] lang="es"
# La segunda línea usa los mismos dígitos de validación que la primera, pero nadie eligió esos entrenamientos. Las dos apenas se diferencian, así que el entrenamiento elegido no tuvo especial suerte. La tercera usa los dígitos de prueba, con los que no se eligió nada. Es
# menor, pero nuestros dígitos de prueba son más difíciles (ver arriba): la brecha entre validación y prueba es de {{best_of_60.gap_share}} puntos porcentuales en el mejor de 60 y de {{nothing_chosen.gap_share}} en la red para la que no se eligió nada. Si la búsqueda hubiera sobreajustado al conjunto de validación, la primera brecha
# sería la mayor, y no lo es. Así que aquí 60 ensayos no sobreajustaron de forma visible al conjunto de validación: se diferencian tanto que el mejor es mejor y no solo más afortunado, a diferencia de las redes igual de
# buenas de la simulación.
#
# ## Qué puede salir mal: un ensayo falla y un proyecto antiguo se recarga
#
# Cuatro convoluciones con *pooling* son demasiadas para 28 píxeles: el tamaño baja de 28 a 13, 5 y 1, y entonces no queda nada que convolucionar. Una red así no se puede construir. Aun así, la búsqueda no se detiene. Imprime una página de
# *traceback*, marca el ensayo como fallido (*failed*) y sigue; solo se rinde tras tres fallos seguidos. (Aquí ocultamos el *traceback*. Tras una noche con cientos de ensayos, casi nadie lo encuentra).

# %%
def build_deep(hp, padding="valid"):
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))])
    for _ in range(hp.Choice("blocks", [2, 4])):
        model.add(layers.Conv2D(8, 3, activation="relu", padding=padding))
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    return compiled(model, 1e-3)


def try_blocks(build, **settings):
    tuner = kt.GridSearch(
        build, "val_loss", directory=folder.name, project_name="blocks", **settings
    )
    tuner.search(
        x_train[:100], y_train[:100], validation_data=(x_val, y_val), verbose=0
    )
    return list(tuner.oracle.trials.values())

# %%
with contextlib.redirect_stderr(io.StringIO()):
    broken = try_blocks(build_deep, overwrite=True)
print(broken[-1].message.strip().splitlines()[-1][:80])
figures.trial_table({"blocks": broken})

# %% [markdown] lang="en"
# So after a search, look for trials without a score and read their `trial.message`, whose beginning stands above the table. (Scores near 2.3 are those of guessing, because we trained for one epoch on 100 digits.)
# The remedy is `padding="same"`, which keeps the size. We mend the model and search again:

# %% [markdown] lang="es"
# Así que, tras una búsqueda, busca los ensayos sin puntuación y lee su `trial.message`, cuyo comienzo aparece encima de la tabla. (Las puntuaciones cercanas a 2.3 son las de responder al azar, porque entrenamos una época con 100 dígitos).
# El remedio es `padding="same"`, que conserva el tamaño. Arreglamos el modelo y buscamos otra vez:

# %%
def build_mended(hp):
    return build_deep(hp, padding="same")


with contextlib.redirect_stdout(io.StringIO()) as said:
    again = try_blocks(build_mended)
print(said.getvalue().replace(folder.name, "…").strip())
figures.trial_table({"blocks": again})

# %% [markdown] lang="en"
# The trial is still marked as failed, and the cell took no time. The line above the table says why: *Reloading*. A project of that name existed, so KerasTuner took its trials from there. Both were done, so nothing was left to do, and your
# new model was not even built.
#
# So whenever you change **what is searched** (model, data, epochs, ranges), write `overwrite=True` or choose another `project_name`:

# %% [markdown] lang="es"
# El ensayo sigue marcado como fallido, y la celda no ha tardado nada. La línea de encima de la tabla dice por qué: *Reloading* (recargando). Había un proyecto con ese nombre, y KerasTuner tomó de ahí los ensayos. Los dos estaban hechos, así que no quedaba nada por hacer, y tu
# modelo nuevo ni siquiera se construyó.
#
# Así que, siempre que cambies **lo que se busca** (modelo, datos, épocas, rangos), escribe `overwrite=True` o elige otro `project_name`:

# %%
mended = try_blocks(build_mended, overwrite=True)
figures.trial_table({"blocks": mended})

# %% [markdown] lang="en"
# **D.** A colleague searches with 1,000 digits and `project_name="digits"`. The next day she has 5,000 digits and runs the same notebook from the beginning. It reports the scores of the day before. What is true of these scores?
#
# - (a) They are those of the best network, trained anew on 5,000 digits.
# - (b) They are the old ones: no trial has seen the 5,000 digits.
# - (c) KerasTuner has noticed that the new digits change nothing.

# %% [markdown] lang="es"
# **D.** Una compañera busca con 1000 dígitos y `project_name="digits"`. Al día siguiente tiene 5000 dígitos y ejecuta el mismo cuaderno desde el principio. Muestra las puntuaciones del día anterior. ¿Qué es cierto de ellas?
#
# - (a) Son las de la mejor red, entrenada de nuevo con 5000 dígitos.
# - (b) Son las antiguas: ningún ensayo ha visto los 5000 dígitos.
# - (c) KerasTuner ha comprobado que los dígitos nuevos no cambian nada.

# %% tags=["exercise"]
answer = ...

check.quiz_reload(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_reload(answer)

# %% [markdown] lang="en"
# ## The batch size, through `HyperModel.fit`
#
# `build_model` cannot choose the batch size, because it is an argument of `fit`. For that, a hypermodel can also be written as a class with two methods. The tuner calls both for each trial:
#
# - `build(self, hp)` returns the compiled model, as before;
# - `fit(self, hp, model, *args, **kwargs)` trains it and returns what `model.fit` returns. `*args` and `**kwargs` are everything that you gave to `search`: the digits, the epochs, the callbacks.
#
# ### 5. Your turn
#
# Write such a class, `Batches`, a subclass of `kt.HyperModel`. Its `build` may use `build_model`. Its `fit` chooses a `batch_size` of 16, 32, 64 or 128 and trains with it. Then `RandomSearch(Batches(), …)` would search for the batch size
# as well. (Give everything else to `model.fit` unchanged: KerasTuner sends callbacks along that note the score.)

# %% [markdown] lang="es"
# ## El tamaño del lote, con `HyperModel.fit`
#
# `build_model` no puede elegir el tamaño del lote (*batch size*), porque es un argumento de `fit`. Para eso, un hipermodelo también se puede escribir como una clase con dos métodos. El *tuner* llama a los dos en cada ensayo:
#
# - `build(self, hp)` devuelve el modelo compilado, como antes;
# - `fit(self, hp, model, *args, **kwargs)` lo entrena y devuelve lo que devuelve `model.fit`. `*args` y `**kwargs` son todo lo que le diste a `search`: los dígitos, las épocas, los *callbacks*.
#
# ### 5. Te toca
#
# Escribe una clase así, `Batches` (lotes), subclase de `kt.HyperModel`. Su `build` puede usar `build_model`. Su `fit` elige un `batch_size` de 16, 32, 64 o 128 y entrena con él. Entonces `RandomSearch(Batches(), …)` buscaría también el tamaño
# del lote. (Pasa todo lo demás a `model.fit` sin cambios: KerasTuner envía *callbacks* que anotan la puntuación).

# %% tags=["exercise"]
Batches = ...

check.batches(Batches)
# check.batches.hint()


# %% tags=["solution"]
class Batches(kt.HyperModel):
    def build(self, hp):
        return build_model(hp)

    def fit(self, hp, model, *args, **kwargs):
        batch_size = hp.Choice("batch_size", [16, 32, 64, 128])
        return model.fit(*args, batch_size=batch_size, **kwargs)


check.batches(Batches)

# %% [markdown] lang="en"
# # Last part: more than one process
#
# ## A search that is interrupted
#
# The same reloading is useful when a long search is interrupted, for instance by a power cut. To see it we run a search in a second Python process, as in lesson 04, and end that process. A process runs a program of its own, so this search
# stands in a file, `helpers/scripts/search.py`. You can take it with you to a larger machine:

# %% [markdown] lang="es"
# # Última parte: más de un proceso
#
# ## Una búsqueda que se interrumpe
#
# Esa misma recarga es útil cuando una búsqueda larga se interrumpe, por ejemplo por un apagón. Para verlo, ejecutamos una búsqueda en un segundo proceso de Python, como en la lección 04, y detenemos ese proceso a la fuerza. Un proceso ejecuta un programa propio, así que esta búsqueda
# está en un archivo, `helpers/scripts/search.py`. Puedes llevártelo a una máquina más grande:

# %%
program = processes.PROGRAM.read_text("utf-8")
Markdown(f"```python\n{program}```")

# %% [markdown] lang="en"
# There is hardly anything new in it: a loader for the digits, a small hypermodel, and a random search with two hooks, which print a line when a trial begins and when it ends. For a search of your own you change the first two functions.
#
# What starts such processes, ends them and reads their lines is in `helpers/scripts/processes.py`. It has nothing to do with searching, so we only use it:
#
# | function | what it does |
# |---|---|
# | `processes.start(place, trials, seed)` | starts the program, with one thread; its notes and printed lines go to the folder `place` |
# | `processes.stop_at_trial(process, place, 3)` | ends a process when the third trial begins |
# | `processes.run_workers(place, trials, seed)` | starts several processes that share one search, as you will see below |
# | `processes.reports(place)` | reads the lines: for each trial who ran it, when it began and when it ended (`None` if it never did) |
#
# The search has six trials. When the third begins, so that two are done, the next cell ends the process as a power cut would. Then it starts the same program again.
#
# **E.** Predict: what will the second process do?
#
# - (a) It begins with the first trial again, because everything was lost.
# - (b) It runs the third trial from its beginning, and then the last three.
# - (c) It goes on with the third trial, in the epoch in which it was interrupted.

# %% [markdown] lang="es"
# Apenas hay nada nuevo en él: una función que carga los dígitos, un hipermodelo pequeño y una búsqueda aleatoria con dos ganchos, que escriben una línea cuando empieza un ensayo y cuando acaba. Para una búsqueda tuya, cambias las dos primeras funciones.
#
# Lo que arranca esos procesos, los detiene y lee sus líneas está en `helpers/scripts/processes.py`. No tiene que ver con la búsqueda, así que solo lo usamos:
#
# | función | qué hace |
# |---|---|
# | `processes.start(place, trials, seed)` | arranca el programa, con un solo hilo; sus notas y las líneas que imprime van a la carpeta `place` |
# | `processes.stop_at_trial(process, place, 3)` | detiene un proceso cuando empieza el tercer ensayo |
# | `processes.run_workers(place, trials, seed)` | arranca varios procesos que se reparten una búsqueda, como verás más abajo |
# | `processes.reports(place)` | lee las líneas: de cada ensayo, quién lo ejecutó, cuándo empezó y cuándo acabó (`None` si no acabó) |
#
# La búsqueda tiene seis ensayos. Cuando empieza el tercero, y por tanto hay dos hechos, la celda siguiente detiene el proceso como haría un apagón. Después arranca otra vez el mismo programa.
#
# **E.** Predice: ¿qué hará el segundo proceso?
#
# - (a) Empieza otra vez por el primer ensayo, porque se perdió todo.
# - (b) Ejecuta el tercer ensayo desde el principio y después los tres últimos.
# - (c) Sigue con el tercer ensayo, en la época en que se interrumpió.

# %% tags=["exercise"]
answer = ...

check.quiz_resumed(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_resumed(answer)

# %%
TRIALS = 6
killed = Path(folder.name, f"killed-{time.time():.0f}")

process = processes.start(killed, TRIALS, SEED)
processes.stop_at_trial(process, killed, 3)
before = processes.reports(killed)

processes.start(killed, TRIALS, SEED).wait(timeout=600)
after = processes.reports(killed)[len(before) :]

finished = {trial for _, trial, _, end in before if end}
repeated = finished & {trial for _, trial, *_ in after}

# %% lang="en"
print("finished before the interruption: trials", *sorted(finished))
print("run by the second process:        trials", *(trial for _, trial, *_ in after))
print("finished trials that ran again:  ", len(repeated))

# %% lang="es"
print("terminados antes de la interrupción: ensayos", *sorted(finished))
print("del segundo proceso:                 ensayos", *(row[1] for row in after))
print("terminados que se repitieron:       ", len(repeated))

# %% [markdown] lang="en"
# KerasTuner writes every finished trial to a file. The trial that was interrupted runs again from its beginning, the finished ones do not. **So here you must *not* write `overwrite=True`**, because it would delete these files.
#
# ## Several workers for one search
#
# Trials do not depend on one another, so they can run at the same time. In KerasTuner one process, the **chief**, hands out the trials and keeps the notes. Any number of **workers** ask it for the next trial and train it. All of
# them run *the same program*, with the same `directory` on a disk that all share. Three environment variables say who is who:
#
# | variable | chief | each worker |
# |---|---|---|
# | `KERASTUNER_TUNER_ID` | `chief` | `worker0`, `worker1` … |
# | `KERASTUNER_ORACLE_IP` | the chief's address | the chief's address |
# | `KERASTUNER_ORACLE_PORT` | a free port | the same port |
#
# So these three variables and the shared folder are all that you change. `processes.run_workers` sets them, because here we play chief and workers on one machine. It also takes care of three things:
#
# - It looks for a free port. And where a school's network has a proxy, the workers would look for the chief there, so it tells them not to (`no_grpc_proxy`).
# - If a worker dies, the chief would wait for its trial for ever. So `run_workers` starts the worker again **under its old name**, and the worker gets its old trial back. It does so three times at most.
# - It ends the chief when all workers have finished.

# %% [markdown] lang="es"
# KerasTuner escribe en un archivo cada ensayo terminado. El que se interrumpió se ejecuta otra vez desde el principio; los terminados, no. **Así que aquí *no* debes escribir `overwrite=True`**, porque borraría esos archivos.
#
# ## Varios trabajadores para una búsqueda
#
# Los ensayos no dependen unos de otros, así que pueden ejecutarse a la vez. En KerasTuner, un proceso, el **jefe** (*chief*), reparte los ensayos y lleva el registro. Los **trabajadores** (*workers*), tantos como quieras, le piden el siguiente ensayo y lo entrenan. Todos
# ejecutan *el mismo programa*, con el mismo `directory` en un disco que comparten todos. Tres variables de entorno dicen quién es quién:
#
# | variable | jefe | cada trabajador |
# |---|---|---|
# | `KERASTUNER_TUNER_ID` | `chief` | `worker0`, `worker1`… |
# | `KERASTUNER_ORACLE_IP` | la dirección del jefe | la dirección del jefe |
# | `KERASTUNER_ORACLE_PORT` | un puerto libre | el mismo puerto |
#
# Así que solo cambias esas tres variables y la carpeta compartida. `processes.run_workers` les da su valor, porque aquí hacemos de jefe y de trabajadores en una sola máquina. También se ocupa de tres cosas:
#
# - Busca un puerto libre. Y si la red de un centro tiene un *proxy*, los trabajadores buscarían ahí al jefe, así que les dice que no lo hagan (`no_grpc_proxy`).
# - Si un trabajador muere, el jefe esperaría su ensayo para siempre. Así que `run_workers` lo arranca otra vez **con su mismo nombre**, y el trabajador recupera su ensayo. Lo hace tres veces como máximo.
# - Detiene al jefe cuando han terminado todos los trabajadores.

# %% [markdown] lang="en"
# Two workers share ten trials, with one thread each. The first six trials are those of the search above: same program, same seed. When eight have begun, so that six are done, we end `worker1` in the middle of its trial. **How many seconds
# will the two workers need for the first six trials**, if one worker needs about {{one_worker.seconds}}?

# %% [markdown] lang="es"
# Dos trabajadores se reparten diez ensayos, con un hilo cada uno. Los seis primeros son los de la búsqueda de antes: mismo programa, misma semilla. Cuando han empezado ocho, y por tanto hay seis hechos, detenemos a `worker1` a mitad de su ensayo. **¿Cuántos segundos
# necesitarán los dos trabajadores para los seis primeros ensayos**, si uno solo necesita unos {{one_worker.seconds}}?

# %%
guess("two_workers", seconds=...)

# %%
shared = Path(folder.name, f"shared-{time.time():.0f}")

processes.run_workers(shared, 10, SEED, kill_at=8)
rows = processes.reports(shared)
figures.worker_timeline(rows)

# %% [markdown] lang="en"
# The hatched bar is the trial that was cut off, and after that mostly the wait for the new process, which first has to load TensorFlow. To its right the same trial runs again from its beginning. Meanwhile the other worker went on.
#
# How much faster are two workers? For one worker we add up the times of its six trials in the search above, without the interrupted one. For two we take the time from the first beginning until six were done. Both leave out the seconds that
# the processes need to start, because they do not matter in a search of hours.

# %% [markdown] lang="es"
# La barra rayada es el ensayo que se interrumpió y, después, sobre todo la espera al proceso nuevo, que primero tiene que cargar TensorFlow. A su derecha, el mismo ensayo se ejecuta otra vez desde el principio. Mientras tanto, el otro trabajador siguió.
#
# ¿Cuánto más rápidos son dos trabajadores? Para uno, sumamos lo que duraron sus seis ensayos en la búsqueda de antes, sin el interrumpido. Para dos, tomamos el tiempo desde el primer comienzo hasta que hubo seis terminados. En los dos casos se omiten los segundos que
# tardan en arrancar los procesos, porque en una búsqueda de horas no importan.

# %%
one = sum(end - begin for *_, begin, end in before + after if end)
two = sorted(end for *_, end in rows if end)[TRIALS - 1] - min(row[2] for row in rows)

workers = record("one_worker", seconds=one), record("two_workers", seconds=two)

# %% lang="en"
print(f"six trials: one worker {one:.1f} s, two workers {two:.1f} s")
print(f"two workers are {one / two:.2f} times as fast")

# %% lang="es"
print(f"seis ensayos: un trabajador {one:.1f} s, dos trabajadores {two:.1f} s")
print(f"dos trabajadores van {one / two:.2f} veces más rápido")

# %% [markdown] lang="en"
# More than 2 is not possible. On two cores with nothing else to do, one worker took {{one_worker.seconds.mean}} seconds on average and two took {{two_workers.seconds.mean}}, because chief, workers and notebook share
# the cores. Where the machine is busy, two workers may bring nothing.
#
# The trials lie in files on the chief's disk, so whoever opens the project sees all of them, whichever worker ran them:

# %% [markdown] lang="es"
# Más de 2 no es posible. En dos núcleos sin nada más que hacer, un trabajador tardó {{one_worker.seconds.mean}} segundos de media y dos, {{two_workers.seconds.mean}}, porque jefe, trabajadores y cuaderno
# comparten los núcleos. Si la máquina está ocupada, dos trabajadores pueden no aportar nada.
#
# Los ensayos están en archivos en el disco del jefe, así que quien abre el proyecto los ve todos, sin importar qué trabajador los ejecutó:

# %%
saved = processes.saved_trials(shared)
by_worker = {
    name: [saved[trial] for worker, trial, _, end in rows if worker == name and end]
    for name in ("worker0", "worker1")
}
completed = [trial.status for trial in saved.values()].count("COMPLETED")
figures.trial_table(by_worker)

# %% [markdown] lang="en"
# **On a real cluster** you copy `search.py`, put your own data and hypermodel into it, and start it on each machine. The chief's address replaces 127.0.0.1, the port must be one that the firewall lets through, and each
# worker gets a GPU of its own:
#
# ```bash
# export KERASTUNER_ORACLE_IP=10.0.0.5 KERASTUNER_ORACLE_PORT=8000 no_grpc_proxy=10.0.0.5
# KERASTUNER_TUNER_ID=chief   CUDA_VISIBLE_DEVICES=-1 python search.py /shared/search 100 1 &   # on 10.0.0.5
# KERASTUNER_TUNER_ID=worker0 CUDA_VISIBLE_DEVICES=0  python search.py /shared/search 100 1 &
# KERASTUNER_TUNER_ID=worker1 CUDA_VISIBLE_DEVICES=1  python search.py /shared/search 100 1 &
# wait
# ```
#
# The three arguments are folder, number of trials and seed. If a worker dies, run its line again with the same name. If the chief dies, stop the workers and start everything again; finished trials are kept. The
# connection is neither encrypted nor protected by a password, so use it only inside a network that you trust.
#
# ## One network on several GPUs
#
# Workers share out *trials*; each network still trains on one device. If a single network takes too long, TensorFlow can share out its *batches*: this is **data parallelism**. `tf.distribute.MirroredStrategy` puts a copy of the
# network on each device, splits each batch between them, adds up their gradients, and changes all copies in the same way. In your code, only two lines change: you create the strategy, and you build and compile the model in its
# `scope`.
#
# Most machines have no two GPUs, so the program splits the processor into two virtual devices. That must happen before TensorFlow starts its work, so we run it in a process of its own. It trains the same network on one device and on two:

# %% [markdown] lang="es"
# **En un clúster de verdad** copias `search.py`, pones en él tus datos y tu hipermodelo, y lo arrancas en cada máquina. La dirección del jefe sustituye a 127.0.0.1, el puerto debe ser uno que deje pasar el cortafuegos, y cada
# trabajador recibe su propia GPU:
#
# ```bash
# export KERASTUNER_ORACLE_IP=10.0.0.5 KERASTUNER_ORACLE_PORT=8000 no_grpc_proxy=10.0.0.5
# KERASTUNER_TUNER_ID=chief   CUDA_VISIBLE_DEVICES=-1 python search.py /shared/search 100 1 &   # en 10.0.0.5
# KERASTUNER_TUNER_ID=worker0 CUDA_VISIBLE_DEVICES=0  python search.py /shared/search 100 1 &
# KERASTUNER_TUNER_ID=worker1 CUDA_VISIBLE_DEVICES=1  python search.py /shared/search 100 1 &
# wait
# ```
#
# Los tres argumentos son la carpeta, el número de ensayos y la semilla. Si muere un trabajador, ejecuta otra vez su línea, con el mismo nombre. Si muere el jefe, detén a los trabajadores y arráncalo todo otra vez; los ensayos terminados se conservan. La
# conexión no va cifrada ni pide contraseña, así que úsala solo dentro de una red de confianza.
#
# ## Una red en varias GPU
#
# Los trabajadores se reparten *ensayos*; cada red sigue entrenando en un solo dispositivo. Si una única red tarda demasiado, TensorFlow puede repartir sus *lotes*: es el **paralelismo de datos** (*data parallelism*). `tf.distribute.MirroredStrategy` pone una copia de la
# red en cada dispositivo, divide cada lote entre ellas, suma sus gradientes y cambia todas las copias de la misma manera. En tu código solo cambian dos líneas: creas la estrategia, y construyes y compilas el modelo dentro de su
# `scope` (ámbito).
#
# La mayoría de las máquinas no tiene dos GPU, así que el programa divide el procesador en dos dispositivos virtuales. Eso tiene que ocurrir antes de que TensorFlow empiece a trabajar, así que lo ejecutamos en un proceso propio. Entrena la misma red en un dispositivo y en dos:

# %% name="mirrored"
mirrored = """
import keras
import tensorflow as tf
from helpers import data

cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)

def last_loss(devices):
    keras.utils.set_random_seed(0)
    (images, labels), *_ = data.load_mnist()
    strategy = tf.distribute.MirroredStrategy(devices)
    with strategy.scope():
        model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255)])
        model.add(keras.layers.Flatten())
        model.add(keras.layers.Dense(10, activation="softmax"))
        model.compile("adam", loss="sparse_categorical_crossentropy")
    settings = {"batch_size": 64, "epochs": 3, "shuffle": False, "verbose": 0}
    return model.fit(images[..., None], labels, **settings).history["loss"][-1]

print(last_loss(["CPU:0"]), last_loss(["CPU:0", "CPU:1"]))
"""

# %%
command = [sys.executable, "-c", mirrored]
said = subprocess.run(command, cwd=course, capture_output=True, text=True, check=True)
one_device, two_devices = map(float, said.stdout.split()[-2:])

# %% lang="en"
print(f"training loss after three epochs: one device {one_device:.6f}", end=", ")
print(f"two devices {two_devices:.6f}")

# %% lang="es"
print(f"pérdida de entrenamiento tras tres épocas: un dispositivo {one_device:.6f}")
print(f"                                           dos dispositivos {two_devices:.6f}")

# %% [markdown] lang="en"
# Both losses are the same, up to rounding: sharing a batch of 64 between two devices, 32 images each, changes nothing about the result. On real GPUs it saves time if the network is large enough. After each batch the devices must exchange
# their gradients, so a small network may even become slower.
#
# **F.** You have a machine with two GPUs. You want to try 100 combinations of hyperparameters for a small network. What do you do?
#
# - (a) One search with `MirroredStrategy`, so that each trial trains on both GPUs.
# - (b) Two workers, each with one GPU, so that two trials run at the same time.
# - (c) It makes no difference, because both ways use both GPUs.

# %% [markdown] lang="es"
# Las dos pérdidas son iguales, salvo redondeo: repartir un lote de 64 entre dos dispositivos, 32 imágenes cada uno, no cambia nada del resultado. En GPU de verdad ahorra tiempo si la red es bastante grande. Tras cada lote, los dispositivos tienen que intercambiar
# sus gradientes, así que una red pequeña puede incluso volverse más lenta.
#
# **F.** Tienes una máquina con dos GPU. Quieres probar 100 combinaciones de hiperparámetros para una red pequeña. ¿Qué haces?
#
# - (a) Una búsqueda con `MirroredStrategy`, para que cada ensayo entrene en las dos GPU.
# - (b) Dos trabajadores, cada uno con una GPU, para que dos ensayos se ejecuten a la vez.
# - (c) Da igual, porque de las dos maneras se usan las dos GPU.

# %% tags=["exercise"]
answer = ...

check.quiz_gpus(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_gpus(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs stand beside ours, from {{measured.seeds}} seeds. A search never sees the test set, so `random`, `hyperband`, `bayesian` and `large_search` have a row only if you made a prediction, and their figures stand above. `one_worker` and `two_workers` have
# only their seconds. Training and validation are those of the last epoch; the test is that of the kept weights. The seconds of `tuned` include the searches.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones están junto a las nuestras, de {{measured.seeds}} semillas. Una búsqueda nunca ve el conjunto de prueba, así que `random`, `hyperband`, `bayesian` y `large_search` solo tienen fila si hiciste una predicción, y sus cifras están más arriba. De `one_worker` y `two_workers` solo
# hay los segundos. Entrenamiento y validación son los de la última época; la prueba, la de los pesos conservados. Los segundos de `tuned` incluyen las búsquedas.

# %%
table()

# %% [markdown] lang="en"
# And this is what the lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y esto es lo que afirma la lección, comprobado con tu ejecución:

# %%
done = {trial for _, trial, _, end in before + after if end}

claim("beats_baseline", tuned.best_val_loss, "<", untuned.best_val_loss,
      en="the tuned model's lowest validation loss is below that of the baseline, trained under the same rule",
      es="la menor pérdida de validación del modelo ajustado queda por debajo de la del modelo de partida, entrenado con la misma regla")
claim("repeats_nothing", len(repeated), "<=", 0,
      en="the resumed search ran no finished trial a second time",
      es="la búsqueda reanudada no ejecutó dos veces ningún ensayo terminado")
claim("finishes", len(done), ">=", TRIALS,
      en="the resumed search ended with all its trials done",
      es="la búsqueda reanudada acabó con todos sus ensayos hechos")
claim("survives_a_worker", completed, ">=", 10,
      en="with one worker killed, all ten trials were completed",
      es="aunque matamos a un trabajador, se completaron los diez ensayos")

# %% [markdown] lang="en"
# ## In short
#
# - Tune the learning rate first, on a log scale. The last layer and the loss are not tuned: they follow from the task.
# - Random search is a good beginning. Hyperband saves epochs where early results predict late ones. Bayesian optimisation pays when each trial takes long.
# - The best score of a search is partly luck. So train the winner anew, and open the test set once.
# - Each further trial brings less than the one before. Recorded trials tell how many were enough, and which hyperparameters mattered.
# - A project of the same name is reloaded. That helps after an interruption; after a change, write `overwrite=True`.
# - Chief and workers run the same program, and three environment variables tell them apart. Workers share out trials, `MirroredStrategy` shares out the batches of one network.

# %% [markdown] lang="es"
# ## En resumen
#
# - Ajusta primero la tasa de aprendizaje, en escala logarítmica. La última capa y la pérdida no se ajustan: dependen de la tarea.
# - La búsqueda aleatoria es un buen comienzo. Hyperband ahorra épocas cuando los primeros resultados anuncian los últimos. La optimización bayesiana compensa cuando cada ensayo es largo.
# - La mejor puntuación de una búsqueda es en parte suerte. Así que entrena de nuevo la ganadora y abre el conjunto de prueba una sola vez.
# - Cada ensayo más aporta menos que el anterior. Los ensayos guardados dicen cuántos bastaban y qué hiperparámetros importaban.
# - Un proyecto con el mismo nombre se recarga. Eso ayuda tras una interrupción; tras un cambio, escribe `overwrite=True`.
# - El jefe y los trabajadores ejecutan el mismo programa, y los distinguen tres variables de entorno. Los trabajadores se reparten ensayos; `MirroredStrategy` reparte los lotes de una sola red.

# %% [markdown] lang="en"
# ## Go further: cats, rainbows and trains
#
# *Needs the first 1,000 drawings of each of three classes of Quick, Draw!: 2.4 MB, fetched once.*
#
# **Quick, Draw!** is a game by Google: you are given a word and have 20 seconds to draw it. People all over the world have played it, and Google published 50 million of their drawings, in 345 classes. Each class is one file, such as `cat.npy`, with one drawing
# in each row: 28 × 28 = 784 numbers, from 0 (paper) to 255 (ink), just like our digits. A whole file holds more than 100,000 drawings, about 100 MB, so `data.quickdraw` asks the server only for its beginning.
# (The package `quickdraw` is another way: `QuickDrawData().get_drawing("cat")` returns one drawing, stroke by stroke, and `QuickDrawData().drawing_names` lists the classes; it downloads whole files.)
#
# The question of this part: **do the hyperparameters that won on the digits also do for drawings, or is a search of their own worth its time?**

# %% [markdown] lang="es"
# ## Para ir más lejos: gatos, arcoíris y trenes
#
# *Necesita los primeros 1000 dibujos de cada una de tres clases de Quick, Draw!: 2.4 MB que se descargan una vez.*
#
# **Quick, Draw!** es un juego de Google: te dan una palabra y tienes 20 segundos para dibujarla. Ha jugado gente de todo el mundo, y Google publicó 50 millones de esos dibujos, de 345 clases. Cada clase es un archivo, como `cat.npy` (gato), con un
# dibujo por fila: 28 × 28 = 784 números, de 0 (papel) a 255 (tinta), igual que nuestros dígitos. Un archivo entero contiene más de 100 000 dibujos, unos 100 MB; por eso `data.quickdraw` le pide al servidor solo el principio.
# (El paquete `quickdraw` es otra manera: `QuickDrawData().get_drawing("cat")` devuelve un dibujo, trazo a trazo, y `QuickDrawData().drawing_names` da la lista de las clases; descarga los archivos enteros).
#
# La pregunta de esta parte: **¿sirven también para los dibujos los hiperparámetros que ganaron con los dígitos, o les compensa una búsqueda propia?**

# %% lang="en"
# %%needs quickdraw
classes = ["cat", "rainbow", "train"]
names = classes

parts = data.quickdraw(classes, n=1000)
(drawings, s_train), (val_drawings, s_val), (test_drawings, s_test) = parts
print(f"drawings: {len(s_train)} training, {len(s_val)} validation, {len(s_test)} test")

# %% lang="es"
# %%needs quickdraw
classes = ["cat", "rainbow", "train"]
spanish = {"cat": "gato", "rainbow": "arcoíris", "train": "tren"}
names = [spanish.get(name, name) for name in classes]

parts = data.quickdraw(classes, n=1000)
(drawings, s_train), (val_drawings, s_val), (test_drawings, s_test) = parts
sizes = f"{len(s_train)} de entrenamiento, {len(s_val)} de validación"
print(f"dibujos: {sizes}, {len(s_test)} de prueba")

# %%
# %%needs quickdraw
plots.gallery(drawings[:18], [names[label] for label in s_train[:18]], columns=9)

# %% [markdown] lang="en"
# Each class is split 60 / 20 / 20: of its 1,000 rows, `rows[:600]` are for training, `rows[600:800]` for validation and `rows[800:]` for the test. So every class has the same share of each part, and guessing is right in one of three cases.
#
# We will search on these drawings and train the winner, as we did with the digits. **What share of the 600 test drawings will it get right?**

# %% [markdown] lang="es"
# Cada clase se divide 60 / 20 / 20: de sus 1000 filas, `rows[:600]` son para entrenar, `rows[600:800]` para validar y `rows[800:]` para la prueba. Así, cada clase tiene la misma parte en cada conjunto, y respondiendo al azar se acierta uno de cada tres.
#
# Vamos a buscar con estos dibujos y a entrenar la red ganadora, como hicimos con los dígitos. **¿Qué proporción de los 600 dibujos de prueba acertará?**

# %%
guess("sketches", test_accuracy=...)

# %% [markdown] lang="en"
# The hypermodel fits as it is, because the drawings have the size of the digits. Its last layer has ten outputs: three classes use three of them, and the network soon learns to give the other seven almost no probability. So **ten classes are one changed line**, in the cell above:
#
# ```python
# classes = ["apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella"]
# ```
#
# ### A search on a `Dataset`
#
# So far we gave `search` arrays. Like `fit`, it also takes a `tf.data.Dataset` (lesson 02), which hands out batches of images and labels. You need this when the images lie in folders or do not fit into memory. A `Dataset` brings its own batches and its own shuffling, so there is no `batch_size` here, and `shuffle=False`: `fit` cannot shuffle a `Dataset` and would warn of it.
# To save time, the trials train on 900 of the drawings, for three epochs each.

# %% [markdown] lang="es"
# El hipermodelo sirve tal cual, porque los dibujos tienen el tamaño de los dígitos. Su última capa tiene diez salidas: tres clases usan tres, y la red aprende pronto a no dar casi probabilidad a las otras siete. Por eso **diez clases son una sola línea distinta**, en la celda de arriba:
#
# ```python
# classes = ["apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella"]
# ```
#
# ### Una búsqueda con un `Dataset`
#
# Hasta ahora le hemos dado arrays a `search`. Igual que `fit`, también acepta un `tf.data.Dataset` (lección 02), que entrega lotes de imágenes y etiquetas. Hace falta cuando las imágenes están en carpetas o no caben en la memoria. Un `Dataset` ya trae sus lotes y se baraja solo; por eso aquí no hay `batch_size` y sí `shuffle=False`: `fit` no puede barajar un `Dataset` y avisaría de ello.
# Para ahorrar tiempo, los ensayos entrenan con 900 de los dibujos, tres épocas cada uno.


# %%
# %%needs quickdraw
def batches(drawings, labels, shuffle=False):
    images = drawings[..., np.newaxis].astype("float32") / 255
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    if shuffle:
        return dataset.shuffle(len(images), seed=SEED).batch(32)
    return dataset.batch(300)


val_batches = batches(val_drawings, s_val)
test_batches = batches(test_drawings, s_test)

# %%
# %%needs quickdraw
sketch_tuner = RandomSearch(
    build_model,
    objective="val_loss",
    budget=18,
    max_trials=6,
    seed=300 * SEED + 400,
    directory=folder.name,
    project_name="sketches",
    overwrite=True,
)
few_batches = batches(drawings[:900], s_train[:900], shuffle=True)
sketch_tuner.search(
    few_batches, validation_data=val_batches, epochs=3, shuffle=False, verbose=0
)

sketch_trials = {"sketches": list(sketch_tuner.oracle.trials.values())}
figures.trial_table(sketch_trials)

# %% [markdown] lang="en"
# ### The winner trained: a checkpoint and early stopping
#
# The winner is built anew from its hyperparameters and trained on all 1,800 drawings, at most 30 epochs. Two callbacks work together: `EarlyStopping` ends the training when the validation loss has not improved for six epochs, and `ModelCheckpoint` with `save_best_only=True` writes the network to a file
# whenever it has improved. So the file holds the network of the best epoch, and we load it from there for the test. If the machine stops in the middle, the best network so far is already on the disk.

# %% [markdown] lang="es"
# ### La ganadora, entrenada: punto de control y *early stopping*
#
# La ganadora se construye de nuevo con sus hiperparámetros y se entrena con los 1800 dibujos, 30 épocas como mucho. Dos *callbacks* trabajan juntos: `EarlyStopping` detiene el entrenamiento cuando la pérdida de validación lleva seis épocas sin mejorar, y `ModelCheckpoint` con `save_best_only=True` escribe la red en un archivo
# cada vez que ha mejorado. Así, el archivo contiene la red de la mejor época, y de ahí la cargamos para la prueba. Si la máquina se apaga a la mitad, la mejor red hasta ese momento ya está en el disco.


# %%
# %%needs quickdraw
def train_on_sketches(hyperparameters, file):
    model = build_model(hyperparameters)
    train_batches = batches(drawings, s_train, shuffle=True)
    best = Path(folder.name, file)
    start = time.perf_counter()
    history = model.fit(
        train_batches,
        validation_data=val_batches,
        epochs=30,
        shuffle=False,
        callbacks=[
            keras.callbacks.ModelCheckpoint(best, "val_loss", save_best_only=True),
            keras.callbacks.EarlyStopping("val_loss", patience=6),
            TqdmCallback(verbose=0),
        ],
        verbose=0,
    )
    return keras.models.load_model(best), history, time.perf_counter() - start


# %%
# %%needs quickdraw
sketch_winning = sketch_tuner.get_best_hyperparameters()[0]
sketch_model, history, seconds = train_on_sketches(sketch_winning, "sketches.keras")

test = sketch_model.evaluate(test_batches, return_dict=True, verbose=0)
sketched = record("sketches", history, test, seconds)
plots.curves(sketched)

# %% [markdown] lang="en"
# (The green diamond is the test accuracy of the network from the file, that of the best epoch. The picture draws it at the end of the training.)
#
# For comparison, we train on the same drawings with the hyperparameters that our three searches found for the *digits*. **Will its test accuracy be higher or lower than that of the network above?**

# %% [markdown] lang="es"
# (El rombo verde es la exactitud de prueba de la red del archivo, la de la mejor época. La gráfica lo dibuja al final del entrenamiento).
#
# Para comparar, entrenamos con los mismos dibujos y los hiperparámetros que nuestras tres búsquedas encontraron para los *dígitos*. **¿Será su exactitud de prueba mayor o menor que la de la red de arriba?**

# %%
guess("sketches_digits_winner", test_accuracy=...)

# %%
# %%needs quickdraw
digits_model, history, seconds = train_on_sketches(winning, "digits_winner.keras")

test = digits_model.evaluate(test_batches, return_dict=True, verbose=0)
digits_winner = record("sketches_digits_winner", history, test, seconds)

# %% lang="en"
# %%needs quickdraw
for name, run in {"own search": sketched, "digits' winner": digits_winner}.items():
    print(
        f"{name:15} lowest validation loss {run.best_val_loss:.3f}   "
        f"test accuracy {100 * run.test_accuracy:.1f} %   {run.seconds:.0f} s"
    )

# %% lang="es"
# %%needs quickdraw
for name, run in {"búsqueda propia": sketched, "ganadora dígitos": digits_winner}.items():
    print(
        f"{name:17} menor pérdida de validación {run.best_val_loss:.3f}   "
        f"exactitud de prueba {100 * run.test_accuracy:.1f} %   {run.seconds:.0f} s"
    )

# %%
# %%needs quickdraw
claim("knows_sketches", sketched.test_accuracy, ">", 1 / len(classes), margin=0.5, unit="%",
      en="the network is right on new drawings far more often than guessing, by more than 50 percentage points",
      es="la red acierta los dibujos nuevos mucho más a menudo que al azar, por más de 50 puntos porcentuales")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, test accuracy was {{sketches.test_accuracy}} with the hyperparameters of the drawings' own search and {{sketches_digits_winner.test_accuracy}} with those of the digits' winner. With 600 test drawings, chance alone moves such a figure by up to about 1.6 percentage points up or down (in 19 of 20 cases), so we cannot tell from a smaller difference which network is better.
# So a search on the drawings themselves brought no clear gain, for two reasons. It was small: six trials of three epochs, on half of the drawings. And the two tasks are alike: strokes on 28 × 28 pixels. **So begin with hyperparameters that have worked on a similar task.** A new search pays when the task is a different one, or when you can afford many more trials.
#
# ### Which drawings does it get wrong?

# %% [markdown] lang="es"
# En nuestras {{measured.seeds}} semillas, la exactitud de prueba fue {{sketches.test_accuracy}} con los hiperparámetros de la búsqueda propia de los dibujos y {{sketches_digits_winner.test_accuracy}} con los de la ganadora de los dígitos. Con 600 dibujos de prueba, el azar por sí solo mueve esa cifra hasta unos 1.6 puntos porcentuales arriba o abajo (en 19 de 20 casos), así que con una diferencia menor no se sabe cuál de las dos redes es mejor.
# Así que buscar con los propios dibujos no trajo una mejora clara, por dos motivos. La búsqueda fue pequeña: seis ensayos de tres épocas, con la mitad de los dibujos. Y las dos tareas se parecen: trazos en 28 × 28 píxeles. **Así que empieza con hiperparámetros que hayan funcionado en una tarea parecida.** Una búsqueda nueva compensa cuando la tarea es distinta o cuando puedes permitirte muchos más ensayos.
#
# ### ¿Qué dibujos falla?

# %%
# %%needs quickdraw
probabilities = sketch_model.predict(test_batches, verbose=0)[:, : len(classes)]
predicted = probabilities.argmax(axis=1)
plots.confusion_matrix(s_test, predicted, names)

# %% [markdown] lang="en"
# These are the nine mistakes of which the network was surest, each with its true class and, after the arrow, the network's answer. How many of them would you have named rightly?

# %% [markdown] lang="es"
# Y estos son los nueve errores de los que la red estaba más segura, cada uno con su clase verdadera y, tras la flecha, la respuesta de la red. ¿Cuántos habrías acertado tú?

# %%
# %%needs quickdraw
wrong = np.flatnonzero(predicted != s_test)
surest = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:9]
captions = [f"{names[s_test[i]]} → {names[predicted[i]]}" for i in surest]
plots.gallery(test_drawings[surest], captions, columns=5)

# %% [markdown] lang="en"
# Some drawings were hardly begun when the twenty seconds were over, and others are scribbles. Nobody can name those from the picture alone, so no network will reach 100 % here.
#
# ### Save the network and take it with you
#
# The checkpoint lies in the folder that is removed when this kernel stops. So copy it to one that stays:

# %% [markdown] lang="es"
# Algunos dibujos apenas estaban empezados cuando pasaron los veinte segundos, y otros son garabatos. Nadie puede nombrarlos solo con la imagen, así que aquí ninguna red llegará al 100 %.
#
# ### Guarda la red y llévatela
#
# El punto de control está en la carpeta que se borra al apagar el kernel. Así que cópialo a una que se quede:

# %%
# %%needs quickdraw
kept = course / "runs" / "sketches.keras"
kept.write_bytes(Path(folder.name, "sketches.keras").read_bytes())
print(f"runs/{kept.name}: {kept.stat().st_size / 1000:.0f} kB")

# %% [markdown] lang="en"
# - **On your own computer** nothing is left to do: the file is in the course's folder, under `runs`.
# - **JupyterLab on another machine** (a school's server): in the file browser on the left open the folder `runs`, right-click `sketches.keras`, *Download*.
# - **Google Colab** deletes its machine, and everything on it, when the session ends. Before that, run one of these in a cell of its own. The first sends the file to your browser's downloads, the second copies it to your Google Drive:
#
# ```python
# from google.colab import files
# files.download(str(kept))
# ```
#
# ```python
# from google.colab import drive
# drive.mount("/content/drive")
# with open("/content/drive/MyDrive/sketches.keras", "wb") as copy:
#     copy.write(kept.read_bytes())
# ```
#
# A `.keras` file is one file (a zip archive inside), so there is nothing to pack. Wherever Keras is installed, `keras.models.load_model("sketches.keras")` opens it.
#
# ### The same from folders, as in older courses
#
# Many courses store every drawing as a picture, in a folder for each class, and read them from there. Here are a few, in a temporary folder: 90 for training, 60 for the test.

# %% [markdown] lang="es"
# - **En tu propio equipo** no hay que hacer nada más: el archivo está en la carpeta del curso, dentro de `runs`.
# - **JupyterLab en otra máquina** (un servidor de tu centro): en el explorador de archivos de la izquierda abre la carpeta `runs`, haz clic derecho en `sketches.keras` y elige *Download*.
# - **Google Colab** borra su máquina, con todo lo que contiene, cuando acaba la sesión. Antes de eso, ejecuta en una celda aparte una de estas dos cosas. La primera manda el archivo a las descargas de tu navegador; la segunda lo copia en tu Google Drive:
#
# ```python
# from google.colab import files
# files.download(str(kept))
# ```
#
# ```python
# from google.colab import drive
# drive.mount("/content/drive")
# with open("/content/drive/MyDrive/sketches.keras", "wb") as copy:
#     copy.write(kept.read_bytes())
# ```
#
# Un archivo `.keras` es un solo archivo (por dentro, un zip), así que no hay nada que comprimir. Donde esté instalado Keras, `keras.models.load_model("sketches.keras")` lo abre.
#
# ### Lo mismo desde carpetas, como en cursos anteriores
#
# Muchos cursos guardan cada dibujo como imagen, en una carpeta por clase, y los leen de ahí. Aquí van unos pocos, en una carpeta temporal: 90 para entrenar y 60 para la prueba.

# %%
# %%needs quickdraw
album = Path(tempfile.mkdtemp(dir=folder.name))
for part, images, labels in (
    ("train", drawings[:90], s_train),
    ("test", test_drawings[:60], s_test),
):
    for number, image in enumerate(images):
        file = album / part / classes[labels[number]] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        keras.utils.save_img(file, image[..., np.newaxis], scale=False)

# %%
# %%needs quickdraw
reading = {"class_names": classes, "color_mode": "grayscale", "label_mode": "int"}
reading |= {"image_size": (28, 28), "batch_size": 32}

train_files, val_files = keras.utils.image_dataset_from_directory(
    album / "train", **reading, validation_split=0.2, subset="both", seed=SEED
)
test_files = keras.utils.image_dataset_from_directory(
    album / "test", **reading, shuffle=False
)

# %% [markdown] lang="en"
# Keras says what it read: 90 files of three classes, of which 72 are for training and 18 for validation; then the 60 files of the test. The label is the place of the folder's name in `class_names` (without it: in alphabetical order). These are `Dataset`s like ours above, so `fit`, `search` and `evaluate` take them, but their pixels go up to 255, and our network was
# trained on pixels from 0 to 1. So we divide:

# %% [markdown] lang="es"
# Keras dice (en inglés) lo que ha leído: 90 archivos de tres clases, de los que 72 son para entrenar y 18 para validar; después, los 60 archivos de la prueba. La etiqueta es el lugar que ocupa el nombre de la carpeta en `class_names` (si no se indica, por orden alfabético). Son `Dataset` como los nuestros de arriba, así que `fit`, `search` y `evaluate` los aceptan, pero sus píxeles llegan hasta 255, y nuestra red se entrenó
# con píxeles de 0 a 1. Así que dividimos:

# %%
# %%needs quickdraw
scaled = test_files.map(lambda images, labels: (images / 255, labels))
from_files = sketch_model.evaluate(scaled, return_dict=True, verbose=0)
first_sixty = batches(test_drawings[:60], s_test[:60])
from_array = sketch_model.evaluate(first_sixty, return_dict=True, verbose=0)

# %% lang="en"
# %%needs quickdraw
print(f"60 drawings from files:     test accuracy {100 * from_files['accuracy']:.1f} %")
print(f"the same 60 from the array: test accuracy {100 * from_array['accuracy']:.1f} %")

# %% lang="es"
# %%needs quickdraw
print(f"60 dibujos desde archivos:      exactitud de prueba {100 * from_files['accuracy']:.1f} %")
print(f"los mismos 60 desde los arrays: exactitud de prueba {100 * from_array['accuracy']:.1f} %")

# %% [markdown] lang="en"
# In older courses you find `ImageDataGenerator` in its place. It still works, but Keras advises against it for new code:
#
# | older course | here |
# |---|---|
# | `ImageDataGenerator(rescale=1/255)` | `.map(…)` as above, or a layer `Rescaling(1 / 255)` in the network |
# | `ImageDataGenerator(validation_split=0.2)`, then `subset="training"` and `subset="validation"` | `validation_split=0.2, subset="both", seed=…` |
# | `.flow_from_directory(folder, target_size=(28, 28))` | `image_dataset_from_directory(folder, image_size=(28, 28))` |
# | `color_mode="grayscale"` | the same |
# | `class_mode="sparse"` (integer labels), `"categorical"` (one-hot) | `label_mode="int"`, `"categorical"` |
#
# Here is the table once more, now with the drawings and your predictions:

# %% [markdown] lang="es"
# En cursos anteriores encontrarás `ImageDataGenerator` en su lugar. Todavía funciona, pero Keras lo desaconseja en código nuevo:
#
# | curso anterior | aquí |
# |---|---|
# | `ImageDataGenerator(rescale=1/255)` | `.map(…)` como arriba, o una capa `Rescaling(1 / 255)` en la red |
# | `ImageDataGenerator(validation_split=0.2)` y después `subset="training"` y `subset="validation"` | `validation_split=0.2, subset="both", seed=…` |
# | `.flow_from_directory(folder, target_size=(28, 28))` | `image_dataset_from_directory(folder, image_size=(28, 28))` |
# | `color_mode="grayscale"` | lo mismo |
# | `class_mode="sparse"` (etiquetas enteras), `"categorical"` (*one-hot*) | `label_mode="int"`, `"categorical"` |
#
# Aquí está la tabla otra vez, ahora con los dibujos y tus predicciones:

# %%
# %%needs quickdraw
table()

# %% [markdown] lang="en"
# **Sources.** T. O'Malley and others, [KerasTuner](https://keras.io/keras_tuner/), 2019, and its guide to [distributed tuning](https://keras.io/keras_tuner/guides/distributed_tuning/). Keras's
# [losses](https://keras.io/api/losses/). Random against grid: J. Bergstra and Y. Bengio, [*Random Search for Hyper-Parameter Optimization*](https://www.jmlr.org/papers/v13/bergstra12a.html), 2012. L. Li and others,
# [*Hyperband*](https://arxiv.org/abs/1603.06560), 2018. J. Snoek, H. Larochelle and R. Adams, [*Practical Bayesian Optimization of Machine Learning Algorithms*](https://arxiv.org/abs/1206.2944), 2012. P. Huber,
# [*Robust Estimation of a Location Parameter*](https://doi.org/10.1214/aoms/1177703732), 1964. Several GPUs: TensorFlow's guide to [distributed training](https://www.tensorflow.org/guide/distributed_training). J. Jongejan and others,
# [*The Quick, Draw! Dataset*](https://github.com/googlecreativelab/quickdraw-dataset), Google, 2017, CC BY 4.0. The idea of KerasTuner on Quick, Draw! follows an article on building networks with KerasTuner, one of the texts that this course
# grew out of.

# %% [markdown] lang="es"
# **Fuentes.** T. O'Malley y otros, [KerasTuner](https://keras.io/keras_tuner/), 2019, y su guía de [búsqueda distribuida](https://keras.io/keras_tuner/guides/distributed_tuning/). Las
# [pérdidas](https://keras.io/api/losses/) de Keras. Aleatoria frente a cuadrícula: J. Bergstra y Y. Bengio, [*Random Search for Hyper-Parameter Optimization*](https://www.jmlr.org/papers/v13/bergstra12a.html), 2012. L. Li y otros,
# [*Hyperband*](https://arxiv.org/abs/1603.06560), 2018. J. Snoek, H. Larochelle y R. Adams, [*Practical Bayesian Optimization of Machine Learning Algorithms*](https://arxiv.org/abs/1206.2944), 2012. P. Huber,
# [*Robust Estimation of a Location Parameter*](https://doi.org/10.1214/aoms/1177703732), 1964. Varias GPU: la guía de TensorFlow sobre [entrenamiento distribuido](https://www.tensorflow.org/guide/distributed_training). J. Jongejan y otros,
# [*The Quick, Draw! Dataset*](https://github.com/googlecreativelab/quickdraw-dataset), Google, 2017, CC BY 4.0. La idea de usar KerasTuner con Quick, Draw! viene de un artículo sobre cómo construir redes con KerasTuner, uno de los textos de los que
# nació este curso.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | too many combinations, prediction for the winner | 8 | 5 |
# | what is worth tuning; losses, question A | 12 | 5 |
# | by hand: a fair draw of learning rates | 5 | 3 |
# | where each search looks, question B | 8 | – |
# | the hypermodel, exercises 1 and 2 (one of them in class) | 12 | 8 |
# | three searches, predictions, reading the results | 10 | 7 |
# | exercise 3, in pairs: beat the searches | 7 | 4 |
# | the winner; overfitting the validation set, question C | 8 | 6 |
# | the larger search: two pictures and its table (exercise 4: homework, or instead of 3) | 8 | 3 |
# | a trial fails, an old project is reloaded, question D | 6 | 4 |
# | interrupted search, workers, several GPUs, questions E and F | 6 | – |
# | exercise 5, drawings (*Go further*): homework | – | – |
#
# **On the board:** the 3 × 3 grid beside nine random points, and both projected on one axis: three values against nine. For exercise 3, the lowest validation loss of each pair, with its batch size and learning rate: the class has made a search by hand.
#
# **In the room:** the drawings are a download of 2.4 MB; fetch them beforehand. The part with workers opens a port on this machine only (127.0.0.1), and an antivirus program may ask once.
#
# **Misconceptions the checks look for:** linear sampling of a learning rate; a conditional parameter that is always drawn; a value drawn and not used; one name for several hyperparameters; a batch size drawn and not passed on; what `search` was given not passed on to
# `fit`; the height of a loss taken for its slope; one lucky search taken for the best method; a single draw taken for the average; choosing on the test set; reloaded scores taken for new ones.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | demasiadas combinaciones, predicción para la ganadora | 8 | 5 |
# | qué vale la pena ajustar; pérdidas, pregunta A | 12 | 5 |
# | a mano: un sorteo justo de tasas de aprendizaje | 5 | 3 |
# | dónde mira cada búsqueda, pregunta B | 8 | – |
# | el hipermodelo, ejercicios 1 y 2 (uno de ellos en clase) | 12 | 8 |
# | tres búsquedas, predicciones, leer los resultados | 10 | 7 |
# | ejercicio 3, por parejas: superar a las búsquedas | 7 | 4 |
# | la ganadora; sobreajuste al conjunto de validación, pregunta C | 8 | 6 |
# | la búsqueda más grande: dos gráficas y su tabla (ejercicio 4: para casa, o en vez del 3) | 8 | 3 |
# | un ensayo falla, un proyecto antiguo se recarga, pregunta D | 6 | 4 |
# | búsqueda interrumpida, trabajadores, varias GPU, preguntas E y F | 6 | – |
# | ejercicio 5, dibujos (*Para ir más lejos*): para casa | – | – |
#
# **En la pizarra:** la cuadrícula de 3 × 3 junto a nueve puntos al azar, y ambos proyectados sobre un eje: tres valores frente a nueve. En el ejercicio 3, la menor pérdida de validación de cada pareja, con su tamaño de lote y su tasa de aprendizaje: la clase ha hecho una búsqueda a mano.
#
# **En el aula:** los dibujos son una descarga de 2.4 MB; hazla antes. La parte de los trabajadores abre un puerto solo en esta máquina (127.0.0.1), y algún antivirus puede preguntar una vez.
#
# **Ideas equivocadas que buscan las comprobaciones:** muestreo lineal de una tasa de aprendizaje; un parámetro condicional que se sortea siempre; un valor que se sortea y no se usa; un mismo nombre para varios hiperparámetros; un tamaño de lote que se sortea y no se pasa; no pasar
# a `fit` lo que recibió `search`; tomar la altura de una pérdida por su pendiente; tomar una búsqueda afortunada por el mejor método; tomar un solo sorteo por la media; elegir con el conjunto de prueba; tomar por nuevas unas puntuaciones recargadas.
