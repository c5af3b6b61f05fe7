/**
 * Completion in shells: the scripts, what they ask, and the memory of the
 * bundles that were seen lately.
 *
 * @module
 */

export { completeCommand } from "./complete.ts";
export { completions } from "./completions.ts";
export {
  RecentIdentifiers,
  rememberAnswer,
  rememberFqids,
} from "./recent_identifiers.ts";
