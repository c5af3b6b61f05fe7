import type { Clock, Database, Json, Row } from "../../base/mod.ts";
import type { Task, TaskOutcome } from "./task.ts";

// A process that dies leaves its tasks for as long as this.
const LEASE_MS = 60_000;
// No lease is as long: it is from before the clock was set back.
const STALE_LEASE_MS = 600_000;

/** A task that this process does, and what proves it. */
export interface LeasedTask {
  /** The task. */
  task: Task;
  /** Of this process and this turn alone. */
  lease: string;
}

/** Tasks in SQL: of several processes one does each, by a lease. */
export class TaskTable {
  readonly #database: Database;
  readonly #clock: Clock;

  /** Works on a database that has the table `tasks`. */
  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Adds a task; part of the transaction that is open, if there is one. */
  add(
    kind: string,
    payload: Json,
    { id, runAtMs }: { id: string; runAtMs: number },
  ): void {
    this.#database.prepare(
      `INSERT INTO tasks (id, kind, payload, run_at_ms, created_at_ms)
       VALUES (?, ?, ?, ?, ?)`,
    ).run(id, kind, JSON.stringify(payload), Math.floor(runAtMs), this.#nowMs);
  }

  /** Takes a task away, whoever does it. */
  remove(id: string): void {
    this.#database.prepare("DELETE FROM tasks WHERE id = ?").run(id);
  }

  /** Lets tasks that nobody does yet be due at a time, unless they are later. */
  postpone(ids: readonly string[], atMs: number): void {
    this.#database.prepare(
      `UPDATE tasks SET run_at_ms = ?1
       WHERE id IN (SELECT value FROM json_each(?2))
         AND run_at_ms < ?1 AND leased_until_ms <= ?3`,
    ).run(Math.floor(atMs), JSON.stringify(ids), this.#nowMs);
  }

  /** How many there are, of a kind or at all, due or not. */
  count(kind?: string): number {
    const row = this.#database.prepare(
      "SELECT count(*) AS n FROM tasks WHERE ?1 IS NULL OR kind = ?1",
    ).get(kind ?? null);
    return Number(row?.n ?? 0);
  }

  /**
   * Takes the oldest task that is due and that nobody works on.
   *
   * @param otherThan kinds that are left out
   */
  lease(otherThan: readonly string[]): LeasedTask | undefined {
    const database = this.#database;
    const nowMs = this.#nowMs;
    const given = [nowMs, nowMs + STALE_LEASE_MS, JSON.stringify(otherThan)];
    // Reading first: most of the time nothing is due.
    const statement = database.prepare(
      `SELECT * FROM tasks WHERE run_at_ms <= ?1
         AND (leased_until_ms <= ?1 OR leased_until_ms > ?2)
         AND kind NOT IN (SELECT value FROM json_each(?3))
       ORDER BY run_at_ms LIMIT 1`,
    );
    if (statement.get(...given) === undefined) return undefined;
    const lease = crypto.randomUUID();
    const row = database.transaction(() => {
      const found = statement.get(...given);
      if (found === undefined) return undefined;
      database.prepare(
        `UPDATE tasks SET lease = ?, leased_until_ms = ?,
         attempts = attempts + 1 WHERE id = ?`,
      ).run(lease, nowMs + LEASE_MS, found.id ?? "");
      return found;
    });
    return row && { task: toTask(row), lease };
  }

  /** Keeps a lease. */
  renew({ task, lease }: LeasedTask): void {
    this.#database.prepare(
      "UPDATE tasks SET leased_until_ms = ? WHERE id = ? AND lease = ?",
    ).run(this.#nowMs + LEASE_MS, task.id, lease);
  }

  /** Ends a lease; without an outcome somebody else begins the task again. */
  settle({ task, lease }: LeasedTask, outcome: TaskOutcome | undefined): void {
    if (outcome?.kind === "done") {
      this.#database.prepare("DELETE FROM tasks WHERE id = ? AND lease = ?")
        .run(task.id, lease);
      return;
    }
    const payload = outcome?.payload ?? task.payload;
    const atMs = outcome?.atMs ?? 0;
    const uncounted = outcome?.isUncounted ? 1 : 0;
    this.#database.prepare(
      `UPDATE tasks SET lease = NULL, leased_until_ms = 0, payload = ?,
       run_at_ms = max(run_at_ms, ?), attempts = attempts - ?
       WHERE id = ? AND lease = ?`,
    ).run(
      ...[JSON.stringify(payload), Math.floor(atMs), uncounted],
      ...[task.id, lease],
    );
  }

  get #nowMs(): number {
    return Math.floor(this.#clock.now());
  }
}

function toTask(row: Row): Task {
  return {
    id: String(row.id),
    kind: String(row.kind),
    payload: JSON.parse(String(row.payload)) as Json,
    attempts: Number(row.attempts),
    createdAtMs: Number(row.created_at_ms),
  };
}
