/**
 * What a policy may look like. `parsePolicy` tells all its problems at once, each with its path; `policy.schema.json` is
 * the same written out, by which editors complete a policy.
 */
import * as z from "zod/mini";
import { policyLimits } from "./limits.ts";
import { entryProblem } from "./lists.ts";

const name = z.string().check(z.minLength(1), z.maxLength(policyLimits.nameLength));
const room = z.string().check(z.regex(/^[a-z0-9-]{1,40}$/, "a room is 1 to 40 of a-z 0-9 -; the first one is lobby"));
const anyRoom = z
  .string()
  .check(z.regex(/^(\*|[a-z0-9-]{1,40})$/, "a room is 1 to 40 of a-z 0-9 -, or * for all of them"));
const whole = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));
const share = z.number().check(z.gte(0), z.lte(1));
const duration = z
  .string()
  .check(z.regex(/^([1-9]\d{0,3}[smhd]|forever)$/, 'a time is a number and s, m, h or d, such as "15m", or "forever"'));
const domain = z
  .string()
  .check(z.regex(/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u, "a domain is written as example.com"), z.maxLength(253));
const country = z.templateLiteral(["phone:", z.string().check(z.regex(/^[A-Z]{2}$/))]);

const Action = z.enum(["mask", "block", "hold", "flag"]);

const Conditions = z.strictObject({
  /** Names of lists. */
  words: z.optional(z.array(name).check(z.minLength(1), z.maxLength(policyLimits.lists))),
  links: z.optional(z.strictObject({ allow: z.optional(z.array(domain).check(z.maxLength(policyLimits.domains))) })),
  personal: z.optional(
    z.array(z.union([z.enum(["email", "phone", "card"]), country])).check(z.minLength(1), z.maxLength(20)),
  ),
  flood: z.optional(
    z.strictObject({
      messages: whole(1, policyLimits.remembered - 1),
      seconds: whole(1, policyLimits.floodSeconds),
      alike: z.optional(whole(1, policyLimits.remembered - 1)),
    }),
  ),
  capitals: z.optional(z.strictObject({ share, letters: whole(1, 10_000) })),
  service: z.optional(
    z.strictObject({
      name,
      above: z.record(name, share),
      deadlineMs: whole(50, policyLimits.serviceMs),
      onFailure: z.enum(["publish", "mask", "block", "hold", "flag"]),
    }),
  ),
});

const Rule = z.strictObject({
  name,
  rooms: z.optional(z.array(room).check(z.minLength(1), z.maxLength(policyLimits.rooms))),
  when: Conditions.check(
    z.refine((when) => Object.values(when).some((condition) => condition !== undefined), "name at least one condition"),
  ),
  action: Action,
  tell: z.optional(z.string().check(z.minLength(1), z.maxLength(policyLimits.tellLength))),
});

const Room = z.strictObject({
  slowModeSeconds: z.optional(whole(0, 3_600)),
  locked: z.optional(z.boolean()),
});

const Escalation = z.strictObject({
  /** So many blocked messages … */
  blocked: whole(1, policyLimits.remembered),
  /** … in so many minutes … */
  minutes: whole(1, policyLimits.escalationMinutes),
  /** … and the person is under this. */
  // biome-ignore lint/suspicious/noThenProperty: the word of the policy; nobody awaits one
  then: z.union([z.strictObject({ mute: duration }), z.strictObject({ ban: duration })]),
});

export const PolicySchema = z.strictObject({
  $schema: z.optional(z.string()),
  lists: z.optional(z.record(name, z.union([z.literal("words.txt"), z.array(z.string())]))),
  rules: z.array(Rule).check(z.maxLength(policyLimits.rules)),
  rooms: z.optional(z.record(anyRoom, Room)),
  escalation: z.optional(z.array(Escalation).check(z.maxLength(10))),
});

export type PolicyDocument = z.infer<typeof PolicySchema>;
export type RuleDocument = z.infer<typeof Rule>;
export type Action = z.infer<typeof Action>;
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
  const parsed = z.safeParse(PolicySchema, value);
  const problems = [...(parsed.error?.issues ?? []).flatMap(flat).map(problemOf), ...meaningProblems(value)];
  if (parsed.data !== undefined && problems.length === 0) return { ok: true, document: parsed.data };
  return { ok: false, problems: problems.slice(0, policyLimits.problems) };
}

/** Told before anything else looks at a list of millions. */
function tooManyEntries(value: unknown): Problem | undefined {
  const lists = Object.values(Object(Object(value).lists)).filter((list) => Array.isArray(list));
  const entries = lists.reduce((sum, list) => sum + list.length, 0);
  if (entries <= policyLimits.entries) return undefined;
  return { path: "lists", message: `all lists together have ${entries} entries; ${policyLimits.entries} are the most` };
}

type Issue = z.core.$ZodIssue;

/** Of a union the problems of the alternative that came nearest. */
function flat(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
  if (nearest === undefined || depth(nearest) === 0) return [issue];
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flat);
}

const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path.length));

function problemOf(issue: Issue): Problem {
  const path = pathText(issue.path);
  const inner = issue.code === "invalid_key" ? issue.issues[0]?.message : undefined;
  return { path, message: inner ?? issue.message };
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const plain = /^[$\w]+$/.test(String(part));
    if (!plain) return `${text}[${JSON.stringify(String(part))}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");

/** What no schema says: entries that can never match, lists that are not there, two rules of one name. */
function meaningProblems(value: unknown): Problem[] {
  const { lists, rules } = z.safeParse(Outline, value).data ?? {};
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

const Outline = z.object({
  lists: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  rules: z.catch(
    z.optional(
      z.array(
        z.object({
          name: z.unknown(),
          when: z.catch(
            z.optional(z.object({ words: z.catch(z.optional(z.array(z.string())), undefined) })),
            undefined,
          ),
        }),
      ),
    ),
    undefined,
  ),
});
