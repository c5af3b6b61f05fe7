import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "./_program.ts";

const MODULE = new URL("../../mod.ts", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A service with one operation that needs a token. */
function serve(): {
  swaggerUrl: string;
  tokens: (string | null)[];
  [Symbol.asyncDispose](): Promise<void>;
} {
  const tokens: (string | null)[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      if (request.url.endsWith("/swagger.json")) {
        const get = { security: [{ dcpAuth: [] }], responses: { 200: {} } };
        return Response.json({ swagger: "2.0", paths: { "/closed": { get } } });
      }
      const sent = request.headers.get("authorization");
      tokens.push(sent);
      return sent === "Bearer refused"
        ? Response.json({ title: "no" }, { status: 401 })
        : Response.json({ ok: true });
    },
  );
  return {
    swaggerUrl: `http://127.0.0.1:${server.addr.port}/swagger.json`,
    tokens,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Runs the body of a script, with a client `dss`; gives what it prints. */
async function runScript(
  sandbox: Sandbox,
  swaggerUrl: string,
  body: string,
  environment: Record<string, string> = {},
): Promise<string> {
  const script = join(sandbox.directory, "script.ts");
  await Deno.writeTextFile(
    script,
    `import { AuthError, DssClient } from ${JSON.stringify(MODULE)};
const swaggerUrl = ${JSON.stringify(swaggerUrl)};
using dss = await DssClient.create({ swaggerUrl });
const call = () => dss.call("get_closed").then(
  (answer) => JSON.stringify(answer),
  (error) => [error instanceof AuthError, error.message, error.hint].join("|"),
);
${body}
`,
  );
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", script],
    cwd: ROOT,
    env: { ...sandbox.environment, ...environment },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("DssClient takes the token of HCA_ACCESS_TOKEN in a script, and says so when it is refused", async () => {
  await using sandbox = await Sandbox.create();
  await using service = serve();
  const body = "console.log(await call());";
  const { swaggerUrl, tokens } = service;
  const taken = await runScript(sandbox, swaggerUrl, body, {
    HCA_ACCESS_TOKEN: "good",
  });
  assert.equal(taken, '{"ok":true}\n');
  const refused = await runScript(sandbox, swaggerUrl, body, {
    HCA_ACCESS_TOKEN: "refused",
  });
  assert.match(refused, /^true\|no \(HTTP 401\).*\|.*HCA_ACCESS_TOKEN.*\n$/);
  assert.deepEqual(tokens, ["Bearer good", "Bearer refused"]);
});

Deno.test("DssClient throws AuthError before it asks when a script has no token", async () => {
  await using sandbox = await Sandbox.create();
  await using service = serve();
  const out = await runScript(
    sandbox,
    service.swaggerUrl,
    "console.log(await call());",
  );
  assert.match(out, /^true\|Please configure hca dss authentication /);
  assert.deepEqual(service.tokens, []);
});

Deno.test("DssClient.login stores a token that hca and later scripts use, logout removes it", async () => {
  await using sandbox = await Sandbox.create();
  await using service = serve();
  const { swaggerUrl, tokens } = service;
  const out = await runScript(
    sandbox,
    swaggerUrl,
    `await dss.login({ accessToken: "stored\\n" });
console.log(await call());`,
  );
  assert.equal(out, '{"ok":true}\n');
  const path = join(sandbox.directory, "home/.config/hca/config.json");
  assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), {
    oauth2_token: {
      access_token: "stored",
      refresh_token: null,
      id_token: null,
      expires_at: "-1",
      token_type: "Bearer",
      service: new URL(swaggerUrl).origin,
    },
  });
  if (Deno.build.os !== "windows") {
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  }
  const after = await runScript(
    sandbox,
    swaggerUrl,
    `console.log(await call());
await dss.logout();
await dss.logout();
console.log(await call());`,
  );
  assert.match(after, /^{"ok":true}\ntrue\|Please configure /);
  assert.equal(await Deno.readTextFile(path), "{}\n");
  assert.deepEqual(tokens, ["Bearer stored", "Bearer stored"]);
});

Deno.test("DssClient.login refuses what no header carries, without quoting it", async () => {
  await using sandbox = await Sandbox.create();
  await using service = serve();
  const out = await runScript(
    sandbox,
    service.swaggerUrl,
    `for (const accessToken of ["", "PLANTED x", "PLANTED\\u00e9"]) {
  await dss.login({ accessToken }).catch((error) =>
    console.log(error.name, error.message));
}`,
  );
  const line = "UsageError the access token is empty, or has blanks or " +
    "characters outside of ASCII\n";
  assert.equal(out, line.repeat(3));
});
