import {
  describeToken,
  type FoundToken,
  isRenewable,
  notLoggedIn,
  readStoredLogin,
  type TokenSource,
} from "../../auth/mod.ts";
import { loadConfig } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { readLayers } from "../config/own_config.ts";
import type { Context } from "../context.ts";
import { SERVICE, signedService } from "./signed_service.ts";

/** `hca auth status`. */
export const status: Command = {
  name: "status",
  summary: "Say who is logged in, until when, and by what.",
  description:
    "Asks neither the service nor the provider: what is shown is what the " +
    "token says of itself, unverified. Only the API document is read, if " +
    "none is kept, to sign a service account's token with no configured " +
    "audience. Nothing is renewed, and the token is not shown. `service` is the origin that the login is for, " +
    "`renewable` whether another token can be had without a person. Exit " +
    "status 4 if nobody is logged in.",
  examples: ["hca auth status", "hca auth status --service auth"],
  options: [SERVICE],
  async run(context, values) {
    const { origin, sources } = await signedService(values, context);
    // Warns of a file that others may read.
    await readLayers(context);
    const found = await findOffline(sources, context);
    if (found === undefined) throw notLoggedIn();
    const nowMs = context.environment.runtime.clock.now();
    const { token, service = origin } = found;
    await context.printJson({ service, ...describeToken(token, nowMs) });
  },
};

interface Standing {
  token: FoundToken;
  /** The origin that a stored login is for. */
  service?: string;
}

/** The token of the first source that has one, without a request. */
async function findOffline(
  sources: readonly TokenSource[],
  context: Context,
): Promise<Standing | undefined> {
  for (const source of sources) {
    if (source.name === "login") return await storedLogin(context);
    const token = await source.find();
    if (token !== undefined) return { token };
  }
  return undefined;
}

/** As it is: the source itself would renew it. */
async function storedLogin(
  { environment }: Context,
): Promise<Standing | undefined> {
  const { files } = environment.runtime;
  const login = readStoredLogin(await loadConfig(files, environment));
  if (login === undefined) return undefined;
  const { accessToken, idToken, expiresAtMs, service } = login;
  const token: FoundToken = {
    token: accessToken,
    source: "login",
    isRenewable: isRenewable(login),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(idToken !== undefined && { idToken }),
  };
  return { token, ...(service !== undefined && { service }) };
}
