/** Ends the tokens of people who are banned. What fails is tried again, as long as there can be such tokens. */
import { noticesChannel } from "../../lambda/channels.ts";
import type { Sanction } from "../../lambda/sanction.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";

/** Ends every token that names a channel. */
export type Revoke = (channel: string) => Promise<void>;

export interface TokenEnds {
  /** Ends those of who was just banned. */
  of(bans: readonly Sanction[]): Promise<void>;
  /** Tries again what failed. */
  again(): Promise<void>;
}

export interface TokenEndsParts {
  readonly revoke: Revoke;
  readonly log: Pick<Log, "error">;
  readonly now: () => number;
}

/** Makes it. */
export function createTokenEnds({ revoke, log, now }: TokenEndsParts): TokenEnds {
  const failed: Sanction[] = [];
  const of = async (bans: readonly Sanction[]): Promise<void> => {
    for (const ban of bans) {
      // older tokens have ended by themselves
      if (now() - ban.at > limits.tokenTtlMs) continue;
      await revoke(noticesChannel(ban.person)).catch((error: unknown) => {
        failed.push(ban);
        const reason = error instanceof Error ? error.message : String(error);
        log.error("revoke.failed", { person: ban.person, reason });
      });
    }
  };
  return { of, again: () => of(failed.splice(0)) };
}
