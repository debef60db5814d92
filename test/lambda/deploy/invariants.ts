/** What must be true of the deployment template, whatever else a validator finds in it. Works without Python. */

import { parse, type Tags } from "yaml";
import * as z from "zod";
import { TABLE_SCHEMA, TTL_ATTRIBUTE } from "../../../lambda/store/dynamodb-table.ts";

/** `!Ref X` becomes `{ Ref: "X" }`, and so on, as in JSON templates. */
const intrinsic = (name: string): Tags => {
  const key = name === "Ref" ? "Ref" : `Fn::${name}`;
  const wrap = (value: unknown) => ({ [key]: value });
  return [
    { tag: `!${name}`, resolve: (text: string) => wrap(text) },
    {
      tag: `!${name}`,
      collection: "seq",
      resolve: (seq) => wrap("toJSON" in seq ? seq.toJSON() : seq),
    },
  ];
};

const customTags = ["Ref", "GetAtt", "Sub", "If", "Not", "Equals"].flatMap((name) => intrinsic(name));

const Resource = z.object({
  Type: z.string(),
  Condition: z.string().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()),
});
type Resource = z.infer<typeof Resource>;

const Template = z.object({
  Transform: z.literal("AWS::Serverless-2016-10-31"),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

/** Alarms that must exist: what they watch. */
const ALARMS = [
  "AWS/Lambda Url5xxCount",
  "AWS/Lambda Throttles",
  "AWS/SQS ApproximateNumberOfMessagesVisible",
  "Asterism Published",
  "Asterism OldestItemAgeMs",
  "Asterism Denied",
  "Asterism StoreAgeMs",
];

const COMPARISONS = ["GreaterThanOrEqualToThreshold", "GreaterThanThreshold"];

/** The one alarm that goes off because nothing happens. */
const SILENCE = "Published";

const ACTIONS: readonly string[] = [
  "dynamodb:BatchWriteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "sqs:SendMessage",
  "ssm:GetParameters",
];

/** What the role may do besides, under a condition. */
const CONDITIONAL: Readonly<Record<string, { actions: readonly string[]; resource: string }>> = {
  HasKmsKey: { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resource: '{"Ref":"QuarantineKmsKeyArn"}' },
  // X-Ray has no resources that a policy could name
  HasTracing: { actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resource: '"*"' },
};

/** Everything that is wrong with a template, in words. */
export function violations(text: string): string[] {
  const parsed = Template.safeParse(parse(text, { customTags, logLevel: "silent" }));
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const { Resources, Parameters, Outputs, Conditions } = parsed.data;
  const byType = (type: string) => Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  const found: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };

  const functions = byType("AWS::Serverless::Function");
  must(functions.length === 1, "there is one function");
  for (const [name, { Properties: p }] of functions) {
    must(["nodejs22.x", "nodejs24.x"].includes(String(p.Runtime)), "the runtime is one that AWS still accepts");
    must(same(p.Architectures, ["arm64"]), "the architecture is arm64");
    must(typeof p.Timeout === "number" && p.Timeout <= 12 && p.Timeout >= 5, "the time-out is 5 to 12 s");
    must(typeof p.MemorySize === "number" && p.MemorySize >= 512, "the memory is 512 MB or more");
    must(p.Handler === "handler.handler", "the handler is handler.handler");
    must(p.CodeUri === "../dist/lambda.zip", "the code is what npm run build makes");
    must(same(p.FunctionUrlConfig, { AuthType: "NONE" }), "the Function URL is there, with a literal NONE and no CORS");
    must(refersTo(p.Role, byType("AWS::IAM::Role")), "the role is written out");
    must(p.Policies === undefined, "no policy templates are added");
    must(refersTo(at(p.LoggingConfig, "LogGroup"), byType("AWS::Logs::LogGroup")), "the log group is our own");
    must(at(p.LoggingConfig, "LogFormat") === "JSON", "logs are JSON");
    must(
      refersTo(at(at(p.Environment, "Variables"), "QUARANTINE_URL"), byType("AWS::SQS::Queue")),
      "the quarantine is the queue",
    );
    must(
      refersTo(at(at(p.Environment, "Variables"), "STORE_TABLE"), byType("AWS::DynamoDB::Table")),
      "the store is the table",
    );
    must(
      JSON.stringify(p.ReservedConcurrentExecutions ?? null).includes('"Fn::If":["HasReservedConcurrency"'),
      "reserved concurrency is behind a condition",
    );
    must(Number(Parameters.ReservedConcurrency?.Default) > 0, "concurrency has a bound when nobody says otherwise");
    must(
      at(p.Tracing, "Ref") === "Tracing" && Parameters.Tracing?.Default === "PassThrough",
      "tracing is off by default",
    );
    must("HasReservedConcurrency" in Conditions, "the condition of the reserved concurrency exists");
    must(!/[^.\s"]+\.[^.\s"]+:[^.:\s"]{6,}/.test(JSON.stringify(p.Environment)), "no key is in the environment");
    must(JSON.stringify(Outputs).includes(`${name}Url.FunctionUrl`), "the URL is an output");
    for (const variable of ["ABLY_PUBLISH_KEY", "ABLY_SIGNING_KEY"]) {
      must(at(at(p.Environment, "Variables"), variable) === undefined, `${variable} is not in the environment`);
      const parameter = at(at(p.Environment, "Variables"), `${variable}_PARAMETER`);
      must(JSON.stringify(parameter ?? null).includes('"Ref"'), `${variable} comes from SSM`);
    }
    for (const variable of ["WEBHOOK_SECRET_PARAMETER", "BANNED_WORDS", "ALLOWED_WORDS", "MAX_MESSAGE_LENGTH"]) {
      const value = at(at(p.Environment, "Variables"), variable);
      must(JSON.stringify(value ?? null).includes('"Ref"'), `${variable} reaches the function`);
    }
    for (const alarm of ALARMS) must(alarms(Resources).includes(alarm), `there is an alarm on ${alarm}`);
  }

  for (const [name, parameter] of Object.entries(Parameters)) {
    must(!/secret|key/i.test(name) || /(Parameter|Arn)$/.test(name), `parameter ${name} holds no secret`);
    must(
      !name.endsWith("KeyParameter") || String(parameter.Default).startsWith("/"),
      `${name} is the name of a parameter`,
    );
  }
  for (const [name, { Properties: p }] of byType("AWS::IAM::Role"))
    for (const bad of roleProblems(p)) must(false, `${name}: ${bad}`);
  for (const [name, queue] of byType("AWS::SQS::Queue")) {
    must(queue.DeletionPolicy === "Retain" && queue.UpdateReplacePolicy === "Retain", `${name} outlives the stack`);
    must(queue.Properties.MessageRetentionPeriod === 1_209_600, `${name} keeps messages for 14 days`);
    must(
      same(queue.Properties.SqsManagedSseEnabled, { "Fn::If": ["HasKmsKey", false, true] }) &&
        JSON.stringify(queue.Properties.KmsMasterKeyId ?? null).includes("QuarantineKmsKeyArn"),
      `${name} is encrypted`,
    );
    must(isTlsOnly(name, byType("AWS::SQS::QueuePolicy")), `${name} is reached over TLS alone`);
  }
  for (const [name, table] of byType("AWS::DynamoDB::Table")) {
    const { Properties: p } = table;
    must(table.DeletionPolicy === "Retain" && table.UpdateReplacePolicy === "Retain", `${name} outlives the stack`);
    for (const [part, wanted] of Object.entries(TABLE_SCHEMA)) must(same(p[part], wanted), `${name} has its ${part}`);
    must(same(p.TimeToLiveSpecification, { AttributeName: TTL_ATTRIBUTE, Enabled: true }), `${name} forgets`);
    must(at(p.PointInTimeRecoverySpecification, "PointInTimeRecoveryEnabled") === true, `${name} can be recovered`);
    must(at(p.SSESpecification, "SSEEnabled") === true, `${name} is encrypted`);
  }
  must(byType("AWS::SQS::Queue").length === 1, "there is one quarantine");
  for (const [name, { Properties: p }] of byType("AWS::Logs::LogGroup")) {
    must(Number(p.RetentionInDays) > 0 && Number(p.RetentionInDays) <= 90, `${name} is kept for a limited time`);
  }
  for (const [name, { Properties: p }] of byType("AWS::CloudWatch::Alarm")) {
    const isSilence = p.MetricName === SILENCE;
    const comparisons = isSilence ? ["LessThanThreshold"] : COMPARISONS;
    must(comparisons.includes(String(p.ComparisonOperator)), `${name} compares`);
    must(
      p.TreatMissingData === (isSilence ? "breaching" : "notBreaching"),
      `${name} is quiet when nothing happens, unless it is about that`,
    );
    must(typeof p.Threshold === "number" && typeof p.Period === "number", `${name} has a threshold and a period`);
    must(Array.isArray(p.Dimensions) && p.Dimensions.length === 1, `${name} watches this stack alone`);
    must(JSON.stringify(p.AlarmActions ?? null).includes("HasAlarmTopic"), `${name} tells somebody`);
  }
  return found;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const at = (value: unknown, key: string): unknown => (Object(value) as Record<string, unknown>)[key];

function isTlsOnly(queue: string, policies: readonly (readonly [string, Resource])[]): boolean {
  return policies.some(([, { Properties: p }]) => {
    const [statement] = Object(at(p.PolicyDocument, "Statement"));
    return (
      same(p.Queues, [{ Ref: queue }]) &&
      at(statement, "Effect") === "Deny" &&
      at(statement, "Principal") === "*" &&
      at(statement, "Action") === "sqs:*" &&
      same(at(statement, "Condition"), { Bool: { "aws:SecureTransport": "false" } })
    );
  });
}

function refersTo(value: unknown, resources: readonly (readonly [string, Resource])[]): boolean {
  const target = at(value, "Ref") ?? String(at(value, "Fn::GetAtt") ?? "").split(".")[0];
  return resources.some(([name]) => name === target);
}

function alarms(resources: Readonly<Record<string, Resource>>): string[] {
  const all = Object.values(resources).filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
  return all.map(({ Properties: p }) => `${String(p.Namespace)} ${String(p.MetricName)}`);
}

const Statement = z.object({
  Effect: z.literal("Allow"),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});

const Policies = z.array(
  z.object({
    PolicyDocument: z.object({
      Statement: z.array(z.union([Statement, z.object({ "Fn::If": z.tuple([z.string(), Statement, z.unknown()]) })])),
    }),
  }),
);

function roleProblems(role: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (role.ManagedPolicyArns !== undefined) problems.push("managed policies allow more than is needed");
  if (!JSON.stringify(role.AssumeRolePolicyDocument ?? null).includes('"lambda.amazonaws.com"')) {
    problems.push("only Lambda takes the role");
  }
  const policies = Policies.safeParse(role.Policies);
  if (!policies.success) return [...problems, "the policies are not written out"];
  const all = policies.data.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  for (const each of all) {
    if (!("Fn::If" in each)) continue;
    const [condition, { Action, Resource }] = each["Fn::If"];
    const allowed = CONDITIONAL[condition];
    if (!same(Action, allowed?.actions) || JSON.stringify(Resource) !== allowed?.resource) {
      problems.push(`${condition} allows something else`);
    }
  }
  const statements = all.filter((each) => !("Fn::If" in each)) as z.infer<typeof Statement>[];
  const actions = statements.flatMap(({ Action }) => Action);
  if (!same([...actions].sort(), ACTIONS)) problems.push(`the actions are not exactly ${ACTIONS.join(", ")}`);
  if (statements.some(({ Resource }) => JSON.stringify(Resource).includes("*")))
    problems.push("a resource is a wildcard");
  return problems;
}
