/**
 * The real process under AWS's runtime client, killed with SIGKILL while a request of its is on the way: at the first
 * publish, at the second, and so on. A new process gets the batch again. Also frozen while its connections are closed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFunction } from "../../../lambda/deploy/build.ts";
import { AblyStub } from "../../lambda/helpers/ably-stub.ts";
import { signed } from "../../lambda/helpers/requests.ts";
import { isInstalled, Runtime } from "../runtime/runtime-api.ts";

export interface KillOutcome {
  readonly kills: number;
  readonly freezes: number;
  readonly failedAfterFreeze: number;
  readonly lost: number;
  readonly shownTwice: number;
}

const TEXTS = ["one", "two", "three"];

/** Undefined where the runtime client is not installed. */
export async function runKills(freezes: number): Promise<KillOutcome | undefined> {
  if (!isInstalled) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "asterism-kills-"));
  const stub = new AblyStub();
  try {
    await buildFunction(join(folder, "lambda"));
    await stub.start();
    const start = async () => {
      const environment = {
        ABLY_PUBLISH_KEY: "appid.publisher:secret",
        ABLY_SIGNING_KEY: "appid.signer:s3cr3tValue",
        ABLY_ENDPOINT: "127.0.0.1",
        ABLY_PORT: String(stub.port),
        ABLY_TLS: "false",
      };
      const runtime = new Runtime({ node: "node24", folder: join(folder, "lambda"), environment, timeoutMs: 12_000 });
      await runtime.start();
      return runtime;
    };

    // before the answer to each request, and after it
    for (let kill = 0; kill < TEXTS.length; kill += 1) {
      const runtime = await start();
      const before = stub.requests;
      stub.onRequest = () => {
        if (stub.requests - before === kill + 1) process.kill(runtime.pid, "SIGKILL");
      };
      await runtime.invoke(signed(batchOf(`kill${kill}`)));
      stub.onRequest = () => undefined;
      await runtime.invoke(signed(batchOf(`kill${kill}`)));
      await runtime.close();
    }

    const runtime = await start();
    let failedAfterFreeze = 0;
    for (let freeze = 0; freeze < freezes; freeze += 1) {
      process.kill(runtime.pid, "SIGSTOP");
      stub.server.closeIdleConnections();
      const invoked = runtime.invoke(signed(batchOf(`freeze${freeze}`)));
      process.kill(runtime.pid, "SIGCONT");
      const { result } = await invoked;
      const status = Object(result).statusCode;
      if (status !== 200) failedAfterFreeze += 1;
    }
    await runtime.close();

    const rounds = [
      ...TEXTS.map((_, kill) => `kill${kill}`),
      ...Array.from({ length: freezes }, (_, n) => `freeze${n}`),
    ];
    const wanted = rounds.flatMap((round) => TEXTS.map((text) => `${round} ${text}`));
    const shown = stub.texts();
    return {
      kills: TEXTS.length,
      freezes,
      failedAfterFreeze,
      lost: wanted.filter((text) => !shown.includes(text)).length,
      shownTwice: shown.length - new Set(shown).size,
    };
  } finally {
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const batchOf = (round: string): string =>
  JSON.stringify({
    items: TEXTS.map((text) => ({
      source: "channel.message",
      data: {
        channelId: "chat:from-clients",
        messages: [{ id: `${round}-${text}`, clientId: "Ada.x1y2z3", timestamp: Date.now(), data: `${round} ${text}` }],
      },
    })),
  });
