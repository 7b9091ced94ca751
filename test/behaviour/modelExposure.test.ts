import { expect, test } from "vitest";
import { ModelExposures } from "../../protocol/behaviour/modelExposure.ts";
import { sha256 } from "../../protocol/ids.ts";
import { intent, outcome } from "../audit/records.ts";

test("what is most sensitive stands first, whatever its level is called", () => {
  const exposures = new ModelExposures();
  let seq = 0;
  const hash = sha256("ab".repeat(32));
  const at = "2026-11-25T12:00:00.000Z";
  for (const level of ["public", "internal", "made-up", "confidential", "restricted"]) {
    seq += 1;
    const body = intent({
      actor: {
        ...{ kind: "ai_agent", agent: "a", model: "m", host: "h", asserted: true },
        onBehalfOf: { kind: "user", issuer: "https://id.test", subject: "ada", name: "Ada", groups: [] },
      },
      outputs: [{ name: "c", mask: null, sources: ["a.b.c"] }],
      labels: [{ column: "a.b.c", infoType: "thing", level }],
    });
    exposures.take({ seq, hash, at, body });
    exposures.take({ seq: seq + 100, hash, at, body: outcome(seq, { rows: 1 }) });
  }
  expect(exposures.list().map(({ level }) => level)).toEqual([
    ...["restricted", "confidential", "internal", "public", "made-up"],
  ]);
});
