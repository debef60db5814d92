/** `npm run policy -- show|check|put FILE|schema`: the policy that is in force, and a new one in its place. */
import { readFile, writeFile } from "node:fs/promises";
import { config as readDotenv } from "dotenv";
import { checkPolicy, savePolicy } from "../desk/save-policy.ts";
import { policyJsonSchema } from "../policy/json-schema.ts";
import { readPolicyFile } from "../policy/policy-file.ts";
import type { Problem } from "../policy/schema.ts";
import type { Store } from "../store/store.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";
import { operator, storeFor } from "./store-access.ts";

const SCHEMA_FILE = new URL("../policy.schema.json", import.meta.url);

await runAsCommand(import.meta.url, {
  name: "policy",
  does: "show prints the policy in force, check FILE says what is wrong with one, put FILE puts one in its place,\nschema writes lambda/policy.schema.json. The store is that of STORE_TABLE or of the running local product.",
  options: {
    reason: { type: "string", default: "", value: "TEXT", says: "why the policy changes, for the history" },
  },
  words: "show | check FILE | put FILE | schema",
  async run({ reason }, [what, file, ...more]): Promise<number | undefined> {
    readDotenv({ quiet: true });
    const say = (text: string) => process.stdout.write(`${text}\n`);
    if (more.length > 0) throw new UsageError("policy takes one file.");
    if (what === "show" && file === undefined) return await show(await storeFor(process.env), say);
    if (what === "schema" && file === undefined) {
      await writeFile(SCHEMA_FILE, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
      return 0;
    }
    if ((what !== "check" && what !== "put") || file === undefined) {
      throw new UsageError("policy takes show, check FILE, put FILE or schema.");
    }
    const written: unknown = JSON.parse(await readFile(file, "utf8"));
    if (what === "check") return tellProblems(checkPolicy(written), say);
    return await put(await storeFor(process.env), { written, reason, by: operator(process.env), say });
  },
});

async function show(store: Store, say: (text: string) => void): Promise<number> {
  const [version] = await store.policies.since(0, 1);
  say(JSON.stringify(version === undefined ? readPolicyFile() : await store.policies.read(version), null, 2));
  return 0;
}

function tellProblems(
  checked: { readonly ok: boolean; readonly problems?: readonly Problem[] },
  say: (text: string) => void,
): number {
  for (const { path, message } of checked.problems ?? []) say(`${path === "" ? "policy" : path}: ${message}`);
  if (checked.ok) say("nothing is wrong with it");
  return checked.ok ? 0 : 1;
}

interface Put {
  readonly written: unknown;
  readonly reason: string;
  readonly by: string;
  readonly say: (text: string) => void;
}

async function put(store: Store, { written, reason, by, say }: Put): Promise<number> {
  const ifVersion = (await store.policies.since(0, 1))[0]?.version ?? 0;
  const saved = await savePolicy(store, written, { by, reason, ifVersion });
  if (saved.ok) {
    say(`version ${saved.version.version} is in force within three seconds`);
    return 0;
  }
  if (saved.code === "invalid-policy") return tellProblems(saved, say);
  throw new Error(
    `unable to save the policy; ${saved.code === "version-conflict" ? "somebody else just did" : "it is too large"}`,
  );
}
