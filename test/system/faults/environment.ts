/**
 * Lambda's execution environments in virtual time. One request at a time each; the process can die at any await of the
 * function (before, during or after what it awaits), is killed at its time-out, and is frozen or thrown away between
 * requests, with all that it remembered.
 */
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { createHandler, type Handler, type HandlerDeps } from "../../../lambda/create-handler.ts";
import type { Publisher } from "../../../lambda/deliver/publisher.ts";
import type { LogEntry } from "../../../lambda/log.ts";
import type { Moderator } from "../../../lambda/moderation/index.ts";
import type { Keeper } from "../../../lambda/quarantine/quarantine.ts";
import { End } from "../../../lambda/sleep.ts";
import type { FakeClock } from "../../helpers/fake-clock.ts";
import { moderationBy } from "../../lambda/helpers/moderation.ts";
import { CONFIG } from "../../lambda/helpers/requests.ts";
import { LATEST_ANSWER_MS } from "./ably.ts";

const TIMEOUT_MS = 12_000;

/** What the caller of the URL sees. */
export interface Seen {
  readonly status: number;
  readonly body: string;
}

export interface Platform {
  readonly time: FakeClock;
  readonly publisher: Publisher;
  readonly quarantine: Keeper;
  /** What stars out, where `equip` names no policy. */
  readonly moderator?: Moderator;
  /** More of what each process has; every await of it goes through `step`, where the process may die. */
  readonly equip?: (step: <T>(work: () => Promise<T>) => Promise<T>) => Partial<HandlerDeps>;
  readonly log: (entry: LogEntry) => void;
  readonly random: () => number;
  /** Asked at every await point, twice: does the process die here? */
  readonly dies: () => boolean;
  /** Does a batch rule bring again what single requests bring? */
  readonly batchFollows?: boolean;
}

export interface Tally {
  answers: number;
  kills: number;
  timeouts: number;
  /** Answers that came from the function after its guard. */
  late: number;
  /** Answers of the function without a status. */
  withoutStatus: number;
  slowestMs: number;
}

export const noTally = (): Tally => ({
  answers: 0,
  kills: 0,
  timeouts: 0,
  late: 0,
  withoutStatus: 0,
  slowestMs: 0,
});

/** One process with the function in it. */
class Environment {
  isAlive = true;
  isBusy = false;
  readonly #handler: Handler;
  readonly #platform: Platform;
  #die: () => void = () => undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    const { publisher, quarantine, moderator, time, log, random } = platform;
    const deps: Partial<HandlerDeps> = {
      now: time.now,
      random,
      log,
      ...(moderator !== undefined && { moderation: moderationBy(moderator) }),
      sleep: (ms, end) => this.#step(() => time.sleep(ms, end)),
      publisher: {
        publish: (channel, message, timeoutMs) => this.#step(() => publisher.publish(channel, message, timeoutMs)),
        idsSince: (channel, since, timeoutMs) => this.#step(() => publisher.idsSince(channel, since, timeoutMs)),
      },
      quarantine: { keep: (entries, timeoutMs) => this.#step(() => quarantine.keep(entries, timeoutMs)) },
      ...platform.equip?.((work) => this.#step(work)),
    };
    this.#handler = createHandler({ ...CONFIG, batchFollows: platform.batchFollows === true }, deps);
  }

  /** An await point. What a dead process was waiting for never returns to it. */
  async #step<T>(work: () => Promise<T>): Promise<T> {
    this.#mayDie();
    if (!this.isAlive) return await never();
    const result = await work();
    this.#mayDie();
    return this.isAlive ? result : await never();
  }

  #mayDie(): void {
    if (this.isAlive && this.isBusy && this.#platform.dies()) {
      this.isAlive = false;
      this.#die();
    }
  }

  async invoke(event: LambdaFunctionURLEvent, tally: Tally): Promise<Seen> {
    const { time } = this.#platform;
    const startedAt = time.now();
    const context = {
      awsRequestId: `req-${startedAt}`,
      getRemainingTimeInMillis: () => startedAt + TIMEOUT_MS - time.now(),
    };
    this.isBusy = true;
    const died = new Promise<"died">((resolve) => {
      this.#die = () => resolve("died");
    });
    const answered = new End();
    const timeout = time.sleep(TIMEOUT_MS, answered).then(() => "timeout" as const);
    const outcome = await Promise.race([this.#handler(event, context), died, timeout]);
    this.isBusy = false;
    answered.come();
    if (outcome === "died" || outcome === "timeout") {
      this.isAlive = false;
      tally[outcome === "died" ? "kills" : "timeouts"] += 1;
      return { status: 502, body: "Internal Server Error" };
    }
    const took = time.now() - startedAt;
    tally.answers += 1;
    tally.slowestMs = Math.max(tally.slowestMs, took);
    if (took > TIMEOUT_MS - LATEST_ANSWER_MS) tally.late += 1;
    if (!Number.isInteger(outcome.statusCode)) tally.withoutStatus += 1;
    return { status: outcome.statusCode, body: outcome.body ?? "" };
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

/** As many environments as there are requests at the same time. */
export class Lambda {
  readonly tally = noTally();
  #environments: Environment[] = [];
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async invoke(event: LambdaFunctionURLEvent): Promise<Seen> {
    let environment = this.#environments.find(({ isAlive, isBusy }) => isAlive && !isBusy);
    if (environment === undefined) {
      environment = new Environment(this.#platform);
      this.#environments.push(environment);
    }
    const seen = await environment.invoke(event, this.tally);
    this.#environments = this.#environments.filter(({ isAlive }) => isAlive);
    return seen;
  }

  /** Throw away the ones that are idle, as Lambda does whenever it likes. */
  reclaim(): void {
    this.#environments = this.#environments.filter(({ isBusy }) => isBusy);
  }
}
