"""Random PromQL, asked of Prometheus and of Keepwatch, and every difference made small."""
