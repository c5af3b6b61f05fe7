import type { SequencingRun } from "./cluster.ts";
import { fastqFile } from "./fastq_file.ts";
import type { MetadataDocument } from "./metadata_document.ts";
import {
  biomaterial,
  processOf,
  protocol,
  sequenceFile,
} from "./metadata_entities.ts";
import {
  KIDNEY_STUDY,
  kidneyProject,
  tenXLibraryProtocol,
  tenXSequencingProtocol,
} from "./metadata_kidney_study.ts";
import type { Step } from "./metadata_links.ts";
import { HUMAN, NORMAL, term } from "./metadata_terms.ts";
import type { BundlePlan, DataFile } from "./sample_bundle.ts";
import { startTenXClusters } from "./ten_x_library.ts";

const RUN: SequencingRun = {
  label: "kidney",
  flowCell: "A00999:17:HSAMPLEXX",
  lane: 1,
  qualities: "binned",
  startClusters: () => startTenXClusters("kidney"),
};
const FILES = [
  { read: "R1", length: 26, name: "SampleKidney_S1_L001_R1_001.fastq.gz" },
  { read: "R2", length: 98, name: "SampleKidney_S1_L001_R2_001.fastq.gz" },
  { read: "I1", length: 8, name: "SampleKidney_S1_L001_I1_001.fastq.gz" },
] as const;
const DONE: DataFile = {
  name: "sequencing_run.done",
  mediaType: "text/plain",
  bytes: () => Promise.resolve(new Uint8Array()),
};

/**
 * Human kidney cortex, droplet-based: three FASTQ files, and an empty file as
 * a sequencer leaves it behind when the run is complete.
 */
export function planKidneyBundle(readsPerFile: number): BundlePlan {
  return {
    label: "bundle-kidney",
    createdAt: "2019-08-01T20:01:47.836Z",
    steps: kidneySteps(),
    otherDocuments: [kidneyProject()],
    data: [
      ...FILES.map(({ read, name }) =>
        fastqFile(RUN, read, name, readsPerFile)
      ),
      DONE,
    ],
  };
}

function kidneySteps(): Step[] {
  const [donor, tissue, cells] = [kidneyDonor(), cortex(), cortexCells()];
  return [
    {
      process: processOf(KIDNEY_STUDY, "sequencing_of_cortex"),
      inputs: [cells],
      outputs: FILES.map(({ name, read, length }) =>
        sequenceFile(KIDNEY_STUDY, name, read, length)
      ),
      protocols: [tenXLibraryProtocol(), tenXSequencingProtocol()],
    },
    {
      process: processOf(KIDNEY_STUDY, "dissociation_of_cortex"),
      inputs: [tissue],
      outputs: [cells],
      protocols: [dissociation()],
    },
    {
      process: processOf(KIDNEY_STUDY, "collection_of_cortex"),
      inputs: [donor],
      outputs: [tissue],
      protocols: [collection()],
    },
  ];
}

function kidneyDonor(): MetadataDocument {
  return biomaterial("donor_organism", KIDNEY_STUDY, HUMAN, {
    id: "donor_K1",
    name: "donor K1",
    description: "Invented organ donor, 52 years old",
  }, {
    organism_age: "52",
    organism_age_unit: term("year", "UO:0000036"),
    development_stage: term("adult", "EFO:0001272"),
    sex: "female",
    is_living: "no",
    diseases: [NORMAL],
  });
}

function cortex(): MetadataDocument {
  return biomaterial("specimen_from_organism", KIDNEY_STUDY, HUMAN, {
    id: "specimen_K1",
    name: "kidney cortex of donor K1",
    description: "A wedge of the cortex of the left kidney",
  }, {
    organ: term("kidney", "UBERON:0002113"),
    organ_parts: [term("cortex of kidney", "UBERON:0001225")],
    diseases: [NORMAL],
  });
}

function cortexCells(): MetadataDocument {
  return biomaterial("cell_suspension", KIDNEY_STUDY, HUMAN, {
    id: "cells_K1",
    name: "cells of kidney cortex K1",
    description: "Single cells, none selected",
  }, { estimated_cell_count: 400 });
}

function collection(): MetadataDocument {
  return protocol("collection_protocol", KIDNEY_STUDY, {
    id: "kidney_collection",
    name: "Collection of kidney tissue",
    description: "A wedge of cortex was cut on ice within an hour.",
  }, { method: term("organ extraction", "EFO:0009124") });
}

function dissociation(): MetadataDocument {
  return protocol("dissociation_protocol", KIDNEY_STUDY, {
    id: "kidney_dissociation",
    name: "Dissociation of kidney tissue",
    description: "Minced tissue was digested at 37 °C for 25 minutes and " +
      "passed through a 40 µm strainer.",
  }, { method: term("enzymatic dissociation", "EFO:0009128") });
}
