import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import {
  BUNDLE_DIRECTORY,
  diskProblems,
  STORE,
  storePath,
} from "./_invariants.ts";
import { BUNDLE_UUID, BUNDLE_VERSION, sha256Of } from "./_service.ts";

const BYTES = new TextEncoder().encode("content");
const FILE = {
  name: "a.txt",
  uuid: "u",
  bytes: BYTES,
  sha256: sha256Of(BYTES),
};
const STORED = storePath(FILE.sha256);
const BUNDLE = JSON.stringify({
  bundle: { uuid: BUNDLE_UUID, version: BUNDLE_VERSION },
});

async function problemsOf(
  files: Record<string, string>,
  isWhole: boolean,
): Promise<string[]> {
  const directory = await Deno.makeTempDir({ prefix: "hca-invariants-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(directory, path)), { recursive: true });
      await Deno.writeTextFile(join(directory, path), text);
    }
    return await diskProblems(directory, { files: [FILE] }, { isWhole });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const WHOLE = {
  [STORED]: "content",
  [`${BUNDLE_DIRECTORY}/a.txt`]: "content",
  [`${BUNDLE_DIRECTORY}/bundle.json`]: BUNDLE,
};
const PART = `${STORED}.k2j4.part`;

Deno.test("diskProblems finds nothing when all is well or unfinished", async () => {
  assert.deepEqual(await problemsOf(WHOLE, true), []);
  assert.deepEqual(await problemsOf({}, false), []);
  const unfinished = { [PART]: "con", [`${PART}.json`]: "{}" };
  assert.deepEqual(await problemsOf(unfinished, false), []);
});

for (
  const [what, files, isWhole, problem] of [
    [
      "bytes that are not those of the name",
      { [STORED]: "other" },
      false,
      STORED,
    ],
    [
      "a name in the wrong directory",
      {
        [`${STORE}/00/0000/${FILE.sha256}`]: "content",
      },
      false,
      "is stray",
    ],
    ["a stray file in the store", { [`${STORE}/x.part`]: "" }, false, "stray"],
    ["a stray file beside it", { "tmp.1": "" }, false, "tmp.1 is stray"],
    [
      "a linked file with other bytes",
      {
        [`${BUNDLE_DIRECTORY}/a.txt`]: "other",
      },
      false,
      "is not what the bundle states",
    ],
    [
      "a bundle.json that is cut",
      {
        [`${BUNDLE_DIRECTORY}/bundle.json`]: "{",
      },
      false,
      "is not the bundle",
    ],
    ["a part after the end", { ...WHOLE, [PART]: "" }, true, "is left over"],
    [
      "a file that is missing",
      {
        [STORED]: "content",
        [`${BUNDLE_DIRECTORY}/bundle.json`]: BUNDLE,
      },
      true,
      "a.txt is missing",
    ],
  ] as const
) {
  Deno.test(`diskProblems names ${what}`, async () => {
    const problems = await problemsOf(files, isWhole);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.ok(problems[0]?.includes(problem), problems[0]);
  });
}
