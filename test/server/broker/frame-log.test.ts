/** The frames of a connection as lines: complete, readable, without keys and tokens. */
import { PassThrough } from "node:stream";
import * as Ably from "ably";
import { afterEach, describe, expect, test } from "vitest";
import { type StartedBroker, startBroker } from "../../../server/broker/index.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function watched(): Promise<{ broker: StartedBroker; lines: string[] }> {
  const lines: string[] = [];
  const broker = await startBroker({ frames: true, log: (line) => lines.push(line) });
  ends.push(() => broker.stop());
  return { broker, lines };
}

function clientOf({ key, endpoint, port }: StartedBroker, options: Ably.ClientOptions = {}): Ably.Realtime {
  const client = new Ably.Realtime({ key, endpoint, port, tls: false, logLevel: 0, ...options });
  ends.push(() => client.close());
  return client;
}

describe.each([true, false])("with useBinaryProtocol: %s", (useBinaryProtocol) => {
  test("each frame is a line with its action and its fields", async () => {
    const { broker, lines } = await watched();
    const channel = clientOf(broker, { useBinaryProtocol }).channels.get("room");
    await channel.attach();
    await channel.publish("greeting", { hello: "world" });
    await channel.publish("bytes", Buffer.from("bytes"));
    const actions = lines.slice(1).map((line) => line.split(" ").slice(1, 3).join(" "));
    expect(actions.slice(0, 4)).toEqual(["<- CONNECTED", "-> ATTACH", "<- ATTACHED", "-> MESSAGE"]);
    expect(lines.join("\n")).toContain('"data":"{\\"hello\\":\\"world\\"}"');
    expect(lines.filter((line) => line.includes("<- ACK"))).toHaveLength(2);
  });

  test("keys and tokens are left out", async () => {
    const { broker, lines } = await watched();
    const rest = new Ably.Rest({ key: broker.key, endpoint: broker.endpoint, port: broker.port, tls: false });
    const { token } = await rest.auth.requestToken();
    const client = clientOf(broker, { useBinaryProtocol, key: "", token });
    await client.connection.whenState("connected");
    const renewed = await rest.auth.requestToken();
    await client.auth.authorize(undefined, { token: renewed.token });
    const said = lines.join("\n");
    expect(said).toContain("#1 -> AUTH ");
    expect(said).toMatch(/access_?token=…/i);
    for (const secret of [token, renewed.token, client.connection.key ?? "?", "secret"])
      expect(said).not.toContain(secret);
  });
});

test("a frame that comes in pieces, and one in fragments, is one line", async () => {
  const { createFrameLog } = await import("../../../server/broker/frame-log.ts");
  const lines: string[] = [];
  const stream = new PassThrough();
  const request = { url: "/?format=json&key=app.key:secret" } as Parameters<ReturnType<typeof createFrameLog>>[0];
  createFrameLog((line) => lines.push(line))(request, stream);
  const message = Buffer.from('{"action":15,"channel":"room"}');
  const masked = Buffer.from(message.map((byte, i) => byte ^ (i % 4)));
  const whole = Buffer.concat([Buffer.from([0x81, 0x80 | message.length, 0, 1, 2, 3]), masked]);
  for (const byte of whole) stream.emit("data", Buffer.from([byte]));
  const [head, tail] = [message.subarray(0, 10), message.subarray(10)];
  stream.emit("data", Buffer.concat([Buffer.from([0x01, head.length]), head, Buffer.from([0x89, 0x00])]));
  stream.emit("data", Buffer.concat([Buffer.from([0x80, tail.length]), tail]));
  const line = '#1 -> MESSAGE {"channel":"room"}';
  expect(lines).toEqual(["#1 connects with format=json key=…", line, line]);
});

test("a very long frame is cut, and says by how much", async () => {
  const { broker, lines } = await watched();
  const channel = clientOf(broker).channels.get("room");
  await channel.publish("long", "x".repeat(20_000));
  const line = lines.find((candidate) => candidate.includes("-> MESSAGE")) ?? "";
  expect(line.length).toBeLessThan(5_000);
  expect(line).toMatch(/… \(\d+ characters more\)$/);
});
