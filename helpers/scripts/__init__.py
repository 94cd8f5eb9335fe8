"""Programs that run beside a notebook, or without one, and what starts them."""
