/**
 * `npm run deploy [-- --stack NAME --reserve N --alarms TOPIC_ARN --kms KEY_ARN --tracing]`: builds the function, puts the two Ably keys
 * (and the webhook secret of single requests) into SSM when they are in the environment, and deploys `template.yaml` with the AWS CLI. Running it again deploys
 * what has changed. Prints the Function URL for the rule.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { config as readDotenv } from "dotenv";
import { runAsCommand } from "../commands/run-as-command.ts";
import { type Aws, aws, must, STACK_OPTION } from "./aws-cli.ts";
import { buildFunction, FUNCTION_FOLDER } from "./build.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface DeployOptions {
  readonly stack: string;
  /** Concurrent executions to reserve, which is also the most there will be; 0 for none. */
  readonly reserve: string;
  /** SNS topic for alarms; empty for none. */
  readonly alarms: string;
  /** ARN of the KMS key that encrypts the quarantine; SQS's own when empty. */
  readonly kms?: string;
  /** Send traces to X-Ray. */
  readonly tracing?: boolean;
}

export interface DeployDeps {
  readonly run: Aws;
  readonly build: () => Promise<unknown>;
  readonly env: Environment;
  readonly say: (line: string) => void;
}

const root = join(import.meta.dirname, "../..");
const TEMPLATE = join(root, "lambda", "template.yaml");
const PACKAGED = join(root, "dist", "template.packaged.yaml");

/** The keys that the function needs and the secret that it may have, and where the template looks for them. */
export const secretsOf = (stack: string) =>
  [
    {
      variable: "ABLY_PUBLISH_KEY",
      parameter: "PublishKeyParameter",
      name: `/${stack}/ably-publish-key`,
      optional: false,
    },
    {
      variable: "ABLY_SIGNING_KEY",
      parameter: "SigningKeyParameter",
      name: `/${stack}/ably-signing-key`,
      optional: false,
    },
    {
      variable: "WEBHOOK_SECRET",
      parameter: "WebhookSecretParameter",
      name: `/${stack}/webhook-secret`,
      optional: true,
    },
  ] as const;

/** Bucket for the packaged code: one for each account and region, made when it is missing. */
export const bucketOf = (account: string, region: string): string => `asterism-artifacts-${account}-${region}`;

/** What others need to know of what was deployed. */
export interface Deployed {
  /** Where the rule posts to. */
  readonly url: string;
  /** The name of the store's table, for the server and the commands. */
  readonly table: string;
}

/** Deploy; a second time it deploys what has changed. */
export async function deploy(options: DeployOptions, deps: DeployDeps): Promise<Deployed> {
  const { run, build, env, say } = deps;
  const { stack, reserve, alarms, kms = "", tracing = false } = options;
  const account = await must(run, ["sts", "get-caller-identity", "--query", "Account", "--output", "text"]);
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await must(run, ["configure", "get", "region"]));
  say(`account ${account}, region ${region}, stack ${stack}`);
  const secrets = await putSecrets(stack, deps);
  await build();
  const bucket = bucketOf(account, region);
  await ensureBucket(bucket, { account, region }, deps);
  const files = ["--template-file", TEMPLATE, "--output-template-file", PACKAGED];
  await must(run, ["cloudformation", "package", ...files, "--s3-bucket", bucket]);
  const parameters = [
    ...secrets,
    `ReservedConcurrency=${reserve}`,
    `AlarmTopicArn=${alarms}`,
    `QuarantineKmsKeyArn=${kms}`,
    `Tracing=${tracing ? "Active" : "PassThrough"}`,
    `BannedWords=${env.BANNED_WORDS ?? ""}`,
    `AllowedWords=${env.ALLOWED_WORDS ?? ""}`,
    `MaxMessageLength=${env.MAX_MESSAGE_LENGTH?.trim() ?? ""}`,
    `WebhookRules=${env.WEBHOOK_RULES?.trim() || "one"}`,
  ];
  say("deploying, which takes a minute or two the first time");
  await must(run, [
    "cloudformation",
    "deploy",
    "--template-file",
    PACKAGED,
    "--stack-name",
    stack,
    "--capabilities",
    "CAPABILITY_IAM",
    "--no-fail-on-empty-changeset",
    "--parameter-overrides",
    ...parameters,
  ]);
  const output = async (key: string) => {
    const query = ["--query", `Stacks[0].Outputs[?OutputKey=='${key}'].OutputValue`, "--output", "text"];
    return await must(run, ["cloudformation", "describe-stacks", "--stack-name", stack, ...query]);
  };
  return { url: await output("Url"), table: await output("StoreTable") };
}

/** A key in the environment is (re)written; one that is not must be in SSM already. Gives back the stack's parameters. */
async function putSecrets(stack: string, { run, env, say }: DeployDeps): Promise<string[]> {
  const parameters: string[] = [];
  for (const { variable, parameter, name, optional } of secretsOf(stack)) {
    const value = env[variable]?.trim() ?? "";
    if (value === "") {
      const { status } = await run(["ssm", "get-parameter", "--name", name, "--query", "Parameter.Name"]);
      if (status !== 0 && optional) {
        parameters.push(`${parameter}=`);
        continue;
      }
      if (status !== 0) throw new Error(`unable to deploy; set ${variable}, or store the key in SSM as ${name}`);
      parameters.push(`${parameter}=${name}`);
      say(`${name} stays as it is`);
      continue;
    }
    await withSecretFile({ Name: name, Value: value, Type: "SecureString", Overwrite: true }, (file) =>
      must(run, ["ssm", "put-parameter", "--cli-input-json", `file://${file}`]),
    );
    parameters.push(`${parameter}=${name}`);
    say(`${name} written`);
  }
  return parameters;
}

/** Command lines are visible to every process of the machine; a file of our own is not. */
async function withSecretFile(input: object, work: (file: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "asterism-"));
  try {
    const file = join(folder, "input.json");
    await writeFile(file, JSON.stringify(input), { mode: 0o600 });
    await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Anybody can make a bucket of this name, and code in a bucket of somebody else would be theirs to change. */
async function ensureBucket(
  bucket: string,
  { account, region }: { readonly account: string; readonly region: string },
  { run, say }: DeployDeps,
): Promise<void> {
  const { status } = await run(["s3api", "head-bucket", "--bucket", bucket, "--expected-bucket-owner", account]);
  if (status === 0) return;
  // the oldest region is the one that must not be named
  const place = region === "us-east-1" ? [] : ["--create-bucket-configuration", `LocationConstraint=${region}`];
  await must(run, ["s3api", "create-bucket", "--bucket", bucket, ...place]);
  say(`bucket ${bucket} made`);
}

async function main(options: DeployOptions): Promise<void> {
  readDotenv({ quiet: true });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const build = () => buildFunction(FUNCTION_FOLDER);
  const { url, table } = await deploy(options, { run: aws, build, env: process.env, say });
  say(`\nThe function is at ${url}`);
  say(`The store is the table ${table}; the server and the commands reach it with STORE_TABLE=${table}`);
  say(`Next: npm run ably:setup -- --url ${url}`);
}

await runAsCommand(import.meta.url, {
  name: "deploy",
  does: "Builds the function, stores its keys in SSM and deploys lambda/template.yaml with the AWS CLI.\nRunning it again deploys what has changed. Prints the function's address.",
  options: {
    stack: STACK_OPTION,
    reserve: {
      type: "string",
      default: "20",
      value: "N",
      says: "concurrent executions to reserve, and at most; 20 by default, 0 for none",
    },
    alarms: { type: "string", default: "", value: "TOPIC_ARN", says: "SNS topic for alarms; none by default" },
    kms: { type: "string", default: "", value: "KEY_ARN", says: "encrypts the quarantine; SQS's own key by default" },
    tracing: { type: "boolean", default: false, says: "sends traces of sampled requests to X-Ray" },
  },
  run: main,
});
