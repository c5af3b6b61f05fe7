import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import { readTypedLine } from "../../src/commands/repl/typed_line.ts";

function refused(typed: string, history: string[] = []): void {
  assert.throws(() => readTypedLine(typed, history), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^the history has no secrets: \*\*\* stands/);
    return true;
  });
}

Deno.test("readTypedLine puts earlier lines in, and keeps what is run", () => {
  assert.deepEqual(readTypedLine("!! | head", ["config list"]), {
    text: "config list | head",
    isExpanded: true,
    kept: "config list | head",
  });
  assert.deepEqual(readTypedLine("jobs", []), {
    text: "jobs",
    isExpanded: false,
    kept: "jobs",
  });
});

Deno.test("readTypedLine keeps no secret, and no line that begins with a blank", () => {
  const { text, kept } = readTypedLine("login --access-token abc", []);
  assert.equal(text, "login --access-token abc");
  assert.equal(kept, "login --access-token ***");
  assert.equal(readTypedLine(" jobs", []).kept, undefined);
});

Deno.test("readTypedLine refuses a line whose secret is gone", () => {
  refused("!!", ["login --access-token ***"]);
  // A token that stood where a secret has no place of its own.
  refused("!!", ["api GET /x ***"]);
  refused("login --access-token ***");
  refused(" login --access-token ***");
});

Deno.test("readTypedLine takes a mask for what it is where no secret stands", () => {
  const { text } = readTypedLine("download --data-filter '***'", []);
  assert.equal(text, "download --data-filter '***'");
});
