import type { LoadClient } from "./load_client.ts";

/** A file that every client may ask for. */
export interface StoredFile {
  uuid: string;
  version: string;
  name: string;
  size: number;
  sha256: string;
}

/** A bundle that every client may ask for. */
export interface StoredBundle {
  uuid: string;
  version: string;
  files: StoredFile[];
}

/** What one piece of work has at hand. */
export interface Work {
  client: LoadClient;
  /** The sample bundles. */
  bundles: readonly StoredBundle[];
  /** Random whole numbers below a limit. */
  below: (limit: number) => number;
}

/**
 * One of them.
 *
 * @throws {Error} when there is none
 */
export function pick<T>({ below }: Work, list: readonly T[]): T {
  const one = list[below(list.length)];
  if (one === undefined) throw new Error("the store has no samples");
  return one;
}
