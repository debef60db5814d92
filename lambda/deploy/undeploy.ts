/**
 * `npm run undeploy [-- --stack NAME] [-- --everything]`: deletes the stack. The quarantine, the store and the keys in SSM stay,
 * unless `--everything` says otherwise: what is in them is somebody's message.
 */
import { config as readDotenv } from "dotenv";
import { runAsCommand } from "../commands/run-as-command.ts";
import { type Aws, aws, must, STACK_OPTION } from "./aws-cli.ts";
import { secretsOf } from "./deploy.ts";

export interface UndeployOptions {
  readonly stack: string;
  readonly everything: boolean;
}

/** Delete the stack and wait until it is gone. */
export async function undeploy(
  { stack, everything }: UndeployOptions,
  { run, say }: { readonly run: Aws; readonly say: (line: string) => void },
): Promise<void> {
  const nameOf = (logicalId: string) => {
    const resource = ["--stack-name", stack, "--logical-resource-id", logicalId];
    const query = ["--query", "StackResourceDetail.PhysicalResourceId", "--output", "text"];
    return must(run, ["cloudformation", "describe-stack-resource", ...resource, ...query]);
  };
  const queue = await nameOf("Quarantine");
  const table = await nameOf("Store");
  await must(run, ["cloudformation", "delete-stack", "--stack-name", stack]);
  await must(run, ["cloudformation", "wait", "stack-delete-complete", "--stack-name", stack]);
  say(`stack ${stack} is gone; the Ably rule still posts to its URL until it is disabled`);
  const names = secretsOf(stack).map(({ name }) => name);
  if (!everything) {
    say(`kept: the quarantine ${queue}, the store ${table} and the keys ${names.join(", ")}`);
    return;
  }
  await must(run, ["sqs", "delete-queue", "--queue-url", queue]);
  await must(run, ["dynamodb", "delete-table", "--table-name", table]);
  await must(run, ["ssm", "delete-parameters", "--names", ...names]);
  say("the quarantine, the store and the keys are gone");
}

async function main(options: UndeployOptions): Promise<void> {
  readDotenv({ quiet: true });
  await undeploy(options, { run: aws, say: (line) => process.stdout.write(`${line}\n`) });
}

await runAsCommand(import.meta.url, {
  name: "undeploy",
  does: "Deletes the stack. The quarantine, the store and the keys in SSM stay: what is in them is somebody's message.",
  options: {
    stack: STACK_OPTION,
    everything: { type: "boolean", default: false, says: "deletes the quarantine, the store and the keys as well" },
  },
  run: main,
});
