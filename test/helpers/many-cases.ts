/** A queue with many cases, as the server would page through it: what the desk's page makes of them is tested, not the store. */
import type { Page, Route } from "playwright-core";

const PAGE = 100;
const START = Date.parse("2026-01-05T08:00:00Z");

/** From the next question on, this page's desk has so many held cases; each that is decided is gone. */
export async function manyCases(page: Page, count: number): Promise<void> {
  const cases = Array.from({ length: count }, (_, index) => caseOf(index));
  const answer = async (route: Route, body: object) => await route.fulfill({ json: body });
  await page.route("**/moderate/cases?**", async (route) => {
    const before = new URL(route.request().url()).searchParams.get("before");
    const end = before === null ? cases.length : cases.findIndex(({ id }) => id === before);
    const start = Math.max(0, end - PAGE);
    await answer(route, { cases: cases.slice(start, end), next: start === 0 ? null : cases[start]?.id });
  });
  await page.route(/\/moderate\/cases\/[^/?]+$/, async (route) => {
    const id = new URL(route.request().url()).pathname.split("/").at(-1);
    await answer(route, { case: cases.find((one) => one.id === id), context: [], rules: [] });
  });
  await page.route(/\/moderate\/people\/[^/?]+$/, async (route) => {
    const person = new URL(route.request().url()).pathname.split("/").at(-1);
    await answer(route, { person, names: ["Ann"], sanction: null, decisions: [], cases: [], reports: 0 });
  });
  await page.route(/\/moderate\/cases\/[^/]+\/(approve|deny)$/, async (route) => {
    const id = new URL(route.request().url()).pathname.split("/").at(-2);
    const index = cases.findIndex((one) => one.id === id);
    const [one] = cases.splice(index, 1);
    await answer(route, { case: { ...one, state: "closed", outcome: "approved", decidedBy: "Ana" }, isFinished: true });
  });
}

const caseOf = (index: number) => ({
  id: `held-${index}`,
  kind: "held",
  state: "open",
  room: index % 3 === 0 ? "garden" : "lobby",
  author: `Ann ${index % 40}.k3v9x2m4q${index % 10}`,
  person: `k3v9x2m4q${index % 10}`,
  text: `Message ${index}: come to https://seeds.example/${index}, it is worth the way, and bring somebody along`,
  result: `Message ${index}: come to https://seeds.example/${index}, it is worth the way, and bring somebody along`,
  rules: ["links"],
  at: new Date(START + index * 1_000).toISOString(),
});
