"""A trained model as files that execute nothing: weights, features, thresholds, measurements, origin and card."""
