/** Every attack of the arena, by what a stranger does. */
import type { Attack } from "./attack.ts";
import { connectionAttacks } from "./connections.ts";
import { doorAttacks } from "./door.ts";
import { floodAttacks } from "./floods.ts";
import { requestAttacks } from "./requests-flood.ts";
import { textAttacks } from "./texts.ts";

export const ATTACKS: readonly Attack[] = [
  ...floodAttacks,
  ...requestAttacks,
  ...connectionAttacks,
  ...textAttacks,
  ...doorAttacks,
];
