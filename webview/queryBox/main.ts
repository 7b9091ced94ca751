import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextArea,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { QueryBoxFromPage, QueryBoxToPage } from "../../protocol/views.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { QueryBox } from "./queryBox.ts";
import "../page.css";
import "./queryBox.css";

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextArea(),
  vsCodeTextField(),
);

/** What of the box survives hiding it and reloading the window. */
interface Kept {
  readonly text: string;
  readonly suggestion?: string | null;
}

const editor = editorApi<QueryBoxFromPage, Kept>();
const kept = editor.getState();
const box = new QueryBox(kept?.text ?? "", kept?.suggestion ?? null, {
  send: (message) => editor.postMessage(message),
  keep: (text, suggestion) => editor.setState({ text, suggestion }),
});
document.getElementById("page")?.append(box.element);
onMessage<QueryBoxToPage>((message) => box.receive(message));
editor.postMessage({ kind: "ready" });
