"""Measuring a model: what is right, how sure that is, against whom, and where it fails. numpy only."""
