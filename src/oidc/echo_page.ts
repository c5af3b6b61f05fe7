import { htmlPage } from "./html_page.ts";
import { jsonAnswer } from "./json_answer.ts";
import { markup } from "./markup.ts";

// Anybody can make an address, so nothing of it is shown that could be read
// as a sentence of ours.
const SHOWN = ["code", "error"];
const SHOWN_VALUE = /^[\w.~-]+$/;

const CODE_TEXT = markup`<p>If you have just begun to sign in with hca on
another computer, give it the value of <code>code</code> from these
<code>query_params</code> within five minutes, and nobody else.</p>`;

/**
 * `/echo`: shows a code to a person who carries it to a program elsewhere;
 * to a program it answers `{"query_params": {…}}`, as the old auth service.
 */
export async function echoPage(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  if (!(request.headers.get("accept") ?? "").includes("text/html")) {
    return jsonAnswer({ query_params: Object.fromEntries(searchParams) });
  }
  const items = SHOWN.flatMap((name) => {
    const value = searchParams.get(name) ?? "";
    return SHOWN_VALUE.test(value)
      ? [markup`<dt>${name}</dt><dd><code>${value}</code></dd>`]
      : [];
  });
  const hasCode = searchParams.has("code");
  return await htmlPage({
    title: hasCode ? "Your code" : "No code",
    body: markup`${hasCode ? CODE_TEXT : markup`<p>Nobody is signed in.</p>`}
<dl>
${items}
</dl>
<p class="hint">You can close this page afterwards.</p>`,
  });
}
