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
    "fills the memory": (*stroke("x = []", "while True: x.append(np.ones(10**7))"), "memory"),
    "fills a file": (*stroke("with data.downloads.os.fdopen(data.downloads.os.open('big', 65), 'wb') as f:", "    while True: f.write(bytes(10**6))"), "not yet"),
    "prints a gigabyte": (*stroke("for _ in range(1000): print('x' * 10**6)"), "correct"),
    "reaches for the network": (*stroke("data.downloads.urllib.request.urlopen('http://192.0.2.1/x', timeout=5)"), "refused"),
    "never ends recursing": (*stroke("def f(): f()", "f()"), "not yet"),
    "crashes in C": (*stroke("np.ctypeslib.as_array(np.ctypeslib.ctypes.cast(8, np.ctypeslib.ctypes.POINTER(np.ctypeslib.ctypes.c_int)), (1,))[0]"), "ends"),
    "kills its parent": (*stroke("data.downloads.os.kill(data.downloads.os.getppid(), 9)"), "refused"),
    "a proxy that lies": ("rising_stroke", "class Liar:\n    def __array__(self, *a, **k): raise SystemExit\nrising = Liar()" + CALL, "ends"),
    "trains": ("rising_stroke", "m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\nm.compile('sgd', 'mse')\nm.fit(np.ones(4), np.ones(4))\nrising = 1" + CALL, "trains"),
}  # fmt: skip
