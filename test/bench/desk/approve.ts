/**
 * Held, approved, shown: the whole way of a message through the started product, with a moderator who decides as soon as the
 * desk hears of it. What people think in between is theirs.
 */
import { setTimeout as pause } from "node:timers/promises";
import * as Ably from "ably";
import { startProduct } from "../../../server/product.ts";
import { POLICY, putPolicy, signInByLink } from "../../helpers/desk-page.ts";
import { enter } from "../../helpers/visitor.ts";

const WARM = 5;
const ROUNDS = 60;
/** Between two rounds, ms: each puts a few messages on `desk:live`, which takes 50 a second as at Ably; what is beyond is refused. */
const BETWEEN_MS = 100;
/** For the desk to hear of a held message, ms: an event that is refused never comes, and the bench must end. */
const DEADLINE_MS = 10_000;

/** Milliseconds of each round: from the publish to the desk, from the decision to the reader, and both together. */
export interface Ways {
  readonly held: number[];
  readonly shown: number[];
  readonly whole: number[];
}

/** Measures it. */
export async function measureApproval(): Promise<Ways> {
  const product = await startProduct({ PORT: "0", LOCAL_DATA: "memory" }, { log: { info() {}, error() {} } });
  await putPolicy(product, POLICY);
  const headers = await signInByLink(product);
  const [author, reader] = [await enter(product.url, { name: "Ann" }), await enter(product.url, { name: "Ben" })];
  const feed = await listen(product.url, headers);
  const ways: Ways = { held: [], shown: [], whole: [] };
  for (let round = 0; round < WARM + ROUNDS; round += 1) {
    await pause(BETWEEN_MS);
    const text = `see https://seeds.example/${round}`;
    const heard = feed.hold(text);
    const began = performance.now();
    await author.say(text);
    const id = await heard;
    const decided = performance.now();
    const answer = await fetch(`${product.url}/moderate/cases/${id}/approve`, { method: "POST", headers, body: "{}" });
    if (!answer.ok) throw new Error(`the case was not approved: ${answer.status} ${await answer.text()}`);
    await reader.until(text, (seen) => seen.some((one) => one.text === text));
    const shown = performance.now();
    if (round < WARM) continue;
    ways.held.push(decided - began);
    ways.shown.push(shown - decided);
    ways.whole.push(shown - began);
  }
  await Promise.all([author.close(), reader.close()]);
  feed.close();
  await product.close();
  return ways;
}

/** What the desk hears: the id of the case of a message that is held. */
async function listen(origin: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(origin);
  const client = new Ably.Realtime({
    authCallback: (_params, done) =>
      void fetch(`${origin}/moderate/token`, { headers })
        .then((answer) => answer.json())
        .then(
          (token) => done(null, token as Ably.TokenRequest),
          (error) => done(String(error), null),
        ),
    endpoint: hostname,
    port: Number(port),
    tls: false,
    logLevel: 0,
  });
  const waiting = new Map<string, (id: string) => void>();
  await client.channels.get("desk:live").subscribe("decisions", ({ data }) => {
    for (const { id, text, action } of data as { id: string; text: string; action: string }[])
      if (action === "hold") waiting.get(text)?.(`held-${id.replace(/:0$/, "")}`);
  });
  return {
    hold: (text: string) =>
      new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the desk did not hear of: ${text}`)), DEADLINE_MS);
        waiting.set(text, (id) => {
          clearTimeout(timer);
          resolve(id);
        });
      }),
    close: () => client.close(),
  };
}
