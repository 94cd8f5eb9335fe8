"""Checks for lesson 00, what a convolution sees."""

from __future__ import annotations

import numpy as np

from helpers.exercises import NotYet, exercise, first_line, quiz
from helpers.language import tr


def _slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return (np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


@exercise(
    dict(
        en="Lay the nine numbers on a rising stroke: which three of them lie on it? Those should be positive.",
        es="Pon los nueve números sobre un trazo que sube: ¿qué tres quedan encima? Esos deben ser positivos.",
    ),
    dict(
        en="On a flat surface all pixels are equal, so the answer is their brightness times the sum of the nine numbers.",
        es="En una superficie lisa todos los píxeles son iguales: la respuesta es su brillo por la suma de los nueve números.",
    ),
    dict(
        en="2 on the rising diagonal, −1 everywhere else: the sum is 3 · 2 − 6 · 1 = 0. The first row is [-1, -1, 2].",
        es="2 en la diagonal que sube y −1 en lo demás: la suma es 3 · 2 − 6 · 1 = 0. La primera fila es [-1, -1, 2].",
    ),
)
def rising_stroke(answer: object) -> str:
    """A 3 × 3 kernel: strong on thin strokes like /, at most half as strong on \\, zero on flat surfaces."""
    kernel = np.asarray(answer, dtype=float)
    if kernel.shape != (3, 3):
        text = tr(
            en=f"A kernel of shape (3, 3) is wanted, three rows of three numbers; this one has shape {kernel.shape}.",
            es=f"Se pide un núcleo de forma (3, 3), tres filas de tres números; este tiene la forma {kernel.shape}.",
        )
        raise NotYet("wrong shape", text)
    if not kernel.any():
        text = tr(
            en="Nine zeros answer zero to everything, to rising strokes as well.",
            es="Nueve ceros responden cero a todo, también a los trazos que suben.",
        )
        raise NotYet("all zeros", text)
    if abs(kernel.sum()) > 1e-6 * np.abs(kernel).sum():
        text = tr(
            en=f"The nine numbers add up to {kernel.sum():.3g}. So a flat bright surface gets an answer, too. They should add up to 0.",
            es=f"Los nueve números suman {kernel.sum():.3g}. Así, una superficie lisa y clara también recibe respuesta. Deben sumar 0.",
        )
        raise NotYet("answers to flat surfaces", text)
    falling = np.pad(np.eye(5), 3)
    up, down = (_slide(image, kernel) for image in (falling[:, ::-1], falling))
    middle = len(up) // 2, len(up) // 2
    if down.max() > up.max() and down[middle] > 0:
        text = tr(
            en=f"It prefers the other diagonal: {down.max():.3g} for \\ and {up.max():.3g} for /. Rows run downwards: the rising stroke "
            "goes through the last number of the first row.",
            es=f"Prefiere la otra diagonal: {down.max():.3g} para \\ y {up.max():.3g} para /. Las filas bajan: el trazo que sube pasa por "
            "el último número de la primera fila.",
        )
        raise NotYet("the other diagonal", text)
    if up[middle] <= 0 and np.abs(up).max() > up.max():
        text = tr(
            en=f"On the rising stroke itself your kernel answers {up[middle]:.3g}: it finds dark strokes. Turn the signs round.",
            es=f"Sobre el propio trazo que sube, tu núcleo responde {up[middle]:.3g}: encuentra trazos oscuros. Cambia los signos.",
        )
        raise NotYet("wrong sign", text)
    if down.max() > up.max() / 2 + 1e-9:
        text = tr(
            en=f"It answers {up.max():.3g} to / and {down.max():.3g} to \\: not choosy enough. What should stand in the corners that only "
            "the falling stroke touches?",
            es=f"Responde {up.max():.3g} a / y {down.max():.3g} a \\: distingue poco. ¿Qué debería haber en las esquinas que solo toca "
            "el trazo que baja?",
        )
        raise NotYet("not choosy", text)
    return tr(
        en=f"It answers {up.max():.3g} to / and at most {down.max():.3g} to \\. Try it in the kernel editor on the whiskers.",
        es=f"Responde {up.max():.3g} a / y como mucho {down.max():.3g} a \\. Pruébalo con los bigotes en el editor de núcleos.",
    )


@exercise(
    dict(
        en='First the convolution alone. "same" with strides=2: half as many rows as pixels. And how many kernels are there?',
        es='Primero la convolución sola. "same" con strides=2: la mitad de filas que de píxeles. ¿Y cuántos núcleos hay?',
    ),
    dict(
        en="(112, 112, 32) goes into the pooling. How many whole squares of 3 fit into 112? It does not touch the channels.",
        es="Al pooling entra (112, 112, 32). ¿Cuántos cuadrados enteros de 3 caben en 112? Los canales no los toca.",
    ),
    dict(en="112 / 3 = 37.33, rounded down.", es="112 / 3 = 37.33, redondeado hacia abajo."),
)
def output_shape(answer: object) -> str:
    """The shape (37, 37, 32); a batch axis before it is welcome."""
    try:
        shape = tuple(answer)  # type: ignore[arg-type]
        sizes = tuple(int(n) for n in shape[-3:])
    except TypeError:
        shape, sizes = (), ()
    if len(shape) not in (3, 4) or len(sizes) != 3:
        text = tr(
            en="The answer is a tuple of three whole numbers: (height, width, channels).",
            es="La respuesta es una tupla de tres enteros: (alto, ancho, canales).",
        )
        raise NotYet("not a shape", text)
    if any(n != size for n, size in zip(shape[-3:], sizes, strict=True)):
        text = tr(
            en=f"{shape[-3]:.2f} rows? Rows are whole: a square that does not fit entirely is left out.",
            es=f"¿{shape[-3]:.2f} filas? Las filas son enteras: un cuadrado que no cabe entero se descarta.",
        )
        raise NotYet("not whole", text)
    height, width, channels = sizes
    if height != width:
        text = tr(
            en="The photo is square and everything treats rows and columns alike, so height and width stay equal.",
            es="La foto es cuadrada y todo trata igual las filas y las columnas: alto y ancho siguen siendo iguales.",
        )
        raise NotYet("not square", text)
    if channels == 3:
        text = tr(
            en="Three channels go in, but each kernel adds up over all of them. What comes out is one table per kernel.",
            es="Entran tres canales, pero cada núcleo suma sobre todos ellos. Lo que sale es una tabla por núcleo.",
        )
        raise NotYet("channels of the input", text)
    if channels != 32:
        text = tr(
            en=f"{channels} channels? One table comes out for each of the layer's kernels.",
            es=f"¿{channels} canales? Sale una tabla por cada núcleo de la capa.",
        )
        raise NotYet("wrong channels", text)
    mistakes = {
        38: (
            "rounded up",
            tr(
                en="Nearly: 112 / 3 is 37.33. The last square would hang over the rim, and Keras leaves it out.",
                es="Casi: 112 / 3 es 37.33. El último cuadrado se saldría por el borde, y Keras lo descarta.",
            ),
        ),
        36: (
            "forgot the padding",
            tr(
                en='That is without padding: (224 − 5) // 2 + 1 = 110 rows for the pooling. With "same" it is 224 / 2.',
                es='Eso es sin relleno: (224 − 5) // 2 + 1 = 110 filas para el pooling. Con "same" son 224 / 2.',
            ),
        ),
        74: (
            "forgot the stride",
            tr(
                en="That is 224 / 3: the kernel steps by two, so only 112 rows reach the pooling.",
                es="Eso es 224 / 3: el núcleo avanza de dos en dos, así que al pooling solo llegan 112 filas.",
            ),
        ),
        112: (
            "forgot the pooling",
            tr(
                en="That is what the convolution gives. The pooling comes after it.",
                es="Eso es lo que da la convolución. Después viene el pooling.",
            ),
        ),
        56: (
            "pooled by two",
            tr(
                en="That would be squares of 2 × 2. These are 3 × 3.",
                es="Eso serían cuadrados de 2 × 2. Estos son de 3 × 3.",
            ),
        ),
        110: (
            "pooling with stride one",
            tr(
                en="112 − 3 + 1: that is pooling with steps of one. The squares do not overlap, so it steps by three.",
                es="112 − 3 + 1: eso es un pooling con pasos de uno. Los cuadrados no se solapan: avanza de tres en tres.",
            ),
        ),
    }
    if height in mistakes:
        raise NotYet(*mistakes[height])
    if height != 37:
        text = tr(
            en=f"{height} rows? Take it in two steps: first what the convolution gives, then how many squares fit into that.",
            es=f"¿{height} filas? Hazlo en dos pasos: primero lo que da la convolución y después cuántos cuadrados caben en eso.",
        )
        raise NotYet("wrong size", text)
    return tr(
        en="224 → 112 by the stride, 112 → 37 by the pooling, and 32 kernels make 32 tables.",
        es="224 → 112 por la zancada, 112 → 37 por el pooling, y 32 núcleos hacen 32 tablas.",
    )


@exercise(
    dict(
        en="Which numbers can a uint8 hold? And which answers does a kernel like `vertical` give?",
        es="¿Qué números caben en un uint8? ¿Y qué respuestas da un núcleo como `vertical`?",
    ),
    dict(
        en="np.zeros_like takes over the picture's type. Then −5 is stored as 251, and 300 as 44.",
        es="np.zeros_like hereda el tipo de la imagen. Entonces −5 se guarda como 251, y 300 como 44.",
    ),
    dict(
        en="Her function is right but for one line: answers = np.zeros(image[2:, 2:].shape)",
        es="Su función está bien salvo una línea: answers = np.zeros(image[2:, 2:].shape)",
    ),
)
def edges(answer: object) -> str:
    """A function (image, kernel) -> the answers of a 3 × 3 kernel to a `uint8` picture, negative and large ones too."""
    if not callable(answer):
        text = tr(
            en="The answer is a function: def edges(image, kernel): …",
            es="La respuesta es una función: def edges(image, kernel): …",
        )
        raise NotYet("not a function", text)
    image = np.random.default_rng(0).integers(0, 256, (9, 12), dtype=np.uint8)
    kernel = np.array([[-1, 0, 2], [-1, 0, 2], [-1, 0, 2]])
    right = _slide(image.astype(int), kernel)
    before = image.copy()
    result = np.asarray(answer(image, kernel))
    if not np.array_equal(image, before):
        text = tr(
            en="Your function changes the picture that it was given. Fill a new table.",
            es="Tu función modifica la imagen que recibe. Rellena una tabla nueva.",
        )
        raise NotYet("changes its input", text)
    result = result.squeeze()
    if result.shape != right.shape:
        text = tr(
            en=f"A picture of 9 × 12 should give 7 × 10 answers, one for each place where the kernel fits; yours has shape {result.shape}.",
            es=f"Una imagen de 9 × 12 debe dar 7 × 10 respuestas, una por cada sitio donde cabe el núcleo; la tuya tiene la forma {result.shape}.",
        )
        raise NotYet("wrong shape", text)
    values = result.astype(float)
    scale = np.abs(right).max()

    def same(expected: np.ndarray) -> bool:
        return np.allclose(values, expected, atol=1e-3 * scale)

    if same(right):
        return tr(
            en="Answers need room for negative and large numbers: floats, or a wide integer with a sign.",
            es="Las respuestas necesitan sitio para números negativos y grandes: decimales, o un entero amplio con signo.",
        )
    if same(right / 255):
        return tr(
            en="You scale the picture to [0, 1] first, as lesson 01 will. The answers then fit, as floats.",
            es="Primero escalas la imagen a [0, 1], como hará la lección 01. Así las respuestas caben, con decimales.",
        )
    if same(right.astype(np.uint8)):
        text = tr(
            en="The answers are still forced into uint8, 0 to 255: −5 turns into 251, glaringly bright. Which line decides the type of `answers`?",
            es="Las respuestas se siguen metiendo a la fuerza en uint8, de 0 a 255: −5 se convierte en 251, deslumbrante. ¿Qué línea decide el tipo de `answers`?",
        )
        raise NotYet("answers in uint8", text)
    if same(right.astype(np.int8)):
        text = tr(
            en="int8 has a sign, but ends at 127. The answers here go into the hundreds.",
            es="int8 tiene signo, pero llega hasta 127. Aquí las respuestas pasan de varios cientos.",
        )
        raise NotYet("too narrow a type", text)
    if same(np.clip(right, 0, 255)) or same(np.maximum(right, 0)):
        text = tr(
            en="Now the negative answers are zero: you lost the edges where it gets darker. The repair is to keep them, not to cut them off.",
            es="Ahora las respuestas negativas son cero: has perdido los bordes donde la imagen se oscurece. Se trata de conservarlas, no de recortarlas.",
        )
        raise NotYet("negative answers cut off", text)
    if same(np.abs(right)):
        text = tr(
            en="Without the sign nobody can tell any more which side of the edge is bright. Keep it.",
            es="Sin el signo ya no se sabe qué lado del borde es el claro. Consérvalo.",
        )
        raise NotYet("sign lost", text)
    if same(_slide(image.astype(int), kernel[::-1, ::-1])):
        text = tr(
            en="Your kernel is turned by 180 degrees: a convolution in the mathematicians' sense. Networks do not turn it.",
            es="Tu núcleo está girado 180 grados: una convolución en el sentido matemático. Las redes no lo giran.",
        )
        raise NotYet("kernel turned", text)
    text = tr(
        en="These are not the answers of `slide(image, kernel)`, computed with numbers that have room.",
        es="Estas no son las respuestas de `slide(image, kernel)` calculadas con números en los que quepan.",
    )
    raise NotYet("other values", text)


@exercise(
    dict(
        en="After a convolution, a moved digit has the same answers at other places. What can you ask of a table that does not depend on where?",
        es="Tras una convolución, un dígito movido tiene las mismas respuestas en otros sitios. ¿Qué puedes preguntarle a una tabla que no dependa de dónde?",
    ),
    dict(
        en="Its largest number, or its mean. Keras has a layer for each: GlobalMaxPooling2D, GlobalAveragePooling2D.",
        es="Su número mayor, o su media. Keras tiene una capa para cada cosa: GlobalMaxPooling2D y GlobalAveragePooling2D.",
    ),
    dict(
        en='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). No stride and no MaxPooling2D before it: they step over pixels.',
        es='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). Sin stride ni MaxPooling2D antes: se saltan píxeles.',
    ),
)
def invariant_model(answer: object) -> str:
    """A Keras model: (N, 28, 28, 1) in, (N, ≥ 4) out, the same for moved digits, different for different digits."""
    if isinstance(answer, type) or not (callable(answer) and hasattr(answer, "count_params")):
        text = tr(
            en="The answer is a Keras model, for instance keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
            es="La respuesta es un modelo de Keras, por ejemplo keras.Sequential([keras.Input(shape=(28, 28, 1)), …]).",
        )
        raise NotYet("not a model", text)
    rng = np.random.default_rng(0)
    images = np.zeros((6, 28, 28, 1), np.float32)
    images[:, 8:20, 8:20] = rng.random((6, 12, 12, 1)) > 0.6  # ink in the middle, an empty rim of eight pixels
    images *= np.linspace(0.5, 1, 6, dtype=np.float32)[:, None, None, None]
    moves = [(0, 1), (1, 0), (2, 0), (0, -2), (-3, 0), (3, 3)]
    try:
        outputs = np.asarray(answer(images))
        moved = [np.asarray(answer(np.roll(images, move, axis=(1, 2)))) for move in moves]
    except Exception as error:
        text = tr(
            en=f"Your model does not take images of shape (N, 28, 28, 1). Keras says: {first_line(error)}",
            es=f"Tu modelo no acepta imágenes de forma (N, 28, 28, 1). Keras dice: {first_line(error)}",
        )
        raise NotYet("wrong input shape", text) from None
    if outputs.ndim > 2:
        text = tr(
            en=f"The output has shape {outputs.shape}: still a table, and its answers move along. Turn each table into one number.",
            es=f"La salida tiene la forma {outputs.shape}: sigue siendo una tabla, y sus respuestas se mueven. Convierte cada tabla en un número.",
        )
        raise NotYet("still a picture", text)
    if outputs.ndim < 2 or outputs.shape[1] < 4:
        text = tr(
            en=f"For 6 images the output has shape {outputs.shape}; it should be (6, 4) or wider.",
            es=f"Con 6 imágenes la salida tiene la forma {outputs.shape}; debería ser (6, 4) o más ancha.",
        )
        raise NotYet("too few outputs", text)
    differences = np.abs(outputs[:, None] - outputs[None]).max(axis=2)[~np.eye(6, dtype=bool)]
    if differences.min() <= 1e-6 * max(1, np.abs(outputs).max()):
        text = tr(
            en="It stays the same, but for different pictures as well: it looks at nothing.",
            es="No cambia, pero tampoco con imágenes distintas: no mira nada.",
        )
        raise NotYet("cannot tell pictures apart", text)
    drift = max(np.abs(there - outputs).max() for there in moved)
    if drift <= 1e-4 * np.abs(outputs).max():
        mirrored = np.asarray(answer(images[:, :, ::-1]))
        if np.abs(mirrored - outputs).max() <= 1e-4 * np.abs(outputs).max():
            text = tr(
                en="It stays the same, but for a mirror image as well: it only measures how bright the picture is, or how much ink it holds. "
                "Let convolutions with relu look at the shapes first.",
                es="No cambia, pero tampoco con la imagen en espejo: solo mide el brillo o la cantidad de tinta. Deja que antes miren las formas "
                "unas convoluciones con relu.",
            )
            raise NotYet("sees ink, not shapes", text)
        return tr(
            en="Equivariant layers, then one number per table: together they are invariant. What it has lost is where things are.",
            es="Capas equivariantes y después un número por tabla: juntas son invariantes. Lo que ha perdido es dónde están las cosas.",
        )
    kinds = [type(layer).__name__ for layer in answer._flatten_layers()]
    if "Flatten" in kinds or not any("Global" in kind for kind in kinds):
        text = tr(
            en="Its output changes when the digit moves. A Flatten gives every place its own number, and what follows sees a different row. Ask each "
            "table for one number instead.",
            es="Su salida cambia cuando se mueve el dígito. Un Flatten da a cada sitio su propio número, y lo que sigue ve otra fila. Mejor pídele a "
            "cada tabla un solo número.",
        )
        raise NotYet("every place has its number", text)
    text = tr(
        en="Nearly: one number per table is right, but its output still changes a little. Strides and MaxPooling2D look at every second place only, "
        "so a step of one pixel shows them something else. Leave them out.",
        es="Casi: un número por tabla está bien, pero la salida aún cambia un poco. Los strides y MaxPooling2D solo miran uno de cada dos sitios, "
        "así que un paso de un píxel les enseña otra cosa. Quítalos.",
    )
    raise NotYet("steps over pixels", text)


quiz_shift = quiz(
    "quiz_shift",
    right="b",
    a=dict(
        en="Then nothing could be found by place any more. You compared the two above: the answers moved along with the picture.",
        es="Entonces ya no se sabría dónde está nada. Arriba comparaste las dos: las respuestas se movieron con la imagen.",
    ),
    b=dict(
        en="First move, then slide, or the other way round: the same. Invariance has to come from elsewhere.",
        es="Primero mover y después deslizar, o al revés: lo mismo. La invarianza tiene que venir de otra parte.",
    ),
    c=dict(
        en="That is a dense layer. A convolution uses the same kernel at every place.",
        es="Eso es una capa densa. Una convolución usa el mismo núcleo en todas partes.",
    ),
)

quiz_weights = quiz(
    "quiz_weights",
    right="c",
    a=dict(
        en="That is what a dense layer would do. A kernel is used at more places, and that costs time, not weights.",
        es="Eso le pasaría a una capa densa. El núcleo se usa en más sitios, y eso cuesta tiempo, no pesos.",
    ),
    b=dict(
        en="As many as before, yes, but a colour photo has three channels, and a kernel is as deep as its picture.",
        es="Los mismos que antes, sí, pero una foto en color tiene tres canales, y el núcleo es tan profundo como su imagen.",
    ),
    c=dict(
        en="Eight kernels of 3 × 3 × 3 weights, each with its bias, on a stamp or on a poster.",
        es="Ocho núcleos de 3 × 3 × 3 pesos, cada uno con su sesgo, en un sello o en un cartel.",
    ),
)

quiz_pooling = quiz(
    "quiz_pooling",
    right="a",
    a=dict(
        en="That is the price for a table a quarter the size. Often worth paying, never free.",
        es="Es el precio de una tabla cuatro veces más pequeña. A menudo compensa, pero nunca es gratis.",
    ),
    b=dict(
        en="Remember the two tables of nines: different pictures, the same result. What tells them apart is lost.",
        es="Recuerda las dos tablas de nueves: imágenes distintas, el mismo resultado. Lo que las distingue se ha perdido.",
    ),
    c=dict(
        en="The largest number is kept as it is, strength and all. Yes or no is what a threshold says.",
        es="El número mayor se conserva tal cual, con su fuerza. Sí o no es lo que dice un umbral.",
    ),
)
