import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import { auth } from "../../src/commands/auth/auth.ts";
import { serviceCommands } from "../../src/commands/service_commands.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { notationOf, OURS } from "./_old_table.ts";
import { configure, ServedApi, type ServedRequest } from "./_served.ts";
import { authDocument, matrixDocument } from "./_service_documents.ts";

/** A world with both services, and the names of the sections they are in. */
class World implements AsyncDisposable {
  readonly auth: ServedApi;
  readonly matrix: ServedApi;

  private constructor(
    readonly hca: TestEnvironment,
    answer: (request: ServedRequest) => Response,
  ) {
    this.auth = new ServedApi(authDocument, answer);
    this.matrix = new ServedApi(matrixDocument, answer);
    this.auth.connect(hca);
  }

  static async create(
    answer: (request: ServedRequest) => Response = () =>
      Response.json({ ok: true }),
  ): Promise<World> {
    const world = new World(await TestEnvironment.create(), answer);
    await configure(world.hca, {
      AuthClient: { swagger_url: world.auth.url },
      MatrixClient: { swagger_url: world.matrix.url },
      // None of these is a service.
      DSSClient: {},
      EmptyClient: { swagger_url: "" },
      Elsewhere: { swagger_url: "https://else.test/" },
      "9Client": { swagger_url: "https://nine.test/" },
      NumberClient: { swagger_url: 7 },
      TextClient: "swagger_url",
    });
    return world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.auth[Symbol.asyncDispose]();
    await this.matrix[Symbol.asyncDispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}

/** The commands of a service, with their flags; hca's own left out. */
async function treeOf(
  hca: TestEnvironment,
  name: string,
): Promise<Record<string, string>> {
  using context = new Context(hca.environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: undefined,
  });
  const groups = [auth, ...await serviceCommands(context)];
  const group = groups.find((found) => found.name === name);
  const commands = await group?.generated?.(context) ?? [];
  return Object.fromEntries(commands.map(({ name, options = [] }) => [
    name,
    options.filter((option) =>
      option.name === "no-paginate" || !OURS.includes(option.name)
    ).map(notationOf).join(" "),
  ]));
}

Deno.test("hca auth has the commands of its OpenAPI 3 document", async () => {
  await using world = await World.create();
  assert.deepEqual(await treeOf(world.hca, "auth"), {
    "get-openid-configuration": "host!",
    "get-jwks.json": "",
    "post-oauth-token": "grant-type!=refresh|code expires-in:int scopes:json+",
    "get-v1-users": "per-page:int status=enabled|disabled no-paginate",
    "get-v1-user-groups": "user-id!",
    "put-v1-user-group": "groups!:json+ action!=add|remove user-id!",
  });
});

Deno.test("hca matrix has the commands of its Swagger 2.0 document", async () => {
  await using world = await World.create();
  assert.deepEqual(await treeOf(world.hca, "matrix"), {
    "get-matrice": "uuid! X-Trace format!=loom|mtx",
    "delete-matrice": "uuid! X-Trace",
    "get-filters": "kind! name limit:number",
    "post-matrice": "note feature-kind=gene|transcript is-dense:bool",
  });
});

Deno.test("hca --help lists the configured services and no others", async () => {
  await using world = await World.create();
  const { status, out, err } = await world.hca.runLine("hca --help");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.match(
    out,
    new RegExp(`^  matrix +Call the service of ${world.matrix.url}\\.$`, "m"),
  );
  const [, commands = ""] = /^Commands:\n(.*?)\n\n/ms.exec(out) ?? [];
  // It has a group of its own, whether it is configured or not.
  assert.equal(commands.match(/^ {2}auth /gm)?.length, 1);
  for (const name of ["empty", "elsewhere", "9", "number", "text"]) {
    assert.doesNotMatch(commands, new RegExp(`^  ${name} `, "m"));
  }
  // Its document is not needed for that.
  assert.equal(world.auth.documentRequests, 0);
});

Deno.test("hca --help shows no secret of a service's address", async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
  await configure(hca, {
    AuthClient: { swagger_url: "https://me:word@auth.test/s?token=hidden" },
  });
  for (
    const line of ["hca --help", "hca auth --help", "hca help --format json"]
  ) {
    const { out, err } = await hca.runLine(line);
    assert.doesNotMatch(out + err, /hidden|word@/, line);
  }
});

Deno.test("hca auth --help and hca help auth list its commands", async () => {
  await using world = await World.create();
  const { status, out } = await world.hca.runLine("hca auth --help");
  assert.equal(status, 0);
  assert.match(out, /^ {2}get-openid-configuration +Where things are\.$/m);
  for (const own of ["status", "token", "login", "logout"]) {
    assert.match(out, new RegExp(`^  ${own} `, "m"));
  }
  assert.equal((await world.hca.runLine("hca help auth")).out, out);
  assert.equal((await world.hca.runLine("hca auth")).out, out);
});

/** A line, and what the service gets: request line, header fields, body. */
const CALLS: [
  line: string,
  request: string,
  body: string,
  headers?: Record<string, string>,
][] = [
  [
    "hca auth get-openid-configuration --host data.test",
    "GET /auth/.well-known/openid-configuration",
    "",
    // What the program sends; the runtime may put the real host there.
    { host: "data.test" },
  ],
  [
    "hca auth get-jwks.json",
    "GET /auth/.well-known/jwks.json",
    "",
  ],
  [
    "hca auth post-oauth-token --grant-type refresh --expires-in 60 " +
    `--scopes '"a"' '"b"'`,
    "POST /auth/oauth/token",
    '{"grant_type": "refresh", "expires_in": 60, "scopes": ["a", "b"]}',
  ],
  [
    "hca auth get-v1-users --per-page 30 --status enabled",
    "GET /auth/v1/users?per_page=30&status=enabled",
    "",
  ],
  [
    `hca auth put-v1-user-group --user-id a/b@c --groups '["x","y"]' --action add`,
    "PUT /auth/v1/user/a%2Fb%40c/groups",
    '{"groups": ["x", "y"], "action": "add"}',
  ],
  [
    "hca matrix get-matrice --uuid u --format loom --X-Trace t1",
    "GET /matrix/matrices/u?format=loom",
    "",
    { "x-trace": "t1" },
  ],
  [
    "hca matrix delete-matrice --uuid u",
    "DELETE /matrix/matrices/u",
    "",
  ],
  ["hca matrix get-filters --kind k", "GET /matrix/filters/k", ""],
  [
    "hca matrix get-filters --kind k --name n --limit 2.5",
    "GET /matrix/filters/k/n?limit=2.5",
    "",
  ],
  [
    "hca matrix post-matrice --is-dense false --feature-kind gene --note ''",
    "POST /matrix/matrices",
    '{"note": "", "feature/kind": "gene", "is_dense": false}',
  ],
  ["hca matrix post-matrice", "POST /matrix/matrices", "{}"],
];

for (const [line, request, body, headers = {}] of CALLS) {
  Deno.test(line, async () => {
    await using world = await World.create();
    const { hca, auth, matrix } = world;
    const { fetch } = hca.runtime;
    hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
    let sent = new Headers();
    hca.runtime.fetch = (request) => {
      sent = request.headers;
      return fetch(request);
    };
    const { status, out, err } = await hca.runLine(line);
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.equal(out, '{\n  "ok": true\n}\n');
    const service = line.startsWith("hca auth") ? auth : matrix;
    assert.deepEqual(service.lines(), [request]);
    assert.equal(service.requests[0]?.body, body);
    assert.equal(service.requests[0]?.headers.get("user-agent"), "hca/1.2.3");
    for (const [name, value] of Object.entries(headers)) {
      assert.equal(sent.get(name), value);
    }
  });
}

/** Lines that are refused before anything is sent, and what is said. */
const REFUSED: [line: string, message: RegExp][] = [
  [
    "hca auth post-oauth-token --grant-type none",
    /^hca auth post-oauth-token: error: --grant-type must be one of refresh, code, not 'none'\. See 'hca auth post-oauth-token --help'\.\n$/,
  ],
  [
    "hca auth post-oauth-token --grant-type code --expires-in 59",
    /error: --expires-in must be 60 or more, not '59'/,
  ],
  [
    "hca auth get-v1-users --per-page 31",
    /error: --per-page must be 30 or less, not '31'/,
  ],
  ["hca auth get-v1-user-groups", /error: --user-id must be given/],
  [
    "hca auth get-v1-user-groups --user-id ..",
    /error: user_id cannot be '\.\.'/,
  ],
  [
    "hca auth get-openid-configuration --host 'a\u{1f9ec}'",
    /error: host cannot be 'a\u{1f9ec}': it is sent as an HTTP header/u,
  ],
  [
    "hca matrix get-filters --name n",
    /error: --kind must be given/,
  ],
  [
    "hca matrix post-matrice --is-dense maybe",
    /error: --is-dense takes true or false, not 'maybe'/,
  ],
  [
    "hca matrix post-matrice --hidden x",
    /error: unknown option '--hidden'/,
  ],
  [
    "hca auth get-jwks",
    /^hca: error: unknown command 'get-jwks'; did you mean 'get-jwks\.json'\? See 'hca auth --help'\.\n$/,
  ],
  [
    "hca authh get-jwks.json",
    /^hca: error: unknown command 'authh'; did you mean 'auth'\? See 'hca --help'\.\n$/,
  ],
  ["hca empty", /error: unknown command 'empty'/],
];

for (const [line, message] of REFUSED) {
  Deno.test(`${line} is refused`, async () => {
    await using world = await World.create();
    const { status, out, err } = await world.hca.runLine(line);
    assert.match(err, message);
    assert.equal(out, "");
    assert.equal(status, 2);
    assert.deepEqual([...world.auth.lines(), ...world.matrix.lines()], []);
  });
}

Deno.test("hca auth get-v1-users merges all pages, as those of the DSS", async () => {
  await using world = await World.create((request) => {
    const page = /page=(\d)/.exec(request.target)?.[1] ?? "1";
    return Response.json({ users: [page] }, {
      headers: {
        "x-openapi-paginated-content-key": "users",
        ...(page < "3" && {
          link: `</auth/v1/users?page=${Number(page) + 1}>; rel="next"`,
        }),
      },
    });
  });
  world.hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
  const { out, err } = await world.hca.runLine("hca auth get-v1-users");
  assert.equal(err, "");
  assert.deepEqual(JSON.parse(out), { users: ["1", "2", "3"] });
  assert.deepEqual(world.auth.lines(), [
    "GET /auth/v1/users",
    "GET /auth/v1/users?page=2",
    "GET /auth/v1/users?page=3",
  ]);
});

Deno.test("hca auth … keeps its API document as the DSS's is kept", async () => {
  await using world = await World.create();
  await world.hca.runLine("hca auth get-jwks.json");
  await world.hca.runLine("hca auth get-jwks.json");
  assert.equal(world.auth.documentRequests, 1);
  assert.equal(world.auth.requests.length, 2);
});

Deno.test("hca auth … shows the service's error and gives its status", async () => {
  await using world = await World.create(() =>
    Response.json({ code: "gone", title: "No such group" }, {
      status: 404,
      headers: { "x-aws-request-id": "r-1" },
    })
  );
  const { status, out, err } = await world.hca.runLine(
    "hca auth get-v1-user-groups --user-id u",
  );
  assert.equal(
    err,
    "hca auth get-v1-user-groups: error: gone: No such group (HTTP 404, " +
      `request r-1) for GET ${world.auth.origin}/auth/v1/user/u/groups\n`,
  );
  assert.equal(out, "");
  assert.equal(status, 5);
});

Deno.test("hca auth … of a service that is not there names its section", async () => {
  await using hca = await TestEnvironment.create();
  hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
  await configure(hca, { AuthClient: { swagger_url: "https://auth.test/s" } });
  const { status, err } = await hca.runLine(
    "hca auth get-things --log-level ERROR",
  );
  assert.equal(status, 6);
  assert.match(err, /Check the service auth in the configuration\.\n$/);
});

for (const url of ["ftp://auth.test/s", "auth.test", "https://", "local"]) {
  Deno.test(`hca auth … with the address ${url} is refused`, async () => {
    await using hca = await TestEnvironment.create();
    await configure(hca, { AuthClient: { swagger_url: url } });
    const { status, err } = await hca.runLine("hca auth get-things");
    assert.equal(status, 2, err);
    assert.equal(
      err,
      `hca: error: '${url}' is not the http or https address of the API ` +
        "document of the service 'auth'. It is in the configuration; see " +
        "'hca config list'.\n",
    );
    assert.deepEqual(hca.refusedRequests, []);
  });
}

Deno.test("hca dss does without the documents of the other services", async () => {
  await using world = await World.create();
  using store = await world.hca.openStore();
  await store.decideSamples(false);
  const { status } = await world.hca.runLine(
    "hca dss get-bundles-all --replica aws",
  );
  assert.equal(status, 0);
  assert.equal(world.auth.documentRequests, 0);
});

Deno.test("hca help --format json has the tree of every service", async () => {
  await using world = await World.create();
  const { status, out, err } = await world.hca.runLine(
    "hca help --format json",
  );
  assert.equal(err, "");
  assert.equal(status, 0);
  const { commands } = JSON.parse(out);
  const named = (name: string) =>
    commands.filter((command: { name: string }) => command.name === name);
  assert.deepEqual(named("matrix").length, 1);
  assert.equal(named("matrix")[0].commands.length, 4);
  assert.equal(named("auth").length, 1);
  // Its six operations, and status, token, login, logout.
  assert.equal(named("auth")[0].commands.length, 10);
});

/** A world with a service of one operation, which has one parameter. */
async function oddWorld(
  parameter: JsonObject,
): Promise<{ hca: TestEnvironment; api: ServedApi }> {
  const hca = await TestEnvironment.create();
  const api = new ServedApi(
    (origin) => ({
      openapi: "3.0.0",
      servers: [{ url: origin }],
      paths: {
        "/a": { get: { parameters: [parameter], responses: { 206: {} } } },
      },
    }),
    () => Response.json({ results: [] }),
  );
  api.connect(hca);
  await configure(hca, { OddClient: { swagger_url: api.url } });
  return { hca, api };
}

for (
  const name of [
    ...["help", "log_level", "swagger-url", "no_paginate"],
    ...["auth", "no_auth"],
  ]
) {
  const flag = name.replaceAll("_", "-");
  Deno.test(`hca odd get-a --param-${flag} is the service's ${name}; --${flag} stays ours`, async () => {
    const { hca, api } = await oddWorld({ name, in: "query", required: true });
    await using _hca = hca;
    await using _api = api;
    const { status, err } = await hca.runLine(
      `hca odd get-a --param-${flag} v --log-level INFO --no-paginate`,
    );
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(api.lines(), [`GET /a?${name}=v`]);
    const help = await hca.runLine("hca odd get-a --help");
    assert.match(help.out, new RegExp(`^usage: .* --param-${flag} `));
  });
}

for (const name of ["X\nY", "X Y", "\u00e9", "X:"]) {
  Deno.test(`hca odd get-a with a header ${JSON.stringify(name)} in the document is refused`, async () => {
    const { hca, api } = await oddWorld({ name, in: "header" });
    await using _hca = hca;
    await using _api = api;
    const { status, err } = await hca.run("odd", "get-a", `--${name}`, "v");
    assert.match(
      err,
      /^hca odd get-a: error: the API document has a parameter '.+' that is sent as an HTTP header, which cannot have this name\n$/,
    );
    assert.equal(status, 10);
    assert.deepEqual(api.lines(), []);
  });
}
