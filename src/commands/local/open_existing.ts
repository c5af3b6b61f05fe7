import { LocalError, quote } from "../../base/mod.ts";
import type { LocalDss } from "../../server/mod.ts";
import type { Context } from "../context.ts";

/**
 * Opens the store of a directory, which the caller closes.
 *
 * @throws {LocalError} with a hint when there is none; none is made
 */
export async function openExisting(
  context: Context,
  dataDir: string,
): Promise<LocalDss> {
  const { hasLocalDss } = await import("../../server/mod.ts");
  const { files } = context.environment.runtime;
  if (await hasLocalDss(files, dataDir)) {
    return await context.dss.openStore(dataDir);
  }
  throw new LocalError(
    `there is no embedded store in ${quote(dataDir, 200)}`,
    {
      path: dataDir,
      reason: "not_found",
      hint: "'hca dss get-bundles-all --replica aws' makes one with sample " +
        "bundles, 'hca local import DIR' one of your own.",
    },
  );
}
