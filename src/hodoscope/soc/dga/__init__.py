"""Domains made by algorithms: what a registrant chose of a name, what that looks like, and how suspicious it is."""
