"""Run the benchmarks one after another, each in a process of its own, and write docs/performance.md.

On an otherwise idle machine: `python tests/benchmarks` (35 minutes on two cores; the MNIST recipes need `COURSE_DATA` or a network), or
`python tests/benchmarks photos tuner_workers` for some of them. What was measured is written at once: an interruption loses
nothing but the benchmark that was running. The exit status is 1 when a budget was missed or a benchmark failed.
"""

import argparse
import multiprocessing
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor

from report import BENCHMARKS, PAGE, lines, machine, measure, missed, with_rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="BENCHMARK", help=f"some of {', '.join(BENCHMARKS)}; all by default"
    )
    names = parser.parse_args().names or BENCHMARKS
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"not a benchmark: {', '.join(unknown)}")
    page, status = PAGE.read_text("utf-8") if PAGE.exists() else "", 0
    if any(found for name, found in lines(page).items() if name not in names) and machine() not in page:
        parser.error("the other rows come from another machine or other versions: measure everything")
    for name in names:
        print(f"== {name}", flush=True)
        try:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
                rows = fresh.submit(measure, name).result()
        except Exception:  # whatever went wrong in there: the others are measured all the same
            traceback.print_exc()
            status = 1
        else:
            status |= missed(rows)
            page = with_rows(page, name, rows)
            PAGE.write_text(page, "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
