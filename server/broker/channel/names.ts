/** Channel names: checks one and splits off its parameters. */
import { ok, type Result, refuse } from "../errors.ts";

/** A channel name as a client wrote it: `[?rewind=1]foo` is the channel `foo` with a parameter. */
export interface ChannelName {
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  /** `[meta]log` and its like: told by the broker, never published to. */
  readonly meta: boolean;
}

const MAX_LENGTH = 2048;
const NO_PARAMS: ReadonlyMap<string, string> = new Map();
const QUALIFIED = /^\[\?([^\]]*)\](.*)$/s;
const META = /^\[meta\]./s;
const ORDINARY = /^[^:[\s,][^\r\n]*$/;

/** Checks and splits a channel name. */
export function parseChannelName(text: string): Result<ChannelName> {
  if (ORDINARY.test(text) && text.length <= MAX_LENGTH) return ok({ name: text, params: NO_PARAMS, meta: false });
  const qualified = QUALIFIED.exec(text);
  const name = qualified === null ? text : (qualified[2] ?? "");
  const params = qualified === null ? NO_PARAMS : new Map(new URLSearchParams(qualified[1]));
  const meta = META.test(name);
  if (text.length > MAX_LENGTH || !(meta || ORDINARY.test(name)) || /[\r\n]/.test(name)) {
    return refuse(40010, "unable to use the channel; its name is not valid");
  }
  return ok({ name, params, meta });
}
