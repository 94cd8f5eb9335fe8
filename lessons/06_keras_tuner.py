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
#       es: saber qué merece la pena ajustar; usar tres tipos de búsqueda; sobrevivir a un corte; repartir el trabajo entre procesos
#     result:
#       en: lowest validation loss {{untuned.best_val_loss.mean}} → {{tuned.best_val_loss.mean}}, test {{untuned.test_accuracy.mean}} → {{tuned.test_accuracy}}
#       es: menor pérdida de validación {{untuned.best_val_loss.mean}} → {{tuned.best_val_loss.mean}}, prueba {{untuned.test_accuracy.mean}} → {{tuned.test_accuracy}}
# ---

# %% [markdown] lang="en"
# # 06 · KerasTuner: from guessing to searching
#
# {{badges}}
#
# "Which learning rate? How many filters?" So far we guessed. Now a program tries, keeps notes and chooses. You run three kinds of search, kill one
# and see it go on, and finally let two processes share the work, as many machines would.
#
# **You will learn to**
#
# - say what is worth tuning, and in which range;
# - write a hypermodel, with a parameter that exists only when another one asks for it;
# - run and compare random search, Hyperband and Bayesian optimisation;
# - avoid the old project that is silently reloaded, and resume a search that was killed;
# - run the same search in several processes.
#
# You need lesson 01; lessons 02 to 04 help. About 30 minutes to read and run, and 20 for the exercises. Everything runs offline except the last part, which says so.

# %% [markdown] lang="es"
# # 06 · KerasTuner: de adivinar a buscar
#
# {{badges}}
#
# «¿Qué tasa de aprendizaje? ¿Cuántos filtros?» Hasta ahora lo adivinábamos. Ahora un programa prueba, toma nota y elige. Vas a lanzar tres tipos de
# búsqueda, a matar una y ver cómo sigue y, al final, a repartir el trabajo entre dos procesos, como lo harían muchas máquinas.
#
# **Aprenderás a**
#
# - saber qué merece la pena ajustar, y en qué rango;
# - escribir un hipermodelo, con un parámetro que solo existe cuando otro lo pide;
# - usar y comparar la búsqueda aleatoria, Hyperband y la optimización bayesiana;
# - esquivar el proyecto viejo que se recarga sin avisar y reanudar una búsqueda interrumpida;
# - lanzar la misma búsqueda en varios procesos.
#
# Necesitas la lección 01; las 02 a 04 ayudan. Unos 30 minutos para leer y ejecutar, y 20 para los ejercicios. Todo funciona sin conexión salvo la última parte, que lo avisa.

# %% [markdown] lang="en"
# ## Setup
#
# The data are those of lesson 01: 1,000 digits to train with, 1,000 to validate, 3,000 to test.

# %% [markdown] lang="es"
# ## Preparación
#
# Los datos son los de la lección 01: 1000 dígitos para entrenar, 1000 para validar y 3000 de prueba.

# %% tags=["setup"]

# %% name="imports"
import contextlib
import gc
import io
import os
import socket
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
from keras import layers
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm
from tqdm.keras import TqdmCallback

from helpers import data, models, plots
from helpers.checks import lesson_06 as check
from helpers.figures import lesson_06 as figures
from helpers.results import claim, guess, record, same, table

# %% [markdown] lang="en"
# Whatever KerasTuner writes goes to a folder of its own under `runs/`, which is removed when this notebook's kernel stops. So everything starts
# afresh each time. In your own work, name a folder that stays.
# Two lines for speed only: `threadpool_limits(1)`, as the small matrices of the Bayesian search are computed faster by one thread than by two; and `gc.freeze()`, as KerasTuner tidies up the
# memory after every trial and need not look through all of TensorFlow each time.

# %% [markdown] lang="es"
# Todo lo que escribe KerasTuner va a una carpeta propia dentro de `runs/`, que se borra al apagar el kernel de este cuaderno. Así todo empieza de
# cero cada vez. En tu trabajo, elige una carpeta que perdure.
# Dos líneas son solo por velocidad: `threadpool_limits(1)`, porque las matrices pequeñas de la búsqueda bayesiana se calculan más deprisa con un hilo que con dos; y `gc.freeze()`, porque KerasTuner
# limpia la memoria tras cada ensayo y no hace falta que repase cada vez todo TensorFlow.

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
# ## Why: too many combinations to try them all
#
# First the network of lesson 01, stopped in time as in lesson 04 (patience 8, best weights kept). That is what the search has to beat, under the same rule.

# %% [markdown] lang="es"
# ## Por qué: demasiadas combinaciones para probarlas todas
#
# Primero, la red de la lección 01, parada a tiempo como en la 04 (paciencia 8, se conservan los mejores pesos). Eso es lo que la búsqueda tiene que
# mejorar, con la misma regla.


# %%
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
print(f"{untuned.best_val_loss:.3f} {untuned.test_accuracy:.1%} {seconds:.0f} s")

# %% [markdown] lang="en"
# Lowest validation loss, test accuracy, seconds. Now suppose there are 3 numbers of filters, 4 sizes of the dense layer, 4 dropout rates, 20 learning
# rates, and augmentation or none. To try every combination once, at that speed:

# %% [markdown] lang="es"
# Menor pérdida de validación, exactitud de prueba, segundos. Ahora supón que hay 3 números de filtros, 4 tamaños de la capa densa, 4 tasas de *dropout*,
# 20 tasas de aprendizaje, y aumento de datos o no. Probar una vez cada combinación, a esa velocidad:

# %%
combinations = 3 * 4 * 4 * 20 * 2
print(combinations, f"{combinations * seconds / 3600:.0f} h")

# %% [markdown] lang="en"
# ## What is worth tuning
#
# A **hyperparameter** is what you choose *before* training; the weights are what training chooses. Not all matter equally. Top to bottom: where to begin.
#
# | hyperparameter | typical values | touch it when |
# |---|---|---|
# | learning rate | 1e-4 … 1e-2, on a log scale | always, first |
# | epochs | many, with early stopping | never: let it stop (lesson 04) |
# | dropout rate | 0.2 … 0.5 | training is far better than validation |
# | augmentation, its strength | shift of 5 … 15 %, rotation of 2 … 5 % of a turn | images, few of them |
# | units or filters per layer | 16, 32, 64, 128 … | it underfits (more) or is too slow (fewer) |
# | number of layers | 1 … 4 | after the width |
# | optimiser | Adam; SGD with momentum 0.9 | Adam is a good default: late |
# | batch size | 16 … 128 | for speed or memory; then the learning rate again |
# | L2 (or L1) penalty | 1e-5 … 1e-2, log | instead of dropout, in small dense networks |
# | hidden activation | `relu`; `gelu`, `leaky_relu` | seldom |
# | batch normalisation | yes or no | deep networks (lesson 05) |
#
# **Not to be searched but known**: the data decide the following.
#
# | task | last layer | loss |
# |---|---|---|
# | one of K classes, labels 0 … K−1 | `Dense(K, "softmax")` | `sparse_categorical_crossentropy` |
# | one of K classes, one-hot labels | `Dense(K, "softmax")` | `categorical_crossentropy` |
# | two classes, labels 0 and 1 | `Dense(1, "sigmoid")` | `binary_crossentropy` |
# | several labels at once | `Dense(K, "sigmoid")` | `binary_crossentropy` |
# | a number | `Dense(1)`, no activation | `mse`, or `mae` / `Huber` with outliers |
#
# The same goes for scaling: pixels / 255, measurements as z-scores (lesson 01). Choosing by search would be asking the dice what you know.

# %% [markdown] lang="es"
# ## Qué merece la pena ajustar
#
# Un **hiperparámetro** es lo que eliges *antes* de entrenar; los pesos son lo que elige el entrenamiento. No todos importan igual. De arriba abajo, por
# dónde empezar.
#
# | hiperparámetro | valores típicos | tócalo cuando |
# |---|---|---|
# | tasa de aprendizaje | 1e-4 … 1e-2, en escala logarítmica | siempre, lo primero |
# | épocas | muchas, con *early stopping* | nunca: deja que pare (lección 04) |
# | tasa de *dropout* | 0.2 … 0.5 | entrenamiento mucho mejor que validación |
# | aumento de datos, su intensidad | desplazamiento del 5 … 15 %, rotación del 2 … 5 % de vuelta | imágenes, y pocas |
# | unidades o filtros por capa | 16, 32, 64, 128… | hay subajuste (más) o va lenta (menos) |
# | número de capas | 1 … 4 | después de la anchura |
# | optimizador | Adam; SGD con momento 0.9 | Adam va bien casi siempre: al final |
# | tamaño del lote | 16 … 128 | por velocidad o memoria; y luego, otra vez la tasa |
# | penalización L2 (o L1) | 1e-5 … 1e-2, log | en vez de *dropout*, en redes densas pequeñas |
# | activación oculta | `relu`; `gelu`, `leaky_relu` | rara vez |
# | *batch normalization* | sí o no | redes profundas (lección 05) |
#
# **Esto no se busca, se sabe**: lo deciden los datos.
#
# | tarea | última capa | pérdida |
# |---|---|---|
# | una de K clases, etiquetas 0 … K−1 | `Dense(K, "softmax")` | `sparse_categorical_crossentropy` |
# | una de K clases, etiquetas *one-hot* | `Dense(K, "softmax")` | `categorical_crossentropy` |
# | dos clases, etiquetas 0 y 1 | `Dense(1, "sigmoid")` | `binary_crossentropy` |
# | varias etiquetas a la vez | `Dense(K, "sigmoid")` | `binary_crossentropy` |
# | un número | `Dense(1)`, sin activación | `mse`, o `mae` / `Huber` con valores atípicos |
#
# Lo mismo vale para el escalado: píxeles / 255, medidas como puntuaciones z (lección 01). Elegirlo por búsqueda sería preguntarles a los dados lo que ya sabes.

# %% [markdown] lang="en"
# ## By hand: a fair draw of learning rates
#
# Draw a learning rate between 0.0001 and 0.01 evenly, and about 91 % of the draws lie above 0.001: nearly nobody looks at the small ones. Drawing the *exponent* evenly gives each decade (from one power of ten to the next) the same chance. If `share` runs evenly from 0 to 1:

# %% [markdown] lang="es"
# ## A mano: un sorteo justo de tasas de aprendizaje
#
# Sortea tasas de manera uniforme entre 0.0001 y 0.01, y alrededor del 91 % saldrán por encima de 0.001: casi nadie mira las pequeñas. Si lo uniforme es el *exponente*, cada década (de una potencia de diez a la siguiente) tiene las mismas opciones. Con `share` repartido por igual entre 0 y 1:

# %% tags=["nbval-check-output"]
share = np.linspace(0, 1, 5)
low, high = 1e-4, 1e-2

evenly = low + share * (high - low)
by_exponent = low * (high / low) ** share

print(evenly.round(5))
print(by_exponent.round(5))

# %% [markdown] lang="en"
# The second is what KerasTuner, a part of the Keras family, does with `sampling="log"`:

# %% [markdown] lang="es"
# Lo segundo es lo que hace KerasTuner, de la familia de Keras, con `sampling="log"`:

# %%
hp = kt.HyperParameters()
hp.Float("learning_rate", low, high, sampling="log")
learning_rate = hp.space[0]

drawn = [learning_rate.prob_to_value(s) for s in share]
same(by_exponent, drawn, 1e-9, en="same as KerasTuner", es="igual que en KerasTuner")

# %% [markdown] lang="en"
# ## Where they look
#
# A **trial** is one choice of values, trained and scored. A **tuner** is the program that runs the trials; its **oracle** keeps the notes and chooses. Four ways to choose what to try next:
#
# - **Grid**: every combination of a few fixed values.
# - **Random**: anywhere. For the same number of trials, many more different values of each hyperparameter.
# - **Hyperband**: random, but most trials get few epochs; only the best ones are trained on.
# - **Bayesian**: keeps a map of what it has seen, and looks where the map promises much or knows little.
#
# To *see* them, we take an invented landscape of two hyperparameters, whose loss is known everywhere, and KerasTuner's own four searches. A tuner needs no network at
# all: `run_trial` may return any number. (The extra `1 / epochs`: with few epochs the loss is still high. With nine it is 1/9, so nothing goes below 0.11.)

# %% [markdown] lang="es"
# ## Dónde buscan
#
# Un **ensayo** (*trial*) es una elección de valores, entrenada y puntuada. Un ***tuner*** es el programa que hace los ensayos; su **oráculo** (*oracle*) toma nota y elige. Cuatro maneras de elegir qué probar a continuación:
#
# - **Cuadrícula** (*grid*): todas las combinaciones de unos pocos valores fijos.
# - **Aleatoria** (*random*): en cualquier parte. Con los mismos ensayos, muchos más valores distintos de cada hiperparámetro.
# - **Hyperband**: aleatoria, pero a la mayoría de los ensayos les da pocas épocas; solo los mejores siguen entrenando.
# - **Bayesiana**: guarda un mapa de lo visto y mira donde el mapa promete mucho o sabe poco.
#
# Para *verlas*, tomamos un paisaje inventado de dos hiperparámetros, cuya pérdida se conoce en todas partes, y las cuatro búsquedas del propio KerasTuner.
# Un *tuner* ni siquiera necesita una red: `run_trial` puede devolver cualquier número. (El `1 / epochs` añadido: con pocas épocas, la pérdida aún es alta. Con nueve es 1/9, así que nada baja de 0.11).


# %%
def landscape(learning_rate, dropout):
    return 1.2 * (np.log10(learning_rate) + 2.7) ** 2 + 3 * (dropout - 0.35) ** 2


class Landscape:
    def run_trial(self, trial, **settings):
        values = trial.hyperparameters.values
        epochs = values.get("tuner/epochs", 9)
        loss = landscape(values["learning_rate"], values["dropout"])
        return float(loss + 1 / epochs)


def explore(Tuner, rate_step=None, dropout_step=None, **settings):
    space = kt.HyperParameters()
    space.Float("learning_rate", 1e-4, 1e-1, step=rate_step, sampling="log")
    space.Float("dropout", 0.0, 0.8, step=dropout_step)
    tuner = type(Tuner.__name__, (Landscape, Tuner), {})(
        hyperparameters=space, directory=f"{folder.name}/landscape", **settings
    )
    tuner.search(verbose=0)
    return list(tuner.oracle.trials.values())


# %%
explored = {
    "grid": explore(kt.GridSearch, 30, 0.4, project_name="grid"),
    "random": explore(kt.RandomSearch, max_trials=9, seed=1, project_name="random"),
    "hyperband": explore(kt.Hyperband, max_epochs=9, seed=1, project_name="hyperband"),
    "bayesian": explore(
        kt.BayesianOptimization,
        max_trials=9,
        num_initial_points=5,
        seed=1,
        project_name="bayesian",
    ),
}
figures.search_map(explored, landscape, "learning_rate", "dropout")

# %% [markdown] lang="en"
# Dark is good, the star is the best found, larger points got more epochs. The grid has spent its nine trials on three values of each. Random has nine. If
# only one of the two hyperparameters matters (you do not know beforehand which), nine looks are better than three. Hyperband has looked at more
# places for about the same number of epochs. The Bayesian search began with five random points; some of its later ones are at
# the rim: that is curiosity, it knew nothing there.
#
# Do not read a ranking into the four losses: few points, and one seed. As the seed is the same for all three, so are their random draws: random and
# Hyperband found one and the same point, and the best of the Bayesian search is still one of its five random ones. And this landscape is smooth and its best point is known. Yours is neither.

# %% [markdown] lang="es"
# Lo oscuro es bueno, la estrella es lo mejor encontrado y los puntos grandes recibieron más épocas. La cuadrícula ha gastado sus nueve ensayos en tres
# valores de cada hiperparámetro. La aleatoria tiene nueve. Si solo importa uno de los dos (y no sabes de antemano cuál), nueve miradas valen más que tres.
# Hyperband ha mirado en más sitios, con más o menos las mismas épocas. La bayesiana empezó con cinco puntos al azar; algunos de los siguientes están en el borde: es curiosidad, de ahí no
# sabía nada.
#
# No saques una clasificación de las cuatro pérdidas: pocos puntos y una sola semilla. Como la semilla es la misma para las tres, también lo son sus sorteos: la
# aleatoria y Hyperband encontraron el mismo punto, y el mejor de la bayesiana sigue siendo uno de sus cinco al azar. Además, este paisaje es suave y se conoce su mejor punto. El tuyo, ni una cosa ni la otra.

# %% [markdown] lang="en"
# ## The hypermodel
#
# A function that takes `hp` and returns a *compiled* model. Wherever a value stood, `hp` now chooses: from a list (`Choice`), a whole number (`Int`), a number
# (`Float`), yes or no (`Boolean`). Each has a name; the first time `hp` meets a name, it enters the search space.
#
# `amount` means something only when `augment` is true. `conditional_scope` says so, and a search then wastes no draws on it. And the seed stands inside, so
# that every trial starts alike, whichever process runs it.

# %% [markdown] lang="es"
# ## El hipermodelo
#
# Una función que recibe `hp` y devuelve un modelo *compilado*. Donde había un valor, ahora elige `hp`: de una lista (`Choice`), un entero (`Int`), un decimal
# (`Float`), sí o no (`Boolean`). Cada uno tiene un nombre; la primera vez que `hp` ve un nombre, lo añade al espacio de búsqueda.
#
# `amount` solo significa algo si `augment` es verdadero. `conditional_scope` lo dice, y así la búsqueda no malgasta sorteos en él. La semilla va dentro, para
# que todos los ensayos empiecen igual, los ejecute el proceso que los ejecute.


# %%
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


# %%
def compiled(model, rate):
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


hp = kt.HyperParameters()
build_model(hp)
print(hp.values)

# %% [markdown] lang="en"
# Those are the *default* values: the first of the list, the lower end. `amount` is missing, because `augment` is `False`.
#
# ## A calm progress bar
#
# KerasTuner prints a page for each trial. With `verbose=0` it is silent, and its tuners have **hooks** to override: methods called as the search begins, after
# each epoch, at the end. A bar counted in epochs is honest about the time left, as trials differ in length. (Why no ordinary callback? Each trial
# gets a *copy* of the callbacks; what a copy counts is lost. And the `...` below mean *nothing to add*; they are no blanks for you.)

# %% [markdown] lang="es"
# Esos son los valores *por defecto*: el primero de la lista, el extremo inferior. Falta `amount`, porque `augment` es `False`.
#
# ## Una barra de progreso tranquila
#
# KerasTuner imprime una página por ensayo. Con `verbose=0` se calla, y sus *tuners* tienen **ganchos** (*hooks*) que puedes redefinir: métodos a los que llama al
# empezar la búsqueda, tras cada época y al final. Una barra que cuenta épocas dice la verdad sobre el tiempo que falta, porque los ensayos duran distinto.
# (¿Por qué no un *callback* normal? Cada ensayo recibe una *copia* de los *callbacks*, y lo que cuenta la copia se pierde. Y los `...` de abajo significan *nada que añadir*; no son huecos para ti).


# %%
class Progress:
    def on_search_begin(self):
        self.best = []
        self.bar = tqdm(total=BUDGET, unit="epoch")

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
# ## Predict first
#
# Three searches, each with about 25 epochs, about as many as one training of the baseline. The best network of all is then trained like the baseline. What share
# of the *test* digits will it get right?

# %% [markdown] lang="es"
# ## Primero, tu predicción
#
# Tres búsquedas, cada una con unas 25 épocas, más o menos las de un entrenamiento de la red de partida. La mejor red de todas se entrena después como la de
# partida. ¿Qué proporción de los dígitos de *prueba* acertará?

# %%
guess("tuned", test_accuracy=...)

# %% [markdown] lang="en"
# ## The experiment: three searches, one budget
#
# **Random search**: six trials of four epochs. The score of a trial is its objective (the figure to be lowered, here the validation loss) after its *best* epoch. (`seed`: 0 counts as *none*, and
# KerasTuner counts upwards from it draw by draw, so neighbouring seeds share draws. Hence the hundreds.)

# %% [markdown] lang="es"
# ## El experimento: tres búsquedas, un mismo presupuesto
#
# **Búsqueda aleatoria**: seis ensayos de cuatro épocas. La puntuación de un ensayo es su objetivo (la cifra que hay que bajar, aquí la pérdida de validación) en su *mejor* época. (`seed`: 0 equivale a *ninguna*, y
# KerasTuner cuenta a partir de ella sorteo a sorteo, así que dos semillas vecinas comparten sorteos. De ahí las centenas).

# %%
BUDGET = 24
digits = {"x": x_train, "y": y_train, "validation_data": (x_val, y_val)}
digits["validation_batch_size"] = 500

start = time.perf_counter()
random = RandomSearch(
    build_model,
    objective="val_loss",
    max_trials=6,
    seed=300 * SEED + 100,
    directory=folder.name,
    project_name="random",
)
random.search(**digits, epochs=4, verbose=0)

# %% [markdown] lang="en"
# **Hyperband** organises a knock-out. `max_epochs=4, factor=3` means: five candidates get two epochs; the best two go on to four; then three more candidates get four
# at once, in case the quick verdict was unfair. Together: 5 · 2 + 2 · 2 + 3 · 4 = 26. (Whoever goes on keeps the weights, but not the optimiser's state; Keras would warn of that.)

# %% [markdown] lang="es"
# **Hyperband** organiza una eliminatoria. `max_epochs=4, factor=3` significa: cinco candidatos reciben dos épocas; los dos mejores siguen hasta cuatro; después,
# otros tres reciben cuatro de una vez, por si el veredicto rápido fue injusto. En total: 5 · 2 + 2 · 2 + 3 · 4 = 26. (Quien sigue conserva los pesos, pero no el estado del optimizador; Keras avisaría de ello).

# %%
BUDGET = 26
hyperband = Hyperband(
    build_model,
    objective="val_loss",
    max_epochs=4,
    factor=3,
    seed=300 * SEED + 200,
    directory=folder.name,
    project_name="hyperband",
)
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="Skipping variable loading")
    hyperband.search(**digits, verbose=0)

# %% [markdown] lang="en"
# **Bayesian optimisation**: four random trials, then two chosen by a Gaussian process, a smooth map of the loss with its own uncertainty. Choosing takes time, too, which random search hardly needs. That pays when a training takes hours. (From so few points the
# map is a sketch; scikit-learn, which draws it, would warn of that.)

# %% [markdown] lang="es"
# **Optimización bayesiana**: cuatro ensayos al azar y después dos elegidos por un proceso gaussiano, un mapa suave de la pérdida con su propia incertidumbre. Elegir también lleva su tiempo, que la aleatoria apenas necesita. Compensa cuando un entrenamiento dura horas. (Con tan pocos puntos el
# mapa es un boceto; scikit-learn, que lo dibuja, avisaría de ello).

# %%
BUDGET = 24
bayesian = BayesianOptimization(
    build_model,
    objective="val_loss",
    max_trials=6,
    num_initial_points=4,
    seed=300 * SEED + 300,
    directory=folder.name,
    project_name="bayesian",
)
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", module="sklearn")
    bayesian.search(**digits, epochs=4, verbose=0)
search_seconds = time.perf_counter() - start

# %% [markdown] lang="en"
# ## Read the pictures
#
# The ten best trials of the three searches, best first. In Hyperband a finalist appears twice, under two numbers: after two epochs, and again after four. A – means that this trial has no such hyperparameter.

# %% [markdown] lang="es"
# ## Lee las imágenes
#
# Los diez mejores ensayos de las tres búsquedas, el mejor primero. En Hyperband, un finalista aparece dos veces, con dos números: tras dos épocas y otra vez tras cuatro. El – indica que ese ensayo no tiene ese hiperparámetro.

# %%
tuners = {"random": random, "hyperband": hyperband, "bayesian": bayesian}
trials = {name: list(t.oracle.trials.values()) for name, t in tuners.items()}
figures.trial_table(trials, best=10)

# %%
figures.loss_by_hyperparameter(trials)

# %% [markdown] lang="en"
# One panel for each hyperparameter, one point for each trial: to the right the value that it tried, upwards its validation loss, so the low points are the good trials. (The loss and the learning rate have log scales.) The shape says which search it belongs to, the star marks the best of all (no star: the best trial has no such hyperparameter). The sentence below the picture gives the lowest and the highest value of each hyperparameter among the best quarter of the trials.
# The first trials of a search are light and its last ones dark: do the dark points lie lower? Hyperband's finalists appear twice, and `amount` has points only for trials that augment. If low points gather in one part of a panel, that hyperparameter matters. If they lie all over its width, it hardly does
# (or there are too few trials to tell, which with about twenty is likely).

# %% [markdown] lang="es"
# Un panel por hiperparámetro y un punto por ensayo: hacia la derecha, el valor que probó; hacia arriba, su pérdida de validación, así que los puntos bajos son los buenos ensayos. (La pérdida y la tasa de aprendizaje van en escala logarítmica). La forma dice a qué búsqueda pertenece y la estrella marca el mejor de todos (si falta, el mejor ensayo no tiene ese hiperparámetro). La frase de debajo da el valor más bajo y el más alto de cada hiperparámetro en el mejor cuarto de los ensayos.
# Los primeros ensayos de una búsqueda son claros y los últimos, oscuros: ¿quedan más abajo los oscuros? Los finalistas de Hyperband aparecen dos veces, y `amount` solo tiene puntos de los ensayos con aumento. Si los puntos bajos se juntan en una parte del panel, ese hiperparámetro importa. Si se reparten por todo su ancho, apenas
# (o hay muy pocos ensayos para saberlo, que con unos veinte es lo probable).

# %%
figures.best_so_far({name: tuner.best for name, tuner in tuners.items()})

# %% [markdown] lang="en"
# Which one won here? With another seed it may be another one. Over our {{measured.seeds}} seeds the best validation loss, after at most four epochs, was {{random.best_val_loss}} for random search,
# {{hyperband.best_val_loss}} for Hyperband and {{bayesian.best_val_loss}} for the Bayesian search: look at the spread before you praise one of them. With so few trials, none
# shows its strength. What the methods share is worth more: ranges, notes, and no favourites.

# %% [markdown] lang="es"
# ¿Cuál ha ganado aquí? Con otra semilla puede ser otra. En nuestras {{measured.seeds}} semillas, la mejor pérdida de validación, tras cuatro épocas como mucho, fue {{random.best_val_loss}} con la aleatoria,
# {{hyperband.best_val_loss}} con Hyperband y {{bayesian.best_val_loss}} con la bayesiana: mira la dispersión antes de alabar a una. Con tan pocos ensayos ninguna enseña lo que
# vale. Lo que tienen en común importa más: rangos, apuntes y ningún favorito.

# %% [markdown] lang="en"
# ## The winner, trained properly
#
# Four epochs were a qualifying round. We take the winner's hyperparameters, build the model *anew* and train it under the rule of the baseline: at most 30 epochs, stopped in time.
# (`get_best_models` would give the network as it was after the best of its four.)

# %% [markdown] lang="es"
# ## La ganadora, entrenada en serio
#
# Cuatro épocas eran la fase de clasificación. Tomamos los hiperparámetros ganadores, construimos el modelo *de nuevo* y lo entrenamos con la misma regla que la red de partida: 30
# épocas como mucho y parar a tiempo. (`get_best_models` daría la red tal como quedó tras la mejor de las cuatro).

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
display(plots.compare(untuned, tuned))
for run in (untuned, tuned):
    print(f"{run.name:8} {run.best_val_loss:.3f} {run.test_accuracy:.1%}")

# %% [markdown] lang="en"
# The last lines: lowest validation loss and test accuracy. Over our {{measured.seeds}} seeds the lowest validation loss fell from {{untuned.best_val_loss}} to
# {{tuned.best_val_loss}} (it fell in {{claims.beats_baseline}} runs), and test accuracy went from {{untuned.test_accuracy}} to {{tuned.test_accuracy}}. (Lesson 01, without stopping: {{01:baseline.test_accuracy}}.) In a single run it may fall although the loss fell: the search was asked for a low validation *loss*, not for test accuracy.
#
# **Now honestly.** By hand, with augmentation and nothing tuned, lesson 02 reached {{02:augmented.test_accuracy}}, and lesson 03, with augmentation and
# dropout, {{03:combined.test_accuracy}} (30 epochs, not stopped): no search, and on average a better network. The search was told about augmentation by us; it did not invent it. And its verdict falls
# after four epochs, while augmentation pays late (lesson 02): look whether the top three of the table above use it. A search finds good values *inside* the space that you can imagine. And it is not free: its seconds, in the table at the end, include all three searches.

# %% [markdown] lang="es"
# Las últimas líneas: menor pérdida de validación y exactitud de prueba. En nuestras {{measured.seeds}} semillas, la menor pérdida de validación bajó de
# {{untuned.best_val_loss}} a {{tuned.best_val_loss}} (bajó en {{claims.beats_baseline}} ejecuciones), y la exactitud de prueba pasó de {{untuned.test_accuracy}} a {{tuned.test_accuracy}}. (Lección 01, sin parar: {{01:baseline.test_accuracy}}). En una sola ejecución, la exactitud puede bajar aunque baje la pérdida: a la búsqueda se le pidió poca *pérdida* de validación, no exactitud de prueba.
#
# **Seamos honestos.** A mano, con aumento de datos y sin ajustar nada, la lección 02 llegó a {{02:augmented.test_accuracy}}, y la 03, con aumento
# de datos y *dropout*, a {{03:combined.test_accuracy}} (30 épocas, sin parar): sin buscar nada y, de media, con una red mejor. Del aumento de datos le hablamos nosotros a la búsqueda; no lo inventó ella.
# Y su veredicto llega tras cuatro épocas, mientras que el aumento tarda en dar fruto (lección 02): mira si lo usan los tres primeros de la tabla de arriba. Una búsqueda encuentra buenos valores *dentro* del espacio que tú sabes imaginar. Y no es gratis: sus segundos, en la tabla del
# final, incluyen las tres búsquedas.

# %% [markdown] lang="en"
# ## What can go wrong: the mock exam, practised on
#
# Validation chose the winner out of many. So its validation figure is partly luck. How much? Imagine networks that are all equally good, each right on a new digit with probability 0.953 (about lesson 01's test accuracy), and examine each on 1,000 validation digits of its own. The first column: how many networks (22 are the trials of our three searches); the second: what the *best* of them seems to reach, on average.

# %% [markdown] lang="es"
# ## Qué puede salir mal: el simulacro de examen, gastado de tanto practicar con él
#
# La validación eligió a la ganadora entre muchas. Así que su cifra de validación es en parte suerte. ¿Cuánta? Imagina redes todas igual de buenas, que aciertan un dígito nuevo con probabilidad 0.953 (más o menos la exactitud de prueba de la lección 01), y examina cada una con 1000 dígitos de validación propios. Primera columna: cuántas redes (22 son los ensayos de nuestras tres búsquedas); segunda: lo que parece alcanzar, de media, la *mejor*.

# %% tags=["nbval-check-output"]
luck = np.random.default_rng(0)
for networks in (1, 6, 22, 200):
    accuracies = luck.binomial(1000, 0.953, size=(5000, networks)) / 1000
    print(f"{networks:4} {accuracies.max(axis=1).mean():.1%}")

# %% [markdown] lang="en"
# Nothing got better, only the luckiest was picked. The more trials, the larger the illusion; more validation digits make it smaller. Ours is smaller, too: real networks share the same 1,000 digits and stumble over the same ones, so their luck differs less. And for real? Validation accuracy minus test accuracy, in percentage points, before and after tuning (in a single run it may grow or shrink):

# %% [markdown] lang="es"
# Nada ha mejorado, solo se ha elegido a la más afortunada. Cuantos más ensayos, mayor la ilusión; con más dígitos de validación, menor. La nuestra también es menor: las redes de verdad comparten los mismos 1000 dígitos y tropiezan con los mismos, así que su suerte varía menos. ¿Y en la realidad? Exactitud de validación menos exactitud de prueba, en puntos porcentuales, antes y después de ajustar (en una sola ejecución puede crecer o encoger):

# %%
for run in (untuned, tuned):
    print(f"{run.name:8} {100 * run.gap_share:.1f}")

# %% [markdown] lang="en"
# In our runs {{untuned.gap_share}} before and {{tuned.gap_share}} after. The gap was there *before* any tuning; even lesson 01's network, with nothing chosen at all, has it, {{01:baseline.val_accuracy}} in validation against {{01:baseline.test_accuracy}} in the test. Our test digits are simply harder. So compare the two before you blame the search. And report only the test figure; open the test set once, after the last choice.

# %% [markdown] lang="es"
# En nuestras ejecuciones, {{untuned.gap_share}} antes y {{tuned.gap_share}} después. La brecha ya estaba *antes* de ajustar nada; hasta la red de la lección 01, en la que no se eligió nada, la tiene: {{01:baseline.val_accuracy}} en validación frente a {{01:baseline.test_accuracy}} en prueba. Nuestros dígitos de prueba son, sencillamente, más difíciles. Así que compara las dos antes de culpar a la búsqueda. Y la única cifra que se da es la de prueba, y ese conjunto se abre una vez,
# tras la última elección.

# %% [markdown] lang="en"
# ## What can go wrong: a trial fails, and an old project comes back
#
# Four convolutions with pooling are too many for 28 pixels: 28 → 13 → 5 → 1, and then there is nothing left to look at. The search does not stop. It
# prints a page of traceback (here we look away: after a night of trials nobody finds it), marks the trial as failed, and goes on. Only after three failures in a row does it give up.

# %% [markdown] lang="es"
# ## Qué puede salir mal: un ensayo falla y un proyecto viejo vuelve
#
# Cuatro convoluciones con *pooling* son demasiadas para 28 píxeles: 28 → 13 → 5 → 1, y ya no queda nada que mirar. La búsqueda no se detiene. Imprime una
# página de *traceback* (aquí la tapamos: tras una noche de ensayos nadie la encuentra), marca el ensayo como fallido y sigue. Solo tras tres fallos seguidos se rinde.


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
    broken = try_blocks(build_deep)
print(broken[-1].message.strip().splitlines()[-1][:80])
figures.trial_table({"blocks": broken})

# %% [markdown] lang="en"
# So after a search, look for trials without a score, and read `trial.message` (cut here at 80 characters). Scores near 2.3 are those of blind guessing: one epoch with 100 digits. Here only *whether* there is a score matters. The cure is easy: `padding="same"` keeps the size. We mend the model and search again:

# %% [markdown] lang="es"
# Así que, tras una búsqueda, busca ensayos sin puntuación y lee `trial.message` (aquí, cortado a 80 caracteres). Las puntuaciones cercanas a 2.3 son las de responder a ciegas: una época con 100 dígitos. Aquí solo importa *si* hay puntuación. El remedio es fácil: `padding="same"` conserva el tamaño. Arreglamos el modelo y buscamos otra vez:


# %%
def build_mended(hp):
    return build_deep(hp, padding="same")


with contextlib.redirect_stdout(io.StringIO()) as said:
    again = try_blocks(build_mended)
print(said.getvalue().replace(folder.name, "…").strip())
figures.trial_table({"blocks": again})

# %% [markdown] lang="en"
# Still failed, and the cell took no time. One line says why: *Reloading*. There was a project of that name, so KerasTuner took the trials from there. Both were done; there was nothing left to do. Nobody has looked at your new model or your new data.
#
# Whenever **what is searched** changes (model, data, epochs, ranges), say `overwrite=True` or choose another `project_name`:

# %% [markdown] lang="es"
# Sigue fallido, y la celda no ha tardado nada. Una línea dice por qué: *Reloading*. Había un proyecto con ese nombre y KerasTuner tomó de ahí los ensayos. Los dos estaban hechos; no quedaba
# nada que hacer. Tu modelo nuevo, tus datos nuevos: nadie los ha mirado.
#
# Siempre que cambie **lo que se busca** (modelo, datos, épocas, rangos), pon `overwrite=True` o elige otro `project_name`:

# %%
mended = try_blocks(build_mended, overwrite=True)
figures.trial_table({"blocks": mended})

# %% [markdown] lang="en"
# ## A search that is killed
#
# The same reloading is a blessing when somebody pulls the plug. To see it we need a search that may die: a second Python process, as in lesson 04. Here is its whole program, in two
# pieces: a small hypermodel …

# %% [markdown] lang="es"
# ## Una búsqueda a la que matan
#
# Esa misma recarga es una bendición cuando alguien desenchufa la máquina. Para verlo hace falta una búsqueda que pueda morir: un segundo proceso de Python, como en la lección 04. Este es su
# programa completo, en dos trozos: un hipermodelo pequeño…

# %% name="hypermodel"
hypermodel = """
import sys
import time
import keras
import keras_tuner as kt
from keras import layers
from helpers import data

directory, trials, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
(x_train, y_train), (x_val, y_val), _ = data.load_mnist()

def build_model(hp):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)])
    model.add(layers.Conv2D(8, kernel_size=3, activation="relu"))
    model.add(layers.MaxPooling2D(hp.Choice("pool", [2, 3])))
    model.add(layers.Flatten())
    model.add(layers.Dropout(hp.Float("dropout", 0.0, 0.5, step=0.1)))
    model.add(layers.Dense(10, activation="softmax"))
    rate = hp.Float("learning_rate", 3e-4, 1e-2, sampling="log")
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    return model
"""

# %% [markdown] lang="en"
# … and the search, which reports when a trial begins and ends (two hooks again):

# %% [markdown] lang="es"
# … y la búsqueda, que informa cuando empieza y cuando acaba un ensayo (otra vez dos ganchos):

# %% name="search"
search = """
class Tuner(kt.RandomSearch):
    def on_trial_begin(self, trial):
        super().on_trial_begin(trial)
        print("begin", trial.trial_id, time.time(), flush=True)

    def on_trial_end(self, trial):
        super().on_trial_end(trial)
        print("end", trial.trial_id, time.time(), flush=True)

tuner = Tuner(
    build_model,
    objective="val_loss",
    max_trials=trials,
    seed=seed + 1,
    directory=directory,
    project_name="search",
)
digits = {"x": x_train[..., None], "y": y_train}
digits["validation_data"] = (x_val[..., None], y_val)
tuner.search(**digits, validation_batch_size=500, epochs=5, verbose=0)
"""


# %% [markdown] lang="en"
# Two helpers: `start_search` launches the program with one thread and sends its reports to a file; `reports` reads them: for each trial who ran it, when it began and when it ended (`None`: never).

# %% [markdown] lang="es"
# Dos funciones: `start_search` lanza el programa con un solo hilo y manda sus informes a un archivo; `reports` los lee: de cada ensayo, quién lo ejecutó, cuándo empezó y cuándo acabó (`None`: nunca).


# %% name="start_search"
def start_search(project, trials, worker="alone", **environment):
    place = Path(folder.name, project)
    place.mkdir(exist_ok=True)
    one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    no_gpu = {"CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", hypermodel + search, place, str(trials), str(SEED)]
    with (place / f"{worker}.log").open("a") as log:
        return subprocess.Popen(
            command,
            cwd=course,
            env={**os.environ, **one_thread, **no_gpu, **environment},
            stdout=log,
            stderr=subprocess.DEVNULL,
        )


# %% name="reports"
def reports(project):
    rows = []
    for log in sorted(Path(folder.name, project).glob("*.log")):
        lines = [line.split() for line in log.read_text().splitlines(keepends=False)]
        for kind, *rest in (line for line in lines if len(line) == 3):
            if kind == "begin":
                rows.append([log.stem, rest[0], float(rest[1]), None])
            elif kind == "end":
                rows[-1][3] = float(rest[1])
    return rows


# %% [markdown] lang="en"
# Six trials. When the third begins, we kill the process, as a power cut would, and start the same program again.

# %% [markdown] lang="es"
# Seis ensayos. Cuando empieza el tercero, matamos el proceso, como haría un apagón, y arrancamos otra vez el mismo programa.

# %%
TRIALS = 6
process = start_search("killed", TRIALS)
while process.poll() is None and len(reports("killed")) < 3:
    time.sleep(0.1)
process.kill()
process.wait()
before = reports("killed")

process = start_search("killed", TRIALS)
process.wait(timeout=600)
after = reports("killed")[len(before) :]

finished = {trial for _, trial, _, end in before if end}
repeated = finished & {trial for _, trial, *_ in after}
print(sorted(finished), [trial for _, trial, *_ in after], len(repeated))

# %% [markdown] lang="en"
# What was finished before the cut; what ran afterwards; how many of the *finished* trials ran again. KerasTuner writes every finished trial to a file. The one that was interrupted is run again from its
# beginning, the others are not. **Here you must *not* say `overwrite=True`**: it would throw the notes away.

# %% [markdown] lang="es"
# Lo que estaba terminado antes del corte; lo que se ejecutó después; cuántos de los *terminados* se volvieron a ejecutar. KerasTuner escribe en un archivo cada ensayo terminado. El interrumpido se
# repite desde el principio; los demás, no. **Aquí *no* debes poner `overwrite=True`**: tiraría los apuntes.

# %% [markdown] lang="en"
# ## When one machine is not enough
#
# Trials do not need one another, so they can run side by side. KerasTuner's way: one process, the **chief**, hands out trials and keeps the notes; any number of **workers** ask it for the next
# one. All run *the same program*. Three environment variables decide who is who:
#
# | variable | chief | each worker |
# |---|---|---|
# | `KERASTUNER_TUNER_ID` | `chief` | `worker0`, `worker1` … |
# | `KERASTUNER_ORACLE_IP` | the chief's address | the chief's address |
# | `KERASTUNER_ORACLE_PORT` | a free port | the same port |
#
# The chief trains nothing. If a worker dies, its trial stays *running* in the notes, and the chief would wait for it for ever. So our launcher restarts a dead worker **under its old name**, so that it gets its old trial back (three restarts at most), and it stops the chief when the workers have gone, or when the time is up.

# %% [markdown] lang="es"
# ## Cuando una máquina no basta
#
# Los ensayos no se necesitan unos a otros, así que pueden ir en paralelo. Así lo hace KerasTuner: un proceso, el **jefe** (*chief*), reparte ensayos y lleva los apuntes; los **trabajadores**
# (*workers*), tantos como quieras, le piden el siguiente. Todos ejecutan *el mismo programa*. Tres variables de entorno deciden quién es quién:
#
# | variable | jefe | cada trabajador |
# |---|---|---|
# | `KERASTUNER_TUNER_ID` | `chief` | `worker0`, `worker1`… |
# | `KERASTUNER_ORACLE_IP` | la dirección del jefe | la dirección del jefe |
# | `KERASTUNER_ORACLE_PORT` | un puerto libre | el mismo puerto |
#
# El jefe no entrena nada. Si un trabajador muere, su ensayo queda *en marcha* en los apuntes y el jefe lo esperaría para siempre. Por eso nuestro lanzador relanza al trabajador muerto **con su mismo nombre**, para que recupere su ensayo (tres veces como mucho), y detiene al jefe cuando los trabajadores se han ido o cuando se acaba el tiempo.


# %% name="free_address"
def free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": str(port)}


def launch(project, trials, name, address):
    return start_search(project, trials, name, KERASTUNER_TUNER_ID=name, **address)


# %% name="run_workers"
def run_workers(project, trials, kill_at=None, restarts=3, limit=600):
    address, names = free_address(), ("chief", "worker0", "worker1")
    workers = {name: launch(project, trials, name, address) for name in names}
    chief, end = workers.pop("chief"), time.monotonic() + limit
    try:
        while time.monotonic() < end:
            begun = reports(project)
            busy = {worker for worker, _, _, ended in begun if ended is None}
            if kill_at and len(begun) >= kill_at and "worker1" in busy:
                workers["worker1"].kill()
                kill_at = None
            codes = {name: process.poll() for name, process in workers.items()}
            for name, code in codes.items():
                if code not in (None, 0) and restarts:
                    workers[name] = launch(project, trials, name, address)
                    codes[name], restarts = None, restarts - 1
            if None not in codes.values():
                break
            time.sleep(0.1)
    finally:
        for process in [chief, *workers.values()]:
            process.kill()
            process.wait()


# %% [markdown] lang="en"
# Ten trials with two workers, one thread each. The first six are those of before: same program, same seed. And an accident: when eight have begun, so that six are done, we kill `worker1` while it is training.

# %% [markdown] lang="es"
# Diez ensayos con dos trabajadores, de un hilo cada uno. Los seis primeros son los de antes: mismo programa, misma semilla. Y un accidente: cuando han empezado ocho y, por tanto, hay seis terminados, matamos a `worker1` mientras entrena.

# %%
run_workers("shared", 10, kill_at=8)
rows = reports("shared")
figures.worker_timeline(rows)

# %% [markdown] lang="en"
# The hatched bar is the trial that was cut off, and, for the most part, the wait for the new process, which has to load TensorFlow first; right of it the same number runs again from its beginning. Meanwhile the other worker went on.
#
# And how much faster? One worker: the time of its six trials, from the search above, without the interrupted one. Two workers: from the first beginning until six were done. Starting the processes, a few
# seconds, is left out on both sides; in a search of hours nobody would notice it.

# %% [markdown] lang="es"
# La barra de trama cruzada es el ensayo interrumpido y, en su mayor parte, la espera al proceso nuevo, que antes tiene que cargar TensorFlow; a su derecha, el mismo número se ejecuta otra vez desde el principio. Mientras tanto, el otro trabajador siguió.
#
# ¿Y cuánto más rápido? Un trabajador: lo que duraron sus seis ensayos en la búsqueda de antes, sin el interrumpido. Dos trabajadores: desde el primer comienzo hasta que hubo seis terminados. El arranque de los
# procesos, unos segundos, se deja fuera en los dos casos; en una búsqueda de horas nadie lo notaría.

# %%
one = sum(end - begin for *_, begin, end in before + after if end)
two = sorted(end for *_, end in rows if end)[TRIALS - 1] - min(row[2] for row in rows)

record("one_worker", seconds=one)
record("two_workers", seconds=two)
print(f"{one:.1f} s / {two:.1f} s = {one / two:.2f}")

# %% [markdown] lang="en"
# At best 2. In ten runs of ours, with other work on the machine, one worker took {{one_worker.seconds}} seconds on average and two took {{two_workers.seconds}}: chief, workers and notebook share two cores.
#
# Where are the trials? On the chief's disk: whoever opens the project sees them, whoever ran them. Printed: how many were finished; then all of them, by worker.

# %% [markdown] lang="es"
# Como mucho, 2. En diez ejecuciones nuestras, con otros trabajos en la máquina, un trabajador tardó {{one_worker.seconds}} segundos de media y dos, {{two_workers.seconds}}: jefe, trabajadores y cuaderno comparten dos núcleos.
#
# ¿Dónde están los ensayos? En el disco del jefe: los ve quien abra el proyecto, los haya ejecutado quien los haya ejecutado. Primero, cuántos se terminaron; después, todos, por trabajador.


# %% name="saved_trials"
def saved_trials(project):
    files = sorted(Path(folder.name, project, "search").glob("trial_*/trial.json"))
    return {file.parent.name[6:]: kt.engine.trial.Trial.load(file) for file in files}


# %%
saved = saved_trials("shared")
by_worker = {
    name: [saved[trial] for worker, trial, _, end in rows if worker == name and end]
    for name in ("worker0", "worker1")
}
completed = [trial.status for trial in saved.values()].count("COMPLETED")
print(completed)
figures.trial_table(by_worker)

# %% [markdown] lang="en"
# **On a real cluster** little changes. The two pieces above are a whole script, save them as `search.py` (and load your own data). Then: the chief's address instead of 127.0.0.1, a port that the
# firewall lets through, a `directory` on a disk that all machines share (workers write their checkpoints there), one GPU per worker:
#
# ```bash
# export KERASTUNER_ORACLE_IP=10.0.0.5 KERASTUNER_ORACLE_PORT=8000
# KERASTUNER_TUNER_ID=chief   CUDA_VISIBLE_DEVICES=-1 python search.py /shared/search 100 1 &   # on 10.0.0.5
# KERASTUNER_TUNER_ID=worker0 CUDA_VISIBLE_DEVICES=0  python search.py /shared/search 100 1 &
# KERASTUNER_TUNER_ID=worker1 CUDA_VISIBLE_DEVICES=1  python search.py /shared/search 100 1 &
# wait
# ```
#
# The three arguments: folder, trials, seed. These lines do not restart a dead worker: run its line again, with the same name. The connection is neither encrypted nor protected by a password: inside a trusted network only. If the chief itself dies, stop the workers and start everything again; finished trials stay.

# %% [markdown] lang="es"
# **En un clúster de verdad** cambia poco. Los dos trozos de arriba son un script completo: guárdalos como `search.py` (y carga tus propios datos). Después: la dirección del jefe en vez de 127.0.0.1, un
# puerto que deje pasar el cortafuegos, un `directory` en un disco que compartan todas las máquinas (ahí escriben los trabajadores sus puntos de control) y una GPU por trabajador:
#
# ```bash
# export KERASTUNER_ORACLE_IP=10.0.0.5 KERASTUNER_ORACLE_PORT=8000
# KERASTUNER_TUNER_ID=chief   CUDA_VISIBLE_DEVICES=-1 python search.py /shared/search 100 1 &   # en 10.0.0.5
# KERASTUNER_TUNER_ID=worker0 CUDA_VISIBLE_DEVICES=0  python search.py /shared/search 100 1 &
# KERASTUNER_TUNER_ID=worker1 CUDA_VISIBLE_DEVICES=1  python search.py /shared/search 100 1 &
# wait
# ```
#
# Los tres argumentos: carpeta, ensayos, semilla. Estas líneas no relanzan a un trabajador muerto: ejecuta otra vez la suya, con el mismo nombre. La conexión no va cifrada ni pide contraseña: solo dentro de una red de confianza. Si muere el propio jefe, para a los trabajadores y arráncalo todo otra vez; los ensayos terminados permanecen.

# %% [markdown] lang="en"
# ## Your turn
#
# ### 1. A hypermodel of your own
#
# Write `my_model(hp)` for the same digits, any network you like: images (N, 28, 28, 1) in, ten probabilities out, compiled for whole-number labels. Four hyperparameters, with these names:
#
# - `units`: 32, 64, 96 or 128 units of a dense layer;
# - `use_dropout`: yes or no; and `rate`, from 0.1 to 0.5, which exists **only if** the answer is yes;
# - `learning_rate`: from 1e-4 to 1e-2, each decade equally likely.

# %% [markdown] lang="es"
# ## Te toca
#
# ### 1. Tu propio hipermodelo
#
# Escribe `my_model(hp)` para los mismos dígitos, con la red que quieras: entran imágenes (N, 28, 28, 1), salen diez probabilidades, compilada para etiquetas enteras. Cuatro hiperparámetros, con estos nombres:
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
# ### 2. Find the bug
#
# A colleague searches for the number of hidden layers, and a width for each. In all her trials the layers of a network are equally wide. Write a `mended_model` that lets them differ.

# %% [markdown] lang="es"
# ### 2. Encuentra el error
#
# Una compañera busca el número de capas ocultas y una anchura para cada una. En todos sus ensayos, las capas de una red son igual de anchas. Escribe un `mended_model` que les permita ser distintas.


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
# ### Quiz
#
# **A.** 100 learning rates are drawn *evenly* (not on a log scale) between 0.00001 and 0.1. How many, about, lie below 0.001?
#
# - (a) one
# - (b) 25
# - (c) 50

# %% [markdown] lang="es"
# ### Preguntas
#
# **A.** Se sortean 100 tasas de aprendizaje *de manera uniforme* (no en escala logarítmica) entre 0.00001 y 0.1. ¿Cuántas caen, más o menos, por debajo de 0.001?
#
# - (a) una
# - (b) 25
# - (c) 50

# %% tags=["exercise"]
answer = ...

check.quiz_even(answer)

# %% tags=["solution"]
answer = "a"

check.quiz_even(answer)

# %% [markdown] lang="en"
# **B.** You add a layer to your hypermodel and run the search again. It is over at once, with the old scores. Why?
#
# - (a) Keras keeps trained networks and recognised yours.
# - (b) A project of that name exists: its trials were reloaded, and none was left to do.
# - (c) The new layer had no effect on the validation loss.

# %% [markdown] lang="es"
# **B.** Añades una capa a tu hipermodelo y lanzas otra vez la búsqueda. Termina al instante, con las puntuaciones de antes. ¿Por qué?
#
# - (a) Keras guarda las redes entrenadas y ha reconocido la tuya.
# - (b) Ya hay un proyecto con ese nombre: se han recargado sus ensayos y no quedaba ninguno por hacer.
# - (c) La capa nueva no influye en la pérdida de validación.

# %% tags=["exercise"]
answer = ...

check.quiz_reload(answer)

# %% tags=["solution"]
answer = "b"

check.quiz_reload(answer)

# %% [markdown] lang="en"
# **C.** After 200 trials the winner has a validation accuracy of 98.4 %. You open the test set once: 97.1 %. What do you report?
#
# - (a) 98.4 %: it is what the search was asked to maximise.
# - (b) I test the next nine best as well, and report the highest.
# - (c) 97.1 %.

# %% [markdown] lang="es"
# **C.** Tras 200 ensayos, la ganadora tiene una exactitud de validación del 98.4 %. Abres el conjunto de prueba una vez: 97.1 %. ¿Qué cifra das?
#
# - (a) 98.4 %: es lo que se le pidió maximizar a la búsqueda.
# - (b) Pruebo también las nueve siguientes y doy la más alta.
# - (c) 97.1 %.

# %% tags=["exercise"]
answer = ...

check.quiz_report(answer)

# %% tags=["solution"]
answer = "c"

check.quiz_report(answer)

# %% [markdown] lang="en"
# ## What we measured
#
# Your runs beside ours, {{measured.seeds}} seeds. The three searches have no row: a search never sees the test set, and its figure, the best validation loss, stands above. `one_worker` and `two_workers` have only their seconds. Training and validation are those of the last epoch; the test is that of the kept weights. The seconds of `tuned` include the searches.

# %% [markdown] lang="es"
# ## Lo que hemos medido
#
# Tus ejecuciones junto a las nuestras, {{measured.seeds}} semillas. Las tres búsquedas no tienen fila: una búsqueda nunca ve el conjunto de prueba, y su cifra, la mejor pérdida de validación, está más arriba. De `one_worker` y `two_workers` solo hay los segundos. Entrenamiento y validación son los de la última época; la prueba, la de los pesos conservados. Los segundos de `tuned` incluyen las búsquedas.

# %%
table()

# %% [markdown] lang="en"
# And what this lesson claims, checked against your run:

# %% [markdown] lang="es"
# Y lo que afirma esta lección, comprobado con tu ejecución:

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
# - Tune the learning rate first, on a log scale. Loss and output layer are not tuned: the task decides them.
# - Random search is a strong start. Hyperband saves epochs where early results predict late ones; Bayesian search pays when each trial is dear.
# - The best score of a search is partly luck. Retrain the winner, and open the test set once.
# - A project of the same name is reloaded: good after a crash, bad after a change. After a change, `overwrite=True`.
# - Chief and workers run the same program; three environment variables tell them apart. Restart a dead worker under its name.

# %% [markdown] lang="es"
# ## En resumen
#
# - Ajusta primero la tasa de aprendizaje, en escala logarítmica. La pérdida y la capa de salida no se ajustan: las decide la tarea.
# - La búsqueda aleatoria es un buen comienzo. Hyperband ahorra épocas cuando los primeros resultados anuncian los últimos; la bayesiana compensa cuando cada ensayo sale caro.
# - La mejor puntuación de una búsqueda es en parte suerte. Entrena de nuevo a la ganadora y abre el conjunto de prueba una sola vez.
# - Un proyecto con el mismo nombre se recarga: bueno tras un corte, malo tras un cambio. Tras un cambio, `overwrite=True`.
# - El jefe y los trabajadores ejecutan el mismo programa; los distinguen tres variables de entorno. A un trabajador muerto se le relanza con su nombre.

# %% [markdown] lang="en"
# ## Go further: cats, rainbows and trains
#
# *Needs the first 1,000 drawings of each of three classes of Quick, Draw!: 2.4 MB, fetched once.*
#
# Quick, Draw! is a game by Google: you are given a word and have 20 seconds to draw it. People all over the world have played it, and Google published 50 million of their drawings, in 345 classes. Each class is one file, such as `cat.npy`, with one drawing
# in each row: 28 × 28 = 784 numbers, from 0 (paper) to 255 (ink), just like our digits. A whole file holds more than 100,000 drawings, about 100 MB, so `data.quickdraw` asks the server only for its beginning.
# (The package `quickdraw` is another way: `QuickDrawData().get_drawing("cat")` returns one drawing, stroke by stroke, and `QuickDrawData().drawing_names` lists the classes; it downloads whole files.)
#
# The question of this part: **do the hyperparameters that won on the digits also do for drawings, or is a search of their own worth its time?**

# %% [markdown] lang="es"
# ## Para ir más lejos: gatos, arcoíris y trenes
#
# *Necesita los primeros 1000 dibujos de cada una de tres clases de Quick, Draw!: 2.4 MB que se descargan una vez.*
#
# Quick, Draw! es un juego de Google: te dan una palabra y tienes 20 segundos para dibujarla. Ha jugado gente de todo el mundo, y Google publicó 50 millones de esos dibujos, de 345 clases. Cada clase es un archivo, como `cat.npy` (gato), con un
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
# The hypermodel fits as it is, because the drawings have the size of the digits. Its last layer has ten outputs: three classes use three of them, and the network soon learns to give the other seven almost no probability. So **ten classes are one changed line**, in the cell above:
#
# ```python
# classes = ["apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella"]
# ```
#
# ### A search on a `Dataset`
#
# So far we gave `search` arrays. Like `fit`, it also takes a `tf.data.Dataset`, which yields batches of images and labels. That is how you search when the images lie in folders or do not fit into memory. A `Dataset` brings its own batches and its own shuffling, so there is no `batch_size` here, and `shuffle=False`: `fit` cannot shuffle a `Dataset` and would warn of it.
# To save time, the trials train on 900 of the drawings, for three epochs each.

# %% [markdown] lang="es"
# Cada clase se divide 60 / 20 / 20: de sus 1000 filas, `rows[:600]` son para entrenar, `rows[600:800]` para validar y `rows[800:]` para la prueba. Así, cada clase tiene la misma parte en cada conjunto, y respondiendo al azar se acierta uno de cada tres.
#
# El hipermodelo sirve tal cual, porque los dibujos tienen el tamaño de los dígitos. Su última capa tiene diez salidas: tres clases usan tres, y la red aprende pronto a no dar casi probabilidad a las otras siete. Por eso **diez clases son una sola línea distinta**, en la celda de arriba:
#
# ```python
# classes = ["apple", "bicycle", "cat", "clock", "eye", "fish", "house", "star", "tree", "umbrella"]
# ```
#
# ### Una búsqueda con un `Dataset`
#
# Hasta ahora le hemos dado arrays a `search`. Igual que `fit`, también acepta un `tf.data.Dataset`, que entrega lotes de imágenes y etiquetas. Así se busca cuando las imágenes están en carpetas o no caben en la memoria. Un `Dataset` ya trae sus lotes y se baraja solo; por eso aquí no hay `batch_size` y sí `shuffle=False`: `fit` no puede barajar un `Dataset` y avisaría de ello.
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
BUDGET = 18
sketch_tuner = RandomSearch(
    build_model,
    objective="val_loss",
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
# whenever it has improved. So the file holds the network of the best epoch, and that is the one that takes the exam: we load it from there. If the machine stops half-way, the best network so far is already on the disk.

# %% [markdown] lang="es"
# ### La ganadora, entrenada: punto de control y *early stopping*
#
# La ganadora se construye de nuevo con sus hiperparámetros y se entrena con los 1800 dibujos, 30 épocas como mucho. Dos *callbacks* trabajan juntos: `EarlyStopping` detiene el entrenamiento cuando la pérdida de validación lleva seis épocas sin mejorar, y `ModelCheckpoint` con `save_best_only=True` escribe la red en un archivo
# cada vez que ha mejorado. Así, el archivo contiene la red de la mejor época, y esa es la que se examina: la cargamos de ahí. Si la máquina se apaga a la mitad, la mejor red hasta ese momento ya está en el disco.


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
# For comparison, the digits' winner: the same training on the same drawings, with the hyperparameters that our three searches found for the *digits*.

# %% [markdown] lang="es"
# Para comparar, la ganadora de los dígitos: el mismo entrenamiento con los mismos dibujos, con los hiperparámetros que nuestras tres búsquedas encontraron para los *dígitos*.

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
        f"test accuracy {run.test_accuracy:.1%}   {run.seconds:.0f} s"
    )

# %% lang="es"
# %%needs quickdraw
for name, run in {"búsqueda propia": sketched, "ganadora dígitos": digits_winner}.items():
    print(
        f"{name:17} menor pérdida de validación {run.best_val_loss:.3f}   "
        f"exactitud de prueba {run.test_accuracy:.1%}   {run.seconds:.0f} s"
    )

# %%
# %%needs quickdraw
claim("knows_sketches", sketched.test_accuracy, ">", 1 / len(classes), margin=0.5, unit="%",
      en="the network is right on new drawings far more often than guessing, by more than 50 percentage points",
      es="la red acierta los dibujos nuevos mucho más a menudo que al azar, por más de 50 puntos porcentuales")

# %% [markdown] lang="en"
# Over our {{measured.seeds}} seeds, test accuracy was {{sketches.test_accuracy}} with the hyperparameters of the drawings' own search and {{sketches_digits_winner.test_accuracy}} with those of the digits' winner. In an exam of 600 drawings, chance alone moves such a figure by about 1.6 percentage points up or down, so a smaller difference decides nothing.
# There are two reasons why a search of its own brought no clear gain. It was small: six trials of three epochs, on half of the drawings. And the two tasks are alike: strokes on 28 × 28 pixels. **So begin with hyperparameters that have worked on a similar task.** A search of its own pays when the task is a different one, or when you can afford many more trials.
#
# ### Which drawings does it get wrong?

# %% [markdown] lang="es"
# En nuestras {{measured.seeds}} semillas, la exactitud de prueba fue {{sketches.test_accuracy}} con los hiperparámetros de la búsqueda propia de los dibujos y {{sketches_digits_winner.test_accuracy}} con los de la ganadora de los dígitos. En un examen de 600 dibujos, el azar por sí solo mueve esa cifra unos 1.6 puntos porcentuales arriba o abajo, así que una diferencia menor no decide nada.
# Hay dos motivos por los que la búsqueda propia no trajo una mejora clara. Fue pequeña: seis ensayos de tres épocas, con la mitad de los dibujos. Y las dos tareas se parecen: trazos en 28 × 28 píxeles. **Así que empieza con hiperparámetros que hayan funcionado en una tarea parecida.** Una búsqueda propia compensa cuando la tarea es distinta o cuando puedes permitirte muchos más ensayos.
#
# ### ¿Qué dibujos falla?

# %%
# %%needs quickdraw
probabilities = sketch_model.predict(test_batches, verbose=0)[:, : len(classes)]
predicted = probabilities.argmax(axis=1)
plots.confusion_matrix(s_test, predicted, names)

# %% [markdown] lang="en"
# And here are the nine mistakes that the network was surest of, each with its true class and, after the arrow, the network's answer. Would you have known them?

# %% [markdown] lang="es"
# Y estos son los nueve errores de los que la red estaba más segura, cada uno con su clase verdadera y, tras la flecha, la respuesta de la red. ¿Los habrías acertado tú?

# %%
# %%needs quickdraw
wrong = np.flatnonzero(predicted != s_test)
surest = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:9]
captions = [f"{names[s_test[i]]}\n→ {names[predicted[i]]}" for i in surest]
plots.gallery(test_drawings[surest], captions, columns=9)

# %% [markdown] lang="en"
# Twenty seconds are short: some drawings were hardly begun, others are scribbles. Nobody can name those from the picture alone, so no network will reach 100 % here.
#
# ### Save it, and bring it home
#
# The checkpoint lies in the folder that is removed when this kernel stops. So copy it to one that stays:

# %% [markdown] lang="es"
# Veinte segundos son pocos: algunos dibujos apenas están empezados y otros son garabatos. Esos no los sabe nombrar nadie solo con la imagen, así que aquí ninguna red llegará al 100 %.
#
# ### Guárdala y llévatela a casa
#
# El punto de control está en la carpeta que se borra al apagar el kernel. Así que cópialo a una que se quede:

# %%
# %%needs quickdraw
kept = course / "runs" / "sketches.keras"
kept.write_bytes(Path(folder.name, "sketches.keras").read_bytes())
print(f"runs/{kept.name}: {kept.stat().st_size / 1000:.0f} kB")

# %% [markdown] lang="en"
# - **On your own computer** it is already at home: in the course's folder, under `runs`.
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
# - **En tu propio equipo** ya está en casa: en la carpeta del curso, dentro de `runs`.
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
print(f"60 drawings from files:     test accuracy {from_files['accuracy']:.1%}")
print(f"the same 60 from the array: test accuracy {from_array['accuracy']:.1%}")

# %% lang="es"
# %%needs quickdraw
print(f"60 dibujos desde archivos:      exactitud de prueba {from_files['accuracy']:.1%}")
print(f"los mismos 60 desde los arrays: exactitud de prueba {from_array['accuracy']:.1%}")

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
# **Sources.** KerasTuner: T. O'Malley and others, 2019, and its guide to distributed tuning. Random against grid: J. Bergstra and Y. Bengio, *Random Search for Hyper-Parameter Optimization*, 2012. Hyperband: L. Li and
# others, 2018. Bayesian optimisation: J. Snoek, H. Larochelle and R. Adams, 2012. Quick, Draw!: J. Jongejan and others, *The Quick, Draw! Dataset*, Google, 2017, CC BY 4.0. The idea of KerasTuner on Quick, Draw! follows an article on building networks with KerasTuner, one of the texts that this course grew out of.

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
# **Fuentes.** KerasTuner: T. O'Malley y otros, 2019, y su guía de búsqueda distribuida. Aleatoria frente a cuadrícula: J. Bergstra y Y. Bengio, *Random Search for Hyper-Parameter Optimization*, 2012. Hyperband: L. Li y
# otros, 2018. Optimización bayesiana: J. Snoek, H. Larochelle y R. Adams, 2012. Quick, Draw!: J. Jongejan y otros, *The Quick, Draw! Dataset*, Google, 2017, CC BY 4.0. La idea de usar KerasTuner con Quick, Draw! viene de un artículo sobre cómo construir redes con KerasTuner, uno de los textos de los que nació este curso.

# %% [markdown] lang="en" tags=["teacher"]
# | plan, in minutes | 90 | 45 |
# |---|--:|--:|
# | too many combinations, what is worth tuning | 15 | 8 |
# | by hand: a fair draw of learning rates | 5 | 4 |
# | where they look | 10 | – |
# | the hypermodel, a calm progress bar | 15 | 8 |
# | prediction, three searches, *Read the pictures* | 15 | 12 |
# | the winner; the mock exam, practised on | 10 | 8 |
# | a trial fails, an old project comes back | 5 | 5 |
# | a search that is killed, more than one machine | 15 | – |
# | exercises, quiz, drawings (*Go further*): homework | – | – |
#
# **On the board:** the 3 × 3 grid beside nine random points, and their shadows on one axis: three against nine.
#
# **In the room:** the drawings are a download of 2.4 MB; fetch them beforehand. The part with workers opens a port on this machine only (127.0.0.1). Antivirus programs may ask once.
#
# **Misconceptions the checks look for:** linear sampling of a learning rate; a conditional parameter that is always drawn; a value drawn and not used; the lowest accuracy taken for the best; one name for several hyperparameters.

# %% [markdown] lang="es" tags=["teacher"]
# | plan, en minutos | 90 | 45 |
# |---|--:|--:|
# | demasiadas combinaciones, qué merece la pena ajustar | 15 | 8 |
# | a mano: un sorteo justo de tasas de aprendizaje | 5 | 4 |
# | dónde buscan | 10 | – |
# | el hipermodelo, una barra de progreso tranquila | 15 | 8 |
# | predicción, tres búsquedas y *Lee las imágenes* | 15 | 12 |
# | la ganadora; el simulacro de examen, gastado de tanto practicar con él | 10 | 8 |
# | un ensayo falla y un proyecto viejo vuelve | 5 | 5 |
# | una búsqueda a la que matan, más de una máquina | 15 | – |
# | ejercicios, preguntas y dibujos (*Para ir más lejos*): para casa | – | – |
#
# **En la pizarra:** la cuadrícula de 3 × 3 junto a nueve puntos al azar, y sus sombras sobre un eje: tres frente a nueve.
#
# **En el aula:** los dibujos son una descarga de 2.4 MB; hazla antes. La parte de los trabajadores abre un puerto solo en esta máquina (127.0.0.1). Algún antivirus puede preguntar una vez.
#
# **Ideas equivocadas que buscan las comprobaciones:** muestreo lineal de una tasa de aprendizaje; un parámetro condicional que se sortea siempre; un valor que se sortea y no se usa; la exactitud más baja tomada por la mejor; un
# mismo nombre para varios hiperparámetros.
