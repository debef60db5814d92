/** The attacker's process: one attack, by its name, and then the end. */
import { ATTACKS } from "./attacks.ts";

const [name, target] = process.argv.slice(2);
const attack = ATTACKS.find((one) => one.name === name);
if (attack === undefined) throw new Error(`there is no attack of the name ${name}`);
// A connection that the product closes is the point of some attacks.
process.on("unhandledRejection", () => undefined);
const found = await attack.run(JSON.parse(target ?? ""));
process.send?.({ found }, () => process.exit(0));
