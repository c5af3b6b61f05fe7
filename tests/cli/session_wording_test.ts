import assert from "node:assert/strict";
import {
  sessionExamples,
  sessionWording,
} from "../../src/commands/session_wording.ts";
import { ends } from "../support/ends.ts";

const MODULE = new URL(
  "../../src/commands/session_wording.ts",
  import.meta.url,
);
const WORDINGS: [text: string, wanted: string][] = [
  ["See 'hca --help'.", "See 'help'."],
  ["See 'hca dss --help'.", "See 'help dss'."],
  ["See 'hca dss get-bundle --help'.", "See 'help get-bundle'."],
  ["See 'dss get-bundle --help'.", "See 'help get-bundle'."],
  ["See 'config set --help'.", "See 'help config set'."],
  ["Log in with 'hca dss login', or", "Log in with 'login', or"],
  ['using "hca dss login" or', 'using "login" or'],
  ["'hca dss login --remote' works", "'login --remote' works"],
  ["'hca config list' shows it", "'config list' shows it"],
  ["'hca a' and 'hca dss b'", "'a' and 'b'"],
  // What is not quoted, and what is not hca's.
  ["Run hca dss login.", "Run hca dss login."],
  ["the file 'hca.json'", "the file 'hca.json'"],
  ["'curl --help'me", "'help curl'me"],
  ["it's 'x", "it's 'x"],
];

for (const [text, wanted] of WORDINGS) {
  Deno.test(`sessionWording of ${text}`, () => {
    assert.equal(sessionWording(text), wanted);
  });
}

Deno.test("sessionWording takes linear time", async () => {
  const pieces = ["'", "'hca ", "'a b ", "'hca dss x --hel", "a "];
  const texts = pieces.map((piece) => [piece.repeat(300_000)]);
  await ends(MODULE, "sessionWording", ...texts);
});

Deno.test("sessionExamples drops hca, and lines that need a shell", () => {
  const examples = [
    "hca dss login",
    "hca local token | hca dss login --access-token -",
    "hca dss login --access-token - < token.txt",
    'curl -H "Authorization: Bearer $(hca auth token)" https://host',
    "HCA_ACCESS_TOKEN=x hca dss get-collections",
    "source <(hca completions bash)",
    "source morning.hca",
  ];
  assert.deepEqual(sessionExamples({ name: "x", summary: "", examples }), [
    "login",
    "local token | hca dss login --access-token -",
    "source morning.hca",
  ]);
});

Deno.test("sessionExamples begins with $1 where only an identifier is needed", () => {
  const option = (name: string) => ({ name, description: "", required: true });
  const of = (...names: string[]) =>
    sessionExamples({ name: "x", summary: "", options: names.map(option) });
  assert.deepEqual(of("uuid", "replica"), ["x $1"]);
  assert.deepEqual(of("bundle-uuid"), ["x $1"]);
  assert.deepEqual(of("uuid", "source-url"), []);
  assert.deepEqual(of("replica"), []);
});
