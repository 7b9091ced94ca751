import { expect, test } from "vitest";
import { visibleParts, visibleText } from "../../protocol/visibleText.ts";

test("what is not seen, or turns others around, is named", () => {
  expect(visibleText("a\u202eb\u2066c\u200bd\u0000e\u00adf\u{e0041}g\ufeffh\u2028i")).toBe(
    "a[U+202E]b[U+2066]c[U+200B]d[U+0000]e[U+00AD]f[U+E0041]g[U+FEFF]h[U+2028]i",
  );
});

test("what a person writes stays as it is", () => {
  const text = "SELECT 'Zürich 東京 עברית 😀'\r\n\t-- naïve";
  expect(visibleParts(text)).toEqual([{ text, unseen: false }]);
});

test("a line's end alone moves the cursor back over what was written", () => {
  expect(visibleText("DELETE\rSELECT")).toBe("DELETE[U+000D]SELECT");
});
