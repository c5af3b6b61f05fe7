import type { SequencingRun } from "./cluster.ts";
import { fastqFile } from "./fastq_file.ts";
import type { MetadataDocument } from "./metadata_document.ts";
import { biomaterial, processOf, sequenceFile } from "./metadata_entities.ts";
import {
  KIDNEY_STUDY,
  kidneyProject,
  tenXLibraryProtocol,
  tenXSequencingProtocol,
} from "./metadata_kidney_study.ts";
import type { Step } from "./metadata_links.ts";
import {
  organoidDifferentiation,
  organoidDissociation,
  stemCellInduction,
} from "./metadata_organoid_protocols.ts";
import { HUMAN, NORMAL, term } from "./metadata_terms.ts";
import type { BundlePlan } from "./sample_bundle.ts";
import { startTenXClusters } from "./ten_x_library.ts";

const RUN: SequencingRun = {
  label: "organoid",
  flowCell: "A00999:21:HSAMPLEYY",
  lane: 1,
  qualities: "binned",
  startClusters: () => startTenXClusters("organoid"),
};
const FILES = [
  { read: "R1", length: 26, name: "SampleOrganoid_S2_L001_R1_001.fastq.gz" },
  { read: "R2", length: 98, name: "SampleOrganoid_S2_L001_R2_001.fastq.gz" },
] as const;

/**
 * Kidney organoids from a human stem cell line: two FASTQ files. Project,
 * library preparation and sequencing protocol are the same files as in the
 * kidney bundle.
 */
export function planOrganoidBundle(readsPerFile: number): BundlePlan {
  return {
    label: "bundle-organoid",
    createdAt: "2019-08-02T06:17:05.214Z",
    steps: organoidSteps(),
    otherDocuments: [kidneyProject()],
    data: FILES.map(({ read, name }) =>
      fastqFile(RUN, read, name, readsPerFile)
    ),
  };
}

function organoidSteps(): Step[] {
  const [donor, skin, line] = [skinDonor(), skinSpecimen(), stemCellLine()];
  const [tissue, cells] = [organoid(), organoidCells()];
  return [
    {
      process: processOf(KIDNEY_STUDY, "sequencing_of_organoid"),
      inputs: [cells],
      outputs: FILES.map(({ name, read, length }) =>
        sequenceFile(KIDNEY_STUDY, name, read, length)
      ),
      protocols: [tenXLibraryProtocol(), tenXSequencingProtocol()],
    },
    step("dissociation_of_organoid", tissue, cells, organoidDissociation()),
    step("growth_of_organoid", line, tissue, organoidDifferentiation()),
    step("induction_of_line", skin, line, stemCellInduction()),
    step("collection_of_skin", donor, skin),
  ];
}

function step(
  id: string,
  input: MetadataDocument,
  output: MetadataDocument,
  ...protocols: MetadataDocument[]
): Step {
  const process = processOf(KIDNEY_STUDY, id);
  return { process, inputs: [input], outputs: [output], protocols };
}

function skinDonor(): MetadataDocument {
  return biomaterial("donor_organism", KIDNEY_STUDY, HUMAN, {
    id: "donor_K2",
    name: "donor K2",
    description: "Invented volunteer, 30 to 34 years old",
  }, {
    organism_age: "30-34",
    organism_age_unit: term("year", "UO:0000036"),
    development_stage: term("adult", "EFO:0001272"),
    sex: "male",
    is_living: "yes",
    diseases: [NORMAL],
  });
}

function skinSpecimen(): MetadataDocument {
  return biomaterial("specimen_from_organism", KIDNEY_STUDY, HUMAN, {
    id: "specimen_K2",
    name: "skin of donor K2",
    description: "A punch of the skin of the forearm",
  }, {
    organ: term("skin of body", "UBERON:0002097"),
    diseases: [NORMAL],
  });
}

function stemCellLine(): MetadataDocument {
  return biomaterial("cell_line", KIDNEY_STUDY, HUMAN, {
    id: "line_K2-7",
    name: "stem cell line K2-7",
    description: "Induced pluripotent line from skin fibroblasts",
  }, {
    cell_line_type: "induced pluripotent",
    cell_type: term("pluripotent stem cell", "CL:0002248"),
    model_organ: term("kidney", "UBERON:0002113"),
    disease: NORMAL,
  });
}

function organoid(): MetadataDocument {
  return biomaterial("organoid", KIDNEY_STUDY, HUMAN, {
    id: "organoid_K2-7",
    name: "kidney organoid K2-7",
    description: "Kidney organoid after 25 days of growth",
  }, {
    model_for_organ: term("kidney", "UBERON:0002113"),
    age: 25,
    age_unit: term("day", "UO:0000033"),
    growth_environment: "suspension",
  });
}

function organoidCells(): MetadataDocument {
  return biomaterial("cell_suspension", KIDNEY_STUDY, HUMAN, {
    id: "cells_K2-7",
    name: "cells of organoid K2-7",
    description: "Single cells of twelve organoids, pooled",
  }, { estimated_cell_count: 400 });
}
