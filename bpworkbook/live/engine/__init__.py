"""What runs an experiment in a notebook: the kernel's side in Python, the page's in JavaScript.

Nothing outside this folder speaks to the browser; it is loaded when something is first shown.
"""
