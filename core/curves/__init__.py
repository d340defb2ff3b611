"""What can be said of a training that happened elsewhere, from its loss curve alone."""
