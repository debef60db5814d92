/** Vitest hands a file over as text when asked for it raw. */
declare module "*.html?raw" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a file has only itself to export
  export default text;
}
