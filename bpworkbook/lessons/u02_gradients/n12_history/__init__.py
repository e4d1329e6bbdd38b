"""Lesson 12: a history of backpropagation."""
