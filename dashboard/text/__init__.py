"""What the product says, in French, English and Basque."""
