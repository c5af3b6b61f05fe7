import { type Clock, type Database, randomText } from "../base/mod.ts";
import { OAuthError } from "./oauth_error.ts";
import { sha256Text } from "./secret_text.ts";
import type { Session, Sessions } from "./sessions.ts";

const LIFETIME_MS = 30 * 24 * 3600 * 1000;

/** A new secret and what is kept of it. */
export interface NewSecret {
  /** What is given away. */
  text: string;
  /** What is kept. */
  sha256: string;
}

/** Draws a secret of 256 bits. */
export async function newSecret(): Promise<NewSecret> {
  const text = randomText();
  return { text, sha256: await sha256Text(text) };
}

/** What a refresh token was exchanged for. */
export interface Rotation {
  /** The session, which goes on. */
  session: Session;
  /** The next refresh token. */
  refreshToken: string;
}

/** The refresh tokens of the sessions: each is good for one use. */
export class RefreshTokens {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #sessions: Sessions;

  /** Uses the tables of a database. */
  constructor(database: Database, clock: Clock, sessions: Sessions) {
    this.#database = database;
    this.#clock = clock;
    this.#sessions = sessions;
  }

  /** Keeps a token and lets its session last as long; in a transaction. */
  add({ sha256 }: NewSecret, sessionId: string): void {
    const expiresAtMs = this.#clock.now() + LIFETIME_MS;
    this.#database.prepare(
      "INSERT INTO oidc_refresh_tokens (sha256, session_id, expires_at_ms) " +
        "VALUES (?, ?, ?)",
    ).run(sha256, sessionId, expiresAtMs);
    this.#sessions.extend(sessionId, expiresAtMs);
  }

  /**
   * Exchanges a token for the next one. One that was exchanged before is in
   * two hands, and nobody knows whose is the honest one: the session ends
   * (RFC 9700, section 4.14.2).
   *
   * @param scopes what is wanted of what was granted
   * @returns undefined when it is not a token of a session
   * @throws {OAuthError} `invalid_scope` when more is wanted; the token is
   * still good then
   */
  async rotate(
    token: string,
    scopes: readonly string[] = [],
  ): Promise<Rotation | undefined> {
    const sha256 = await sha256Text(token);
    const next = await newSecret();
    return this.#database.transaction(() => {
      this.#sessions.purge();
      const found = this.#find(sha256);
      if (found === undefined) return undefined;
      const { session, isUsed } = found;
      if (isUsed) return void this.#sessions.remove(session.id);
      checkScopes(scopes, session);
      this.#database.prepare(
        "UPDATE oidc_refresh_tokens SET is_used = 1 WHERE sha256 = ?",
      ).run(sha256);
      this.add(next, session.id);
      return { session, refreshToken: next.text };
    });
  }

  /** The session of a token, used or not. */
  async sessionOf(token: string): Promise<Session | undefined> {
    return this.#find(await sha256Text(token))?.session;
  }

  #find(sha256: string): { session: Session; isUsed: boolean } | undefined {
    const row = this.#database.prepare(
      "SELECT session_id, is_used FROM oidc_refresh_tokens WHERE sha256 = ?",
    ).get(sha256);
    const session = row && this.#sessions.find(String(row.session_id));
    return session && { session, isUsed: row.is_used !== 0 };
  }
}

function checkScopes(asked: readonly string[], { scopes }: Session): void {
  if (asked.every((name) => scopes.includes(name))) return;
  throw new OAuthError("invalid_scope", "The scope is more than was granted.");
}
