import {
  readStoredLogin,
  type StoredLogin,
  storeLogin,
} from "../../auth/mod.ts";
import { UsageError } from "../../base/mod.ts";
import { loadConfig } from "../../config/mod.ts";
import type { Command, Values } from "../command.ts";
import { changeOwnConfig } from "../config/own_config.ts";
import type { Context } from "../context.ts";
import { logInEmbedded } from "./login_embedded.ts";
import { logInAtProvider } from "./login_provider.ts";

const STANDARD_INPUT = "-";

// All header fields together may be as long at the largest load balancers.
const TOKEN_LIMIT_CHARACTERS = 64 * 1024;

/** `hca dss login`. */
export const login: Command = {
  name: "login",
  summary: "Sign in, for the commands that need it.",
  description:
    "Opens the sign-in page of the service in a browser and waits for its " +
    "answer; --remote is for a machine without a browser, --access-token for " +
    "a token from elsewhere. The embedded service needs none of that: who " +
    "can write to its directory is signed in at once. What comes of it is " +
    "kept in the user's configuration file, which only its owner may read, " +
    "in the place where the old client kept it.",
  examples: [
    "hca dss login",
    "hca dss login --remote",
    "hca dss login --access-token - < token.txt",
  ],
  options: [
    {
      name: "access-token",
      description: "A token to store; '-' reads it from standard input, so " +
        "that it stays out of the history of the shell.",
    },
    {
      name: "remote",
      description: "Sign in with a browser on another machine: it shows a " +
        "code, which is asked for here.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "no-browser",
      description: "Only print the address of the sign-in page.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "port",
      description: "Port of this machine that the browser comes back to. " +
        "Default: a free one, or the one that the provider knows.",
      type: "integer",
      minimum: 1,
      maximum: 65_535,
    },
    {
      name: "timeout",
      description: "How long to wait for the browser, in seconds.",
      type: "integer",
      minimum: 1,
      maximum: 86_400,
      default: 300,
    },
    {
      name: "email",
      description: "Who you are to the embedded service. Default: your user " +
        "name at localhost.",
    },
  ],
  async run(context, values) {
    const made = await makeLogin(context, values);
    const { secrets, dss } = context;
    for (const text of [made.accessToken, made.refreshToken, made.idToken]) {
      if (text !== undefined) secrets.add(text);
    }
    const service = await dss.serviceOrigin();
    const whole = { ...made, service };
    await changeOwnConfig(context, (own) => storeLogin(own, whole));
    await context.printLine("Storing access credentials");
    await warnIfHidden(context, made);
  },
};

/** An object of the last file does not replace a value of an earlier one. */
async function warnIfHidden(
  { environment, log }: Context,
  { accessToken }: StoredLogin,
): Promise<void> {
  const { files } = environment.runtime;
  const login = readStoredLogin(await loadConfig(files, environment));
  if (login?.accessToken === accessToken) return;
  log(
    "WARNING",
    "the login has no effect: an earlier configuration file has a value for " +
      "oauth2_token that is no object; see 'hca config list --show-origin'",
  );
}

async function makeLogin(
  context: Context,
  values: Values,
): Promise<StoredLogin> {
  const given = values.text("access-token");
  if (given !== undefined) {
    const token = given === STANDARD_INPUT ? await readToken(context) : given;
    checkToken(token);
    return { accessToken: token };
  }
  return await context.dss.swaggerUrl() === undefined
    ? await logInEmbedded(context, values.text("email"))
    : await logInAtProvider(context, values);
}

async function readToken({ environment }: Context): Promise<string> {
  const text = new TextDecoder().decode(await environment.terminal.input());
  if (text.trim() !== "") return text.trim();
  throw new UsageError("standard input holds no token");
}

/** What a header can carry (RFC 6750, section 2.1); it is never quoted. */
function checkToken(token: string): void {
  if (token === "") throw new UsageError("--access-token is empty");
  if (token.length > TOKEN_LIMIT_CHARACTERS) {
    throw new UsageError(
      `the access token is longer than ${TOKEN_LIMIT_CHARACTERS} ` +
        "characters, more than a header can carry",
      { hint: "Give the token alone, as 'hca auth token' prints one." },
    );
  }
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new UsageError(
    "the access token has blanks or characters outside of ASCII",
    { hint: "Give the token alone, without 'Bearer' before it." },
  );
}
