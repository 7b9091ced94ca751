import type { Elevation } from "./elevation.ts";

/**
 * An elevation that was asked for on this machine, and whether it may be used now. `suspended`: it was given, and the
 * collector has not confirmed it of late.
 */
export interface HeldElevationView {
  readonly elevation: Elevation;
  readonly standing: "pending" | "in_force" | "suspended" | "over";
  /** Milliseconds left when this was told; 0 where it is not given. */
  readonly leftMs: number;
  /** What is to be said where it is over or suspended. */
  readonly why: string | null;
}
