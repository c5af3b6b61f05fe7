import assert from "node:assert/strict";
import { configure } from "./_served.ts";
import { FIRST, SecuredService } from "./_secured_service.ts";

const SECOND = "PLANTED-token-2";

async function storedToken({ hca }: SecuredService): Promise<unknown> {
  const path = `${hca.root}/home/config/hca/config.json`;
  const { oauth2_token } = JSON.parse(await Deno.readTextFile(path));
  return oauth2_token;
}

Deno.test("hca dss get-pages renews a token that expires between pages", async () => {
  await using world = await SecuredService.create({ lifetimeMs: 600_000 });
  world.onRequest = ({ target }) => {
    if (target === "/v1/pages?page=2") world.laterMs = 599_000;
  };
  const { status, out, err } = await world.hca.runLine(
    "hca dss get-pages --output jsonl",
  );
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.equal(out, "1\n2\n3\n");
  // Before the third page, not after a refusal.
  assert.deepEqual(world.tokens, [FIRST, FIRST, SECOND]);
  assert.equal(world.renewals, 1);
  const stored = await storedToken(world) as Record<string, unknown>;
  assert.equal(stored.access_token, SECOND);
  assert.equal(stored.refresh_token, "PLANTED-refresh-2");
});

Deno.test("hca dss get-closed answered with 401 renews the token and asks once more", async () => {
  await using world = await SecuredService.create();
  world.valid = "revoked";
  const { status, out, err } = await world.hca.runLine("hca dss get-closed");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(out), { results: [1] });
  assert.deepEqual(world.tokens, [FIRST, SECOND]);
  assert.equal(world.renewals, 1);
});

Deno.test("hca dss get-pages answered with 401 in the middle goes on with a new token", async () => {
  await using world = await SecuredService.create();
  world.onRequest = ({ target, headers }) => {
    const isFirst = headers.get("authorization")?.endsWith(FIRST);
    if (target === "/v1/pages?page=2" && isFirst) world.valid = "revoked";
  };
  const { status, out } = await world.hca.runLine(
    "hca dss get-pages --output jsonl",
  );
  assert.equal(status, 0);
  assert.equal(out, "1\n2\n3\n");
  assert.deepEqual(world.tokens, [FIRST, FIRST, SECOND, SECOND]);
  assert.equal(world.renewals, 1);
});

Deno.test("hca dss get-closed answered with 401 twice ends with 4 and the command that helps", async () => {
  await using world = await SecuredService.create();
  world.valid = "never";
  world.renews = false;
  const { status, out, err } = await world.hca.runLine("hca dss get-closed");
  assert.equal(
    err,
    "hca dss get-closed: error: Unauthorized: Token is invalid (HTTP 401) " +
      `for GET ${world.api.origin}/v1/closed. The token is that of the ` +
      "stored login. Log in again with 'hca dss login'.\n",
  );
  assert.equal(out, "");
  assert.equal(status, 4);
  assert.deepEqual(world.tokens, [FIRST, SECOND]);
  assert.equal(world.renewals, 1);
});

Deno.test("hca api renews a token as the service's own commands do", async () => {
  await using world = await SecuredService.create();
  world.valid = "revoked";
  const { status, err } = await world.hca.runLine("hca api GET /closed");
  assert.equal(status, 0, err);
  assert.deepEqual(world.tokens, [FIRST, SECOND]);
});

Deno.test("hca dss get-open --auth sends the token, get-closed --no-auth sends none", async () => {
  await using world = await SecuredService.create();
  for (
    const line of [
      "hca dss get-open",
      "hca dss get-open --auth",
      "hca --auth dss get-open",
      "hca dss --no-auth get-open",
    ]
  ) {
    const { status, err } = await world.hca.runLine(line);
    assert.equal(status, 0, err);
  }
  assert.deepEqual(world.tokens, [null, FIRST, FIRST, null]);
  const closed = await world.hca.runLine("hca dss get-closed --no-auth");
  assert.equal(closed.status, 4);
  assert.match(closed.err, /\(HTTP 401\) .* Log in with 'hca dss login'/);
  // It is not renewed either.
  assert.deepEqual(world.tokens.slice(4), [null]);
  assert.equal(world.renewals, 0);
});

for (
  const line of [
    "hca dss get-closed --auth --no-auth",
    "hca --no-auth --auth dss get-closed",
    "hca --auth api --no-auth GET /closed",
  ]
) {
  Deno.test(`${line} is refused before anything is sent`, async () => {
    await using world = await SecuredService.create();
    const { status, out, err } = await world.hca.runLine(line);
    assert.match(err, /: error: --auth and --no-auth exclude one another\./);
    assert.equal(out, "");
    assert.equal(status, 2);
    assert.deepEqual(world.tokens, []);
  });
}

for (const flag of ["--au", "--no-au", "--auth=true", "--no-auth=x"]) {
  Deno.test(`hca dss get-open ${flag} is refused, for it would say nothing`, async () => {
    await using world = await SecuredService.create();
    const { status, err } = await world.hca.runLine(
      `hca dss get-open ${flag}`,
    );
    assert.equal(status, 2, err);
    assert.deepEqual(world.tokens, []);
  });
}

Deno.test("hca dss get-closed -- --auth takes what follows -- for no option", async () => {
  await using world = await SecuredService.create();
  const { status, err } = await world.hca.runLine("hca dss get-open -- --auth");
  assert.equal(status, 2);
  assert.match(err, /unexpected argument '--auth'/);
});

Deno.test("hca dss get-closed does not send the login of another service", async () => {
  await using world = await SecuredService.create();
  await using other = await SecuredService.create();
  const { hca } = world;
  hca.variables.set("HCA_SWAGGER_URL", other.api.url);
  const { status, out, err } = await hca.runLine("hca dss get-closed");
  assert.equal(
    err,
    `hca dss get-closed: error: the stored login is for ` +
      `'${world.api.origin}' and is not sent to '${other.api.origin}'. ` +
      "Log in there with 'hca dss login'.\n",
  );
  assert.equal(out, "");
  assert.equal(status, 4);
  assert.deepEqual([...world.tokens, ...other.tokens], []);
});

Deno.test("hca auth get-closed, a second service, takes the login of the data store", async () => {
  await using world = await SecuredService.create();
  await using other = await SecuredService.create();
  const { hca } = world;
  const path = `${hca.root}/home/config/hca/config.json`;
  const login = JSON.parse(await Deno.readTextFile(path));
  const AuthClient = { swagger_url: other.api.url };
  await configure(hca, { ...login, AuthClient });
  const { status, err } = await hca.runLine("hca auth get-closed");
  assert.equal(status, 0, err);
  assert.deepEqual(other.tokens, [FIRST]);
});
