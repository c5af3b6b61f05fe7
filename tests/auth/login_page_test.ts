import assert from "node:assert/strict";
import { type LoginOutcome, loginPage } from "../../src/auth/mod.ts";

const STATUSES: Record<LoginOutcome, number> = {
  "signed in": 200,
  refused: 403,
  failed: 502,
  "wrong state": 400,
  "already answered": 409,
};

for (const [outcome, status] of Object.entries(STATUSES)) {
  Deno.test(`loginPage '${outcome}' is ${status}, stands alone and is kept nowhere`, async () => {
    const page = loginPage(outcome as LoginOutcome);
    assert.equal(page.status, status);
    const { headers } = page;
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(
      headers.get("content-security-policy") ?? "",
      /^default-src 'none';.* frame-ancestors 'none'/,
    );
    const html = await page.text();
    assert.match(html, /^<!DOCTYPE html>\n<html lang="en">/);
    assert.match(html, /<h1>[A-Z]/);
    assert.doesNotMatch(html, /<script|<form|src=|href=|style/i);
  });
}
