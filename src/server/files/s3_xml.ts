const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

/** The inner XML of each element of a name in an answer of S3. */
export function s3Elements(name: string, xml: string): string[] {
  const pattern = new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, "gs");
  return [...xml.matchAll(pattern)].map(([, inner = ""]) => inner);
}

/** The text of the first element of a name that has nothing but text. */
export function s3Text(name: string, xml: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, entity = "") => {
      const code = hex !== undefined
        ? parseInt(hex, 16)
        : decimal !== undefined
        ? Number(decimal)
        : undefined;
      if (code !== undefined) {
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }
      return Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity] ?? "" : whole;
    },
  );
}
