import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { z } from "zod";

/** What is read of the report that vitest writes as JSON. */
const REPORT = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

export interface VitestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and why, in a few lines each. */
  readonly failures: readonly string[];
}

const LINES_TOLD = 6;

/** Counts and failures of one run, however vitest ended. `code`: its exit code. */
export function readVitestReport(file: string, code: number): VitestReport {
  if (!fs.existsSync(file))
    return { passed: 0, failed: 1, skipped: 0, failures: [`vitest wrote no report (exit code ${code})`] };
  const report = REPORT.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const place = path.relative(process.cwd(), name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0) return status === "failed" ? [told(place, message ?? "")] : [];
    return failed.map((test) => told(`${place} > ${test.fullName}`, (test.failureMessages ?? []).join("\n")));
  });
  const counted = report.numFailedTests;
  const unaccounted = code !== 0 && counted === 0;
  return {
    passed: report.numPassedTests,
    failed: unaccounted ? 1 : counted,
    skipped: report.numPendingTests + report.numTodoTests,
    failures:
      unaccounted && failures.length === 0
        ? [
            `vitest ended with code ${code} although no test failed: an error outside of the tests, told above`,
          ]
        : failures,
  };
}

const told = (place: string, message: string): string =>
  [place, ...message.split("\n").slice(0, LINES_TOLD)].join("\n    ");
