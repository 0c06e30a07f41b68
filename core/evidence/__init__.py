"""Evidence: what the labels and the signals were worth, on the data at hand, with honest uncertainty."""
