/** The CloudFormation template, and mistakes in it that these tests must notice. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { violations } from "./invariants.ts";

const path = fileURLToPath(new URL("../../../lambda/template.yaml", import.meta.url));
const template = readFileSync(path, "utf8");

test("breaks none of our own rules", () => {
  expect(violations(template)).toEqual([]);
});

/** Mistakes that people make: what is replaced by what. */
const MISTAKES: [string, string | RegExp, string][] = [
  ["a runtime that AWS blocks", "nodejs24.x", "nodejs20.x"],
  ["a runtime that does not exist", "nodejs24.x", "nodejs26.x"],
  ["the other architecture", "[arm64]", "[x86_64]"],
  ["a time-out over Ably's", "Timeout: 12", "Timeout: 30"],
  ["no time-out", /\n +Timeout: 12/, ""],
  ["little memory", "MemorySize: 512", "MemorySize: 128"],
  ["a handler that is not there", "handler.handler", "index.handler"],
  ["another code folder", "../dist/lambda.zip", "."],
  ["a URL for signed-in callers only", "AuthType: NONE", "AuthType: AWS_IAM"],
  ["an AuthType that SAM does not look into", "AuthType: NONE", "AuthType: !Ref AlarmTopicArn"],
  ["no URL", /\n +FunctionUrlConfig:\n +AuthType: NONE/, ""],
  ["CORS", "AuthType: NONE", 'AuthType: NONE\n        Cors: { AllowOrigins: ["*"] }'],
  ["no role", /\n +Role: !GetAtt ModeratorRole.Arn/, ""],
  [
    "a wide policy template",
    "Handler: handler.handler",
    "Handler: handler.handler\n      Policies: [AmazonSSMFullAccess]",
  ],
  ["an action too many", "Action: sqs:SendMessage", "Action: [sqs:SendMessage, sqs:ReceiveMessage]"],
  ["all actions of a service", "Action: sqs:SendMessage", "Action: sqs:*"],
  ["all queues", "Resource: !GetAtt Quarantine.Arn", 'Resource: "*"'],
  ["all parameters", /parameter\$\{PublishKeyParameter\}/, "parameter/*"],
  [
    "a managed policy",
    "AssumeRolePolicyDocument:",
    "ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]\n      AssumeRolePolicyDocument:",
  ],
  ["a role that anybody may take", "{ Service: lambda.amazonaws.com }", '"*"'],
  [
    "a key in the environment",
    "QUARANTINE_URL: !Ref Quarantine",
    "QUARANTINE_URL: !Ref Quarantine\n          OTHER: appid.keyid:s3cr3tValue",
  ],
  [
    "the publishing key as a plain variable",
    "ABLY_PUBLISH_KEY_PARAMETER: !Ref PublishKeyParameter",
    "ABLY_PUBLISH_KEY: !Ref PublishKeyParameter",
  ],
  ["a key as a parameter of the stack", "  BannedWords:\n", "  AblySecretKey:\n    Type: String\n  BannedWords:\n"],
  ["a length that does not reach the function", /\n +MAX_MESSAGE_LENGTH: !Ref MaxMessageLength/, ""],
  ["no quarantine for the function", /\n +QUARANTINE_URL: !Ref Quarantine/, ""],
  ["a quarantine that goes with the stack", "DeletionPolicy: Retain", "DeletionPolicy: Delete"],
  ["a store that goes with the stack", /(Table\n +DeletionPolicy): Retain/, "$1: Delete"],
  ["no store for the function", /\n +STORE_TABLE: !Ref Store/, ""],
  ["a store that never forgets", "AttributeName: ttl, Enabled: true", "AttributeName: ttl, Enabled: false"],
  ["a store without recovery", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"],
  ["a store with another index", "IndexName: person", "IndexName: people"],
  ["a function that may drop tables", "dynamodb:Query]", "dynamodb:Query, dynamodb:DeleteTable]"],
  ["every table", "Resource: !GetAtt Store.Arn", 'Resource: "*"'],
  ["a quarantine for four days", "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 345600"],
  ["a quarantine in the clear", "SqsManagedSseEnabled: !If [HasKmsKey, false, true]", "SqsManagedSseEnabled: false"],
  ["a quarantine without the key that was named", /\n +KmsMasterKeyId: .*\]/, ""],
  ["a quarantine that answers without TLS", "Effect: Deny", "Effect: Allow"],
  ["a policy for no queue", "Queues: [!Ref Quarantine]", "Queues: []"],
  ["every key for the quarantine", "Resource: !Ref QuarantineKmsKeyArn", 'Resource: "*"'],
  ["more than traces", "xray:PutTraceSegments", "xray:*"],
  ["tracing for everybody", "Default: PassThrough", "Default: Active"],
  ["no bound of the concurrency", "Default: 20", "Default: 0"],
  ["no alarm on silence", "MetricName: Published", "MetricName: Publish"],
  ["an alarm on silence that is silent itself", "TreatMissingData: breaching", "TreatMissingData: notBreaching"],
  ["logs for ever", /\n +RetentionInDays: 30/, ""],
  ["logs as text", "LogFormat: JSON", "LogFormat: Text"],
  ["Lambda's own log group", /\n +LogGroup: !Ref Logs\n/, "\n"],
  ["reserved concurrency for everybody", /!If \[HasReservedConcurrency.*\]/, "5"],
  ["no alarm on old messages", "MetricName: OldestItemAgeMs", "MetricName: OldestItemAge"],
  ["no alarm on errors", "MetricName: Url5xxCount", "MetricName: Errors5xx"],
  ["an alarm that compares nothing", /\n +ComparisonOperator: GreaterThanThreshold/, ""],
  ["an alarm that rings at night", "TreatMissingData: notBreaching", "TreatMissingData: breaching"],
  ["an alarm on every function of the account", /\n +Dimensions: \[\{ Name: QueueName.*\}\]/, ""],
  ["an alarm that tells nobody", /\n +AlarmActions: .*\]/, ""],
  ["no output for the URL", "ModeratorUrl.FunctionUrl", "Moderator.Arn"],
  ["no transform", "Transform: AWS::Serverless-2016-10-31\n", ""],
];

test.each(MISTAKES)("our own rules find %s", (_what, from, to) => {
  const broken = template.replace(from, to);
  expect(broken).not.toBe(template);
  expect(violations(broken)).not.toEqual([]);
});
