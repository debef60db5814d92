/** `links`: an address of the web that is not allowed, with `https://` or without. Loaded when a policy asks for it. */
import { LinkifyIt } from "linkify-it";
import { policyLimits } from "../limits.ts";
import { plainText } from "../plain-text.ts";
import type { RuleDocument } from "../schema.ts";
import type { Condition, Span } from "./condition.ts";

type Links = NonNullable<RuleDocument["when"]["links"]>;

/** `urlAuth`, because `https://example.com@evil.example` leads to the second host. */
const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyIP: true, urlAuth: true, fuzzyEmail: false }).add(
  "mailto:",
  null,
);

/** Every link counts but those to these domains and what lies below them. */
export function links({ allow = [] }: Links): Condition {
  const allowed = new Set(allow.map((domain) => hostOf(`http://${domain}`)));
  return ({ text }) => {
    const plain = plainText(text);
    // most messages have neither a host's dot nor a slash
    if (!/[./]/.test(plain.text)) return undefined;
    const found = (linkify.match(plain.text) ?? []).filter(({ url }) => !isBelow(hostOf(url), allowed));
    const spans = found.slice(0, policyLimits.spans).map(({ index, lastIndex }): Span => {
      return { start: plain.startOf(index), end: plain.startOf(lastIndex) };
    });
    return spans.length === 0 ? undefined : { spans };
  };
}

/** As browsers would go there; empty for what they would not take. */
function hostOf(url: string): string {
  const address = url.startsWith("//") ? `http:${url}` : url;
  return URL.canParse(address) ? new URL(address).hostname : "";
}

function isBelow(host: string, domains: ReadonlySet<string | undefined>): boolean {
  const labels = host.split(".");
  return host !== "" && labels.some((_, from) => domains.has(labels.slice(from).join(".")));
}
