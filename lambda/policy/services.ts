/**
 * Classifiers of others, as the operator configures them in `MODERATION_SERVICES`. A policy only names one: its address
 * and its secret are not for moderators to choose. Loaded when a policy asks for one.
 */
import * as v from "valibot";
import type { Services } from "../config.ts";
import { readAs } from "../shape.ts";
import { policyLimits } from "./limits.ts";

type Service = Services[string];

const OPENAI_URL = "https://api.openai.com/v1/moderations";
const OPENAI_MODEL = "omni-moderation-latest";

const scores = v.record(v.string(), v.number());
const Answer = v.object({ scores });
const OpenAiAnswer = v.object({ results: v.array(v.object({ category_scores: scores })) });

/** Make a function that asks by name. A failure of any kind is no answer. */
export function createAskService(services: Services, send: typeof fetch = fetch) {
  return async (
    name: string,
    question: { readonly text: string; readonly room: string },
    timeoutMs: number,
  ): Promise<Readonly<Record<string, number>> | undefined> => {
    const service = Object.hasOwn(services, name) ? services[name] : undefined;
    if (service === undefined) return undefined;
    try {
      const answer = await send(urlOf(service), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(service.secret !== undefined && { authorization: `Bearer ${service.secret}` }),
        },
        body: JSON.stringify(bodyFor(service, question)),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = answer.ok ? await bounded(answer) : "";
      return text === "" ? undefined : scoresIn(service, JSON.parse(text));
    } catch {
      return undefined;
    }
  };
}

const urlOf = ({ kind, url }: Service): string => url ?? (kind === "openai" ? OPENAI_URL : "");

const bodyFor = ({ kind, model = OPENAI_MODEL }: Service, question: { readonly text: string }): object =>
  kind === "openai" ? { model, input: question.text } : question;

function scoresIn({ kind }: Service, answer: unknown): Record<string, number> | undefined {
  if (kind !== "openai") return readAs(Answer, answer)?.scores;
  return readAs(OpenAiAnswer, answer)?.results[0]?.category_scores;
}

/** The body, as long as it is not larger than any answer should be. */
async function bounded({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > policyLimits.serviceBytes) return "";
  }
  return Buffer.concat(chunks).toString("utf8");
}
