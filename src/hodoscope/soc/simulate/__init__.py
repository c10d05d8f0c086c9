"""Simulated company telemetry with attacks woven in: for demos, load and regression, never for accuracy claims."""

from hodoscope.soc.simulate.pipeline import SimulationSummary, simulate

__all__ = ["SimulationSummary", "simulate"]
