import assert from "node:assert/strict";
import { press, shown, stateOf } from "./_keys.ts";

const HISTORY = [
  "get-bundle one",
  "post-search cats",
  "get-bundle two",
  "help",
  "get-bundle two",
];
const search = (keys: string[], before = "dra|ft") =>
  press(keys, stateOf(before), { history: HISTORY });

Deno.test("Ctrl-R finds the newest line, then older and different ones", () => {
  const found = (keys: string[]) => shown(search(keys).state);
  assert.equal(found(["C-r", "=bun"]), "get-|bundle two");
  assert.equal(found(["C-r", "=b", "=u", "=n", "C-r"]), "get-|bundle one");
  assert.equal(found(["C-r", "=s", "=e"]), "post-|search cats");
  const failed = search(["C-r", "=bun", "C-r", "C-r"]);
  assert.equal(failed.effect?.kind, "bell");
  assert.equal(failed.state.search?.isFailed, true);
  assert.equal(shown(failed.state), "get-|bundle one");
  const back = press(["C-s"], failed.state, { history: HISTORY });
  assert.equal(shown(back.state), "get-|bundle two");
  assert.equal(back.state.search?.isFailed, false);
});

Deno.test("a search that is cancelled leaves everything as it was", () => {
  for (const cancel of ["C-g", "escape"]) {
    const { state } = search(["C-r", "=bun", "C-r", cancel]);
    assert.equal(shown(state), "dra|ft");
    assert.equal(state.search, undefined);
    assert.equal(state.historyIndex, undefined);
  }
});

Deno.test("Backspace in a search looks again for the shorter text", () => {
  const { state } = search([
    "C-r",
    "=two",
    "C-r",
    "backspace",
    "backspace",
    "backspace",
  ]);
  assert.equal(state.search?.query, "");
  assert.equal(shown(state), "dra|ft");
  const shorter = search([
    "C-r",
    "=one",
    "backspace",
    "backspace",
    "backspace",
    "=c",
  ]);
  assert.equal(shown(shorter.state), "post-search |cats");
});

Deno.test("Enter runs the line that was found", () => {
  const { state, effect } = search(["C-r", "=cats", "return"]);
  assert.equal(effect?.kind, "submit");
  assert.equal(state.text, "post-search cats");
  assert.equal(state.search, undefined);
});

Deno.test("another editing key takes the line that was found over", () => {
  assert.equal(
    shown(search(["C-r", "=cats", "C-a"]).state),
    "|post-search cats",
  );
  assert.equal(
    shown(search(["C-r", "=cats", "C-k", "=dogs"]).state),
    "post-search dogs|",
  );
  // From there it is the history as always, and the draft is still there.
  assert.equal(shown(search(["C-r", "=cats", "up"]).state), "get-bundle one|");
  assert.equal(shown(search(["C-r", "=cats", "M->"]).state), "draft|");
  // Ctrl-C is no taking over.
  assert.equal(search(["C-r", "=cats", "C-c"]).effect?.kind, "interrupt");
});

Deno.test("Ctrl-R twice looks for what was looked for last", () => {
  const { state } = search(["C-r", "=cats", "C-g", "C-r", "C-r"]);
  assert.equal(shown(state), "post-search |cats");
});

Deno.test("a paste in a search is looked for, to its first line end", () => {
  const { state } = search(["C-r", "+cat\nrm"]);
  assert.equal(state.search?.query, "cat");
  assert.equal(shown(state), "post-search |cats");
});
