import {
  directoryName,
  LocalError,
  quote,
  type Runtime,
  writeFileAtomically,
} from "../../base/mod.ts";
import type { Context } from "../context.ts";
import { applyQuery } from "./apply_query.ts";
import type { OutputSettings } from "./output_options.ts";

/**
 * Refuses what can be known to fail before a request is sent: a query that
 * is not JMESPath, a file that cannot be written.
 *
 * @throws {UsageError} when `--query` is not JMESPath
 * @throws {LocalError} when `--output-file` is a directory or a device, or
 * its directory does not exist
 */
export async function checkOutput(
  context: Context,
  settings: OutputSettings,
): Promise<void> {
  await checkOutputFile(context, pathOf(settings));
  const { query } = settings;
  if (query === undefined) return;
  try {
    // Parsed whole, evaluated not at all.
    await applyQuery(context, `\`false\` && (${query})`, null);
  } catch (error) {
    // Its own words for what is wrong, without the parentheses around it.
    await applyQuery(context, query, null);
    throw error;
  }
}

/** Whether data goes to a person. */
export function isOnTerminal(
  context: Context,
  settings: OutputSettings,
): boolean {
  return pathOf(settings) === undefined &&
    context.environment.terminal.outIsTerminal;
}

/**
 * Writes what a command has to say, piece by piece as it is taken. A file
 * has its name only when it is complete.
 *
 * @throws {ClosedOutput} when nobody reads standard output any more
 * @throws {LocalError} when the file cannot be written
 */
export async function writeOutput(
  chunks: AsyncIterable<string | Uint8Array>,
  context: Context,
  settings: OutputSettings,
): Promise<void> {
  const { terminal, runtime } = context.environment;
  const path = pathOf(settings);
  if (path === undefined) {
    for await (const chunk of chunks) await terminal.out(chunk);
    return;
  }
  await checkOutputFile(context, path);
  await writeFileAtomically(runtime, path, encoded(chunks));
}

async function* encoded(
  chunks: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    yield typeof chunk === "string" ? encoder.encode(chunk) : chunk;
  }
}

function pathOf({ file }: OutputSettings): string | undefined {
  return file === "-" ? undefined : file;
}

/**
 * Refuses a path at which no file can be put: a rename would put one in the
 * place of a device such as /dev/null.
 *
 * @throws {LocalError} when it is a directory or a device, or its directory
 * does not exist
 */
export async function checkOutputFile(
  { environment: { runtime: { files } } }: {
    environment: { runtime: Pick<Runtime, "files"> };
  },
  path: string | undefined,
): Promise<void> {
  if (path === undefined) return;
  const kind = (await files.stat(path))?.kind ?? "file";
  if (/[\\/]$/.test(path) || kind !== "file") {
    throw new LocalError(
      `cannot write ${quote(path, 200)}: it is ` +
        (kind === "other" ? "a device or a pipe" : "a directory"),
      { path, reason: kind === "other" ? "unsupported" : "is_directory" },
    );
  }
  const directory = directoryName(path);
  if ((await files.stat(directory))?.kind === "directory") return;
  throw new LocalError(
    `cannot write ${quote(path, 200)}: there is no directory ` +
      quote(directory, 200),
    { path, reason: "not_found" },
  );
}
