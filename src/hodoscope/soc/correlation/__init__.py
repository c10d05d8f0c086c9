"""From alerts to incidents: what shares rare entities close in time belongs together, and the story that tells it."""
