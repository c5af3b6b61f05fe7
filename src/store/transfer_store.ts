import type { ContentState } from "./content_store.ts";

/** Bytes from `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  /** The first byte. */
  start: number;
  /** The byte after the last one. */
  end: number;
}

/** How a file came to its place. */
export type Placement = "linked" | "copied" | "there";

/** Where a content shall stand besides the store. */
export interface Placing {
  /** The paths, below the download directory. */
  targets: readonly string[];
  /** Whether another content that stands there is replaced. */
  force: boolean;
}

/** What {@linkcode TransferStore} is told of a content. */
export interface StoredContent {
  /** SHA-256, 64 lower-case hex digits. */
  sha256: string;
  /** Size in bytes. */
  sizeBytes: number;
}

/**
 * A content that arrives in pieces: a `.part` file beside its final path,
 * invisible until it is whole and verified, and a journal of what is in it.
 */
export interface PartialContent {
  /**
   * What was found of an earlier try: ascending, disjoint, none beyond the
   * size. The first one, if it starts at 0, was hashed again.
   */
  readonly found: readonly ByteRange[];
  /** The validator (strong ETag) of what was found; undefined if none. */
  readonly foundEtag: string | undefined;
  /**
   * Takes a piece and resolves, when it is written, to its buffer, to be used
   * again; until then the buffer is not the caller's. Several pieces may be
   * under way.
   *
   * @throws {LocalError} when the disk refuses
   */
  write(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  /** Forgets everything and begins with nothing, as from `etag`. */
  restart(etag: string | undefined): Promise<void>;
  /** The validator that the journal names from now on. */
  setEtag(etag: string | undefined): void;
  /**
   * Compares size and SHA-256, makes the bytes durable, gives them their
   * name and puts them to their places. The part is gone afterwards, also
   * when they do not match.
   *
   * @throws {IntegrityError} when it is not the content
   * @throws {LocalError} when the disk refuses
   */
  publish(placing: Placing): Promise<Placement>;
  /** Makes what is there durable and closes it, to be taken up later. */
  suspend(): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/**
 * The store of a transfer: contents by their SHA-256, each visible only when
 * it was verified, and the links to them.
 */
export interface TransferStore {
  /** The file that holds, or would hold, a content. */
  pathOf(sha256: string): string;
  /**
   * Makes the store's directory, and sees whether it can be written to.
   *
   * @throws {LocalError} when it cannot
   */
  prepare(): Promise<void>;
  /** Whether there is no store yet, so that nothing can be in it. */
  isEmpty(): Promise<boolean>;
  /** Looks at kind and size; the bytes are not read. */
  state(content: StoredContent): Promise<ContentState>;
  /** Reads the bytes and compares the SHA-256 too. */
  verify(content: StoredContent): Promise<ContentState>;
  /**
   * Stores a content that is in memory: compares the SHA-256 before anything
   * is written, then as {@linkcode PartialContent.publish}.
   *
   * @throws {IntegrityError | LocalError}
   */
  put(
    content: StoredContent,
    bytes: Uint8Array<ArrayBuffer>,
    placing: Placing,
  ): Promise<Placement>;
  /**
   * Puts a content that is there to its places, to each that can be had.
   *
   * @throws {LocalError} naming those that cannot be had, when all were tried;
   * at once when the disk takes no more
   */
  place(content: StoredContent, placing: Placing): Promise<Placement>;
  /**
   * Opens the part of a content, taking up what an earlier try left unless
   * `fresh` says that it is not to be trusted.
   */
  open(
    content: StoredContent,
    options?: { fresh?: boolean },
  ): Promise<PartialContent>;
  /** Removes what is left of parts of a content that is there. */
  tidy(content: StoredContent): Promise<void>;
  /** Bytes of a content that earlier runs left in parts on the disk. */
  leftoverBytes(content: StoredContent): Promise<number>;
  /** Bytes that may still be written; undefined if that cannot be told. */
  freeBytes(): Promise<number | undefined>;
  /**
   * Makes the directories that were made durable too. To be called when all
   * is done; a content and its places are durable within their directories
   * before.
   */
  settle(): Promise<void>;
  /** Ends what runs beside it. */
  close(): Promise<void>;
}
