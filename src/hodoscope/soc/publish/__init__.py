"""Publish: findings and events in the forms other tools read (OCSF 1.8.0, ECS)."""
