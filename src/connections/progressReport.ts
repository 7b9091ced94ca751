import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { AgentClient } from "../agentClient.ts";

interface Running {
  readonly report: (message: string) => void;
  readonly finish: () => void;
}

/** Shows in the status bar what the agent is busy with behind a connection, such as reading its catalog. */
export function reportProgress(agent: AgentClient): vscode.Disposable {
  const running = new Map<ConnectionId, Running>();
  const finishAll = () => {
    for (const { finish } of running.values()) finish();
    running.clear();
  };
  return vscode.Disposable.from(
    agent.on("sluice/progress", ({ connectionId, message, done }) => {
      const known = running.get(connectionId);
      if (done) {
        known?.finish();
        running.delete(connectionId);
      } else if (known === undefined) {
        running.set(connectionId, begin(message));
      } else {
        known.report(message);
      }
    }),
    agent.onStateChange(({ kind }) => {
      if (kind !== "running") finishAll();
    }),
    { dispose: finishAll },
  );
}

function begin(message: string): Running {
  let show: (message: string) => void = () => {};
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Window }, (progress) => {
    show = (text) => progress.report({ message: `Sluice: ${text}` });
    show(message);
    return finished;
  });
  return { report: (text) => show(text), finish };
}
