/** Raw TCP clients: they send what they like, read or do not read, and remember everything they were told. */
import { createConnection, type Socket } from "node:net";

/** What attackers were told, searched as it arrives for words they must never see. */
export interface Ear {
  /** Words that were heard although they are private. */
  readonly leaks: string[];
  /** First lines of HTTP answers, counted. */
  readonly statuses: Map<string, number>;
  bytes: number;
}

/** An ear that listens for these words, as text and as base64. */
export function createEar(secrets: readonly string[]): Ear & { hear(chunk: Buffer, carried: string): string } {
  const wanted = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString("base64").slice(0, -4)]);
  const longest = Math.max(...wanted.map((word) => word.length));
  const ear = {
    leaks: [] as string[],
    statuses: new Map<string, number>(),
    bytes: 0,
    hear(chunk: Buffer, carried: string): string {
      ear.bytes += chunk.length;
      const text = carried + chunk.toString("latin1");
      for (const word of wanted) if (text.includes(word)) ear.leaks.push(word);
      return text.slice(-longest);
    },
  };
  return ear;
}

/** One attacking connection. */
export interface Attacker {
  readonly socket: Socket;
  readonly closed: Promise<void>;
}

/** Opens a connection and sends `first`; everything that comes back goes into the ear. */
export function attack(
  port: number,
  ear: ReturnType<typeof createEar>,
  first: Buffer | string,
  { reads = true }: { reads?: boolean } = {},
): Attacker {
  const socket = createConnection({ port, host: "127.0.0.1", allowHalfOpen: true });
  let carried = "";
  let started = false;
  socket.on("error", () => {});
  socket.on("end", () => socket.end());
  socket.on("data", (chunk) => {
    if (!started) {
      started = true;
      const line = /^HTTP\/1\.1 (\d{3})/.exec(chunk.toString("latin1", 0, 20))?.[1] ?? "other";
      ear.statuses.set(line, (ear.statuses.get(line) ?? 0) + 1);
    }
    carried = ear.hear(chunk, carried);
  });
  if (!reads) socket.pause();
  socket.write(first);
  return { socket, closed: new Promise((resolve) => socket.on("close", () => resolve())) };
}

/** The request that upgrades to a WebSocket. */
export function upgradeRequest(query: string): string {
  return (
    `GET /?${query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
  );
}
