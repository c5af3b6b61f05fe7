import {
  LocalError,
  NotFoundError,
  quote,
  UsageError,
} from "../../base/mod.ts";
import type { Command, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { openExisting } from "./open_existing.ts";

// A real one has less than 3 KiB.
const LIMIT_BYTES = 64 * 1024;

/** `hca local trust`. */
export const trust: Command = {
  name: "trust",
  summary: "Let a service account sign tokens for the embedded store.",
  description: "With --key-file, the public half of the account's key goes " +
    "into the store; the private key stays where it is. An account may have " +
    "several keys. Without flags, the accounts that are trusted are listed.",
  examples: [
    "hca local trust",
    "hca local trust --key-file service-account.json",
    "hca local trust --remove reader@my-project.iam.gserviceaccount.com",
  ],
  options: [
    {
      name: "key-file",
      description: "Key file of the account, as Google gives it out (JSON).",
      completes: "path",
    },
    {
      name: "remove",
      description: "Address of an account that is to be trusted no more.",
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const path = values.text("key-file");
    const email = values.text("remove");
    if (path !== undefined && email !== undefined) {
      throw new UsageError("--key-file and --remove exclude each other");
    }
    if (path !== undefined) return await add(context, values, path);
    using store = await openExisting(context, dataDirOf(values, context));
    if (email === undefined) {
      const keys = await store.trustedKeys();
      return await context.printJson(
        keys.map(({ email, kid }) => ({ email, key_id: kid })),
      );
    }
    if (!await store.distrustServiceAccount(email)) {
      throw new NotFoundError(`the store does not trust ${quote(email)}`, {
        hint: "'hca local trust' lists whom it trusts.",
      });
    }
    context.log("INFO", `tokens of ${email} are not taken any more`);
  },
};

async function add(
  context: Context,
  values: Values,
  path: string,
): Promise<void> {
  const { parseKeyFile } = await import("../../server/mod.ts");
  // Before the store is made, so that a mistake leaves none behind.
  const key = await parseKeyFile(await readKeyFile(context, path));
  using store = await context.dss.openStore(dataDirOf(values, context));
  await store.trustServiceAccount(key);
  context.log("INFO", `tokens that ${key.email} signs are taken now`);
}

async function readKeyFile(context: Context, path: string): Promise<string> {
  const { files } = context.environment.runtime;
  const what = `the key file ${quote(path, 200)}`;
  const found = await files.stat(path);
  if (found === undefined) {
    throw new LocalError(`${what} does not exist`, {
      path,
      reason: "not_found",
    });
  }
  if (found.kind !== "file" || found.sizeBytes > LIMIT_BYTES) {
    throw new UsageError(`${what} is not the key file of a service account`);
  }
  return new TextDecoder().decode(await files.read(path));
}
