import {
  describe,
  type MetadataDocument,
  type Submission,
} from "./metadata_document.ts";
import { protocol } from "./metadata_entities.ts";
import { term } from "./metadata_terms.ts";

/** The study of the mouse pancreas bundle. */
export const PANCREAS_STUDY: Submission = {
  study: "pancreas",
  submittedAt: "2019-07-03T13:05:52.118Z",
};

/** The project; people, places and grants are made up. */
export function pancreasProject(): MetadataDocument {
  return describe("project", PANCREAS_STUDY, "project", {
    project_core: {
      project_short_name: "SampleMousePancreas",
      project_title: "Made-up full-length transcriptomes of mouse islet cells",
      project_description:
        "Sample data for trying out tools: one cell of the pancreas of an " +
        "invented mouse, sorted into a plate. Every read was computed; " +
        "nothing here was measured.",
    },
    contributors: [
      {
        contact_name: "Ottilie,,Beispiel",
        email: "beispiel@plate-institute.example",
        institution: "Plate Institute of Nowhere",
        country: "Switzerland",
        project_role: "principal investigator",
        corresponding_contributor: true,
      },
    ],
    funders: [
      { grant_id: "SAMPLE-0099", funder_name: "Foundation for Fictional Data" },
    ],
  });
}

/** How the organ was taken. */
export function pancreasCollection(): MetadataDocument {
  return protocol("collection_protocol", PANCREAS_STUDY, {
    id: "pancreas_collection",
    name: "Collection of the pancreas",
    description: "The pancreas was taken out and put on ice.",
  }, { method: term("organ extraction", "EFO:0009124") });
}

/** From the organ to cells. */
export function isletDissociation(): MetadataDocument {
  return protocol("dissociation_protocol", PANCREAS_STUDY, {
    id: "islet_dissociation",
    name: "Dissociation of islets",
    description: "Islets were picked by hand and digested for 8 minutes.",
  }, { method: term("enzymatic dissociation", "EFO:0009128") });
}

/** From cells to one cell per well. */
export function cellSorting(): MetadataDocument {
  return protocol("enrichment_protocol", PANCREAS_STUDY, {
    id: "cell_sorting",
    name: "Sorting of live cells",
    description: "Live single cells were sorted into a plate of 96 wells.",
  }, {
    enrichment_method: term(
      "fluorescence-activated cell sorting",
      "EFO:0009108",
    ),
    markers: "DAPI-",
  });
}

/** From a cell to a library. */
export function smartSeqLibraryProtocol(): MetadataDocument {
  return protocol("library_preparation_protocol", PANCREAS_STUDY, {
    id: "full_length_library",
    name: "Full-length library",
    description: "cDNA was amplified in 21 cycles and cut with Tn5.",
  }, {
    library_construction_method: term("Smart-seq2", "EFO:0008931"),
    nucleic_acid_source: "single cell",
    input_nucleic_acid_molecule: term("polyA RNA", "OBI:0000869"),
    end_bias: "full length",
    primer: "poly-dT",
    strand: "unstranded",
  });
}

/** From a library to reads. */
export function pairedSequencingProtocol(): MetadataDocument {
  return protocol("sequencing_protocol", PANCREAS_STUDY, {
    id: "paired_sequencing",
    name: "Paired-end sequencing",
    description: "One lane, 75 cycles from both ends.",
  }, {
    instrument_manufacturer_model: term("Illumina HiSeq 2500", "EFO:0008565"),
    paired_end: true,
    method: term("full length single cell RNA sequencing", "EFO:0008441"),
  });
}
