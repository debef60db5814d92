/** `service`: what somebody else's classifier says. It was asked before; here its scores are only compared. */
import type { ServiceDocument } from "../schema.ts";
import type { Condition } from "./condition.ts";

export function service({ name, above, onFailure }: ServiceDocument): Condition {
  const thresholds = Object.entries(above);
  return ({ scores }) => {
    const said = scores(name);
    if (said === undefined) {
      return onFailure === "publish" ? undefined : { spans: [], action: onFailure, why: `${name} did not answer` };
    }
    const over = thresholds.filter(([category, most]) => (said[category] ?? 0) > most);
    if (over.length === 0) return undefined;
    return { spans: [], why: over.map(([category]) => `${category} ${said[category]?.toFixed(2)}`).join(", ") };
  };
}
