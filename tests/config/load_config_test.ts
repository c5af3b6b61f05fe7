import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import {
  configFiles,
  configText,
  loadConfig,
  type UserEnvironment,
} from "../../src/config/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";

function environment(
  variables: Record<string, string>,
  os: UserEnvironment["os"] = "linux",
): UserEnvironment {
  return { os, variable: (name) => variables[name] };
}

function filesWith(contents: Record<string, string>): MemoryFiles {
  const files = new MemoryFiles({ currentDirectory: "/here" });
  for (const [path, text] of Object.entries(contents)) files.put(path, text);
  return files;
}

Deno.test("configFiles lists the system's, the user's and those of HCA_CONFIG_FILE", () => {
  assert.deepEqual(configFiles(environment({ HOME: "/home/ada" })), [
    "/etc/hca/config.json",
    "/home/ada/.config/hca/config.json",
  ]);
  assert.deepEqual(
    configFiles(environment({
      HOME: "/home/ada",
      XDG_CONFIG_HOME: "/xdg",
      HCA_CONFIG_FILE: "/a.json::b.json:",
    }, "darwin")),
    ["/etc/hca/config.json", "/xdg/hca/config.json", "/a.json", "b.json"],
  );
  assert.deepEqual(
    configFiles(environment({
      USERPROFILE: "C:\\Users\\ada",
      HCA_CONFIG_FILE: "C:\\a.json;D:\\b.json",
    }, "windows")),
    ["C:\\Users\\ada/.config/hca/config.json", "C:\\a.json", "D:\\b.json"],
  );
});

Deno.test("loadConfig is empty when there are no files", async () => {
  const files = filesWith({});
  assert.deepEqual(
    await loadConfig(files, environment({ HOME: "/home/ada" })),
    {},
  );
});

Deno.test("loadConfig is empty for a user without a home", async () => {
  const files = filesWith({ "/dev/null": "" });
  const variables = environment({ HOME: "/dev/null" });
  assert.deepEqual(await loadConfig(files, variables), {});
});

Deno.test("loadConfig lays later files over earlier ones and skips missing ones", async () => {
  const files = filesWith({
    "/etc/hca/config.json":
      '{"a": "etc", "b": "etc", "c": "etc", "d": "etc", "list": [1]}',
    "/home/ada/.config/hca/config.json":
      '{"b": "user", "c": "user", "d": "user", "list": {"$append": 2}}',
    "/one.json": '\ufeff{"c": "one", "d": "one", "list": {"$append": 3}}',
    "/here/two.json": '{"d": "two"}',
  });
  const variables = {
    HOME: "/home/ada",
    HCA_CONFIG_FILE: "/one.json:/missing.json:two.json",
  };
  assert.deepEqual(await loadConfig(files, environment(variables)), {
    a: "etc",
    b: "user",
    c: "one",
    d: "two",
    list: [1, 2, 3],
  });
});

Deno.test("loadConfig names a file that is malformed and leaves it", async () => {
  const cases: [string, RegExp][] = [
    ['{"a": 1', /^configuration file '\/bad\.json' is not valid JSON: /],
    ["", /^configuration file '\/bad\.json' is not valid JSON: /],
    ["[1]", /^configuration file '\/bad\.json' does not hold a JSON object$/],
    ["null", /^configuration file '\/bad\.json' does not hold a JSON object$/],
  ];
  for (const [text, message] of cases) {
    const files = filesWith({ "/bad.json": text });
    await assert.rejects(
      loadConfig(files, environment({ HCA_CONFIG_FILE: "/bad.json" })),
      (error) => {
        assert.ok(error instanceof LocalError);
        assert.match(error.message, message);
        assert.equal(error.path, "/bad.json");
        return true;
      },
    );
    assert.equal(files.text("/bad.json"), text);
  }
});

Deno.test("loadConfig tells when a file cannot be read", async () => {
  const files = filesWith({ "/etc/hca/config.json": "{}" });
  files.failures = (operation) =>
    operation === "read /etc/hca/config.json" ? "permission" : undefined;
  await assert.rejects(
    loadConfig(files, environment({})),
    (error) =>
      error instanceof LocalError && error.reason === "permission" &&
      error.path === "/etc/hca/config.json",
  );
});

Deno.test("configText finds text at a path of keys and nothing else", () => {
  const config = {
    DSSClient: { swagger_url: "https://dss.test/", empty: "", number: 1 },
  };
  assert.equal(
    configText(config, "DSSClient", "swagger_url"),
    "https://dss.test/",
  );
  for (
    const keys of [
      ["DSSClient"],
      ["DSSClient", "empty"],
      ["DSSClient", "number"],
      ["DSSClient", "toString"],
      ["DSSClient", "swagger_url", "length"],
      ["constructor", "name"],
      ["missing", "x"],
    ]
  ) {
    assert.equal(configText(config, ...keys), undefined, keys.join());
  }
});
