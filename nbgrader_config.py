"""nbgrader's view of this repository: `solutions/` is the source, `exercises/` is the release.

It is read by every `nbgrader` command, and by formgrader, that is started in this folder.
"""

from nbconvert.preprocessors import TagRemovePreprocessor

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# What explains a solution stays out of the exercises, as the solution does.
c.GenerateAssignment.preprocessors.prepend([TagRemovePreprocessor])
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"explanation"}

# Some checks train a network.
c.Execute.timeout = 120
