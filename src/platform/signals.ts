import { CancelledError, type EndingSignal } from "../base/mod.ts";

const NUMBERS: Record<EndingSignal, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGTERM: 15,
};

/** What ends a program, and a way to use Ctrl-C for something else. */
export interface InterruptSignal extends Disposable {
  /** Aborted when the program is to end. */
  signal: AbortSignal;
  /**
   * Calls `listener` for SIGINT, instead of ending the program, until it is
   * disposed of.
   */
  onInterrupt: (listener: () => void) => Disposable;
  /** Does what SIGINT does, for a Ctrl-C that came as a key. */
  interrupt: () => void;
}

/**
 * A signal that SIGINT (Ctrl-C), SIGTERM and SIGHUP abort, with the reason to
 * exit with. A second one ends the process at once, with 128 and the number
 * of the signal, as shells count.
 */
export function interruptSignal(): InterruptSignal {
  const controller = new AbortController();
  const takers: (() => void)[] = [];
  // Before there is a listener: the first one undoes what `nohup` has set.
  const ignoresHangup = isHangupIgnored();
  const hear = (name: EndingSignal) => {
    if (name === "SIGHUP" && ignoresHangup) return;
    const taker = name === "SIGINT" ? takers.at(-1) : undefined;
    if (taker !== undefined) return taker();
    if (controller.signal.aborted) Deno.exit(128 + NUMBERS[name]);
    controller.abort(
      new CancelledError("interrupted", { signalName: name }),
    );
  };
  const listeners = handledSignals().map((name) => {
    const listener = () => hear(name);
    Deno.addSignalListener(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    onInterrupt(taker) {
      takers.push(taker);
      return {
        [Symbol.dispose]() {
          takers.splice(takers.indexOf(taker), 1);
        },
      };
    },
    interrupt: () => hear("SIGINT"),
    [Symbol.dispose]() {
      for (const { name, listener } of listeners) {
        Deno.removeSignalListener(name, listener);
      }
    },
  };
}

function handledSignals(): EndingSignal[] {
  return Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/**
 * Whether the process was started with SIGHUP ignored, as `nohup` does. Only
 * Linux tells (proc(5), `SigIgn`).
 */
function isHangupIgnored(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    // A mask in hexadecimal; signal 1 is its lowest bit.
    return /^SigIgn:\s*[0-9a-f]*[13579bdf]$/m.test(status);
  } catch {
    return false;
  }
}
