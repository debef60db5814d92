/** Balances what moderators and visitors did against what became of it: in force, told, and in the audit once. */
import { outgoingId } from "../../../../lambda/decide/outgoing.ts";
import { isRemoved, type StoredMessage } from "../../../../lambda/desk/desk-ably.ts";
import type { Moderation } from "../../../../lambda/moderation-in-force.ts";
import type { AuditEntry } from "../../../../lambda/store/audit.ts";
import type { Case } from "../../../../lambda/store/cases.ts";
import type { Store } from "../../../../lambda/store/store.ts";
import type { StoredMessages } from "../../../lambda/helpers/stored-messages.ts";
import { ACCUSED, type Act } from "./acts.ts";
import type { Said } from "./crowd.ts";

export interface DeskBooks {
  readonly acts: readonly Act[];
  readonly said: readonly Said[];
  readonly cases: readonly Case[];
  /** The whole audit. */
  readonly lines: readonly AuditEntry[];
  readonly stored: StoredMessages;
  /** The codes that each sender was told, by the sender's own id of the message. */
  readonly told: ReadonlyMap<string, ReadonlySet<string>>;
  readonly store: Store;
  /** As a process knows it that was there all the time. */
  readonly moderation: Moderation;
}

/** Everything must be 0. */
export interface DeskFigures {
  /** Done, and not in force: a message that is still there, a mute that is none, an appeal that nobody has. */
  readonly notApplied: number;
  /** Authors who do not know that a message was removed, or what became of an appeal. */
  readonly notTold: number;
  readonly unaudited: number;
  /** Lines of the audit about what nobody did, or did once and is there twice. */
  readonly auditedTwice: number;
}

/** What each kind of act is called in the audit; visitors' are not in it. */
const LINES = { remove: "remove", mute: "mute", lift: "lift", policy: "save-policy" } as const;

export async function countDesk(books: DeskBooks): Promise<DeskFigures> {
  const { acts, lines, cases } = books;
  const linesOf = ({ kind, reason }: Act) =>
    kind in LINES
      ? lines.filter((line) => line.did === LINES[kind as keyof typeof LINES] && line.reason === reason)
      : [];
  const audited = acts.filter(({ kind }) => kind in LINES);
  const ofCase = ({ id, outcome }: Case) =>
    lines.filter(({ did, subject }) => did === outcome && subject === id).length;
  const removed = lines.filter(({ did }) => did === "remove");
  return {
    notApplied:
      [
        ...removed.filter((line) => !isGone(line, books)),
        ...acts.filter((act) => act.outcome === "done" && !isThere(act, books)),
        ...cases.filter((one) => isApprovedAppeal(one) && !isShown(one, books, removed)),
      ].length + (await notInForce(books)),
    notTold: [
      ...removed.filter(({ author = "", subject }) => !isTold(sourceOf(author, subject, books), "removed", books)),
      ...cases.filter(({ kind, outcome = "", message }) => {
        return kind === "appealed" && /^(approved|denied)$/.test(outcome) && !isTold(message.sourceId, outcome, books);
      }),
    ].length,
    unaudited:
      audited.filter((act) => act.outcome === "done" && linesOf(act).length === 0 && !isJoined(act, removed)).length +
      cases.filter((one) => ofCase(one) === 0).length +
      messagesOf(books).filter((one) => isRemoved(one) && !removed.some(({ subject }) => subject === one.id)).length +
      (await changesWithoutLines(books)),
    auditedTwice:
      audited.filter((act) => linesOf(act).length > (act.outcome === "refused" ? 0 : act.times)).length +
      cases.filter((one) => ofCase(one) > 1).length,
  };
}

/** Is it a removal that went on with what another moderator had begun? The line is that one's. */
const isJoined = ({ kind, subject }: Act, removed: readonly AuditEntry[]): boolean =>
  kind === "remove" && removed.some((line) => line.subject === subject);

const CHANNELS = ["chat:to-clients", "chat:to-clients:garden", "chat:to-clients:attic"];

const messagesOf = ({ stored }: DeskBooks): StoredMessage[] => CHANNELS.flatMap((channel) => stored.on(channel));

const isApprovedAppeal = ({ kind, outcome }: Case): boolean => kind === "appealed" && outcome === "approved";

/** Is a removed message gone? An appeal may have brought it back. */
function isGone({ subject }: AuditEntry, books: DeskBooks): boolean {
  const isBack = books.cases.some((one) => isApprovedAppeal(one) && one.message.id === subject);
  return isBack || messagesOf(books).some((stored) => stored.id === subject && isRemoved(stored));
}

/** Is what an approved appeal was about shown as it was approved? It may have been removed again, before or after. */
function isShown({ message, result }: Case, books: DeskBooks, removed: readonly AuditEntry[]): boolean {
  if (removed.some(({ subject }) => subject === message.id)) return true;
  return messagesOf(books).filter(({ id, data }) => id === message.id && data === result).length === 1;
}

/** Is what a visitor did in the store, once? */
function isThere({ kind, reason, subject }: Act, { cases }: DeskBooks): boolean {
  if (kind === "report") {
    const about = cases.filter((one) => one.kind === "reported" && one.message.id === subject);
    return about.flatMap(({ reports = [] }) => reports).filter(({ person }) => person === reason).length === 1;
  }
  if (kind !== "appeal") return true;
  return cases.filter((one) => one.kind === "appealed" && one.message.sourceId === subject).length === 1;
}

/** What the newest line of the audit says, and is not so: of each accused person, and of the policy. */
async function notInForce({ lines, store, moderation }: DeskBooks): Promise<number> {
  const inForce = await moderation.read();
  let wrong = 0;
  for (const person of ACCUSED) {
    const [newest] = lines.filter((line) => line.person === person && (line.did === "mute" || line.did === "lift"));
    const sanction = await store.sanctions.of(person);
    const known = inForce?.sanctionOf(person);
    const isMuted = newest?.did === "mute";
    if (isMuted !== (sanction?.kind === "mute") || isMuted !== (known?.kind === "mute")) wrong += 1;
  }
  const [version] = await store.policies.since(0, 1);
  const saved = lines.find(({ did, subject }) => did === "save-policy" && subject === `policy ${version?.version}`);
  if (saved === undefined || saved.reason !== version?.reason || inForce?.policy.version !== version.version)
    wrong += 1;
  return wrong;
}

/** Changes have numbers without gaps, so their count says how many lines there should be. */
async function changesWithoutLines({ lines, store }: DeskBooks): Promise<number> {
  const changes = (await store.sanctions.since(0)).at(-1)?.change ?? 0;
  const versions = (await store.policies.since(0, 1))[0]?.version ?? 0;
  const count = (...did: string[]) => lines.filter((line) => did.includes(line.did)).length;
  return Math.abs(changes - count("mute", "lift")) + Math.abs(versions - count("save-policy"));
}

function sourceOf(author: string, id: string, { said }: DeskBooks): string {
  return said.find((one) => one.author === author && outgoingId(author, one.sourceId) === id)?.sourceId ?? "";
}

const isTold = (sourceId: string, code: string, { told }: DeskBooks): boolean => told.get(sourceId)?.has(code) === true;
