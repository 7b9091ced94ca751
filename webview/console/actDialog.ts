import { button, element } from "../element.ts";
import { formField } from "./formField.ts";

interface Act<Done> {
  /** Unique on its page. */
  readonly id: string;
  readonly open: { readonly words: string; readonly label: string };
  readonly heading: string;
  /** What somebody reads before they do it. */
  readonly told: readonly HTMLElement[];
  /** What goes on record; null where nothing is asked for. */
  readonly reason: { readonly label: string; readonly hint: string; readonly missing: string } | null;
  readonly confirm: string;
  /** `reason` is empty where none is asked for. What it throws is told, and the dialog stays. */
  readonly act: (reason: string) => Promise<Done>;
  /** Once it is done, and the dialog is gone. */
  readonly after: (done: Done) => Promise<void>;
}

/** A button for what is not lightly done: a dialog says what follows, and asks why. */
export function actDialog<Done>(wanted: Act<Done>): HTMLElement {
  const { id, open, heading, told, reason, confirm, act, after } = wanted;
  const opener = button(open.words, "secondary", () => {
    tell(null);
    dialog.showModal();
    // Where nothing has to be written, the same key once more does nothing.
    if (field === null) cancel.focus();
  });
  opener.setAttribute("aria-label", open.label);
  const field = reason === null ? null : formField({ id: `${id}-reason`, ...reason });
  const failed = element("p", { class: "failed", role: "alert" });
  const tell = (words: string | null): void => {
    if (field === null) failed.textContent = words ?? "";
    else field.tell(words);
  };
  const close = (): void => dialog.close();
  const unread = element("span", { class: "failed", role: "alert" });
  let busy = false;
  const go = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    tell(null);
    try {
      const said = field?.control.value.trim() ?? "";
      if (reason !== null && said === "") throw new Error(reason.missing);
      await shown(await act(said));
    } catch (error) {
      tell(wordsOf(error));
      field?.control.focus();
    }
    busy = false;
  };
  const shown = async (done: Done): Promise<void> => {
    close();
    await after(done).catch((error: unknown) => {
      unread.textContent = `It is done, but this page is as it was before. ${wordsOf(error)} Reload the page.`;
    });
  };
  field?.control.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.repeat) void go();
  });
  const cancel = button("Cancel", "secondary", close);
  const dialog = element(
    "dialog",
    { "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, heading),
    ...told,
    field === null ? failed : field.shown,
    element(
      "div",
      { class: "bar" },
      button(confirm, "primary", () => void go()),
      cancel,
    ),
  );
  // A key that is held answers nothing: whoever opened this by it has not read it yet.
  dialog.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && event.repeat) event.preventDefault();
    },
    { capture: true },
  );
  return element("span", {}, opener, " ", unread, dialog);
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
