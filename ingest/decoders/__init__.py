"""One file per payload family: bytes in, readings out, or why not."""
