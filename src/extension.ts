import * as vscode from "vscode";
import { registerActivityCommands } from "./activity/activityCommands.ts";
import { ActivityTree } from "./activity/activityTree.ts";
import { createAgentClient } from "./agentConnection.ts";
import { wireAgentSettings } from "./agentSettings.ts";
import { registerApprovalCommands } from "./approvals/approvalCommands.ts";
import { ApprovalList } from "./approvals/approvalList.ts";
import { ApprovalPages } from "./approvals/approvalPages.ts";
import { ApprovalTree } from "./approvals/approvalTree.ts";
import { followTurns } from "./approvals/approvalTurns.ts";
import { AskedStatements } from "./approvals/askedStatements.ts";
import { ResultApprovals } from "./approvals/resultApprovals.ts";
import { CollectorState } from "./audit/collectorState.ts";
import { registerRotateKey } from "./audit/rotateKeyCommand.ts";
import { createSyncStatusItem } from "./audit/syncStatusItem.ts";
import { registerClassificationCommands } from "./classification/classificationCommands.ts";
import { ClassificationTree } from "./classification/classificationTree.ts";
import { lookAgainOnFocus } from "./classification/lookAgain.ts";
import { createScanStatusItem } from "./classification/scanStatusItem.ts";
import { watchSharedLabels } from "./classification/sharedLabels.ts";
import { registerConnectionCommands } from "./connections/connectionCommands.ts";
import { ConnectionList } from "./connections/connectionList.ts";
import { ConnectionTree } from "./connections/connectionTree.ts";
import { registerEnvironmentDecoration } from "./connections/environmentDecoration.ts";
import { createBindingStatusItem } from "./editor/bindingStatusItem.ts";
import { Bindings } from "./editor/bindings.ts";
import { SensitiveHighlights } from "./editor/highlights.ts";
import { DocumentRuns } from "./editor/runCommands.ts";
import { registerElevationCommands } from "./elevations/elevationCommands.ts";
import { ElevationList } from "./elevations/elevationList.ts";
import { tellElevations } from "./elevations/elevationNotices.ts";
import { createElevationStatusItem } from "./elevations/elevationStatusItem.ts";
import { tellAskedElsewhere } from "./programs/askedElsewhere.ts";
import { registerChatTools } from "./programs/chatTools.ts";
import { offerMcpServer } from "./programs/mcpOffer.ts";
import { registerProgramCommands } from "./programs/programCommands.ts";
import { ProgramPages } from "./programs/programPages.ts";
import { ProgramsWaiting } from "./programs/programsWait.ts";
import { QueryBoxView } from "./queryBox/queryBoxView.ts";
import { registerResultCommands } from "./results/resultCommands.ts";
import { ResultsView } from "./results/resultsView.ts";
import { Runs } from "./results/runs.ts";
import { registerUndoCommand } from "./results/undoChange.ts";
import { registerCommand } from "./showProblem.ts";
import { SluiceAuthenticationProvider } from "./signIn/authenticationProvider.ts";
import { keepIdentityContext } from "./signIn/contextKeys.ts";
import { promptOnExpiry } from "./signIn/expiryPrompt.ts";
import { Identity } from "./signIn/identity.ts";
import { registerSignInCommands } from "./signIn/signInCommands.ts";
import { createStatusItem } from "./signIn/statusItem.ts";
import { TaskPages } from "./tasks/taskPages.ts";

/** Wires the parts. Nothing here starts the agent or loads the language client: the first request does. */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const log = vscode.window.createOutputChannel("Sluice", { log: true });
  const agent = createAgentClient(context, log);
  const identity = new Identity(agent, context.globalState);
  const connections = new ConnectionList(agent, identity);
  const bindings = new Bindings(agent, connections, context.workspaceState);
  const results = new ResultsView(context.extensionUri, agent);
  const collector = new CollectorState(agent);
  const runs = new Runs(agent, results, collector);
  const connectionTree = new ConnectionTree(connections);
  const classification = new ClassificationTree(agent, connections);
  const activity = new ActivityTree(agent, identity);
  const approvals = new ApprovalList(agent, identity, collector);
  const asked = new AskedStatements(context.workspaceState);
  const elevations = new ElevationList(agent, identity, collector);
  const shown = new ResultApprovals(agent, results, approvals, asked);
  const pages = new ApprovalPages(context.extensionUri, agent, approvals, asked);
  const programs = new ProgramsWaiting(agent, identity);
  const programPages = new ProgramPages(context.extensionUri, agent, programs);
  const queryBox = new QueryBoxView(context, agent, identity, connections, runs);
  const accounts = new SluiceAuthenticationProvider(identity);
  context.subscriptions.push(
    log,
    agent,
    identity,
    connections,
    bindings,
    results,
    collector,
    runs,
    activity,
    approvals,
    shown,
    pages,
    new ApprovalTree(approvals, asked, programs),
    programs,
    tellAskedElsewhere(approvals),
    programPages,
    registerProgramCommands(agent, programPages),
    registerChatTools(agent),
    offerMcpServer(agent, String(context.extension.packageJSON.version)),
    new TaskPages(context.extensionUri, agent),
    followTurns(approvals, asked, runs),
    accounts,
    wireAgentSettings(agent, log),
    keepIdentityContext(agent, identity),
    registerSignInCommands(identity),
    promptOnExpiry(identity),
    createStatusItem(agent, identity),
    createSyncStatusItem(agent),
    registerRotateKey(agent),
    elevations,
    createElevationStatusItem(elevations),
    tellElevations(elevations, results),
    registerElevationCommands(agent, elevations, results, approvals),
    registerEnvironmentDecoration(),
    connectionTree,
    registerConnectionCommands(connections, bindings, runs),
    classification,
    createScanStatusItem(agent),
    registerClassificationCommands({ agent, connections, tree: classification, connectionTree, results }),
    watchSharedLabels(agent),
    lookAgainOnFocus(agent, log),
    createBindingStatusItem(bindings),
    new SensitiveHighlights(agent),
    new DocumentRuns(agent, connections, bindings, runs),
    queryBox,
    registerResultCommands(results),
    registerUndoCommand(agent, results),
    vscode.window.registerTreeDataProvider("sluice.activity", activity),
    registerActivityCommands(agent, activity),
    registerApprovalCommands({ agent, connections, runs, results, list: approvals, asked, shown, pages }),
    registerCommand("sluice.openWalkthrough", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", "sluice.sluice#start", false),
    ),
  );
  const parts = { context, log, agent, connections, bindings, runs, results, queryBox };
  setImmediate(() => {
    import("./suggestions/startSuggestions.ts").then(
      ({ startSuggestions }) => context.subscriptions.push(startSuggestions(parts)),
      (error: unknown) => log.error(`Suggestions are not available: ${String(error)}`),
    );
    accounts.offerInAccountsMenu();
    bindings.startForOpenDocuments().catch((error: unknown) => log.warn(String(error)));
  });
  log.info(`Activated in ${Math.round(performance.now() - began)} ms.`);
}
