import type { Me } from "../../protocol/collector/search.ts";
import { button, element, icon } from "../element.ts";
import { type Place, placeHash } from "./place.ts";
import { chooseTheme, chosenTheme, THEME_CHOICES, type ThemeChoice } from "./theme.ts";
import { seesAll, type View } from "./view.ts";

interface Entry {
  readonly path: string;
  readonly name: string;
  readonly icon: string;
  readonly auditors?: true;
}

const ENTRIES: readonly Entry[] = [
  { path: "overview", name: "Overview", icon: "graph" },
  { path: "search", name: "Search", icon: "search" },
  { path: "approvals", name: "Approvals", icon: "pass" },
  { path: "devices", name: "Devices", icon: "device-desktop" },
  { path: "connections", name: "Connections", icon: "database", auditors: true },
  { path: "alerts", name: "Alerts", icon: "warning", auditors: true },
  { path: "policy", name: "Policy", icon: "law", auditors: true },
  { path: "models", name: "AI models", icon: "sparkle", auditors: true },
  { path: "retention", name: "Retention", icon: "archive", auditors: true },
  { path: "reports", name: "Reports", icon: "checklist", auditors: true },
];

/** Pages that have no entry of their own, and the one they are reached by. */
const REACHED_BY: Readonly<Record<string, string>> = {
  records: "search",
  columns: "search",
  actors: "search",
  tasks: "search",
  elevations: "approvals",
};

const THEME_NAMES: Readonly<Record<ThemeChoice, string>> = {
  system: "As the computer",
  dark: "Dark",
  light: "Light",
  "contrast-dark": "High contrast, dark",
  "contrast-light": "High contrast, light",
};

/** What stays around the views: where one can go, who is signed in, the theme. */
export class Shell {
  readonly element: HTMLElement;
  readonly #main = element("main", { id: "main", tabindex: "-1" });
  readonly #entries: readonly { readonly entry: Entry; readonly link: HTMLElement }[];

  constructor(me: Me, log: string, signOut: () => void) {
    this.#entries = ENTRIES.filter(({ auditors }) => auditors === undefined || seesAll(me)).map((entry) => ({
      entry,
      link: element("a", { href: placeHash([entry.path]) }, icon(entry.icon), entry.name),
    }));
    const skip = element("a", { class: "skip", href: "#main" }, "To the content");
    skip.addEventListener("click", (event) => {
      event.preventDefault();
      this.#main.focus();
    });
    this.element = element(
      "div",
      { class: "shell" },
      skip,
      element(
        "header",
        {},
        element("span", { class: "brand" }, "Sluice"),
        element("span", { class: "note" }, log),
        element("span", { class: "gap" }),
        themeChooser(),
        element("span", { class: "who", title: me.email ?? "" }, icon("account"), me.name),
        element("span", { class: "note" }, rolesText(me)),
        button("Sign Out", "secondary", signOut),
      ),
      element("nav", { class: "places", "aria-label": "Console" }, ...this.#entries.map(({ link }) => link)),
      this.#main,
    );
  }

  /** Marks the place somebody goes to while it is being loaded. */
  going({ path }: Place): void {
    const [first = ""] = path;
    for (const { entry, link } of this.#entries) {
      if (entry.path === first) link.setAttribute("aria-current", "page");
      else if (entry.path === REACHED_BY[first]) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.#main.setAttribute("aria-busy", "true");
  }

  show({ title, body }: View): void {
    document.title = `${title} – Sluice`;
    this.#main.removeAttribute("aria-busy");
    const heading = element("h1", { tabindex: "-1" }, title);
    this.#main.replaceChildren(heading, body);
    this.#main.scrollTop = 0;
    heading.focus({ preventScroll: true });
  }
}

function themeChooser(): HTMLElement {
  const now = chosenTheme();
  const select = element(
    "select",
    { "aria-label": "Theme", title: "Theme" },
    ...THEME_CHOICES.map((choice) =>
      element("option", { value: choice, selected: choice === now }, THEME_NAMES[choice]),
    ),
  );
  select.addEventListener("change", () =>
    chooseTheme(THEME_CHOICES.find((choice) => choice === select.value) ?? "system"),
  );
  return select;
}

const rolesText = ({ roles }: Me): string => roles.filter((role) => role !== "member").join(", ");
