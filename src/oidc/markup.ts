/** Text that is HTML already. */
export class Html {
  /** Marks `text` as HTML. */
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * HTML from a template; a value is escaped for contents and quoted
 * attributes, unless it is {@linkcode Html} itself.
 */
export function markup(
  strings: TemplateStringsArray,
  ...values: (string | Html | readonly Html[])[]
): Html {
  const parts = strings.map((text, index) => text + write(values[index] ?? ""));
  return new Html(parts.join(""));
}

function write(value: string | Html | readonly Html[]): string {
  if (typeof value === "string") {
    return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  }
  if (value instanceof Html) return value.text;
  return value.map((item) => item.text).join("\n");
}
