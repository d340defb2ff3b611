"""Labels of logarithmic axes."""

import math

import numpy as np

from core.charts.ticks import LABELS


def test_every_power_up_to_the_tick_above_the_largest_loss_has_a_label():
    highest = math.ceil(math.log10(np.finfo(np.float32).max) / 10) * 10  # ticks ten powers apart
    assert {f"1e+{power}" for power in range(3, highest + 1)} <= set(LABELS)
    assert (LABELS["1e+4"], LABELS["1e+6"], LABELS["1e+40"]) == ("10 k", "10⁶", "10⁴⁰")
