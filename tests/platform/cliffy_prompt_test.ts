import assert from "node:assert/strict";
import { CancelledError, UsageError } from "../../src/base/mod.ts";
import { ask, type PromptInput } from "../../src/platform/mod.ts";

/** An input that types bytes, and remembers the mode of its terminal. */
class TypedInput implements PromptInput {
  readonly modes: boolean[] = [];
  readonly left: number[];
  /** What happens where there is nothing more to read. */
  atEnd: () => Promise<number | null> = () => Promise.resolve(null);

  constructor(typed: string | number[], readonly isPerson = true) {
    this.left = typeof typed === "string"
      ? [...new TextEncoder().encode(typed)]
      : typed;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    const byte = this.left.shift();
    if (byte === undefined) return this.atEnd();
    buffer[0] = byte;
    return Promise.resolve(1);
  }

  isTerminal(): boolean {
    return this.isPerson;
  }

  setRaw(isRaw: boolean): void {
    this.modes.push(isRaw);
  }
}

interface Asked {
  answer: string | undefined;
  shown: string;
}

async function askOf(input: PromptInput, isHidden: boolean): Promise<Asked> {
  let shown = "";
  const write = (text: string) => shown += text;
  const answer = await ask("code: ", { input, write, isHidden });
  return { answer, shown };
}

Deno.test("ask hides what is typed before it shows the question", async () => {
  const input = new TypedInput("PLANTED\r");
  const shown: [string, boolean | undefined][] = [];
  const write = (text: string) => void shown.push([text, input.modes.at(-1)]);
  await ask("code: ", { input, write, isHidden: true });
  assert.deepEqual(shown, [["code: ", true], ["\n", false]]);
});

// what is typed, the answer
const HIDDEN: [string | number[], string | undefined][] = [
  ["PLANTED\r", "PLANTED"],
  ["PLANTED\n", "PLANTED"],
  ["\r", ""],
  ["PLANTED", "PLANTED"],
  ["", undefined],
  ["\x04", undefined],
  ["ab\x04c\r", "abc"],
  ["wrong\x15right\r", "right"],
  ["abx\x7fc\r", "abc"],
  ["abx\bc\r", "abc"],
  ["\x7f\x7fa\r", "a"],
  // Whole characters are taken back, not bytes.
  ["aé\x7fb😀\x7f\r", "ab"],
  ["é😀\r", "é😀"],
  ["a\tb\x01c\r", "abc"],
  // Cursor keys, and the marks of a paste.
  ["a\x1b[Ab\x1bOPc\x1b[1;5Cd\r", "abcd"],
  ["\x1b[200~PLANTED\x1b[201~\r", "PLANTED"],
  ["a\x1bb\r", "ab"],
  ["a\x1b[\r", "a"],
  ["a\x1b\x1b[Ab\r", "ab"],
  [[0xff, 0x61, 13], "\ufffda"],
  [`${"x".repeat(5000)}\r`, "x".repeat(5000)],
];

for (const [typed, expected] of HIDDEN) {
  Deno.test(`ask hidden reads ${JSON.stringify(typed).slice(0, 50)}`, async () => {
    const input = new TypedInput(typed);
    const { answer, shown } = await askOf(input, true);
    assert.equal(answer, expected);
    assert.equal(shown, "code: \n");
    assert.deepEqual(input.modes, [true, false]);
  });
}

Deno.test("ask hidden leaves what follows the line", async () => {
  const input = new TypedInput("first\rsecond\r");
  assert.equal((await askOf(input, true)).answer, "first");
  assert.equal((await askOf(input, true)).answer, "second");
});

Deno.test("ask hidden is cancelled by Ctrl-C and gives the terminal back", async () => {
  const input = new TypedInput("PLANTED\x03more\r");
  await assert.rejects(askOf(input, true), (error) => {
    assert.ok(error instanceof CancelledError);
    assert.equal(error.signalName, "SIGINT");
    assert.doesNotMatch(Deno.inspect(error), /PLANTED/);
    return true;
  });
  assert.deepEqual(input.modes, [true, false]);
});

Deno.test("ask hidden gives the terminal back when reading fails", async () => {
  const input = new TypedInput("ab");
  input.atEnd = () => Promise.reject(new TypeError("the terminal is gone"));
  await assert.rejects(askOf(input, true), TypeError);
  assert.deepEqual(input.modes, [true, false]);
});

for (const isHidden of [true, false]) {
  Deno.test(`ask (hidden: ${isHidden}) is ended by the signal and gives the terminal back`, async () => {
    const controller = new AbortController();
    const input = new TypedInput("ab");
    const reason = new CancelledError("interrupted", { signalName: "SIGTERM" });
    input.atEnd = () => {
      controller.abort(reason);
      return new Promise(() => {});
    };
    const { signal } = controller;
    const options = { input, write: () => {}, isHidden, signal };
    await assert.rejects(ask("", options), reason);
    assert.deepEqual(input.modes, isHidden ? [true, false] : []);
    // Nothing is asked after an end.
    await assert.rejects(ask("", options), reason);
    assert.equal(input.modes.length, isHidden ? 2 : 0);
  });
}

// what is in the pipe, the answer, what is left
const PIPED: [string, string | undefined, string][] = [
  ["PLANTED\nmore\n", "PLANTED", "more\n"],
  ["PLANTED\r\n", "PLANTED", ""],
  ["PLANTED", "PLANTED", ""],
  ["\n", "", ""],
  ["", undefined, ""],
  // No keys: bytes.
  ["a\x7f\x03b\n", "a\x7f\x03b", ""],
  ["é😀\n", "é😀", ""],
];

for (const [piped, expected, left] of PIPED) {
  for (const isHidden of [true, false]) {
    Deno.test(`ask (hidden: ${isHidden}) reads one line of the pipe ${JSON.stringify(piped)}`, async () => {
      const input = new TypedInput(piped, false);
      const { answer, shown } = await askOf(input, isHidden);
      assert.equal(answer, expected);
      assert.equal(shown, "code: ");
      assert.deepEqual(input.modes, []);
      const rest = new TextDecoder().decode(new Uint8Array(input.left));
      assert.equal(rest, left);
    });
  }
}

for (const isTerminal of [true, false]) {
  Deno.test(`ask hidden (terminal: ${isTerminal}) takes 16 KiB and refuses more`, async () => {
    const most = "x".repeat(16 * 1024);
    const fits = new TypedInput(`${most}\n`, isTerminal);
    assert.equal((await askOf(fits, true)).answer, most);
    const input = new TypedInput(
      `${most}PLANTED${"x".repeat(100_000)}\n`,
      isTerminal,
    );
    await assert.rejects(askOf(input, true), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        "what was given is longer than 16384 bytes",
      );
      assert.doesNotMatch(Deno.inspect(error), /PLANTED/);
      return true;
    });
    // A shell would take the rest of a paste for commands.
    if (isTerminal) assert.equal(input.left.length, 0);
    assert.deepEqual(input.modes, isTerminal ? [true, false] : []);
  });
}

Deno.test("ask on a terminal that shows what is typed leaves its mode alone", async () => {
  const input = new TypedInput("yes\n");
  assert.deepEqual(await askOf(input, false), {
    answer: "yes",
    shown: "code: ",
  });
  assert.deepEqual(input.modes, []);
});
