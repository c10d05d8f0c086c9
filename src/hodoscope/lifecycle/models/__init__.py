"""Classifiers behind the port ``lifecycle/model.py``: trained by their library, predicting from plain numbers."""
