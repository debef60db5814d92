/** The product in Ably mode: the embedded broker on a port of its own is the Ably-compatible endpoint of somebody else. */
import { type Product, type ProductOptions, startProduct } from "../../server/product.ts";
import { type StartedBroker, startBroker } from "./start-broker.ts";

export const SIGNING_SECRET = "signing-secret";

export interface AblyMode {
  readonly ably: StartedBroker;
  readonly product: Product;
  close(): Promise<void>;
}

/** With `rule`, the endpoint calls the product's /lambda as Ably would; without, the test does that itself. */
export async function startAblyMode(options: ProductOptions & { readonly rule?: boolean } = {}): Promise<AblyMode> {
  const { rule = false, ...productOptions } = options;
  const ably = await startBroker();
  const product = await startProduct(
    {
      PORT: "0",
      ABLY_API_KEY: "app.tokens:tokens-secret",
      ABLY_PUBLISH_KEY: "app.publish:publish-secret",
      ABLY_SIGNING_KEY: `app.sign:${SIGNING_SECRET}`,
      ABLY_ENDPOINT: "127.0.0.1",
      ABLY_PORT: String(ably.port),
      ABLY_TLS: "false",
    },
    { log: { info() {}, error() {} }, ...productOptions },
  );
  ably.broker.createApp({
    appId: "app",
    keys: [
      {
        id: "tokens",
        secret: "tokens-secret",
        capability: {
          "chat:from-clients": ["publish"],
          "chat:from-clients:*": ["publish"],
          "chat:to-clients": ["subscribe", "presence", "history"],
          "chat:to-clients:*": ["subscribe", "presence", "history"],
          "chat:notices:*": ["subscribe"],
        },
      },
      {
        id: "publish",
        secret: "publish-secret",
        capability: {
          "chat:to-clients": ["publish", "history"],
          "chat:to-clients:*": ["publish", "history"],
          "chat:notices:*": ["publish"],
          "desk:live": ["publish"],
        },
      },
      { id: "sign", secret: SIGNING_SECRET, capability: { "asterism:signs-webhooks-only": ["subscribe"] } },
    ],
    rules: rule
      ? [
          {
            id: "moderate",
            requestMode: "batch",
            source: { type: "channel.message", channelFilter: "^chat:from-clients(:[a-z0-9-]+)?$" },
            target: { url: `${product.url}/lambda`, format: "json", signingKeyId: "sign" },
          },
        ]
      : [],
  });
  return {
    ably,
    product,
    async close() {
      await product.close();
      await ably.close();
    },
  };
}
