import { isUuid, parseFqid } from "../../../base/mod.ts";
import type { BundleLookup, BundleQuestion } from "./bundle_lookup.ts";
import { completeIdentifier, IDENTIFIER_LIMIT } from "./complete_identifier.ts";
import type { IdentifierWish } from "./identifier_wish.ts";
import { type KnownIdentifiers, seenIn } from "./known_identifiers.ts";
import { NO_OFFERS, type Offers } from "./offers.ts";

// When so many are known, the service is not asked for others.
const ENOUGH = 5;
// What is shorter, too many begin with.
const PREFIX = /^[A-Za-z0-9-]{2,36}$/;

/** What is known of identifiers, and asked of the service. */
export interface IdentifierSources {
  /** Those that were seen. */
  known: KnownIdentifiers;
  /** Asks for others. */
  lookup: BundleLookup;
}

/**
 * The identifiers that fit a wish: those that were seen, and, when they are
 * few, those of the service.
 *
 * @param where which service and replica it would be
 */
export async function offerIdentifiers(
  wish: IdentifierWish,
  { known, lookup }: IdentifierSources,
  where: Omit<BundleQuestion, "prefix">,
): Promise<Offers> {
  const start = startOf(wish);
  if (start === undefined) return NO_OFFERS;
  const { kind } = wish;
  const here = await known.find(kind, start);
  const numbers = known.itemNumbers(IDENTIFIER_LIMIT);
  const candidates = completeIdentifier(wish, here, numbers);
  if (candidates.length >= ENOUGH || !mayAsk(wish, start)) {
    return { candidates };
  }
  return {
    candidates,
    more: async (signal) => {
      const found = await lookup.find({ ...where, prefix: start }, signal);
      const there = found.map((fqid) =>
        seenIn({ ...fqid, kind }, "from the service")
      );
      const all = [...await known.find(kind, start), ...there];
      return completeIdentifier(wish, all, numbers);
    },
  };
}

/** What the uuids begin with; undefined: they cannot be told. */
function startOf({ form, text, uuid }: IdentifierWish): string | undefined {
  return form === "version" ? uuid : parseFqid(text).uuid;
}

function mayAsk({ kind, form, text }: IdentifierWish, start: string): boolean {
  if (kind !== "bundle" || !PREFIX.test(start)) return false;
  return form === "version" ? isUuid(start) : form === "fqid" || !isUuid(text);
}
