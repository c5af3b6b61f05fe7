import assert from "node:assert/strict";
import type { Command, Option } from "../../src/commands/command.ts";
import {
  initialDefaults,
  type SessionDefaults,
} from "../../src/commands/repl/defaults.ts";
import { fillArguments } from "../../src/commands/repl/fill_arguments.ts";
import { splitWords } from "../../src/commands/repl/statement/mod.ts";

const UUID = "38311408-af88-463c-a285-e344a9889abe";
const OTHER = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const VERSION = "2019-08-01T200147.836689Z";
const FQID = `${UUID}.${VERSION}`;

function option(name: string, more: Partial<Option> = {}): Option {
  return { name, description: "", ...more };
}

function command(
  options: (string | Option)[],
  more: Partial<Command> = {},
): Command {
  return {
    name: "test",
    summary: "",
    options: options.map((one) => typeof one === "string" ? option(one) : one),
    run: () => Promise.resolve(),
    ...more,
  };
}

const BUNDLE = command(["uuid", "version"]);
const DOWNLOAD = command([
  "bundle-uuid",
  "version",
  "replica",
  "download-dir",
  option("data-filter", { isList: true }),
  option("verify", { isSwitch: true }),
  option("jobs", { type: "integer" }),
]);

function filled(
  of: Command,
  line: string,
  defaults: Partial<SessionDefaults> = {},
): string {
  const words = splitWords(line).flatMap((token) =>
    token.kind === "word" ? token.word.text : []
  );
  return fillArguments(of, words, { ...initialDefaults(), ...defaults })
    .join(" ");
}

const CASES: [title: string, of: Command, line: string, expected: string][] = [
  ["a bare uuid", BUNDLE, UUID, `--uuid=${UUID}`],
  ["a bare FQID", BUNDLE, FQID, `--version=${VERSION} --uuid=${UUID}`],
  [
    "an FQID behind its flag",
    BUNDLE,
    `--uuid ${FQID}`,
    `--version=${VERSION} --uuid ${UUID}`,
  ],
  [
    "an FQID in the word of its flag",
    BUNDLE,
    `--uuid=${FQID}`,
    `--version=${VERSION} --uuid=${UUID}`,
  ],
  [
    "an FQID behind a flag that is cut short",
    BUNDLE,
    `--uu ${FQID}`,
    `--version=${VERSION} --uu ${UUID}`,
  ],
  [
    "an FQID whose version is given as well",
    BUNDLE,
    `${FQID} --version ${VERSION}`,
    `--uuid=${UUID} --version ${VERSION}`,
  ],
  [
    "an FQID beside another version: which is meant is not guessed",
    BUNDLE,
    `${FQID} --version 2020-01-01T000000.000000Z`,
    `--uuid=${FQID} --version 2020-01-01T000000.000000Z`,
  ],
  [
    "an FQID of a command without versions: nothing is dropped",
    command(["uuid"]),
    FQID,
    `--uuid=${FQID}`,
  ],
  ["a uuid that is given", BUNDLE, `--uuid ${UUID}`, `--uuid ${UUID}`],
  [
    "a second identifier: it is refused as any other argument",
    BUNDLE,
    `--uuid ${UUID} ${OTHER}`,
    `--uuid ${UUID} ${OTHER}`,
  ],
  ["text that is no identifier", BUNDLE, "38311408", "38311408"],
  [
    "an FQID with no real version",
    BUNDLE,
    `${UUID}.2019-13-01T200147.836689Z`,
    `${UUID}.2019-13-01T200147.836689Z`,
  ],
  [
    "a bundle of a download",
    DOWNLOAD,
    `${FQID} --verify`,
    `--replica=aws --version=${VERSION} --bundle-uuid=${UUID} --verify`,
  ],
  [
    "an identifier behind a switch",
    DOWNLOAD,
    `--verify ${UUID}`,
    `--replica=aws --verify --bundle-uuid=${UUID}`,
  ],
  [
    "an identifier that is the value of another flag",
    DOWNLOAD,
    `--data-filter ${OTHER} ${UUID}`,
    `--replica=aws --data-filter ${OTHER} ${UUID}`,
  ],
  [
    "an identifier behind a list that a flag has ended",
    DOWNLOAD,
    `--data-filter a b --jobs 2 ${UUID}`,
    `--replica=aws --data-filter a b --jobs 2 --bundle-uuid=${UUID}`,
  ],
  [
    "an identifier behind --",
    DOWNLOAD,
    `-- ${UUID}`,
    `--replica=aws -- ${UUID}`,
  ],
  [
    "a replica that is given",
    DOWNLOAD,
    `${UUID} --replica gcp`,
    `--bundle-uuid=${UUID} --replica gcp`,
  ],
  [
    "a replica behind --, which is no flag",
    DOWNLOAD,
    `${UUID} -- --replica gcp`,
    `--replica=aws --bundle-uuid=${UUID} -- --replica gcp`,
  ],
  [
    "a checkout",
    command(["replica", "checkout-job-id"]),
    UUID,
    `--replica=aws --checkout-job-id=${UUID}`,
  ],
  [
    "an identifier of a command that takes arguments",
    command(["uuid"], { positionals: [{ name: "PATH", description: "" }] }),
    UUID,
    UUID,
  ],
  ["a command without identifiers", command(["token"]), UUID, UUID],
  ["a group", command(["uuid"], { run: undefined }), UUID, UUID],
  ["help", DOWNLOAD, `--help ${FQID}`, `--help ${FQID}`],
  ["help by its letter", DOWNLOAD, "-h", "-h"],
  ["no words", BUNDLE, "", ""],
];

for (const [title, of, line, expected] of CASES) {
  Deno.test(`fillArguments when there is ${title}`, () => {
    assert.equal(filled(of, line), expected);
  });
}

Deno.test("fillArguments takes the replica and directory of the session", () => {
  const defaults = { replica: "gcp", dir: "my data" };
  assert.equal(
    filled(DOWNLOAD, UUID, defaults),
    `--download-dir=my data --replica=gcp --bundle-uuid=${UUID}`,
  );
  assert.equal(
    filled(DOWNLOAD, `${UUID} --download-dir=x --replica aws`, defaults),
    `--bundle-uuid=${UUID} --download-dir=x --replica aws`,
  );
});

Deno.test("fillArguments leaves the directory to a command that has one as its argument", () => {
  const verify = command(["replica", "download-dir"], {
    positionals: [{ name: "PATH", description: "" }],
  });
  assert.equal(filled(verify, ".", { dir: "data" }), "--replica=aws .");
});

Deno.test("fillArguments leaves the words that it got as they were", () => {
  const words = [FQID];
  fillArguments(DOWNLOAD, words, initialDefaults());
  assert.deepEqual(words, [FQID]);
});
