import type { MetadataDocument } from "./metadata_document.ts";
import { protocol } from "./metadata_entities.ts";
import { KIDNEY_STUDY } from "./metadata_kidney_study.ts";
import { term } from "./metadata_terms.ts";

/** From fibroblasts to the stem cell line. */
export function stemCellInduction(): MetadataDocument {
  return protocol("ipsc_induction_protocol", KIDNEY_STUDY, {
    id: "line_induction",
    name: "Induction of pluripotency",
    description: "Fibroblasts were reprogrammed with a Sendai virus; " +
      "colonies were picked after three weeks.",
  }, {
    ipsc_induction_method: "sendai virus",
    pluripotency_vector_removed: "yes",
  });
}

/** From the stem cell line to organoids. */
export function organoidDifferentiation(): MetadataDocument {
  return protocol("differentiation_protocol", KIDNEY_STUDY, {
    id: "organoid_differentiation",
    name: "Growth of kidney organoids",
    description: "Aggregates were led through intermediate mesoderm and " +
      "kept in suspension for 25 days.",
  }, { differentiation_method: "embryoid bodies" });
}

/** From organoids to single cells. */
export function organoidDissociation(): MetadataDocument {
  return protocol("dissociation_protocol", KIDNEY_STUDY, {
    id: "organoid_dissociation",
    name: "Dissociation of organoids",
    description: "Organoids were digested at 37 °C for 12 minutes.",
  }, { method: term("enzymatic dissociation", "EFO:0009128") });
}
