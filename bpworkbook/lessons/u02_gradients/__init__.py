"""Unit 2: gradients and backpropagation."""
