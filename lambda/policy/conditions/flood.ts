/** `flood`: more messages of one person than the rule lets through, or more that are alike. */

import { isAlike, sketchOf } from "../recent-messages.ts";
import type { RuleDocument } from "../schema.ts";
import type { Condition } from "./condition.ts";

type Flood = NonNullable<RuleDocument["when"]["flood"]>;

export function flood({ messages, seconds, alike }: Flood): Condition {
  return ({ text, at, recent, isModerator }) => {
    if (isModerator) return undefined;
    const near = recent.filter((said) => Math.abs(at - said.at) < seconds * 1_000);
    if (near.length >= messages) return { spans: [], why: `more than ${messages} messages in ${seconds} s` };
    if (alike === undefined || near.length < alike) return undefined;
    const sketch = sketchOf(text);
    const same = near.filter((said) => isAlike(said.sketch, sketch)).length;
    return same >= alike ? { spans: [], why: `more than ${alike} messages that are alike in ${seconds} s` } : undefined;
  };
}
