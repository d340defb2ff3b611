"""The diagnosis for one's own Keras model: a callback, an examination, and one of a single step."""
