import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import {
  configFiles,
  configText,
  loadConfig,
  ownConfigFile,
  type UserEnvironment,
} from "../../src/config/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";

function environment(
  variables: Record<string, string>,
  os: UserEnvironment["os"] = "linux",
): UserEnvironment {
  return { os, variable: (name) => variables[name] };
}

function filesWith(contents: Record<string, string | Uint8Array>): MemoryFiles {
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
    [
      "/etc/hca/config.json",
      "/home/ada/Library/Application Support/hca/config.json",
      "/xdg/hca/config.json",
      "/a.json",
      "b.json",
    ],
  );
  assert.deepEqual(
    configFiles(environment({
      USERPROFILE: "C:\\Users\\ada",
      APPDATA: "C:\\Users\\ada\\AppData\\Roaming",
      HCA_CONFIG_FILE: "C:\\a.json;D:\\b.json",
    }, "windows")),
    [
      "C:\\Users\\ada\\AppData\\Roaming/hca/config.json",
      "C:\\Users\\ada/.config/hca/config.json",
      "C:\\a.json",
      "D:\\b.json",
    ],
  );
});

Deno.test("configFiles lists a file once, at its last place", () => {
  assert.deepEqual(
    configFiles(environment({
      HOME: "/home/ada",
      HCA_CONFIG_FILE:
        "/home/ada/.config/hca/config.json:/a.json:/b.json:/a.json",
    })),
    [
      "/etc/hca/config.json",
      "/home/ada/.config/hca/config.json",
      "/b.json",
      "/a.json",
    ],
  );
});

for (
  const [variables, expected] of [
    [{}, "/home/ada/.config/hca/config.json"],
    [{ HCA_CONFIG_FILE: "" }, "/home/ada/.config/hca/config.json"],
    [{ HCA_CONFIG_FILE: "/a.json:/b.json:" }, "/b.json"],
  ] as const
) {
  Deno.test(`ownConfigFile is ${expected} with ${JSON.stringify(variables)}`, () => {
    const given = environment({ HOME: "/home/ada", ...variables });
    assert.equal(ownConfigFile(given), expected);
  });
}

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

Deno.test("loadConfig reads the system's folder of macOS and Windows before the user's file", async () => {
  const native = {
    darwin: "/home/ada/Library/Application Support/hca/config.json",
    windows: "/home/ada/AppData/Roaming/hca/config.json",
  };
  for (const os of ["darwin", "windows"] as const) {
    const files = filesWith({
      [native[os]]: '{"a": "native", "b": "native"}',
      "/home/ada/.config/hca/config.json": '{"b": "user"}',
    });
    const variables = environment({ HOME: "/home/ada" }, os);
    assert.deepEqual(
      await loadConfig(files, variables),
      { a: "native", b: "user" },
      os,
    );
  }
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
  const file = "configuration file '/bad.json'";
  const cases: [string | Uint8Array, string][] = [
    [
      '{"a": 1',
      `${file} is not valid JSON at line 1, column 8: the text ends too ` +
      "early: ',' or '}' is missing",
    ],
    [
      "",
      `${file} is not valid JSON at line 1, column 1: the text ends too ` +
      "early: a value is missing or misspelt",
    ],
    [
      '{\n  "a": 1,\n  "é": tru,\n}',
      `${file} is not valid JSON at line 3, column 8: a value is missing ` +
      "or misspelt",
    ],
    [
      new Uint8Array([0x7b, 0x0a, 0x20, 0x22, 0xe9, 0x22, 0x7d]),
      `${file} is not valid JSON at line 2, column 3: it is not UTF-8`,
    ],
    ["[1]", `${file} does not hold a JSON object at line 1, column 1`],
    ["\n null", `${file} does not hold a JSON object at line 2, column 2`],
  ];
  for (const [text, message] of cases) {
    const files = filesWith({ "/bad.json": text });
    await assert.rejects(
      loadConfig(files, environment({ HCA_CONFIG_FILE: "/bad.json" })),
      (error) => {
        assert.ok(error instanceof LocalError);
        assert.equal(error.message, message);
        assert.equal(error.path, "/bad.json");
        assert.equal(error.cause, undefined);
        return true;
      },
    );
    const kept = files.contents().get("/bad.json") ?? new Uint8Array();
    assert.deepEqual(
      kept,
      typeof text === "string" ? new TextEncoder().encode(text) : text,
    );
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
