/** Annotations of one channel's messages, and what subscribers are told of them. */
import { messageSerial } from "../ids.ts";
import type { Limits } from "../limits.ts";
import { Queue } from "../queue.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import type { Annotation, InboundAnnotation } from "../wire/annotation.ts";
import type { Message } from "../wire/message.ts";
import type { AnnotationEvent, ChannelEvent, KeptEvent, MessageEvent, SummaryMark } from "./events.ts";
import { type Counted, Summary, type SummaryLimits, type SummaryRecord } from "./summary.ts";

/**
 * Annotations by the serial of their message. Each is also an event of the history, and lies behind its message there: it is
 * kept as long as the message, and forgotten with it.
 */
export class Annotations {
  readonly #messages = new Map<string, Annotated>();
  /** Messages whose summary changed since subscribers were told it. Most channels never have annotations. */
  #untold: Set<string> | undefined;
  readonly #limits: AnnotationLimits;
  readonly #versionAt: (serial: string, position: string) => Message | undefined;

  /** `versionAt` finds the version that a message had at a position, while the message is kept. */
  constructor(limits: AnnotationLimits, versionAt: (serial: string, position: string) => Message | undefined) {
    this.#limits = limits;
    this.#versionAt = versionAt;
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  /** Whether some summary changed since subscribers were told it. */
  get hasUntold(): boolean {
    return this.#untold !== undefined;
  }

  /** Whether the summary of a message has room for these annotations. */
  hasRoomFor(serial: string, annotations: readonly Counted[]): boolean {
    return this.#summaryOf(serial).hasRoomFor(annotations);
  }

  /** Adds annotations to a message. */
  add(serial: string, annotations: readonly Annotation[]): void {
    let message = this.#messages.get(serial);
    if (message === undefined) {
      message = { kept: new Queue(), summary: new Summary(this.#limits) };
      this.#messages.set(serial, message);
    }
    for (const annotation of annotations) {
      message.kept.push(annotation);
      if (message.kept.size > this.#limits.annotationsPerMessage) message.kept.shift();
      if (!message.summary.add(annotation)) continue;
      this.#untold ??= new Set();
      this.#untold.add(serial);
    }
  }

  /** The annotations of a message, oldest first. */
  *of(serial: string): Iterable<Annotation> {
    const kept = this.#messages.get(serial)?.kept;
    for (let at = 0; kept !== undefined && at < kept.size; at++) {
      const annotation = kept.at(at);
      if (annotation !== undefined) yield annotation;
    }
  }

  /** The summary of this message was told by a broker before this one. */
  told(serial: string): void {
    this.#untold?.delete(serial);
    if (this.#untold?.size === 0) this.#untold = undefined;
  }

  /** Forgets all annotations. */
  clear(): void {
    this.#messages.clear();
    this.#untold = undefined;
  }

  forget(serial: string): void {
    this.#messages.delete(serial);
    this.#untold?.delete(serial);
  }

  /** The messages whose summary is to be told; from now on it counts as told. */
  takeUntold(): Iterable<string> {
    const untold = this.#untold ?? [];
    this.#untold = undefined;
    return untold;
  }

  /** The message with the summary of its annotations, where there is one. */
  summarized(message: Message): Message {
    if (!this.#messages.has(message.serial)) return message;
    const summary = this.#recordOf(message.serial);
    return Object.keys(summary).length === 0 ? message : { ...message, annotations: { summary } };
  }

  /** The event with the summary of each of its messages, where there is one. */
  summarizedEvent(event: MessageEvent): MessageEvent {
    if (this.isEmpty) return event;
    return { ...event, messages: event.messages.map((message) => this.summarized(message)) };
  }

  /**
   * The event that tells a summary. It holds the message as it was at that position, because later changes are events of
   * their own, and the summary as it is now. There is none for a message that was deleted or forgotten.
   */
  summaryEvent({ position, id, timestamp, bytes, messageSerial: serial }: SummaryMark): MessageEvent | undefined {
    const version = this.#versionAt(serial, position);
    if (version === undefined || version.action === MESSAGE_ACTION.delete) return undefined;
    const message = { ...version, action: MESSAGE_ACTION.summary, annotations: { summary: this.#recordOf(serial) } };
    return { kind: "message", position, id, timestamp, bytes, messages: [message], mutation: {} };
  }

  /** Kept events as they are replayed: each message has one summary, the newest, in the place of its last one. */
  retold(kept: readonly KeptEvent[]): readonly ChannelEvent[] {
    const last = new Map<string, SummaryMark>();
    for (const event of kept) if (event.kind === "summary") last.set(event.messageSerial, event);
    return kept.flatMap((event): ChannelEvent | readonly ChannelEvent[] => {
      if (event.kind === "message") return this.summarizedEvent(event);
      if (event.kind !== "summary") return event;
      const summary = last.get(event.messageSerial) === event ? this.summaryEvent(event) : undefined;
      return summary ?? [];
    });
  }

  #recordOf(serial: string): SummaryRecord {
    return this.#summaryOf(serial).record();
  }

  #summaryOf(serial: string): Summary {
    return this.#messages.get(serial)?.summary ?? new Summary(this.#limits);
  }
}

/** How much is kept of the annotations of one message. */
type AnnotationLimits = SummaryLimits & Pick<Limits, "annotationsPerMessage">;

interface Annotated {
  readonly kept: Queue<Annotation>;
  readonly summary: Summary;
}

/** Annotations of one message that were admitted, with the publisher's client id stamped. */
export interface AnnotationPublication {
  /** The base of the ids inside, and the key of idempotency. */
  readonly id: string;
  readonly messageSerial: string;
  readonly annotations: readonly InboundAnnotation[];
  readonly connectionId?: string | undefined;
  /** The account that the annotations count towards. */
  readonly account?: string | undefined;
  readonly bytes: number;
}

/** What an annotation takes in memory besides the data, with its share in the summary, about. */
const ANNOTATION_BYTES = 512;

/** New annotations with the broker's stamps. */
export function annotationEvent(
  { id, annotations, connectionId, bytes }: AnnotationPublication,
  position: string,
  timestamp: number,
): AnnotationEvent {
  const from = connectionId === undefined ? {} : { connectionId };
  const single = annotations.length === 1;
  return {
    kind: "annotation",
    position,
    id,
    timestamp,
    bytes: bytes + annotations.length * ANNOTATION_BYTES,
    annotations: annotations.map((annotation, at) => ({
      ...annotation,
      id: single && annotation.id !== undefined ? annotation.id : `${id}:${at}`,
      serial: messageSerial(position, at),
      timestamp,
      ...from,
    })),
    ...from,
  };
}
