"""Whether a trained model may replace the one in use: clauses from a file, each with the figure it was judged on."""
