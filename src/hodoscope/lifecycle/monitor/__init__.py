"""A model in service: is its input still what it learned from, are its scores, its verdicts, its sensors?"""
