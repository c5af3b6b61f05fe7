import { findToken, notLoggedIn } from "../../auth/mod.ts";
import type { Command } from "../command.ts";
import { SERVICE, signedService } from "./signed_service.ts";

/** `hca auth token`. */
export const token: Command = {
  name: "token",
  summary: "Print the access token, for scripts.",
  description:
    "It is the one that a request would carry: renewed if it has expired " +
    "and can be. Nothing else prints it. Exit status 4 if there is none.",
  examples: [
    'curl -H "Authorization: Bearer $(hca auth token)" https://host/v1/path',
  ],
  options: [SERVICE],
  async run(context, values) {
    const { sources } = await signedService(values, context);
    const found = await findToken(sources);
    if (found === undefined) throw notLoggedIn();
    await context.printLine(found.token);
  },
};
