/** The network behind a rule, against real servers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../../server/broker/clock.ts";
import {
  createIntegrations,
  type IntegrationReport,
  type Integrations,
} from "../../../../server/broker/integrations/index.ts";
import { batchRule, message, singleRule } from "./harness.ts";

// The real client against a real endpoint on 127.0.0.1.

const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function start(url: string, rule = batchRule): { integrations: Integrations; reports: Promise<IntegrationReport> } {
  let seen: (report: IntegrationReport) => void = () => {};
  const reports = new Promise<IntegrationReport>((resolve) => {
    seen = resolve;
  });
  const integrations = createIntegrations({
    appId: "app",
    site: "local",
    rules: [{ ...rule, batchIntervalMs: 0, target: { ...rule.target, url } }],
    signingKey: () => undefined,
    clock: systemClock,
    random: Math.random,
    report: seen,
  });
  undo.unshift(() => integrations.close());
  return { integrations, reports };
}

describe("the client that posts", () => {
  test("sends method, path, headers and body", async () => {
    let arrived: (seen: string[]) => void = () => {};
    const request = new Promise<string[]>((resolve) => {
      arrived = resolve;
    });
    const server = createServer(async (incoming, response) => {
      const body = (await incoming.toArray()).join("");
      response.end("thanks");
      arrived([`${incoming.method} ${incoming.url}`, `${incoming.headers["content-type"]}`, body]);
    });
    const { integrations } = start(`${await listen(server)}/lambda?a=1`);
    integrations.channelEvent(message("one"));
    const [line, type, body] = await request;
    expect(line).toBe("POST /lambda?a=1");
    expect(type).toBe("application/json");
    expect(JSON.parse(body ?? "")).toMatchObject({ items: [{ webhookId: "moderate" }] });
  });

  test("keeps its connections for further requests", async () => {
    const sockets = new Set<unknown>();
    let done: () => void = () => {};
    const last = new Promise<void>((resolve) => {
      done = resolve;
    });
    let count = 0;
    const server = createServer((request, response) => {
      sockets.add(request.socket);
      response.end("thanks");
      count += 1;
      if (count === 20) done();
      else integrations.channelEvent(message(`${count}`));
    });
    const { integrations } = start(await listen(server));
    integrations.channelEvent(message("first"));
    await last;
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  test("follows no redirect", async () => {
    let others = 0;
    const elsewhere = await listen(createServer((_, response) => response.end(`${++others}`)));
    const server = createServer((_, response) => response.writeHead(302, { location: elsewhere }).end());
    const { integrations, reports } = start(await listen(server), singleRule);
    integrations.channelEvent(message("one"));
    expect((await reports).error.message).toBe("unable to post to rule moderate; statusCode = 302");
    expect(others).toBe(0);
  });

  test("takes the status of an answer that never ends", async () => {
    const server = createServer((_, response) => {
      response.writeHead(404);
      const pour = (): void => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", pour);
      pour();
    });
    const { integrations, reports } = start(await listen(server), singleRule);
    integrations.channelEvent(message("one"));
    expect((await reports).error.code).toBe(70002);
  });

  test("reports an endpoint that nobody listens on as 70001", async () => {
    const server = createServer();
    const url = await listen(server);
    await undo.pop()?.();
    const { integrations, reports } = start(url);
    integrations.channelEvent(message("one"));
    expect((await reports).error).toMatchObject({ code: 70001, statusCode: 503 });
  });

  test("is closed while a request is under way", async () => {
    let gone: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      gone = resolve;
    });
    let reached: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const server = createServer((request) => {
      request.socket.on("close", gone);
      reached();
    });
    const { integrations } = start(await listen(server));
    integrations.channelEvent(message("one"));
    await arrived;
    await integrations.close();
    await closed;
  });
});
