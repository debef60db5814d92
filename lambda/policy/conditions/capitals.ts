/** `capitals`: a text that shouts. Letters without upper and lower case do not count. */
import type { RuleDocument } from "../schema.ts";
import type { Condition } from "./condition.ts";

type Capitals = NonNullable<RuleDocument["when"]["capitals"]>;

export function capitals({ share, letters }: Capitals): Condition {
  return ({ text }) => {
    const upper = text.match(/\p{Lu}/gu)?.length ?? 0;
    const all = upper + (text.match(/\p{Ll}/gu)?.length ?? 0);
    return all >= letters && upper >= share * all ? { spans: [] } : undefined;
  };
}
