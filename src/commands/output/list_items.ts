import { isJsonObject, type Json, valueAt } from "../../base/mod.ts";

// The key under which the DSS keeps a list when no header says another.
const DEFAULT_CONTENT_KEY = "results";

/**
 * The list that an answer is about: the answer itself, or what is at its
 * content key; undefined when it has none.
 *
 * @param contentKey dotted path, as in `bundle.files`; null: `results`
 */
export function listOf(
  value: Json,
  contentKey: string | null,
): Json[] | undefined {
  if (Array.isArray(value)) return value;
  const list = valueAt(value, contentKey ?? DEFAULT_CONTENT_KEY);
  return Array.isArray(list) ? list : undefined;
}

/**
 * The rows that a value is as a table: its list; else, of an object with one
 * member that is a list, that list; else a row for each member of the object;
 * else the value alone.
 */
export function rowsOf(value: Json, contentKey: string | null): Json[] {
  const list = listOf(value, contentKey);
  if (list !== undefined) return list;
  if (!isJsonObject(value)) return [value];
  const members = Object.entries(value);
  const [only] = members;
  if (members.length === 1 && Array.isArray(only?.[1])) return only[1];
  return members.map(([key, member]) => ({ key, value: member }));
}
