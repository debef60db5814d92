/** Records as items hold them: JSON that is checked when it is read, because somebody else may have written it. */
import * as v from "valibot";
import { parseJson } from "../json.ts";
import { readAs } from "../shape.ts";
import type { Item } from "./table.ts";

/** Told when something stored cannot be read; never what it says. */
export type OnFault = (fault: { readonly pk: string; readonly sk: string }) => void;

/** A sort key for numbers that orders as they do. */
export const padded = (value: number): string => String(value).padStart(16, "0");

/** Read the body of an item; undefined, and a fault, when it is not what it should be. */
export function readRecord<T>(schema: v.GenericSchema<unknown, T>, item: Item, onFault: OnFault): T | undefined {
  const data = readAs(schema, parseJson(String(item.body)));
  if (data === undefined) onFault({ pk: item.pk, sk: item.sk });
  return data;
}

/** A page's end as text for other programs; `parsePosition` reads it again. */
export const positionText = ({ pk, sk, at }: Pick<Item, "pk" | "sk" | "at">): string =>
  Buffer.from(JSON.stringify([pk, sk, at])).toString("base64url");

const Cursor = v.tuple([v.string(), v.string(), v.number()]);

/** Read a cursor; undefined for what is none. */
export function parsePosition(cursor: string): Pick<Item, "pk" | "sk" | "at"> | undefined {
  const data = readAs(Cursor, parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  return data === undefined ? undefined : { pk: data[0], sk: data[1], at: data[2] };
}
