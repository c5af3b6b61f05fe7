import type { Option, Values } from "../command.ts";

/** Which copy of the data to ask. */
export const REPLICA: Option = {
  name: "replica",
  description: "Replica to ask: one of two copies of all data.",
  choices: ["aws", "gcp"],
  required: true,
};

/** The replica that a command line names. */
export function replicaOf(values: Values): "aws" | "gcp" {
  return values.need("replica") === "gcp" ? "gcp" : "aws";
}
