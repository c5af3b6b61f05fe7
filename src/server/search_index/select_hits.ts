import { compareCodePoints, type Database } from "../../base/mod.ts";
import type { DocumentSet } from "./document_set.ts";

/** What names a document, and by which hits are sorted, falling. */
export interface DocumentKey {
  /** The bundle's uuid. */
  uuid: string;
  /** The bundle's version. */
  version: string;
}

// Both join orders are fixed: the first table is the one that is walked.
const ORDER = "ORDER BY b.uuid DESC, b.version DESC LIMIT ?1";
const AFTER = "(b.uuid, b.version) < (?2, ?3)";
const WALK = `SELECT b.uuid, b.version, d.number
 FROM bundles b CROSS JOIN search_documents d ON d.bundle_id = b.id`;
const LOOK_UP = `SELECT b.uuid, b.version FROM json_each(?4) n
 CROSS JOIN search_documents d ON d.number = n.value
 CROSS JOIN bundles b ON b.id = d.bundle_id`;

/**
 * The first hits after a cursor. Where many documents match, keys are walked
 * in order until enough of them do; where few match, these are looked up and
 * sorted. The dearest case is in between: the number of rows read is then
 * some multiple of the root of `count` times `limit`.
 *
 * @param count how many documents there are
 */
export function selectHits(
  database: Database,
  matching: DocumentSet,
  count: number,
  page: { after: DocumentKey | undefined; limit: number },
): DocumentKey[] {
  const { size } = matching;
  if (size === 0 || page.limit <= 0) return [];
  const { limit } = page;
  const found: DocumentKey[] = [];
  let { after } = page;
  const stepRows = Math.max(limit, Math.ceil(limit * count / size));
  // Matches may lie close together, far from the cursor.
  for (let walked = 0; walked + stepRows <= 2 * size + limit;) {
    const step = walk(database, after, stepRows);
    for (const { number, ...key } of step) {
      if (matching.has(number)) found.push(key);
      if (found.length === limit) return found;
    }
    if (step.length < stepRows) return found;
    walked += step.length;
    after = step.at(-1);
  }
  const rest = lookUp(database, matching, after, limit - found.length);
  return found.concat(rest);
}

/** Sorts falling by uuid, then by version. */
export function compareFalling(a: DocumentKey, b: DocumentKey): number {
  return compareCodePoints(b.uuid, a.uuid) ||
    compareCodePoints(b.version, a.version);
}

function walk(
  database: Database,
  after: DocumentKey | undefined,
  limit: number,
): (DocumentKey & { number: number })[] {
  const rows = after === undefined
    ? database.prepare(`${WALK} ${ORDER}`).all(limit)
    : database.prepare(`${WALK} WHERE ${AFTER} ${ORDER}`)
      .all(limit, after.uuid, after.version);
  return rows.map((row) => ({
    uuid: String(row.uuid),
    version: String(row.version),
    number: Number(row.number),
  }));
}

function lookUp(
  database: Database,
  matching: DocumentSet,
  after: DocumentKey | undefined,
  limit: number,
): DocumentKey[] {
  const numbers = JSON.stringify([...matching]);
  return database.prepare(
    `${LOOK_UP} WHERE ?2 IS NULL OR ${AFTER} ${ORDER}`,
  ).all(limit, after?.uuid ?? null, after?.version ?? null, numbers)
    .map((row) => ({ uuid: String(row.uuid), version: String(row.version) }));
}
