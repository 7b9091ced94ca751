import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextArea } from "@vscode/webview-ui-toolkit";
import type { SuggestionFromPage, SuggestionToPage } from "../../protocol/views.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { SuggestionPage } from "./suggestionPage.ts";
import "../page.css";
import "../statement.css";
import "../approval/approval.css";
import "./suggestion.css";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextArea());

const editor = editorApi<SuggestionFromPage, null>();
const page = new SuggestionPage((message) => editor.postMessage(message));
document.getElementById("page")?.append(page.element);
onMessage<SuggestionToPage>((message) => page.receive(message));
editor.postMessage({ kind: "ready" });
