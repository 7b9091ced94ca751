import type { ExceptionDefinition, FigureDefinition } from "./definition.ts";

/** Figures and exceptions that more than one report rests on. */

export const STATEMENTS: FigureDefinition = {
  name: "Statements recorded",
  question: { kind: "activity", count: "statements" },
};
export const BLOCKED: FigureDefinition = {
  name: "Statements blocked",
  question: { kind: "activity", count: "blocked" },
};
export const NEEDED_APPROVAL: FigureDefinition = {
  name: "Statements that had to be agreed to",
  question: { kind: "activity", count: "waiting" },
};
export const MASKED_CELLS: FigureDefinition = {
  name: "Cells masked",
  question: { kind: "activity", count: "maskedCells" },
};
export const ACTORS: FigureDefinition = {
  name: "Different people and programs",
  question: { kind: "actors", prefix: "" },
};
export const AGENTS: FigureDefinition = {
  name: "People for whom AI agents asked",
  question: { kind: "actors", prefix: "ai_agent" },
};
export const UNVERIFIED: FigureDefinition = {
  name: "Local users, whom no provider vouches for",
  question: { kind: "actors", prefix: "local_user" },
};
export const LOG_SIZE: FigureDefinition = {
  name: "Records in the log, each signed and in the tree",
  question: { kind: "log" },
};
export const FORGED: readonly FigureDefinition[] = [
  { name: "Second histories refused", question: { kind: "alerts", alert: "fork" } },
  { name: "Records refused that were not what they said", question: { kind: "alerts", alert: "bad-record" } },
  { name: "Times the log was set back", question: { kind: "alerts", alert: "behind" } },
];
export const CLOCKS: FigureDefinition = {
  name: "Devices whose clock could not be right",
  question: { kind: "alerts", alert: "clock" },
};
export const SILENCE: readonly FigureDefinition[] = [
  { name: "Sessions without an end", question: { kind: "unended", what: "session" } },
  { name: "Statements without an outcome", question: { kind: "unended", what: "intent" } },
];
export const DEVICES: readonly FigureDefinition[] = [
  { name: "Active devices", question: { kind: "devices", state: "active" } },
  { name: "Revoked devices", question: { kind: "devices", state: "revoked" } },
  { name: "Lost devices", question: { kind: "devices", state: "lost" } },
];

export const BLOCKED_RECORDS: ExceptionDefinition = {
  name: "Blocked statements",
  filters: { verdict: "deny" },
};
export const RISKY_RECORDS: ExceptionDefinition = {
  name: "Statements of risk 80 or more",
  filters: {},
  minRisk: 80,
};
export const DEVICE_CHANGES: ExceptionDefinition = {
  name: "Devices marked by an administrator",
  filters: { kind: "device_state" },
};
export const KEY_CHANGES: ExceptionDefinition = { name: "Keys revoked", filters: { kind: "key_revoked" } };
export const ALERT_RECORDS: ExceptionDefinition = {
  name: "Alerts raised",
  filters: { kind: "alert_raised" },
};
export const SCHEMA_CHANGES: ExceptionDefinition = {
  name: "Changes of structure in production that ran",
  filters: { effect: "ddl", environment: "production", kind: "intent" },
};
export const ADMIN_ACTIONS: ExceptionDefinition = {
  name: "Administrative statements",
  filters: { effect: "admin" },
};
export const RELABELLED: ExceptionDefinition = {
  name: "Labels that people corrected",
  filters: { kind: "label_corrected" },
};
