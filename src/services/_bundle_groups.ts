import { detach, type ManifestRow } from "./manifest_rows.ts";

/** The rows of one bundle version. */
export interface BundleGroup {
  /** The bundle's uuid. */
  uuid: string;
  /** Its version; "" is the latest. */
  version: string;
  /** The rows, in order; one at least. */
  rows: BundleRow[];
}

/** What a row says of a file of its bundle. */
export type BundleRow = Pick<
  ManifestRow,
  "line" | "name" | "sha256" | "sizeBytes"
>;

/** Rows that are looked at together: some 200 bytes each. */
export const WINDOW_ROWS = 2_000;

/** What two rows of one bundle version have in common. */
export function bundleKey(row: ManifestRow): string {
  return `${row.bundleUuid.toLowerCase()}.${row.bundleVersion}`;
}

/**
 * Puts the rows of each bundle version together, bundles in the order in
 * which they appear. No more than `windowRows` rows are held, so that a
 * bundle comes again when its rows are further apart than that.
 */
export async function* groupByBundle(
  batches: AsyncIterable<ManifestRow[]>,
  windowRows = WINDOW_ROWS,
): AsyncGenerator<BundleGroup, void, void> {
  let groups = new Map<string, BundleGroup>();
  let held = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      const key = bundleKey(row);
      addRow(groups, key, row);
      if (++held < windowRows) continue;
      // The last bundle may go on, unless it is all that there is.
      const last = groups.get(key);
      const goesOn = last !== undefined && groups.size > 1;
      if (goesOn) groups.delete(key);
      yield* groups.values();
      groups = new Map(goesOn ? [[key, last]] : []);
      held = goesOn ? last.rows.length : 0;
    }
  }
  yield* groups.values();
}

function addRow(
  groups: Map<string, BundleGroup>,
  key: string,
  row: ManifestRow,
): void {
  const { line, bundleUuid, bundleVersion, name, sha256, sizeBytes } = row;
  let group = groups.get(key);
  if (group === undefined) {
    const uuid = detach(bundleUuid);
    group = { uuid, version: detach(bundleVersion), rows: [] };
    groups.set(key, group);
  }
  group.rows.push({
    line,
    name: detach(name),
    sha256: detach(sha256),
    sizeBytes,
  });
}
