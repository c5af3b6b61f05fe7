import type { KeyPath } from "./document_keys.ts";
import type { PostingKey } from "./posting_key.ts";

/** The keys of a path between two values of theirs. */
export interface KeyScan {
  /** Whose keys. */
  path: KeyPath;
  /** The first value, inclusive. */
  from: Uint8Array;
  /** The last value, exclusive. */
  to: Uint8Array;
  /** Bytes that values must contain, to look at fewer. */
  containing?: Uint8Array;
  /** Whether a key counts. Default: all do. */
  test?: (key: PostingKey) => boolean;
}

/** How to find the documents that match a query, without reading them. */
export type Plan =
  /** All documents. */
  | { type: "everything" }
  /** No document. */
  | { type: "nothing" }
  /** Those that have any of the keys. */
  | { type: "keys"; scans: KeyScan[] }
  /** Those that all of the plans find. */
  | { type: "all"; plans: Plan[] }
  /** Those that any of the plans finds. */
  | { type: "any"; plans: Plan[] }
  /** Those for which the weights of the plans that find them are enough. */
  | { type: "enough"; plans: { plan: Plan; weight: number }[]; minimum: number }
  /** Those of one plan that another one does not find. */
  | { type: "except"; plan: Plan; without: Plan };

/** No document. */
export const NOTHING: Plan = { type: "nothing" };

/** The plan of several scans; none find nothing. */
export function scanKeys(scans: KeyScan[]): Plan {
  return scans.length === 0 ? NOTHING : { type: "keys", scans };
}

/**
 * The plan of documents that at least `minimum` of several plans find; one
 * with a weight counts as that many.
 */
export function requireSome(
  plans: { plan: Plan; weight: number }[],
  minimum: number,
): Plan {
  const total = plans.reduce((sum, { weight }) => sum + weight, 0);
  if (minimum <= 0) return { type: "everything" };
  if (minimum > total) return NOTHING;
  const unweighted = plans.map(({ plan }) => plan);
  if (minimum === total) return { type: "all", plans: unweighted };
  if (minimum === 1) return { type: "any", plans: unweighted };
  return { type: "enough", plans, minimum };
}
