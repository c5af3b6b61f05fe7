/**
 * Header fields by name; those of the DSS in the capitals of its documents,
 * because `fetch` gives lower-case names and scripts look for the documented
 * ones.
 */
export function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries(
    [...response.headers].map(([name, value]) => [capitalized(name), value]),
  );
}

function capitalized(name: string): string {
  if (name.startsWith("x-dss-") || name.startsWith("x-aws-")) {
    return name.toUpperCase();
  }
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}
