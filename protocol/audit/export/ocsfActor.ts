import type { Actor } from "../../actor.ts";
import type { IntentBody } from "../record.ts";

/** Who asked, as the schema's Actor. An AI agent is an application that acts for its person. */
export function ocsfActor(actor: Actor, client: IntentBody["client"]) {
  const issuer = "issuer" in actor ? actor.issuer : null;
  return {
    user: userOf(actor),
    app_name: actor.kind === "ai_agent" ? actor.agent : client.kind,
    session: { uid: client.session },
    ...(issuer === null ? {} : { idp: { name: issuer, issuer, protocol_name: "OIDC" } }),
  };
}

function userOf(actor: Actor) {
  switch (actor.kind) {
    case "user":
      return {
        uid: actor.subject,
        name: actor.email ?? actor.name,
        full_name: actor.name,
        ...(actor.email === undefined ? {} : { email_addr: actor.email }),
        groups: actor.groups.map((name) => ({ name })),
        type_id: 1,
        type: "User",
      };
    case "local_user":
      return {
        uid: `${actor.account}@${actor.host}`,
        name: actor.account,
        domain: actor.host,
        type_id: 99,
        type: "Unverified account of the operating system",
      };
    case "service":
      return {
        uid: actor.subject,
        name: actor.name,
        groups: actor.groups.map((name) => ({ name })),
        type_id: 4,
        type: "Service",
      };
    case "ai_agent":
      return userOf(actor.onBehalfOf);
  }
}
