"""Charts and small drawings of the manage pages: pure functions of a view."""
