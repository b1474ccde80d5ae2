// A scale from numbers to pixels, its ticks, and how numbers are written on it.

// The scale from [least, most] to pixels, with its ticks.
export function scale(least, most, log, from, to) {
  const forth = log ? Math.log10 : (v) => v;
  const a = forth(least), b = forth(most);
  const room = Math.abs(to - from) / (to > from ? 80 : 48);
  const at = (v) => from + (forth(v) - a) / (b - a || 1) * (to - from);
  const back = (pixel) => {
    const v = a + (pixel - from) / (to - from) * (b - a);
    return log ? 10 ** v : v;
  };
  return { at, back, log, ticks: log ? powers(a, b, room) : steps(least, most, room) };
}

// Powers of ten between 10^a and 10^b; where there is at most one, also 2, 3 and 5 times those.
function powers(a, b, room) {
  const step = Math.max(1, Math.ceil((b - a) / room));
  const tens = [];
  for (let n = Math.ceil(a - 1e-9); n <= b + 1e-9; n += step) tens.push(10 ** n);
  if (tens.length > 1) return tens;
  const exponents = [-2, -1, 0, 1].map((n) => Math.floor(a) + n);
  const fine = [1, 2, 3, 5].flatMap((digit) => exponents.map((n) => digit * 10 ** n));
  const inside = (v) => Math.log10(v) >= a - 1e-9 && Math.log10(v) <= b + 1e-9;
  return fine.filter(inside).sort((x, y) => x - y);
}

// Multiples of 1, 2 or 5 times a power of ten.
function steps(least, most, room) {
  const rough = (most - least) / room || 1, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * unit).find((s) => s >= rough);
  const multiples = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + 1e-9 * step; n++) {
    multiples.push(n * step);
  }
  return multiples;
}

export function range(values) {
  const finite = values.filter((v) => v !== null && Number.isFinite(v));
  return finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
}

export function written(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const short = size < 1e-3 || size >= 1e5;
  const text = short ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replace("-", "\u2212");
}

// A complex number; the imaginary part of a real one is undefined or null.
export function writtenComplex(real, imaginary) {
  if (imaginary === undefined || imaginary === null) return written(real);
  return `${written(real)}${imaginary < 0 ? " \u2212 " : " + "}${written(Math.abs(imaginary))} i`;
}
