import { formatJson, isJsonObject, type Json } from "../../base/mod.ts";

/** The name of the column for rows that are no objects. */
const VALUE = "value";

/** The columns of some rows: all their keys, in the order of first sight. */
export function columnNames(rows: readonly Json[]): string[] {
  const names = new Set<string>();
  for (const row of rows) {
    for (const name of keysOf(row)) names.add(name);
  }
  return [...names];
}

/** The keys of a row; the positions in it, if it is a list. */
export function keysOf(row: Json): string[] {
  return isJsonObject(row) || Array.isArray(row) ? Object.keys(row) : [VALUE];
}

/** The value of a row in a column; undefined if it has none there. */
export function cellOf(row: Json, name: string): Json | undefined {
  if (!isJsonObject(row) && !Array.isArray(row)) {
    return name === VALUE ? row : undefined;
  }
  const cells = row as Readonly<Record<string, Json>>;
  return Object.hasOwn(cells, name) ? cells[name] : undefined;
}

/** A cell as text: nothing for null, JSON in one line for what is nested. */
export function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : formatJson(value, { indent: 0 });
}
