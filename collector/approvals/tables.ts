import type { ApprovalPerson } from "../../protocol/approval/approval.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Delivery } from "../webhooks/delivery.ts";
import type { ApprovalRequest, RequestKind, RequestState } from "./request.ts";

/** Which requests somebody looks for; newest first. */
export interface RequestSearch {
  readonly kind: RequestKind;
  /** With `groups` beside it, requests of either are found. */
  readonly requester?: Pick<ApprovalPerson, "issuer" | "subject">;
  readonly groups?: readonly string[];
  readonly state?: RequestState;
  /** Only what comes after this place of the list. */
  readonly after?: RequestPlace;
  readonly limit: number;
}

/** A place in a list of requests, newest first. */
export type RequestPlace = Pick<ApprovalRequest, "createdAt" | "id">;

/** What can be read of requests and of messages that wait to be sent. */
export interface ApprovalReads {
  find(id: string): Promise<ApprovalRequest | null>;
  search(search: RequestSearch): Promise<readonly ApprovalRequest[]>;
  /** Requests that somebody has made since then. */
  count(requester: Pick<ApprovalPerson, "issuer" | "subject">, since: number): Promise<number>;
  /** Versions of those that exist. */
  versions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Those that time alone has changed by now. */
  overdue(now: number, limit: number): Promise<readonly string[]>;
  /** Requests from a device that are open or granted. */
  unfinished(chain: Sha256): Promise<readonly ApprovalRequest[]>;
  /** Whether anything made before that time is over. */
  hasEnded(before: number): Promise<boolean>;
  /** Messages for one webhook that are to be tried by now. */
  dueDeliveries(hook: string, now: number, limit: number): Promise<readonly Delivery[]>;
  deliveryQueue(hook: string): Promise<DeliveryQueue>;
}

/** What waits to be sent to one webhook. */
export interface DeliveryQueue {
  readonly waiting: number;
  /** Tries of the message that was tried most. */
  readonly tries: number;
}

/** Inside of a commit. */
export interface ApprovalTables extends ApprovalReads {
  /** `before` is the version it takes the place of; null for a new one. Throws where that is not what is there. */
  put(request: ApprovalRequest, before: number | null): Promise<void>;
  /** Forgets requests made before that time which are over. */
  prune(before: number, limit: number): Promise<void>;
  enqueue(delivery: Delivery): Promise<void>;
  /** Takes a message for a try that ends by `until`. False where another process was faster. */
  lease(delivery: Delivery, until: number): Promise<boolean>;
  reschedule(delivery: string, dueAt: number): Promise<void>;
  remove(delivery: string): Promise<void>;
  /** Removes what was queued before, whatever it is for. */
  removeOlder(before: number): Promise<void>;
}
