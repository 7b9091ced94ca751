import * as vscode from "vscode";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { AgentClient } from "../agentClient.ts";

/** An answer that brings nothing new is expected after half a minute; one that comes at once is not asked for at once. */
const LEAST_MS = 5_000;

/** Approvals whose next change is waited for, each with one question that stays open. */
export class FollowedApprovals implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #heard: (approval: Approval) => void;
  readonly #open = new Map<string, vscode.CancellationTokenSource>();

  constructor(agent: AgentClient, heard: (approval: Approval) => void) {
    this.#agent = agent;
    this.#heard = heard;
  }

  /** Follows these and no others. */
  only(approvals: readonly Approval[]): void {
    const wanted = new Set(approvals.map(({ id }) => id));
    for (const [id, source] of this.#open) if (!wanted.has(id)) this.#end(id, source);
    for (const approval of approvals) if (!this.#open.has(approval.id)) void this.#follow(approval);
  }

  clear(): void {
    this.only([]);
  }

  dispose(): void {
    this.clear();
  }

  async #follow({ id, version }: Approval): Promise<void> {
    const source = new vscode.CancellationTokenSource();
    const { token } = source;
    this.#open.set(id, source);
    try {
      for (let seen = version; ; ) {
        const began = Date.now();
        const approval = await this.#agent.request("sluice/approvals/follow", { id, version: seen }, token);
        if (token.isCancellationRequested) return;
        if (approval.state !== "pending" && approval.state !== "granted") this.#end(id, source);
        this.#heard(approval);
        if (token.isCancellationRequested) return;
        const early = approval.version === seen ? LEAST_MS - (Date.now() - began) : 0;
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        seen = approval.version;
      }
    } catch {
      // Reading the lists, with growing pauses, finds out what is wrong and begins to follow anew.
      if (this.#open.get(id) === source) this.#end(id, source);
    }
  }

  #end(id: string, source: vscode.CancellationTokenSource): void {
    this.#open.delete(id);
    source.cancel();
    source.dispose();
  }
}
