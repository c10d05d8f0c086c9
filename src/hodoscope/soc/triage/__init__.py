"""From findings to the alerts worth reading: grouping without hiding, verdicts, suppressions under control."""
