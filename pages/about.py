"""What Uphill is, for a newcomer."""

import streamlit as st

st.markdown(
    """
# Why is my loss going up?

Uphill trains a linear regression with TensorFlow while you watch, and shows why its loss rises
instead of falling. There are three usual culprits, and each is a knob in the lab:

1. **Data scale.** A feature with large numbers makes the loss steep. Set *Scaling* to `standard`.
2. **Learning rate.** Every loss has a largest stable rate; above it, each step overshoots.
3. **A bug** in the layer, the loss, the update or the data pipeline. Inject one and see its mark.

Choose a lesson in the lab, press **Train**, and change one thing at a time. Every knob is part of
the page's address: copy it to share the lab as it stands.
"""
)
