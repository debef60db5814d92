/** What axe finds wrong in a page, light and dark. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** In short; in the dark the colours alone are other ones. The page stays light. */
export async function violations(page: Page): Promise<string[]> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe.source);
  const found = await examine(page);
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(...(await examine(page, ["color-contrast"])));
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

async function examine(page: Page, rules?: string[]): Promise<string[]> {
  return await page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...(runOnly && { runOnly }) });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }, rules);
}
