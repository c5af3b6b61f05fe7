import assert from "node:assert/strict";
import { ApiDocument, baseUrl } from "../../src/swagger/mod.ts";

function base(root: object, url = "https://doc.test:8443/a/swagger.json") {
  return baseUrl(
    ApiDocument.parse(JSON.stringify({ paths: {}, ...root }), url),
  );
}

const FILE = "file:///tmp/swagger.json";
const HTTP = "http://localhost:5000/v1/swagger.json";

// document, address, where the document is from
const CASES: [object, string, string?][] = [
  [{ swagger: "2.0", host: "h.test", basePath: "/v1" }, "https://h.test/v1"],
  [
    { swagger: "2.0", host: "h.test", basePath: "/v1", schemes: ["https"] },
    "https://h.test/v1",
  ],
  [
    {
      swagger: "2.0",
      host: "h.test",
      basePath: "/v1",
      schemes: ["http", "https"],
    },
    "https://h.test/v1",
  ],
  [{ swagger: "2.0", host: "h.test", schemes: ["http"] }, "http://h.test"],
  [{ swagger: "2.0", host: "h.test", schemes: ["ws"] }, "https://h.test"],
  [{ swagger: "2.0", host: "h.test" }, "http://h.test", HTTP],
  [{ swagger: "2.0", host: "h.test", basePath: "/" }, "https://h.test"],
  [{ swagger: "2.0", host: "h.test", basePath: "v1/" }, "https://h.test/v1"],
  [{ swagger: "2.0", host: "h.test:80" }, "https://h.test:80"],
  [{ swagger: "2.0", host: "u:p@h.test" }, "https://h.test"],
  [{ swagger: "2.0", basePath: "/v1" }, "https://doc.test:8443/v1"],
  [{ swagger: "2.0", basePath: "/v1" }, "http://localhost:5000/v1", HTTP],
  [
    { swagger: "2.0", host: "h.test", basePath: "/v1" },
    "https://h.test/v1",
    FILE,
  ],
  [
    { swagger: "2.0", host: "h.test", basePath: "/v1" },
    "https://h.test/v1",
    "swagger.json",
  ],
  [{ openapi: "3.0.0" }, "https://doc.test:8443"],
  [{ openapi: "3.0.0", servers: [] }, "https://doc.test:8443"],
  [
    { openapi: "3.0.0", servers: [{ url: "/v2/" }] },
    "https://doc.test:8443/v2",
  ],
  [
    { openapi: "3.0.0", servers: [{ url: "v2" }] },
    "https://doc.test:8443/a/v2",
  ],
  [
    { openapi: "3.0.0", servers: [{ url: "//h.test/x" }] },
    "http://h.test/x",
    HTTP,
  ],
  [
    {
      openapi: "3.0.0",
      servers: [{ url: "http://h.test/v2?x=y" }, { url: "/no" }],
    },
    "http://h.test/v2",
  ],
  [
    {
      openapi: "3.0.0",
      servers: [{
        url: "https://{stage}.h.test/{base}",
        variables: { stage: { default: "dev" }, base: { default: "v2" } },
      }],
    },
    "https://dev.h.test/v2",
  ],
];

for (const [root, expected, url] of CASES) {
  Deno.test(`baseUrl of ${JSON.stringify(root)} from ${url ?? "https"} is ${expected}`, () => {
    assert.equal(base(root, url), expected);
  });
}

const UNUSABLE = /names no usable server address$/;

const REFUSED: [object, RegExp, string?][] = [
  [{ swagger: "2.0", host: "a b" }, UNUSABLE],
  [{ swagger: "2.0", host: "" }, UNUSABLE],
  [{ swagger: "2.0", basePath: "/v1" }, UNUSABLE, FILE],
  [{ swagger: "2.0", basePath: "/v1" }, UNUSABLE, "swagger.json"],
  [{ openapi: "3.0.0", servers: [{ url: "https://{x}.h.test" }] }, UNUSABLE],
  [{ openapi: "3.0.0", servers: [{ url: "https://{__proto__}" }] }, UNUSABLE],
  [{ openapi: "3.0.0" }, UNUSABLE, "swagger.json"],
  [
    { openapi: "3.0.0" },
    /names a server that is not http or https: file:$/,
    FILE,
  ],
  [
    { openapi: "3.0.0", servers: [{ url: "javascript:alert(1)" }] },
    /names a server that is not http or https: javascript:$/,
  ],
];

for (const [root, message, url] of REFUSED) {
  Deno.test(`baseUrl refuses ${JSON.stringify(root)} from ${url ?? "https"}`, () => {
    assert.throws(() => base(root, url), { name: "RefusedError", message });
  });
}
