import { describe, expect, test } from "vitest";
import { clientIdOf, identify, newIdentity, parseClientId } from "../../../server/identity/person.ts";

const anything = () => true;
const noPotato = (name: string) => !/potato/i.test(name);

describe("identify", () => {
  const cookie = "Ann.abc234";

  test("makes a guest with a suffix of six characters", () => {
    const identity = identify({ cookie: undefined, clientId: undefined, name: undefined }, anything);
    expect(identity).toMatchObject({ name: "Guest", suffix: expect.stringMatching(/^[a-z2-9]{6}$/) });
  });

  test("keeps the cookie's identity", () => {
    const identity = identify({ cookie, clientId: undefined, name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", suffix: "abc234" });
  });

  test("keeps the suffix under another name", () => {
    const identity = identify({ cookie, clientId: undefined, name: "Bob" }, anything);
    expect(identity).toEqual({ name: "Bob", suffix: "abc234" });
  });

  test("renews the client id that a tab already has", () => {
    const identity = identify({ cookie: "Bob.abc234", clientId: cookie, name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", suffix: "abc234" });
  });

  test("does not let one visitor renew as another", () => {
    const identity = identify({ cookie, clientId: "Eve.zzz999", name: undefined }, anything);
    expect(identity).toEqual({ name: "Ann", suffix: "abc234" });
  });

  test("does not renew a name that the moderator refuses", () => {
    const identity = identify({ cookie, clientId: "Potato.abc234", name: undefined }, noPotato);
    expect(identity).toEqual({ name: "Ann", suffix: "abc234" });
  });

  test.each([false, 7, "Ann", ".abc234", "Ann.abc", "Ann.ABC234", "A*n.abc234", "x".repeat(500)])(
    "takes the cookie %j for none",
    (bad) => expect(parseClientId(bad, anything)).toBeUndefined(),
  );

  test("writes and reads the same client id", () => {
    const identity = newIdentity();
    expect(parseClientId(clientIdOf(identity), anything)).toEqual(identity);
  });
});
