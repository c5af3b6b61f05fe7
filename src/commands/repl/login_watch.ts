import { findToken } from "../../auth/mod.ts";
import { type Clock, HcaError, messageOf } from "../../base/mod.ts";
import type { Context } from "../context.ts";
import { type LoginState, readLoginState } from "./login_state.ts";

// As long before the end as requests renew it.
const EARLY_MS = 60_000;
// A prompt that comes later than this is felt.
const PATIENCE_MS = 300;
// A clock that is wrong must not make us busy.
const LEAST_REST_MS = 1000;
// Timers take 31 bits.
const LONGEST_REST_MS = 2 ** 31 - 1;
// Whoever ends a session waits so long: a renewal that is cut off has spent
// the refresh token, and nobody knows the next one.
const FAREWELL_MS = 5000;

/** What a {@linkcode LoginWatch} works with. */
export interface LoginWatchOptions {
  /** Begins a run of its own, which the signal ends; its warnings are told. */
  open: (signal: AbortSignal) => Context;
  /** Says what has happened to the login. */
  announce: (text: string) => void;
  /** Called when the login is another than before, or has expired. */
  onChange: () => void;
  /** The time. */
  clock: Clock;
}

/**
 * Keeps an eye on the login of a session: one that is about to expire is
 * renewed, and one that has expired is told, once each. Nobody waits for a
 * provider that does not answer.
 */
export class LoginWatch implements AsyncDisposable {
  readonly #options: LoginWatchOptions;
  readonly #ending = new AbortController();
  #login: LoginState | undefined;
  #renewing: Promise<void> | undefined;
  #watching: Promise<void> | undefined;
  #wake: () => void = () => {};
  // The end that was told.
  #expired: number | undefined;
  // The login whose renewal has failed, and whether it had expired by then.
  #failed: { expiresAtMs: number | undefined; isLast: boolean } | undefined;

  /** Looks at nothing yet. */
  constructor(options: LoginWatchOptions) {
    this.#options = options;
  }

  /** The login, as it was found last. */
  get login(): LoginState | undefined {
    return this.#login;
  }

  /** Whether it has expired. */
  get isExpired(): boolean {
    const { clock } = this.#options;
    return (this.#login?.expiresAtMs ?? Infinity) <= clock.now();
  }

  /**
   * Looks at the stored login, and from then on keeps watching it. One that is
   * about to expire is renewed: first, if that is quick, else beside.
   */
  async check(): Promise<void> {
    await this.#look();
    this.#watching ??= this.#watch();
    this.#wake();
  }

  /** Ends the watch; a renewal that has been asked for gets a little time. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#wake();
    await this.#watching;
    if (this.#renewing !== undefined) await this.#atMost(FAREWELL_MS);
  }

  async #look(): Promise<void> {
    await this.#read();
    if (this.#restMs() > 0) return;
    if (this.#canRenew()) {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = undefined;
        this.#wake();
      });
      await this.#atMost(PATIENCE_MS);
    }
    if (this.#renewing === undefined) this.#tellEnd();
  }

  async #read(): Promise<void> {
    using context = this.#options.open(this.#ending.signal);
    this.#login = await readLoginState(context);
  }

  /** Whether there is a renewal to be tried: in time, and at the end. */
  #canRenew(): boolean {
    const { isRenewable = false, expiresAtMs } = this.#login ?? {};
    if (!isRenewable) return false;
    if (this.#failed?.expiresAtMs !== expiresAtMs) return true;
    return this.isExpired && !this.#failed?.isLast;
  }

  /** How long there is nothing to begin, milliseconds. */
  #restMs(): number {
    const { expiresAtMs, isRenewable } = this.#login ?? {};
    const isSettled = expiresAtMs === this.#expired ||
      this.#renewing !== undefined;
    if (expiresAtMs === undefined || isSettled) return Infinity;
    const leftMs = expiresAtMs - this.#options.clock.now();
    const isEarly = isRenewable && this.#failed?.expiresAtMs !== expiresAtMs;
    return isEarly ? leftMs - EARLY_MS : leftMs;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    const { clock, onChange } = this.#options;
    while (!signal.aborted) {
      const waking = new AbortController();
      this.#wake = () => waking.abort();
      const restMs = Math.max(LEAST_REST_MS, this.#restMs());
      await clock.sleep(Math.min(restMs, LONGEST_REST_MS), waking.signal);
      // Whoever woke us has looked himself.
      if (waking.signal.aborted) continue;
      await this.#look();
      onChange();
    }
  }

  /** Waits for the renewal, but no longer than this. */
  async #atMost(timeoutMs: number): Promise<void> {
    const patience = new AbortController();
    await Promise.race([
      this.#renewing,
      this.#options.clock.sleep(timeoutMs, patience.signal),
    ]);
    patience.abort();
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ending;
    const before = this.#login?.expiresAtMs;
    const isRepeated = this.#failed?.expiresAtMs === before;
    try {
      using context = this.#options.open(signal);
      await findToken(await context.dss.tokenSources());
      await this.#read();
    } catch (error) {
      if (!signal.aborted && !isRepeated) this.#tellFailure(error);
    }
    const after = this.#login?.expiresAtMs;
    if (after === before) {
      this.#failed = { expiresAtMs: before, isLast: this.isExpired };
      this.#tellEnd();
    } else this.#options.announce(`the login was renewed${until(after)}\n`);
    this.#options.onChange();
  }

  #tellFailure(error: unknown): void {
    const hint = error instanceof HcaError ? error.hint : undefined;
    const message = `the login was not renewed: ${messageOf(error)}`;
    this.#options.announce(`${message}${hint ? `. ${hint}` : ""}\n`);
  }

  #tellEnd(): void {
    const expiresAtMs = this.#login?.expiresAtMs;
    if (!this.isExpired || this.#expired === expiresAtMs) return;
    this.#expired = expiresAtMs;
    this.#options.announce("the login has expired; 'login' signs in again\n");
  }
}

function until(expiresAtMs: number | undefined): string {
  if (expiresAtMs === undefined) return "";
  return ` until ${new Date(expiresAtMs).toISOString()}`;
}
