/** What a channel tells of annotations in one turn. */
import { expect, test } from "vitest";
import { Budget } from "../../../../server/broker/budget.ts";
import type { Attachment } from "../../../../server/broker/channel/attachment.ts";
import { Channel } from "../../../../server/broker/channel/channel.ts";
import { Serials } from "../../../../server/broker/ids.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../../server/broker/limits.ts";
import { Turn } from "../../../../server/broker/turn.ts";
import { ANNOTATION_ACTION, MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";
import type { Message } from "../../../../server/broker/wire/message.ts";
import { attachmentWith } from "./attachment.ts";

/** A channel by itself: what its annotations have told to whom in one turn. */
function mutableChannel(limits: Partial<Limits> = {}) {
  const ends: (() => void)[] = [];
  const summarized: Message[] = [];
  const channel = new Channel(
    "mutable:room",
    { persisted: false, mutable: true, identified: false },
    {
      limits: { ...DEFAULT_LIMITS, ...limits },
      now: () => 1_700_000_000_000,
      serials: new Serials("abc", () => 1_700_000_000_000),
      turn: new Turn((end) => ends.push(end)),
      historyBytes: new Budget(1_000_000),
      presenceBytes: new Budget(1_000_000),
      changed: () => {},
      summarized: (_, message) => summarized.push(message),
    },
  );
  const write = (id: string): string => {
    const message = { action: MESSAGE_ACTION.create, data: id };
    const receipt = channel.publish({ id, messages: [message], ephemeral: false, bytes: 1 });
    return receipt.ok ? (receipt.value.serials[0] ?? "") : "";
  };
  let ids = 0;
  const annotate = (messageSerial: string, clientId: string) => {
    const annotation = {
      action: ANNOTATION_ACTION.create,
      type: "reaction:distinct.v1",
      name: "like",
      messageSerial,
      clientId,
    };
    channel.annotate({ id: `annotation-${++ids}`, messageSerial, annotations: [annotation], bytes: 1 });
  };
  /** Ends the turn; answers which summaries it told. */
  const endTurn = () => {
    for (const end of ends.splice(0)) end();
    return summarized.splice(0).map(({ serial, annotations }) => [serial, annotations?.summary]);
  };
  return { channel, write, annotate, endTurn };
}

/** An attachment with this mode, and the frames that it was told. */
function attachment(modes: number): { attachment: Attachment; told: () => unknown[]; counted: number[] } {
  const frames: Buffer[] = [];
  const counted: number[] = [];
  return {
    attachment: attachmentWith(modes, (bytes, count) => {
      frames.push(bytes);
      counted.push(count);
      return true;
    }),
    told: () =>
      frames
        .splice(0)
        .flatMap((bytes) => [...bytes.toString().matchAll(/"action":(\d+),"id"/g)].map((match) => match[1])),
    counted,
  };
}

const SUBSCRIBE = 1 << 18;
const ANNOTATION_SUBSCRIBE = 1 << 22;
const likes = (...clientIds: string[]) => ({
  "reaction:distinct.v1": { like: { total: clientIds.length, clientIds, clipped: false } },
});

test("many annotations of one turn are summed once for each message", () => {
  const { write, annotate, endTurn } = mutableChannel();
  const [first, second] = [write("a"), write("b")];
  for (const clientId of ["bob", "eve", "bob"]) annotate(first, clientId);
  annotate(second, "eve");
  expect(endTurn()).toEqual([
    [first, likes("bob", "eve")],
    [second, likes("eve")],
  ]);
  expect(endTurn()).toEqual([]);
  annotate(first, "carol");
  expect(endTurn()).toEqual([[first, likes("bob", "eve", "carol")]]);
  annotate(first, "carol");
  expect(endTurn()).toEqual([]);
});

test("what a turn tells comes in order, and counts for those who hear it", () => {
  const { channel, write, annotate, endTurn } = mutableChannel();
  const [all, some] = [attachment(SUBSCRIBE | ANNOTATION_SUBSCRIBE), attachment(SUBSCRIBE)];
  channel.attach(all.attachment);
  channel.attach(some.attachment);
  const serial = write("a");
  annotate(serial, "bob");
  annotate(serial, "eve");
  endTurn();
  expect(all.told()).toEqual(["15", "21", "21", "15"]);
  expect(some.told()).toEqual(["15", "15"]);
  expect([all.counted, some.counted]).toEqual([[4], [2]]);
});

test("who attaches amid a turn is not told what was summed before", () => {
  const { channel, write, annotate, endTurn } = mutableChannel();
  const late = attachment(SUBSCRIBE | ANNOTATION_SUBSCRIBE);
  annotate(write("a"), "bob");
  channel.attach(late.attachment);
  expect(endTurn()).toHaveLength(1);
  expect(late.told()).toEqual([]);
});

test("what was missed is one summary of each message, as it is now, in the place of the last", () => {
  const { channel, write, annotate, endTurn } = mutableChannel();
  const [first, second] = [write("a"), write("b")];
  const { position } = channel;
  for (const [serial, clientId] of [
    [first, "bob"],
    [second, "bob"],
    [first, "eve"],
  ] as const) {
    annotate(serial, clientId);
    endTurn();
  }
  const missed = channel.since(position) ?? [];
  const summaries = missed.flatMap((event) => (event.kind === "message" ? event.messages : []));
  expect(missed.map(({ kind }) => kind)).toEqual(["annotation", "annotation", "message", "annotation", "message"]);
  expect(summaries.map(({ serial, annotations }) => [serial, annotations?.summary])).toEqual([
    [second, likes("bob")],
    [first, likes("bob", "eve")],
  ]);
  expect(missed.at(-1)?.position).toBe(channel.position);
});

test("a summary that was missed comes with what the message was then, before what changed it", () => {
  const { channel, write, annotate, endTurn } = mutableChannel();
  const serial = write("a");
  const { position } = channel;
  annotate(serial, "bob");
  endTurn();
  const message = channel.original(serial);
  if (message !== undefined)
    channel.mutate({ action: MESSAGE_ACTION.append, serial, data: "b" }, message, { id: "append" });
  annotate(serial, "eve");
  annotate(serial, "bob");
  const told = (channel.since(position) ?? []).flatMap((event) => (event.kind === "message" ? event.messages : []));
  expect(told.map(({ action, data, annotations }) => [action, data, annotations?.summary])).toEqual([
    [4, "a", likes("bob", "eve")],
    [1, "ab", likes("bob", "eve")],
  ]);
});

test("a message that came before its annotations is told again with them", () => {
  const { channel, write, annotate, endTurn } = mutableChannel();
  const { position } = channel;
  annotate(write("a"), "bob");
  endTurn();
  const [created] = channel.since(position) ?? [];
  expect(created).toMatchObject({
    kind: "message",
    messages: [{ action: MESSAGE_ACTION.create, annotations: { summary: likes("bob") } }],
  });
});

test("a message that is forgotten leaves no annotations behind", () => {
  const { channel, write, annotate, endTurn } = mutableChannel({ historyPublishes: 2 });
  const serial = write("a");
  const message = channel.original(serial);
  annotate(serial, "bob");
  annotate(serial, "eve");
  expect(endTurn()).toEqual([]);
  expect(message && [...channel.annotations(message)]).toEqual([]);
  expect(message && channel.latest(message)).toEqual(message);
});
