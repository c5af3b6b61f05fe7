import { formatVersion } from "../../base/mod.ts";
import { below, createRandom } from "./prng.ts";
import { sampleUuid } from "./sample_uuid.ts";

/** A JSON object of metadata. */
export type JsonFields = Record<string, unknown>;

/** The five kinds of documents that describe something in a bundle. */
export type SchemaType =
  | "biomaterial"
  | "file"
  | "project"
  | "protocol"
  | "process";

// Folder and version of each schema, as the atlas had them in April 2019.
const SCHEMAS = {
  donor_organism: "biomaterial/14.0.7",
  specimen_from_organism: "biomaterial/9.0.0",
  cell_line: "biomaterial/11.0.0",
  organoid: "biomaterial/10.0.0",
  cell_suspension: "biomaterial/11.0.0",
  sequence_file: "file/8.0.0",
  supplementary_file: "file/1.1.7",
  project: "project/11.1.0",
  collection_protocol: "protocol/biomaterial_collection/9.0.0",
  ipsc_induction_protocol: "protocol/biomaterial_collection/2.0.4",
  differentiation_protocol: "protocol/biomaterial_collection/1.3.3",
  dissociation_protocol: "protocol/biomaterial_collection/6.0.0",
  enrichment_protocol: "protocol/biomaterial_collection/2.2.9",
  library_preparation_protocol: "protocol/sequencing/6.0.0",
  sequencing_protocol: "protocol/sequencing/10.0.0",
  process: "process/7.0.0",
} as const;

/** What a document describes; also the first part of its file name. */
export type EntityName = keyof typeof SCHEMAS;

/** One metadata document, to be stored as a file of its own. */
export interface MetadataDocument {
  /** What it describes. */
  entity: EntityName;
  /** The kind of that. */
  schemaType: SchemaType;
  /** Uuid of the file and `document_id` of the provenance. */
  uuid: string;
  /** DSS version of the file: the moment of the last update. */
  version: string;
  /** The whole document. */
  content: JsonFields;
}

/** Which study a document was submitted with. */
export interface Submission {
  /** Names the study; part of what the uuids are made from. */
  study: string;
  /** When it was submitted, ISO 8601 in UTC with milliseconds. */
  submittedAt: string;
}

const LONGEST_UPDATE_MS = 3_600_000;

/**
 * A document in the form of the HCA metadata schemas: `describedBy` and
 * `schema_type` first, `provenance` last. The update follows the submission
 * by less than an hour.
 *
 * @param label names the document within the study
 */
export function describe(
  entity: EntityName,
  submission: Submission,
  label: string,
  fields: JsonFields,
): MetadataDocument {
  const key = `${submission.study}/${entity}/${label}`;
  const schemaType = schemaTypeOf(entity);
  const uuid = sampleUuid(key);
  const updatedMs = Date.parse(submission.submittedAt) +
    below(createRandom(`update/${key}`), LONGEST_UPDATE_MS);
  const content = {
    describedBy: `https://schema.humancellatlas.org/type/${
      SCHEMAS[entity]
    }/${entity}`,
    schema_type: schemaType,
    ...fields,
    provenance: {
      document_id: uuid,
      submission_date: submission.submittedAt,
      update_date: new Date(updatedMs).toISOString(),
    },
  };
  const version = formatVersion(updatedMs);
  return { entity, schemaType, uuid, version, content };
}

function schemaTypeOf(entity: EntityName): SchemaType {
  switch (SCHEMAS[entity].split("/")[0]) {
    case "biomaterial":
      return "biomaterial";
    case "file":
      return "file";
    case "project":
      return "project";
    case "protocol":
      return "protocol";
    default:
      return "process";
  }
}
