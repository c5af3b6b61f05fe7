import type { Key } from "../../src/base/mod.ts";
import type { GlobalSettings } from "../../src/commands/context.ts";
import { program } from "../../src/commands/program.ts";
import { Session } from "../../src/commands/repl/session.ts";
import type { TestEnvironment } from "../support/test_environment.ts";

const SETTINGS: GlobalSettings = {
  logLevel: "INFO",
  logFormat: "text",
  swaggerUrl: undefined,
};

/** A session in the world of a test. */
export function guidedSession(
  hca: TestEnvironment,
  settings: Partial<GlobalSettings> = {},
): Session {
  return new Session({
    environment: hca.environment,
    settings: { ...SETTINGS, ...settings },
    program,
  });
}

/** A key by its name, `ctrl-c` for Ctrl-C, or the letter that is typed. */
export function keyOf(name: string): Key {
  const plain = { text: "", ctrl: false, alt: false, shift: false };
  if (name.startsWith("ctrl-")) {
    return { ...plain, name: name.slice(5), ctrl: true };
  }
  return name.length === 1
    ? { ...plain, name: "text", text: name }
    : { ...plain, name };
}

/**
 * Gives a world a person who presses keys one after the other, and then ends
 * the input.
 *
 * @param onKey called with the number of each key before it is given
 * @returns how often the keyboard was opened and is open
 */
export function pressKeys(
  hca: TestEnvironment,
  names: readonly string[],
  onKey: (number: number) => void = () => {},
): { opened: number; open: number } {
  const counts = { opened: 0, open: 0 };
  let given = 0;
  hca.terminal.outIsTerminal = true;
  hca.variables.set("NO_COLOR", "1");
  hca.keyboard = {
    openKeys: () => {
      counts.opened++;
      counts.open++;
      return {
        next: (signal) => {
          onKey(++given);
          if (signal?.aborted) return Promise.reject(signal.reason);
          const name = names[given - 1];
          return Promise.resolve(name === undefined ? undefined : keyOf(name));
        },
        [Symbol.dispose]: () => {
          counts.open--;
        },
      };
    },
    onInterrupt: () => ({ [Symbol.dispose]() {} }),
  };
  return counts;
}

/** What went to standard output. */
export function shownBy(hca: TestEnvironment): string {
  const decoder = new TextDecoder();
  return hca.terminal.outChunks.map((chunk) => decoder.decode(chunk)).join("");
}
