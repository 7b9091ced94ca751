import * as vscode from "vscode";
import type { InfoTypeView } from "../../protocol/classification.ts";
import { type Category, type Label, LEVELS, type Level } from "../../protocol/label.ts";
import type { ColumnAddress, ColumnView } from "../../protocol/messages.ts";
import type { AgentClient } from "../agentClient.ts";
import type { ConnectionList } from "../connections/connectionList.ts";
import { askChoice, askText, type Choice, type StepAnswer } from "../connections/steps.ts";
import { typeName } from "./classificationItems.ts";
import { nameOf } from "./columnAddress.ts";

const CATEGORIES: readonly (readonly [Category, string])[] = [
  ["none", "Nothing to hide"],
  ["PII", "About people"],
  ["PHI", "Health"],
  ["PCI", "Payment cards"],
  ["credential", "Keys and passwords"],
  ["business", "Business secrets"],
];
const LEVEL_MEANS: Readonly<Record<Level, string>> = {
  public: "nothing to hide",
  internal: "shown, but not for the outside",
  confidential: "contact data, names, pay: masked",
  restricted: "government and card numbers, health, keys: masked, every use counts",
};

/** What the first question came to. */
type Wanted = { readonly kind: "type"; readonly type: InfoTypeView } | { readonly kind: "takeBack" } | null;

/** Asks what a column is and why, and has the agent correct it. */
export async function correctLabel(
  agent: AgentClient,
  connections: ConnectionList,
  address: ColumnAddress,
): Promise<void> {
  await connections.requireSignedIn();
  const [types, column] = await Promise.all([
    agent.request("sluice/labels/types", {}),
    columnAt(connections, address),
  ]);
  const answers = await ask(nameOf(address), types, column);
  if (answers === null) return;
  const { wanted, level, reason } = answers;
  const label =
    wanted.kind === "takeBack"
      ? await agent.request("sluice/labels/uncorrect", { ...address, reason })
      : await agent.request("sluice/labels/correct", {
          ...address,
          infoType: wanted.type.infoType,
          level,
          reason,
        });
  void vscode.window.showInformationMessage(`${nameOf(address)} is now ${words(label)}.`);
}

const words = ({ infoType, level }: Label): string => `${typeName(infoType)} (${level})`;

async function columnAt(
  connections: ConnectionList,
  address: ColumnAddress,
): Promise<ColumnView | undefined> {
  const { schemas } = await connections.catalog(address.connectionId);
  const schema = schemas.find(({ name }) => name === address.schema);
  const relation = schema?.relations.find(({ name }) => name === address.table);
  return relation?.columns.find(({ name }) => name === address.column);
}

interface Answers {
  readonly wanted: Exclude<Wanted, null>;
  readonly level: Level;
  readonly reason: string;
}

/** Three questions, with a way back; null where the person gave up. */
async function ask(
  name: string,
  types: readonly InfoTypeView[],
  column: ColumnView | undefined,
): Promise<Answers | null> {
  const title = `Correct Label of ${name}`;
  let wanted: Exclude<Wanted, null> | null = null;
  let level: Level = "internal";
  let step = 1;
  for (;;) {
    const totalSteps: number = wanted?.kind === "takeBack" ? 2 : 3;
    if (step === 1) {
      const now =
        column?.label === null || column?.label === undefined ? "not classified yet" : words(column.label);
      const place = { title, step, totalSteps };
      const answer: StepAnswer<Wanted> = await askChoice<Wanted>(
        place,
        `Now: ${now}. What is it?`,
        choicesOf(types, column),
        null,
      );
      if (answer.kind !== "answer" || answer.value === null) return null;
      wanted = answer.value;
      if (wanted.kind === "type") level = wanted.type.level;
      step = wanted.kind === "type" ? 2 : 3;
    } else if (step === 2) {
      const answer: StepAnswer<Level> = await askChoice<Level>(
        { title, step, totalSteps },
        "How sensitive is it?",
        levelsOf(level),
        level,
      );
      if (answer.kind === "cancelled") return null;
      if (answer.kind === "answer") level = answer.value;
      step = answer.kind === "back" ? 1 : 3;
    } else {
      const answer: StepAnswer<string> = await askText({
        title,
        step: totalSteps,
        totalSteps,
        prompt: "How do you know? Your reason goes on the record with the correction.",
        placeholder: "The application writes test data here",
        value: "",
        refuse: (text) => (text === "" ? "A correction needs a reason." : undefined),
      });
      if (answer.kind === "cancelled" || wanted === null) return null;
      if (answer.kind === "answer") return { wanted, level, reason: answer.value };
      step = wanted.kind === "type" ? 2 : 1;
    }
  }
}

function choicesOf(
  types: readonly InfoTypeView[],
  column: ColumnView | undefined,
): readonly Choice<Wanted>[] {
  const back: readonly Choice<Wanted>[] =
    column?.corrected === true
      ? [
          {
            label: "$(discard) Take Back the Correction",
            description: "it is again what classification says",
            value: { kind: "takeBack" },
          },
        ]
      : [];
  return [
    ...back,
    ...CATEGORIES.flatMap(([category, heading]): readonly Choice<Wanted>[] => [
      { label: heading, kind: vscode.QuickPickItemKind.Separator, value: null },
      ...types
        .filter((type) => type.category === category)
        .map((type) => ({
          label: typeName(type.infoType),
          description: `${type.title} · ${type.level}`,
          value: { kind: "type" as const, type },
        })),
    ]),
  ];
}

const levelsOf = (usual: Level): readonly Choice<Level>[] =>
  LEVELS.toReversed().map((level) => ({
    label: level,
    description: `${LEVEL_MEANS[level]}${level === usual ? " · usual for this" : ""}`,
    value: level,
  }));
