import { statfs } from "node:fs/promises";

/** What the measurements were made on, as lines of `name: value`. */
export async function describeMachine(
  downloads: string,
  served: string,
): Promise<string[]> {
  const memory = Deno.systemMemoryInfo().total / 2 ** 30;
  return [
    `processor: ${await processor()}, ${navigator.hardwareConcurrency} cores`,
    `memory: ${memory.toFixed(0)} GiB`,
    `system: ${Deno.build.os} ${Deno.osRelease()}`,
    `downloads go to: ${await fileSystemOf(downloads)}`,
    `served files lie in: ${await fileSystemOf(served)}`,
  ];
}

async function processor(): Promise<string> {
  const text = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return /^model name\s*: (.*)$/m.exec(text)?.[1] ?? Deno.build.arch;
}

async function fileSystemOf(path: string): Promise<string> {
  const text = await Deno.readTextFile("/proc/self/mounts").catch(() => "");
  const mounts = text.trim().split("\n").flatMap((line) => {
    const [, at = "", type = ""] = line.split(" ");
    const isAbove = at === "/" || path === at || path.startsWith(`${at}/`);
    return isAbove ? [{ at, type }] : [];
  });
  mounts.sort((a, b) => b.at.length - a.at.length);
  return mounts[0]?.type ?? "unknown";
}

/**
 * The bytes that may be written below a directory; in memory (tmpfs) no more
 * than is left when programs get 2 GiB.
 */
export async function freeRoom(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  const room = bavail * bsize;
  if (await fileSystemOf(directory) !== "tmpfs") return room;
  return Math.min(room, Deno.systemMemoryInfo().available - 2 * 2 ** 30);
}
