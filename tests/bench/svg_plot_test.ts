import assert from "node:assert/strict";
import { drawPlot, type Plot } from "../../scripts/bench/svg_plot.ts";

const PLOT: Plot = {
  title: "Time <by> size",
  description: "1: 2 s & more",
  xLabel: "size, GiB",
  isLogarithmic: false,
  panels: [{
    yLabel: "time, s",
    isLogarithmic: false,
    isFitted: true,
    curves: [{ name: "hca", points: [{ x: 5, y: 2 }, { x: 10, y: 4 }] }],
  }],
};

Deno.test("drawPlot puts a point where its values are on the axes", () => {
  // Both axes end at 10 and 4; the drawing area is 288 by 200 at (56, 16).
  const svg = drawPlot(PLOT);
  assert.match(svg, /<circle cx="200" cy="116"/);
  assert.match(svg, /<circle cx="344" cy="16"/);
  assert.match(svg, /<polyline points="200,116 [^"]* 344,16"/);
});

Deno.test("drawPlot names axes with units, and has title and description", () => {
  const svg = drawPlot(PLOT);
  assert.match(svg, />size, GiB<\/text>/);
  assert.match(svg, />time, s<\/text>/);
  assert.match(svg, /role="img" aria-labelledby="title desc"/);
  assert.match(svg, /<title id="title">Time &lt;by> size<\/title>/);
  assert.match(svg, /<desc id="desc">1: 2 s &amp; more<\/desc>/);
});

Deno.test("drawPlot draws text and grid in the colour of the theme", () => {
  const svg = drawPlot(PLOT);
  assert.match(svg, /fill="currentColor"/);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.match(svg, /<line [^>]*stroke="currentColor"/);
});

Deno.test("drawPlot without points draws empty axes", () => {
  const panels = PLOT.panels.map((panel) => ({ ...panel, curves: [] }));
  assert.doesNotMatch(drawPlot({ ...PLOT, panels }), /NaN|Infinity/);
});

Deno.test("drawPlot leaves out what a logarithmic axis cannot show", () => {
  // The line goes through the two small values and then below 0.
  const points = [[1, 1000], [2, 1], [2.1, 0.5], [3, 1000]]
    .map(([x = 0, y = 0]) => ({ x, y }));
  const panels = PLOT.panels.map((panel) => ({
    ...panel,
    isLogarithmic: true,
    curves: [{ name: "hca", points }],
  }));
  const svg = drawPlot({ ...PLOT, panels });
  assert.doesNotMatch(svg, /NaN|Infinity/);
  assert.match(svg, /<polyline points="[\d., ]+"/);
});
