import { quote, UsageError } from "../base/mod.ts";

/** One part of a work that several runs share. */
export interface Shard {
  /** Which part, 1 is the first. */
  index: number;
  /** How many parts there are. */
  count: number;
}

/**
 * Reads `2/8`, the second part of eight.
 *
 * @throws {UsageError} for anything else
 */
export function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)
    ?.map(Number) ?? [];
  return checkShard({ index, count }, text);
}

/**
 * Gives back a shard that is one.
 *
 * @param text how it was written, for the error
 * @throws {UsageError} when there is no such part
 */
export function checkShard(
  shard: Shard,
  text = `${shard.index}/${shard.count}`,
): Shard {
  const { index, count } = shard;
  const isShard = Number.isSafeInteger(index) && Number.isSafeInteger(count) &&
    index >= 1 && index <= count;
  if (isShard) return shard;
  throw new UsageError(`invalid shard ${quote(text)}`, {
    hint: "A shard is written i/n, as 2/8 for the second of eight.",
  });
}

/**
 * Whether a key belongs to a shard: FNV-1a (32 bits) of its UTF-16 units
 * modulo the number of shards. This never changes, so that runs of different
 * versions of hca can share a manifest.
 *
 * @param shard undefined: everything belongs
 */
export function isInShard(key: string, shard: Shard | undefined): boolean {
  if (shard === undefined) return true;
  return fnv1a(key) % shard.count === shard.index - 1;
}

/** FNV-1a of the code units of ASCII text, 32 bits (RFC 9923). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
