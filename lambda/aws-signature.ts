/**
 * AWS's Signature Version 4 of a POST request (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 * By Node's own `crypto`, which is loaded anyway: libraries that sign with the browser's load that one as well.
 */
import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The token of credentials that end. */
  readonly sessionToken?: string | undefined;
}

export interface Unsigned {
  readonly service: string;
  readonly region: string;
  readonly url: URL;
  /** Names in lower case; they are signed too. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Now, ms. */
  readonly at: number;
}

/** All headers of the signed request; those that Node adds by itself are not among them. */
export function signed(request: Unsigned, credentials: Credentials): Record<string, string> {
  const { service, region, url, body, at } = request;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    "x-amz-date": time,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join("");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = ["POST", url.pathname, "", lines, names.join(";"), sha256(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const signature = hmac(keyFor(scope, secretAccessKey), text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** The last key: it is good for a day, and making it takes as long as the rest of a signature. */
let latest: { readonly scope: string; readonly secret: string; readonly key: string | Buffer } | undefined;

function keyFor(scope: string, secret: string): string | Buffer {
  if (latest?.scope !== scope || latest.secret !== secret) {
    latest = { scope, secret, key: scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`) };
  }
  return latest.key;
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "utf8").digest();
