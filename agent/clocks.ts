/** Both clocks of a machine. One can be set; the other stands still while the machine sleeps. */
export interface Clocks {
  /** Milliseconds since 1970. */
  wall(): number;
  /** Milliseconds since whenever; nobody can set it. */
  monotonic(): number;
}

export const MACHINE_CLOCKS: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** What both clocks say. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export const momentOf = (clocks: Clocks): Moment => ({ wall: clocks.wall(), monotonic: clocks.monotonic() });
