/** The channel `[meta]log`, where an operator subscribes to see what rules failed to deliver. */
import type { Channels } from "../channel/registry.ts";
import type { IntegrationReport } from "../integrations/index.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import type { AppDeps } from "./deps.ts";

const LOG_CHANNEL = "[meta]log";

/** The app that the rules belong to. */
interface LoggedApp {
  readonly appId: string;
  readonly deps: AppDeps;
  readonly channels: Channels;
}

/** Tells a failure of a rule to the log and to whoever is subscribed to `[meta]log`. */
export function logFailure(app: LoggedApp, report: IntegrationReport): void {
  app.deps.log.warn("rule.failed", { app: app.appId, rule: report.ruleId, code: report.error.code });
  const channel = app.channels.find(LOG_CHANNEL);
  if (channel === undefined) return;
  const id = `log-${app.deps.random(9).toString("base64url")}`;
  const data = JSON.stringify(report);
  channel.publish({
    id,
    messages: [{ name: report.tag, data, encoding: "json", action: MESSAGE_ACTION.create }],
    ephemeral: false,
    bytes: data.length,
  });
}
