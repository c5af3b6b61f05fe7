import { CommandIndex } from "../../completion/command_index.ts";
import { givenSwaggerUrl } from "../../completion/complete_words.ts";
import { findPlaces } from "../../completion/line_places.ts";
import { offlineTable } from "../../completion/offline_table.ts";
import type { Context } from "../../context.ts";
import type { Session } from "../session.ts";
import type { CursorWord } from "../statement/mod.ts";
import { completeHistory } from "./complete_history.ts";
import { completeReference } from "./complete_reference.ts";
import { cursorLine } from "./cursor_line.ts";
import type { IdentifierSources } from "./identifier_offers.ts";
import { offerPaths } from "./offer_paths.ts";
import { isNothing, NO_OFFERS, type Offers } from "./offers.ts";
import { PlaceOffers } from "./place_offers.ts";

/** What the lines of a session are completed from. */
export interface SessionSources {
  /** The session. */
  session: Session;
  /** The identifiers that are known, or can be asked for. */
  identifiers: IdentifierSources;
  /** Makes a run for a service, which says nothing. */
  openContext: (swaggerUrl: string | undefined) => Context;
}

/** What may stand where the cursor is; the network is not used for it. */
export async function completeSessionLine(
  at: CursorWord,
  sources: SessionSources,
): Promise<Offers> {
  const { session } = sources;
  const written = completeHistory(at, session.history) ??
    completeReference(at, session.references);
  if (written !== undefined) return { candidates: written };
  return at.isFile
    ? await offerPaths(at, { prefix: "", isDirectory: false }, session)
    : await completeWord(at, sources);
}

async function completeWord(
  at: CursorWord,
  { session, identifiers, openContext }: SessionSources,
): Promise<Offers> {
  const words = cursorLine(at, session);
  const swaggerUrl = givenSwaggerUrl(words.slice(0, -1)) ??
    serviceOf(session);
  using context = openContext(swaggerUrl);
  const root = offlineTable(session.table.root, new CommandIndex(context));
  const found = await findPlaces(words, { root, context });
  if (found === undefined) return NO_OFFERS;
  const { line, places } = found;
  const isHelp = words.length > 1 && words[0] === "help";
  const offers = new PlaceOffers(
    { at, line, isHelp },
    { session, identifiers, context, root, swaggerUrl },
  );
  for (const place of places) {
    const offered = await offers.of(place);
    if (!isNothing(offered)) return offered;
  }
  return NO_OFFERS;
}

/** What the session says of the service that lines speak to. */
export function serviceOf(
  { defaults, settings }: Session,
): string | undefined {
  return defaults.service ?? settings.swaggerUrl;
}
