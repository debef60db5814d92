/** Holds up what a page asks for until the test lets it go. */
import type { Page } from "playwright-core";

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Holds requests for an address; answers what lets them go. */
export async function hold(page: Page, address: string): Promise<() => void> {
  const { opened, open } = gate();
  await page.route(address, async (route) => {
    await opened;
    await route.continue();
  });
  return open;
}

/** Holds the page's sockets before they open; answers what lets them go. */
export async function holdSockets(page: Page): Promise<() => void> {
  const { opened, open } = gate();
  await page.routeWebSocket(/./, async (socket) => {
    await opened;
    socket.connectToServer();
  });
  return open;
}
