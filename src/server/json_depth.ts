import type { Json } from "../base/mod.ts";

/** What is stored or sent must be readable by every parser there is. */
export const MAX_JSON_DEPTH = 500;

/** Whether a value is nested deeper than so many levels. */
export function isDeeperThan(value: Json, limit: number): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((node) =>
      typeof node === "object" && node !== null ? Object.values(node) : []
    );
  }
  return false;
}
