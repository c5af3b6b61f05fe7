import { printable } from "../../base/mod.ts";
import { truncate } from "../../terminal/mod.ts";
import type { SessionDefaults } from "./defaults.ts";
import type { LoginState } from "./login_state.ts";

const MARK = "▸";
// A long address must not push the line off the screen.
const WHO_WIDTH = 24;

/** What a prompt says. */
export interface PromptState {
  /** Whether the DSS is the embedded one. */
  isLocal: boolean;
  /** Who is logged in. */
  login: LoginState | undefined;
  /** Whether that login has expired. */
  isExpired?: boolean;
  /** What `use` has set. */
  defaults: SessionDefaults;
}

/**
 * The prompt: service, login and replica, as in `hca local ▸` and
 * `hca dss alice@example.org aws ▸`.
 *
 * @param hasColor whether it may have colours
 */
export function formatPrompt(
  { isLocal, login, isExpired = false, defaults }: PromptState,
  hasColor: boolean,
): string {
  const who = login && truncate(printable(login.who ?? "token"), WHO_WIDTH);
  const words = [
    "hca",
    printable(defaults.group ?? (isLocal ? "local" : "dss")),
    ...(who === undefined ? [] : [isExpired ? `${who} (expired)` : who]),
    ...(defaults.isReplicaChosen ? [defaults.replica] : []),
  ].join(" ");
  return hasColor ? `\x1b[36m${words} ${MARK}\x1b[0m ` : `${words} ${MARK} `;
}
