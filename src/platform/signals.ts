import { CancelledError } from "../base/mod.ts";

/**
 * A signal that SIGINT (Ctrl-C) and SIGTERM abort, with the reason to exit
 * with. A second one ends the process at once.
 */
export function interruptSignal(): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const names = Deno.build.os === "windows"
    ? ["SIGINT" as const]
    : ["SIGINT" as const, "SIGTERM" as const];
  const listeners = names.map((name) => {
    const listener = () => {
      // Restores the default action, which the next signal then takes.
      Deno.removeSignalListener(name, listener);
      controller.abort(
        new CancelledError("interrupted", { signalName: name }),
      );
    };
    Deno.addSignalListener(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const { name, listener } of listeners) {
        Deno.removeSignalListener(name, listener);
      }
    },
  };
}
