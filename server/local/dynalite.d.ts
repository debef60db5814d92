/** What of dynalite is used; it brings no types. */
declare module "dynalite/db/index.js" {
  export interface DynaliteStore {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
  }
  export function create(options: { readonly path?: string; readonly createTableMs?: number }): DynaliteStore;
}

declare module "dynalite/validations/index.js" {
  import type { DynaliteStore } from "dynalite/db/index.js";
  /** The input without what the operation does not know. Both throw where the input is not valid. */
  export function checkTypes(input: object, types: object): object;
  // biome-ignore lint/complexity/useMaxParams: it is theirs
  export function checkValidations(input: object, types: object, custom: unknown, store: DynaliteStore): void;
}

declare module "dynalite/validations/*.js" {
  export const types: object;
  export const custom: unknown;
}

declare module "dynalite/actions/*.js" {
  import type { DynaliteStore } from "dynalite/db/index.js";

  function action(store: DynaliteStore, input: object, done: (error: unknown, answer?: unknown) => void): void;
  export = action;
}
