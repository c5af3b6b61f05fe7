import {
  formatJson,
  HcaError,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from "../../base/mod.ts";
import type { Command, Option, OptionType } from "../command.ts";
import { oneLine } from "./candidate.ts";

// Another layout gets another number, so that an older file is made anew.
const FORMAT = 1;

/** What an index was made from; it is good while this stays the same. */
export interface IndexStamp {
  /** The version of hca. */
  version: string;
  /** The kept API document; undefined when hca carries the document itself. */
  document: { modifiedAtMs: number; sizeBytes: number } | undefined;
}

/** The commands of an API document, as far as completion needs them. */
export interface IndexContent {
  /** What it was made from. */
  stamp: IndexStamp;
  /** The commands; they cannot be run. */
  commands: readonly Command[];
}

/** The text of an index: one line of JSON. */
export function formatIndex({ stamp, commands }: IndexContent): string {
  const { version, document } = stamp;
  return formatJson({
    format: FORMAT,
    version,
    document: document ?? null,
    commands: commands.map((command) => ({
      name: command.name,
      aliases: command.aliases ?? [],
      summary: oneLine(command.summary),
      options: (command.options ?? []).map(shortOption),
    })),
  }, { indent: 0 });
}

function shortOption(option: Option): Record<string, unknown> {
  const { name, short, description, type, required } = option;
  const { choices, isList, isSwitch, completes } = option;
  return {
    ...{ name, short, description: oneLine(description), type, required },
    ...{ choices, isList, isSwitch, completes },
  };
}

/**
 * Reads the text of an index; undefined when it is damaged or laid out in
 * another way.
 */
export function parseIndex(text: string): IndexContent | undefined {
  let value: Json;
  try {
    value = parseJson(text, "the index");
  } catch (error) {
    if (error instanceof HcaError) return undefined;
    throw error;
  }
  if (!isJsonObject(value) || value.format !== FORMAT) return undefined;
  const { version, document = null, commands } = value;
  const listed = objects(commands)?.map(readCommand);
  if (typeof version !== "string" || listed === undefined) return undefined;
  return {
    stamp: { version, document: readDocument(document) },
    commands: listed,
  };
}

function readDocument(value: Json): IndexStamp["document"] {
  if (!isJsonObject(value)) return undefined;
  return {
    modifiedAtMs: Number(value.modifiedAtMs),
    sizeBytes: Number(value.sizeBytes),
  };
}

function readCommand(value: JsonObject): Command {
  return {
    name: text(value.name) ?? "",
    aliases: texts(value.aliases) ?? [],
    summary: text(value.summary) ?? "",
    options: (objects(value.options) ?? []).map(readOption),
    // That it is there says that this is a command and no group.
    run: () => Promise.resolve(),
  };
}

const TYPES: readonly OptionType[] = [
  ...["string", "integer", "number", "boolean", "json"] as const,
];

const KINDS = ["path", "directory", "uuid", "version"] as const;

function readOption(value: JsonObject): Option {
  return {
    name: text(value.name) ?? "",
    short: text(value.short),
    description: text(value.description) ?? "",
    type: TYPES.find((type) => type === value.type),
    required: value.required === true,
    choices: texts(value.choices),
    isList: value.isList === true,
    isSwitch: value.isSwitch === true,
    completes: KINDS.find((kind) => kind === value.completes),
  };
}

function objects(value: Json | undefined): JsonObject[] | undefined {
  return Array.isArray(value) && value.every(isJsonObject) ? value : undefined;
}

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value
    : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
