"""The author's side: build the notebooks of a lesson from its text, run them, and lint them."""

from bpworkbook.authoring.build import BuildReport, Built, build
from bpworkbook.authoring.findings import Finding, LintReport
from bpworkbook.authoring.lint import lint

__all__ = ["BuildReport", "Built", "Finding", "LintReport", "build", "lint"]
