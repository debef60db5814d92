/** Batch routes: `POST /messages` and `GET /presence`, the same for many channels at once. */
import { allows } from "../auth/capability.ts";
import { parseMessages } from "../channel/admit.ts";
import { parseChannelName } from "../channel/names.ts";
import { errorInfo, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { Fields } from "../wire/fields.ts";
import { type InboundMessage, publicRecord } from "../wire/message.ts";
import { ordinaryName, publishItems } from "./messages.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";
import { batchReply } from "./tokens.ts";

/** Messages for several channels. */
interface BatchSpec {
  readonly channels: ReadonlySet<string>;
  readonly messages: readonly unknown[];
}

export function batchPublishRoute(request: AppRequest): Result<Reply> {
  const single = !Array.isArray(request.body);
  const specs = readSpecs(single ? [request.body] : request.body, request.app.limits);
  if (!specs.ok) return specs;
  const outcomes = specs.value.map((spec) => publishSpec(request, spec));
  if (request.version < 3) return ok(batchReply(request, outcomes.flat()));
  const bodies = outcomes.map((results) => batchReply(request, results).body);
  return ok({ status: 201, body: single ? bodies[0] : bodies });
}

/** Reads the specs up to the bounds of one request, because a small body can name very many channels and messages. */
function readSpecs(items: readonly unknown[], limits: Limits): Result<BatchSpec[]> {
  const specs: BatchSpec[] = [];
  const distinct = new Set<string>();
  let publishes = 0;
  let copies = 0;
  for (const item of items) {
    const spec = readSpec(item, limits.batchMessages);
    if (!spec.ok) return spec;
    const { channels, messages } = spec.value;
    for (const channel of channels) distinct.add(channel);
    if (distinct.size > limits.batchChannels) {
      return refuse(90010, "unable to publish; the batch names too many channels");
    }
    publishes += channels.size;
    copies += channels.size * messages.length;
    if (publishes > limits.batchPublishes || copies > limits.batchCopies) {
      return refuse(40034, "unable to publish; too many messages to too many channels in one batch");
    }
    specs.push(spec.value);
  }
  return ok(specs);
}

function readSpec(value: unknown, most: number): Result<BatchSpec> {
  const fields = new Fields(value, "batch spec");
  const channels = listOf(fields.raw("channels"));
  const messages = listOf(fields.raw("messages"));
  if (fields.problem !== undefined || channels.length === 0 || messages.length === 0) {
    return refuse(40000, "unable to publish; a batch spec needs channels and messages");
  }
  if (messages.length > most) return refuse(40034, "unable to publish; too many messages in one batch spec");
  const names = channels.filter((channel) => typeof channel === "string");
  if (names.length !== channels.length) return refuse(40010, "unable to publish; a channel name is not a string");
  return ok({ channels: new Set(names), messages });
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * Publishes to each channel of a spec, which counts as one message there (https://ably.com/docs/messages/batch). The messages
 * are read once, if at all; each channel stamps a copy of its own.
 */
function publishSpec(request: AppRequest, spec: BatchSpec): object[] {
  let messages: Result<InboundMessage[]> | undefined;
  const parse = (): Result<InboundMessage[]> => {
    messages ??= parseMessages(spec.messages, request.app.limits);
    return messages.ok ? ok(messages.value.map((message) => ({ ...message }))) : messages;
  };
  return [...spec.channels].map((channel) => publishTo(request, channel, parse));
}

function publishTo(request: AppRequest, channel: string, parse: () => Result<InboundMessage[]>): object {
  const name = ordinaryName(channel);
  if (!name.ok) return { channel, error: name.error };
  const receipt = publishItems(request, name.value, { parse, weight: 1 });
  return receipt.ok ? { channel, ...receipt.value } : { channel, error: receipt.error };
}

export function batchPresenceRoute(request: AppRequest): Result<Reply> {
  const channels = (request.query.get("channels") ?? "").split(",").filter((channel) => channel !== "");
  if (channels.length === 0) return refuse(40003, "unable to read presence; channels is missing");
  if (channels.length > request.app.limits.batchChannels) {
    return refuse(90010, "unable to read presence; too many channels at once");
  }
  const results = channels.map((channel) => presenceOf(request, channel));
  return ok({ ...batchReply(request, results), status: 200 });
}

function presenceOf({ app, grant, format }: AppRequest, channel: string): object {
  const name = parseChannelName(channel);
  if (!name.ok) return { channel, error: name.error };
  if (!allows(grant.capability, "subscribe", name.value.name)) {
    return { channel, error: errorInfo(40160, "unable to read presence; capability does not include subscribe") };
  }
  const members = app.channels.find(name.value.name)?.presence.members() ?? [];
  return { channel, presence: [...members].map((member) => publicRecord(member, format)) };
}
