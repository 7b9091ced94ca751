import * as vscode from "vscode";

/** Where the person stands in a sequence of questions. */
export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/** What one question came to. */
export type StepAnswer<T> =
  | { readonly kind: "answer"; readonly value: T }
  | { readonly kind: "back" }
  | { readonly kind: "cancelled" };

export interface TextQuestion extends StepPlace {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly password?: boolean;
  /** A sentence where the text will not do. */
  readonly refuse: (text: string) => string | undefined;
}

/** Asks for a line of text, with a Back button from the second step on. */
export function askText(question: TextQuestion): Promise<StepAnswer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = question.prompt;
  input.placeholder = question.placeholder ?? "";
  input.value = question.value;
  input.password = question.password ?? false;
  return settle<string>(input, question, (answer) => {
    input.onDidChangeValue(() => {
      input.validationMessage = "";
    });
    input.onDidAccept(() => {
      const text = question.password ? input.value : input.value.trim();
      const refused = question.refuse(text);
      if (refused === undefined) answer(text);
      else input.validationMessage = refused;
    });
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for one of several, the current one being active. */
export function askChoice<T>(
  place: StepPlace,
  placeholder: string,
  choices: readonly Choice<T>[],
  current: T,
): Promise<StepAnswer<T>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.items = choices;
  pick.activeItems = choices.filter(({ value }) => value === current);
  return settle<T>(pick, place, (answer) => {
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined) answer(chosen.value);
    });
  });
}

function settle<T>(
  input: vscode.InputBox | vscode.QuickPick<Choice<T>>,
  { title, step, totalSteps }: StepPlace,
  wire: (answer: (value: T) => void) => void,
): Promise<StepAnswer<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const finish = (answer: StepAnswer<T>) => {
      resolve(answer);
      input.dispose();
    };
    input.onDidTriggerButton(() => finish({ kind: "back" }));
    input.onDidHide(() => finish({ kind: "cancelled" }));
    wire((value) => finish({ kind: "answer", value }));
    input.show();
  });
}
