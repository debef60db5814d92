/**
 * Keys and secrets from the SSM parameter store. Instead of `ABLY_SIGNING_KEY` the environment of a deployed function
 * holds `ABLY_SIGNING_KEY_PARAMETER`, the name of a SecureString, so that no secret is part of the deployment. They are
 * read at the start and every five minutes: a changed key is in use without a deployment, and when the store does not
 * answer the last values stay.
 */
import * as v from "valibot";
import type { AwsCall } from "./aws.ts";
import { limits } from "./limits.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const SECRETS = ["ABLY_PUBLISH_KEY", "ABLY_SIGNING_KEY", "WEBHOOK_SECRET"] as const;

const GetParameters = v.object({
  Parameters: v.array(v.object({ Name: v.string(), Value: v.string() })),
  InvalidParameters: v.optional(v.array(v.string())),
});

/** Where the complete environment comes from. */
export interface SecretSource {
  /** Undefined while what is known is fresh enough; otherwise the environment with the secrets in it. */
  read(): Promise<Environment> | undefined;
}

/** Undefined when the environment names no parameter, so that nothing needs to be awaited. */
export function createSecretSource(env: Environment, call: AwsCall, now: () => number): SecretSource | undefined {
  const names = new Map<string, string>();
  for (const secret of SECRETS) {
    const parameter = env[`${secret}_PARAMETER`] ?? "";
    if (parameter !== "") names.set(secret, parameter);
  }
  if (names.size === 0) return undefined;
  let known: { readonly at: number; readonly env: Environment } | undefined;

  const fetchAll = async (): Promise<Environment> => {
    const input = { Names: [...new Set(names.values())], WithDecryption: true };
    const answer = await call({ service: "ssm", target: "AmazonSSM.GetParameters", input }, limits.attemptMs);
    const { Parameters, InvalidParameters = [] } = v.parse(GetParameters, answer);
    if (InvalidParameters.length > 0) {
      throw new Error(`unable to read secrets; there is no parameter ${InvalidParameters.join(", ")}`);
    }
    const values = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
    return { ...env, ...Object.fromEntries([...names].map(([secret, parameter]) => [secret, values.get(parameter)])) };
  };

  return {
    read() {
      if (known !== undefined && now() - known.at < limits.secretsMs) return undefined;
      return fetchAll().then(
        (complete) => {
          known = { at: now(), env: complete };
          return complete;
        },
        (error: unknown) => {
          if (known === undefined) throw error;
          known = { at: now(), env: known.env };
          return known.env;
        },
      );
    },
  };
}
