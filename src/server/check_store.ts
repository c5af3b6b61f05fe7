import { LocalError } from "../base/mod.ts";
import { checkBundles } from "./check/check_bundles.ts";
import { checkContents } from "./check/check_contents.ts";
import { checkDatabase } from "./check/check_database.ts";
import { checkLeftovers } from "./check/check_leftovers.ts";
import {
  type CheckContext,
  damage,
  type StoreProblem,
} from "./check/store_problem.ts";

export type { CheckContext, StoreProblem } from "./check/store_problem.ts";

/** How thorough a check is, and what it does. */
export interface CheckOptions {
  /** Looks at the size of contents only, and reads none. Default: false. */
  isQuick?: boolean;
  /** Removes what only takes room. Default: false. */
  removesLeftovers?: boolean;
  /**
   * How long that must not have been touched, milliseconds. Default: a day
   * for what was never finished, an hour for contents of no file.
   */
  olderThanMs?: number;
  /** Ends it on the way. */
  signal?: AbortSignal;
}

/**
 * Compares everything in a store with everything else: the database with
 * itself, contents with their digests, bundles with their files, documents
 * and events with what they are made of. The store may be in use meanwhile.
 *
 * @throws {LocalError} when a directory cannot be read
 * @throws {CancelledError} when the signal is aborted
 */
export async function* checkStore(
  context: CheckContext,
  options: CheckOptions = {},
): AsyncGenerator<StoreProblem> {
  const {
    isQuick = false,
    removesLeftovers: removes = false,
    olderThanMs,
    signal,
  } = options;
  let isSound = true;
  for await (const problem of told("integrity", checkDatabase(context))) {
    isSound = false;
    yield problem;
  }
  yield* told("contents", checkContents(context, { isQuick, signal }));
  yield* told("bundles", checkBundles(context, { isQuick, signal }));
  // What a damaged database does not name may be of a file all the same.
  const leftovers = { removes: removes && isSound, olderThanMs };
  yield* told("leftovers", checkLeftovers(context, leftovers));
}

/** A database that cannot be read on is one of the problems. */
async function* told(
  lookedAt: string,
  problems: Iterable<StoreProblem> | AsyncIterable<StoreProblem>,
): AsyncGenerator<StoreProblem> {
  try {
    yield* problems;
  } catch (error) {
    const isDamaged = error instanceof LocalError && error.reason === "damaged";
    if (!isDamaged) throw error;
    yield damage("database", lookedAt, error.message);
  }
}
