"""Vendor notations: one file per product, each turning plain values into the record that product would write."""
