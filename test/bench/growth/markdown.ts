/** A table of a document, in Markdown. */
export interface GrowthTable {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The lines of a table. */
export const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(" | ")} |`,
  `|${head.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];
