"""What each style means in TikZ, as a block for the preamble of a document."""

from __future__ import annotations

__all__ = ["STYLE_BLOCK"]

STYLE_BLOCK = r"""\tikzset{
  planar backbone/.style={line width=0.4pt},
  planar stub/.style={line width=0.4pt},
  planar dressed/.style={line width=1.6pt},
  planar cap/.style={line width=0.8pt},
  planar comb1/.style={line width=0.8pt, line cap=rect},
  planar comb2/.style={line width=0.8pt, dash pattern=on 2.5pt off 1.4pt},
  planar comb3/.style={line width=0.8pt, dash pattern=on 0.9pt off 1.3pt},
  planar comb4/.style={line width=1.6pt, line cap=rect},
  planar comb5/.style={line width=0.8pt, dash pattern=on 4pt off 1.1pt on 0.9pt off 1.1pt},
  planar comb6/.style={line width=1.6pt, dash pattern=on 2.5pt off 1.4pt},
  planar comb7/.style={line width=1.6pt, dash pattern=on 1.3pt off 1.7pt},
  planar comb8/.style={line width=0.8pt, dash pattern=on 6pt off 1.6pt},
  planar rule/.style={line width=0.4pt},
  planar strand/.style={line width=0.5pt},
  planar loop/.style={line width=0.4pt, dash pattern=on 1.6pt off 0.9pt},
  planar hatch/.style={line width=0.3pt},
  planar hull1/.style={line width=0.7pt, line join=round, fill=black!14},
  planar hull2/.style={line width=0.7pt, line join=round, fill=black!32, dash pattern=on 2.5pt off 1.4pt},
  planar hull3/.style={line width=0.7pt, line join=round, fill=black!5, dash pattern=on 0.9pt off 1.3pt},
  planar hull4/.style={line width=1.2pt, line join=round, fill=black!50},
  planar hull5/.style={line width=0.7pt, line join=round, fill=black!20, dash pattern=on 4pt off 1.1pt on 0.9pt off 1.1pt},
  planar hull6/.style={line width=1.3pt, line join=round, fill=black!40, dash pattern=on 2.5pt off 1.4pt},
  planar hull7/.style={line width=1.3pt, line join=round, fill=black!8, dash pattern=on 1.3pt off 1.7pt},
  planar hull8/.style={line width=0.7pt, line join=round, fill=black!26, dash pattern=on 6pt off 1.6pt},
  planar complement/.style={line width=0.4pt, dash pattern=on 1.2pt off 1pt},
  planar face1/.style={draw=none, fill=black!10},
  planar face2/.style={draw=none, fill=black!38},
  planar face3/.style={draw=none, fill=black!22},
  planar face4/.style={draw=none, fill=black!55},
  planar blob/.style={line width=0.6pt},
  planar box/.style={line width=0.6pt},
  planar arrow/.style={draw=none, fill},
  planar random/.style={circle, fill, inner sep=0pt, minimum size=4.6pt},
  planar deterministic/.style={rectangle, draw, line width=0.6pt, inner sep=0pt, minimum size=4.9pt},
  planar bare/.style={circle, draw, line width=0.6pt, inner sep=0pt, minimum size=5.3pt},
  planar hollow/.style={circle, draw, line width=0.4pt, inner sep=0pt, minimum size=3.2pt},
  planar letter/.style={inner sep=0pt, font=\small},
  planar value/.style={inner sep=0pt, font=\small},
  planar sign/.style={inner sep=0pt},
}"""  # noqa: E501
"""What each style means; an author keeps one copy in the preamble and changes it there."""
