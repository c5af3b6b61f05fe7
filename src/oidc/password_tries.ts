import type { Clock, Database } from "../base/mod.ts";
import { isSameSecret } from "./secret_text.ts";

const WINDOW_MS = 60_000;
const LIMIT = 10;

/** Compares passwords, and refuses to after ten wrong ones in a minute. */
export class PasswordTries {
  readonly #database: Database;
  readonly #clock: Clock;

  /** Uses the tables of a database, so that all processes count together. */
  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Compares a password in constant time; there is no empty password. */
  async check(
    given: string,
    password: string,
  ): Promise<"right" | "wrong" | "limited"> {
    // Counted before it is looked at: many at once are not more than one.
    const id = this.#take();
    if (id === undefined) return "limited";
    const isRight = await isSameSecret(given, password) && given !== "";
    if (isRight) this.#giveBack(id);
    return isRight ? "right" : "wrong";
  }

  /** How long after a `limited` answer the next try can be made, seconds. */
  get waitSeconds(): number {
    const row = this.#database
      .prepare("SELECT min(tried_at_ms) AS first FROM oidc_password_tries")
      .get();
    const endMs = Number(row?.first ?? 0) + WINDOW_MS;
    return Math.max(1, Math.ceil((endMs - this.#clock.now()) / 1000));
  }

  #take(): number | undefined {
    const now = this.#clock.now();
    return this.#database.transaction(() => {
      // A clock that was set back must not keep everybody out.
      this.#database.prepare(
        "DELETE FROM oidc_password_tries " +
          "WHERE tried_at_ms <= ? OR tried_at_ms > ?",
      ).run(now - WINDOW_MS, now);
      const row = this.#database
        .prepare("SELECT count(*) AS tries FROM oidc_password_tries").get();
      if (Number(row?.tries) >= LIMIT) return undefined;
      const added = this.#database.prepare(
        "INSERT INTO oidc_password_tries (tried_at_ms) VALUES (?) RETURNING id",
      ).get(now);
      return Number(added?.id);
    });
  }

  #giveBack(id: number): void {
    this.#database.transaction(() =>
      this.#database
        .prepare("DELETE FROM oidc_password_tries WHERE id = ?").run(id)
    );
  }
}
