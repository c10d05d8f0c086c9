"""Sigma: rules compiled once, matched over batches and hunted in the store with one verdict."""
