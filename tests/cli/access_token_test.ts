import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { scriptedFetch } from "../support/scripted_fetch.ts";
import { configure, ServedApi, type ServedRequest } from "./_served.ts";

const VARIABLE = "token-of-the-variable";
const STORED = "token-of-the-login";
const SECRETS = /token-of-the-(variable|login)/;

const STORED_LOGIN = {
  oauth2_token: { access_token: STORED, expires_at: "-1" },
};

/** A document with one secured operation and one that is open. */
function document(origin: string): JsonObject {
  const { protocol, host } = new URL(origin);
  return {
    swagger: "2.0",
    host,
    schemes: [protocol.slice(0, -1)],
    basePath: "/v1",
    paths: {
      "/open": { get: { responses: { 200: {} } } },
      "/closed": {
        get: { security: [{ dcpAuth: [] }], responses: { 200: {} } },
      },
      "/pages": {
        get: { security: [{ dcpAuth: [] }], responses: { 206: {} } },
      },
    },
  };
}

/** Runs a line in a world with a service; gives what was sent and shown. */
async function run(
  line: string,
  { variable, config, answer = () => Response.json({ ok: true }) }: {
    variable?: string;
    config?: JsonObject;
    answer?: (request: ServedRequest) => Response;
  },
) {
  await using hca = await TestEnvironment.create();
  await using api = new ServedApi(document, answer);
  api.connect(hca);
  if (variable !== undefined) hca.variables.set("HCA_ACCESS_TOKEN", variable);
  await configure(hca, { ...config, AuthClient: { swagger_url: api.url } });
  const result = await hca.runLine(`${line} --swagger-url ${api.url}`);
  const sent = api.requests.map(({ headers }) => headers.get("authorization"));
  return { ...result, sent, origin: api.origin };
}

const NOT_LOGGED_IN = "Please configure hca dss authentication credentials " +
  'using "hca dss login" or set the GOOGLE_APPLICATION_CREDENTIALS ' +
  "environment variable. A token can also be given in HCA_ACCESS_TOKEN.\n";

/** What there is, and what is sent with a secured operation; null: nothing. */
const SOURCES: [
  what: string,
  source: { variable?: string; config?: JsonObject },
  sent: string | null,
][] = [
  ["no token", {}, null],
  ["a variable", { variable: VARIABLE }, `Bearer ${VARIABLE}`],
  ["a login", { config: STORED_LOGIN }, `Bearer ${STORED}`],
  [
    "a variable and a login",
    { variable: VARIABLE, config: STORED_LOGIN },
    `Bearer ${VARIABLE}`,
  ],
  [
    "an empty variable and a login",
    { variable: "", config: STORED_LOGIN },
    `Bearer ${STORED}`,
  ],
  ["an empty login", { config: { oauth2_token: { access_token: "" } } }, null],
  ["a login of another shape", { config: { oauth2_token: STORED } }, null],
];

for (const service of ["dss", "auth"]) {
  for (const [what, source, expected] of SOURCES) {
    Deno.test(`hca ${service} get-closed with ${what}`, async () => {
      const line = `hca ${service} get-closed`;
      const { status, sent, out, err } = await run(line, source);
      const isSent = expected !== null;
      // Without one the service is not even asked.
      assert.equal(err, isSent ? "" : `${line}: error: ${NOT_LOGGED_IN}`);
      assert.equal(status, isSent ? 0 : 4);
      assert.deepEqual(sent, isSent ? [expected] : []);
      assert.doesNotMatch(out, SECRETS);
    });
  }

  Deno.test(`hca ${service} get-open sends no token`, async () => {
    const { status, sent } = await run(`hca ${service} get-open`, {
      variable: VARIABLE,
      config: STORED_LOGIN,
    });
    assert.equal(status, 0);
    assert.deepEqual(sent, [null]);
  });

  Deno.test(`hca ${service} get-pages sends the token for every page`, async () => {
    const { status, sent } = await run(`hca ${service} get-pages`, {
      variable: VARIABLE,
      answer: ({ target }) =>
        Response.json({ results: [1] }, {
          headers: target.includes("page=2")
            ? {}
            : { link: '</v1/pages?page=2>; rel="next"' },
        }),
    });
    assert.equal(status, 0);
    assert.deepEqual(sent, [`Bearer ${VARIABLE}`, `Bearer ${VARIABLE}`]);
  });
}

Deno.test("hca dss get-closed sends the token to no other host", async () => {
  await using other = new ServedApi(document, () => Response.json({}));
  const { status, sent } = await run("hca dss get-closed", {
    variable: VARIABLE,
    answer: () => Response.redirect(`${other.origin}/elsewhere`, 302),
  });
  assert.equal(status, 0);
  assert.deepEqual(sent, [`Bearer ${VARIABLE}`]);
  assert.deepEqual(other.lines(), ["GET /elsewhere"]);
  assert.equal(other.requests[0]?.headers.get("authorization"), null);
});

/** Runs a line against a service of any address, by a script. */
async function runAt(origin: string, line: string, isAsked: boolean) {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_ACCESS_TOKEN", VARIABLE);
  const scripted = scriptedFetch([
    {
      request: `GET ${origin}/swagger.json`,
      answer: Response.json(document(origin)),
    },
    ...(isAsked
      ? [{
        request: `GET ${origin}/v1/${line.replace(/.*-/, "")}`,
        answer: Response.json({}),
      }]
      : []),
  ]);
  hca.runtime.fetch = scripted.fetch;
  const result = await hca.runLine(
    `${line} --swagger-url ${origin}/swagger.json`,
  );
  scripted.done();
  return { ...result, sent: scripted.requests[1]?.headers.authorization };
}

for (
  const origin of [
    "http://dss.test",
    "http://127.dss.test",
    "http://localhost.dss.test",
    "http://notlocalhost",
    "http://128.0.0.1",
    "http://[::2]",
    "http://0.0.0.0",
  ]
) {
  Deno.test(`hca dss get-closed sends no token to ${origin}`, async () => {
    const closed = await runAt(origin, "hca dss get-closed", false);
    assert.equal(
      closed.err,
      `hca dss get-closed: error: the token is not sent to ${
        new URL(origin).host
      } over plain http. Use the service's https address.\n`,
    );
    assert.equal(closed.out, "");
    assert.equal(closed.status, 10);
    const open = await runAt(origin, "hca dss get-open", true);
    assert.equal(open.status, 0, open.err);
    assert.equal(open.sent, undefined);
  });
}

for (
  const origin of [
    "https://dss.test",
    "http://localhost:8000",
    "http://dss.localhost",
    "http://127.0.0.2:81",
    "http://[::1]:8000",
  ]
) {
  Deno.test(`hca dss get-closed sends the token to ${origin}`, async () => {
    const { status, sent, err } = await runAt(
      origin,
      "hca dss get-closed",
      true,
    );
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.equal(sent, `Bearer ${VARIABLE}`);
  });
}

const REMEDIES: [
  source: { variable?: string; config?: JsonObject },
  status: number,
  hint: string,
][] = [
  [
    { variable: VARIABLE },
    401,
    "The token is that of the variable HCA_ACCESS_TOKEN. Set another one, or " +
    "unset the variable and log in with 'hca dss login'.",
  ],
  [
    { variable: VARIABLE },
    403,
    "The token is that of the variable HCA_ACCESS_TOKEN, which lacks the " +
    "right; 'hca auth status' says whose it is.",
  ],
  [
    { config: STORED_LOGIN },
    401,
    "The token is that of the stored login. Log in again with 'hca dss login'.",
  ],
  [
    { config: STORED_LOGIN },
    403,
    "The token is that of the stored login, which lacks the right; 'hca auth " +
    "status' says whose it is.",
  ],
];

for (const service of ["dss", "auth"]) {
  for (const [source, code, hint] of REMEDIES) {
    const [what] = Object.keys(source);
    Deno.test(`hca ${service} get-closed answered with ${code} says where the token of the ${what} came from`, async () => {
      const { status, out, err, origin, sent } = await run(
        `hca ${service} get-closed`,
        {
          ...source,
          answer: () =>
            Response.json({ code: "unauthorized", title: "Who are you?" }, {
              status: code,
            }),
        },
      );
      assert.equal(status, 4);
      assert.equal(out, "");
      assert.equal(
        err,
        `hca ${service} get-closed: error: unauthorized: Who are you? (HTTP ` +
          `${code}) for GET ${origin}/v1/closed. ${hint}\n`,
      );
      // There is no other token to try.
      assert.equal(sent.length, 1);
    });
  }

  Deno.test(`hca ${service} get-open answered with 401 says how to send a token`, async () => {
    const { status, err } = await run(`hca ${service} get-open`, {
      variable: VARIABLE,
      answer: () => new Response(null, { status: 401 }),
    });
    assert.equal(status, 4);
    assert.match(err, / Log in with 'hca dss login', .* with --auth\.\n$/);
  });
}

const LOUD: [flags: string, answer: () => Response][] = [
  ["--log-level DEBUG", () => Response.json({ ok: true })],
  [
    "--log-level DEBUG",
    () => Response.json({ title: "no" }, { status: 401 }),
  ],
  [
    "--log-level DEBUG --log-format json",
    () => Response.json({ title: "no" }, { status: 400 }),
  ],
  [
    "--log-level DEBUG",
    () =>
      new Response("{bad", { headers: { "content-type": "application/json" } }),
  ],
  [
    "--log-level DEBUG",
    () => Response.redirect("ftp://elsewhere.test/", 302),
  ],
];

LOUD.forEach(([flags, answer], at) => {
  for (const source of [{ variable: VARIABLE }, { config: STORED_LOGIN }]) {
    const what = Object.keys(source)[0];
    Deno.test(`hca dss get-closed ${flags} never shows the token of a ${what} (${at})`, async () => {
      const { sent, out, err } = await run(`hca dss get-closed ${flags}`, {
        ...source,
        answer,
      });
      assert.match(sent[0] ?? "", SECRETS);
      assert.match(err, /\bGET http/);
      assert.doesNotMatch(out + err, SECRETS);
    });
  }
});

for (
  const token of [
    "token-of-the-variable\ninjected: x",
    "token-of-the-variable \u{1f9ec}",
    "token-of-the-variable\0",
  ]
) {
  Deno.test(`hca dss get-closed with the token ${JSON.stringify(token)} is refused`, async () => {
    const { status, sent, out, err } = await run(
      "hca dss get-closed --log-level DEBUG",
      { variable: token },
    );
    assert.equal(status, 4, err);
    assert.match(err, /: error: HCA_ACCESS_TOKEN holds no access token: /);
    assert.deepEqual(sent, []);
    assert.doesNotMatch(out + err, SECRETS);
  });
}

Deno.test("hca dss get-closed takes the token of HCA_ACCESS_TOKEN without its line end", async () => {
  const { status, sent } = await run("hca dss get-closed", {
    variable: `${VARIABLE}\n`,
  });
  assert.equal(status, 0);
  assert.deepEqual(sent, [`Bearer ${VARIABLE}`]);
});
