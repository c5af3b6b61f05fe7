import type { Processes } from "../base/mod.ts";

/**
 * Processes as `/proc` shows them (proc(5)). A number alone says nothing: it
 * is used again, and it means something else in another container or on
 * another machine. So a name has the boot, the PID namespace, the number and
 * the time of the start, and only where the first two are our own is the
 * answer certain. Other systems, and programs without the permission to read
 * `/proc`, have no names.
 */
export const linuxProcesses: Processes = {
  get self() {
    return self ??= nameOf(Deno.pid);
  },
  hasEnded(name) {
    const own = linuxProcesses.self?.split(":");
    const [boot, namespace, pid = ""] = name.split(":");
    if (own === undefined || boot !== own[0] || namespace !== own[1]) {
      return false;
    }
    return /^\d+$/.test(pid) && nameOf(Number(pid)) !== name;
  },
};

let self: string | undefined;

/** The name of a process that runs; undefined if there is none. */
function nameOf(pid: number): string | undefined {
  const boot = read("/proc/sys/kernel/random/boot_id");
  const namespace = readLink("/proc/self/ns/pid");
  if (boot === undefined || namespace === undefined) return undefined;
  // The name of the program, in parentheses, may have anything in it.
  const fields = read(`/proc/${pid}/stat`)?.replace(/^.*\)\s*/s, "").split(" ");
  const [state] = fields ?? [];
  const startTime = fields?.[19];
  if (startTime === undefined || state === "Z" || state === "X") {
    return undefined;
  }
  return [boot, namespace, pid, startTime].join(":");
}

function read(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path).replace(/^pid:\[(\d+)\]$/, "$1");
  } catch {
    return undefined;
  }
}
