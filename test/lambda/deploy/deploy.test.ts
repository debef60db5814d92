/** `npm run deploy` and `npm run undeploy`, with an AWS CLI that writes down what it is told. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Aws } from "../../../lambda/deploy/aws-cli.ts";
import { type DeployDeps, deploy } from "../../../lambda/deploy/deploy.ts";
import { undeploy } from "../../../lambda/deploy/undeploy.ts";

/** An `aws` that does as it is told and writes down what it was told. */
function recorded(answers: Record<string, { status?: number; stdout?: string; stderr?: string }> = {}) {
  const calls: string[] = [];
  const inputs: unknown[] = [];
  const run: Aws = async (args) => {
    const file = args.find((arg) => arg.startsWith("file://"));
    if (file !== undefined) inputs.push(JSON.parse(readFileSync(file.slice("file://".length), "utf8")));
    calls.push(args.join(" "));
    const answer = answers[args.slice(0, 2).join(" ")] ?? {};
    return { status: answer.status ?? 0, stdout: answer.stdout ?? "", stderr: answer.stderr ?? "" };
  };
  return { run, calls, inputs };
}

const ENV = { AWS_REGION: "eu-west-1", ABLY_PUBLISH_KEY: "app.pub:secret1", ABLY_SIGNING_KEY: "app.sig:secret2" };
const ANSWERS = {
  "sts get-caller-identity": { stdout: "123456789012\n" },
  "cloudformation describe-stacks": { stdout: "https://abc.lambda-url.eu-west-1.on.aws/\n" },
};

const options = { stack: "asterism", reserve: "0", alarms: "" };
const quiet = (run: Aws, env: DeployDeps["env"]): DeployDeps => ({
  run,
  env,
  build: async () => 0,
  say: () => undefined,
});

test("stores the keys, packages, deploys and tells the URL and the table", async () => {
  const { run, calls, inputs } = recorded({ ...ANSWERS, "ssm get-parameter": { status: 254 } });
  expect(await deploy(options, quiet(run, ENV))).toEqual({
    url: "https://abc.lambda-url.eu-west-1.on.aws/",
    table: "https://abc.lambda-url.eu-west-1.on.aws/",
  });
  expect(calls.slice(-2).map((call) => /OutputKey=='(\w+)'/.exec(call)?.[1])).toEqual(["Url", "StoreTable"]);
  expect(calls.map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
    "sts get-caller-identity",
    "ssm put-parameter",
    "ssm put-parameter",
    "ssm get-parameter",
    "s3api head-bucket",
    "cloudformation package",
    "cloudformation deploy",
    "cloudformation describe-stacks",
    "cloudformation describe-stacks",
  ]);
  expect(inputs).toEqual([
    { Name: "/asterism/ably-publish-key", Value: "app.pub:secret1", Type: "SecureString", Overwrite: true },
    { Name: "/asterism/ably-signing-key", Value: "app.sig:secret2", Type: "SecureString", Overwrite: true },
  ]);
  expect(calls.find((call) => call.startsWith("cloudformation deploy"))).toContain(
    "--stack-name asterism --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides " +
      "PublishKeyParameter=/asterism/ably-publish-key SigningKeyParameter=/asterism/ably-signing-key WebhookSecretParameter= ReservedConcurrency=0",
  );
});

test("hands the webhook secret and the length of a message on when they are set", async () => {
  const { run, calls, inputs } = recorded(ANSWERS);
  await deploy(options, quiet(run, { ...ENV, WEBHOOK_SECRET: "hush-hush-hush", MAX_MESSAGE_LENGTH: "500" }));
  expect(inputs.at(-1)).toMatchObject({ Name: "/asterism/webhook-secret", Value: "hush-hush-hush" });
  const call = calls.find((each) => each.startsWith("cloudformation deploy"));
  expect(call).toContain("WebhookSecretParameter=/asterism/webhook-secret ");
  expect(call).toContain("MaxMessageLength=500");
});

test("traces and encrypts with one's own key when that is asked for, and not otherwise", async () => {
  const { run, calls } = recorded(ANSWERS);
  const kms = "arn:aws:kms:eu-west-1:123456789012:key/abc";
  await deploy({ ...options, kms, tracing: true }, quiet(run, ENV));
  await deploy(options, quiet(run, ENV));
  const [asked, plain] = calls.filter((each) => each.startsWith("cloudformation deploy"));
  expect(asked).toContain(`QuarantineKmsKeyArn=${kms} Tracing=Active`);
  expect(plain).toContain("QuarantineKmsKeyArn= Tracing=PassThrough");
});

test("puts no secret on a command line", async () => {
  const { run, calls } = recorded(ANSWERS);
  await deploy(options, quiet(run, { ...ENV, WEBHOOK_SECRET: "s3cret-secret" }));
  expect(calls.join("\n")).not.toMatch(/secret\d|s3cret/);
});

test("makes the bucket when it is missing", async () => {
  const { run, calls } = recorded({ ...ANSWERS, "s3api head-bucket": { status: 254 } });
  await deploy(options, quiet(run, ENV));
  expect(calls).toContain(
    "s3api create-bucket --bucket asterism-artifacts-123456789012-eu-west-1 --create-bucket-configuration LocationConstraint=eu-west-1",
  );
});

test("takes no bucket that belongs to somebody else", async () => {
  const { run, calls } = recorded({
    ...ANSWERS,
    "s3api head-bucket": { status: 254, stderr: "Forbidden" },
    "s3api create-bucket": { status: 254, stderr: "An error occurred (BucketAlreadyExists)" },
  });
  await expect(deploy(options, quiet(run, ENV))).rejects.toThrow("BucketAlreadyExists");
  expect(calls).toContain(
    "s3api head-bucket --bucket asterism-artifacts-123456789012-eu-west-1 --expected-bucket-owner 123456789012",
  );
  expect(calls.some((call) => call.startsWith("cloudformation"))).toBe(false);
});

test("leaves keys that are in SSM already, and says what to set when they are not", async () => {
  const { AWS_REGION } = ENV;
  const there = recorded(ANSWERS);
  await deploy(options, quiet(there.run, { AWS_REGION }));
  expect(there.calls.some((call) => call.includes("put-parameter"))).toBe(false);
  const missing = recorded({ ...ANSWERS, "ssm get-parameter": { status: 254 } });
  await expect(deploy(options, quiet(missing.run, { AWS_REGION }))).rejects.toThrow(
    "unable to deploy; set ABLY_PUBLISH_KEY, or store the key in SSM as /asterism/ably-publish-key",
  );
});

test("says what AWS said when something fails", async () => {
  const stderr = "\nAn error occurred (ExpiredToken)";
  const { run } = recorded({ "sts get-caller-identity": { status: 255, stderr } });
  await expect(deploy(options, quiet(run, ENV))).rejects.toThrow(
    "unable to sts get-caller-identity; An error occurred (ExpiredToken)",
  );
});

test("deletes the stack and keeps what somebody may still want", async () => {
  const { run, calls } = recorded({ "cloudformation describe-stack-resource": { stdout: "https://sqs/q" } });
  const said: string[] = [];
  await undeploy({ stack: "asterism", everything: false }, { run, say: (line) => said.push(line) });
  expect(calls.map((call) => call.split(" ")[1])).toEqual([
    "describe-stack-resource",
    "describe-stack-resource",
    "delete-stack",
    "wait",
  ]);
  expect(said.at(-1)).toContain("kept: the quarantine https://sqs/q, the store https://sqs/q");
});

test("deletes the quarantine and the keys only when told to", async () => {
  const { run, calls } = recorded({ "cloudformation describe-stack-resource": { stdout: "https://sqs/q" } });
  await undeploy({ stack: "asterism", everything: true }, { run, say: () => undefined });
  expect(calls.slice(4)).toEqual([
    "sqs delete-queue --queue-url https://sqs/q",
    "dynamodb delete-table --table-name https://sqs/q",
    "ssm delete-parameters --names /asterism/ably-publish-key /asterism/ably-signing-key /asterism/webhook-secret",
  ]);
});
