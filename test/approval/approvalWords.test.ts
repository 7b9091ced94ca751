import { describe, expect, test } from "vitest";
import {
  approvalRows,
  approvalStanding,
  approvalStatus,
  approvalTitle,
  approvalUntil,
  askerName,
  whyNotDecide,
  whyNotTakeBack,
} from "../../protocol/approval/approvalWords.ts";
import { sha256 } from "../../protocol/ids.ts";
import { ADA, approval, DANA, decision, NOW, OMAR, ofAgent } from "./approvals.ts";

describe("where an approval stands", () => {
  test.each([
    [approval({}), "Waiting for sluice-dba · expires in 58 min"],
    [
      approval({ needed: 2, decisions: [decision(DANA, "approve")] }),
      "Waiting for sluice-dba · 1 of 2 agreed · expires in 58 min",
    ],
    [
      approval({ state: "granted", decisions: [decision(DANA, "approve"), decision(OMAR, "approve")] }),
      "Approved by Dana Okafor and Omar Haddad · expires in 15 min",
    ],
    [
      approval({ state: "granted", decisions: [decision(DANA, "approve")], redeemedAt: NOW.toISOString() }),
      "Approved by Dana Okafor, and handed out to be run · expires in 15 min",
    ],
    [
      approval({ state: "used", decisions: [decision(DANA, "approve")] }),
      "Approved by Dana Okafor, and used",
    ],
    [
      approval({ state: "denied", decisions: [decision(DANA, "deny", "Use a migration")] }),
      "Denied by Dana Okafor: Use a migration",
    ],
    [approval({ state: "withdrawn" }), "Withdrawn by Ada Lindqvist"],
    [ofAgent(approval({})), "Waiting for Ada Lindqvist · expires in 58 min"],
    [
      ofAgent(approval({ state: "withdrawn" })),
      "Closed: answered where the agent runs, or not asked any more",
    ],
    [
      approval({ state: "taken_back", takenBack: { by: DANA, reason: "The wrong quarter" } }),
      "Taken back by Dana Okafor: The wrong quarter",
    ],
    [approval({ state: "expired" }), "Expired before sluice-dba had agreed"],
    [
      approval({ state: "expired", decisions: [decision(DANA, "approve")] }),
      "Approved by Dana Okafor, and expired before it was used",
    ],
  ])("%#", (given, words) => {
    expect(approvalStatus(given, NOW)).toBe(words);
  });

  test.each([
    [approval({ state: "pending" }), "Waiting for Ada Lindqvist"],
    [
      approval({ state: "granted", decisions: [decision(ADA, "approve", "It knows better now")] }),
      "Let go on by Ada Lindqvist, which its machine has not noted yet",
    ],
    [
      approval({ state: "used", decisions: [decision(ADA, "approve", "It knows better now")] }),
      "Let go on by Ada Lindqvist",
    ],
    [
      approval({ state: "denied", decisions: [decision(ADA, "deny", "It has done enough")] }),
      "Left stopped by Ada Lindqvist: It has done enough",
    ],
    [approval({ state: "expired" }), "Expired before Ada Lindqvist had answered"],
    [
      approval({ state: "expired", decisions: [decision(ADA, "approve", "Go on")] }),
      "Let go on by Ada Lindqvist, and expired before its machine heard of it",
    ],
    [approval({ state: "withdrawn" }), "Closed: answered where the agent runs, or not asked any more"],
  ])("of a task that was stopped, in which nothing is run: %#", (given, words) => {
    const asked = ofAgent(given);
    const resumes = { stop: sha256("ab".repeat(32)), cause: "probing", words: "It probes." };
    expect(approvalStanding({ ...asked, order: { ...asked.order, resumes } })).toBe(words);
  });

  test("until when it may be answered, or used", () => {
    const pending = approval({});
    expect(approvalUntil(pending)).toBe(pending.expiresAt);
    const granted = approval({ state: "granted" });
    expect(approvalUntil(granted)).toBe(granted.notAfter);
  });

  test.each([
    [30_000, "less than a minute"],
    [-5_000, "less than a minute"],
    [119 * 60_000, "119 min"],
    [3 * 3_600_000, "3 h"],
    [72 * 3_600_000, "3 days"],
  ])("%s ms before its end", (left, words) => {
    const expiresAt = new Date(NOW.getTime() + left).toISOString();
    expect(approvalStatus(approval({ expiresAt }), NOW)).toContain(`expires in ${words}`);
  });
});

test("its title is one line that fits", () => {
  expect(approvalTitle(approval({ statement: "UPDATE t\n  SET a = 1" }))).toBe("UPDATE t SET a = 1");
  expect(approvalTitle(approval({ statement: "x".repeat(5_000) }))).toHaveLength(80);
});

test("rows are told where they are known", () => {
  const { order } = approval({});
  expect(approvalRows({ ...order, plannedRows: 1_200, maxAffectedRows: 1_800 })).toBe(
    "about 1,200 rows, at most 1,800 rows may change",
  );
  expect(approvalRows({ ...order, effect: "ddl", plannedRows: null, maxAffectedRows: null })).toBe("");
  expect(approvalRows({ ...order, effect: "write", plannedRows: null, maxAffectedRows: null })).toBe(
    "any number of rows may change",
  );
  const counted = { rows: 1_187, more: false };
  expect(approvalRows({ ...order, counted, plannedRows: 1_200, maxAffectedRows: 1_800 })).toBe(
    "1,187 rows when it was asked for (the planner expects about 1,200 rows), at most 1,800 rows may change",
  );
  const more = { rows: 1_000_000, more: true };
  expect(approvalRows({ ...order, counted: more, plannedRows: null, maxAffectedRows: null })).toBe(
    "more than 1,000,000 rows when it was asked for, any number of rows may change",
  );
});

describe("why somebody does not take it back", () => {
  test.each([
    [approval({}), "Nothing was given yet."],
    [approval({ state: "used", decisions: [decision(DANA, "approve")] }), "and used."],
    [approval({ state: "granted", mayTakeBack: true, redeemedAt: NOW.toISOString() }), "may have run"],
    [approval({ state: "granted" }), "members of sluice-dba"],
  ])("%#", (given, why) => {
    expect(whyNotTakeBack(given)).toContain(why);
  });

  test("where they may there is none", () => {
    expect(whyNotTakeBack(approval({ state: "granted", mayTakeBack: true }))).toBeNull();
  });
});

describe("why somebody does not decide", () => {
  const mine = approval({}).requester;
  test.each([
    [approval({ mayDecide: true }), mine, "nobody approves what they asked for themselves"],
    [approval({ state: "granted", mayDecide: true }), DANA, "Nothing is left to decide."],
    [approval({ mayDecide: false }), OMAR, "Members of sluice-dba decide."],
    [
      approval({ needed: 2, mayDecide: true, decisions: [decision(DANA, "approve")] }),
      DANA,
      "You have answered already.",
    ],
  ])("%#", (given, who, words) => {
    expect(whyNotDecide(given, who)).toContain(words);
  });

  test("somebody of the group does", () => {
    expect(whyNotDecide(approval({ mayDecide: true }), DANA)).toBeNull();
  });

  test("a namesake at another provider is somebody else", () => {
    expect(whyNotDecide(approval({ mayDecide: true }), { ...mine, issuer: "https://other" })).toBeNull();
  });
});

test("an agent that takes a person's name is told to be one", () => {
  expect(askerName(ofAgent(approval({})))).toBe("AI agent Dana Okafor for Ada Lindqvist");
  expect(askerName(approval({}))).toBe("Ada Lindqvist");
});
