import {
  AuthError,
  ExactNumber,
  type HcaErrorOptions,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  quote,
  RefusedError,
  type ServiceAnswer,
  ServiceError,
} from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";
import { ownText } from "./_own_text.ts";
import { type FormAnswer, postForm } from "./_post_form.ts";
import type { AuthTools } from "./auth_tools.ts";
import type { Provider } from "./provider.ts";
import { secureEndpoint } from "./secure_endpoint.ts";

const WHAT = "token endpoint";
// Ten years; what is said to last longer says nothing.
const LONGEST_SECONDS = 10 * 366 * 24 * 3600;

// RFC 6749, sections 4.1.2.1 and 5.2; RFC 8707, section 2; OpenID Connect
// Core, section 3.1.2.6; and what Auth0 adds.
const KNOWN_REASONS = [
  ...["invalid_request", "invalid_client", "invalid_grant", "invalid_scope"],
  ...["invalid_target", "unauthorized_client", "unsupported_grant_type"],
  ...["access_denied", "server_error", "temporarily_unavailable"],
  ...["interaction_required", "login_required", "consent_required"],
  ...["account_selection_required", "mfa_required", "unauthorized"],
  ...["too_many_attempts", "too_many_requests"],
];

/** What a provider gave (RFC 6749, section 5.1). */
export interface TokenAnswer {
  /** The token for the service. */
  accessToken: string;
  /** What gets the next one; absent: the one that was used, if any, stays. */
  refreshToken?: string;
  /** Who logged in (OpenID Connect Core, section 3.1.3.3). */
  idToken?: string;
  /** When the access token expires, milliseconds since 1970, by our clock. */
  expiresAtMs?: number;
  /** What it allows, when that is not what was asked for. */
  scope?: string;
}

/** The provider said no (RFC 6749, section 5.2). */
export class TokenRefused extends AuthError {
  /**
   * Its word for why, as in `invalid_grant`; `unknown_error` when it gave
   * none that can be shown.
   */
  readonly reason: string;

  /** Makes the error of `reason`. */
  constructor(
    message: string,
    reason: string,
    options: HcaErrorOptions & { answer?: ServiceAnswer } = {},
  ) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * Asks a provider for tokens (RFC 6749, section 3.2), once. No message holds
 * anything that was sent or that came back, but the provider's word for why.
 *
 * @param fields the form without the client, as in `grant_type` and
 * `refresh_token`
 * @throws {TokenRefused} when the provider says no
 * @throws {RefusedError} when its endpoint is not secure or redirects, or when
 * what it gives is no bearer token (RFC 6750)
 * @throws {ServiceError} when it fails or its answer is not JSON
 * @throws {NetworkError} when there is no whole answer within 20 seconds
 * @throws {CancelledError} when the signal is aborted
 */
export async function requestToken(
  tools: Pick<AuthTools, "runtime" | "signal">,
  provider: Provider,
  fields: Record<string, string>,
): Promise<TokenAnswer> {
  const url = secureEndpoint(provider.tokenEndpoint, WHAT);
  const { clientId, clientSecret } = provider;
  const form = {
    ...fields,
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  };
  // From before it was sent, so that the token never seems to last longer.
  const startedAtMs = tools.runtime.clock.now();
  const answer = await postForm(tools, url, form, WHAT);
  const content = parseObject(answer.text);
  if (answer.status !== 200) throw refusal(url, answer, content);
  if (content === undefined) {
    throw new ServiceError(
      `the ${WHAT} ${redactUrl(url.href)} answered with ` +
        `${quote(answer.contentType || "no content type")} instead of JSON`,
      { hint: "A login page of the network may answer in its place." },
    );
  }
  return parseTokens(content, url.host, startedAtMs);
}

function parseTokens(
  content: JsonObject,
  host: string,
  startedAtMs: number,
): TokenAnswer {
  const accessToken = ownText(content, "access_token") ?? "";
  if (ownText(content, "token_type")?.toLowerCase() !== "bearer") {
    throw new RefusedError(`${host} gave a token of another type than Bearer`);
  }
  // RFC 6750, section 2.1.
  if (!/^[\w.~+/-]+=*$/.test(accessToken)) {
    throw new RefusedError(`${host} gave a token that cannot be sent`);
  }
  const refreshToken = ownText(content, "refresh_token");
  const idToken = ownText(content, "id_token");
  const scope = ownText(content, "scope");
  const lifetime = secondsOf(content.expires_in);
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(lifetime !== undefined && {
      expiresAtMs: startedAtMs + lifetime * 1000,
    }),
    ...(scope !== undefined && { scope }),
  };
}

/** Some providers write it as text; what is no lifetime is as not there. */
function secondsOf(value: Json | undefined): number | undefined {
  const isNumber = typeof value === "number" || value instanceof ExactNumber ||
    typeof value === "string" && /^\d+$/.test(value);
  const seconds = isNumber ? Number(value) : NaN;
  return seconds > 0 && seconds <= LONGEST_SECONDS ? seconds : undefined;
}

function refusal(
  url: URL,
  { status }: FormAnswer,
  content: JsonObject | undefined,
): TokenRefused | ServiceError {
  const reason = reasonOf(content);
  const answer = { status, url: redactUrl(url.href), method: "POST" };
  const isRefusal = [400, 401, 403].includes(status);
  if (isRefusal) {
    const why = reason ?? "unknown_error";
    return new TokenRefused(`${url.host} gives no token (${why})`, why, {
      answer: { ...answer, ...(reason !== undefined && { code: reason }) },
      hint: "Log in with 'hca dss login'.",
    });
  }
  const isPassing = status === 429 || status >= 500;
  return new ServiceError(
    `the ${WHAT} ${answer.url} answered ${status}` +
      (reason === undefined ? "" : ` (${reason})`),
    { answer, ...(isPassing && { hint: "Try again later." }) },
  );
}

/**
 * The provider's word for why. Only known ones are shown: the word is free
 * text of the other side, which may send back what was sent to it.
 */
function reasonOf(content: JsonObject | undefined): string | undefined {
  const word = ownText(content ?? {}, "error") ?? "";
  return KNOWN_REASONS.includes(word) ? word : undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The cause would quote the text.
    return undefined;
  }
}
