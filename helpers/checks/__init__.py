"""The exercise engine: `check.name(answer)` says *not attempted*, *not yet* or *correct*; `check.name.hint()` helps.

A check is data and probing. The data stand in its declaration: hints, praise, and each wrong answer that it knows, by
name, with what the learner is told. The probing is a function that looks at what an answer does, not at how it is written:

    @exercise(
        expects=a_function("double(x)"),
        hints=[dict(en="What is twice 3?", es="¿Cuánto es dos por 3?")],
        right=dict(en="Twice as much.", es="El doble."),
        wrong={
            "square": dict(en="For 3 it gives {value}: a square.", es="Con 3 da {value}: un cuadrado.", example=dict(value=9)),
        },
    )
    def double(answer):
        "A function x -> 2 x."
        if answer(3) == 9:
            raise NotYet("square", value=answer(3))

Braces in a text are filled by the values that come with `NotYet` or `Praise`, in the printed guide by the `example`. A
value that is a word is given as `dict(en=…, es=…)`, too. The checks of a lesson are in `lesson_NN.py`. There, `# fmt: skip`
behind a declaration keeps each text on one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from helpers import data
from helpers.language import LANGUAGES, say, tr

Text = Mapping[str, object]  # dict(en=…, es=…), in a declaration also example=dict(…)

NOT_ATTEMPTED, NOT_YET, CORRECT = "not attempted", "not yet", "correct"
MARKS = {
    NOT_ATTEMPTED: ("○", dict(en="Not attempted yet.", es="Sin responder todavía.")),
    NOT_YET: ("✗", dict(en="Not yet.", es="Todavía no.")),
    CORRECT: ("✓", dict(en="Correct.", es="¡Correcto!")),
}
BLANK = dict(
    en="Put your answer in place of the three dots and run the cell again.",
    es="Pon tu respuesta en lugar de los tres puntos y ejecuta la celda otra vez.",
)
ASK_FOR_HINT = dict(
    en="Remove the # of the last line for a hint.", es="Quita el # de la última línea si quieres una pista."
)
NO_HINTS = dict(
    en="No hints here: choose a letter, and the reply says what to look at.",
    es="Aquí no hay pistas: elige una letra y la respuesta te dirá en qué fijarte.",
)
RAISED = dict(en="Trying your answer raised {kind}: {said}", es="Al probar tu respuesta se produjo {kind}: {said}")
NO_OPTION = dict(
    en="The answer is one of the letters {letters}, in quotes.",
    es="La respuesta es una de las letras {letters}, entre comillas.",
)

outcomes: dict[str, str] = {}  # the latest status of each check in this notebook


class NotYet(Exception):
    """A wrong answer: the name of the misconception that it shows, as declared, and the values that its text speaks of."""

    def __init__(self, misconception: str, **values: object) -> None:
        super().__init__(misconception)
        self.misconception, self.values = misconception, values


class Praise:
    """What a check returns where its praise has braces to fill, or where it declares more than one: which, by name."""

    def __init__(self, name: str = "right", **values: object) -> None:
        self.name, self.values = name, values


def raise_first(found: Mapping[str, object], **values: object) -> None:
    """Raise NotYet for the first misconception whose condition is true, if there is one."""
    for misconception, condition in found.items():
        if condition:
            raise NotYet(misconception, **values)


def thousands(count: int) -> dict[str, str]:
    """A whole number as each language groups its digits: Spanish does so from five digits on."""
    return dict(en=f"{count:,}", es=f"{count:,}".replace(",", " " if count > 9_999 else ""))


def fill(text: Text, values: Mapping[str, object]) -> dict[str, str]:
    """The text in every language, its braces filled."""

    def in_language(value: object, lang: str) -> object:
        return value[lang] if isinstance(value, Mapping) and {*value} == {*LANGUAGES} else value

    return {lang: text[lang].format(**{k: in_language(v, lang) for k, v in values.items()}) for lang in LANGUAGES}


@dataclass(frozen=True)
class Verdict:
    """`status` is NOT_ATTEMPTED, NOT_YET or CORRECT; `said` the text by language; `misconception` what a wrong answer shows."""

    status: str
    said: Mapping[str, str]
    misconception: str | None = None

    @property
    def text(self) -> str:
        return tr(**self.said)

    def __str__(self) -> str:
        mark, word = MARKS[self.status]
        return f"{mark} {tr(**word)} {self.text}"


@dataclass(frozen=True)
class Question:
    """What every answer to some checks must be: the wrong answers that it knows, and how it is asked.

    `ask` takes the answer and returns what the check goes on with (the same, or a number), or raises NotYet.
    """

    wrong: Mapping[str, Text]
    ask: Callable[[object], object]


ANYTHING = Question({}, lambda answer: answer)


class Check:
    """A question with staged hints. Calling it judges an answer, prints the verdict and never raises.

    `right` holds its praise and `wrong` the wrong answers that it knows, both by name; a quiz's are "b", say, and "chose a".
    """

    def __init__(
        self,
        rule: Callable[..., Praise | None],
        *,
        name: str,
        right: Mapping[str, Text],
        wrong: Mapping[str, Text],
        hints: Sequence[Text] = (),
        expects: Question = ANYTHING,
    ) -> None:
        self.rule, self.name, self.hints, self.expects = rule, name, hints, expects
        self.right, self.wrong = right, {**expects.wrong, **wrong}
        self.__doc__ = rule.__doc__
        self._given = 0

    def __call__(self, *answer: object) -> None:
        verdict = self.judge(*answer)
        outcomes[self.name] = verdict.status
        say(str(verdict))

    def judge(self, *answer: object) -> Verdict:
        """The verdict on an answer. `...` anywhere in it is the blank."""
        if any(part is ... for part in answer):
            parts = [BLANK, ASK_FOR_HINT] if self.hints else [BLANK]
            return Verdict(NOT_ATTEMPTED, {lang: " ".join(part[lang] for part in parts) for lang in LANGUAGES})
        try:
            first, *others = answer
            praise = self.rule(self.expects.ask(first), *others) or Praise()
        except NotYet as wrong:
            return Verdict(NOT_YET, fill(self.wrong[wrong.misconception], wrong.values), wrong.misconception)
        except Exception as error:  # the learner's own code failed: that is an answer, too
            kind = type(error).__name__
            return Verdict(NOT_YET, fill(RAISED, dict(kind=kind, said=first_line(error))), f"raises {kind}")
        return Verdict(CORRECT, fill(self.right[praise.name], praise.values))

    def hint(self) -> None:
        """Print the next hint; the last one stays. A quiz has none."""
        if not self.hints:
            say(tr(**NO_HINTS))
            return
        stage = min(self._given, len(self.hints) - 1)
        self._given = stage + 1
        word = tr(en=f"Hint {stage + 1} of {len(self.hints)}:", es=f"Pista {stage + 1} de {len(self.hints)}:")
        say(f"{word} {tr(**self.hints[stage])}")


def exercise(
    *, hints: Sequence[Text], right: Text | Mapping[str, Text], wrong: Mapping[str, Text], expects: Question = ANYTHING
) -> Callable[[Callable[..., Praise | None]], Check]:
    """Make a check of a function that raises NotYet for a wrong answer, and returns None (or Praise) for a right one.

    Args:
        hints: from a nudge to nearly the answer.
        right: the praise; where there is more than one, each by a name.
        wrong: each wrong answer that the check knows, by name (a short English phrase, for teachers and tests).
        expects: what every answer must be, such as `a_function("edges(image, kernel)")`.
    """
    named = {"right": right} if "en" in right else right
    return lambda rule: Check(rule, name=rule.__name__, right=named, wrong=wrong, hints=hints, expects=expects)


def quiz(name: str, right: str, **reasons: Text) -> Check:
    """Make a multiple-choice question, whose text stands in the lesson.

    Args:
        name: the variable that it is assigned to.
        right: the letter of the right option.
        **reasons: for each letter, why it is right or wrong.
    """

    def rule(answer: object) -> Praise:
        letter = str(answer).strip().strip("().").lower()
        found = {"not an option": letter not in reasons, f"chose {letter}": letter != right}
        raise_first(found, letters=", ".join(reasons))
        return Praise(letter)

    wrong = {f"chose {letter}": reason for letter, reason in reasons.items() if letter != right}
    return Check(rule, name=name, right={right: reasons[right]}, wrong={**wrong, "not an option": NO_OPTION})


def first_line(error: Exception) -> str:
    """The line of an error's message that says why: the first, but Keras names the call above it, TensorFlow the places in your code."""
    said = re.sub(r"\[\[.*\]\]", "…", re.sub(r"\x1b\[\d*m", "", str(error)), flags=re.DOTALL)
    lines = [line for line in map(str.strip, said.splitlines()) if line and "Exception encountered when" not in line]
    return "" if not lines else lines[-1 if lines[0] == "in user code:" else 0]


def flat_layers(model: object) -> Iterator[object]:
    """The layers of a Keras model, and those of the models among them."""
    for layer in model.layers:  # type: ignore[attr-defined]
        yield layer
        if hasattr(layer, "layers"):
            yield from flat_layers(layer)


# --- questions that several checks ask -------------------------------------------------------------------------------


def a_function(signature: str) -> Question:
    """The answer can be called; `signature` is how its definition begins, such as "edges(image, kernel)"."""
    name = signature.split("(")[0]
    text = dict(
        en=f"The answer is a function: def {signature}: … Give its name, {name}, without parentheses.",
        es=f"La respuesta es una función: def {signature}: … Da su nombre, {name}, sin paréntesis.",
    )

    def ask(answer: object) -> object:
        from keras import Model

        raise_first({"not a function": isinstance(answer, type | Model) or not callable(answer)})
        return answer

    return Question({"not a function": text}, ask)


def _ask_for_number(answer: object) -> float:
    if isinstance(answer, tuple) and len(answer) == 2 and all(isinstance(part, int) for part in answer):
        raise NotYet("decimal comma", typed=f"{answer[0]},{answer[1]}", point=f"{answer[0]}.{answer[1]}")
    try:
        return float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        typed = str(answer).strip()
        if typed.count(",") == 1 and typed.replace(",", "").lstrip("-").isdigit():
            raise NotYet("decimal comma", typed=typed, point=typed.replace(",", ".")) from None
        raise NotYet("not a number", given=repr(answer)[:60]) from None


A_NUMBER = Question(
    {
        "decimal comma": dict(en="{typed} has a decimal comma. Python wants a point: {point}.",
                              es="{typed} lleva coma decimal. Python quiere un punto: {point}.", example=dict(typed="204,8", point="204.8")),
        "not a number": dict(en="The answer is one number; {given} is none.", es="La respuesta es un número; {given} no lo es.", example=dict(given="'many'")),
    },
    _ask_for_number,
)  # fmt: skip


def a_model(shape: tuple[int, ...], *, en: str, es: str) -> Question:
    """The answer is a Keras model for inputs of this shape, which the text describes by `en` and `es`."""
    wrong = {
        "not a model": dict(en=f"The answer is a Keras model, for instance keras.Sequential([keras.Input(shape={shape}), …]).",
                            es=f"La respuesta es un modelo de Keras, por ejemplo keras.Sequential([keras.Input(shape={shape}), …])."),
        "wrong input shape": dict(en=f"Your model does not take {en}. Does it begin with keras.Input(shape={shape})? Keras says: {{said}}",
                                  es=f"Tu modelo no acepta {es}. ¿Empieza con keras.Input(shape={shape})? Keras dice: {{said}}",
                                  example=dict(said=f"… Expected shape (None, 784), but input has incompatible shape {(6, *shape)}")),
    }  # fmt: skip

    def ask(answer: object) -> object:
        from keras import Model

        raise_first({"not a model": not isinstance(answer, Model)})
        try:
            answer(np.zeros((6, *shape), np.float32), training=False)
        except Exception as error:
            raise NotYet("wrong input shape", said=first_line(error)) from None
        return answer

    return Question(wrong, ask)


A_MODEL_OF_DIGITS = a_model((28, 28, 1), en="images of shape (N, 28, 28, 1), channel axis included", es="imágenes de forma (N, 28, 28, 1), eje de canales incluido")  # fmt: skip

# --- a trained classifier, judged by its accuracy: `accuracy` measures it, `graded` compares it with what is asked for ---

NOT_TRAINED = {
    "not a model": dict(en="The answer is the trained Keras model itself: not its history, and not its predictions.",
                        es="La respuesta es el propio modelo de Keras entrenado: ni su historial ni sus predicciones."),
    "not numbers": dict(en="Some outputs are not a number: training has broken down, most often because the learning rate is too large.",
                        es="Algunas salidas no son un número: el entrenamiento se ha roto, casi siempre porque la tasa de aprendizaje es demasiado grande."),
    "guesses": dict(en="Its accuracy is {accuracy}; guessing gives {chance}. Has it been trained, and with inputs in the same range as in the lesson? Can all its layers learn?",
                    es="Su exactitud es del {accuracy}; al azar se acierta el {chance}. ¿Está entrenada, y con entradas en el mismo rango que en la lección? ¿Pueden aprender todas sus capas?", example=dict(accuracy="9.4 %", chance="10 %")),
}  # fmt: skip
TEN_OUTPUTS = {
    "another shape of answers": dict(en="For {count} images its output has shape {shape}. Ten numbers for each image have shape ({count}, 10). What still has rows and columns must be flattened; `argmax` comes after the network, not in it.",
                                     es="Con {count} imágenes su salida tiene la forma {shape}. Diez números por imagen tienen la forma ({count}, 10). Lo que aún tiene filas y columnas hay que aplanarlo; `argmax` va después de la red, no dentro.", example=dict(count=6, shape=(6, 26, 26, 10))),
}  # fmt: skip
TEN_PROBABILITIES = {
    **TEN_OUTPUTS,
    "not probabilities": dict(en="The ten outputs of an image do not add up to 1, so they are not probabilities. The last layer needs softmax.",
                              es="Las diez salidas de una imagen no suman 1: no son probabilidades. La última capa necesita softmax."),
}  # fmt: skip
A_CLASSIFIER = Question({**A_MODEL_OF_DIGITS.wrong, **NOT_TRAINED, **TEN_OUTPUTS}, A_MODEL_OF_DIGITS.ask)


def digits() -> list[tuple[np.ndarray, np.ndarray]]:
    """Training, validation and test digits as networks take them: images (N, 28, 28, 1) from 0 to 1, and labels."""
    return [(images[..., np.newaxis].astype("float32") / 255, labels) for images, labels in data.load_mnist()]


def probabilities(model: object, images: np.ndarray) -> np.ndarray:
    """What a model gives for images in inference, (N, 10); NotYet where it is none of TEN_PROBABILITIES."""
    outputs = np.asarray(model(images, training=False))  # type: ignore[operator]
    sums, count = outputs.sum(axis=-1), len(images)
    raise_first({"another shape of answers": outputs.shape != (count, 10)}, count=count, shape=outputs.shape)
    raise_first({"not probabilities": outputs.min() < 0 or not np.allclose(sums, 1, atol=1e-3)})
    return outputs


def accuracy(model: object, images: np.ndarray, labels: np.ndarray) -> float:
    """The share of the images for whose label the model gives the largest of its ten outputs."""
    outputs = np.asarray(model.predict(images, batch_size=500, verbose=0))  # type: ignore[attr-defined]
    count = len(images)
    raise_first({"another shape of answers": outputs.shape != (count, 10)}, count=count, shape=outputs.shape)
    raise_first({"not numbers": not np.isfinite(outputs).all()})
    return float(np.mean(outputs.argmax(axis=1) == labels))


def percent(share: float) -> str:
    """A share as texts have it, such as 94.1 %."""
    return f"{100 * share:.1f} %"


def graded(share: float, asked: float, chance: float = 0.1, **values: object) -> str:
    """An accuracy as text; NotYet where it is near `chance`, that of guessing, or "below" what is asked for.

    The text for "below" is the check's own, as it says what to try: it is filled with {accuracy}, {asked} and `values`.
    """
    said = {"accuracy": percent(share), "asked": percent(asked), "chance": f"{100 * chance:.0f} %", **values}
    raise_first({"guesses": share < chance + 0.15, "below": share < asked}, **said)
    return percent(share)
