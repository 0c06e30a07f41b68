"""Pure charts: numbers, a size and a palette in; strips out."""
