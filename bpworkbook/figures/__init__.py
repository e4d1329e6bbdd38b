"""Pictures in one house style: a palette safe for colour-blind readers, alt text from the data.

Nothing is loaded until a name is used, so that importing an experiment does not load Matplotlib.

>>> from bpworkbook.figures import CYCLE
>>> len(CYCLE)
5
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpworkbook.figures.alt import describe_bars as describe_bars
    from bpworkbook.figures.alt import describe_counts as describe_counts
    from bpworkbook.figures.alt import describe_dots as describe_dots
    from bpworkbook.figures.alt import describe_line as describe_line
    from bpworkbook.figures.alt import number as number
    from bpworkbook.figures.alt import short as short
    from bpworkbook.figures.charts import bar_chart as bar_chart
    from bpworkbook.figures.charts import dot_chart as dot_chart
    from bpworkbook.figures.charts import draw_bars as draw_bars
    from bpworkbook.figures.charts import draw_dots as draw_dots
    from bpworkbook.figures.charts import draw_lines as draw_lines
    from bpworkbook.figures.charts import line_chart as line_chart
    from bpworkbook.figures.graph import Graph as Graph
    from bpworkbook.figures.graph import GraphEdge as GraphEdge
    from bpworkbook.figures.graph import GraphNode as GraphNode
    from bpworkbook.figures.graph import recorded as recorded
    from bpworkbook.figures.graph import with_looks as with_looks
    from bpworkbook.figures.history import history_chart as history_chart
    from bpworkbook.figures.maps import decision_map as decision_map
    from bpworkbook.figures.maps import digit_grid as digit_grid
    from bpworkbook.figures.maps import draw_decision as draw_decision
    from bpworkbook.figures.maps import draw_matrix as draw_matrix
    from bpworkbook.figures.maps import matrix_picture as matrix_picture
    from bpworkbook.figures.network import draw_network as draw_network
    from bpworkbook.figures.network import network_diagram as network_diagram
    from bpworkbook.figures.palette import COLORS as COLORS
    from bpworkbook.figures.palette import CYCLE as CYCLE
    from bpworkbook.figures.palette import DIVERGING as DIVERGING
    from bpworkbook.figures.palette import LINESTYLES as LINESTYLES
    from bpworkbook.figures.palette import MARKERS as MARKERS
    from bpworkbook.figures.palette import SEQUENTIAL as SEQUENTIAL
    from bpworkbook.figures.palette import line_style as line_style
    from bpworkbook.figures.picture import Picture as Picture
    from bpworkbook.figures.scene import Panel as Panel
    from bpworkbook.figures.scene import Scene as Scene
    from bpworkbook.figures.scene_boxes import Box as Box
    from bpworkbook.figures.scene_boxes import ShapeRow as ShapeRow
    from bpworkbook.figures.scene_boxes import boxes_panel as boxes_panel
    from bpworkbook.figures.scene_graph import graph_panel as graph_panel
    from bpworkbook.figures.scene_graph import graph_scene as graph_scene
    from bpworkbook.figures.scene_graph import graph_size as graph_size
    from bpworkbook.figures.scene_grounds import Bars as Bars
    from bpworkbook.figures.scene_grounds import Field as Field
    from bpworkbook.figures.scene_grounds import Levels as Levels
    from bpworkbook.figures.scene_grounds import Marks as Marks
    from bpworkbook.figures.scene_marks import Area as Area
    from bpworkbook.figures.scene_marks import Dots as Dots
    from bpworkbook.figures.scene_marks import Line as Line
    from bpworkbook.figures.scene_marks import Text as Text
    from bpworkbook.figures.scene_matrix import matrix_panel as matrix_panel
    from bpworkbook.figures.scene_panels import bars_panel as bars_panel
    from bpworkbook.figures.scene_panels import decision_panel as decision_panel
    from bpworkbook.figures.scene_panels import dots_panel as dots_panel
    from bpworkbook.figures.scene_panels import lines_panel as lines_panel
    from bpworkbook.figures.style import figure as figure
    from bpworkbook.figures.style import house_style as house_style
    from bpworkbook.figures.style import plain_log as plain_log
    from bpworkbook.figures.style import png as png

_WHERE = {
    "alt": (
        "describe_bars",
        "describe_counts",
        "describe_dots",
        "describe_line",
        "number",
        "short",
    ),
    "charts": ("bar_chart", "dot_chart", "draw_bars", "draw_dots", "draw_lines", "line_chart"),
    "graph": ("Graph", "GraphEdge", "GraphNode", "recorded", "with_looks"),
    "history": ("history_chart",),
    "maps": ("decision_map", "digit_grid", "draw_decision", "draw_matrix", "matrix_picture"),
    "network": ("draw_network", "network_diagram"),
    "palette": (
        "COLORS",
        "CYCLE",
        "DIVERGING",
        "LINESTYLES",
        "MARKERS",
        "SEQUENTIAL",
        "line_style",
    ),
    "picture": ("Picture",),
    "scene": ("Panel", "Scene"),
    "scene_boxes": ("Box", "ShapeRow", "boxes_panel"),
    "scene_graph": ("graph_panel", "graph_scene", "graph_size"),
    "scene_grounds": ("Bars", "Field", "Levels", "Marks"),
    "scene_marks": ("Area", "Dots", "Line", "Text"),
    "scene_matrix": ("matrix_panel",),
    "scene_panels": ("bars_panel", "decision_panel", "dots_panel", "lines_panel"),
    "style": ("figure", "house_style", "plain_log", "png"),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(f"bpworkbook.figures.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'bpworkbook.figures' has no attribute {name!r}")
