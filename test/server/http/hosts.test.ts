/** DNS rebinding: which names a server answers to. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createFront } from "../../../server/http/front.ts";
import { createHosts } from "../../../server/http/hosts.ts";
import { app } from "./app-under-test.ts";

describe("the names that a local server answers to", () => {
  const local = { ABLY_API_KEY: "" };
  const knock = (host: string, env: Record<string, string> = local) =>
    request(app({}, env)).get("/health").set("Host", host);

  test.each(["localhost", "LOCALHOST:3000", "localhost.:80", "127.0.0.1:3000", "[::1]:3000"])(
    "include %s",
    async (host) => {
      await knock(host).expect(200);
    },
  );

  test.each(["evil.example", "localhost.evil.example:3000", "192.168.1.5", "127.0.0.2", "[::2]"])(
    "do not include %s",
    async (host) => {
      const { body } = await knock(host).expect(403);
      expect(body.error).toEqual({ code: "host_refused", message: expect.stringContaining("ALLOWED_HOSTS") });
    },
  );

  test.each(["[", "a:99999", "a b", "evil.example@localhost", "localhost/evil"])("are not in %j", async (host) => {
    const { body } = await knock(host).expect(400);
    expect(body.error.code).toBe("invalid_host");
  });

  test("include HOST and ALLOWED_HOSTS", async () => {
    await knock("mybox:3000", { ...local, HOST: "mybox" }).expect(200);
    await knock("chat.test", { ...local, ALLOWED_HOSTS: "other.test,chat.test" }).expect(200);
  });

  test("include every address, and no name, where it listens everywhere", async () => {
    await knock("192.168.1.5:3000", { ...local, HOST: "0.0.0.0" }).expect(200);
    await knock("evil.example", { ...local, HOST: "0.0.0.0" }).expect(403);
  });

  test("guard the broker's paths and the function too", async () => {
    const front = createFront({
      app: app({}, local),
      hosts: createHosts([]),
      broker: { handles: () => true, handleRequest: () => expect.unreachable("the broker was asked") },
      functionUrl: () => expect.unreachable("the function was asked"),
    });
    await request(front).get("/channels").set("Host", "evil.example").expect(403);
    await request(front).post("/lambda").set("Host", "evil.example").expect(403);
  });

  test("are any at Ably, as long as none are listed", async () => {
    await knock("chat.example.org", {}).expect(200);
    await knock("chat.example.org", { ALLOWED_HOSTS: "other.test" }).expect(403);
  });
});
