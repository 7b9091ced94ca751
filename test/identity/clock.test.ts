import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Identity } from "../../agent/identity/identity.ts";
import { completeLogin } from "../../scripts/demo/browserless.ts";
import { memorySecrets, newHome, problemTold } from "../robustness/engine.ts";

const MINUTE = 60_000;
const NEVER = new AbortController().signal;

let child: ChildProcess;
let issuer: string;
let home: string;
let ada: Identity;

beforeAll(async () => {
  const script = path.join(import.meta.dirname, "providerProcess.ts");
  const started = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  issuer = await new Promise((resolve) =>
    started.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim())),
  );
});
afterAll(() => void child.kill());
beforeEach(() => {
  home = newHome();
});
afterEach(() => {
  vi.useRealTimers();
  ada.close();
  fs.rmSync(home, { recursive: true, force: true });
});

/** This machine's clock, so far from the provider's. */
function clockOff(minutes: number): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + minutes * MINUTE);
  ada = new Identity({
    home,
    secrets: memorySecrets(),
    config: { issuer, clientId: "sluice" },
    openBrowser: async (url) => {
      await completeLogin(url, { login: "ada", password: "ada-demo" });
      return true;
    },
  });
}

describe("a clock", () => {
  for (const minutes of [-1, 1]) {
    test(`${Math.abs(minutes)} minute ${minutes < 0 ? "behind" : "ahead"} is tolerated`, async () => {
      clockOff(minutes);
      await ada.signIn({ signal: NEVER });
      expect(ada.state().kind).toBe("signed_in");
    });
  }

  for (const minutes of [-10, 10]) {
    const where = minutes < 0 ? "behind" : "ahead of";
    test(`10 minutes ${where} the provider's is told before anything else`, async () => {
      clockOff(minutes);
      expect(await problemTold(ada.signIn({ signal: NEVER }))).toEqual({
        code: "clock-off",
        message: `This machine's clock is 10 minutes ${where} the sign-in provider's, so its tokens cannot be checked.`,
        action: "Set the clock (turn on automatic time) and sign in again.",
      });
      expect(ada.state().kind).toBe("signed_out");
    });
  }

  test("that was set right again works at once", async () => {
    clockOff(10);
    expect((await problemTold(ada.signIn({ signal: NEVER }))).code).toBe("clock-off");
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ["Date"] });
    ada.close();
    clockOff(0);
    await ada.signIn({ signal: NEVER });
    expect(ada.state().kind).toBe("signed_in");
  });

  test("moved past the end of a session ends it, before its timer knows", async () => {
    clockOff(0);
    await ada.signIn({ signal: NEVER });
    vi.setSystemTime(Date.now() + 16 * MINUTE);
    expect(ada.state()).toMatchObject({ kind: "expired", reason: "The session has ended." });
    expect((await problemTold(Promise.resolve().then(() => ada.requireActor()))).code).toBe(
      "session-expired",
    );
  });
});
