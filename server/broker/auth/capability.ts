/** Capabilities: which operations are allowed on which channels, in Ably's language. */
import { ok, type Result, refuse } from "../errors.ts";
import { isRecord } from "../wire/fields.ts";

/**
 * The capability language (https://ably.com/docs/auth/capabilities): resource -> operations. Pure. `*` stands for whole
 * `:`-separated segments: alone or at the end for one or more of them, inside for exactly one.
 */
export type Capability = ReadonlyMap<string, ReadonlySet<string>>;

export type Operation =
  | "subscribe"
  | "publish"
  | "presence"
  | "history"
  | "stats"
  | "channel-metadata"
  | "privileged-headers"
  | "annotation-subscribe"
  | "annotation-publish"
  | "message-update-own"
  | "message-update-any"
  | "message-delete-own"
  | "message-delete-any";

const OPERATIONS: ReadonlySet<string> = new Set([
  "*",
  "subscribe",
  "publish",
  "presence",
  "history",
  "stats",
  "channel-metadata",
  "push-subscribe",
  "push-admin",
  "privileged-headers",
  "object-subscribe",
  "object-publish",
  "annotation-subscribe",
  "annotation-publish",
  "message-update-own",
  "message-update-any",
  "message-delete-own",
  "message-delete-any",
]);

const MAX_RESOURCES = 1000;

/** Everything on ordinary channels; what the broker says about itself (`[meta]…`) takes `[*]*`. */
export const FULL_CAPABILITY: Capability = new Map([["*", new Set(["*"])]]);

/** Reads the JSON text of a token request or JWT, or the object of a key. */
export function parseCapability(value: unknown): Result<Capability> {
  let source = value;
  if (typeof value === "string") {
    try {
      source = JSON.parse(value);
    } catch {
      return refuse(40000, "unable to read the capability; it is not valid JSON");
    }
  }
  if (!isRecord(source)) return refuse(40000, "unable to read the capability; it is not an object");
  const entries = Object.entries(source);
  if (entries.length > MAX_RESOURCES)
    return refuse(40000, "unable to read the capability; it names too many resources");
  const capability = new Map<string, ReadonlySet<string>>();
  for (const [resource, operations] of entries) {
    const list = typeof operations === "string" ? [operations] : operations;
    if (!Array.isArray(list) || list.length === 0 || !list.every(isOperation)) {
      return refuse(40000, "unable to read the capability; a resource needs a list of known operations");
    }
    if (list.includes("*") && list.length > 1) {
      return refuse(40000, "unable to read the capability; * stands alone");
    }
    capability.set(resource, new Set(list));
  }
  return ok(capability);
}

const isOperation = (value: unknown): value is string => typeof value === "string" && OPERATIONS.has(value);

/** The canonical text: resources sorted, operations sorted, no blanks. */
export function capabilityText(capability: Capability): string {
  const sorted = [...capability].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = sorted.map(([resource, operations]) => {
    return `${JSON.stringify(resource)}:${JSON.stringify([...operations].sort())}`;
  });
  return `{${fields.join(",")}}`;
}

/** Whether `capability` allows `operation` on `channel`. */
export function allows(capability: Capability, operation: Operation, channel: string): boolean {
  for (const [resource, operations] of capability) {
    if ((operations.has("*") || operations.has(operation)) && covers(resource, channel)) return true;
  }
  return false;
}

/** Whether any resource at all carries `operation`. */
export function allowsAnywhere(capability: Capability, operation: Operation): boolean {
  for (const [, operations] of capability) if (operations.has("*") || operations.has(operation)) return true;
  return false;
}

/** What both allow: for each pair of resources the narrower one, with the operations they share. */
export function intersect(asked: Capability, held: Capability): Capability {
  const both = new Map<string, Set<string>>();
  for (const [askedResource, askedOperations] of asked) {
    for (const [heldResource, heldOperations] of held) {
      const resource = narrower(askedResource, heldResource);
      if (resource === undefined) continue;
      const shared = sharedOperations(askedOperations, heldOperations);
      if (shared.size === 0) continue;
      const known = both.get(resource);
      both.set(resource, known === undefined ? shared : new Set([...known, ...shared]));
    }
  }
  for (const [resource, operations] of both) if (operations.has("*")) both.set(resource, new Set(["*"]));
  return both;
}

function narrower(a: string, b: string): string | undefined {
  if (a === b || covers(b, a)) return a;
  return covers(a, b) ? b : undefined;
}

function sharedOperations(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  if (a.has("*")) return new Set(b);
  if (b.has("*")) return new Set(a);
  return new Set([...a].filter((operation) => b.has(operation)));
}

/** Whether `resource` covers `name`, which is a channel name or another resource. */
export function covers(resource: string, name: string): boolean {
  const [realm, pattern] = splitRealm(resource);
  const [nameRealm, rest] = splitRealm(name);
  if (realm !== "*" && realm !== nameRealm) return false;
  if (pattern === "*" || pattern === rest) return true;
  return coversSegments(pattern.split(":"), rest.split(":"));
}

function coversSegments(pattern: readonly string[], name: readonly string[]): boolean {
  const last = pattern.length - 1;
  const open = pattern[last] === "*";
  if (open ? name.length < pattern.length : name.length !== pattern.length) return false;
  return pattern.every((segment, at) => segment === "*" || segment === name[at]);
}

/** `[meta]log` is `log` in the realm `meta`; an ordinary name is in the realm of no name, `[*]*` in every one. */
function splitRealm(name: string): readonly [string, string] {
  if (!name.startsWith("[")) return ["", name];
  const match = /^\[([a-z]+|\*)\](.*)$/s.exec(name);
  return match === null ? ["", name] : [match[1] ?? "", match[2] ?? ""];
}
