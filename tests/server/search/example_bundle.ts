import {
  buildIndexDocument,
  type FileContent,
  type IndexDocument,
} from "../../../src/server/search/mod.ts";
import type { JsonObject } from "../../../src/base/mod.ts";

export const UUID = "ffee3a9b-14de-4dda-980f-c08092b2dabe";
export const VERSION = "2019-04-17T175706.867000Z";
export const FQID = `${UUID}.${VERSION}`;

const SCHEMA = "https://schema.humancellatlas.org";
const LONG_TITLE = `Interneurons ${"of the human brain ".repeat(20)}end`;

/** A file of the bundle with `value` as its content. */
export function jsonFile(name: string, value: unknown): FileContent {
  return {
    name,
    indexed: true,
    contentType: 'application/json; dcp-type="metadata"',
    bytes: new TextEncoder().encode(JSON.stringify(value)),
  };
}

/** A manifest of `names`, as the service stores it. */
export function manifestOf(...names: string[]): JsonObject {
  return {
    format: "0.0.1",
    version: VERSION,
    creator_uid: 8008,
    files: names.map((name) => ({
      name,
      uuid: "e4c205cd-746f-4665-8c29-149c6e109e9d",
      version: "2019-04-17T165831.889000Z",
      "content-type": 'application/json; dcp-type="metadata"',
      size: 1189,
      indexed: true,
      crc32c: "31fb9874",
      "s3-etag": "d35373d17f0b8d6e0adbcf2635e90927",
      sha1: "542fb7cc2aa70950b6d0519ec72cb4a4fcfa0595",
      sha256:
        "6d123df0dc62444d9d1e7945c6285483b3e73f38d359bb811f2035c04ddffc5d",
    })),
  };
}

/** The index document of a small bundle with the shapes of real metadata. */
export function exampleDocument(): IndexDocument {
  const contents = [
    jsonFile("cell_suspension_0.json", {
      describedBy: `${SCHEMA}/type/biomaterial/11.0.0/cell_suspension`,
      schema_type: "biomaterial",
      biomaterial_core: {
        biomaterial_id: "D54Dn15E01",
        biomaterial_name: "hESC-derived inhibitory interneurons",
        ncbi_taxon_id: [9606, 10090],
      },
      genus_species: [
        { text: "Homo sapiens", ontology: "NCBITaxon:9606" },
        { text: "Mus musculus", ontology: "NCBITaxon:10090" },
      ],
      timecourse: { value: "54", unit: { text: "day" } },
      estimated_cell_count: 1.5,
      provenance: { submission_date: "2019-04-17T16:51:39.733Z" },
    }),
    jsonFile("cell_suspension_1.json", {
      describedBy: `${SCHEMA}/type/biomaterial/11.0.0/cell_suspension`,
      biomaterial_core: { biomaterial_id: "D100", ncbi_taxon_id: [9606] },
      notes: null,
      tags: [],
      "dotted.name": "Found",
    }),
    jsonFile("specimen_from_organism_0.json", {
      describedBy: `${SCHEMA}/type/biomaterial/9.0.0/specimen_from_organism`,
      organ: { text: "Embryo", ontology: "UBERON:0000922" },
      collection_day: "2018-07-22",
      collection_minute: "2018-07-22 10:15:30",
      sampled_by: { long_note: LONG_TITLE },
    }),
    jsonFile("project_0.json", {
      describedBy: `${SCHEMA}/type/project/11.1.0/project`,
      project_core: {
        project_title: LONG_TITLE,
        project_short_name: "Single cell of ΟΔΟΣ, part_one",
        code: "A*b?c\\d",
      },
    }),
    jsonFile("sequencing_protocol_0.json", {
      describedBy: `${SCHEMA}/type/protocol/sequencing/10.0.0/` +
        "sequencing_protocol",
      paired_end: true,
      constructor: "named",
    }),
  ];
  const manifest = manifestOf(...contents.map((file) => file.name));
  return buildIndexDocument({
    uuid: UUID,
    version: VERSION,
    manifest,
    contents,
  });
}

/** What stands in the index instead once the version is deleted. */
export const TOMBSTONE: JsonObject = {
  email: "Admin@Example.org",
  reason: "withdrawn",
  admin_deleted: true,
  version: VERSION,
  uuid: UUID,
  manifest: { version: VERSION },
};
