import { AuthError, CancelledError, HcaError, quote } from "../base/mod.ts";
import {
  type ConfigLayer,
  exposedFiles,
  loadLayers,
  mergeLayers,
} from "../config/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import { readStoredLogin } from "./login_file.ts";
import { isRenewable, refreshLogin } from "./refresh_login.ts";
import type { StoredLogin } from "./stored_login.ts";
import type { FoundToken, TokenSource } from "./token_source.ts";

// Long enough for a request that begins now.
const EARLY_MS = 60_000;
// With less left a token may be refused before it arrives.
const LEAST_LEFT_MS = 10_000;
// A token that was renewed and is refused at once does not get better.
const RENEWAL_REST_MS = 10_000;
// How wrong the clock of a machine may be.
const CLOCK_ERROR_MS = 24 * 3600 * 1000;

/** A login that this process renewed. */
interface Renewed {
  login: StoredLogin;
  /** When, elapsed milliseconds. */
  atMs: number;
  /** How long before its expiry it is renewed again. */
  earlyMs: number;
}

/** The service that a login is wanted for. */
interface LoginService {
  origin: string;
  isShared?: boolean;
}

/**
 * The login that the configuration holds. It is renewed a minute before a
 * known expiry, and when the service has refused it, whatever the clock says.
 *
 * The clock of a machine may be wrong by a day: a token that has expired by
 * it, and that cannot be renewed, is still sent until a day later, because the
 * service knows better. After that it is not.
 */
export function createLoginSource(
  tools: AuthTools,
  service: LoginService,
): TokenSource {
  return new LoginSource(tools, service);
}

class LoginSource implements TokenSource {
  readonly name = "login";
  readonly #tools: AuthTools;
  readonly #service: LoginService;
  // Access tokens that we have exchanged for newer ones.
  readonly #spent = new Set<string>();
  #renewed: Renewed | undefined;
  #renewing: Promise<StoredLogin> | undefined;
  // The refresh token that the provider has refused, and how.
  #ended: { refreshToken: string | undefined; error: AuthError } | undefined;
  readonly #warnings = new Set<string>();

  constructor(tools: AuthTools, service: LoginService) {
    this.#tools = tools;
    this.#service = service;
  }

  async find(refused?: string): Promise<FoundToken | undefined> {
    const stored = await this.#read();
    if (stored === undefined) return undefined;
    this.#checkService(stored);
    const login = stored.accessToken === refused
      ? await this.#afterRefusal(stored)
      : await this.#beforeExpiry(stored);
    this.#checkService(login);
    const { accessToken, expiresAtMs, idToken } = login;
    return {
      token: accessToken,
      source: this.name,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      isRenewable: isRenewable(login),
      ...(idToken !== undefined && { idToken }),
    };
  }

  /** The login as it is now, stored or not. */
  async #read(): Promise<StoredLogin | undefined> {
    const { runtime, environment } = this.#tools;
    const layers = await loadLayers(runtime.files, environment);
    const stored = readStoredLogin(mergeLayers(layers));
    if (stored === undefined) return undefined;
    this.#warnOfExposedFiles(layers);
    // What could not be stored is newer than what is stored.
    return this.#spent.has(stored.accessToken)
      ? this.#renewed?.login ?? stored
      : stored;
  }

  async #afterRefusal(login: StoredLogin): Promise<StoredLogin> {
    const { clock } = this.#tools.runtime;
    const isRecent = this.#renewed?.login.accessToken === login.accessToken &&
      clock.elapsed() - this.#renewed.atMs < RENEWAL_REST_MS;
    return isRenewable(login) && !isRecent ? await this.#renew(login) : login;
  }

  async #beforeExpiry(login: StoredLogin): Promise<StoredLogin> {
    const { expiresAtMs = Infinity } = login;
    const leftMs = expiresAtMs - this.#tools.runtime.clock.now();
    if (leftMs > this.#earlyMs(login)) return login;
    if (!isRenewable(login)) {
      if (leftMs > -CLOCK_ERROR_MS) return login;
      throw expired(expiresAtMs);
    }
    try {
      return await this.#renew(login);
    } catch (error) {
      const isBearable = leftMs > LEAST_LEFT_MS && error instanceof HcaError &&
        !(error instanceof CancelledError);
      if (!isBearable) throw error;
      this.#warn(`the login was not renewed: ${error.message}`);
      return login;
    }
  }

  #earlyMs({ accessToken }: StoredLogin): number {
    return this.#renewed?.login.accessToken === accessToken
      ? this.#renewed.earlyMs
      : EARLY_MS;
  }

  /** All requests that want a renewal share one. */
  async #renew(login: StoredLogin): Promise<StoredLogin> {
    const ended = this.#ended;
    if (ended !== undefined && ended.refreshToken === login.refreshToken) {
      throw ended.error;
    }
    this.#renewing ??= this.#renewAlone(login)
      .finally(() => this.#renewing = undefined);
    return await this.#renewing;
  }

  async #renewAlone(login: StoredLogin): Promise<StoredLogin> {
    try {
      const read = () => this.#read();
      const renewed = await refreshLogin(this.#tools, login, read);
      this.#remember(login, renewed);
      return renewed;
    } catch (error) {
      if (error instanceof AuthError) {
        this.#ended = { refreshToken: login.refreshToken, error };
      }
      throw error;
    }
  }

  #remember(earlier: StoredLogin, login: StoredLogin): void {
    const { clock } = this.#tools.runtime;
    this.#spent.add(earlier.accessToken);
    const lifetimeMs = (login.expiresAtMs ?? Infinity) - clock.now();
    this.#renewed = {
      login,
      atMs: clock.elapsed(),
      // Not at once again where tokens live shorter than that.
      earlyMs: Math.min(EARLY_MS, lifetimeMs / 2),
    };
  }

  /** A token goes to the service that it was given for, and to no other. */
  #checkService({ service }: StoredLogin): void {
    const { origin, isShared = false } = this.#service;
    if (service === undefined || isShared) return;
    if ((URL.parse(service)?.origin ?? service) === origin) return;
    throw new AuthError(
      `the stored login is for ${quote(service, 200)} and is not sent to ` +
        quote(origin, 200),
      { hint: "Log in there with 'hca dss login'." },
    );
  }

  #warnOfExposedFiles(layers: readonly ConfigLayer[]): void {
    for (const { path, mode } of exposedFiles(layers)) {
      this.#warn(
        `${quote(path, 200)} holds a token and others may read it (mode ` +
          `${mode}); 'chmod 600' makes it private`,
      );
    }
  }

  /** Once, however many requests there are. */
  #warn(message: string): void {
    if (this.#warnings.has(message)) return;
    this.#warnings.add(message);
    this.#tools.runtime.log("WARNING", message);
  }
}

function expired(atMs: number): AuthError {
  const time = new Date(atMs).toISOString();
  return new AuthError(`the stored login expired at ${time}`, {
    hint: "Log in again with 'hca dss login'.",
  });
}
