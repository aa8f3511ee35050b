/** Looking behind answers, and at the models: a part of the client. */
import { z } from "zod";
import { pageOf } from "./contract/common.ts";
import type { EventType, ThreadEvent } from "./contract/events.ts";
import {
  type EvaluationsQuery,
  type ExportFormat,
  type ModelStatus,
  ModelsHealth,
  ModelTest,
  type ResponsesQuery,
  type RevisionsQuery,
  type SelectionsQuery,
  SelfTest,
  ThreadItem,
  type ThreadsQuery,
} from "./contract/inspect.ts";
import { ShownProfile } from "./contract/models.ts";
import { NoShare, Share, SharedThread, ShareOfThread } from "./contract/shares.ts";
import { ModelEvaluation, ModelResponse, Revision, Selection } from "./contract/threads.ts";
import { UnexpectedReplyError } from "./failures.ts";
import { eventOf } from "./follow.ts";
import { type Line, request, requestJson, search } from "./line.ts";

type Cancel = { signal?: AbortSignal };
type PageOf<Item> = { items: Item[]; next_cursor: string | null };

/** Filters that are left out, or undefined, let everything through. */
type Filters<Query> = { [Name in keyof Query]?: Query[Name] | undefined };

type EventsQuery = { after?: number; limit?: number; event_type?: EventType[]; iteration?: number };

export type Inspecting = {
  /** Own threads, newest first. A page may be shorter than its limit and still have a `next_cursor`. */
  threads(query?: Filters<ThreadsQuery>, options?: Cancel): Promise<PageOf<ThreadItem>>;
  threadsOfSession(
    sessionId: string,
    query?: Filters<Omit<ThreadsQuery, "q">>,
    options?: Cancel,
  ): Promise<PageOf<ThreadItem>>;
  responses(threadId: string, query?: Filters<ResponsesQuery>, options?: Cancel): Promise<PageOf<ModelResponse>>;
  evaluations(threadId: string, query?: Filters<EvaluationsQuery>, options?: Cancel): Promise<PageOf<ModelEvaluation>>;
  selections(threadId: string, query?: Filters<SelectionsQuery>, options?: Cancel): Promise<PageOf<Selection>>;
  revisions(threadId: string, query?: Filters<RevisionsQuery>, options?: Cancel): Promise<PageOf<Revision>>;
  /** A page of the log; kinds of events that only newer servers know are left out. */
  events(threadId: string, query?: EventsQuery, options?: Cancel): Promise<PageOf<ThreadEvent>>;
  /** The file's bytes as they come. */
  exportThread(threadId: string, format?: ExportFormat, options?: Cancel): Promise<ReadableStream<Uint8Array>>;
  /** The link by which others may read the thread; the same one when asked again. */
  share(threadId: string, options?: Cancel): Promise<Share>;
  /** Its link; null: it has none. */
  shareOf(threadId: string, options?: Cancel): Promise<Share | null>;
  /** Withdraw the link, if there is one. */
  unshare(threadId: string, options?: Cancel): Promise<void>;
  /** What a link shows. */
  shared(shareId: string, options?: Cancel): Promise<SharedThread>;
  /** A page of the shared thread's log, as `events`. */
  sharedEvents(
    shareId: string,
    query?: Pick<EventsQuery, "after" | "limit">,
    options?: Cancel,
  ): Promise<PageOf<ThreadEvent>>;
  model(name: string, options?: Cancel): Promise<ShownProfile>;
  setModelStatus(name: string, status: ModelStatus, options?: Cancel): Promise<ShownProfile>;
  testModel(name: string, options?: Cancel): Promise<ModelTest>;
  /** Who knows a domain, or has a specialty, best first. */
  specialists(domain: string, options?: Cancel): Promise<ShownProfile[]>;
  modelsHealth(options?: Cancel): Promise<ModelsHealth>;
  selfTest(options?: Cancel): Promise<SelfTest>;
};

const pages = {
  threads: pageOf(ThreadItem),
  responses: pageOf(ModelResponse),
  evaluations: pageOf(ModelEvaluation),
  selections: pageOf(Selection),
  revisions: pageOf(Revision),
  models: pageOf(ShownProfile),
  events: pageOf(z.unknown()),
};

export function inspecting(line: Line): Inspecting {
  const model = (name: string) => `/api/models/${encodeURIComponent(name)}`;
  return {
    threads: (query, options) => requestJson(line, `/api/threads/${search(query)}`, pages.threads, { ...options }),
    threadsOfSession: (id, query, options) =>
      requestJson(line, `/api/threads/session/${encodeURIComponent(id)}${search(query)}`, pages.threads, {
        ...options,
      }),
    ...partsOver(line),
    ...sharesOver(line),
    model: (name, options) => requestJson(line, model(name), ShownProfile, { ...options }),
    setModelStatus: (name, body, options) =>
      requestJson(line, `${model(name)}/status`, ShownProfile, { method: "PUT", body, ...options }),
    testModel: (name, options) => requestJson(line, `${model(name)}/test`, ModelTest, { method: "POST", ...options }),
    specialists: async (domain, options) => {
      const path = `/api/models/specialties/${encodeURIComponent(domain)}`;
      return (await requestJson(line, path, pages.models, { ...options })).items;
    },
    modelsHealth: (options) => requestJson(line, "/api/orchestrate/models/health", ModelsHealth, { ...options }),
    selfTest: (options) => requestJson(line, "/api/orchestrate/test", SelfTest, { method: "POST", ...options }),
  };
}

type Parts = Pick<Inspecting, "responses" | "evaluations" | "selections" | "revisions" | "events" | "exportThread">;

function partsOver(line: Line): Parts {
  const behind = (id: string, part: string, query: object | undefined) =>
    `/api/threads/${encodeURIComponent(id)}/${part}${search(query)}`;
  return {
    responses: (id, query, options) =>
      requestJson(line, behind(id, "responses", query), pages.responses, { ...options }),
    evaluations: (id, query, options) =>
      requestJson(line, behind(id, "evaluations", query), pages.evaluations, { ...options }),
    selections: (id, query, options) =>
      requestJson(line, behind(id, "selections", query), pages.selections, { ...options }),
    revisions: (id, query, options) =>
      requestJson(line, behind(id, "revisions", query), pages.revisions, { ...options }),
    events: (id, query, options) => eventsAt(line, behind(id, "events", query), options),
    async exportThread(id, format = "json", options) {
      const path = behind(id, "export", { format });
      const { body } = await request(line, path, { headers: { accept: "*/*" }, ...options });
      if (!body) throw new UnexpectedReplyError(line.baseUrl + path, "it has no body");
      return body;
    },
  };
}

async function eventsAt(line: Line, path: string, options: Cancel | undefined): Promise<PageOf<ThreadEvent>> {
  const { items, next_cursor } = await requestJson(line, path, pages.events, { ...options });
  const known = items.map((item) => eventOf(item, line.baseUrl + path)).filter((event) => event !== null);
  return { items: known, next_cursor };
}

type Shares = Pick<Inspecting, "share" | "shareOf" | "unshare" | "shared" | "sharedEvents">;

function sharesOver(line: Line): Shares {
  const own = (id: string) => `/api/threads/${encodeURIComponent(id)}/share`;
  const shown = (id: string) => `/api/shared/${encodeURIComponent(id)}`;
  return {
    share: (id, options) => requestJson(line, own(id), Share, { method: "PUT", ...options }),
    shareOf: async (id, options) => (await requestJson(line, own(id), ShareOfThread, { ...options })).share,
    unshare: async (id, options) => void (await requestJson(line, own(id), NoShare, { method: "DELETE", ...options })),
    shared: (id, options) => requestJson(line, shown(id), SharedThread, { ...options }),
    sharedEvents: (id, query, options) => eventsAt(line, `${shown(id)}/events${search(query)}`, options),
  };
}
