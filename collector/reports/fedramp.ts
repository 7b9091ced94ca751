import type { ReportDefinition } from "./definition.ts";
import * as e from "./evidence.ts";

export const FEDRAMP: ReportDefinition = {
  id: "fedramp",
  title: "FedRAMP: AC and AU families",
  about: "Access control and audit controls of NIST SP 800-53, for databases.",
  controls: [
    {
      id: "AC-2",
      title: "Account management",
      how: "Accounts are the provider's; devices are enrolled by their owner and marked by administrators, on record. Logins the collector lends end by themselves.",
      figures: [e.ACTORS, ...e.DEVICES, e.UNVERIFIED, ...e.LEASES],
      exceptions: [e.DEVICE_CHANGES, e.LEASE_RECORDS],
    },
    {
      id: "AC-3",
      title: "Access enforcement",
      how: "Every statement takes one way on which policy decides; what cannot be understood is refused or needs approval.",
      figures: [e.STATEMENTS, e.BLOCKED, e.MASKED_CELLS],
      exceptions: [e.BLOCKED_RECORDS],
    },
    {
      id: "AC-5",
      title: "Separation of duties",
      how: "What policy says needs others is agreed to by people of a group, never by the requester or a program; the grant is bound to the exact statement and used once.",
      figures: [e.HELD, e.APPROVED, ...e.APPROVALS],
      exceptions: [e.APPROVED_RECORDS],
    },
    {
      id: "AC-6(9)",
      title: "Log use of privileged functions",
      how: "Administrative statements and changes of structure are recorded as such, and so is each right that was given for a while with what was done under it.",
      figures: [
        { name: "Administrative statements", question: { kind: "records", filters: { effect: "admin" } } },
        e.ELEVATIONS,
      ],
      exceptions: [e.ADMIN_ACTIONS, e.SCHEMA_CHANGES, e.ELEVATION_RECORDS],
    },
    {
      id: "AU-2, AU-3, AU-12",
      title: "Event logging, content and generation",
      how: "Who, for whom, where, the statement, the columns and what they are, the decision and its reason, the outcome: of each statement.",
      figures: [e.STATEMENTS, e.LOG_SIZE],
      exceptions: [],
    },
    {
      id: "AU-5",
      title: "Response to audit logging failures",
      how: "Where a record cannot be written, nothing runs. What was not heard of is listed.",
      figures: e.SILENCE,
      exceptions: [],
    },
    {
      id: "AU-6",
      title: "Review, analysis and reporting",
      how: "One search over all records; what is risky and what was refused stands out.",
      figures: [e.HELD, e.BLOCKED],
      exceptions: [e.RISKY_RECORDS],
    },
    {
      id: "AU-8",
      title: "Time stamps",
      how: "Times are UTC in milliseconds; a device whose clock cannot be right raises an alert.",
      figures: [e.CLOCKS],
      exceptions: [],
    },
    {
      id: "AU-9, AU-10",
      title: "Protection of audit information, non-repudiation",
      how: "Each record is signed by its device and proven by the tree; a second history or a changed record is refused, with the evidence kept. Who took records out of the log is on record.",
      figures: [e.LOG_SIZE, ...e.FORGED],
      exceptions: [e.ALERT_RECORDS, e.KEY_CHANGES, e.EXPORT_RECORDS],
    },
  ],
};
