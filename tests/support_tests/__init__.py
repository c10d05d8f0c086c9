"""Tests of the test-input builders themselves."""
