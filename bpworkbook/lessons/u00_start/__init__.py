"""Unit 0, start: how the workbook works, and the arrays that everything is made of."""
