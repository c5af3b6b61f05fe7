import { below, createRandom } from "./prng.ts";

const ROWS = "ABCDEFGH";
const COLUMNS = 12;
const PITCH = 40;

/**
 * A plate of 96 wells as an SVG 1.1 document; the darker a well, the more
 * there is in it.
 *
 * @param label names the pattern
 */
export function drawPlate(label: string): string {
  const next = createRandom(`plate/${label}`);
  const wells = [...ROWS].flatMap((row, y) =>
    Array.from(
      { length: COLUMNS },
      (_, x) => drawWell(`${row}${x + 1}`, x, y, below(next, 101)),
    )
  );
  const [width, height] = [(COLUMNS + 1) * PITCH, (ROWS.length + 1) * PITCH];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`,
    `  <title>cDNA per well, 0 to 100 %</title>`,
    ...wells,
    `</svg>`,
    ``,
  ].join("\n");
}

function drawWell(
  name: string,
  x: number,
  y: number,
  percent: number,
): string {
  const [cx, cy] = [(x + 1) * PITCH, (y + 1) * PITCH];
  const lightness = 95 - Math.floor(percent * 0.6);
  return `  <circle cx="${cx}" cy="${cy}" r="16" fill="hsl(210,60%,${lightness}%)">` +
    `<title>${name}: ${percent} %</title></circle>`;
}
