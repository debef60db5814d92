/** Names: which nobody may take. */
import { expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { createNameCheck, reservedNames } from "../../../lambda/policy/names.ts";

const moderator = createModerator({ words: ["potato"] });
const check = createNameCheck(moderator);

test.each([
  "Admin",
  "ADMIN_",
  "Adm1n",
  "A d m i n",
  "аdmin",
  "Aⅾmin",
  "Admin 2",
  "Admin2",
  "The Admin",
  "Admin Team",
  "Mоderator",
  "rnoderator",
  "System",
  "5ystem",
  "You",
  "Y0u",
  "Υou",
])("nobody is called %s", (name) => {
  expect(check(name)).toBe("reserved");
});

test.each(["Ann", "Guest", "You Jin", "Todd", "Modesty", "Mode", "Staffan", "Real Madrid", "Modern", "מערכת"])(
  "somebody may be called %s",
  (name) => {
    expect(check(name)).toBe("free");
  },
);

test.each(["Potato", "P0tato", "Ann\u202e", "\u2067Ann\u2069"])("nobody is called %j, whatever is reserved", (name) => {
  expect(check(name)).toBe("banned");
});

test("the reserved names can be others", () => {
  expect(reservedNames("Host, Ana")).toEqual(["Host", "Ana"]);
  expect(reservedNames(" , ")).toEqual(reservedNames());
  const ours = createNameCheck(moderator, reservedNames("Host, Ana"));
  expect([ours("H0st"), ours("Admin"), ours("Anastasia")]).toEqual(["reserved", "free", "free"]);
});
