import { actorName } from "../../protocol/actor.ts";
import { markWords, type Task } from "../../protocol/task.ts";
import type { Engine } from "../engine.ts";
import { type ShownTask, shownTask } from "../shownTask.ts";
import { TaskError } from "../tasks.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { continueAsLocalUser } from "./query.ts";
import { withEngine } from "./target.ts";
import { printTimeline } from "./taskTimeline.ts";
import { printable, table } from "./text.ts";

/** `sluice tasks list | show ID [--today] | resume ID --reason TEXT | end ID | lift-mark ID --reason TEXT`: what programs work on, and whether they may go on. */
export const tasks: Command = (argv, io) => {
  const { values, positionals } = parseLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      reason: { type: "string" },
      limit: { type: "string" },
      today: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  const [what = "list", id, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`sluice tasks ${what} takes no "${more[0]}".`);
  if (!["list", "show", "resume", "end", "lift-mark"].includes(what))
    throw new UsageError(`sluice tasks takes list, show, resume, end or lift-mark, not "${what}".`);
  if (what !== "list" && id === undefined) throw new UsageError(`Say which: sluice tasks ${what} ID.`);
  const limit = Number(values.limit ?? 50);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError("--limit takes a number from 1 on.");
  return withEngine(io, async (engine) => {
    const json = values.json === true;
    if (id === undefined) {
      list(engine.tasks.list(limit), json, io);
      return EXIT.done;
    }
    try {
      const task = await act(engine, what, id, values.reason ?? "", io);
      const shown = what === "show" ? await shownTask(engine, id, values.today === true) : null;
      if (json) io.out(`${JSON.stringify(shown === null ? task : { ...task, ...stepsOf(shown) })}\n`);
      else show(task, io);
      if (shown !== null && !json) printTimeline(shown, io);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof TaskError) || error.problem.code !== "task-not-yours") throw error;
      io.err(`${error.problem.message}\n${error.problem.action}\n`);
      return EXIT.denied;
    }
  });
};

function stepsOf({ timeline: { models, totals, steps }, today }: ShownTask): object {
  const decided = new Map(today);
  return {
    models,
    totals,
    steps: steps.map((step) => {
      const now = decided.get(step.seq);
      return now === undefined ? step : { ...step, today: now };
    }),
  };
}

async function act(engine: Engine, what: string, id: string, reason: string, io: Io): Promise<Task> {
  if (what === "show") return engine.tasks.find(id);
  if (process.env.SLUICE_AGENT) {
    throw new TaskError(
      "task-not-yours",
      "SLUICE_AGENT is set here: this is a program's terminal, and a program decides about no task.",
      "A person does it from their own terminal, or in the editor.",
    );
  }
  await continueAsLocalUser(engine, io);
  const person = engine.rooms.identity.requireActor();
  if (what === "resume") return engine.tasks.resume(id, person, reason);
  return what === "lift-mark" ? engine.tasks.liftMark(id, person, reason) : engine.tasks.end(id, person);
}

function list(tasks: readonly Task[], json: boolean, io: Io): void {
  if (json) {
    for (const task of tasks) io.out(`${JSON.stringify(task)}\n`);
    return;
  }
  io.out(
    table(
      ["id", "agent", "state", "statements", "rows", "last", "purpose"],
      tasks.map((task) => [
        task.id,
        actorName(task.actor),
        task.state.kind,
        `${task.statements} of ${task.budget.statements}`,
        `${task.rows} of ${task.budget.rows}`,
        task.lastAt,
        printable(task.purpose.replace(/\s+/g, " ").slice(0, 80)),
      ]),
    ),
  );
}

function show(task: Task, io: Io): void {
  const { budget, state } = task;
  const line = (name: string, text: string): void => io.out(`${name.padEnd(12)}${printable(text)}\n`);
  line("Task", task.id);
  line("Agent", actorName(task.actor));
  line("Purpose", task.purpose.replace(/\s+/g, " "));
  line("State", state.kind === "stopped" ? `stopped: ${state.words} (${state.cause})` : state.kind);
  line("Opened", task.openedAt);
  line("Last", task.lastAt);
  line("Statements", `${task.statements} (at most ${budget.statements} before a person looks)`);
  line("Rows", `${task.rows} (at most ${budget.rows})`);
  line("Time", `at most ${budget.minutes} minutes`);
  line("Untrusted", task.mark === null ? "no" : markWords(task.mark));
}
