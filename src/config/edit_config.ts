import {
  isJsonObject,
  type Json,
  type JsonObject,
  UsageError,
} from "../base/mod.ts";
import { checkConfigKeys, formatConfigKey } from "./config_key.ts";
import { isListOperator } from "./merge_config.ts";

/** The value at a path of keys; undefined when there is none. */
export function findConfigValue(
  config: JsonObject,
  keys: readonly string[],
): Json | undefined {
  return keys.reduce<Json | undefined>(
    (inner, key) =>
      isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    config,
  );
}

/**
 * A configuration with one value set; the objects on the way are made, and
 * everything else keeps its content and order.
 *
 * @throws {UsageError} when something else than an object is on the way, or a
 * key, in `value` too, is one such as `__proto__`
 */
export function setConfigValue(
  config: JsonObject,
  keys: readonly string[],
  value: Json,
): JsonObject {
  checkConfigKeys(keys);
  checkKeysOf(value);
  return setBelow(config, keys, 0, value);
}

function setBelow(
  config: JsonObject,
  keys: readonly string[],
  at: number,
  value: Json,
): JsonObject {
  const key = keys[at] ?? "";
  if (at === keys.length - 1) return { ...config, [key]: value };
  const inner = Object.hasOwn(config, key) ? config[key] : {};
  if (!isJsonObject(inner) || isListOperator(inner)) {
    throw new UsageError(
      `${formatConfigKey(keys)} cannot be set: ` +
        `${formatConfigKey(keys.slice(0, at + 1))} is not an object`,
    );
  }
  return { ...config, [key]: setBelow(inner, keys, at + 1, value) };
}

function checkKeysOf(value: Json): void {
  if (isJsonObject(value)) checkConfigKeys(Object.keys(value));
  const inner = isJsonObject(value) || Array.isArray(value)
    ? Object.values(value)
    : [];
  inner.forEach(checkKeysOf);
}

/**
 * A configuration without the value at a path of keys.
 *
 * @returns `config` itself when there is no such value
 */
export function unsetConfigValue(
  config: JsonObject,
  keys: readonly string[],
): JsonObject {
  const [key = "", ...rest] = keys;
  if (!Object.hasOwn(config, key)) return config;
  if (rest.length === 0) {
    const entries = Object.entries(config).filter(([name]) => name !== key);
    return Object.fromEntries(entries);
  }
  const inner = config[key];
  if (!isJsonObject(inner)) return config;
  const changed = unsetConfigValue(inner, rest);
  return changed === inner ? config : { ...config, [key]: changed };
}
