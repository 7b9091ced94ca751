import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** What a model answers to whatever holds these words; the first that fits. */
export interface Line {
  readonly when: string;
  readonly say: string;
}

/** A model another extension registers with the editor, as Copilot does. It says what it is told to. */
export interface ScriptedModel {
  /** The extension, unpacked. */
  readonly folder: string;
  script(lines: readonly Line[]): void;
  /** Everything it was sent so far. */
  sent(): readonly string[];
}

const SOURCE = `
const vscode = require("vscode");
const fs = require("node:fs");
const path = require("node:path");
exports.activate = ({ subscriptions }) => {
  const text = ({ content }) => content.map((part) => part.value ?? "").join("");
  subscriptions.push(vscode.lm.registerLanguageModelChatProvider("scripted", {
    provideLanguageModelChatInformation: () => [{
      id: "scripted-1", name: "Scripted", family: "scripted", version: "1",
      maxInputTokens: 100000, maxOutputTokens: 10000, capabilities: {},
      isUserSelectable: true, isDefault: true,
    }],
    async provideLanguageModelChatResponse(_model, messages, _options, progress) {
      const sent = messages.map(text).join("\\n");
      fs.appendFileSync("LOG", JSON.stringify(sent) + "\\n");
      const lines = JSON.parse(fs.readFileSync("SCRIPT", "utf8"));
      const say = lines.find(({ when }) => sent.includes(when))?.say ?? "NO";
      for (const piece of say.match(/[^]{1,7}/g) ?? []) progress.report(new vscode.LanguageModelTextPart(piece));
    },
    provideTokenCount: async (_model, value) => String(value).length,
  }));
};
`;

/** Makes the extension in a temporary folder. */
export function scriptedModel(): ScriptedModel {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-model-"));
  const folder = path.join(root, "test.scripted-model-1.0.0");
  const [log, script] = [path.join(root, "sent.jsonl"), path.join(root, "script.json")];
  fs.mkdirSync(folder);
  fs.writeFileSync(log, "");
  fs.writeFileSync(script, "[]");
  fs.writeFileSync(path.join(folder, "extension.js"), SOURCE.replace("LOG", log).replace("SCRIPT", script));
  fs.writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({
      name: "scripted-model",
      publisher: "test",
      version: "1.0.0",
      engines: { vscode: "^1.105.0" },
      main: "./extension.js",
      activationEvents: ["*"],
      contributes: { languageModelChatProviders: [{ vendor: "scripted", displayName: "Scripted" }] },
    }),
  );
  return {
    folder,
    script: (lines) => fs.writeFileSync(script, JSON.stringify(lines)),
    sent: () =>
      fs
        .readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => String(JSON.parse(line))),
  };
}
