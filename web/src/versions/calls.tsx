/** Every call of a model of one's own thread: what was sent, what came back. Fetched when it is opened. */
import type { ModelResponse } from "@orchestratex/sdk/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronRight, RefreshCw } from "lucide-react";
import { useState } from "react";
import { api, search } from "../data/http.ts";
import { useWords } from "../i18n/words.tsx";
import { CopyButton } from "../ui/copy.tsx";
import { Failure } from "../ui/failure.tsx";
import { Model, Notice, Skeleton, Spinner, Tag } from "../ui/parts.tsx";

type Page = { items: ModelResponse[]; next_cursor: string | null };

export function Calls({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section className="versions-part">
      <h2>
        <button type="button" className="versions-open" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight aria-hidden="true" />
          {t("versions.log.calls")}
        </button>
      </h2>
      <p className="versions-quiet">{t("versions.log.callsHint")}</p>
      {open && <List threadId={threadId} />}
    </section>
  );
}

function List({ threadId }: { threadId: string }) {
  const { t } = useWords();
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["thread", threadId, "responses"],
    queryFn: ({ pageParam, signal }) => {
      const query = search({ limit: 100, cursor: pageParam });
      return api<Page>(`/api/threads/${encodeURIComponent(threadId)}/responses${query}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  if (!data) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton lines={4} />;
  const calls = data.pages.flatMap(({ items }) => items);
  return (
    <>
      {calls.length === 0 ? (
        <p className="versions-quiet">{t("versions.log.noCalls")}</p>
      ) : (
        <ol className="versions-calllist plain">
          {calls.map((call) => (
            <li key={call.id}>
              <Call call={call} />
            </li>
          ))}
        </ol>
      )}
      {error && <Failure error={error} />}
      <div className="actions">
        {hasNextPage && (
          <button type="button" className="button small" disabled={isFetching} onClick={() => void fetchNextPage()}>
            {t("common.more")}
          </button>
        )}
        <button type="button" className="button quiet small" disabled={isFetching} onClick={() => void refetch()}>
          {isFetching ? <Spinner /> : <RefreshCw aria-hidden="true" />}
          {t("versions.log.refresh")}
        </button>
      </div>
    </>
  );
}

const tones = { pending: "accent", completed: "good", failed: "bad", superseded: "none" } as const;

/** Its texts are long: they are put into the page when they are wanted. */
function Call({ call }: { call: ModelResponse }) {
  const { word, t } = useWords();
  const [open, setOpen] = useState(false);
  const { iteration_number, role, model_name, attempt, status } = call;
  return (
    <details className="versions-call" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <ChevronRight aria-hidden="true" />
        <span className="versions-seq">{iteration_number}</span>
        <span className="versions-role">{word("versions.role", role)}</span>
        <Model name={model_name} />
        <Tag tone={tones[status]}>{word("versions.call", status)}</Tag>
        {attempt > 1 && <Tag>{t("versions.log.attempt", { number: attempt })}</Tag>}
        <Figures call={call} />
      </summary>
      {open && <Texts call={call} />}
    </details>
  );
}

function Figures({ call: { tokens_used, cost, reserved_cost, response_time } }: { call: ModelResponse }) {
  const { t, money, duration } = useWords();
  const told = [
    tokens_used &&
      t("versions.log.tokensInOut", { input: tokens_used.input_tokens, output: tokens_used.output_tokens }),
    response_time !== null && duration(response_time),
    cost !== null && money(cost),
    reserved_cost !== null && t("versions.log.reserved", { cost: money(reserved_cost) }),
  ];
  return <span className="versions-quiet versions-callfigures">{told.filter(Boolean).join(" · ")}</span>;
}

function Texts({ call: { step, prompt_sent, response_text, error_message } }: { call: ModelResponse }) {
  const { t } = useWords();
  return (
    <div className="versions-texts">
      <p className="versions-quiet">
        <code>{step}</code>
      </p>
      {error_message !== null && (
        <Notice tone="bad" title={t("versions.log.error")}>
          <p lang="en">{error_message}</p>
        </Notice>
      )}
      <Text title={t("versions.log.prompt")} text={prompt_sent} />
      {response_text === null ? (
        <p className="versions-quiet">{t("versions.log.noResponse")}</p>
      ) : (
        <Text title={t("versions.log.response")} text={response_text} />
      )}
    </div>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <div className="versions-json">
      <div className="versions-head">
        <h3>{title}</h3>
        <CopyButton text={text} />
      </div>
      <pre dir="auto">{text}</pre>
    </div>
  );
}
