"""Making probabilities mean what they say: a small monotone function learned on data the model has not seen."""
