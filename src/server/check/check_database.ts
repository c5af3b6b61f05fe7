import {
  type CheckContext,
  damage,
  type StoreProblem,
} from "./store_problem.ts";

/** Asks SQLite whether its file is sound and its references hold. */
export function* checkDatabase(
  { database }: CheckContext,
): Generator<StoreProblem> {
  for (const row of database.prepare("PRAGMA integrity_check").all()) {
    const detail = String(row.integrity_check);
    if (detail !== "ok") yield damage("database", "integrity", detail);
  }
  for (const row of database.prepare("PRAGMA foreign_key_check").all()) {
    yield damage(
      "database",
      String(row.table),
      `row ${row.rowid ?? "?"} refers to a row of ${row.parent} that is not ` +
        "there",
    );
  }
}
