"""Lesson 08: backprop by hand."""
