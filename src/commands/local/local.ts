import type { Command } from "../command.ts";
import { check } from "./check.ts";
import { importDirectory } from "./import.ts";
import { backup } from "./backup.ts";
import { info } from "./info.ts";
import { reset } from "./reset.ts";
import { restore } from "./restore.ts";
import { serve } from "./serve.ts";
import { token } from "./token.ts";
import { trust } from "./trust.ts";

/** `hca local`: the data store that hca carries with it. */
export const local: Command = {
  name: "local",
  summary: "Work with the embedded data store.",
  description:
    "A small DSS in a directory of yours. hca uses it, inside its own " +
    "process, when no other service is configured; 'serve' puts it on a port.",
  commands: [
    ...[serve, importDirectory, info, token, trust],
    ...[backup, restore, check, reset],
  ],
};
