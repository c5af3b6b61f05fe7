import assert from "node:assert/strict";
import type {
  ClusterSource,
  ReadName,
} from "../../../src/server/sample/cluster.ts";
import { startSmartSeqClusters } from "../../../src/server/sample/smart_seq_library.ts";
import { startTenXClusters } from "../../../src/server/sample/ten_x_library.ts";
import { createTranscriptome } from "../../../src/server/sample/transcriptome.ts";

const decode = (bytes?: Uint8Array): string => new TextDecoder().decode(bytes);

function reverseComplement(text: string): string {
  const pairs: Record<string, string> = { A: "T", C: "G", G: "C", T: "A" };
  return [...text].reverse().map((base) => pairs[base]).join("");
}

function takeReads(
  next: ClusterSource,
  count: number,
): Partial<Record<ReadName, string>>[] {
  return Array.from({ length: count }, () => {
    const { R1, R2, I1 } = next().reads;
    return { R1: decode(R1), R2: decode(R2), I1: decode(I1) };
  });
}

Deno.test("startTenXClusters gives reads of 26, 98 and 8 bases", () => {
  for (const { R1, R2, I1 } of takeReads(startTenXClusters("test"), 50)) {
    assert.match(R1 ?? "", /^[ACGT]{26}$/);
    assert.match(R2 ?? "", /^[ACGT]{98}$/);
    assert.match(I1 ?? "", /^[ACGTN][ACGT]{7}$/);
  }
});

Deno.test("startTenXClusters reuses cell barcodes but not molecules", () => {
  const reads = takeReads(startTenXClusters("test"), 4000);
  const barcodes = new Set(reads.map(({ R1 }) => R1?.slice(0, 16)));
  assert.ok(barcodes.size > 200 && barcodes.size <= 400, `${barcodes.size}`);
  assert.ok(new Set(reads.map(({ R1 }) => R1)).size > 3900);
});

Deno.test("startTenXClusters reads the sense strand near the 3' end", () => {
  const { transcripts } = createTranscriptome("test");
  const texts = transcripts.map(decode);
  for (const { R2 } of takeReads(startTenXClusters("test"), 100)) {
    const source = texts.find((text) => text.includes(R2 ?? "?"));
    assert.ok(source !== undefined);
    assert.ok(source.length - source.indexOf(R2 ?? "?") < 548);
  }
});

Deno.test("startTenXClusters puts the called index into the header", () => {
  const next = startTenXClusters("test");
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const { index, reads } = next();
    assert.equal(index, decode(reads.I1));
    if (!index.startsWith("N")) seen.add(index);
  }
  assert.equal(seen.size, 4);
});

Deno.test("startSmartSeqClusters reads one insert from both ends", () => {
  const { transcripts } = createTranscriptome("test");
  const texts = transcripts.map(decode);
  const senses = new Set<boolean>();
  const next = startSmartSeqClusters("test", "AACC+GGTT");
  for (const { R1 = "", R2 = "" } of takeReads(next, 200)) {
    const isSense = texts.some((text) => text.includes(R1));
    senses.add(isSense);
    const [left, right] = isSense ? [R1, R2] : [R2, R1];
    const source = texts.find((text) => text.includes(left)) ?? "";
    const end = source.indexOf(reverseComplement(right)) + 75;
    const insert = end - source.indexOf(left);
    assert.ok(insert >= 150 && insert < 400, `insert ${insert}`);
  }
  assert.equal(senses.size, 2);
});

Deno.test("cluster positions rise by tile and y", () => {
  const next = startSmartSeqClusters("test", "AACC+GGTT");
  let previous = 0;
  const tiles = new Set<number>();
  for (let i = 0; i < 5000; i++) {
    const { tile, x, y } = next().position;
    assert.ok(tile * 1e6 + y >= previous);
    assert.ok(x >= 1000 && x < 32000 && y >= 1000 && y < 36000);
    previous = tile * 1e6 + y;
    tiles.add(tile);
  }
  assert.deepEqual([...tiles], [1101, 1102, 1103]);
});
