"""What goes wrong with real meters, on order: for a demonstration, or to test what copes with it.

A fault hits one meter. Either the device itself errs (`device`), or its
messages do on their way (`delivery`). Both are functions of the instant and
the seed, so a faulty history and the live run after it agree.
"""
