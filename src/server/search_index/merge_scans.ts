import { compareBytes } from "./key_bytes.ts";
import type { KeyPath } from "./document_keys.ts";
import type { KeyScan } from "./plan.ts";
import { encodeKey } from "./posting_key.ts";

// Each scan looks into every chunk, so a great many are dearer than one over
// everything between them, which is done once.
const MAX_SCANS = 2000;

/**
 * The same scans, or if there are very many, one for each path that compares
 * each key with all the ranges.
 */
export function mergeScans(scans: readonly KeyScan[]): readonly KeyScan[] {
  if (scans.length <= MAX_SCANS) return scans;
  const byPath = new Map<KeyPath, KeyScan[]>();
  const others: KeyScan[] = [];
  for (const scan of scans) {
    const isPlain = scan.test === undefined && scan.containing === undefined;
    const group = isPlain ? byPath.get(scan.path) : others;
    if (group === undefined) byPath.set(scan.path, [scan]);
    else group.push(scan);
  }
  return [...others, ...[...byPath.values()].flatMap(coverScans)];
}

function coverScans(scans: readonly KeyScan[]): KeyScan[] {
  const [first, ...rest] = sortRanges(scans);
  if (first === undefined) return [];
  const ranges = [{ ...first }];
  for (const next of rest) {
    const last = ranges.at(-1) ?? first;
    if (compareBytes(next.from, last.to) > 0) ranges.push({ ...next });
    else if (compareBytes(next.to, last.to) > 0) last.to = next.to;
  }
  const to = ranges.at(-1)?.to ?? first.to;
  const { path, from } = first;
  const test: KeyScan["test"] = (key) =>
    isWithinAny(encodeKey(key).value, ranges);
  return [{ path, from, to, test }];
}

function sortRanges(scans: readonly KeyScan[]): KeyScan[] {
  return [...scans].sort((a, b) => compareBytes(a.from, b.from));
}

/** Whether a value is in one of the ranges, which are sorted and apart. */
function isWithinAny(value: Uint8Array, ranges: readonly KeyScan[]): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const from = ranges[middle]?.from;
    if (from !== undefined && compareBytes(from, value) <= 0) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low - 1];
  return range !== undefined && compareBytes(value, range.to) < 0;
}
