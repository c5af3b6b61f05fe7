import assert from "node:assert/strict";
import {
  formatCompletion,
  oneLine,
} from "../../src/commands/completion/candidate.ts";
import { unquoteWord } from "../../src/commands/completion/unquote_word.ts";
import { TestEnvironment } from "../support/test_environment.ts";

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`hca completions ${shell} prints a script that says how to install it`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.run("completions", shell);
    assert.equal(status, 0);
    assert.equal(err, "");
    assert.match(out, new RegExp(`^# ${shell} completion of hca\\. `, "m"));
    assert.match(out, new RegExp(`^# .*hca completions ${shell}`, "m"));
    assert.ok(out.includes(`hca __complete --shell ${shell} `));
    assert.ok(out.endsWith("\n"));
  });
}

Deno.test("hca completions tcsh", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.run("completions", "tcsh");
  assert.equal(status, 2);
  assert.equal(
    err,
    "hca: error: unknown command 'tcsh'; did you mean 'bash'? " +
      "See 'hca completions --help'.\n",
  );
});

Deno.test("hca __complete is in no list", async () => {
  await using hca = await TestEnvironment.create();
  const help = await hca.run("--help");
  assert.ok(help.out.includes("\n  completions"));
  assert.ok(!help.out.includes("__complete"));
  const offered = await hca.run("__complete", "--shell", "zsh", "--word=_");
  assert.equal(offered.out, "");
  const typo = await hca.run("__complet");
  assert.ok(!typo.err.includes("did you mean"));
});

Deno.test("hca __complete --shell zsh --word=loc", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.run(
    ...["__complete", "--shell", "zsh", "--word=loc"],
  );
  assert.equal(out, "local\tWork with the embedded data store.\n");
  assert.equal(err, "");
  assert.equal(status, 0);
});

/** Lines of the real table, and the directive or the words they get. */
const REAL: [line: string, out: RegExp][] = [
  ["dss|download|--download-dir|", /^:directory\t\n$/],
  ["dss|download-manifest|--manifest=x", /^:path\t--manifest=\n$/],
  ["local|serve|--data-dir|", /^:directory\t\n$/],
  ["local|import|", /^:directory\t\n$/],
  ["local|import|.|--manifest|", /^:path\t\n$/],
  ["dss|download-manifest|--layout|", /^none\t\nbundle\t\n$/],
  ["dss|get-bundle|--directurls|", /^true\t\nfalse\t\n$/],
  ["completions|", /^bash\t.*\nzsh\t.*\nfish\t.*\n$/],
  ["download|--bundle-uuid|", /^$/],
  ["nothing|", /^$/],
];

for (const [line, expected] of REAL) {
  Deno.test(`hca ${line.replaceAll("|", " ")}⇥`, async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.run(
      ...["__complete", "--shell", "fish"],
      ...line.split("|").map((word) => `--word=${word}`),
    );
    assert.match(out, expected);
    assert.equal(err, "");
    assert.equal(status, 0);
  });
}

Deno.test("hca __complete without a word offers the commands", async () => {
  await using hca = await TestEnvironment.create();
  const { out } = await hca.run("__complete", "--shell", "zsh");
  assert.match(out, /^dss\t/m);
});

Deno.test("hca __complete --shell tcsh", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.run("__complete", "--shell", "tcsh");
  assert.equal(
    err,
    "hca __complete: error: --shell must be one of bash, zsh, fish, not " +
      "'tcsh'. See 'hca __complete --help'.\n",
  );
  assert.equal(status, 2);
});

Deno.test("formatCompletion keeps hostile words and texts in their lines", () => {
  assert.equal(
    formatCompletion({
      kind: "words",
      candidates: [
        { value: "good", description: "One\nTwo" },
        { value: "two\nlines", description: "" },
        { value: "a\ttab", description: "" },
        { value: "\x1b[2J", description: "" },
        { value: "fine", description: "\x1b[2J\tx" },
      ],
    }),
    "good\tOne\nfine\t\\u{1b}[2J\\u{9}x\n",
  );
});

Deno.test("oneLine cuts at 80 characters, not inside one", () => {
  assert.equal(oneLine("x".repeat(80)), "x".repeat(80));
  assert.equal(oneLine("x".repeat(81)), `${"x".repeat(79)}…`);
  assert.equal(oneLine("\u{1f9ec}".repeat(81)), `${"\u{1f9ec}".repeat(79)}…`);
  assert.equal(oneLine("\n  first\nsecond"), "first");
});

/** Words as typed in bash, and what bash makes of them. */
const QUOTED: [typed: string, word: string][] = [
  ["plain", "plain"],
  ["", ""],
  ["'single'", "single"],
  ["'it''s'", "its"],
  ['"double"', "double"],
  ['"a\\"b\\$c\\d"', 'a"b$c\\d'],
  ["a\\ b", "a b"],
  ["--uuid='x y'", "--uuid=x y"],
  ["'open", "open"],
  ['"open', "open"],
  ['"open\\', "open"],
  ["end\\", "end"],
  ["'{\"a\": 1}'", '{"a": 1}'],
];

for (const [typed, word] of QUOTED) {
  Deno.test(`unquoteWord takes ${typed} for ${word}`, () => {
    assert.equal(unquoteWord(typed), word);
  });
}
