/** A value that a column holds. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** One row, by column name. */
export type Row = Record<string, SqlValue>;

/** A prepared statement; parameters are bound by position. */
export interface Statement {
  /** Runs it and returns how many rows changed. */
  run(...parameters: SqlValue[]): number;
  /** The first row, or undefined. */
  get(...parameters: SqlValue[]): Row | undefined;
  /**
   * All rows. There is nothing that gives them one by one: what the runtime
   * has for that ends at a fault of the file as if there were no more rows.
   */
  all(...parameters: SqlValue[]): Row[];
}

/** An SQL database of one process, synchronous (SQLite). */
export interface Database {
  /** Runs one or more statements without parameters. */
  execute(sql: string): void;
  /** Prepares a statement once; the same text gives the same statement. */
  prepare(sql: string): Statement;
  /**
   * Runs `work` in one write transaction (BEGIN IMMEDIATE): all of it is
   * committed, or nothing if it throws. Must not be nested.
   */
  transaction<T>(work: () => T): T;
  /** Closes it; must not be used afterwards. */
  close(): void;
}
