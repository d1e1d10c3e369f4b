"""What is said and shown, decided: words, rounding, states."""
