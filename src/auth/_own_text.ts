import type { JsonObject } from "../base/mod.ts";

/** The text under a key of an object from outside; undefined for anything else. */
export function ownText(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
