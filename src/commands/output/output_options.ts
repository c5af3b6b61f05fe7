import { UsageError } from "../../base/mod.ts";
import type { Option, Values } from "../command.ts";

/** The forms in which an answer is written. */
export const OUTPUT_FORMATS = ["json", "jsonl", "table", "tsv"] as const;

/** One of {@linkcode OUTPUT_FORMATS}. */
export type OutputFormat = typeof OUTPUT_FORMATS[number];

/** The options of a command that writes what a service answers. */
export const OUTPUT_OPTIONS: readonly Option[] = [
  {
    name: "output",
    description: "Form of the answer: json; jsonl, one item per line, as " +
      "pages arrive; table, for people; tsv, tab-separated. Default json.",
    choices: OUTPUT_FORMATS,
  },
  {
    name: "query",
    description: "JMESPath expression: write only what it selects, as in " +
      "'results[].bundle_fqid'.",
  },
  {
    name: "output-file",
    description: "File to write instead of standard output, when all of it " +
      "is there. Without --output and --query it gets the bytes of a single " +
      "answer as they are.",
    completes: "path",
  },
];

/** What a command line says of how to write the answer. */
export interface OutputSettings {
  /** The form; `json` unless one was asked for. */
  format: OutputFormat;
  /** Whether the form was asked for. */
  isFormatGiven: boolean;
  /** JMESPath expression. */
  query: string | undefined;
  /** Path of the file to write; undefined and `-` are standard output. */
  file: string | undefined;
}

/**
 * Reads the values of {@linkcode OUTPUT_OPTIONS}.
 *
 * @param options those of them that the command has
 * @throws {UsageError} when `--output-file` or `--query` is empty
 */
export function outputSettings(
  values: Values,
  options: readonly Option[] = OUTPUT_OPTIONS,
): OutputSettings {
  const text = (name: string) =>
    options.some((option) => option.name === name)
      ? values.text(name)
      : undefined;
  for (const name of ["query", "output-file"]) {
    if (text(name) === "") throw new UsageError(`--${name} is empty`);
  }
  const given = text("output");
  const format = OUTPUT_FORMATS.find((known) => known === given);
  return {
    format: format ?? "json",
    isFormatGiven: format !== undefined,
    query: text("query"),
    file: text("output-file"),
  };
}

/** Whether the answer is to be made into something else than it is. */
export function isReshaped(settings: OutputSettings): boolean {
  return settings.isFormatGiven || settings.query !== undefined;
}
