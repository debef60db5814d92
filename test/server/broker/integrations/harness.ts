/** The rules of one app on a network that a test answers by hand. */
import {
  type ChannelEvent,
  createIntegrations,
  type Integrations,
  type IntegrationsOptions,
  type PostRequest,
  type RuleSpec,
  type WireRecord,
} from "../../../../server/broker/integrations/index.ts";
import { createFakeClock, type FakeClock, settled } from "../../../helpers/fake-clock.ts";

/** A request that reached the fake network, and the way to answer it. */
export interface SeenRequest {
  readonly at: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal;
  answer(status: number): Promise<void>;
  fail(code: string): Promise<void>;
}

/** The parts of a JSON body that the tests look at. */
export interface BatchBody {
  readonly items: readonly {
    readonly webhookId: string;
    readonly source: string;
    readonly serial: string;
    readonly timestamp: number;
    readonly name: string;
    readonly data: { readonly channelId: string; readonly messages?: readonly WireRecord[] };
  }[];
}

export interface Harness {
  readonly clock: FakeClock;
  readonly integrations: Integrations;
  /** Every request so far. */
  readonly requests: SeenRequest[];
  /** Codes of the reports so far. */
  readonly codes: number[];
  readonly reports: string[];
  /** Data of the messages that the reports call lost. */
  readonly lost: unknown[];
  /** The request of this number, which must exist. */
  request(index: number): SeenRequest;
}

/** Rules over a fake network and a fake clock that starts at 1,700,000,000,000. */
export function createHarness(rules: RuleSpec[], options: Partial<IntegrationsOptions> = {}): Harness {
  const clock = createFakeClock();
  const requests: SeenRequest[] = [];
  const codes: number[] = [];
  const reports: string[] = [];
  const lost: unknown[] = [];
  const integrations = createIntegrations({
    appId: "aBc123",
    site: "local",
    rules,
    signingKey: (keyId) => (keyId === "keyId1" ? { name: "aBc123.keyId1", secret: "s3cr3tValue" } : undefined),
    clock,
    random: () => 0.5,
    post: (request) => new Promise((resolve, reject) => requests.push(seen(request, clock.now(), resolve, reject))),
    report: ({ ruleId, error, lost: events }) => {
      lost.push(...events.flatMap(({ messages }) => messages.map(({ data }) => data)));
      codes.push(error.code);
      reports.push(`${ruleId}: ${error.message}`);
    },
    ...options,
  });
  return {
    clock,
    integrations,
    requests,
    codes,
    reports,
    lost,
    request(index) {
      const request = requests[index];
      if (request === undefined) throw new Error(`there were only ${requests.length} requests`);
      return request;
    },
  };
}

function seen(
  { url, headers, body, signal }: PostRequest,
  at: number,
  resolve: (answer: { status: number }) => void,
  reject: (error: Error) => void,
): SeenRequest {
  return {
    at,
    url,
    headers,
    body,
    signal,
    async answer(status) {
      resolve({ status });
      await settled();
    },
    async fail(code) {
      reject(Object.assign(new Error(code), { code }));
      await settled();
    },
  };
}

export const batchRule: RuleSpec = {
  id: "moderate",
  requestMode: "batch",
  source: { type: "channel.message", channelFilter: "^chat:from-clients(:[a-z0-9-]+)?$" },
  target: { url: "http://127.0.0.1:3000/lambda", format: "json" },
};

export const singleRule: RuleSpec = { ...batchRule, requestMode: "single" };

/** A publish of one message. */
export function message(data: string, fields: Partial<WireRecord> = {}): ChannelEvent {
  return { source: "channel.message", channel: "chat:from-clients", messages: [{ id: `${data}:0`, data, ...fields }] };
}

/** The items of a batched JSON request. */
export function itemsOf(request: SeenRequest): BatchBody["items"] {
  const body: BatchBody = JSON.parse(request.body.toString());
  return body.items;
}

/** The data of each message of a batched JSON request, in order. */
export function dataOf(request: SeenRequest): unknown[] {
  return itemsOf(request).flatMap((item) => (item.data.messages ?? []).map(({ data }) => data));
}
