"""Predicts, trains and diagnoses linear regressions whose loss may go up instead of down.

In a checkout this package is `core`; `pip install .` installs it as `uphill_doctor`.
"""
