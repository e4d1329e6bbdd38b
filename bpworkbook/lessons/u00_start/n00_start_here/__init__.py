"""Lesson 00, start here: cells, checks, shapes, and the row that met a column."""
