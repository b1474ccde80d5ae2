"""How the documentation is built: ``sphinx-build -W docs docs/_build``.

No page of it needs a network.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

import planar  # noqa: E402

project = "planar"
copyright = "the authors of planar, MIT licence"
version = release = planar.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "book",
    "command_line",
    "inline_figures",
    "local_katex",
    "plain_docstrings",
    "shipped_notebooks",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build", "_ext", "jupyter_execute"]

myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_code_prompt_show = "Show {type}"
nb_code_prompt_hide = "Hide {type}"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/latex", 25)]
nb_output_stderr = "warn"
nb_number_source_lines = False

autodoc_member_order = "bysource"
autodoc_type_aliases = {
    name: name for name in ("Array", "Complexes", "Cycles", "Partition", "Reals", "Type")
}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
python_maximum_signature_line_length = 140
python_use_unqualified_type_names = True
default_role = "literal"

html_theme = "furo"
html_title = "planar"
html_static_path = ["_static"]
html_css_files = ["planar.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f4e79", "color-brand-content": "#1f5f99"},
    "dark_css_variables": {"color-brand-primary": "#9cc4ea", "color-brand-content": "#8ab8e6"},
}
math_number_all = False
