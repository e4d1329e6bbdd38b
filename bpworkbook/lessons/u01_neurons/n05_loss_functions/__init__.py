"""Lesson 05: error, measured by a loss."""
