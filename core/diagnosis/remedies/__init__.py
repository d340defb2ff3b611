"""What would mend a run: found by a search, predicted first, verified by running."""
