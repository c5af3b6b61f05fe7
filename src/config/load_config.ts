import {
  type FileSystem,
  joinPath,
  type Json,
  type JsonObject,
} from "../base/mod.ts";
import { type ConfigLayer, readConfigFile } from "./config_file.ts";
import { findConfigValue } from "./edit_config.ts";
import { mergeConfig } from "./merge_config.ts";
import {
  configFolder,
  nativeConfigFolder,
  type UserEnvironment,
} from "./user_folders.ts";

const FILE = "config.json";

/**
 * The configuration files of a user, the later ones over the earlier ones:
 * `/etc/hca/config.json`; on macOS and Windows the one in the system's folder
 * for applications; the user's own; and those that `HCA_CONFIG_FILE` lists
 * (separated by `:`, on Windows by `;`). Each is listed once.
 */
export function configFiles(environment: UserEnvironment): string[] {
  const { variable, os } = environment;
  const separator = os === "windows" ? ";" : ":";
  const native = nativeConfigFolder(environment);
  const paths = [
    ...(os === "windows" ? [] : [`/etc/hca/${FILE}`]),
    ...(native === undefined ? [] : [joinPath(native, FILE)]),
    joinPath(configFolder(environment), FILE),
    ...(variable("HCA_CONFIG_FILE") ?? "").split(separator).filter(Boolean),
  ];
  // A list operator must not be applied twice.
  return paths.filter((path, at) => paths.lastIndexOf(path) === at);
}

/**
 * The one file that hca changes: the last that `HCA_CONFIG_FILE` lists, else
 * the user's own, as in the old client.
 */
export function ownConfigFile(environment: UserEnvironment): string {
  return configFiles(environment).at(-1) ?? FILE;
}

/**
 * Reads the configuration files that are there, in the order of
 * {@linkcode configFiles}.
 *
 * @throws {LocalError} naming a file that cannot be read or is not an object
 */
export async function loadLayers(
  files: FileSystem,
  environment: UserEnvironment,
): Promise<ConfigLayer[]> {
  const layers: ConfigLayer[] = [];
  for (const path of configFiles(environment)) {
    const layer = await readConfigFile(files, path);
    if (layer !== undefined) layers.push(layer);
  }
  return layers;
}

/** The layers as one configuration, later ones over earlier ones. */
export function mergeLayers(layers: readonly ConfigLayer[]): JsonObject {
  return layers.reduce<JsonObject>(
    (config, { content }) => mergeConfig(config, content),
    {},
  );
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
  return mergeLayers(await loadLayers(files, environment));
}

/** The text at a path of keys; undefined when there is none. */
export function configText(
  config: JsonObject,
  ...keys: string[]
): string | undefined {
  const value: Json | undefined = findConfigValue(config, keys);
  return typeof value === "string" && value !== "" ? value : undefined;
}
