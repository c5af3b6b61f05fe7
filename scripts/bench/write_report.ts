import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Claim,
  type GrowthResult,
  type ItemResult,
  medianSeconds,
  peakBytes,
} from "./results.ts";
import { formatClaims, formatGrowth, formatItem } from "./report_text.ts";
import { drawPlot, type Plot } from "./svg_plot.ts";
import { MIB, short } from "./units.ts";

/** All that a run of the benchmark found. */
export interface BenchReport {
  /** The machine, the tools, and how it was measured. */
  circumstances: readonly string[];
  /** The promises. */
  claims: readonly Claim[];
  /** The work items. */
  items: readonly ItemResult[];
  /** The growth curves. */
  growths: readonly GrowthResult[];
}

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));
const BEGIN = "<!-- results: begin -->";
const END = "<!-- results: end -->";

/**
 * Writes the results between the marks of docs/performance.md, and the plots
 * beside it.
 *
 * @throws {Error} when the marks are not there
 */
export async function writeReport(report: BenchReport): Promise<void> {
  const path = join(DOCS, "performance.md");
  const plots = join(DOCS, "performance");
  await Deno.mkdir(plots, { recursive: true });
  for (const growth of report.growths) {
    const file = join(plots, `${growth.plot}.svg`);
    await Deno.writeTextFile(file, drawPlot(plotOf(growth)));
  }
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, replaceBetween(text, formatReport(report)));
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", path, plots],
  }).output();
}

/** Puts `results` between the marks of a text, instead of what was there. */
export function replaceBetween(text: string, results: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) {
    throw new Error(`docs/performance.md lacks ${BEGIN} or ${END}`);
  }
  const before = text.slice(0, begin + BEGIN.length);
  return `${before}\n\n${results}\n\n${text.slice(end)}`;
}

function formatReport(report: BenchReport): string {
  return [
    "## Circumstances",
    report.circumstances.map((line) => `- ${line}`).join("\n"),
    "## Promises",
    formatClaims(report.claims),
    "## Work items",
    ...report.items.map(formatItem),
    "## Growth",
    ...report.growths.map((growth) =>
      `${formatGrowth(growth)}\n\n![Time and memory: ${growth.title}]` +
      `(performance/${growth.plot}.svg)`
    ),
  ].join("\n\n");
}

function plotOf(growth: GrowthResult): Plot {
  const { title, xLabel, isLogarithmic } = growth;
  const curves = (value: (point: PerformancePoint) => number) =>
    growth.curves.map(({ name, points }) => ({
      name,
      points: points.map((point) => ({ x: point.x, y: value(point) }))
        .filter(({ y }) => !Number.isNaN(y)),
    }));
  return {
    title: `${title}: time and memory`,
    description: growth.curves.map(describeCurve).join(" "),
    xLabel,
    isLogarithmic,
    panels: [{
      yLabel: "time, s",
      curves: curves(({ performance }) => medianSeconds(performance)),
      isLogarithmic,
      isFitted: true,
    }, {
      yLabel: "peak memory, MiB",
      curves: curves(({ performance }) => peakBytes(performance) / MIB),
      isLogarithmic: false,
      isFitted: false,
    }],
  };
}

type PerformancePoint = GrowthResult["curves"][number]["points"][number];

function describeCurve(
  { name, points }: GrowthResult["curves"][number],
): string {
  const values = points.map(({ x, performance }) =>
    `${x}: ${short(medianSeconds(performance))} s, ` +
    `${short(peakBytes(performance) / MIB)} MiB`
  );
  return `${name}: ${values.join("; ")}.`;
}
