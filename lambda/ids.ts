/** Ids for things that have none: a digest of their content. */
import { hash } from "node:crypto";

/** A name for a list of strings that no other list has, in letters that Ably takes in an id. */
export const digest = (parts: readonly string[]): string => hash("sha256", JSON.stringify(parts), "base64url");
