import { analysedParent, ID_FIELD, isExactField } from "../search/mod.ts";
import { ID_PATH, type KeyPath } from "./document_keys.ts";
import type { KeyScan } from "./plan.ts";

/** Where the index has the values of a field. */
export interface IndexedField {
  /** The path of its own values. */
  path: KeyPath;
  /** Whether these are compared as they are. */
  isExact: boolean;
  /** The path whose words it has; undefined if it has none. */
  analysed: string | undefined;
}

/** Where the index has the values of the field that a query names. */
export function indexedField(name: string): IndexedField {
  if (name === ID_FIELD) {
    return { path: ID_PATH, isExact: true, analysed: undefined };
  }
  const analysed = analysedParent(name);
  return { path: name, isExact: isExactField(name), analysed };
}

/** A scan, whatever path it is of. */
export type PathlessScan = Omit<KeyScan, "path">;

/** The scans of a field's own values, and of the words it has. */
export function scansOf(
  { path, analysed }: IndexedField,
  own: readonly PathlessScan[],
  words: readonly PathlessScan[] = [],
): KeyScan[] {
  const scans = own.map((scan): KeyScan => ({ ...scan, path }));
  if (analysed === undefined) return scans;
  return scans.concat(words.map((scan) => ({ ...scan, path: analysed })));
}
