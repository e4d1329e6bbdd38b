"""The instructor's side: submissions run in a box, and are compared outside it."""
