import { hcaManifest } from "./many_files.ts";
import { CAP_BYTES_PER_SECOND } from "./nginx_config.ts";
import { aria2Verified, curlAndHash } from "./other_tools.ts";
import type { ItemResult } from "./results.ts";
import type { Blob } from "./served_content.ts";
import { formatSize, GIB, MIB } from "./units.ts";
import type { Contestant, Workbench } from "./workbench.ts";

/** The numbers of connections that are tried on a slowed-down server. */
export const SEGMENTS = [1, 4, 8] as const;

/** One big file, verified. */
export async function benchBigFiles(bench: Workbench): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  const sizes = [
    bench.scaled(1 * GIB, 128 * MIB),
    bench.scaled(4 * GIB, 512 * MIB),
  ];
  for (const [index, sizeBytes] of sizes.entries()) {
    const blob = await bench.contents.make(0, sizeBytes);
    results.push({
      id: `big-${index + 1}`,
      title: `One file of ${formatSize(sizeBytes)}, verified`,
      rate: { unit: "MB/s", amount: sizeBytes / 1e6 },
      performances: await bench.compete([
        await hcaManifest(bench, [blob]),
        ...others(bench, blob),
      ]),
      notes: [],
    });
    await bench.contents.remove([blob]);
  }
  return results;
}

function others(bench: Workbench, blob: Blob): Contestant[] {
  const { curl, openssl, aria2 } = bench.others;
  const url = bench.server.blobUrl(blob);
  const totals = { files: 1, sizeBytes: blob.sizeBytes };
  const found: Contestant[] = [];
  if (curl !== undefined && openssl !== undefined) {
    const program = () => curlAndHash(curl, openssl, url);
    found.push({ tool: "curl, then openssl", program, ...totals });
  }
  if (aria2 !== undefined) {
    const program = () => aria2Verified(aria2, url, blob.sha256, 4);
    found.push({ tool: "aria2c -x4, checksum", program, ...totals });
  }
  return found;
}

/** One big file from a server that slows every connection down. */
export async function benchCapped(bench: Workbench): Promise<ItemResult[]> {
  const blob = await bench.contents.make(0, bench.scaled(GIB, 128 * MIB));
  const results: ItemResult[] = [];
  for (const segments of SEGMENTS) {
    results.push({
      id: `capped-${segments}`,
      title: `One file of ${formatSize(blob.sizeBytes)}, ` +
        `${CAP_BYTES_PER_SECOND / 1e6} MB/s for each connection, ` +
        `${segments} connection${segments > 1 ? "s" : ""}`,
      rate: { unit: "MB/s", amount: blob.sizeBytes / 1e6 },
      performances: await bench.compete(
        await cappedContestants(bench, blob, segments),
      ),
      notes: bench.hca.supports("--segments")
        ? []
        : ["This hca has no --segments: it uses one connection."],
    });
  }
  await bench.contents.remove([blob]);
  return results;
}

async function cappedContestants(
  bench: Workbench,
  blob: Blob,
  segments: number,
): Promise<Contestant[]> {
  const { aria2 } = bench.others;
  const options = bench.hca.supports("--segments")
    ? ["--segments", String(segments)]
    : [];
  const found = [
    await hcaManifest(bench, [blob], { options, route: "/capped" }),
  ];
  if (aria2 !== undefined) {
    const url = bench.server.blobUrl(blob, "/capped");
    const program = () => aria2Verified(aria2, url, blob.sha256, segments);
    const tool = `aria2c -x${segments}, checksum`;
    found.push({ tool, program, files: 1, sizeBytes: blob.sizeBytes });
  }
  return found;
}
