"""Tables: samples, uploads, reading of files, profiling, preprocessing. Imports no TensorFlow."""
