"""The run itself: the only package that imports TensorFlow, and only inside a worker."""
