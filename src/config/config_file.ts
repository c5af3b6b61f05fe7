import {
  type FileInfo,
  type FileSystem,
  isJsonObject,
  type Json,
  type JsonObject,
  LocalError,
  parseJson,
  quote,
} from "../base/mod.ts";
import { findJsonFault, positionAt } from "./json_fault.ts";

/** A configuration file that is there. */
export interface ConfigLayer {
  /** Its path, as configured. */
  path: string;
  /** What it says. */
  content: JsonObject;
  /** Its POSIX permission bits; undefined where there are none. */
  mode: number | undefined;
  /** Whether it is a file, and not a device such as /dev/null. */
  isRegular: boolean;
}

/**
 * Reads a configuration file.
 *
 * @returns undefined when it is not there
 * @throws {LocalError} when it cannot be read, or, with line and column, when
 * it is not a JSON object. Nothing of its text is quoted.
 */
export async function readConfigFile(
  files: FileSystem,
  path: string,
): Promise<ConfigLayer | undefined> {
  const info = await lookAt(files, path);
  if (info === undefined) return undefined;
  const bytes = await files.read(path);
  const { mode } = info;
  const isRegular = info.kind === "file";
  // /dev/null is a way to say that there is none.
  const isNothing = !isRegular && bytes.length === 0;
  const content = isNothing ? {} : parseConfig(bytes, path);
  return { path, content, mode, isRegular };
}

/** How messages name a configuration file. */
export function describeConfigFile(path: string): string {
  return `configuration file ${quote(path, 200)}`;
}

function parseConfig(bytes: Uint8Array, path: string): JsonObject {
  const text = decode(bytes, path);
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    throw malformed(path, "is not valid JSON", fault, fault.why);
  }
  const value: Json = parseJson(text);
  if (isJsonObject(value)) return value;
  const start = positionAt(text, text.search(/[^ \t\n\r]/));
  throw malformed(path, "does not hold a JSON object", start);
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const at = positionOfBadByte(bytes);
    throw malformed(path, "is not valid JSON", at, "it is not UTF-8");
  }
}

/** Where bytes stop being UTF-8: the first U+FFFD that they do not spell. */
function positionOfBadByte(
  bytes: Uint8Array,
): { line: number; column: number } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let at = 0;
  for (const character of text) {
    const spelt = new TextEncoder().encode(character);
    if (spelt.some((byte, index) => bytes[offset + index] !== byte)) break;
    offset += spelt.length;
    at += character.length;
  }
  return positionAt(text.replace(/^\ufeff/, ""), at);
}

function malformed(
  path: string,
  what: string,
  { line, column }: { line: number; column: number },
  why?: string,
): LocalError {
  // Without the runtime's error as its cause, which quotes the text.
  return new LocalError(
    `${describeConfigFile(path)} ${what} at line ${line}, column ${column}` +
      (why === undefined ? "" : `: ${why}`),
    { path, hint: "Mend it or move it away; hca does not change it." },
  );
}

async function lookAt(
  files: FileSystem,
  path: string,
): Promise<FileInfo | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    // A user without a home has something like HOME=/dev/null.
    if (error instanceof LocalError && error.reason === "not_directory") {
      return undefined;
    }
    throw error;
  }
}
