/** The provisioning side of a test sandbox: makes and removes apps over HTTP. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { capabilityText, parseCapability } from "./auth/capability.ts";
import type { Broker } from "./broker.ts";
import { errorInfo } from "./errors.ts";
import { newId, type Random } from "./ids.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { AppSpec, ChannelSpec, KeySpec, NamespaceSpec } from "./options.ts";
import { encode } from "./wire/codec.ts";
import { Fields } from "./wire/fields.ts";

/**
 * `POST /apps` makes an app with fresh keys, `DELETE /apps/<id>` removes it, `POST /stats` is accepted and forgotten. There
 * is no authentication: a sandbox is for a machine of one's own.
 */
export interface Provisioner {
  handles(path: string): boolean;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
}

const MAX_BODY_BYTES = 1_048_576;

/** Test suites and benches are in more of a hurry than people are, and more of them. */
const NO_HURRY = 1_000_000_000;
const ROOMY: Partial<Limits> = {
  channelMessageRate: NO_HURRY,
  channelByteRate: NO_HURRY,
  messageRate: NO_HURRY,
  inboundRate: NO_HURRY,
  outboundRate: NO_HURRY,
  connectionRate: NO_HURRY,
  channelRate: NO_HURRY,
  restRate: NO_HURRY,
  tokenRate: NO_HURRY,
  channelClientRate: NO_HURRY,
  channelClientByteRate: NO_HURRY,
  clientRate: NO_HURRY,
  clientConnections: 100_000,
  addressConnections: 100_000,
  clientConnectionRate: NO_HURRY,
  clientChannelRate: NO_HURRY,
  clientRestRate: NO_HURRY,
  clientTokenRate: NO_HURRY,
  clientPresenceMembers: 100_000,
  clientPresenceRate: NO_HURRY,
  keyReserve: 0,
  connections: 100_000,
  channels: 100_000,
};

export function createProvisioner(broker: Broker, port: () => number, random: Random): Provisioner {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const body = await readJson(request);
    if (request.method === "POST" && path === "/stats") send(response, 201, []);
    else if (request.method === "POST" && path === "/apps") createApp(response, body);
    else if (request.method === "DELETE" && path.startsWith("/apps/")) {
      const gone = broker.deleteApp(path.slice("/apps/".length));
      send(
        response,
        gone ? 200 : 404,
        gone ? {} : { error: errorInfo(40400, "unable to delete; there is no such app") },
      );
    } else send(response, 404, { error: errorInfo(40400, "unable to answer; there is no such path") });
  }

  function createApp(response: ServerResponse, body: unknown): void {
    const fields = new Fields(body ?? {}, "body");
    const appId = newId(random, 6).replace(/[-_]/g, "0");
    const keys = (fields.list("keys") ?? [{}]).map((key) => readKey(key, random));
    const namespaces = (fields.list("namespaces") ?? []).map(readNamespace);
    const channels = (fields.list("channels") ?? []).map(readChannel);
    const problem = fields.problem ?? [...keys, ...namespaces, ...channels].find((part) => typeof part === "string");
    if (problem !== undefined) {
      send(response, 400, { error: errorInfo(40000, `unable to create the app; ${String(problem)}`) });
      return;
    }
    const spec: AppSpec = {
      appId,
      keys: keys.filter((key) => typeof key !== "string"),
      namespaces: namespaces.filter((namespace) => typeof namespace !== "string"),
      channels: channels.filter((channel) => typeof channel !== "string"),
      limits: { ...ROOMY, ...readLimits(fields) },
    };
    broker.createApp(spec);
    send(response, 201, {
      accountId: "local",
      appId,
      keys: spec.keys.map((key) => describeKey(appId, key)),
      namespaces: spec.namespaces,
      endpoint: "127.0.0.1",
      port: port(),
      tls: false,
    });
  }

  return {
    handles: (path) => /^\/(apps|stats)(\/|\?|$)/.test(path),
    handleRequest(request, response) {
      answer(request, response).catch(() => response.destroy());
    },
  };
}

function readKey(value: unknown, random: Random): KeySpec | string {
  const fields = new Fields(value, "key");
  const capability = parseCapability(fields.raw("capability") ?? { "*": ["*"] });
  if (!capability.ok) return capability.error.message;
  if (fields.problem !== undefined) return fields.problem;
  return {
    id: newId(random, 6).replace(/[-_]/g, "0"),
    secret: newId(random, 24),
    capability: Object.fromEntries([...capability.value].map(([resource, set]) => [resource, [...set]])),
    revocableTokens: fields.raw("revocableTokens") === true,
  };
}

function describeKey(appId: string, { id, secret, capability }: KeySpec): object {
  const parsed = parseCapability(capability);
  return {
    id,
    keyName: `${appId}.${id}`,
    keySecret: secret,
    value: secret, // as SDKs other than the JavaScript one read it
    keyStr: `${appId}.${id}:${secret}`,
    capability: parsed.ok ? capabilityText(parsed.value) : "",
  };
}

function readNamespace(value: unknown): NamespaceSpec | string {
  const fields = new Fields(value, "namespace");
  const id = fields.string("id");
  if (fields.problem !== undefined || id === undefined) return fields.problem ?? "a namespace needs an id";
  return {
    id,
    persisted: fields.raw("persisted") === true,
    mutableMessages: fields.raw("mutableMessages") === true,
    authenticated: fields.raw("authenticated") === true,
  };
}

function readChannel(value: unknown): ChannelSpec | string {
  const fields = new Fields(value, "channel");
  const name = fields.string("name");
  if (fields.problem !== undefined || name === undefined) return fields.problem ?? "a channel needs a name";
  const presence = (fields.list("presence") ?? []).map((item) => {
    const member = new Fields(item, "member");
    const data = member.string("data");
    const encoding = member.string("encoding");
    return {
      clientId: member.string("clientId") ?? "",
      ...(data !== undefined && { data }),
      ...(encoding !== undefined && { encoding }),
    };
  });
  return { name, presence };
}

function readLimits(fields: Fields): Partial<Limits> {
  const presence = new Fields(new Fields(fields.raw("limits") ?? {}, "limits").raw("presence") ?? {}, "presence");
  return { presenceMembers: presence.integer("maxMembers") ?? DEFAULT_LIMITS.presenceMembers };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = encode("json", body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": bytes.length });
  response.end(bytes);
}
