/**
 * Whether a text can stand in a header as it is (RFC 9110, section 5.5). One
 * that cannot would make every answer about its file a failure.
 */
export function isHeaderText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
