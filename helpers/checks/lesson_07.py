"""Checks for lesson 07, transfer learning. Networks are judged by which weights move, and how far, when they are trained."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from helpers.checks import A_NUMBER, NotYet, Praise, a_function, exercise, quiz, raise_first


def _base() -> keras.Model:
    """A small base with weights of its own, as if trained: 12 pixels × 12 to 8 features."""
    inputs = keras.Input(shape=(12, 12, 1))
    kernels = keras.initializers.GlorotUniform(seed=0)
    maps = layers.Conv2D(8, 3, activation="relu", kernel_initializer=kernels)(inputs)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(maps))


def _images(count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random((count, 12, 12, 1), dtype=np.float32), np.arange(count) % 3


def _movement(before: list[np.ndarray], model: keras.Model) -> float:
    """The largest change of any weight."""
    return max(float(np.abs(a - b).max()) for a, b in zip(model.get_weights(), before, strict=True))


def _stands_on(base: keras.Model, model: keras.Model) -> bool:
    """Whether the model answers differently when the base gives the features (10, 0, …), (0, 10, …), …, each in turn."""
    kept, answers = base.get_weights(), []
    for bias in 10 * np.eye(8):
        base.set_weights([np.zeros_like(kept[0]), bias])
        answers.append(np.asarray(model(_images(1)[0])))
    base.set_weights(kept)
    return not np.allclose(answers, answers[0])


@exercise(expects=a_function("assemble(base)"), hints=[
    dict(en="Three things, in this order: freeze the base, put a head on it, compile.", es="Tres cosas, en este orden: congelar la base, ponerle una cabeza y compilar."),
    dict(en="base.trainable = False freezes it. The head: Dense, three classes, softmax. Whole-number labels want the sparse loss.",
         es="base.trainable = False la congela. La cabeza: Dense, tres clases, softmax. Las etiquetas enteras piden la pérdida sparse."),
    dict(en='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model',
         es='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model'),
], wrong={
    "returns no model": dict(en="assemble(base) returns no Keras model. Does it end with return model?", es="assemble(base) no devuelve un modelo de Keras. ¿Acaba con return model?"),
    "another number of classes": dict(en="For 12 images it answers with shape {shape}; three classes make (12, 3).",
                                      es="Con 12 imágenes responde con la forma {shape}; tres clases dan (12, 3).", example=dict(shape=(12, 5))),
    "another base": dict(en="It answers the same whatever the weights of base are: it is built on something else, perhaps on a copy.",
                         es="Responde lo mismo sean cuales sean los pesos de base: está construido sobre otra cosa, quizá sobre una copia."),
    "not compiled": dict(en="It is not compiled: fit would refuse.", es="No está compilado: fit se negaría."),
    "categorical loss with integer labels": dict(en="categorical_crossentropy wants labels such as [0, 0, 1]; the labels here are whole numbers, so it is the sparse one.",
                                                 es="categorical_crossentropy quiere etiquetas como [0, 0, 1]; aquí son números enteros, así que es la sparse."),
    "base not frozen": dict(en="After two epochs the weights of the base have changed. Freeze it: base.trainable = False, before compile.",
                            es="Tras dos épocas han cambiado los pesos de la base. Congélala: base.trainable = False, antes de compile."),
    "everything frozen": dict(en="After two epochs nothing has changed, the head included: the whole model is frozen. Freeze the base only.",
                              es="Tras dos épocas no ha cambiado nada, tampoco la cabeza: el modelo entero está congelado. Congela solo la base."),
    "no softmax": dict(en="The outputs for an image do not add up to 1, but the loss takes them for probabilities: activation='softmax'.",
                       es="Las salidas de una imagen no suman 1, pero la pérdida las toma por probabilidades: activation='softmax'."),
    "softmax twice": dict(en="The outputs are probabilities already, but the loss applies softmax once more: leave out from_logits=True.",
                          es="Las salidas ya son probabilidades, pero la pérdida vuelve a aplicar softmax: quita from_logits=True."),
}, right=dict(en="Two epochs of training: not a bit of the base has changed, and the head has learnt.",
              es="Dos épocas de entrenamiento: no ha cambiado ni un bit de la base y la cabeza ha aprendido."))  # fmt: skip
def assemble(answer: object) -> None:
    """A function from a base to a compiled classifier of three classes whose base stays as it is."""
    base = _base()
    learnt = base.get_weights()
    model = answer(base)
    if not isinstance(model, keras.Model):
        raise NotYet("returns no model")
    images, labels = _images()
    outputs = np.asarray(model(images))
    if outputs.shape != (12, 3):
        raise NotYet("another number of classes", shape=outputs.shape)
    loss = str(getattr(model.loss, "name", getattr(model.loss, "__name__", model.loss))).lower()
    probabilities = np.allclose(outputs.sum(axis=1), 1, atol=1e-3)
    from_logits = getattr(model.loss, "from_logits", False)
    found = {
        "another base": not _stands_on(base, model),
        "not compiled": not model.compiled,
        "categorical loss with integer labels": "categorical" in loss and "sparse" not in loss,
        "softmax twice": probabilities and from_logits,
    }
    raise_first(found)
    before = model.get_weights()
    model.fit(images, labels, epochs=2, verbose=0)
    found = {
        "base not frozen": _movement(learnt, base),
        "everything frozen": not _movement(before, model),
        "no softmax": not probabilities and not from_logits,
    }
    raise_first(found)


def _ready_to_thaw(images: np.ndarray, labels: np.ndarray) -> keras.Model:
    """A network whose head was trained on a frozen base."""
    base = _base()
    base.trainable = False
    kernel = keras.initializers.GlorotUniform(seed=1)
    model = keras.Sequential([base, layers.Dense(3, activation="softmax", kernel_initializer=kernel)])
    model.compile("adam", loss="sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=8, shuffle=False, verbose=0)  # the same batches later: no new step is prepared
    return model


@exercise(expects=a_function("thaw(model)"), hints=[
    dict(en="The second thing that went wrong in this lesson: what must follow every change of trainable?",
         es="Lo segundo que salió mal en esta lección: ¿qué debe seguir a todo cambio de trainable?"),
    dict(en="compile, with an optimiser whose learning rate is small: ten to a hundred times below the usual 0.001.",
         es="compile, con un optimizador de tasa de aprendizaje pequeña: de diez a cien veces menor que el 0.001 habitual."),
    dict(en='model.layers[0].trainable = True, then model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")',
         es='model.layers[0].trainable = True y después model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")'),
], wrong={
    "forgets the base": dict(en="The base has other weights before the next fit has even begun: what it had learnt is gone.",
                             es="La base tiene otros pesos antes de que empiece el siguiente fit: lo que había aprendido se ha perdido."),
    "forgets the head": dict(en="The head has other weights before the next fit has even begun: an untrained head would spoil the base.",
                             es="La cabeza tiene otros pesos antes de que empiece el siguiente fit: una cabeza sin entrenar estropearía la base."),
    "optimiser used again": dict(en="The old optimiser knows only the weights of the head and refuses those of the base. Give compile a new one.",
                                 es="El optimizador viejo solo conoce los pesos de la cabeza y rechaza los de la base. Pasa a compile uno nuevo."),
    "still frozen": dict(en="The base is still frozen: its own trainable, that of model.layers[0], must become True. That of the whole model is True already; to set it again does nothing.",
                         es="La base sigue congelada: su propio trainable, el de model.layers[0], debe pasar a True. El del modelo entero ya es True; ponerlo otra vez no hace nada."),
    "not compiled again": dict(en="trainable says True, but the next fit changes nothing: it goes on with the step that was prepared for a frozen base. compile again after the change.",
                               es="trainable dice True, pero el siguiente fit no cambia nada: sigue con el paso que se preparó para una base congelada. Tras el cambio, compila otra vez."),
    "learning rate too small": dict(en="In twelve small batches no weight of the base has moved by more than {moved:.2g}: that is nothing. For Adam, 1e-4 or 1e-5 is small.",
                                    es="En doce lotes pequeños, ningún peso de la base se ha movido más de {moved:.2g}: eso no es nada. Para Adam, 1e-4 o 1e-5 ya es poco.", example=dict(moved=1e-8)),
    "learning rate too large": dict(en="In twelve small batches a weight of the base has moved by {moved:.2g}: those are leaps, not polish. Give compile an optimiser with a small learning rate, 1e-4 or less.",
                                    es="En doce lotes pequeños, un peso de la base se ha movido {moved:.2g}: eso es saltar, no pulir. Pasa a compile un optimizador con una tasa de aprendizaje pequeña, 1e-4 o menos.", example=dict(moved=0.011)),
}, right=dict(en="The next epoch moves the base, by {moved:.1g} at most: fine-tuning.",
              es="La siguiente época mueve la base, {moved:.1g} como mucho: ajuste fino.", example=dict(moved=1e-4)))  # fmt: skip
def thaw(answer: object) -> Praise:
    """A function that readies a network with a frozen base for fine-tuning in small steps."""
    images, labels = _images(96)
    model = _ready_to_thaw(images, labels)
    learnt, head = model.layers[0].get_weights(), model.layers[-1].get_weights()
    result = answer(model)
    model = result if isinstance(result, keras.Model) else model  # a function may also return the network
    base = model.layers[0]
    if _movement(learnt, base) > 0.01:
        raise NotYet("forgets the base")
    if _movement(head, model.layers[-1]) > 0.01:
        raise NotYet("forgets the head")
    thawed = all(weight.trainable for weight in base.weights)
    try:
        model.fit(images, labels, batch_size=8, shuffle=False, verbose=0)
    except ValueError as error:
        if "Unknown variable" in str(error):
            raise NotYet("optimiser used again") from None
        raise
    moved = _movement(learnt, base)
    found = {
        "still frozen": not moved and not thawed,
        "not compiled again": not moved,
        "learning rate too small": moved < 3e-7,
        "learning rate too large": moved > 0.0025,
    }
    raise_first(found, moved=moved)
    return Praise(moved=moved)


@exercise(expects=a_function("prepare_and_extract(images)"), hints=[
    dict(en="Two steps: bring the pixels to what MobileNetV2 wants, then run my_base. What comes out has places; average over them.",
         es="Dos pasos: llevar los píxeles a lo que quiere MobileNetV2 y pasarlos por my_base. Lo que sale tiene posiciones; haz la media."),
    dict(en="It wants −1 to 1: keras.applications.mobilenet_v2.preprocess_input does that, given floats from 0 to 255.",
         es="Quiere de −1 a 1: lo hace keras.applications.mobilenet_v2.preprocess_input, si le das decimales de 0 a 255."),
    dict(en='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))',
         es='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))'),
], wrong={
    "places not averaged": dict(en="Three photos should make shape (3, 1280), yours is {shape}. The base answers at 3 × 3 places: take the mean over axes 1 and 2, or a GlobalAveragePooling2D.",
                                es="Tres fotos deberían dar la forma (3, 1280); la tuya es {shape}. La base responde en 3 × 3 posiciones: haz la media sobre los ejes 1 y 2, o usa GlobalAveragePooling2D.", example=dict(shape=(3, 3, 3, 1280))),
    "other features": dict(en="These are not the features of my_base for any input range we know. Use my_base as it is (a mean over the places, not a maximum or a sum), in inference mode: predict.",
                           es="Estas no son las características de my_base con ningún rango que conozcamos. Usa my_base tal cual (la media sobre las posiciones, no el máximo ni la suma), en modo de inferencia: predict."),
    "not preprocessed": dict(en="The base was fed pixels from 0 to 255. MobileNetV2 wants −1 to 1; no error tells you.",
                             es="La base ha recibido píxeles de 0 a 255. MobileNetV2 quiere de −1 a 1; ningún error te avisa."),
    "divides by 255": dict(en="The base was fed 0 to 1, which suits the small network. MobileNetV2 wants −1 to 1.",
                           es="La base ha recibido de 0 a 1, que es lo que quiere la red pequeña. MobileNetV2 quiere de −1 a 1."),
    "preprocessing of VGG16": dict(en="That is VGG16's preprocessing (blue first, minus the mean colour). Each base has its own: mobilenet_v2.preprocess_input.",
                                   es="Ese es el preprocesado de VGG16 (primero el azul, menos el color medio). Cada base tiene el suyo: mobilenet_v2.preprocess_input."),
    "blue first": dict(en="The range is right, but the colours are in another order: red and blue are exchanged. MobileNetV2 wants red first, as the photos are.",
                       es="El rango está bien, pero los colores van en otro orden: rojo y azul están intercambiados. MobileNetV2 quiere primero el rojo, como en las fotos."),
    "scaled twice": dict(en="The pixels were scaled twice, so that all of them end near −1: every photo looks black. preprocess_input wants 0 to 255.",
                         es="Los píxeles se han escalado dos veces y acaban todos cerca de −1: todas las fotos parecen negras. preprocess_input quiere de 0 a 255."),
}, right=dict(en="A row of 1,280 features per photo, from inputs between −1 and 1. With trained weights, this is the whole swap.",
              es="Una fila de 1280 características por foto, con entradas entre −1 y 1. Con pesos entrenados, el cambio de base es solo esto."))  # fmt: skip
def swap(answer: object, base: keras.Model) -> None:
    """A function from photos, 0 to 255, to MobileNetV2's features, averaged over the places; built on `base`."""
    photos = np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    features = np.asarray(answer(photos.copy()))
    if features.shape != (3, 1280):
        raise NotYet("places not averaged", shape=features.shape)
    pixels = photos.astype("float32")
    scaled = pixels / 127.5 - 1
    fed = [
        ("right", scaled),
        ("not preprocessed", pixels),
        ("divides by 255", pixels / 255),
        ("preprocessing of VGG16", pixels[..., ::-1] - np.float32([103.939, 116.779, 123.68])),
        ("blue first", scaled[..., ::-1]),
        ("scaled twice", scaled / 127.5 - 1),
        ("scaled twice", pixels / 255 / 127.5 - 1),
    ]

    def distance(inputs: np.ndarray) -> float:
        expected = np.asarray(base(inputs, training=False)).mean(axis=(1, 2))
        return np.abs(features - expected).max() / (np.abs(expected).max() + 1e-12)

    least, nearest = min((distance(inputs), name) for name, inputs in fed)
    if least > 1e-2:
        raise NotYet("other features")
    if nearest != "right":
        raise NotYet(nearest)


@exercise(expects=A_NUMBER, hints=[
    dict(en="How many numbers for one photo? How many bytes for one number?", es="¿Cuántos números por foto? ¿Cuántos bytes por número?"),
    dict(en="10 · 10 · 512 numbers; a float16 has 16 bits, and a byte has 8.", es="10 · 10 · 512 números; un float16 tiene 16 bits y un byte, 8."),
    dict(en="2000 · 10 · 10 · 512 · 2 / 1e6", es="2000 · 10 · 10 · 512 · 2 / 1e6"),
], wrong={
    "numbers instead of bytes": dict(en="That counts numbers. Each float16 takes two bytes.", es="Eso son números. Cada float16 ocupa dos bytes."),
    "float32": dict(en="That would be float32, four bytes each. A float16 has 16 bits: two bytes.", es="Eso sería float32, cuatro bytes cada uno. Un float16 tiene 16 bits: dos bytes."),
    "bits instead of bytes": dict(en="Those are bits. A byte has eight.", es="Eso son bits. Un byte tiene ocho."),
    "one photo": dict(en="That is one photo. There are 2,000.", es="Eso es una foto. Hay 2000."),
    "another block": dict(en="That is block 5, with its 5 × 5 places. Block 4 gives 10 × 10.", es="Eso es el bloque 5, con sus 5 × 5 posiciones. El bloque 4 da 10 × 10."),
    "another unit": dict(en="Right digits, another unit: a megabyte is a million bytes.", es="Las cifras están bien y la unidad es otra: un megabyte es un millón de bytes."),
    "another number": dict(en="{value:g}? Multiply photos, places, features and bytes per number, and divide by a million.",
                           es="¿{value:g}? Multiplica fotos, posiciones, características y bytes por número, y divide entre un millón.", example=dict(value=1000)),
}, right=dict(en="About 205 MB, a third of what the photos would take as decimals: it fits, and an epoch no longer needs the lower blocks.",
              es="Unos 205 MB, un tercio de lo que ocuparían las fotos como decimales: cabe, y las épocas ya no necesitan los bloques de abajo."))  # fmt: skip
def size_of_cache(answer: float) -> None:
    """Megabytes of block 4's features of 2,000 photos in float16: 204.8."""
    exact = 2_000 * 10 * 10 * 512 * 2 / 1e6

    def near(factor: float) -> bool:
        return abs(answer - factor * exact) <= 0.02 * factor * exact

    if near(1) or near(1e6 / 2**20):  # MB or MiB
        return
    found = {
        "numbers instead of bytes": near(1 / 2),
        "float32": near(2),
        "bits instead of bytes": near(8),
        "one photo": near(1 / 2_000),
        "another block": near(1 / 4),
        "another unit": near(1e6) or near(1e3),
        "another number": True,
    }
    raise_first(found, value=answer)


quiz_few = quiz("quiz_few", right="b",
    a=dict(en="Forty pictures against millions of weights: it would memorise them, and forget what the base could see.",
           es="Cuarenta imágenes frente a millones de pesos: las memorizaría y olvidaría lo que la base sabía ver."),
    b=dict(en="Few data: train little. Unlike data: earlier blocks, whose edges and textures serve X-rays as well. Validation decides between them.",
           es="Pocos datos: entrena poco. Datos distintos: bloques anteriores, cuyos bordes y texturas también sirven para radiografías. Entre ellos decide la validación."),
    c=dict(en="In part one a base helped with digits that it had never seen. Edges are edges.", es="En la primera parte, una base ayudó con dígitos que nunca había visto. Un borde es un borde."),
)  # fmt: skip

quiz_once = quiz("quiz_once", right="b",
    a=dict(en="A frozen base is a function: same photo, same features. That is why keeping them works without augmentation.",
           es="Una base congelada es una función: misma foto, mismas características. Por eso se pueden guardar cuando no hay aumento."),
    b=dict(en="Every epoch brings 2,000 new pictures. One could keep a few altered copies of each; the endless variety is gone then.",
           es="Cada época trae 2000 imágenes nuevas. Se podrían guardar unas pocas copias alteradas de cada una, pero se pierde la variedad sin fin."),
    c=dict(en="Augmentation has no hand in the weights: it alters pictures, and a frozen base stays frozen.",
           es="El aumento no toca los pesos: altera imágenes, y una base congelada sigue congelada."),
)  # fmt: skip

quiz_order = quiz("quiz_order", right="a",
    a=dict(en="Its weights are random, so what it asks of the base is random as well. A trained head asks for changes that help.",
           es="Sus pesos están al azar, así que lo que pide a la base también lo está. Una cabeza entrenada pide cambios que ayudan."),
    b=dict(en="Keras trains whatever is trainable, all at once if you like. It is a question of wisdom, not of permission.",
           es="Keras entrena todo lo que sea trainable, a la vez si quieres. No es cuestión de permiso, sino de prudencia."),
    c=dict(en="Nothing is overtaken: all weights get their step in the same batch. What matters is where the head makes the base go.",
           es="Nadie adelanta a nadie: todos los pesos dan su paso en el mismo lote. Lo que importa es hacia dónde empuja la cabeza a la base."),
)  # fmt: skip
