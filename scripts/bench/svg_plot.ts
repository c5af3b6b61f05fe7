import { fitLine, type Point } from "./statistics.ts";
import {
  formatTick,
  linearScale,
  logarithmicScale,
  type Scale,
} from "./plot_scale.ts";

/** Points that belong together. */
export interface PlotCurve {
  /** What they are. */
  name: string;
  /** The points, by x. */
  points: readonly Point[];
}

/** One diagram. */
export interface Panel {
  /** What is upward, with its unit. */
  yLabel: string;
  /** What is drawn. */
  curves: readonly PlotCurve[];
  /** Whether upward is logarithmic. */
  isLogarithmic: boolean;
  /** Whether a straight line is fitted to each curve. */
  isFitted: boolean;
}

/** Diagrams side by side over the same x. */
export interface Plot {
  /** What it shows, for those who do not see it. */
  title: string;
  /** All values, for those who do not see them. */
  description: string;
  /** What is to the right, with its unit. */
  xLabel: string;
  /** Whether to the right is logarithmic. */
  isLogarithmic: boolean;
  /** The diagrams. */
  panels: readonly Panel[];
}

const WIDTH = 360;
const HEIGHT = 300;
const AREA = { left: 56, top: 16, width: 288, height: 200 };
// Told apart in both themes, also by those who do not see red or green.
const COLORS = ["#3b82f6", "#d97706", "#8b5cf6"];

/** Draws it as SVG, readable on light and dark ground. */
export function drawPlot(plot: Plot): string {
  const width = WIDTH * plot.panels.length;
  const panels = plot.panels.map((panel, index) =>
    `<g transform="translate(${index * WIDTH} 0)">${drawPanel(plot, panel)}</g>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" ` +
    `width="${width}" height="${HEIGHT}" role="img" aria-labelledby="title desc" ` +
    `font-family="sans-serif" font-size="11" fill="currentColor">` +
    `<title id="title">${escape(plot.title)}</title>` +
    `<desc id="desc">${escape(plot.description)}</desc>` +
    "<style>svg { color: #1f2328; } @media (prefers-color-scheme: dark) " +
    "{ svg { color: #e6edf3; } }</style>" +
    `${panels.join("")}</svg>\n`;
}

function drawPanel(plot: Plot, panel: Panel): string {
  const points = panel.curves.flatMap((curve) => curve.points);
  const x = scaleOf(points.map((point) => point.x), plot.isLogarithmic);
  const y = scaleOf(points.map((point) => point.y), panel.isLogarithmic);
  const { left, top, width, height } = AREA;
  return [
    ...x.ticks.map((tick) => drawXTick(across(x, tick), formatTick(tick))),
    ...y.ticks.map((tick) => drawYTick(up(y, tick), formatTick(tick))),
    text(left + width / 2, top + height + 34, plot.xLabel),
    `<text transform="translate(14 ${
      top + height / 2
    }) rotate(-90)" text-anchor="middle">${escape(panel.yLabel)}</text>`,
    ...panel.curves.map((curve, index) => drawCurve(curve, index, panel, x, y)),
  ].join("");
}

function drawCurve(
  { name, points }: PlotCurve,
  index: number,
  panel: Panel,
  x: Scale,
  y: Scale,
): string {
  const color = COLORS[index % COLORS.length] ?? "currentColor";
  const line = panel.isFitted
    ? fittedPath(points, x, y)
    : points.map((point) => `${across(x, point.x)},${up(y, point.y)}`);
  const marks = points.map((point) =>
    mark(index, across(x, point.x), up(y, point.y))
  );
  const legendY = AREA.top + AREA.height + 54 + index * 16;
  return `<polyline points="${
    line.join(" ")
  }" fill="none" stroke="${color}"/>` +
    `<g fill="${color}">${marks.join("")}${
      mark(index, AREA.left, legendY - 4)
    }` +
    `</g><text x="${AREA.left + 10}" y="${legendY}">${
      escape(panel.isFitted ? `${name}; line: fitted` : name)
    }</text>`;
}

// A straight line is a curve where an axis is logarithmic.
function fittedPath(points: readonly Point[], x: Scale, y: Scale): string[] {
  const line = fitLine(points);
  const [first, last] = [points[0], points.at(-1)];
  if (line === undefined || first === undefined || last === undefined) {
    return [];
  }
  const [from, to] = [x.place(first.x), x.place(last.x)];
  const steps = 40;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const value = x.valueAt(from + (to - from) * step / steps);
    return { value, fitted: line.intercept + line.slope * value };
  })
    // What is not above 0 has no place on a logarithmic axis.
    .filter(({ fitted }) => !Number.isNaN(y.place(fitted)))
    .map(({ value, fitted }) => `${across(x, value)},${up(y, fitted)}`);
}

function scaleOf(values: readonly number[], isLogarithmic: boolean): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return isLogarithmic ? logarithmicScale(least, most) : linearScale(most);
}

function across(scale: Scale, value: number): number {
  return round(AREA.left + scale.place(value) * AREA.width);
}

function up(scale: Scale, value: number): number {
  const place = Math.max(0, scale.place(value));
  return round(AREA.top + (1 - place) * AREA.height);
}

function drawXTick(x: number, label: string): string {
  const bottom = AREA.top + AREA.height;
  return grid(x, AREA.top, x, bottom) + text(x, bottom + 15, label);
}

function drawYTick(y: number, label: string): string {
  return grid(AREA.left, y, AREA.left + AREA.width, y) +
    `<text x="${AREA.left - 5}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ` +
    `stroke="currentColor" stroke-opacity="0.2"/>`;
}

function mark(index: number, x: number, y: number): string {
  if (index === 0) return `<circle cx="${x}" cy="${y}" r="3.5"/>`;
  return `<rect x="${x - 3}" y="${y - 3}" width="6" height="6"/>`;
}

function text(x: number, y: number, label: string): string {
  return `<text x="${x}" y="${y}" text-anchor="middle">${escape(label)}</text>`;
}

function escape(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
