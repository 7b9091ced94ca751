import { button, element, icon } from "../element.ts";

/** Says that a run is under way and for how long, and cancels it. */
export class RunningBar {
  readonly element: HTMLElement;
  readonly #text = element("span", { role: "status" }, "Running…");
  readonly #elapsed = element("span", { class: "elapsed" });
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(cancel: () => void) {
    const began = performance.now();
    this.#timer = setInterval(() => {
      this.#elapsed.textContent = `${Math.floor((performance.now() - began) / 1000)} s`;
    }, 1000);
    const spinner = icon("loading");
    spinner.classList.add("codicon-modifier-spin");
    this.element = element(
      "div",
      { class: "running" },
      spinner,
      this.#text,
      this.#elapsed,
      button("Cancel", "secondary", () => {
        this.#text.textContent = "Cancelling…";
        cancel();
      }),
    );
  }

  /** `next` counts from 1; beyond `total` all are done. */
  tell(next: number, total: number): void {
    if (total > 1 && next <= total) this.#text.textContent = `Running statement ${next} of ${total}…`;
  }

  finish(): void {
    clearInterval(this.#timer);
    this.element.hidden = true;
  }
}
