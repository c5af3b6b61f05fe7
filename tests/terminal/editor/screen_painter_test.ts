import assert from "node:assert/strict";
import {
  editKey,
  eraseFrame,
  freshLine,
  leaveFrame,
  newEditorState,
  paintFrame,
  renderEditor,
} from "../../../src/terminal/editor/mod.ts";
import { seeded } from "../../support/seeded.ts";
import { key, press, stateOf } from "./_keys.ts";
import { columnsOfLine, graphemes, Screen, withoutStyle } from "./_screen.ts";

const FAMILY = "👩‍👩‍👧";
const KEYS = [
  ...["=a", "=b ", "=é", "=e\u0301", "=\u0301", "=日", "=本語", "=😀", "=❤️"],
  ...[`=${FAMILY}`, "=\u200d", "=🇩🇪", "=🇫", "={", "=[", '="', "=\\", "=}"],
  ...["=\ud83d", "=\u202e", "=\t", "=한", "=\u1161", "=#"],
  ...["+one\ntwo\n", "+{\r\n 日: 1,\r\n}", "+\x1b[2J\x00\x7f", "+"],
  ...["left", "right", "up", "down", "home", "end", "delete", "backspace"],
  ...["return", "M-return", "enter", "tab", "escape", "resize", "f1"],
  ..."abcdefghklnoprstuwyz_".split("").map((name) => `C-${name}`),
  ...["M-b", "M-f", "M-d", "M-y", "M-backspace", "M-<", "M->", "C-left"],
  ...["C-right", "pageup", "pagedown"],
];
const MENU = ["abc", "abd", "日本", `${FAMILY} x`, "❤️"].map((value, at) => ({
  value,
  description: at % 2 === 0 ? "what it is, 日本" : "",
}));
const HISTORY = [
  "help",
  "a 日本 b",
  "{\n  1,\n  2\n}",
  "x".repeat(60),
  "e\u0301",
];
const PROMPT = "\x1b[1;32mhca 本\x1b[0m ▸ ";
const CONTEXT = { history: HISTORY };

/** One line edited by random keys; the screen is compared after each one. */
function editAtRandom(seed: number): void {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  let [width, height] = [5 + below(30), 2 + below(8)];
  const screen = new Screen(width, height, seed % 2 === 0);
  screen.write(`above${random() < 0.5 ? "\r\n" : ""}`);
  screen.write(freshLine(width));
  let from = screen.row;
  let state = newEditorState();
  let frame = renderEditor(state, PROMPT, width, height, { hasColor: true });
  screen.write(paintFrame(undefined, frame));
  const names: string[] = [];
  for (let count = 1 + below(12); count > 0; count--) {
    const name = KEYS[below(KEYS.length)] ?? "";
    names.push(name);
    const why = `seed ${seed}: ${JSON.stringify(names)}`;
    state = editKey(state, key(name), CONTEXT).state;
    if (name === "tab" && random() < 0.5) state = { ...state, menu: MENU };
    assert.ok(state.cursor >= 0 && state.cursor <= state.text.length, why);
    const before = graphemes(state.text.slice(0, state.cursor));
    assert.deepEqual(
      before,
      graphemes(state.text).slice(0, before.length),
      why,
    );
    const grows = random() < 0.02;
    if (grows) height += 1;
    const next = renderEditor(state, PROMPT, width, height, { hasColor: true });
    assert.ok(next.lines.length <= height, why);
    assert.ok(next.cursorRow < next.lines.length, why);
    assert.ok(next.cursorColumn < width, why);
    for (const line of next.lines) {
      assert.ok(columnsOfLine(line) <= width, why);
      assert.ok(!/\p{Cc}/u.test(withoutStyle(line)), why);
    }
    if (grows) screen.height = height;
    const above = screen.row - frame.cursorRow;
    screen.write(paintFrame(frame, next));
    from = screen.row - next.cursorRow;
    assert.equal(from, above, why);
    frame = next;
    screen.assertShows(frame, from, why);
  }
  screen.write(leaveFrame(frame));
  assert.equal(screen.text(screen.row), "");
  assert.equal(
    screen.row,
    from + frame.lines.length - (isEmptyEnd(frame) ? 1 : 0),
  );
  assert.equal(screen.text(0), "above");
}

function isEmptyEnd({ lines }: { lines: readonly string[] }): boolean {
  return lines.length > 1 && lines.at(-1) === "";
}

for (let part = 0; part < 10; part++) {
  Deno.test(`a thousand random lines look on a screen as they were rendered (${part + 1} of 10)`, () => {
    for (let seed = 0; seed < 1000; seed++) editAtRandom(part * 1000 + seed);
  });
}

const frameOf = (text: string, width = 20, height = 6) =>
  renderEditor(stateOf(text), "$ ", width, height);

Deno.test("paintFrame writes only what differs", () => {
  assert.equal(paintFrame(frameOf("ab|"), frameOf("abc|")), "c");
  assert.equal(paintFrame(frameOf("abc|"), frameOf("ab|")), "\x1b[5G\x1b[K");
  assert.equal(paintFrame(frameOf("abc|"), frameOf("ab|c")), "\x1b[5G");
  assert.equal(paintFrame(frameOf("a|"), frameOf("a|")), "");
  assert.equal(paintFrame(frameOf("{|"), frameOf("{\nx|")), "\r\n… x");
  assert.equal(
    paintFrame(frameOf("{\nx|"), frameOf("{|")),
    "\r\x1b[J\x1b[1A\x1b[4G",
  );
});

Deno.test("paintFrame keeps the colour in which a difference begins", () => {
  const [before, after] = ["one", "two"].map((word) => ({
    ...frameOf("|"),
    lines: [`\x1b[32ma ${word}\x1b[0m`],
  }));
  assert.ok(before !== undefined && after !== undefined);
  assert.equal(
    paintFrame(before, after),
    "\x1b[32mtwo\x1b[0m\x1b[3G",
  );
});

Deno.test("paintFrame does not take the last column for free", () => {
  const screen = new Screen(6, 4);
  screen.write(paintFrame(undefined, frameOf("abcd|", 6)));
  screen.write(paintFrame(frameOf("abcd|", 6), frameOf("abc|d", 6)));
  screen.write(paintFrame(frameOf("abc|d", 6), frameOf("abx|d", 6)));
  assert.deepEqual(screen.texts, ["$ abxd"]);
});

for (const width of [3, 5, 7, 8, 12, 20, 31]) {
  Deno.test(`paintFrame finds its lines again in a window that becomes ${width} wide`, () => {
    for (
      const text of [
        "|",
        "short|",
        "a long one that takes more than one| line",
        "日本語日本語日|本語日本語",
        "{\n first line,\n second|\n third line, longer\n",
        "x".repeat(18) + "|",
        "|" + "x".repeat(40),
      ]
    ) {
      const screen = new Screen(20, 30);
      screen.write("first\r\nsecond\r\n");
      const before = frameOf(text, 20, 30);
      screen.write(paintFrame(undefined, before));
      screen.resize(width, 30);
      const after = frameOf(text, width, 30);
      screen.write(paintFrame(before, after));
      const top = 2 + (width < 5 ? 2 : width < 6 ? 1 : 0);
      screen.assertShows(after, top, `${text} at ${width}`);
      assert.equal(screen.texts.slice(0, top).join(""), "firstsecond");
    }
  });
}

Deno.test("freshLine leaves output without a line end alone", () => {
  for (
    const [output, lines] of [
      ["", ["$ x"]],
      ["done\r\n", ["done", "$ x"]],
      ["half", ["half", "$ x"]],
      ["x".repeat(20), ["x".repeat(20), "$ x"]],
    ] as const
  ) {
    const screen = new Screen(20, 5);
    screen.write(output + freshLine(20));
    screen.write(paintFrame(undefined, frameOf("x|")));
    assert.deepEqual(screen.texts, lines);
  }
});

Deno.test("eraseFrame and leaveFrame leave what is above", () => {
  const screen = new Screen(20, 5);
  const frame = frameOf("{\n|x\ny");
  screen.write("above\r\n" + paintFrame(undefined, frame));
  screen.write(eraseFrame(frame, 20) + "between\r\n");
  screen.write(paintFrame(undefined, frame) + leaveFrame(frame) + "below");
  assert.deepEqual(screen.texts, [
    ...["above", "between", "$ {", "… x", "… y", "below"],
  ]);
});

Deno.test("a menu is taken away by the next key", () => {
  const screen = new Screen(20, 5);
  const open = { ...stateOf("a|"), menu: MENU };
  const frame = renderEditor(open, "$ ", 20, 5);
  assert.ok(frame.lines.length > 1);
  screen.write(paintFrame(undefined, frame));
  const closed = renderEditor(press(["=b"], open).state, "$ ", 20, 5);
  screen.write(paintFrame(frame, closed));
  assert.deepEqual(screen.texts, ["$ ab"]);
});
