import type { CompletionCandidate } from "../../../terminal/mod.ts";

/** What may stand at the cursor. */
export interface Offers {
  /** What is known at once. */
  candidates: readonly CompletionCandidate[];
  /** Looks for more, and gives all; undefined: there is no more. */
  more?: (signal: AbortSignal) => Promise<readonly CompletionCandidate[]>;
}

/** Nothing fits. */
export const NO_OFFERS: Offers = { candidates: [] };

/** Whether there is nothing, and will be nothing. */
export function isNothing({ candidates, more }: Offers): boolean {
  return candidates.length === 0 && more === undefined;
}
