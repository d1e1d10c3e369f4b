"""How real devices word what they count, one file a dialect.

A dialect is a pure function from a device and what it shows at one instant to
the messages that it publishes. `tongues` says which meter speaks which.
"""
