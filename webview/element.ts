type Child = Node | string | null;

interface Attributes {
  readonly [name: string]: string | boolean | undefined;
}

/** An element with attributes and children; text is always text, never markup. `true` sets an empty attribute. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null) made.append(child);
  return made;
}

/** An icon of VS Code's own set, hidden from assistive technology: a label must stand beside it. */
export const icon = (name: string): HTMLElement =>
  element("span", { class: `codicon codicon-${name}`, "aria-hidden": "true" });

/** A toolkit button. The toolkit must be registered by the page. */
export function button(label: string, appearance: "primary" | "secondary", onClick: () => void): HTMLElement {
  const made = document.createElement("vscode-button");
  made.setAttribute("appearance", appearance);
  made.textContent = label;
  made.addEventListener("click", onClick);
  return made;
}

/** A toolkit button that shows an icon alone; `label` is its name and tooltip. */
export function iconButton(label: string, iconName: string, onClick: () => void): HTMLElement {
  const made = document.createElement("vscode-button");
  made.setAttribute("appearance", "icon");
  made.setAttribute("aria-label", label);
  made.title = label;
  made.append(icon(iconName));
  made.addEventListener("click", onClick);
  return made;
}
