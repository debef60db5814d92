/**
 * `npm run bench -- [name] [--quick] [row …]`: measures a part of the product against its targets. Each part lives in a
 * file of its own beside this one; it prints its table and sets a failing exit code when a target is missed.
 */
import { type Bench, isBench } from "./bench.ts";

const NAMES = ["broker", "engine", "function", "page", "pipeline", "growth"];

async function load(name: string): Promise<Bench | undefined> {
  try {
    const found: unknown = await import(new URL(`./${name}.ts`, import.meta.url).href);
    return isBench(found) ? found : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

const [first, ...rest] = process.argv.slice(2);
const wanted = first !== undefined && NAMES.includes(first) ? [first] : NAMES;
const args = wanted.length === 1 ? rest : process.argv.slice(2);

for (const name of wanted) {
  const bench = await load(name);
  if (bench === undefined) process.stderr.write(`there is no bench of the name ${name}\n`);
  else await bench.run(args);
}
