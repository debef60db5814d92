/** The app of one test: in Ably mode unless its environment says otherwise, with "potato" banned and "admin" reserved. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type request from "supertest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { createNameCheck } from "../../../lambda/policy/names.ts";
import { parseConfig } from "../../../server/config.ts";
import { type AppDependencies, createApp } from "../../../server/http/app.ts";
import { createHosts } from "../../../server/http/hosts.ts";
import { createTokenIssuer } from "../../../server/tokens/token-issuer.ts";

const pageFolder = mkdtempSync(join(tmpdir(), "asterism-page-"));
writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");

const checkName = createNameCheck(createModerator({ words: ["potato"] }), ["admin"]);

export function app(overrides: Partial<AppDependencies> = {}, env: Record<string, string> = {}) {
  const config = parseConfig({ ABLY_API_KEY: "app.key:secret", ...env });
  return createApp({
    config,
    sessionSecrets: ["a secret of this test"],
    hosts: config.allowedHosts && createHosts([config.host, ...config.allowedHosts]),
    issuer: createTokenIssuer(config.backend.key ?? "local.key:secret"),
    checkName,
    pageFolder,
    readiness: async () => undefined,
    log: { info() {}, error() {} },
    ...overrides,
  });
}

/** A request of our own page, as a browser sends it. */
export const fromOurPage = { "Sec-Fetch-Site": "same-origin" };

export const cookieOf = (response: request.Response): string =>
  String(response.headers["set-cookie"]).split(";")[0] ?? "";
