/** Who a visitor is, under any name. */
import { describe, expect, test } from "vitest";
import { clientIdOf, identify, newPerson, parseClientId, remembered } from "../../../server/identity/person.ts";

const anything = () => "free" as const;
const noPotato = (name: string) => (/potato/i.test(name) ? "banned" : "free");

describe("identify", () => {
  const cookie = "Ann.k3v9x2m4qa";

  test("makes a guest with ten characters of their own", () => {
    const identity = identify({ cookie: undefined, clientId: undefined, name: undefined }, anything);
    expect(identity).toMatchObject({ name: "Guest", person: expect.stringMatching(/^[a-z2-9]{10}$/) });
  });

  test("keeps the cookie's identity", () => {
    const identity = identify({ cookie, clientId: undefined, name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", person: "k3v9x2m4qa" });
  });

  test("keeps the person under another name", () => {
    const identity = identify({ cookie, clientId: undefined, name: "Bob" }, anything);
    expect(identity).toEqual({ name: "Bob", person: "k3v9x2m4qa" });
  });

  test("renews the client id that a tab already has", () => {
    const identity = identify({ cookie: "Bob.k3v9x2m4qa", clientId: cookie, name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", person: "k3v9x2m4qa" });
  });

  test("does not let one visitor renew as another", () => {
    const identity = identify({ cookie, clientId: "Eve.zzz999zzz9", name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", person: "k3v9x2m4qa" });
  });

  test("does not renew a name that the moderator refuses", () => {
    const identity = identify({ cookie, clientId: "Potato.k3v9x2m4qa", name: undefined }, noPotato);
    expect(identity).toEqual({ name: "Ann", person: "k3v9x2m4qa" });
  });

  test("is the same person, without the name, when the name is not allowed any more", () => {
    expect(remembered("Potato.k3v9x2m4qa", noPotato)).toEqual({ name: "Guest", person: "k3v9x2m4qa" });
    expect(parseClientId("Potato.k3v9x2m4qa", noPotato)).toBeUndefined();
  });

  test.each([false, 7, "Ann", ".k3v9x2m4qa", "Ann.abc234", "Ann.K3V9X2M4QA", "A*n.k3v9x2m4qa", "x".repeat(500)])(
    "takes the client id %j for none",
    (bad) => expect(parseClientId(bad, anything)).toBeUndefined(),
  );

  test("writes and reads the same client id", () => {
    const identity = { name: "Ann", person: newPerson() };
    expect(parseClientId(clientIdOf(identity), anything)).toEqual(identity);
  });
});
