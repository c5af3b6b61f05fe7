import { type ItemFailure, quote, RefusedError } from "../base/mod.ts";

/** Where a content comes from. */
export type ContentSource =
  | {
    /** Asked of a service. */
    kind: "request";
    /** The URL that leads to the bytes, through redirects. */
    url: string;
    /** Header fields of the request. */
    headers: Record<string, string>;
  }
  | {
    /** Known already. */
    kind: "bytes";
    /** The bytes. */
    bytes: Uint8Array;
  };

/** A file that somebody wants, and what is said of it. */
export interface WantedFile {
  /** What messages call it. */
  name: string;
  /** SHA-256 of the content, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
  /** Where the bytes come from. */
  source: ContentSource;
  /** Where it shall stand besides the store; undefined: only in the store. */
  target: string | undefined;
}

/** A content to have in the store, once, however many files have it. */
export interface PlannedContent {
  /** What messages call it: the name of the first file. */
  name: string;
  /** SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
  /** Where the bytes come from. */
  source: ContentSource;
  /** Everywhere it shall stand besides the store. */
  targets: string[];
}

/**
 * What a transfer works through. Both sequences may be gone through any
 * number of times and give the same each time, so a plan need not be in
 * memory.
 */
export interface TransferPlan {
  /** How many contents there are; each SHA-256 counts once. */
  contents: number;
  /** Their bytes, as far as they are known beforehand. */
  sizeBytes: number;
  /**
   * Which of the contents cannot be had, as far as that is known beforehand;
   * they are among the entries. Default none.
   */
  failures?: readonly ItemFailure[];
  /**
   * Whether an entry may name a content again that an earlier one has named,
   * for other places. Default false.
   */
  repeats?: boolean;
  /**
   * What is known without asking a service, to see what is there and whether
   * the rest will fit.
   */
  survey(): AsyncIterable<{ sha256: string; sizeBytes: number }>;
  /**
   * The contents, each SHA-256 once unless it `repeats`, in order; instead of
   * one, why it cannot be had.
   */
  entries(): AsyncIterable<PlannedContent | ItemFailure>;
}

/**
 * Decides what has to be fetched: each content once, in the order in which
 * it is first wanted.
 *
 * @throws {RefusedError} when one hash is given two sizes, or one place two
 * contents.
 */
export function planTransfer(wanted: Iterable<WantedFile>): PlannedContent[] {
  const contents = new Map<string, PlannedContent>();
  const places = new Map<string, string>();
  for (const { name, sha256, sizeBytes, source, target } of wanted) {
    const known = contents.get(sha256);
    if (known !== undefined && known.sizeBytes !== sizeBytes) {
      throw new RefusedError(
        `${quote(name)} and ${quote(known.name)} have one SHA-256 and two ` +
          `sizes (${sizeBytes} and ${known.sizeBytes} bytes)`,
      );
    }
    const content = known ?? { name, sha256, sizeBytes, source, targets: [] };
    contents.set(sha256, content);
    if (target === undefined || places.get(target) === sha256) continue;
    if (places.has(target)) {
      throw new RefusedError(
        `two different files are to be written to ${quote(target, 200)}`,
      );
    }
    places.set(target, sha256);
    content.targets.push(target);
  }
  return [...contents.values()];
}

/** The plan of contents that are all known, and of what cannot be had. */
export function planOf(
  contents: readonly PlannedContent[],
  failures: readonly ItemFailure[] = [],
): TransferPlan {
  return {
    contents: contents.length + failures.length,
    failures,
    sizeBytes: contents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    async *survey() {
      yield* contents;
    },
    async *entries() {
      yield* failures;
      yield* contents;
    },
  };
}
