import assert from "node:assert/strict";
import { valueAt } from "../../src/base/mod.ts";

Deno.test("valueAt walks objects and stops where there is nothing", () => {
  const body = { a: { b: 1 }, "c": null };
  assert.equal(valueAt(body, "a.b"), 1);
  assert.equal(valueAt(body, "a.b.c"), undefined);
  assert.equal(valueAt(body, "c"), null);
  assert.equal(valueAt(body, "c.d"), undefined);
  assert.equal(valueAt(body, "toString"), undefined);
  assert.equal(valueAt(body, ""), undefined);
});
