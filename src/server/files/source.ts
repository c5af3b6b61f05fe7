import type { ContentDigests } from "../../checksum/mod.ts";
import { Problem } from "../problem.ts";

/** The checksums that a source may state. */
export type StatedChecksums = Partial<Omit<ContentDigests, "sizeBytes">>;

/** A content outside of the store, about to be copied. */
export interface Source {
  /** How messages call it: its address without query. */
  name: string;
  /** Its size in bytes. */
  sizeBytes: number;
  /** Its media type, parameters included. */
  contentType: string;
  /** The checksums it is said to have, in lower case. */
  stated: StatedChecksums;
  /** Its bytes; to be asked for once. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Lets go of it, read or not. */
  close(): Promise<void>;
}

/** 400: what a source address leads to cannot be taken. */
export function unusableSource(title: string): Problem {
  return new Problem(400, "illegal_arguments", title);
}

/**
 * 400: this process was not told that it may read there; another one that has
 * the same store open may have been.
 */
export class ForeignSource extends Problem {
  /** @param code default: `illegal_arguments` */
  constructor(title: string, code = "illegal_arguments") {
    super(400, code, title);
  }
}

/** 503: the source may be there later. */
export function unreachableSource(title: string): Problem {
  return new Problem(503, "service_unavailable", title);
}
