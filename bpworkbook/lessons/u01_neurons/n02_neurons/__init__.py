"""Lesson 02: neurons, real and artificial."""
