import type { KeySource } from "../base/mod.ts";

type Readline = typeof import("./node_readline.ts");

// As soon as there is one, the terminal is made raw without a gap in which
// it would show what is typed.
let readline: Readline | undefined;

/** Loads what takes keys apart, so that the first use is not slow. */
export async function loadKeys(): Promise<void> {
  readline ??= await import("./node_readline.ts");
}

/**
 * Reads standard input key by key, as `openKeys` does. What takes the keys
 * apart is loaded at the first use: most runs of the program read none.
 *
 * @param write writes to the terminal
 * @param interrupt takes a Ctrl-C that nobody asks for as a key any more
 * @throws {Error} when the terminal refuses raw mode; at the first use, when
 * a key is asked for
 */
export function openKeysLazily(
  write: (text: string) => void,
  interrupt: () => void,
): KeySource {
  return readline?.openKeys(write, { interrupt }) ??
    openFirst(write, interrupt);
}

/**
 * Keeps standard input as `openKeysLazily` has it, before and after that;
 * for somebody who has waited for `loadKeys`.
 *
 * @param write writes to the terminal
 * @param interrupt takes a Ctrl-C that comes meanwhile
 * @throws {Error} when the terminal refuses raw mode
 */
export function holdKeysIfLoaded(
  write: (text: string) => void,
  interrupt: () => void,
): Disposable {
  return readline?.holdKeys(write, { interrupt }) ?? { [Symbol.dispose]() {} };
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
