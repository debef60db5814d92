/** The process that is killed: a broker with a data folder and without rates, until it is told to go. */
import { startBroker } from "../../../../server/broker/index.ts";
import { UNLIMITED } from "../../../bench/unlimited.ts";

const [data = "", port = "0", target = ""] = process.argv.slice(2);
const source = { type: "channel.message", channelFilter: "^kept:" } as const;
const rule = (id: string, requestMode: "batch" | "single") => ({
  id,
  requestMode,
  source,
  target: { url: `${target}/${id}`, format: "json" as const },
  ...(requestMode === "batch" && { batchIntervalMs: 0 }),
});

const broker = await startBroker({
  data,
  port: Number(port),
  key: "app.key:secret",
  namespaces: [{ id: "kept", persisted: true }],
  rules: [rule("batch", "batch"), rule("single", "single")],
  limits: UNLIMITED,
  log: () => {},
});
process.stdout.write(`${broker.port}\n`);
