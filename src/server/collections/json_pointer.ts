import { isJsonObject, type Json } from "../../base/mod.ts";

/**
 * Whether a JSON Pointer leads to something in a document (RFC 6901). `-`,
 * the place after the last element of a list, is nothing.
 */
export function pointsAt(document: Json, pointer: string): boolean {
  if (pointer === "") return true;
  // A tilde is written ~0 and a slash ~1; any other tilde is an error.
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return false;
  let value: Json = document;
  for (const part of pointer.slice(1).split("/")) {
    const next: Json | undefined = childOf(
      value,
      part.replaceAll("~1", "/").replaceAll("~0", "~"),
    );
    if (next === undefined) return false;
    value = next;
  }
  return true;
}

function childOf(value: Json, key: string): Json | undefined {
  if (Array.isArray(value)) {
    return /^(0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
  }
  return isJsonObject(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;
}
