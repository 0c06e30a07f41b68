"""Benchmarks: what the app costs, next to the same screen drawn by plotext and to a bare Textual app."""
