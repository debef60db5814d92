/** A tab of any browser, in the few words that the main paths need. */
export interface Tab {
  /** Opens an address, before the other tabs: those that nobody sees paint little, and ask for nothing. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The value of an expression in the page. */
  read<T>(expression: string): Promise<T>;
  click(selector: string): Promise<void>;
  /** Types into a field, in the place of what is there. */
  type(selector: string, text: string): Promise<void>;
  /** Presses Enter in a field. */
  enter(selector: string): Promise<void>;
  /** Presses a key where the focus is. */
  press(key: string): Promise<void>;
}

/** One visitor: tabs that share cookies and storage. */
export interface Visitor {
  tab(): Promise<Tab>;
  close(): Promise<void>;
}

/** A browser whose scrollbars take space. */
export interface Engine {
  readonly name: string;
  /** Undefined when everything is there, else what to install. */
  missing(): string | undefined;
  visit(): Promise<Visitor>;
}
