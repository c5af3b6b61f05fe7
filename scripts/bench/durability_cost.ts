import { join } from "node:path";
import { freeRoom } from "./machine.ts";
import { hcaManifest } from "./many_files.ts";
import type { ItemResult } from "./results.ts";
import type { Blob } from "./served_content.ts";
import { formatCount, formatSize, GIB, KIB, MIB } from "./units.ts";
import type { Contestant, Workbench } from "./workbench.ts";

/** What it costs that files survive a power cut. */
export async function benchDurability(
  bench: Workbench,
): Promise<ItemResult[]> {
  const noSync = await compileNoSync(bench.lists);
  const many = bench.scaled(2000, 500);
  const big = bench.scaled(GIB, 128 * MIB);
  const results: ItemResult[] = [];
  const works = [
    { id: "durable-many", count: many, sizeBytes: 64 * KIB },
    { id: "durable-big", count: 1, sizeBytes: big },
  ];
  for (const { id, count, sizeBytes } of works) {
    const blobs = await bench.contents.makeMany(count, sizeBytes);
    const perFile = count > 1;
    results.push({
      id,
      title: `${formatCount(count)} file${perFile ? "s" : ""} of ` +
        `${formatSize(sizeBytes)}, with and without synchronisation`,
      rate: perFile
        ? { unit: "files/s", amount: count }
        : { unit: "MB/s", amount: sizeBytes / 1e6 },
      performances: await bench.compete(
        await contestants(bench, blobs, noSync),
      ),
      notes: [],
    });
    await bench.contents.remove(blobs);
  }
  return results;
}

async function contestants(
  bench: Workbench,
  blobs: readonly Blob[],
  noSync: string | undefined,
): Promise<Contestant[]> {
  const hca = await hcaManifest(bench, blobs);
  const found = [hca];
  if (noSync !== undefined) {
    found.push({
      ...hca,
      tool: "hca, fsync made to do nothing",
      async program(directory) {
        const { argv, env } = await hca.program(directory);
        return { argv, env: { ...env, LD_PRELOAD: noSync } };
      },
    });
  }
  const base = "/dev/shm";
  if (await freeRoom(base).catch(() => 0) > 2 * hca.sizeBytes) {
    found.push({ ...hca, tool: "hca, into memory (tmpfs)", base });
  }
  return found;
}

const NO_SYNC = `int fsync(int file) { return 0; }
int fdatasync(int file) { return 0; }
int sync_file_range(int file, long long from, long long bytes, unsigned how) {
  return 0;
}
`;

// The same program without the waiting, by a library that is loaded first.
async function compileNoSync(directory: string): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const source = join(directory, "no_sync.c");
  const library = join(directory, "no_sync.so");
  await Deno.writeTextFile(source, NO_SYNC);
  const args = ["-shared", "-fPIC", "-w", "-o", library, source];
  const output = await new Deno.Command("cc", { args }).output()
    .catch(() => undefined);
  return output?.success ? library : undefined;
}
