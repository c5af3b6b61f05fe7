import assert from "node:assert/strict";
import type { Json } from "../../src/base/mod.ts";
import type { Command } from "../../src/commands/command.ts";
import { parseArguments } from "../../src/commands/parse_arguments.ts";
import { tokenizeArguments } from "../../src/platform/mod.ts";
import { valuesOf } from "./_table.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";

/** Defaults of `hca dss download`. */
const TRANSFER = {
  jobs: 16,
  segments: "auto",
  progress: "auto",
  "num-retries": 10,
  "min-delay-seconds": 0.25,
  "connect-timeout": 20,
  "idle-timeout": 40,
};

const LINES: [string, Record<string, Json>][] = [
  // Values.
  [
    `hca dss get-file --replica aws --uuid ${UUID}`,
    { replica: "aws", uuid: UUID },
  ],
  [
    `hca dss get-file --replica=aws --uuid=${UUID} --version=${VERSION}`,
    { replica: "aws", uuid: UUID, version: VERSION },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --version ''`,
    { replica: "aws", uuid: UUID, version: "" },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --version=`,
    { replica: "aws", uuid: UUID, version: "" },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --token=a=b=c`,
    { replica: "aws", uuid: UUID, token: "a=b=c" },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --replica gcp`,
    { replica: "gcp", uuid: UUID },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --token -`,
    { replica: "aws", uuid: UUID, token: "-" },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --token=--replica`,
    { replica: "aws", uuid: UUID, token: "--replica" },
  ],
  [
    `hca dss get-file --replica aws --uuid ${UUID} --token=-x`,
    { replica: "aws", uuid: UUID, token: "-x" },
  ],
  // Options cut short.
  [`hca dss get-file --rep aws --uu ${UUID}`, { replica: "aws", uuid: UUID }],
  [
    `hca dss get-file --rep=aws --uu=${UUID} --dir=true`,
    { replica: "aws", uuid: UUID, directurl: true },
  ],
  [
    `hca dss get-bundle --rep aws --uuid ${UUID} --directurls TRUE --start-at 0`,
    { replica: "aws", uuid: UUID, directurls: true, "start-at": 0 },
  ],
  [
    `hca dss get-bundle --rep aws --uuid ${UUID} --no-p --presigned=False`,
    { replica: "aws", uuid: UUID, presignedurls: false, "no-paginate": true },
  ],
  [
    "hca dss put-subscription --replica aws --callback https://a/ --hmac-k k",
    { replica: "aws", "callback-url": "https://a/", "hmac-key-id": "k" },
  ],
  // Lists.
  [
    `hca dss download --replica aws --bundle-uuid ${UUID} --data-filter a b --metadata-filter c`,
    {
      replica: "aws",
      "bundle-uuid": UUID,
      "data-filter": ["a", "b"],
      "metadata-filter": ["c"],
      ...TRANSFER,
    },
  ],
  [
    `hca dss download --data-filter a --replica aws --data-filter b c --bundle-uuid ${UUID}`,
    {
      replica: "aws",
      "bundle-uuid": UUID,
      "data-filter": ["a", "b", "c"],
      ...TRANSFER,
    },
  ],
  // Defaults give way.
  [
    `hca dss download --replica aws --bundle-uuid ${UUID} --jobs 1 --num-retries 0 --min-delay-seconds 1.5 --no-data`,
    {
      replica: "aws",
      "bundle-uuid": UUID,
      ...TRANSFER,
      jobs: 1,
      "num-retries": 0,
      "min-delay-seconds": 1.5,
      "no-data": true,
    },
  ],
  [
    "hca dss download-manifest --replica gcp --manifest m.tsv",
    { replica: "gcp", manifest: "m.tsv", layout: "none", ...TRANSFER },
  ],
  ["hca local serve", { host: "127.0.0.1", port: 8473 }],
  ["hca local serve --port 0", { host: "127.0.0.1", port: 0 }],
  // Numbers, negative ones too.
  [
    `hca dss get-bundle --replica aws --uuid ${UUID} --start-at -5`,
    { replica: "aws", uuid: UUID, "start-at": -5 },
  ],
  [
    `hca dss get-bundle --replica aws --uuid ${UUID} --start-at=-5 --per-page +10`,
    { replica: "aws", uuid: UUID, "start-at": -5, "per-page": 10 },
  ],
  // JSON.
  [
    "hca dss post-search --replica aws --es-query {} --no-paginate",
    { replica: "aws", "es-query": {}, "no-paginate": true },
  ],
  [
    `hca dss post-search --replica aws --es-query='{"query":\n {"match_all": {}}}'`,
    { replica: "aws", "es-query": { query: { match_all: {} } } },
  ],
  [
    `hca dss put-bundle --uuid ${UUID} --replica aws --version ${VERSION} --creator-uid 8008 --files '{"name": "a"}' '{"name": "b"}'`,
    {
      uuid: UUID,
      replica: "aws",
      version: VERSION,
      "creator-uid": 8008,
      files: [{ name: "a" }, { name: "b" }],
    },
  ],
  [
    `hca dss put-bundle --uuid ${UUID} --replica aws --version ${VERSION} --creator-uid 8008 --files '[{"name": "a"}, {"name": "b"}]'`,
    {
      uuid: UUID,
      replica: "aws",
      version: VERSION,
      "creator-uid": 8008,
      files: [{ name: "a" }, { name: "b" }],
    },
  ],
  [
    `hca dss patch-bundle --uuid ${UUID} --replica aws --version ${VERSION} --add-files '{"name": "a"}' --remove-files []`,
    {
      uuid: UUID,
      replica: "aws",
      version: VERSION,
      "add-files": [{ name: "a" }],
      "remove-files": [],
    },
  ],
  // Arguments without a flag.
  ["hca local import ./data", { DIR: "./data" }],
  ["hca local import --version=x ./data", { DIR: "./data", version: "x" }],
  ["hca local import -- --data", { DIR: "--data" }],
  ["hca local import --version x -- -h", { DIR: "-h", version: "x" }],
  // Options of every command.
  [
    "hca --log-level WARNING dss create-version --swagger-url local",
    { "log-level": "WARNING", "swagger-url": "local" },
  ],
  ["hca dss -h download", { help: true }],
  // Help wins over what is missing, and over what is wrong.
  ["hca dss get-bundle --help", { help: true }],
  ["hca dss get-bundle --he --replica mars", { help: true }],
  ["hca local import -h", { help: true }],
];

for (const [line, values] of LINES) {
  Deno.test(line, async () => {
    assert.deepEqual(await valuesOf(line), values);
  });
}

const COPY: Command = {
  name: "copy",
  summary: "Copy.",
  options: [
    { name: "tag", description: "", isList: true },
    { name: "count", description: "", isList: true, type: "integer" },
    { name: "tagged", description: "", isSwitch: true },
  ],
  positionals: [
    { name: "FROM", description: "" },
    { name: "TO", description: "" },
  ],
};

const COPIES: [line: string, values: Record<string, Json>][] = [
  ["a b --tag c d", { FROM: "a", TO: "b", tag: ["c", "d"] }],
  ["--tag c d -- a b", { FROM: "a", TO: "b", tag: ["c", "d"] }],
  ["--tag c --tagged a b", { FROM: "a", TO: "b", tag: ["c"], tagged: true }],
  ["--tag=c --tagged -- --tag -h", {
    FROM: "--tag",
    TO: "-h",
    tag: ["c"],
    tagged: true,
  }],
  // A whole name is no beginning of another one.
  ["a b --tag x", { FROM: "a", TO: "b", tag: ["x"] }],
  ["a b --count 1 2 --count -3", { FROM: "a", TO: "b", count: [1, 2, -3] }],
];

for (const [line, expected] of COPIES) {
  Deno.test(`copy ${line}`, () => {
    const values = parseArguments(COPY, line.split(" "), tokenizeArguments);
    const names = ["FROM", "TO", "tag", "count", "tagged", "help"];
    assert.deepEqual(
      Object.fromEntries(
        names.map((name) => [name, values.get(name)] as const)
          .filter(([, value]) => value !== undefined),
      ),
      expected,
    );
  });
}
