import { isVersion, type Json, quote } from "../../base/mod.ts";
import { illegalVersion, Problem } from "../problem.ts";

/** A file as a caller lists it for a bundle. */
export interface BundleEntry {
  /** Its name in the bundle. */
  name: string;
  /** Its uuid, as it was sent. */
  uuid: string;
  /** Its version. */
  version: string;
  /** Whether search sees it. */
  indexed: boolean;
}

/**
 * The entries of a list in a body that fits the API document.
 *
 * @throws {Problem} 400 `illegal_version`
 */
export function parseEntries(list: Json | undefined): BundleEntry[] {
  const entries = (list ?? []) as unknown as BundleEntry[];
  const wrong = entries.find(({ version }) => !isVersion(version));
  if (wrong !== undefined) {
    throw illegalVersion(wrong.version, "version of a file");
  }
  return entries.map(({ name, uuid, version, indexed }) => (
    { name, uuid, version, indexed }
  ));
}

/**
 * Checks that no two files of a bundle have one name.
 *
 * @throws {Problem} 400 `duplicate_filename`
 */
export function checkNamesDiffer(entries: readonly { name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) {
      throw new Problem(
        400,
        "duplicate_filename",
        `Two files of the bundle have the name ${quote(name)}`,
      );
    }
    seen.add(name);
  }
}
