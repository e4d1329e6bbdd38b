"""Lesson 11: gradient checking."""
