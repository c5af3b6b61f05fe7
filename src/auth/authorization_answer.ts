import { AuthError, quote, RefusedError } from "../base/mod.ts";
import type { AuthorizationRequest } from "./authorization_url.ts";
import type { FoundProvider } from "./find_provider.ts";

// RFC 6749, section 4.1.2.1: what a code of an error may be made of.
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

const ONCE = ["code", "state", "iss", "error", "error_description"];

/**
 * Whether an answer is to our question: its `state` is the one that was sent
 * (RFC 6749, section 10.12). Takes the same time wherever they differ.
 */
export function hasState(
  answer: URLSearchParams,
  { state }: AuthorizationRequest,
): boolean {
  const states = answer.getAll("state");
  const given = states.length === 1 ? states[0] ?? "" : "";
  let difference = given.length ^ state.length;
  for (let at = 0; at < state.length; at++) {
    difference |= given.charCodeAt(at) ^ state.charCodeAt(at);
  }
  return difference === 0;
}

/**
 * The code of an answer (RFC 6749, section 4.1.2).
 *
 * @throws {AuthError} when the provider or the person has refused, with the
 * provider's words
 * @throws {RefusedError} when it is no such answer, or one of another issuer
 * (RFC 9207, section 2.4)
 */
export function codeOfAnswer(
  answer: URLSearchParams,
  provider: FoundProvider,
): string {
  if (ONCE.some((name) => answer.getAll(name).length > 1)) {
    throw new RefusedError("the provider's answer says something twice");
  }
  checkIssuer(answer.get("iss"), provider);
  const error = answer.get("error");
  if (error !== null) throw refusal(error, answer.get("error_description"));
  const code = answer.get("code") ?? "";
  if (code !== "") return code;
  throw new RefusedError("the provider's answer has no code");
}

function checkIssuer(given: string | null, provider: FoundProvider): void {
  const { issuer, sendsIssuer } = provider;
  const isRight = given === null ? !sendsIssuer : given === issuer;
  if (issuer === undefined || isRight) return;
  throw new RefusedError(
    "the answer is not of the provider that was asked (iss)",
  );
}

function refusal(error: string, description: string | null): AuthError {
  const code = ERROR_CODE.test(error) ? error : "an error";
  const why = description ? ` (${quote(description, 200)})` : "";
  return new AuthError(`the provider refused the login: ${code}${why}`, {
    hint: "'hca dss login' starts anew.",
  });
}
