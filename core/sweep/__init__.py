"""Sweeps: many runs of one spec that differ in one or two knobs, most of them trained together."""
