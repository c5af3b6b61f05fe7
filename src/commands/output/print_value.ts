import type { Json } from "../../base/mod.ts";
import type { Context } from "../context.ts";
import { writeOutput } from "./output_file.ts";
import type { OutputSettings } from "./output_options.ts";
import { renderValue } from "./render_value.ts";

/**
 * Writes a value that is at hand in the form that was asked for.
 *
 * @throws {ClosedOutput} when nobody reads standard output any more
 * @throws {LocalError} when the file cannot be written
 */
export async function printValue(
  value: Json,
  context: Context,
  settings: OutputSettings,
): Promise<void> {
  const chunks = renderValue(value, null, context, settings);
  await writeOutput(chunks, context, settings);
}
