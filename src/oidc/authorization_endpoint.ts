import {
  redirectTo,
  withErrorPage,
  withRequest,
} from "./authorization_answers.ts";
import {
  AUTHORIZATION_PARAMETERS,
  type AuthorizationRequest,
} from "./authorization_request.ts";
import type { OidcContext } from "./context.ts";
import { isEmail } from "./email.ts";
import { OAuthError } from "./oauth_error.ts";
import { Parameters, readForm } from "./parameters.ts";
import { GROUPS, type SignInPage, signInPage } from "./sign_in_page.ts";

// Longer ones are no request of a program.
const URL_LIMIT_CHARACTERS = 16 * 1024;

/** GET `/oauth/authorize`: the page on which a person decides. */
export async function showAuthorization(
  context: OidcContext,
  { url }: Request,
): Promise<Response> {
  return await withErrorPage(async () => {
    if (url.length > URL_LIMIT_CHARACTERS) {
      const status = 414;
      throw new OAuthError("invalid_request", "The address is too long.", {
        status,
      });
    }
    const parameters = new Parameters(new URL(url).searchParams);
    return await withRequest(
      context,
      parameters,
      (asked) => showPage(context, parameters, asked),
    );
  });
}

/** POST `/oauth/authorize`: what the person decided. */
export async function decideAuthorization(
  context: OidcContext,
  request: Request,
): Promise<Response> {
  return await withErrorPage(async () => {
    const parameters = await readForm(request);
    await checkOrigin(context, request, parameters);
    return await withRequest(
      context,
      parameters,
      (asked) => decide(context, parameters, asked),
    );
  });
}

// A form of another page, made to sign somebody in as somebody else or to
// guess passwords, has another origin or no token of ours.
async function checkOrigin(
  { forms, issuer }: OidcContext,
  { headers }: Request,
  parameters: Parameters,
): Promise<void> {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site") ?? "same-origin";
  const token = parameters.get("form_token") ?? "";
  const isOurs = (origin === null || `${origin}/` === issuer) &&
    site === "same-origin" &&
    await forms.isGenuine(token, formSubject(issuer, parameters));
  if (isOurs) return;
  throw new OAuthError(
    "access_denied",
    "This form was not made by this service, or more than ten minutes ago. " +
      "Begin again in the program.",
    { status: 403 },
  );
}

async function decide(
  context: OidcContext,
  parameters: Parameters,
  asked: AuthorizationRequest,
): Promise<Response> {
  if (parameters.get("decision") === "deny") {
    throw new OAuthError("access_denied", "The person said no.");
  }
  const email = parameters.get("email")?.trim() ?? "";
  const group = parameters.get("group") ?? "none";
  const fault = personFault(email, group) ??
    await passwordFault(context, parameters);
  if (fault !== undefined) {
    return await showPage(context, parameters, asked, {
      ...{ email, group },
      ...fault,
    });
  }
  const { codes, issuer } = context;
  const login = { issuer, email, group, scopes: asked.scopes };
  const code = await codes.issue(login, asked);
  return redirectTo(asked, issuer, { code });
}

function personFault(
  email: string,
  group: string,
): Partial<SignInPage> | undefined {
  if (!isEmail(email)) {
    return { problem: "Give an e-mail address.", status: 400 };
  }
  return GROUPS.includes(group)
    ? undefined
    : { problem: "Choose a group.", status: 400 };
}

async function passwordFault(
  { password, tries }: OidcContext,
  parameters: Parameters,
): Promise<Partial<SignInPage> | undefined> {
  const given = parameters.get("password") ?? "";
  const result = await tries.check(given, await password());
  if (result === "right") return undefined;
  if (result === "wrong") {
    return { problem: "The password is wrong.", status: 403 };
  }
  const waitSeconds = String(tries.waitSeconds);
  return {
    problem: `Too many wrong passwords. Wait ${waitSeconds} seconds.`,
    status: 429,
    headers: { "retry-after": waitSeconds },
  };
}

async function showPage(
  { audience, forms, issuer }: OidcContext,
  parameters: Parameters,
  request: AuthorizationRequest,
  more: Partial<SignInPage> = {},
): Promise<Response> {
  const token = await forms.make(formSubject(issuer, parameters));
  const hidden: [string, string][] = [
    ...parameters.pick(AUTHORIZATION_PARAMETERS),
    ["form_token", token],
  ];
  return await signInPage({ request, issuer, audience, hidden, ...more });
}

// What a form is about: all that is asked for, under the address in use.
function formSubject(issuer: string, parameters: Parameters): string {
  const asked = parameters.pick(AUTHORIZATION_PARAMETERS);
  return `${issuer}\n${new URLSearchParams(asked)}`;
}
