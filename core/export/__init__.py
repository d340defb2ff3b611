"""A spec as a program that runs without this project: plain Keras."""
