/**
 * The webhook rules of an Ably app. The batch rule is signed, in order and repeated: it makes sure. The single rule hands each
 * message over at once and drops what it cannot: it is for speed, and what it drops the batch brings.
 */
import { INBOUND_FILTER } from "../channels.ts";
import type { ControlApi, Rule, Write } from "./control-api.ts";

export interface WantedRules {
  /** The function's address. */
  readonly url: string;
  readonly signingKeyId: string | undefined;
  /** Without it there is no single rule. */
  readonly webhookSecret: string | undefined;
  readonly api: ControlApi;
  readonly write: Write;
}

interface WantedRule {
  readonly ruleType: "http";
  readonly requestMode: "batch" | "single";
  readonly source: { readonly channelFilter: string; readonly type: string };
  readonly target: {
    readonly url: string;
    readonly format: "json";
    readonly signingKeyId?: string;
    readonly enveloped?: boolean;
    readonly headers?: readonly { readonly name: string; readonly value: string }[];
  };
}

/** Create what is missing and correct what is different. Rules of others are never touched. */
export async function ensureRules({ url, signingKeyId, webhookSecret, api, write }: WantedRules): Promise<void> {
  const source = { channelFilter: INBOUND_FILTER, type: "channel.message" };
  const http = (await api.rules()).filter(({ ruleType }) => ruleType === "http");
  const ours = http.filter((rule) => rule.source?.channelFilter === INBOUND_FILTER || rule.target?.url === url);
  const single = webhookSecret === undefined ? undefined : ours.find(({ requestMode }) => requestMode === "single");
  const rest = ours.filter((rule) => rule !== single);
  const batch = rest.find(({ requestMode }) => requestMode === "batch") ?? rest[0];
  await ensureRule(
    {
      ruleType: "http",
      requestMode: "batch",
      source,
      target: { url, format: "json", signingKeyId: signingKeyId ?? "" },
    },
    { rule: batch, api, write },
  );
  if (webhookSecret === undefined) return;
  const headers = [{ name: "x-webhook-secret", value: webhookSecret }];
  await ensureRule(
    { ruleType: "http", requestMode: "single", source, target: { url, format: "json", enveloped: true, headers } },
    { rule: single, api, write },
  );
}

interface Present {
  /** The rule that is there. */
  readonly rule: Rule | undefined;
  readonly api: ControlApi;
  readonly write: Write;
}

async function ensureRule(wanted: WantedRule, { rule, api, write }: Present): Promise<void> {
  const what = `the ${wanted.requestMode} rule`;
  const enabled = { ...wanted, status: "enabled" };
  if (rule === undefined) {
    const from = wanted.source.channelFilter;
    await write(`create ${what} from ${from} to ${wanted.target.url}`, () => api.createRule(enabled));
  } else if (!isAsWanted(rule, wanted)) {
    await write(`correct ${what} to ${wanted.target.url}`, () => api.updateRule(rule.id, enabled));
  }
}

function isAsWanted({ requestMode, status, source, target }: Rule, wanted: WantedRule): boolean {
  return (
    requestMode === wanted.requestMode &&
    (status ?? "enabled") === "enabled" &&
    source?.channelFilter === wanted.source.channelFilter &&
    source.type === wanted.source.type &&
    target?.url === wanted.target.url &&
    target.format === wanted.target.format &&
    (target.signingKeyId ?? undefined) === wanted.target.signingKeyId &&
    (target.enveloped ?? true) === (wanted.target.enveloped ?? true) &&
    JSON.stringify(target.headers ?? []) === JSON.stringify(wanted.target.headers ?? [])
  );
}
