import type { InterruptSignal } from "./signals.ts";

/**
 * The signals of a program that is not ours: none is touched, but SIGINT
 * (Ctrl-C) while somebody has a use for it.
 */
export function scopedInterrupts(): InterruptSignal {
  const listeners: (() => void)[] = [];
  return {
    signal: new AbortController().signal,
    onInterrupt(listener) {
      listeners.push(listener);
      Deno.addSignalListener("SIGINT", listener);
      return {
        [Symbol.dispose]() {
          listeners.splice(listeners.indexOf(listener), 1);
          Deno.removeSignalListener("SIGINT", listener);
        },
      };
    },
    interrupt() {
      for (const listener of [...listeners]) listener();
    },
    [Symbol.dispose]() {},
  };
}
