/** People who come while somebody attacks: each comes from an address of their own, is seen by the others, and reads. */
import { visit } from "./visit.ts";

export interface Visitors {
  /** Why somebody did not get in. */
  readonly shutOut: readonly string[];
  /** One after the other, for so long. */
  come(ms: number): Promise<void>;
}

/** What a person waits for a page to be ready. */
const PATIENCE_MS = 8_000;

export function createVisitors(origin: string): Visitors {
  const shutOut: string[] = [];
  return {
    shutOut,
    async come(ms) {
      const end = Date.now() + ms;
      for (let number = 1; Date.now() < end; number++) {
        try {
          await comeAndGo(origin, number);
        } catch (error) {
          shutOut.push(error instanceof Error ? error.message : String(error));
        }
      }
    },
  };
}

async function comeAndGo(origin: string, number: number): Promise<void> {
  const passport = { address: `192.0.2.${number % 256}`, room: number % 2 === 0 ? "garden" : `new-${number}` };
  const visited = await visit(origin, passport, PATIENCE_MS);
  try {
    await inTime(
      visited.outbound.subscribe(() => {}),
      "no room",
    );
    await inTime(visited.outbound.presence.enter(), "not seen");
    await inTime(visited.outbound.history({ limit: 10 }), "no history");
  } finally {
    visited.close();
  }
}

function inTime<T>(work: Promise<T>, otherwise: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${otherwise}: no answer`)), PATIENCE_MS);
    work.then(resolve, (error: { code?: number }) => reject(new Error(`${otherwise}: ${error.code}`)));
    work.finally(() => clearTimeout(timer)).catch(() => {});
  });
}
