"""Live data: a child process fetches it, a gate checks it, an archive keeps it, every panel says how fresh it is."""
