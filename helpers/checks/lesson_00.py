"""Checks for lesson 00, what a convolution sees."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real

import numpy as np

from helpers.checks import A_MODEL_OF_DIGITS, NotYet, Praise, a_function, exercise, flat_layers, quiz, raise_first


def _slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return (np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


@exercise(hints=[
    dict(en="Lay the nine numbers on a rising stroke: which three of them lie on it? Those should be positive.",
         es="Pon los nueve números sobre un trazo que sube: ¿qué tres quedan encima? Esos deben ser positivos."),
    dict(en="On a flat surface all pixels are equal, so the answer is their brightness times the sum of the nine numbers.",
         es="En una superficie lisa todos los píxeles son iguales: la respuesta es su brillo por la suma de los nueve números."),
    dict(en="2 on the rising diagonal, −1 everywhere else: the sum is 3 · 2 − 6 · 1 = 0. The first row is [-1, -1, 2].",
         es="2 en la diagonal que sube y −1 en lo demás: la suma es 3 · 2 − 6 · 1 = 0. La primera fila es [-1, -1, 2]."),
], wrong={
    "wrong shape": dict(en="A kernel of shape (3, 3) is wanted, three rows of three numbers; this one has shape {shape}.",
                        es="Se pide un núcleo de forma (3, 3), tres filas de tres números; este tiene la forma {shape}.", example=dict(shape=(3,))),
    "all zeros": dict(en="Nine zeros answer zero to everything, to rising strokes as well.", es="Nueve ceros responden cero a todo, también a los trazos que suben."),
    "answers to flat surfaces": dict(en="The nine numbers add up to {total:.3g}. So a flat bright surface gets an answer, too. They should add up to 0.",
                                     es="Los nueve números suman {total:.3g}. Así, una superficie lisa y clara también recibe respuesta. Deben sumar 0.", example=dict(total=3)),
    "the other diagonal": dict(en="It prefers the other diagonal: {down:.3g} for \\ and {up:.3g} for /. Rows run downwards: the rising stroke goes through the last number of the first row.",
                               es="Prefiere la otra diagonal: {down:.3g} para \\ y {up:.3g} para /. Las filas bajan: el trazo que sube pasa por el último número de la primera fila.", example=dict(up=2, down=6)),
    "wrong sign": dict(en="On the rising stroke itself your kernel answers {middle:.3g}: it finds dark strokes. Turn the signs round.",
                       es="Sobre el propio trazo que sube, tu núcleo responde {middle:.3g}: encuentra trazos oscuros. Cambia los signos.", example=dict(middle=-6)),
    "not choosy": dict(en="It answers {up:.3g} to / and {down:.3g} to \\: not choosy enough. What should stand in the corners that only the falling stroke touches?",
                       es="Responde {up:.3g} a / y {down:.3g} a \\: distingue poco. ¿Qué debería haber en las esquinas que solo toca el trazo que baja?", example=dict(up=7, down=7)),
}, right=dict(en="It answers {up:.3g} to / and at most {down:.3g} to \\. Try it in the kernel editor on the whiskers.",
              es="Responde {up:.3g} a / y como mucho {down:.3g} a \\. Pruébalo con los bigotes en el editor de núcleos.", example=dict(up=6, down=2)))  # fmt: skip
def rising_stroke(answer: object) -> Praise:
    """A 3 × 3 kernel: strong on thin strokes like /, at most half as strong on \\, zero on flat surfaces."""
    kernel = np.asarray(answer, dtype=float)
    if kernel.shape != (3, 3):
        raise NotYet("wrong shape", shape=kernel.shape)
    falling = np.pad(np.eye(5), 3)
    on_rising, on_falling = _slide(falling[:, ::-1], kernel), _slide(falling, kernel)  # (9, 9) each
    up, down, middle = on_rising.max(), on_falling.max(), on_rising[4, 4]
    found = {
        "all zeros": not kernel.any(),
        "answers to flat surfaces": abs(kernel.sum()) > 1e-6 * np.abs(kernel).sum(),
        "the other diagonal": down > up and on_falling[4, 4] > 0,
        "wrong sign": middle <= 0 and np.abs(on_rising).max() > up,
        "not choosy": down > up / 2 + 1e-9,
    }
    raise_first(found, total=kernel.sum(), up=up, down=down, middle=middle)
    return Praise(up=up, down=down)


@exercise(hints=[
    dict(en='First the convolution alone. "same" with strides=2: half as many rows as pixels. And how many kernels are there?',
         es='Primero la convolución sola. "same" con strides=2: la mitad de filas que de píxeles. ¿Y cuántos núcleos hay?'),
    dict(en="(112, 112, 32) goes into the pooling. How many whole squares of 3 fit into 112? It does not touch the channels.",
         es="Al pooling entra (112, 112, 32). ¿Cuántos cuadrados enteros de 3 caben en 112? Los canales no los toca."),
    dict(en="112 / 3 = 37.33, rounded down.", es="112 / 3 = 37.33, redondeado hacia abajo."),
], wrong={
    "not a shape": dict(en="The answer is a tuple of three whole numbers: (height, width, channels).", es="La respuesta es una tupla de tres enteros: (alto, ancho, canales)."),
    "not whole": dict(en="{rows:.2f} rows? Rows are whole: a square that does not fit entirely is left out.",
                      es="¿{rows:.2f} filas? Las filas son enteras: un cuadrado que no cabe entero se descarta.", example=dict(rows=112 / 3)),
    "not square": dict(en="The photo is square and everything treats rows and columns alike, so height and width stay equal.",
                       es="La foto es cuadrada y todo trata igual las filas y las columnas: alto y ancho siguen siendo iguales."),
    "channels of the input": dict(en="Three channels go in, but each kernel adds up over all of them. What comes out is one table per kernel.",
                                  es="Entran tres canales, pero cada núcleo suma sobre todos ellos. Lo que sale es una tabla por núcleo."),
    "wrong channels": dict(en="{channels} channels? One table comes out for each of the layer's kernels.", es="¿{channels} canales? Sale una tabla por cada núcleo de la capa.", example=dict(channels=96)),
    "rounded up": dict(en="Nearly: 112 / 3 is 37.33. The last square would hang over the rim, and Keras leaves it out.",
                       es="Casi: 112 / 3 es 37.33. El último cuadrado se saldría por el borde, y Keras lo descarta."),
    "forgot the padding": dict(en='That is without padding: (224 − 5) // 2 + 1 = 110 rows for the pooling. With "same" it is 224 / 2.',
                               es='Eso es sin relleno: (224 − 5) // 2 + 1 = 110 filas para el pooling. Con "same" son 224 / 2.'),
    "forgot the stride": dict(en="That is 224 / 3: the kernel steps by two, so only 112 rows reach the pooling.", es="Eso es 224 / 3: el núcleo avanza de dos en dos, así que al pooling solo llegan 112 filas."),
    "forgot the pooling": dict(en="That is what the convolution gives. The pooling comes after it.", es="Eso es lo que da la convolución. Después viene el pooling."),
    "pooled by two": dict(en="That would be squares of 2 × 2. These are 3 × 3.", es="Eso serían cuadrados de 2 × 2. Estos son de 3 × 3."),
    "pooling with stride one": dict(en="112 − 3 + 1: that is pooling with steps of one. The squares do not overlap, so it steps by three.",
                                    es="112 − 3 + 1: eso es un pooling con pasos de uno. Los cuadrados no se solapan: avanza de tres en tres."),
    "wrong size": dict(en="{rows} rows? Take it in two steps: first what the convolution gives, then how many squares fit into that.",
                       es="¿{rows} filas? Hazlo en dos pasos: primero lo que da la convolución y después cuántos cuadrados caben en eso.", example=dict(rows=40)),
}, right=dict(en="224 → 112 by the stride, 112 → 37 by the pooling, and 32 kernels make 32 tables.", es="224 → 112 por la zancada, 112 → 37 por el pooling, y 32 núcleos hacen 32 tablas."))  # fmt: skip
def output_shape(answer: object) -> None:
    """The shape (37, 37, 32); a batch axis before it is welcome."""
    shape = list(answer) if isinstance(answer, Iterable) else []
    if len(shape) not in (3, 4) or not all(isinstance(size, Real) for size in shape[-3:]):
        raise NotYet("not a shape")
    if any(size % 1 for size in shape[-3:]):
        raise NotYet("not whole", rows=shape[-3])
    rows, columns, channels = map(int, shape[-3:])
    found = {"not square": rows != columns, "channels of the input": channels == 3, "wrong channels": channels != 32}
    raise_first(found, channels=channels)
    mistakes = {
        38: "rounded up",
        36: "forgot the padding",
        74: "forgot the stride",
        112: "forgot the pooling",
        56: "pooled by two",
        110: "pooling with stride one",
    }
    if rows != 37:
        raise NotYet(mistakes.get(rows, "wrong size"), rows=rows)


@exercise(expects=a_function("edges(image, kernel)"), hints=[
    dict(en="Which numbers can a uint8 hold? And which answers does a kernel like `vertical` give?", es="¿Qué números caben en un uint8? ¿Y qué respuestas da un núcleo como `vertical`?"),
    dict(en="np.zeros_like takes over the picture's type. Then −5 is stored as 251, and 300 as 44.", es="np.zeros_like hereda el tipo de la imagen. Entonces −5 se guarda como 251, y 300 como 44."),
    dict(en="Her function is right but for one line: answers = np.zeros(image[2:, 2:].shape)", es="Su función está bien salvo una línea: answers = np.zeros(image[2:, 2:].shape)"),
], wrong={
    "changes its input": dict(en="Your function changes the picture that it was given. Fill a new table.", es="Tu función modifica la imagen que recibe. Rellena una tabla nueva."),
    "wrong shape": dict(en="A picture of 9 × 12 should give 7 × 10 answers, one for each place where the kernel fits; yours has shape {shape}.",
                        es="Una imagen de 9 × 12 debe dar 7 × 10 respuestas, una por cada sitio donde cabe el núcleo; la tuya tiene la forma {shape}.", example=dict(shape=(9, 12))),
    "answers in uint8": dict(en="The answers are still forced into uint8, 0 to 255: −5 turns into 251, glaringly bright. Which line decides the type of `answers`?",
                             es="Las respuestas se siguen metiendo a la fuerza en uint8, de 0 a 255: −5 se convierte en 251, deslumbrante. ¿Qué línea decide el tipo de `answers`?"),
    "too narrow a type": dict(en="int8 has a sign, but ends at 127. The answers here go into the hundreds.", es="int8 tiene signo, pero llega hasta 127. Aquí las respuestas pasan de varios cientos."),
    "negative answers cut off": dict(en="Now the negative answers are zero: you lost the edges where it gets darker. The repair is to keep them, not to cut them off.",
                                     es="Ahora las respuestas negativas son cero: has perdido los bordes donde la imagen se oscurece. Se trata de conservarlas, no de recortarlas."),
    "sign lost": dict(en="Without the sign nobody can tell any more which side of the edge is bright. Keep it.", es="Sin el signo ya no se sabe qué lado del borde es el claro. Consérvalo."),
    "kernel turned": dict(en="Your kernel is turned by 180 degrees: a convolution in the mathematicians' sense. Networks do not turn it.",
                          es="Tu núcleo está girado 180 grados: una convolución en el sentido matemático. Las redes no lo giran."),
    "other values": dict(en="These are not the answers of `slide(image, kernel)`, computed with numbers that have room.",
                         es="Estas no son las respuestas de `slide(image, kernel)` calculadas con números en los que quepan."),
}, right={
    "room": dict(en="Answers need room for negative and large numbers: floats, or a wide integer with a sign.",
                 es="Las respuestas necesitan sitio para números negativos y grandes: decimales, o un entero amplio con signo."),
    "scaled": dict(en="You scale the picture to [0, 1] first, as lesson 01 will. The answers then fit, as floats.",
                   es="Primero escalas la imagen a [0, 1], como hará la lección 01. Así las respuestas caben, con decimales."),
})  # fmt: skip
def edges(answer: object) -> Praise:
    """A function (image, kernel) -> the answers of a 3 × 3 kernel to a `uint8` picture, negative and large ones too."""
    image = np.random.default_rng(0).integers(0, 256, (9, 12), dtype=np.uint8)
    kernel = np.array([[-1, 0, 2], [-1, 0, 2], [-1, 0, 2]])
    right = _slide(image.astype(int), kernel)
    given = image.copy()
    result = np.asarray(answer(given, kernel)).squeeze()
    found = {"changes its input": (given != image).any(), "wrong shape": result.shape != right.shape}
    raise_first(found, shape=result.shape)

    def same(expected: np.ndarray) -> bool:
        return np.allclose(result.astype(float), expected, atol=1e-3 * np.abs(right).max())

    if same(right):
        return Praise("room")
    if same(right / 255):
        return Praise("scaled")
    found = {
        "answers in uint8": same(right.astype(np.uint8)),
        "too narrow a type": same(right.astype(np.int8)),
        "negative answers cut off": same(right.clip(0, 255)) or same(right.clip(0)),
        "sign lost": same(np.abs(right)),
        "kernel turned": same(_slide(image.astype(int), kernel[::-1, ::-1])),
    }
    raise_first(found)
    raise NotYet("other values")


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="After a convolution, a moved digit has the same answers at other places. What can you ask of a table that does not depend on where?",
         es="Tras una convolución, un dígito movido tiene las mismas respuestas en otros sitios. ¿Qué puedes preguntarle a una tabla que no dependa de dónde?"),
    dict(en="Its largest number, or its mean. Keras has a layer for each: GlobalMaxPooling2D, GlobalAveragePooling2D.",
         es="Su número mayor, o su media. Keras tiene una capa para cada cosa: GlobalMaxPooling2D y GlobalAveragePooling2D."),
    dict(en='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). No stride and no MaxPooling2D before it: they step over pixels.',
         es='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). Sin stride ni MaxPooling2D antes: se saltan píxeles.'),
], wrong={
    "still a picture": dict(en="The output has shape {shape}: still a table, and its answers move along. Turn each table into one number.",
                            es="La salida tiene la forma {shape}: sigue siendo una tabla, y sus respuestas se mueven. Convierte cada tabla en un número.", example=dict(shape=(6, 26, 26, 8))),
    "too few outputs": dict(en="For 6 images the output has shape {shape}; it should be (6, 4) or wider.",
                            es="Con 6 imágenes la salida tiene la forma {shape}; debería ser (6, 4) o más ancha.", example=dict(shape=(6, 2))),
    "cannot tell pictures apart": dict(en="It stays the same, but for different pictures as well: it looks at nothing.", es="No cambia, pero tampoco con imágenes distintas: no mira nada."),
    "sees ink, not shapes": dict(en="It stays the same, but for a mirror image as well: it only measures how bright the picture is, or how much ink it holds. Let convolutions with relu look at the shapes first.",
                                 es="No cambia, pero tampoco con la imagen en espejo: solo mide el brillo o la cantidad de tinta. Deja que antes miren las formas unas convoluciones con relu."),
    "every place has its number": dict(en="Its output changes when the digit moves. A Flatten gives every place its own number, and what follows sees a different row. Ask each table for one number instead.",
                                       es="Su salida cambia cuando se mueve el dígito. Un Flatten da a cada sitio su propio número, y lo que sigue ve otra fila. Mejor pídele a cada tabla un solo número."),
    "steps over pixels": dict(en="Nearly: one number per table is right, but its output still changes a little. Strides and MaxPooling2D look at every second place only, so a step of one pixel shows them something else. Leave them out.",
                              es="Casi: un número por tabla está bien, pero la salida aún cambia un poco. Los strides y MaxPooling2D solo miran uno de cada dos sitios, así que un paso de un píxel les enseña otra cosa. Quítalos."),
    "cut off at the rim": dict(en='Nearly: one number per table is right, but its output still changes a little. The rim cuts answers off when the digit moves. Give the convolutions padding="same"; if they have it, take fewer or smaller ones.',
                               es='Casi: un número por tabla está bien, pero la salida aún cambia un poco. El borde recorta respuestas cuando el dígito se mueve. Pon padding="same" en las convoluciones; si ya lo tienen, usa menos o más pequeñas.'),
}, right=dict(en="Equivariant layers, then one number per table: together they are invariant. What it has lost is where things are.",
              es="Capas equivariantes y después un número por tabla: juntas son invariantes. Lo que ha perdido es dónde están las cosas."))  # fmt: skip
def invariant_model(answer: object) -> None:
    """A Keras model: (N, 28, 28, 1) in, (N, ≥ 4) out, the same for moved digits, different for different digits."""
    images = np.zeros((6, 28, 28, 1), np.float32)
    ink = np.random.default_rng(0).random((6, 12, 12, 1)) > 0.6
    images[:, 8:20, 8:20] = ink * np.linspace(0.5, 1, 6)[:, None, None, None]  # an empty rim of eight pixels
    outputs = np.asarray(answer(images))
    found = {"still a picture": outputs.ndim > 2, "too few outputs": outputs.ndim < 2 or outputs.shape[1] < 4}
    raise_first(found, shape=outputs.shape)

    def change(others: np.ndarray) -> float:
        return np.abs(np.asarray(answer(others)) - outputs).max()

    differences = np.abs(outputs[:, None] - outputs[None]).max(axis=2)[~np.eye(6, dtype=bool)]
    if differences.min() <= 1e-6 * max(1, np.abs(outputs).max()):
        raise NotYet("cannot tell pictures apart")
    moves = [(0, 1), (1, 0), (2, 0), (0, -2), (-3, 0), (3, 3)]
    nothing = 1e-4 * np.abs(outputs).max()
    if max(change(np.roll(images, move, axis=(1, 2))) for move in moves) > nothing:
        raise NotYet(_why_it_moves(answer))
    if change(images[:, :, ::-1]) <= nothing:
        raise NotYet("sees ink, not shapes")


def _why_it_moves(model: object) -> str:
    """The misconception in a model whose output changes when the digit moves."""
    layers = list(flat_layers(model))
    kinds = [type(layer).__name__ for layer in layers]
    if "Flatten" in kinds or not any("Global" in kind for kind in kinds):
        return "every place has its number"
    strides = [np.max(getattr(layer, "strides", 1)) for layer in layers]
    return "steps over pixels" if max(strides) > 1 else "cut off at the rim"


quiz_shift = quiz("quiz_shift", right="b",
    a=dict(en="Then nothing could be found by place any more. You compared the two above: the answers moved along with the picture.",
           es="Entonces ya no se sabría dónde está nada. Arriba comparaste las dos: las respuestas se movieron con la imagen."),
    b=dict(en="First move, then slide, or the other way round: the same. Invariance has to come from elsewhere.",
           es="Primero mover y después deslizar, o al revés: lo mismo. La invarianza tiene que venir de otra parte."),
    c=dict(en="That is a dense layer. A convolution uses the same kernel at every place.", es="Eso es una capa densa. Una convolución usa el mismo núcleo en todas partes."),
)  # fmt: skip

quiz_weights = quiz("quiz_weights", right="c",
    a=dict(en="That is what a dense layer would do. A kernel is used at more places, and that costs time, not weights.",
           es="Eso le pasaría a una capa densa. El núcleo se usa en más sitios, y eso cuesta tiempo, no pesos."),
    b=dict(en="As many as before, yes, but a colour photo has three channels, and a kernel is as deep as its picture.",
           es="Los mismos que antes, sí, pero una foto en color tiene tres canales, y el núcleo es tan profundo como su imagen."),
    c=dict(en="Eight kernels of 3 × 3 × 3 weights, each with its bias, on a stamp or on a poster.", es="Ocho núcleos de 3 × 3 × 3 pesos, cada uno con su sesgo, en un sello o en un cartel."),
)  # fmt: skip

quiz_pooling = quiz("quiz_pooling", right="a",
    a=dict(en="That is the price for a table a quarter the size. Often worth paying, never free.", es="Es el precio de una tabla cuatro veces más pequeña. A menudo compensa, pero nunca es gratis."),
    b=dict(en="Remember the two tables of nines: different pictures, the same result. What tells them apart is lost.",
           es="Recuerda las dos tablas de nueves: imágenes distintas, el mismo resultado. Lo que las distingue se ha perdido."),
    c=dict(en="The largest number is kept as it is, strength and all. Yes or no is what a threshold says.", es="El número mayor se conserva tal cual, con su fuerza. Sí o no es lo que dice un umbral."),
)  # fmt: skip
