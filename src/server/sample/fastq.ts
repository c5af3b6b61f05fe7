import type { Cluster, ReadName, SequencingRun } from "./cluster.ts";
import { createRandom, type Random32 } from "./prng.ts";
import { QUALITY_DRAWS, qualityTable } from "./qualities.ts";
import { TextBuffer } from "./text_buffer.ts";
import { BASES } from "./transcriptome.ts";

const NEWLINE = "\n".charCodeAt(0);
const COLON = ":".charCodeAt(0);
const PLUS = "+".charCodeAt(0);
const NOT_CALLED = "N".charCodeAt(0);
const LOWEST_QUALITY = 33 + 2;
// Of 2^24: 0.05 % of the bases are not called, 0.5 % more are called wrongly.
const NOT_CALLED_LIMIT = Math.round(0.0005 * 2 ** 24);
const MISCALLED_LIMIT = NOT_CALLED_LIMIT + Math.round(0.005 * 2 ** 24);

/**
 * The FASTQ text of one read of a run: four lines per cluster, headers as
 * Illumina's bcl2fastq 2 writes them, qualities as Phred + 33. Files of the
 * same run have the same clusters in the same order.
 *
 * @param readCount how many clusters
 */
export function generateFastq(
  run: SequencingRun,
  read: ReadName,
  readCount: number,
): Uint8Array<ArrayBuffer> {
  const nextCluster = run.startClusters();
  const next = createRandom(`errors/${run.label}/${read}`);
  const prefix = `@${run.flowCell}:${run.lane}:`;
  const suffix = ` ${read === "R2" ? 2 : 1}:N:0:`;
  const text = new TextBuffer();
  let qualities: Uint8Array | undefined;
  for (let i = 0; i < readCount; i++) {
    const cluster = nextCluster();
    const bases = cluster.reads[read] ?? new Uint8Array();
    qualities ??= qualityTable(run.qualities, bases.length);
    text.reserve(2 * bases.length + 160);
    writeHeader(text, prefix, cluster, suffix);
    // The index was called already: its errors are in the header as well.
    writeCalls(text, bases, qualities, next, read !== "I1");
  }
  return text.finish();
}

function writeHeader(
  text: TextBuffer,
  prefix: string,
  cluster: Cluster,
  suffix: string,
): void {
  const { tile, x, y } = cluster.position;
  text.writeAscii(prefix);
  text.writeInteger(tile);
  text.writeByte(COLON);
  text.writeInteger(x);
  text.writeByte(COLON);
  text.writeInteger(y);
  text.writeAscii(suffix);
  text.writeAscii(cluster.index);
  text.writeByte(NEWLINE);
}

function writeCalls(
  text: TextBuffer,
  bases: Uint8Array,
  qualities: Uint8Array,
  next: Random32,
  withErrors: boolean,
): void {
  const { bytes, length: start } = text;
  const qualityStart = start + bases.length + 3;
  for (let i = 0; i < bases.length; i++) {
    const draw = next();
    // The low byte chooses the quality, the other three decide on an error.
    const error = withErrors ? draw >>> 8 : MISCALLED_LIMIT;
    let base = bases[i] ?? NOT_CALLED;
    let quality = qualities[i * QUALITY_DRAWS + (draw & 0xff)] ?? 0;
    if (base === NOT_CALLED || error < NOT_CALLED_LIMIT) {
      base = NOT_CALLED;
      quality = LOWEST_QUALITY;
    } else if (error < MISCALLED_LIMIT) {
      base = otherBase(base, draw);
      quality = qualities[i * QUALITY_DRAWS + (draw & 0x0f)] ?? 0;
    }
    bytes[start + i] = base;
    bytes[qualityStart + i] = quality;
  }
  bytes[start + bases.length] = NEWLINE;
  bytes[start + bases.length + 1] = PLUS;
  bytes[start + bases.length + 2] = NEWLINE;
  bytes[qualityStart + bases.length] = NEWLINE;
  text.length = qualityStart + bases.length + 1;
}

function otherBase(base: number, draw: number): number {
  return BASES[(BASES.indexOf(base) + 1 + draw % 3) & 3] ?? NOT_CALLED;
}
