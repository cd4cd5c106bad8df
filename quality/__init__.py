"""Great Expectations suites for what lands and for what is released, and the gate that they form."""
