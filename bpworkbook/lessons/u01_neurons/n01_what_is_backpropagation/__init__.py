"""Lesson 01: what backpropagation is, in four steps and twelve lines."""
