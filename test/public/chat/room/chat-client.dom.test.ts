/** The client of a room, with an SDK that does as it is told. */
import { afterEach, expect, test, vi } from "vitest";
import { createChatClient } from "../../../../public/src/chat/room/chat-client.ts";

afterEach(() => void vi.unstubAllGlobals());

test.each(["mybox", "localhost", "chat.example.org", "127.0.0.1", "[::1]"])(
  "asks the host that it was told to, and no other: %s",
  async (endpoint) => {
    const asked = new Promise<string>((resolve) =>
      vi.stubGlobal("fetch", async (address: string) => {
        resolve(address);
        return new Response("{}", { status: 403 });
      }),
    );
    const client = createChatClient({
      settings: {
        mode: "local",
        endpoint,
        port: 3000,
        tls: false,
        channels: { inbound: "in", outbound: "out", noticesPrefix: "notices:" },
        maxMessageLength: 2000,
      },
      token: async () => ({
        ok: true,
        value: { keyName: "a.b", clientId: "Ann.abc234", nonce: "n", timestamp: 1, mac: "m", capability: "{}" },
      }),
      recent: async () => null,
      now: () => 0,
      after: () => {},
      hear: () => {},
      isKnown: () => false,
      rejoining: false,
    });
    expect(new URL(await asked).origin).toBe(`http://${endpoint}:3000`);
    client.close();
  },
);
