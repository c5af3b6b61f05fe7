import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PassThrough } from "node:stream";
import type { Key, KeySource } from "../../src/base/mod.ts";
import {
  holdKeys,
  type KeyInput,
  openKeys,
  signalKeys,
} from "../../src/platform/node_readline.ts";
import { KeyDecoder } from "../../src/platform/_key_decoder.ts";

/** A terminal that only remembers what was asked of it. */
class FakeTerminal extends PassThrough {
  readonly calls: string[] = [];

  setRawMode(isRaw: boolean): this {
    this.calls.push(isRaw ? "raw" : "cooked");
    return this;
  }
}

/** A key in short: `C-a`, `M-f`, `left`, `text:abc`. */
function short({ name, text, ctrl, alt, shift }: Key): string {
  const marks = `${ctrl ? "C-" : ""}${alt ? "M-" : ""}${shift ? "S-" : ""}`;
  return `${marks}${name}${text === "" ? "" : `:${text}`}`;
}

async function keysOf(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const input = new PassThrough();
  using keys = openKeys(() => {}, { input });
  for (const chunk of chunks) {
    input.write(typeof chunk === "string" ? chunk : Buffer.from(chunk));
  }
  input.end();
  const found: string[] = [];
  for (let key = await keys.next(); key; key = await keys.next()) {
    found.push(short(key));
  }
  return found;
}

const SEQUENCES: [sequence: string, ...keys: string[]][] = [
  ["a", "text:a"],
  ["A~ é日👩‍👩‍👧", "text:A~ é日👩‍👩‍👧"],
  ["\x01\x02", "C-a", "C-b"],
  ["\x00\x1f\x1c\x1d\x1e", "C-space", "C-_", "C-\\", "C-]", "C-^"],
  ["\r", "return"],
  ["\n", "enter"],
  ["\t", "tab"],
  ["\x1b[Z", "S-tab"],
  ["\x7f", "backspace"],
  ["\x08", "backspace"],
  ["\x1b\x7f", "M-backspace"],
  ["\x1bb\x1bf\x1bY", "M-b", "M-f", "M-S-y"],
  ["\x1b<\x1b>", "M-<", "M->"],
  ["\x1b\r", "M-return"],
  ["\x1b[A\x1bOB", "up", "down"],
  ["\x1b[1;5D\x1b[1;3C\x1b\x1b[D", "C-left", "M-right", "M-left"],
  ["\x1b[H\x1b[4~\x1b[3~\x1b[5~", "home", "end", "delete", "pageup"],
  ["\x1b[15~", "f5"],
  // Pastes.
  ["\x1b[200~a\rb\n\tc\x1b[201~d", "paste:a\rb\n\tc", "text:d"],
  ["\x1b[200~\x1b[201~", "paste"],
  ["\x1b[200~\x1b[31m\x03\x1b[A\x1b\x1b[201~", "paste:\x1b[31m\x03\x1b[A\x1b"],
  ["\x1b[200~\x1b[200~x\x1b[201~", "paste:\x1b[200~x"],
  ["x\x1b[200~cut off", "text:x", "paste:cut off"],
  // What no key of ours sends is not typed either.
  ["\x1b[?1;2cx", "text:x"],
  ["\x1b[24;80Rx", "text:x"],
  ["\x1b[<0;12;3M\x1b[<0;12;3mx", "text:x"],
  ["\x1b[13;5u\x1b[27;5;13~\x1b[57358ux", "text:x"],
  ["\x1b[I\x1b[Ox", "text:x"],
  ["\x1b]11;rgb:0000/1111/2222\x07x", "text:x"],
  ["\x1b]11;rgb:0000/1111/2222\x1b\\x", "text:x"],
  ["\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\x", "text:x"],
  ["\x1b[\x1b[Ax", "text:x"],
  ["\x1bOzx", "text:x"],
  ["\x9b\x85x", "text:x"],
];

for (const [sequence, ...expected] of SEQUENCES) {
  Deno.test(`openKeys reads ${JSON.stringify(sequence)}`, async () => {
    assert.deepEqual(await keysOf(sequence), expected);
  });
}

Deno.test("openKeys reads sequences and characters that come in pieces", async () => {
  assert.deepEqual(await keysOf("\x1b[20", "0~pa", "ste\x1b[2", "01~!"), [
    "paste:paste",
    "text:!",
  ]);
  const bytes = new TextEncoder().encode("日x");
  assert.deepEqual(await keysOf(bytes.slice(0, 2), bytes.slice(2)), [
    "text:日x",
  ]);
  assert.deepEqual(await keysOf("\x1b[?6", "4cx"), ["text:x"]);
});

Deno.test("an answer of the terminal that is cut off swallows nothing later", async () => {
  const input = new PassThrough();
  using keys = openKeys(() => {}, { input });
  input.write("\x1b]11;rgb");
  input.write("x");
  const key = await keys.next();
  assert.equal(key && short(key), "text:x");
});

Deno.test("a lone ESC is a key, after a while", async () => {
  const input = new PassThrough();
  using keys = openKeys(() => {}, { input });
  input.write("\x1b");
  const key = await keys.next();
  assert.equal(key && short(key), "escape");
});

Deno.test("KeyDecoder takes the paste marks of Node as well", () => {
  const decoder = new KeyDecoder();
  const presses = [
    { name: "paste-start", sequence: "\x1b[200~" },
    { name: "a", sequence: "a" },
    { name: "return", sequence: "\r" },
    { name: "paste-end", sequence: "\x1b[201~" },
    { name: "b", sequence: "b" },
  ];
  const keys = presses.flatMap((press) => decoder.decode(press) ?? []);
  assert.deepEqual(keys.map(short), ["paste:a\r", "text:b"]);
});

Deno.test("openKeys takes raw mode and marked pastes, and gives them back once", () => {
  const input = new FakeTerminal();
  const write = (text: string) => void input.calls.push(text);
  const keys = openKeys(write, { input });
  assert.deepEqual(input.calls, ["raw", "\x1b[?2004h"]);
  keys[Symbol.dispose]();
  keys[Symbol.dispose]();
  assert.deepEqual(input.calls.slice(2), ["\x1b[?2004l", "cooked"]);
});

Deno.test("openKeys gives the terminal back when nobody catches an error", () => {
  const input = new FakeTerminal();
  using _keys = openKeys((text) => void input.calls.push(text), { input });
  const caught = new Event("unhandledrejection", { cancelable: true });
  caught.preventDefault();
  globalThis.dispatchEvent(caught);
  assert.equal(input.calls.length, 2);
  globalThis.dispatchEvent(new Event("unhandledrejection"));
  assert.deepEqual(input.calls.slice(2), ["\x1b[?2004l", "cooked", "\r\n"]);
});

Deno.test("openKeys can be opened again and again, and adds no listeners", () => {
  const input = new FakeTerminal();
  const listeners = () =>
    ["keypress", "data", "end", "error"].map((name) =>
      input.listenerCount(name)
    );
  openKeys(() => {}, { input })[Symbol.dispose]();
  const before = listeners();
  for (let count = 0; count < 20; count++) {
    openKeys(() => {}, { input })[Symbol.dispose]();
  }
  assert.deepEqual(listeners(), before);
  const { length } = input.calls;
  globalThis.dispatchEvent(new Event("unhandledrejection"));
  assert.equal(input.calls.length, length);
  assert.equal(input.calls.filter((call) => call === "raw").length, 21);
});

Deno.test("held keys stay raw between two who read them, and until the last lets go", () => {
  const input = new FakeTerminal();
  const options = { input };
  const write = (text: string) => void input.calls.push(text);
  const held = holdKeys(write, options);
  openKeys(write, options)[Symbol.dispose]();
  const keys = openKeys(write, options);
  assert.deepEqual(input.calls, ["raw", "\x1b[?2004h"]);
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  assert.equal(input.calls.length, 2);
  keys[Symbol.dispose]();
  assert.deepEqual(input.calls.slice(2), ["\x1b[?2004l", "cooked"]);
});

Deno.test("held keys are given back when nobody catches an error", () => {
  const input = new FakeTerminal();
  const write = (text: string) => void input.calls.push(text);
  using _held = holdKeys(write, { input });
  {
    using _keys = openKeys(write, { input });
    globalThis.dispatchEvent(new Event("unhandledrejection"));
  }
  assert.deepEqual(input.calls.slice(2), ["\x1b[?2004l", "cooked", "\r\n"]);
});

Deno.test("held keys are there for the next one, and a Ctrl-C takes effect", async () => {
  const input: KeyInput = new FakeTerminal();
  let count = 0;
  let told = () => {};
  const options = { input, interrupt: () => (count++, told()) };
  using _held = holdKeys(() => {}, options);
  const first = new Promise<void>((resolve) => told = resolve);
  input.push("not this\x03this");
  await first;
  {
    using keys = openKeys(() => {}, options);
    assert.equal((await keys.next())?.text, "this");
    input.push("\x03");
    assert.equal((await keys.next())?.name, "c");
  }
  const second = new Promise<void>((resolve) => told = resolve);
  input.push("\x03");
  await second;
  assert.equal(count, 2);
});

Deno.test("SIGINT drops what was typed before it, and is a Ctrl-C for who reads keys", async () => {
  const input: KeyInput = new FakeTerminal();
  // Nobody has read it before.
  signalKeys(input);
  {
    using keys = openKeys(() => {}, { input });
    input.push("one\rnot this\r");
    assert.equal((await keys.next())?.text, "one");
  }
  signalKeys(input);
  using keys = openKeys(() => {}, { input });
  input.push("two");
  assert.equal((await keys.next())?.text, "two");
  const waiting = keys.next();
  signalKeys(input);
  const key = await waiting;
  assert.equal(key && short(key), "C-c");
});

Deno.test("keys that nobody asked for are there for the next one", async () => {
  const input: KeyInput = new FakeTerminal();
  const next = async (keys: KeySource) => {
    const key = await keys.next();
    return key && short(key);
  };
  {
    using keys = openKeys(() => {}, { input });
    input.push("one\rtwo\r");
    assert.equal(await next(keys), "text:one");
    assert.equal(await next(keys), "return");
  }
  input.push("three");
  using keys = openKeys(() => {}, { input });
  assert.equal(await next(keys), "text:two");
  assert.equal(await next(keys), "return");
  assert.equal(await next(keys), "text:three");
});

Deno.test("a Ctrl-C that comes with the last key of a line takes effect, and drops what came before it", async () => {
  const input: KeyInput = new FakeTerminal();
  const { promise, resolve } = Promise.withResolvers<void>();
  {
    using keys = openKeys(() => {}, { input, interrupt: resolve });
    input.push("\rnot this\r\x03this");
    assert.equal((await keys.next())?.name, "return");
  }
  await promise;
  using keys = openKeys(() => {}, { input });
  assert.equal((await keys.next())?.text, "this");
});

Deno.test("a Ctrl-C that arrives as a byte between two lines takes effect once", async () => {
  const input: KeyInput = new FakeTerminal();
  let count = 0;
  let told = () => {};
  const options = { input, interrupt: () => (count++, told()) };
  openKeys(() => {}, options)[Symbol.dispose]();
  input.resume();
  const first = new Promise<void>((resolve) => told = resolve);
  input.push("x\x03");
  await first;
  {
    // Read key by key it is a key.
    using keys = openKeys(() => {}, options);
    input.push("\x03");
    const key = await keys.next();
    assert.equal(key && short(key), "C-c");
  }
  const second = new Promise<void>((resolve) => told = resolve);
  input.resume();
  input.push("\x03");
  await second;
  assert.equal(count, 2);
});

Deno.test("next gives up with the reason of its signal, and loses no key", async () => {
  const input = new PassThrough();
  using keys = openKeys(() => {}, { input });
  const controller = new AbortController();
  const waiting = keys.next(controller.signal);
  controller.abort(new RangeError("enough"));
  await assert.rejects(waiting, new RangeError("enough"));
  await assert.rejects(keys.next(controller.signal), RangeError);
  input.write("x");
  const key = await keys.next();
  assert.equal(key && short(key), "text:x");
});

Deno.test("next says that the input ended, also when it failed or had ended before", async () => {
  const ended = new PassThrough();
  ended.end();
  using first = openKeys(() => {}, { input: ended });
  assert.equal(await first.next(), undefined);
  assert.equal(await first.next(), undefined);
  const failed = new PassThrough();
  using second = openKeys(() => {}, { input: failed });
  const waiting = second.next();
  failed.destroy(new Error("EIO"));
  assert.equal(await waiting, undefined);
  using third = openKeys(() => {}, { input: failed });
  assert.equal(await third.next(), undefined);
});

Deno.test({
  name: "a window that changes is a key",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using keys = openKeys(() => {}, { input: new PassThrough() });
    // Listening for a signal alone keeps no program running.
    const alive = setInterval(() => {}, 1000);
    Deno.kill(Deno.pid, "SIGWINCH");
    assert.equal((await keys.next())?.name, "resize");
    clearInterval(alive);
  },
});

Deno.test({
  name:
    "a program that goes on after a stop takes raw mode again, and tells so",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const input = new FakeTerminal();
    const keys = openKeys((text) => void input.calls.push(text), { input });
    input.calls.splice(0);
    const alive = setInterval(() => {}, 1000);
    Deno.kill(Deno.pid, "SIGCONT");
    assert.equal((await keys.next())?.name, "resume");
    clearInterval(alive);
    assert.deepEqual(input.calls, ["raw", "\x1b[?2004h"]);
    keys[Symbol.dispose]();
  },
});
