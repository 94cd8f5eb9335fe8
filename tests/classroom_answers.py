"""Answers that no class should hold, but one may: each goes wrong in its own way, and what `collect` says of it.

`HOSTILE` holds for each kind the exercise, the cell, and the reason that `collect` gives. Those that are caught by reading alone
stand first. `HIDDEN` shows the same deeds so that reading does not find them: what then holds them are the fences of `limits.py`.
"""

STROKE = "00_what_a_convolution_sees", "rising_stroke"
CALL = "\n\ncheck.rising_stroke(rising)"


def stroke(*lines: str) -> tuple[str, str]:
    """An answer to lesson 00's first exercise that does something first."""
    return "rising_stroke", "\n".join([*lines, "rising = [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]]"]) + CALL


READ = {  # found by reading: not run
    "imports os": (*stroke("import os", "os.remove('x')"), "gate"),
    "imports a socket": (*stroke("from socket import create_connection"), "gate"),
    "asks the checks": (*stroke("from helpers.checks import lesson_00 as c"), "gate"),
    "replaces the check": (*stroke("check.rising_stroke.judge = print"), "gate"),
    "executes a text": (*stroke("exec('1')"), "gate"),
    "opens a file": (*stroke("open('/etc/passwd')"), "gate"),
    "climbs to the classes": (*stroke("().__class__.__base__.__subclasses__()"), "gate"),
    "exits": (*stroke("exit()"), "gate"),
    "a shell command": (*stroke("!rm -rf ~"), "no python"),
    "half a line": ("rising_stroke", "rising = [[-1, -1, 2" + CALL, "no python"),
    "a thousand brackets": ("rising_stroke", "rising = " + "[" * 1000 + "]" * 1000 + CALL, "no python"),
}
HIDDEN = {  # run, and held
    "loops": (*stroke("while True: pass"), "time"),
    "sleeps": (*stroke("import time", "time.sleep(3600)"), "time"),
    "loops and hides errors": (*stroke("while True:", "    try:", "        while True: pass", "    except BaseException: pass"), "time"),
    "raises SystemExit": (*stroke("raise SystemExit(0)"), "ends"),
    "ends the process": (*stroke("data.downloads.os._exit(0)"), "ends"),
    "forks": (*stroke("data.downloads.os.fork()"), "refused"),
    "forks again and again": (*stroke("while True:", "    try: data.downloads.os.fork()", "    except BaseException: pass"), "time"),
    "starts a program": (*stroke("data.downloads.os.system('touch {victim}/program')"), "refused"),
    "deletes": (*stroke("data.downloads.os.remove('{victim}/precious')"), "refused"),
    "deletes and hides it": (*stroke("try: data.downloads.os.remove('{victim}/precious')", "except BaseException: pass"), "refused"),
    "overwrites": (*stroke("np.save('{victim}/precious.npy', [1])"), "refused"),
    "deletes through TensorFlow": (*stroke("import tensorflow as tf", "tf.io.gfile.remove('{victim}/precious')"), "not yet"),
    "writes through TensorFlow": (*stroke("import tensorflow as tf", "tf.io.write_file('{victim}/tensor', 'x')"), "not yet"),
    "asks for a terabyte": (*stroke("x = 'x' * 10**12"), "memory"),
    "fills the memory": (*stroke("x = []", "while True: x.append(np.ones(10**8))"), "memory"),
    "fills a file": (*stroke("with data.downloads.os.fdopen(data.downloads.os.open('big', 65), 'wb') as f:", "    while True: f.write(bytes(10**6))"), "not yet"),
    "prints a gigabyte": (*stroke("for _ in range(1000): print('x' * 10**6)"), "correct"),
    "reaches for the network": (*stroke("keras.utils.get_file('x', 'http://192.0.2.1/x', cache_dir='.')"), "refused"),
    "never ends recursing": (*stroke("def f(): f()", "f()"), "not yet"),
    "crashes in C": (*stroke("np.ctypeslib.as_array(np.ctypeslib.ctypes.cast(8, np.ctypeslib.ctypes.POINTER(np.ctypeslib.ctypes.c_int)), (1,))[0]"), "ends"),
    "kills its parent": (*stroke("data.downloads.os.kill(data.downloads.os.getppid(), 9)"), "refused"),
    "a proxy that lies": ("rising_stroke", "class Liar:\n    def __array__(self, *a, **k): raise SystemExit\nrising = Liar()" + CALL, "ends"),
    "trains": ("rising_stroke", "m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\nm.compile('sgd', 'mse')\ngo = m.fit\ngo(np.ones(4), np.ones(4))\nrising = 1" + CALL, "trains"),
}  # fmt: skip

# Wrong answers as cells, with their misconception; further lessons' wrong ones are in tests/answers, as objects.
WRONG = {
    "00_what_a_convolution_sees": [
        ("rising_stroke", "rising = np.zeros((3, 3))", "all zeros"),
        ("rising_stroke", "rising = np.eye(3) * 3 - 1", "the other diagonal"),
        ("rising_stroke", "rising = np.ones((3, 3))", "answers to flat surfaces"),
        ("same_size", "def same_size(image, kernel):\n    slide(image, kernel)", "returns nothing"),
        ("invariant_model", "invariant = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten()])", "every place has its number"),
        ("quiz_answer", 'answer = "e"', "not an option"),
    ],
    "01_mnist_baseline": [
        ("honest_split", "honest_split = 3", "not a function"),
        ("read_curves", 'causes = "12"', "not four digits"),
    ],
    "02_augmentation": [("turns", "answer = 0,11", "decimal comma"), ("turns", 'answer = "many"', "not a number")],
    "03_dropout": [
        ("inverted_dropout", "def dropout(values, rate, training, rng):\n    return 1 / 0", "raises ZeroDivisionError"),
        ("penalty", "penalty = 0.1", "not a function"),
    ],
    "04_early_stopping": [("stop_below", "StopBelow = None", None)],
    "05_batch_normalisation": [("refresh", "def refresh(model, images):\n    model(images)", "averages unchanged")],
    "06_keras_tuner": [("hypermodel", "my_model = keras", "not a function")],
    "07_vgg16_transfer": [("top_weights", "top = 4096", None), ("assemble", "def assemble(base):\n    pass", None)],
    "08_your_own_digits": [("decay_steps", "decay_steps = 900 / 0", "raises ZeroDivisionError")],
}  # fmt: skip
