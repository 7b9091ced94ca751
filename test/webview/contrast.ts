import type { Page } from "playwright-core";

/** A piece of visible text and how it stands out, by WCAG 2.2 (1 to 21). */
export interface TextContrast {
  readonly text: string;
  readonly contrast: number;
}

/** The visible texts of a page that stand out least from what is painted behind them, worst first. */
export function faintTexts(page: Page, below: number): Promise<readonly TextContrast[]> {
  return page.evaluate((limit) => {
    type Rgba = readonly [number, number, number, number];
    const rgba = (color: string): Rgba => {
      const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
      const [red = 0, green = 0, blue = 0, alpha = 1] = numbers;
      return color.startsWith("rgb") ? [red, green, blue, alpha] : [0, 0, 0, 0];
    };
    const over = ([r, g, b, a]: Rgba, [r2, g2, b2]: Rgba): Rgba => [
      r * a + r2 * (1 - a),
      g * a + g2 * (1 - a),
      b * a + b2 * (1 - a),
      1,
    ];
    const parentOf = (element: Element): Element | null =>
      element.assignedSlot ??
      element.parentElement ??
      (element.getRootNode() instanceof ShadowRoot ? (element.getRootNode() as ShadowRoot).host : null);
    const behind = (element: Element | null): Rgba => {
      if (element === null) return [255, 255, 255, 1];
      const own = rgba(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, behind(parentOf(element)));
    };
    const channel = (value: number): number => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    const luminance = ([r, g, b]: Rgba): number =>
      0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const contrastOf = (element: Element): number => {
      const background = behind(element);
      const one = luminance(over(rgba(getComputedStyle(element).color), background));
      const other = luminance(background);
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    };
    const found: { text: string; contrast: number }[] = [];
    const look = (root: Node): void => {
      for (const node of root.childNodes) {
        if (node instanceof Text && node.data.trim() !== "") {
          const element = node.parentElement;
          if (
            element?.checkVisibility({ visibilityProperty: true }) &&
            !["STYLE", "SCRIPT", "TITLE"].includes(element.tagName)
          ) {
            const contrast = contrastOf(element);
            if (contrast < limit) found.push({ text: node.data.trim().slice(0, 40), contrast });
          }
        }
        look(node);
        if (node instanceof Element && node.shadowRoot !== null) look(node.shadowRoot);
      }
    };
    look(document.body);
    return found.sort((a, b) => a.contrast - b.contrast);
  }, below);
}
