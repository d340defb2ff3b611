"""What can be known about a run before it starts: NumPy only."""
