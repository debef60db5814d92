/** Texts, names and rooms that must not be shown as they are. */
import { ADDRESS, type Attack } from "./attack.ts";
import { headersOf, type Visit, visit } from "./visit.ts";

interface Trick {
  readonly what: string;
  readonly message: object;
  /** What is wrong with what was shown; undefined: nothing. */
  readonly problemOf?: (shown: string) => string | undefined;
}

const REORDERS = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/;

const TRICKS: readonly Trick[] = [
  { what: "invisible characters alone", message: { data: "\u200b\u2060\ufeff\u00ad" }, problemOf: () => "was shown" },
  {
    what: "U+202E",
    message: { data: "\u202eotatop\u202c" },
    problemOf: (shown) => (REORDERS.test(shown) ? "kept what turns text round" : undefined),
  },
  { what: "a banned word behind U+202E", message: { data: "p\u202eo\u202ct\u2066a\u2069to" }, problemOf: bare },
  { what: "an ephemeral message", message: { data: "a potato", extras: { ephemeral: true } }, problemOf: bare },
  { what: "an object with a text", message: { data: { text: "a potato", html: "potato" } }, problemOf: bare },
  { what: "a banned event name", message: { name: "potato", data: "fine" }, problemOf: bare },
];

function bare(shown: string): string | undefined {
  return /potato/i.test(shown.replace(/[^\p{L}]/gu, "")) ? "showed a banned word" : undefined;
}

/** Every message gets a fate in this time: a copy or a notice. */
const PATIENCE_MS = 6_000;

/** Publishes and waits for the copy, or for the notice instead of one. */
async function fateOf({ inbound, outbound, notices }: Visit, id: string, trick: Trick): Promise<string | undefined> {
  const shown = new Promise<string>((resolve) => {
    void outbound.subscribe((message) => {
      if (message.extras?.headers?.["source-id"] === id) resolve(JSON.stringify([message.name, message.data]));
    });
  });
  const told = new Promise<undefined>((resolve) => {
    void notices.subscribe(({ data }) => {
      const notice = typeof data === "string" ? JSON.parse(data) : data;
      if ([notice["source-id"], ...(notice.also ?? [])].includes(id)) resolve(undefined);
    });
  });
  const nothing = new Promise<string>((resolve) => setTimeout(() => resolve(""), PATIENCE_MS));
  await Promise.all([outbound.attach(), notices.attach()]);
  try {
    await inbound.publish({ id, name: "message", ...trick.message });
  } catch {
    return undefined;
  }
  const fate = await Promise.race([shown, told, nothing]);
  if (fate === undefined) return undefined;
  if (fate === "") return `${trick.what}: neither shown nor told`;
  const problem = trick.problemOf?.(fate);
  return problem === undefined ? undefined : `${trick.what}: ${problem}`;
}

export const textAttacks: readonly Attack[] = [
  {
    name: "texts that hide or turn round what they say",
    async run({ origin }) {
      const visited = await visit(origin, { address: ADDRESS });
      const found = await Promise.all(TRICKS.map((trick, index) => fateOf(visited, `trick-${index}`, trick)));
      visited.close();
      return found.filter((problem) => problem !== undefined);
    },
  },
  {
    name: "names of the house, names that turn round, rooms with a banned name",
    async run({ origin }) {
      const names = ["Admin", "Moderator", "System", "You", "\u0410dmin", "M0derator", "po\u200btato", "\u202enimdA"];
      const asked = [
        ...names.map((name) => `/auth?name=${encodeURIComponent(name)}`),
        ...["potato", "p0tato", "po-ta-to"].map((room) => `/auth?room=${room}`),
      ];
      const found: string[] = [];
      for (const path of asked) {
        const response = await fetch(`${origin}${path}`, { headers: headersOf({ address: ADDRESS }) });
        await response.arrayBuffer();
        if (response.ok) found.push(`${decodeURIComponent(path)} was given`);
      }
      return found;
    },
  },
];
