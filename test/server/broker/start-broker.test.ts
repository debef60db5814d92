/** `startBroker`: what other people's tests start, and the sentences for what a newcomer gets wrong. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import * as Ably from "ably";
import { SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Clock } from "../../../server/broker/clock.ts";
import { type StartBrokerOptions, type StartedBroker, startBroker as start } from "../../../server/broker/index.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startBroker(options: StartBrokerOptions = {}): Promise<StartedBroker & { readonly said: string[] }> {
  const said: string[] = [];
  const broker = await start({ log: (line) => said.push(line), ...options });
  ends.push(() => broker.stop());
  return { ...broker, said };
}

function clientOf({ key, endpoint, port }: StartedBroker, options: Ably.ClientOptions = {}): Ably.Realtime {
  const client = new Ably.Realtime({ key, endpoint, port, tls: false, logLevel: 0, ...options });
  ends.push(() => client.close());
  return client;
}

const failureOf = async (client: Ably.Realtime): Promise<Ably.ErrorInfo | undefined> =>
  (await client.connection.whenState("failed"))?.reason;

const stoppedAt = (now: number): Clock => ({ now: () => now, after: () => () => {} });

describe("a started broker", () => {
  test("is used by the SDK with its endpoint, port and key", async () => {
    const client = clientOf(await startBroker());
    const channel = client.channels.get("room");
    await channel.attach();
    const heard = new Promise<Ably.InboundMessage>((resolve) => void channel.subscribe(resolve));
    await channel.publish("greeting", { hello: "world" });
    expect((await heard).data).toEqual({ hello: "world" });
  });

  test("takes the key that it is given", async () => {
    const broker = await startBroker({ key: "mine.root:very-secret" });
    expect(broker.key).toBe("mine.root:very-secret");
    const rest = new Ably.Rest({ key: broker.key, endpoint: broker.endpoint, port: broker.port, tls: false });
    expect(await rest.time()).toBeGreaterThan(0);
    await clientOf(broker).connection.whenState("connected");
  });

  test("has a key for every channel, channels about channels included", async () => {
    const client = clientOf(await startBroker());
    await client.channels.get("[meta]log").attach();
    expect(client.channels.get("[meta]log").state).toBe("attached");
  });

  test("stands beside another one, each with channels of its own", async () => {
    const [one, two] = [await startBroker(), await startBroker()];
    expect(one.port).not.toBe(two.port);
    await clientOf(one).channels.get("room").publish("only", "here");
    const elsewhere = await clientOf(two).channels.get("room").history();
    expect(elsewhere.items).toEqual([]);
  });

  test("posts what its rules say", async () => {
    const receiver = createServer();
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    ends.push(() => receiver.close());
    const address = receiver.address();
    const port = typeof address === "object" ? address?.port : 0;
    const broker = await startBroker({
      rules: [
        {
          id: "hook",
          requestMode: "single",
          source: { type: "channel.message", channelFilter: "^orders$" },
          target: { url: `http://127.0.0.1:${port}/`, format: "json" },
        },
      ],
    });
    const request = once(receiver, "request");
    await clientOf(broker).channels.get("orders").publish("order", "one");
    const [incoming, response] = await request;
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    response.end();
    expect(JSON.parse(body)).toMatchObject({ channel: "orders", messages: [{ name: "order", data: "one" }] });
  });

  test("lets messages be changed where a channel rule says so", async () => {
    const broker = await startBroker({ namespaces: [{ id: "notes", mutableMessages: true }] });
    const channel = clientOf(broker).channels.get("notes:one");
    const { serials } = await channel.publish("note", "first");
    await channel.updateMessage({ serial: serials[0] ?? "", data: "second" } as Ably.Message);
    const [latest] = (await channel.history()).items;
    expect(latest?.data).toBe("second");
  });

  test("lets one client use up a channel's rate, as Ably does", async () => {
    const broker = await startBroker({ clock: stoppedAt(0) });
    const channel = clientOf(broker, { clientId: "ann" }).channels.get("room");
    const messages = Array.from({ length: 50 }, (_, index) => ({ name: `message ${index}` }));
    await channel.publish(messages);
    expect((await channel.history()).items).toHaveLength(50);
  });

  test.each([
    ["http://localhost:5173", "true"],
    ["https://elsewhere.example", null],
  ])("lets pages of this machine use the SDK: from %s credentials are %s", async (origin, credentials) => {
    const { url } = await startBroker();
    const { headers } = await fetch(`${url}/time`, { headers: { origin } });
    expect(headers.get("access-control-allow-credentials")).toBe(credentials);
  });

  test("sees the time of the clock that it is given", async () => {
    const { url } = await startBroker({ clock: stoppedAt(1_234_567_890_123) });
    expect(await (await fetch(`${url}/time`)).json()).toEqual([1_234_567_890_123]);
  });

  test("frees its port and sends everybody away when it stops", async () => {
    const broker = await startBroker();
    const client = clientOf(broker);
    await client.connection.whenState("connected");
    const lost = client.connection.whenState("disconnected");
    await broker.stop();
    await broker.stop();
    await lost;
    await expect(fetch(`${broker.url}/time`)).rejects.toThrow("fetch failed");
    const next = await startBroker({ port: broker.port });
    expect(next.port).toBe(broker.port);
  });
});

describe("what a newcomer gets wrong is answered with what to set", () => {
  test("a client that speaks TLS", async () => {
    const { said, ...broker } = await startBroker();
    const client = clientOf(broker, { tls: true, tlsPort: broker.port });
    await client.connection.whenState("disconnected");
    expect(said).toEqual([
      "A client spoke TLS to the broker, whose port is a plain one. Set tls: false in the client's options.",
    ]);
  });

  test("a client that connects elsewhere, to another port or to Ably's cloud", async () => {
    const { port, said, stop } = await startBroker();
    await stop();
    expect(said).toEqual([
      `Nobody connected to the broker on port ${port}. A client needs endpoint: "127.0.0.1", port: ${port} and tls: false in its options, and the broker's key. Without endpoint it calls Ably's cloud, and without tls: false port 443.`,
    ]);
  });

  test.each([
    ["another secret", "app.key:other"],
    ["another key", "app.other:secret"],
    ["another app", "other.key:secret"],
  ])("%s", async (_what, key) => {
    const reason = await failureOf(clientOf(await startBroker(), { key }));
    expect(reason?.code).toBe(40101);
    expect(reason?.message).toContain("set the client's key to one that the broker was started with");
  });

  test("tokens signed with the key of another app", async () => {
    const { endpoint, port } = await startBroker();
    const unsigned = { "x-ably-capability": '{"*":["*"]}' };
    const token = await new SignJWT(unsigned)
      .setProtectedHeader({ alg: "HS256", kid: "other.key" })
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode("secret"));
    const options = { token, endpoint, port, tls: false, logLevel: 0 };
    const client = new Ably.Realtime(options);
    ends.push(() => client.close());
    const reason = await failureOf(client);
    expect(reason?.message).toContain("there is no such app: sign tokens with a key that the broker was started with");
    await expect(new Ably.Rest(options).channels.get("room").history()).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringContaining("sign tokens with a key that the broker was started with"),
    });
  });

  test("no credentials at all", async () => {
    const { url } = await startBroker();
    const answer = await fetch(`${url}/channels/room/messages`);
    expect(await answer.text()).toContain("set key, or a token, in the client's options");
  });

  test("a client of an old protocol", async () => {
    const { port } = await startBroker();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?key=app.key:secret&v=1.2`);
    const [frame] = await once(socket, "message");
    expect(String(frame)).toContain("use version 2 of the client, such as ably 2");
    await once(socket, "close");
  });

  test("a REST client of another key, app or secret", async () => {
    const { endpoint, port } = await startBroker();
    for (const key of ["app.key:other", "app.other:secret", "other.key:secret"]) {
      const rest = new Ably.Rest({ key, endpoint, port, tls: false, logLevel: 0 });
      for (const call of [() => rest.channels.get("room").publish("a", "b"), () => rest.auth.requestToken()]) {
        await expect(call()).rejects.toThrow("set the client's key to one that the broker was started with");
      }
    }
  });

  test("a key without its secret, at the start", async () => {
    await expect(start({ key: "app.key" })).rejects.toThrow("set key to a whole key, app.id:secret");
  });

  test("a port that is taken", async () => {
    const { port } = await startBroker();
    await expect(start({ port })).rejects.toThrow(`port ${port} is in use: set another port, or 0 for any free one`);
  });

  test("a host that is not this machine's", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toThrow("set it to 127.0.0.1");
  });

  test("a rule that cannot be one", async () => {
    const rule = {
      id: "hook",
      requestMode: "single",
      source: { type: "channel.message", channelFilter: "(" },
    } as const;
    const target = { url: "nowhere", format: "json" } as const;
    await expect(start({ rules: [{ ...rule, target }] })).rejects.toThrow("target.url is not an http or https URL");
  });

  test("a browser that looks at the address", async () => {
    const { url, port } = await startBroker();
    expect(await (await fetch(url)).text()).toContain(`endpoint: "127.0.0.1", port: ${port} and tls: false`);
  });
});

test("a client that says nothing at all does not keep it from stopping", async () => {
  const broker = await startBroker();
  const socket = connect(broker.port, broker.endpoint);
  await once(socket, "connect");
  const closed = once(socket, "close");
  await broker.stop();
  await closed;
});
