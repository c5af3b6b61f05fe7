import type { ReadName } from "./cluster.ts";
import {
  describe,
  type EntityName,
  type JsonFields,
  type MetadataDocument,
  type Submission,
} from "./metadata_document.ts";
import type { Species } from "./metadata_terms.ts";

/** What every biomaterial and protocol has: an id, a name, a sentence. */
export interface Naming {
  /** The submitter's own id, unique in the study. */
  id: string;
  /** A short name. */
  name: string;
  /** A sentence about it. */
  description: string;
}

/** A document about a donor, a specimen, a cell line or a suspension. */
export function biomaterial(
  entity: EntityName,
  submission: Submission,
  species: Species,
  naming: Naming,
  fields: JsonFields,
): MetadataDocument {
  return describe(entity, submission, naming.id, {
    biomaterial_core: {
      biomaterial_id: naming.id,
      biomaterial_name: naming.name,
      biomaterial_description: naming.description,
      ncbi_taxon_id: [species.taxonId],
    },
    genus_species: [species.name],
    ...fields,
  });
}

/** A document about how something was done. */
export function protocol(
  entity: EntityName,
  submission: Submission,
  naming: Naming,
  fields: JsonFields,
): MetadataDocument {
  return describe(entity, submission, naming.id, {
    protocol_core: {
      protocol_id: naming.id,
      protocol_name: naming.name,
      protocol_description: naming.description,
    },
    ...fields,
  });
}

/** A document about one thing that was done, by the submitter's own id. */
export function processOf(
  submission: Submission,
  id: string,
): MetadataDocument {
  return describe("process", submission, id, {
    process_core: { process_id: id },
  });
}

const READ_INDEXES: Record<ReadName, string> = {
  R1: "read1",
  R2: "read2",
  I1: "index1",
};

/**
 * A document about one FASTQ file.
 *
 * @param lengthBases length of every read, in bases
 */
export function sequenceFile(
  submission: Submission,
  fileName: string,
  read: ReadName,
  lengthBases: number,
): MetadataDocument {
  return describe("sequence_file", submission, fileName, {
    file_core: { file_name: fileName, file_format: "fastq.gz" },
    read_index: READ_INDEXES[read],
    lane_index: 1,
    read_length: lengthBases,
  });
}
