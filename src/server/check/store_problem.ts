import type { DssContext } from "../context.ts";

/** Something in a store that is not as it should be. */
export interface StoreProblem {
  /**
   * What is wrong. `part` and `orphan` only take room: a copy that was never
   * finished, and a content that no file has.
   */
  kind:
    | "database"
    | "blob_missing"
    | "blob_damaged"
    | "bundle"
    | "document"
    | "event"
    | "part"
    | "orphan";
  /** What it is about: a SHA-256, a bundle's uuid and version, or a name. */
  subject: string;
  /** What is wrong with it, for people. */
  detail: string;
  /** Whether it only takes room. */
  isHarmless: boolean;
  /** Whether it was put right, by removing it. */
  isRemoved: boolean;
}

/** What a check works with. */
export type CheckContext = Pick<
  DssContext,
  | "database"
  | "repository"
  | "blobs"
  | "files"
  | "clock"
  | "createHash"
  | "dataDir"
>;

/** A problem that is damage. */
export function damage(
  kind: StoreProblem["kind"],
  subject: string,
  detail: string,
): StoreProblem {
  return { kind, subject, detail, isHarmless: false, isRemoved: false };
}

/** How much of a store is looked at, and what ends it on the way. */
export interface Depth {
  /** Reads no contents. */
  isQuick: boolean;
  /** Default: nothing. */
  signal?: AbortSignal;
}
