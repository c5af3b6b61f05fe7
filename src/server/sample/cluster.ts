import { below, type Random32 } from "./prng.ts";

/** The reads that a sequencer may take of one cluster. */
export type ReadName = "R1" | "R2" | "I1";

/** Where on the flow cell a cluster lies. */
export interface Position {
  /** Tile number, surface and swath included, as in `1101`. */
  tile: number;
  /** Horizontal coordinate in the tile. */
  x: number;
  /** Vertical coordinate in the tile. */
  y: number;
}

/** One amplified molecule, with what an error-free sequencer would read. */
export interface Cluster {
  /** Where it lies. */
  position: Position;
  /** The sample index as called, for the headers: `NCATTACT`. */
  index: string;
  /** The bases of each read in ASCII, before sequencing errors. */
  reads: Partial<Record<ReadName, Uint8Array>>;
}

/** Gives the next cluster; the same object every time, with new content. */
export type ClusterSource = () => Cluster;

/** A library on a sequencer: what is needed to write its FASTQ files. */
export interface SequencingRun {
  /** Names the streams of random numbers of the run. */
  label: string;
  /** Instrument, run number and flow cell: `A00228:279:HFWFVDMXX`. */
  flowCell: string;
  /** Lane of the flow cell, from 1. */
  lane: number;
  /** The quality profile of the instrument. */
  qualities: "binned" | "full";
  /** Starts at the first cluster; every call gives the same clusters. */
  startClusters(): ClusterSource;
}

const TILE_HEIGHT = 36000;
const TILES = 78;

/** The position of the first cluster, before `advance` was called. */
export function firstPosition(): Position {
  return { tile: 1101, x: 1000, y: 1000 };
}

/** Moves on: the output is ordered by tile, then by y, as bcl2fastq does. */
export function advance(position: Position, next: Random32): void {
  position.x = 1000 + below(next, 31000);
  position.y += below(next, 40);
  if (position.y < TILE_HEIGHT) return;
  position.y = 1000;
  position.tile = position.tile % 100 < TILES ? position.tile + 1 : 2101;
}
