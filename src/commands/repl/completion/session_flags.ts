import type { PlacedLine } from "../../completion/line_places.ts";
import { readLineState } from "../../completion/line_state.ts";
import type { SessionDefaults } from "../defaults.ts";
import { fillArguments } from "../fill_arguments.ts";

/** The flags that a line has, each with its values. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

/** The flags of a line as they are when it is run. */
export interface SessionFlags {
  /** What the line says; its identifiers have got their flags. */
  said: GivenFlags;
  /** The same with what the session's defaults add. */
  filled: GivenFlags;
  /** The flag that an identifier without one would get; undefined: none. */
  bare: string | undefined;
}

// No service has it.
const SOME_UUID = "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz";

/** Reads the flags of a line, as the session fills it in. */
export function readSessionFlags(
  { command, options, rest, state }: PlacedLine,
  defaults: SessionDefaults,
): SessionFlags {
  const given = (words: readonly string[]) =>
    readLineState(options, fillArguments(command, words, defaults)).given;
  const filled = given(rest);
  const standard = given([]);
  const said = [...filled]
    .filter(([name]) => state.given.has(name) || !standard.has(name));
  const [bare] = [...given([...rest, SOME_UUID])]
    .find(([, values]) => values.includes(SOME_UUID)) ?? [];
  return { said: new Map(said), filled, bare };
}
