import { OAuthError } from "./oauth_error.ts";
import type { Parameters } from "./parameters.ts";
import { echoUri } from "./redirect_uri.ts";

/** The one client, a public one (RFC 6749, section 2.1). */
export const CLIENT_ID = "hca";

/** What the page calls it. */
export const CLIENT_NAME = "hca, the command line of the Human Cell Atlas";

/**
 * What an installed program needs to know, in the form of a Google client
 * secrets file, as the old auth service gave it.
 */
export function applicationSecrets(issuer: string): unknown {
  return {
    installed: {
      auth_uri: `${issuer}oauth/authorize`,
      token_uri: `${issuer}oauth/token`,
      client_id: CLIENT_ID,
      // Everybody may know it (RFC 8252, section 8.5), so it is not looked at.
      client_secret: "not-a-secret",
      // Any port and path of these, and the page that shows the code.
      redirect_uris: [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        echoUri(issuer),
      ],
    },
  };
}

/**
 * Checks that a request at the token or revocation endpoint is of the client:
 * `client_id` in the body or HTTP Basic, with any secret (RFC 6749, 2.3.1).
 *
 * @throws {OAuthError} `invalid_client` when it is another one or none
 */
export function checkClient(request: Request, parameters: Parameters): void {
  const basic = basicUser(request.headers.get("authorization"));
  const names = [basic, parameters.get("client_id")]
    .filter((name) => name !== undefined);
  if (names.length > 0 && names.every((name) => name === CLIENT_ID)) return;
  throw new OAuthError("invalid_client", "The client_id is not known.", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="hca"' },
  });
}

// Both halves are form-encoded before they are put together.
function basicUser(header: string | null): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return header === null ? undefined : "";
  try {
    const [user = ""] = atob(encoded).split(":", 1);
    return decodeURIComponent(user.replaceAll("+", " "));
  } catch {
    return "";
  }
}
