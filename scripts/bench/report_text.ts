import {
  type Claim,
  type GrowthResult,
  type ItemResult,
  medianCpuSeconds,
  medianSeconds,
  peakBytes,
} from "./results.ts";
import { fitLine } from "./statistics.ts";
import { formatCount, MIB, short } from "./units.ts";
import type { Performance } from "./workbench.ts";

/** A work item as Markdown: a heading, a table, remarks. */
export function formatItem(item: ItemResult): string {
  const [hca] = item.performances;
  const hcaSeconds = hca === undefined ? NaN : medianSeconds(hca);
  const { unit, amount } = item.rate;
  const rows = item.performances.map((performance) => {
    const seconds = medianSeconds(performance);
    return [
      performance.tool,
      ...timeCells(performance),
      short(amount / seconds),
      short(seconds / hcaSeconds),
      ...costCells(performance),
    ];
  });
  const header = [
    ...["tool", "median, s", "range, s", unit, "time ÷ hca"],
    ...["processor, s", "memory, MiB"],
  ];
  return [
    `### ${item.title}`,
    formatTable(header, rows),
    ...failures(item.performances),
    ...item.notes,
  ].join("\n\n");
}

/** A curve as Markdown: a heading, a table for each, the fitted lines. */
export function formatGrowth(growth: GrowthResult): string {
  const parts = [`### ${growth.title}`];
  for (const { name, points } of growth.curves) {
    const rows = points.map(({ x, performance }) => [
      formatCount(x),
      ...timeCells(performance),
      ...costCells(performance),
    ]);
    const header = [
      ...[growth.xLabel, "median, s", "range, s", "processor, s"],
      "memory, MiB",
    ];
    const line = fitLine(
      points.map(({ x, performance }) => ({
        x,
        y: medianSeconds(performance),
      })),
    );
    parts.push(`${name[0]?.toUpperCase()}${name.slice(1)}:`);
    parts.push(formatTable(header, rows));
    if (line !== undefined) {
      parts.push(
        `Fitted: ${duration(line.intercept)} + ${duration(line.slope)} × ` +
          `${growth.xLabel}.`,
      );
    }
    parts.push(...failures(points.map(({ performance }) => performance)));
  }
  return parts.join("\n\n");
}

/** The promises as a Markdown table. */
export function formatClaims(claims: readonly Claim[]): string {
  return formatTable(
    ["promise", "measured", "holds"],
    claims.map(({ text, measured, holds }) => [
      ...[text, measured],
      holds ? "yes" : "**no**",
    ]),
  );
}

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size >= 0.1 || size === 0) return `${short(seconds)} s`;
  if (size >= 1e-4) return `${short(seconds * 1e3)} ms`;
  return `${short(seconds * 1e6)} µs`;
}

function timeCells({ samples, ...rest }: Performance): string[] {
  const seconds = samples.map((sample) => sample.seconds);
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  return [
    short(medianSeconds({ samples, ...rest })),
    least === most ? short(least) : `${short(least)}–${short(most)}`,
  ];
}

function costCells(performance: Performance): string[] {
  return [
    short(medianCpuSeconds(performance)),
    short(peakBytes(performance) / MIB),
  ];
}

function failures(performances: readonly Performance[]): string[] {
  return performances.flatMap(({ tool, failure }) =>
    failure === undefined ? [] : [`${tool} failed: ${failure}`]
  );
}

/** A Markdown table with straight columns; all but the first to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((name, column) =>
    Math.max(3, name.length, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? "";
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
