import { allows } from "../auth/capability.ts";
import { presenceRecord } from "../channel/frames.ts";
import { parseChannelName } from "../channel/names.ts";
import { errorInfo, ok, type Result, refuse } from "../errors.ts";
import { Fields } from "../wire/fields.ts";
import { ordinaryName, publishItems } from "./messages.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";
import { batchReply } from "./tokens.ts";

/** POST `/messages` and GET `/presence`: the same for many channels at once. */
interface BatchSpec {
  readonly channels: readonly string[];
  readonly messages: readonly unknown[];
}

export function batchPublishRoute(request: AppRequest): Result<Reply> {
  const single = !Array.isArray(request.body);
  const specs: BatchSpec[] = [];
  for (const item of Array.isArray(request.body) ? request.body : [request.body]) {
    const spec = readSpec(item, request.app.limits.batchMessages);
    if (!spec.ok) return spec;
    specs.push(spec.value);
  }
  const channels = new Set(specs.flatMap((spec) => spec.channels));
  if (channels.size > request.app.limits.batchChannels) {
    return refuse(90010, "unable to publish; the batch names too many channels");
  }
  const outcomes = specs.map((spec) => spec.channels.map((channel) => publishTo(request, channel, spec.messages)));
  if (request.version < 3) return ok(batchReply(request, outcomes.flat()));
  const bodies = outcomes.map((results) => batchReply(request, results).body);
  return ok({ status: 201, body: single ? bodies[0] : bodies });
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
  return ok({ channels: names, messages });
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function publishTo(request: AppRequest, channel: string, messages: readonly unknown[]): object {
  const name = ordinaryName(channel);
  if (!name.ok) return { channel, error: name.error };
  const receipt = publishItems(request, name.value, messages);
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
  return { channel, presence: [...members].map((member) => presenceRecord(member, format)) };
}
