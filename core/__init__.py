"""The pure core: bars in, one Reading out."""
