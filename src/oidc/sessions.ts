import type { Clock, Database, Row } from "../base/mod.ts";

/** What a person chooses who is in no group: the tokens then name none. */
export const NO_GROUP = "none";

/** Who signed in, and to what. */
export interface Login {
  /** The provider under the address that was used, with its final slash. */
  issuer: string;
  /** The person. */
  email: string;
  /** Their group; undefined or {@linkcode NO_GROUP}: none. */
  group: string | undefined;
  /** What was granted. */
  scopes: readonly string[];
}

/** A login that lasts: every token of it names it and ends with it. */
export interface Session extends Login {
  /** Its id, the claim `sid`. */
  id: string;
  /** When the person gave the password, seconds since 1970. */
  authenticatedAtSeconds: number;
}

/**
 * The logins of the store. What writes must be called in a transaction, but
 * for {@linkcode Sessions.end}.
 */
export class Sessions {
  readonly #database: Database;
  readonly #clock: Clock;

  /** Uses the tables of a database. */
  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Begins a session that ends at a moment unless it is extended. */
  begin(login: Login, expiresAtMs: number): Session {
    const { issuer, email, group, scopes } = login;
    const id = crypto.randomUUID();
    const authenticatedAtSeconds = Math.floor(this.#clock.now() / 1000);
    this.#database.prepare(
      "INSERT INTO oidc_sessions (id, issuer, email, user_group, scopes, " +
        "authenticated_at_s, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ).run(
      ...[id, issuer, email, group ?? null, scopes.join(" ")],
      ...[authenticatedAtSeconds, expiresAtMs],
    );
    return { id, issuer, email, group, scopes, authenticatedAtSeconds };
  }

  /** Lets a session last until a moment at least. */
  extend(id: string, expiresAtMs: number): void {
    this.#database.prepare(
      "UPDATE oidc_sessions SET expires_at_ms = max(expires_at_ms, ?) " +
        "WHERE id = ?",
    ).run(expiresAtMs, id);
  }

  /** The session of an id, unless it has ended. */
  find(id: string): Session | undefined {
    const row = this.#database.prepare(
      "SELECT * FROM oidc_sessions WHERE id = ? AND expires_at_ms > ?",
    ).get(id, this.#clock.now());
    return row && parseSession(row);
  }

  /** Ends a session and with it everything that was made of it. */
  remove(id: string): void {
    this.#database.prepare("DELETE FROM oidc_sessions WHERE id = ?").run(id);
  }

  /** {@linkcode Sessions.remove} in a transaction of its own. */
  end(id: string): void {
    this.#database.transaction(() => this.remove(id));
  }

  /** Forgets what has expired. */
  purge(): void {
    const now = this.#clock.now();
    this.#database
      .prepare("DELETE FROM oidc_sessions WHERE expires_at_ms <= ?").run(now);
    this.#database
      .prepare("DELETE FROM oidc_refresh_tokens WHERE expires_at_ms <= ?")
      .run(now);
  }
}

function parseSession(row: Row): Session {
  const { user_group: group } = row;
  return {
    id: String(row.id),
    issuer: String(row.issuer),
    email: String(row.email),
    group: group === null ? undefined : String(group),
    scopes: String(row.scopes).split(" "),
    authenticatedAtSeconds: Number(row.authenticated_at_s),
  };
}
