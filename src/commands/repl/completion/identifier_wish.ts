import type { ReferenceKind } from "../../../terminal/mod.ts";
import type { Command, Option } from "../../command.ts";
import type { LinePlace, PlacedLine } from "../../completion/line_places.ts";
import type { SessionFlags } from "./session_flags.ts";

/** An identifier that may stand where the cursor is. */
export interface IdentifierWish {
  /** What it is of. */
  kind: ReferenceKind;
  /** Which part of it is wanted. */
  form: "uuid" | "fqid" | "version";
  /** What is there of it. */
  text: string;
  /** What stands before it in the same word. */
  prefix: string;
  /** The uuid that a version is wanted of. */
  uuid: string | undefined;
}

const KIND_OF_FLAG: Readonly<Record<string, ReferenceKind>> = {
  "bundle-uuid": "bundle",
  "checkout-job-id": "checkout",
};

// What `--uuid` is of, by the name of the command.
const NOUNS: [noun: string, kind: ReferenceKind][] = [
  ["collection", "collection"],
  ["subscription", "subscription"],
  ["file", "file"],
  ["bundle", "bundle"],
  ["event", "bundle"],
];

const VERSION_FLAGS = ["version", "bundle-version"];

/** What an option takes the uuid of; undefined: it takes none. */
export function identifierKind(
  { name, completes, choices }: Option,
  command: Command,
): ReferenceKind | undefined {
  if (completes === "uuid") return "bundle";
  if (completes !== undefined || choices !== undefined) return undefined;
  if (Object.hasOwn(KIND_OF_FLAG, name)) return KIND_OF_FLAG[name];
  if (name !== "uuid") return undefined;
  return NOUNS.find(([noun]) => command.name.includes(noun))?.[1];
}

/** The identifier that a place takes; undefined: it takes none. */
export function identifierWish(
  place: LinePlace,
  line: PlacedLine,
  flags: SessionFlags,
): IdentifierWish | undefined {
  if (place.kind === "argument") return bareWish(line, flags);
  if (place.kind !== "value") return undefined;
  const { option, text, prefix } = place;
  const kind = identifierKind(option, line.command);
  if (kind === undefined) {
    return isVersionFlag(option)
      ? versionWish({ text, prefix }, line, flags)
      : undefined;
  }
  // A uuid that goes on with a dot is divided when the line is run.
  const isFqid = text.includes(".") && takesVersion(line, flags);
  const form = isFqid ? "fqid" : "uuid";
  return { kind, form, text, prefix, uuid: undefined };
}

function bareWish(
  line: PlacedLine,
  flags: SessionFlags,
): IdentifierWish | undefined {
  const { command, options, current } = line;
  const option = options.find(({ name }) => name === flags.bare);
  const kind = option && identifierKind(option, command);
  if (kind === undefined) return undefined;
  const form = takesVersion(line, flags) ? "fqid" : "uuid";
  return { kind, form, text: current, prefix: "", uuid: undefined };
}

/** The versions of the thing that the line names. */
function versionWish(
  written: { text: string; prefix: string },
  { command, options }: PlacedLine,
  { said }: SessionFlags,
): IdentifierWish | undefined {
  for (const option of options) {
    const kind = identifierKind(option, command);
    if (kind === undefined) continue;
    const uuid = said.get(option.name)?.[0];
    return { ...written, kind, form: "version", uuid };
  }
  return undefined;
}

/** Whether the version of an FQID has a flag that is not given. */
function takesVersion(
  { command }: PlacedLine,
  { said }: SessionFlags,
): boolean {
  const flag = command.options?.find(isVersionFlag);
  return flag !== undefined && !said.has(flag.name);
}

function isVersionFlag({ name, completes, isSwitch }: Option): boolean {
  return !isSwitch && (completes === "version" || VERSION_FLAGS.includes(name));
}
