/** The packages as npm hands them out, and empty projects that install them. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** What a program said and how it ended. */
export async function execute(file: string, args: readonly string[], cwd: string, env: object = {}): Promise<Outcome> {
  // Vitest's own variables would make a child believe that it is one of its workers.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|TEST$|npm_)/.test(name));
  const options = { cwd, env: { ...Object.fromEntries(own), ...env }, maxBuffer: 64 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await run(file, args, options);
    return { code: 0, output: `${stdout}${stderr}` };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, output: `${stdout}${stderr}` };
  }
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { code, output } = await execute("npm", args, cwd);
  if (code !== 0) throw new Error(`npm ${args.join(" ")} failed\n${output}`);
  return output;
}

/** Both packages as files, made anew. */
export interface Packed {
  readonly engine: string;
  readonly broker: string;
}

/** What `npm publish` would upload. */
export async function pack(folder: string): Promise<Packed> {
  mkdirSync(folder, { recursive: true });
  await npm(["pack", "--workspaces", "--pack-destination", folder], ROOT);
  const named = (part: string): string => join(folder, readdirSync(folder).find((name) => name.includes(part)) ?? part);
  return { engine: named("moderation"), broker: named("broker") };
}

/** A project outside the repository, so that nothing of it is found by accident. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "asterism-project-"));

  constructor(manifest: object = { type: "module" }) {
    this.write("package.json", JSON.stringify({ name: "empty", private: true, ...manifest }));
  }

  async install(...what: readonly string[]): Promise<void> {
    await npm(["install", "--prefer-offline", "--no-audit", "--no-fund", ...what], this.folder);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  run(file: string, args: readonly string[], env: object = {}): Promise<Outcome> {
    return execute(file, args, this.folder, env);
  }

  /** Names of the packages that were installed. */
  packages(): string[] {
    const lock = JSON.parse(readFileSync(join(this.folder, "package-lock.json"), "utf8"));
    return Object.keys(lock.packages).filter((path) => path !== "");
  }

  /** Megabytes of what was installed. */
  megabytes(): number {
    const modules = join(this.folder, "node_modules");
    const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) / 1e6;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Node 20, 22 and 24 from npm, in a project of their own; one of them is this very process. */
export async function installNodes(project: Project): Promise<Record<string, string>> {
  const own = process.versions.node.split(".")[0];
  const others = ["20", "22", "24"].filter((version) => version !== own);
  const platform = `${process.platform}-${process.arch}`;
  await project.install(...others.map((version) => `node${version}@npm:node-${platform}@${version}`));
  const binaries = others.map((version) => [
    `node${version}`,
    join(project.folder, "node_modules", `node${version}`, "bin/node"),
  ]);
  return { ...Object.fromEntries(binaries), [`node${own}`]: process.execPath };
}
