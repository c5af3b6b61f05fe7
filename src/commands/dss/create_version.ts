import { currentVersion } from "../../base/mod.ts";
import type { Command } from "../command.ts";

/** `hca dss create-version`. */
export const createVersion: Command = {
  name: "create-version",
  summary: "Print a version of this moment.",
  description: "Versions of files and bundles are moments in UTC, " +
    "as in 1985-04-12T232050.520000Z: what API documents call DSS_VERSION.",
  examples: ["hca dss create-version"],
  async run(context) {
    const { runtime } = context.environment;
    await context.printLine(currentVersion(runtime));
  },
};
