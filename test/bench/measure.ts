/** Milliseconds each of `count` runs took, after as many unmeasured ones as it takes to warm up. */
export async function timed(
  count: number,
  warmUp: number,
  work: () => Promise<unknown>,
): Promise<readonly number[]> {
  for (let done = 0; done < warmUp; done += 1) await work();
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

/** The value below which this share of sorted times lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Resident memory of a process in MiB. Linux: /proc/<pid>/status. */
export const mebibytes = (bytes: number): number => Math.round((bytes / 1024 / 1024) * 10) / 10;
