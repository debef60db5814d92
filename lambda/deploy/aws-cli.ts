/** The AWS CLI, as the deployment uses it; nothing else of AWS needs to be installed. */
import { spawn } from "node:child_process";

/** The option that names the stack of a deployment. */
export const STACK_OPTION = {
  type: "string",
  default: "asterism",
  value: "NAME",
  says: "the CloudFormation stack; asterism by default",
} as const;

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run `aws` with these arguments. */
export type Aws = (args: readonly string[]) => Promise<Ran>;

/** The real one; its progress goes to standard error. */
export const aws: Aws = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn("aws", [...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += String(data);
    });
    child.stderr.on("data", (data) => {
      stderr += String(data);
    });
    child.once("error", () => reject(new Error("unable to run aws; install the AWS CLI and run `aws configure`")));
    child.once("close", (status) => resolve({ status: status ?? 1, stdout, stderr }));
  });

/** Run and give back what was printed; a failure becomes one sentence with the CLI's own words in it. */
export async function must(run: Aws, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(args);
  if (status === 0) return stdout.trim();
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw new Error(`unable to ${args.slice(0, 2).join(" ")}; ${said === "" ? `aws ended with ${status}` : said}`);
}
