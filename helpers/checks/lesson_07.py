"""Checks for lesson 07, transfer learning. Networks are judged by which weights move, and how far, when they are trained."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from unittest import mock

import keras
import numpy as np
from keras import layers

from helpers import checks, data, results
from helpers.checks import A_NUMBER, Praise, a_function, exercise, quiz, raise_first

ASKED = 0.95  # of the validation photos; from 100, Dense(1) alone reached 0.86 to 0.88, with dropout or a hidden layer 0.95 to 0.96
OURS = "vgg16_features"  # our run with all 2,000, in the ledger
HEAD = checks.a_model((512,), en="features of shape (N, 512)", es="características de forma (N, 512)")


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


def _noting_late_changes(answer: Callable, given: keras.Model, base: keras.Model) -> tuple[object, bool]:
    """What the answer returns, and whether it set `trainable` of the base after its last compile."""
    compile_, trainable = keras.Model.compile, []

    def noting(model: keras.Model, *args: object, **options: object) -> None:
        trainable[:] = [weight.trainable for weight in base.weights]
        compile_(model, *args, **options)

    with mock.patch.object(keras.Model, "compile", noting):
        result = answer(given)
    return result, bool(trainable) and trainable != [weight.trainable for weight in base.weights]


_WRONG_LOSS = {
    "another loss": dict(en="compile has another loss. The labels are whole numbers for three classes, and for these the loss is sparse_categorical_crossentropy (categorical_crossentropy needs labels such as [0, 0, 1]).",
                         es="compile tiene otra pérdida. Las etiquetas son números enteros para tres clases, y con ellas la pérdida es sparse_categorical_crossentropy (categorical_crossentropy necesita etiquetas como [0, 0, 1])."),
    "no softmax": dict(en="The outputs for an image do not add up to 1, but the loss takes them for probabilities. The last layer needs activation='softmax'.",
                       es="Las salidas de una imagen no suman 1, pero la pérdida las toma por probabilidades. La última capa necesita activation='softmax'."),
    "softmax twice": dict(en="The outputs are probabilities already, but the loss applies softmax once more. Leave out from_logits=True.",
                          es="Las salidas ya son probabilidades, pero la pérdida vuelve a aplicar softmax. Quita from_logits=True."),
}  # fmt: skip


def _require_loss(model: keras.Model, outputs: np.ndarray) -> None:
    """The loss must suit labels that are whole numbers, and these outputs, shape (N, 3)."""
    from_logits = getattr(model.loss, "from_logits", False)
    probabilities = np.allclose(outputs.sum(axis=1), 1, atol=1e-3)
    found = {
        "another loss": "sparse" not in f"{model.loss} {type(model.loss).__name__}".lower(),
        "softmax twice": probabilities and from_logits,
        "no softmax": not probabilities and not from_logits,
    }
    raise_first(found)


@exercise(expects=a_function("assemble(base)"), hints=[
    dict(en="There are three steps: freeze the base, put a head on it, compile. Do them in this order.", es="Son tres pasos: congelar la base, ponerle una cabeza y compilar. Hazlos en este orden."),
    dict(en="base.trainable = False freezes the base. The head is a Dense layer with three classes and softmax. Labels that are whole numbers need the sparse loss.",
         es="base.trainable = False congela la base. La cabeza es una capa Dense con tres clases y softmax. Las etiquetas enteras necesitan la pérdida sparse."),
    dict(en='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model',
         es='model = keras.Sequential([base, layers.Dense(…, activation="softmax")]); model.compile("adam", loss="sparse_…"); return model'),
], wrong={
    "returns no model": dict(en="assemble(base) returns no Keras model. Does it end with return model?", es="assemble(base) no devuelve un modelo de Keras. ¿Acaba con return model?"),
    "another number of classes": dict(en="For 12 images the output has shape {shape}; with three classes it is (12, 3).", es="Con 12 imágenes la salida tiene la forma {shape}; con tres clases es (12, 3).", example=dict(shape=(12, 5))),
    "another base": dict(en="Other weights in base do not change its output, so it does not use this base. Build it on the base that assemble receives, not on a copy or a new network.",
                         es="Otros pesos en base no cambian su salida, así que no usa esta base. Constrúyelo sobre la base que recibe assemble, no sobre una copia ni sobre una red nueva."),
    "not compiled": dict(en="The model is not compiled, so fit would stop with an error.", es="El modelo no está compilado, así que fit se detendría con un error."),
    **_WRONG_LOSS,
    "base not frozen": dict(en="After two epochs the weights of the base have changed. Freeze it with base.trainable = False, before compile.",
                            es="Tras dos épocas han cambiado los pesos de la base. Congélala con base.trainable = False, antes de compile."),
    "everything frozen": dict(en="After two epochs no weight has changed, those of the head included: the whole model is frozen. Freeze the base only.",
                              es="Tras dos épocas no ha cambiado ningún peso, tampoco los de la cabeza: el modelo entero está congelado. Congela solo la base."),
}, right={
    "frozen, then compiled": dict(en="In two epochs of training no weight of the base has changed, and the head has learnt.", es="En dos épocas de entrenamiento no ha cambiado ningún peso de la base, y la cabeza ha aprendido."),
    "compiled, then frozen": dict(en="In two epochs no weight of the base has changed, and the head has learnt. But you froze the base after compile. That works only before the first fit, which prepares the training step. It is safer to freeze first and compile afterwards.",
                                  es="En dos épocas no ha cambiado ningún peso de la base, y la cabeza ha aprendido. Pero has congelado la base después de compile. Eso solo funciona antes del primer fit, que prepara el paso de entrenamiento. Es más seguro congelar primero y compilar después."),
})  # fmt: skip
def assemble(answer: Callable) -> Praise:
    """A function from a base to a compiled classifier of three classes whose base stays as it is."""
    base = _base()
    learnt = base.get_weights()
    model, late = _noting_late_changes(answer, base, base)
    raise_first({"returns no model": not isinstance(model, keras.Model)})
    images, labels = _images()
    outputs = np.asarray(model(images))
    raise_first({"another number of classes": outputs.shape != (12, 3)}, shape=outputs.shape)
    raise_first({"another base": not _stands_on(base, model), "not compiled": not model.compiled})
    _require_loss(model, outputs)
    before = model.get_weights()
    model.fit(images, labels, epochs=2, verbose=0)
    raise_first({"base not frozen": _movement(learnt, base), "everything frozen": not _movement(before, model)})
    return Praise("compiled, then frozen" if late else "frozen, then compiled")


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
    dict(en="fit goes on with the training step that it prepared while the base was frozen. What must follow a change of trainable?",
         es="fit sigue con el paso de entrenamiento que preparó cuando la base estaba congelada. ¿Qué hay que hacer después de cambiar trainable?"),
    dict(en="compile, with an optimiser whose learning rate is ten to a hundred times smaller than the usual 0.001.", es="compile, con un optimizador cuya tasa de aprendizaje sea de diez a cien veces menor que el 0.001 habitual."),
    dict(en='model.layers[0].trainable = True, then model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")',
         es='model.layers[0].trainable = True y después model.compile(keras.optimizers.Adam(…), loss="sparse_categorical_crossentropy")'),
], wrong={
    "forgets the base": dict(en="Your function has changed the weights of the base before the next fit begins: what the base had learnt is lost.",
                             es="Tu función ha cambiado los pesos de la base antes de que empiece el siguiente fit: lo que la base había aprendido se ha perdido."),
    "forgets the head": dict(en="Your function has changed the weights of the head. Keep the trained head: with an untrained one, the first steps would damage the base.",
                             es="Tu función ha cambiado los pesos de la cabeza. Conserva la cabeza entrenada: con una sin entrenar, los primeros pasos dañarían la base."),
    **_WRONG_LOSS,
    "optimiser used again": dict(en="The old optimiser only knows the weights of the head, so fit stops with an error at those of the base. Give compile a new optimiser.",
                                 es="El optimizador antiguo solo conoce los pesos de la cabeza, así que fit se detiene con un error ante los de la base. Pasa a compile un optimizador nuevo."),
    "still frozen": dict(en="The weights of the base are still frozen. model.trainable reads True from the start, and setting it to True once more changes nothing. Set it for the base, model.layers[0], or in a loop for each layer.",
                         es="Los pesos de la base siguen congelados. model.trainable vale True desde el principio, y asignarle True otra vez no cambia nada. Asígnalo a la base, model.layers[0], o a cada capa en un bucle."),
    "not compiled again": dict(en="The base is trainable now, but the next fit does not change it: it uses the training step that was prepared while the base was frozen. Call compile after the change.",
                               es="La base ya es entrenable, pero el siguiente fit no la cambia: usa el paso de entrenamiento que se preparó cuando estaba congelada. Llama a compile después del cambio."),
    "learning rate too small": dict(en="In twelve batches no weight of the base has changed by more than {moved:.2g}, so it would hardly learn. For Adam, 1e-4 or 1e-5 is small enough.",
                                    es="En doce lotes ningún peso de la base ha cambiado más de {moved:.2g}, así que apenas aprendería. Para Adam, 1e-4 o 1e-5 ya es una tasa pequeña.", example=dict(moved=1e-8)),
    "learning rate too large": dict(en="In twelve batches a weight of the base has changed by {moved:.2g}. Changes of this size can destroy what the base has learnt: give compile an optimiser with a smaller learning rate, such as Adam with 1e-4 or less.",
                                    es="En doce lotes un peso de la base ha cambiado {moved:.2g}. Cambios así pueden destruir lo que la base ha aprendido: pasa a compile un optimizador con una tasa de aprendizaje menor, por ejemplo Adam con 1e-4 o menos.", example=dict(moved=0.011)),
}, right={
    "thawed, then compiled": dict(en="The next epoch changes the weights of the base, by {moved:.1g} at most: this is fine-tuning.",
                                  es="La siguiente época cambia los pesos de la base, {moved:.1g} como mucho: esto es ajuste fino.", example=dict(moved=1e-4)),
    "compiled, then thawed": dict(en="The next epoch changes the weights of the base, by {moved:.1g} at most. But you set trainable after compile. That works only until the next fit, which prepares the training step. It is safer to set trainable first and compile afterwards.",
                                  es="La siguiente época cambia los pesos de la base, {moved:.1g} como mucho. Pero has cambiado trainable después de compile. Eso solo funciona hasta el siguiente fit, que prepara el paso de entrenamiento. Es más seguro cambiar trainable primero y compilar después.", example=dict(moved=1e-4)),
})  # fmt: skip
def thaw(answer: Callable) -> Praise:
    """A function that readies a network with a frozen base for fine-tuning in small steps."""
    images, labels = _images(96)
    model = _ready_to_thaw(images, labels)
    learnt, head, optimizer = model.layers[0].get_weights(), model.layers[-1].get_weights(), model.optimizer
    result, late = _noting_late_changes(answer, model, model.layers[0])
    model = result if isinstance(result, keras.Model) else model  # a function may also return the network
    base = model.layers[0]
    raise_first({"forgets the base": _movement(learnt, base) > 0.01})
    raise_first({"forgets the head": _movement(head, model.layers[-1]) > 0.01})
    _require_loss(model, np.asarray(model(images)))
    thawed = all(weight.trainable for weight in base.weights)
    try:
        model.fit(images, labels, batch_size=8, shuffle=False, verbose=0)
    except (ValueError, NotImplementedError):  # the second one up to Keras 3.10
        raise_first({"optimiser used again": model.optimizer is optimizer})
        raise
    moved = _movement(learnt, base)
    found = {
        "still frozen": not moved and not thawed,
        "not compiled again": not moved,
        "learning rate too small": moved < 3e-7,
        "learning rate too large": moved > 0.0025,
    }
    raise_first(found, moved=moved)
    return Praise("compiled, then thawed" if late else "thawed, then compiled", moved=moved)


@exercise(expects=a_function("prepare_and_extract(images)"), hints=[
    dict(en="There are two steps: bring the pixels to the range that MobileNetV2 needs, then run my_base. Its output still has places, 3 × 3 of them: take the mean over these.",
         es="Son dos pasos: llevar los píxeles al rango que necesita MobileNetV2 y pasarlos por my_base. Su salida aún tiene posiciones, 3 × 3: haz la media sobre ellas."),
    dict(en="MobileNetV2 needs values from −1 to 1. keras.applications.mobilenet_v2.preprocess_input does that, given floats from 0 to 255.",
         es="MobileNetV2 necesita valores de −1 a 1. Lo hace keras.applications.mobilenet_v2.preprocess_input, si le das decimales de 0 a 255."),
    dict(en='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))',
         es='inputs = …preprocess_input(images.astype("float32")); return my_base.predict(inputs, verbose=0).mean(axis=(…, …))'),
], wrong={
    "places not averaged": dict(en="Three photos should make shape (3, 1280), yours is {shape}. The base answers at 3 × 3 places: take the mean over axes 1 and 2, or a GlobalAveragePooling2D.",
                                es="Tres fotos deberían dar la forma (3, 1280); la tuya es {shape}. La base responde en 3 × 3 posiciones: haz la media sobre los ejes 1 y 2, o usa GlobalAveragePooling2D.", example=dict(shape=(3, 3, 3, 1280))),
    "other features": dict(en="These are not the features of my_base for any input range that we know. Use my_base as it is (a mean over the places, not a maximum or a sum), in inference mode: predict.",
                           es="Estas no son las características de my_base con ningún rango que conozcamos. Usa my_base tal cual (la media sobre las posiciones, no el máximo ni la suma), en modo de inferencia: predict."),
    "not preprocessed": dict(en="The base received pixels from 0 to 255, without any error. MobileNetV2 was trained with −1 to 1.", es="La base ha recibido píxeles de 0 a 255, sin ningún error. MobileNetV2 se entrenó con valores de −1 a 1."),
    "divides by 255": dict(en="The base received values from 0 to 1. MobileNetV2 was trained with −1 to 1.", es="La base ha recibido valores de 0 a 1. MobileNetV2 se entrenó con valores de −1 a 1."),
    "preprocessing of VGG16": dict(en="That is VGG16's preprocessing (blue first, minus the mean colour). Each base has its own, and MobileNetV2's is mobilenet_v2.preprocess_input.",
                                   es="Ese es el preprocesado de VGG16 (primero el azul, menos el color medio). Cada base tiene el suyo, y el de MobileNetV2 es mobilenet_v2.preprocess_input."),
    "blue first": dict(en="The range is right, but the colours are in another order: red and blue are exchanged. MobileNetV2 needs red first, as in the photos.",
                       es="El rango está bien, pero los colores van en otro orden: el rojo y el azul están intercambiados. MobileNetV2 necesita primero el rojo, como en las fotos."),
    "scaled twice": dict(en="The pixels were scaled twice, so all of them are near −1 and every photo is almost black. preprocess_input needs values from 0 to 255.",
                         es="Los píxeles se han escalado dos veces, así que todos quedan cerca de −1 y las fotos son casi negras. preprocess_input necesita valores de 0 a 255."),
}, right=dict(en="Each photo gives a row of 1,280 features, and the base receives inputs between −1 and 1, as it needs them. With trained weights, no more has to change when you swap the base.",
              es="Cada foto da una fila de 1280 características, y la base recibe entradas entre −1 y 1, como las necesita. Con pesos entrenados, no hay que cambiar nada más para sustituir la base."))  # fmt: skip
def swap(answer: object, base: keras.Model) -> None:
    """A function from photos, 0 to 255, to MobileNetV2's features, averaged over the places; built on `base`."""
    photos = np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    features = np.asarray(answer(photos.copy()))
    raise_first({"places not averaged": features.shape != (3, 1280)}, shape=features.shape)
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
    raise_first({"other features": least > 1e-2, nearest: nearest != "right"})


@exercise(expects=A_NUMBER, hints=[
    dict(en="How many numbers does flattening (7, 7, 512) give? How many weights has a Dense layer with n inputs and m units, biases included?",
         es="¿Cuántos números salen al aplanar (7, 7, 512)? ¿Cuántos pesos tiene una capa Dense con n entradas y m unidades, sesgos incluidos?"),
    dict(en="7 · 7 · 512 = 25,088. A Dense layer has n · m weights in its kernel, and m biases.", es="7 · 7 · 512 = 25 088. Una capa Dense tiene n · m pesos en su matriz y m sesgos."),
    dict(en="(25088 * 4096 + 4096) + (4096 * 4096 + 4096) + …, and the last layer is still missing.", es="(25088 * 4096 + 4096) + (4096 * 4096 + 4096) + …, y falta la última capa."),
], wrong={
    "biases forgotten": dict(en="These are the products only. Each unit has a bias as well.", es="Esos son solo los productos. Cada unidad tiene además un sesgo."),
    "photos of 160 pixels": dict(en="That begins with (5, 5, 512), as photos of 160 × 160 give it. VGG16's top was made for 224 × 224, where it is (7, 7, 512).",
                                 es="Eso parte de (5, 5, 512), lo que dan las fotos de 160 × 160. La parte superior de VGG16 se hizo para 224 × 224, donde es (7, 7, 512)."),
    "not flattened": dict(en="That begins with 512 inputs. Flattened, (7, 7, 512) has 7 · 7 · 512 numbers.", es="Eso parte de 512 entradas. Aplanado, (7, 7, 512) tiene 7 · 7 · 512 números."),
    "one Dense(4096) only": dict(en="There are two layers of 4,096 units. You counted one of them.", es="Hay dos capas de 4096 unidades. Has contado una de ellas."),
    "one layer of three": dict(en="That is one of the three layers. Add up all of them.", es="Esa es una de las tres capas. Suma las tres."),
    "the whole network": dict(en="That is all of VGG16. The question asks for its three dense layers.", es="Eso es VGG16 entera. Se pregunta por sus tres capas densas."),
    "the base": dict(en="That is the base, which include_top=False keeps. The question asks for what it leaves out.", es="Eso es la base, lo que include_top=False conserva. Se pregunta por lo que deja fuera."),
    "rounded": dict(en="That is nearly right. Let Python add up the exact number.", es="Eso se acerca mucho. Deja que Python sume el número exacto."),
    "another number": dict(en="{value} is another number. Count each of the three layers by itself (inputs times units, plus one bias for each unit), then add.",
                           es="{value} es otro número. Cuenta cada una de las tres capas por separado (entradas por unidades, más un sesgo por unidad) y después suma.", example=dict(value="1000")),
}, right=dict(en="102,764,544 + 16,781,312 + 4,097,000 = 123,642,856. That is 89 % of VGG16's 138,357,544 weights, so without its top the network is nine times smaller.",
              es="102 764 544 + 16 781 312 + 4 097 000 = 123 642 856. Es el 89 % de los 138 357 544 pesos de VGG16: sin la parte superior, la red es nueve veces más pequeña."))  # fmt: skip
def top_weights(answer: float) -> None:
    """How many weights VGG16's three dense layers have: 123,642,856."""

    def dense(*sizes: int, biases: bool = True) -> int:
        return sum(inputs * units + biases * units for inputs, units in pairwise(sizes))

    flat, top = 7 * 7 * 512, (4096, 4096, 1000)
    right = dense(flat, *top)
    found = {
        "biases forgotten": answer == dense(flat, *top, biases=False),
        "photos of 160 pixels": answer in [dense(5 * 5 * 512, *top, biases=biases) for biases in (True, False)],
        "not flattened": answer in [dense(512, *top, biases=biases) for biases in (True, False)],
        "one Dense(4096) only": answer in [dense(flat, 4096, 1000, biases=biases) for biases in (True, False)],
        "one layer of three": answer in [dense(*pair) for pair in pairwise((flat, *top))],
        "the whole network": answer == right + 14_714_688,
        "the base": answer == 14_714_688,
        "rounded": answer != right and min(abs(answer - right), abs(1e6 * answer - right)) < 0.01 * right,
        "another number": answer != right,
    }
    raise_first(found, value=f"{answer:.0f}" if answer == round(answer) else f"{answer:g}")


@exercise(expects=HEAD, hints=[
    dict(en="The input is keras.Input((512,)), the last layer Dense(1, activation='sigmoid'). How far do you get with nothing between them?",
         es="La entrada es keras.Input((512,)) y la última capa, Dense(1, activation='sigmoid'). ¿Hasta dónde llegas sin nada entre ellas?"),
    dict(en="100 rows are few, so the network overfits soon. Try Dropout(0.5) before the last layer, a small hidden layer, or the mirrored photos' features as well.",
         es="100 filas son pocas, así que la red sobreajusta pronto. Prueba Dropout(0.5) antes de la última capa, una capa oculta pequeña o también las características de las fotos reflejadas."),
    dict(en="my_head.compile(keras.optimizers.Adam(…), 'binary_crossentropy', metrics=['accuracy']); my_head.fit(few_x, few_y, epochs=…), with a rate and epochs of your choice",
         es="my_head.compile(keras.optimizers.Adam(…), 'binary_crossentropy', metrics=['accuracy']); my_head.fit(few_x, few_y, epochs=…), y elige tú la tasa y las épocas"),
], wrong={
    **checks.NOT_TRAINED,
    "another shape of answers": dict(en="For {count} photos its output has shape {shape}. One probability for each photo, that it shows a dog, has shape ({count}, 1).",
                                     es="Con {count} fotos su salida tiene la forma {shape}. Una probabilidad por foto, la de que muestre un perro, tiene la forma ({count}, 1).", example=dict(count=500, shape=(500, 10))),
    "cats and dogs exchanged": dict(en="It is right for only {accuracy} of the validation photos, so it takes cats for dogs and dogs for cats. The label of a cat is 0, that of a dog 1.",
                                    es="Solo acierta con el {accuracy} de las fotos de validación, así que toma a los gatos por perros y a los perros por gatos. La etiqueta de un gato es 0 y la de un perro, 1.", example=dict(accuracy="4.8 %")),
    "below": dict(en="It is right for {accuracy} of the validation photos, and {asked} are asked for. Train it longer, or try dropout, a hidden layer, another learning rate, or few_mirrored as further rows.",
                  es="Acierta con el {accuracy} de las fotos de validación y se pide el {asked}. Entrénala más tiempo, o prueba dropout, una capa oculta, otra tasa de aprendizaje o few_mirrored como filas adicionales.", example=dict(accuracy="93.4 %", asked="95.0 %")),
}, right=dict(en="From 100 photos your head is right for {accuracy} of the 500 validation photos. Ours, trained with all 2,000 photos, is right for {ours}.",
              es="Con 100 fotos, tu cabeza acierta con el {accuracy} de las 500 fotos de validación. La nuestra, entrenada con las 2000, acierta con el {ours}.", example=dict(accuracy="96.0 %", ours="97.4 %")))  # fmt: skip
def few_photos(answer: keras.Model) -> Praise:
    """A trained Keras model from features of photos (N, 512) to the probability of a dog (N, 1): at least ASKED right."""
    features, labels = data.vgg16_features()["val"]
    outputs, count = np.asarray(answer(np.asarray(features), training=False)), len(labels)
    strange = outputs.shape not in {(count,), (count, 1), (count, 2)}
    found = {"another shape of answers": strange, "not numbers": not np.isfinite(outputs).all()}
    raise_first(found, count=count, shape=outputs.shape)
    if outputs.shape == (count, 2):
        outputs = outputs[:, 1] > outputs[:, 0]
    limit = 0.5 if outputs.min() >= 0 and outputs.max() <= 1 else 0  # probabilities, or the numbers before sigmoid
    share = np.mean((outputs.reshape(count) > limit) == labels)
    raise_first({"cats and dogs exchanged": share < 0.2}, accuracy=checks.percent(share))
    reached = checks.graded(share, ASKED, chance=0.5)
    ours = results.ledger().get("runs", {}).get(OURS, {}).get("val_accuracy")
    return Praise(accuracy=reached, ours=checks.percent(ours["mean"]) if ours else "–")


quiz_few = quiz("quiz_few", right="b",
    a=dict(en="With 40 pictures and millions of weights it would learn the pictures by heart and lose what the base had learnt.", es="Con 40 imágenes y millones de pesos memorizaría las imágenes y perdería lo que la base había aprendido."),
    b=dict(en="With few data only few weights can be trained, so the base stays frozen. X-rays are unlike its photos, and the features of earlier blocks (edges, textures) fit them better. Validation accuracy decides between the blocks.",
           es="Con pocos datos solo se pueden entrenar pocos pesos, así que la base queda congelada. Las radiografías se parecen poco a sus fotos, y las características de bloques anteriores (bordes, texturas) les sirven mejor. Entre los bloques decide la exactitud de validación."),
    c=dict(en="A base can help with pictures of another kind: its first layers find edges and textures, which X-rays have as well.",
           es="Una base puede ayudar con imágenes de otro tipo: sus primeras capas encuentran bordes y texturas, que también hay en las radiografías."))  # fmt: skip

quiz_once = quiz("quiz_once", right="b",
    a=dict(en="A frozen base gives the same features for the same photo in every epoch. That is why they can be computed once without augmentation.",
           es="Una base congelada da las mismas características para la misma foto en todas las épocas. Por eso, sin aumento de datos, basta con calcularlas una vez."),
    b=dict(en="Every epoch brings 2,000 new pictures, so their features have to be computed anew. One can keep the features of a few altered copies of each photo, but then every epoch sees the same copies.",
           es="Cada época trae 2000 imágenes nuevas, así que hay que calcular sus características de nuevo. Se pueden guardar las de unas pocas copias transformadas de cada foto, pero entonces todas las épocas ven las mismas copias."),
    c=dict(en="Augmentation changes pictures, not weights, and the weights of a frozen base do not change at all.", es="El aumento de datos cambia imágenes, no pesos, y los pesos de una base congelada no cambian en absoluto."))  # fmt: skip

quiz_order = quiz("quiz_order", right="a",
    a=dict(en="The weights of a new head are random, so its gradients would change the base at random. A trained head passes back gradients that help.",
           es="Los pesos de una cabeza nueva son aleatorios, así que sus gradientes cambiarían la base al azar. Una cabeza entrenada devuelve gradientes que ayudan."),
    b=dict(en="Keras does allow it: it trains everything that is trainable at the same time. But the base then suffers from the untrained head.",
           es="Keras sí lo permite: entrena a la vez todo lo que sea entrenable. Pero entonces la cabeza sin entrenar daña la base."),
    c=dict(en="Head and base are updated together after each batch, so neither is ahead of the other. What matters is which gradients the head passes back to the base.",
           es="La cabeza y la base se actualizan juntas después de cada lote, así que ninguna va por delante. Lo que importa es qué gradientes devuelve la cabeza a la base."))  # fmt: skip

quiz_curves = quiz("quiz_curves", right="c",
    a=dict(en="More epochs would not help: its training accuracy is near 100 % already, and its validation loss has been rising since an early minimum. That is overfitting.",
           es="Más épocas no ayudarían: su exactitud de entrenamiento ya está cerca del 100 %, y su pérdida de validación sube desde un mínimo temprano. Eso es sobreajuste."),
    b=dict(en="It does learn: its validation accuracy rises. Its training accuracy is lower because it is measured on photos that are altered anew in every epoch, which cannot be learnt by heart.",
           es="Sí aprende: su exactitud de validación sube. La de entrenamiento es menor porque se mide con fotos que se transforman de nuevo en cada época y que no se pueden memorizar."),
    c=dict(en="With augmentation the validation loss reaches its minimum many epochs later, because the network cannot learn the altered photos by heart.",
           es="Con aumento de datos la pérdida de validación alcanza su mínimo muchas épocas después, porque la red no puede memorizar las fotos transformadas."),
    d=dict(en="An epoch has 2,000 photos with and without augmentation. Only which version of each photo is shown changes from epoch to epoch.",
           es="Una época tiene 2000 fotos con aumento y sin él. Solo cambia de una época a otra qué versión de cada foto se muestra."))  # fmt: skip

quiz_thaw = quiz("quiz_thaw", right="a",
    a=dict(en="block5.trainable read True although its layers were frozen. Setting it to the value that it has does nothing, so the layers stay frozen. Loop over block5.layers and set trainable for each, then count the trainable weights.",
           es="block5.trainable valía True aunque sus capas estaban congeladas. Asignarle el valor que ya tiene no hace nada, así que las capas siguen congeladas. Recorre block5.layers y asigna trainable a cada capa; después cuenta los pesos entrenables."),
    b=dict(en="So it would be if the assignment reached the layers. But block5 is a new model whose trainable already read True, and setting it to the same value does nothing.",
           es="Así sería si la asignación llegara a las capas. Pero block5 es un modelo nuevo cuyo trainable ya valía True, y asignarle el mismo valor no hace nada."),
    c=dict(en="block5 holds only the layers of the last block (three convolutions and a pooling layer); the other blocks are not part of it and stay frozen.",
           es="block5 solo contiene las capas del último bloque (tres convoluciones y una de pooling); los demás bloques no forman parte de él y siguen congelados."))  # fmt: skip

quiz_leash = quiz("quiz_leash", right="b",
    a=dict(en="The map says what raised the answer, and here it was the leash. Whether the network sees the dog at all, this photo cannot tell.",
           es="El mapa dice qué elevó la respuesta, y aquí fue la correa. Con esta foto no se puede saber si la red ve al perro."),
    b=dict(en="In the training photos dogs may have been on leashes and cats not. Then the network learns leashes, and only photos without that link show it.",
           es="Quizá en las fotos de entrenamiento los perros llevaban correa y los gatos no. Entonces la red aprende correas, y solo se nota con fotos sin esa relación."),
    c=dict(en="A right answer for a wrong reason fails on other photos. That is what such a map is for.", es="Una respuesta correcta por un motivo equivocado falla con otras fotos. Para eso sirve un mapa así."))  # fmt: skip
