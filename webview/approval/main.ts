import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextArea } from "@vscode/webview-ui-toolkit";
import type { ApprovalFromPage, ApprovalToPage } from "../../protocol/views.ts";
import { editorApi, onMessage } from "../editorApi.ts";
import { ReviewPage } from "./reviewPage.ts";
import "../page.css";
import "../statement.css";
import "./approval.css";

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextArea());

/** By which the page is found again after a reload. */
interface Kept {
  readonly id: string;
}

const editor = editorApi<ApprovalFromPage, Kept>();
const review = new ReviewPage((message) => editor.postMessage(message));
document.getElementById("page")?.append(review.element);
onMessage<ApprovalToPage>((message) => {
  if (message.kind === "view") editor.setState({ id: message.view.approval.id });
  review.receive(message);
});
editor.postMessage({ kind: "ready" });
