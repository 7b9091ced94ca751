import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPolicyFile } from "../../agent/policy/cedar.ts";
import { DEFAULT_BUNDLE } from "../../agent/policy/defaultBundle.ts";
import { cedarParts } from "../../protocol/policy/cedarText.ts";
import { diffStretches, lineDiff } from "../../protocol/policy/lineDiff.ts";
import { policyDiff } from "../../protocol/policy/policyDiff.ts";
import { central } from "./trials.ts";

/** What differs between two policies, in words and in lines. */

describe("lines", () => {
  const TEXT = fc
    .array(fc.constantFrom("a", "b", "c", "", "permit"), { maxLength: 12 })
    .map((all) => all.join("\n"));

  test("what stays and goes is the one text, what stays and comes the other", () => {
    fc.assert(
      fc.property(TEXT, TEXT, (before, after) => {
        const lines = lineDiff(before, after);
        const of = (kind: string): string[] =>
          lines.filter((line) => line.kind === "same" || line.kind === kind).map(({ text }) => text);
        const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
        expect(of("removed")).toEqual(linesOf(before));
        expect(of("added")).toEqual(linesOf(after));
      }),
    );
  });

  test("no more is changed than has to be", () => {
    const lines = lineDiff("a\nb\nc\nd", "a\nx\nc\nd\ne");
    expect(lines.map(({ kind, text }) => `${{ same: " ", removed: "-", added: "+" }[kind]}${text}`)).toEqual([
      " a",
      "-b",
      "+x",
      " c",
      " d",
      "+e",
    ]);
  });

  test("of a long text only what is near a change is shown, and two long texts take no time", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `line ${at}`);
    const changed = many.with(9_000, "another");
    const stretches = diffStretches(lineDiff(many.join("\n"), changed.join("\n")));
    expect(stretches.map(({ length }) => length)).toEqual([8]);
    const other = many.map((line) => `${line} of the other`);
    expect(lineDiff(many.join("\n"), other.join("\n"))).toHaveLength(40_000);
  });
});

describe("Cedar", () => {
  test("is split where Cedar splits it", () => {
    const texts = [
      DEFAULT_BUNDLE.map(({ id, text }) => `@id("${id}")\n${text}`).join("\n"),
      `// Nobody; really.\n@reason("one; two \\" three") forbid (principal, action, resource) when { context.purpose == "a;b//c" }; // why;\npermit(principal,action,resource);`,
      "",
    ];
    for (const text of texts) {
      const theirs = readPolicyFile({ file: "f", text });
      const ours = cedarParts(text);
      const squeezed = (one: string): string => one.replace(/\/\/[^\n]*why;|\s+/g, "");
      expect(ours.map((part) => squeezed(part.text))).toEqual(theirs.map((one) => squeezed(one.text)));
      expect(ours.map(({ annotations }) => annotations)).toEqual(
        theirs.map(({ annotations }) => annotations),
      );
    }
  });

  const before = `// Payments
@approval("payments-leads")
permit (principal in Group::"payments", action == Action::"write", resource);

@id("no-ddl")
forbid (principal, action == Action::"ddl", resource);

forbid (principal, action == Action::"admin", resource);`;

  test("a policy is known by its id, by the comment above it, or by who may do what", () => {
    const after = `@id("no-ddl") @reason("Use the pipeline.")
forbid (principal, action == Action::"ddl", resource)
when { context.environment == "production" };

// Payments
@approval("payments-leads") @approvals("2")
permit (principal in Group::"payments", action == Action::"write", resource);

@limit("500")
permit (principal in Group::"interns", action == Action::"read", resource);`;
    expect(policyDiff(central({ cedar: before }), central({ cedar: after })).changes).toEqual([
      {
        part: "cedar",
        kind: "changed",
        name: "no-ddl",
        words: `@reason is "Use the pipeline." instead of not there; when { context.environment == "production" } instead of no condition`,
      },
      { part: "cedar", kind: "changed", name: "Payments", words: `@approvals is "2" instead of not there` },
      {
        part: "cedar",
        kind: "added",
        name: "policy 3",
        words: `permit (principal in Group::"interns", action == Action::"read", resource)`,
      },
      {
        part: "cedar",
        kind: "removed",
        name: "policy 3",
        words: `forbid (principal, action == Action::"admin", resource)`,
      },
    ]);
  });

  test("another order, layout or comment is no change, and the text tells it", () => {
    const after = before
      .replaceAll("\n\n", "\n")
      .replace("// Payments", "// Payments, as ever")
      .replaceAll(", ", ",  ");
    const { changes, texts } = policyDiff(central({ cedar: before }), central({ cedar: after }));
    expect(changes).toEqual([]);
    expect(texts.map(({ part }) => part)).toEqual(["cedar"]);
  });
});

test("settings and labels by their names", () => {
  const { changes } = policyDiff(
    central({
      guardrails: 'rules:\n  cross-join: { verdict: approve }\n  truncate: { mode: "off" }\n',
      labels: "labels:\n  - { column: shop.a.b, is: email, reason: old }\n",
      validHours: 24,
    }),
    central({
      guardrails:
        'rules:\n  cross-join: { mode: observe, verdict: approve }\nadd:\n  - { id: closed, message: "{what}", verdict: deny, when: { tables: ["a.*"] } }\n',
      labels:
        'labels:\n  - { column: shop.a.b, is: us_ssn, reason: new }\n  - { connection: "N*", column: shop.a.c, is: ordinary, reason: test }\ntypes:\n  - { is: ip_address, level: restricted, reason: agreed }\n',
      validHours: 8,
    }),
  );
  expect(changes.map(({ part, kind, name, words }) => `${part} ${kind} ${name}: ${words}`)).toEqual([
    "guardrails changed cross-join: mode observe, verdict approve instead of mode enforce, verdict approve",
    "guardrails removed truncate: mode off",
    'guardrails added closed: message {what}, verdict deny, when {"tables":["a.*"]}',
    "labels changed shop.a.b: is us_ssn, reason new instead of is email, reason old",
    "labels added shop.a.c on N*: is ordinary, reason test",
    "labels added every ip_address: level restricted, reason agreed",
    "lease changed work without the collector: goes on for 8 hours instead of 24",
  ]);
});

test.each(["rules: [", "rules: 7", "- a"])(
  "what cannot be read is told as a text alone: %s",
  (guardrails) => {
    const { changes, texts } = policyDiff(central(), central({ guardrails }));
    expect(changes.map(({ words }) => words)).toEqual(["cannot be read, so only the text tells"]);
    expect(texts).toHaveLength(1);
  },
);

test("nothing published before: all of it is added", () => {
  const { changes } = policyDiff(null, central({ cedar: "permit (principal, action, resource);" }));
  expect(changes.map(({ kind }) => kind)).toEqual(["added"]);
});
