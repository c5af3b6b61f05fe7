/** The `file:` URL of an absolute path of any system (RFC 8089). */
export function fileUrl(path: string): string {
  const encode = (slashed: string): string =>
    slashed.split("/").map(encodeURIComponent).join("/");
  if (!/^([A-Za-z]:|\\\\)/.test(path)) return `file://${encode(path)}`;
  const slashed = path.replaceAll("\\", "/");
  return slashed.startsWith("//")
    ? `file:${encode(slashed)}`
    // The drive keeps its colon.
    : `file:///${slashed.slice(0, 2)}${encode(slashed.slice(2))}`;
}
