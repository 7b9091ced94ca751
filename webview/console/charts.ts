import { element } from "../element.ts";
import { numberText } from "./words.ts";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, FOOT] = [900, 180, 22];

export interface Series {
  readonly name: string;
  /** CSS class that gives it its colour. */
  readonly kind: string;
}

export interface Bar {
  readonly label: string;
  /** One number for each series. */
  readonly values: readonly number[];
}

/** Bars over time, the series of each on top of each other. The same numbers stand in a table for who cannot see it. */
export function barChart(title: string, series: readonly Series[], bars: readonly Bar[]): HTMLElement {
  const most = Math.max(1, ...bars.map(({ values }) => sum(values)));
  const width = WIDTH / Math.max(bars.length, 1);
  const svg = shape("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": `${title}: ${numberText(bars.reduce((all, { values }) => all + sum(values), 0))} in all, at most ${numberText(most)} at a time`,
    preserveAspectRatio: "none",
  });
  bars.forEach(({ label, values }, place) => {
    const group = shape("g", {});
    let y = HEIGHT - FOOT;
    values.forEach((value, index) => {
      const height = (value / most) * (HEIGHT - FOOT - 6);
      y -= height;
      if (value > 0)
        group.append(
          shape("rect", {
            class: `bar ${series[index]?.kind ?? ""}`,
            ...{ x: place * width + width * 0.1, y, width: width * 0.8, height },
          }),
        );
    });
    const words = values.map((value, index) => `${series[index]?.name ?? ""} ${numberText(value)}`);
    group.append(titled(`${label}: ${words.join(", ")}`));
    group.append(shape("rect", { class: "hover", x: place * width, y: 0, width, height: HEIGHT - FOOT }));
    svg.append(group);
  });
  svg.append(shape("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }));
  const [first, last] = [bars.at(0)?.label ?? "", bars.at(-1)?.label ?? ""];
  return element(
    "figure",
    { class: "chart" },
    svgElement(svg),
    element(
      "div",
      { class: "axis-words note", "aria-hidden": "true" },
      element("span", {}, first),
      element("span", {}, `most at a time: ${numberText(most)}`),
      element("span", {}, last),
    ),
    element(
      "figcaption",
      {},
      ...series.map(({ name, kind }) => element("span", { class: `legend ${kind}` }, name)),
    ),
    numbers(title, series, bars),
  );
}

/** One bar for each name, the longest first. */
export function rankChart(
  title: string,
  rows: readonly { readonly name: Node | string; readonly value: number; readonly note?: string }[],
  empty = "Nothing.",
): HTMLElement {
  if (rows.length === 0) return element("p", { class: "note" }, empty);
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return element(
    "ol",
    { class: "ranks", "aria-label": title },
    ...rows.map(({ name, value, note }) => {
      const svg = shape("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" });
      svg.append(shape("rect", { class: "bar plain", x: 0, y: 0, width: (value / most) * 100, height: 6 }));
      return element(
        "li",
        {},
        element("span", { class: "name" }, name),
        element("span", { class: "value" }, numberText(value), note === undefined ? null : ` ${note}`),
        svgElement(svg),
      );
    }),
  );
}

function numbers(title: string, series: readonly Series[], bars: readonly Bar[]): HTMLElement {
  const rows = bars.filter(({ values }) => sum(values) > 0);
  return element(
    "details",
    {},
    element("summary", {}, "As a table"),
    element(
      "table",
      {},
      element("caption", {}, title),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["Time", ...series.map(({ name }) => name)].map((name) => element("th", { scope: "col" }, name)),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map(({ label, values }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, label),
            ...values.map((value) => element("td", {}, numberText(value))),
          ),
        ),
      ),
    ),
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}

function titled(words: string): SVGElement {
  const made = shape("title", {});
  made.textContent = words;
  return made;
}

/** Keeps the drawing at its width whatever the page's. */
const svgElement = (svg: SVGElement): HTMLElement => element("div", { class: "drawing" }, svg);
