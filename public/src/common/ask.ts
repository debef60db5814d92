/** A question to the page's own server: the value that it answers, or the error that it tells. */

/** Why there is no value. Its message is empty when the server told none; what else the server told is in it, too. */
interface ServerError {
  /** `unreachable` when there was no answer, `bad-answer` when it held neither a value nor a code. */
  readonly code: string;
  readonly message: string;
}

type Asked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly error: ServerError };

/** Asks, and reads the answer. Never throws; the status is 0 when there was no answer. */
export async function ask<T>(question: () => Promise<Response>): Promise<Asked<T>> {
  try {
    const response = await question();
    const body = response.status === 204 ? null : await response.json();
    if (response.ok) return { ok: true, value: body };
    return { ok: false, status: response.status, error: errorIn(body?.error) };
  } catch {
    return { ok: false, status: 0, error: { code: "unreachable", message: "" } };
  }
}

function errorIn(told: unknown): ServerError {
  const { code, message } = Object(told);
  if (typeof code !== "string") return { code: "bad-answer", message: "" };
  return { ...Object(told), code, message: String(message) };
}
