const SECONDS = { focused: 20, away: 120, first: 5, longest: 300 } as const;

/** Milliseconds until the lists are read again: rarely where nobody looks, ever later where nobody answers. */
export function nextLook(failures: number, focused: boolean): number {
  const seconds =
    failures === 0
      ? focused
        ? SECONDS.focused
        : SECONDS.away
      : Math.min(SECONDS.longest, SECONDS.first * 2 ** (failures - 1));
  return seconds * 1000;
}
