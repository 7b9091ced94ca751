import { button, element } from "../element.ts";
import type { Api } from "./api.ts";
import { saveFile } from "./saveFile.ts";

const FORMATS = [
  { format: "csv", words: "Export as CSV" },
  { format: "jsonl", words: "Export as JSON Lines" },
] as const;

/** Everything a search finds, as a file. */
export function exportBar(api: Api, asked: URLSearchParams): HTMLElement {
  const told = element("span", { class: "note", role: "status" }, "On record: who, which search, how many.");
  let busy = false;
  const save = async (format: string): Promise<void> => {
    if (busy) return;
    busy = true;
    told.className = "note";
    told.textContent = "Exporting…";
    const query = new URLSearchParams(asked);
    query.set("format", format);
    try {
      saveFile(`sluice-records.${format}`, await api.blob("/v1/export", query));
      told.textContent = "Exported. It is on record.";
    } catch (error) {
      told.className = "failed";
      told.textContent = error instanceof Error ? error.message : String(error);
    }
    busy = false;
  };
  return element(
    "div",
    { class: "bar" },
    ...FORMATS.map(({ format, words }) => button(words, "secondary", () => void save(format))),
    told,
  );
}
