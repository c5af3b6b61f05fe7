import assert from "node:assert/strict";
import {
  dssSwaggerUrl,
  localDataDir,
  type UserEnvironment,
} from "../../src/config/mod.ts";
import { MemoryFiles } from "../support/memory_files.ts";

function environment(variables: Record<string, string>): UserEnvironment {
  return {
    os: "linux",
    variable: (name) => ({ HOME: "/home/ada", ...variables })[name],
  };
}

Deno.test("dssSwaggerUrl takes what was asked, then the variable, then the configuration", async () => {
  const files = new MemoryFiles();
  assert.equal(
    await dssSwaggerUrl(undefined, environment({}), files),
    undefined,
  );
  files.put(
    "/home/ada/.config/hca/config.json",
    '{"DSSClient": {"swagger_url": "https://config.test/s.json"}}',
  );
  const both = environment({ HCA_SWAGGER_URL: "https://variable.test/s.json" });
  const found = [
    await dssSwaggerUrl("https://asked.test/s.json", both, files),
    await dssSwaggerUrl(undefined, both, files),
    await dssSwaggerUrl(undefined, environment({}), files),
  ];
  assert.deepEqual(found, [
    "https://asked.test/s.json",
    "https://variable.test/s.json",
    "https://config.test/s.json",
  ]);
});

Deno.test("dssSwaggerUrl gives undefined for the word local, over the configuration", async () => {
  const files = new MemoryFiles();
  files.put(
    "/home/ada/.config/hca/config.json",
    '{"DSSClient": {"swagger_url": "https://config.test/s.json"}}',
  );
  assert.equal(await dssSwaggerUrl("local", environment({}), files), undefined);
  const local = environment({ HCA_SWAGGER_URL: "local" });
  assert.equal(await dssSwaggerUrl(undefined, local, files), undefined);
});

Deno.test("localDataDir is the variable's or below the user's data", () => {
  assert.equal(
    localDataDir(environment({})),
    "/home/ada/.local/share/hca/local",
  );
  assert.equal(localDataDir(environment({ HCA_LOCAL_DIR: "/x" })), "/x");
});
