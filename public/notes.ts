/** The pages that only say something, and lead to the chat: one document, `note.html`, with three texts. */

/** What one of them says; `{{key}}` stands for a sentence in the reader's language. */
interface Note {
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  readonly scripts: string;
}

export const NOTES = {
  /** A wrong address. */
  "404": { title: "Asterism", heading: "{{nothingHere}}", text: "{{roomRule}}", scripts: "" },
  /** The window in which somebody signed in. */
  "signed-in": {
    title: "Asterism",
    heading: "{{signedIn}}",
    text: "{{signedInHelp}}",
    scripts: `<script type="application/json" id="start"></script>
    <script type="module" src="signed-in.js"></script>`,
  },
  /** The desk, for everybody who is no moderator. */
  "moderators-only": {
    title: "For moderators · Asterism",
    heading: "This page is for moderators",
    text: "On your own machine <code>npm start</code> prints a link that signs you in, once.",
    scripts: "",
  },
} as const satisfies Record<string, Note>;

/** Writes what a note says into the document of all notes. */
export const writeNote = (template: string, note: Note): string =>
  template.replace(/\{\{(title|heading|text|scripts)\}\}/g, (_all, part: keyof Note) => note[part]);
