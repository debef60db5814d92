/** Step "persistence": whether Ably keeps the chat's messages, without which a late repeat looks like a new message. */
import { createControlApi } from "../../lambda/deploy/control-api.ts";
import type { EnvironmentVariables } from "../config.ts";
import { type Finding, fail, pass, sentence, skip } from "./report.ts";

/** Reads the namespace from the Control API. No key can show it, and a chat without it works until a repeat comes late. */
export async function persistence(appId: string, env: EnvironmentVariables): Promise<Finding> {
  const { ABLY_ACCESS_TOKEN: token = "", ABLY_CONTROL_URL: baseUrl } = env;
  if (token === "") return skip("set ABLY_ACCESS_TOKEN to have the channel rules looked at");
  try {
    const namespace = (await createControlApi({ token, appId, baseUrl }).namespaces()).find(({ id }) => id === "chat");
    const remedy = "npm run ably:setup corrects it; until then late repeats cannot be told from new messages";
    if (namespace?.persisted !== true) return fail("the namespace chat is not persisted", remedy);
    if (namespace.batchingEnabled) return fail("server-side batching switches de-duplication off", remedy);
    if (!namespace.mutableMessages) {
      return fail(
        "messages of the namespace chat cannot be removed: it has no updates and deletes",
        "npm run ably:setup corrects it",
      );
    }
    return pass("the namespace chat is persisted, and its messages can be removed");
  } catch (error) {
    return fail(sentence(error), "set ABLY_ACCESS_TOKEN to a Control API token of this account, or unset it");
  }
}
