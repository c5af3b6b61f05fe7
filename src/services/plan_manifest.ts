import {
  baseName,
  HcaError,
  IntegrityError,
  type ItemFailure,
  LocalError,
  NotFoundError,
  quote,
  RefusedError,
  type Runtime,
  throwIfAborted,
  UsageError,
  writeFileAtomically,
} from "../base/mod.ts";
import { ContentStore } from "../store/mod.ts";
import type { TransferEvent, WantedFile } from "../transfer/mod.ts";
import type { BundleFile } from "./bundle_manifest.ts";
import { wantedOfBundle } from "./download_bundle.ts";
import {
  type FileManifest,
  formatWithPaths,
  type ManifestRow,
  parseFileManifest,
  parseLayout,
  storeRoot,
} from "./download_manifest.ts";
import type { DownloadManifestOptions } from "./download_options.ts";
import type { DssClient } from "./dss_client.ts";

/** What a manifest asks for. */
export interface PlannedManifest {
  /** The manifest. */
  manifest: FileManifest;
  /** The files to have. */
  wanted: WantedFile[];
  /** What cannot be had, and why. */
  failures: ItemFailure[];
}

/**
 * Reads a manifest and decides what to download. In layout bundle each
 * bundle version is asked of the service, once.
 *
 * @throws {RefusedError | LocalError} when the manifest cannot be read
 * @throws {UsageError} for options that do not go together
 */
export async function planManifest(
  client: DssClient,
  runtime: Pick<Runtime, "files" | "createHash">,
  options: DownloadManifestOptions,
): Promise<PlannedManifest> {
  const layout = parseLayout(options.layout ?? "none");
  if (layout === "none" && (options.noData || options.noMetadata)) {
    throw new UsageError(
      "--no-metadata and --no-data are only compatible with the 'bundle' layout",
    );
  }
  const text = await readManifestText(runtime, options.manifest);
  const what = `manifest ${quote(options.manifest, 200)}`;
  const manifest = parseFileManifest(text, layout, what);
  if (layout === "none") {
    const wanted = manifest.rows.map((row) => ({
      name: row.name,
      sha256: row.sha256,
      sizeBytes: row.sizeBytes,
      source: client.fileSource(row, options.replica),
      target: undefined,
    }));
    return { manifest, wanted, failures: [] };
  }
  const wanted: WantedFile[] = [];
  const failures: ItemFailure[] = [];
  for (const rows of groupByBundle(manifest.rows)) {
    try {
      wanted.push(
        ...await planBundle(client, runtime, rows, options, failures),
      );
    } catch (error) {
      throwIfAborted(options.signal);
      if (!(error instanceof HcaError)) throw error;
      failures.push({ name: `bundle ${rows[0]?.bundleUuid}`, error });
    }
  }
  return { manifest, wanted, failures };
}

async function readManifestText(
  { files }: Pick<Runtime, "files">,
  path: string,
): Promise<string> {
  const info = await files.stat(path);
  if (info?.kind === "directory" || info === undefined) {
    const why = info === undefined ? "does not exist" : "is a directory";
    throw new LocalError(`manifest ${quote(path, 200)} ${why}`, {
      path,
      reason: "not_found",
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(await files.read(path));
  } catch (cause) {
    if (cause instanceof HcaError) throw cause;
    throw new RefusedError(
      `manifest ${quote(path, 200)} is not text in UTF-8`,
      { cause },
    );
  }
}

function groupByBundle(rows: readonly ManifestRow[]): ManifestRow[][] {
  const groups = Map.groupBy(
    rows,
    (row) => `${row.bundleUuid}.${row.bundleVersion}`,
  );
  return [...groups.values()];
}

async function planBundle(
  client: DssClient,
  runtime: Pick<Runtime, "createHash">,
  rows: ManifestRow[],
  options: DownloadManifestOptions,
  failures: ItemFailure[],
): Promise<WantedFile[]> {
  const { replica, downloadDir = "", signal, noData, noMetadata } = options;
  const [{ bundleUuid = "", bundleVersion = "" } = {}] = rows;
  const manifest = await client.readManifest(
    { uuid: bundleUuid, version: bundleVersion, replica },
    { signal },
  );
  const byName = new Map(manifest.files.map((file) => [file.name, file]));
  const listed = new Set<string>();
  for (const row of rows) {
    const error = compare(row, byName.get(row.name));
    if (error === undefined) listed.add(row.name);
    else failures.push({ name: row.name, error });
  }
  return wantedOfBundle(manifest, {
    downloadDir,
    isWanted: ({ name, indexed }) =>
      indexed ? !noMetadata : !noData && listed.has(name),
    sourceOf: (file) => client.fileSource(file, replica),
    runtime,
  });
}

function compare(
  row: ManifestRow,
  file: BundleFile | undefined,
): HcaError | undefined {
  const bundle = `bundle ${row.bundleUuid}`;
  if (file === undefined) {
    return new NotFoundError(
      `${bundle} has no file ${quote(row.name)} (line ${row.line})`,
    );
  }
  return file.sha256 === row.sha256 ? undefined : new IntegrityError(
    `${bundle} has ${quote(row.name)} with the SHA-256 ${file.sha256}, ` +
      `the manifest says ${row.sha256} (line ${row.line})`,
  );
}

/**
 * Writes a manifest with the paths of its contents into the current
 * directory, under its own name.
 */
export async function rewriteManifest(
  runtime: Pick<Runtime, "files" | "random" | "log">,
  manifest: FileManifest,
  options: DownloadManifestOptions,
): Promise<TransferEvent> {
  const path = baseName(options.manifest);
  const store = new ContentStore(storeRoot(options.downloadDir ?? ""), runtime);
  const text = formatWithPaths(manifest, (sha256) => store.pathOf(sha256));
  if (await runtime.files.lstat(path) !== undefined) {
    runtime.log("WARNING", `overwriting manifest ${quote(path)}`);
  }
  await writeFileAtomically(runtime, path, text);
  return { type: "manifest", path };
}
