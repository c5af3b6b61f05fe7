/** What may be asked for, and how a person is told. */
export const SCOPES: Readonly<Record<string, string>> = {
  openid: "know who you are",
  email: "see your e-mail address",
  profile: "see your group",
  offline_access:
    "stay signed in until you sign out, or for 30 days without use",
};

/** The scope that gives a refresh token (OpenID Connect Core, section 11). */
export const OFFLINE_ACCESS = "offline_access";

/** The names in a `scope` parameter, once each; undefined: malformed. */
export function parseScopes(text: string): string[] | undefined {
  // RFC 6749, section 3.3: names of printable ASCII, one space between.
  const isList = /^[!#-[\]-~]+( [!#-[\]-~]+)*$/.test(text);
  return isList ? [...new Set(text.split(" "))] : undefined;
}

/** Those that are known; others are ignored (Core, section 3.1.2.1). */
export function knownScopes(names: readonly string[]): string[] {
  return names.filter((name) => Object.hasOwn(SCOPES, name));
}
