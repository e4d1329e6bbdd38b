"""The command line: start the course, check a notebook, look at progress, build lessons."""

from bpworkbook.cli.app import app, main

__all__ = ["app", "main"]
