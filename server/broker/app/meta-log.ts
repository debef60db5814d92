/**
 * The broker's own channels. On `[meta]log` an operator sees which rules failed, on `[meta]log:webhook` which messages that
 * cost, and on `[meta]channel.lifecycle` and `[meta]connection.lifecycle` what begins and ends.
 */
import type { Channels } from "../channel/registry.ts";
import type { IntegrationReport } from "../integrations/index.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import type { AppDeps } from "./deps.ts";

const LOG_CHANNEL = "[meta]log";
const LOST_CHANNEL = "[meta]log:webhook";
const LIFECYCLE_CHANNELS = { channel: "[meta]channel.lifecycle", connection: "[meta]connection.lifecycle" } as const;
type Lifecycle = keyof typeof LIFECYCLE_CHANNELS;
/** A kind of failure is told to the log of the process once in so many milliseconds, with how often it happened. */
const LOG_MS = 1000;

/** The app that the rules belong to. */
interface LoggedApp {
  readonly appId: string;
  readonly deps: AppDeps;
  readonly channels: Channels;
}

export class MetaLog {
  readonly #app: LoggedApp;
  /** By rule and code; rules and codes are few. */
  readonly #counts = new Map<string, { at: number; count: number }>();

  constructor(app: LoggedApp) {
    this.#app = app;
  }

  /** Tells a failure of a rule to the log and to whoever is subscribed. */
  tell(report: IntegrationReport): void {
    const { lost, ...entry } = report;
    this.#log(report);
    this.#publish(LOG_CHANNEL, report.tag, entry);
    if (lost.length === 0) return;
    const messages = lost.flatMap(({ channel, messages: records }) =>
      records.map(({ id, clientId, timestamp }) => ({ channel, id, clientId, timestamp })),
    );
    this.#publish(LOST_CHANNEL, report.tag, { ...entry, messages });
  }

  /** Tells on a channel of the broker's own that a channel or connection began or ended. */
  lifecycle(kind: Lifecycle, name: string, entry: object): void {
    this.#publish(LIFECYCLE_CHANNELS[kind], name, entry);
  }

  /** Whether anybody would hear of the beginning and end of these. */
  watches(kind: Lifecycle): boolean {
    return this.#app.channels.find(LIFECYCLE_CHANNELS[kind]) !== undefined;
  }

  #log({ ruleId, error, lost }: IntegrationReport): void {
    const key = `${ruleId}:${error.code}`;
    const now = this.#app.deps.schedule.now();
    const known = this.#counts.get(key);
    if (known !== undefined && now - known.at < LOG_MS) {
      known.count++;
      return;
    }
    this.#counts.set(key, { at: now, count: 0 });
    const more = known?.count ?? 0;
    this.#app.deps.log.warn("rule.failed", {
      app: this.#app.appId,
      rule: ruleId,
      code: error.code,
      ...(lost.length > 0 && { lost: lost.length }),
      ...(more > 0 && { more }),
    });
  }

  #publish(name: string, tag: string, entry: object): void {
    const channel = this.#app.channels.find(name);
    if (channel === undefined) return;
    const id = `log-${this.#app.deps.random(9).toString("base64url")}`;
    const data = JSON.stringify(entry);
    channel.publish({
      id,
      messages: [{ name: tag, data, encoding: "json", action: MESSAGE_ACTION.create }],
      ephemeral: false,
      bytes: data.length,
    });
  }
}
