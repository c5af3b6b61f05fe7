import { type Random, throwIfAborted } from "../base/mod.ts";
import { BitSet } from "./_bit_set.ts";
import { bundleKey } from "./_bundle_groups.ts";
import { ContentIndex } from "./_content_index.ts";
import { RowProblems } from "./_row_problems.ts";
import type { Layout } from "./download_manifest.ts";
import type { ManifestFile } from "./manifest_file.ts";
import { type ManifestRow, readManifestRows } from "./manifest_rows.ts";
import { isInShard, type Shard } from "./shard.ts";

/** What there is in a manifest. */
export interface CheckedManifest {
  /** Different contents of the shard. */
  contents: number;
  /** Their bytes, as far as the rows say them. */
  sizeBytes: number;
  /**
   * The rows, counted from 0, that name a content of the shard first: all
   * that later readings need to know of a million rows.
   */
  firstRows: BitSet;
}

/** What of a manifest is looked at. */
export interface ManifestScope {
  /** How it is read. */
  layout: Layout;
  /** The part that counts; all of it is checked. */
  shard: Shard | undefined;
  /** Ends the reading. */
  signal: AbortSignal | undefined;
}

/** Whether a row is worked on by the runs of a shard. */
export function isRowInShard(
  row: ManifestRow,
  { layout, shard }: ManifestScope,
): boolean {
  if (shard === undefined) return true;
  return isInShard(layout === "none" ? row.sha256 : bundleKey(row), shard);
}

/**
 * Reads all of a manifest, asks nobody, and refuses it if any row of any
 * shard cannot be used or two rows contradict each other: one SHA-256 with
 * two sizes, or, in rows that follow each other, one file of a bundle with
 * two SHA-256.
 *
 * Takes some 32 bytes for each content, given back when it ends.
 *
 * @throws {RefusedError} naming up to ten lines
 * @throws {LocalError} when it cannot be read
 */
export async function checkManifest(
  manifest: ManifestFile,
  scope: ManifestScope,
  random: Random,
): Promise<CheckedManifest> {
  const problems = new RowProblems();
  const add = problems.add.bind(problems);
  using index = new ContentIndex(random);
  const counted = new BitSet();
  const names = new BundleNames();
  const found = { contents: 0, sizeBytes: 0, firstRows: new BitSet() };
  let rows = 0;
  for await (const batch of readManifestRows(manifest, scope.layout, add)) {
    throwIfAborted(scope.signal);
    for (const row of batch) {
      const content = index.add(row.sha256, row.sizeBytes, row.line);
      const why = whySizeDiffers(row, index, content) ??
        (scope.layout === "bundle" ? names.whyHashDiffers(row) : undefined);
      if (why !== undefined) problems.add(row.line, why);
      if (!counted.has(content) && isRowInShard(row, scope)) {
        counted.add(content);
        found.firstRows.add(rows);
        found.contents++;
        found.sizeBytes += row.sizeBytes || 0;
      }
      rows++;
    }
  }
  problems.check(manifest.what);
  return found;
}

function whySizeDiffers(
  row: ManifestRow,
  index: ContentIndex,
  content: number,
): string | undefined {
  const { sizeBytes, sha256 } = row;
  const known = index.sizeOf(content);
  if (known === sizeBytes || Number.isNaN(sizeBytes)) return undefined;
  if (Number.isNaN(known)) {
    index.setSize(content, sizeBytes, row.line);
    return undefined;
  }
  return `SHA-256 ${sha256} has ${sizeBytes} bytes here and ${known} in ` +
    `line ${index.lineOf(content)}`;
}

// Of a bundle with very many rows, as many are remembered.
const NAMES_LIMIT = 10_000;

/** The files of the bundle under way, as the rows so far say. */
class BundleNames {
  #last: ManifestRow | undefined;
  #rows = new Map<string, ManifestRow>();

  whyHashDiffers(row: ManifestRow): string | undefined {
    const isSame = row.bundleUuid === this.#last?.bundleUuid &&
      row.bundleVersion === this.#last.bundleVersion;
    this.#last = row;
    if (!isSame || this.#rows.size >= NAMES_LIMIT) {
      // A cleared one would lead the garbage collector from map to map.
      this.#rows = new Map();
    }
    const known = this.#rows.get(row.name);
    if (known === undefined) this.#rows.set(row.name, row);
    if (known === undefined || known.sha256 === row.sha256) return undefined;
    return `the file has another SHA-256 here than in line ${known.line}`;
  }
}
