"""A real Kafka on loopback for Keepwatch's tests and demo: it starts, breaks, heals and stops."""
