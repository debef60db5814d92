/**
 * The three AWS services that the function talks to, on their JSON protocol, signed and sent by our own few lines: the AWS
 * SDK's clients cost 450 KB and 80 ms of CPU each, and `fetch` with the browser's cryptography 60 ms of the first request.
 */
import * as v from "valibot";
import { type Credentials, signed } from "./aws-signature.ts";
import { backoff, type Pace } from "./backoff.ts";
import { type Answer, createExchange, type Exchange, exchanged } from "./exchange.ts";
import { limits } from "./limits.ts";
import { readAs } from "./shape.ts";
import { sleep } from "./sleep.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Call `<service>.<action>`; throws when the answer is not a success. */
export type AwsCall = (request: AwsRequest, timeoutMs: number) => Promise<unknown>;

interface AwsRequest {
  readonly service: "dynamodb" | "sqs" | "ssm";
  /** As in the `x-amz-target` header. */
  readonly target: string;
  /** Where the service is, when it is not at its usual place in our region. */
  readonly url?: string | undefined;
  readonly input: object;
}

const JSON_TYPE = {
  dynamodb: "application/x-amz-json-1.0",
  sqs: "application/x-amz-json-1.0",
  ssm: "application/x-amz-json-1.1",
} as const;

/** A service answered that it did not do what it was asked. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** What the service calls it, such as `ConditionalCheckFailedException`; empty when it does not say. */
  readonly type: string;

  constructor(target: string, status: number, type: string) {
    super(`${target} was answered with ${status}${type === "" ? "" : ` ${type}`}`);
    this.type = type;
  }
}

/** What stands in for the clock and the network. */
interface AwsParts {
  readonly pace?: Pace;
  /** Carries all requests. */
  readonly exchange?: Exchange;
}

const PACE: Pace = { now: Date.now, sleep, random: Math.random };

/** Make a caller with the credentials that Lambda (or `aws configure export-credentials --format env`) puts there. */
export function createAwsCall(env: Environment, { pace = PACE, exchange }: AwsParts = {}): AwsCall {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1";
  const exchangeFor = exchange === undefined ? exchanges() : () => exchange;
  return async ({ service, target, url: given, input }, timeoutMs) => {
    const credentials = credentialsIn(env);
    const url = new URL(given ?? env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.amazonaws.com/`);
    const body = JSON.stringify(input);
    const send = (left: number): Promise<Answer | undefined> => {
      const own = { "content-type": JSON_TYPE[service], "x-amz-target": target };
      const headers = signed({ service, region, url, headers: own, body, at: pace.now() }, credentials);
      const call = { host: url.hostname, method: "POST", path: url.pathname, body, headers, timeoutMs: left };
      return exchanged(exchangeFor(url), call);
    };
    const answer = await repeated(send, Math.max(1, timeoutMs), pace);
    if (answer === undefined) throw new Error(`${target} was not answered`);
    if (answer.status < 200 || answer.status > 299) throw new AwsError(target, answer.status, errorType(answer.body));
    return answer.body;
  };
}

function credentialsIn(env: Environment): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error("unable to call AWS; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
  return { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN };
}

/** The exchange for an address: one for each port, made when it is first needed. */
function exchanges(): (url: URL) => Exchange {
  const made = new Map<string, Exchange>();
  return ({ protocol, port }) => {
    const key = `${protocol}${port}`;
    const isTls = protocol === "https:";
    const exchange = made.get(key) ?? createExchange({ isTls, port: Number(port) || (isTls ? 443 : 80), headers: {} });
    made.set(key, exchange);
    return exchange;
  };
}

/** Does AWS say that it may work in a moment? */
const isPassing = ({ status }: Answer): boolean => status >= 500 || status === 429;

/** Ask again after what passes, while there is time. */
async function repeated(
  send: (timeoutMs: number) => Promise<Answer | undefined>,
  timeoutMs: number,
  { now, sleep, random }: Pace,
): Promise<Answer | undefined> {
  const until = now() + timeoutMs;
  for (let tries = 1; ; tries += 1) {
    const answer = await send(until - now());
    const pause = backoff(tries, random);
    const isOver = tries > limits.awsRepeats || until - now() <= pause;
    if (answer === undefined || !isPassing(answer) || isOver) return answer;
    await sleep(pause);
  }
}

const Refused = v.object({ __type: v.string() });

/** `{ "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException" }` is a `ThrottlingException`. */
export const errorType = (body: unknown): string =>
  /^(?:[^#]*#)?(\w{1,100})$/.exec(readAs(Refused, body)?.__type ?? "")?.[1] ?? "";
