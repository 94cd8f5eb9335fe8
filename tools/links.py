"""Print every address in the course's prose and messages, once each: `python -m tools.links`.

Left out: addresses on this machine, placeholders (OWNER/NAME), templates. An address of Google's storage that ends in
"/" is only the beginning of one and answers 404; `python -m helpers download` tries those.
"""

from __future__ import annotations

import re

from helpers import ROOT

PROSE = ["*.md", "LICENSE", "data/*.md", "docs/*.md", "lessons/*.py"]
PROSE += ["helpers/**/*.py", "helpers/*.toml", "launcher/*.py"]  # what programs say to people
NOT_PUBLIC = r"//(?:localhost|127\.|0\.0\.0\.0|\[)|OWNER|[{}]"


def links() -> list[str]:
    """The addresses, sorted."""
    texts = (path.read_text("utf-8") for pattern in PROSE for path in ROOT.glob(pattern))
    found = {address.rstrip(".,;:!?") for text in texts for address in re.findall(r"https?://[^\s\"'`<>()|]+", text)}
    return sorted(address for address in found if not re.search(NOT_PUBLIC, address))


if __name__ == "__main__":
    print("\n".join(links()))
