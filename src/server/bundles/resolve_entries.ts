import { formatFqid, quote } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { pendingCopies } from "../files/mod.ts";
import { Problem } from "../problem.ts";
import type { BundleFileRecord } from "../records.ts";
import type { BundleEntry } from "./bundle_entries.ts";

// The DSS looks again for as long, whether or not there is hope.
const WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/**
 * The files that a caller lists. Files that are still being copied are waited
 * for, ten seconds at most.
 *
 * @throws {Problem} 400 `file_missing`
 */
export async function resolveEntries(
  context: DssContext,
  entries: readonly BundleEntry[],
): Promise<BundleFileRecord[]> {
  const untilMs = context.clock.elapsed() + WAIT_MS;
  while (true) {
    const found = findAll(context, entries);
    const missing = entries.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found.filter((file) => file !== undefined);
    const isHopeless = context.clock.elapsed() >= untilMs ||
      !areComing(context, missing);
    // Once more: they may have come since.
    if (isHopeless && missing.some((entry) => !find(context, entry))) {
      throw fileMissing(missing);
    }
    if (!isHopeless) await context.clock.sleep(LOOK_AGAIN_MS);
  }
}

function findAll(
  context: DssContext,
  entries: readonly BundleEntry[],
): (BundleFileRecord | undefined)[] {
  return entries.map((entry) => find(context, entry));
}

function find(
  { repository }: DssContext,
  { name, indexed, uuid, version }: BundleEntry,
): BundleFileRecord | undefined {
  const file = repository.file(uuid, version);
  return file && { ...file, name, indexed };
}

function areComing(
  context: DssContext,
  missing: readonly BundleEntry[],
): boolean {
  const coming = pendingCopies(context);
  return missing.every((entry) => coming.has(formatFqid(entry)));
}

function fileMissing(missing: readonly BundleEntry[]): Problem {
  const shown = missing.slice(0, 3)
    .map(({ uuid, version, name }) => `${uuid}.${version} (${quote(name)})`);
  const more = missing.length > 3 ? `, and ${missing.length - 3} more` : "";
  return new Problem(
    400,
    "file_missing",
    `Could not find file ${shown.join(", ")}${more}`,
  );
}
