import {
  advance,
  type Cluster,
  type ClusterSource,
  firstPosition,
} from "./cluster.ts";
import { below, createRandom, type Random32 } from "./prng.ts";
import {
  copyBases,
  createTranscriptome,
  randomBases,
  type Transcriptome,
} from "./transcriptome.ts";

/** Length in bases of the cell barcode at the start of R1. */
export const BARCODE_LENGTH = 16;
/** Length in bases of the molecular identifier after the barcode. */
export const UMI_LENGTH = 10;
const CDNA_LENGTH = 98;
const INDEX_LENGTH = 8;
const CELLS = 400;
const CAPTURE_WINDOW = 450;

/**
 * A droplet library of the shape of 10x Genomics Single Cell 3' v2: R1 is a
 * cell barcode of 16 bases and a UMI of 10, R2 is 98 bases of cDNA from near
 * the 3' end, I1 is the sample index of 8 (10x user guide CG00052). The
 * barcodes are drawn at random and are not those of the supplier's list.
 *
 * @param label names cells, transcripts and clusters
 */
export function startTenXClusters(label: string): ClusterSource {
  const next = createRandom(`clusters/${label}`);
  const transcriptome = createTranscriptome(label);
  const barcodes = drawMany(next, CELLS, BARCODE_LENGTH);
  const indexes = drawMany(next, 4, INDEX_LENGTH);
  const reads = emptyReads();
  const cluster: Cluster = { position: firstPosition(), index: "", reads };
  return () => {
    advance(cluster.position, next);
    fillBarcode(reads.R1, barcodes, next);
    fillCdna(reads.R2, transcriptome, next);
    cluster.index = fillIndex(reads.I1, indexes, next);
    return cluster;
  };
}

function emptyReads(): Record<"R1" | "R2" | "I1", Uint8Array> {
  return {
    R1: new Uint8Array(BARCODE_LENGTH + UMI_LENGTH),
    R2: new Uint8Array(CDNA_LENGTH),
    I1: new Uint8Array(INDEX_LENGTH),
  };
}

function drawMany(next: Random32, count: number, length: number): Uint8Array[] {
  return Array.from({ length: count }, () => randomBases(next, length));
}

function fillBarcode(
  target: Uint8Array,
  barcodes: readonly Uint8Array[],
  next: Random32,
): void {
  // The product of two draws makes some cells richer in reads than others.
  const cell = below(next, 1 + below(next, barcodes.length));
  target.set(barcodes[cell] ?? []);
  let draw = next();
  for (let i = BARCODE_LENGTH; i < target.length; i++) {
    target[i] = "ACGT".charCodeAt(draw & 3);
    draw >>>= 2;
  }
}

function fillCdna(
  target: Uint8Array,
  transcriptome: Transcriptome,
  next: Random32,
): void {
  const transcript = transcriptome.pick(next);
  const fromEnd = CDNA_LENGTH + below(next, CAPTURE_WINDOW);
  copyBases(transcript, transcript.length - fromEnd, target);
}

// The first cycle of the index read fails now and then: `NCATTACT`.
function fillIndex(
  target: Uint8Array,
  indexes: readonly Uint8Array[],
  next: Random32,
): string {
  target.set(indexes[next() & 3] ?? []);
  if (below(next, 200) === 0) target[0] = "N".charCodeAt(0);
  return String.fromCharCode(...target);
}
