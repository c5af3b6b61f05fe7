// The text itself is matched, not what a URL parser makes of it: parsers
// differ, and a browser is more lenient than any of them.
const LOOPBACK =
  /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?(\/[\w.~!$&'()*+,;=:@%/-]*)?$/;

/**
 * Whether a code may be sent to an address: http on the loopback interface
 * with any port and path (RFC 8252, section 7.3), or the provider's own page
 * that shows it. A query is refused, because it could bring a `code` of its
 * own.
 */
export function isRedirectUri(uri: string, issuer: string): boolean {
  return uri === echoUri(issuer) || LOOPBACK.test(uri) && URL.canParse(uri);
}

/** The page that shows a code to a person. */
export function echoUri(issuer: string): string {
  return `${issuer}echo`;
}

/**
 * The sources that a form of the page may lead to, for `form-action` of the
 * content security policy: Chrome holds also the redirect after it against
 * them.
 */
export function formActionOf(redirectUri: string): string {
  const { origin, hostname } = new URL(redirectUri);
  // The policy has no form for IPv6 addresses.
  return `'self' ${hostname.startsWith("[") ? "http:" : origin}`;
}
