"""Lesson 10: build an autodiff engine."""
