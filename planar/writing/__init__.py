"""What goes onto paper and screen: LaTeX documents, drawings of diagrams, plots, pages, reports."""
