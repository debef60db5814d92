/** Flooders: what one visitor can do with a token, as fast as it can, until it is told to stop. */
import { WebSocket } from "ws";
import { ACTION, PRESENCE_ACTION } from "../../../server/broker/wire/actions.ts";

/** Where a flooder is, and what it has. */
export interface Ground {
  readonly port: number;
  readonly token: string;
  readonly room: string;
  readonly isOver: () => boolean;
}

export interface Attack {
  readonly name: string;
  /** Floods until it is over. */
  run(ground: Ground): Promise<void>;
}

/** A turn of the event loop, so that everybody in this process gets one. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function connect({ port, token }: Ground): Promise<WebSocket | undefined> {
  const query = new URLSearchParams({ v: "6", format: "json", access_token: token });
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?${query}`);
  socket.on("error", () => {});
  return new Promise((resolve) => {
    socket.once("message", () => resolve(socket));
    socket.once("close", () => resolve(undefined));
  });
}

/** Keeps so many connections open, and has each say something again and again. */
async function talk(ground: Ground, connections: number, say: (serial: number) => object): Promise<void> {
  const sockets = new Map<number, WebSocket>();
  let serial = 0;
  while (!ground.isOver()) {
    for (let at = 0; at < connections && !ground.isOver(); at++) {
      let socket = sockets.get(at);
      if (socket === undefined || socket.readyState !== WebSocket.OPEN) {
        socket = await connect(ground);
        if (socket === undefined) continue;
        sockets.set(at, socket);
      }
      socket.send(JSON.stringify(say(serial++)));
    }
    await turn();
  }
  for (const socket of sockets.values()) socket.terminate();
}

/** Asks something over HTTP again and again, several at a time. */
async function ask({ port, token, isOver }: Ground, request: (at: number) => [string, RequestInit]): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  for (let at = 0; !isOver(); at += 4) {
    const wave = [0, 1, 2, 3].map(async (more) => {
      const [path, init] = request(at + more);
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        headers: { ...headers, ...init.headers },
      });
      await answer.arrayBuffer();
    });
    await Promise.all(wave);
  }
}

const message = (room: string, msgSerial: number, count: number): object => ({
  action: ACTION.message,
  channel: room,
  msgSerial,
  messages: Array.from({ length: count }, () => ({ name: "message", data: "flood" })),
});

export const ATTACKS: readonly Attack[] = [
  {
    name: "ten connections that publish in the room",
    run: (ground) => talk(ground, 10, (n) => message(ground.room, n, 1)),
  },
  { name: "publishes of 1,000 messages", run: (ground) => talk(ground, 1, (n) => message(ground.room, n, 1000)) },
  {
    name: "connects and leaves",
    async run(ground) {
      while (!ground.isOver()) (await connect(ground))?.terminate();
    },
  },
  {
    name: "a room for each message",
    run: (ground) => ask(ground, (at) => [`/channels/spam-${at}/messages`, { method: "POST", body: '{"data":"d"}' }]),
  },
  {
    name: "garbage for token requests",
    run: (ground) =>
      ask(ground, () => [
        "/keys/flooded.root/requestToken",
        { method: "POST", body: '{"mac":"x","nonce":"0123456789abcdef"}' },
      ]),
  },
  {
    name: "reads history",
    run: (ground) => ask(ground, () => [`/channels/${ground.room}/messages`, { method: "GET" }]),
  },
  {
    name: "enters the room as many members",
    async run(ground) {
      const attach = { action: ACTION.attach, channel: ground.room };
      const enter = (msgSerial: number): object => ({
        action: ACTION.presence,
        channel: ground.room,
        msgSerial,
        presence: [{ action: PRESENCE_ACTION.enter }],
      });
      await talk(ground, 40, (n) => (n % 2 === 0 ? attach : enter(n)));
    },
  },
];
