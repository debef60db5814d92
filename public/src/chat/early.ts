/** The first script: it is small, and does what need not wait for the rest. */
import { begin } from "./start.ts";

globalThis.asterism = begin(document, performance.now(), fetch);
