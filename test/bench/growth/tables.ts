/** The tables of `docs/growth.md`, in Markdown, made from the simulation, the list prices and what was measured. */
import { measured } from "../documents.ts";
import { figureOf, readResults } from "../results.ts";
import { costOfAMillion, prices, slowedBy, USUAL_COST } from "./cost.ts";
import { type GrowthTable, markdown } from "./markdown.ts";
import { pathDelays, soakFigures } from "./paths.ts";
import { type RuleQueue, seeded, simulate, USUAL } from "./rule-queue.ts";

/** All of them, in the order in which the page shows them. */
export const growthTables = (): GrowthTable[] => [
  delays(),
  costs(),
  memorySizes(),
  pathDelays(measured("pipeline")),
  soakFigures(measured("soak")),
];

const ms = (value: number): string => (value < 10_000 ? `${Math.round(value)} ms` : `${Math.round(value / 1_000)} s`);
const percent = (share: number): string => (share === 0 ? "0" : `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`);
const dollars = (value: number): string => (value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString("en"));

function delays(): GrowthTable {
  const rows = [1, 10, 50, 100, 250, 500, 1_000].map((perSecond) => {
    const run = (change: Partial<RuleQueue>) => simulate({ ...USUAL, perSecond, ...change }, seeded(7));
    const batch = run({});
    const single = run({ mode: "single" });
    return [
      String(perSecond),
      `${ms(batch.p50)}, ${ms(batch.p99)}`,
      percent(batch.lost),
      batch.messagesInARequest.toFixed(1),
      `${ms(single.p50)}, ${ms(single.p99)}`,
      percent(single.lost),
    ];
  });
  const head = ["messages/s", "batch: p50, p99", "lost", "in a request", "single: p50, p99", "dropped"];
  return { title: "The rule's queue", lines: markdown(head, rows) };
}

function costs(): GrowthTable {
  const rows = [2, 20, 100_000].flatMap((people) =>
    [1, 10, 100].map((messagesInARequest) => {
      const usage = { ...USUAL_COST, cpuMs: MESSAGE_CPU_MS, people, messagesInARequest };
      const cost = costOfAMillion(usage);
      const both = costOfAMillion({ ...usage, twoRules: true });
      return [
        people.toLocaleString("en"),
        String(messagesInARequest),
        dollars(cost.ably),
        dollars(cost.lambda),
        dollars(cost.logs),
        dollars(cost.store),
        dollars(cost.total),
        dollars(both.total),
      ];
    }),
  );
  const head = ["people", "messages in a request", "Ably", "Lambda", "logs", "store", "in all", "with two rules"];
  return {
    title: `What a million messages cost, in US dollars (list prices seen on ${prices.seen})`,
    lines: markdown(head, rows),
  };
}

/** Written by `npm run bench -- function --json test/bench/growth/function.json`. */
const ofFunction = readResults(new URL("./function.json", import.meta.url));

const cpuMs = (of: string): number => figureOf(ofFunction, `node24: CPU ${of}`);

/** Of a request that carries one message. */
const MESSAGE_CPU_MS = cpuMs("of a warm message, against one that is only published");

function memorySizes(): GrowthTable {
  const start = cpuMs("of a start, against the trivial handler's");
  const answer = cpuMs("up to the first answer, with a store");
  const rows = [128, 256, 512, 1_024].map((memoryMb) => {
    const slower = slowedBy(memoryMb);
    const messageMs = USUAL.publishMs + MESSAGE_CPU_MS * slower;
    const usage = { ...USUAL_COST, cpuMs: MESSAGE_CPU_MS, people: 2, messagesInARequest: 10, memoryMb };
    const { lambda } = costOfAMillion(usage);
    return [`${memoryMb} MB`, ms(start * slower), ms(answer * slower), `${messageMs.toFixed(1)} ms`, dollars(lambda)];
  });
  const { date, machine } = ofFunction;
  return {
    title: `The function's memory (processor time measured on ${date}, Node 24, ${machine.processor})`,
    lines: markdown(
      [
        "memory",
        "start",
        "start and first answer, with a store",
        "one warm message",
        "Lambda for a million, ten in a request",
      ],
      rows,
    ),
  };
}
