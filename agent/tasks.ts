import { randomBytes } from "node:crypto";
import { type Actor, actorIdentity, actorName } from "../protocol/actor.ts";
import { isBehaviourRule } from "../protocol/behaviour/signal.ts";
import type { ConnectionProfile } from "../protocol/connection.ts";
import type { Finding } from "../protocol/decision.ts";
import type { Problem } from "../protocol/messages.ts";
import { isProgram, type ProgramLimits, type Task, type TaskStanding } from "../protocol/task.ts";
import { MOST_IN_VAIN } from "./approvals/askingLimit.ts";
import type { Ledger } from "./audit/ledger.ts";
import type { StoredTask, TaskCounts } from "./audit/taskStore.ts";
import type { Policy } from "./policy/policy.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A task nothing was asked in for so long is not taken up again by its purpose. */
const IDLE_MS = 30 * MINUTE_MS;
const LONGEST_PURPOSE = 2_000;
/** Cause of a stop: its person has more questions than they can read. */
const ASKS_TOO_OFTEN = "asks-too-often";

/** A program's task cannot be taken up, or a person cannot do with it what they want. */
export class TaskError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "TaskError";
    this.problem = { code, message, action };
  }
}

/**
 * The tasks programs work in. All that is known of them is in the ledger, so that another process, another name of the
 * agent or another task is no other budget.
 */
export class Tasks {
  readonly #ledger: Ledger;
  readonly #policy: () => Policy;
  readonly #now: () => Date;
  readonly #stopped: (task: string) => void;
  /** By task: a restart forgets it, and lets it ask in vain anew. */
  readonly #inVain = new Map<string, number>();

  /** `stopped` is told of each task that is stopped, and each time its program comes back to it. */
  constructor(
    ledger: Ledger,
    policy: () => Policy,
    now: () => Date = () => new Date(),
    stopped: (task: string) => void = () => {},
  ) {
    this.#ledger = ledger;
    this.#policy = policy;
    this.#now = now;
    this.#stopped = stopped;
  }

  /**
   * The task a program's next statement belongs to: `held`, or one for this purpose that is still open, or a new one.
   * What is over its budget is stopped.
   * @throws TaskError without a purpose, for a task that is not this program's, and where a new one may not begin.
   */
  async take(
    actor: Actor,
    purpose: string | undefined,
    connection: ConnectionProfile,
    held?: string,
  ): Promise<string> {
    if (!isProgram(actor)) throw new TypeError("People work without tasks.");
    const words = (purpose ?? "").trim();
    if (words === "") {
      throw new TaskError(
        "purpose-required",
        `${actorName(actor)} is a program, and programs say what each statement is for. Nothing was run.`,
        "Give the purpose in a few words: --purpose on the command line, `purpose` in a tool call.",
      );
    }
    if (words.length > LONGEST_PURPOSE) {
      throw new TaskError(
        "purpose-too-long",
        `A purpose has at most ${LONGEST_PURPOSE} characters.`,
        "Say it in fewer words.",
      );
    }
    const identity = actorIdentity(actor);
    const limits = this.#policy().limitsOf(actor, connection);
    if (held !== undefined) {
      const task = this.#ledger.tasks.find(held);
      if (task === null || task.identity !== identity) {
        throw new TaskError("no-such-task", "There is no such task of this program.", "Begin a new one.");
      }
      if (task.task.state.kind === "ended") return this.take(actor, purpose, connection);
      await this.#stopWhereOver(task, limits);
      if (task.task.state.kind === "stopped") this.#stopped(held);
      return held;
    }
    const unfinished = this.#ledger.tasks.unfinished(identity);
    for (const one of unfinished) if (this.#isIdle(one, DAY_MS)) await this.#expire(one);
    const fresh = unfinished.filter((one) => !this.#isIdle(one));
    const same = fresh.find(({ task }) => task.purpose === words);
    if (same !== undefined) {
      await this.#stopWhereOver(same, limits);
      if (same.task.state.kind === "stopped") this.#stopped(same.task.id);
      return same.task.id;
    }
    const stopped = fresh.find(({ task }) => task.state.kind === "stopped");
    if (stopped?.task.state.kind === "stopped") {
      this.#stopped(stopped.task.id);
      throw new TaskError(
        "task-stopped",
        `No new task begins while another of the same person's agents is stopped: ${stopped.task.state.words}`,
        "A person has to let that task go on, or end it: in the editor, or with `sluice tasks`.",
      );
    }
    return this.#open(actor, words, limits);
  }

  /** Where a task stands now, for policy. */
  standing(id: string, actor: Actor, connection: ConnectionProfile): TaskStanding {
    const found = this.#ledger.tasks.find(id);
    const identity = actorIdentity(actor);
    if (found === null || found.identity !== identity)
      throw new TaskError("no-such-task", "There is no such task of this program.", "Begin a new one.");
    const limits = this.#policy().limitsOf(actor, connection);
    const { tasks } = this.#ledger;
    const { budget, state } = found.task;
    const used = tasks.countsOf(id, found.sinceSeq);
    const hour = tasks.countsSince(identity, this.#ago(HOUR_MS));
    return {
      id,
      state,
      wait: this.#wait(identity, limits),
      rowsLeft: Math.max(0, Math.min(budget.rows - used.rows, limits.rowsPerHour - hour.rows)),
      untrusted: tasks.hasSeenUntrusted(id, identity, this.#ago(HOUR_MS)),
      touched: (profile, column) => tasks.hasTouched(id, profile, column),
    };
  }

  /** Where the task a program's next statement would belong to stands, before it has one. Nothing is recorded. */
  standingOfNext(actor: Actor, purpose: string, connection: ConnectionProfile): TaskStanding {
    const identity = actorIdentity(actor);
    const fresh = this.#ledger.tasks.unfinished(identity).filter((one) => !this.#isIdle(one));
    const held =
      fresh.find(({ task }) => task.purpose === purpose.trim()) ??
      fresh.find(({ task }) => task.state.kind === "stopped");
    if (held !== undefined) return this.standing(held.task.id, actor, connection);
    const limits = this.#policy().limitsOf(actor, connection);
    const { tasks } = this.#ledger;
    const hour = tasks.countsSince(identity, this.#ago(HOUR_MS));
    const over = overTheHour(hour, limits);
    return {
      id: "",
      state: over === null ? { kind: "open" } : { kind: "stopped", ...over },
      wait: this.#wait(identity, limits),
      rowsLeft: Math.max(0, Math.min(limits.rows, limits.rowsPerHour - hour.rows)),
      untrusted: tasks.hasSeenUntrusted("", identity, this.#ago(HOUR_MS)),
      touched: () => false,
    };
  }

  /** Looks again where a statement is about to be recorded: two at once do not both get what is left, nor read it. */
  stillStands(id: string, actor: Actor, connection: ConnectionProfile, rows: number): Problem | null {
    const found = this.#ledger.tasks.find(id);
    const limits = this.#policy().limitsOf(actor, connection);
    const over = found === null ? null : this.#over(found, limits);
    if (found?.task.state.kind === "open" && over === null) return this.#rowsTaken(found, limits, rows);
    return {
      code: "task-stopped",
      message: `This task was stopped${over === null ? "" : `: ${over.words}`}. Nothing of it runs until a person lets it go on.`,
      action: "Tell the person you work for, and wait.",
    };
  }

  list(limit: number): readonly Task[] {
    return this.#ledger.tasks.list(limit).map(({ task }) => task);
  }

  /** Tasks of programs of this person that were stopped and wait for them. */
  stoppedOf(person: Actor): readonly Task[] {
    const identity = agentsOf(person);
    if (identity === null) return [];
    return this.#ledger.tasks
      .unfinished(identity)
      .filter((one) => one.task.state.kind === "stopped" && !this.#isIdle(one, DAY_MS))
      .map(({ task }) => task);
  }

  /** @throws TaskError */
  find(id: string): Task {
    return this.#find(id).task;
  }

  /** Stops a task before its next statement. */
  async stop(id: string, cause: string, words: string): Promise<void> {
    const { task } = this.#find(id);
    await this.#ledger.append({ kind: "task_stopped", task: id, actor: task.actor, cause, words });
    this.#stopped(id);
  }

  /** Breaks the circuit: stops a task whose program behaves as none should, until a person lets it go on. */
  async stopForBehaviour(id: string, findings: readonly Finding[]): Promise<void> {
    const alarm = findings.find(({ rule, verdict }) => verdict === "deny" && isBehaviourRule(rule));
    if (alarm === undefined || this.#find(id).task.state.kind !== "open") return;
    await this.stop(id, alarm.rule, alarm.message);
  }

  /** Its person has more questions than they can read: whoever asks on all the same is stopped. */
  async askedInVain(id: string): Promise<void> {
    const times = (this.#inVain.get(id) ?? 0) + 1;
    this.#inVain.set(id, times);
    if (times < MOST_IN_VAIN || this.#find(id).task.state.kind !== "open") return;
    this.#inVain.delete(id);
    await this.stop(id, ASKS_TOO_OFTEN, `it asked its person ${times} more times while others waited.`);
  }

  /** Lets a stopped task go on, with its whole budget anew. @throws TaskError where that is not for `person` to do. */
  async resume(id: string, person: Actor, reason: string): Promise<Task> {
    const { task } = this.#decidable(id, person);
    if (task.state.kind !== "stopped")
      throw new TaskError("task-not-stopped", "This task is not stopped.", "Nothing needs to be done.");
    if (reason.trim() === "")
      throw new TaskError("task-reason", "Why it may go on is put on record.", "Give a reason.");
    await this.#ledger.append({ kind: "task_resumed", task: id, actor: person, reason: reason.trim() });
    return this.find(id);
  }

  /** Ends a task. What it was shown stays on it, and counts against other tasks as before. @throws TaskError */
  async end(id: string, actor: Actor): Promise<Task> {
    const found = isProgram(actor) ? this.#find(id) : this.#decidable(id, actor);
    if (isProgram(actor) && found.identity !== actorIdentity(actor))
      throw new TaskError("no-such-task", "There is no such task of this program.", "Begin a new one.");
    const { state } = found.task;
    if (state.kind === "ended") return found.task;
    const how = state.kind === "stopped" ? "stopped" : "ended";
    // A program that goes away leaves what was stopped for a person to look at.
    if (isProgram(actor) && how === "stopped") return found.task;
    await this.#ledger.append({ kind: "task_ended", task: id, actor, how });
    return this.find(id);
  }

  /**
   * Lifts the mark of an ended task: what it was shown counts no further against other tasks of the same person.
   * @throws TaskError where that is not for `person` to do, without a reason, and while its agent still has what it read.
   */
  async liftMark(id: string, person: Actor, reason: string): Promise<Task> {
    const { task } = this.#decidable(id, person);
    if (task.state.kind !== "ended")
      throw new TaskError(
        "task-not-ended",
        "The agent of this task still has what it was shown, so its mark stays.",
        "End the task first.",
      );
    const { mark } = task;
    if (mark === null)
      throw new TaskError("nothing-to-lift", "This task carries no mark.", "Nothing needs to be done.");
    if (reason.trim() === "")
      throw new TaskError("task-reason", "Why it counts no further is put on record.", "Give a reason.");
    await this.#ledger.append({
      kind: "task_mark_lifted",
      task: id,
      actor: person,
      reason: reason.trim(),
      ...mark,
    });
    return this.find(id);
  }

  async #open(actor: Actor, purpose: string, limits: ProgramLimits): Promise<string> {
    const id = randomBytes(8).toString("hex");
    const { statements, rows, minutes } = limits;
    const budget = { statements, rows, minutes };
    await this.#ledger.append({ kind: "task_opened", task: id, actor, purpose, budget });
    const found = this.#find(id);
    await this.#stopWhereOver(found, limits);
    return id;
  }

  async #stopWhereOver(found: StoredTask, limits: ProgramLimits): Promise<void> {
    if (found.task.state.kind !== "open") return;
    const over = this.#over(found, limits);
    if (over !== null) await this.stop(found.task.id, over.cause, over.words);
  }

  /** What of its budget is used up; null where nothing is. */
  #over(found: StoredTask, limits: ProgramLimits): Over | null {
    const { budget, id } = found.task;
    const used = this.#ledger.tasks.countsOf(id, found.sinceSeq);
    const hour = this.#ledger.tasks.countsSince(found.identity, this.#ago(HOUR_MS));
    const minutes = (this.#now().getTime() - found.since.getTime()) / MINUTE_MS;
    if (used.statements >= budget.statements)
      return over("budget-statements", `it has run the ${budget.statements} statements it may.`);
    if (used.rows >= budget.rows) return over("budget-rows", `it has read the ${budget.rows} rows it may.`);
    if (minutes >= budget.minutes)
      return over("budget-minutes", `it has lasted the ${budget.minutes} minutes it may.`);
    return overTheHour(hour, limits);
  }

  /** Rows that other statements at work may still read are theirs until they have ended. */
  #rowsTaken({ task, sinceSeq, identity }: StoredTask, limits: ProgramLimits, rows: number): Problem | null {
    const used = this.#ledger.tasks.countsOf(task.id, sinceSeq);
    const hour = this.#ledger.tasks.countsSince(identity, this.#ago(HOUR_MS));
    const left = Math.min(
      task.budget.rows - used.rows - used.reserved,
      limits.rowsPerHour - hour.rows - hour.reserved,
    );
    if (rows <= left || used.reserved + hour.reserved === 0) return null;
    return {
      code: "task-busy",
      message: "Other statements of the same person's agents are still reading the rows this one might need.",
      action: "Wait until they have ended, or set a smaller LIMIT.",
    };
  }

  #wait(identity: string, { statementsPerMinute }: ProgramLimits): number {
    const at = this.#ledger.tasks.timeOf(identity, statementsPerMinute);
    if (at === null) return 0;
    return Math.max(0, Math.ceil((at.getTime() + MINUTE_MS - this.#now().getTime()) / 1000));
  }

  #find(id: string): StoredTask {
    const found = this.#ledger.tasks.find(id);
    if (found !== null) return found;
    throw new TaskError(
      "no-such-task",
      `There is no task "${id}".`,
      "`sluice tasks list` shows those there are.",
    );
  }

  #decidable(id: string, person: Actor): StoredTask {
    const found = this.#find(id);
    const { actor } = found.task;
    const own = actor.kind === "service" ? person.kind === "user" : found.identity === agentsOf(person);
    if (own) return found;
    throw new TaskError(
      "task-not-yours",
      isProgram(person)
        ? "A program decides about no task: a person has to."
        : "This task belongs to another person's agent.",
      "Whoever the agent works for decides.",
    );
  }

  async #expire({ task }: StoredTask): Promise<void> {
    if (task.state.kind === "open")
      await this.#ledger.append({ kind: "task_ended", task: task.id, actor: task.actor, how: "expired" });
  }

  /** Waiting is no way around a person: what was stopped for how its program behaves stands until they have decided. */
  #isIdle({ lastAt, task }: StoredTask, after = task.state.kind === "stopped" ? HOUR_MS : IDLE_MS): boolean {
    if (isBroken(task)) return false;
    return this.#now().getTime() - lastAt.getTime() > after;
  }

  #ago(milliseconds: number): Date {
    return new Date(this.#now().getTime() - milliseconds);
  }
}

/** Whether it was stopped for what its program did, and not for a budget alone, which comes back by the hour. */
const isBroken = ({ state }: Task): boolean =>
  state.kind === "stopped" && (isBehaviourRule(state.cause) || state.cause === ASKS_TOO_OFTEN);

interface Over {
  readonly cause: string;
  readonly words: string;
}

const over = (cause: string, words: string): Over => ({ cause, words });

/** What all programs of one identity have used up within the hour; null where nothing is. */
function overTheHour(hour: TaskCounts, limits: ProgramLimits): Over | null {
  if (hour.statements >= limits.statementsPerHour)
    return over(
      "budget-hour-statements",
      `agents of the same person have run the ${limits.statementsPerHour} statements they may within an hour.`,
    );
  if (hour.rows >= limits.rowsPerHour)
    return over(
      "budget-hour-rows",
      `agents of the same person have read the ${limits.rowsPerHour} rows they may within an hour.`,
    );
  return null;
}

/** As which the agents of a person are counted; null for programs. */
const agentsOf = (person: Actor): string | null =>
  person.kind === "user" || person.kind === "local_user" ? `ai_agent for ${actorIdentity(person)}` : null;
