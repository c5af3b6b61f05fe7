import { below, createRandom, type Random32 } from "./prng.ts";

/** The letters of DNA as ASCII; `N` stands for a base that was not called. */
export const BASES: Uint8Array = new TextEncoder().encode("ACGT");

const PICKS = 4096;
const GC_PERCENT = 48;

/** A made-up set of messenger RNAs, as their DNA sequence in ASCII. */
export interface Transcriptome {
  /** The sequences, 5' to 3', without the poly(A) tail. */
  transcripts: readonly Uint8Array[];
  /** Draws one of them, abundant ones more often. */
  pick(next: Random32): Uint8Array;
}

/**
 * The transcriptome that `label` names. Lengths are between 700 (inclusive)
 * and 2200 (exclusive) bases; abundance falls with the rank as 1/rank (Zipf's
 * law), as it roughly does in a cell.
 */
export function createTranscriptome(
  label: string,
  count = 160,
): Transcriptome {
  const next = createRandom(`transcriptome/${label}`);
  const transcripts = Array.from(
    { length: count },
    () => randomBases(next, 700 + below(next, 1500)),
  );
  const ranks = pickTable(count);
  const pick = (draw: Random32): Uint8Array =>
    transcripts[ranks[draw() % PICKS] ?? 0] ?? BASES;
  return { transcripts, pick };
}

/** Bases drawn at random, a little fewer G and C than A and T. */
export function randomBases(next: Random32, length: number): Uint8Array {
  const bases = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const draw = next();
    const isStrong = draw % 100 < GC_PERCENT;
    const isFirst = draw < 0x80000000;
    bases[i] = BASES[isStrong ? (isFirst ? 1 : 2) : (isFirst ? 0 : 3)] ?? 0;
  }
  return bases;
}

const COMPLEMENTS = makeComplements();

/**
 * Copies `target.length` bases of the other strand: those that end, read
 * backwards, before `end` (exclusive) of `source`.
 */
export function copyReverseComplement(
  source: Uint8Array,
  end: number,
  target: Uint8Array,
): void {
  for (let i = 0; i < target.length; i++) {
    target[i] = COMPLEMENTS[source[end - 1 - i] ?? 0] ?? 0;
  }
}

/** Copies `target.length` bases of `source` from `start` (inclusive). */
export function copyBases(
  source: Uint8Array,
  start: number,
  target: Uint8Array,
): void {
  for (let i = 0; i < target.length; i++) target[i] = source[start + i] ?? 0;
}

// One look-up per draw instead of a search in the cumulative weights.
function pickTable(count: number): Uint16Array {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Uint16Array(PICKS);
  let [filled, cumulated] = [0, 0];
  weights.forEach((weight, rank) => {
    cumulated += weight;
    const end = Math.round(PICKS * cumulated / total);
    table.fill(rank, filled, end);
    filled = end;
  });
  return table;
}

function makeComplements(): Uint8Array {
  const table = new Uint8Array(256);
  BASES.forEach((base, code) => table[base] = BASES[3 - code] ?? 0);
  return table;
}
