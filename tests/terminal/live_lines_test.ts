import assert from "node:assert/strict";
import { LiveLines } from "../../src/terminal/mod.ts";

/**
 * What a terminal of some columns shows: the few sequences that are used
 * (ECMA-48), lines that are too long broken into several, and broken anew
 * when the width changes, as most terminals do.
 */
class Screen {
  columns: number;
  lines: string[] = [""];
  row = 0;
  column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    // deno-lint-ignore no-control-regex -- what it is about
    const piece = /\x1b\[(\d*)([AKJ])|[\r\n]|[^\x1b\r\n]/gy;
    let end = 0;
    for (const match of text.matchAll(piece)) {
      const [token, count = "", name = token] = match;
      end = match.index + token.length;
      if (name === "A") this.row = Math.max(0, this.row - Number(count || 1));
      else if (name === "K") this.#cut();
      else if (name === "J") {
        this.#cut();
        this.lines.length = this.row + 1;
      } else if (name === "\r") this.column = 0;
      else if (name === "\n") this.#down();
      else this.#put(token);
    }
    assert.equal(end, text.length, "a sequence that is not known");
  }

  /** Breaks every line anew; they are narrower than the window was. */
  resize(columns: number): void {
    this.lines = this.lines.flatMap((line) =>
      line.match(new RegExp(`.{1,${columns}}`, "g")) ?? [line]
    );
    this.columns = columns;
    this.row = this.lines.length - 1;
    this.column = this.lines[this.row]?.length ?? 0;
  }

  #put(character: string): void {
    if (this.column >= this.columns) this.#down();
    const line = this.lines[this.row] ?? "";
    this.lines[this.row] = line.slice(0, this.column).padEnd(this.column) +
      character + line.slice(this.column + 1);
    this.column++;
  }

  #down(): void {
    this.row++;
    this.column = 0;
    this.lines[this.row] ??= "";
  }

  #cut(): void {
    const line = this.lines[this.row] ?? "";
    this.lines[this.row] = line.slice(0, this.column);
  }
}

Deno.test("LiveLines draws over what it drew, whatever the number of lines", () => {
  const screen = new Screen(20);
  const live = new LiveLines();
  screen.write("$ hca\n");
  for (const lines of [["a"], ["long one", "b", "c"], ["x", "yy"], ["z"]]) {
    screen.write(live.draw(lines, 20));
    assert.deepEqual(screen.lines, ["$ hca", ...lines]);
  }
  screen.write(live.erase(20));
  assert.deepEqual(screen.lines, ["$ hca", ""]);
  assert.equal(screen.column, 0);
});

Deno.test("LiveLines makes room for a message and comes back below it", () => {
  const screen = new Screen(20);
  const live = new LiveLines();
  screen.write(live.draw(["50 %", "file"], 20));
  screen.write(`${live.erase(20)}warning: x\n`);
  screen.write(live.draw(["60 %", "file"], 20));
  assert.deepEqual(screen.lines, ["warning: x", "60 %", "file"]);
});

for (const columns of [5, 7, 11, 30]) {
  Deno.test(`LiveLines leaves nothing behind when the window becomes ${columns} wide`, () => {
    const screen = new Screen(20);
    const live = new LiveLines();
    screen.write("$ hca\n");
    screen.write(live.draw(["0123456789abcdef", "", "0123456789"], 20));
    screen.resize(columns);
    screen.write(live.draw(["now"], columns));
    assert.deepEqual(screen.lines, ["$ hca", "now"]);
  });
}

Deno.test("LiveLines does not count colours as columns", () => {
  const live = new LiveLines();
  live.draw([`\x1b[32m${"#".repeat(9)}\x1b[0m`], 10);
  assert.equal(live.erase(10), "\r\x1b[J");
});

Deno.test("LiveLines erases nothing where it has drawn nothing", () => {
  const live = new LiveLines();
  assert.equal(live.erase(80), "");
  live.draw(["a", "b"], 80);
  live.abandon();
  assert.equal(live.erase(80), "");
});
