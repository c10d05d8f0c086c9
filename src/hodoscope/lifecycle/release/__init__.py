"""Which model is in use: signed release records, one after another, and the highest one each consumer has seen."""
