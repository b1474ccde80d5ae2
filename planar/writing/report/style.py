"""How a page looks and what its buttons do: light, dark and printed, wide and narrow.

Nothing of it needs the network.
"""

from __future__ import annotations

__all__ = ["POLICY", "SCRIPT", "STYLE"]

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; "
    "img-src data:"
)
"""What a browser may load: nothing that the page does not hold."""

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #5c5c5c; --rule: #dcdcd6;
  --ground: #fff; --shade: #f6f5f1;
  --accent: #1f4e79; --good: #2b6b3a; --bad: #a3271f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e2dc; --soft: #a09d95; --rule: #3a3935; --ground: #191918; --shade: #232321;
    --accent: #8fb8de; --good: #86c795; --bad: #ef9a91; }
  img.plot { filter: invert(0.9) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 Charter, "Bitstream Charter",
  "Source Serif 4", "STIX Two Text", Georgia, "Times New Roman", serif; }
main, header { max-width: 48rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.2rem; }
h1 { font-size: 1.4rem; line-height: 1.5; font-weight: 600; margin: 0 0 .6rem;
  overflow-x: auto; overflow-y: hidden; }
h2 { font-size: 1.25rem; font-weight: 600; margin: 3rem 0 .8rem; padding-top: .6rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: 1.0625rem; font-weight: 600; margin: 2rem 0 .4rem; }
p { margin: .6rem 0; }
a { color: var(--accent); }
nav { font-size: .92rem; }
nav ol { list-style: none; margin: 1rem 0 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: .15rem 1.1rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.katex { font-size: 1.08em; }
.math.display { overflow-x: auto; overflow-y: hidden; padding: .25rem 0; white-space: pre-wrap; }
.katex-display { margin: 0; text-align: left; }
.katex-display > .katex { text-align: left; white-space: nowrap; }
.result { background: var(--shade); border-left: 3px solid var(--accent); padding: .9rem 1.1rem;
  margin: 1rem 0; }
.result .katex { font-size: 1.12em; }
.line { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 1rem;
  margin: .45rem 0 .45rem 1.25rem; }
.line .number { color: var(--soft); font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .96em; }
th { text-align: left; font-weight: 600; font-size: .85em; color: var(--soft);
  border-bottom: 1px solid var(--rule); }
th, td { padding: .38rem .9rem .38rem 0; vertical-align: middle; }
table.fit { width: auto; }
table.fit th, table.fit td { padding-right: 1.8rem; }
td { border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
td.symbol, td.short { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.wide { width: 99%; max-width: 0; }
td.words { min-width: 10.5rem; }
.scroll { overflow-x: auto; }
.soft { color: var(--soft); font-size: .92em; }
.facts { list-style: none; margin: 1rem 0; padding: 0; }
.facts li { padding-left: 1.5rem; text-indent: -1.5rem; margin: .25rem 0; }
.facts .mark { display: inline-block; width: 1.5rem; text-indent: 0; font-weight: 700; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--soft); }
figure { margin: 1.4rem 0; }
figure > div { overflow-x: auto; text-align: center; }
figure svg { max-width: max(100%, 26rem); height: auto; }
figcaption { font-size: .9rem; line-height: 1.45; color: var(--soft); margin: .5rem auto 0;
  max-width: 40rem;
  width: fit-content; }
img.plot { width: 30rem; max-width: 100%; height: auto; }
.code { position: relative; margin: .8rem 0; }
pre { margin: 0; padding: .8rem 1rem; overflow-x: auto; background: var(--shade);
  font: .82rem/1.5 ui-monospace, "SF Mono", Menlo,
  Consolas, "DejaVu Sans Mono", monospace; tab-size: 4; }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; }
pre code { font: inherit; overflow-wrap: normal; }
button.copy { position: absolute; top: .4rem; right: .4rem; font: .78rem/1 system-ui, sans-serif;
  padding: .35rem .6rem;
  color: var(--ink); background: var(--ground); border: 1px solid var(--rule); border-radius: 4px;
    cursor: pointer; }
button.copy:hover { border-color: var(--accent); }
summary { cursor: pointer; color: var(--accent); margin: .6rem 0; }
footer { max-width: 48rem; margin: 3rem auto 2rem; padding: 0 1.25rem; color: var(--soft);
  font-size: .88rem; }
@media (min-width: 76rem) {
  nav { position: fixed; top: 2.2rem; left: max(1.5rem, calc(50vw - 37rem)); width: 11.5rem; }
  nav ol { display: block; margin: 0; }
  nav li { margin: .28rem 0; }
  main, header, footer { margin-left: max(14.5rem, calc(50vw - 24rem)); }
}
@media (max-width: 38rem) {
  body { font-size: 1rem; }
  .line { margin-left: 0; }
  table.stacked thead { display: none; }
  table.stacked tr { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .6rem;
    border-bottom: 1px solid var(--rule);
    padding: .45rem 0; }
  table.stacked td { border: 0; padding: .05rem 0; max-width: none; width: auto; min-width: 0; }
  table.stacked td.wide { flex: 1 1 calc(100% - 7rem); }
  table.stacked td.meaning { flex: 1 1 100%; }
  td.equals::after { content: " ="; }
}
@media print {
  nav, button.copy { display: none; }
  body { font-size: 10.5pt; }
  main, header, footer { max-width: none; margin: 0; }
  h2, h3 { break-after: avoid; }
  figure, .line, tr { break-inside: avoid; }
  pre, .math.display { overflow: visible; white-space: pre-wrap; }
}
""".strip()

SCRIPT = """
renderMathematics(document);
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch (refused) {
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
""".strip()
