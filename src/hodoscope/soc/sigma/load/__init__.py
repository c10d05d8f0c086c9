"""Sigma documents from folders, archives and addresses to compiled rules."""
