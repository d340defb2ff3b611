"""A loss curve from elsewhere: the address that this half of "Your own" has always had."""

import streamlit as st

from pages.ui.curve_view import curve_view

st.title("Compare with your own training", anchor=False)
st.page_link("own.py", label="You have the script, too? Paste it.", icon=":material/code:")
curve_view()
