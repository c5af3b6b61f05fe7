/**
 * A session whose keyboard fails at Ctrl-], as `FAILURE` says.
 *
 * @module
 */

import type { Key, KeySource } from "../../src/base/mod.ts";
import { createProgram } from "../../cli.ts";
import { startRepl } from "../../repl.ts";

const FAILURES: Record<string, () => void> = {
  thrown: () => {
    throw new RangeError("the keyboard is broken");
  },
  uncaught: () => {
    setTimeout(() => {
      throw new RangeError("the keyboard is broken");
    });
  },
  rejected: () => {
    Promise.reject(new RangeError("the keyboard is broken"));
  },
  exit: () => Deno.exit(7),
};

using program = createProgram();
const { keyboard } = program.environment;
if (keyboard === undefined) throw new Error("standard input is no terminal");

function failing(keys: KeySource): KeySource {
  return {
    async next(signal?: AbortSignal): Promise<Key | undefined> {
      const key = await keys.next(signal);
      if (key?.ctrl && key.name === "]") {
        FAILURES[Deno.env.get("FAILURE") ?? ""]?.();
      }
      return key;
    },
    [Symbol.dispose]: () => keys[Symbol.dispose](),
  };
}

Deno.exitCode = await startRepl({
  keyboard: { ...keyboard, openKeys: () => failing(keyboard.openKeys()) },
});
