import type { Page } from "playwright-core";

/** The words of the active editor that an extension put a 2 px line under, from top to bottom and left to right. */
export function underlinedText(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const characters = [...document.querySelectorAll(".editor-instance .view-line")].flatMap((line) => {
      const found: { text: string; x: number; y: number }[] = [];
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent ?? "";
        for (let at = 0; at < text.length; at += 1) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const { left, top, width, height } = range.getBoundingClientRect();
          found.push({ text: text[at] ?? "", x: left + width / 2, y: top + height / 2 });
        }
      }
      return found;
    });
    return [...document.querySelectorAll(".editor-instance .view-overlays .cdr[class*=ced-]")]
      .filter((mark) => getComputedStyle(mark).borderBottomWidth === "2px")
      .map((mark) => mark.getBoundingClientRect())
      .sort((a, b) => a.top - b.top || a.left - b.left)
      .map(({ left, right, top, bottom }) =>
        characters
          .filter(({ x, y }) => x > left && x < right && y > top && y < bottom)
          .map(({ text }) => text)
          .join(""),
      );
  });
}

/** What extensions added after words of the active editor: it is no text of the document. */
export function addedText(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(".editor-instance .view-line span")]
      .map((span) => getComputedStyle(span, "::after").content)
      .filter((content) => content.startsWith('"'))
      .map((content) => content.slice(1, -1).replaceAll("\u00a0", " ").trim()),
  );
}
