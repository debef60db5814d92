/** What `@ably/chat` shows of one person in a room to another, through the broker as it is installed. */
import { ChatClient } from "@ably/chat";
import { startBroker } from "@asterism/broker";
import { Realtime } from "ably";

const { key, endpoint, port, stop } = await startBroker();
const clients = ["ann", "ben"].map((clientId) => new Realtime({ key, endpoint, port, tls: false, clientId }));
const rooms = clients.map((client) => new ChatClient(client, { logLevel: "silent" }).rooms.get("den"));
const [ann, ben] = await Promise.all(rooms);
await Promise.all([ann.attach(), ben.attach()]);
const seen = (part) => new Promise((resolve) => part.subscribe(resolve));

const typed = seen(ben.typing);
await ann.typing.keystroke();
const typing = (await typed).change.clientId;

const came = seen(ben.presence);
await ann.presence.enter();
const presence = (await came).member.clientId;

const reacted = seen(ben.reactions);
await ann.reactions.send({ name: "wave" });
const reaction = (await reacted).reaction.name;

const refused = await ann.messages.send({ text: "hello" }).catch(({ statusCode, code }) => [statusCode, code]);

process.stdout.write(JSON.stringify({ typing, presence, reaction, refused }));
for (const client of clients) client.close();
await stop();
process.exit(); // the rooms go on waiting for who stops typing
