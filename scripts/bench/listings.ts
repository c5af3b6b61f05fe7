import { join } from "node:path";
import type { Blob } from "./served_content.ts";

/** The version of everything that is served. */
export const VERSION = "2019-08-01T200147.836832Z";

/** The one bundle of a work item. */
export const BUNDLE_UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";

/** A file's name in a bundle, in a manifest and in the lists for curl. */
export function fileName(index: number): string {
  return `file_${String(index + 1).padStart(7, "0")}.bin`;
}

/** The answer to `GET /bundles/{uuid}`, all in one page. */
export function bundleJson(blobs: readonly Blob[]): string {
  const files = blobs.map(({ uuid, sha256, sizeBytes }, index) => ({
    name: fileName(index),
    uuid,
    version: VERSION,
    size: sizeBytes,
    sha256,
    indexed: false,
    "content-type": "application/octet-stream",
  }));
  const bundle = { uuid: BUNDLE_UUID, version: VERSION, creator_uid: 1, files };
  return JSON.stringify({ bundle });
}

const COLUMNS = [
  ...["bundle_uuid", "bundle_version", "file_name", "file_uuid"],
  ...["file_version", "file_sha256", "file_size"],
];

/** Writes a manifest of `rows` files, whatever their number. */
export async function writeManifest(
  path: string,
  rows: number,
  blobAt: (row: number) => Blob,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const encoder = new TextEncoder();
  let text = `${COLUMNS.join("\t")}\n`;
  for (let row = 0; row < rows; row++) {
    const { uuid, sha256, sizeBytes } = blobAt(row);
    text += `${BUNDLE_UUID}\t${VERSION}\t${fileName(row)}\t${uuid}\t` +
      `${VERSION}\t${sha256}\t${sizeBytes}\n`;
    if (text.length < 1e6 && row + 1 < rows) continue;
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) {
      at += await file.write(bytes.subarray(at));
    }
    text = "";
  }
}

/** Writes the list of addresses and names that `curl --config` reads. */
export async function writeCurlList(
  directory: string,
  urls: readonly string[],
): Promise<string> {
  const path = join(directory, "curl.list");
  const lines = urls.map((url, index) =>
    `url = "${url}"\noutput = "${fileName(index)}"\n`
  );
  await Deno.writeTextFile(path, lines.join(""));
  return path;
}

/** Writes the list of addresses and names that `aria2c -i` reads. */
export async function writeAria2List(
  directory: string,
  urls: readonly string[],
): Promise<string> {
  const path = join(directory, "aria2.list");
  const lines = urls.map((url, index) => `${url}\n  out=${fileName(index)}\n`);
  await Deno.writeTextFile(path, lines.join(""));
  return path;
}
