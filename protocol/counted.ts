/** `1 row`, `1,600 rows`: a number with its noun, for sentences that agent, editor and pages all write. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
