import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Asks for a call in an input box and writes what came of it into `report`: as a chat of somebody else's would call. */
const SOURCE = `
const vscode = require("vscode");
const fs = require("node:fs");
exports.activate = (context) => {
  const write = (value) => {
    const report = process.env.AGENT_TEST_REPORT;
    fs.writeFileSync(report + ".part", JSON.stringify(value));
    fs.renameSync(report + ".part", report);
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("agentTest.call", async () => {
      const asked = JSON.parse(await vscode.window.showInputBox({ prompt: "Call of a tool", ignoreFocusOut: true }));
      try {
        const options = { input: asked.input, toolInvocationToken: undefined };
        const result = await vscode.lm.invokeTool(asked.tool, options, new vscode.CancellationTokenSource().token);
        write({ text: result.content.map((part) => part.value ?? "").join("\\n") });
      } catch (error) {
        write({ error: String(error) });
      }
    }),
    vscode.commands.registerCommand("agentTest.tools", () =>
      write({ tools: vscode.lm.tools.map(({ name }) => name) }),
    ),
    vscode.commands.registerCommand("agentTest.forge", async () => {
      const commands = await vscode.commands.getCommands(true);
      const names = commands.filter((name) => /^sluice\\.programs\\.|^sluice\\.approvals\\./.test(name));
      for (const name of ["sluice.programs.decide", "sluice.programs.approve", "sluice.approvals.decide"])
        await vscode.commands.executeCommand(name, process.env.AGENT_TEST_HANDLE).then(() => names.push("ran " + name), () => {});
      write({ names });
    }),
  );
};`;

const MANIFEST = {
  name: "agent",
  publisher: "agent-test",
  version: "0.0.0",
  engines: { vscode: "^1.105.0" },
  main: "./extension.cjs",
  activationEvents: ["onStartupFinished"],
  contributes: {
    commands: [
      { command: "agentTest.call", title: "Call a Tool", category: "Agent Test" },
      { command: "agentTest.tools", title: "List the Tools", category: "Agent Test" },
      { command: "agentTest.forge", title: "Forge an Answer", category: "Agent Test" },
    ],
  },
};

/** An extension that calls tools, in a folder as the editor keeps them. */
export function agentExtension(): { readonly folder: string; readonly report: string } {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-agent-"));
  const folder = path.join(parent, "agent-test.agent-0.0.0");
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(MANIFEST));
  fs.writeFileSync(path.join(folder, "extension.cjs"), SOURCE);
  return { folder, report: path.join(parent, "report.json") };
}
