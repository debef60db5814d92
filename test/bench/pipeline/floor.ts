/**
 * The floor of the moderated path: the same hops with nothing in them. A frame on a bare `ws` socket is posted, signed, to a
 * hook over HTTP; the hook checks the signature, replaces a word, and posts the message back over HTTP; that request
 * sends one shared buffer to each reader. It keeps no history, no order, no identity and nothing after a failure.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { type WebSocket, WebSocketServer } from "ws";
import { SUBSCRIBE } from "../broker/dialect.ts";

const SECRET = "secret";

/** Connections of each hop. */
const CONNECTIONS = 64;

const sign = (body: Buffer | string): string => createHmac("sha256", SECRET).update(body).digest("base64");

/** Starts the floor on a port of its own. */
export async function startFloor(): Promise<{ port: number }> {
  const readers = new Set<WebSocket>();
  // one for each hop: a hook that holds the last connection would wait for ever for one to publish on
  const agents = {
    "/hook": new Agent({ connections: CONNECTIONS, pipelining: 1 }),
    "/publish": new Agent({ connections: CONNECTIONS, pipelining: 1 }),
  };
  let origin = "";

  const post = async (path: keyof typeof agents, body: string): Promise<void> => {
    const headers = { "content-type": "application/json", "x-signature": sign(body) };
    const { body: answer } = await agents[path].request({ origin, path, method: "POST", headers, body });
    await answer.dump();
  };

  const hook = (body: Buffer): Promise<void> => {
    const { messages } = JSON.parse(body.toString());
    const moderated = messages.map((message: { data: string }) => ({
      ...message,
      data: message.data.replace(/\bpotato\b/gi, "******"),
    }));
    return post("/publish", JSON.stringify({ messages: moderated }));
  };

  const publish = async (body: Buffer): Promise<void> => {
    const { messages } = JSON.parse(body.toString());
    const frame = Buffer.from(JSON.stringify({ action: 15, channel: "chat:to-clients", messages }));
    for (const reader of readers) reader.send(frame, { binary: false });
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      if (request.headers["x-signature"] !== sign(body)) {
        response.writeHead(401).end();
        return;
      }
      await (request.url === "/hook" ? hook(body) : publish(body));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("close", () => readers.delete(socket));
    socket.on("message", (bytes: Buffer) => {
      const text = bytes.toString();
      if (text === SUBSCRIBE) {
        readers.add(socket);
        socket.send(SUBSCRIBE);
        return;
      }
      const { msgSerial, messages } = JSON.parse(text);
      socket.send(JSON.stringify({ action: 1, msgSerial, count: 1 }));
      void post("/hook", JSON.stringify({ messages }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  return { port };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
