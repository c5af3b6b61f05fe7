import { describeToken, readStoredLogin } from "../../auth/mod.ts";
import { HcaError } from "../../base/mod.ts";
import { loadConfig } from "../../config/mod.ts";
import type { Context } from "../context.ts";

/** Who is logged in, as far as this machine knows. */
export interface LoginState {
  /** Whose the token is; undefined when it does not say. */
  who: string | undefined;
  /** Where it is from. */
  source: string;
  /** When it expires, milliseconds since 1970; undefined: not known. */
  expiresAtMs: number | undefined;
  /** Whether it can be renewed without a person. */
  isRenewable: boolean;
}

/**
 * The login that requests of this run would use. Nothing is asked and
 * nothing renewed.
 *
 * @returns undefined when there is none, or it is for another service
 */
export async function readLoginState(
  context: Context,
): Promise<LoginState | undefined> {
  try {
    return await read(context);
  } catch (error) {
    // A damaged configuration is told by whatever needs it.
    if (error instanceof HcaError) return undefined;
    throw error;
  }
}

async function read(context: Context): Promise<LoginState | undefined> {
  const { environment, dss } = context;
  const { runtime: { clock, files }, variable } = environment;
  const given = variable("HCA_ACCESS_TOKEN");
  if (given !== undefined) {
    const source = "HCA_ACCESS_TOKEN";
    const { who } = describeToken(
      { token: given, source, isRenewable: false },
      clock.now(),
    );
    return {
      who: who ?? undefined,
      source,
      expiresAtMs: undefined,
      isRenewable: false,
    };
  }
  const source = "GOOGLE_APPLICATION_CREDENTIALS";
  if (variable(source) !== undefined) {
    const who = "service account";
    return { who, source, expiresAtMs: undefined, isRenewable: true };
  }
  const login = readStoredLogin(await loadConfig(files, environment));
  if (login === undefined) return undefined;
  const { service, accessToken, idToken, expiresAtMs } = login;
  if (service !== undefined && service !== await dss.serviceOrigin()) {
    return undefined;
  }
  const { who } = describeToken({
    token: accessToken,
    source: "login",
    isRenewable: false,
    ...(idToken !== undefined && { idToken }),
  }, clock.now());
  return {
    who: who ?? undefined,
    source: "stored login",
    expiresAtMs,
    isRenewable: login.refreshToken !== undefined &&
      login.provider !== undefined,
  };
}
