const TIME = new Intl.DateTimeFormat("en-GB", {
  ...{ day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
});

/** A moment in the reader's own zone. */
export const timeText = (iso: string): string => TIME.format(new Date(iso));

export const numberText = (number: number): string => number.toLocaleString("en");

const FINDINGS: Readonly<Record<string, string>> = {
  allow: "Warning",
  approve: "Needs approval",
  deny: "Blocked",
};

/** What a rule that spoke up asks for: one that lets the statement run warns. */
export const findingText = (verdict: string): string => FINDINGS[verdict] ?? verdict;

const KINDS: Readonly<Record<string, string>> = {
  intent: "Statement",
  refused: "Refused statement",
  outcome: "Outcome",
  key_introduced: "Key introduced",
  key_succeeded: "Key handed over",
  key_revoked: "Key revoked",
  ledger_closed: "Ledger closed",
  collector_trusted: "Collector trusted again",
  login_asked: "Login asked for",
  login_lent: "Login taken up",
  session_opened: "Session begins",
  session_closed: "Session ends",
  identity: "Sign-in",
  label_corrected: "Label corrected",
  approval_requested: "Approval asked for",
  approval_decided: "Approval decided",
  elevation_requested: "Right asked for",
  elevation_decided: "Right decided",
  policy_published: "Policy put in force",
  policy_observed: "Policy observed",
  policy_dropped: "Policy dropped",
  approval_opened: "Approval asked for",
  elevation_opened: "Right asked for",
  approval_answered: "Approval answered",
  approval_granted: "Approval granted",
  approval_redeemed: "Approval handed out",
  approval_closed: "Approval closed",
  collector_restored: "Collector restored",
  log_started: "Log begins",
  device_enrolled: "Device enrolled",
  device_state: "Device marked",
  device_confirmed: "Device confirmed",
  alert_raised: "Alert",
  alert_acknowledged: "Alert acknowledged",
  alert_settled: "Alert settled",
  task_opened: "Task begins",
  task_stopped: "Task stopped",
  task_resumed: "Task goes on",
  task_ended: "Task ends",
  task_mark_lifted: "Mark of a task lifted",
  suggestion_made: "Suggestion",
  suggestion_decided: "Suggestion decided",
  connection_defined: "Connection defined",
  connection_removed: "Connection removed",
  lease_opened: "Login lent",
  lease_renewed: "Login renewed",
  lease_ended: "Login over",
  lease_cleared: "Account taken away",
  hold_set: "Hold set",
  hold_lifted: "Hold lifted",
  bodies_dropped: "Texts dropped",
  stream_moved: "Stream moved",
  export_opened: "Export begins",
  export_closed: "Export ends",
};

export const kindText = (kind: string): string => KINDS[kind] ?? kind;

/** How long ago, in the largest unit that fits. */
export function agoText(iso: string): string {
  const minutes = Math.round((Date.now() - Date.parse(iso)) / 60_000);
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return format.format(-minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? format.format(-hours, "hour") : format.format(-Math.round(hours / 24), "day");
}
