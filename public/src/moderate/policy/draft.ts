/** A draft outlives a reload of its tab. */
import type { Shelf } from "../../common/shelf.ts";
import type { PolicyDocument, SavedPolicy } from "./document.ts";

interface Draft {
  /** The saved policy that the draft was written on top of. */
  readonly base: SavedPolicy;
  readonly draft: PolicyDocument;
}

const KEY = "desk:policy-draft";

/** Keeps it; null when there is none any more. */
export function keepDraft(shelf: Shelf, draft: Draft | null): void {
  if (draft === null) shelf.remove(KEY);
  else shelf.set(KEY, JSON.stringify(draft));
}

/** The draft that was kept, or null. */
export function takeDraft(shelf: Shelf): Draft | null {
  const text = shelf.get(KEY);
  if (text === null) return null;
  try {
    const kept: Draft = JSON.parse(text);
    return Array.isArray(kept.draft.rules) && typeof kept.base.version === "number" ? kept : null;
  } catch {
    return null; // kept by another version of this page
  }
}
