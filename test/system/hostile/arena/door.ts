/** Knocks at the server's door: other sites, forged addresses, unsigned and garbled requests. */
import { request } from "node:http";
import { ADDRESS, type Attack } from "./attack.ts";
import { headersOf, type Passport, tokenRequest } from "./visit.ts";

interface Knock {
  readonly method?: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `fetch` does not let anybody choose a Host. */
function knock(origin: string, { method = "GET", path, headers, body = "" }: Knock): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, origin), { method, headers: { ...headers, "content-length": body.length } });
    sent.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function otherSites(origin: string, cookie: string): Promise<string[]> {
  const knocks: [string, Knock][] = [
    ["another Host", { path: "/auth", headers: { host: "evil.example" } }],
    ["another Host at the broker", { path: "/time", headers: { host: "evil.example" } }],
    ["another Host at the function", { method: "POST", path: "/lambda", headers: { host: "evil.example" } }],
    ["another Origin", { method: "POST", path: "/leave", headers: { cookie, origin: "http://evil.example" } }],
    ["another port", { method: "POST", path: "/leave", headers: { cookie, origin: "http://127.0.0.1:1" } }],
    ["a sibling domain", { method: "POST", path: "/leave", headers: { cookie, "sec-fetch-site": "same-site" } }],
    ["nobody's page", { method: "POST", path: "/auth?name=Mallory", headers: { cookie } }],
    ["a link on another site", { path: "/auth?name=Mallory", headers: { cookie, "sec-fetch-site": "cross-site" } }],
  ];
  const found: string[] = [];
  for (const [what, one] of knocks) {
    const status = await knock(origin, one);
    if (status < 400) found.push(`${what}: ${status}`);
  }
  return found;
}

/** An address that a visitor writes in front of what the proxy saw counts for nothing. */
async function forgedAddresses(origin: string): Promise<string[]> {
  const statuses: number[] = [];
  for (let count = 0; count < 400; count++) {
    const headers = { "x-forwarded-for": `192.0.2.${count % 250}, 203.0.113.99` };
    statuses.push(await knock(origin, { path: "/auth", headers }));
  }
  return statuses.includes(429) ? [] : ["400 token requests from one address in a minute, with forged ones before it"];
}

async function unsigned(origin: string): Promise<string[]> {
  const item = { data: { channelId: "chat:from-clients", messages: [{ id: "x", clientId: "Ann.abc", data: "hi" }] } };
  const body = JSON.stringify({ items: [{ source: "channel.message", ...item }] });
  const headers = [
    {},
    { "x-ably-key": "a.b", "x-ably-signature": "AAAA" },
    { "x-webhook-secret": "" },
    { "x-webhook-secret": "guess" },
  ];
  const found: string[] = [];
  for (const one of headers) {
    const status = await knock(origin, { method: "POST", path: "/lambda", body, headers: one });
    if (status !== 401) found.push(`unsigned request with ${JSON.stringify(one)}: ${status}`);
  }
  return found;
}

export const doorAttacks: readonly Attack[] = [
  {
    name: "other hosts and origins, forged addresses, no signature",
    async run({ origin }) {
      const passport: Passport = { address: ADDRESS };
      await tokenRequest(origin, passport);
      const { cookie = "" } = headersOf(passport);
      return [...(await otherSites(origin, cookie)), ...(await unsigned(origin)), ...(await forgedAddresses(origin))];
    },
  },
];
