"""The framework: from the reading to a plan for four kinds of people; pure rules, drawn and stored elsewhere."""
