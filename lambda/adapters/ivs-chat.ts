/**
 * Amazon IVS Chat's message review handler (https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html).
 * What it cannot read it denies; set the room's `FallbackResult` to DENY as well.
 */
import * as v from "valibot";
import { readAs } from "../shape.ts";
import type { Reviewer } from "./review.ts";

const Event = v.object({
  Content: v.string(),
  MessageId: v.string(),
  RoomArn: v.string(),
  Attributes: v.optional(v.record(v.string(), v.string())),
  Sender: v.object({ UserId: v.string() }),
});

interface Answer {
  readonly ReviewResult: "ALLOW" | "DENY";
  readonly Content: string;
  /** With a denial the sender is told `Reason`. */
  readonly Attributes: Readonly<Record<string, string>>;
}

/** `arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf` is the room `abcdef` of the policy. */
const roomIn = (arn: string): string => (arn.split("/").at(-1) ?? "").toLowerCase();

const deny = (Reason: string, Content = ""): Answer => ({ ReviewResult: "DENY", Content, Attributes: { Reason } });

/** Make the handler. */
export const ivsChatHandler =
  (review: Reviewer) =>
  async (event: unknown): Promise<Answer> => {
    const data = readAs(Event, event);
    if (data === undefined) return deny("The message could not be read.");
    const { Content: text, MessageId: id, RoomArn, Attributes = {}, Sender } = data;
    const reviewed = await review({ author: Sender.UserId, text, room: roomIn(RoomArn), id });
    if (!reviewed.ok) return deny(reviewed.message, text);
    return { ReviewResult: "ALLOW", Content: reviewed.text, Attributes };
  };
