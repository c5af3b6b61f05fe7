import type { Clock, Database, Row } from "../base/mod.ts";
import { challengeOf } from "./pkce.ts";
import { newSecret, type RefreshTokens } from "./refresh_tokens.ts";
import { OFFLINE_ACCESS } from "./scopes.ts";
import { sha256Text } from "./secret_text.ts";
import type { Login, Session, Sessions } from "./sessions.ts";

// RFC 6749, section 4.1.2, allows ten minutes; people carry codes by hand.
const LIFETIME_MS = 5 * 60_000;

/** What a code is bound to. */
export interface CodeBinding {
  /** Where it is sent. */
  redirectUri: string;
  /** The S256 challenge (RFC 7636, section 4.2). */
  challenge: string;
  /** What the ID token has to repeat. */
  nonce: string | undefined;
}

/** What the program says when it brings a code. */
export interface CodeRedemption {
  /** The code. */
  code: string;
  /** The address that it came to. */
  redirectUri: string;
  /** The answer to the challenge. */
  verifier: string;
}

/** What a code was exchanged for. */
export interface RedeemedCode {
  /** The session that begins. */
  session: Session;
  /** What the ID token has to repeat. */
  nonce: string | undefined;
  /** The first refresh token, if one was granted. */
  refreshToken: string | undefined;
}

/** The authorization codes: good for a minute and for one try. */
export class AuthorizationCodes {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #refreshTokens: RefreshTokens;

  /** Uses the tables of a database. */
  constructor(
    database: Database,
    clock: Clock,
    sessions: Sessions,
    refreshTokens: RefreshTokens,
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#sessions = sessions;
    this.#refreshTokens = refreshTokens;
  }

  /** Makes a code for a login. */
  async issue(login: Login, binding: CodeBinding): Promise<string> {
    const { text, sha256 } = await newSecret();
    const { redirectUri, challenge, nonce = null } = binding;
    this.#database.transaction(() => {
      this.#sessions.purge();
      const { id } = this.#sessions
        .begin(login, this.#clock.now() + LIFETIME_MS);
      this.#database.prepare(
        "INSERT INTO oidc_codes (sha256, session_id, redirect_uri, " +
          "challenge, nonce) VALUES (?, ?, ?, ?, ?)",
      ).run(sha256, id, redirectUri, challenge, nonce);
    });
    return text;
  }

  /**
   * Exchanges a code. The first try spends it, right or wrong; a second one
   * shows that two have it, and ends what the first made (RFC 6749, section
   * 4.1.2).
   *
   * @param accessUntilMs how long the session must last for its access token
   * @returns undefined when the code is unknown, expired or used, or was made
   * for another address or verifier
   */
  async redeem(
    { code, redirectUri, verifier }: CodeRedemption,
    accessUntilMs: number,
  ): Promise<RedeemedCode | undefined> {
    const sha256 = await sha256Text(code);
    const challenge = await challengeOf(verifier);
    const refresh = await newSecret();
    return this.#database.transaction(() => {
      this.#sessions.purge();
      const row = this.#database
        .prepare("SELECT * FROM oidc_codes WHERE sha256 = ?").get(sha256);
      if (row === undefined) return undefined;
      const session = this.#sessions.find(String(row.session_id));
      const isRight = row.is_used === 0 && row.redirect_uri === redirectUri &&
        row.challenge === challenge;
      if (session === undefined || !isRight) {
        return void this.#sessions.remove(String(row.session_id));
      }
      this.#use(row, accessUntilMs);
      const isOffline = session.scopes.includes(OFFLINE_ACCESS);
      if (isOffline) this.#refreshTokens.add(refresh, session.id);
      return {
        session,
        nonce: row.nonce === null ? undefined : String(row.nonce),
        refreshToken: isOffline ? refresh.text : undefined,
      };
    });
  }

  #use(row: Row, accessUntilMs: number): void {
    this.#database.prepare(
      "UPDATE oidc_codes SET is_used = 1 WHERE sha256 = ?",
    ).run(row.sha256 ?? null);
    this.#sessions.extend(String(row.session_id), accessUntilMs);
  }
}
