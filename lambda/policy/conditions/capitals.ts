/** `capitals`: a text that shouts. Letters without upper and lower case do not count. */
import type { RuleDocument } from "../schema.ts";
import type { Condition } from "./condition.ts";

type Capitals = NonNullable<RuleDocument["when"]["capitals"]>;

const UPPER = /\p{Lu}/gu;
const LOWER = /\p{Ll}/gu;

export function capitals({ share, letters }: Capitals): Condition {
  return ({ text }) => {
    const upper = text.match(UPPER)?.length ?? 0;
    const all = upper + (text.match(LOWER)?.length ?? 0);
    return all >= letters && upper >= share * all ? { spans: [] } : undefined;
  };
}
