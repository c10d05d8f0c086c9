"""One file per corpus: its pages, groups, label attributes and label codes."""
