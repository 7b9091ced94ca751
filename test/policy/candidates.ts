import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";

/** Changes to the shipped policy of every kind there is. */
export const CANDIDATES: readonly {
  readonly name: string;
  readonly changes: Partial<CentralPolicy>;
  /** The share of statements of which it may say that nobody can tell. */
  readonly most: number;
  readonly changesSome: boolean;
}[] = [
  {
    name: "people see contact data",
    changes: {
      cedar: `permit (principal is User, action == Action::"reveal", resource)
when { resource.category == "PII" && resource.level == "confidential" };`,
    },
    most: 0,
    changesSome: true,
  },
  {
    name: "nobody compares with exact values",
    changes: { cedar: `forbid (principal, action == Action::"match", resource);` },
    most: 0,
    changesSome: true,
  },
  {
    name: "nobody infers, and e-mail addresses are hidden another way",
    changes: {
      cedar: `forbid (principal, action == Action::"infer", resource);
@mask("null") forbid (principal, action == Action::"reveal", resource) when { resource.infoType == "email" };`,
    },
    most: 0,
    changesSome: true,
  },
  {
    name: "programs read nothing",
    changes: { cedar: `forbid (principal is AiAgent, action == Action::"read", resource);` },
    most: 0,
    changesSome: true,
  },
  {
    name: "what reads needs a purpose, or somebody's approval",
    changes: {
      cedar: `@reason("Say what for.") forbid (principal is User, action == Action::"read", resource) when { context.purpose == "" };`,
    },
    most: 0,
    changesSome: true,
  },
  {
    name: "cross joins and large reads of restricted data need approval",
    changes: {
      guardrails: `rules:
  cross-join: { verdict: approve }
  unbounded-restricted: { verdict: deny }
  no-limit-large-table: { mode: "off" }`,
    },
    most: 0,
    changesSome: true,
  },
  {
    name: "rules that were enforced are watched",
    changes: {
      guardrails: `rules:
  truncate: { mode: "off" }
  no-where-delete: { verdict: approve }
  become-another-role: { mode: observe }`,
    },
    most: 0,
    changesSome: true,
  },
  {
    name: "tables, columns and functions are closed",
    changes: {
      guardrails: `add:
  - { id: no-products, message: "{what} is closed", verdict: deny, when: { tables: ["shop.products"] } }
  - { id: no-partitions, message: "{what} is closed", verdict: approve, when: { tables: ["shop.orders_20*"], effects: [read] } }
  - { id: no-tier, message: "{what} is closed", verdict: deny, when: { columns: ["*.tier"], kinds: [select] } }
  - { id: no-count, message: "{what} is slow", verdict: approve, when: { functions: [count, version], environments: [production] } }`,
    },
    most: 0,
    changesSome: true,
  },
];
