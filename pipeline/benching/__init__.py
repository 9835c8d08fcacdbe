"""What `make bench` measures. In no room: it looks into all of them, and nothing but `pipeline.bench` imports it."""
