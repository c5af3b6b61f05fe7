import {
  baseName,
  quote,
  type Runtime,
  throwIfAborted,
  writeFileAtomically,
} from "../base/mod.ts";
import { parseSha256 } from "../checksum/mod.ts";
import { ContentStore } from "../store/mod.ts";
import type { TransferEvent } from "../transfer/mod.ts";
import { storeRoot } from "./download_manifest.ts";
import type { DownloadManifestOptions } from "./download_options.ts";
import type { ManifestFile } from "./manifest_file.ts";
import { formatRow } from "./tab_separated.ts";

const PATH_COLUMN = "file_path";

/**
 * Writes a manifest with the paths of its contents into the current
 * directory, under its own name: the same columns in the same order, then
 * `file_path` unless it is one of them, which is overwritten; line feeds. It
 * is read and written as it comes, and replaced at once.
 *
 * @throws {LocalError} when it changed or cannot be written; then the old one
 * stands
 */
export async function rewriteManifest(
  runtime: Pick<Runtime, "files" | "random" | "log">,
  manifest: ManifestFile,
  options: Pick<DownloadManifestOptions, "downloadDir" | "signal">,
): Promise<TransferEvent> {
  const path = baseName(manifest.path);
  const store = new ContentStore(storeRoot(options.downloadDir ?? ""), runtime);
  if (await runtime.files.lstat(path) !== undefined) {
    runtime.log("WARNING", `overwriting manifest ${quote(path)}`);
  }
  const bytes = encode(
    formatWithPaths(manifest, (sha256) => store.pathOf(sha256)),
    options.signal,
  );
  await writeFileAtomically(runtime, path, bytes);
  return { type: "manifest", path };
}

/** The text of the manifest with the paths, in pieces. */
async function* formatWithPaths(
  manifest: ManifestFile,
  pathOf: (sha256: string) => string,
): AsyncGenerator<string, void, void> {
  let isFirst = true;
  for await (const { columns, rows } of manifest.read()) {
    const hashAt = columns.indexOf("file_sha256");
    const found = columns.indexOf(PATH_COLUMN);
    const pathAt = found < 0 ? columns.length : found;
    const withCell = (cells: readonly string[], cell: string) => {
      const changed = [...cells];
      changed[pathAt] = cell;
      return formatRow(changed);
    };
    const lines = rows.map(({ cells }) =>
      withCell(cells, pathOf(parseSha256(cells[hashAt] ?? "")))
    );
    if (isFirst) lines.unshift(withCell(columns, PATH_COLUMN));
    isFirst = false;
    yield lines.join("");
  }
}

// Each piece is written before the next one is encoded, so that one buffer
// does for all of them.
async function* encode(
  texts: AsyncIterable<string>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  let buffer = new Uint8Array();
  for await (const text of texts) {
    throwIfAborted(signal);
    const most = 3 * text.length;
    if (buffer.length < most) buffer = new Uint8Array(2 * most);
    yield buffer.subarray(0, encoder.encodeInto(text, buffer).written);
  }
}
