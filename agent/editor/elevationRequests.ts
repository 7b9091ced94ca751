import type { Elevation } from "../../protocol/approval/elevation.ts";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import type { Engine } from "../engine.ts";
import * as schema from "./requestSchemas.ts";

/** Answers what a person asks of others for a while, and what others ask of them. */
export function elevationAnswers(engine: () => Promise<Engine>) {
  return {
    "sluice/elevations/ask": async (params: unknown): Promise<Elevation> => {
      const { connectionId, ...wish } = schema.ASK_ELEVATION.parse(params);
      const running = await engine();
      return running.askElevation(running.connection(connectionId), wish);
    },
    "sluice/elevations/list": async (): Promise<readonly HeldElevationView[]> => {
      const held = (await engine()).rooms.elevations?.held;
      await held?.ready();
      return held?.all ?? [];
    },
    "sluice/elevations/inbox": async (): Promise<readonly Elevation[]> =>
      (await (await engine()).rooms.elevations?.requests.list("decide")) ?? [],
    "sluice/elevations/decide": async (params: unknown): Promise<Elevation> => {
      const { id, decision, reason } = schema.DECIDE_APPROVAL.parse(params);
      const { elevations } = await engine();
      return elevations.decide(await elevations.find(id), decision, reason);
    },
    "sluice/elevations/withdraw": async (params: unknown): Promise<Elevation> => {
      const { elevations } = await engine();
      return elevations.withdraw(await elevations.find(schema.BY_APPROVAL.parse(params).id));
    },
    "sluice/elevations/end": async (params: unknown): Promise<Elevation> =>
      (await engine()).elevations.end(schema.BY_APPROVAL.parse(params).id),
  };
}
