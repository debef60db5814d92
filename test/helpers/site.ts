/** A site of somebody else, on a port of its own: whatever is asked, it shows one page. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export async function startSite(page: () => string): Promise<Site> {
  const server = createServer((_request, response) => response.setHeader("content-type", "text/html").end(page()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
