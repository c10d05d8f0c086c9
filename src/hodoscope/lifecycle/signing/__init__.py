"""Who may vouch for a model: local ECDSA P-256 keys with one role each, and OpenSSF model-signing signatures."""
