/** A fresh process that answers calls over IPC: the servers and the load of a bench. */
import { fork } from "node:child_process";

/** A process on the other side. */
export interface Peer<Calls extends CallTable> {
  call<Name extends keyof Calls & string>(name: Name, params: Calls[Name]["params"]): Promise<Calls[Name]["answer"]>;
  /** Ends the process and waits for its end. */
  kill(): Promise<void>;
}

type CallTable = { [name: string]: { params: unknown; answer: unknown } };

/** Each call's implementation, in the process that serves them. */
export type Handlers<Calls extends CallTable> = {
  readonly [Name in keyof Calls]: (params: Calls[Name]["params"]) => Promise<Calls[Name]["answer"]>;
};

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** Starts `module` in a process of its own, by tsx where it is TypeScript, with more of Node's flags. */
export function startPeer<Calls extends CallTable>(
  module: URL,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Peer<Calls> {
  const child = fork(module, [...args], {
    execArgv: [
      ...flags,
      ...(module.pathname.endsWith(".ts") ? ["--import", "tsx"] : []),
      "--expose-gc",
      "--max-old-space-size=3072",
    ],
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const ended = new Promise<void>((resolve) => {
    child.on("exit", (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`the process ended (${code ?? signal})`));
      waiting.clear();
      resolve();
    });
  });
  child.on("message", (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error !== undefined) call?.reject(new Error(reply.error));
    else call?.resolve(reply.answer as never);
  });
  return {
    call(name, params) {
      const id = calls++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ id, name, params });
      });
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Serves calls from the process that started this one; ends with it. */
export function servePeer<Calls extends CallTable>(handlers: Handlers<Calls>): void {
  process.on("message", (call: { id: number; name: keyof Calls & string; params: never }) => {
    handlers[call.name](call.params).then(
      (answer) => process.send?.({ id: call.id, answer }),
      (error: unknown) => process.send?.({ id: call.id, error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}
