import { Html, markup } from "./markup.ts";
import { STYLE } from "./style.ts";

/** A page and how it is answered. */
export interface HtmlPage {
  /** Its title and first heading. */
  title: string;
  /** What comes below the heading. */
  body: Html;
  /** HTTP status. Default 200. */
  status?: number;
  /** Where its forms may lead, for the security policy. Default nowhere. */
  formAction?: string;
  /** Further headers. */
  headers?: Record<string, string>;
}

/**
 * A page that can do nothing but show itself and send its own form: no
 * script, no frame around it, nothing loaded, nothing kept.
 */
export async function htmlPage(page: HtmlPage): Promise<Response> {
  const { title, body, status = 200, formAction = "'none'", headers } = page;
  const { text } = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return new Response(text, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await securityPolicy(formAction),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "pragma": "no-cache",
      // The next page must not learn the address; our own form still has to
      // say where it comes from.
      "referrer-policy": "same-origin",
      ...headers,
    },
  });
}

async function securityPolicy(formAction: string): Promise<string> {
  return [
    "default-src 'none'",
    `style-src 'sha256-${await styleHash()}'`,
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

async function styleHash(): Promise<string> {
  const digest = await crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(STYLE));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
