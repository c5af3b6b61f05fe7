import { OAuthError } from "./oauth_error.ts";

/** A JSON answer that nobody keeps (RFC 6749, section 5.1). */
export function jsonAnswer(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "pragma": "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

/**
 * What `work` answers, or its refusal as JSON (RFC 6749, section 5.2); other
 * errors pass.
 */
export async function withJsonErrors(
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (refusal) {
    if (!(refusal instanceof OAuthError)) throw refusal;
    const { error, description, status, headers } = refusal;
    const body = { error, error_description: description };
    return jsonAnswer(body, status, headers);
  }
}
