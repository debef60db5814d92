/**
 * The examination: each step looks at one thing and says pass, warn or fail with a remedy; a step that depends on a
 * failed one is skipped. With an Ably key it looks at that Ably app; without one at the local product.
 */
import { type Config, type EnvironmentVariables, parseConfig } from "../config.ts";
import { examineAbly } from "./examine-ably.ts";
import { examineLocal } from "./examine-local.ts";
import { fail, pass, type Step, sentence, type Tell } from "./report.ts";

const PROBE_MS = 20_000;

export interface Examination {
  readonly env: EnvironmentVariables;
  /** Called with each step as soon as it is done. */
  readonly tell: (step: Step) => void;
  readonly probeMs?: number;
}

/** Examines everything; true when nothing failed. */
export async function examine({ env, tell: report, probeMs = PROBE_MS }: Examination): Promise<boolean> {
  let isWell = true;
  const tell: Tell = (name, finding) => {
    if (finding.kind === "fail") isWell = false;
    report({ name, finding });
    return finding.kind !== "fail";
  };
  let config: Config;
  try {
    config = parseConfig(env);
    tell("configuration", pass(config.backend.mode === "ably" ? "Ably mode" : "local mode, no ABLY_API_KEY"));
  } catch (error) {
    tell("configuration", fail(sentence(error), "correct these variables; .env.example explains each"));
    return false;
  }
  const { backend } = config;
  if (backend.mode === "ably") await examineAbly({ backend, env, tell, probeMs });
  else await examineLocal({ config, env, tell, probeMs });
  return isWell;
}
