/** Pages of a list: `start`, `end`, `limit`, `direction` in the query, `Link` headers in the answer. */
import { ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Reply } from "./reply.ts";

/** The page that the caller asks for. */
export interface Page {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
  readonly forwards: boolean;
  /** Where the last page ended. */
  readonly cursor: string | undefined;
}

/** A page of what happened on a channel; with `until` it ends where a client attached. */
export interface HistoryPage extends Page {
  readonly until: string | undefined;
}

/** Reads which page of a history the caller asks for. */
export function readHistoryPage(query: URLSearchParams, limits: Limits): Result<HistoryPage> {
  const page = readPage(query, limits);
  if (!page.ok) return page;
  const until = query.get("from_serial") ?? query.get("fromSerial") ?? undefined;
  if (until !== undefined && page.value.forwards) {
    return refuse(40003, "unable to read history; untilAttach needs direction backwards");
  }
  return ok({ ...page.value, until });
}

/** Whether an event lies within the times and the position that a page is confined to. */
export function isWithin(event: { timestamp: number; position: string }, page: HistoryPage): boolean {
  if (event.timestamp < page.start || event.timestamp > page.end) return false;
  return page.until === undefined || event.position <= page.until;
}

/** Reads which page the caller asks for. */
export function readPage(query: URLSearchParams, limits: Limits): Result<Page> {
  const start = numberOf(query.get("start"), 0);
  const end = numberOf(query.get("end"), Number.MAX_SAFE_INTEGER);
  const limit = numberOf(query.get("limit"), limits.pageDefault);
  const direction = query.get("direction") ?? "backwards";
  if (limit === undefined || !Number.isInteger(limit) || limit < 1 || limit > limits.pageMax) {
    return refuse(40003, `unable to read a page; limit must be an integer between 1 and ${limits.pageMax}`);
  }
  if (start === undefined || end === undefined || start > end) {
    return refuse(40003, "unable to read a page; start and end must be times in order");
  }
  if (direction !== "forwards" && direction !== "backwards") {
    return refuse(40003, "unable to read a page; direction is neither forwards nor backwards");
  }
  return ok({ start, end, limit, forwards: direction === "forwards", cursor: query.get("cursor") ?? undefined });
}

function numberOf(text: string | null, absent: number): number | undefined {
  if (text === null || text === "") return absent;
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Items of a list that go out together. */
interface Listing {
  readonly items: readonly unknown[];
  /** The last part of the path that lists them. */
  readonly resource: string;
  /** The cursor of the page after this one, if there is one. */
  readonly next: string | undefined;
}

/** Answers one page. Each link has a header of its own, because not every SDK takes several apart. */
export function pageReply(query: URLSearchParams, { items, resource, next }: Listing): Reply {
  const to = (cursor: string | null, rel: string): string =>
    `<./${resource}?${queryOfPage(query, cursor)}>; rel="${rel}"`;
  const links = [to(null, "first"), to(query.get("cursor"), "current")];
  if (next !== undefined) links.push(to(next, "next"));
  return { status: 200, body: items, headers: { Link: links } };
}

/** The query of a link to a page. The SDK splits links at commas and wants a query that is not empty. */
function queryOfPage(query: URLSearchParams, cursor: string | null): URLSearchParams {
  const params = new URLSearchParams(query);
  for (const name of ["cursor", "rnd", "key", "access_token", "accessToken", "envelope"]) params.delete(name);
  if (!params.has("limit")) params.set("limit", "100");
  if (cursor !== null) params.set("cursor", cursor);
  return params;
}

/** Takes a page out of items that come in the order asked for; each knows its own cursor. */
export function takePage<T>(
  items: Iterable<T>,
  page: Page,
  cursorOf: (item: T) => string,
): { items: T[]; next?: string } {
  const taken: T[] = [];
  let last: T | undefined;
  for (const item of items) {
    if (!isAfterCursor(cursorOf(item), page)) continue;
    if (taken.length === page.limit && last !== undefined) return { items: taken, next: cursorOf(last) };
    taken.push(item);
    last = item;
  }
  return { items: taken };
}

function isAfterCursor(cursor: string, page: Page): boolean {
  if (page.cursor === undefined) return true;
  return page.forwards ? cursor > page.cursor : cursor < page.cursor;
}
