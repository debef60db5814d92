/**
 * Which proxies are believed about the visitor. `X-Forwarded-For` is read from its right end: the visitor is the first
 * address that no trusted proxy has, so what a visitor writes in front of it counts for nothing.
 */
import type { IncomingMessage } from "node:http";
import type { Express, Request } from "express";
import proxyaddr from "proxy-addr";
import type { Log } from "../log.ts";

/** The proxies that are believed when none is named: a tunnel or a TLS proxy on this machine. */
const LOOPBACK = ["loopback"];

/** `named`: the proxies of the configuration (`proxy-addr` notation). */
export function trustProxies(app: Express, named: readonly string[] | undefined, log: Log): void {
  app.set("trust proxy", named ?? LOOPBACK);
  let told = false;
  app.use((request, _response, next) => {
    if (!told && request.headers["x-forwarded-for"] !== undefined && !isSure(request, named)) {
      told = true;
      const remedy = "set TRUST_PROXY to the proxy's address, or all its visitors count as one";
      log.error("proxy.not_named", { address: request.socket.remoteAddress, remedy });
    }
    next();
  });
}

/**
 * The address that a limit counts. Anybody on this machine can write the header of a proxy, so unless the configuration
 * names a proxy, what counts is who really connected.
 */
export function countedAddress(request: Request, named: readonly string[] | undefined): string {
  const address = named === undefined ? request.socket.remoteAddress : request.ip;
  return address ?? "";
}

/** The same for the embedded broker, whose requests and upgrades do not come through Express. */
export function createAddressOf(named: readonly string[] | undefined): (request: IncomingMessage) => string {
  const isTrusted = named === undefined ? () => false : proxyaddr.compile([...named]);
  return (request) => (request.socket.remoteAddress === undefined ? "" : proxyaddr(request, isTrusted));
}

/** Whether the address that the limit counts is the one that the header tells. */
const isSure = (request: Request, named: readonly string[] | undefined): boolean =>
  named !== undefined && request.ip !== request.socket.remoteAddress;
