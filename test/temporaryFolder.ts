import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

/** Everything a run writes beside the project lies in one folder, and is gone with the run, whatever a test leaves. */
export function setup(): (() => void) | undefined {
  if (process.env.SLUICE_TEST_FOLDER !== undefined) return undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-test-"));
  // As the system's own: databases that may not run as root write into it too.
  fs.chmodSync(folder, 0o1777);
  process.env.SLUICE_TEST_FOLDER = folder;
  process.env.TMPDIR = folder;
  return () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
