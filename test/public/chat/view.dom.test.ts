/** The page in a document: rows, fates, scrolling, the composer, and what is read aloud. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import page from "../../../public/index.html?raw";
import { createDraft } from "../../../public/src/chat/draft.ts";
import type { Entry } from "../../../public/src/chat/entries.ts";
import type { Fate, Message } from "../../../public/src/chat/message.ts";
import { initialState, type State } from "../../../public/src/chat/state.ts";
import { createAnnouncer } from "../../../public/src/chat/view/announcer.ts";
import { createComposerView } from "../../../public/src/chat/view/composer.ts";
import { itemsOf } from "../../../public/src/chat/view/items.ts";
import { createLogView } from "../../../public/src/chat/view/log.ts";
import { deedsFor } from "../../../public/src/chat/view/menu.ts";
import { createPeopleView } from "../../../public/src/chat/view/people.ts";
import { createRoomsView } from "../../../public/src/chat/view/rooms.ts";
import { createStatusView } from "../../../public/src/chat/view/status.ts";
import { connectionText, fateText, fateWithDelay, typingText } from "../../../public/src/chat/wording.ts";
import { english } from "../../../public/src/common/language/english.ts";
import { german } from "../../../public/src/common/language/german.ts";
import { createLanguage } from "../../../public/src/common/language/language.ts";
import { writeInto } from "../../../public/src/common/language/source.ts";
import { createShelf } from "../../../public/src/common/shelf.ts";
import { tellApart, who } from "../../../public/src/common/who.ts";

const NOON = new Date(2026, 10, 21, 12).getTime();
const DAY = 86_400_000;
const language = createLanguage("en", english);
const NO = { code: "", message: "No." };
const ann = who("Ann.abc234");
const bob = who("Bob.bbb222");

const message = (sourceId: string, change: Partial<Message> = {}): Message => ({
  kind: "message",
  key: `bbb222\n${sourceId}`,
  author: bob,
  own: false,
  sourceId,
  attempt: 0,
  text: sourceId,
  time: NOON,
  serial: "1",
  fate: { name: "delivered", delayMs: null },
  ...change,
});
const showing = (entries: readonly Entry[], change: Partial<State> = {}): State => ({
  ...initialState(""),
  me: ann,
  connection: { name: "connected" },
  joined: true,
  entries,
  ...change,
});
const all = (selector: string) => [...document.querySelectorAll(selector)];
const one = (selector: string): HTMLElement => {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return element;
};

/** The page as it is delivered, before its script ran. */
async function load(): Promise<void> {
  document.documentElement.innerHTML = (await writeInto(page, "en")).replace(
    /^[\s\S]*<html[^>]*>|<script[^>]*><\/script>|<link[^>]*>/g,
    "",
  );
}

beforeEach(load);

/** Frames in which there is time for everything. */
const frames = { clock: () => 0, later: () => {} };

describe("the log", () => {
  const actions = { retry: vi.fn(), edit: vi.fn(), discard: vi.fn(), loadEarlier: vi.fn(), looked: vi.fn() };
  const looks = tellApart([ann, bob]);
  const draw = (...states: State[]) => drawWith({ hasDesk: true }, ...states);
  const drawWith = ({ hasDesk }: { hasDesk: boolean }, ...states: State[]) => {
    const view = createLogView(document, { actions, language, now: () => NOON, ...frames, hasDesk: () => hasDesk });
    for (const state of states) view.render(state, looks);
    return view;
  };

  test("puts people's words in as text", () => {
    const markup = "<img src=x onerror=alert(1)><b>bold</b>";
    draw(showing([message("1", { text: markup })]));
    expect(one(".text").textContent).toBe(markup);
    expect(all(".text *")).toEqual([]);
  });

  test("offers what moderators do only where there are some", async () => {
    const mine = message("1", { own: true, copy: "s1", fate: { name: "starred", spans: 1, delayMs: 1 } });
    const theirs = message("2", { author: bob, own: false, copy: "s2" });
    const offered = () => all(".more").map((button) => !button.hasAttribute("hidden"));
    drawWith({ hasDesk: true }, showing([mine, theirs]));
    expect(offered()).toEqual([true, true]);
    expect([deedsFor(mine, true), deedsFor(theirs, true)]).toEqual([
      ["appeal", "remove", "copy", "link"],
      ["report", "hide", "copy", "link"],
    ]);
    await load();
    drawWith({ hasDesk: false }, showing([mine, theirs]));
    expect(offered()).toEqual([true, true]);
    expect([deedsFor(mine, false), deedsFor(theirs, false)]).toEqual([
      ["copy", "link"],
      ["hide", "copy", "link"],
    ]);
  });

  test("keeps the row of a message when its fate changes, so that nothing is announced twice", () => {
    const sending: Fate = { name: "sending", since: NOON, accepted: true };
    const view = draw(showing([message("1", { own: true, fate: sending })]));
    const row = one(".message");
    expect(row.textContent).toContain("Sending…");
    view.render(showing([message("1", { own: true, fate: { name: "delivered", delayMs: 420 } })]), looks);
    expect(one(".message")).toBe(row);
    expect(one(".fate-text").textContent).toBe("Delivered · 0.42s");
  });

  test.each([
    [{ name: "waiting" }, ["discard"]],
    [{ name: "sending", since: 0, accepted: true }, []],
    [{ name: "unanswered", since: 0 }, ["retry"]],
    [{ name: "delivered", delayMs: 1 }, []],
    [{ name: "starred", spans: 1, delayMs: 1 }, []],
    [{ name: "refused", reason: NO }, ["edit", "discard"]],
    [{ name: "refused", reason: { code: "too-fast", message: "" } }, ["retry", "edit", "discard"]],
    [{ name: "failed", reason: NO }, ["retry", "edit", "discard"]],
  ] as const)("offers what can be done about %j", (fate, expected) => {
    draw(showing([message("1", { own: true, fate })]));
    const shown = all("[data-act]:not(.more)").filter((button) => button instanceof HTMLElement && !button.hidden);
    expect(shown.map((button) => button.getAttribute("data-act"))).toEqual(expected);
    for (const button of shown) if (button instanceof HTMLElement) button.click();
    for (const act of expected) expect(actions[act]).toHaveBeenCalledWith("bbb222\n1");
  });

  test("what one frame has no time for comes in the next ones, the newest first and all in order", () => {
    let time = 0;
    const tasks: (() => void)[] = [];
    const entries = Array.from({ length: 40 }, (_, index) => message(`${index}`, { time: NOON + index }));
    const view = createLogView(document, {
      actions,
      language,
      now: () => NOON,
      // each look at the clock takes a while, so that a frame has time for a few rows
      clock: () => (time += 2),
      later: (task) => tasks.push(task),
      hasDesk: () => false,
    });
    const texts = () => all("#log .text").map((text) => text.textContent);
    const frame = () => tasks.shift()?.();
    view.render(showing(entries), looks);
    const some = texts();
    expect(some.length).toBeLessThan(10);
    expect(some).toEqual(entries.slice(-some.length).map(({ text }) => text));
    let frames = 0;
    while (tasks.length > 0) {
      frame();
      frames += 1;
      expect(texts()).toEqual([...texts()].sort((left, right) => Number(left) - Number(right)));
    }
    expect(frames).toBeGreaterThan(3);
    expect(texts()).toEqual(entries.map(({ text }) => text));
  });

  test("shows no more than two hundred rows", () => {
    draw(showing(Array.from({ length: 700 }, (_, index) => message(String(index)))));
    expect(all(".message")).toHaveLength(200);
    expect(all(".text").at(-1)?.textContent).toBe("699");
    expect(one("#earlier").hidden).toBe(false);
  });

  test("says that nobody has said anything only when that is known", () => {
    const view = draw(showing([], { joined: false }));
    expect(one("#empty").hidden).toBe(true);
    expect(one("#log").getAttribute("aria-busy")).toBe("true");
    view.render(showing([]), looks);
    expect(one("#empty").hidden).toBe(false);
  });
});

describe("a row", () => {
  const actions = { retry: vi.fn(), edit: vi.fn(), discard: vi.fn(), loadEarlier: vi.fn(), looked: vi.fn() };
  const draw = (...entries: Message[]) =>
    createLogView(document, { actions, language, now: () => NOON, ...frames, hasDesk: () => false }).render(
      showing(entries),
      new Map(),
    );
  const own = (sourceId: string, fate: Fate) => message(sourceId, { own: true, author: ann, fate });

  test("is named by author, time and state", () => {
    draw(message("1"), own("2", { name: "refused", reason: NO }));
    const names = all(".message").map((row) => row.ariaLabel?.replace(/\d\d:\d\d( [AP]M)?/, "12:00"));
    expect(names).toEqual(["Bob, 12:00", "You, 12:00, Refused: No."]);
  });

  test("of somebody without a name is called so in the page's language, also where it is only heard", () => {
    const inGerman = createLanguage("de", german);
    const guest = message("1", { author: who("Guest.ccc222") });
    createLogView(document, { actions, language: inGerman, now: () => NOON, ...frames, hasDesk: () => false }).render(
      showing([guest, message("2", { own: true, author: who("Guest.abc234"), serial: "2" })]),
      new Map(),
    );
    expect(all(".author").map((name) => [name.textContent, name.getAttribute("title")])).toEqual([
      ["Gast", "Gast ccc222"],
      ["Du", "Gast abc234"],
    ]);
    expect(all("#log .avatar").map((avatar) => avatar.textContent)).toEqual(["G", "G"]);
    expect(one(".message").ariaLabel).toMatch(/^Gast, /);
    const announce = createAnnouncer(document, inGerman);
    for (const state of [showing([]), showing([guest])]) announce(state);
    expect(one("#announce").textContent).toBe("Gast: 1");
  });

  test("of one's own says that it was delivered only when it is the last", () => {
    const delivered = { name: "delivered", delayMs: 540 } as const;
    draw(own("1", delivered), own("2", { ...delivered, delayMs: 420 }), message("3"));
    expect(all(".message.own").map((row) => row.classList.contains("calm"))).toEqual([true, false]);
    expect(all(".own .bubble").map((bubble) => bubble.getAttribute("title"))).toEqual([
      "Delivered · 0.54s",
      "Delivered · 0.42s",
    ]);
  });

  test("that a moderator removed says so to its author, in the page's language", () => {
    const word = { code: "removed", message: "A moderator removed the message." };
    const inGerman = createLanguage("de", german);
    createLogView(document, { actions, language: inGerman, now: () => NOON, ...frames, hasDesk: () => true }).render(
      showing([{ ...own("1", { name: "removed" }), word }]),
      new Map(),
    );
    expect(one(".bubble").title).toBe("Entfernt. Die Moderation hat die Nachricht entfernt.");
  });

  test("has words for its stars, not for those that its author wrote", () => {
    draw(message("1", { text: "I like ****** *very* much", fate: { name: "starred", spans: 1, delayMs: null } }));
    expect(all(".text [role=img]").map((stars) => [stars.textContent, stars.ariaLabel])).toEqual([
      ["******", "masked word"],
    ]);
    expect(one(".text").textContent).toBe("I like ****** *very* much");
  });

  test("says where a link leads whose letters could pass for others", () => {
    draw(message("1", { text: "https://\u0430pple.com" }));
    expect(one(".text").textContent).toBe("https://\u0430pple.com (leads to xn--pple-43d.com)");
  });

  test("is one of many that the arrow keys walk", () => {
    draw(message("1"), message("2"), message("3"));
    const press = (key: string) =>
      (document.activeElement ?? document).dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
      );
    const at = () => document.activeElement?.querySelector(".text")?.textContent;
    one("#scroll").focus();
    const walked = ["ArrowUp", "ArrowUp", "ArrowDown", "Home", "ArrowUp", "End"].map((key) => {
      press(key);
      return at();
    });
    expect(walked).toEqual(["3", "2", "3", "1", "1", "3"]);
  });
});

describe("what is read aloud", () => {
  const announced = (...states: State[]) => {
    const announce = createAnnouncer(document, language);
    return states.map((state) => {
      announce(state);
      return one("#announce").textContent;
    });
  };

  test("is each message of others once, and nothing of the past", () => {
    const before = showing([message("old")]);
    const after = showing([message("old"), message("1", { text: "hello" })]);
    const [none, said] = announced(before, after);
    expect([none, said]).toEqual(["", "Bob: hello"]);
  });

  test("is a count when many come at once", () => {
    const many = Array.from({ length: 12 }, (_, index) => message(String(index)));
    expect(announced(showing([]), showing(many))).toEqual(["", "12 new messages"]);
  });

  test("is what one's own message became when that is not what one hoped for", () => {
    const sending = message("1", { own: true, fate: { name: "sending", since: 0, accepted: true } });
    const refused = message("1", { own: true, fate: { name: "refused", reason: NO } });
    expect(announced(showing([sending]), showing([refused]))).toEqual(["", "Refused: No."]);
    const delivered = message("1", { own: true });
    expect(announced(showing([sending]), showing([delivered]))).toEqual(["Refused: No.", "Refused: No."]);
  });
});

describe("items", () => {
  const kinds = (entries: readonly Entry[]) =>
    itemsOf(entries).map((item) => (item.kind === "message" ? (item.follows ? "follows" : "message") : item.kind));

  test("a line stands before each new day and where continuity was lost", () => {
    const gap = { kind: "gap", key: "gap", time: NOON, serial: "2" } as const;
    expect(kinds([message("1", { time: NOON - DAY }), message("2"), gap, message("3")])).toEqual([
      "day",
      "message",
      "day",
      "message",
      "gap",
      "message",
    ]);
  });

  test("one heading serves the messages of one author within five minutes", () => {
    const later = (minutes: number) => message(String(minutes), { time: NOON + minutes * 60_000 });
    expect(kinds([later(0), later(4), later(10), message("x", { author: ann, time: NOON + 11 * 60_000 })])).toEqual([
      "day",
      "message",
      "follows",
      "message",
      "message",
    ]);
  });
});

describe("people", () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ who: who(`P${index}.abc234`), typing: false }));

  test("are named up to two hundred, and counted beyond", () => {
    createPeopleView(document, language).render(showing([], { people: crowd(230) }), new Map());
    expect(all("#people li")).toHaveLength(200);
    expect(one("#people-more").textContent).toBe("and 30 more");
    expect(one("#people-count").textContent).toBe("230");
  });

  test("stand in the order of their names, and whoever has none under the word for that in the page's language", () => {
    const people = ["Hans.aaa222", "Guest.bbb222", "Fritz.ccc222", "Guest.abc234"].map((id) => ({
      who: who(id),
      typing: id === "Guest.bbb222",
    }));
    const inGerman = createLanguage("de", german);
    const me = who("Guest.abc234");
    const looks = tellApart(people.map((one) => one.who));
    createPeopleView(document, inGerman).render(showing([], { people, me }), looks);
    const shown = all("#people li").map((row) => row.textContent?.trim().replace(/\s+/g, " "));
    expect(shown).toEqual(["FFritz", "GGast (du) abc234", "GGast bbb222", "HHans"]);
    expect(one("#typing").textContent).toBe("Gast schreibt…");
  });

  test("who type are named, oneself is not", () => {
    const people = [
      { who: ann, typing: true },
      { who: bob, typing: true },
    ];
    createPeopleView(document, language).render(showing([], { people }), new Map());
    expect(one("#typing").textContent).toBe("Bob is typing…");
    expect(all(".person-name").map((name) => name.textContent)).toEqual(["Ann (you)", "Bob"]);
  });
});

const settings = {
  mode: "local",
  channels: { inbound: "chat:from-clients:garden", outbound: "", noticesPrefix: "" },
  maxMessageLength: 2000,
} as const;

describe("the composer", () => {
  function compose(write: (text: string) => boolean = () => true, before = showing([])) {
    const actions = { write: vi.fn(write), typing: vi.fn(), takeBack: vi.fn((): string | null => null) };
    const drafts = createShelf(() => sessionStorage);
    const tasks: (() => void)[] = [];
    const after = (_ms: number, task: () => void) => {
      tasks.push(task);
      return () => {};
    };
    const view = createComposerView(document, {
      ...actions,
      people: () => [],
      draft: createDraft(drafts, ""),
      after,
      language,
    });
    view.render(before, settings);
    const field = one("#text");
    if (!(field instanceof HTMLTextAreaElement)) throw new Error("no field");
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const press = (init: KeyboardEventInit) =>
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true, bubbles: true, ...init }));
    return { actions, drafts, field, press, tasks, type, view };
  }
  beforeEach(() => sessionStorage.clear());

  test("Enter sends, Shift+Enter and an input method's Enter do not", () => {
    const { actions, field, press, type } = compose();
    type("hello");
    press({ shiftKey: true });
    press({ isComposing: true });
    press({ keyCode: 229 });
    expect(actions.write).not.toHaveBeenCalled();
    press({});
    expect(actions.write).toHaveBeenCalledWith("hello");
    expect(field.value).toBe("");
  });

  test("keeps the text that was not taken", () => {
    const { field, press, type } = compose(() => false);
    type("too soon");
    press({});
    expect(field.value).toBe("too soon");
  });

  test("sends what was hurried out before the server said who we are", () => {
    const { actions, field, press, type, view } = compose(() => true, showing([], { me: null }));
    type("first!");
    press({});
    expect(actions.write).not.toHaveBeenCalled();
    expect(field.value).toBe("first!");
    view.render(showing([]), settings);
    view.render(showing([]), settings);
    expect(actions.write).toHaveBeenCalledOnce();
    expect(field.value).toBe("");
  });

  test("says when no more can be taken", () => {
    const { view } = compose();
    expect(one("#full").hidden).toBe(true);
    const waiting = Array.from({ length: 50 }, (_, index) => message(String(index), { fate: { name: "waiting" } }));
    view.render(showing(waiting), settings);
    expect(one("#full").hidden).toBe(false);
  });

  test("sends nothing that is blank", () => {
    const { actions, press, type } = compose();
    type(" \n ");
    press({});
    expect(actions.write).not.toHaveBeenCalled();
  });

  test("counts characters as people do, near the limit, and sends nothing beyond it", () => {
    const { actions, field, press, type } = compose();
    type("😀".repeat(1_799));
    expect(one("#counter").hidden).toBe(true);
    type("😀".repeat(1_950));
    expect(one("#counter").textContent).toBe("50 characters left");
    type("x".repeat(2_003));
    expect(one("#counter").textContent).toBe("3 characters too many");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    press({});
    expect(actions.write).not.toHaveBeenCalled();
  });

  test("counts to the limit that the server names, also for what was typed before", () => {
    const { field, type, view } = compose();
    type("x".repeat(500));
    view.render(showing([]), { ...settings, maxMessageLength: 450 });
    expect(one("#counter").textContent).toBe("50 characters too many");
    expect(field.getAttribute("aria-invalid")).toBe("true");
  });

  test("arrow up in an empty field takes back what was not sent", () => {
    const { actions, field, press, type } = compose();
    actions.takeBack.mockReturnValue("not sent");
    type("something");
    press({ key: "ArrowUp" });
    expect(field.value).toBe("something");
    type("");
    press({ key: "ArrowUp" });
    expect(field.value).toBe("not sent");
  });

  test("a pasted picture is refused in words", () => {
    const { field, type } = compose();
    const clipboardData = { files: [new File([], "cat.png")] };
    field.dispatchEvent(Object.assign(new Event("paste", { cancelable: true }), { clipboardData }));
    expect(one("#only-text").hidden).toBe(false);
    type("words then");
    expect(one("#only-text").hidden).toBe(true);
  });

  test("a draft outlives the page", async () => {
    const { type, drafts } = compose();
    type("half a sent");
    expect(drafts.get("asterism:draft:")).toBe("half a sent");
    await load();
    expect(compose().field.value).toBe("half a sent");
  });

  test("tells that somebody types, until they pause", () => {
    const { actions, tasks, type } = compose();
    type("h");
    expect(actions.typing).toHaveBeenLastCalledWith(true);
    tasks.at(-1)?.();
    expect(actions.typing).toHaveBeenLastCalledWith(false);
  });

  test("a refused text comes back before what is being written", () => {
    const { field, type, view } = compose();
    type("new");
    view.edit("old");
    expect(field.value).toBe("old\nnew");
  });

  test("a refused text comes back into an empty field alone, and takes the focus from nowhere", () => {
    const { field, type, view } = compose();
    one("#room-name").focus();
    view.render(showing([], { handedBack: { key: "1", text: "a grunt" } }), settings);
    expect(field.value).toBe("a grunt");
    expect(document.activeElement).toBe(one("#room-name"));
    type("the next one");
    view.render(showing([], { handedBack: { key: "2", text: "an oink" } }), settings);
    expect(field.value).toBe("the next one");
  });
});

describe("the status", () => {
  const idle = { tryNow: () => {}, signIn: () => {} };

  test("counts unread messages in the title", () => {
    const view = createStatusView(document, language, idle);
    view.render(showing([], { unread: 3 }), null);
    expect(document.title).toBe("(3) Lobby · Asterism");
    view.render(showing([]), null);
    expect(document.title).toBe("Lobby · Asterism");
  });

  test("says when the moderator is silent, in words for visitors", () => {
    const silent = message("1", { own: true, fate: { name: "unanswered", since: 0 } });
    createStatusView(document, language, idle).render(showing([silent]), settings);
    expect(one("#hint").hidden).toBe(false);
    expect(one("#hint").textContent).toMatch(/^Messages are delayed\. Yours is kept/);
  });

  test("says to whom a moderator keeps out until when, and what the moderator said, and offers no other try", () => {
    const barred = { until: Date.UTC(2026, 10, 27, 12), word: "nothing but noise" };
    const connection = { name: "failed", retryAt: 5_000, barred } as const;
    const view = createStatusView(document, language, idle);
    view.render(showing([], { connection }), null);
    expect(one("#connection-text").textContent).toMatch(
      /^You may not take part here\. You may write again on .*2026.*\. \(nothing but noise\)$/,
    );
    expect(one("#try-now").hidden).toBe(true);
    view.render(showing([], { connection: { ...connection, barred: { until: null, word: "" } } }), null);
    expect(one("#connection-text").textContent).toBe("You may not take part here.");
  });

  test("offers to try now while the connection is away", () => {
    const tryNow = vi.fn();
    const view = createStatusView(document, language, { ...idle, tryNow });
    view.render(showing([]), null);
    expect(one("#try-now").hidden).toBe(true);
    view.render(showing([], { connection: { name: "lost", retryAt: 5_000 }, now: 1_500 }), null);
    expect(one("#connection-text").textContent).toBe("Connection lost. Next try in 4s.");
    one("#try-now").click();
    expect(tryNow).toHaveBeenCalledOnce();
  });

  test("says that a sign-in has ended, and leads to another one", () => {
    const signIn = vi.fn();
    const view = createStatusView(document, language, { ...idle, signIn });
    view.render(showing([]), settings);
    expect([one("#sign-in").hidden, one("#you-sign-in").hidden]).toEqual([true, true]);
    const connection = { name: "failed", retryAt: 5_000, isSignedOut: true } as const;
    view.render(showing([], { connection }), settings);
    expect(one("#connection-text").textContent).toBe("Your sign-in has ended. What you wrote stays in this browser.");
    expect(one("#try-now").hidden).toBe(true);
    one("#sign-in").click();
    expect(signIn).toHaveBeenCalledOnce();
  });

  test("offers to sign in where that is a choice", () => {
    const signIn = vi.fn();
    createStatusView(document, language, { ...idle, signIn }).render(showing([]), { ...settings, canSignIn: true });
    expect(one("#sign-in").hidden).toBe(true);
    one("#you-sign-in").click();
    expect(signIn).toHaveBeenCalledOnce();
  });
});

describe("the rooms", () => {
  test("are links, with the current one marked; a field opens another", () => {
    const go = vi.fn();
    createRoomsView(document, { room: "garden", recent: ["garden", "kitchen"], language, go });
    expect(all("#rooms a").map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
      ["Lobby", "/"],
      ["#garden", "/r/garden"],
      ["#kitchen", "/r/kitchen"],
    ]);
    expect(one("[aria-current]").textContent).toBe("#garden");
    const field = one("#room-name");
    if (field instanceof HTMLInputElement) field.value = "Green House";
    one("#room-form").dispatchEvent(new Event("submit", { cancelable: true }));
    expect(go).toHaveBeenCalledWith("/r/green-house");
  });
});

describe("words", () => {
  test("say states in sentences", () => {
    expect(connectionText({ name: "connecting" }, 0, language)).toBe("Connecting…");
    expect(connectionText({ name: "lost", retryAt: null }, 0, language)).toBe("Connection lost. Trying again…");
    expect(connectionText({ name: "failed", retryAt: 3_000 }, 0, language)).toBe("Not connected. Next try in 3s.");
    expect(fateWithDelay({ name: "delivered", delayMs: 12_345 }, language)).toBe("Delivered · 12s");
    expect(fateText({ name: "waiting" }, false, language)).toBe("Will be sent when the connection is back");
  });

  test("say reasons by code, and those of an unknown code in the words of whoever said no", () => {
    const refused = (code: string, message: string, by = language) =>
      fateText({ name: "refused", reason: { code, message } }, true, by);
    expect(refused("too-fast", "429")).toBe("Refused: You are writing too fast; wait a moment and try again.");
    const inGerman = createLanguage("de", german);
    expect(refused("too-long", "The message is too long.", inGerman)).toBe("Abgelehnt: Die Nachricht ist zu lang.");
    expect(refused("new-code", "Not today.")).toBe("Refused: Not today.");
    expect(refused("", "")).toBe("Refused: no reason was given");
    expect(refused("toString", "Not today.")).toBe("Refused: Not today.");
  });

  test("say days and who types", () => {
    expect([language.day(NOON, NOON), language.day(NOON - DAY, NOON)]).toEqual(["Today", "Yesterday"]);
    expect(language.day(NOON - 2 * DAY, NOON)).toContain("2026");
    expect(typingText(["Ann", "Bob"], language)).toBe("Ann and Bob are typing…");
    expect(typingText(["Ann", "Bob", "Cy"], language)).toBe("3 people are typing…");
  });
});
