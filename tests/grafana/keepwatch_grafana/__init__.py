"""What Grafana asks of a Prometheus data source, asked of a real Prometheus and of Keepwatch."""
