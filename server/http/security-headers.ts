/** Headers that let the page run its own scripts and talk to its own broker or Ably, and nothing else. */
import type { RequestHandler } from "express";
import helmet from "helmet";
import type { Endpoint } from "../config.ts";

const ABLY_CLOUD = ["*.ably.net", "*.ably-realtime.com", "*.ably.io"].flatMap((host) => [
  `https://${host}`,
  `wss://${host}`,
]);

function sourcesOf(endpoint: Endpoint): string[] {
  const authority = endpoint.port === undefined ? endpoint.host : `${endpoint.host}:${endpoint.port}`;
  return endpoint.tls ? [`https://${authority}`, `wss://${authority}`] : [`http://${authority}`, `ws://${authority}`];
}

/** `connectTo`: the endpoint named by the configuration, Ably's cloud, or this server itself. */
export function securityHeaders(connectTo: Endpoint | "ably" | "self"): RequestHandler {
  const connections = connectTo === "ably" ? ABLY_CLOUD : connectTo === "self" ? [] : sourcesOf(connectTo);
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "manifest-src": ["'self'"],
        "connect-src": ["'self'", ...connections],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
      },
    },
    strictTransportSecurity: false, // whoever terminates TLS in front of this server decides
    referrerPolicy: { policy: "no-referrer" },
  });
}
