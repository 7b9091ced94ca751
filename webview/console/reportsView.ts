import type { Report, ReportFigure, ReportList } from "../../protocol/collector/report.ts";
import { button, element } from "../element.ts";
import { link, statementLine, table } from "./parts.ts";
import { saveFile } from "./saveFile.ts";
import type { View, ViewContext } from "./view.ts";
import { numberText, timeText } from "./words.ts";

/** The reports there are, or one of them for a period. */
export async function reportsView(context: ViewContext): Promise<View> {
  const [, id] = context.place.path;
  return id === undefined ? list(context) : report(context, id);
}

async function list({ api }: ViewContext): Promise<View> {
  const { reports } = await api.get<ReportList>("/v1/reports");
  const body = table(
    "Reports",
    ["Report", "About"],
    reports.map(({ id, title, about }) => [link(title, ["reports", id]), about]),
  );
  return { title: "Reports", body };
}

async function report({ api, place }: ViewContext, id: string): Promise<View> {
  const query = Object.fromEntries(place.query);
  const told = await api.get<Report>(`/v1/reports/${encodeURIComponent(id)}`, query);
  const save = (name: string, type: string, content: BlobPart): void =>
    saveFile(name, new Blob([content], { type }));
  const body = element(
    "div",
    { class: "report" },
    element(
      "div",
      { class: "bar noprint" },
      periodForm(id, told, place.query.get("subject")),
      button("Print", "secondary", () => print()),
      button("Save as HTML", "secondary", () => {
        void api
          .text(`/v1/reports/${encodeURIComponent(id)}`, { ...query, format: "html" })
          .then((html) => save(`${id}.html`, "text/html", html));
      }),
      button("Save as JSON", "secondary", () =>
        save(`${id}.json`, "application/json", JSON.stringify(told, null, 2)),
      ),
    ),
    element("p", {}, told.about),
    element(
      "p",
      { class: "note" },
      `${timeText(told.from)} to ${timeText(told.to)}; made ${timeText(told.madeAt)} from the log ${told.log} at ${numberText(told.size)} records.`,
    ),
    told.textsDroppedTo === null
      ? null
      : element(
          "p",
          { class: "note" },
          `Texts of records up to ${timeText(told.textsDroppedTo)} were dropped by retention: figures count these records, and nothing is found by their text.`,
        ),
    ...told.controls.map((control) =>
      element(
        "section",
        { class: "control" },
        element("h2", {}, `${control.id} ${control.title}`),
        element("p", {}, control.how),
        table("Figures", ["Evidence", "Figure", "Query"], control.figures.map(figureCells)),
        ...control.exceptions.map((exception) =>
          element(
            "details",
            { open: exception.records.length > 0 },
            element("summary", {}, `${exception.name}: ${numberText(exception.count)}`),
            table(
              exception.name,
              ["Time", "Who", "What", "Proof"],
              exception.records.map(({ hit, hash, leaf }) => [
                timeText(hit.at),
                hit.actor?.name ?? hit.device,
                statementLine(hit.summary ?? "(body dropped)"),
                link(`leaf ${leaf}, ${hash.slice(0, 12)}…`, ["records", hit.chain, String(hit.seq)]),
              ]),
              "None.",
            ),
          ),
        ),
      ),
    ),
    element(
      "details",
      {},
      element("summary", {}, "Checkpoint of the log"),
      element("pre", {}, told.checkpoint),
    ),
  );
  return { title: told.title, body };
}

const figureCells = ({ name, value, atLeast, query }: ReportFigure): readonly (Node | string | null)[] => [
  name,
  atLeast === true ? `at least ${numberText(value)}` : numberText(value),
  element("code", {}, query),
];

function periodForm(id: string, { from, to, needsSubject }: Report, subject: string | null): HTMLElement {
  const day = (name: string, value: string) =>
    element("input", { type: "date", "aria-label": name, value: value.slice(0, 10) });
  const [first, last] = [day("From", from), day("To", new Date(Date.parse(to) - 1).toISOString())];
  const who = needsSubject
    ? element("input", {
        type: "text",
        "aria-label": "Data subject",
        placeholder: "Text in statements",
        value: subject ?? "",
      })
    : null;
  const form = element(
    "form",
    {},
    first,
    " to ",
    last,
    " ",
    who,
    element("button", { type: "submit" }, "Show"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams(
      Object.entries({ from: first.value, to: dayAfter(last.value) }).filter(([, value]) => value !== ""),
    );
    if (who !== null && who.value !== "") query.set("subject", who.value);
    location.hash = `#/reports/${encodeURIComponent(id)}?${query}`;
  });
  return form;
}

/** A period's end is not part of it; the day a person names is. */
function dayAfter(day: string): string {
  const start = Date.parse(day);
  return Number.isNaN(start) ? "" : new Date(start + 86_400_000).toISOString().slice(0, 10);
}
