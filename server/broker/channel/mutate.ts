/** Update, delete and append: checks that a publisher may change a message, and has the channel do it. */
import { allows, type Capability } from "../auth/capability.ts";
import { clientIdOf, type Identity } from "../auth/grant.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import { type InboundMessage, isEphemeral, type Message } from "../wire/message.ts";
import { anonymousProblem, clientIdProblem, privilegeProblem } from "./admit.ts";
import type { Channel } from "./channel.ts";
import type { Place } from "./place.ts";
import type { Receipt } from "./publication.ts";

/** Who changes a message. */
export interface Changer {
  readonly identity: Identity;
  readonly capability: Capability;
  readonly connectionId?: string;
  /** The account that the change counts towards. */
  readonly account: string | undefined;
  readonly id: string;
}

const CHANGES: ReadonlySet<number> = new Set([MESSAGE_ACTION.update, MESSAGE_ACTION.delete, MESSAGE_ACTION.append]);

/** Whether this message is a change of another. */
export const isChange = (message: InboundMessage): boolean => CHANGES.has(message.action);

/** Publishes another version of a message, if this publisher may. */
export function change({ name, channel, settings }: Place, message: InboundMessage, by: Changer): Result<Receipt> {
  const { mutable, identified } = settings;
  if (!mutable) return refuse(93002, "unable to change the message; the namespace does not allow it");
  const anonymous = anonymousProblem(identified, by.identity);
  if (anonymous !== undefined) return { ok: false, error: anonymous };
  const { serial } = message;
  if (serial === undefined || serial === "") return refuse(40003, "unable to change the message; serial is missing");
  const verb = message.action === MESSAGE_ACTION.delete ? "delete" : "update";
  const any = allows(by.capability, `message-${verb}-any`, name);
  if (!any && !allows(by.capability, `message-${verb}-own`, name)) {
    return refuse(40160, `unable to change the message; capability includes neither message-${verb}-own nor -any`);
  }
  const clientId = clientIdOf(by.identity);
  if (!any && clientId === undefined) {
    return refuse(40166, "unable to change the message; own messages need an identified client");
  }
  const problem = privilegeProblem(message.extras, name, by.capability) ?? noteProblem(message, by.identity);
  if (problem !== undefined) return { ok: false, error: problem };
  const original = channel?.original(serial);
  if (channel === undefined || original === undefined) {
    return refuse(40400, "unable to change the message; there is no message with this serial");
  }
  if (!any && original.clientId !== clientId) {
    return refuse(40160, "unable to change the message; it is somebody else's");
  }
  const note = { ...message.version, ...(clientId !== undefined && { clientId }) };
  return channel.mutate({ ...message, version: note }, original, by);
}

/** Why a change cannot be taken: it is ephemeral, or names somebody else as its author. */
function noteProblem(message: InboundMessage, identity: Identity): ErrorInfo | undefined {
  if (isEphemeral(message)) return errorInfo(40000, "unable to change the message; a change cannot be ephemeral");
  return message.version === undefined ? undefined : clientIdProblem(message.version, identity);
}

/** The message with `serial` as it is now. */
export function findMessage(
  channel: Channel | undefined,
  serial: string,
): Result<{ channel: Channel; first: Message }> {
  const first = channel?.original(serial);
  if (channel === undefined || first === undefined) {
    return refuse(40400, "unable to find the message; there is no message with this serial");
  }
  return ok({ channel, first });
}
