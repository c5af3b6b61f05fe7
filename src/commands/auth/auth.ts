import type { Command } from "../command.ts";
import { login } from "../dss/login.ts";
import { logout } from "../dss/logout.ts";
import { authOperations } from "../service_commands.ts";
import { status } from "./status.ts";
import { token } from "./token.ts";

/** `hca auth`: who is logged in, and the operations of the service `auth`. */
export const auth: Command = {
  name: "auth",
  summary: "Log in and out, and see who is logged in.",
  description:
    "A token comes from the first of these that has one: the variable " +
    "HCA_ACCESS_TOKEN, the service account whose key file " +
    "GOOGLE_APPLICATION_CREDENTIALS names, the login that is stored. It is " +
    "sent only to the service itself, and only with the operations for " +
    "which the API document asks for it (but see --auth and --no-auth). " +
    "With the configuration key AuthClient.swagger_url the operations of " +
    "that service are commands here, too.",
  generated: authOperations,
  commands: [status, token, inAuth(login), inAuth(logout)],
};

/** A command of `hca dss` as it is typed here. */
function inAuth(command: Command): Command {
  const examples = command.examples?.map((line) =>
    line.replace("hca dss ", "hca auth ")
  );
  return { ...command, examples };
}
