import assert from "node:assert/strict";
import {
  formatFqid,
  formatVersion,
  isUuid,
  isVersion,
  parseFqid,
} from "../../src/base/mod.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";

Deno.test("isUuid takes what the DSS takes: any letters and digits, any case", () => {
  assert.equal(isUuid(UUID), true);
  assert.equal(isUuid(UUID.toUpperCase()), true);
  assert.equal(isUuid("zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"), true);
});

for (
  const text of [
    "",
    UUID.slice(1),
    `${UUID}0`,
    `x${UUID}`,
    `${UUID}\n`,
    `${UUID}.2019-08-01T200147.836832Z`,
    UUID.replaceAll("-", ""),
    UUID.replace("f", "é"),
    `../${UUID.slice(3)}`,
  ]
) {
  Deno.test(`isUuid refuses ${JSON.stringify(text)}`, () => {
    assert.equal(isUuid(text), false);
  });
}

for (
  const text of [
    "2019-08-01T200147.836832Z",
    "1000-01-01T000000.000000Z",
    "9999-12-31T235959.999999Z",
    "2020-02-29T000000.000000Z",
    "2000-02-29T000000.000000Z",
  ]
) {
  Deno.test(`isVersion takes ${text}`, () => {
    assert.equal(isVersion(text), true);
  });
}

for (
  const text of [
    "",
    "2019-08-01T20:01:47.836832Z",
    "2019-08-01T200147.836Z",
    "2019-08-01T200147.836832",
    "2019-08-01T200147.836832Z\n",
    "2019-02-29T000000.000000Z",
    "1900-02-29T000000.000000Z",
    "2019-04-31T000000.000000Z",
    "2019-13-01T000000.000000Z",
    "2019-00-01T000000.000000Z",
    "2019-01-00T000000.000000Z",
    "2019-01-01T240000.000000Z",
    "2019-01-01T006000.000000Z",
    "2019-01-01T000060.000000Z",
    "0999-01-01T000000.000000Z",
    "0000-01-01T000000.000000Z",
  ]
) {
  Deno.test(`isVersion refuses ${JSON.stringify(text)}`, () => {
    assert.equal(isVersion(text), false);
  });
}

Deno.test("formatVersion writes the moment with six digits of a second", () => {
  // datetime.utcfromtimestamp(1564689707.836832)
  assert.equal(
    formatVersion(1564689707836, 832),
    "2019-08-01T200147.836832Z",
  );
  assert.equal(formatVersion(0), "1970-01-01T000000.000000Z");
  assert.equal(formatVersion(7, 5), "1970-01-01T000000.007005Z");
  assert.equal(isVersion(formatVersion(1564689707836)), true);
});

Deno.test("parseFqid splits at the first dot, because a version has one too", () => {
  const version = "2019-08-01T200147.836832Z";
  assert.deepEqual(parseFqid(`${UUID}.${version}`), { uuid: UUID, version });
  assert.deepEqual(parseFqid(UUID), { uuid: UUID, version: "" });
  assert.deepEqual(parseFqid(`${UUID}.`), { uuid: UUID, version: "" });
  assert.deepEqual(parseFqid(""), { uuid: "", version: "" });
});

Deno.test("formatFqid joins what parseFqid splits", () => {
  const text = `${UUID}.2019-08-01T200147.836832Z`;
  assert.equal(formatFqid(parseFqid(text)), text);
});
