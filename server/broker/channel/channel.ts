/** A channel: who is attached, who is present, what was said. */
import type { Budget } from "../budget.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { messageSerial, positionOf, type Serials, timeOf } from "../ids.ts";
import type { Limits } from "../limits.ts";
import { PresenceSet } from "../presence/presence-set.ts";
import type { AppJournal } from "../storage/app-journal.ts";
import type { KeptChannel } from "../storage/kept.ts";
import type { Turn } from "../turn.ts";
import { MESSAGE_ACTION, PRESENCE_ACTION } from "../wire/actions.ts";
import type { Annotation } from "../wire/annotation.ts";
import { type InboundMessage, type Message, messageSize, noteSize, type PresenceMessage } from "../wire/message.ts";
import { type AnnotationPublication, Annotations, annotationEvent } from "./annotations.ts";
import type { Attachment } from "./attachment.ts";
import { Audience } from "./audience.ts";
import type { ChannelEvent, KeptEvent, MessageEvent, SummaryMark } from "./events.ts";
import { History } from "./history.ts";
import { type Publication, publicationEvent, type Receipt } from "./publication.ts";
import { PublishIds } from "./publish-ids.ts";
import { Traffic } from "./traffic.ts";
import { applyChange, Versions } from "./versions.ts";

/** Settings of the namespace that a channel lies in. */
export interface ChannelSettings {
  readonly persisted: boolean;
  readonly mutable: boolean;
  readonly identified: boolean;
}

/** Which change of a message this is, and whose. */
interface ChangeSource {
  readonly id: string;
  readonly connectionId?: string;
  readonly account?: string | undefined;
}

export interface ChannelDeps {
  readonly limits: Limits;
  readonly now: () => number;
  readonly serials: Serials;
  readonly turn: Turn;
  /** What the histories of all channels keep. */
  readonly historyBytes: Budget;
  /** What the members of all channels carry. */
  readonly presenceBytes: Budget;
  /** Writes down what outlives a restart; only where there is a storage. */
  readonly journal?: AppJournal | undefined;
  /** Hears that somebody came or left, so that a channel that nothing keeps can be forgotten. */
  readonly changed: (channel: Channel) => void;
  /** Hears that the summary of a message was told. */
  readonly summarized: (channel: Channel, message: Message) => void;
}

/** Knows no socket: whoever is attached takes finished frames. */
export class Channel {
  readonly name: string;
  readonly settings: ChannelSettings;
  readonly presence: PresenceSet;
  readonly history: History;
  readonly #deps: ChannelDeps;
  readonly #audience: Audience;
  readonly #ids: PublishIds;
  readonly #versions: Versions;
  readonly #annotations: Annotations;
  readonly #traffic: Traffic;
  /** Where the channel is written down; the broker's own channels are not. */
  readonly #journal: AppJournal | undefined;
  readonly #created: string;
  #position: string;
  #holders = 0;

  constructor(name: string, settings: ChannelSettings, deps: ChannelDeps) {
    const { limits, now } = deps;
    this.name = name;
    this.settings = settings;
    this.#deps = deps;
    this.#journal = name.startsWith("[") ? undefined : deps.journal;
    this.#traffic = new Traffic(limits);
    this.#audience = new Audience(name, limits.deltaBytes);
    this.presence = new PresenceSet(deps.presenceBytes);
    this.#created = deps.serials.next();
    this.#position = this.#created;
    this.#ids = new PublishIds(limits.idempotencyMs, limits.idempotencyIds);
    this.#versions = new Versions(limits.messageVersions);
    this.#annotations = new Annotations(limits, (serial, position) => this.#versionAt(serial, position));
    const ms = settings.persisted || settings.mutable ? limits.persistedHistoryMs : limits.historyMs;
    const bounds = { ms, publishes: limits.historyPublishes, bytes: limits.historyBytes };
    this.history = new History(bounds, now, {
      budget: deps.historyBytes,
      onLost: (event) => this.#forget(event),
    });
  }

  /** The position of the newest event. */
  get position(): string {
    return this.#position;
  }

  get attachments(): ReadonlySet<Attachment> {
    return this.#audience.attachments;
  }

  /** Whether anybody attached asked to be told of occupancy. */
  get wantsOccupancy(): boolean {
    return this.#audience.wantsOccupancy;
  }

  /** Attaches a subscriber. What was gathered before is not for it, so that goes out first. */
  attach(attachment: Attachment): void {
    this.flush();
    this.#audience.add(attachment);
    this.#deps.changed(this);
  }

  detach(attachment: Attachment): void {
    this.flush();
    if (this.#audience.remove(attachment)) this.#deps.changed(this);
  }

  /** Keeps the channel while nobody is attached, because a lost connection may come back; the answer lets go of it. */
  hold(): () => void {
    this.#holders++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      this.#deps.changed(this);
    };
  }

  /** The time from which on nothing keeps this channel; `undefined` while somebody does. */
  idleAt(): number | undefined {
    if (this.attachments.size > 0 || this.#holders > 0 || this.presence.size > 0) return undefined;
    return Math.max(this.history.emptyAt, this.#ids.emptyAt);
  }

  /** Publishes new messages, or answers a repeat as the first was answered. */
  publish(publication: Publication): Result<Receipt> {
    const now = this.#deps.now();
    const known = this.#ids.get(publication.id, now);
    if (known !== undefined) return ok({ serials: known });
    const { bytes, account } = publication;
    const count = publication.weight ?? publication.messages.length;
    const refusal = this.#traffic.refuse(now, { count, bytes, account });
    if (refusal !== undefined) return refusal;
    const event = publicationEvent(publication, this.#deps.serials.next(), now);
    const serials = event.messages.map(({ serial }) => serial);
    this.#ids.add(publication.id, serials.at(-1) ?? event.position, now);
    this.#tell(event);
    return ok({ serials, event });
  }

  /** Publishes another version of a message, or answers a repeat as the first was answered. */
  mutate(change: InboundMessage, original: Message, by: ChangeSource): Result<Receipt> {
    const now = this.#deps.now();
    const known = this.#ids.get(by.id, now);
    if (known !== undefined) return ok({ serials: known });
    const before = this.#versions.latest(original);
    const latest = applyChange(before, change);
    const note = change.version === undefined ? 0 : noteSize(change.version);
    const bytes = messageSize(latest) + note;
    const most = this.#deps.limits.messageBytes;
    if (bytes > most)
      return refuse(40009, `unable to change the message; ${bytes} bytes exceed the maximum of ${most}`);
    const refusal = this.#traffic.refuse(now, { count: 1, bytes: messageSize(change) + note, account: by.account });
    if (refusal !== undefined) return refusal;
    const isAppend = change.action === MESSAGE_ACTION.append;
    const { data } = change;
    const position = this.#deps.serials.next();
    const version = { serial: messageSerial(position, 0), timestamp: now, ...change.version };
    const stored: Message = { ...latest, version };
    this.#versions.add(stored);
    this.#ids.add(by.id, version.serial, now);
    const event: MessageEvent = {
      kind: "message",
      position,
      id: by.id,
      timestamp: now,
      bytes,
      messages: [stored],
      mutation: isAppend && data !== undefined ? { appended: { data, after: positionOf(before.version.serial) } } : {},
      ...(by.connectionId !== undefined && { connectionId: by.connectionId }),
    };
    const told = this.#annotations.summarizedEvent(event);
    this.#tell(event, told);
    return ok({ serials: [version.serial], event: told });
  }

  /** Publishes annotations of a message, or answers a repeat as the first was answered. */
  annotate(publication: AnnotationPublication): Result<readonly string[]> {
    const now = this.#deps.now();
    const known = this.#ids.get(publication.id, now);
    if (known !== undefined) return ok(known);
    if (!this.#annotations.hasRoomFor(publication.messageSerial, publication.annotations)) {
      return refuse(40009, "unable to annotate; the summary of the message would hold too many names");
    }
    const { bytes, account } = publication;
    const refusal = this.#traffic.refuse(now, { count: publication.annotations.length, bytes, account });
    if (refusal !== undefined) return refusal;
    const event = annotationEvent(publication, this.#deps.serials.next(), now);
    const serials = event.annotations.map(({ serial }) => serial);
    this.#ids.add(publication.id, serials.at(-1) ?? event.position, now);
    const asked = this.#annotations.hasUntold;
    // This comes first: to keep the event may push the message out of the history, and its annotations with it.
    this.#annotations.add(publication.messageSerial, event.annotations);
    this.#tell(event);
    // Rules, and those who come back, want the summary even when nobody is attached.
    if (this.attachments.size === 0 && !asked && this.#annotations.hasUntold) this.#deps.turn.channel(this);
    return ok(serials);
  }

  /** The annotations of a message, oldest first. */
  annotations(message: Message): Iterable<Annotation> {
    return this.#annotations.of(message.serial);
  }

  /** The message with this serial, as it was first published. */
  original(serial: string): Message | undefined {
    const event = this.history.at(positionOf(serial));
    if (event?.kind !== "message" || event.mutation !== undefined) return undefined;
    return event.messages.find((message) => message.serial === serial);
  }

  /** The newest version of a message, with what its annotations come to. */
  latest(message: Message): Message {
    return this.#annotations.summarized(this.#versions.latest(message));
  }

  /** All versions of a message, oldest first. */
  versions(message: Message): readonly Message[] {
    return this.#versions.of(message);
  }

  /** Tells presence events that happened together; the set is changed here. */
  tellPresence(id: string, members: readonly PresenceMessage[]): void {
    const first = members[0];
    if (first === undefined) return;
    for (const member of members) {
      if (member.action === PRESENCE_ACTION.leave) this.presence.remove(member.connectionId, member.clientId);
      else this.presence.put({ ...member, action: PRESENCE_ACTION.present });
    }
    const { connectionId, timestamp } = first;
    const event: ChannelEvent = {
      kind: "presence",
      position: this.#deps.serials.next(),
      id,
      timestamp,
      bytes: members.reduce((sum, member) => sum + messageSize(member), 0),
      connectionId,
      presence: members,
    };
    this.#tell(event);
    this.#deps.changed(this);
  }

  /** What happened after `position`; `undefined` when that is not, or no longer, known. */
  since(position: string): readonly ChannelEvent[] | undefined {
    const { serials, now, limits } = this.#deps;
    if (!serials.owns(position)) return undefined;
    if (position < this.#created && now() - timeOf(position) > limits.historyMs) return undefined;
    const kept = this.history.after(position);
    // History may hold more, but nobody is told live what happened longer ago than that.
    const [first] = kept ?? [];
    if (kept === undefined || (first !== undefined && now() - first.timestamp > limits.historyMs)) return undefined;
    return this.#annotations.retold(kept);
  }

  /** Takes up what a broker before this one kept of the channel. */
  restore({ events, lostUpTo }: KeptChannel): void {
    this.history.clear(lostUpTo);
    for (const event of events) this.#takeUp(event);
    if (this.#annotations.hasUntold) this.#deps.turn.channel(this);
  }

  /** Takes back events that could not be kept: the rest is put together again without them. */
  refused(positions: ReadonlySet<string>): void {
    const kept = [...this.history.all()].filter(({ position }) => !positions.has(position));
    this.#audience.drop(positions);
    this.history.clear();
    for (const part of [this.#ids, this.#versions, this.#annotations]) part.clear();
    for (const event of kept) this.#takeUp(event);
  }

  /** Forgets everything that the channel keeps, in the storage too. */
  forgetAll(): void {
    for (const { position } of this.history.all()) this.#journal?.eventGone(this.name, position);
    this.history.clear(this.#position);
    this.#journal?.channelGone(this.name);
  }

  /** The channel is gone for good. */
  closed(): void {
    this.#journal?.channelGone(this.name);
  }

  /** An event from before, with all that follows from it. */
  #takeUp(event: KeptEvent): void {
    const serial = serialOf(event);
    if (serial !== undefined) this.#ids.add(event.id, serial, event.timestamp);
    if (event.position > this.#position || this.#position === this.#created) this.#position = event.position;
    if (event.kind === "message" && event.mutation !== undefined) {
      for (const message of event.messages)
        if (this.original(message.serial) !== undefined) this.#versions.add(message);
    }
    if (event.kind === "annotation") {
      const [first] = event.annotations;
      if (first !== undefined && this.original(first.messageSerial) !== undefined) {
        this.#annotations.add(first.messageSerial, event.annotations);
      }
    }
    if (event.kind === "summary") this.#annotations.told(event.messageSerial);
    this.history.add(event);
  }

  /** Hands what was gathered in this turn to everybody attached. */
  flush(alone = false): void {
    if (this.#annotations.hasUntold) this.#tellSummaries();
    this.#audience.flush(alone);
  }

  /** Keeps an event, and has it told as `told` at the end of the turn. */
  #tell(event: ChannelEvent, told = event): void {
    this.#position = event.position;
    if (event.kind !== "message" || !event.ephemeral) {
      this.#journal?.event(this.name, event, event.kind === "presence" ? undefined : this);
      this.history.add(event);
    }
    if (this.attachments.size === 0) return;
    if (!this.#audience.isWaiting) this.#deps.turn.channel(this);
    this.#audience.tell(told);
  }

  /** Has the summaries told that this turn changed, each once. */
  #tellSummaries(): void {
    for (const messageSerial of this.#annotations.takeUntold()) {
      const position = this.#deps.serials.next();
      const timestamp = this.#deps.now();
      const mark: SummaryMark = { kind: "summary", position, id: position, timestamp, bytes: 0, messageSerial };
      const event = this.#annotations.summaryEvent(mark);
      if (event === undefined) continue;
      this.#position = position;
      this.#journal?.event(this.name, mark, this);
      this.history.add(mark);
      if (this.attachments.size > 0) this.#audience.tell(event);
      for (const message of event.messages) {
        this.#traffic.use(timestamp, messageSize(message)); // a small annotation sends a large message again
        this.#deps.summarized(this, message);
      }
    }
  }

  #versionAt(serial: string, position: string): Message | undefined {
    const original = this.original(serial);
    return original && this.#versions.of(original).findLast(({ version }) => version.serial < position);
  }

  #forget(event: KeptEvent): void {
    this.#journal?.eventGone(this.name, event.position);
    if (event.kind !== "message" || (this.#versions.isEmpty && this.#annotations.isEmpty)) return;
    for (const { serial } of event.messages) {
      this.#versions.forget(serial);
      this.#annotations.forget(serial);
    }
  }
}

/** The last serial that the publisher of an event was told. */
function serialOf(event: KeptEvent): string | undefined {
  if (event.kind === "annotation") return event.annotations.at(-1)?.serial;
  if (event.kind !== "message") return undefined;
  const last = event.messages.at(-1);
  return event.mutation === undefined ? last?.serial : last?.version.serial;
}
