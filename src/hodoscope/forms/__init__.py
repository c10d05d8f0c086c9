"""Forms and their fields, detected in a browser within a millisecond: training, evaluation and export of the models."""
