"""What turns lessons into notebooks, guides and the ledger: `python -m tools.build`, `python -m tools.measure`, …"""

import os

os.environ.setdefault(
    "TF_CPP_MIN_LOG_LEVEL", "2"
)  # as setup() does in notebooks: checks, which the guide reads, bring TensorFlow
