import type { KeySource } from "../base/mod.ts";
import type { InterruptSignal } from "./signals.ts";

type Readline = typeof import("./node_readline.ts");

// As soon as there is one, the terminal is made raw without a gap in which
// it would show what is typed.
let readline: Readline | undefined;

/** The keyboard of the process, as a session uses it. */
export interface LazyKeyboard {
  /** Loads what takes keys apart, so that the first use is not slow. */
  load: () => Promise<void>;
  /**
   * Reads standard input key by key, as `openKeys` does. What takes the keys
   * apart is loaded at the first use: most runs of the program read none.
   *
   * @throws {Error} when the terminal refuses raw mode; at the first use,
   * when a key is asked for
   */
  openKeys: () => KeySource;
  /**
   * Keeps it as `openKeys` has it, before and after that; for somebody who
   * has waited for `load`.
   *
   * @throws {Error} when the terminal refuses raw mode
   */
  holdKeys: () => Disposable;
  /** Calls `listener` for Ctrl-C, until it is disposed of. */
  onInterrupt: (listener: () => void) => Disposable;
}

/**
 * Puts a keyboard together: a Ctrl-C is a signal or a key.
 *
 * @param write writes to the terminal
 * @param signals hears the signals
 */
export function createKeyboard(
  write: (text: string) => void,
  signals: Pick<InterruptSignal, "onInterrupt" | "interrupt">,
): LazyKeyboard {
  let isKey = false;
  const interrupt = () => {
    isKey = true;
    try {
      signals.interrupt();
    } finally {
      isKey = false;
    }
  };
  return {
    async load() {
      readline ??= await import("./node_readline.ts");
    },
    openKeys: () =>
      readline?.openKeys(write, { interrupt }) ?? openFirst(write, interrupt),
    holdKeys: () =>
      readline?.holdKeys(write, { interrupt }) ?? { [Symbol.dispose]() {} },
    onInterrupt: (listener) =>
      signals.onInterrupt(() => {
        // A key has done so itself.
        if (!isKey) readline?.signalKeys();
        listener();
      }),
  };
}

function openFirst(
  write: (text: string) => void,
  interrupt: () => void,
): KeySource {
  let isClosed = false;
  let opened: KeySource | undefined;
  const opening = import("./node_readline.ts").then((loaded) => {
    readline = loaded;
    if (!isClosed) opened = loaded.openKeys(write, { interrupt });
  });
  // It is told when a key is asked for.
  opening.catch(() => {});
  return {
    async next(signal) {
      await opening;
      return await opened?.next(signal);
    },
    [Symbol.dispose]() {
      isClosed = true;
      opened?.[Symbol.dispose]();
    },
  };
}
