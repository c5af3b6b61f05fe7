import assert from "node:assert/strict";
import type { Option } from "../../src/commands/command.ts";
import { commandsOf } from "./_table.ts";

/**
 * The commands that the API document of the DSS brings, as the old client had
 * them, and in its order. `!` required, `=a|b` one of these, `:json` JSON,
 * `:int` a whole number, `:bool` true or false, `+` several values.
 */
const GENERATED: Record<string, string> = {
  "post-search": "es-query!:json output-format=summary|raw replica!=aws|gcp " +
    "per-page:int search-after no-paginate",
  "head-file": "uuid! replica!=aws|gcp version",
  "get-file": "uuid! replica!=aws|gcp version token directurl:bool " +
    "content-disposition",
  "put-file": "source-url! creator-uid!:int uuid! version!",
  "get-subscriptions":
    "replica!=aws|gcp subscription-type=elasticsearch|jmespath",
  "put-subscription": "es-query:json jmespath-query callback-url! " +
    "method=POST|PUT encoding=application/json|multipart/form-data " +
    "form-fields:json payload-form-field hmac-secret-key hmac-key-id " +
    "attachments:json replica!=aws|gcp",
  "get-subscription":
    "uuid! replica!=aws|gcp subscription-type=elasticsearch|jmespath",
  "delete-subscription":
    "uuid! replica!=aws|gcp subscription-type=elasticsearch|jmespath",
  "get-collections": "per-page:int start-at:int no-paginate",
  "put-collection": "name! description! details!:json contents!:json+ " +
    "replica!=aws|gcp uuid! version!",
  "get-collection": "uuid! replica!=aws|gcp version",
  "patch-collection": "add-contents:json+ remove-contents:json+ name " +
    "description details:json uuid! replica!=aws|gcp version!",
  "delete-collection": "uuid! replica!=aws|gcp",
  "get-bundles-all":
    "replica!=aws|gcp prefix token per-page:int search-after no-paginate",
  "get-bundle": "uuid! version replica!=aws|gcp directurls:bool " +
    "presignedurls:bool token per-page:int start-at:int no-paginate",
  "put-bundle": "files!:json+ creator-uid!:int uuid! version! replica!=aws|gcp",
  "patch-bundle":
    "add-files:json+ remove-files:json+ uuid! replica!=aws|gcp version!",
  "delete-bundle": "reason! uuid! replica!=aws|gcp version",
  "post-bundles-checkout": "email destination uuid! version replica!=aws|gcp",
  "get-bundles-checkout": "replica!=aws|gcp checkout-job-id!",
  "get-events": "from-date to-date replica!=aws|gcp per-page:int token " +
    "no-paginate",
  "get-event": "uuid! version! replica!=aws|gcp",
};

const HAND_MADE: Record<string, string> = {
  "create-version": "",
  "download": "bundle-uuid! replica!=aws|gcp version metadata-filter+ " +
    "data-filter+ no-metadata no-data num-retries:int " +
    "min-delay-seconds:number download-dir jobs:int",
  "download-manifest": "manifest! replica!=aws|gcp layout=none|bundle " +
    "no-metadata no-data num-retries:int min-delay-seconds:number " +
    "download-dir jobs:int",
  "refresh-swagger": "",
};

const LOCAL: Record<string, string> = {
  serve: "host port:int no-samples data-dir",
  import: "bundle-uuid version manifest data-dir",
  info: "data-dir",
  reset: "yes data-dir",
};

Deno.test("hca dss has the commands of the old client in their order", async () => {
  const commands = await commandsOf("dss");
  assert.deepEqual(
    commands.map(({ name }) => name),
    [...Object.keys(GENERATED), ...Object.keys(HAND_MADE)],
  );
});

for (const [name, flags] of Object.entries({ ...GENERATED, ...HAND_MADE })) {
  Deno.test(`hca dss ${name} has the flags of the old client`, async () => {
    const commands = await commandsOf("dss");
    const command = commands.find((found) => found.name === name);
    assert.deepEqual(
      (command?.options ?? []).map(notationOf),
      flags.split(" ").filter(Boolean),
    );
  });
}

for (const [name, flags] of Object.entries(LOCAL)) {
  Deno.test(`hca local ${name} has its flags`, async () => {
    const commands = await commandsOf("local");
    const command = commands.find((found) => found.name === name);
    assert.deepEqual(
      command?.options?.map(notationOf),
      flags.split(" "),
    );
  });
}

Deno.test("hca dss: --no-paginate is there exactly where the service has pages", async () => {
  const paged = (await commandsOf("dss")).filter(({ options = [] }) =>
    options.some(({ name, isSwitch }) => name === "no-paginate" && isSwitch)
  );
  assert.deepEqual(
    paged.map(({ name }) => name),
    [
      "post-search",
      "get-collections",
      "get-bundles-all",
      "get-bundle",
      "get-events",
    ],
  );
});

Deno.test("hca dss: no flag of the service has a default of the client's", async () => {
  const commands = await commandsOf("dss");
  const names = Object.keys(GENERATED);
  const options = commands.filter(({ name }) => names.includes(name))
    .flatMap(({ options = [] }) => options);
  assert.ok(options.length > 80);
  assert.deepEqual(
    options.filter((option) => option.default !== undefined),
    [],
  );
});

Deno.test("hca dss: every command has a summary and a run function", async () => {
  for (const group of ["dss", "local"]) {
    for (const { name, summary, run } of await commandsOf(group)) {
      assert.match(summary, /^[A-Z].*\.$/, name);
      assert.equal(typeof run, "function", name);
    }
  }
});

function notationOf(option: Option): string {
  const types = {
    string: "",
    integer: ":int",
    number: ":number",
    boolean: ":bool",
    json: ":json",
  };
  return [
    option.name,
    option.required ? "!" : "",
    option.isSwitch ? "" : types[option.type ?? "string"],
    option.choices === undefined ? "" : `=${option.choices.join("|")}`,
    option.isList ? "+" : "",
  ].join("");
}
