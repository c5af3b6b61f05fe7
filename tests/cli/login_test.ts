import assert from "node:assert/strict";
import { loadConfig, readAccessToken } from "../../src/config/mod.ts";
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

function loginOf(accessToken: string) {
  return {
    access_token: accessToken,
    refresh_token: null,
    id_token: null,
    expires_at: "-1",
    token_type: "Bearer",
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
    assert.equal(readAccessToken(config), "test");
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
    oauth2_token: loginOf("new"),
    application_secrets: { installed: {} },
  });
});

for (
  const line of [
    "hca dss login",
    "hca dss login --remote",
    "hca dss login --access-token ''",
    "hca dss login --access-token= --remote",
  ]
) {
  Deno.test(`${line} says how to log in`, async () => {
    await using hca = await TestEnvironment.create();
    const [, ...argv] = line.split(" ");
    const { status, out, err } = await hca.run(
      ...argv.map((word) => word === "''" ? "" : word),
    );
    assert.equal(out, "");
    assert.equal(
      err,
      "hca dss login: error: the only way to log in so far is with " +
        "--access-token. Give it the token, or '-' to read the token from " +
        "standard input: hca dss login --access-token - < token.txt\n",
    );
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(`${hca.root}/home`), []);
  });
}

// standard input, the error
const BAD_INPUTS: [string, RegExp][] = [
  ["", /: error: standard input holds no token\./],
  [" \n", /: error: standard input holds no token\./],
  ["Bearer PLANTED", /: error: the access token has blanks or characters /],
  ["PLANTED\nPLANTED", /: error: the access token has blanks or characters /],
  ["PLANTED\u0007", /: error: the access token has blanks or characters /],
  ["PLANTEDé", /: error: the access token has blanks or characters /],
];

for (const [input, message] of BAD_INPUTS) {
  Deno.test(`hca dss login --access-token - refuses ${JSON.stringify(input)}`, async () => {
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
