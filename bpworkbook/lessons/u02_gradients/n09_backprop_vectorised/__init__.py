"""Lesson 09: backprop, vectorised."""
