/** Floods of requests to the broker's REST side and to the server. */
import { ADDRESS, type Attack, atRate } from "./attack.ts";
import { tokenFor, tokenRequest } from "./visit.ts";

export const requestAttacks: readonly Attack[] = [
  {
    name: "600 reads of the history a second",
    async run({ origin, ms }) {
      const token = await tokenFor(origin, { address: ADDRESS });
      const headers = { authorization: `Bearer ${Buffer.from(token).toString("base64")}` };
      const url = `${origin}/channels/chat:to-clients/messages?limit=100`;
      await atRate(600, ms, async () => await (await fetch(url, { headers })).arrayBuffer());
      return [];
    },
  },
  {
    name: "600 worthless token requests a second",
    async run({ origin, ms }) {
      const { keyName } = await tokenRequest(origin, { address: ADDRESS });
      const url = `${origin}/keys/${keyName}/requestToken`;
      const body = JSON.stringify({ keyName, timestamp: 0, nonce: "n", mac: "m", capability: "{}" });
      const headers = { "content-type": "application/json" };
      await atRate(600, ms, async () => await (await fetch(url, { method: "POST", headers, body })).arrayBuffer());
      return [];
    },
  },
  {
    name: "a room for each of 5,000 tokens",
    async run({ origin, ms }) {
      let room = 0;
      await atRate(40, ms, async () => {
        const number = room++;
        const name = `flood-${number}`;
        // strangers from many addresses: one address would get 300 tokens a minute
        const address = `203.0.113.${number % 250}`;
        const token = await tokenFor(origin, { address, room: name });
        await fetch(`${origin}/channels/chat:from-clients:${name}/messages`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${Buffer.from(token).toString("base64")}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({ name: "message", data: "a new room" }),
        });
      });
      return [];
    },
  },
];
