import type { Fqid } from "../../base/mod.ts";
import type { Command, Option } from "../command.ts";
import type { Candidate, Completion } from "./candidate.ts";
import type { LineState } from "./line_state.ts";

// More than a screen of identifiers helps nobody.
const IDENTIFIER_LIMIT = 100;

/** What a value may be made from. */
export interface ValueSources {
  /** The command of the line. */
  command: Command;
  /** The words before the cursor. */
  state: LineState;
  /** The bundles seen lately, newest first; read when they are needed. */
  recent: () => Promise<readonly Fqid[]>;
}

/**
 * What may stand for a value of an option.
 *
 * @param text what is there of the value
 * @param prefix what stands before it in the same word, as in `--replica=`
 */
export async function completeValue(
  option: Option,
  text: string,
  prefix: string,
  sources: ValueSources,
): Promise<Completion> {
  const kind = kindOfValue(option, sources.command);
  if (kind === "path" || kind === "directory") return { kind, prefix };
  if (option.type === "json" && text.startsWith("@")) {
    return { kind: "path", prefix: `${prefix}@` };
  }
  const candidates = kind === "uuid"
    ? uuids(await sources.recent(), text)
    : kind === "version"
    ? versions(await sources.recent(), text, sources)
    : listedValues(option, sources.state);
  return {
    kind: "words",
    candidates: candidates
      .filter(({ value }) => value.startsWith(text))
      .map((candidate) => ({
        ...candidate,
        value: `${prefix}${candidate.value}`,
      })),
  };
}

/** What may stand for an argument without a flag, else by its name in help. */
export function completePositional(
  command: Command,
  { positionals }: LineState,
  current: string,
): Completion {
  const known = command.positionals ?? [];
  const last = known.at(-1);
  const positional = known[positionals] ?? (last?.isList ? last : undefined);
  const { name, completes, suggestions = [] } = positional ?? {};
  if (name === "DIR" || completes === "directory") {
    return { kind: "directory", prefix: "" };
  }
  if (name === "FILE" || completes === "path") {
    return { kind: "path", prefix: "" };
  }
  const candidates = suggestions
    .filter((value) => value.startsWith(current))
    .map((value) => ({ value, description: "" }));
  return { kind: "words", candidates };
}

/** The values that an option lists, without those that are given already. */
export function listedValues(
  option: Option,
  { given }: LineState,
): Candidate[] {
  const values = option.choices ??
    (option.type === "boolean" ? ["true", "false"] : []);
  const present = option.isList ? given.get(option.name) ?? [] : [];
  return values
    .filter((value) => !present.includes(value))
    .map((value) => ({ value, description: "" }));
}

/** What an option says of its values, else what its name does. */
function kindOfValue(option: Option, command: Command): Option["completes"] {
  if (option.completes !== undefined || option.choices !== undefined) {
    return option.completes;
  }
  if (option.name === "version") return "version";
  // Files, collections and subscriptions have other uuids than bundles.
  return option.name === "bundle-uuid" ||
      option.name === "uuid" && command.name.includes("bundle")
    ? "uuid"
    : undefined;
}

function uuids(recent: readonly Fqid[], text: string): Candidate[] {
  const newest = new Map<string, Candidate>();
  for (const { uuid, version } of recent) {
    if (newest.size >= IDENTIFIER_LIMIT) break;
    if (newest.has(uuid) || !uuid.startsWith(text)) continue;
    newest.set(uuid, { value: uuid, description: version });
  }
  return [...newest.values()];
}

/** The versions that were seen of the bundle that the line names. */
function versions(
  recent: readonly Fqid[],
  text: string,
  { command, state }: ValueSources,
): Candidate[] {
  const named = new Set(
    (command.options ?? [])
      .filter((option) => kindOfValue(option, command) === "uuid")
      .flatMap(({ name }) => state.given.get(name) ?? []),
  );
  return recent
    .filter(({ uuid, version }) => named.has(uuid) && version.startsWith(text))
    .slice(0, IDENTIFIER_LIMIT)
    .map(({ version }) => ({ value: version, description: "" }));
}
