/** The pages that only say something, and lead to the chat: one document, `note.html`, with a few texts. */

/** What one of them says; `{{key}}` stands for a sentence in the reader's language. */
interface Note {
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  /** The way on, besides the one to the lobby. */
  readonly way: string;
  /** Where the server writes what operators look for in their log. */
  readonly about: string;
  readonly scripts: string;
}

const PLAIN = { title: "Asterism", way: "", about: "", scripts: "" } as const;

const wrongAddress = (text: string): Note => ({ ...PLAIN, heading: "{{nothingHere}}", text });

/** What the server refuses somebody who visits an address, said by its code. */
const refused = (text: string): Note => ({
  ...PLAIN,
  heading: "{{thatFailed}}",
  text,
  about: '<p><code class="about" dir="ltr"></code></p>',
});

const notSignedIn = (text: string): Note => ({ ...refused(text), way: '<p><a href="/sign-in">{{signIn}}</a></p>' });

export const NOTES = {
  "refused-not_found": wrongAddress("{{roomRule}}"),
  "refused-invalid_room": wrongAddress("{{invalid_room}}"),
  "refused-room_refused": wrongAddress("{{room_refused}}"),
  "refused-sign_in_expired": notSignedIn("{{sign_in_expired}}"),
  "refused-sign_in_failed": notSignedIn("{{sign_in_failed}}"),
  "refused-provider_unavailable": notSignedIn("{{provider_unavailable}}"),
  "refused-moderators_only": notSignedIn("{{moderators_only}}"),
  "refused-too_many_requests": refused("{{too_many_requests}}"),
  "refused-bad_request": refused("{{bad_request}}"),
  "refused-internal": refused("{{internal}}"),
  /** The window in which somebody signed in. */
  "signed-in": {
    ...PLAIN,
    heading: "{{signedIn}}",
    text: "{{signedInHelp}}",
    scripts: `<script type="application/json" id="start"></script>
    <script type="module" src="signed-in.js"></script>`,
  },
  /** The desk, for everybody who is no moderator. The desk is in English. */
  "moderators-only": {
    ...PLAIN,
    title: "For moderators · Asterism",
    heading: "This page is for moderators",
    text: "On your own machine <code>npm start</code> prints a link that signs you in, once.",
  },
} as const satisfies Record<string, Note>;

export type NoteKind = keyof typeof NOTES;

export const NOTE_KINDS = Object.keys(NOTES) as NoteKind[];

/** Writes what a note says into the document of all notes. */
export const writeNote = (template: string, note: Note): string =>
  template.replace(/\{\{(title|heading|text|way|about|scripts)\}\}/g, (_all, part: keyof Note) => note[part]);
