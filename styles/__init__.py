"""Style sheets, one file a screen."""
