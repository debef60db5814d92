/** A TCP proxy that can cut every connection that runs through it. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** How many connections ran through it so far. */
  readonly accepted: number;
  /** Cuts all connections without a word, as a failing network does. */
  drop(): void;
  /** Lets nobody through until told otherwise, as no network does. */
  refuse(flag: boolean): void;
  /** Leads to another port from now on. */
  retarget(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let targetPort = target;
  let refusing = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((downstream) => {
    if (refusing) {
      downstream.destroy();
      return;
    }
    accepted++;
    const upstream = connect(targetPort, "127.0.0.1");
    keep(downstream);
    keep(upstream);
    downstream.pipe(upstream).pipe(downstream);
    downstream.on("close", () => upstream.destroy());
    upstream.on("close", () => downstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    drop,
    refuse(flag) {
      refusing = flag;
      if (flag) drop();
    },
    retarget(port) {
      targetPort = port;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      drop();
      await closed;
    },
  };
}
