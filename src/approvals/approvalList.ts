import * as vscode from "vscode";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { CollectorState } from "../audit/collectorState.ts";
import { problemOf } from "../problem.ts";
import type { Identity } from "../signIn/identity.ts";
import { FollowedApprovals } from "./followedApprovals.ts";
import { nextLook } from "./nextLook.ts";

const MOST_FOLLOWED = 8;

/** One's own approval is in another state than when it was last heard of. */
export interface ApprovalTurn {
  readonly before: Approval;
  readonly after: Approval;
}

/** Why nothing new is known, and when it is tried again. */
export interface ApprovalTrouble {
  readonly problem: Problem;
  readonly again: Date;
}

/**
 * What this person asked of others and what others ask of them, as last told. The lists are read now and then; what the
 * person waits for is followed, so that an answer is there at once.
 */
export class ApprovalList implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #identity: Identity;
  readonly #collector: CollectorState;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #turned = new vscode.EventEmitter<ApprovalTurn>();
  readonly onTurn = this.#turned.event;
  readonly #followed: FollowedApprovals;
  readonly #subscriptions: vscode.Disposable;
  readonly #watched = new Set<string>();
  readonly #known = new Map<string, Approval>();
  #mine: readonly string[] = [];
  #waiting: readonly string[] = [];
  #given: readonly string[] = [];
  #elevations: readonly Elevation[] = [];
  #trouble: ApprovalTrouble | null = null;
  #person = "";
  #round: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(agent: AgentClient, identity: Identity, collector: CollectorState) {
    this.#agent = agent;
    this.#identity = identity;
    this.#collector = collector;
    this.#followed = new FollowedApprovals(agent, (approval) => this.put(approval));
    this.#subscriptions = vscode.Disposable.from(
      identity.onChange(() => this.#begin()),
      collector.onChange(() => this.#begin()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#failures === 0) void this.refresh();
      }),
      this.#followed,
    );
  }

  /** Own ones, newest first. */
  get mine(): readonly Approval[] {
    return this.#of(this.#mine);
  }

  /** Those this person may decide, newest first. */
  get waiting(): readonly Approval[] {
    return this.#of(this.#waiting);
  }

  /** Others' that are granted, and that this person may take back, newest first. */
  get given(): readonly Approval[] {
    return this.#of(this.#given);
  }

  /** Rights for a while that this person may give or deny, newest first. */
  get elevations(): readonly Elevation[] {
    return this.#elevations;
  }

  get trouble(): ApprovalTrouble | null {
    return this.#trouble;
  }

  /** Who is signed in, if a provider knows them. */
  get person(): { readonly issuer: string; readonly subject: string } | null {
    const { state } = this.#identity;
    return state?.kind === "signed_in" && state.actor.kind === "user" ? state.actor : null;
  }

  find(id: string): Approval | undefined {
    return this.#known.get(id);
  }

  /** What this person asked for; not what programs of theirs ask them. */
  isOwn({ requester, order }: Approval): boolean {
    const { person } = this;
    if (asksItsPerson(order)) return false;
    return person?.issuer === requester.issuer && person.subject === requester.subject;
  }

  /** Reads the lists now. */
  refresh(): Promise<void> {
    if (!this.#able) return Promise.resolve();
    const person = this.#person;
    this.#round ??= this.#read(person).finally(() => {
      if (person === this.#person) this.#round = null;
    });
    return this.#round;
  }

  /** Asks for one anew, whichever list it is in. Rejects where it is not this person's to see. */
  async reread(id: string): Promise<Approval> {
    const approval = await this.#agent.request("sluice/approvals/follow", { id, version: 0 });
    this.put(approval);
    return approval;
  }

  /** Follows one until the answer is disposed, because somebody looks at it. */
  watch(id: string): vscode.Disposable {
    this.#watched.add(id);
    this.#follow();
    return new vscode.Disposable(() => this.#watched.delete(id));
  }

  /** Takes what was heard of one. */
  put(approval: Approval): void {
    if (!this.#able) return;
    const { id } = approval;
    const without = (ids: readonly string[]): readonly string[] => ids.filter((other) => other !== id);
    if (this.isOwn(approval)) this.#mine = this.#mine.includes(id) ? this.#mine : [id, ...this.#mine];
    else {
      this.#waiting = approval.mayDecide ? [id, ...without(this.#waiting)] : without(this.#waiting);
      this.#given = approval.mayTakeBack ? [id, ...without(this.#given)] : without(this.#given);
    }
    this.#hear([approval]);
  }

  /** Takes what came of an elevation that waited. */
  putElevation(elevation: Elevation): void {
    const others = this.#elevations.filter(({ id }) => id !== elevation.id);
    this.#elevations = elevation.mayDecide ? [elevation, ...others] : others;
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
    this.#changed.dispose();
    this.#turned.dispose();
  }

  get #able(): boolean {
    return this.#collector.isSet && this.person !== null;
  }

  /** Another person, or none: what was known is theirs alone. */
  #begin(): void {
    const person = this.#able ? JSON.stringify([this.person?.issuer, this.person?.subject]) : "";
    if (person === this.#person) return;
    this.#person = person;
    clearTimeout(this.#timer);
    this.#followed.clear();
    this.#known.clear();
    [this.#mine, this.#waiting, this.#given, this.#elevations] = [[], [], [], []];
    [this.#trouble, this.#round, this.#failures] = [null, null, 0];
    this.#changed.fire();
    void this.refresh();
  }

  async #read(person: string): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const [mine, waiting, active, elevations] = await Promise.all([
        this.#agent.request("sluice/approvals/list", { box: "mine" }),
        this.#agent.request("sluice/approvals/list", { box: "decide" }),
        this.#agent.request("sluice/approvals/list", { box: "active" }),
        this.#agent.request("sluice/elevations/inbox", {}),
      ]);
      if (person !== this.#person) return;
      [this.#failures, this.#trouble] = [0, null];
      this.#mine = mine.map(({ id }) => id);
      this.#waiting = waiting.map(({ id }) => id);
      const given = active.filter((approval) => !this.isOwn(approval));
      this.#given = given.map(({ id }) => id);
      this.#elevations = elevations;
      this.#hear([...mine, ...waiting, ...given]);
    } catch (error) {
      if (person !== this.#person) return;
      this.#failures += 1;
      const again = new Date(Date.now() + this.#pause());
      this.#trouble = { problem: problemOf(error), again };
      this.#changed.fire();
    }
    this.#timer = setTimeout(() => void this.refresh(), this.#pause());
  }

  #pause(): number {
    return nextLook(this.#failures, vscode.window.state.focused);
  }

  #hear(approvals: readonly Approval[]): void {
    const turns: ApprovalTurn[] = [];
    for (const approval of approvals) {
      const before = this.#known.get(approval.id);
      if (before !== undefined && before.version > approval.version) continue;
      this.#known.set(approval.id, approval);
      if (before !== undefined && before.state !== approval.state && this.isOwn(approval))
        turns.push({ before, after: approval });
    }
    this.#follow();
    this.#changed.fire();
    for (const turn of turns) this.#turned.fire(turn);
  }

  #follow(): void {
    if (this.#failures > 0) return;
    // What is granted may be taken back.
    const open = ({ state }: Approval): boolean => state === "pending" || state === "granted";
    const mine = this.mine.filter(open).slice(0, MOST_FOLLOWED);
    this.#followed.only([...mine, ...this.#of([...this.#watched]).filter(open)]);
  }

  #of(ids: readonly string[]): readonly Approval[] {
    return ids.flatMap((id) => this.#known.get(id) ?? []);
  }
}
