import type { ReportDefinition } from "./definition.ts";
import * as e from "./evidence.ts";

export const GDPR: ReportDefinition = {
  id: "gdpr",
  title: "GDPR: access by data subject",
  about:
    "Who accessed personal data, of one person where a key names them: a customer's number or whatever statements name them by. Literals beside sensitive columns are redacted in the log, so a name or an e-mail address finds nothing.",
  needsSubject: true,
  controls: [
    {
      id: "Art. 15(1)(c)",
      title: "Recipients of a person's data",
      how: "Statements that name the person by the given key, with who ran them and what they got.",
      figures: [],
      exceptions: [{ name: "Statements that name the person", filters: {}, ofSubject: true }],
    },
    {
      id: "Art. 30",
      title: "Records of processing",
      how: "Each statement is recorded with the columns it touches and what they are.",
      figures: [e.STATEMENTS, e.ACTORS, e.AGENTS],
      exceptions: [],
    },
    {
      id: "Art. 32",
      title: "Security of processing",
      how: "Personal data is masked for whoever has no right to see it; others give that right for a while, with a reason.",
      figures: [
        e.MASKED_CELLS,
        {
          name: "Rows with a labelled column in the clear",
          question: { kind: "rows", use: "shown", infoTypes: [] },
        },
        e.BLOCKED,
        e.ELEVATIONS,
      ],
      exceptions: [e.RELABELLED, e.ELEVATION_RECORDS],
    },
    {
      id: "Art. 33",
      title: "Notification of a breach",
      how: "Risky statements and alerts, from which a breach would be told.",
      figures: e.FORGED,
      exceptions: [e.RISKY_RECORDS, e.ALERT_RECORDS],
    },
  ],
};
