import { ClosedOutput, LocalError, messageOf } from "../base/mod.ts";
import { type Host, host } from "./host.ts";

/** A program that runs beside us. */
export interface ShellProgram {
  /**
   * Writes to its standard input.
   *
   * @throws {ClosedOutput} when it does not read any more
   */
  write: (bytes: Uint8Array) => Promise<void>;
  /**
   * Ends its input, waits for its end, and gives its exit status: 128 and the
   * number of the signal that ended it, as shells count.
   */
  finish: () => Promise<number>;
  /** Asks it to end now. */
  stop: () => void;
}

/** Takes what a program writes. */
export interface ShellProgramOutput {
  /** Gets its data. */
  out: (bytes: Uint8Array) => Promise<void>;
  /** Gets its messages. */
  err: (text: string) => void;
}

/**
 * Starts a line of the system's shell: `sh -c`, on Windows `cmd /c`.
 *
 * @param output takes what it writes; such a program is in a process group of
 * its own, which Ctrl-C at the terminal does not reach. Default: it goes
 * where ours does
 * @throws {LocalError} when there is no shell
 */
export function startShellProgram(
  line: string,
  output?: ShellProgramOutput,
): ShellProgram {
  const child = spawn(line, output !== undefined);
  const writer = child.stdin.getWriter();
  // What it does not read is no failure of ours.
  writer.closed.catch(() => {});
  const isForwarded = output === undefined
    ? Promise.resolve()
    : forward(child, output);
  // It is told at the end.
  isForwarded.catch(() => {});
  return {
    async write(bytes) {
      try {
        await writer.write(bytes);
      } catch {
        // It has ended, as `head` does.
        throw new ClosedOutput();
      }
    },
    async finish() {
      await writer.close().catch(() => {});
      const { code } = await child.status;
      await isForwarded;
      return code;
    },
    stop: () => stop(child, output !== undefined),
  };
}

/**
 * How the system's shell is called with a line. That of Windows gets it as it
 * is between two quotes, which `/s` takes off: it knows nothing of the
 * backslashes that quotes within an argument get otherwise.
 */
export function shellCommand(
  line: string,
  os: Host["os"],
): { program: string; args: string[]; windowsRawArguments: boolean } {
  return os === "windows"
    ? {
      program: "cmd",
      args: ["/d", "/s", "/c", `"${line}"`],
      windowsRawArguments: true,
    }
    : { program: "sh", args: ["-c", line], windowsRawArguments: false };
}

function spawn(line: string, isCaptured: boolean): Deno.ChildProcess {
  const { program, ...how } = shellCommand(line, host.os);
  try {
    return new Deno.Command(program, {
      ...how,
      stdin: "piped",
      stdout: isCaptured ? "piped" : "inherit",
      stderr: isCaptured ? "piped" : "inherit",
      detached: isCaptured && !isWindows,
    }).spawn();
  } catch (cause) {
    throw new LocalError(
      `the program cannot be started: ${messageOf(cause)}`,
      { cause },
    );
  }
}

async function forward(
  child: Deno.ChildProcess,
  { out, err }: ShellProgramOutput,
): Promise<void> {
  const messages = child.stderr.pipeThrough(new TextDecoderStream());
  const ends = await Promise.allSettled([
    (async () => {
      for await (const bytes of child.stdout) await out(bytes);
    })(),
    (async () => {
      for await (const text of messages) err(text);
    })(),
  ]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

function stop(child: Deno.ChildProcess, isGroup: boolean): void {
  try {
    // The shell need not pass it on to what it has started.
    Deno.kill(isGroup && !isWindows ? -child.pid : child.pid, "SIGTERM");
  } catch {
    // It has ended.
  }
}

const isWindows = host.os === "windows";
