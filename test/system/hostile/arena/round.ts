/** One round: honest people in a fresh product, first alone and then beside an attacker. */
import { once } from "node:events";
import { type Attack, attackFrom } from "./attack.ts";
import { openGround } from "./ground.ts";
import { type Books, gather } from "./honest.ts";

export interface Round {
  readonly attack: string;
  /** Nobody attacks; absent where the attack is not about time. */
  readonly without?: Books;
  readonly beside: Books;
  /** What the attacker got, or what of the honest was broken, in words. */
  readonly broken: readonly string[];
}

export interface RoundOptions {
  readonly ms: number;
  /** Whether the honest talk alone first. */
  readonly compares: boolean;
}

/** Runs one attack. */
export async function fight(attack: Attack, { ms, compares }: RoundOptions): Promise<Round> {
  const ground = await openGround();
  try {
    const crowd = await gather(ground.origin);
    const without = compares ? await crowd.talk(ms) : undefined;
    const [beside, found] = await Promise.all([crowd.talk(ms), attackFrom(attack.name, { origin: ground.origin, ms })]);
    crowd.leave();
    const kept = await ground.kept();
    const broken = [
      ...found,
      ...(kept > 0 ? [`${kept} bytes in quarantine`] : []),
      ...(ground.process.exitCode === null ? [] : ["the product ended"]),
    ];
    return { attack: attack.name, beside, broken, ...(without !== undefined && { without }) };
  } finally {
    await ground.close();
  }
}

/** The end: each says something, and the product is asked to stop once it has taken it. */
export async function stopWhilePeopleTalk(each: number): Promise<Round> {
  const ground = await openGround();
  try {
    const crowd = await gather(ground.origin);
    await crowd.burst(each);
    const ended = once(ground.process, "exit");
    ground.process.kill("SIGTERM");
    const [code] = await ended;
    const beside = crowd.books();
    crowd.leave();
    return {
      attack: "SIGTERM with messages under way",
      beside,
      broken: code === 0 ? [] : [`the product ended with ${code}`],
    };
  } finally {
    await ground.close();
  }
}
