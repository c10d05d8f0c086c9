"""The streaming engine: every rule over one batch of events, with the evidence of each hit."""
