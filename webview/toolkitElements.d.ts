import type { Button, Dropdown, Option, TextArea, TextField } from "@vscode/webview-ui-toolkit";

declare global {
  interface HTMLElementTagNameMap {
    "vscode-button": Button;
    "vscode-dropdown": Dropdown;
    "vscode-option": Option;
    "vscode-text-area": TextArea;
    "vscode-text-field": TextField;
  }
}
