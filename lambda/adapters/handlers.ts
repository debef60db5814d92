/**
 * The handlers of other doors as Lambda calls them, by the policy of STORE_TABLE, or by policy.json where there is none:
 * `ablyChat` is invoked by Ably Chat's rule, `ablyChatUrl` is behind a Function URL, `ivsChat` is invoked by Amazon IVS Chat.
 */
import { storeIn } from "../config.ts";
import { moderationFor } from "../moderation-in-force.ts";
import { sleep } from "../sleep.ts";
import { openStore } from "../store/open.ts";
import { ablyChatLambda, ablyChatWebhook } from "./ably-chat.ts";
import { ivsChatHandler } from "./ivs-chat.ts";
import { createReviewer } from "./review.ts";

const { env } = process;
const onFault = (fault: string) => process.stdout.write(`${JSON.stringify({ event: "store", fault })}\n`);
const now = Date.now;
const moderation = moderationFor(
  { bannedWords: env.BANNED_WORDS, allowedWords: env.ALLOWED_WORDS },
  openStore(storeIn(env), { now, onFault }),
  {
    now,
    onFault,
    sleep,
  },
);
const review = createReviewer(moderation);
const secrets = (env.WEBHOOK_SECRET ?? "").split(",").flatMap((secret) => secret.trim() || []);

export const ablyChat = ablyChatLambda(review);
export const ablyChatUrl = ablyChatWebhook(review, secrets);
export const ivsChat = ivsChatHandler(review);
