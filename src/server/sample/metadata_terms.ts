/** A term of an ontology, as every HCA document writes it. */
export interface OntologyTerm {
  /** What the submitter wrote. */
  text: string;
  /** Its identifier: `UBERON:0002113`. */
  ontology: string;
  /** The name that the ontology gives it. */
  ontology_label: string;
}

/** The term `ontology` of that name. */
export function term(text: string, ontology: string): OntologyTerm {
  return { text, ontology, ontology_label: text };
}

/** A species: the NCBI Taxonomy number and the term. */
export interface Species {
  /** Number in the NCBI Taxonomy. */
  taxonId: number;
  /** The same as a term. */
  name: OntologyTerm;
}

/** Human. */
export const HUMAN: Species = {
  taxonId: 9606,
  name: term("Homo sapiens", "NCBITaxon:9606"),
};

/** House mouse. */
export const MOUSE: Species = {
  taxonId: 10090,
  name: term("Mus musculus", "NCBITaxon:10090"),
};

/** The term for the absence of disease. */
export const NORMAL: OntologyTerm = term("normal", "PATO:0000461");
