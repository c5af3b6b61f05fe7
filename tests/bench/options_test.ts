import { resolve } from "node:path";
import assert from "node:assert/strict";
import { parseOptions } from "../../scripts/bench/options.ts";

Deno.test("parseOptions has five rounds, and one with --quick", () => {
  assert.equal(parseOptions([]).rounds, 5);
  assert.equal(parseOptions(["--quick"]).rounds, 1);
  assert.equal(parseOptions(["--quick", "--rounds", "3"]).rounds, 3);
});

Deno.test("parseOptions reads values and repeated options", () => {
  const options = parseOptions(
    ["--hca", "dist/hca", "--only", "many", "--only", "big", "--dir", "/x"],
  );
  assert.equal(options.hca, resolve("dist/hca"));
  assert.deepEqual(options.only, ["many", "big"]);
  assert.equal(options.dir, "/x");
  assert.equal(options.pythonHca, undefined);
});

Deno.test("parseOptions refuses what it does not know", () => {
  const refused: [string[], RegExp][] = [
    [["--fast"], /unknown option --fast/],
    [["--h"], /unknown option --h;/],
    [["quick"], /unknown option quick/],
    [["--hca"], /--hca needs a value/],
    [["--rounds", "0"], /--rounds 0 is not a number from 1 to 100/],
    [["--write", "--only", "big"], /--write needs all work items/],
  ];
  for (const [args, message] of refused) {
    assert.throws(() => parseOptions(args), { name: "Error", message });
  }
});
