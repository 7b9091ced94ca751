import type { ReportDefinition } from "./definition.ts";
import * as e from "./evidence.ts";

const HEALTH_TYPES = [
  "disability",
  "medical_record_number",
  "health_plan_id",
  "diagnosis_code",
  "diagnosis_text",
  "procedure_code",
  "medication",
  "lab_result",
  "clinical_note",
  "allergy_immunisation",
  "mental_substance",
  "reproductive_health",
  "encounter_date",
  "implant_id",
];

export const HIPAA: ReportDefinition = {
  id: "hipaa",
  title: "HIPAA § 164.312",
  about: "Technical safeguards for electronic protected health information that is held in databases.",
  controls: [
    {
      id: "§ 164.312(a)(1)",
      title: "Access control",
      how: "Each person has an identity of their own; health information is masked for whoever has no right to see it. Others give a right to see it for a while, with a reason.",
      figures: [
        e.ACTORS,
        {
          name: "Rows of health information handed out masked",
          question: { kind: "rows", use: "masked", infoTypes: HEALTH_TYPES },
        },
        {
          name: "Rows of health information handed out in the clear",
          question: { kind: "rows", use: "shown", infoTypes: HEALTH_TYPES },
        },
        e.BLOCKED,
        e.ELEVATIONS,
        ...e.APPROVALS,
      ],
      exceptions: [e.BLOCKED_RECORDS, e.ELEVATION_RECORDS],
    },
    {
      id: "§ 164.312(b)",
      title: "Audit controls",
      how: "A signed intent is durable before a statement is sent, and an outcome follows; nothing runs without its record.",
      figures: [e.STATEMENTS, e.LOG_SIZE, ...e.SILENCE],
      exceptions: [e.RISKY_RECORDS],
    },
    {
      id: "§ 164.312(c)(1)",
      title: "Integrity",
      how: "Records are chained, signed by the device, and proven by an RFC 6962 tree; writes are checked before they are committed.",
      figures: e.FORGED,
      exceptions: [e.ALERT_RECORDS],
    },
    {
      id: "§ 164.312(d)",
      title: "Person or entity authentication",
      how: "People sign in with the company's provider; whoever it does not vouch for is marked so in each record. Logins the collector lends are one person's, on one device.",
      figures: [e.ACTORS, e.UNVERIFIED, ...e.LEASES],
      exceptions: [e.KEY_CHANGES, e.DEVICE_CHANGES, e.LEASE_RECORDS],
    },
    {
      id: "§ 164.312(e)(1)",
      title: "Transmission security",
      how: "Values are masked by the database where it can, by the agent otherwise, before they travel on.",
      figures: [e.MASKED_CELLS],
      exceptions: [],
    },
  ],
};
