import type { Performance } from "./workbench.ts";
import { median } from "./statistics.ts";

/** What was measured in one work item. */
export interface ItemResult {
  /** A short name, for the claims. */
  id: string;
  /** What was done. */
  title: string;
  /** What is counted per second. */
  rate: { unit: string; amount: number };
  /** The tools, the first one is what the others are compared with. */
  performances: Performance[];
  /** Remarks below the table. */
  notes: string[];
}

/** How time and memory grow with something. */
export interface GrowthResult {
  /** What was done. */
  title: string;
  /** The name of the plot's file, without directory and end. */
  plot: string;
  /** What grows, with its unit. */
  xLabel: string;
  /** Whether sizes span decades, so that the axes are logarithmic. */
  isLogarithmic: boolean;
  /** Whether hca promises that memory does not grow with it. */
  isFlat: boolean;
  /** The curves. */
  curves: Curve[];
}

/** One curve of a {@linkcode GrowthResult}. */
export interface Curve {
  /** What is drawn. */
  name: string;
  /** The runs, by what grew. */
  points: { x: number; performance: Performance }[];
}

/** A promise, and what was measured. */
export interface Claim {
  /** The promise. */
  text: string;
  /** What was measured, as text. */
  measured: string;
  /** Whether it holds. */
  holds: boolean;
}

/** Median of the seconds of all rounds; NaN if there are none. */
export function medianSeconds({ samples }: Performance): number {
  return median(samples.map(({ seconds }) => seconds));
}

/** Median of the processor seconds. */
export function medianCpuSeconds({ samples }: Performance): number {
  return median(samples.map(({ cpuSeconds }) => cpuSeconds));
}

/** The most memory of all rounds, bytes. */
export function peakBytes({ samples }: Performance): number {
  return samples.length === 0
    ? NaN
    : Math.max(...samples.map((sample) => sample.peakBytes));
}

/** The performance of a tool in a work item, if both were there. */
export function performanceOf(
  items: readonly ItemResult[],
  id: string,
  tool: string,
): Performance | undefined {
  return items.find((item) => item.id === id)?.performances
    .find((performance) => performance.tool === tool);
}
