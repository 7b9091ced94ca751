import { visibleText } from "../visibleText.ts";
import type { LeaseView } from "./lease.ts";

/** Who ended a lease, when and why, as a sentence for its holder; null where nobody has. */
export function leaseEndWords({ connectionName, how, ended }: LeaseView): string | null {
  if (how === null || ended === null || how === "returned" || how === "failed") return null;
  const [login, who] = [`the login for "${connectionName}"`, ended.by ?? "the collector"];
  const why = ended.reason.trim() === "" ? "" : `: ${visibleText(ended.reason.trim())}`;
  const at = ended.at;
  switch (how) {
    case "expired":
      return `The time of ${login} was over at ${at}, and it was not renewed.`;
    case "signed_out":
      return `${visibleText(who)} signed out on this device at ${at}, which ended ${login}.`;
    case "revoked":
      return sentence(`${visibleText(who)} took ${login} away at ${at}${why}`);
    case "device":
      return sentence(
        `${visibleText(who)} marked this device as not trusted at ${at}, which ended ${login}${why}`,
      );
    case "connection":
      return sentence(
        `${visibleText(who)} changed or removed the connection at ${at}, which ended ${login}${why}`,
      );
    case "group":
      return sentence(`The collector ended ${login} at ${at}${why}`);
  }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
