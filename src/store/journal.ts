import {
  type FileSystem,
  formatJson,
  isJsonObject,
  type Json,
  messageOf,
} from "../base/mod.ts";
import { ByteRanges } from "./byte_ranges.ts";
import { journalName } from "./part_name.ts";
import type { ByteRange, StoredContent } from "./transfer_store.ts";

/** What is known of a part, written beside it. */
export interface Journal extends StoredContent {
  /** Strong ETag of the object that the bytes are of; undefined if none. */
  etag: string | undefined;
  /** The bytes that are durably in the part, ascending and disjoint. */
  ranges: readonly ByteRange[];
  /** The process that writes it; undefined if it has no name. */
  owner?: string | undefined;
  /** Whether its process let go of it. */
  released: boolean;
}

const VERSION = 1;
const MOST_RANGES = 100_000;

/** The text of a journal: one JSON object in one line. */
export function formatJournal(journal: Journal): string {
  const { sha256, sizeBytes, etag, ranges, owner, released } = journal;
  const json: Json = {
    version: VERSION,
    sha256,
    size: sizeBytes,
    etag: etag ?? null,
    ranges: ranges.map(({ start, end }) => [start, end]),
    owner: owner ?? null,
    released,
  };
  return `${formatJson(json, { indent: 0 })}\n`;
}

/**
 * Puts the text of a journal beside its part, all of it or nothing.
 *
 * @throws {LocalError} when the disk refuses
 */
export async function writeJournal(
  part: string,
  text: string,
  files: FileSystem,
): Promise<void> {
  const path = journalName(part);
  const fresh = `${path}.new`;
  const file = await files.create(fresh);
  try {
    await file.write(new TextEncoder().encode(text));
  } finally {
    file.close();
  }
  // Not synced: without it only some bytes are fetched again.
  await files.rename(fresh, path);
}

/**
 * Reads a journal. It comes from a disk that others may write to, or from a
 * version of hca not made yet: what does not fit the content is no journal.
 *
 * @returns undefined with the reason in `onBad` when it cannot be used
 */
export function parseJournal(
  text: string,
  content: StoredContent,
  onBad: (reason: string) => void = () => {},
): Journal | undefined {
  try {
    return checkedJournal(JSON.parse(text), content);
  } catch (error) {
    onBad(messageOf(error));
    return undefined;
  }
}

function checkedJournal(json: unknown, content: StoredContent): Journal {
  if (!isJsonObject(json)) throw new TypeError("it is not an object");
  const { version, sha256, size, etag, ranges, owner, released } = json;
  if (version !== VERSION) throw new TypeError("it is of another version");
  if (sha256 !== content.sha256 || size !== content.sizeBytes) {
    throw new TypeError("it is of another content");
  }
  if (etag !== null && !(typeof etag === "string" && isHeaderText(etag))) {
    throw new TypeError("its etag is not a header field");
  }
  return {
    ...content,
    etag: etag ?? undefined,
    ranges: checkedRanges(ranges, content.sizeBytes),
    owner: typeof owner === "string" ? owner : undefined,
    released: released === true,
  };
}

function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]{1,1000}$/.test(text);
}

function checkedRanges(value: unknown, sizeBytes: number): ByteRange[] {
  if (!Array.isArray(value) || value.length > MOST_RANGES) {
    throw new TypeError("it has no ranges");
  }
  const ranges = new ByteRanges();
  let last = 0;
  for (const pair of value) {
    const [start, end] = Array.isArray(pair) ? pair : [];
    const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) &&
      start >= last && end > start && end <= sizeBytes;
    if (!isRange) throw new TypeError("its ranges make no sense");
    ranges.add(start, end);
    last = end;
  }
  return [...ranges.ranges];
}
