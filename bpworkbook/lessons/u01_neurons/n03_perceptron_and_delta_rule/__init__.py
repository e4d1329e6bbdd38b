"""Lesson 03: the perceptron and the delta rule."""
