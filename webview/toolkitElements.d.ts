import type { Button, Dropdown, Option, TextArea } from "@vscode/webview-ui-toolkit";

declare global {
  interface HTMLElementTagNameMap {
    "vscode-button": Button;
    "vscode-dropdown": Dropdown;
    "vscode-option": Option;
    "vscode-text-area": TextArea;
  }
}
