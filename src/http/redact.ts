const SECRET = /token|sig|secret|key|credential|password|code|auth|assertion/i;

/**
 * A URL fit for messages and logs: user information and the values of query
 * parameters that carry a signature, token or key are replaced by `***`; the
 * fragment is left out.
 */
export function redactUrl(url: string): string {
  const [address = "", query] = splitOnce(url.replace(/#.*$/s, ""), "?");
  const plain = address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, "$1***@");
  if (query === undefined) return plain;
  const shown = query.split("&").map((pair) => {
    const [name = "", value] = splitOnce(pair, "=");
    return value !== undefined && value !== "" && SECRET.test(name)
      ? `${name}=***`
      : pair;
  });
  return `${plain}?${shown.join("&")}`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0
    ? [text]
    : [text.slice(0, at), text.slice(at + separator.length)];
}
