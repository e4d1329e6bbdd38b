"""Lesson 04: forward propagation."""
