// `<sha256>.<token>.part`, its journal and the temporary name of that.
const PART = /^([0-9a-f]{64})\.([0-9a-z]+)\.part(\.json(\.new)?)?$/;

/** The name of the part that the owner of `token` writes. */
export function partName(sha256: string, token: string): string {
  return `${sha256}.${token}.part`;
}

/** The name of the journal of a part. */
export function journalName(part: string): string {
  return `${part}.json`;
}

/** What a name in the store says, if it is one of a part or its journal. */
export function parsePartName(
  name: string,
): { sha256: string; part: string; isJournal: boolean } | undefined {
  const match = PART.exec(name);
  if (match === null) return undefined;
  const [, sha256 = "", token = "", suffix] = match;
  return {
    sha256,
    part: partName(sha256, token),
    isJournal: suffix === ".json",
  };
}
