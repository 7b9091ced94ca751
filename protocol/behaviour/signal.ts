/** What behaviour can be told by: ids that settings, findings and records name. */
export const BEHAVIOUR_RULES = {
  "first-restricted-use": {
    title: "Restricted data it never used before",
    about:
      "The actor touches a table with restricted columns for the first time. It counts from the first day on; of an AI agent also under each name it gives itself.",
  },
  "first-table-use": {
    title: "A table it never used before",
    about: "Told in the risk once the actor is known for five days and fifty statements.",
  },
  "many-first-tables": {
    title: "Many tables it never used before",
    about: "Within a day the actor reads table after table that it never read: somebody looks around.",
  },
  "new-program": {
    title: "A program that is new for this person",
    about: "An agent works under a name, model or host under which nothing has worked for this person.",
  },
  "unusual-hour": {
    title: "An hour at which it never works",
    about:
      "Told in the risk once the actor is known for ten days. An hour before or after a usual one is usual.",
  },
  "unusual-volume": {
    title: "Far more rows than usual",
    about:
      "A statement, or the last hour, comes to ten times the rows of the actor's usual busiest; from forty times on it is stopped.",
  },
  probing: {
    title: "Denied again and again",
    about: "Several statements within two minutes were denied by policy: somebody tries what is let through.",
  },
  "error-burst": {
    title: "Fails again and again",
    about: "Statement after statement fails within five minutes: a program that guesses or goes in circles.",
  },
  looping: {
    title: "The same statement again and again",
    about: "An AI agent repeats one statement without a change.",
  },
  enumeration: {
    title: "One lookup after the other",
    about:
      "Statements of one shape, or narrow statements about one table, over sensitive columns come so often that values could be worked out by counting. Counted by the hour, the day, and the weeks before.",
  },
  "purpose-mismatch": {
    title: "It does something else than it says",
    about: "The stated purpose and what the statement does do not fit.",
  },
  "unusual-behaviour": {
    title: "Much that is unusual at once",
    about: "Signals of several kinds come together, none of which would be stopped alone.",
  },
} as const;

export type BehaviourRule = keyof typeof BEHAVIOUR_RULES;

export const isBehaviourRule = (rule: string): rule is BehaviourRule => Object.hasOwn(BEHAVIOUR_RULES, rule);

/**
 * How much a signal weighs. `noted` is told in the risk alone, `unusual` is told, `alarming` stops: a person's statement
 * needs approval, a program's task is stopped until a person lets it go on.
 */
export type SignalWeight = "noted" | "unusual" | "alarming";

/** Something in which a statement differs from what this actor usually does. */
export interface Signal {
  readonly rule: BehaviourRule;
  readonly weight: SignalWeight;
  /** Points of risk. */
  readonly points: number;
  /** As a factor of the risk, in words: `first time this agent uses hr.payroll`. */
  readonly words: string;
  /** `schema.table` it is about, where it is about one. */
  readonly table?: string;
}

/** Rules whose denials say nothing of what an actor tries: they follow from other denials. */
export const FOLLOWING_RULES: readonly string[] = [
  "syntax-error",
  "unresolved-name",
  "task-stopped",
  "task-rate",
];
