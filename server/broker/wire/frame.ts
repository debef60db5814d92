/** Frames of a client: reads a decoded protocol message. */
import { ok, type Result, refuse } from "../errors.ts";
import { ACTION } from "./actions.ts";
import { Fields } from "./fields.ts";

/** Protocol messages that a client may send, as one union; everything else is refused here. */
export type InboundFrame =
  | { readonly action: typeof ACTION.heartbeat; readonly id: string | undefined }
  | { readonly action: typeof ACTION.close | typeof ACTION.disconnect | typeof ACTION.activate }
  | {
      readonly action: typeof ACTION.attach;
      readonly channel: string;
      readonly flags: number;
      readonly params: ReadonlyMap<string, string>;
      readonly channelSerial: string | undefined;
    }
  | { readonly action: typeof ACTION.detach | typeof ACTION.sync; readonly channel: string }
  | PublicationFrame
  | { readonly action: typeof ACTION.auth; readonly accessToken: string };

/** A frame that `msgSerial` counts and that ACK or NACK answers. */
export interface PublicationFrame {
  readonly action: typeof ACTION.message | typeof ACTION.presence | typeof ACTION.annotation;
  readonly channel: string;
  readonly msgSerial: number;
  readonly items: readonly unknown[];
  readonly params: ReadonlyMap<string, string>;
}

/** The address of a refused frame, as far as it can be read: the refusal goes to the publish or channel that waits for it. */
interface FrameAddress {
  readonly channel?: string;
  readonly msgSerial?: number;
}

export type ParsedFrame = Result<InboundFrame> & { readonly address?: FrameAddress };

const NO_PARAMS: ReadonlyMap<string, string> = new Map();
const NO_ITEMS: readonly unknown[] = [];

/** Reads one decoded frame. */
export function parseFrame(value: unknown): ParsedFrame {
  const fields = new Fields(value, "frame");
  const action = fields.integer("action");
  if (action === undefined && fields.problem === undefined) fields.problem = "action is missing";
  switch (action) {
    case ACTION.heartbeat:
      return finish(fields, { action, id: fields.string("id") });
    case ACTION.close:
    case ACTION.disconnect:
    case ACTION.activate:
      return ok({ action });
    case ACTION.attach: {
      const channel = channelOf(fields);
      const params = fields.texts("params") ?? NO_PARAMS;
      const flags = fields.integer("flags") ?? 0;
      return finish(fields, { action, channel, params, flags, channelSerial: fields.string("channelSerial") });
    }
    case ACTION.detach:
    case ACTION.sync:
      return finish(fields, { action, channel: channelOf(fields) });
    case ACTION.message:
      return publication(fields, action, "messages");
    case ACTION.presence:
      return publication(fields, action, "presence");
    case ACTION.annotation:
      return publication(fields, action, "annotations");
    case ACTION.auth: {
      const auth = new Fields(fields.raw("auth"), "auth");
      const accessToken = auth.string("accessToken");
      if (auth.problem !== undefined) fields.problem ??= auth.problem;
      else if (accessToken === undefined) fields.problem ??= "auth.accessToken is missing";
      return finish(fields, { action, accessToken: accessToken ?? "" });
    }
    default:
      fields.problem ??= "action is not one that a client may send";
      return { ...refuse(40000, `unable to read the frame; ${fields.problem}`), address: addressOf(fields) };
  }
}

function publication(fields: Fields, action: PublicationFrame["action"], key: string): ParsedFrame {
  const channel = channelOf(fields);
  const msgSerial = fields.integer("msgSerial");
  const items = fields.list(key) ?? NO_ITEMS;
  const params = fields.texts("params") ?? NO_PARAMS;
  if (msgSerial === undefined || msgSerial < 0) fields.problem ??= "msgSerial is missing or negative";
  return finish(fields, { action, channel, msgSerial: msgSerial ?? 0, items, params });
}

function channelOf(fields: Fields): string {
  const channel = fields.string("channel");
  if (channel === undefined) fields.problem ??= "channel is missing";
  return channel ?? "";
}

function finish(fields: Fields, frame: InboundFrame): ParsedFrame {
  if (fields.problem === undefined) return ok(frame);
  return { ...refuse(40000, `unable to read the frame; ${fields.problem}`), address: addressOf(fields) };
}

function addressOf(fields: Fields): FrameAddress {
  const channel = fields.raw("channel");
  const msgSerial = fields.raw("msgSerial");
  return {
    ...(typeof channel === "string" && { channel }),
    ...(typeof msgSerial === "number" && Number.isSafeInteger(msgSerial) && { msgSerial }),
  };
}
