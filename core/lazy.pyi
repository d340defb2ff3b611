import keras as keras
import tensorflow as tf
from keras import ops as ops

__all__ = ["keras", "ops", "tf"]
