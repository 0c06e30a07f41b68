"""Claims: the folklore of small caps as testable rows, each with a verdict by a rule written before looking."""
