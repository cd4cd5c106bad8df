"""AIS: the register of centres, appeals and what became of them."""
