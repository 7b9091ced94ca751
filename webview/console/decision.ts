import type { Approval } from "../../protocol/approval/approval.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { timeText } from "./words.ts";

const NO_REASON = "Say why: whoever asked has to know.";

/** How both answers are called, and whether either takes a reason. */
interface Answers {
  readonly approve: string;
  readonly deny: string;
  readonly reason: "to deny" | "always";
}
const ANSWERS: Answers = { approve: "Approve", deny: "Deny", reason: "to deny" };
/** The same where a stopped task is to be let go on. */
export const GO_ON: Answers = { approve: "Let It Go On", deny: "Leave It Stopped", reason: "always" };

/** A field for the reason, and both answers; `after` is told what became of the request. */
export function decisionBar<Request>(
  api: Api,
  path: string,
  after: (request: Request) => void,
  answers = ANSWERS,
): HTMLElement {
  const words = answers.reason === "always" ? "Reason" : "Reason (required to deny)";
  const reason = element("vscode-text-field", { placeholder: words }, words);
  const decide = (decision: "approve" | "deny"): Promise<Request> =>
    api.send("POST", `${path}/decision`, { decision, reason: reason.value });
  const told = toldLine();
  const answer = (decision: "approve" | "deny") => (): void => {
    const needed = decision === "deny" || answers.reason === "always";
    if (!needed || reason.value.trim() !== "") return void tried(() => decide(decision), after, told);
    told.textContent = NO_REASON;
    reason.focus();
  };
  return element(
    "div",
    { class: "bar" },
    reason,
    button(answers.approve, "primary", answer("approve")),
    button(answers.deny, "secondary", answer("deny")),
    told,
  );
}

/** One button that changes a request. */
export function changeBar<Request>(
  api: Api,
  words: string,
  path: string,
  after: (request: Request) => void,
): HTMLElement {
  const told = toldLine();
  const change = (): Promise<Request> => api.send("POST", path, {});
  return element(
    "div",
    { class: "bar" },
    button(words, "secondary", () => void tried(change, after, told)),
    told,
  );
}

/** One button that needs a reason. */
export function reasonBar(words: string, work: (reason: string) => Promise<void>): HTMLElement {
  const reason = element("vscode-text-field", { placeholder: "Reason" }, "Reason");
  const told = toldLine();
  const act = (): void =>
    void tried(
      () => work(reason.value),
      () => {},
      told,
    );
  return element("div", { class: "bar" }, reason, button(words, "secondary", act), told);
}

/** What others have answered so far. */
export const decisionList = (decisions: Approval["decisions"]): HTMLElement | null =>
  decisions.length === 0
    ? null
    : element(
        "ul",
        { class: "plain" },
        ...decisions.map(({ by, decision, reason, at }) =>
          element(
            "li",
            {},
            visibleText(
              `${by.name}: ${decision === "approve" ? "agreed" : "denied"}, ${timeText(at)}${reason === "" ? "" : ` — ${reason}`}`,
            ),
          ),
        ),
      );

const toldLine = (): HTMLElement => element("span", { class: "failed", role: "alert" });

async function tried<Request>(
  work: () => Promise<Request>,
  after: (request: Request) => void,
  told: HTMLElement,
): Promise<void> {
  try {
    after(await work());
  } catch (error) {
    told.textContent = error instanceof Error ? error.message : String(error);
  }
}
