"""The security operations product: raw logs in, explained findings out."""
