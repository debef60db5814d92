/** Floods of messages through the page's own token. */
import { ADDRESS, type Attack, atRate } from "./attack.ts";
import { type Passport, visit } from "./visit.ts";

const message = (text: string) => ({ name: "message", data: text });

/** One visitor in the lobby who publishes again and again. */
function flood(name: string, aSecond: number, messages: () => object[]): Attack {
  return {
    name,
    async run({ origin, ms }) {
      const { inbound, close } = await visit(origin, { address: ADDRESS });
      await atRate(aSecond, ms, () => inbound.publish(messages()));
      close();
      return [];
    },
  };
}

export const floodAttacks: readonly Attack[] = [
  flood("1,000 messages in one publish, every second", 1, () => Array.from({ length: 1_000 }, () => message("flood"))),
  flood("45 messages a second", 45, () => [message("flood")]),
  flood("40 messages a second that are too long", 40, () => [message("x".repeat(2_001))]),
  {
    name: "ten connections of one visitor, 45 messages a second each",
    async run({ origin, ms }) {
      const passport: Passport = { address: ADDRESS };
      const first = await visit(origin, passport);
      const rest = await Promise.all(Array.from({ length: 9 }, () => visit(origin, passport)));
      const visits = [first, ...rest];
      await Promise.all(visits.map(({ inbound }) => atRate(45, ms, () => inbound.publish(message("flood")))));
      for (const { close } of visits) close();
      return [];
    },
  },
];
