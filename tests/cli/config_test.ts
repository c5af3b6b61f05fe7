import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const IS_WINDOWS = Deno.build.os === "windows";
const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));

function ownFile(hca: TestEnvironment): string {
  return `${hca.root}/home/config/hca/config.json`;
}

async function put(path: string, content: unknown, mode = 0o600) {
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await Deno.writeTextFile(path, text);
  if (!IS_WINDOWS) await Deno.chmod(path, mode);
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("hca config list without any file is empty", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine("hca config list");
  assert.equal(out, "{}\n");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(hca.root), []);
});

Deno.test("hca config list shows the merged configuration without secrets", async () => {
  await using hca = await TestEnvironment.create();
  await put(`${hca.root}/etc/hca/config.json`, {
    log_level: "INFO",
    list: [1],
    application_secrets: {
      installed: { client_id: "id", client_secret: "PLANTED" },
    },
  });
  await put(ownFile(hca), {
    list: { $append: 2 },
    oauth2_token: { access_token: "PLANTED", refresh_token: null },
    DSSClient: {
      swagger_url: "https://ada:PLANTED@dss.test/v1/swagger.json?key=PLANTED",
    },
    proxy: "socks5h://ada:PLANTED@proxy.test:1080",
  });
  const { status, out, err } = await hca.runLine("hca config list");
  assert.deepEqual(JSON.parse(out), {
    log_level: "INFO",
    list: [1, 2],
    application_secrets: {
      installed: { client_id: "id", client_secret: "***" },
    },
    oauth2_token: { access_token: "***", refresh_token: null },
    DSSClient: { swagger_url: "https://***@dss.test/v1/swagger.json?key=***" },
    proxy: "socks5h://***@proxy.test:1080",
  });
  assert.equal(err, "");
  assert.equal(status, 0);
});

Deno.test("hca config list --show-origin names the file of each value", async () => {
  await using hca = await TestEnvironment.create();
  const listed = `${hca.root}/listed.json`;
  hca.variables.set("HCA_CONFIG_FILE", listed);
  await put(`${hca.root}/etc/hca/config.json`, { log_level: "INFO", l: [1] });
  await put(ownFile(hca), { DSSClient: { swagger_url: "local" }, "a.b": 1 });
  await put(listed, {
    l: { $extend: [2] },
    oauth2_token: { access_token: "PLANTED" },
  });
  const { out } = await hca.runLine("hca config list --show-origin");
  const etc = "/etc/hca/config.json";
  assert.deepEqual(JSON.parse(out), {
    log_level: { value: "INFO", origin: etc },
    l: { value: [1, 2], origin: listed },
    "DSSClient.swagger_url": { value: "local", origin: ownFile(hca) },
    "a\\.b": { value: 1, origin: ownFile(hca) },
    "oauth2_token.access_token": { value: "***", origin: listed },
  });
});

Deno.test({
  name: "hca config list warns of a token that others may read",
  ignore: IS_WINDOWS,
  fn: async () => {
    await using hca = await TestEnvironment.create();
    const login = { oauth2_token: { access_token: "PLANTED" } };
    await put(ownFile(hca), login, 0o644);
    const warning =
      `hca: warning: '${ownFile(hca)}' holds a token and others ` +
      "may read it (mode 0644); 'chmod 600' makes it private\n";
    assert.equal((await hca.runLine("hca config list")).err, warning);
    const { err } = await hca.runLine("hca config set log_level INFO");
    assert.equal(err, `${warning}hca: set 'log_level' in '${ownFile(hca)}'\n`);
    assert.equal(await modeOf(ownFile(hca)), 0o600);
    assert.equal((await hca.runLine("hca config list")).err, "");
  },
});

// what the file says of `key`, what is printed
const PRINTED: [string, string][] = [
  ['"a text"', "a text\n"],
  ['"é\\n"', "é\n\n"],
  ['""', "\n"],
  ["true", "true\n"],
  ["null", "null\n"],
  ["12345678901234567890", "12345678901234567890\n"],
  ['["é"]', '[\n  "\\u00e9"\n]\n'],
  ['{"a": {}}', '{\n  "a": {}\n}\n'],
];

for (const [json, printed] of PRINTED) {
  Deno.test(`hca config get prints ${json}`, async () => {
    await using hca = await TestEnvironment.create();
    await put(ownFile(hca), `{"section": {"key": ${json}}}`);
    const { status, out, err } = await hca.runLine(
      "hca config get section.key",
    );
    assert.equal(out, printed);
    assert.equal(err, "");
    assert.equal(status, 0);
  });
}

Deno.test("hca config get of a secret prints *** and says so", async () => {
  await using hca = await TestEnvironment.create();
  await put(ownFile(hca), {
    oauth2_token: { access_token: "PLANTED", token_type: "Bearer" },
  });
  const one = await hca.runLine("hca config get oauth2_token.access_token");
  assert.equal(one.out, "***\n");
  assert.equal(
    one.err,
    "hca: warning: 'oauth2_token.access_token' is or holds a secret, " +
      "shown as ***\n",
  );
  assert.equal(one.status, 0);
  const all = await hca.runLine("hca config get oauth2_token");
  assert.deepEqual(JSON.parse(all.out), {
    access_token: "***",
    token_type: "***",
  });
});

for (const key of ["nothing", "a.nothing", "a.b.c", "toString", "a.b.length"]) {
  Deno.test(`hca config get ${key} when it is not there`, async () => {
    await using hca = await TestEnvironment.create();
    await put(ownFile(hca), { a: { b: "text" } });
    const { status, out, err } = await hca.runLine(`hca config get ${key}`);
    assert.equal(out, "");
    assert.equal(
      err,
      `hca config get: error: '${key}' is not in the configuration. ` +
        "'hca config list --show-origin' shows what is.\n",
    );
    assert.equal(status, 5);
  });
}

Deno.test("hca config set makes a private file with that key alone", async () => {
  await using hca = await TestEnvironment.create();
  await put(`${hca.root}/etc/hca/config.json`, { log_level: "INFO" });
  const { status, out, err } = await hca.runLine(
    "hca config set DSSClient.swagger_url local",
  );
  assert.equal(err, `hca: set 'DSSClient.swagger_url' in '${ownFile(hca)}'\n`);
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.equal(
    await Deno.readTextFile(ownFile(hca)),
    '{\n  "DSSClient": {\n    "swagger_url": "local"\n  }\n}\n',
  );
  assert.deepEqual(namesBelow(`${hca.root}/home`), ["config/hca/config.json"]);
  if (IS_WINDOWS) return;
  assert.equal(await modeOf(ownFile(hca)), 0o600);
  assert.equal(await modeOf(`${hca.root}/home/config/hca`), 0o700);
});

// words after `hca config set key`, the value that is stored
const VALUES: [string[], unknown][] = [
  [["text"], "text"],
  [["8008"], "8008"],
  [["true"], "true"],
  [["{}"], "{}"],
  [[""], ""],
  [["--", "-5"], "-5"],
  [["--json", "8008"], 8008],
  [["8008", "--json"], 8008],
  [["--json", "--", "-5"], -5],
  [["--json", "true"], true],
  [["--json", "null"], null],
  [["--json", '"text"'], "text"],
  [["--json", '["a", {"b": 1.5}]'], ["a", { b: 1.5 }]],
  [["--json", '{"$append": 4}'], { $append: 4 }],
];

for (const [words, value] of VALUES) {
  Deno.test(`hca config set key ${words.join(" ")}`, async () => {
    await using hca = await TestEnvironment.create();
    await put(`${hca.root}/etc/hca/config.json`, { key: [3] });
    const { status } = await hca.run("config", "set", "key", ...words);
    assert.equal(status, 0);
    const stored = JSON.parse(await Deno.readTextFile(ownFile(hca)));
    assert.deepEqual(stored, { key: value });
  });
}

Deno.test("hca config set and unset write to the last file of HCA_CONFIG_FILE only", async () => {
  await using hca = await TestEnvironment.create();
  const [first, last] = [`${hca.root}/first.json`, `${hca.root}/last.json`];
  hca.variables.set("HCA_CONFIG_FILE", `${first}:${last}`);
  await put(first, '{"a":1,"l":[1]}');
  await put(ownFile(hca), '{"a":0}');
  await put(last, '{"l": {"$append": 2}, "b": {"d": 1, "c": 2}}');
  await hca.runLine("hca config set b.c three");
  assert.deepEqual(
    await Deno.readTextFile(last),
    '{\n  "l": {\n    "$append": 2\n  },\n  "b": {\n    "d": 1,\n' +
      '    "c": "three"\n  }\n}\n',
  );
  assert.equal(
    (await hca.runLine("hca config get l")).out,
    "[\n  1,\n  2\n]\n",
  );
  await hca.runLine("hca config unset b.d");
  assert.deepEqual(JSON.parse(await Deno.readTextFile(last)), {
    l: { $append: 2 },
    b: { c: "three" },
  });
  assert.equal(await Deno.readTextFile(first), '{"a":1,"l":[1]}');
  assert.equal(await Deno.readTextFile(ownFile(hca)), '{"a":0}');
});

Deno.test("hca config set says when an earlier file hides the value", async () => {
  await using hca = await TestEnvironment.create();
  await put(`${hca.root}/etc/hca/config.json`, { DSSClient: "odd" });
  const { status, err } = await hca.runLine(
    "hca config set DSSClient.swagger_url local",
  );
  assert.match(err, /\nhca: warning: it has no effect: an earlier file has /);
  assert.equal(status, 0);
});

Deno.test("hca config unset of what is not there changes nothing", async () => {
  await using hca = await TestEnvironment.create();
  const etc = `${hca.root}/etc/hca/config.json`;
  await put(etc, { log_level: "INFO" });
  const { status, err } = await hca.runLine("hca config unset log_level");
  assert.equal(
    err,
    `hca: 'log_level' is not in '${ownFile(hca)}'\n` +
      "hca: warning: '/etc/hca/config.json' still sets it\n",
  );
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(`${hca.root}/home`), []);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(etc)), {
    log_level: "INFO",
  });
});

Deno.test("hca config unset removes a value", async () => {
  await using hca = await TestEnvironment.create();
  await put(ownFile(hca), { a: 1, b: 2 });
  const { status, err } = await hca.runLine("hca config unset a");
  assert.equal(err, `hca: removed 'a' from '${ownFile(hca)}'\n`);
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(ownFile(hca))), { b: 2 });
});

// the line after `hca config`, the error, its exit status
const REFUSED: [string, RegExp, number][] = [
  ["set key", /VALUE must be given/, 2],
  ["set '' x", /KEY '' has an empty part/, 2],
  ["set a..b x", /KEY 'a\.\.b' has an empty part/, 2],
  ["set __proto__.x y", /'__proto__' cannot be a configuration key/, 2],
  ["get constructor.name", /'constructor' cannot be a configuration key/, 2],
  ["unset prototype", /'prototype' cannot be a configuration key/, 2],
  [
    'set --json x {"__proto__":1}',
    /'__proto__' cannot be a configuration key/,
    2,
  ],
  ["set text.x y", /text\.x cannot be set: text is not an object/, 2],
  [
    "set --json x '{\"PLANTED\": tru}'",
    /VALUE is not JSON at column 13: a value is missing or misspelt\./,
    2,
  ],
  ["set --json x 1e999", /holds what cannot be written as JSON/, 9],
];

for (const [line, message, expected] of REFUSED) {
  Deno.test(`hca config ${line} is refused`, async () => {
    await using hca = await TestEnvironment.create();
    await put(ownFile(hca), '{"text":"x"}');
    // As the shell would split it.
    const words = line.match(/'[^']*'|\S+/g) ?? [];
    const { status, out, err } = await hca.run(
      "config",
      ...words.map((word) => word.replaceAll("'", "")),
    );
    assert.equal(out, "");
    assert.match(err, message);
    assert.doesNotMatch(err, /PLANTED/);
    assert.equal(status, expected);
    assert.equal(await Deno.readTextFile(ownFile(hca)), '{"text":"x"}');
    assert.deepEqual(
      namesBelow(`${hca.root}/home`),
      ["config/hca/config.json"],
    );
  });
}

const BROKEN = '{\n  "oauth2_token": {"access_token": "PLANTED" "x": 1}\n}\n';

for (
  const line of [
    "hca config list",
    "hca config get a",
    "hca config set a b",
    "hca config unset a",
    "hca dss login --access-token other",
    "hca dss logout",
    "hca clear-hca-cache",
    "hca dss get-bundles-all --replica aws",
  ]
) {
  Deno.test(`${line} names the line and column of a broken file and leaves it`, async () => {
    await using hca = await TestEnvironment.create();
    await put(ownFile(hca), BROKEN);
    const [, ...argv] = line.split(" ");
    const { status, out, err } = await hca.run(...argv, "--log-level", "DEBUG");
    assert.ok(
      err.includes(
        `error: configuration file '${ownFile(hca)}' is not valid JSON at ` +
          "line 2, column 46: ',' or '}' is missing. Mend it or move it " +
          "away; hca does not change it.\n",
      ),
      err,
    );
    assert.doesNotMatch(out + err, /PLANTED/);
    assert.equal(status, 9);
    assert.equal(await Deno.readTextFile(ownFile(hca)), BROKEN);
    assert.deepEqual(
      namesBelow(`${hca.root}/home`),
      ["config/hca/config.json"],
    );
  });
}

Deno.test("hca config --help works when the file is broken", async () => {
  await using hca = await TestEnvironment.create();
  await put(ownFile(hca), BROKEN);
  const { status, out } = await hca.runLine("hca config --help");
  assert.match(out, /get .*\n.*set .*\n.*unset .*\n.*list /);
  assert.equal(status, 0);
});

Deno.test("hca config set by ten processes at once keeps every key", async () => {
  const root = await Deno.makeTempDir({ prefix: "hca-config-" });
  try {
    const path = `${root}/config.json`;
    const keys = Array.from({ length: 10 }, (_, at) => `key${at}`);
    const runs = await Promise.all(
      keys.map((key) =>
        new Deno.Command(Deno.execPath(), {
          args: ["run", "--allow-all", CLI, "config", "set", `s.${key}`, key],
          env: { HCA_CONFIG_FILE: path, XDG_CONFIG_HOME: root, NO_COLOR: "1" },
        }).output()
      ),
    );
    for (const { code, stderr } of runs) {
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    }
    const { s } = JSON.parse(await Deno.readTextFile(path));
    assert.deepEqual(Object.keys(s).sort(), [...keys].sort());
    assert.deepEqual(namesBelow(root), ["config.json"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
