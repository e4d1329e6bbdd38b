"""The lessons: one folder each, and the object that a notebook works with."""

from bpworkbook.lessons.catalogue import all_lessons, folder, lesson_source
from bpworkbook.lessons.lesson import Lesson, lesson

__all__ = ["Lesson", "all_lessons", "folder", "lesson", "lesson_source"]
