import type { SequencingRun } from "./cluster.ts";
import { fastqFile } from "./fastq_file.ts";
import { describe, type MetadataDocument } from "./metadata_document.ts";
import { biomaterial, processOf, sequenceFile } from "./metadata_entities.ts";
import type { Step } from "./metadata_links.ts";
import {
  cellSorting,
  isletDissociation,
  pairedSequencingProtocol,
  PANCREAS_STUDY,
  pancreasCollection,
  pancreasProject,
  smartSeqLibraryProtocol,
} from "./metadata_pancreas_study.ts";
import { MOUSE, NORMAL, term } from "./metadata_terms.ts";
import { drawPlate } from "./plate_image.ts";
import type { BundlePlan, DataFile } from "./sample_bundle.ts";
import { startSmartSeqClusters } from "./smart_seq_library.ts";

const RUN: SequencingRun = {
  label: "pancreas",
  flowCell: "D00999:42:CSAMPLEXX",
  lane: 1,
  qualities: "full",
  startClusters: () => startSmartSeqClusters("pancreas", "TAAGGCGA+CTCTCTAT"),
};
const FILES = [
  { read: "R1", length: 75, name: "SampleIslet_C07_1.fastq.gz" },
  { read: "R2", length: 75, name: "SampleIslet_C07_2.fastq.gz" },
] as const;
const PLATE: DataFile = {
  name: "images/plate_overview.svg",
  mediaType: "image/svg+xml",
  bytes: () => Promise.resolve(new TextEncoder().encode(drawPlate("plate"))),
};

/**
 * One cell of a mouse pancreas, plate-based: two FASTQ files of a pair, and a
 * picture of the plate in a sub-directory.
 */
export function planPancreasBundle(readsPerFile: number): BundlePlan {
  return {
    label: "bundle-pancreas",
    createdAt: "2019-08-01T22:48:30.507Z",
    steps: pancreasSteps(),
    otherDocuments: [pancreasProject(), plateDocument()],
    data: [
      ...FILES.map(({ read, name }) =>
        fastqFile(RUN, read, name, readsPerFile)
      ),
      PLATE,
    ],
  };
}

function pancreasSteps(): Step[] {
  const [donor, organ, cell] = [mouse(), pancreas(), isletCell()];
  return [
    {
      process: processOf(PANCREAS_STUDY, "sequencing_of_C07"),
      inputs: [cell],
      outputs: FILES.map(({ name, read, length }) =>
        sequenceFile(PANCREAS_STUDY, name, read, length)
      ),
      protocols: [smartSeqLibraryProtocol(), pairedSequencingProtocol()],
    },
    {
      process: processOf(PANCREAS_STUDY, "sorting_of_C07"),
      inputs: [organ],
      outputs: [cell],
      protocols: [isletDissociation(), cellSorting()],
    },
    {
      process: processOf(PANCREAS_STUDY, "collection_of_pancreas"),
      inputs: [donor],
      outputs: [organ],
      protocols: [pancreasCollection()],
    },
  ];
}

function mouse(): MetadataDocument {
  return biomaterial("donor_organism", PANCREAS_STUDY, MOUSE, {
    id: "mouse_P3",
    name: "mouse P3",
    description: "Invented laboratory mouse, 3 months old",
  }, {
    organism_age: "3",
    organism_age_unit: term("month", "UO:0000035"),
    development_stage: term("adult", "EFO:0001272"),
    sex: "male",
    is_living: "no",
    diseases: [NORMAL],
  });
}

function pancreas(): MetadataDocument {
  return biomaterial("specimen_from_organism", PANCREAS_STUDY, MOUSE, {
    id: "specimen_P3",
    name: "pancreas of mouse P3",
    description: "The whole pancreas",
  }, {
    organ: term("pancreas", "UBERON:0001264"),
    organ_parts: [term("islet of Langerhans", "UBERON:0000006")],
    diseases: [NORMAL],
  });
}

function isletCell(): MetadataDocument {
  return biomaterial("cell_suspension", PANCREAS_STUDY, MOUSE, {
    id: "cell_P3_C07",
    name: "islet cell in well C07",
    description: "One sorted cell",
  }, {
    selected_cell_type: [term("type B pancreatic cell", "CL:0000169")],
    estimated_cell_count: 1,
    plate_based_sequencing: {
      plate_id: "P3",
      well_id: "C07",
      cell_quality: "OK",
    },
  });
}

function plateDocument(): MetadataDocument {
  return describe("supplementary_file", PANCREAS_STUDY, PLATE.name, {
    file_core: { file_name: PLATE.name, file_format: "svg" },
    file_description: "How much cDNA each well of plate P3 gave",
  });
}
