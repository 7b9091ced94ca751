import type { SavedSearch } from "../../protocol/collector/search.ts";
import { button, element, iconButton } from "../element.ts";
import type { Api } from "./api.ts";
import { type Place, readPlace } from "./place.ts";

/** The person's own searches, and a way to keep this one. */
export function savedSearchBar(api: Api, place: Place, first: readonly SavedSearch[]): HTMLElement {
  const list = element("ul", { class: "saved", "aria-label": "Saved searches" });
  const name = element("vscode-text-field", { placeholder: "Name for this search" }, "Name for this search");
  const told = element("span", { class: "failed", role: "alert" });
  const change = async (saved: SavedSearch): Promise<void> => {
    try {
      told.textContent = "";
      const { searches } = await api.send<{ searches: readonly SavedSearch[] }>("PUT", "/v1/searches", saved);
      show(searches);
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const show = (searches: readonly SavedSearch[]): void => {
    list.hidden = searches.length === 0;
    list.replaceChildren(
      ...searches.map((saved) =>
        element(
          "li",
          {},
          element("a", { href: `#/search?${readPlace(`#/search?${saved.query}`).query}` }, saved.name),
          iconButton(`Forget ${saved.name}`, "trash", () => void change({ ...saved, query: "" })),
        ),
      ),
    );
  };
  show(first);
  const save = button("Save Search", "secondary", () => {
    const query = new URLSearchParams([...place.query].filter(([, value]) => value !== "")).toString();
    void change({ name: name.value, query: query === "" ? "period=all" : query });
    name.value = "";
  });
  return element("div", { class: "bar" }, list, name, save, told);
}
