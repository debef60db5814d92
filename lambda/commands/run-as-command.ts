/** The one way in which every npm script of ours starts: its options, its `--help`, and mistakes told in a sentence. */
import { fileURLToPath } from "node:url";
import { type ParseArgsConfig, parseArgs } from "node:util";

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/** An option of a command: what `parseArgs` takes, and what `--help` says about it. */
export type CommandOptions = {
  readonly [name: string]: OptionsConfig[string] & {
    /** What stands for the value: `HOURS`; nothing for a flag. */
    readonly value?: string;
    readonly says: string;
  };
};

type Values<O extends CommandOptions> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>["values"];

/** What the help says of a command of `package.json`. */
interface Described<O extends CommandOptions> {
  /** As it is written after `npm run`. */
  readonly name: string;
  /** How it is called when that is not `npm run` and its name. */
  readonly call?: string;
  /** What it does, in one or more sentences. */
  readonly does: string;
  readonly options?: O;
  /** What may stand beside the options, such as `"text"`; without it nothing may. */
  readonly words?: string;
}

/** A command of `package.json`. */
export interface Command<O extends CommandOptions> extends Described<O> {
  /** Does the work; what it throws is told in one sentence. The number is the exit code. */
  readonly run: (values: Values<O>, words: readonly string[]) => Promise<number | undefined> | Promise<void>;
}

/** A mistake of the person at the terminal in how the command was called. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs the command when the module is the program itself. */
export async function runAsCommand<const O extends CommandOptions = Record<string, never>>(
  moduleUrl: string,
  command: Command<O>,
): Promise<void> {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    process.stdout.write(helpOf(command));
    return;
  }
  try {
    const { values, positionals } = parse(command, args);
    const code = await command.run(values, positionals);
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`${tryHelp(command)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** What `--help` prints. */
export function helpOf<O extends CommandOptions>(command: Described<O>): string {
  const lines = [`usage: ${usageOf(command)}`, "", ...command.does.split("\n")];
  const rows = Object.entries({ ...command.options, help: { says: "prints this and does nothing else" } }).map(
    ([name, option]) => [`--${name}${"value" in option ? ` ${option.value}` : ""}`, option.says] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  lines.push("", ...rows.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`));
  return `${lines.join("\n")}\n`;
}

type Called = Pick<Command<CommandOptions>, "name" | "call">;

const callOf = ({ name, call }: Called): string =>
  call ?? (name === "start" || name === "test" ? `npm ${name} --` : `npm run ${name} --`);

/** The hint after a mistake. */
export const tryHelp = (command: Called): string => `Try: ${callOf(command)} --help`;

function usageOf<O extends CommandOptions>(command: Described<O>): string {
  const options = Object.entries(command.options ?? {}).map(([name, { value }]) =>
    value === undefined ? `[--${name}]` : `[--${name} ${value}]`,
  );
  return [callOf(command), ...options, ...(command.words === undefined ? [] : [command.words])].join(" ");
}

/** `--help` anywhere before `--`. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "--help" || arg === "-h");
}

function parse<O extends CommandOptions>(command: Command<O>, args: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...args], options: command.options ?? ({} as O), allowPositionals: true });
    const [extra] = parsed.positionals;
    if (extra !== undefined && command.words === undefined) {
      throw new UsageError(`${command.name} takes no words of its own, and there is ${JSON.stringify(extra)}.`);
    }
    return parsed;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(mistakeIn(error, command));
  }
}

/** Node's own sentence without its advice about `--`, with the option that was probably meant. */
function mistakeIn<O extends CommandOptions>(error: unknown, { name, options }: Command<O>): string {
  const said = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-[^']*)'/.exec(said)?.[1];
  if (unknown === undefined) return `${said.split("\n")[0]?.replace(/\.$/, "")}.`;
  return mistakenOption(name, unknown, Object.keys(options ?? {}));
}

/** What is said of an option that the command has not, with the one that was probably meant. */
export function mistakenOption(name: string, unknown: string, options: readonly string[]): string {
  const near = options.find((known) => isNear(known, unknown.replace(/^-+/, "")));
  return `${name} has no option ${unknown}.${near === undefined ? "" : ` Did you mean --${near}?`}`;
}

/** Are two names near: one begins with the other, or they differ in one or two characters? */
function isNear(known: string, typed: string): boolean {
  if (typed.length > 1 && (known.startsWith(typed) || typed.startsWith(known))) return true;
  return Math.min(known.length, typed.length) > 3 && distance(known, typed) <= 2;
}

/** How many characters must be added, removed or replaced to make one text of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** One line for people: the error's own words. A bug shows its stack only where `DEBUG` is set. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  return process.env.DEBUG === undefined ? error.message : (error.stack ?? error.message);
}
