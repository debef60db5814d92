/**
 * Stands in for Ably's Control API: the operations that the set-up uses, as strict about what it is sent as the published
 * description is (nothing unknown, nothing missing), and answering with the fields that it lists.
 * https://github.com/ably/docs/blob/main/static/open-specs/control-v1.yaml
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

const capability = z.record(z.string(), z.array(z.string()));
const KeyPost = z.strictObject({ name: z.string(), revocableTokens: z.boolean().nullable().optional(), capability });
const KeyPatch = KeyPost.partial();

const namespaceFields = {
  authenticated: z.boolean().default(false),
  persisted: z.boolean().default(false),
  persistLast: z.boolean().default(false),
  pushEnabled: z.boolean().default(false),
  batchingEnabled: z.boolean().default(false),
  batchingInterval: z.int().default(20),
  tlsOnly: z.boolean().default(false),
  mutableMessages: z.boolean().default(false),
};
const NamespacePost = z.strictObject({ id: z.string(), ...namespaceFields });
const NamespacePatch = z.strictObject(namespaceFields).partial();

const header = z.strictObject({ name: z.string(), value: z.string() });
const target = z.strictObject({
  url: z.string(),
  headers: z.array(header).optional(),
  signingKeyId: z.string().nullable().optional(),
  enveloped: z.boolean().nullable().optional(),
  format: z.enum(["json", "msgpack"]),
});
const source = z.strictObject({ channelFilter: z.string(), type: z.string() });
const RulePost = z.strictObject({
  status: z.string().default("enabled"),
  ruleType: z.literal("http"),
  requestMode: z.enum(["single", "batch"]),
  source,
  target,
});
const RulePatch = z.strictObject({
  status: z.string().optional(),
  ruleType: z.literal("http"),
  requestMode: z.enum(["single", "batch"]).optional(),
  source: source.partial().optional(),
  target: target.partial().optional(),
});

const KINDS = {
  keys: { post: KeyPost, patch: KeyPatch },
  namespaces: { post: NamespacePost, patch: NamespacePatch },
  rules: { post: RulePost, patch: RulePatch },
} as const;
type Kind = keyof typeof KINDS;

type Stored = Record<string, unknown> & { id: string };

export const TOKEN = "control-token";
export const APP = "app1";

export class ControlStandIn {
  readonly stored: Record<Kind, Stored[]> = { keys: [], namespaces: [], rules: [] };
  /** Method and path of every request that is not a GET. */
  readonly writes: string[] = [];
  readonly #server: Server;
  readonly #app: string;
  #count = 0;

  constructor(app = APP) {
    this.#app = app;
    this.#server = createServer(async (request, response) => {
      const { status, body } = await this.#answer(request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return problem(401, "Authentication failed");
    const [, version, apps, app, kind, id] = (request.url ?? "").split("/").map(decodeURIComponent);
    if (version !== "v1" || apps !== "apps" || app !== this.#app || !isKind(kind)) return problem(404, "App not found");
    if (request.method === "GET") return { status: 200, body: this.stored[kind] };
    this.writes.push(`${request.method} ${[kind, id].filter(Boolean).join("/")}`);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (request.method === "POST") return this.#create(kind, body);
    if (request.method === "PATCH") return this.#patch(kind, id ?? "", body);
    return problem(404, "no such operation");
  }

  #create(kind: Kind, body: unknown): { status: number; body: unknown } {
    const checked = KINDS[kind].post.safeParse(body);
    if (!checked.success) return problem(422, z.prettifyError(checked.error));
    this.#count += 1;
    const id = kind === "namespaces" && "id" in checked.data ? checked.data.id : `id${this.#count}`;
    const made = kind === "keys" ? { status: 0, key: `${this.#app}.${id}:secret${this.#count}` } : {};
    const stored = { appId: this.#app, created: 1, modified: 1, ...made, ...checked.data, id };
    this.stored[kind].push(stored);
    return { status: 201, body: stored };
  }

  #patch(kind: Kind, id: string, body: unknown): { status: number; body: unknown } {
    const checked = KINDS[kind].patch.safeParse(body);
    if (!checked.success) return problem(422, z.prettifyError(checked.error));
    const stored = this.stored[kind].find((other) => other.id === id);
    if (stored === undefined) return problem(404, "not found");
    Object.assign(stored, checked.data);
    return { status: 200, body: stored };
  }
}

const isKind = (kind: string | undefined): kind is Kind => kind !== undefined && Object.hasOwn(KINDS, kind);

const problem = (status: number, message: string) => ({
  status,
  body: { message, code: status * 100, statusCode: status, href: `https://help.ably.io/error/${status * 100}` },
});
