import type { Answered, Evaluation } from "./evaluate.ts";

/** What came of each subject, and of all, as rows of a table. */
export function rowsOf(evaluations: readonly Evaluation[]): readonly Record<string, string | number>[] {
  const all: Evaluation = {
    subject: "all",
    answers: evaluations.flatMap(({ answers }) => answers),
    ungrounded: evaluations.flatMap(({ ungrounded }) => ungrounded),
    leaks: evaluations.flatMap(({ leaks }) => leaks),
    messages: evaluations.reduce((sum, { messages }) => sum + messages, 0),
  };
  return [...evaluations, all].map(({ subject, answers, ungrounded, leaks, messages }) => {
    const offered = answers.filter(({ kind }) => kind === "suggestion");
    const share = (count: number, of: number): string =>
      of === 0 ? "-" : `${Math.round((count / of) * 1_000) / 10} %`;
    const verdict = (wanted: Answered["verdict"]): number =>
      offered.filter((one) => one.verdict === wanted).length;
    return {
      subject,
      asked: answers.length,
      offered: offered.length,
      grounded: share(offered.length - ungrounded.length, offered.length),
      right: share(offered.filter(({ right }) => right).length, answers.length),
      repaired: offered.filter(({ repaired }) => repaired).length,
      allow: verdict("allow"),
      approve: verdict("approve"),
      deny: verdict("deny"),
      messages,
      leaks: leaks.length,
    };
  });
}
