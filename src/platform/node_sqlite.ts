import {
  type Database,
  LocalError,
  type Row,
  type SqlValue,
  type Statement,
} from "../base/mod.ts";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { localError } from "./local_error.ts";
import { sqliteError } from "./_sqlite_error.ts";

// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT_MS = 30_000;

const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Opens or creates an SQLite database with write-ahead logging and foreign
 * keys on.
 *
 * @param path the file; `:memory:` for one that lives in memory
 * @throws {LocalError} when the file cannot be opened or is not a database.
 */
export function openSqlite(path: string): Database {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, {
      enableForeignKeyConstraints: true,
    });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec("PRAGMA journal_mode = WAL");
    // FULL: an acknowledged write survives a power cut, not only a crash.
    database.exec("PRAGMA synchronous = FULL");
    // macOS has a sync that reaches the disk and one that does not.
    database.exec("PRAGMA fullfsync = ON");
    // The log grows while somebody reads for long, and gives it back then.
    database.exec(`PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
  } catch (cause) {
    database?.close();
    const error = sqliteError("cannot open", path, cause);
    throw error instanceof LocalError
      ? error
      : localError("cannot open the database", path, cause);
  }
  return new SqliteDatabase(database, path);
}

class SqliteDatabase implements Database {
  readonly #database: DatabaseSync;
  readonly #attempt: Attempt;
  readonly #statements = new Map<string, Statement>();

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#attempt = (work) => {
      try {
        return work();
      } catch (cause) {
        throw sqliteError("cannot use", path, cause);
      }
    };
  }

  execute(sql: string): void {
    this.#attempt(() => this.#database.exec(sql));
  }

  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      const prepared = this.#attempt(() => this.#database.prepare(sql));
      statement = new SqliteStatement(prepared, this.#attempt);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  transaction<T>(work: () => T): T {
    this.execute("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.execute("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // Some failures (disk full, OR ROLLBACK) end the transaction themselves;
      // the first error is the one that matters.
      return;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/** Does something with SQLite and tells whose fault a failure is. */
type Attempt = <T>(work: () => T) => T;

class SqliteStatement implements Statement {
  readonly #statement: StatementSync;
  readonly #attempt: Attempt;

  constructor(statement: StatementSync, attempt: Attempt) {
    this.#statement = statement;
    this.#attempt = attempt;
  }

  run(...parameters: SqlValue[]): number {
    return this.#attempt(() =>
      Number(this.#statement.run(...parameters).changes)
    );
  }

  get(...parameters: SqlValue[]): Row | undefined {
    return this.#attempt(() =>
      this.#statement.get(...parameters) as Row | undefined
    );
  }

  all(...parameters: SqlValue[]): Row[] {
    return this.#attempt(() => this.#statement.all(...parameters) as Row[]);
  }
}
