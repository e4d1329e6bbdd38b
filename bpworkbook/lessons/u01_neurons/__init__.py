"""Unit 1: from a neuron to a loss."""
