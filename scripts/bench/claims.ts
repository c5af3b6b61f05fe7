import { SEGMENTS } from "./big_files.ts";
import { CAP_BYTES_PER_SECOND } from "./nginx_config.ts";
import {
  type Claim,
  type GrowthResult,
  type ItemResult,
  medianSeconds,
  peakBytes,
  performanceOf,
} from "./results.ts";
import { MIB, short } from "./units.ts";

const MEMORY_LIMIT = 150 * MIB;
// Room for chance; what grows with the work grows by more over a decade.
const FLAT = 1.25;

/** Holds what hca promises against what was measured. */
export function checkClaims(
  items: readonly ItemResult[],
  growths: readonly GrowthResult[],
): Claim[] {
  const faster = (id: string, tool: string, times: number, text: string) =>
    checkFaster(items, id, tool, times, text);
  return [
    faster("manifest", "curl -Z, 16", 0.5, "many files, manifest"),
    faster("manifest", "aria2c -j16", 3, "many files, manifest"),
    faster("small-bundle", "Python hca", 12, "a bundle of small files"),
    faster("big-1", "curl, then openssl", 1, "a big file"),
    faster("big-2", "curl, then openssl", 1, "a very big file"),
    faster("big-1", "aria2c -x4, checksum", 3, "a big file"),
    faster("big-2", "aria2c -x4, checksum", 3, "a very big file"),
    ...SEGMENTS.map((segments) => checkCapped(items, segments)),
    checkDurability(items),
    ...growths.flatMap(checkMemory),
  ].filter((claim) => claim !== undefined);
}

function checkFaster(
  items: readonly ItemResult[],
  id: string,
  tool: string,
  times: number,
  what: string,
): Claim | undefined {
  const hca = performanceOf(items, id, "hca");
  const other = performanceOf(items, id, tool);
  if (hca === undefined || other === undefined) return undefined;
  const ratio = medianSeconds(other) / medianSeconds(hca);
  return {
    text: `${what}: at least ${times} × as fast as ${tool}`,
    measured: `${short(ratio)} ×`,
    holds: ratio >= times,
  };
}

function checkCapped(
  items: readonly ItemResult[],
  segments: number,
): Claim | undefined {
  const id = `capped-${segments}`;
  const hca = performanceOf(items, id, "hca");
  const item = items.find((item) => item.id === id);
  if (hca === undefined || item === undefined) return undefined;
  const least = 0.9 * segments * CAP_BYTES_PER_SECOND / 1e6;
  const rate = item.rate.amount / medianSeconds(hca);
  return {
    text: `${CAP_BYTES_PER_SECOND / 1e6} MB/s for each of ${segments} ` +
      `connection${segments > 1 ? "s" : ""}: at least ${short(least)} MB/s`,
    measured: `${short(rate)} MB/s`,
    holds: rate >= least,
  };
}

function checkDurability(items: readonly ItemResult[]): Claim | undefined {
  const id = "durable-many";
  const durable = performanceOf(items, id, "hca");
  const not = performanceOf(items, id, "hca, fsync made to do nothing");
  if (durable === undefined || not === undefined) return undefined;
  const percent = (medianSeconds(durable) / medianSeconds(not) - 1) * 100;
  return {
    text: "many files: durability costs at most 20 % more time",
    measured: `${short(percent)} %`,
    holds: percent <= 20,
  };
}

function checkMemory({ title, curves, isFlat }: GrowthResult): Claim[] {
  return curves.flatMap(({ name, points }) => {
    const peaks = points.map(({ performance }) => peakBytes(performance));
    const [first, last] = [peaks[0], peaks.at(-1)];
    if (first === undefined || last === undefined || points.length < 2) {
      return [];
    }
    const most = Math.max(...peaks);
    const flat = isFlat ? ", at the end at most a quarter more" : "";
    return [{
      text: `${title}, ${name}: under ${MEMORY_LIMIT / MIB} MiB${flat}`,
      measured: `${short(first / MIB)} → ${short(last / MIB)} MiB, most ` +
        `${short(most / MIB)} MiB`,
      holds: most < MEMORY_LIMIT && (!isFlat || last <= first * FLAT),
    }];
  });
}
