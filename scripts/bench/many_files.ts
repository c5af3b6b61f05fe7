import { join } from "node:path";
import { storeOf } from "./hca_tool.ts";
import {
  BUNDLE_UUID,
  VERSION,
  writeAria2List,
  writeCurlList,
  writeManifest,
} from "./listings.ts";
import type { Route } from "./nginx_config.ts";
import { aria2Many, curlMany, pythonBundle } from "./other_tools.ts";
import type { ItemResult } from "./results.ts";
import type { Blob } from "./served_content.ts";
import { formatCount, formatSize, KIB } from "./units.ts";
import type { Contestant, Workbench } from "./workbench.ts";

/** Many files by a manifest and by a bundle. */
export async function benchManyFiles(bench: Workbench): Promise<ItemResult[]> {
  const count = bench.scaled(2000, 500);
  const blobs = await bench.contents.makeMany(count, 64 * KIB);
  const results = [
    await benchList(bench, "manifest", blobs),
    await benchList(bench, "bundle", blobs),
  ];
  await bench.contents.remove(blobs);
  return results;
}

/** A bundle of small files, as metadata are. */
export async function benchSmallFiles(
  bench: Workbench,
): Promise<ItemResult[]> {
  const count = bench.scaled(2000, 500);
  const blobs = await bench.contents.makeMany(count, 4 * KIB);
  const result = await benchList(bench, "bundle", blobs);
  await bench.contents.remove(blobs);
  return [{ ...result, id: "small-bundle" }];
}

async function benchList(
  bench: Workbench,
  kind: "manifest" | "bundle",
  blobs: readonly Blob[],
): Promise<ItemResult> {
  const sizeBytes = blobs[0]?.sizeBytes ?? 0;
  const contestants = [
    kind === "bundle"
      ? await hcaBundle(bench, blobs)
      : await hcaManifest(bench, blobs),
    ...await others(bench, blobs),
    ...kind === "bundle" ? python(bench, blobs) : [],
  ];
  return {
    id: kind,
    title: `${formatCount(blobs.length)} files of ${formatSize(sizeBytes)}, ` +
      (kind === "bundle" ? "a bundle" : "a manifest, layout none"),
    rate: { unit: "files/s", amount: blobs.length },
    performances: await bench.compete(contestants),
    notes: [
      "curl and aria2 are given the addresses that the redirects lead to, " +
      "and verify nothing.",
    ],
  };
}

/** hca with a manifest of these files, and other options. */
export async function hcaManifest(
  bench: Workbench,
  blobs: readonly Blob[],
  { options = [], route = "" }: { options?: string[]; route?: Route } = {},
): Promise<Contestant> {
  const path = join(bench.lists, `manifest-${crypto.randomUUID()}.tsv`);
  await writeManifest(path, blobs.length, (row) => at(blobs, row));
  const url = bench.server.documentUrl(route);
  return {
    tool: "hca",
    program: (directory) =>
      bench.hca.manifest(path, url, directory, ...options),
    resultOf: storeOf,
    ...totals(blobs),
  };
}

async function hcaBundle(
  bench: Workbench,
  blobs: readonly Blob[],
): Promise<Contestant> {
  await bench.server.serveBundle(blobs);
  const url = bench.server.documentUrl();
  return {
    tool: "hca",
    program: (directory) => bench.hca.bundle(url, directory),
    resultOf: bundleDirectory,
    ...totals(blobs),
  };
}

async function others(
  bench: Workbench,
  blobs: readonly Blob[],
): Promise<Contestant[]> {
  const { curl, aria2 } = bench.others;
  const urls = blobs.map((blob) => bench.server.blobUrl(blob));
  const curlList = await writeCurlList(bench.lists, urls);
  const aria2List = await writeAria2List(bench.lists, urls);
  const found: Contestant[] = [];
  if (curl !== undefined) {
    const program = () => curlMany(curl, curlList);
    found.push({ tool: "curl -Z, 16", program, ...totals(blobs) });
  }
  if (aria2 !== undefined) {
    const program = () => aria2Many(aria2, aria2List);
    found.push({ tool: "aria2c -j16", program, ...totals(blobs) });
  }
  return found;
}

function python(bench: Workbench, blobs: readonly Blob[]): Contestant[] {
  const { python } = bench.others;
  if (python === undefined) return [];
  const url = bench.server.documentUrl("", "openapi");
  return [{
    tool: "Python hca",
    program: (directory) => pythonBundle(python, bench.home, url, directory),
    resultOf: bundleDirectory,
    ...totals(blobs),
  }];
}

function bundleDirectory(directory: string): string {
  return join(directory, `${BUNDLE_UUID}.${VERSION}`);
}

function totals(
  blobs: readonly Blob[],
): { files: number; sizeBytes: number } {
  const sizeBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  return { files: blobs.length, sizeBytes };
}

function at(blobs: readonly Blob[], row: number): Blob {
  const blob = blobs[row];
  if (blob === undefined) throw new RangeError(`no row ${row}`);
  return blob;
}
