/** What `@ably/spaces` shows of one member to another, through the broker as it is installed. */
import spaces from "@ably/spaces";
import { startBroker } from "@asterism/broker";
import { Realtime } from "ably";

const Spaces = spaces.default; // the package is CommonJS
const { key, endpoint, port, stop } = await startBroker();
const clients = ["ann", "ben"].map((clientId) => new Realtime({ key, endpoint, port, tls: false, clientId }));
const [ann, ben] = await Promise.all(clients.map((client) => new Spaces(client).get("deck")));
const seen = (part, fits) =>
  new Promise((resolve) => part.subscribe("update", (event) => fits(event) && resolve(event)));

const both = seen(ben, ({ members }) => members.length === 2);
await ann.enter({ name: "Ann" });
await ben.enter({ name: "Ben" });
const members = (await both).members.map(({ clientId }) => clientId);

const moved = seen(ben.locations, () => true);
await ann.locations.set({ slide: 3 });
const location = (await moved).currentLocation;

const locked = seen(ben.locks, ({ status }) => status === "locked");
await ann.locks.acquire("slide-3");
const lock = (await locked).member.clientId;

// A cursor is sent only when another member is known to be there.
const pointed = seen(ben.cursors, () => true);
const pointing = setInterval(() => ann.cursors.set({ position: { x: 1, y: 2 } }).catch(() => {}), 50);
const cursor = (await pointed).position;
clearInterval(pointing);

process.stdout.write(JSON.stringify({ members, location, lock, cursor }));
for (const client of clients) client.close();
await stop();
process.exit(); // Spaces goes on looking after members that left
