import type { ReportDefinition } from "./definition.ts";
import * as e from "./evidence.ts";

export const SOC2: ReportDefinition = {
  id: "soc2",
  title: "SOC 2: CC6, CC7 and CC8",
  about:
    "Logical access, system operations and change management of the Trust Services Criteria, for databases.",
  controls: [
    {
      id: "CC6.1",
      title: "Logical access security",
      how: "Whoever runs a statement is signed in with the company's provider; every statement names them. Local users are unverified and refused in production.",
      figures: [e.STATEMENTS, e.ACTORS, e.AGENTS, e.UNVERIFIED],
      exceptions: [],
    },
    {
      id: "CC6.2",
      title: "Registration and removal of access",
      how: "A device is enrolled with its owner's token, and sends nothing any more once it is revoked or lost. Logins the collector lends end by themselves, and are taken away with the device or by an administrator.",
      figures: [...e.DEVICES, ...e.LEASES],
      exceptions: [e.DEVICE_CHANGES, e.KEY_CHANGES, e.LEASE_RECORDS],
    },
    {
      id: "CC6.3",
      title: "Least privilege",
      how: "Policy decides each statement for whoever asks; what they have no right to is blocked, or masked in the result. Others give a right for a while, which ends by itself.",
      figures: [e.BLOCKED, e.HELD, e.ELEVATIONS, ...e.APPROVALS],
      exceptions: [e.BLOCKED_RECORDS, e.ELEVATION_RECORDS, e.RELABELLED],
    },
    {
      id: "CC6.7",
      title: "Restricted movement of information",
      how: "Columns are classified; sensitive values are masked before they leave the database or the agent, unless a right to see them was given.",
      figures: [
        e.MASKED_CELLS,
        { name: "Rows with a masked column", question: { kind: "rows", use: "masked", infoTypes: [] } },
        {
          name: "Rows with a labelled column in the clear",
          question: { kind: "rows", use: "shown", infoTypes: [] },
        },
      ],
      exceptions: [],
    },
    {
      id: "CC7.2",
      title: "Monitoring for anomalies",
      how: "Each statement carries a risk that explains itself; forged, back-dated and missing records raise alerts, and devices that fell silent are listed.",
      figures: [e.LOG_SIZE, ...e.FORGED, e.CLOCKS, ...e.SILENCE],
      exceptions: [e.RISKY_RECORDS, e.ALERT_RECORDS],
    },
    {
      id: "CC7.3",
      title: "Evaluation of security events",
      how: "What was begun and not ended stays visible until somebody has looked.",
      figures: e.SILENCE,
      exceptions: [e.BLOCKED_RECORDS],
    },
    {
      id: "CC8.1",
      title: "Change management",
      how: "Changes of structure and dangerous writes need others to agree; the grant is bound to the exact statement.",
      figures: [
        e.HELD,
        e.APPROVED,
        ...e.APPROVALS,
        {
          name: "Changes of structure that ran",
          question: { kind: "records", filters: { effect: "ddl", kind: "intent" } },
        },
      ],
      exceptions: [e.SCHEMA_CHANGES, e.APPROVED_RECORDS],
    },
  ],
};
