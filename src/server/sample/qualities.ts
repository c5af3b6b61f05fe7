import type { SequencingRun } from "./cluster.ts";

/** Entries per position in a table of qualities. */
export const QUALITY_DRAWS = 256;

const OFFSET = 33;

/**
 * Quality letters (Phred + 33; Cock and others, Nucleic Acids Research 38,
 * 1767, 2010) to be drawn evenly from: `QUALITY_DRAWS` entries for each
 * position, worst first, so that low draws give low qualities.
 *
 * @param length read length in bases
 */
export function qualityTable(
  profile: SequencingRun["qualities"],
  length: number,
): Uint8Array {
  const table = new Uint8Array(length * QUALITY_DRAWS);
  for (let position = 0; position < length; position++) {
    for (let draw = 0; draw < QUALITY_DRAWS; draw++) {
      const share = (draw + 0.5) / QUALITY_DRAWS;
      const score = profile === "binned"
        ? binnedScore(position, share)
        : fullScore(position, share);
      table[position * QUALITY_DRAWS + draw] = score + OFFSET;
    }
  }
  return table;
}

// The newer instruments report three scores and 2 for a base not called;
// the share of the best one falls along the read.
function binnedScore(position: number, share: number): number {
  const good = 0.95 - 0.0012 * position;
  if (share >= 1 - good) return 37;
  return share >= (1 - good) * 0.4 ? 25 : 11;
}

// The older ones report up to 41: most bases close to the top, a long tail
// to the bottom, and the whole falls by some 6 along the read. Only + - * /
// are used, which every machine rounds alike.
function fullScore(position: number, share: number): number {
  const fall = 0.08 * position;
  const tail = 1.1 / (share + 0.035) - 1.1;
  const start = position < 5 ? 5 - position : 0;
  return Math.max(2, Math.min(41, Math.round(41.4 - fall - tail - start)));
}
