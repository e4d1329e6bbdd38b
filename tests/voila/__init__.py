"""The course in Voilà."""
