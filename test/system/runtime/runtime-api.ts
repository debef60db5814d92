/**
 * Lambda's Runtime API for one process, and that process: AWS's own runtime interface client with a handler in it.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const installed = join(import.meta.dirname, "runtime", "node_modules");
const CLIENT = join(installed, "aws-lambda-ric", "index.mjs");

export const NODES = ["node24", "node22"] as const;
export type NodeName = (typeof NODES)[number];
const binary = (node: NodeName): string => join(installed, node, "bin", "node");

/** Was `install.sh` run? */
export const isInstalled =
  existsSync(join(installed, "aws-lambda-ric", "rapid-client.node")) && NODES.every((node) => existsSync(binary(node)));

export interface Invoked {
  /** What the handler returned; undefined when the function failed. */
  readonly result?: unknown;
  readonly error?: string;
}

export interface RuntimeOptions {
  readonly node: NodeName;
  /** Folder with `handler.mjs` in it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface Waiting {
  readonly event: unknown;
  readonly settle: (invoked: Invoked) => void;
}

/** One execution environment: started once, invoked one event at a time, killed when it takes too long. */
export class Runtime {
  readonly output: string[] = [];
  readonly #options: RuntimeOptions;
  readonly #server: Server;
  #child: ChildProcess | undefined;
  #next: ServerResponse | undefined;
  #onNext: (() => void) | undefined;
  readonly #running = new Map<string, (invoked: Invoked) => void>();

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** CPU time of all threads of the process so far, ms, as Linux counts it. */
  cpuMs(): number {
    const threads = readdirSync(`/proc/${this.pid}/task`);
    const nanoseconds = threads.map((thread) => threadNanoseconds(`/proc/${this.pid}/task/${thread}/schedstat`));
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  }

  residentBytes(): number {
    return Number(readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ")[1]) * 4_096;
  }

  /** Resolves when the handler's module is loaded and the client asks for work. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    await this.#spawn();
  }

  async #spawn(): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const child = spawn(binary(this.#options.node), [CLIENT, "handler.handler"], {
      cwd: this.#options.folder,
      env: {
        ...this.#options.environment,
        _HANDLER: "handler.handler",
        LAMBDA_TASK_ROOT: this.#options.folder,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: "asterism",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/asterism",
        AWS_LAMBDA_LOG_STREAM_NAME: "local",
        AWS_LAMBDA_LOG_FORMAT: "JSON",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => this.output.push(String(data)));
    const asks = new Promise<void>((resolve) => {
      this.#onNext = resolve;
    });
    const ends = new Promise<never>((_, reject) => {
      child.once("exit", (code, signal) =>
        reject(new Error(`the runtime ended (${code ?? signal}): ${this.output.join("")}`)),
      );
    });
    ends.catch(() => this.#failAll("the process ended"));
    await Promise.race([asks, ends]);
  }

  /** Invoke once; a function that is late is killed, and started afresh for the next one. */
  async invoke(event: unknown): Promise<Invoked> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<"timeout">((resolve) => {
      timer = setTimeout(() => resolve("timeout"), this.#options.timeoutMs);
    });
    const invoked = new Promise<Invoked>((settle) => this.#hand({ event, settle }));
    const outcome = await Promise.race([invoked, timeout]);
    clearTimeout(timer);
    if (outcome !== "timeout") {
      if (hasEnded(this.#child)) await this.#spawn();
      return outcome;
    }
    await this.#kill();
    await this.#spawn();
    return { error: "timeout" };
  }

  #hand({ event, settle }: Waiting): void {
    const send = () => {
      const response = this.#next;
      this.#next = undefined;
      const id = randomUUID();
      this.#running.set(id, settle);
      response?.writeHead(200, {
        "content-type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": id,
        "Lambda-Runtime-Deadline-Ms": String(Date.now() + this.#options.timeoutMs),
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:asterism",
        "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000",
      });
      response?.end(JSON.stringify(event));
    };
    if (this.#next === undefined) this.#onNext = send;
    else send();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace("/2018-06-01/runtime/", "");
    if (path === "invocation/next") {
      this.#next = response;
      const told = this.#onNext;
      this.#onNext = undefined;
      told?.();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const [, id = "", what] = path.split("/");
    response.writeHead(202).end();
    const settle = this.#running.get(id);
    this.#running.delete(id);
    settle?.(what === "response" ? { result: JSON.parse(body) } : { error: body });
  }

  #failAll(error: string): void {
    for (const settle of this.#running.values()) settle({ error });
    this.#running.clear();
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    this.#next = undefined;
    this.#running.clear();
  }

  async close(): Promise<void> {
    await this.#kill();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Nothing of a thread that ended since it was listed. */
function threadNanoseconds(path: string): number {
  try {
    return Number(readFileSync(path, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
}

const hasEnded = (child: ChildProcess | undefined): boolean =>
  child === undefined || child.exitCode !== null || child.signalCode !== null;
