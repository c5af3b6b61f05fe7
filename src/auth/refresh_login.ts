import {
  AuthError,
  directoryName,
  type Json,
  LocalError,
  type ServiceAnswer,
  throwIfAborted,
} from "../base/mod.ts";
import {
  changeConfigFile,
  type FileLock,
  ownConfigFile,
  readConfigFile,
  TOKEN_KEY,
  withFileLock,
} from "../config/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import { storeLogin } from "./login_file.ts";
import type { StoredLogin } from "./stored_login.ts";
import { requestToken, TokenRefused } from "./token_endpoint.ts";

// The request takes 20 s at most, and so does storing what it brings.
const STALE_MS = 45_000;
const PATIENCE_MS = 60_000;
// A token with less left may be refused before it arrives.
const LEAST_LEFT_MS = 10_000;
const HINT = "Log in with 'hca dss login'.";

/** Whether a login can be renewed without a person. */
export function isRenewable(login: StoredLogin): boolean {
  return login.refreshToken !== undefined && login.provider !== undefined;
}

/**
 * Renews a login at the provider that gave it (RFC 6749, section 6) and
 * stores the new one. Processes that do so at the same time wait for one
 * another, and those that waited take what the first one stored: a provider
 * that sees a refresh token twice ends the login (RFC 9700, section 2.2.2).
 *
 * A signal of the user does not end the request once it is sent, for then
 * nobody would know the new refresh token.
 *
 * @param login the login that is to be renewed
 * @param readLogin reads the login as it is now
 * @returns the login to use from now on; a warning tells when it could not be
 * stored
 * @throws {AuthError} when the provider has ended the login, or the user has
 * @throws {ServiceError | NetworkError | RefusedError} from the provider
 * @throws {LocalError} with reason `busy` when others hold the lock too long
 * @throws {CancelledError} when the signal is aborted
 */
export async function refreshLogin(
  tools: AuthTools,
  login: StoredLogin,
  readLogin: () => Promise<StoredLogin | undefined>,
): Promise<StoredLogin> {
  const { runtime, environment, signal } = tools;
  const path = ownConfigFile(environment);
  let hasBegun = false;
  const work = async (lock?: FileLock) => {
    hasBegun = true;
    return await refreshAlone(tools, { login, readLogin, path, lock });
  };
  try {
    await runtime.files.makeDirectory(directoryName(path), { mode: 0o700 });
    return await withFileLock(runtime, `${path}.refresh.lock`, work, {
      staleMs: STALE_MS,
      patienceMs: PATIENCE_MS,
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    const isReadOnly = !hasBegun && error instanceof LocalError &&
      error.reason !== "busy";
    if (!isReadOnly) throw error;
    // A place that cannot be written to is no reason to refuse the run.
    runtime.log("DEBUG", `renewing without a lock: ${error.message}`);
    return await work();
  }
}

interface Renewal {
  login: StoredLogin;
  readLogin: () => Promise<StoredLogin | undefined>;
  /** The file that keeps the new one. */
  path: string;
  /** None when the place of the configuration cannot be written to. */
  lock: FileLock | undefined;
}

async function refreshAlone(
  tools: AuthTools,
  { login, readLogin, path, lock }: Renewal,
): Promise<StoredLogin> {
  const before = await readToken(tools, path);
  const current = await readLogin();
  if (current === undefined) {
    throw new AuthError("the login was removed meanwhile", { hint: HINT });
  }
  if (isNewer(tools, current, login)) return current;
  throwIfAborted(tools.signal);
  await lock?.check();
  try {
    const renewed = await requestNext(tools, current);
    await store(tools, path, renewed, before);
    return renewed;
  } catch (error) {
    const hasEnded = error instanceof TokenRefused &&
      error.reason === "invalid_grant";
    if (!hasEnded) throw error;
    // Somebody who knows nothing of our lock may have renewed it.
    const latest = await readLogin();
    const isOther = latest !== undefined && isNewer(tools, latest, current);
    if (isOther) return latest;
    throw ended(error.reason, error.answer);
  }
}

/** Whether a login is not the one that is to be renewed, and good enough. */
function isNewer(
  { runtime }: AuthTools,
  login: StoredLogin,
  than: StoredLogin,
): boolean {
  const { accessToken, expiresAtMs = Infinity } = login;
  return accessToken !== than.accessToken &&
    expiresAtMs - runtime.clock.now() > LEAST_LEFT_MS;
}

/** Asks for the next login; what does not come stays as it was. */
async function requestNext(
  { runtime }: AuthTools,
  login: StoredLogin,
): Promise<StoredLogin> {
  const { refreshToken, provider, expiresAtMs: _old, ...others } = login;
  if (refreshToken === undefined || provider === undefined) {
    throw ended("it cannot be renewed");
  }
  const { accessToken, idToken, expiresAtMs, refreshToken: next } =
    await requestToken({ runtime }, provider, {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
  return {
    ...others,
    provider,
    accessToken,
    refreshToken: next ?? refreshToken,
    ...(idToken !== undefined && { idToken }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

/**
 * Stores a renewed login, unless the file says something else by now: the
 * user has logged in or out then. What cannot be kept is still used.
 */
async function store(
  { runtime }: AuthTools,
  path: string,
  login: StoredLogin,
  before: string,
): Promise<void> {
  try {
    await changeConfigFile(
      runtime,
      path,
      (own) => textOf(own[TOKEN_KEY]) === before ? storeLogin(own, login) : own,
    );
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    runtime.log(
      "WARNING",
      `the login was renewed, but the new one cannot be kept: ` +
        `${error.message}; this run goes on with it, the next one may have ` +
        "to log in again",
    );
  }
}

async function readToken(
  { runtime }: AuthTools,
  path: string,
): Promise<string> {
  const layer = await readConfigFile(runtime.files, path);
  return textOf(layer?.content[TOKEN_KEY]);
}

function textOf(value: Json | undefined): string {
  return JSON.stringify(value ?? null);
}

function ended(reason: string, answer?: ServiceAnswer): AuthError {
  return new AuthError(`the login has ended (${reason})`, {
    hint: HINT,
    ...(answer !== undefined && { answer }),
  });
}
