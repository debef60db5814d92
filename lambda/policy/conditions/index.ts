/**
 * The conditions of a rule by their names in the policy. What only some policies need is loaded when one asks for it, so
 * that it costs the start of the function nothing.
 */
import type { RuleDocument } from "../schema.ts";
import { capitals } from "./capitals.ts";
import type { Condition, Finding, Span } from "./condition.ts";
import { flood } from "./flood.ts";
import { service } from "./service.ts";
import { words } from "./words.ts";

type When = RuleDocument["when"];

/** A condition, and what has to be loaded before it can be asked. */
export interface Prepared {
  readonly condition: Condition;
  load(): Promise<void>;
}

/** Make the condition of a rule: all that its `when` names must hold. */
export function prepare(when: When): Prepared {
  const parts: Prepared[] = [];
  const now = (condition: Condition) => parts.push({ condition, load: async () => undefined });
  if (when.flood !== undefined) now(flood(when.flood));
  if (when.words !== undefined) now(words(when.words));
  if (when.capitals !== undefined) now(capitals(when.capitals));
  if (when.service !== undefined) now(service(when.service));
  const { links, personal } = when;
  if (links !== undefined) parts.push(later(async () => (await import("./links.ts")).links(links)));
  if (personal !== undefined) parts.push(later(async () => (await import("./personal.ts")).personal(personal)));
  return {
    condition: allOf(parts.map(({ condition }) => condition)),
    load: async () => void (await Promise.all(parts.map((part) => part.load()))),
  };
}

/** Asked before it is loaded it throws, and nothing is published. */
function later(make: () => Promise<Condition>): Prepared {
  let loaded: Condition | undefined;
  return {
    condition: (subject) => {
      if (loaded === undefined) throw new Error("unable to ask a condition that is not loaded");
      return loaded(subject);
    },
    async load() {
      loaded ??= await make();
    },
  };
}

function allOf([first, ...others]: readonly Condition[]): Condition {
  if (first === undefined) return () => undefined;
  if (others.length === 0) return first;
  return (subject) => {
    const findings: Finding[] = [];
    for (const condition of [first, ...others]) {
      const finding = condition(subject);
      if (finding === undefined) return undefined;
      findings.push(finding);
    }
    return together(findings);
  };
}

function together(findings: readonly Finding[]): Finding {
  const spans: Span[] = findings.flatMap((finding) => finding.spans);
  const action = findings.find((finding) => finding.action !== undefined)?.action;
  const why = findings.flatMap((finding) => finding.why ?? []).join("; ");
  return { spans, ...(action !== undefined && { action }), ...(why !== "" && { why }) };
}
