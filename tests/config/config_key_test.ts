import assert from "node:assert/strict";
import { UsageError } from "../../src/base/mod.ts";
import { formatConfigKey, parseConfigKey } from "../../src/config/mod.ts";

const TABLE: [string, string[]][] = [
  ["log_level", ["log_level"]],
  ["DSSClient.swagger_url", ["DSSClient", "swagger_url"]],
  ["a.b.c.0", ["a", "b", "c", "0"]],
  ["a\\.b.c", ["a.b", "c"]],
  ["a\\\\.b", ["a\\", "b"]],
  ["$append", ["$append"]],
  ["é ü.x y", ["é ü", "x y"]],
];

for (const [text, keys] of TABLE) {
  Deno.test(`parseConfigKey and formatConfigKey of ${text}`, () => {
    assert.deepEqual(parseConfigKey(text), keys);
    assert.equal(formatConfigKey(keys), text);
  });
}

Deno.test("parseConfigKey takes a backslash before anything else as it is", () => {
  assert.deepEqual(parseConfigKey("a\\b"), ["a\\b"]);
  assert.deepEqual(parseConfigKey("a\\"), ["a\\"]);
});

for (const text of ["", ".", "a.", ".a", "a..b"]) {
  Deno.test(`parseConfigKey refuses ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseConfigKey(text),
      (error) =>
        error instanceof UsageError &&
        error.message === `KEY '${text}' has an empty part`,
    );
  });
}

for (const name of ["__proto__", "constructor", "prototype"]) {
  Deno.test(`parseConfigKey refuses ${name}`, () => {
    for (const text of [name, `a.${name}`, `${name}.a`]) {
      assert.throws(
        () => parseConfigKey(text),
        (error) =>
          error instanceof UsageError &&
          error.message === `'${name}' cannot be a configuration key`,
      );
    }
  });
}
