import { isJsonObject, type Json, type JsonObject } from "../base/mod.ts";

// What an object with one of these keys, and no other, does to a list
// (the tweak library, under the old client).
const OPERATORS: Record<string, (list: Json[], operand: Json) => Json[]> = {
  $append: (list, operand) => [...list, operand],
  $extend: (list, operand) =>
    Array.isArray(operand) ? [...list, ...operand] : list,
  $extendleft: (list, operand) =>
    Array.isArray(operand) ? [...operand, ...list] : list,
  $remove: (list, operand) => {
    const at = list.findIndex((item) => isSameJson(item, operand));
    return at < 0 ? list : list.toSpliced(at, 1);
  },
  $insert: (list, operand) =>
    isJsonObject(operand)
      ? Object.entries(operand).reduce(
        (items, [at, item]) => items.toSpliced(Number(at) || 0, 0, item),
        list,
      )
      : list,
};

/**
 * A configuration with a later one laid over it: objects are merged key by
 * key, an operator object changes a list, and anything else replaces what
 * was there, except that an object never replaces a value or a list.
 */
export function mergeConfig(
  existing: JsonObject,
  incoming: JsonObject,
): JsonObject {
  const merged = new Map(Object.entries(existing));
  for (const [key, value] of Object.entries(incoming)) {
    const result = mergeValue(merged.get(key), value);
    if (result !== undefined) merged.set(key, result);
  }
  return Object.fromEntries(merged);
}

function mergeValue(existing: Json | undefined, value: Json): Json | undefined {
  if (!isJsonObject(value)) return value;
  const [operator = ""] = Object.keys(value);
  const change = isListOperator(value) ? OPERATORS[operator] : undefined;
  if (change !== undefined) {
    return Array.isArray(existing)
      ? change(existing, value[operator] ?? null)
      : existing;
  }
  if (existing === undefined) return mergeConfig({}, value);
  return isJsonObject(existing) ? mergeConfig(existing, value) : existing;
}

/** Whether an object changes a list of an earlier file, as `{"$append": 4}`. */
export function isListOperator(value: JsonObject): boolean {
  const [operator, ...others] = Object.keys(value);
  return operator !== undefined && others.length === 0 &&
    Object.hasOwn(OPERATORS, operator);
}

/** Whether two values are the same JSON, keys in the same order. */
export function isSameJson(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
