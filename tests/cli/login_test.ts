import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readStoredLogin } from "../../src/auth/mod.ts";
import { loadConfig } from "../../src/config/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const TOKEN = "eyPLANTED.PLANTED-_~+/=";

function ownFile(hca: TestEnvironment): string {
  return `${hca.root}/home/config/hca/config.json`;
}

async function put(path: string, content: unknown): Promise<void> {
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(content));
}

async function stored(hca: TestEnvironment): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(ownFile(hca)));
}

const EMBEDDED = "http://dss.hca.localhost";

function loginOf(accessToken: string, service = EMBEDDED) {
  return {
    access_token: accessToken,
    refresh_token: null,
    id_token: null,
    expires_at: "-1",
    token_type: "Bearer",
    service,
  };
}

for (const line of ["hca dss login", "hca login"]) {
  Deno.test(`${line} --access-token test`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.runLine(
      `${line} --access-token test`,
    );
    assert.equal(out, "Storing access credentials\n");
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(await stored(hca), { oauth2_token: loginOf("test") });
    assert.deepEqual(
      namesBelow(`${hca.root}/home`),
      ["config/hca/config.json"],
    );
    assert.deepEqual(hca.refusedRequests, []);
    const { runtime: { files } } = hca;
    const config = await loadConfig(files, hca.environment);
    assert.equal(readStoredLogin(config)?.accessToken, "test");
    if (Deno.build.os === "windows") return;
    const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
    assert.equal(mode(ownFile(hca)), 0o600);
    assert.equal(mode(`${hca.root}/home/config/hca`), 0o700);
  });
}

for (const input of [TOKEN, `${TOKEN}\n`, `${TOKEN}\r\n\r\n`]) {
  Deno.test(`hca dss login --access-token - with ${JSON.stringify(input)} on standard input`, async () => {
    await using hca = await TestEnvironment.create();
    hca.terminal.inputText = input;
    for (const flag of ["--access-token=-", "--access-token -"]) {
      const { status, out, err } = await hca.runLine(
        `hca dss login ${flag} --log-level DEBUG`,
      );
      assert.equal(out, "Storing access credentials\n");
      assert.doesNotMatch(err, /PLANTED/);
      assert.equal(status, 0);
      assert.deepEqual(await stored(hca), { oauth2_token: loginOf(TOKEN) });
    }
  });
}

Deno.test("hca dss login keeps everything else in the file, and replaces an old login", async () => {
  await using hca = await TestEnvironment.create();
  await put(ownFile(hca), {
    list: { $append: 1 },
    oauth2_token: { access_token: "old", refresh_token: "old", scope: [] },
    application_secrets: { installed: {} },
  });
  await hca.runLine("hca dss login --access-token new");
  assert.deepEqual(await stored(hca), {
    list: { $append: 1 },
    oauth2_token: { ...loginOf("new"), scope: [] },
    application_secrets: { installed: {} },
  });
});

Deno.test("hca dss login says when an earlier file hides the login", async () => {
  await using hca = await TestEnvironment.create();
  await put(`${hca.root}/etc/hca/config.json`, { oauth2_token: null });
  const { status, err } = await hca.runLine(
    "hca dss login --access-token PLANTED",
  );
  assert.equal(
    err,
    "hca: warning: the login has no effect: an earlier configuration file " +
      "has a value for oauth2_token that is no object; see 'hca config list " +
      "--show-origin'\n",
  );
  assert.equal(status, 0);
  assert.equal((await hca.runLine("hca auth token")).status, 4);
});

Deno.test("hca dss login --access-token belongs to the service that is configured, which is not asked", async () => {
  await using hca = await TestEnvironment.create();
  const url = "https://dss.test:8443/v1/swagger.json";
  hca.variables.set("HCA_SWAGGER_URL", url);
  await hca.runLine("hca dss login --access-token one");
  const login = loginOf("one", "https://dss.test:8443");
  assert.deepEqual(await stored(hca), { oauth2_token: login });
  const line = "hca dss login --swagger-url http://127.0.0.1:9/s.json " +
    "--access-token two";
  assert.equal((await hca.runLine(line)).status, 0);
  const other = loginOf("two", "http://127.0.0.1:9");
  assert.deepEqual(await stored(hca), { oauth2_token: other });
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test("hca dss login --access-token with a JWT does not look into it", async () => {
  await using hca = await TestEnvironment.create();
  // {"alg":"none"}.{"exp":1}
  const token = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.";
  await hca.run("dss", "login", "--access-token", token);
  assert.deepEqual(await stored(hca), { oauth2_token: loginOf(token) });
});

for (const argv of [["--access-token", ""], ["--access-token=", "--remote"]]) {
  Deno.test(`hca dss login ${argv.join(" ")} stores nothing`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.run("dss", "login", ...argv);
    assert.equal(out, "");
    assert.equal(
      err,
      "hca dss login: error: --access-token is empty. See 'hca dss login " +
        "--help'.\n",
    );
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(`${hca.root}/home`), []);
  });
}

Deno.test("hca dss login with the embedded service signs its owner in", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.set("USER", "ada");
  await hca.addSamples();
  hca.openBrowser = () => Promise.reject(new Error("no browser is needed"));
  for (const line of ["hca dss login", "hca auth login --remote"]) {
    const { status, out, err } = await hca.runLine(line);
    assert.equal(status, 0, err);
    assert.equal(out, "Storing access credentials\n");
    const { oauth2_token, application_secrets } = await stored(hca) as Record<
      string,
      Record<string, unknown>
    >;
    assert.equal(oauth2_token?.service, EMBEDDED);
    const { payload } = claimsOf(String(oauth2_token?.access_token));
    assert.equal(payload.email, "ada@localhost");
    assert.equal(payload.iss, `${EMBEDDED}/`);
    assert.equal(oauth2_token?.expires_at, payload.exp);
    assert.ok(oauth2_token?.refresh_token);
    assert.ok(oauth2_token?.id_token);
    const installed = application_secrets?.installed as Record<string, unknown>;
    assert.equal(installed.token_uri, `${EMBEDDED}/oauth/token`);
    assert.equal(installed.revocation_uri, `${EMBEDDED}/oauth/revoke`);
    assert.doesNotMatch(err, secretPattern(oauth2_token));
  }
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test("hca dss login --email is somebody else to the embedded service", async () => {
  await using hca = await TestEnvironment.create();
  await hca.addSamples();
  await hca.runLine("hca dss login --email eve@example.org");
  const { oauth2_token } = await stored(hca) as Record<
    string,
    Record<string, unknown>
  >;
  const { payload } = claimsOf(String(oauth2_token?.access_token));
  assert.equal(payload.email, "eve@example.org");
  const { status, err } = await hca.runLine("hca dss login --email nobody");
  assert.equal(status, 2);
  assert.match(err, /--email 'nobody' is not an email address/);
});

Deno.test("hca dss logout ends the tokens of the embedded service", async () => {
  await using hca = await TestEnvironment.create();
  await hca.addSamples();
  await hca.runLine("hca dss login");
  const { oauth2_token } = await stored(hca) as Record<
    string,
    Record<string, unknown>
  >;
  const line = "hca dss get-collections --log-level ERROR";
  const used = await hca.runLine(line);
  assert.deepEqual(JSON.parse(used.out), { collections: [] }, used.err);
  const { status, out, err } = await hca
    .runLine("hca dss logout --log-level WARNING");
  assert.equal(out + err, "");
  assert.equal(status, 0);
  assert.deepEqual(await stored(hca), {});
  // Whoever has kept the token has nothing from it.
  hca.variables.set("HCA_ACCESS_TOKEN", String(oauth2_token?.access_token));
  const refused = await hca.runLine(line);
  assert.equal(refused.status, 4);
  assert.doesNotMatch(refused.out + refused.err, secretPattern(oauth2_token));
});

// standard input, the error
const BAD_INPUTS: [string, RegExp][] = [
  ["", /: error: standard input holds no token\./],
  [" \n", /: error: standard input holds no token\./],
  ["Bearer PLANTED", /: error: the access token has blanks or characters /],
  ["PLANTED\nPLANTED", /: error: the access token has blanks or characters /],
  ["PLANTED\u0007", /: error: the access token has blanks or characters /],
  ["PLANTEDé", /: error: the access token has blanks or characters /],
  [
    "PLANTED".padEnd(65_537, "x"),
    /: error: the access token is longer than 65536 characters, more than a /,
  ],
];

for (const [input, message] of BAD_INPUTS) {
  Deno.test(`hca dss login --access-token - refuses ${JSON.stringify(input).slice(0, 50)}`, async () => {
    await using hca = await TestEnvironment.create();
    hca.terminal.inputText = input;
    const { status, out, err } = await hca.runLine(
      "hca dss login --access-token - --log-level DEBUG",
    );
    assert.match(err, message);
    assert.doesNotMatch(out + err, /PLANTED/);
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(`${hca.root}/home`), []);
  });
}

Deno.test("hca dss login shows no token when the file cannot be written", async () => {
  await using hca = await TestEnvironment.create();
  await Deno.writeTextFile(`${hca.root}/home/config`, "in the way");
  const { status, out, err } = await hca.runLine(
    `hca dss login --access-token ${TOKEN} --log-level DEBUG`,
  );
  assert.equal(status, 9);
  assert.doesNotMatch(out + err, /PLANTED|Storing/);
});

Deno.test("hca dss logout removes the login, and again does nothing", async () => {
  await using hca = await TestEnvironment.create();
  await put(ownFile(hca), {
    log_level: "INFO",
    application_secrets: { installed: { client_secret: "PLANTED" } },
    oauth2_token: loginOf("PLANTED"),
    list: { $append: 1 },
  });
  for (const line of ["hca dss logout", "hca dss logout", "hca logout"]) {
    const { status, out, err } = await hca.runLine(line);
    assert.equal(out + err, "");
    assert.equal(status, 0);
    assert.equal(
      await Deno.readTextFile(ownFile(hca)),
      '{\n  "log_level": "INFO",\n  "list": {\n    "$append": 1\n  }\n}\n',
    );
  }
  assert.deepEqual(hca.refusedRequests, []);
});

Deno.test("hca dss logout without any file makes none", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine("hca dss logout");
  assert.equal(out + err, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test("hca dss logout names another file that still holds a token", async () => {
  await using hca = await TestEnvironment.create();
  const listed = `${hca.root}/listed.json`;
  hca.variables.set("HCA_CONFIG_FILE", listed);
  await put(ownFile(hca), { oauth2_token: loginOf("PLANTED") });
  await put(listed, { oauth2_token: loginOf("PLANTED") });
  const { status, err } = await hca.runLine("hca dss logout");
  assert.equal(
    err,
    `hca: warning: '${ownFile(hca)}' still holds an access token\n`,
  );
  assert.equal(status, 0);
  assert.equal(await Deno.readTextFile(listed), "{}\n");
  assert.deepEqual(await stored(hca), { oauth2_token: loginOf("PLANTED") });
});

/** The claims of a token, unverified. */
function claimsOf(token: string): { payload: Record<string, unknown> } {
  const part = token.split(".")[1] ?? "";
  const text = Buffer.from(part, "base64url").toString();
  return { payload: JSON.parse(text) };
}

/** Matches each of the tokens of a login. */
function secretPattern(login: Record<string, unknown> = {}): RegExp {
  const secrets = ["access_token", "refresh_token", "id_token"]
    .map((key) => RegExp.escape(String(login[key])));
  return new RegExp(secrets.join("|"));
}
