"""Checks for lesson 00, what a convolution sees."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from helpers import checks
from helpers.checks import A_CLASSIFIER, A_MODEL_OF_DIGITS, NotYet, Praise, a_function, exercise, quiz, raise_first


def _slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return (np.lib.stride_tricks.sliding_window_view(image, kernel.shape) * kernel).sum(axis=(2, 3))


@exercise(hints=[
    dict(en="Lay the nine numbers on a rising stroke: which three of them lie on it? Those should be positive.", es="Pon los nueve números sobre un trazo que sube: ¿qué tres quedan encima? Esos deben ser positivos."),
    dict(en="On a flat surface all pixels are equal, so the answer is that pixel times the sum of the nine numbers.", es="En una superficie lisa todos los píxeles son iguales: la respuesta es ese píxel por la suma de los nueve números."),
], wrong={
    "not numbers": dict(en="A kernel is three rows of three numbers, and yours is not. Is a comma or a number missing, or is one in quotes? (Decimals have a point: 0.5.)", es="Un núcleo son tres filas de tres números, y el tuyo no lo es. ¿Falta una coma o un número, o hay alguno entre comillas? (Los decimales llevan punto: 0.5)."),
    "wrong shape": dict(en="A kernel of shape (3, 3) is wanted, three rows of three numbers; this one has shape {shape}. (0.5 is one number; 0,5 would be two.)", es="Se pide un núcleo de forma (3, 3), tres filas de tres números; este tiene la forma {shape}. (0.5 es un número; 0,5 serían dos).", example=dict(shape=(3,))),
    "all zeros": dict(en="Nine zeros answer zero to everything, to rising strokes as well.", es="Nueve ceros responden cero a todo, también a los trazos que suben."),
    "answers to flat surfaces": dict(en="The nine numbers add up to {total:.3g}. So a surface full of ink gets an answer, too. They should add up to 0.", es="Los nueve números suman {total:.3g}. Así, una superficie llena de tinta también recibe respuesta. Deben sumar 0.", example=dict(total=3)),
    "the other diagonal": dict(en="It prefers the other diagonal: {down:.3g} for \\ and {up:.3g} for /. Rows run downwards: the rising stroke goes through the last number of the first row.", es="Prefiere la otra diagonal: {down:.3g} para \\ y {up:.3g} para /. Las filas bajan: el trazo que sube pasa por el último número de la primera fila.", example=dict(up=2, down=6)),
    "wrong sign": dict(en="On the rising stroke itself your kernel answers {middle:.3g}: it looks for gaps in the ink. Turn the signs round.", es="Sobre el propio trazo que sube, tu núcleo responde {middle:.3g}: busca huecos en la tinta. Cambia los signos.", example=dict(middle=-6)),
    "not choosy": dict(en="It answers {up:.3g} to `/` and {down:.3g} to `\\`: not choosy enough. What should stand in the corners that only the falling stroke touches?", es="Responde {up:.3g} a `/` y {down:.3g} a `\\`: distingue poco. ¿Qué debería haber en las esquinas que solo toca el trazo que baja?", example=dict(up=7, down=7)),
}, right=dict(en="It answers {up:.3g} to `/` and at most {down:.3g} to `\\`. Try it in the kernel editor.", es="Responde {up:.3g} a `/` y como mucho {down:.3g} a `\\`. Pruébalo en el editor de núcleos.", example=dict(up=6, down=2)))  # fmt: skip
def rising_stroke(answer: object) -> Praise:
    """A 3 × 3 kernel: strong on thin strokes like /, at most half as strong on \\, zero on flat surfaces."""
    try:
        kernel = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise NotYet("not numbers") from None
    found = {"not numbers": not np.isfinite(kernel).all(), "wrong shape": kernel.shape != (3, 3)}
    raise_first(found, shape=kernel.shape)
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


@exercise(expects=a_function("same_size(image, kernel)"), hints=[
    dict(en="The zeros belong all around, the same number on each side: one row for a kernel of 3 × 3. How many for 5 × 5?", es="Los ceros van alrededor, los mismos en cada lado: una fila con un núcleo de 3 × 3. ¿Cuántas con uno de 5 × 5?"),
    dict(en="def same_size(image, kernel): return slide(np.pad(image, len(kernel) // 2), kernel)", es="def same_size(image, kernel): return slide(np.pad(image, len(kernel) // 2), kernel)"),
], wrong={
    "returns nothing": dict(en="Your function returns nothing (None). Does it end with return?", es="Tu función no devuelve nada (None). ¿Acaba en return?"),
    "changes its input": dict(en="Your function changes the picture that it was given. Make a new table.", es="Tu función modifica la imagen que recibe. Crea una tabla nueva."),
    "wrong shape": dict(en="A picture of 9 × 12 should give 9 × 12 answers; with a kernel of {size} × {size}, yours has shape {shape}.", es="Una imagen de 9 × 12 debe dar 9 × 12 respuestas; con un núcleo de {size} × {size}, la tuya tiene la forma {shape}.", example=dict(size=5, shape=(7, 10))),
    "still moved": dict(en="The answers are right, but they still stand beside their places: opposite sides have got different numbers of zeros. The middle of the kernel has to stand on the pixel that it answers for.", es="Las respuestas son correctas, pero siguen desplazadas: los lados opuestos no tienen los mismos ceros. El centro del núcleo debe quedar sobre el píxel por el que responde."),
    "kernel turned": dict(en="Your kernel is turned by 180 degrees, which is what mathematicians call a convolution (and scipy's convolve2d does). Networks do not turn it.", es="Tu núcleo está girado 180 grados: eso es una convolución en el sentido matemático (y lo que hace convolve2d de scipy). Las redes no lo giran."),
    "rim not of zeros": dict(en="Inside, all answers are right, but along the rim they are not: Keras puts zeros, and nothing else, around the picture, not around the answers.", es="Dentro, todas las respuestas son correctas, pero en el borde no: Keras pone ceros, y nada más, alrededor de la imagen, no de las respuestas."),
    "no room": dict(en="Your answers do not fit into their type: decimals are cut off, or negative and large numbers come out wrong. Let them be floats.", es="Tus respuestas no caben en su tipo: se pierden los decimales, o los números negativos y grandes salen mal. Usa números decimales (float)."),
    "other values": dict(en="The shape is right, but these are not the answers of `keras_slide(image, kernel, padding=\"same\")`. At row {row}, column {column} yours is {value:.4g}, Keras's {right:.4g}.", es="La forma es correcta, pero estas no son las respuestas de `keras_slide(image, kernel, padding=\"same\")`. En la fila {row}, columna {column}, la tuya es {value:.4g} y la de Keras {right:.4g}.", example=dict(row=2, column=3, value=41.5, right=-60.2)),
}, right=dict(en="As many answers as pixels, each at its place, for kernels of 3 × 3 and 5 × 5.", es="Tantas respuestas como píxeles, cada una en su sitio, con núcleos de 3 × 3 y de 5 × 5."))  # fmt: skip
def same_size(answer: object) -> None:
    """A function (image, kernel) -> as many answers as pixels, as Keras's "same"; the picture is `uint8`, the kernel has decimals."""
    draws = np.random.default_rng(0)
    image = draws.integers(0, 256, (9, 12), dtype=np.uint8)
    for size in (3, 5):
        kernel, rim = draws.normal(size=(size, size)), size // 2
        given = image.copy()
        returned = answer(given, kernel.copy())
        result = np.asarray(returned).squeeze()
        found = {"returns nothing": returned is None, "changes its input": (given != image).any()}
        raise_first({**found, "wrong shape": result.shape != image.shape}, shape=result.shape, size=size)
        padded, sides = np.pad(image.astype(float), rim), [(rim, rim), (0, 2 * rim), (2 * rim, 0)]
        right, *beside = (_slide(np.pad(image.astype(float), pads), kernel) for pads in product(sides, sides))
        narrow = [right.astype(int).astype(kind) for kind in (np.uint8, np.int8)]
        narrow += [right.clip(0), right.clip(0, 255), _slide(padded, kernel.astype(int))]
        off = np.abs(result - right)
        row, column = np.unravel_index(off.argmax(), off.shape)
        found = {
            "still moved": any(np.allclose(result, each, atol=1e-2) for each in beside),
            "kernel turned": np.allclose(result, _slide(padded, kernel[::-1, ::-1]), atol=1e-2),
            "no room": off.max() < 1 or any(np.allclose(result, each, atol=1e-2) for each in narrow),
            "rim not of zeros": off[rim:-rim, rim:-rim].max() < 1e-2,
            "other values": not np.allclose(255 * result, right, atol=0.1),
        }
        if not off.max() <= 1e-2:
            raise_first(found, row=row, column=column, value=result[row, column], right=right[row, column])


@exercise(expects=A_MODEL_OF_DIGITS, hints=[
    dict(en="After a convolution, a moved digit has the same answers at other places. What can you ask of a table that does not depend on where?", es="Tras una convolución, un dígito movido tiene las mismas respuestas en otros sitios. ¿Qué puedes preguntarle a una tabla que no dependa de dónde?"),
    dict(en="Its largest number, or its mean. Keras has a layer for each: GlobalMaxPooling2D, GlobalAveragePooling2D.", es="Su número mayor, o su media. Keras tiene una capa para cada cosa: GlobalMaxPooling2D y GlobalAveragePooling2D."),
    dict(en='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). No stride and no MaxPooling2D before it: they advance two places at a time.', es='Input, Conv2D(16, kernel_size=3, activation="relu"), GlobalMaxPooling2D(). Sin stride ni MaxPooling2D antes: avanzan de dos en dos.'),
], wrong={
    "still a picture": dict(en="The output has shape {shape}: still a table, and its answers move along. Turn each table into one number.", es="La salida tiene la forma {shape}: sigue siendo una tabla, y sus respuestas se mueven. Convierte cada tabla en un número.", example=dict(shape=(6, 26, 26, 8))),
    "not rows of four": dict(en="For 6 images the output has shape {shape}; it should have two axes, (6, 4) or wider: for each image a row of at least four numbers.", es="Con 6 imágenes la salida tiene la forma {shape}; debería tener dos ejes, (6, 4) o más ancha: por cada imagen, una fila de al menos cuatro números.", example=dict(shape=(6, 2))),
    "cannot tell pictures apart": dict(en="It stays the same, but for different pictures as well: it looks at nothing.", es="No cambia, pero tampoco con imágenes distintas: no mira nada."),
    "sees ink, not shapes": dict(en="It stays the same, but for a mirror image as well: it only measures how bright the picture is, or how much ink it holds. Let convolutions with relu look at the shapes first.", es="No cambia, pero tampoco con la imagen en espejo: solo mide el brillo o la cantidad de tinta. Deja que antes miren las formas unas convoluciones con relu."),
    "every place has its number": dict(en="Its output changes when the digit moves. A Flatten gives every place its own number, and what follows sees a different row. Ask each table for one number instead.", es="Su salida cambia cuando se mueve el dígito. Un Flatten da a cada sitio su propio número, y lo que sigue ve otra fila. Mejor pídele a cada tabla un solo número."),
    "steps over pixels": dict(en="Nearly: one number per table is right, but its output still changes a little. Strides and MaxPooling2D advance two places at a time, and Resizing thins the picture out, so after a step of one pixel they give something else. Leave them out.", es="Casi: un número por tabla está bien, pero la salida aún cambia un poco. Los strides y MaxPooling2D avanzan de dos en dos, y Resizing reduce la imagen, así que un paso de un píxel les enseña otra cosa. Quítalos."),
    "cut off at the rim": dict(en='Nearly: one number per table is right, but its output still changes a little. The rim cuts answers off when the digit moves. Give the convolutions padding="same"; if they have it, take fewer or smaller ones.', es='Casi: un número por tabla está bien, pero la salida aún cambia un poco. El borde recorta respuestas cuando el dígito se mueve. Pon padding="same" en las convoluciones; si ya lo tienen, usa menos o más pequeñas.'),
}, right=dict(en="Equivariant layers, then one number per table: together they are invariant. What it has lost is where things are.", es="Capas equivariantes y después un número por tabla: juntas son invariantes. Lo que ha perdido es dónde están las cosas."))  # fmt: skip
def invariant_model(answer: object) -> None:
    """A Keras model: (N, 28, 28, 1) in, (N, ≥ 4) out, the same for moved digits, different for different digits."""
    images = np.zeros((6, 28, 28, 1), np.float32)
    grey = np.random.default_rng(0).random((6, 12, 12, 1))  # in black and white, small patterns come mirrored, too
    grey *= (grey > 0.6) * np.linspace(0.5, 1, 6)[:, None, None, None]
    images[:, 8:20, 8:20] = grey  # an empty rim of eight pixels
    outputs = np.asarray(answer(images))
    picture = outputs.ndim > 2 and len(outputs) == 6 and np.prod(outputs.shape[1:-1]) > 1
    found = {"still a picture": picture, "not rows of four": outputs.ndim != 2 or outputs.shape[1] < 4}
    raise_first(found, shape=outputs.shape)

    def change(others: np.ndarray) -> float:
        return np.abs(np.asarray(answer(others)) - outputs).max()

    differences = np.abs(outputs[:, None] - outputs[None]).max(axis=2)[~np.eye(6, dtype=bool)]
    raise_first({"cannot tell pictures apart": differences.min() <= 1e-6 * max(1, np.abs(outputs).max())})
    moves = [(0, 1), (1, 0), (2, 0), (0, -2), (-3, 0), (3, 3)]
    nothing = 1e-4 * np.abs(outputs).max()
    if max(change(np.roll(images, move, axis=(1, 2))) for move in moves) > nothing:
        raise NotYet(_why_it_moves(answer))
    raise_first({"sees ink, not shapes": change(images[:, :, ::-1]) <= nothing})


def _why_it_moves(model: object) -> str:
    """The misconception in a model whose output changes when the digit moves."""
    layers = list(checks.flat_layers(model))
    kinds = [type(layer).__name__ for layer in layers]
    if {"Flatten", "Reshape"} & {*kinds}:
        return "every place has its number"
    strides = [np.max(getattr(layer, "strides", 1)) for layer in layers]
    return "steps over pixels" if max(strides) > 1 or "Resizing" in kinds else "cut off at the rim"


def _trained(model: object) -> Callable[[Callable], float]:
    """Of a trained network: the function that measures its accuracy (%) with 1,000 test digits, altered by a function."""
    _, (others, their_labels), (images, labels) = checks.digits()
    images, labels = images[:1000], labels[:1000]
    # With a Rescaling of its own, pixels go up to 255.
    plain, scale = max((checks.accuracy(model, scale * images, labels), scale) for scale in (1, 255))
    known = checks.accuracy(model, scale * others, their_labels)
    raise_first({"saw the test digits": plain > known + 0.06}, plain=100 * plain, known=100 * known)
    checks.graded(plain, asked=0)
    return lambda alter: 100 * checks.accuracy(model, scale * alter(images), labels)


NOT_TRAINED = {
    "guesses": dict(en="Of the unaltered digits it reads only {accuracy}. Has it been trained, with `prepare(x_train)` and `y_train`? Did it see digits as they are, too?", es="De los dígitos sin transformar lee solo el {accuracy}. ¿La has entrenado, con `prepare(x_train)` e `y_train`? ¿Ha visto también dígitos tal como son?", example=dict(accuracy="10.2 %")),
    "saw the test digits": dict(en="It reads {plain:.1f} % of the test digits, but only {known:.1f} % of others that are new to it. So large a gap comes from training on test digits. Train it with `prepare(x_train)` and `y_train` only.", es="Lee el {plain:.1f} % de los dígitos de prueba, pero solo el {known:.1f} % de otros que son nuevos para ella. Una brecha así sale de entrenar con los de prueba. Entrénala solo con `prepare(x_train)` e `y_train`.", example=dict(plain=100, known=90.4)),
    "forgot the others": dict(en="It reads the altered digits, {altered:.1f} % of them, but only {plain:.1f} % of the unaltered ones (at least 80 % are wanted). It has to see both kinds in training.", es="Lee los dígitos transformados, el {altered:.1f} %, pero solo el {plain:.1f} % de los normales (se pide al menos un 80 %). Al entrenar tiene que ver los dos tipos.", example=dict(altered=92, plain=69)),
}  # fmt: skip


def _zoomed(factor: float) -> Callable[[np.ndarray], np.ndarray]:
    """What makes digits smaller (0.4: 28 pixels on 20) or larger (-0.3), in their frame."""
    from keras import layers

    zoom = layers.RandomZoom((factor, factor), fill_mode="constant")
    return lambda images: np.asarray(zoom(images, training=True))


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="The remedy is the same as for shifts: during training, the network has to see what it will meet.", es="El remedio es el mismo que con los desplazamientos: al entrenar, la red tiene que ver lo que se va a encontrar."),
    dict(en="Put a layer before `cnn()`, as `cnn_shown_shifts` does, this time `layers.RandomZoom`. Its page in Keras's documentation says which sign makes pictures smaller.", es="Pon una capa antes de `cnn()`, como hace `cnn_shown_shifts`, esta vez `layers.RandomZoom`. Su página en la documentación de Keras dice qué signo hace las imágenes más pequeñas."),
    dict(en='layers.RandomZoom((0, 0.4), fill_mode="constant"), then cnn(), and do not forget train(reader).', es='layers.RandomZoom((0, 0.4), fill_mode="constant"), después cnn(), y no olvides train(reader).'),
], wrong={
    "zoomed in": dict(en="Of larger digits it reads {bigger:.1f} %, of smaller ones {altered:.1f} %: your training digits became larger. Turn the sign round.", es="De los dígitos más grandes lee el {bigger:.1f} %; de los pequeños, el {altered:.1f} %: tus dígitos de entrenamiento se hicieron más grandes. Cambia el signo.", example=dict(bigger=93, altered=56)),
    **NOT_TRAINED,
    "not enough small ones": dict(en="Of the smaller digits it reads {altered:.1f} %; 75 % are wanted. Did it see small ones in training, and for long enough?", es="De los dígitos pequeños lee el {altered:.1f} %; se pide un 75 %. ¿Ha visto dígitos pequeños al entrenar, y durante suficiente tiempo?", example=dict(altered=60)),
}, right=dict(en="It reads {altered:.1f} % of the smaller digits and {plain:.1f} % of the unaltered ones.", es="Lee el {altered:.1f} % de los dígitos pequeños y el {plain:.1f} % de los normales.", example=dict(altered=92, plain=91)))  # fmt: skip
def reads_small(answer: object) -> Praise:
    """A network trained so that it reads digits of 20 × 20 pixels, in the middle of 28 × 28, and still the unaltered ones."""
    accuracy = _trained(answer)
    plain, altered, bigger = (accuracy(_zoomed(factor)) for factor in (0, 0.4, -0.3))
    found = {"zoomed in": altered < 75 and bigger > 80, "not enough small ones": altered < 75}
    raise_first({**found, "forgot the others": plain < 80}, plain=plain, altered=altered, bigger=bigger)
    return Praise(plain=plain, altered=altered)


@exercise(expects=A_CLASSIFIER, hints=[
    dict(en="Shifted digits in training are the beginning. Then ask what still depends on the place: which layer has a weight for each place?", es="Dígitos desplazados al entrenar: así se empieza. Después pregúntate qué depende todavía del sitio: ¿qué capa tiene un peso para cada sitio?"),
    dict(en="`GlobalMaxPooling2D` in place of `Flatten` forgets the place. It needs more kernels, or a third convolution, and more epochs.", es="`GlobalMaxPooling2D` en lugar de `Flatten` olvida el sitio. Pide más núcleos, o una tercera convolución, y más épocas."),
], wrong={
    **NOT_TRAINED,
    "not beaten yet": dict(en="Digits moved by four pixels: {altered:.1f} %. To be beaten: 86 %. What have you not changed yet: the range of the shifts, the epochs, the layers?", es="Dígitos movidos cuatro píxeles: {altered:.1f} %. Hay que superar el 86 %. ¿Qué no has cambiado aún: el alcance de los desplazamientos, las épocas, las capas?", example=dict(altered=84)),
}, right=dict(en="Beaten: {altered:.1f} % of the digits moved by four pixels, and {plain:.1f} % of the unmoved ones.", es="Superado: el {altered:.1f} % de los dígitos movidos cuatro píxeles, y el {plain:.1f} % de los dígitos sin mover.", example=dict(altered=90, plain=92)))  # fmt: skip
def four_pixels(answer: object) -> Praise:
    """A network that reads more than 86 % of the test digits moved by four pixels, in four directions."""
    accuracy = _trained(answer)

    def moved(top: int, left: int) -> float:
        frame = ((0, 0), (4, 4), (4, 4), (0, 0))
        return accuracy(lambda images: np.pad(images, frame)[:, top : top + 28, left : left + 28])

    altered, plain = np.mean([moved(0, 4), moved(8, 4), moved(4, 0), moved(4, 8)]), moved(4, 4)
    raise_first({"not beaten yet": altered <= 86, "forgot the others": plain < 80}, altered=altered, plain=plain)
    return Praise(altered=altered, plain=plain)


quiz_answer = quiz("quiz_answer", right="a",
    a=dict(en="9 + 9 + 9 on the right, minus 9 on the left. The middle column counts zero times.", es="9 + 9 + 9 a la derecha, menos 9 a la izquierda. La columna del medio cuenta cero veces."),
    b=dict(en="54 is the sum of all nine pixels. Multiply each by the number of the kernel that lies on it first.", es="54 es la suma de los nueve píxeles. Multiplica antes cada uno por el número del núcleo que tiene encima."),
    c=dict(en="You took left minus right. The kernel has its −1 on the left.", es="Has calculado izquierda menos derecha. El núcleo tiene los −1 a la izquierda."))  # fmt: skip

quiz_shift = quiz("quiz_shift", right="b",
    a=dict(en="The kernel meets the same stroke, but at another place, so the same numbers stand elsewhere in the table. The next cell shows it.", es="El núcleo encuentra el mismo trazo, pero en otro sitio: los mismos números quedan en otro lugar de la tabla. La celda siguiente lo muestra."),
    b=dict(en="The kernel is the same at every place, so it gives the same answers where the stroke is now.", es="El núcleo es el mismo en todas partes, así que da las mismas respuestas allí donde ahora está el trazo."),
    c=dict(en="That would be so if each place had weights of its own. A convolution uses the same kernel at every place.", es="Eso pasaría si cada sitio tuviera sus propios pesos. Una convolución usa el mismo núcleo en todas partes."))  # fmt: skip

quiz_weights = quiz("quiz_weights", right="c",
    a=dict(en="That is what a dense layer would do. A kernel is used at more places, and that costs time, not weights.", es="Eso le pasaría a una capa densa. El núcleo se usa en más sitios, y eso cuesta tiempo, no pesos."),
    b=dict(en="As many as before, yes, but a colour photo has three channels, and a kernel is as deep as its picture.", es="Los mismos que antes, sí, pero una foto en color tiene tres canales, y el núcleo es tan profundo como su imagen."),
    c=dict(en="Eight kernels of 3 × 3 × 3 weights, each with its bias, whatever the size of the photo.", es="Ocho núcleos de 3 × 3 × 3 pesos, cada uno con su sesgo, sea cual sea el tamaño de la foto."))  # fmt: skip

quiz_pooling = quiz("quiz_pooling", right="a",
    a=dict(en="The largest number of the square is the same as before, so the pooled table is, too.", es="El número mayor del cuadrado es el mismo que antes, así que la tabla reducida también."),
    b=dict(en="The largest number is kept as it is. If it doubles, the pooled table shows the double.", es="El número mayor se conserva tal cual. Si se duplica, la tabla reducida muestra el doble."),
    c=dict(en="Then the largest number of two squares changes, and the pooled table with them.", es="Entonces cambia el número mayor de dos cuadrados, y con ellos la tabla reducida."))  # fmt: skip

quiz_shape = quiz("quiz_shape", right="b",
    a=dict(en="112 / 3 is 37.33, and a part of a square does not count: the one that would hang over the rim is left out.", es="112 / 3 es 37.33, y un trozo de cuadrado no cuenta: el que se saldría por el borde se descarta."),
    b=dict(en="224 → 112 by the stride, 112 → 37 by the squares, and 32 kernels make 32 tables.", es="224 → 112 por el paso, 112 → 37 por los cuadrados, y 32 núcleos hacen 32 tablas."),
    c=dict(en="Three channels go in, but each kernel adds up over all of them: one table comes out per kernel, not one per kernel and channel.", es="Entran tres canales, pero cada núcleo suma sobre todos ellos: sale una tabla por núcleo, no una por núcleo y canal."))  # fmt: skip

quiz_curves = quiz("quiz_curves", right="c",
    a=dict(en="Look at one pixel: the CNN has already lost some accuracy. Invariant would be a level line.", es="Mira en un píxel: la CNN ya ha perdido algo de exactitud. Invariante sería una línea horizontal."),
    b=dict(en="Where nothing is moved, the three lie within a few points of each other. They separate only where digits move.", es="Donde no se mueve nada, las tres están a pocos puntos unas de otras. Solo se separan cuando los dígitos se mueven."),
    c=dict(en="From one pixel on, its curve lies clearly below the CNN's with pooling, and it ends near the MLP's.", es="Desde el primer píxel, su curva queda claramente por debajo de la CNN con pooling, y acaba cerca de la del MLP."))  # fmt: skip
