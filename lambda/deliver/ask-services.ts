/**
 * Asks the classifiers of others that the rules of a message's room name, then decides about the message and remembers it
 * for the rules that count messages.
 */
import { roomOf } from "../channels.ts";
import type { Scores } from "../decide/apply-policy.ts";
import { type Decision, decide, type Rules } from "../decide/decide.ts";
import { readText } from "../decide/text.ts";
import { personOf } from "../person.ts";
import { sketchOf } from "../policy/recent-messages.ts";
import type { MessageEntry } from "../receive/entry.ts";
import { isOffence } from "./escalation.ts";

/** Ask a service that the operator has configured; undefined when it does not answer in time. */
export type AskService = (
  name: string,
  question: { readonly text: string; readonly room: string },
  timeoutMs: number,
) => Promise<Readonly<Record<string, number>> | undefined>;

export interface DecideDeps extends Omit<Rules, "scores"> {
  readonly ask: AskService;
  readonly now: () => number;
}

/** Decide; only a service is waited for, and never beyond `deadline`. */
export async function decideWithServices(entry: MessageEntry, deadline: number, deps: DecideDeps): Promise<Decision> {
  const scores = await scoresOf(entry, deadline, deps);
  const decision = decide(entry, scores === undefined ? deps : { ...deps, scores }, deps.now());
  if (deps.inForce.policy.remembers) remember(entry, decision, deps);
  return decision;
}

async function scoresOf(entry: MessageEntry, deadline: number, deps: DecideDeps): Promise<Scores | undefined> {
  const { inForce, textLength, ask, now } = deps;
  const room = roomOf(entry.channel);
  const services = inForce.policy.servicesIn(room);
  const read = services.length > 0 ? readText(entry.message, textLength) : undefined;
  if (read?.ok !== true) return undefined;
  const question = { text: read.text, room };
  const answers = services.map(async ({ name, deadlineMs }) => {
    const timeoutMs = Math.min(deadlineMs, deadline - now());
    return [name, timeoutMs > 0 ? await ask(name, question, timeoutMs) : undefined] as const;
  });
  const scores = new Map<string, Readonly<Record<string, number>>>();
  for (const [name, said] of await Promise.all(answers)) if (said !== undefined) scores.set(name, said);
  return scores;
}

function remember({ message, sourceId, channel }: MessageEntry, decision: Decision, deps: DecideDeps): void {
  if (decision.kind === "ignore") return;
  const judged = decision.kind === "refuse" ? decision.judged : decision;
  const blocked = decision.kind === "refuse";
  if (judged === undefined || (blocked && !isOffence(decision.reason))) return;
  const at = message.timestamp ?? deps.now();
  const said = { id: sourceId, room: roomOf(channel), at, sketch: sketchOf(judged.text), blocked };
  deps.recentMessages.add(personOf(message.clientId ?? ""), said);
}
