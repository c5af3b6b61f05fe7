/** The middle value; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** A straight line: `y = intercept + slope * x`. */
export interface Line {
  /** The value at 0. */
  intercept: number;
  /** What one more of x adds. */
  slope: number;
}

/** A point of a curve. */
export interface Point {
  /** What was varied. */
  x: number;
  /** What was measured. */
  y: number;
}

/**
 * The line with the least relative errors: each point weighs 1/y², so that
 * the short runs of a curve over several decades count as much as the long
 * ones. Undefined for less than two different x.
 */
export function fitLine(points: readonly Point[]): Line | undefined {
  let [n, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (const { x, y } of points) {
    const weight = 1 / (y * y);
    n += weight;
    sumX += weight * x;
    sumY += weight * y;
    sumXX += weight * x * x;
    sumXY += weight * x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  if (!(spread > n * sumXX * 1e-9)) return undefined;
  const slope = (n * sumXY - sumX * sumY) / spread;
  return { slope, intercept: (sumY - slope * sumX) / n };
}

/**
 * The value that a share of the values does not exceed (nearest rank).
 *
 * @param sorted ascending
 * @param share above 0, at most 1
 */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}
