// Raw strings, quoted identifiers and literals; a backslash keeps the next
// character from ending one. One outside of them is a mistake, and taken with
// its character so that no end is looked for twice.
const QUOTED =
  /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|`((?:[^`\\]|\\[^])*)`|\\[^]/g;
const BRACKETS = /[()[\]{}]/g;

/**
 * A JMESPath expression in which every literal is JSON. The library of the
 * DSS, jmespath 0.9.4, took what is no JSON for text, as in
 * `` event_type==`TOMBSTONE` `` (JEP-12 calls that form deprecated).
 */
export function quoteLiterals(expression: string): string {
  return expression.replace(
    QUOTED,
    (token: string, literal: string | undefined) =>
      literal === undefined ? token : `\`${jsonOf(literal)}\``,
  );
}

/** How many brackets of a JMESPath expression are open at once. */
export function bracketDepth(expression: string): number {
  let [depth, most] = [0, 0];
  for (const [bracket] of expression.replace(QUOTED, "").matchAll(BRACKETS)) {
    depth += "([{".includes(bracket) ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

function jsonOf(literal: string): string {
  const content = literal.replaceAll("\\`", "`");
  const text = `"${content.trimStart()}"`;
  // What is no text either is left for the library to refuse.
  const json = [content, text].find(isJson);
  // It does not take blanks behind a value, nor more than one escape of its
  // own; that of JSON it knows.
  return json?.trim().replaceAll("`", "\\u0060") ?? literal;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
