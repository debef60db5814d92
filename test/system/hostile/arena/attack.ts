/** What an attack is, and the process of its own in which it runs: `fork`ed, so that it takes no time of the honest. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What an attacker has: the address of the product, an address of their own, and time. */
export interface Target {
  readonly origin: string;
  readonly ms: number;
}

export interface Attack {
  readonly name: string;
  /** Attacks for as long as there is time; says what it got that it must not get. */
  readonly run: (target: Target) => Promise<readonly string[]>;
}

/** The address that all of an attacker's requests come from, unless the attack has many. */
export const ADDRESS = "203.0.113.66";

/** Does something again and again at a rate, until the time is over; what is refused is what the attacker expects. */
export async function atRate(aSecond: number, ms: number, work: () => unknown): Promise<void> {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < ms) {
    const due = Math.floor(((performance.now() - start) / 1_000) * aSecond) + 1;
    for (; done < due; done++) Promise.resolve(work()).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs an attack by its name in a process of its own. */
export async function attackFrom(name: string, target: Target): Promise<readonly string[]> {
  const child = fork(fileURLToPath(new URL("./attacker.ts", import.meta.url)), [name, JSON.stringify(target)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let found: readonly string[] = ["the attacker's process ended before its attack"];
  child.on("message", (message) => {
    found = Object(message).found;
  });
  await once(child, "exit");
  return found;
}
