import {
  advance,
  type Cluster,
  type ClusterSource,
  firstPosition,
} from "./cluster.ts";
import { below, createRandom, type Random32 } from "./prng.ts";
import {
  copyBases,
  copyReverseComplement,
  createTranscriptome,
  type Transcriptome,
} from "./transcriptome.ts";

const READ_LENGTH = 75;
const SHORTEST_INSERT = 150;
const INSERT_SPREAD = 250;

/**
 * A full-length library of one cell as Smart-seq2 with Nextera tags gives
 * (Picelli and others, Nature Protocols 9, 171, 2014): unstranded inserts of
 * 150 (inclusive) to 400 (exclusive) bases, read 75 bases inwards from both
 * ends.
 *
 * @param label names transcripts and clusters
 * @param index the two indexes of the well: `TAAGGCGA+CTCTCTAT`
 */
export function startSmartSeqClusters(
  label: string,
  index: string,
): ClusterSource {
  const next = createRandom(`clusters/${label}`);
  const transcriptome = createTranscriptome(label);
  const forward = new Uint8Array(READ_LENGTH);
  const backward = new Uint8Array(READ_LENGTH);
  const cluster: Cluster = { position: firstPosition(), index, reads: {} };
  return () => {
    advance(cluster.position, next);
    fillEnds(forward, backward, transcriptome, next);
    const isSense = (next() & 1) === 0;
    cluster.reads.R1 = isSense ? forward : backward;
    cluster.reads.R2 = isSense ? backward : forward;
    return cluster;
  };
}

function fillEnds(
  forward: Uint8Array,
  backward: Uint8Array,
  transcriptome: Transcriptome,
  next: Random32,
): void {
  const transcript = transcriptome.pick(next);
  const insert = SHORTEST_INSERT + below(next, INSERT_SPREAD);
  const start = below(next, transcript.length - insert + 1);
  copyBases(transcript, start, forward);
  copyReverseComplement(transcript, start + insert, backward);
}
