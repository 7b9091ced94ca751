import type { ReportDefinition } from "./definition.ts";
import * as e from "./evidence.ts";

const CARD_TYPES = ["payment_card", "card_cvv", "card_track_or_pin", "card_expiry", "cardholder_name"];

export const PCI: ReportDefinition = {
  id: "pci",
  title: "PCI DSS 10",
  about: "Logging and monitoring of access to cardholder data in databases.",
  controls: [
    {
      id: "10.2.1.1",
      title: "Individual access to cardholder data",
      how: "Each statement that touches a column of cardholder data is recorded with who ran it; the numbers are masked unless a right to see them was given.",
      figures: [
        {
          name: "Rows of cardholder data handed out masked",
          question: { kind: "rows", use: "masked", infoTypes: CARD_TYPES },
        },
        {
          name: "Rows of cardholder data handed out in the clear",
          question: { kind: "rows", use: "shown", infoTypes: CARD_TYPES },
        },
        {
          name: "Rows of cardholder data shown to AI models in the clear",
          question: { kind: "models", shown: "shownRows", infoTypes: CARD_TYPES },
        },
        {
          name: "Rows of cardholder data shown to AI models masked",
          question: { kind: "models", shown: "maskedRows", infoTypes: CARD_TYPES },
        },
        {
          name: "Statements that touch card numbers",
          question: { kind: "records", filters: { type: "payment_card" } },
        },
      ],
      exceptions: [],
    },
    {
      id: "10.2.1.2",
      title: "Actions with administrative access",
      how: "Administrative statements are recorded as such.",
      figures: [
        { name: "Administrative statements", question: { kind: "records", filters: { effect: "admin" } } },
      ],
      exceptions: [e.ADMIN_ACTIONS],
    },
    {
      id: "10.2.1.3",
      title: "Access to audit logs",
      how: "Who exported which search of the log, and how many records that were, is on record; single looks at the console are not.",
      figures: [
        { name: "Exports of the log", question: { kind: "records", filters: { kind: "export_opened" } } },
      ],
      exceptions: [e.EXPORT_RECORDS],
    },
    {
      id: "10.2.1.4",
      title: "Invalid access attempts",
      how: "What policy refuses is recorded like what runs.",
      figures: [e.BLOCKED],
      exceptions: [e.BLOCKED_RECORDS],
    },
    {
      id: "10.2.1.5",
      title: "Changes to identification credentials",
      how: "A key signs from its own record on, and no more after it is revoked. Rights given for a while, and logins lent, are on record from their request to their end.",
      figures: [...e.DEVICES, e.ELEVATIONS, ...e.APPROVALS, ...e.LEASES],
      exceptions: [e.KEY_CHANGES, e.DEVICE_CHANGES, e.ELEVATION_RECORDS, e.LEASE_RECORDS],
    },
    {
      id: "10.2.1.7",
      title: "Creation and deletion of system-level objects",
      how: "Changes of structure are recorded with what they change.",
      figures: [
        {
          name: "Changes of structure that ran",
          question: { kind: "records", filters: { effect: "ddl", kind: "intent" } },
        },
      ],
      exceptions: [e.SCHEMA_CHANGES],
    },
    {
      id: "10.3",
      title: "Audit logs are protected",
      how: "Nobody can change a record unseen: signatures, chains and the tree are checked by anyone, without trusting the collector.",
      figures: [e.LOG_SIZE, ...e.FORGED],
      exceptions: [e.ALERT_RECORDS],
    },
    {
      id: "10.4",
      title: "Audit logs are reviewed",
      how: "What is risky stands out, and is listed here.",
      figures: [e.STATEMENTS, e.HELD, e.APPROVED],
      exceptions: [e.RISKY_RECORDS],
    },
    {
      id: "10.6",
      title: "Time synchronisation",
      how: "A device whose clock cannot be right raises an alert.",
      figures: [e.CLOCKS],
      exceptions: [],
    },
    {
      id: "10.7",
      title: "Failures are detected",
      how: "Devices that fell silent, sessions without an end and statements without an outcome stay visible.",
      figures: e.SILENCE,
      exceptions: [],
    },
  ],
};
