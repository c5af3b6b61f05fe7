import type { InterruptSignal } from "./signals.ts";

/**
 * The signals of a program that is not ours: none is touched, but SIGINT
 * (Ctrl-C) while somebody has a use for it.
 */
export function scopedInterrupts(): InterruptSignal {
  return {
    signal: new AbortController().signal,
    onInterrupt(listener) {
      Deno.addSignalListener("SIGINT", listener);
      return {
        [Symbol.dispose]() {
          Deno.removeSignalListener("SIGINT", listener);
        },
      };
    },
    [Symbol.dispose]() {},
  };
}
