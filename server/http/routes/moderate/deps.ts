/** What the moderators' routes take. */
import type { Request } from "express";
import type { DeskDeps } from "../../../../lambda/desk/desk.ts";
import type { Config } from "../../../config.ts";
import type { SignInLinks } from "../../../identity/moderator.ts";
import type { SignIn } from "../../../identity/signed-in.ts";
import type { Log } from "../../../log.ts";
import type { DeskTokens } from "../../../tokens/desk.ts";

/** What moderators work with; there is none without a store or a key for it. */
export interface Desk {
  readonly deps: DeskDeps;
  readonly tokens: DeskTokens;
  /** Local mode's way in. */
  readonly links: SignInLinks;
}

export interface ModerateDependencies {
  readonly desk: Desk;
  readonly config: Config;
  readonly sessionSecrets: readonly string[];
  /** Where the built page is. */
  readonly folder: string;
  readonly log: Log;
  /** How moderators sign in; with a one-time link alone when absent. */
  readonly signIn?: SignIn | undefined;
}

/** Which moderator asks; the routes below `moderatorsOnly` have one. */
export const byWhom = ({ res }: Request): string => String(res?.locals.moderator ?? "");
