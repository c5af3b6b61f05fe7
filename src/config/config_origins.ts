import { isJsonObject, type Json, type JsonObject } from "../base/mod.ts";
import type { ConfigLayer } from "./config_file.ts";
import { findConfigValue } from "./edit_config.ts";
import { isSameJson, mergeConfig } from "./merge_config.ts";

/** One value of the merged configuration. */
export interface ConfigOrigin {
  /** The path of keys to it. */
  keys: string[];
  /** The value: no object, unless an empty one. */
  value: Json;
  /** The file that set it, or changed it last. */
  origin: string;
}

/** Every value of the merged configuration with the file it comes from. */
export function configOrigins(layers: readonly ConfigLayer[]): ConfigOrigin[] {
  let origins: ConfigOrigin[] = [];
  let config: JsonObject = {};
  for (const { path, content } of layers) {
    const earlier = new Map(
      origins.map((found) => [JSON.stringify(found.keys), found]),
    );
    config = mergeConfig(config, content);
    origins = leavesOf(config).map(({ keys, value }) => {
      const before = earlier.get(JSON.stringify(keys));
      const stated = findConfigValue(content, keys);
      const isNew = before === undefined || !isSameJson(before.value, value) ||
        (stated !== undefined && isSameJson(stated, value));
      return isNew ? { keys, value, origin: path } : before;
    });
  }
  return origins;
}

function leavesOf(
  value: Json,
  keys: string[] = [],
): { keys: string[]; value: Json }[] {
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  if (entries.length === 0) return keys.length === 0 ? [] : [{ keys, value }];
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...keys, key]));
}
