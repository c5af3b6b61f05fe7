import assert from "node:assert/strict";
import type { Key, KeySource } from "../../../src/base/mod.ts";
import {
  type LineCompletion,
  LineEditor,
  type LineEditorOptions,
  type LineResult,
} from "../../../src/terminal/editor/mod.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";
import { key } from "./_keys.ts";
import { Screen } from "./_screen.ts";

/** A keyboard that tests press, and an editor on a screen. */
class Desk {
  readonly screen: Screen;
  readonly clock = new FakeClock();
  readonly editor: LineEditor;
  opened = 0;
  closed = 0;
  readonly #keys: Key[] = [];
  #isEnded = false;
  #wake = () => {};

  constructor(options: Partial<LineEditorOptions> = {}, width = 30) {
    this.screen = new Screen(width, 8);
    this.editor = new LineEditor({
      openKeys: () => this.#open(),
      write: (text) => this.screen.write(text),
      columns: () => this.screen.width,
      rows: () => this.screen.height,
      clock: this.clock,
      ...options,
    });
  }

  read(history: string[] = [], signal?: AbortSignal): Promise<LineResult> {
    return this.editor.readLine({ prompt: "$ ", history, signal });
  }

  async press(...names: string[]): Promise<void> {
    this.#keys.push(...names.map(key));
    this.#wake();
    await settle();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  #open(): KeySource {
    assert.equal(this.opened, this.closed, "opened twice");
    this.opened++;
    return {
      next: async (signal) => {
        while (true) {
          signal?.throwIfAborted();
          const next = this.#keys.shift();
          if (next !== undefined || this.#isEnded) return next;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
            signal?.addEventListener("abort", () => resolve());
          });
        }
      },
      [Symbol.dispose]: () => {
        this.closed++;
      },
    };
  }
}

Deno.test("readLine gives the line and leaves it on the screen", async () => {
  const desk = new Desk();
  const line = desk.read();
  await desk.press("=help", "left", "return");
  assert.deepEqual(await line, { kind: "line", text: "help" });
  assert.deepEqual(desk.screen.texts, ["$ help"]);
  assert.deepEqual([desk.screen.row, desk.screen.column], [1, 0]);
  assert.deepEqual([desk.opened, desk.closed], [1, 1]);
});

Deno.test("readLine reads the keyboard before it shows its prompt, and no longer when the line has ended", async () => {
  const seen: string[] = [];
  const desk: Desk = new Desk({
    write: (text) => {
      if (/\$ |\n$/.test(text)) seen.push(`${desk.opened - desk.closed}`);
      desk.screen.write(text);
    },
  });
  const line = desk.read();
  await desk.press("=x", "return");
  await line;
  assert.deepEqual(seen, ["1", "0"]);
});

Deno.test("readLine leaves keys that come after Enter for the next line", async () => {
  const desk = new Desk();
  const first = desk.read();
  await desk.press("=one", "return", "=two", "return");
  assert.deepEqual(await first, { kind: "line", text: "one" });
  assert.deepEqual(await desk.read(), { kind: "line", text: "two" });
  assert.deepEqual(desk.screen.texts, ["$ one", "$ two"]);
});

Deno.test("readLine says of Ctrl-C, Ctrl-D and the end of the input", async () => {
  const desk = new Desk();
  const interrupted = desk.read();
  await desk.press("=abc", "left", "C-c");
  assert.deepEqual(await interrupted, { kind: "interrupt" });
  assert.deepEqual(desk.screen.texts, ["$ abc^C"]);
  const ended = desk.read();
  await desk.press("C-d");
  assert.deepEqual(await ended, { kind: "end" });
  const gone = desk.read();
  desk.end();
  assert.deepEqual(await gone, { kind: "end" });
  assert.deepEqual([desk.opened, desk.closed], [3, 3]);
});

Deno.test("readLine gives up with the reason of its signal, and gives the keyboard back", async () => {
  const desk = new Desk();
  const controller = new AbortController();
  const line = desk.read([], controller.signal);
  await desk.press("=abc");
  controller.abort(new RangeError("enough"));
  await assert.rejects(line, new RangeError("enough"));
  assert.equal(desk.closed, 1);
  assert.deepEqual([desk.screen.row, desk.screen.column], [1, 0]);
  await assert.rejects(desk.read([], controller.signal), RangeError);
  assert.equal(desk.opened, 1);
});

Deno.test("readLine keeps what was killed and the history for the next line", async () => {
  const desk = new Desk();
  const first = desk.read();
  await desk.press("=gone", "C-u", "return");
  await first;
  const second = desk.read(["older"]);
  await desk.press("C-y", "up");
  assert.equal(desk.screen.texts.at(-1), "$ older");
  await desk.press("down", "return");
  assert.deepEqual(await second, { kind: "line", text: "gone" });
});

Deno.test("readLine clears the screen on Ctrl-L and draws anew on resize", async () => {
  const desk = new Desk();
  desk.screen.write("before\r\n");
  const line = desk.read();
  await desk.press("=abc", "C-l");
  assert.deepEqual(desk.screen.texts, ["$ abc"]);
  await desk.press("=" + "x".repeat(10));
  desk.screen.resize(10, 8);
  await desk.press("resize");
  assert.deepEqual(desk.screen.texts, ["$ abcxxxxx", "xxxxx"]);
  await desk.press("return");
  await line;
});

Deno.test("readLine shows its line anew, below what others wrote, when the program goes on", async () => {
  const desk = new Desk();
  const line = desk.read();
  await desk.press("=abc", "left");
  desk.screen.write("\r\nstopped\r\n> fg");
  await desk.press("resume");
  assert.deepEqual(desk.screen.texts, [
    ...["$ abc", "stopped", "> fg", "$ abc"],
  ]);
  await desk.press("=X", "return");
  assert.deepEqual(await line, { kind: "line", text: "abXc" });
});

Deno.test("setPrompt and printAbove change a line that is being edited", async () => {
  const desk = new Desk();
  desk.screen.write("before\r\n");
  const line = desk.read();
  await desk.press("={", "return", "=ab", "left");
  desk.editor.setPrompt("aws $ ");
  desk.editor.printAbove("job 1\njob 2 done");
  assert.deepEqual(desk.screen.texts, [
    ...["before", "job 1", "job 2 done", "aws $ {", "… ab"],
  ]);
  assert.deepEqual([desk.screen.row, desk.screen.column], [4, 3]);
  await desk.press("=}", "return");
  assert.deepEqual(await line, { kind: "line", text: "{\na}b" });
  desk.editor.setPrompt("nobody sees this");
  desk.editor.printAbove("after\n");
  assert.equal(desk.screen.texts.at(-1), "after");
});

Deno.test("readLine asks its caller what is unfinished", async () => {
  const desk = new Desk({ isUnfinished: (text) => text.endsWith("|") });
  const line = desk.read();
  await desk.press("={ |", "return", "+more |\n", "+jq\n", "return");
  assert.deepEqual(await line, { kind: "line", text: "{ |\nmore |\njq" });
});

const words = (...values: string[]): LineCompletion => ({
  start: 0,
  candidates: values.map((value) => ({ value, description: "" })),
});

Deno.test("readLine completes on Tab", async () => {
  const asked: [string, number][] = [];
  const desk = new Desk({
    complete: (text, cursor) => {
      asked.push([text, cursor]);
      return Promise.resolve(words("download", "downgrade"));
    },
  });
  const line = desk.read();
  await desk.press("=d", "tab");
  assert.deepEqual(desk.screen.texts, ["$ down"]);
  await desk.press("tab");
  assert.deepEqual(desk.screen.texts, ["$ down", "download   downgrade"]);
  assert.deepEqual(asked, [["d", 1], ["down", 4]]);
  await desk.press("return");
  assert.deepEqual(await line, { kind: "line", text: "down" });
  assert.deepEqual(desk.screen.texts, ["$ down"]);
});

Deno.test("Tab and Enter in one go mean what they mean when pressed slowly", async () => {
  const desk = new Desk({
    complete: async () => {
      await settle();
      return words("help");
    },
  });
  const line = desk.read();
  await desk.press("=h", "tab", "return");
  assert.deepEqual(await line, { kind: "line", text: "help " });
});

Deno.test("a key cancels a slow completion, whose answer is dropped", async () => {
  const slow = Promise.withResolvers<LineCompletion>();
  let signal: AbortSignal | undefined;
  const desk = new Desk({
    complete: (_text, _cursor, given) => {
      signal = given;
      return slow.promise;
    },
  });
  const line = desk.read();
  await desk.press("=h", "tab");
  assert.equal(signal?.aborted, false);
  await desk.press("=x");
  assert.deepEqual(desk.screen.texts, ["$ h"]);
  await desk.clock.advance(1000);
  assert.equal(signal?.aborted, true);
  assert.deepEqual(desk.screen.texts, ["$ hx"]);
  slow.resolve(words("help"));
  await settle();
  assert.deepEqual(desk.screen.texts, ["$ hx"]);
  await desk.press("return");
  assert.deepEqual(await line, { kind: "line", text: "hx" });
});

Deno.test("Ctrl-C and the end of the input do not wait for a completion", async () => {
  const desk = new Desk({ complete: () => new Promise(() => {}) });
  const interrupted = desk.read();
  await desk.press("=h", "tab", "C-c");
  assert.deepEqual(await interrupted, { kind: "interrupt" });
  const ended = desk.read();
  await desk.press("=h", "tab");
  desk.end();
  assert.deepEqual(await ended, { kind: "end" });
});

Deno.test("a completion that fails or finds nothing rings", async () => {
  const answers = [
    () => Promise.reject(new Error("no network")),
    () => Promise.resolve(words()),
  ];
  for (const complete of [...answers, undefined]) {
    const desk = new Desk({ complete });
    const line = desk.read();
    await desk.press("=h", "tab");
    assert.equal(desk.screen.bells, 1);
    await desk.press("=i", "return");
    assert.deepEqual(await line, { kind: "line", text: "hi" });
  }
});

/** A desk whose completions tests answer, now and later. */
function lateDesk(...known: string[]) {
  const asked: {
    signal: AbortSignal;
    update: (whole: LineCompletion) => void;
  }[] = [];
  const desk = new Desk({
    complete: (_text, _cursor, signal, update) => {
      asked.push({ signal, update });
      return Promise.resolve({ ...words(...known), isPartial: true });
    },
  });
  return { desk, asked };
}

Deno.test("what is found later joins the menu while the line is the same", async () => {
  const { desk, asked } = lateDesk("aa1", "ab1");
  const line = desk.read();
  await desk.press("=a", "tab");
  assert.deepEqual(desk.screen.texts, ["$ a", "aa1  ab1"]);
  assert.equal(asked[0]?.signal.aborted, false);
  asked[0]?.update(words("aa1", "ab1", "ac1"));
  assert.deepEqual(desk.screen.texts, ["$ a", "aa1  ab1  ac1"]);
  desk.editor.setPrompt("> ");
  assert.deepEqual(desk.screen.texts, ["> a", "aa1  ab1  ac1"]);
  await desk.press("resize");
  assert.equal(asked[0]?.signal.aborted, false);
  await desk.press("return");
  assert.equal(asked[0]?.signal.aborted, true);
  assert.deepEqual(await line, { kind: "line", text: "a" });
  assert.equal(desk.screen.bells, 0);
});

Deno.test("what is found later is put in when nothing was known", async () => {
  const { desk, asked } = lateDesk();
  const line = desk.read();
  await desk.press("=a", "tab");
  // Whether that was all is not known yet.
  assert.equal(desk.screen.bells, 0);
  asked[0]?.update(words("abc"));
  assert.deepEqual(desk.screen.texts, ["$ abc"]);
  await desk.press("=x", "return");
  assert.deepEqual(await line, { kind: "line", text: "abc x" });
});

Deno.test("finding nothing later rings", async () => {
  const { desk, asked } = lateDesk();
  const line = desk.read();
  await desk.press("=a", "tab");
  asked[0]?.update(words());
  assert.equal(desk.screen.bells, 1);
  await desk.press("return");
  await line;
});

Deno.test("what is found after a key, or for a word that was put in, is dropped", async () => {
  const { desk, asked } = lateDesk("abc");
  const line = desk.read();
  await desk.press("=a", "tab");
  assert.deepEqual(desk.screen.texts, ["$ abc"]);
  asked[0]?.update(words("abc", "abd"));
  assert.deepEqual(desk.screen.texts, ["$ abc"]);
  await desk.press("=y", "tab");
  assert.equal(asked[0]?.signal.aborted, true);
  asked[0]?.update(words("zzz"));
  await desk.press("backspace", "return");
  asked[1]?.update(words("abx"));
  assert.equal(asked[1]?.signal.aborted, true);
  assert.equal((await line).kind, "line");
  assert.equal(desk.screen.texts[0]?.includes("zzz"), false);
});

Deno.test("what is found after a key that changes nothing is dropped, too", async () => {
  const { desk, asked } = lateDesk("aa1", "ab1");
  const line = desk.read();
  await desk.press("=a", "tab", "f5");
  assert.deepEqual(desk.screen.texts, ["$ a"]);
  asked[0]?.update(words("aa1", "ab1", "ac1"));
  assert.deepEqual(desk.screen.texts, ["$ a"]);
  await desk.press("return");
  await line;
});

Deno.test("readLine that is given up ends what is still looked for", async () => {
  const { desk, asked } = lateDesk("aa1", "ab1");
  const controller = new AbortController();
  const line = desk.read([], controller.signal);
  await desk.press("=a", "tab");
  controller.abort(new RangeError("enough"));
  await assert.rejects(line, new RangeError("enough"));
  assert.equal(asked[0]?.signal.aborted, true);
});

Deno.test("readLine that is given up while completing aborts that too", async () => {
  let signal: AbortSignal | undefined;
  const desk = new Desk({
    complete: (_text, _cursor, given) => {
      signal = given;
      return new Promise(() => {});
    },
  });
  const controller = new AbortController();
  const line = desk.read([], controller.signal);
  await desk.press("tab");
  controller.abort(new RangeError("enough"));
  await assert.rejects(line, RangeError);
  assert.equal(signal?.aborted, true);
});
