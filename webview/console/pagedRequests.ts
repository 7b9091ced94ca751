import type { Approval } from "../../protocol/approval/approval.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { button, element } from "../element.ts";
import { requestTable } from "./requestTable.ts";

/** Where the lists of both kinds go on: left out at their beginning, null at their end. */
export interface Cursors {
  readonly approvals?: string | null;
  readonly elevations?: string | null;
}

export interface RequestPage {
  readonly approvals: readonly Approval[];
  readonly elevations: readonly Elevation[];
  readonly next: Cursors;
}

interface Paged {
  readonly caption: string;
  readonly empty: string;
  readonly first: RequestPage;
  readonly more: (cursors: Cursors) => Promise<RequestPage>;
}

export const hasMore = ({ approvals, elevations }: Cursors): boolean =>
  (approvals ?? null) !== null || (elevations ?? null) !== null;

/** Requests of both kinds, newest first, as many as somebody has asked for. */
export function pagedRequests({ caption, empty, first, more }: Paged): HTMLElement {
  const list = element("div", {});
  const older = element("div", { role: "status" });
  const show = ({ approvals, elevations, next }: RequestPage): void => {
    const none = hasMore(next) ? "None among the newest." : empty;
    list.replaceChildren(requestTable(caption, approvals, elevations, none));
    const goOn = async (): Promise<void> => {
      older.replaceChildren(element("span", { class: "note" }, "Looking further back…"));
      try {
        const page = await more(next);
        show({
          approvals: [...approvals, ...page.approvals],
          elevations: [...elevations, ...page.elevations],
          next: page.next,
        });
        older.querySelector<HTMLElement>("vscode-button")?.focus();
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        show({ approvals, elevations, next });
        older.prepend(element("p", { class: "failed", role: "alert" }, words));
      }
    };
    older.replaceChildren(...(hasMore(next) ? [button("Show Older", "secondary", () => void goOn())] : []));
  };
  show(first);
  return element("div", {}, list, older);
}
