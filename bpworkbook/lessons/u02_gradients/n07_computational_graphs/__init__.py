"""Lesson 07: computational graphs."""
