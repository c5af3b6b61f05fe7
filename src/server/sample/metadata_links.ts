import type { JsonFields, MetadataDocument } from "./metadata_document.ts";

/** One step from a donor to a file. */
export interface Step {
  /** The document of the step itself. */
  process: MetadataDocument;
  /** What went in; all of one kind, at least one. */
  inputs: readonly MetadataDocument[];
  /** What came out; all of one kind, at least one. */
  outputs: readonly MetadataDocument[];
  /** How it was done. */
  protocols: readonly MetadataDocument[];
}

/**
 * The content of `links.json`, version 1.1.5 of the schema: it joins the
 * documents of a bundle by their `document_id`.
 */
export function linksContent(steps: readonly Step[]): JsonFields {
  return {
    describedBy: "https://schema.humancellatlas.org/system/1.1.5/links",
    schema_type: "link_bundle",
    schema_version: "1.1.5",
    links: steps.map(linkOf),
  };
}

/** The documents that steps speak of, each once. */
export function documentsOf(steps: readonly Step[]): MetadataDocument[] {
  const all = steps.flatMap((step) => [
    ...step.inputs,
    ...step.outputs,
    ...step.protocols,
    step.process,
  ]);
  return [
    ...new Map(all.map((document) => [document.uuid, document])).values(),
  ];
}

function linkOf(step: Step): JsonFields {
  return {
    process: step.process.uuid,
    inputs: step.inputs.map((document) => document.uuid),
    input_type: step.inputs[0]?.schemaType,
    outputs: step.outputs.map((document) => document.uuid),
    output_type: step.outputs[0]?.schemaType,
    protocols: step.protocols.map((document) => ({
      protocol_type: document.entity,
      protocol_id: document.uuid,
    })),
  };
}
