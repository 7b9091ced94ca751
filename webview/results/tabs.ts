import { element, icon } from "../element.ts";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  readonly panel: HTMLElement;
}

/** A row of tabs after the ARIA pattern: arrow keys move, the shown panel belongs to the selected tab. */
export class Tabs {
  readonly list = element("div", { class: "tabs", role: "tablist", "aria-label": "Results" });
  readonly panels = element("div", { class: "panels" });
  readonly #tabs: Tab[] = [];
  readonly #prefix: string;
  #selected: string | null = null;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get selected(): string | null {
    return this.#selected;
  }

  has(id: string): boolean {
    return this.#tabs.some((tab) => tab.id === id);
  }

  /** Adds a tab, before the one called `before` where that is given. */
  add(tab: Tab, before?: string): void {
    const at = this.#tabs.findIndex(({ id }) => id === before);
    this.#tabs.splice(at === -1 ? this.#tabs.length : at, 0, tab);
    tab.panel.id = `${this.#prefix}-${tab.id}`;
    tab.panel.setAttribute("role", "tabpanel");
    tab.panel.setAttribute("aria-label", tab.label);
    this.panels.append(tab.panel);
    if (this.#selected === null) this.select(tab.id);
    else this.#render();
  }

  select(id: string): void {
    this.#selected = id;
    this.#render();
  }

  #render(): void {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(
      ...this.#tabs.map(({ id, label, icon: name }) => {
        const selected = id === this.#selected;
        const tab = element(
          "button",
          {
            class: "tab",
            role: "tab",
            "aria-selected": String(selected),
            "aria-controls": `${this.#prefix}-${id}`,
            tabindex: selected ? "0" : "-1",
          },
          icon(name),
          label,
        );
        tab.addEventListener("click", () => this.select(id));
        return tab;
      }),
    );
    for (const { id, panel } of this.#tabs) panel.hidden = id !== this.#selected;
    if (focused) this.list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#tabs.findIndex(({ id }) => id === this.#selected);
    const targets = new Map([
      ["ArrowLeft", at - 1],
      ["ArrowRight", at + 1],
      ["Home", 0],
      ["End", this.#tabs.length - 1],
    ]);
    const target = targets.get(event.key);
    const tab = target === undefined ? undefined : this.#tabs[target];
    if (tab === undefined) return;
    event.preventDefault();
    this.select(tab.id);
  }
}
