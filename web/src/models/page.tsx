/** The models that may answer and evaluate: how they are, what they cost, what is known of them. */
import { Plus, Search } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useParams, useSearchParams } from "wouter";
import { useModels, useModelsHealth } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Empty, Skeleton } from "../ui/parts.tsx";
import { ModelDetail } from "./detail.tsx";
import { fits, placeOf, readSort, rowsOf, writeSort } from "./groups.ts";
import { NewModel } from "./profile-form.tsx";
import { ModelTable } from "./table.tsx";
import "./models.css";
import "./detail.css";
import "./narrow.css";

export default function ModelsPage() {
  const { t } = useWords();
  const { name } = useParams<{ name?: string }>();
  const models = useModels();
  const health = useModelsHealth();
  const rows = useMemo(() => rowsOf(models.data ?? [], health.data?.items ?? []), [models.data, health.data]);
  const { close, open } = usePlaces(name);
  const [adding, setAdding] = useState(false);
  return (
    <div className="models">
      <title>{`${name ?? t("shell.models")} · OrchestrateX`}</title>
      <header className="models-head">
        <h1>{t("shell.models")}</h1>
        <button type="button" className="button" onClick={() => setAdding(true)}>
          <Plus aria-hidden="true" />
          {t("models.add")}
        </button>
      </header>
      {models.error && <Failure error={models.error} onRetry={() => void models.refetch()} />}
      {health.error && !models.error && <Failure error={health.error} onRetry={() => void health.refetch()} />}
      {models.isPending && <Waiting />}
      {models.data && <Found rows={rows} usable={health.data?.summary.usable} />}
      {adding && (
        <NewModel
          onClose={() => setAdding(false)}
          onMade={(made) => {
            setAdding(false);
            open(made);
          }}
        />
      )}
      {name !== undefined && models.data && <ModelDetail key={name} name={name} rows={rows} onClose={close} />}
    </div>
  );
}

/** A model has an address of its own, over the list; the list stays where it was, and gets the focus back. */
function usePlaces(name: string | undefined) {
  const [, go] = useLocation();
  const at = useRef(0);
  const before = useRef(name);
  useEffect(() => {
    const came = before.current;
    before.current = name;
    if (name === came) return;
    const top = at.current;
    // After the shell has gone to the start of what it takes for a new page.
    const frame = requestAnimationFrame(() => {
      scrollTo(0, top);
      if (name === undefined) document.getElementById(placeOf(came))?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [name]);
  useEffect(() => {
    if (name !== undefined) return;
    const note = () => {
      at.current = scrollY;
    };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [name]);
  const open = (model: string) => go(`/models/${encodeURIComponent(model)}${location.search}`);
  return { open, close: () => go(`/models${location.search}`) };
}

function Waiting() {
  return (
    <div className="models-waiting">
      <Skeleton lines={8} />
    </div>
  );
}

type FoundProps = { rows: ReturnType<typeof rowsOf>; usable: number | undefined };

function Found({ rows, usable }: FoundProps) {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const query = params.get("q") ?? "";
  const sort = useMemo(() => readSort(params.get("sort")), [params]);
  const found = useMemo(() => rows.filter((row) => fits(row, query)), [rows, query]);
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "" || value === "name") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <div className="models-tools">
        <div className="search models-search">
          <Search aria-hidden="true" />
          <input
            type="search"
            className="input"
            value={query}
            placeholder={t("models.searchHint")}
            aria-label={t("models.search")}
            onChange={({ target }) => set("q", target.value)}
          />
        </div>
        <p role="status">{t("models.summary", { usable: usable ?? "…", count: rows.length })}</p>
      </div>
      {found.length === 0 ? (
        <Empty title={t("models.nothingFound")}>
          <button type="button" className="button" onClick={() => set("q", "")}>
            {t("models.clear")}
          </button>
        </Empty>
      ) : (
        <ModelTable rows={found} sort={sort} onSort={(next) => set("sort", writeSort(next))} searching={query !== ""} />
      )}
    </>
  );
}
