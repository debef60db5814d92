/**
 * The keys and secrets of local mode. They are made once and kept in the data folder, readable by its owner alone, so that
 * tokens, names and identities outlive a restart.
 */
import { createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const FILE = "secrets.json";

const hex = z.string().regex(/^[0-9a-f]{48}$/);
const LocalSecrets = z.object({
  /** The embedded broker's root key, `app.key:secret`. */
  key: z.string().regex(/^local\.[0-9a-f]{8}:[0-9a-f]{48}$/),
  /** Of the key that publishes for the function. */
  publishing: hex,
  /** Of the key that signs the rule's requests. */
  signing: hex,
  /** Of the rule's requests in single mode. */
  webhook: hex,
});
export type LocalSecrets = Readonly<z.infer<typeof LocalSecrets>>;

/**
 * The secrets in `folder`, made when there are none; fresh ones when there is no folder.
 * @throws Error with a sentence when the file cannot be read, written or understood.
 */
export function openLocalSecrets(folder: string | undefined): LocalSecrets {
  if (folder === undefined) return newSecrets();
  const path = join(folder, FILE);
  try {
    return read(path) ?? create(folder, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path} cannot be used: ${reason}; set LOCAL_DATA to another folder, or to memory`, {
      cause: error,
    });
  }
}

/** The secret of the desk's key, which follows from another, so that older files know it, too. */
export const deskSecret = ({ publishing }: LocalSecrets): string =>
  createHmac("sha256", publishing).update("asterism desk").digest("hex").slice(0, 48);

function newSecrets(): LocalSecrets {
  const secret = () => randomBytes(24).toString("hex");
  const key = `local.${randomBytes(4).toString("hex")}:${secret()}`;
  return { key, publishing: secret(), signing: secret(), webhook: secret() };
}

/** Undefined when there is no such file. A file that is not understood is somebody's, and is not written over. */
function read(path: string): LocalSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = LocalSecrets.safeParse(json(text));
  if (!parsed.success) throw new Error("it does not hold the secrets of local mode (remove it to have new ones made)");
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller says what is wrong with it, without what is in it
  }
}

/** Whole or not at all, and never over another's: two servers that start at once have the same secrets. */
function create(folder: string, path: string): LocalSecrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(newSecrets(), null, 2)}\n`, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  const secrets = read(path);
  if (secrets === undefined) throw new Error("it went away while it was made");
  return secrets;
}
