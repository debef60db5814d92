/** What a component of `ably/react` hears and who it sees, through the broker as it is installed. */
import { startBroker } from "@asterism/broker";
import { Realtime } from "ably";
import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document, navigator: window.navigator });
const { createElement, useEffect, useState } = await import("react");
const { createRoot } = await import("react-dom/client");
const { AblyProvider, ChannelProvider, useChannel, usePresence, usePresenceListener } = await import("ably/react");

const { key, endpoint, port, stop } = await startBroker();
const client = new Realtime({ key, endpoint, port, tls: false, clientId: "ann" });
let resolve;
const seen = new Promise((settle) => {
  resolve = settle;
});

function Room() {
  const [heard, hear] = useState();
  const { channel } = useChannel("room", ({ data }) => hear(data));
  usePresence("room");
  const { presenceData } = usePresenceListener("room");
  useEffect(() => void channel.attach().then(() => channel.publish("greeting", "hello")), [channel]);
  const present = presenceData.map(({ clientId }) => clientId);
  useEffect(() => {
    if (heard !== undefined && present.length > 0) resolve({ heard, present });
  });
  return null;
}

createRoot(document.body).render(
  createElement(AblyProvider, { client }, createElement(ChannelProvider, { channelName: "room" }, createElement(Room))),
);
process.stdout.write(JSON.stringify(await seen));
client.close();
await stop();
process.exit(); // the window goes on
