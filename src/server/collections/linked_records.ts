import { formatJson, type Json } from "../../base/mod.ts";
import { findManifest } from "../bundles/mod.ts";
import type { DssContext } from "../context.ts";
import type { BundleRecord, FileRecord } from "../records.ts";

// A longer record cannot be an item (data-store, `MAX_METADATA_SIZE`).
const MAX_RECORD_BYTES = 1024 * 1024;
// No shorter one describes a file of a bundle.
const MIN_ENTRY_BYTES = 256;
// A longer file is data; it is not read into memory to look for a part of it.
const MAX_FRAGMENT_FILE_BYTES = 16 * 1024 * 1024;

/** Why something cannot be an item of a collection; undefined: it can. */
export type Unfit = string | undefined;

/** Why a length of a record is too much for an item. */
export function whyTooLong(sizeBytes: number): Unfit {
  return sizeBytes > MAX_RECORD_BYTES
    ? `its record is longer than ${MAX_RECORD_BYTES} bytes`
    : undefined;
}

/** Why a bundle, dead or alive, cannot be an item. */
export function whyUnfitBundle(
  context: DssContext,
  { id, uuid, version }: BundleRecord,
): Unfit {
  const count = context.repository.countBundleFiles(id);
  const isLong = whyTooLong(count * MIN_ENTRY_BYTES);
  if (isLong !== undefined) return isLong;
  const manifest = findManifest(context, uuid, version);
  return whyTooLong(formatJson(manifest, { indent: 0 }).length);
}

/**
 * The JSON content of a file.
 *
 * @returns a text that says why there is none
 */
export async function readJsonFile(
  { blobs, files }: DssContext,
  file: FileRecord,
): Promise<{ content: Json } | string> {
  if (file.sizeBytes > MAX_FRAGMENT_FILE_BYTES) {
    return `the file is longer than ${MAX_FRAGMENT_FILE_BYTES} bytes`;
  }
  if (await blobs.state(file.sha256, file.sizeBytes) !== "present") {
    return "the content of the file is missing";
  }
  const bytes = await files.read(blobs.pathOf(file.sha256));
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { content: JSON.parse(text) as Json };
  } catch {
    return "the file is not JSON";
  }
}
