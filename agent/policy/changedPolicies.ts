import { Authorisation } from "./authorisation.ts";
import { compilePolicies, type LoadedPolicy, loadPolicy } from "./cedar.ts";
import type { ColumnAction } from "./cedarSchema.ts";
import type { PolicyText } from "./defaultBundle.ts";
import { ACTION } from "./effectFindings.ts";
import type { Policy } from "./policy.ts";
import type { RecordedStatement } from "./recordedStatement.ts";

const COLUMN_ACTIONS: readonly ColumnAction[] = ["reveal", "redact", "match", "infer"];

/**
 * The policies that one set has and another has not. What Cedar answers rests on nothing but the policies that hold for
 * a question: where no changed one does, the answer is the same whatever other policies decide beside them.
 */
export class ChangedPolicies {
  readonly #permits: Authorisation | null;
  readonly #forbids: Authorisation | null;
  readonly #added: Authorisation | null;

  constructor(before: Policy, after: Policy) {
    const [removed, added] = differing(before.policies, after.policies);
    const changed = [...removed, ...added];
    this.#permits = askable(changed.filter(({ effect }) => effect === "permit"));
    this.#forbids = askable(
      changed.filter(({ effect }) => effect === "forbid"),
      EVERYTHING,
    );
    this.#added = askable(
      added.filter(({ effect }) => effect === "forbid"),
      EVERYTHING,
    );
  }

  /** Whether a changed policy holds for any question that may be asked of this statement. */
  touch(statement: RecordedStatement): boolean {
    return (
      (this.#permits !== null && answers(this.#permits, statement).includes(true)) ||
      (this.#forbids !== null && answers(this.#forbids, statement).includes(false))
    );
  }

  /** Whether a new policy forbids the statement, whatever else permits it. */
  forbid({ facts, input }: RecordedStatement): boolean {
    const { actor, connection, purpose = "" } = input;
    const action = ACTION[facts.effect];
    return this.#added?.onConnection(action, actor, connection, purpose).verdict === "deny";
  }
}

/** Under it, what no forbid holds for is allowed. */
const EVERYTHING = { id: "everything", text: "permit (principal, action, resource);" };

function askable(policies: readonly LoadedPolicy[], beside?: PolicyText): Authorisation | null {
  if (policies.length === 0) return null;
  // Texts of two files may have the same place in them.
  const named = policies.map((policy, position) => ({ ...policy, id: `changed#${position}` }));
  return new Authorisation(compilePolicies(beside === undefined ? named : [...named, loadPolicy(beside)]));
}

/** Whether each question is answered with anything but a denial. */
function answers(
  authorisation: Authorisation,
  { facts, input, sensitive }: RecordedStatement,
): readonly boolean[] {
  const { actor, connection, purpose = "" } = input;
  const ofConnection = [...new Set([ACTION[facts.effect], "read" as const])].map((action) =>
    authorisation.onConnection(action, actor, connection, purpose),
  );
  const ofColumns = sensitive.flatMap(({ column, label }) =>
    COLUMN_ACTIONS.flatMap((action) =>
      [...new Set([purpose, ""])].map((said) =>
        authorisation.onColumn(action, actor, connection, said, column, label),
      ),
    ),
  );
  return [...ofConnection, ...ofColumns].map(({ verdict }) => verdict !== "deny");
}

/** Those of the first that are not in the second, and the other way round; all of them where the order changed. */
function differing(
  before: readonly LoadedPolicy[],
  after: readonly LoadedPolicy[],
): readonly [readonly LoadedPolicy[], readonly LoadedPolicy[]] {
  const [old, young] = [new Set(before.map(textOf)), new Set(after.map(textOf))];
  const kept = (policies: readonly LoadedPolicy[], others: ReadonlySet<string>): string =>
    policies
      .map(textOf)
      .filter((text) => others.has(text))
      .join("\u0001");
  if (kept(before, young) !== kept(after, old)) return [before, after];
  return [
    before.filter((policy) => !young.has(textOf(policy))),
    after.filter((policy) => !old.has(textOf(policy))),
  ];
}

const textOf = ({ text }: LoadedPolicy): string => text;
