/**
 * What a policy may look like. `parsePolicy` tells all its problems at once, each with its path; `policy.schema.json` is
 * the same written out, by which editors complete a policy.
 */
import * as v from "valibot";
import { readAs, record, strictObject } from "../shape.ts";
import { policyLimits } from "./limits.ts";
import { entryProblem } from "./lists.ts";

const like = (pattern: RegExp, hint: string) => v.pipe(v.string(), v.regex(pattern, hint));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(policyLimits.nameLength));
const room = like(/^[a-z0-9-]{1,40}$/, "a room is 1 to 40 of a-z 0-9 -; the first one is lobby");
const anyRoom = like(/^(\*|[a-z0-9-]{1,40})$/, "a room is 1 to 40 of a-z 0-9 -, or * for all of them");
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const duration = like(
  /^([1-9]\d{0,3}[smhd]|forever)$/,
  'a time is a number and s, m, h or d, such as "15m", or "forever"',
);
const domain = v.pipe(
  like(/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u, "a domain is written as example.com"),
  v.maxLength(253),
);
const country = like(/^phone:[A-Z]{2}$/, 'a country is written as in "phone:DE"');

const Action = v.picklist(["mask", "block", "hold", "flag"]);

const Conditions = strictObject({
  /** Names of lists. */
  words: v.optional(v.pipe(v.array(name), v.minLength(1), v.maxLength(policyLimits.lists))),
  links: v.optional(strictObject({ allow: v.optional(v.pipe(v.array(domain), v.maxLength(policyLimits.domains))) })),
  personal: v.optional(
    v.pipe(v.array(v.union([v.picklist(["email", "phone", "card"]), country])), v.minLength(1), v.maxLength(20)),
  ),
  flood: v.optional(
    strictObject({
      messages: whole(1, policyLimits.remembered - 1),
      seconds: whole(1, policyLimits.floodSeconds),
      alike: v.optional(whole(1, policyLimits.remembered - 1)),
    }),
  ),
  capitals: v.optional(strictObject({ share, letters: whole(1, 10_000) })),
  service: v.optional(
    strictObject({
      name,
      above: record(name, share),
      deadlineMs: whole(50, policyLimits.serviceMs),
      onFailure: v.picklist(["publish", "mask", "block", "hold", "flag"]),
    }),
  ),
});

const Rule = strictObject({
  name,
  rooms: v.optional(v.pipe(v.array(room), v.minLength(1), v.maxLength(policyLimits.rooms))),
  when: v.pipe(
    Conditions,
    v.check((when) => Object.values(when).some((condition) => condition !== undefined), "name at least one condition"),
  ),
  action: Action,
  tell: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(policyLimits.tellLength))),
});

const Room = strictObject({
  slowModeSeconds: v.optional(whole(0, 3_600)),
  locked: v.optional(v.boolean()),
});

const Escalation = strictObject({
  /** So many blocked messages … */
  blocked: whole(1, policyLimits.remembered),
  /** … in so many minutes … */
  minutes: whole(1, policyLimits.escalationMinutes),
  /** … and the person is under this. */
  // biome-ignore lint/suspicious/noThenProperty: the word of the policy; nobody awaits one
  then: v.union([strictObject({ mute: duration }), strictObject({ ban: duration })]),
});

export const PolicySchema = strictObject({
  $schema: v.optional(v.string()),
  lists: v.optional(record(name, v.union([v.literal("words.txt"), v.array(v.string())]))),
  rules: v.pipe(v.array(Rule), v.maxLength(policyLimits.rules)),
  rooms: v.optional(record(anyRoom, Room)),
  escalation: v.optional(v.pipe(v.array(Escalation), v.maxLength(10))),
});

export type PolicyDocument = v.InferOutput<typeof PolicySchema>;
export type RuleDocument = v.InferOutput<typeof Rule>;
export type Action = v.InferOutput<typeof Action>;
export type ServiceDocument = NonNullable<RuleDocument["when"]["service"]>;

/** One thing that is wrong with a policy, such as `rules[2].when.words[0]`: there is no list "slurs". */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type ParsedPolicy =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Check a policy that somebody wrote. */
export function parsePolicy(value: unknown): ParsedPolicy {
  const tooLong = tooManyEntries(value);
  if (tooLong !== undefined) return { ok: false, problems: [tooLong] };
  const parsed = v.safeParse(PolicySchema, value);
  const problems = [...(parsed.issues ?? []).flatMap(flat), ...meaningProblems(value)];
  if (parsed.success && problems.length === 0) return { ok: true, document: parsed.output };
  return { ok: false, problems: problems.slice(0, policyLimits.problems) };
}

/** Told before anything else looks at a list of millions. */
function tooManyEntries(value: unknown): Problem | undefined {
  const lists = Object.values(Object(Object(value).lists)).filter((list) => Array.isArray(list));
  const entries = lists.reduce((sum, list) => sum + list.length, 0);
  if (entries <= policyLimits.entries) return undefined;
  return { path: "lists", message: `all lists together have ${entries} entries; ${policyLimits.entries} are the most` };
}

/** Of a union the problems of the alternatives that came nearest. */
function flat(issue: v.BaseIssue<unknown>): Problem[] {
  const inner = (issue.issues ?? []).flatMap(flat);
  const nearest = inner.filter(({ path }) => path !== "");
  const path = pathText((issue.path ?? []).map(({ key }) => key));
  if (nearest.length === 0) return [{ path, message: issue.message }];
  return nearest.map((problem) => ({ ...problem, path: joined(path, problem.path) }));
}

const joined = (outer: string, inner: string): string =>
  outer === "" || inner.startsWith("[") ? outer + inner : `${outer}.${inner}`;

const pathText = (path: readonly unknown[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const plain = /^[$\w]+$/.test(String(part));
    if (!plain) return `${text}[${JSON.stringify(String(part))}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");

/** What no schema says: entries that can never match, lists that are not there, two rules of one name. */
function meaningProblems(value: unknown): Problem[] {
  const { lists, rules } = readAs(Outline, value) ?? {};
  const problems: Problem[] = [];
  for (const [list, entries] of Object.entries(lists ?? {})) {
    if (!Array.isArray(entries)) continue;
    for (const [index, entry] of entries.entries()) {
      const message = typeof entry === "string" ? entryProblem(entry) : undefined;
      if (message !== undefined) problems.push({ path: pathText(["lists", list, index]), message });
      if (problems.length >= policyLimits.problems) return problems;
    }
  }
  const names = new Set<unknown>();
  for (const [index, rule] of (rules ?? []).entries()) {
    if (names.has(rule.name)) problems.push({ path: `rules[${index}].name`, message: "another rule has this name" });
    names.add(rule.name);
    for (const [at, list] of (rule.when?.words ?? []).entries()) {
      if (Object.hasOwn(lists ?? {}, list)) continue;
      problems.push({ path: `rules[${index}].when.words[${at}]`, message: `there is no list ${JSON.stringify(list)}` });
    }
  }
  return problems;
}

const Outline = v.object({
  lists: v.fallback(v.optional(record(v.string(), v.unknown())), undefined),
  rules: v.fallback(
    v.optional(
      v.array(
        v.object({
          name: v.optional(v.unknown()),
          when: v.fallback(
            v.optional(v.object({ words: v.fallback(v.optional(v.array(v.string())), undefined) })),
            undefined,
          ),
        }),
      ),
    ),
    undefined,
  ),
});
