import assert from "node:assert/strict";
import { nextPageUrl, parseLinkHeader } from "../../src/http/mod.ts";

const PAGE = "https://dss.test/v1/bundles/all?replica=aws";

// Link header, URL of the next page
const CASES: [string, string | undefined][] = [
  ["<https://dss.test/n>; rel='next'", "https://dss.test/n"],
  ['<https://dss.test/n>; rel="next"', "https://dss.test/n"],
  ["<https://dss.test/n>; rel=next", "https://dss.test/n"],
  ["<https://dss.test/n>;rel=next", "https://dss.test/n"],
  ["<https://dss.test/n> ; REL = NEXT", "https://dss.test/n"],
  ['<https://dss.test/n>; title="a"; rel="next"; x=y', "https://dss.test/n"],
  ['<https://dss.test/n>; rel="prev next"', "https://dss.test/n"],
  ['<a>; rel="prev", <https://dss.test/n>; rel="next"', "https://dss.test/n"],
  ["<https://dss.test/n>; rel=next, <a>; rel=prev", "https://dss.test/n"],
  [
    "<https://dss.test/n?search_after=a,b&token=None&token=>; rel='next'",
    "https://dss.test/n?search_after=a,b&token=None&token=",
  ],
  // Used unchanged: parsing would write it in another way.
  [
    "<HTTPS://dss.test/a b?x='y'&z=%2f>; rel=next",
    "HTTPS://dss.test/a b?x='y'&z=%2f",
  ],
  ["</v1/n?a=%2f>; rel='next'", "https://dss.test/v1/n?a=%2f"],
  ["<?start_at=3>; rel='next'", "https://dss.test/v1/bundles/all?start_at=3"],
  ["<n>; rel='next'", "https://dss.test/v1/bundles/n"],
  ['<https://dss.test/n>; rel="prev"', undefined],
  ["<https://dss.test/n>", undefined],
  ["<>; rel=next", undefined],
  ["https://dss.test/n; rel=next", undefined],
  ["<https://dss.test/n; rel=next", undefined],
  ['<https://dss.test/n>; rel="nextpage"', undefined],
  ["", undefined],
];

for (const [header, expected] of CASES) {
  Deno.test(`nextPageUrl of ${header || "an empty header"}`, () => {
    assert.equal(nextPageUrl(new Headers({ link: header }), PAGE), expected);
  });
}

Deno.test("nextPageUrl reads several Link headers and none", () => {
  const headers = new Headers([
    ["link", "<a>; rel='first'"],
    ["link", "<https://dss.test/n>; rel='next'"],
  ]);
  assert.equal(nextPageUrl(headers, PAGE), "https://dss.test/n");
  assert.equal(nextPageUrl(new Headers(), PAGE), undefined);
});

for (const target of ["https://[x/?token=SECRET", "//[x"]) {
  Deno.test(`nextPageUrl refuses ${target} rather than end the list early`, () => {
    const headers = new Headers({ link: `<${target}>; rel='next'` });
    assert.throws(() => nextPageUrl(headers, PAGE), {
      name: "RefusedError",
      message: `the next page of the answer is '${
        target.replace("SECRET", "***")
      }', which is not a URL`,
    });
  });
}

Deno.test("parseLinkHeader lists every entry", () => {
  assert.deepEqual(
    parseLinkHeader("<a,b>; rel='next LAST', <c>; title=x,<d>;rel=prev"),
    [
      { target: "a,b", relations: ["next", "last"] },
      { target: "c", relations: [] },
      { target: "d", relations: ["prev"] },
    ],
  );
});
