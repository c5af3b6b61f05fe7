import assert from "node:assert/strict";
import { fileNameKey } from "../../../src/server/search/mod.ts";

const KEYS: [name: string, key: string][] = [
  ["cell_suspension_0.json", "cell_suspension_json"],
  ["links.json", "links_json"],
  ["cell_suspension.json", "cell_json"],
  ["a/b_0.json", "a/b_json"],
  ["_0.json", "_json"],
  ["x.y.json", "x_json"],
  ["sequence_file_12.json", "sequence_file_json"],
  ["a.b_json", "a_json"],
  [".json", "_json"],
  ["reads.fastq.gz", "reads_fastq_gz"],
  ["my_file.JSON", "my_file_JSON"],
  ["", ""],
];

for (const [name, key] of KEYS) {
  Deno.test(`fileNameKey gives '${key}' when the name is '${name}'`, () => {
    assert.equal(fileNameKey(name), key);
  });
}
