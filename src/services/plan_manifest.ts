import { type Runtime, throwIfAborted, UsageError } from "../base/mod.ts";
import type {
  PlannedContent,
  TransferEvent,
  TransferPlan,
} from "../transfer/mod.ts";
import {
  checkManifest,
  isRowInShard,
  type ManifestScope,
} from "./_check_manifest.ts";
import { type ManifestClient, planBundles } from "./_plan_bundles.ts";
import { rewriteManifest } from "./_rewrite_manifest.ts";
import { parseLayout } from "./download_manifest.ts";
import type { DownloadManifestOptions } from "./download_options.ts";
import { ManifestFile } from "./manifest_file.ts";
import { detach, type ManifestRow, readManifestRows } from "./manifest_rows.ts";
import { checkShard } from "./shard.ts";

/** What a manifest asks for. */
export interface PlannedManifest {
  /**
   * The contents. Each going through reads the manifest again and throws
   * `LocalError` when it is not the same any more.
   */
  plan: TransferPlan;
  /**
   * Writes the manifest with the paths of its contents into the current
   * directory, under its own name; to be called when all of the plan is done.
   * It does nothing in a dry run and in the run of a shard, which knows only
   * of its own part: a run without a shard finds all there and writes it.
   */
  rewrite(): Promise<TransferEvent | undefined>;
}

/**
 * Reads and checks a manifest, and decides what to download. Nobody is asked
 * before the entries of the plan are gone through: in layout bundle that asks
 * the service for each bundle version.
 *
 * @throws {RefusedError | LocalError} when the manifest cannot be used; see
 * {@linkcode checkManifest}
 * @throws {UsageError} for options that do not go together
 */
export async function planManifest(
  client: ManifestClient,
  runtime: Pick<Runtime, "files" | "random" | "createHash" | "log">,
  options: DownloadManifestOptions,
): Promise<PlannedManifest> {
  const scope = scopeOf(options);
  const manifest = await ManifestFile.open(runtime.files, options.manifest);
  const { contents, sizeBytes, firstRows } = await checkManifest(
    manifest,
    scope,
    runtime.random,
  );
  const rows = () => readManifestRows(manifest, scope.layout);
  const firsts = () => filterRows(rows(), (_row, at) => firstRows.has(at));
  const ours = () => filterRows(rows(), (row) => isRowInShard(row, scope));
  const plan = scope.layout === "none"
    ? {
      contents,
      sizeBytes,
      survey: () => survey(firsts()),
      entries: () => planFiles(client, firsts(), options),
    }
    : {
      // Bundles share files.
      repeats: true,
      // What the bundles add, their metadata, only they can tell.
      contents: options.noData ? 0 : contents,
      sizeBytes: options.noData ? 0 : sizeBytes,
      survey: () => survey(options.noData ? [] : firsts()),
      entries: () => planBundles(client, runtime, ours(), options),
    };
  const isWhole = !options.dryRun && options.shard === undefined;
  return {
    plan,
    rewrite: async () =>
      isWhole ? await rewriteManifest(runtime, manifest, options) : undefined,
  };
}

function scopeOf(options: DownloadManifestOptions): ManifestScope {
  const layout = parseLayout(options.layout ?? "none");
  if (layout === "none" && (options.noData || options.noMetadata)) {
    throw new UsageError(
      "--no-metadata and --no-data are only compatible with the 'bundle' layout",
    );
  }
  const shard = options.shard && checkShard(options.shard);
  return { layout, shard, signal: options.signal };
}

/** The rows that are wanted; `at` counts all of them from 0. */
async function* filterRows(
  batches: AsyncIterable<ManifestRow[]>,
  isWanted: (row: ManifestRow, at: number) => boolean,
): AsyncGenerator<ManifestRow[], void, void> {
  let count = 0;
  for await (const batch of batches) {
    yield batch.filter((row) => isWanted(row, count++));
  }
}

async function* survey(
  batches: AsyncIterable<ManifestRow[]> | ManifestRow[][],
): AsyncGenerator<{ sha256: string; sizeBytes: number }, void, void> {
  for await (const batch of batches) {
    for (const { sha256, sizeBytes } of batch) {
      if (!Number.isNaN(sizeBytes)) yield { sha256, sizeBytes };
    }
  }
}

async function* planFiles(
  client: ManifestClient,
  batches: AsyncIterable<ManifestRow[]>,
  { replica, signal }: DownloadManifestOptions,
): AsyncGenerator<PlannedContent, void, void> {
  for await (const batch of batches) {
    for (const row of batch) {
      throwIfAborted(signal);
      yield {
        name: detach(row.name),
        sha256: detach(row.sha256),
        sizeBytes: row.sizeBytes,
        source: client.fileSource(row, replica),
        targets: [],
      };
    }
  }
}
