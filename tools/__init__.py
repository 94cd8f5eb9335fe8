"""What turns lessons into notebooks, guides and the ledger: `python -m tools.build`, `python -m tools.measure`, …"""
