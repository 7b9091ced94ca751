/** What a tool answers a program: for its model to read, and for programs that take it apart. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  /** Nothing was done: `text` says why and what to do. */
  readonly isError: boolean;
}
