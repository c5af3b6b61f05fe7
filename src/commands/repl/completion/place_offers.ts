import type { CompletionCandidate } from "../../../terminal/mod.ts";
import type { Command } from "../../command.ts";
import { type Completion, oneLine } from "../../completion/candidate.ts";
import { commandsNamed, freeFlags } from "../../completion/complete_line.ts";
import {
  completePositional,
  completeValue,
} from "../../completion/complete_value.ts";
import {
  type LinePlace,
  type PlacedLine,
  seedGroup,
} from "../../completion/line_places.ts";
import type { Context } from "../../context.ts";
import type { Session } from "../session.ts";
import type { CursorWord } from "../statement/mod.ts";
import { sessionWords } from "./complete_builtin.ts";
import {
  type IdentifierSources,
  offerIdentifiers,
} from "./identifier_offers.ts";
import { identifierWish } from "./identifier_wish.ts";
import { offerPaths } from "./offer_paths.ts";
import { isNothing, NO_OFFERS, type Offers } from "./offers.ts";
import { readSessionFlags, type SessionFlags } from "./session_flags.ts";

const HELP = { value: "help", description: "Say more about a command." };

/** A line and the word in it that the cursor is in. */
export interface CompletedLine {
  /** The word. */
  at: CursorWord;
  /** What the words before it say. */
  line: PlacedLine;
  /** Whether `help` stands before them, so that only commands fit. */
  isHelp: boolean;
}

/** What a {@linkcode PlaceOffers} looks into. */
export interface PlaceSources {
  /** The session. */
  session: Session;
  /** The identifiers that are known, or can be asked for. */
  identifiers: IdentifierSources;
  /** The run of the line. */
  context: Context;
  /** The root of the command table. */
  root: Command;
  /** What the line and the session say of the service. */
  swaggerUrl: string | undefined;
}

/** Says what may stand in the places of one line. */
export class PlaceOffers {
  readonly #line: CompletedLine;
  readonly #sources: PlaceSources;
  readonly #flags: SessionFlags;

  /** Looks at nothing but the line yet. */
  constructor(line: CompletedLine, sources: PlaceSources) {
    this.#line = line;
    this.#sources = sources;
    this.#flags = readSessionFlags(line.line, sources.session.defaults);
  }

  /** What may stand in a place. */
  async of(place: LinePlace): Promise<Offers> {
    const { line, isHelp } = this.#line;
    if (place.kind === "command") return await this.#commands(place.group);
    if (isHelp) return NO_OFFERS;
    if (place.kind === "flag") return this.#freeFlags();
    const special = await this.#identifiers(place) ??
      await this.#sessionWords(place);
    if (special !== undefined) return special;
    const { command, state, current } = line;
    const recent = () => Promise.resolve([]);
    const completion = place.kind === "argument"
      ? completePositional(command, state, current)
      : await completeValue(place.option, place.text, place.prefix, {
        ...{ command, state, recent },
      });
    const prefix = place.kind === "value" ? place.prefix : "";
    return await this.#completed(completion, prefix);
  }

  /** A session has all of them, with and without their group. */
  async #commands(group: Command): Promise<Offers> {
    const { root, context } = this.#sources;
    const { line: { current }, isHelp } = this.#line;
    const own = await commandsNamed(group, current, context);
    if (group !== root) return { candidates: own };
    const [seed] = seedGroup(root);
    const others = seed === undefined
      ? []
      : await commandsNamed(seed, current, context);
    const isHelpMeant = !isHelp && HELP.value.startsWith(current);
    return {
      candidates: [...own, ...isHelpMeant ? [HELP] : [], ...others]
        .map(withShortDescription),
    };
  }

  /**
   * The flags that are not given yet. Those that the session's defaults give
   * are offered only to somebody who writes a dash.
   */
  #freeFlags(): Offers {
    const { options, current } = this.#line.line;
    const { said, filled } = this.#flags;
    const given = current === "" ? filled : said;
    return {
      candidates: freeFlags(options, given, current)
        .map(withShortDescription),
    };
  }

  async #identifiers(place: LinePlace): Promise<Offers | undefined> {
    const { line } = this.#line;
    const { session, identifiers, swaggerUrl } = this.#sources;
    const wish = identifierWish(place, line, this.#flags);
    if (wish === undefined) return undefined;
    const replica = this.#flags.filled.get("replica")?.[0] ??
      session.defaults.replica;
    const where = { swaggerUrl, replica };
    const offers = await offerIdentifiers(wish, identifiers, where);
    return isNothing(offers) ? undefined : offers;
  }

  async #sessionWords(place: LinePlace): Promise<Offers | undefined> {
    const { line, at } = this.#line;
    const { session, context } = this.#sources;
    const words = await sessionWords(place, line, session, context);
    if (words === undefined) return undefined;
    const prefix = place.kind === "value" ? place.prefix : "";
    const text = place.kind === "value" ? place.text : line.current;
    const candidates = words.candidates
      .filter(({ value }) => value.startsWith(text))
      .map((candidate) => withPrefix(candidate, prefix));
    return words.isDirectory
      ? await offerPaths(at, { prefix, isDirectory: true }, session)
      : { candidates };
  }

  async #completed(completion: Completion, prefix: string): Promise<Offers> {
    const { kind } = completion;
    if (kind === "words") {
      const candidates = completion.candidates.map((candidate) => ({
        ...candidate,
        label: candidate.value.slice(prefix.length),
      }));
      return { candidates };
    }
    return await offerPaths(
      this.#line.at,
      { prefix: completion.prefix, isDirectory: kind === "directory" },
      this.#sources.session,
    );
  }
}

function withPrefix(
  { value, description }: CompletionCandidate,
  prefix: string,
): CompletionCandidate {
  return { value: `${prefix}${value}`, description, label: value };
}

function withShortDescription(
  { value, description }: CompletionCandidate,
): CompletionCandidate {
  return { value, description: oneLine(description) };
}
