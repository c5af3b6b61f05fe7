import assert from "node:assert/strict";
import { proxyFor } from "../../src/platform/proxy.ts";

const P = "http://me:hunter2@p.test:3128";

// Environment, URL, what is used
const CASES: [Record<string, string>, string, string | undefined][] = [
  [{}, "https://dss.test/", undefined],
  [{ HTTPS_PROXY: P }, "https://dss.test/", "p.test:3128 (HTTPS_PROXY)"],
  [{ https_proxy: P }, "https://dss.test/", "p.test:3128 (https_proxy)"],
  [{ HTTPS_PROXY: P }, "http://dss.test/", undefined],
  [{ HTTP_PROXY: P }, "http://dss.test/", "p.test:3128 (HTTP_PROXY)"],
  [{ HTTP_PROXY: "p.test:1" }, "http://dss.test/", "p.test:1 (HTTP_PROXY)"],
  [{ ALL_PROXY: P }, "https://dss.test/", "p.test:3128 (ALL_PROXY)"],
  [{ HTTPS_PROXY: "" }, "https://dss.test/", undefined],
  [
    { HTTPS_PROXY: P, NO_PROXY: "a.test,dss.test" },
    "https://dss.test/",
    undefined,
  ],
  [{ HTTPS_PROXY: P, no_proxy: ".dss.test" }, "https://a.dss.test/", undefined],
  [{ HTTPS_PROXY: P, NO_PROXY: "*" }, "https://dss.test/", undefined],
  [
    { HTTPS_PROXY: P, NO_PROXY: "ss.test" },
    "https://dss.test/",
    "p.test:3128 (HTTPS_PROXY)",
  ],
  [{ HTTPS_PROXY: "http://[" }, "https://dss.test/", undefined],
];

for (const [environment, url, expected] of CASES) {
  Deno.test(`proxyFor ${url} is ${expected} with ${JSON.stringify(environment)}`, () => {
    const proxy = proxyFor(new URL(url), (name) => environment[name]);
    const shown = proxy && `${proxy.host} (${proxy.variable})`;
    assert.equal(shown, expected);
  });
}
