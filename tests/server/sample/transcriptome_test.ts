import assert from "node:assert/strict";
import { createRandom } from "../../../src/server/sample/prng.ts";
import {
  copyBases,
  copyReverseComplement,
  createTranscriptome,
} from "../../../src/server/sample/transcriptome.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

Deno.test("createTranscriptome gives DNA of the stated lengths and content", () => {
  const { transcripts } = createTranscriptome("test");
  assert.equal(transcripts.length, 160);
  const lengths = transcripts.map((transcript) => transcript.length);
  assert.ok(Math.min(...lengths) >= 700 && Math.max(...lengths) < 2200);
  const all = transcripts.map(decode).join("");
  assert.match(all, /^[ACGT]+$/);
  const strong = all.replace(/[AT]/g, "").length / all.length;
  assert.ok(strong > 0.47 && strong < 0.49, `GC ${strong}`);
  assert.equal(new Set(transcripts.map(decode)).size, 160);
});

Deno.test("createTranscriptome picks the first twice as often as the second", () => {
  const { transcripts, pick } = createTranscriptome("test", 40);
  const next = createRandom("picks");
  const counts = new Map<Uint8Array, number>();
  for (let i = 0; i < 40000; i++) {
    const picked = pick(next);
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }
  const [first, second] = transcripts.map((item) => counts.get(item) ?? 0);
  const ratio = (first ?? 0) / (second ?? 1);
  assert.ok(ratio > 1.85 && ratio < 2.15, `ratio ${ratio}`);
  assert.equal(counts.size, 40);
});

Deno.test("copyReverseComplement reads the other strand up to the end", () => {
  const target = new Uint8Array(5);
  copyReverseComplement(encode("AACCGTTTGA"), 9, target);
  assert.equal(decode(target), "CAAAC");
});

Deno.test("copyBases reads from the start", () => {
  const target = new Uint8Array(4);
  copyBases(encode("AACCGTTTGA"), 3, target);
  assert.equal(decode(target), "CGTT");
});
