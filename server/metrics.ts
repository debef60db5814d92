/**
 * Figures for Prometheus, on a port of their own: what the server was asked, what the function decided and how long it took,
 * and in local mode what the broker holds.
 */
import { createServer } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { LogEntry } from "../lambda/log.ts";
import type { Census } from "./broker/index.ts";
import type { Hosts } from "./http/hosts.ts";
import { closeServer, listen } from "./http/listen.ts";

export interface Metrics {
  /** A token request was answered: `issued`, or the code of its refusal. */
  tokenRequest(outcome: string): void;
  /** The function decided about a message. */
  decision(entry: LogEntry): void;
  /** Serves them at `/metrics` until it is closed. */
  serve(options: MetricsServer): Promise<{ readonly url: string; close(): Promise<void> }>;
}

interface MetricsServer {
  readonly host: string;
  readonly port: number;
  readonly hosts: Hosts | undefined;
}

/** From a publish that nobody notices (25 ms) to a batch that was repeated for five minutes. */
const DELIVERY_BUCKETS_S = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** `census`: what the broker holds at the moment; undefined where there is none. */
export function createMetrics(census: () => Census | undefined): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const tokenRequests = new Counter({
    name: "asterism_token_requests_total",
    help: "Token requests, by outcome: issued, or the code of the refusal",
    labelNames: ["outcome"],
    registers,
  });
  const decisions = new Counter({
    name: "asterism_decisions_total",
    help: "What the function decided about messages, by decision and reason",
    labelNames: ["decision", "reason"],
    registers,
  });
  const delivery = new Histogram({
    name: "asterism_delivery_seconds",
    help: "From a message's publish to the publish of its moderated copy",
    buckets: DELIVERY_BUCKETS_S,
    registers,
  });
  gauges(registry, census);
  return {
    tokenRequest: (outcome) => tokenRequests.inc({ outcome }),
    decision(entry) {
      if (entry.event !== "decision") return;
      decisions.inc({ decision: entry.decision, reason: entry.reason ?? "" });
      if (entry.decision === "published" && entry.delayMs !== undefined) delivery.observe(entry.delayMs / 1_000);
    },
    serve: (options) => serve(registry, options),
  };
}

/** Registers the figures that are read at the moment when somebody asks. */
function gauges(registry: Registry, census: () => Census | undefined): void {
  const gauge = (name: string, help: string, read: (census: Census) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = census();
        if (now !== undefined) this.set(read(now));
      },
    });
  const ruleGauge = (name: string, help: string, read: (rule: Census["rules"][number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["rule"],
      registers: [registry],
      collect() {
        for (const rule of census()?.rules ?? []) this.set({ rule: rule.ruleId }, read(rule));
      },
    });
  gauge("asterism_connections", "Connections with a socket", ({ connected }) => connected);
  gauge("asterism_channels", "Channels that the broker holds", ({ channels }) => channels);
  ruleGauge(
    "asterism_rule_queue_events",
    "Events that a webhook rule accepted and did not deliver",
    (rule) => rule.events,
  );
  ruleGauge("asterism_rule_queue_age_seconds", "How long the oldest of them has waited", (rule) => rule.ageMs / 1_000);
}

async function serve(registry: Registry, { host, port, hosts }: MetricsServer) {
  const server = createServer((request, response) => {
    const isAsked = request.method === "GET" && request.url?.split("?", 1)[0] === "/metrics";
    if (hosts?.problemOf(request.headers.host) !== undefined) return void response.writeHead(403).end();
    if (!isAsked) return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const { origin } = await listen(server, { host, port });
  return { url: `${origin}/metrics`, close: () => closeServer(server, async () => undefined) };
}
