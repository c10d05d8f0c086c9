"""Where events, findings and the workflow state live."""
