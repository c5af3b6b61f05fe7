import assert from "node:assert/strict";
import {
  CHUNK_SIZE,
  DocumentSet,
} from "../../../src/server/search_index/document_set.ts";

function setOf(...numbers: number[]): DocumentSet {
  const set = DocumentSet.ofChunks(3);
  for (const number of numbers) set.add(number);
  return set;
}

const EDGES = [0, 1, 31, 32, 63, 255, 256, 511, 767];

Deno.test("DocumentSet has what was added, in order, and counts it", () => {
  const set = setOf(...EDGES.toReversed());
  assert.deepEqual([...set], EDGES);
  assert.equal(set.size, EDGES.length);
  for (const number of EDGES) {
    assert.ok(set.has(number));
    assert.equal(set.has(number + 2), false);
  }
  set.delete(31);
  set.delete(31);
  set.delete(5000);
  assert.deepEqual([...set], EDGES.filter((number) => number !== 31));
});

Deno.test("DocumentSet counts all of a full set", () => {
  const all = Array.from({ length: 3 * CHUNK_SIZE }, (_, number) => number);
  const set = setOf(...all);
  assert.equal(set.size, 768);
  assert.deepEqual([...set], all);
  assert.equal(set.isEmpty, false);
  assert.equal(DocumentSet.ofChunks(3).isEmpty, true);
  assert.equal(DocumentSet.ofChunks(0).size, 0);
});

Deno.test("DocumentSet takes the places of a chunk in hexadecimal and as bytes", () => {
  const set = DocumentSet.ofChunks(3);
  set.addPlaces(1, "00091FA0FF");
  set.addBytes(2, Uint8Array.of(3, 255));
  assert.deepEqual([...set], [256, 265, 287, 416, 511, 515, 767]);
  set.addPlaces(0, "");
  assert.equal(set.size, 7);
});

Deno.test("DocumentSet unites, intersects, subtracts and copies", () => {
  const [a, b] = [setOf(1, 40, 300), setOf(40, 300, 700)];
  const united = a.copy();
  united.unite(b);
  assert.deepEqual([...united], [1, 40, 300, 700]);
  const common = a.copy();
  common.intersect(b);
  assert.deepEqual([...common], [40, 300]);
  const rest = a.copy();
  rest.subtract(b);
  assert.deepEqual([...rest], [1]);
  assert.deepEqual([...a], [1, 40, 300]);
});
