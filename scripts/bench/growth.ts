import { join } from "node:path";
import { storeOf } from "./hca_tool.ts";
import { writeManifest } from "./listings.ts";
import { freeRoom } from "./machine.ts";
import { hcaManifest } from "./many_files.ts";
import type { Curve, GrowthResult } from "./results.ts";
import { type Blob, imaginaryBlob } from "./served_content.ts";
import { GIB, KIB, MIB } from "./units.ts";
import type { Contestant, Performance, Workbench } from "./workbench.ts";

/** Time and memory by the size of one file. */
export async function growBytes(bench: Workbench): Promise<GrowthResult> {
  const unit = bench.scaled(GIB, 64 * MIB);
  const points: Curve["points"] = [];
  for (const times of [1, 2, 4, 8, 10]) {
    const sizeBytes = times * unit;
    const room = Math.min(
      await freeRoom(bench.server.blobs),
      await freeRoom(bench.downloads),
    );
    if (room < sizeBytes * 1.1) {
      bench.say(`left out: no room for ${sizeBytes} bytes`);
      break;
    }
    const blob = await bench.contents.make(0, sizeBytes);
    const performance = await alone(bench, await hcaManifest(bench, [blob]));
    points.push({ x: sizeBytes / GIB, performance });
    await bench.contents.remove([blob]);
  }
  return {
    title: "One file, by its size",
    plot: "bytes",
    xLabel: "size of the file, GiB",
    isLogarithmic: false,
    isFlat: true,
    curves: [{ name: "downloaded and verified", points }],
  };
}

/** Time and memory by the number of files. */
export async function growFiles(bench: Workbench): Promise<GrowthResult> {
  const points: Curve["points"] = [];
  for (const count of [100, 1000, ...bench.options.quick ? [] : [10_000]]) {
    const blobs = await bench.contents.makeMany(count, 16 * KIB);
    const performance = await alone(bench, await hcaManifest(bench, blobs));
    points.push({ x: count, performance });
    await bench.contents.remove(blobs);
  }
  return {
    title: "Files of 16 KiB, by their number",
    plot: "files",
    xLabel: "files of 16 KiB",
    isLogarithmic: true,
    isFlat: false,
    curves: [{ name: "downloaded and verified", points }],
  };
}

/** Time and memory by the number of rows of a manifest. */
export async function growRows(bench: Workbench): Promise<GrowthResult> {
  const curves: Curve[] = [];
  const counts = [1000, 10_000, 100_000, ...bench.options.quick ? [] : [1e6]];
  if (bench.hca.supports("--dry-run")) {
    const points = await rowPoints(bench, counts, {
      blobAt: (row) => imaginaryBlob(row, 1000),
      options: ["--dry-run"],
      files: 0,
      sizeBytes: 0,
    });
    curves.push({ name: "planned only (--dry-run), all different", points });
  } else bench.say("left out: this hca has no --dry-run");
  const blobs = await bench.contents.makeMany(1000, 16 * KIB);
  const points = await rowPoints(bench, counts, {
    blobAt: (row) => blobs[row % blobs.length] ?? imaginaryBlob(row, 0),
    options: [],
    files: blobs.length,
    sizeBytes: blobs.length * 16 * KIB,
  });
  curves.push({ name: "1,000 different contents downloaded", points });
  await bench.contents.remove(blobs);
  return {
    title: "A manifest, by its rows",
    plot: "rows",
    xLabel: "rows of the manifest",
    isLogarithmic: true,
    isFlat: true,
    curves,
  };
}

async function rowPoints(
  bench: Workbench,
  counts: readonly number[],
  { blobAt, options, files, sizeBytes }: {
    blobAt: (row: number) => Blob;
    options: readonly string[];
    files: number;
    sizeBytes: number;
  },
): Promise<Curve["points"]> {
  const points: Curve["points"] = [];
  const path = join(bench.lists, "rows.tsv");
  const url = bench.server.documentUrl();
  for (const count of counts) {
    await writeManifest(path, count, blobAt);
    const performance = await alone(bench, {
      tool: "hca",
      program: (directory) =>
        bench.hca.manifest(path, url, directory, ...options),
      resultOf: storeOf,
      files,
      sizeBytes,
    });
    points.push({ x: count, performance });
    await Deno.remove(path);
  }
  return points;
}

async function alone(
  bench: Workbench,
  contestant: Contestant,
): Promise<Performance> {
  const [performance] = await bench.compete([contestant]);
  if (performance !== undefined) return performance;
  throw new Error("nothing was run");
}
