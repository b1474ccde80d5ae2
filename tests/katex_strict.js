// Reads a JSON list of LaTeX strings, prints one line for each that KaTeX refuses in strict mode.
const katex = require("katex");
const strings = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const text of strings) {
  try {
    katex.renderToString(text, { displayMode: true, strict: "error", throwOnError: true, maxExpand: 100000 });
  } catch (error) {
    console.log(`${error.message}: ${text}`);
  }
}
