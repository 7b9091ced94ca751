/** What a web page may ask of the editor it is shown in. */
export interface EditorApi<FromPage, State> {
  postMessage(message: FromPage): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<FromPage, State>(): EditorApi<FromPage, State>;

/** The editor; may be asked for once in the life of a page. */
export const editorApi = <FromPage, State>(): EditorApi<FromPage, State> =>
  acquireVsCodeApi<FromPage, State>();

/** Calls `receive` for each message of the extension. */
export function onMessage<ToPage>(receive: (message: ToPage) => void): void {
  window.addEventListener("message", (event: MessageEvent<ToPage>) => receive(event.data));
}
