/** Headers that let the page run its own scripts and talk to its own broker or Ably, and nothing else. */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler } from "express";
import helmet from "helmet";
import type { Endpoint } from "../config.ts";
import { isEmbedded } from "../identity/browser-cookie.ts";

const ABLY_CLOUD = ["*.ably.net", "*.ably-realtime.com", "*.ably.io"].flatMap((host) => [
  `https://${host}`,
  `wss://${host}`,
]);

/** The page asks the browser for none of its devices, nor may anything that gets into it. */
const NO_PERMISSIONS = [
  "camera",
  "microphone",
  "geolocation",
  "payment",
  "usb",
  "serial",
  "hid",
  "midi",
  "browsing-topics",
]
  .map((feature) => `${feature}=()`)
  .join(", ");
/** Half a year of TLS only, for this host alone: what stands on its subdomains is not ours to decide. */
const HSTS = "max-age=15552000";

function sourcesOf(endpoint: Endpoint): string[] {
  const authority = endpoint.port === undefined ? endpoint.host : `${endpoint.host}:${endpoint.port}`;
  return endpoint.tls ? [`https://${authority}`, `wss://${authority}`] : [`http://${authority}`, `ws://${authority}`];
}

/** The desk's templates are made by lit-html, which makes one policy of its own name. */
const trustedTypes = ({ url = "" }: IncomingMessage): string => (/^\/moderate(\?|$)/.test(url) ? "lit-html" : "'none'");

/** The chat as another site shows it: one room, in the address that says so, and nothing else of ours. */
const isFrame = (request: Request): boolean => /^\/r\/[^/]+$/.test(request.path) && isEmbedded(request);

/** What a document names; it asks for no devices of its own. */
const ASSET = /^\/assets\//;
const WINDOW = /^\/(sign-in(\/return)?|signed-in)$/;

/** `connectTo`: the endpoint named by the configuration, Ably's cloud, or this server itself. */
export function securityHeaders(
  connectTo: Endpoint | "ably" | "self",
  embedOrigins: readonly string[],
): RequestHandler {
  const connections = connectTo === "ably" ? ABLY_CLOUD : connectTo === "self" ? [] : sourcesOf(connectTo);
  const helmeted = helmet({
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
        "frame-ancestors": [(request) => (isFrame(request as Request) ? embedOrigins.join(" ") : "'none'")],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [trustedTypes],
      },
    },
    strictTransportSecurity: false, // only behind TLS, below
    referrerPolicy: { policy: "no-referrer" },
    // For browsers that are gone, and for Flash: bytes with every file.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  return (request, response, next) => {
    if (!ASSET.test(request.path)) response.set("Permissions-Policy", NO_PERMISSIONS);
    if (request.secure) response.set("Strict-Transport-Security", HSTS);
    helmeted(request, response, (error?: unknown) => {
      if (isFrame(request)) response.removeHeader("X-Frame-Options");
      // A window that signs in for a frame has to be able to tell it so.
      if (WINDOW.test(request.path)) response.removeHeader("Cross-Origin-Opener-Policy");
      next(error);
    });
  };
}
