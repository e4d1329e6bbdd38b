"""Reports: one page for each student, and one for the class, as plain files that need nothing."""

from bpworkbook.grading.reports.files import FOLDER, Written, page_name, write_reports

__all__ = ["FOLDER", "Written", "page_name", "write_reports"]
