// SVG that came as text becomes part of the page only if it is made of the elements and attributes
// that planar draws with.

const ELEMENTS = new Set([
  "svg", "title", "desc", "style", "g", "text", "tspan", "path", "line", "circle", "rect",
  "polygon",
]);
const ATTRIBUTES = new Set([
  "xmlns", "class", "width", "height", "viewBox", "role", "fill", "font-family", "font-size",
  "font-style", "font-weight", "text-anchor", "xml:space", "x", "y", "dx", "dy", "x1", "y1", "x2",
  "y2", "cx", "cy", "r", "d", "points",
]);

export function drawing(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  for (const node of [root, ...root.querySelectorAll("*")]) {
    if (!ELEMENTS.has(node.localName)) throw new Error(`a drawing contains ${node.localName}`);
    for (const attribute of node.attributes) {
      if (!ATTRIBUTES.has(attribute.name)) throw new Error(`a drawing contains ${attribute.name}`);
    }
  }
  return document.importNode(root, true);
}
