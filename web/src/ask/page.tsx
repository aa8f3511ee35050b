/** A new question. Who has never asked anything, and has no key, is shown the first steps instead. */
import "./ask.css";
import "./parts.css";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { api, detailOf } from "../data/http.ts";
import { preferences, usePreferences } from "../data/preferences.ts";
import { type Health, useHealth, useThreads } from "../data/queries.ts";
import { useWords } from "../i18n/words.tsx";
import { Failure } from "../ui/failure.tsx";
import { Skeleton } from "../ui/parts.tsx";
import { Composer } from "./composer.tsx";
import { Examples } from "./examples.tsx";
import { bodyOf, canSend } from "./form.ts";
import { Options } from "./options.tsx";
import { SessionChip } from "./session-chip.tsx";
import { useForm } from "./use-form.ts";
import { type Estimate, usePreview } from "./use-preview.ts";
import { useSend } from "./use-send.ts";

const ChoiceCard = lazy(() => import("./choice.tsx"));

export default function AskPage() {
  const [params] = useSearchParams();
  const [, go] = useLocation();
  const first = useFirstTime(params.size === 0);
  useEffect(() => {
    // Who has just left the first steps is welcomed since this was rendered.
    if (first === "yes" && !preferences().welcomed) go("/setup", { replace: true });
  }, [first, go]);
  return first === "no" ? <Ask /> : <Skeleton lines={6} />;
}

/** Whoever comes with a wish in the address has been here before, or was sent. */
function useFirstTime(hasNoWish: boolean): "yes" | "no" | "unknown" {
  const { welcomed } = usePreferences();
  const health = useHealth();
  const threads = useThreads();
  if (welcomed || !hasNoWish || health.isError || threads.isError) return "no";
  if (!health.data || !threads.data) return "unknown";
  return health.data.parts.models.simulated && threads.data.pages[0]?.items.length === 0 ? "yes" : "no";
}

function Ask() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const session = params.get("session");
  const { form, change, clear } = useForm();
  const body = useMemo(() => bodyOf(form, session), [form, session]);
  const isBlank = body.prompt === "";
  const estimate = usePreview(canSend(form) ? body : null);
  const { send, isSending, error, forgetError } = useSend(clear);
  useBackAgain(error !== null && detailOf(error) === null, forgetError);
  const [showsChoice, setShowsChoice] = useState(false);
  const text = useFocusOnArrival();
  return (
    <div className="ask-page">
      <title>{`${t("ask.title")} · OrchestrateX`}</title>
      <header className="ask-head">
        <h1>{t("ask.heading")}</h1>
        <p>{t("ask.lead")}</p>
      </header>
      {session !== null && <SessionChip id={session} onLeave={() => setParams({}, { replace: true })} />}
      <Composer
        {...{ form, estimate, isSending, error, showsChoice, ref: text }}
        change={(part) => {
          if (error) forgetError();
          change(part);
        }}
        onSend={() => send(body)}
        onChoice={() => setShowsChoice(!showsChoice)}
      />
      <Options form={form} change={change} hasSession={session !== null} />
      <Simulated />
      {showsChoice && <Choice estimate={estimate} model={form.model} onUse={(model) => change({ model })} />}
      {isBlank && (
        <Examples
          onChoose={(example) => {
            change({ text: example });
            text.current?.focus();
          }}
        />
      )}
    </div>
  );
}

const ASK_AGAIN_MS = 3_000;

/** That the server did not answer is said as long as it does not. */
function useBackAgain(isAway: boolean, onBack: () => void): void {
  const { data } = useQuery({
    queryKey: ["health", "back"],
    queryFn: () => api<Health>("/api/health"),
    ...{ enabled: isAway, refetchInterval: ASK_AGAIN_MS, retry: false, gcTime: 0, staleTime: 0 },
  });
  useEffect(() => {
    if (isAway && data) onBack();
  }, [isAway, data, onBack]);
}

/** The shell puts the focus on a new page's start: here it belongs in the field, where that opens no keyboard on the screen. */
function useFocusOnArrival() {
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (matchMedia("(pointer: coarse)").matches) return;
    const timer = setTimeout(() => {
      const { current } = text;
      current?.focus({ preventScroll: true });
      // What was kept is gone on with at its end.
      current?.setSelectionRange(current.value.length, current.value.length);
    });
    return () => clearTimeout(timer);
  }, []);
  return text;
}

/** Its line is there before it is known what stands in it. */
function Simulated() {
  const { t } = useWords();
  const { data } = useHealth();
  return (
    <p className="ask-simulated">
      {data?.parts.models.simulated && (
        <>
          {t("ask.simulated")} <Link href="/setup?step=models">{t("ask.addKey")}</Link>
        </>
      )}
    </p>
  );
}

type ChoiceProps = { estimate: Estimate; model: string | null; onUse: (model: string | null) => void };

function Choice({ estimate: { preview, old, error }, model, onUse }: ChoiceProps) {
  if (error && !old) return <Failure error={error} />;
  if (!preview) return <Skeleton lines={8} />;
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <ChoiceCard preview={preview} isOld={old} model={model} onUse={onUse} />
    </Suspense>
  );
}
