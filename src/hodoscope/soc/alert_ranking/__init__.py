"""Which of many tools' alerts deserve to be read first: what was known when each one came, in numbers."""
