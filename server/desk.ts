/** The desk as the server opens it: what moderators do, with the desk's own key, wherever there is a store. */
import { Recent } from "../lambda/deliver/recent.ts";
import { createDeskAbly } from "../lambda/desk/desk-ably.ts";
import { limits as functionLimits } from "../lambda/limits.ts";
import { loadWords } from "../lambda/policy/configured-words.ts";
import { sleep } from "../lambda/sleep.ts";
import type { Endpoint, EnvironmentVariables } from "./config.ts";
import type { Desk } from "./http/routes/moderate/deps.ts";
import { createSignInLinks } from "./identity/moderator.ts";
import type { Log } from "./log.ts";
import type { ServerModeration } from "./moderation.ts";
import { createDeskTokens } from "./tokens/desk.ts";

interface DeskParts {
  /** The desk's key; there is no desk without it. */
  readonly key: string | undefined;
  readonly endpoint: Endpoint | undefined;
  readonly environment: EnvironmentVariables;
  readonly moderation: ServerModeration;
  readonly log: Log;
}

/** Opens the desk; undefined where nothing is stored or there is no key for it. */
export function openDesk({ key, endpoint, environment, moderation, log }: DeskParts): Desk | undefined {
  const { store } = moderation;
  if (store === undefined || key === undefined) return undefined;
  const now = Date.now;
  const words = { banned: environment.BANNED_WORDS, allowed: environment.ALLOWED_WORDS };
  return {
    tokens: createDeskTokens(key),
    links: createSignInLinks(now),
    deps: {
      store,
      ably: createDeskAbly({ publishKey: key, ...(endpoint !== undefined && { endpoint }) }),
      moderation: moderation.moderation,
      words: loadWords(words),
      recent: new Recent({ entries: functionLimits.recentEntries, ms: functionLimits.recentMs, now }),
      now,
      sleep,
      random: Math.random,
      onFault: (fault) => log.error("desk.failed", { reason: fault }),
    },
  };
}
