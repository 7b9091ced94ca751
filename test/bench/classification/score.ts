/** One column: what it is and what it was taken for. */
export interface Judgement {
  readonly key: string;
  readonly expected: string;
  readonly got: string;
}

export interface TypeScore {
  readonly type: string;
  readonly columns: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface Score {
  readonly types: readonly TypeScore[];
  readonly macroF1: number;
  /** Of columns with nothing to hide, the share labelled confidential or above. */
  readonly falseAlarms: number;
  /** Of columns with something to hide, the share labelled confidential or above, of whatever type. */
  readonly recall: number;
  readonly confusions: readonly Judgement[];
}

export function scoreOf(judgements: readonly Judgement[]): Score {
  const names = [...new Set(judgements.flatMap(({ expected, got }) => [expected, got]))].sort();
  const types = names.map((type) => {
    const right = judgements.filter(({ expected, got }) => expected === type && got === type).length;
    const said = judgements.filter(({ got }) => got === type).length;
    const columns = judgements.filter(({ expected }) => expected === type).length;
    const precision = said === 0 ? 0 : right / said;
    const recall = columns === 0 ? 0 : right / columns;
    const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { type, columns, precision, recall, f1 };
  });
  const present = types.filter(({ columns }) => columns > 0);
  const share = (of: readonly Judgement[], test: (judgement: Judgement) => boolean): number =>
    of.length === 0 ? 0 : of.filter(test).length / of.length;
  return {
    types,
    macroF1: present.reduce((sum, { f1 }) => sum + f1, 0) / present.length,
    falseAlarms: share(
      judgements.filter(({ expected }) => expected === "none"),
      ({ got }) => got !== "none",
    ),
    recall: share(
      judgements.filter(({ expected }) => expected !== "none"),
      ({ got }) => got !== "none",
    ),
    confusions: judgements.filter(({ expected, got }) => expected !== got),
  };
}
