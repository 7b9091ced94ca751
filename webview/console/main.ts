import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { Me, SignInSettings } from "../../protocol/collector/search.ts";
import { button, element } from "../element.ts";
import { actorView } from "./actorView.ts";
import { alertsView } from "./alertsView.ts";
import { type Api, apiWith } from "./api.ts";
import { approvalsView } from "./approvalsView.ts";
import { columnView } from "./columnView.ts";
import { connectionsView } from "./connectionsView.ts";
import { devicesView } from "./devicesView.ts";
import { deviceView } from "./deviceView.ts";
import { modelsView } from "./modelsView.ts";
import { overviewView } from "./overviewView.ts";
import { type Place, placeHash, readPlace } from "./place.ts";
import { policyView } from "./policyView.ts";
import { recordView } from "./recordView.ts";
import { reportsView } from "./reportsView.ts";
import { approvalView, elevationView } from "./requestView.ts";
import { retentionView } from "./retentionView.ts";
import { searchView } from "./searchView.ts";
import { Shell } from "./shell.ts";
import { beginSignIn, finishSignIn, SignInError } from "./signIn.ts";
import { taskView } from "./taskView.ts";
import { applyTheme, followSystem } from "./theme.ts";
import type { View, ViewContext } from "./view.ts";
import "./theme.css";
import "../page.css";
import "./console.css";

applyTheme();
followSystem();
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());

const page = document.getElementById("page") ?? document.body;
void start();

async function start(): Promise<void> {
  const settings = await readSettings();
  if (settings === null) return;
  try {
    const session = await finishSignIn(settings);
    if (session === null) return invite(settings, null);
    const api = apiWith(
      () => session.token(),
      () => invite(settings, "Your sign-in has ended. Sign in again."),
    );
    open(settings, api, await api.get<Me>("/v1/me"));
  } catch (error) {
    const known = error instanceof Error ? error.message : String(error);
    invite(settings, error instanceof SignInError ? known : `You could not be signed in: ${known}`);
  }
}

async function readSettings(): Promise<SignInSettings | null> {
  const response = await fetch("/v1/signin").catch(() => null);
  if (response?.ok === true) return response.json();
  const told =
    "Nobody can sign in: the sign-in provider does not answer the collector. Try again in a while.";
  page.replaceChildren(
    element("div", { class: "welcome" }, element("p", { class: "failed", role: "alert" }, told)),
  );
  return null;
}

/** The page for who is not signed in. */
function invite(settings: SignInSettings, problem: string | null): void {
  document.title = "Sluice";
  page.replaceChildren(
    element(
      "main",
      { class: "welcome" },
      element("h1", {}, "Sluice"),
      element(
        "p",
        {},
        "Who connected, what they did, and what data was touched: one log for all databases, and proof of it.",
      ),
      problem === null ? null : element("p", { class: "failed", role: "alert" }, problem),
      button("Sign In", "primary", () => void beginSignIn(settings)),
      element(
        "p",
        { class: "note" },
        `Log ${settings.log}. You sign in with ${new URL(settings.issuer).host}.`,
      ),
    ),
  );
}

function open(settings: SignInSettings, api: Api, me: Me): void {
  const shell = new Shell(me, settings.log, () => location.reload());
  page.replaceChildren(shell.element);
  /** Counts what was asked for, so that a slow answer never covers a later one. */
  let latest = 0;
  const go = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    const place = readPlace(location.hash);
    shell.going(place);
    const view = await viewOf({ settings, api, me, place });
    if (mine === latest && shell.element.isConnected) shell.show(view);
  };
  window.addEventListener("hashchange", () => void go());
  if (readPlace(location.hash).path.length === 0) history.replaceState(null, "", placeHash(["overview"]));
  void go();
}

async function viewOf(context: ViewContext): Promise<View> {
  try {
    return await viewAt(context.place)(context);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { title: "That did not work", body: element("p", { class: "failed", role: "alert" }, words) };
  }
}

function viewAt({ path: [first = "", ...rest] }: Place): (context: ViewContext) => Promise<View> {
  switch (first) {
    case "search":
      return searchView;
    case "records":
      return recordView;
    case "devices":
      return rest.length === 0 ? devicesView : deviceView;
    case "columns":
      return columnView;
    case "actors":
      return actorView;
    case "alerts":
      return alertsView;
    case "tasks":
      return taskView;
    case "models":
      return modelsView;
    case "approvals":
      return rest.length === 0 ? approvalsView : approvalView;
    case "elevations":
      return elevationView;
    case "connections":
      return connectionsView;
    case "policy":
      return policyView;
    case "reports":
      return reportsView;
    case "retention":
      return retentionView;
    default:
      return overviewView;
  }
}
