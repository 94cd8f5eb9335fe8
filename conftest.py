"""What all tests run under, the notebooks included: pytest reads this file first, kernels inherit the environment."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

os.environ["COURSE_STRICT"] = "1"  # a claim that does not hold fails
os.environ["COURSE_OFFLINE"] = "1"  # no network: what is not on this machine counts as not to be had
os.environ.pop("COURSE_SEED", None)
# Two workers with one thread each (see -n 2 in pyproject.toml): such small networks gain nothing from a second core.
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", TF_CPP_MIN_LOG_LEVEL="2")


@pytest.fixture(params=["en", "es"])
def lang(request):
    """Run a test in both languages."""
    from helpers import language

    language.use(request.param)
    yield request.param
    language.use("en")


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_make_scheduler(config, log):
    """One worker runs a notebook's cells, or a file's tests, in their order; but the lessons are shared out one by one.

    (The marks of `--dist loadgroup` do not arrive: xdist 3.8 cannot write into pytest 9.2's node ids.)
    """
    from xdist.scheduler import LoadFileScheduling

    class ByLesson(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return nodeid if "test_lessons" in file else file

    return ByLesson(config, log)
