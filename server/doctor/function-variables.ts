/** Step "function's variables": whether the function could start with what is set here. */
import { parseFunctionConfig } from "../../lambda/config.ts";
import type { EnvironmentVariables } from "../config.ts";
import { type Finding, fail, pass, sentence, skip, warn } from "./report.ts";

export function functionVariables(env: EnvironmentVariables): Finding {
  if ((env.ABLY_SIGNING_KEY ?? "") === "" && (env.WEBHOOK_SECRET ?? "") === "") {
    return skip("ABLY_SIGNING_KEY is not set here, so this server has no /lambda; the function runs elsewhere");
  }
  try {
    const { publishKey, signingKeys, quarantine } = parseFunctionConfig(env);
    if (publishKey === env.ABLY_API_KEY) {
      const remedy = "give the function a key of its own: npm run ably:setup makes it";
      return warn("the function publishes with the key that mints tokens", remedy);
    }
    if (signingKeys.length === 0) {
      const remedy = "use a batch rule with a signing key for order and repeats";
      return warn("requests carry a secret but no signature", remedy);
    }
    if (quarantine === undefined) {
      return warn("there is no quarantine", "set QUARANTINE_URL, or messages that cannot be delivered are lost");
    }
    return pass("publishing key, signing key and quarantine are set");
  } catch (error) {
    return fail(sentence(error), "correct these variables; .env.example explains each");
  }
}
