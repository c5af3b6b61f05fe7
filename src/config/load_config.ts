import {
  type FileSystem,
  HcaError,
  isJsonObject,
  joinPath,
  type Json,
  type JsonObject,
  LocalError,
  parseJson,
  quote,
} from "../base/mod.ts";
import { mergeConfig } from "./merge_config.ts";
import { configFolder, type UserEnvironment } from "./user_folders.ts";

const FILE = "config.json";

/**
 * The configuration files of a user, the later ones over the earlier ones:
 * `/etc/hca/config.json`, the user's own, and those that `HCA_CONFIG_FILE`
 * lists (separated by `:`, on Windows by `;`).
 */
export function configFiles(environment: UserEnvironment): string[] {
  const { variable, os } = environment;
  const separator = os === "windows" ? ";" : ":";
  return [
    ...(os === "windows" ? [] : [`/etc/hca/${FILE}`]),
    joinPath(configFolder(environment), FILE),
    ...(variable("HCA_CONFIG_FILE") ?? "").split(separator).filter(Boolean),
  ];
}

/**
 * Reads and merges the configuration; files that are not there are skipped.
 *
 * @throws {LocalError} naming a file that cannot be read or is not an object
 */
export async function loadConfig(
  files: FileSystem,
  environment: UserEnvironment,
): Promise<JsonObject> {
  let config: JsonObject = {};
  for (const path of configFiles(environment)) {
    const layer = await readLayer(files, path);
    if (layer !== undefined) config = mergeConfig(config, layer);
  }
  return config;
}

async function readLayer(
  files: FileSystem,
  path: string,
): Promise<JsonObject | undefined> {
  if (!await isThere(files, path)) return undefined;
  const what = `configuration file ${quote(path, 200)}`;
  let value: Json;
  try {
    value = parseJson(new TextDecoder().decode(await files.read(path)), what);
  } catch (cause) {
    if (!(cause instanceof HcaError) || cause instanceof LocalError) {
      throw cause;
    }
    throw new LocalError(cause.message, {
      path,
      cause,
      hint: "Mend it or move it away; hca does not change it.",
    });
  }
  if (isJsonObject(value)) return value;
  throw new LocalError(`${what} does not hold a JSON object`, { path });
}

async function isThere(files: FileSystem, path: string): Promise<boolean> {
  try {
    return await files.stat(path) !== undefined;
  } catch (error) {
    // A user without a home has something like HOME=/dev/null.
    if (error instanceof LocalError && error.reason === "not_directory") {
      return false;
    }
    throw error;
  }
}

/** The text at a path of keys; undefined when there is none. */
export function configText(
  config: JsonObject,
  ...keys: string[]
): string | undefined {
  const value = keys.reduce<Json | undefined>(
    (inner, key) =>
      isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    config,
  );
  return typeof value === "string" && value !== "" ? value : undefined;
}
