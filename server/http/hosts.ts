/**
 * Which names in the `Host` header are answered. A page of another site can point its own name at this machine (DNS
 * rebinding) and then counts as our page to the browser; it gets nothing, because its name is not one of ours.
 */
import { isIP } from "node:net";
import type { RequestHandler } from "express";
import { LOOPBACK } from "../config.ts";
import { refuse } from "./errors.ts";
import type { Refusal } from "./refusals.ts";

export interface Hosts {
  /** What is wrong with a `Host` header; undefined when it is one of ours. */
  problemOf(host: string | undefined): (Refusal & { readonly status: number }) | undefined;
}

const EVERY_ADDRESS = /^(0\.0\.0\.0|::)$/;

/** Answers to the loopback names and to `names`: what the server listens on, and what the configuration adds. */
export function createHosts(names: readonly string[]): Hosts {
  const known = new Set([...LOOPBACK, ...names].map((name) => hostnameOf(bracketed(name)) ?? name));
  // A server that listens everywhere has every address of the machine; an address cannot be rebound, only a name.
  const takesAddresses = names.some((name) => EVERY_ADDRESS.test(name));
  /** The last header that was fine: the function and the SDK send the same one again and again. */
  let fine: string | undefined;
  return {
    problemOf(header) {
      if (header !== undefined && header === fine) return undefined;
      const name = hostnameOf(header ?? "");
      if (name === undefined) return { status: 400, code: "invalid_host", message: "The Host header names no host." };
      if (known.has(name) || (takesAddresses && isAddress(name))) {
        fine = header;
        return undefined;
      }
      const message = `This server does not answer to the name ${name}; ALLOWED_HOSTS lists those that it answers to.`;
      return { status: 403, code: "host_refused", message };
    },
  };
}

/** Refuses a request for another host before anything looks at it. */
export function knownHostsOnly(hosts: Hosts): RequestHandler {
  return (request, response, next) => {
    const problem = hosts.problemOf(request.headers.host);
    if (problem === undefined) next();
    else refuse(response, problem.status, problem);
  };
}

/** The name in `name:port`, in lower case and without a final dot, as browsers compare it. */
function hostnameOf(host: string): string | undefined {
  const url = `http://${host}`;
  if (!/^[^/?#@\\\s]+$/.test(host) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/\.$/, "");
}

const bracketed = (name: string): string => (isIP(name) === 6 ? `[${name}]` : name);

const isAddress = (name: string): boolean => isIP(name.replace(/^\[|\]$/g, "")) !== 0;
