// A text area with a place marked behind it. Places count characters as Python does, code points.

export class Editor {
  constructor(area) {
    this.area = area;
    this.back = area.previousElementSibling;
    this.back.classList.toggle("unwrapped", area.wrap === "off");
    area.addEventListener("scroll", () => this.follow());
    area.addEventListener("input", () => this.clear());
    new ResizeObserver(() => this.follow()).observe(area);
  }

  get text() { return this.area.value; }

  set text(text) {
    this.area.value = text;
    this.clear();
  }

  clear() {
    this.area.removeAttribute("aria-invalid");
    this.back.replaceChildren();
  }

  // Mark characters start to end of one line; the whole of an expression is one line.
  mark(line, start, end, lines) {
    const texts = lines ? this.text.split("\n") : [this.text];
    const before = texts.slice(0, line).reduce((n, text) => n + text.length + 1, 0);
    const characters = Array.from(texts[line] ?? "");
    const first = before + characters.slice(0, start).join("").length;
    const last = Math.max(first + 1, before + characters.slice(0, end).join("").length);
    const mark = document.createElement("mark");
    mark.textContent = this.text.slice(first, last).trimEnd() || "\u00a0";
    const after = this.text.slice(first + mark.textContent.length);
    this.back.replaceChildren(this.text.slice(0, first), mark, `${after}\n`);
    this.area.setAttribute("aria-invalid", "true");
    this.follow();
  }

  follow() {
    this.back.scrollTop = this.area.scrollTop;
    this.back.scrollLeft = this.area.scrollLeft;
  }
}
