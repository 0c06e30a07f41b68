"""The screen: a thin layer over the core."""
