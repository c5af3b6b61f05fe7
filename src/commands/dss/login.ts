import { UsageError } from "../../base/mod.ts";
import { storeAccessToken } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { changeOwnConfig } from "../config/own_config.ts";
import type { Context } from "../context.ts";

const STANDARD_INPUT = "-";

/** `hca dss login`. */
export const login: Command = {
  name: "login",
  summary: "Store an access token for the commands that need one.",
  description:
    "The token is kept in the user's configuration file, which only its " +
    "owner may read, in the place where the old client kept it. Given as " +
    "'-' it is read from standard input and stays out of the history of the " +
    "shell.",
  examples: [
    "hca dss login --access-token - < token.txt",
    "hca dss login --access-token TOKEN",
  ],
  options: [
    {
      name: "access-token",
      description: "The token, or '-' to read it from standard input.",
    },
    {
      name: "remote",
      description: "Log in with a browser on another machine. So far only " +
        "--access-token works.",
      isSwitch: true,
      type: "boolean",
    },
  ],
  async run(context, values) {
    const given = values.text("access-token") ?? "";
    if (given === "") {
      throw new UsageError(
        "the only way to log in so far is with --access-token",
        {
          hint: "Give it the token, or '-' to read the token from standard " +
            "input: hca dss login --access-token - < token.txt",
        },
      );
    }
    const token = given === STANDARD_INPUT ? await readToken(context) : given;
    checkToken(token);
    await changeOwnConfig(context, (own) => storeAccessToken(own, token));
    await context.printLine("Storing access credentials");
  },
};

async function readToken({ environment }: Context): Promise<string> {
  return new TextDecoder().decode(await environment.terminal.input()).trim();
}

/** What a header can carry (RFC 6750, section 2.1); it is never quoted. */
function checkToken(token: string): void {
  if (token === "") throw new UsageError("standard input holds no token");
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new UsageError(
    "the access token has blanks or characters outside of ASCII",
    { hint: "Give the token alone, without 'Bearer' before it." },
  );
}
