/**
 * What is typed into every shell, and what it has to become.
 *
 * @module
 */

import { isInstalled, type ShellName, Shells } from "./_shell.ts";

const UUID = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const VERSION = "2019-08-01T200147.836832Z";
const FILES = ["my-manifest.tsv", "my-query.json", "my-bundles/"];

/** What is typed (`⇥` is the Tab key), and what the line becomes. */
const CASES: [name: string, typed: string, line: string][] = [
  ["a command", "hca dss get-bundles-c⇥", "hca dss get-bundles-checkout"],
  [
    "a command after an option",
    "hca --log-level=DEBUG loc⇥",
    "hca --log-level=DEBUG local",
  ],
  ["a command without dss", "hca head-f⇥", "hca head-file"],
  [
    "a flag",
    "hca dss get-bundle --presi⇥",
    "hca dss get-bundle --presignedurls",
  ],
  [
    "an enum value",
    "hca dss get-bundle --replica g⇥",
    "hca dss get-bundle --replica gcp",
  ],
  [
    "an enum value after =",
    "hca dss get-bundle --replica=g⇥",
    "hca dss get-bundle --replica=gcp",
  ],
  [
    "a recent uuid",
    "hca dss get-bundle --uuid 7d⇥",
    `hca dss get-bundle --uuid ${UUID}`,
  ],
  [
    "a recent uuid after =",
    "hca dss get-bundle --uuid=7d⇥",
    `hca dss get-bundle --uuid=${UUID}`,
  ],
  [
    "a version of the uuid on the line",
    `hca get-bundle --uuid '${UUID}' --version 2⇥`,
    `hca get-bundle --uuid '${UUID}' --version ${VERSION}`,
  ],
  [
    "a path",
    "hca dss download-manifest --manifest my-m⇥",
    "hca dss download-manifest --manifest my-manifest.tsv",
  ],
  [
    "a path after =",
    "hca dss download-manifest --manifest=my-m⇥",
    "hca dss download-manifest --manifest=my-manifest.tsv",
  ],
  [
    "a directory, with files of a like name beside it",
    "hca local info --data-dir my-⇥",
    "hca local info --data-dir my-bundles/",
  ],
  [
    "a file that a JSON value is taken from",
    "hca dss post-search --es-query @my-q⇥",
    "hca dss post-search --es-query @my-query.json",
  ],
];

// bash sorts them, the others keep the order of help.
const BOTH_LISTED = /^(?=[^]*\blocal\b)(?=[^]*\bcompletions\b)/m;

/**
 * Completion in one real shell. Where it is not installed the test is skipped,
 * unless `HCA_REQUIRE_SHELLS=1` says that it has to be. Each shell has a file
 * of its own, so that they are tried at the same time.
 */
export async function testCompletion(shell: ShellName): Promise<void> {
  const isRequired = Deno.env.get("HCA_REQUIRE_SHELLS") === "1";
  const isThere = await isInstalled("tmux") && await isInstalled(shell);
  const ignore = !isRequired && !isThere;
  Deno.test(`${shell} completes hca`, { ignore }, async (test) => {
    await using shells = await Shells.create(shell, FILES);
    for (const [name, typed, line] of CASES) {
      await test.step(
        `${name}: ${typed}`,
        () => shells.type(shell, typed, screenWith(line)),
      );
    }
    await test.step(
      "a list of commands: hca ⇥⇥",
      () => shells.type(shell, "hca ⇥⇥", BOTH_LISTED),
    );
  });
}

/** The whole line on the screen; what may follow are spaces. */
function screenWith(line: string): RegExp {
  const literal = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^ready> ${literal} *$`, "m");
}
