"""Stands for numpy, where it is not installed: an array knows its shape only."""

import math


class Array:
    def __init__(self, num):
        self.shape = [num]

    def reshape(self, shape):
        assert math.prod(shape) == math.prod(self.shape)
        self.shape = shape
        return self


def prod(shape):
    return math.prod(shape)


def linspace(start, stop, num, dtype):
    assert dtype == "float32"
    return Array(num)
