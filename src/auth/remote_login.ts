import { RefusedError, type Terminal, UsageError } from "../base/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import { codeOfAnswer, hasState } from "./authorization_answer.ts";
import {
  type AuthorizationRequest,
  authorizationUrl,
  createAuthorizationRequest,
} from "./authorization_url.ts";
import { exchangeCode } from "./exchange_code.ts";
import type { FoundProvider } from "./find_provider.ts";
import type { StoredLogin } from "./stored_login.ts";

const QUESTION = "pass 'code' value from within query_params: ";

/**
 * Signs in with a browser on another machine: the provider's own page `/echo`
 * shows the code, which the person brings here. With PKCE the code alone is
 * of no use to whoever sees it.
 *
 * @throws {UsageError} when there is no code in what was typed
 * @throws {AuthError} when the person or the provider refuses
 * @throws {RefusedError} when an answer is not to be trusted
 * @throws {CancelledError} when Ctrl-C was typed or the signal is aborted
 */
export async function logInRemotely(
  tools: AuthTools,
  provider: FoundProvider,
  terminal: Pick<Terminal, "ask" | "err">,
): Promise<StoredLogin> {
  const { origin } = new URL(provider.authorizationEndpoint);
  const request = await createAuthorizationRequest(`${origin}/echo`);
  const url = authorizationUrl(provider, request);
  terminal.err(`please authenticate at the url: ${url}\n`);
  const { signal } = tools;
  const typed = await terminal.ask(QUESTION, { isHidden: true, signal });
  const code = codeOfTyped(typed ?? "", provider, request);
  return await exchangeCode(tools, provider, request, code);
}

/**
 * The code in what a person copied: the code alone, the query of the page's
 * address, or all of the address, which then must have our state.
 *
 * @throws {UsageError} when there is none; nothing of it is quoted
 * @throws {AuthError | RefusedError} as for an answer that came by itself
 */
export function codeOfTyped(
  typed: string,
  provider: FoundProvider,
  request: AuthorizationRequest,
): string {
  const text = typed.trim().replace(/^(["'])(.*)\1$/s, "$2");
  const isUrl = /^https?:\/\//i.test(text);
  const isQuery = /^\?|(^|&)(code|error|state)=/.test(text);
  if (!isUrl && !isQuery) return checkedCode(text);
  const answer = isUrl
    ? URL.parse(text)?.searchParams ?? new URLSearchParams()
    : new URLSearchParams(text);
  if ((isUrl || answer.has("state")) && !hasState(answer, request)) {
    throw new RefusedError(
      "this answer is to another question (wrong state)",
      { hint: "Copy it from the page that the newest address leads to." },
    );
  }
  return codeOfAnswer(answer, { ...provider, sendsIssuer: false });
}

// RFC 6749, appendix A.11.
function checkedCode(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new UsageError(
    text === "" ? "no code was given" : "what was given is not a code",
    { hint: "Copy the value of 'code', or all of the page's address." },
  );
}
