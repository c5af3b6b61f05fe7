import type { AuthorizationRequest } from "./authorization_request.ts";
import { CLIENT_NAME } from "./client.ts";
import { type Html, markup } from "./markup.ts";
import { htmlPage } from "./html_page.ts";
import { echoUri, formActionOf } from "./redirect_uri.ts";
import { SCOPES } from "./scopes.ts";
import { NO_GROUP } from "./sessions.ts";

/** The groups that a person can say they are in. */
export const GROUPS: readonly string[] = ["hca", "public", NO_GROUP];

/** What the page shows. */
export interface SignInPage {
  /** What the program asks for. */
  request: AuthorizationRequest;
  /** Who shows the page: its origin and a slash. */
  issuer: string;
  /** The service that its tokens will be for. */
  audience: string;
  /** What the form carries unseen. */
  hidden: readonly [string, string][];
  /** What was filled in before. */
  email?: string;
  /** What was chosen before. */
  group?: string;
  /** What was wrong with it. */
  problem?: string;
  /** HTTP status. Default 200. */
  status?: number;
  /** Further headers. */
  headers?: Record<string, string>;
}

/** The page on which a person signs in, or says no. */
export async function signInPage(page: SignInPage): Promise<Response> {
  const { request, status, headers } = page;
  return await htmlPage({
    title: "Sign in",
    status,
    headers,
    formAction: formActionOf(request.redirectUri),
    body: markup`${whatIsAsked(page)}
${problemOf(page)}
${formOf(page)}`,
  });
}

function whatIsAsked(page: SignInPage): Html {
  const items = page.request.scopes
    .map((name) => markup`<li>${SCOPES[name] ?? name}</li>`);
  return markup`<p><strong>${CLIENT_NAME}</strong>, ${
    whereOf(page)
  }, asks to</p>
<ul>
<li>use <code>${page.audience}</code> in your name</li>
${items}
</ul>
<p class="hint">If you did not just start to sign in, choose Deny.</p>`;
}

function whereOf({ issuer, request: { redirectUri } }: SignInPage): string {
  return redirectUri === echoUri(issuer)
    ? "to which you will give a code yourself"
    : `which waits on this computer at ${new URL(redirectUri).host}`;
}

function problemOf({ problem }: SignInPage): Html {
  return problem === undefined
    ? markup``
    : markup`<p class="bad" id="problem" role="alert">${problem}</p>`;
}

function formOf(page: SignInPage): Html {
  const { request, hidden, email = request.loginHint ?? "" } = page;
  const inputs = hidden.map(([name, value]) =>
    markup`<input type="hidden" name="${name}" value="${value}">`
  );
  const described = page.problem === undefined
    ? markup``
    : markup` aria-describedby="problem"`;
  return markup`<form method="post" action="/oauth/authorize" accept-charset="utf-8">
${inputs}
<label for="email">E-mail address</label>
<input class="text" id="email" name="email" type="email" value="${email}"
 maxlength="254" autocomplete="username" required autofocus${described}>
<fieldset>
<legend>Group</legend>
${groupsOf(page)}
</fieldset>
<label for="password">Password of this store</label>
<input class="text" id="password" name="password" type="password"
 autocomplete="current-password" required>
<p class="buttons">
<button name="decision" value="sign_in">Sign in</button>
<button name="decision" value="deny" formnovalidate>Deny</button>
</p>
</form>`;
}

function groupsOf({ group = "hca" }: SignInPage): Html[] {
  return GROUPS.map((name) => {
    const checked = name === group ? markup` checked` : markup``;
    return markup`<label><input type="radio" name="group" value="${name}"${checked}>
${name}</label>`;
  });
}
