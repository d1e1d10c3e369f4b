"""Pages that need no script: a few lines that write correct HTML."""
