import type { CompletionCandidate } from "../../../terminal/mod.ts";
import type { LinePlace, PlacedLine } from "../../completion/line_places.ts";
import { isOptionWord } from "../../completion/line_state.ts";
import type { Context } from "../../context.ts";
import type { Session } from "../session.ts";
import { serviceAddresses, serviceNames } from "./service_words.ts";

// Both stand for what the configuration says.
const EMBEDDED = { value: "local", description: "the embedded service" };
const CONFIGURED = { value: "default", description: "as configured" };
const REPLICAS = ["aws", "gcp"];

/** The words that only the session knows, for one place of a line. */
export interface SessionWords {
  /** The words; not yet those that begin as the one at the cursor. */
  candidates: readonly CompletionCandidate[];
  /** Whether a directory may stand there, too. */
  isDirectory?: boolean;
}

/**
 * What may stand for an argument of one of the session's own commands, or for
 * the name of a service.
 *
 * @returns undefined where the command table says it
 */
export async function sessionWords(
  place: LinePlace,
  line: PlacedLine,
  session: Session,
  context: Context,
): Promise<SessionWords | undefined> {
  if (place.kind === "value") {
    const words = await serviceWords(place.option.name, context);
    return words && { candidates: words };
  }
  const isOwn = session.table.root.commands?.includes(line.command);
  if (place.kind !== "argument" || !isOwn) return undefined;
  const { positionals } = line.state;
  switch (line.command.name) {
    case "use":
      return positionals === 1
        ? await valuesToUse(line, session, context)
        : undefined;
    case "wait":
    case "cancel":
      return positionals === 0
        ? { candidates: jobNumbers(line.command.name, session) }
        : undefined;
  }
  return undefined;
}

async function serviceWords(
  option: string,
  context: Context,
): Promise<CompletionCandidate[] | undefined> {
  if (option === "service") return await serviceNames(context);
  if (option !== "swagger-url") return undefined;
  return [EMBEDDED, ...await serviceAddresses(context)];
}

async function valuesToUse(
  { rest }: PlacedLine,
  { defaults }: Session,
  context: Context,
): Promise<SessionWords | undefined> {
  switch (rest.find((word) => !isOptionWord(word))) {
    case "replica":
      return {
        candidates: REPLICAS.map((value) => ({
          value,
          description: value === defaults.replica ? "is used now" : "",
        })),
      };
    case "service": {
      const addresses = await serviceAddresses(context);
      return { candidates: [EMBEDDED, CONFIGURED, ...addresses] };
    }
    case "dir":
      return { candidates: [], isDirectory: true };
  }
  return { candidates: [] };
}

/** Those that run, and for `wait` those that have ended, too. */
function jobNumbers(
  command: string,
  { jobs }: Session,
): CompletionCandidate[] {
  const listed = command === "wait" ? jobs.list() : jobs.running();
  return listed.map(({ number, state, line }) => ({
    value: String(number),
    description: `${state}: ${line}`,
  }));
}
