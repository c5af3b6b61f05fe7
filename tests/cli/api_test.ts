import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { configure, ServedApi, type ServedRequest } from "./_served.ts";

function document(origin: string): JsonObject {
  return {
    openapi: "3.1.0",
    servers: [{ url: `${origin}/base/` }],
    paths: {
      "/open/{id}": { get: {} },
      "/closed/{id}": {
        get: { security: [{ bearer: [] }] },
        put: { security: [{ bearer: [] }] },
        post: {},
      },
    },
  };
}

/** A world with the service `things` and this token. */
class World implements AsyncDisposable {
  private constructor(
    readonly hca: TestEnvironment,
    readonly api: ServedApi,
  ) {}

  static async create(
    answer: (request: ServedRequest) => Response = () =>
      Response.json({ ok: true }),
  ): Promise<World> {
    const hca = await TestEnvironment.create();
    const api = new ServedApi(document, answer);
    api.connect(hca);
    hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
    hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
    await configure(hca, { ThingsClient: { swagger_url: api.url } });
    return new World(hca, api);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}

/** What follows `hca api --service things`, and what is sent. */
const SENT: [line: string, request: string, body: string][] = [
  ["GET /a", "GET /base/a", ""],
  ["get /a", "GET /base/a", ""],
  [
    "GET /a?x=1 --field y=2 --field z='3 4' x=5=6",
    "GET /base/a?x=1&y=2&z=3+4&x=5%3D6",
    "",
  ],
  ["DELETE /a --field y=", "DELETE /base/a?y=", ""],
  [
    `DELETE /a --field y=2 --json '{"reason": "r"}'`,
    "DELETE /base/a?y=2",
    '{"reason": "r"}',
  ],
  ["POST /a", "POST /base/a", "{}"],
  [
    "POST /a --field x=1 y=",
    "POST /base/a",
    '{"x": "1", "y": ""}',
  ],
  [
    "PUT /a --field __proto__=1",
    "PUT /base/a",
    '{"__proto__": "1"}',
  ],
  [
    "PATCH /a --field x=1 --json [1.0,null]",
    "PATCH /base/a?x=1",
    "[1.0, null]",
  ],
  ["POST /a --json null", "POST /base/a", "null"],
];

for (const [line, request, body] of SENT) {
  Deno.test(`hca api ${line}`, async () => {
    await using world = await World.create();
    const { status, out, err } = await world.hca.runLine(
      `hca api --service things ${line}`,
    );
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.equal(out, '{\n  "ok": true\n}\n');
    const [sent, ...more] = world.api.requests;
    assert.deepEqual(more, []);
    assert.equal(`${sent?.method} ${sent?.target}`, request);
    assert.equal(sent?.body, body);
    assert.equal(sent?.headers.get("authorization"), null);
    assert.equal(sent?.headers.get("user-agent"), "hca/1.2.3");
  });
}

/** Lines, and whether the token goes with them. */
const SECURED: [line: string, isSent: boolean][] = [
  ["GET /closed/1", true],
  ["HEAD /closed/1", true],
  ["GET /closed/1?x=1 --field y=2", true],
  ["PUT /closed/1", true],
  ["POST /closed/1", false],
  ["GET /closed/1/more", false],
  ["GET /open/1", false],
  ["GET /elsewhere", false],
  ["GET /open/1 --auth", true],
  ["GET /elsewhere --auth", true],
  ["--auth POST /elsewhere", true],
  ["GET /closed/1 --no-auth", false],
  ["--no-auth PUT /closed/1", false],
];

for (const [line, isSent] of SECURED) {
  Deno.test(`hca api ${line} sends ${isSent ? "the" : "no"} token`, async () => {
    await using world = await World.create();
    const { status, err } = await world.hca.runLine(
      `hca api --service things ${line}`,
    );
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(
      world.api.requests.map(({ headers }) => headers.get("authorization")),
      [isSent ? "Bearer t0ken" : null],
    );
  });
}

Deno.test("hca api POST /a --json @body.json takes the body from a file", async () => {
  await using world = await World.create();
  await world.hca.write("body.json", "[7]");
  await world.hca.runLine("hca api POST /a --json @body.json --service things");
  assert.equal(world.api.requests[0]?.body, "[7]");
});

Deno.test("hca api GET /bundles/all asks the DSS unless told otherwise", async () => {
  await using hca = await TestEnvironment.create();
  using store = await hca.openStore();
  await store.decideSamples(false);
  const { status, out } = await hca.runLine(
    "hca api GET /bundles/all --field replica=aws",
  );
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out).bundles, []);
  const found = await hca.runLine(
    "hca api POST /search --field replica=aws --json '{\"es_query\": {}}'",
  );
  assert.equal(found.status, 0);
  assert.equal(JSON.parse(found.out).total_hits, 0);
});

Deno.test("hca api HEAD /a prints the header fields", async () => {
  await using world = await World.create(() =>
    new Response(null, { headers: { "x-dss-size": "7" } })
  );
  const { status, out } = await world.hca.runLine(
    "hca api HEAD /a --service things",
  );
  assert.equal(status, 0);
  assert.equal(JSON.parse(out)["X-DSS-SIZE"], "7");
});

Deno.test("hca api GET /a gives bytes as they are", async () => {
  const bytes = new Uint8Array([0, 0xff, 0x0a, 0x7b]);
  await using world = await World.create(() => new Response(bytes));
  const { status, outBytes } = await world.hca.runLine(
    "hca api GET /a --service things",
  );
  assert.equal(status, 0);
  assert.deepEqual(outBytes, bytes);
});

/** Three pages with a dotted content key. */
function paged({ target }: ServedRequest): Response {
  const page = Number(/page=(\d)/.exec(target)?.[1] ?? "1");
  return Response.json({ bundle: { files: [page], page } }, {
    headers: {
      "x-openapi-paginated-content-key": "bundle.files",
      ...(page < 3 && {
        link: `</base/a?page=${page + 1}>; rel="next"`,
      }),
    },
  });
}

// What is not the items is that of the last page.
Deno.test("hca api GET /a merges all pages", async () => {
  await using world = await World.create(paged);
  const { status, out } = await world.hca.runLine(
    "hca api GET /a --service things --field x=1 --auth",
  );
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out), { bundle: { files: [1, 2, 3], page: 3 } });
  assert.deepEqual(world.api.lines(), [
    "GET /base/a?x=1",
    "GET /base/a?page=2",
    "GET /base/a?page=3",
  ]);
  for (const { headers } of world.api.requests) {
    assert.equal(headers.get("authorization"), "Bearer t0ken");
  }
});

Deno.test("hca api POST /a merges all pages, with the body sent for each", async () => {
  await using world = await World.create(paged);
  const { out } = await world.hca.runLine(
    "hca api POST /a --service things --json '{\"q\": 1}' --output jsonl",
  );
  assert.equal(out, "1\n2\n3\n");
  assert.deepEqual(
    world.api.requests.map(({ method, body }) => `${method} ${body}`),
    Array(3).fill('POST {"q": 1}'),
  );
});

Deno.test("hca api GET /a --no-paginate gives the first page", async () => {
  await using world = await World.create(paged);
  const { out } = await world.hca.runLine(
    "hca api GET /a --service things --no-paginate",
  );
  assert.deepEqual(JSON.parse(out), { bundle: { files: [1], page: 1 } });
  assert.equal(world.api.requests.length, 1);
});

Deno.test("hca api GET /a --query and --output-file shape the answer", async () => {
  await using world = await World.create(paged);
  const { status, out } = await world.hca.runLine(
    "hca api GET /a --service things --query bundle.files[-1] --output-file o",
  );
  assert.equal(status, 0);
  assert.equal(out, "");
  assert.equal(await Deno.readTextFile(world.hca.path("o")), "3\n");
});

Deno.test("hca api GET /a is tried again, POST /a is not", async () => {
  let left = 2;
  await using world = await World.create(() =>
    left-- > 0 ? new Response("", { status: 503 }) : Response.json({ ok: true })
  );
  const { status } = await world.hca.runLine("hca api GET /a --service things");
  assert.equal(status, 0);
  assert.equal(world.api.requests.length, 3);
  left = 2;
  const post = await world.hca.runLine("hca api POST /a --service things");
  assert.equal(post.status, 7);
  assert.equal(world.api.requests.length, 4);
});

for (
  const [code, expected] of [[401, 4], [404, 5], [400, 7]] as const
) {
  Deno.test(`hca api GET /a answered with ${code} ends with ${expected}`, async () => {
    await using world = await World.create(() =>
      Response.json({ code: "c", title: "t" }, { status: code })
    );
    const { status, out, err } = await world.hca.runLine(
      "hca api GET /a --service things",
    );
    assert.equal(status, expected);
    assert.equal(out, "");
    assert.ok(
      err.startsWith(
        `hca api: error: c: t (HTTP ${code}) for GET ${world.api.origin}/base/a`,
      ),
      err,
    );
  });
}

/** Lines that are refused before anything is sent, and what is said. */
const REFUSED: [line: string, message: RegExp][] = [
  ["", /error: METHOD must be given\. See 'hca api --help'\.$/],
  ["GET", /error: PATH must be given/],
  ["GET /a b", /error: unexpected argument 'b'/],
  [
    "BREW /a",
    /error: METHOD must be one of GET, HEAD, POST, PUT, PATCH, DELETE, not 'BREW'/,
  ],
  ["GET a", /error: 'a' is not a path; it begins with one '\/'/],
  ["GET //evil.test/", /error: '\/\/evil\.test\/' is not a path/],
  ["GET /../x", /error: '\/\.\.\/x' is not a path/],
  ["GET /a --field x", /error: --field takes NAME=VALUE, not 'x'/],
  ["GET /a --field =x", /error: --field takes NAME=VALUE, not '=x'/],
  ["GET /a --json {}", /error: GET has no body, so --json cannot be sent/],
  ["HEAD /a --json 1", /error: HEAD has no body, so --json cannot be sent/],
  ["POST /a --json {", /error: --json is not valid JSON/],
  [
    "GET /a --service other",
    /error: there is no service 'other'\. A service is named by the configuration key NAMEClient\.swagger_url/,
  ],
  ["GET /a --query [", /error: --query /],
];

for (const [line, message] of REFUSED) {
  Deno.test(`hca api ${line} is refused`, async () => {
    await using world = await World.create();
    const { status, out, err } = await world.hca.runLine(
      `hca api --service things ${line}`,
    );
    assert.match(err.trimEnd(), message);
    assert.equal(out, "");
    assert.equal(status, 2);
    assert.deepEqual(world.api.requests, []);
  });
}
