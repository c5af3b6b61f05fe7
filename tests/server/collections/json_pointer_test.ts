import assert from "node:assert/strict";
import { pointsAt } from "../../../src/server/collections/json_pointer.ts";

// The document of RFC 6901, section 5.
const RFC = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "e^f": 3,
  "g|h": 4,
  "i\\j": 5,
  'k"l': 6,
  " ": 7,
  "m~n": 8,
};

for (
  const pointer of [
    ...["", "/foo", "/foo/0", "/", "/a~1b", "/c%d", "/e^f", "/g|h"],
    ...["/i\\j", '/k"l', "/ ", "/m~0n"],
  ]
) {
  Deno.test(`pointsAt() finds ${JSON.stringify(pointer)} in the RFC's document`, () => {
    assert.equal(pointsAt(RFC, pointer), true);
  });
}

const LOST: [pointer: string, document: unknown][] = [
  ["foo", RFC],
  ["/foo/", RFC],
  ["/foo/2", RFC],
  ["/foo/-", RFC],
  ["/foo/01", RFC],
  ["/foo/+1", RFC],
  ["/foo/1e0", RFC],
  ["/foo/length", RFC],
  ["/foo/0/0", RFC],
  ["/m~n", RFC],
  ["/m~2n", RFC],
  ["/m~", RFC],
  ["/toString", RFC],
  ["/__proto__", RFC],
  ["#/foo", RFC],
  ["/0", "text"],
  ["/a", null],
  ["/a", 1],
];

for (const [pointer, document] of LOST) {
  Deno.test(`pointsAt() finds no ${JSON.stringify(pointer)} in ${typeof document}`, () => {
    assert.equal(pointsAt(document as never, pointer), false);
  });
}

Deno.test("pointsAt() takes ~01 for ~1, and a null that is there for something", () => {
  assert.equal(pointsAt({ "~1": null }, "/~01"), true);
  assert.equal(pointsAt({ "/": null }, "/~01"), false);
  assert.equal(
    pointsAt(JSON.parse('{"__proto__": {"a": 1}}'), "/__proto__/a"),
    true,
  );
});
