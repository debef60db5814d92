/** Ably's REST interface as far as the function uses it, over real HTTP. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubMessage {
  readonly channel: string;
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly clientId?: string;
  readonly timestamp: number;
}

type Sent = Omit<StubMessage, "channel" | "timestamp">;

export class AblyStub {
  readonly published: StubMessage[] = [];
  /** Statuses for the next requests, before it works again; `hang` never answers. */
  readonly trouble: (number | "hang" | { status: number; headers: Record<string, string> })[] = [];
  readonly server: Server;
  /** Messages that it does not take, by id, and the status for them. */
  readonly refused = new Map<string, number>();
  /** What it answers to several messages in place of what became of them. */
  answer: unknown;
  requests = 0;
  /** Called when a request has arrived, before anything is done about it. */
  onRequest: () => void = () => undefined;
  /** Messages in one page of history. */
  pageSize = 1_000;
  readonly #ids = new Map<string, number>();

  constructor() {
    this.server = createServer((request, response) => {
      this.requests += 1;
      this.onRequest();
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const trouble = this.trouble.shift();
        if (trouble === "hang") return;
        if (trouble !== undefined) {
          const { status, headers } = typeof trouble === "number" ? { status: trouble, headers: {} } : trouble;
          const error = { message: "trouble", code: status * 100, statusCode: status, href: "" };
          response.writeHead(status, { "content-type": "application/json", ...headers });
          return response.end(JSON.stringify({ error }));
        }
        const url = new URL(request.url ?? "/", "http://stub");
        if (request.method === "POST" && url.pathname === "/messages") {
          response.writeHead(201, { "content-type": "application/json" });
          return response.end(JSON.stringify(this.answer ?? this.#publishBatch(Buffer.concat(chunks).toString())));
        }
        const channel = decodeURIComponent(/^\/channels\/([^/]+)\/messages$/.exec(url.pathname)?.[1] ?? "");
        if (request.method === "POST") {
          const answer = this.#publish(channel, JSON.parse(Buffer.concat(chunks).toString()));
          response.writeHead("error" in answer ? answer.error.statusCode : 201, { "content-type": "application/json" });
          return response.end(JSON.stringify(answer));
        }
        const { items, next } = this.#history(channel, url.searchParams);
        const link = next === undefined ? {} : { link: `<./messages?${next}>; rel="next"` };
        response.writeHead(200, { "content-type": "application/json", ...link });
        return response.end(JSON.stringify(items));
      });
    });
  }

  async start(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this.port;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What somebody subscribed to the channel has seen. */
  texts(channel = "chat:to-clients"): string[] {
    return this.published.filter((message) => message.channel === channel).map(({ data }) => data);
  }

  #publishBatch(body: string): unknown {
    const specs: { channels: string[]; messages: Sent[] }[] = JSON.parse(body);
    return specs.map(({ channels, messages }) => {
      const results = channels.map((channel) => ({ channel, ...this.#publish(channel, messages) }));
      const failureCount = results.filter((result) => "error" in result).length;
      return { successCount: results.length - failureCount, failureCount, results };
    });
  }

  #publish(channel: string, messages: readonly Sent[]) {
    const statusCode = messages.map(({ id }) => this.refused.get(id)).find((status) => status !== undefined);
    if (statusCode !== undefined) return { error: { message: "refused", code: statusCode * 100, statusCode } };
    for (const message of messages) {
      const key = `${channel}\n${message.id.replace(/:\d+$/, "")}`;
      if (Date.now() - (this.#ids.get(key) ?? 0) < 120_000) continue;
      this.#ids.set(key, Date.now());
      this.published.push({ ...message, channel, timestamp: Date.now() });
    }
    return { channel, messageId: messages[0]?.id, serials: messages.map(() => "s") };
  }

  #history(channel: string, query: URLSearchParams): { items: StubMessage[]; next: string | undefined } {
    const start = Number(query.get("start") ?? 0);
    const from = Number(query.get("from") ?? 0);
    const all = this.published.filter((message) => message.channel === channel && message.timestamp >= start);
    const to = from + this.pageSize;
    return { items: all.slice(from, to), next: to < all.length ? `start=${start}&from=${to}` : undefined };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
