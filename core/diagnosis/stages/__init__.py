"""A training step's stages, each recomputed in float64 and held against what the run did."""
