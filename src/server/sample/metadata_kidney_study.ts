import {
  describe,
  type MetadataDocument,
  type Submission,
} from "./metadata_document.ts";
import { protocol } from "./metadata_entities.ts";
import { term } from "./metadata_terms.ts";
import { BARCODE_LENGTH, UMI_LENGTH } from "./ten_x_library.ts";

/** The study that two of the bundles belong to. */
export const KIDNEY_STUDY: Submission = {
  study: "kidney",
  submittedAt: "2019-06-12T08:41:17.306Z",
};

/** The project of both bundles; people, places and grants are made up. */
export function kidneyProject(): MetadataDocument {
  return describe("project", KIDNEY_STUDY, "project", {
    project_core: {
      project_short_name: "SampleKidneyAtlas",
      project_title:
        "A made-up atlas of the adult human kidney and of kidney organoids",
      project_description:
        "Sample data for trying out tools: cells of one invented donor's " +
        "kidney cortex and of organoids grown from an invented stem cell " +
        "line, prepared and sequenced alike. Every read was computed; " +
        "nothing here was measured.",
    },
    contributors: [
      {
        contact_name: "Zoë,,Ångström",
        email: "zoe.angstrom@imaginary-biology.example",
        institution: "Institute of Imaginary Biology",
        laboratory: "Nephron Workshop",
        address: "1 Nowhere Lane, Århavn",
        country: "Denmark",
        project_role: "principal investigator",
        corresponding_contributor: true,
      },
      {
        contact_name: "Tomás,Q.,Ficticio",
        email: "ficticio@imaginary-biology.example",
        institution: "Institute of Imaginary Biology",
        country: "Denmark",
        project_role: "experimental scientist",
        corresponding_contributor: false,
      },
    ],
    funders: [
      { grant_id: "SAMPLE-0042", funder_name: "Foundation for Fictional Data" },
    ],
  });
}

/** The library preparation that both bundles share. */
export function tenXLibraryProtocol(): MetadataDocument {
  return protocol("library_preparation_protocol", KIDNEY_STUDY, {
    id: "droplet_library",
    name: "3' droplet library",
    description: "Cells were put into droplets with barcoded beads; cDNA was " +
      "amplified, fragmented and given a sample index.",
  }, {
    library_construction_method: term("10X v2 sequencing", "EFO:0009310"),
    nucleic_acid_source: "single cell",
    input_nucleic_acid_molecule: term("polyA RNA", "OBI:0000869"),
    end_bias: "3 prime tag",
    primer: "poly-dT",
    strand: "first",
    cell_barcode: {
      barcode_read: "Read 1",
      barcode_offset: 0,
      barcode_length: BARCODE_LENGTH,
    },
    umi_barcode: {
      barcode_read: "Read 1",
      barcode_offset: BARCODE_LENGTH,
      barcode_length: UMI_LENGTH,
    },
  });
}

/** The sequencing that both bundles share. */
export function tenXSequencingProtocol(): MetadataDocument {
  return protocol("sequencing_protocol", KIDNEY_STUDY, {
    id: "tag_sequencing",
    name: "Tag-based sequencing",
    description: "One lane, 26 cycles for the barcodes, 8 for the index and " +
      "98 for the cDNA.",
  }, {
    instrument_manufacturer_model: term(
      "Illumina NovaSeq 6000",
      "EFO:0008637",
    ),
    paired_end: false,
    method: term("tag based single cell RNA sequencing", "EFO:0008440"),
  });
}
