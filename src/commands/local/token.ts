import { storeOwner } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { checkEmail } from "./email_argument.ts";

const HOUR_SECONDS = 3600;
const YEAR_SECONDS = 365 * 24 * HOUR_SECONDS;

/** `hca local token`. */
export const token: Command = {
  name: "token",
  summary: "Print an access token of the embedded store, for scripts.",
  description: "Who can write to the store's directory owns the store, so no " +
    "password is asked for. The token is good for the store at any address, " +
    "and for no other service; it cannot be refreshed.",
  examples: [
    "hca local token | hca dss login --access-token -",
    "HCA_ACCESS_TOKEN=$(hca local token --lifetime 600) hca dss get-collections",
  ],
  options: [
    {
      name: "email",
      description: "Whose token it is. Default: your user name at localhost.",
    },
    {
      name: "group",
      description: "The group that it says, as 'public'; 'none' says none.",
      default: "hca",
    },
    {
      name: "lifetime",
      description: "How long it is good for, in seconds.",
      type: "integer",
      minimum: 1,
      maximum: YEAR_SECONDS,
      default: HOUR_SECONDS,
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const email = values.text("email") ?? storeOwner(context.environment);
    checkEmail("email", email);
    using store = await context.dss.openStore(dataDirOf(values, context));
    const { accessToken } = await store.issueTokens({
      email,
      group: values.text("group"),
      lifetimeSeconds: values.number("lifetime"),
    });
    await context.printLine(accessToken);
  },
};
