import assert from "node:assert/strict";
import { sampleUuid } from "../../../src/server/sample/sample_uuid.ts";

// Computed with FNV-1a and SplitMix64 in Python.
Deno.test("sampleUuid gives the uuid that the label stands for", () => {
  assert.equal(sampleUuid("kidney"), "1aaa7ce8-f85b-4dfc-b947-bad3327c559c");
  assert.equal(sampleUuid("foobar"), "5df29541-3403-4e4f-9d77-22205b438a63");
});

Deno.test("sampleUuid has version 4 and the RFC 9562 variant for any label", () => {
  for (let i = 0; i < 300; i++) {
    assert.match(
      sampleUuid(`label ${i}`),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
