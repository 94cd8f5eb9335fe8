"""Checks for lesson 07, transfer learning. Networks are judged by which weights move, and how far, when they are trained."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from helpers.exercises import NotYet, exercise, quiz
from helpers.language import tr


def _base() -> keras.Model:
    """A small base with weights of its own, as if trained: 12 pixels × 12 to 8 features."""
    stack = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D()]
    return keras.Sequential([keras.Input(shape=(12, 12, 1)), *stack])


def _images(count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random((count, 12, 12, 1), dtype=np.float32), np.arange(count) % 3


def _movement(before: list[np.ndarray], after: list[np.ndarray]) -> float:
    """The largest change of any weight."""
    return max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True))


def _require_function(answer: object, name: str) -> Callable:
    if not callable(answer) or isinstance(answer, keras.Model):
        text = tr(
            en=f"The answer is the function itself, {name}, without parentheses; the check calls it.",
            es=f"La respuesta es la propia función, {name}, sin paréntesis; la comprobación la llama.",
        )
        raise NotYet("not a function", text)
    return answer


@exercise(
    dict(
        en="Three things, in this order: freeze the base, put a head on it, compile.",
        es="Tres cosas, en este orden: congelar la base, ponerle una cabeza y compilar.",
    ),
    dict(
        en="base.trainable = False freezes it. The head: Dense, three classes, softmax. Whole-number labels want the sparse loss.",
        es="base.trainable = False la congela. La cabeza: Dense, tres clases, softmax. Las etiquetas enteras piden la pérdida sparse.",
    ),
    dict(
        en='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model',
        es='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model',
    ),
)
def assemble(answer: object) -> str:
    """A function from a base to a compiled classifier of three classes whose base stays as it is."""
    function = _require_function(answer, "assemble")
    base = _base()
    learnt = [weight.copy() for weight in base.get_weights()]
    model = function(base)
    if not isinstance(model, keras.Model):
        text = tr(
            en="assemble(base) returns no Keras model. Does it end with return model?",
            es="assemble(base) no devuelve un modelo de Keras. ¿Acaba con return model?",
        )
        raise NotYet("returns no model", text)
    images, labels = _images()
    outputs = np.asarray(model(images))
    if outputs.shape != (12, 3):
        text = tr(
            en=f"For 12 images it answers with shape {outputs.shape}; three classes make (12, 3).",
            es=f"Con 12 imágenes responde con la forma {outputs.shape}; tres clases dan (12, 3).",
        )
        raise NotYet("another number of classes", text)
    if not model.compiled:
        text = tr(en="It is not compiled: fit would refuse.", es="No está compilado: fit se negaría.")
        raise NotYet("not compiled", text)
    loss = str(getattr(model.loss, "name", getattr(model.loss, "__name__", model.loss))).lower()
    if "categorical" in loss and "sparse" not in loss:
        text = tr(
            en="categorical_crossentropy wants labels such as [0, 0, 1]; the labels here are whole numbers, so it is the sparse one.",
            es="categorical_crossentropy quiere etiquetas como [0, 0, 1]; aquí son números enteros, así que es la sparse.",
        )
        raise NotYet("categorical loss with integer labels", text)
    before = [weight.copy() for weight in model.get_weights()]
    model.fit(images, labels, epochs=2, verbose=0)
    if _movement(learnt, base.get_weights()):
        text = tr(
            en="After two epochs the weights of the base have changed. Freeze it: base.trainable = False, before compile.",
            es="Tras dos épocas han cambiado los pesos de la base. Congélala: base.trainable = False, antes de compile.",
        )
        raise NotYet("base not frozen", text)
    if not _movement(before, model.get_weights()):
        text = tr(
            en="After two epochs nothing has changed, the head included: the whole model is frozen. Freeze the base only.",
            es="Tras dos épocas no ha cambiado nada, tampoco la cabeza: el modelo entero está congelado. Congela solo la base.",
        )
        raise NotYet("everything frozen", text)
    if not np.allclose(outputs.sum(axis=1), 1, atol=1e-3) and not getattr(model.loss, "from_logits", False):
        text = tr(
            en="The outputs for an image do not add up to 1, but the loss takes them for probabilities: activation='softmax'.",
            es="Las salidas de una imagen no suman 1, pero la pérdida las toma por probabilidades: activation='softmax'.",
        )
        raise NotYet("no softmax", text)
    return tr(
        en="Two epochs of training: not a bit of the base has changed, and the head has learnt.",
        es="Dos épocas de entrenamiento: no ha cambiado ni un bit de la base y la cabeza ha aprendido.",
    )


@exercise(
    dict(
        en="The second thing that went wrong in this lesson: what must follow every change of trainable?",
        es="Lo segundo que salió mal en esta lección: ¿qué debe seguir a todo cambio de trainable?",
    ),
    dict(
        en="compile, with an optimiser whose learning rate is small: ten to a hundred times below the usual 0.001.",
        es="compile, con un optimizador de tasa de aprendizaje pequeña: de diez a cien veces menor que el 0.001 habitual.",
    ),
    dict(
        en='model.layers[0].trainable = True, then model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")',
        es='model.layers[0].trainable = True y después model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")',
    ),
)
def thaw(answer: object) -> str:
    """A function that readies a network with a frozen base for fine-tuning in small steps."""
    function = _require_function(answer, "thaw")
    images, labels = _images(96)
    base = _base()
    base.trainable = False
    model = keras.Sequential([base, layers.Dense(3, activation="softmax")])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=8, verbose=0)  # the same batches as below, or Keras prepares its step anew
    learnt = [weight.copy() for weight in base.get_weights()]
    result = function(model)
    model = result if isinstance(result, keras.Model) else model  # a function may also return the network
    if _movement(learnt, model.layers[0].get_weights()) > 0.01:
        text = tr(
            en="The base has other weights before the next fit has even begun: what it had learnt is gone.",
            es="La base tiene otros pesos antes de que empiece el siguiente fit: lo que había aprendido se ha perdido.",
        )
        raise NotYet("forgets the base", text)
    thawed = all(weight.trainable for weight in model.layers[0].weights)
    model.fit(images, labels, batch_size=8, epochs=1, verbose=0)
    moved = _movement(learnt, model.layers[0].get_weights())
    if not moved and not thawed:
        text = tr(
            en="The base is still frozen: its trainable must become True.",
            es="La base sigue congelada: su trainable debe pasar a True.",
        )
        raise NotYet("still frozen", text)
    if not moved:
        text = tr(
            en="trainable says True, but the next fit changes nothing: it goes on with the step that was prepared for a frozen base. "
            "compile again after the change.",
            es="trainable dice True, pero el siguiente fit no cambia nada: sigue con el paso que se preparó para una base congelada. "
            "Tras el cambio, compila otra vez.",
        )
        raise NotYet("not compiled again", text)
    if moved > 0.005:
        text = tr(
            en=f"In twelve small batches a weight of the base has moved by {moved:.2g}: those are leaps, not polish. Give compile an "
            "optimiser with a small learning rate, 1e-4 or less.",
            es=f"En doce lotes pequeños, un peso de la base se ha movido {moved:.2g}: eso es saltar, no pulir. Pasa a compile un "
            "optimizador con una tasa de aprendizaje pequeña, 1e-4 o menos.",
        )
        raise NotYet("learning rate too large", text)
    return tr(
        en=f"The next epoch moves the base, by {moved:.1g} at most: fine-tuning.",
        es=f"La siguiente época mueve la base, {moved:.1g} como mucho: ajuste fino.",
    )


@exercise(
    dict(
        en="Two steps: bring the pixels to what MobileNetV2 wants, then run my_base. What comes out has places; average over them.",
        es="Dos pasos: llevar los píxeles a lo que quiere MobileNetV2 y pasarlos por my_base. Lo que sale tiene posiciones; haz la media.",
    ),
    dict(
        en="It wants −1 to 1: keras.applications.mobilenet_v2.preprocess_input does that, given floats from 0 to 255.",
        es="Quiere de −1 a 1: lo hace keras.applications.mobilenet_v2.preprocess_input, si le das decimales de 0 a 255.",
    ),
    dict(
        en='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))',
        es='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))',
    ),
)
def swap(answer: object, base: keras.Model) -> str:
    """A function from photos, 0 to 255, to MobileNetV2's features, averaged over the places; built on `base`."""
    function = _require_function(answer, "prepare_and_extract")
    photos = np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    given = photos.copy()
    features = np.asarray(function(given))
    if features.shape != (3, 1280):
        text = tr(
            en=f"Three photos should make shape (3, 1280), yours is {features.shape}. The base answers at 3 × 3 places: take the mean over "
            "axes 1 and 2, or a GlobalAveragePooling2D.",
            es=f"Tres fotos deberían dar la forma (3, 1280); la tuya es {features.shape}. La base responde en 3 × 3 posiciones: haz la media "
            "sobre los ejes 1 y 2, o usa GlobalAveragePooling2D.",
        )
        raise NotYet("places not averaged", text)
    pixels = photos.astype("float32")
    scaled = pixels / 127.5 - 1
    fed = {
        "right": scaled,
        "not preprocessed": pixels,
        "divides by 255": pixels / 255,
        "preprocessing of VGG16": pixels[..., ::-1] - np.float32([103.939, 116.779, 123.68]),
        "scaled twice": scaled / 127.5 - 1,
        "scaled twice, 255 first": pixels / 255 / 127.5 - 1,
    }
    distances = {}
    for name, inputs in fed.items():
        expected = np.asarray(base(inputs, training=False)).mean(axis=(1, 2))
        distances[name] = np.abs(features - expected).max() / (np.abs(expected).max() + 1e-12)
    nearest = min(distances, key=distances.get)
    if distances[nearest] > 1e-2:
        text = tr(
            en="These are not the features of my_base for any input range we know. Use my_base as it is (a mean over the places, not a maximum or a sum), "
            "in inference mode: predict.",
            es="Estas no son las características de my_base con ningún rango que conozcamos. Usa my_base tal cual (la media sobre las posiciones, no el "
            "máximo ni la suma), en modo de inferencia: predict.",
        )
        raise NotYet("other features", text)
    if nearest != "right":
        name = nearest.split(",")[0]
        texts = {
            "not preprocessed": tr(
                en="The base was fed pixels from 0 to 255. MobileNetV2 wants −1 to 1; no error tells you.",
                es="La base ha recibido píxeles de 0 a 255. MobileNetV2 quiere de −1 a 1; ningún error te avisa.",
            ),
            "divides by 255": tr(
                en="The base was fed 0 to 1, which suits the small network. MobileNetV2 wants −1 to 1.",
                es="La base ha recibido de 0 a 1, que es lo que quiere la red pequeña. MobileNetV2 quiere de −1 a 1.",
            ),
            "preprocessing of VGG16": tr(
                en="That is VGG16's preprocessing (blue first, minus the mean colour). Each base has its own: mobilenet_v2.preprocess_input.",
                es="Ese es el preprocesado de VGG16 (primero el azul, menos el color medio). Cada base tiene el suyo: mobilenet_v2.preprocess_input.",
            ),
            "scaled twice": tr(
                en="The pixels were scaled twice, so that all of them end near −1: every photo looks black. preprocess_input wants 0 to 255.",
                es="Los píxeles se han escalado dos veces y acaban todos cerca de −1: todas las fotos parecen negras. preprocess_input quiere de 0 a 255.",
            ),
        }
        raise NotYet(name, texts[name])
    return tr(
        en="A row of 1,280 features per photo, from inputs between −1 and 1. With trained weights, this is the whole swap.",
        es="Una fila de 1280 características por foto, con entradas entre −1 y 1. Con pesos entrenados, el cambio de base es solo esto.",
    )


@exercise(
    dict(
        en="How many numbers for one photo? How many bytes for one number?",
        es="¿Cuántos números por foto? ¿Cuántos bytes por número?",
    ),
    dict(
        en="10 · 10 · 512 numbers; a float16 has 16 bits, and a byte has 8.",
        es="10 · 10 · 512 números; un float16 tiene 16 bits y un byte, 8.",
    ),
    dict(en="2000 · 10 · 10 · 512 · 2 / 1e6", es="2000 · 10 · 10 · 512 · 2 / 1e6"),
)
def size_of_cache(answer: object) -> str:
    """Megabytes of block 4's features of 2,000 photos in float16: 204.8."""
    value = float(answer)  # type: ignore[arg-type]
    exact = 2_000 * 10 * 10 * 512 * 2 / 1e6

    def near(target: float) -> bool:
        return abs(value - target) <= 0.02 * target

    if near(exact) or near(exact * 1e6 / 2**20):  # MB or MiB
        return tr(
            en="About 205 MB, a third of what the photos would take as decimals: it fits, and an epoch no longer needs the lower blocks.",
            es="Unos 205 MB, un tercio de lo que ocuparían las fotos como decimales: cabe, y las épocas ya no necesitan los bloques de abajo.",
        )
    if near(exact / 2):
        text = tr(
            en="That counts numbers. Each float16 takes two bytes.",
            es="Eso son números. Cada float16 ocupa dos bytes.",
        )
        raise NotYet("numbers instead of bytes", text)
    if near(exact * 2):
        text = tr(
            en="That would be float32, four bytes each. A float16 has 16 bits: two bytes.",
            es="Eso sería float32, cuatro bytes cada uno. Un float16 tiene 16 bits: dos bytes.",
        )
        raise NotYet("float32", text)
    if near(exact * 8):
        text = tr(en="Those are bits. A byte has eight.", es="Eso son bits. Un byte tiene ocho.")
        raise NotYet("bits instead of bytes", text)
    if near(exact / 2_000):
        text = tr(en="That is one photo. There are 2,000.", es="Eso es una foto. Hay 2000.")
        raise NotYet("one photo", text)
    if near(exact / 4):
        text = tr(
            en="That is block 5, with its 5 × 5 places. Block 4 gives 10 × 10.",
            es="Eso es el bloque 5, con sus 5 × 5 posiciones. El bloque 4 da 10 × 10.",
        )
        raise NotYet("another block", text)
    if near(exact * 1e6) or near(exact * 1e3):
        text = tr(
            en="Right digits, another unit: a megabyte is a million bytes.",
            es="Las cifras están bien y la unidad es otra: un megabyte es un millón de bytes.",
        )
        raise NotYet("another unit", text)
    text = tr(
        en=f"{value:g}? Multiply photos, places, features and bytes per number, and divide by a million.",
        es=f"¿{value:g}? Multiplica fotos, posiciones, características y bytes por número, y divide entre un millón.",
    )
    raise NotYet("another number", text)


quiz_few = quiz(
    "quiz_few",
    right="b",
    a=dict(
        en="Forty pictures against millions of weights: it would memorise them, and forget what the base could see.",
        es="Cuarenta imágenes frente a millones de pesos: las memorizaría y olvidaría lo que la base sabía ver.",
    ),
    b=dict(
        en="Few data: train little. Unlike data: earlier blocks, whose edges and textures serve X-rays as well. Validation decides between them.",
        es="Pocos datos: entrena poco. Datos distintos: bloques anteriores, cuyos bordes y texturas también sirven para radiografías. Entre ellos decide la validación.",
    ),
    c=dict(
        en="In part one a base helped with digits that it had never seen. Edges are edges.",
        es="En la primera parte, una base ayudó con dígitos que nunca había visto. Un borde es un borde.",
    ),
)

quiz_once = quiz(
    "quiz_once",
    right="b",
    a=dict(
        en="A frozen base is a function: same photo, same features. That is why keeping them works without augmentation.",
        es="Una base congelada es una función: misma foto, mismas características. Por eso se pueden guardar cuando no hay aumento.",
    ),
    b=dict(
        en="Every epoch brings 2,000 new pictures. One could keep a few altered copies of each; the endless variety is gone then.",
        es="Cada época trae 2000 imágenes nuevas. Se podrían guardar unas pocas copias alteradas de cada una, pero se pierde la variedad sin fin.",
    ),
    c=dict(
        en="Augmentation has no hand in the weights: it alters pictures, and a frozen base stays frozen.",
        es="El aumento no toca los pesos: altera imágenes, y una base congelada sigue congelada.",
    ),
)

quiz_order = quiz(
    "quiz_order",
    right="a",
    a=dict(
        en="Its weights are random, so what it asks of the base is random as well. A trained head asks for changes that help.",
        es="Sus pesos están al azar, así que lo que pide a la base también lo está. Una cabeza entrenada pide cambios que ayudan.",
    ),
    b=dict(
        en="Keras trains whatever is trainable, all at once if you like. It is a question of wisdom, not of permission.",
        es="Keras entrena todo lo que sea trainable, a la vez si quieres. No es cuestión de permiso, sino de prudencia.",
    ),
    c=dict(
        en="Nothing is overtaken: all weights get their step in the same batch. What matters is where the head makes the base go.",
        es="Nadie adelanta a nadie: todos los pesos dan su paso en el mismo lote. Lo que importa es hacia dónde empuja la cabeza a la base.",
    ),
)
