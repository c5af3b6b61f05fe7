import assert from "node:assert/strict";
import { guessMediaType } from "../../src/server/media_type.ts";

// The IANA registry, or octets where it has nothing.
const TYPES: Record<string, string> = {
  "a.json": "application/json",
  "dir.x/links.JSON": "application/json",
  "reads.fastq.gz": "application/gzip",
  "matrix.mtx": "text/plain",
  "table.csv": "text/csv",
  "a.bam": "application/octet-stream",
  "noextension": "application/octet-stream",
  "json": "application/octet-stream",
  "a.json~": "application/octet-stream",
  "a.": "application/octet-stream",
  "": "application/octet-stream",
  "a.constructor": "application/octet-stream",
  "a.__proto__": "application/octet-stream",
};

for (const [name, type] of Object.entries(TYPES)) {
  Deno.test(`guessMediaType of '${name}' is ${type}`, () => {
    assert.equal(guessMediaType(name), type);
  });
}
