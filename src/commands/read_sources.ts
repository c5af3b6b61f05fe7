import { HcaError, LocalError, quote, UsageError } from "../base/mod.ts";
import type { Environment } from "./environment.ts";

/**
 * Reads what a command line takes from elsewhere: `@path` is a file, `-`
 * standard input.
 *
 * @returns the text of each source
 * @throws {LocalError} when a file cannot be read
 * @throws {UsageError} when one is not text in UTF-8
 */
export async function readSources(
  sources: readonly string[],
  environment: Pick<Environment, "runtime" | "terminal">,
): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const source of sources) {
    contents.set(source, await readSource(source, environment));
  }
  return contents;
}

async function readSource(
  source: string,
  { runtime, terminal }: Pick<Environment, "runtime" | "terminal">,
): Promise<string> {
  const what = source === "-" ? "standard input" : quote(source.slice(1), 200);
  try {
    const bytes = source === "-"
      ? await terminal.input()
      : await readFile(source.slice(1), runtime);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof HcaError) throw cause;
    throw new UsageError(`${what} is not text in UTF-8`, { cause });
  }
}

async function readFile(
  path: string,
  { files }: Pick<Environment["runtime"], "files">,
): Promise<Uint8Array> {
  if (path === "") {
    throw new UsageError("'@' must be followed by the path of a file");
  }
  if (await files.stat(path) !== undefined) return await files.read(path);
  throw new LocalError(`${quote(path, 200)} does not exist`, {
    path,
    reason: "not_found",
  });
}
