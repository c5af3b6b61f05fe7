import assert from "node:assert/strict";
import {
  configFolder,
  dataFolder,
  nativeConfigFolder,
  type UserEnvironment,
} from "../../src/config/mod.ts";

function environment(
  os: UserEnvironment["os"],
  variables: Record<string, string>,
): UserEnvironment {
  return { os, variable: (name) => variables[name] };
}

const TABLE: [UserEnvironment["os"], Record<string, string>, string, string][] =
  [
    [
      "linux",
      { HOME: "/home/ada" },
      "/home/ada/.config/hca",
      "/home/ada/.local/share/hca",
    ],
    [
      "other",
      { HOME: "/home/ada" },
      "/home/ada/.config/hca",
      "/home/ada/.local/share/hca",
    ],
    [
      "darwin",
      { HOME: "/Users/ada" },
      "/Users/ada/.config/hca",
      "/Users/ada/Library/Application Support/hca",
    ],
    [
      "windows",
      { USERPROFILE: "C:\\Users\\ada" },
      "C:\\Users\\ada/.config/hca",
      "C:\\Users\\ada/AppData/Local/hca",
    ],
    [
      "windows",
      { USERPROFILE: "C:\\Users\\ada", LOCALAPPDATA: "D:\\local" },
      "C:\\Users\\ada/.config/hca",
      "D:\\local/hca",
    ],
    [
      "linux",
      { HOME: "/home/ada", XDG_CONFIG_HOME: "/c" },
      "/c/hca",
      "/home/ada/.local/share/hca",
    ],
    [
      "linux",
      { HOME: "/home/ada", XDG_DATA_HOME: "/d/" },
      "/home/ada/.config/hca",
      "/d/hca",
    ],
    [
      "darwin",
      { HOME: "/Users/ada", XDG_DATA_HOME: "/d" },
      "/Users/ada/.config/hca",
      "/d/hca",
    ],
    [
      "windows",
      { LOCALAPPDATA: "D:\\local", XDG_DATA_HOME: "E:\\d" },
      "./.config/hca",
      "E:\\d/hca",
    ],
    ["linux", {}, "./.config/hca", "./.local/share/hca"],
  ];

for (const [os, variables, config, data] of TABLE) {
  const given = Object.entries(variables).map((pair) => pair.join("=")).join(
    " ",
  );
  Deno.test(`configFolder and dataFolder on ${os} when ${given || "nothing is set"}`, () => {
    assert.equal(configFolder(environment(os, variables)), config);
    assert.equal(dataFolder(environment(os, variables)), data);
  });
}

Deno.test("nativeConfigFolder is where the system's applications keep settings", () => {
  const folders = [
    environment("linux", { HOME: "/home/ada", XDG_CONFIG_HOME: "/c" }),
    environment("other", { HOME: "/home/ada" }),
    environment("darwin", { HOME: "/Users/ada", XDG_CONFIG_HOME: "/c" }),
    environment("windows", { USERPROFILE: "C:\\Users\\ada" }),
    environment("windows", { APPDATA: "D:\\roaming" }),
  ].map(nativeConfigFolder);
  assert.deepEqual(folders, [
    undefined,
    undefined,
    "/Users/ada/Library/Application Support/hca",
    "C:\\Users\\ada/AppData/Roaming/hca",
    "D:\\roaming/hca",
  ]);
});
