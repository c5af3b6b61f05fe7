import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import { apiDocument } from "../../src/server/document/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import {
  limitsOf,
  notationOf,
  OLD_COMMANDS,
  OLD_LIMITS,
  OLD_TREE,
  treeOf,
} from "./_old_table.ts";
import { commandsOf } from "./_table.ts";

// The embedded document is written by hand, and has the old client's tree.
Deno.test("the embedded API document has the tree of the old client", () => {
  const root = apiDocument({ host: "dss.test", scheme: "http", version: "1" });
  const document = new ApiDocument(
    root as unknown as Json,
    "http://dss.test/v1/swagger.json",
  );
  assert.deepEqual(treeOf(document), OLD_TREE);
  assert.deepEqual(limitsOf(document), OLD_LIMITS);
});

/** What all downloads have, from where things go to how they are asked for. */
const TRANSFER = "download-dir jobs:int segments limit-rate verify force " +
  "dry-run keep-going fail-fast progress=auto|bar|lines|json|none quiet " +
  "report num-retries:int min-delay-seconds:number connect-timeout:number " +
  "idle-timeout:number low-speed http2";

/** The commands made by hand, in the notation of the old client's table. */
const LOGIN = "access-token remote no-browser port:int timeout:int email";

const HAND_MADE: Record<string, string> = {
  login: LOGIN,
  logout: "",
  "download": "bundle-uuid! replica!=aws|gcp version metadata-filter+ " +
    `data-filter+ no-metadata no-data ${TRANSFER}`,
  "download-manifest": "manifest! replica!=aws|gcp layout=none|bundle " +
    `no-metadata no-data shard ${TRANSFER}`,
  "create-version": "",
  "download-collection": `uuid! replica!=aws|gcp version ${TRANSFER}`,
  "refresh-swagger": "",
};

const CONFIG: Record<string, string> = {
  get: "",
  set: "json",
  unset: "",
  list: "show-origin",
};

const LOCAL: Record<string, string> = {
  serve: "host port:int no-samples admin+ allow-remote cert key read-only " +
    "source-dir+ source-host+ s3-endpoint async-above:int callback-host+ " +
    "data-dir",
  token: "email group lifetime:int data-dir",
  trust: "key-file remove data-dir",
  import: "bundle-uuid version manifest data-dir",
  info: "data-dir",
  backup: "data-dir",
  restore: "data-dir",
  check: "quick remove-leftovers data-dir",
  reset: "yes data-dir",
};

const AUTH: Record<string, string> = {
  status: "service",
  token: "service",
  login: LOGIN,
  logout: "",
};

Deno.test("hca dss has the commands of the old client in their order", async () => {
  const commands = await commandsOf("dss");
  assert.deepEqual(
    commands.map(({ name }) => name),
    [...OLD_COMMANDS, ...Object.keys(HAND_MADE)],
  );
});

for (const [name, flags] of Object.entries(HAND_MADE)) {
  Deno.test(`hca dss ${name} has its flags`, async () => {
    const commands = await commandsOf("dss");
    const command = commands.find((found) => found.name === name);
    assert.deepEqual(
      (command?.options ?? []).map(notationOf),
      flags.split(" ").filter(Boolean),
    );
  });
}

const GROUPS = { auth: AUTH, local: LOCAL, config: CONFIG };

for (const [group, table] of Object.entries(GROUPS)) {
  for (const [name, flags] of Object.entries(table)) {
    Deno.test(`hca ${group} ${name} has its flags`, async () => {
      const commands = await commandsOf(group);
      const command = commands.find((found) => found.name === name);
      assert.deepEqual(
        (command?.options ?? []).map(notationOf),
        flags.split(" ").filter(Boolean),
      );
    });
  }
}

Deno.test("hca dss: every command has a summary and a run function", async () => {
  for (const group of ["dss", ...Object.keys(GROUPS)]) {
    for (const { name, summary, run } of await commandsOf(group)) {
      assert.match(summary, /^[A-Z].*\.$/, name);
      assert.equal(typeof run, "function", name);
    }
  }
});
