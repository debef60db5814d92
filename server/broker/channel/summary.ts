/** The summary of one message's annotations: counts by type and name. */
import type { Limits } from "../limits.ts";
import { ANNOTATION_ACTION } from "../wire/actions.ts";
import type { Annotation } from "../wire/annotation.ts";

/**
 * What the annotations of one message come to. The end of an annotation's type says how it counts
 * (https://ably.com/docs/messages/annotations): `total.v1` counts annotations, `flag.v1` clients, `distinct.v1` clients
 * for each name, `unique.v1` the same with one name a client, `multiple.v1` adds up counts. Other types count nothing.
 */
export class Summary {
  readonly #limits: SummaryLimits;
  readonly #types = new Map<string, Map<string, Entry>>();
  #names = 0;
  #told: SummaryRecord | undefined;

  constructor(limits: SummaryLimits) {
    this.#limits = limits;
  }

  /** Whether there is room for the names that these annotations would add. */
  hasRoomFor(annotations: readonly Counted[]): boolean {
    const added = new Set<string>();
    for (const annotation of annotations) {
      const method = methodOf(annotation.type);
      if (method === undefined || annotation.action !== ANNOTATION_ACTION.create) continue;
      const name = nameOf(annotation, method);
      if (this.#types.get(annotation.type)?.has(name) !== true) added.add(JSON.stringify([annotation.type, name]));
    }
    return added.size === 0 || this.#names + added.size <= this.#limits.summaryNames;
  }

  /** Counts an annotation; answers whether that changed anything. */
  add(annotation: Annotation): boolean {
    const method = methodOf(annotation.type);
    if (method === undefined) return false;
    const created = annotation.action === ANNOTATION_ACTION.create;
    const changed = created ? this.#create(annotation, method) : this.#delete(annotation, method);
    if (changed) this.#told = undefined;
    return changed;
  }

  /** The summary by type, as subscribers get it; empty when nothing counts. The caller must not change it. */
  record(): SummaryRecord {
    this.#told ??= this.#tell();
    return this.#told;
  }

  #create(annotation: Annotation, method: Method): boolean {
    const { type, clientId } = annotation;
    const name = nameOf(annotation, method);
    if (method === "total") return this.#entry(type, name).add(undefined, 1);
    if (method === "multiple") return this.#entry(type, name).add(clientId, annotation.count ?? 1);
    if (clientId === undefined || this.#types.get(type)?.get(name)?.clients.has(clientId) === true) return false;
    if (method === "unique") this.#withdraw(type, clientId);
    return this.#entry(type, name).add(clientId, 1);
  }

  #delete(annotation: Annotation, method: Method): boolean {
    const { type, clientId } = annotation;
    const name = nameOf(annotation, method);
    if (method === "total") return this.#take(type, name, (entry) => entry.removeOne());
    if (clientId === undefined) return false; // nobody can take away what a client without an id added
    if (method === "unique" && annotation.name === undefined) return this.#withdraw(type, clientId);
    return this.#take(type, name, (entry) => entry.remove(clientId));
  }

  /** Takes a client from every name of a type. */
  #withdraw(type: string, clientId: string): boolean {
    let changed = false;
    for (const name of this.#types.get(type)?.keys() ?? []) {
      if (this.#take(type, name, (entry) => entry.remove(clientId))) changed = true;
    }
    return changed;
  }

  /** Takes something from an entry, and the entry away when nothing is left of it. */
  #take(type: string, name: string, take: (entry: Entry) => boolean): boolean {
    const names = this.#types.get(type);
    const entry = names?.get(name);
    if (names === undefined || entry === undefined || !take(entry)) return false;
    if (entry.total > 0) return true;
    names.delete(name);
    this.#names--;
    if (names.size === 0) this.#types.delete(type);
    return true;
  }

  #entry(type: string, name: string): Entry {
    let names = this.#types.get(type);
    if (names === undefined) {
      names = new Map();
      this.#types.set(type, names);
    }
    let entry = names.get(name);
    if (entry === undefined) {
      entry = new Entry();
      names.set(name, entry);
      this.#names++;
    }
    return entry;
  }

  #tell(): SummaryRecord {
    const { summaryClientIds, summaryBytes } = this.#limits;
    const share = { clientIds: summaryClientIds, bytes: summaryBytes / Math.max(1, this.#names) };
    return Object.fromEntries([...this.#types].map(([type, names]) => [type, typeRecord(type, names, share)]));
  }
}

/** How much of one message's summary is kept and told. */
export type SummaryLimits = Pick<Limits, "summaryNames" | "summaryClientIds" | "summaryBytes">;

/** The summary by type of annotation. Its keys come from clients. */
export type SummaryRecord = Readonly<Record<string, unknown>>;

/** What an annotation counts by. */
export type Counted = Pick<Annotation, "action" | "type" | "name">;

type Method = "total" | "flag" | "distinct" | "unique" | "multiple";

/** Whether annotations of this type need a client id to count. */
export function countsClients(type: string): boolean {
  const method = methodOf(type);
  return method === "flag" || method === "distinct" || method === "unique";
}

/** Whether this annotation needs a name to count. */
export function needsName({ action, type }: Counted): boolean {
  const method = methodOf(type);
  if (method === "unique") return action === ANNOTATION_ACTION.create; // a client has only one name to take away
  return method === "distinct" || method === "multiple";
}

const METHODS: ReadonlyMap<string, Method> = new Map(
  (["total", "flag", "distinct", "unique", "multiple"] as const).map((method) => [`${method}.v1`, method]),
);

/** How annotations of this type count: `reaction:distinct.v1` is distinct. */
function methodOf(type: string): Method | undefined {
  const colon = type.lastIndexOf(":");
  return colon > 0 ? METHODS.get(type.slice(colon + 1)) : undefined;
}

/** The name to count under: a total and a flag have but one count for the type. */
const nameOf = ({ name }: Counted, method: Method): string =>
  method === "total" || method === "flag" ? "" : (name ?? "");

/** One count: who contributed how much. */
class Entry {
  readonly clients = new Map<string, number>();
  unidentified = 0;
  total = 0;

  add(clientId: string | undefined, count: number): true {
    this.total += count;
    if (clientId === undefined) this.unidentified += count;
    else this.clients.set(clientId, (this.clients.get(clientId) ?? 0) + count);
    return true;
  }

  removeOne(): true {
    this.total--;
    this.unidentified--;
    return true;
  }

  remove(clientId: string): boolean {
    this.total -= this.clients.get(clientId) ?? 0;
    return this.clients.delete(clientId);
  }
}

/** How much of the clients each name may list. */
interface Share {
  readonly clientIds: number;
  readonly bytes: number;
}

function typeRecord(type: string, names: ReadonlyMap<string, Entry>, share: Share): unknown {
  const method = methodOf(type);
  const only = names.get("");
  if (method === "total") return { total: only?.total };
  if (method === "flag" && only !== undefined) return listRecord(only, share);
  const record = method === "multiple" ? countsRecord : listRecord;
  return Object.fromEntries([...names].map(([name, entry]) => [name, record(entry, share)]));
}

function listRecord({ clients, total }: Entry, share: Share): object {
  const listed = listedClients(clients, share);
  return { total, clientIds: listed.map(([clientId]) => clientId), clipped: listed.length < clients.size };
}

function countsRecord({ clients, total, unidentified }: Entry, share: Share): object {
  const listed = listedClients(clients, share);
  return {
    total,
    clientIds: Object.fromEntries(listed),
    totalUnidentified: unidentified,
    clipped: listed.length < clients.size,
    totalClientIds: clients.size,
  };
}

/** The first clients, as far as there is room for them. */
function listedClients(clients: ReadonlyMap<string, number>, { clientIds, bytes }: Share): [string, number][] {
  const listed: [string, number][] = [];
  let left = bytes;
  for (const [clientId, count] of clients) {
    left -= Buffer.byteLength(clientId);
    if (left < 0 || listed.length >= clientIds) break;
    listed.push([clientId, count]);
  }
  return listed;
}
