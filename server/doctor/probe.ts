/** Sends one message through everything, as a visitor of a room of its own, and waits for it to come back moderated. */
import * as Ably from "ably";
import { noticesChannel, roomChannels } from "../../lambda/channels.ts";
import { loadWords } from "../../lambda/policy/configured-words.ts";
import type { Connection } from "../ably-connection.ts";
import type { EnvironmentVariables } from "../config.ts";
import { type Finding, fail, pass, sentence, warn } from "./report.ts";

/** The doctor's own room: the rule's filter takes it in, and nobody else is there. */
export const PROBE_ROOM = "doctor";

export interface ProbeOptions {
  /** Where the broker is. */
  readonly connection: Connection;
  readonly token: Ably.TokenRequest | Ably.TokenDetails;
  readonly clientId: string;
  /** A word that the function should star out. */
  readonly bannedWord: string;
  /** How long the message may take: the rule sends a batch a second. */
  readonly timeoutMs: number;
}

/** A word that the function should star out, as the configuration lists them. */
export function bannedWord(env: EnvironmentVariables): string {
  const { words } = loadWords({ banned: env.BANNED_WORDS, allowed: env.ALLOWED_WORDS });
  return words.find((word) => /^\p{L}+$/u.test(word)) ?? "potato";
}

/** Publish a banned word and see what becomes of it. */
export async function probe({ connection, token, clientId, bannedWord, timeoutMs }: ProbeOptions): Promise<Finding> {
  const client = new Ably.Realtime({
    ...connection,
    authCallback: (_params, done) => done(null, token),
    transports: ["web_socket"],
    disableConnectivityCheck: true,
    logLevel: 0,
  });
  try {
    return await withTimeout(timeoutMs, sendAndWait(client, clientId, bannedWord));
  } catch (error) {
    const remedy = "see the steps above; the token must allow the chat channels";
    return fail(`the probe could not be sent: ${sentence(error)}`, remedy);
  } finally {
    client.close();
  }
}

async function sendAndWait(client: Ably.Realtime, clientId: string, bannedWord: string): Promise<Finding> {
  const { inbound, outbound } = roomChannels(PROBE_ROOM);
  const id = `doctor-${crypto.randomUUID()}`;
  const startedAt = Date.now();
  let resolve: (finding: Finding) => void = () => undefined;
  const found = new Promise<Finding>((settle) => {
    resolve = settle;
  });
  await client.channels.get(outbound).subscribe((message) => {
    if (message.extras?.headers?.["source-id"] !== id) return;
    resolve(verdict(message, { clientId, bannedWord, tookMs: Date.now() - startedAt }));
  });
  await client.channels.get(noticesChannel(clientId)).subscribe((message) => {
    if (message.data?.["source-id"] !== id) return;
    const reason = String(message.data.reason);
    resolve(fail(`the function answered "${reason}"`, "see the function's log for this message"));
  });
  await client.channels.get(inbound).publish({ id, name: "message", data: `the doctor says ${bannedWord}` });
  return await found;
}

/** What was sent, and how long the answer took. */
interface Attempt {
  readonly clientId: string;
  readonly bannedWord: string;
  readonly tookMs: number;
}

function verdict(message: Ably.InboundMessage, { clientId, bannedWord, tookMs }: Attempt): Finding {
  if (message.clientId !== clientId) {
    return fail(`the author became ${message.clientId}`, "deploy the function of this version");
  }
  if (String(message.data).includes(bannedWord)) {
    const remedy = "BANNED_WORDS of the function may differ from the ones here; otherwise deploy it again";
    return warn(`it came back after ${tookMs} ms, but "${bannedWord}" was not starred out`, remedy);
  }
  return pass(`came back moderated after ${tookMs} ms`);
}

/** Ends the wait: a client without a connection waits for ever, and so does one whose message nobody sends back. */
async function withTimeout(timeoutMs: number, work: Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const nothing = fail(
      `nothing came back within ${timeoutMs / 1_000} s`,
      "check that the rule is enabled, its filter and its URL (npm run ably:setup), that it is signed with " +
        "ABLY_SIGNING_KEY, and the function's log",
    );
    timer = setTimeout(() => resolve(nothing), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
