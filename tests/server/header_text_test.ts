import assert from "node:assert/strict";
import { isHeaderText } from "../../src/server/header_text.ts";

for (
  const text of ["", "a", 'attachment; filename="a b"', "a\tb", "caf\u00e9"]
) {
  Deno.test(`isHeaderText takes ${JSON.stringify(text)}`, () => {
    assert.equal(isHeaderText(text), true);
    new Headers().set("x-test", text); // The runtime agrees.
  });
}

for (const text of ["a\nb", "a\rb", "a\0b", "\u20ac", "\u{1f600}", "\x7f"]) {
  Deno.test(`isHeaderText refuses ${JSON.stringify(text)}`, () => {
    assert.equal(isHeaderText(text), false);
  });
}
