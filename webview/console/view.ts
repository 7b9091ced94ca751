import type { Me, SignInSettings } from "../../protocol/collector/search.ts";
import type { Api } from "./api.ts";
import type { Place } from "./place.ts";

/** What every view is given. */
export interface ViewContext {
  readonly api: Api;
  readonly me: Me;
  readonly settings: SignInSettings;
  readonly place: Place;
}

/** A view as it is shown: its heading is the page's title as well. */
export interface View {
  readonly title: string;
  readonly body: HTMLElement;
}

export const seesAll = ({ roles }: Me): boolean => roles.includes("auditor") || roles.includes("admin");
