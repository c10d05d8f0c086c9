"""Trains again when there is a reason: trigger, label check, training, shadow, gate, promotion, in resumable steps."""
