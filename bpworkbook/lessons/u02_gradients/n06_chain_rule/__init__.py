"""Lesson 06, the chain rule."""
