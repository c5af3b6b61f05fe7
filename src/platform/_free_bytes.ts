import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Bytes that may still be written to the file system of `path`, or of its
 * nearest parent that is there; undefined where that cannot be told.
 */
export async function freeBytes(path: string): Promise<number | undefined> {
  if (!await isAllowed()) return undefined;
  for (let place = resolve(path);; place = dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch (error) {
      const isMissing = (error as { code?: unknown }).code === "ENOENT";
      if (!isMissing || place === dirname(place)) return undefined;
    }
  }
}

// Deno wants the permission sys=statfs, besides read. Without it the call
// would ask the user, for a figure that is not worth a question. The type of
// a descriptor does not list this kind.
async function isAllowed(): Promise<boolean> {
  const wanted = { name: "sys", kind: "statfs" } as Deno.PermissionDescriptor;
  const { state } = await Deno.permissions.query(wanted);
  return state === "granted";
}
