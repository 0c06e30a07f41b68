"""The real fetcher and the running app against the loopback: every fault, what is sent, and what the screen says."""
