import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextArea,
} from "@vscode/webview-ui-toolkit";
import type { QueryBoxFromPage, QueryBoxToPage } from "../../protocol/views.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { QueryBox } from "./queryBox.ts";
import "../page.css";
import "./queryBox.css";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextArea());

/** What of the box survives hiding it and reloading the window. */
interface Kept {
  readonly text: string;
}

const editor = editorApi<QueryBoxFromPage, Kept>();
const box = new QueryBox(editor.getState()?.text ?? "", {
  send: (message) => editor.postMessage(message),
  keep: (text) => editor.setState({ text }),
});
document.getElementById("page")?.append(box.element);
onMessage<QueryBoxToPage>((message) => box.receive(message));
editor.postMessage({ kind: "ready" });
