/**
 * Undoes the encodings of a message's `data`, right to left, as the SDK's `Message.fromEncoded` does (a test holds the
 * two to each other). It is not the SDK's, because that one prints the text it fails to read, and logs hold no text.
 */
export type Decoded = { readonly ok: true; readonly data: unknown } | { readonly ok: false };

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Give back the data as it was published, or a refusal for what cannot be read: a cipher, an unknown or broken chain. */
export function decode(data: unknown, encoding: string | null | undefined): Decoded {
  const steps = (encoding ?? "").split("/").filter((step) => step !== "");
  let value = data;
  try {
    for (const step of steps.reverse()) {
      if (step === "base64" && typeof value === "string") value = Buffer.from(value, "base64");
      else if (step === "utf-8" && value instanceof Uint8Array) value = strictUtf8.decode(value);
      else if (step === "json" && typeof value === "string") value = JSON.parse(value);
      else return { ok: false };
    }
  } catch {
    return { ok: false };
  }
  return { ok: true, data: value };
}
