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
export const HELD: FigureDefinition = {
  name: "Statements held for an approval they did not have",
  question: { kind: "activity", count: "waiting" },
};
export const APPROVED: FigureDefinition = {
  name: "Statements that ran under an approval",
  question: { kind: "activity", count: "approved" },
};
/** What others answered, never the requester. */
export const APPROVALS: readonly FigureDefinition[] = [
  {
    name: "Requests granted, for statements and for rights for a while",
    question: { kind: "records", filters: { kind: "approval_granted" } },
  },
  { name: "Requests denied", question: { kind: "ended", said: "approval_closed", how: "denied" } },
  {
    name: "Statements whose approval was not given for them",
    question: { kind: "alerts", alert: "grant" },
  },
];
export const ELEVATIONS: FigureDefinition = {
  name: "Rights for a while that were asked for",
  question: { kind: "records", filters: { kind: "elevation_opened" } },
};
export const LEASES: readonly FigureDefinition[] = [
  {
    name: "Logins lent for a while",
    question: { kind: "records", filters: { kind: "lease_opened" } },
  },
  {
    name: "Logins taken away before their time",
    question: { kind: "ended", said: "lease_ended", how: "revoked" },
  },
  { name: "Logins that could not be taken away at once", question: { kind: "alerts", alert: "lease" } },
];
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
  filters: { decision: "blocked" },
};
export const APPROVED_RECORDS: ExceptionDefinition = {
  name: "Statements that ran under an approval",
  filters: { decision: "approved" },
};
export const ELEVATION_RECORDS: ExceptionDefinition = {
  name: "Rights for a while that were asked for",
  filters: { kind: "elevation_opened" },
};
export const LEASE_RECORDS: ExceptionDefinition = {
  name: "Logins lent for a while",
  filters: { kind: "lease_opened" },
};
export const EXPORT_RECORDS: ExceptionDefinition = {
  name: "Exports of the log",
  filters: { kind: "export_opened" },
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
