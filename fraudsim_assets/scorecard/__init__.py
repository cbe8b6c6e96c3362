"""The scorecard: how near simulated payments come to published numbers about real ones."""
