/** A broadcast: the events of one channel in one turn, on their way to everybody attached. */
import { MODE } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import type { Attachment } from "./attachment.ts";
import { Chain, Deltas, type Told } from "./deltas.ts";
import type { ChannelEvent } from "./events.ts";
import { eventFrame, pieceFor } from "./frames.ts";

/**
 * Each event is encoded and framed once for each format, and once for each name that the channel was attached by.
 * Attachments that want the same share the same bytes.
 */
export class Broadcast {
  /** How many of the events are annotations, which only those hear who asked for them. */
  readonly annotations: number;
  readonly #channel: string;
  readonly #events: readonly ChannelEvent[];
  readonly #frames = new Map<string, Buffer[]>();
  readonly #shared = new Map<string, Buffer>();
  /** The usual case: everything, under the channel's own name. */
  readonly #whole: Partial<Record<Format, Buffer | undefined>> = {};
  /** Bits of the modes that want something of this. */
  readonly #modes: number;
  readonly #publishers = new Set<string>();
  /** Events that some get as a piece and others whole. */
  readonly #appends: readonly ChannelEvent[];
  /** Frames for those who want deltas, each with the message that its reader knows afterwards. */
  readonly #links = new Map<string, { readonly frame: Buffer; readonly told: Told | undefined }>();
  readonly #deltaBytes: number;
  #deltas: Deltas | undefined;

  constructor(channel: string, events: readonly ChannelEvent[], deltaBytes: number) {
    this.#channel = channel;
    this.#deltaBytes = deltaBytes;
    this.#events = events;
    let modes = 0;
    let annotations = 0;
    for (const event of events) {
      modes |= modeOf(event);
      if (event.kind === "annotation") annotations++;
      if (event.connectionId !== undefined) this.#publishers.add(event.connectionId);
    }
    this.#modes = modes;
    this.annotations = annotations;
    this.#appends = events.filter((event) => event.kind === "message" && event.mutation?.appended !== undefined);
  }

  /** The bytes for one attachment, or `undefined` when there is nothing in it for it. */
  bytesFor(attachment: Attachment): Buffer | undefined {
    if (attachment.deltas) return this.#chained(attachment);
    const wanted = attachment.modes & this.#modes;
    if (wanted !== this.#modes || !attachment.echo) {
      if (this.#publishers.has(attachment.subscriber.connectionId)) return this.#selected(attachment);
      if (wanted === 0) return undefined;
    }
    if (wanted !== this.#modes || attachment.name !== this.#channel || this.#appends.length > 0) {
      return this.#sharedBytes(`${wanted}:${this.#readerKey(attachment)}`, attachment, wanted);
    }
    const { format } = attachment.subscriber;
    this.#whole[format] ??= join(this.#framesFor(attachment));
    return this.#whole[format];
  }

  #sharedBytes(key: string, attachment: Attachment, wanted: number): Buffer | undefined {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const frames = this.#framesFor(attachment);
    const bytes = join(frames.filter((_, at) => (modeOf(this.#events[at]) & wanted) !== 0));
    if (bytes !== undefined) this.#shared.set(key, bytes);
    return bytes;
  }

  /** The bytes for an attachment that published some of the events: each event is looked at. */
  #selected(attachment: Attachment): Buffer | undefined {
    return join(this.#framesFor(attachment).filter((_, at) => isFor(attachment, this.#events[at])));
  }

  /** The bytes for an attachment that wants deltas: each event follows the one before. */
  #chained(attachment: Attachment): Buffer | undefined {
    const frames: Buffer[] = [];
    for (const event of this.#events) {
      if (!isFor(attachment, event)) continue;
      const { frame, told } = this.#link(attachment, event);
      frames.push(frame);
      attachment.told = told;
    }
    return join(frames);
  }

  #link(attachment: Attachment, event: ChannelEvent): { readonly frame: Buffer; readonly told: Told | undefined } {
    const key = `${event.position} ${attachment.told?.key} ${this.#readerKey(attachment)}`;
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    this.#deltas ??= new Deltas(this.#deltaBytes);
    const chain = new Chain(this.#deltas, attachment.told);
    const { format } = attachment.subscriber;
    const frame = frameOf(format, eventFrame(event, attachment, { format, position: true, chain }));
    const link = { frame, told: chain.told };
    this.#links.set(key, link);
    return link;
  }

  #framesFor(attachment: Attachment): Buffer[] {
    const key = this.#readerKey(attachment);
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const { format } = attachment.subscriber;
    const options = { format, position: true };
    const frames = this.#events.map((event) => frameOf(format, eventFrame(event, attachment, options)));
    this.#frames.set(key, frames);
    return frames;
  }

  /** A key for an attachment: attachments with equal keys get equal bytes. */
  #readerKey(attachment: Attachment): string {
    const pieces = this.#appends.map((event) => (pieceFor(attachment, event) === undefined ? "w" : "p")).join("");
    return `${attachment.subscriber.format}:${pieces}:${attachment.name}`;
  }
}

/** Whether an event is for this attachment. Its own messages may be unwanted; its own presence is told in any case. */
function isFor({ modes, echo, subscriber }: Attachment, event: ChannelEvent | undefined): boolean {
  const own = event?.connectionId === subscriber.connectionId;
  if (own && event.kind === "presence") return true;
  return (modeOf(event) & modes) !== 0 && !(own && !echo);
}

/** The mode that an event is for. */
export function modeOf(event: ChannelEvent | undefined): number {
  if (event?.kind === "presence") return MODE.presenceSubscribe;
  return event?.kind === "annotation" ? MODE.annotationSubscribe : MODE.subscribe;
}

function join(frames: Buffer[]): Buffer | undefined {
  return frames.length > 1 ? Buffer.concat(frames) : frames[0];
}
