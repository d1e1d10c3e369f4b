"""The nouns of the product: no input or output, no third-party import.

Every other room speaks in these words; `docs/nomenclature.md` says what each
means, its unit and the standard it comes from.
"""
