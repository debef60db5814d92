/** Attacks with connections: what one token can take of those that there are. */
import { WebSocket } from "ws";
import { ADDRESS, type Attack, atRate } from "./attack.ts";
import { type Passport, tokenFor, type Visit, visit } from "./visit.ts";

/** A connection without the SDK. */
function socketOf(origin: string, token: string): WebSocket {
  const { host } = new URL(origin);
  const socket = new WebSocket(`ws://${host}/?access_token=${encodeURIComponent(token)}&v=5&format=json`);
  socket.on("error", () => undefined);
  return socket;
}

export const connectionAttacks: readonly Attack[] = [
  {
    name: "one token that connects and leaves, 300 times a second",
    async run({ origin, ms }) {
      const token = await tokenFor(origin, { address: ADDRESS });
      await atRate(300, ms, () => {
        const socket = socketOf(origin, token);
        socket.once("message", () => socket.terminate());
      });
      return [];
    },
  },
  {
    name: "250 connections of one visitor, each a member",
    async run({ origin, ms }) {
      const passport: Passport = { address: ADDRESS };
      const visits: Visit[] = [await visit(origin, passport)];
      const start = performance.now();
      while (visits.length < 250 && performance.now() - start < ms) {
        const more = await Promise.all(
          Array.from({ length: 10 }, () => visit(origin, passport, 2_000).catch(() => undefined)),
        );
        for (const one of more) {
          if (one === undefined) continue;
          visits.push(one);
          one.outbound.presence.enter().catch(() => undefined);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms - (performance.now() - start))));
      for (const { close } of visits) close();
      return [];
    },
  },
  {
    name: "three visitors who come and go in the room, 45 times a second each",
    async run({ origin, ms }) {
      const passports = [1, 2, 3].map((number) => ({ address: `203.0.113.7${number}` }));
      const visits = await Promise.all(passports.map((passport) => visit(origin, passport)));
      await Promise.all(visits.map(({ outbound }) => outbound.attach()));
      let isIn = false;
      await atRate(45, ms, () => {
        isIn = !isIn;
        return Promise.allSettled(
          visits.map(({ outbound: { presence } }) => (isIn ? presence.enter() : presence.leave())),
        );
      });
      for (const { close } of visits) close();
      return [];
    },
  },
  {
    name: "twenty readers that never read",
    async run({ origin, ms }) {
      const token = await tokenFor(origin, { address: ADDRESS });
      const sockets = Array.from({ length: 20 }, () => socketOf(origin, token));
      for (const socket of sockets) {
        socket.once("open", () => {
          socket.send(JSON.stringify({ action: 10, channel: "chat:to-clients" }));
          socket.pause();
        });
      }
      const { inbound, close } = await visit(origin, { address: "203.0.113.67" });
      await atRate(10, ms, () => inbound.publish("message", "x".repeat(2_000)));
      for (const socket of sockets) socket.terminate();
      close();
      return [];
    },
  },
];
