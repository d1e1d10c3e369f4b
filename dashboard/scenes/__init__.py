"""The scenes of a wall: one view-model in, one SVG string out."""
