const THEMES = ["dark", "light", "contrast-dark", "contrast-light"] as const;
type Theme = (typeof THEMES)[number];

/** What the person chose; `system` follows the computer. */
export const THEME_CHOICES = ["system", ...THEMES] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** The class by which the toolkit knows that its colours have changed. */
const BODY_CLASS: Readonly<Record<Theme, string>> = {
  dark: "vscode-dark",
  light: "vscode-light",
  "contrast-dark": "vscode-high-contrast",
  "contrast-light": "vscode-high-contrast-light",
};

const KEY = "sluice.theme";
const LIGHT = matchMedia("(prefers-color-scheme: light)");
const CONTRAST = matchMedia("(prefers-contrast: more)");

export const chosenTheme = (): ThemeChoice =>
  THEME_CHOICES.find((choice) => choice === localStorage.getItem(KEY)) ?? "system";

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
  applyTheme();
}

/** Shows the page in the theme that was chosen, and in the computer's where none was. */
export function applyTheme(): void {
  const choice = chosenTheme();
  const light = LIGHT.matches;
  const system: Theme = CONTRAST.matches
    ? light
      ? "contrast-light"
      : "contrast-dark"
    : light
      ? "light"
      : "dark";
  const theme = choice === "system" ? system : choice;
  document.documentElement.dataset.theme = theme;
  document.body.className = BODY_CLASS[theme];
}

/** Follows the computer from now on. */
export function followSystem(): void {
  LIGHT.addEventListener("change", applyTheme);
  CONTRAST.addEventListener("change", applyTheme);
}
