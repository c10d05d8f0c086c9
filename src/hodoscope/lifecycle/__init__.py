"""From dataset to a signed, monitored, retrainable model. Used by both products; knows neither alerts nor forms."""
