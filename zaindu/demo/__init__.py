"""The demonstration: the whole house on simulated buildings, with nothing to install."""
