import {
  type AuthorizationRequest,
  parseAuthorizationRequest,
  parseReturnAddress,
  type ReturnAddress,
} from "./authorization_request.ts";
import type { OidcContext } from "./context.ts";
import { htmlPage } from "./html_page.ts";
import { markup } from "./markup.ts";
import { OAuthError } from "./oauth_error.ts";
import type { Parameters } from "./parameters.ts";

/**
 * Lets `work` answer a checked request. A refusal is shown here when the
 * program or its address is in doubt, and else sent to the program (RFC 6749,
 * section 4.1.2.1).
 */
export async function withRequest(
  { audience, issuer }: OidcContext,
  parameters: Parameters,
  work: (asked: AuthorizationRequest) => Promise<Response>,
): Promise<Response> {
  return await withErrorPage(async () => {
    const address = parseReturnAddress(parameters, issuer);
    try {
      const asked = parseAuthorizationRequest(parameters, address, audience);
      return await work(asked);
    } catch (refusal) {
      if (!(refusal instanceof OAuthError)) throw refusal;
      const { error, description: error_description } = refusal;
      return redirectTo(address, issuer, { error, error_description });
    }
  });
}

/** What `work` answers, or its refusal as a page; other errors pass. */
export async function withErrorPage(
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (refusal) {
    if (!(refusal instanceof OAuthError)) throw refusal;
    return await htmlPage({
      title: "Sign in failed",
      status: refusal.status,
      body: markup`<p class="bad" role="alert">${refusal.description}</p>`,
    });
  }
}

/**
 * Sends the browser back with an answer (RFC 6749, section 4.1.2) that says
 * whose it is (RFC 9207, section 2).
 */
export function redirectTo(
  { redirectUri, state }: ReturnAddress,
  issuer: string,
  answer: Record<string, string>,
): Response {
  const query = new URLSearchParams(answer);
  if (state !== undefined) query.set("state", state);
  query.set("iss", issuer);
  return new Response(null, {
    status: 303,
    headers: {
      "location": `${redirectUri}?${query}`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}
