/**
 * Ably Chat's rule that asks before it publishes (https://ably.com/docs/chat/moderation/custom): by a webhook, behind a
 * secret header, or by calling a Lambda function. What it cannot read it rejects.
 */
import type { LambdaFunctionURLEvent } from "aws-lambda";
import * as v from "valibot";
import { parseJson } from "../json.ts";
import { isSecret } from "../receive/verify.ts";
import { readAs } from "../shape.ts";
import type { Reviewer } from "./review.ts";

const Request = v.object({
  room: v.string(),
  message: v.object({
    clientId: v.optional(v.string()),
    text: v.string(),
    metadata: v.optional(v.record(v.string(), v.unknown())),
    headers: v.optional(v.record(v.string(), v.unknown())),
  }),
});

const reject = (code: string, message: string) => {
  const reason = { code, message };
  // `rejectionReason` is what the same field was called before
  return { action: "reject", rejectionDetail: reason, rejectionReason: reason } as const;
};

/** Answer one question of the rule. */
async function answer(asked: unknown, review: Reviewer): Promise<object> {
  const data = readAs(Request, asked);
  if (data === undefined) return reject("undecodable", "The message could not be read.");
  const { room, message } = data;
  const reviewed = await review({ author: message.clientId ?? "", text: message.text, room });
  if (!reviewed.ok) return reject(reviewed.code, reviewed.message);
  return {
    action: "accept",
    ...(reviewed.isChanged && { message: { ...withoutAuthor(message), text: reviewed.text } }),
  };
}

const withoutAuthor = ({ metadata, headers }: v.InferOutput<typeof Request>["message"]) => ({
  ...(metadata !== undefined && { metadata }),
  ...(headers !== undefined && { headers }),
});

/** The handler of a function that the rule calls: the event is the question. */
export const ablyChatLambda = (review: Reviewer) => async (event: unknown) => {
  return { statusCode: 200, body: JSON.stringify(await answer(event, review)) };
};

/** The handler of a Function URL that the rule posts to. `secrets`: what its header `x-webhook-secret` may hold. */
export const ablyChatWebhook =
  (review: Reviewer, secrets: readonly string[]) => async (event: LambdaFunctionURLEvent) => {
    if (!isSecret(event.headers["x-webhook-secret"], secrets)) return { statusCode: 401, body: "" };
    const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8").toString("utf8");
    const headers = { "content-type": "application/json" };
    return { statusCode: 200, headers, body: JSON.stringify(await answer(parseJson(body), review)) };
  };
