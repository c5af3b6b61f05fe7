import {
  formatFqid,
  formatJson,
  joinPath,
  type Runtime,
  toHex,
  UsageError,
} from "../base/mod.ts";
import type { WantedFile } from "../transfer/mod.ts";
import {
  BUNDLE_JSON,
  type BundleFile,
  type BundleManifest,
} from "./bundle_manifest.ts";
import { matchesAny } from "./glob.ts";

/** Which files of a bundle are wanted. */
export interface FileFilter {
  /** Shell patterns for names of metadata files. Default: all. */
  metadataFilter?: readonly string[];
  /** Shell patterns for names of data files. Default: all. */
  dataFilter?: readonly string[];
  /** No metadata files at all. */
  noMetadata?: boolean;
  /** No data files at all. */
  noData?: boolean;
}

/**
 * Whether a file is wanted.
 *
 * @throws {UsageError} when a filter and its exclusion are both given
 */
export function createFileFilter(
  options: FileFilter,
): (file: BundleFile) => boolean {
  const { metadataFilter, dataFilter, noMetadata, noData } = options;
  if (noMetadata && metadataFilter !== undefined) {
    throw bothGiven("metadata");
  }
  if (noData && dataFilter !== undefined) throw bothGiven("data");
  const metadata = noMetadata ? [] : metadataFilter ?? ["*"];
  const data = noData ? [] : dataFilter ?? ["*"];
  return ({ name, indexed }) => matchesAny(indexed ? metadata : data, name);
}

function bothGiven(kind: string): UsageError {
  return new UsageError(
    `--${kind}-filter and --no-${kind} are mutually exclusive options`,
  );
}

/** Small and asked for first, metadata must not wait behind big files. */
function metadataFirst(files: readonly BundleFile[]): BundleFile[] {
  return [
    ...files.filter(({ indexed }) => indexed),
    ...files.filter(({ indexed }) => !indexed),
  ];
}

/**
 * What of a bundle goes where: `bundle.json`, whatever the filter, and
 * `<uuid>.<version>/<name>` for each wanted file, metadata first.
 *
 * @param sourceOf where a file's bytes come from
 */
export function wantedOfBundle(
  manifest: BundleManifest,
  options: {
    downloadDir: string;
    isWanted: (file: BundleFile) => boolean;
    sourceOf: (file: BundleFile) => WantedFile["source"];
    runtime: Pick<Runtime, "createHash">;
  },
): WantedFile[] {
  const { downloadDir, isWanted, sourceOf, runtime } = options;
  const directory = joinPath(downloadDir, formatFqid(manifest));
  // Stored under its own hash: the text must be the same on every run, and
  // the same that the old client wrote.
  const bytes = new TextEncoder().encode(
    formatJson(manifest.json, { indent: 4, sortKeys: true }),
  );
  const hash = runtime.createHash("sha256");
  hash.update(bytes);
  return [
    {
      name: BUNDLE_JSON,
      sha256: toHex(hash.digest()),
      sizeBytes: bytes.length,
      source: { kind: "bytes", bytes },
      target: joinPath(directory, BUNDLE_JSON),
    },
    ...metadataFirst(manifest.files.filter(isWanted)).map((file) => ({
      name: file.name,
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      source: sourceOf(file),
      target: joinPath(directory, file.name),
    })),
  ];
}
