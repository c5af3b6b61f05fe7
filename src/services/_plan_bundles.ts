import {
  HcaError,
  IntegrityError,
  type ItemFailure,
  NotFoundError,
  quote,
  type Runtime,
  throwIfAborted,
} from "../base/mod.ts";
import { type PlannedContent, planTransfer } from "../transfer/mod.ts";
import { mapAhead } from "./_ahead.ts";
import {
  type BundleGroup,
  type BundleRow,
  groupByBundle,
} from "./_bundle_groups.ts";
import type { BundleFile } from "./bundle_manifest.ts";
import { wantedOfBundle } from "./download_bundle.ts";
import type { DownloadManifestOptions } from "./download_options.ts";
import type { DssClient } from "./dss_client.ts";
import type { ManifestRow } from "./manifest_rows.ts";

/** What of a client a manifest needs. */
export type ManifestClient = Pick<DssClient, "readManifest" | "fileSource">;

type PlanEntry = PlannedContent | ItemFailure;

// Bundles asked for before they are needed. A bundle has about as many files
// as the manifest has rows of it, so that the rows bound the memory.
const AHEAD = { items: 8, weight: 1_000 };

/**
 * What the bundles of a manifest bring, in the order of the rows: each bundle
 * version is asked of the service a few ahead of the reader, and a bundle or
 * row that cannot be had is a failure among the contents.
 *
 * A content comes again with each bundle that has it, for its place there.
 *
 * @throws {CancelledError} when aborted
 */
export async function* planBundles(
  client: ManifestClient,
  runtime: Pick<Runtime, "createHash">,
  rows: AsyncIterable<ManifestRow[]>,
  options: DownloadManifestOptions,
): AsyncGenerator<PlanEntry, void, void> {
  const plans = mapAhead(
    groupByBundle(rows),
    (group, signal) =>
      planBundle(client, runtime, group, { ...options, signal }),
    {
      limits: AHEAD,
      weightOf: (group) => group.rows.length,
      signal: options.signal,
    },
  );
  for await (const entries of plans) yield* entries;
}

async function planBundle(
  client: ManifestClient,
  runtime: Pick<Runtime, "createHash">,
  group: BundleGroup,
  options: DownloadManifestOptions,
): Promise<PlanEntry[]> {
  const { replica, signal, noData, noMetadata, downloadDir = "" } = options;
  const { uuid, version } = group;
  try {
    const manifest = await client.readManifest(
      { uuid, version, replica },
      { signal },
    );
    const { listed, failures } = compareRows(group, manifest.files);
    const wanted = wantedOfBundle(manifest, {
      downloadDir,
      isWanted: ({ name, indexed }) =>
        indexed ? !noMetadata : !noData && listed.has(name),
      sourceOf: (file) => client.fileSource(file, replica),
      runtime,
    });
    return [...failures, ...planTransfer(wanted)];
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof HcaError)) throw error;
    return [{ name: `bundle ${uuid}`, error }];
  }
}

function compareRows(
  group: BundleGroup,
  files: readonly BundleFile[],
): { listed: Set<string>; failures: ItemFailure[] } {
  const byName = new Map(files.map((file) => [file.name, file]));
  const listed = new Set<string>();
  const failures: ItemFailure[] = [];
  for (const row of group.rows) {
    const error = compare(group, row, byName.get(row.name));
    if (error === undefined) listed.add(row.name);
    else failures.push({ name: row.name, error });
  }
  return { listed, failures };
}

function compare(
  { uuid }: BundleGroup,
  row: BundleRow,
  file: BundleFile | undefined,
): HcaError | undefined {
  const bundle = `bundle ${uuid}`;
  if (file === undefined) {
    return new NotFoundError(
      `${bundle} has no file ${quote(row.name)} (line ${row.line})`,
    );
  }
  if (file.sha256 !== row.sha256) {
    return new IntegrityError(
      `${bundle} has ${quote(row.name)} with the SHA-256 ${file.sha256}, ` +
        `the manifest says ${row.sha256} (line ${row.line})`,
    );
  }
  if (!Number.isNaN(row.sizeBytes) && file.sizeBytes !== row.sizeBytes) {
    return new IntegrityError(
      `${bundle} has ${quote(row.name)} with ${file.sizeBytes} bytes, ` +
        `the manifest says ${row.sizeBytes} (line ${row.line})`,
    );
  }
  return undefined;
}
