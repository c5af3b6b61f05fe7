import type { Fqid } from "../../base/mod.ts";
import type { Command, Option } from "../command.ts";
import type { Context } from "../context.ts";
import { listCommands } from "../find_command.ts";
import { type Candidate, type Completion, NOTHING } from "./candidate.ts";
import { completePositional, completeValue } from "./complete_value.ts";
import {
  findPlaces,
  type LinePlace,
  type PlacedLine,
  seedGroup,
  type TableSources,
} from "./line_places.ts";

/** What lines are completed from. */
export interface LineSources extends TableSources {
  /** The bundles seen lately, newest first; read when they are needed. */
  recent: () => Promise<readonly Fqid[]>;
}

/**
 * What may stand where the cursor is.
 *
 * @param words as {@linkcode findPlaces} has them
 */
export async function completeLine(
  words: readonly string[],
  sources: LineSources,
): Promise<Completion> {
  const found = await findPlaces(words, sources);
  if (found === undefined) return NOTHING;
  for (const place of found.places) {
    const offered = await completePlace(place, found.line, sources);
    if (offered.kind !== "words" || offered.candidates.length > 0) {
      return offered;
    }
  }
  return NOTHING;
}

async function completePlace(
  place: LinePlace,
  line: PlacedLine,
  sources: LineSources,
): Promise<Completion> {
  const { command, options, state, current } = line;
  switch (place.kind) {
    case "command":
      return await completeCommand(place.group, current, sources);
    case "flag": {
      const candidates = freeFlags(options, state.given, current);
      return { kind: "words", candidates };
    }
    case "value": {
      const values = { command, state, recent: sources.recent };
      return await completeValue(
        place.option,
        place.text,
        place.prefix,
        values,
      );
    }
    case "argument":
      return completePositional(command, state, current);
  }
}

async function completeCommand(
  group: Command,
  current: string,
  { root, context }: LineSources,
): Promise<Completion> {
  const own = await commandsNamed(group, current, context);
  const [seed] = seedGroup(root);
  // Those of the other spelling would only clutter the list.
  const isOther = own.length === 0 && group === root && seed !== undefined;
  const candidates = isOther
    ? await commandsNamed(seed, current, context)
    : own;
  return { kind: "words", candidates };
}

/** The commands of a group whose names begin with a text. */
export async function commandsNamed(
  group: Command,
  start: string,
  context: Context,
): Promise<Candidate[]> {
  return (await listCommands(group, context))
    .filter(({ name }) => name.startsWith(start))
    .map(({ name, summary }) => ({ value: name, description: summary }));
}

/** The flags that may still be given, those that are needed first. */
export function freeFlags(
  options: readonly Option[],
  given: ReadonlyMap<string, unknown>,
  start: string,
): Candidate[] {
  const free = options.filter(({ name, isList }) => isList || !given.has(name));
  return [
    ...free.filter(({ required }) => required),
    ...free.filter(({ required }) => !required),
  ]
    .map(({ name, description }) => ({ value: `--${name}`, description }))
    .filter(({ value }) => value.startsWith(start));
}
