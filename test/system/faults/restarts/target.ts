/** What the rules post to: it notes what it took, and fails now and then. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "../random.ts";

const FAILURES = 0.1;

export class Target {
  /** How often each text was taken, by rule. */
  readonly taken: Readonly<Record<string, Map<string, number>>> = { batch: new Map(), single: new Map() };
  readonly #server;

  constructor(random: Random) {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += String(part);
      const fails = random.chance(FAILURES);
      if (!fails) this.#take(request.url?.slice(1) ?? "", JSON.parse(body));
      response.writeHead(fails ? 500 : 200).end();
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(rule: string, body: { items?: { data: Envelope }[] } & Envelope): void {
    const taken = this.taken[rule];
    for (const { messages } of body.items?.map(({ data }) => data) ?? [body]) {
      for (const { data } of messages) taken?.set(data, (taken.get(data) ?? 0) + 1);
    }
  }
}

interface Envelope {
  readonly messages: readonly { readonly data: string }[];
}
