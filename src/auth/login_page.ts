/** What a browser is told at the end. */
export type LoginOutcome =
  | "signed in"
  | "refused"
  | "failed"
  | "wrong state"
  | "already answered";

interface Page {
  status: number;
  title: string;
  text: string;
}

const PAGES: Record<LoginOutcome, Page> = {
  "signed in": {
    status: 200,
    title: "You are signed in to hca",
    text: "You can close this window and go back to the terminal.",
  },
  refused: {
    status: 403,
    title: "The login was refused",
    text: "The terminal says why. Run hca dss login to try again.",
  },
  failed: {
    status: 502,
    title: "The login did not succeed",
    text: "The terminal says why. Run hca dss login to try again.",
  },
  "wrong state": {
    status: 400,
    title: "This answer does not belong to the login",
    text: "Nothing was done with it. If you are signing in, use the address " +
      "that the terminal shows, and the newest window.",
  },
  "already answered": {
    status: 409,
    title: "This login has been answered",
    text: "You can close this window and go back to the terminal.",
  },
};

// Nothing may be loaded, framed or sent on from a page whose address has a
// code in it.
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** The page that a browser sees at the end: it has no script and no secret. */
export function loginPage(outcome: LoginOutcome): Response {
  const { status, title, text } = PAGES[outcome];
  const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`;
  return new Response(html, { status, headers: HEADERS });
}

/** An answer of one line to what is no login. */
export function plainAnswer(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      ...HEADERS,
      "content-type": "text/plain; charset=utf-8",
      ...headers,
    },
  });
}
