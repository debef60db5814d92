/**
 * A rule as it is written in Ably's Control API (ruleType `http`), checked once, and as the broker uses it afterwards.
 *
 * Channel filters are regular expressions of the operator, never of a client. They run on names that clients choose, so
 * the name is bounded (see limits); an expression that backtracks without end is the operator's to avoid.
 */
import * as z from "zod";
import { SOURCES, type Source } from "./event.ts";
import { INTEGRATION_LIMITS } from "./limits.ts";

/** A webhook rule as the operator writes it. Written out, so that whoever uses the type does not need zod. */
export interface RuleSpec {
  id: string;
  requestMode: "batch" | "single";
  source: { type: Source; channelFilter: string };
  target: {
    url: string;
    headers?: { name: string; value: string }[] | undefined;
    signingKeyId?: string | undefined;
    enveloped?: boolean | undefined;
    format: "json" | "msgpack";
  };
  batchIntervalMs?: number | undefined;
}

const OURS =
  /^(x-ably-.*|content-type|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|host|te)$/i;

const Header = z.strictObject({
  name: z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, "is not a header name")
    .refine((name) => !OURS.test(name), "is set by the broker"),
  value: z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "holds a character that a header cannot carry"),
});

const ChannelFilter = z
  .string()
  .max(INTEGRATION_LIMITS.filterChars)
  .superRefine((text, context) => {
    try {
      new RegExp(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: "custom", message: `is not a regular expression (${reason})` });
    }
  });

const RuleSchema = z.strictObject({
  id: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, '.', '_' or '-'"),
  requestMode: z.enum(["batch", "single"]),
  source: z.strictObject({ type: z.enum(SOURCES), channelFilter: ChannelFilter }),
  target: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: "is not an http or https URL" }),
    headers: z.array(Header).optional(),
    signingKeyId: z.string().min(1).optional(),
    enveloped: z.boolean().optional(),
    format: z.enum(["json", "msgpack"]),
  }),
  batchIntervalMs: z.number().int().min(0).max(60_000).optional(),
}) satisfies z.ZodType<unknown, RuleSpec>;

/** The secret that signs batched requests, and the name the receiver looks it up by. */
export interface SigningKey {
  readonly name: string;
  readonly secret: string;
}

/** A rule that has been checked and compiled. */
export interface Rule {
  readonly id: string;
  readonly requestMode: "batch" | "single";
  readonly source: Source;
  readonly filter: RegExp;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signingKey: SigningKey | undefined;
  readonly enveloped: boolean;
  readonly format: "json" | "msgpack";
  readonly batchIntervalMs: number | undefined;
}

/** Compiles the rules, or throws one error that names each thing that is wrong with them. */
export function parseRules(specs: readonly RuleSpec[], signingKey: (keyId: string) => SigningKey | undefined): Rule[] {
  const problems: string[] = [];
  const rules = new Map<string, Rule>();
  if (specs.length > INTEGRATION_LIMITS.rules) problems.push(`there are more than ${INTEGRATION_LIMITS.rules} rules`);
  for (const [index, spec] of specs.entries()) {
    const parsed = RuleSchema.safeParse(spec);
    if (!parsed.success) {
      const name = typeof spec?.id === "string" ? spec.id : `number ${index + 1}`;
      for (const issue of parsed.error.issues) {
        problems.push(`rule ${name}: ${issue.path.join(".") || "the rule"} ${issue.message}`);
      }
      continue;
    }
    const { id, requestMode, source, target, batchIntervalMs } = parsed.data;
    const key = target.signingKeyId === undefined ? undefined : signingKey(target.signingKeyId);
    if (target.signingKeyId !== undefined && key === undefined) {
      problems.push(`rule ${id}: target.signingKeyId names no key of this app`);
    }
    if (rules.has(id)) problems.push(`rule ${id}: id is used twice`);
    rules.set(id, {
      id,
      requestMode,
      source: source.type,
      filter: new RegExp(source.channelFilter),
      url: target.url,
      headers: Object.fromEntries((target.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value])),
      signingKey: key,
      enveloped: target.enveloped ?? true,
      format: target.format,
      batchIntervalMs,
    });
  }
  if (problems.length > 0) throw new Error(`unable to use the integration rules; ${problems.join("; ")}`);
  return [...rules.values()];
}
