import { noToken } from "../problem.ts";

/**
 * The token of an `Authorization` header. As in the DSS, the header has two
 * words and the first is not looked at.
 *
 * @throws {Problem} 401 `OAuthProblem` when there is no header, or it has
 * another number of words
 */
export function bearerToken(request: Request): string {
  const header = request.headers.get("authorization");
  if (header === null) throw noToken("No authorization token provided");
  const [, token, ...more] = header.trim().split(/\s+/);
  if (token !== undefined && more.length === 0) return token;
  throw noToken("Invalid authorization header");
}
